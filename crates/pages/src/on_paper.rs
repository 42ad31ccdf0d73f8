//! A production put to use on a whole script: its pages and its scene numbers, for what prints, counts or exports it.

use crate::locks::Anchor;
use crate::paginator::Paginator;
use crate::production::{PlaceEntry, Production};
use crate::scene_numbers::scene_numbers;
use scriptroom_paragraphs::{ElementType, Paragraph, SettingValue};
use std::ops::Range;

/// An entry that is a place, as a script's document has it: in UTF-16 units of its flow, where the end of each paragraph
/// counts one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowPlace {
    /// The entry's name.
    pub name: String,
    /// Where it is; empty for a point.
    pub range: Range<u32>,
    /// Its number.
    pub number: i32,
}

/// A script's flow, in UTF-16 units: where each of its paragraphs begins.
#[derive(Clone, Debug)]
pub struct FlowOffsets {
    starts: Vec<u32>,
    /// The length of the last paragraph's text.
    last: u32,
}

impl FlowOffsets {
    /// The flow of these paragraphs.
    #[must_use]
    pub fn of(paragraphs: &[Paragraph]) -> FlowOffsets {
        let starts = paragraphs.iter().scan(0_u32, |next, paragraph| {
            let start = *next;
            *next = start.saturating_add(len_utf16(paragraph));
            Some(start)
        });
        FlowOffsets {
            starts: starts.collect(),
            last: paragraphs.last().map_or(0, len_utf16).saturating_sub(1),
        }
    }

    /// Where an offset is; one behind the end is at the end.
    #[must_use]
    pub fn anchor(&self, offset: u32) -> Anchor {
        let paragraph = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let within = offset - self.starts.get(paragraph).copied().unwrap_or(0);
        let is_last = paragraph + 1 >= self.starts.len();
        Anchor {
            paragraph,
            offset_utf16: match is_last {
                true => within.min(self.last),
                false => within,
            },
        }
    }

    /// The offset of a place.
    #[must_use]
    pub fn offset(&self, anchor: Anchor) -> u32 {
        let start = self.starts.get(anchor.paragraph).copied().unwrap_or(0);
        start.saturating_add(anchor.offset_utf16)
    }
}

impl Production {
    /// Reads the entries of the script with these paragraphs.
    #[must_use]
    pub fn of(
        paragraphs: &[Paragraph],
        entries: &[(String, SettingValue)],
        places: &[FlowPlace],
    ) -> Production {
        let flow = FlowOffsets::of(paragraphs);
        let places: Vec<PlaceEntry> = places
            .iter()
            .map(|place| PlaceEntry {
                name: place.name.clone(),
                from: flow.anchor(place.range.start),
                to: flow.anchor(place.range.end),
                number: place.number,
            })
            .collect();
        Production::read(entries, &places)
    }

    /// The pages of a script: its own page setup, with the pages that are locked.
    #[must_use]
    pub fn pages(&self, paragraphs: &[Paragraph]) -> Paginator {
        let mut pages = Paginator::new(paragraphs, self.settings.clone());
        pages.set_locks(&self.locks);
        pages
    }

    /// The number that each scene shows, told those that their headings have: where the numbers are locked every scene has
    /// one, else those that were given one.
    #[must_use]
    pub fn shown_numbers(&self, own: &[Option<&str>]) -> Vec<Option<String>> {
        if !self.is_numbered {
            return own.iter().map(|number| number.map(str::to_owned)).collect();
        }
        let gone: Vec<&str> = self.numbers.iter().map(String::as_str).collect();
        let numbers = scene_numbers(own, &gone);
        numbers.into_iter().map(Some).collect()
    }

    /// Gives each scene heading the number that it shows.
    pub fn number_scenes(&self, paragraphs: &mut [Paragraph]) {
        let is_heading = |paragraph: &&Paragraph| paragraph.element == ElementType::SceneHeading;
        let headings = paragraphs.iter().filter(is_heading);
        let own: Vec<Option<&str>> = headings
            .map(|heading| heading.attributes.scene_number.as_deref())
            .collect();
        let shown = self.shown_numbers(&own);
        let headings = paragraphs
            .iter_mut()
            .filter(|paragraph| paragraph.element == ElementType::SceneHeading);
        for (heading, number) in headings.zip(shown) {
            heading.attributes.scene_number = number;
        }
    }
}

/// The length of a paragraph in the flow.
fn len_utf16(paragraph: &Paragraph) -> u32 {
    let units = paragraph
        .runs
        .iter()
        .map(|run| run.text.encode_utf16().count());
    u32::try_from(units.sum::<usize>() + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(texts: &[&str]) -> Vec<Paragraph> {
        let heading = |text: &&str| Paragraph::new(ElementType::SceneHeading, *text);
        texts.iter().map(heading).collect()
    }

    #[test]
    fn a_place_is_in_the_paragraph_that_its_offset_is_in() {
        let script = script(&["INT. A", "👩 B", ""]);
        let entries = [
            ("locked".to_owned(), SettingValue::Flag(true)),
            ("v:1.date".to_owned(), SettingValue::Text(String::new())),
        ];
        let place = |name: &str, range: Range<u32>, number| FlowPlace {
            name: name.to_owned(),
            range,
            number,
        };
        let at = |offset: u32| {
            let read = Production::of(&script, &entries, &[place("l:1", offset..offset, 0)]);
            let start = read.locks[0].start;
            (start.paragraph, start.offset_utf16)
        };
        assert_eq!(
            [0, 6, 7, 11, 12, 99].map(at),
            [(0, 0), (0, 6), (1, 0), (1, 4), (2, 0), (2, 0)]
        );
        let read = Production::of(&script, &entries, &[place("m:a", 2..9, 1)]);
        assert_eq!(read.revised.len(), 2);
        assert!(Production::of(&[], &entries, &[place("m:a", 2..9, 1)]).is_locked);
    }

    #[test]
    fn scenes_show_numbers_where_these_are_locked_and_else_their_own() {
        let mut script = script(&["INT. A", "INT. B", "INT. C"]);
        script[0].attributes.scene_number = Some("1".to_owned());
        script[2].attributes.scene_number = Some("2".to_owned());
        let numbers = |script: &[Paragraph]| {
            let numbers = script
                .iter()
                .map(|heading| heading.attributes.scene_number.clone());
            numbers
                .map(Option::unwrap_or_default)
                .collect::<Vec<String>>()
        };
        Production::default().number_scenes(&mut script);
        assert_eq!(numbers(&script), ["1", "", "2"]);
        let entries = [("numbered".to_owned(), SettingValue::Flag(true))];
        Production::of(&script, &entries, &[]).number_scenes(&mut script);
        assert_eq!(numbers(&script), ["1", "1A", "2"]);
    }
}
