//! What a production says of its script: page setup, locked pages, locked scene numbers, revisions.
//!
//! All of it is entries of the script's document: values by name, and places in the text by name. This says what the
//! names mean, for reading ([`Production::read`]) and for writing (what else here returns entries). Reading never fails: what
//! is no sound value falls back to the preset's, or to nothing, and [`Production::problems`] says so.
//!
//! | name | entry |
//! |---|---|
//! | `preset` | the name of a [`Preset`] |
//! | `p:NAME` | a setting of the page that is not the preset's, such as `p:dialogue.left` |
//! | `look:NUMBER` | how some paragraphs of the file stand that the script was imported from: a [`Look`] |
//! | `locked` | `true`: the pages are locked |
//! | `l:LABEL` | a point: where the locked page begins; its number orders the locks |
//! | `r:LABEL` | a point: where its right column begins |
//! | `numbered` | `true`: the scene numbers are locked |
//! | `n:NUMBER` | `true`: a scene has or had this number |
//! | `revising` | the number of the revision that is being written |
//! | `v:NUMBER.name`, `.color`, `.date`, `.mark` | a revision |
//! | `m:ID` | a stretch that was changed; its number is the revision's, and -1 where somebody took the mark off |
//!
//! An entry for each setting, page and stretch is what lets two people lock, unlock and revise at once. Pages are locked
//! where `locked` says so: so unlocking wins over the locks that somebody else adds meanwhile, and who locks anew says it anew.

use crate::locks::{Anchor, LockedPage};
use crate::looks::Look;
use crate::overrides::{Override, OverrideError, SettingKind};
use crate::paginator::Paginator;
use crate::presets::Preset;
use crate::revisions::{RevisedText, Revision, RevisionColor};
use crate::settings::Settings;
use scriptroom_paragraphs::SettingValue;
use std::collections::BTreeMap;

/// The entry that says the name of the preset.
pub const PRESET: &str = "preset";
/// How the entries of the page's settings begin.
pub const SETTING: &str = "p:";
/// How the entries of looks begin.
pub const LOOK: &str = "look:";
const LOCKED: &str = "locked";
const LOCK: &str = "l:";
const RIGHT: &str = "r:";
const NUMBERED: &str = "numbered";
const NUMBER: &str = "n:";
const REVISING: &str = "revising";
const REVISION: &str = "v:";
const REVISED: &str = "m:";

/// The distance of two locks' numbers: others find room in between.
const APART: i32 = 1 << 16;
/// Revisions have numbers up to this one.
const MOST_REVISIONS: usize = 999;

/// A place that an entry names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceEntry {
    /// The entry's name.
    pub name: String,
    /// Where it begins.
    pub from: Anchor,
    /// Where it ends; there too, for a point.
    pub to: Anchor,
    /// Its number.
    pub number: i32,
}

/// An entry to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Nothing any more.
    Gone,
    /// A value.
    Value(SettingValue),
    /// A point, with its number.
    Point(Anchor, i32),
    /// A stretch, likewise.
    Stretch(Anchor, Anchor, i32),
}

/// Entries to write, by name.
pub type Writes = Vec<(String, Write)>;

/// What a production says of its script.
#[derive(Clone, Debug, Default)]
pub struct Production {
    /// The page.
    pub settings: Settings,
    /// The preset that the settings begin with.
    pub preset: Preset,
    /// Whether pages are locked.
    pub is_locked: bool,
    /// The locked pages, in the order of their numbers.
    pub locks: Vec<LockedPage>,
    /// Whether scenes keep their numbers.
    pub is_numbered: bool,
    /// All numbers that scenes ever had since they were locked.
    pub numbers: Vec<String>,
    /// The revision that is being written, by its number.
    pub revising: Option<usize>,
    /// The revisions, by number.
    pub revisions: BTreeMap<usize, Revision>,
    /// What was changed, in order.
    pub revised: Vec<RevisedText>,
    /// Which settings do not count, and why.
    pub problems: Vec<OverrideError>,
    orders: BTreeMap<String, i32>,
    /// The entries of locks, of those too that do not count since the pages are not locked.
    lock_names: Vec<String>,
}

impl Production {
    /// Reads the entries of a script.
    #[must_use]
    pub fn read(entries: &[(String, SettingValue)], places: &[PlaceEntry]) -> Production {
        let entries: BTreeMap<&str, &SettingValue> = entries
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        let is = |name: &str| entries.get(name) == Some(&&SettingValue::Flag(true));
        let (preset, settings, problems) = settings_of(&entries);
        let mut production = Production {
            settings,
            preset,
            problems,
            is_locked: is(LOCKED),
            is_numbered: is(NUMBERED),
            revisions: revisions_of(&entries),
            ..Production::default()
        };
        if let Some(SettingValue::Number(number)) = entries.get(REVISING) {
            let number = usize::try_from(*number).ok();
            let is_known = |number: &usize| production.revisions.contains_key(number);
            production.revising = number.filter(is_known);
        }
        if production.is_numbered {
            let numbers = entries
                .keys()
                .filter_map(|name| name.strip_prefix(NUMBER))
                .map(str::to_owned);
            production.numbers = numbers.collect();
        }
        production.set_places(places);
        production
    }

    /// Takes the places anew, and nothing else.
    pub fn set_places(&mut self, places: &[PlaceEntry]) {
        self.locks.clear();
        let names = places.iter().map(|place| &place.name);
        let locks = names.filter(|name| Production::is_lock(name));
        self.lock_names = locks.cloned().collect();
        if self.is_locked {
            self.set_locks(places);
        }
        self.set_revised(places);
    }

    /// Whether the locked pages follow from a place of this name.
    #[must_use]
    pub fn is_lock(name: &str) -> bool {
        name.starts_with(LOCK) || name.starts_with(RIGHT)
    }

    /// Moves the changed stretches with the text when `removed` paragraphs from `from` on became `inserted` ones. Where those
    /// of these paragraphs are, and the locks, is told anew.
    pub fn splice(&mut self, from: usize, removed: usize, inserted: usize) {
        for revised in &mut self.revised {
            if revised.paragraph >= from + removed {
                revised.paragraph = revised.paragraph - removed + inserted;
            }
        }
    }

    fn set_locks(&mut self, places: &[PlaceEntry]) {
        let mut locks: Vec<(&str, &PlaceEntry)> = places
            .iter()
            .filter_map(|place| Some((place.name.strip_prefix(LOCK)?, place)))
            .collect();
        // In what order two are that were given the same number, the text says, so that nobody's is out of it.
        locks.sort_by(|(label, one), (other_label, other)| {
            let key = |place: &PlaceEntry| (place.number, place.from);
            (key(one), label).cmp(&(key(other), other_label))
        });
        let rights: BTreeMap<&str, Anchor> = places
            .iter()
            .filter_map(|place| Some((place.name.strip_prefix(RIGHT)?, place.from)))
            .collect();
        self.orders = locks
            .iter()
            .map(|(label, place)| ((*label).to_owned(), place.number))
            .collect();
        let locks = locks.into_iter().map(|(label, place)| LockedPage {
            label: label.to_owned(),
            start: place.from,
            right_start: rights.get(label).copied(),
        });
        self.locks = locks.collect();
    }

    /// Takes the changed stretches anew, and nothing else.
    pub fn set_revised<'a>(&mut self, places: impl IntoIterator<Item = &'a PlaceEntry>) {
        let stretches = places
            .into_iter()
            .filter(|place| place.name.starts_with(REVISED));
        let known = stretches.filter_map(|place| {
            let revision = usize::try_from(place.number).ok()?;
            let is_known = self.revisions.contains_key(&revision);
            is_known.then_some((place, revision))
        });
        let parts = known.flat_map(|(place, revision)| parts(place.from, place.to, revision));
        self.revised = parts.collect();
        self.revised.sort_unstable();
    }

    /// What locks the pages as they are: those that are locked already stay as they are, so that whoever locks at the same
    /// time does not move them.
    #[must_use]
    pub fn lock_pages(&self, paginator: &Paginator) -> Writes {
        let mut writes = vec![value(LOCKED, SettingValue::Flag(true))];
        let pages = paginator.to_lock();
        let known = |page: &LockedPage| self.order_of(&page.label);
        let mut before = -i64::from(APART);
        let mut at = 0;
        while at < pages.len() {
            if let Some(order) = known(&pages[at]) {
                (before, at) = (i64::from(order), at + 1);
                continue;
            }
            let new = pages[at..].iter().take_while(|page| known(page).is_none());
            let new: Vec<&LockedPage> = new.collect();
            let after = pages.get(at + new.len()).and_then(known);
            let room = after.map_or(i64::from(APART) * (new.len() as i64 + 1), |after| {
                i64::from(after) - before
            });
            for (index, page) in (1..).zip(&new) {
                let order = before + room * index / (new.len() as i64 + 1);
                let order = i32::try_from(order).unwrap_or(i32::MAX);
                writes.push((
                    format!("{LOCK}{}", page.label),
                    Write::Point(page.start, order),
                ));
                let right = page.right_start.map(|right| Write::Point(right, order));
                writes.extend(right.map(|right| (format!("{RIGHT}{}", page.label), right)));
            }
            at += new.len();
        }
        // What another added while these were unlocked is not to hold again.
        let stale = self.lock_names.iter().filter(|_| !self.is_locked);
        let stale = stale.filter(|name| !writes.iter().any(|(written, _)| written == *name));
        let gone: Writes = stale.map(|name| (name.clone(), Write::Gone)).collect();
        writes.extend(gone);
        writes
    }

    /// The number of the lock that holds the page with this label, alone or with others (`12–13`).
    fn order_of(&self, label: &str) -> Option<i32> {
        let first = label.split('–').next().unwrap_or(label);
        self.orders.get(label).or(self.orders.get(first)).copied()
    }

    /// What locks these pages in a script without locks.
    #[must_use]
    pub fn lock_these(pages: &[LockedPage]) -> Writes {
        let points = (1..).zip(pages).map(|(index, page)| {
            let order = APART.saturating_mul(index);
            (
                format!("{LOCK}{}", page.label),
                Write::Point(page.start, order),
            )
        });
        std::iter::once(value(LOCKED, SettingValue::Flag(true)))
            .chain(points)
            .collect()
    }

    /// What unlocks the pages.
    #[must_use]
    pub fn unlock_pages(&self) -> Writes {
        let gone = self.lock_names.iter().cloned();
        std::iter::once(LOCKED.to_owned())
            .chain(gone)
            .map(|name| (name, Write::Gone))
            .collect()
    }

    /// What locks the scenes' numbers, which are set on their headings beside this.
    #[must_use]
    pub fn lock_numbers(numbers: &[String]) -> Writes {
        let is = |name: &str| value(name, SettingValue::Flag(true));
        let each = numbers
            .iter()
            .map(|number| is(&format!("{NUMBER}{number}")));
        std::iter::once(is(NUMBERED)).chain(each).collect()
    }

    /// What lets the scenes be counted again.
    #[must_use]
    pub fn unlock_numbers(&self) -> Writes {
        let each = self
            .numbers
            .iter()
            .map(|number| (format!("{NUMBER}{number}"), Write::Gone));
        std::iter::once((NUMBERED.to_owned(), Write::Gone))
            .chain(each)
            .collect()
    }

    /// The number of the next revision.
    #[must_use]
    pub fn next_revision(&self) -> usize {
        let last = self.revisions.keys().next_back();
        last.map_or(1, |last| (last + 1).min(MOST_REVISIONS))
    }

    /// What begins a revision with this number, or says something else of it. Of two people who begin the next one at
    /// once, one names it, and what both change is in it.
    #[must_use]
    pub fn revise(number: usize, revision: &Revision) -> Writes {
        let text = |field: &str, text: &str| {
            let text = SettingValue::Text(text.to_owned());
            value(&format!("{REVISION}{number}.{field}"), text)
        };
        let number = SettingValue::Number(i32::try_from(number).unwrap_or(i32::MAX));
        vec![
            text("name", &revision.name),
            text("color", revision.color.name()),
            text("date", &revision.date),
            text("mark", &revision.mark),
            value(REVISING, number),
        ]
    }

    /// What makes a revision the one that is being written, or none.
    #[must_use]
    pub fn revising(number: Option<usize>) -> Writes {
        let number = number.and_then(|number| i32::try_from(number).ok());
        let write = number.map_or(Write::Gone, |number| {
            Write::Value(SettingValue::Number(number))
        });
        vec![(REVISING.to_owned(), write)]
    }

    /// What marks these stretches, each within a paragraph, in a script without marks.
    #[must_use]
    pub fn mark_these(revised: &[RevisedText]) -> Writes {
        let write = |(index, text): (usize, &RevisedText)| {
            let anchor = |offset_utf16| Anchor {
                paragraph: text.paragraph,
                offset_utf16,
            };
            let number = i32::try_from(text.revision).unwrap_or(i32::MAX);
            let write = Write::Stretch(anchor(text.from_utf16), anchor(text.to_utf16), number);
            (format!("{REVISED}{index}"), write)
        };
        revised.iter().enumerate().map(write).collect()
    }

    /// The production of a script into which this was written and nothing else.
    #[must_use]
    pub fn of_writes(writes: &Writes) -> Production {
        let mut entries = Vec::new();
        let mut places = Vec::new();
        for (name, write) in writes {
            let name = name.clone();
            match write {
                Write::Gone => {}
                Write::Value(value) => entries.push((name, value.clone())),
                Write::Point(at, number) => places.push(PlaceEntry {
                    name,
                    from: *at,
                    to: *at,
                    number: *number,
                }),
                Write::Stretch(from, to, number) => places.push(PlaceEntry {
                    name,
                    from: *from,
                    to: *to,
                    number: *number,
                }),
            }
        }
        Production::read(&entries, &places)
    }

    /// What ends the revision: what is changed from now on is in none.
    #[must_use]
    pub fn stop_revising() -> Writes {
        vec![(REVISING.to_owned(), Write::Gone)]
    }

    /// What says how paragraphs stand, in a script without looks.
    #[must_use]
    pub fn look_so(settings: &Settings) -> Writes {
        let text = |look: &Look| SettingValue::Text(look.text(settings.setup()));
        let looks = (1..).zip(settings.looks());
        looks
            .map(|(number, look): (u32, _)| value(&format!("{LOOK}{number}"), text(look)))
            .collect()
    }

    /// What makes the page what `preset` with these overrides says, instead of what it is.
    ///
    /// # Errors
    ///
    /// All overrides that do not count, by name and range.
    pub fn set_page(
        entries: &[(String, SettingValue)],
        preset: Preset,
        overrides: &[Override],
    ) -> Result<Writes, Vec<OverrideError>> {
        let settings = Settings::with_overrides(preset, overrides)?;
        let wanted = settings.setup().overrides_of(preset);
        let name = SettingValue::Text(preset.name().to_owned());
        let mut writes = vec![value(PRESET, name)];
        let stale = entries.iter().filter(|(name, _)| {
            name.strip_prefix(SETTING)
                .is_some_and(|name| !wanted.iter().any(|(wanted, _)| wanted == name))
        });
        writes.extend(stale.map(|(name, _)| (name.clone(), Write::Gone)));
        let set = wanted.into_iter();
        writes.extend(set.map(|(name, set)| value(&format!("{SETTING}{name}"), set)));
        Ok(writes)
    }
}

fn value(name: &str, value: SettingValue) -> (String, Write) {
    (name.to_owned(), Write::Value(value))
}

fn settings_of(entries: &BTreeMap<&str, &SettingValue>) -> (Preset, Settings, Vec<OverrideError>) {
    let mut problems = Vec::new();
    let preset = entries.get(PRESET).and_then(|value| {
        let named = match value {
            SettingValue::Text(name) => Preset::named(name),
            _ => None,
        };
        if named.is_none() {
            problems.push(OverrideError::Value {
                name: PRESET.to_owned(),
                expected: SettingKind::Preset,
                got: (*value).clone(),
            });
        }
        named
    });
    let preset = preset.unwrap_or_default();
    let overrides = entries.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(SETTING)?;
        Some((name.to_owned(), (*value).clone()))
    });
    let overrides: Vec<Override> = overrides.collect();
    let (settings, errors) = Settings::with_sound_overrides(preset, &overrides);
    problems.extend(errors);
    let mut looks = Vec::new();
    for (name, value) in entries.iter().filter(|(name, _)| name.starts_with(LOOK)) {
        match Look::read(name, value, settings.setup()) {
            Ok(look) => looks.push(look),
            Err(errors) => problems.extend(errors),
        }
    }
    (preset, settings.with_looks(looks), problems)
}

fn revisions_of(entries: &BTreeMap<&str, &SettingValue>) -> BTreeMap<usize, Revision> {
    let mut revisions = BTreeMap::new();
    for name in entries.keys() {
        let Some((number, _)) = name
            .strip_prefix(REVISION)
            .and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        let Some(index) = number.parse().ok().filter(|index| *index <= MOST_REVISIONS) else {
            continue;
        };
        let text = |field: &str| match entries.get(format!("{REVISION}{number}.{field}").as_str()) {
            Some(SettingValue::Text(text)) => Some(text.chars().take(60).collect::<String>()),
            _ => None,
        };
        let standard = Revision::standard(index, text("date").unwrap_or_default());
        let color = text("color").and_then(|name| RevisionColor::named(&name));
        let revision = Revision {
            name: text("name").unwrap_or(standard.name),
            color: color.unwrap_or(standard.color),
            mark: text("mark").unwrap_or(standard.mark),
            date: standard.date,
        };
        revisions.insert(index, revision);
    }
    revisions
}

/// A stretch as one of each paragraph that it is in. It was written inside of one: where that has been split since, the
/// paragraphs between its ends have stretches of their own.
fn parts(from: Anchor, to: Anchor, revision: usize) -> impl Iterator<Item = RevisedText> {
    let part = |paragraph, from_utf16, to_utf16| RevisedText {
        paragraph,
        from_utf16,
        to_utf16,
        revision,
    };
    let is_one = from.paragraph == to.paragraph;
    let first = match is_one {
        true => part(from.paragraph, from.offset_utf16, to.offset_utf16),
        false => part(from.paragraph, from.offset_utf16, u32::MAX),
    };
    let last = (!is_one).then(|| part(to.paragraph, 0, to.offset_utf16));
    std::iter::once(first).chain(last)
}
