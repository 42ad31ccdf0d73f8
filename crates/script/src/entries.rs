//! Entries: what is said of the whole script under a name, and of a place in it.
//!
//! Each is a value of its own in the root map of the script, so of two people who write two of them at once both have
//! written, and of two who write the same one wins. What the names mean is for others to say: the page setup, the locks
//! and the revisions of a production are entries (`scriptroom_pages::Production`).
//!
//! ```text
//! a value   string, number or boolean
//! a place   [start, whether it began its paragraph, a number], and [end] behind it for a stretch: positions that stick
//!           to the text, and a number for who wrote it to tell places of one kind by
//! ```
//!
//! A place sticks to the text as a page does, and a changed stretch: what is written at a paragraph's start belongs to the
//! place that begins there, and a stretch goes from the neighbour before it to the one behind it, so that it grows with what
//! is typed in it. Where text is copied, by a carve or an undo, whoever copies writes its places anew.

use std::ops::Range;
use std::sync::Arc;

use scriptroom_paragraphs::SettingValue;
use yrs::{Any, Map, Number, Out, Transact};

use crate::change::Change;
use crate::mark::SceneId;
use crate::position::Side;
use crate::schema;
use crate::script::{Cause, Script, Steps};

/// Longer names are refused, and not read.
const MAX_NAME: usize = 100;

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing any more.
    Gone,
    /// A value.
    Value(SettingValue),
    /// A point of the text, before the unit at this offset, or at the start of that unit's paragraph; and a number.
    Point(u32, i32),
    /// A stretch of the text, which may be empty; and a number.
    Stretch(Range<u32>, i32),
}

/// A place that an entry names, where it is now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPlace {
    /// The entry's name.
    pub name: String,
    /// Where it begins.
    pub from: u32,
    /// Where it ends: there too, for a point.
    pub to: u32,
    /// Its number.
    pub number: i32,
    /// Whether it is a stretch.
    pub is_stretch: bool,
}

/// A place, and what keeps it when its text is copied.
#[derive(Debug)]
pub(crate) struct Held {
    place: EntryPlace,
    /// The scene that it is in, and where that began.
    scene: Option<(SceneId, u32)>,
}

impl Script {
    /// The entries that are values, in no order. What is none of ours reads as a text that says what it is.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, SettingValue)> {
        let txn = self.doc.transact();
        let entries = self.root.iter(&txn).filter_map(|(name, value)| {
            let Out::Any(value) = value else { return None };
            (is_entry(name) && stored(&value).is_none()).then(|| (name.to_owned(), plain(&value)))
        });
        entries.collect()
    }

    /// Where the entries are that are places, in no order; one whose text has not come yet, or is gone with its strip, is
    /// left out.
    #[must_use]
    pub fn places(&self) -> Vec<EntryPlace> {
        let stored = self.stored_places();
        let places = stored
            .into_iter()
            .filter_map(|(name, stored)| self.resolve_stored(name, &stored));
        places.collect()
    }

    /// Where one entry is; none where it is no place, or its text is not there.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<EntryPlace> {
        self.resolve_stored(name.to_owned(), &self.stored_place(name)?)
    }

    /// Writes entries as one transaction, which undo leaves alone. Offsets behind the end are at the end; names that are
    /// the document's own, empty or longer than 100 bytes write nothing.
    pub fn write_entries(&mut self, entries: &[(String, Entry)]) -> Change {
        let mut steps = Steps::default();
        self.write(entries, &mut steps);
        self.finish(steps)
    }

    fn write(&mut self, entries: &[(String, Entry)], steps: &mut Steps) {
        let sound = entries.iter().filter(|(name, _)| is_entry(name));
        let values: Vec<(&str, Option<Any>)> = sound
            .map(|(name, entry)| (name.as_str(), self.any(entry)))
            .collect();
        let root = self.root.clone();
        self.step(steps, Cause::Upkeep, |_, txn| {
            for (name, value) in values {
                let before = root.get(txn, name);
                match value {
                    Some(value) if before != Some(Out::Any(value.clone())) => {
                        root.insert(txn, name, value);
                    }
                    None if before.is_some() => {
                        root.remove(txn, name);
                    }
                    _ => {}
                }
            }
        });
    }

    fn any(&self, entry: &Entry) -> Option<Any> {
        let place = |from: u32, to: Option<u32>, number: i32| {
            let from = from.min(self.len_utf16());
            let begins = from == self.paragraph_start(self.paragraph_at(from));
            // A stretch begins behind the neighbour before it: so it grows with what is typed at its start.
            let side = match to.is_none() || begins {
                true => Side::After,
                false => Side::Before,
            };
            let mut parts = vec![
                Any::from(self.position(from, side)),
                Any::Bool(begins),
                Any::from(i64::from(number)),
            ];
            parts.extend(to.map(|to| Any::from(self.position(to.max(from), Side::After))));
            Any::Array(Arc::from(parts))
        };
        match entry {
            Entry::Gone => None,
            Entry::Value(SettingValue::Number(number)) => Some(Any::from(i64::from(*number))),
            Entry::Value(SettingValue::Flag(flag)) => Some(Any::Bool(*flag)),
            Entry::Value(SettingValue::Text(text)) => Some(Any::from(text.as_str())),
            Entry::Point(at, number) => Some(place(*at, None, *number)),
            Entry::Stretch(range, number) => Some(place(range.start, Some(range.end), *number)),
        }
    }

    pub(crate) fn stored_places(&self) -> Vec<(String, Stored)> {
        let txn = self.doc.transact();
        let places = self.root.iter(&txn).filter_map(|(name, value)| {
            let Out::Any(value) = value else { return None };
            let stored = stored(&value).filter(|_| is_entry(name))?;
            Some((name.to_owned(), stored))
        });
        places.collect()
    }

    fn resolve_stored(&self, name: String, stored: &Stored) -> Option<EntryPlace> {
        let mut from = self.resolve(&stored.start)?;
        if stored.begins {
            from = self.paragraph_start(self.paragraph_at(from));
        }
        let to = match &stored.end {
            Some(end) => self.resolve(end)?.max(from),
            None => from,
        };
        let number = stored.number;
        Some(EntryPlace {
            name,
            from,
            to,
            number,
            is_stretch: stored.end.is_some(),
        })
    }

    /// The places with a beginning or an end in a range.
    pub(crate) fn places_within(&self, range: &Range<u32>) -> Vec<Held> {
        let mut held = self.held_places();
        held.retain(|Held { place, .. }| range.contains(&place.from) || range.contains(&place.to));
        held
    }

    pub(crate) fn held_places(&self) -> Vec<Held> {
        let stored = self.stored_places();
        let held = stored.into_iter().filter_map(|(name, stored)| {
            let place = self.resolve_stored(name, &stored)?;
            Some(Held {
                scene: self
                    .scene_at(place.from)
                    .map(|scene| (scene.id, scene.offset)),
                place,
            })
        });
        held.collect()
    }

    /// Text was copied from a range to an offset: the places in it go along.
    pub(crate) fn carry_places(
        &mut self,
        held: Vec<Held>,
        taken: &Range<u32>,
        to: u32,
        steps: &mut Steps,
    ) {
        let entries: Vec<(String, Entry)> = held
            .into_iter()
            .map(|held| {
                let now = self.place(&held.place.name);
                let at = |before: u32, now: Option<u32>| match taken.contains(&before) {
                    true => to + (before - taken.start),
                    false => now.unwrap_or(before),
                };
                let from = at(held.place.from, now.as_ref().map(|now| now.from));
                let end = at(held.place.to, now.as_ref().map(|now| now.to));
                held.entry(from, end)
            })
            .collect();
        if !entries.is_empty() {
            self.write(&entries, steps);
        }
    }

    /// After an undo or redo: places are written anew that are in a scene that was moved, or tied to what this replica has restored.
    pub(crate) fn places_after_travel(&mut self, held: &[Held], steps: &mut Steps) {
        let moved = steps.moved_scenes().to_vec();
        let shifted = |held: &Held| {
            let now = self.place(&held.place.name)?;
            let (id, before) = held.scene.as_ref().filter(|(id, _)| moved.contains(id))?;
            let shift = |at: u32| self.scene(id).map(|scene| at - before + scene.offset);
            let (from, to) = (shift(held.place.from)?, shift(held.place.to.max(*before))?);
            ((from, to) != (now.from, now.to)).then(|| held.entry(from, to))
        };
        let anew = |held: &Held| shifted(held).or_else(|| self.tied_anew(&held.place.name));
        let entries: Vec<(String, Entry)> = held.iter().filter_map(anew).collect();
        if !entries.is_empty() {
            self.write(&entries, steps);
        }
    }

    /// After an update: likewise places that came with it.
    pub(crate) fn tie_places_that_came(&mut self, steps: &mut Steps) {
        let names = self.noted.borrow().entries.clone();
        let entries = names.iter().filter_map(|name| self.tied_anew(name));
        let entries: Vec<(String, Entry)> = entries.collect();
        if !entries.is_empty() {
            self.write(&entries, steps);
        }
    }

    /// What writes a place anew that is tied to units which this replica has restored: what these are now, nobody else knows.
    fn tied_anew(&self, name: &str) -> Option<(String, Entry)> {
        let stored = self.stored_place(name)?;
        let mut ends = [Some(&stored.start), stored.end.as_ref()].into_iter();
        if !ends.any(|end| end.is_some_and(|end| self.is_tied_to_restored(end))) {
            return None;
        }
        let place = self.resolve_stored(name.to_owned(), &stored)?;
        Some((place.name.clone(), place.entry()))
    }

    fn stored_place(&self, name: &str) -> Option<Stored> {
        let value = self.root.get(&self.doc.transact(), name)?;
        match value {
            Out::Any(value) if is_entry(name) => stored(&value),
            _ => None,
        }
    }
}

impl Held {
    fn entry(&self, from: u32, to: u32) -> (String, Entry) {
        let place = EntryPlace {
            from,
            to,
            ..self.place.clone()
        };
        (place.name.clone(), place.entry())
    }
}

impl EntryPlace {
    /// What writes it.
    #[must_use]
    pub fn entry(&self) -> Entry {
        match self.is_stretch {
            true => Entry::Stretch(self.from..self.to.max(self.from), self.number),
            false => Entry::Point(self.from, self.number),
        }
    }
}

/// A place as it stands in the document.
pub(crate) struct Stored {
    start: Vec<u8>,
    begins: bool,
    number: i32,
    end: Option<Vec<u8>>,
}

fn stored(value: &Any) -> Option<Stored> {
    let Any::Array(parts) = value else {
        return None;
    };
    let (parts, end) = match &parts[..] {
        [parts @ .., Any::Buffer(end)] => (parts, Some(end)),
        parts => (parts, None),
    };
    let [Any::Buffer(start), Any::Bool(begins), number] = parts else {
        return None;
    };
    let SettingValue::Number(number) = plain(number) else {
        return None;
    };
    Some(Stored {
        start: start.to_vec(),
        begins: *begins,
        number,
        end: end.map(|end| end.to_vec()),
    })
}

fn is_entry(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len()) && name != schema::SCHEMA && name != schema::TITLE
}

fn plain(value: &Any) -> SettingValue {
    match value {
        Any::Bool(flag) => SettingValue::Flag(*flag),
        Any::String(text) => SettingValue::Text(schema::readable(text)),
        Any::Number(number) => {
            let number = match number {
                Number::Int(int) => *int as f64,
                Number::Float(float) => *float,
            };
            SettingValue::whole(number).unwrap_or_else(SettingValue::not_whole)
        }
        _ => SettingValue::Text("a value of another kind".to_owned()),
    }
}
