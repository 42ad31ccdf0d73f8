//! What a production says of the script: read from its entries, kept while the script is edited, and what writes it.

use js_sys::Array;
use scriptroom_pages::{
    Anchor, LockDiagnostic, Look, OverrideError, PRESET, Paginator, PlaceEntry, Preset, Production,
    Revision, RevisionColor, SettingKind, SettingValue, Write, Writes, scene_numbers,
};
use scriptroom_paragraphs::{ElementType, Paragraph};
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_bindgen::prelude::*;

use crate::objects::{number, object};

/// A scene heading: its paragraph, its id and its number.
#[derive(Clone, Debug, PartialEq)]
struct Heading {
    paragraph: usize,
    id: String,
    number: Option<String>,
}

/// What of the places is another.
#[derive(Default)]
pub(crate) struct Moved {
    /// Whether locked pages are.
    pub(crate) locks: bool,
    /// The paragraphs between the first and the last in which changed stretches are.
    pub(crate) revised: Option<Range<usize>>,
}

impl Moved {
    fn note<'a>(&mut self, name: &str, at: impl Iterator<Item = &'a PlaceEntry>) {
        if Production::is_lock(name) {
            self.locks = true;
            return;
        }
        for place in at {
            let (first, last) = (place.from.paragraph, place.to.paragraph + 1);
            let known = self.revised.clone().unwrap_or(first..last);
            self.revised = Some(known.start.min(first)..known.end.max(last));
        }
    }
}

/// The entries, and what they mean.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) production: Production,
    entries: Vec<(String, SettingValue)>,
    places: BTreeMap<String, PlaceEntry>,
    headings: Vec<Heading>,
}

impl Kept {
    /// Takes in paragraphs that came in place of `removed` others.
    pub(crate) fn splice(&mut self, from: usize, removed: usize, inserted: &[Paragraph]) -> bool {
        let by = inserted.len() as i64 - removed as i64;
        let moved = |paragraph: &mut usize| {
            if *paragraph >= from + removed {
                *paragraph = usize::try_from(*paragraph as i64 + by).unwrap_or(0);
            }
        };
        if by != 0 {
            for place in self.places.values_mut() {
                moved(&mut place.from.paragraph);
                moved(&mut place.to.paragraph);
            }
            self.production.splice(from, removed, inserted.len());
        }
        let first = self
            .headings
            .partition_point(|heading| heading.paragraph < from);
        let end = self
            .headings
            .partition_point(|heading| heading.paragraph < from + removed);
        let new = (from..)
            .zip(inserted)
            .filter_map(heading)
            .collect::<Vec<_>>();
        let is_new = self.headings[first..end] != new[..];
        let count = new.len();
        self.headings.splice(first..end, new);
        if by != 0 {
            for heading in &mut self.headings[first + count..] {
                heading.paragraph = usize::try_from(heading.paragraph as i64 + by).unwrap_or(0);
            }
        }
        is_new
    }

    /// Takes in entries: all of those that are values, where there are any, and those of the places that changed. Says what of
    /// the places is another now.
    pub(crate) fn take(
        &mut self,
        entries: Option<&Array>,
        places: &Array,
        anchor: impl Fn(u32) -> Anchor,
    ) -> Moved {
        let mut changed = Moved::default();
        for parts in places.to_vec().chunks(4) {
            let [name, from, to, number] = parts else {
                continue;
            };
            let Some(name) = name.as_string() else {
                continue;
            };
            let place = match (from.as_f64(), to.as_f64(), number.as_f64()) {
                (Some(from), Some(to), Some(number)) => Some(PlaceEntry {
                    name: name.clone(),
                    from: anchor(whole(from)),
                    to: anchor(whole(to)),
                    number: number as i32,
                }),
                _ => None,
            };
            let before = match &place {
                Some(place) => self.places.insert(name.clone(), place.clone()),
                None => self.places.remove(&name),
            };
            if before != place {
                changed.note(&name, [&before, &place].into_iter().flatten());
            }
        }
        match entries {
            Some(entries) => {
                let pairs = entries.to_vec();
                let pairs = pairs
                    .chunks(2)
                    .filter_map(|pair| Some((pair.first()?.as_string()?, setting(pair.get(1)?)?)));
                self.entries = pairs.collect();
                let places: Vec<PlaceEntry> = self.places.values().cloned().collect();
                self.production = Production::read(&self.entries, &places);
            }
            None if changed.locks => {
                let places: Vec<PlaceEntry> = self.places.values().cloned().collect();
                self.production.set_places(&places);
            }
            None if changed.revised.is_some() => self.production.set_revised(self.places.values()),
            None => {}
        }
        changed
    }

    /// The number of each scene that has one to show: `[scene, number, …]`.
    pub(crate) fn numbers(&self) -> Vec<(&str, String)> {
        let production = &self.production;
        let has_any = self.headings.iter().any(|heading| heading.number.is_some());
        if !production.is_numbered && !has_any {
            return Vec::new();
        }
        if !production.is_numbered {
            let own = self.headings.iter();
            let own =
                own.filter_map(|heading| Some((heading.id.as_str(), heading.number.clone()?)));
            return own.collect();
        }
        self.headings
            .iter()
            .map(|heading| heading.id.as_str())
            .zip(self.kept_numbers())
            .collect()
    }

    /// The number of each scene where they keep theirs, in order.
    fn kept_numbers(&self) -> Vec<String> {
        let headings = self.headings.iter();
        let locked: Vec<Option<&str>> = headings.map(|heading| heading.number.as_deref()).collect();
        let gone: Vec<&str> = self.production.numbers.iter().map(String::as_str).collect();
        scene_numbers(&locked, &gone)
    }

    /// See `ProductionState` in production-types.ts.
    pub(crate) fn state(&self, paginator: &Paginator) -> Result<JsValue, JsValue> {
        let production = &self.production;
        let settings = production.settings.setup().settings();
        let pairs = settings
            .iter()
            .flat_map(|(name, value)| [name.as_str().into(), plain(value)]);
        let looks = production.settings.looks().iter().map(look);
        let settings_problems = production.problems.iter().map(problem);
        let passed_over = paginator.lock_diagnostics().iter().map(passed_over);
        let problems: Result<Array, JsValue> = settings_problems.chain(passed_over).collect();
        let revisions: Result<Array, JsValue> = production.revisions.iter().map(revision).collect();
        object(&[
            ("preset", production.preset.name().into()),
            ("settings", pairs.collect::<Array>().into()),
            ("looks", looks.collect::<Array>().into()),
            ("problems", problems?.into()),
            ("pagesLocked", production.is_locked.into()),
            ("numbersLocked", production.is_numbered.into()),
            (
                "revising",
                production.revising.map_or(JsValue::NULL, number),
            ),
            ("revisions", revisions?.into()),
        ])
    }

    /// What writes `request`, as `writeEntries` of the client takes it; for scene numbers with what the headings get; for
    /// settings that are refused, nothing but why.
    pub(crate) fn writes(
        &self,
        request: &Array,
        paginator: &Paginator,
        offset: impl Fn(Anchor) -> u32,
    ) -> Result<JsValue, JsValue> {
        let production = &self.production;
        let text = |at| request.get(at).as_string().unwrap_or_default();
        let mut headings: Vec<(&str, Option<String>)> = Vec::new();
        let writes = match text(0).as_str() {
            "lockPages" => production.lock_pages(paginator),
            "unlockPages" => production.unlock_pages(),
            "lockNumbers" => {
                let numbers = self.kept_numbers();
                let ids = self.headings.iter().map(|heading| heading.id.as_str());
                headings = ids.zip(numbers.iter().cloned().map(Some)).collect();
                Production::lock_numbers(&numbers)
            }
            "unlockNumbers" => {
                headings = self
                    .headings
                    .iter()
                    .map(|heading| (heading.id.as_str(), None))
                    .collect();
                production.unlock_numbers()
            }
            "revise" => {
                let next = production.next_revision();
                let standard = Revision::standard(next, text(3));
                let revision = Revision {
                    name: Some(text(1))
                        .filter(|name| !name.is_empty())
                        .unwrap_or(standard.name),
                    color: RevisionColor::named(&text(2)).unwrap_or(standard.color),
                    ..standard
                };
                Production::revise(next, &revision)
            }
            "stopRevising" => Production::stop_revising(),
            "setPage" => match self.set_page(request) {
                Ok(writes) => writes,
                Err(errors) => {
                    let problems: Result<Array, JsValue> = errors.iter().map(problem).collect();
                    return object(&[("problems", problems?.into())]);
                }
            },
            other => return Err(JsError::new(&format!("expected a request, got {other:?}")).into()),
        };
        let writes: Array = writes
            .into_iter()
            .map(|(name, write)| entry(&name, write, &offset))
            .collect();
        let headings: Array = headings
            .into_iter()
            .flat_map(|(id, number)| [id.into(), number.map_or(JsValue::NULL, JsValue::from)])
            .collect();
        object(&[("writes", writes.into()), ("headings", headings.into())])
    }

    fn set_page(&self, request: &Array) -> Result<Writes, Vec<OverrideError>> {
        let name = request.get(1).as_string().unwrap_or_default();
        let unknown = || {
            vec![OverrideError::Value {
                name: PRESET.to_owned(),
                expected: SettingKind::Preset,
                got: SettingValue::Text(name.clone()),
            }]
        };
        let preset = Preset::named(&name).ok_or_else(unknown)?;
        let pairs: Array = request.get(2).unchecked_into();
        let mut overrides = Vec::new();
        for pair in pairs.to_vec().chunks(2) {
            let [name, value] = pair else { continue };
            let name = name.as_string().unwrap_or_default();
            let value = setting(value).unwrap_or_else(|| SettingValue::Text(format!("{value:?}")));
            overrides.push((name, value));
        }
        Production::set_page(&self.entries, preset, &overrides)
    }
}

/// A look: its element, its settings in pairs, the first and the last of each row of its numbers.
fn look(look: &Look) -> Array {
    let settings = look
        .settings()
        .flat_map(|(name, value)| [name.into(), plain(&value)]);
    let sources = look
        .sources
        .iter()
        .flat_map(|row| [JsValue::from(*row.start()), JsValue::from(*row.end())]);
    Array::of3(
        &look.element.name().into(),
        &settings.collect::<Array>(),
        &sources.collect::<Array>(),
    )
}

/// What is wrong with a setting: see `PageProblem` in production-types.ts.
fn problem(error: &OverrideError) -> Result<JsValue, JsValue> {
    match error {
        OverrideError::Unknown { name } => {
            object(&[("kind", "unknown".into()), ("field", name.as_str().into())])
        }
        OverrideError::Value {
            name,
            expected,
            got,
        } => object(&[
            ("kind", "value".into()),
            ("field", name.as_str().into()),
            ("expected", expected.name().into()),
            ("got", plain(got)),
        ]),
        OverrideError::Range(range) => object(&[
            ("kind", "range".into()),
            ("field", range.field.as_str().into()),
            ("from", range.from.into()),
            ("to", range.to.into()),
            ("got", range.got.into()),
        ]),
    }
}

/// Why a lock does not hold: see `LockProblem` in production-types.ts.
fn passed_over(lock: &LockDiagnostic) -> Result<JsValue, JsValue> {
    let (kind, label) = match lock {
        LockDiagnostic::OutOfOrder { label } => ("out-of-order", label),
        LockDiagnostic::Twice { label } => ("twice", label),
    };
    object(&[("kind", kind.into()), ("page", label.as_str().into())])
}

fn heading((paragraph, of): (usize, &Paragraph)) -> Option<Heading> {
    let is_heading = of.element == ElementType::SceneHeading;
    is_heading.then(|| Heading {
        paragraph,
        id: of.attributes.scene.clone().unwrap_or_default(),
        number: of.attributes.scene_number.clone(),
    })
}

fn revision((index, revision): (&usize, &Revision)) -> Result<JsValue, JsValue> {
    object(&[
        ("number", number(*index)),
        ("name", revision.name.as_str().into()),
        ("color", revision.color.name().into()),
        ("date", revision.date.as_str().into()),
        ("mark", revision.mark.as_str().into()),
    ])
}

fn entry(name: &str, write: Write, offset: &impl Fn(Anchor) -> u32) -> JsValue {
    let name = JsValue::from_str(name);
    let parts = match write {
        Write::Gone => Array::of1(&name),
        Write::Value(value) => Array::of2(&name, &plain(&value)),
        Write::Point(at, number) => {
            Array::of4(&name, &offset(at).into(), &JsValue::NULL, &number.into())
        }
        Write::Stretch(from, to, number) => Array::of4(
            &name,
            &offset(from).into(),
            &offset(to).into(),
            &number.into(),
        ),
    };
    parts.into()
}

fn plain(value: &SettingValue) -> JsValue {
    match value {
        SettingValue::Number(number) => (*number).into(),
        SettingValue::Flag(flag) => (*flag).into(),
        SettingValue::Text(text) => text.as_str().into(),
    }
}

fn setting(value: &JsValue) -> Option<SettingValue> {
    if let Some(number) = value.as_f64() {
        return SettingValue::whole(number).or_else(|| Some(SettingValue::not_whole()));
    }
    let flag = value.as_bool().map(SettingValue::Flag);
    flag.or_else(|| value.as_string().map(SettingValue::Text))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and an offset behind the end is at the end"
)]
fn whole(number: f64) -> u32 {
    number as u32
}
