//! Two writers with a replica each, who lay the pages out by what it says.

use std::collections::HashSet;

use scriptroom_pages::{
    Anchor, LockDiagnostic, Paginator, PlaceEntry, Production, Revision, SettingValue, Write,
    Writes,
};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_script::{Change, Edit, Entry, InsertedLine, Options, Script};

/// A replica, and what it has not told.
pub(crate) struct Writer {
    pub(crate) script: Script,
    pub(crate) sent: Vec<Vec<u8>>,
}

impl Writer {
    pub(crate) fn new(client_id: u64, state: &[u8]) -> Writer {
        let options = Options {
            client_id,
            seed: client_id,
        };
        Writer {
            script: Script::load(options, &[state]).unwrap(),
            sent: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, change: Change) {
        self.script.check();
        self.sent.extend(change.update);
    }

    pub(crate) fn anchor(&self, offset: u32) -> Anchor {
        let paragraph = self.script.paragraph_at(offset);
        Anchor {
            paragraph,
            offset_utf16: offset - self.script.paragraph_start(paragraph),
        }
    }

    pub(crate) fn places(&self) -> Vec<PlaceEntry> {
        let places = self.script.places().into_iter().map(|place| PlaceEntry {
            from: self.anchor(place.from),
            to: self.anchor(place.to),
            name: place.name,
            number: place.number,
        });
        places.collect()
    }

    pub(crate) fn production(&self) -> Production {
        Production::read(&self.script.entries(), &self.places())
    }

    pub(crate) fn pages(&self) -> Paginator {
        let paragraphs = self.script.paragraphs(0..self.script.paragraph_count());
        let production = self.production();
        let mut pages = Paginator::new(&paragraphs, production.settings.clone());
        pages.set_locks(&production.locks);
        pages
    }

    pub(crate) fn write(&mut self, writes: Writes) {
        let offset = |at: Anchor| self.script.paragraph_start(at.paragraph) + at.offset_utf16;
        let entries = writes.into_iter().map(|(name, write)| {
            let entry = match write {
                Write::Gone => Entry::Gone,
                Write::Value(value) => Entry::Value(value),
                Write::Point(at, number) => Entry::Point(offset(at), number),
                Write::Stretch(from, to, number) => {
                    Entry::Stretch(offset(from)..offset(to), number)
                }
            };
            (name, entry)
        });
        let entries: Vec<(String, Entry)> = entries.collect();
        let change = self.script.write_entries(&entries);
        self.note(change);
    }

    pub(crate) fn lock(&mut self) {
        let writes = self.production().lock_pages(&self.pages());
        self.write(writes);
    }

    pub(crate) fn unlock(&mut self) {
        let writes = self.production().unlock_pages();
        self.write(writes);
    }

    pub(crate) fn set_page(&mut self, name: &str, value: SettingValue) {
        let name = format!("p:{name}");
        self.write(vec![(name, Write::Value(value))]);
    }

    pub(crate) fn revise(&mut self, date: &str) -> usize {
        let number = self.production().next_revision();
        self.write(Production::revise(
            number,
            &Revision::standard(number, date),
        ));
        number
    }

    /// Notes a stretch as changed in the revision that is being written.
    pub(crate) fn mark(&mut self, id: &str, range: std::ops::Range<u32>) {
        let number = self.production().revising.unwrap();
        let entry = Entry::Stretch(range, i32::try_from(number).unwrap());
        let change = self.script.write_entries(&[(format!("m:{id}"), entry)]);
        self.note(change);
    }

    pub(crate) fn edit(&mut self, edit: Edit) {
        let change = self.script.edit(&[edit], 0).unwrap();
        self.script.close_undo_group();
        self.note(change);
    }

    pub(crate) fn find(&self, needle: &str) -> u32 {
        let text = self.script.text();
        let at = text
            .find(needle)
            .unwrap_or_else(|| panic!("{needle:?} is in {text:?}"));
        u32::try_from(text[..at].encode_utf16().count()).unwrap()
    }

    /// Deletes from the beginning of one paragraph up to that of another.
    pub(crate) fn delete(&mut self, from: &str, until: &str) {
        let (from, to) = (self.find(from), self.find(until));
        self.edit(Edit::text(from, to, ""));
    }

    /// Puts paragraphs before the one that begins with `needle`.
    pub(crate) fn insert_before(&mut self, needle: &str, lines: &[&str]) {
        let at = self.find(needle);
        let lines = lines.iter().chain([&""]);
        let insert = lines.map(|line| InsertedLine::of(ElementType::General, *line));
        let insert = insert.collect();
        self.edit(Edit::Replace {
            from: at,
            to: at,
            insert,
        });
    }

    pub(crate) fn move_scene(&mut self, heading: &str, before: Option<&str>) {
        let scene = |heading: &str| {
            let scenes = self.script.scenes();
            scenes
                .into_iter()
                .find(|scene| scene.heading == heading)
                .unwrap()
                .id
        };
        let (scene, before) = (scene(heading), before.map(scene));
        let change = self.script.move_scene(&scene, before.as_ref(), 0).unwrap();
        self.note(change);
    }

    /// Every page's number and the first words on it.
    pub(crate) fn shown(&self) -> String {
        let pages = self.pages();
        let paragraphs = self.script.paragraphs(0..self.script.paragraph_count());
        let begins = |(label, page): (String, &scriptroom_pages::Page)| {
            let at = page.start;
            let text = paragraphs
                .get(at.paragraph)
                .map_or(String::new(), Paragraph::text);
            format!("{label}: {}", &text[at.offset_utf16 as usize..])
        };
        let shown: Vec<String> = pages
            .labels()
            .into_iter()
            .zip(pages.pages())
            .map(begins)
            .collect();
        shown.join("\n")
    }
}

/// Two who have the same script of pages of five lines.
pub(crate) struct Two {
    pub(crate) anna: Writer,
    pub(crate) ben: Writer,
}

pub(crate) const LINES: usize = 5;

pub(crate) fn general(text: impl Into<String>) -> Paragraph {
    Paragraph::new(ElementType::General, text)
}

/// Scenes of so many lines, each with a heading `INT. A`, `INT. B`, … that takes three of them.
pub(crate) fn scenes(lines: &[usize]) -> Vec<Paragraph> {
    let scene = |(scene, &count): (char, &usize)| {
        let heading = Paragraph::new(ElementType::SceneHeading, format!("INT. {scene}"));
        let rest = (3..count).map(move |line| general(format!("{scene}{line}")));
        std::iter::once(heading).chain(rest)
    };
    ('A'..).zip(lines).flat_map(scene).collect()
}

impl Two {
    pub(crate) fn new(paragraphs: Vec<Paragraph>) -> Two {
        Two::with_ids(paragraphs, [1, 2])
    }

    pub(crate) fn with_ids(paragraphs: Vec<Paragraph>, [anna, ben]: [u64; 2]) -> Two {
        let mut first = Writer::new(900, &[0, 0]);
        first.script.import(&PlainScript {
            paragraphs,
            ..PlainScript::default()
        });
        let lines = i32::try_from(LINES).unwrap();
        first.set_page("lines", SettingValue::Number(lines));
        let state = first.script.encode_state();
        Two {
            anna: Writer::new(anna, &state),
            ben: Writer::new(ben, &state),
        }
    }

    /// Both learn what the other wrote, and have the same.
    pub(crate) fn meet(&mut self) {
        loop {
            let (anna, ben) = (
                std::mem::take(&mut self.anna.sent),
                std::mem::take(&mut self.ben.sent),
            );
            if anna.is_empty() && ben.is_empty() {
                break;
            }
            for (to, updates) in [(&mut self.ben, anna), (&mut self.anna, ben)] {
                for update in updates {
                    let change = to.script.apply_update(&update).unwrap();
                    to.note(change);
                }
            }
        }
        self.check();
    }

    /// Both have the same, and it is sound: every number once, every lock that holds at a page's top.
    pub(crate) fn check(&self) {
        let [anna, ben] = [&self.anna, &self.ben];
        assert_eq!(anna.script.text(), ben.script.text());
        let sorted = |writer: &Writer| {
            let (mut entries, mut places) = (writer.script.entries(), writer.script.places());
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            places.sort();
            (entries, places)
        };
        assert_eq!(sorted(anna), sorted(ben));
        assert_eq!(anna.script.to_plain(), ben.script.to_plain());
        assert_eq!(anna.shown(), ben.shown());
        check_pages(anna);
    }
}

pub(crate) fn check_pages(writer: &Writer) {
    let (pages, production) = (writer.pages(), writer.production());
    let labels = pages.labels();
    let once: HashSet<&String> = labels.iter().collect();
    assert_eq!(once.len(), labels.len(), "{labels:?}");
    let passed_over: HashSet<&str> = pages
        .lock_diagnostics()
        .iter()
        .map(|diagnostic| match diagnostic {
            LockDiagnostic::OutOfOrder { label } | LockDiagnostic::Twice { label } => {
                label.as_str()
            }
        })
        .collect();
    let paragraphs = writer.script.paragraph_count();
    let is_any_omitted = (0..paragraphs).any(|index| writer.script.paragraph(index).omitted);
    for lock in production.locks.iter().skip(1) {
        let text = writer
            .script
            .paragraphs(lock.start.paragraph..lock.start.paragraph + 1);
        let is_inside =
            (lock.start.offset_utf16 as usize) < text.first().map_or(0, |first| first.text().len());
        let is_at_top = pages.pages().any(|page| {
            (page.start.paragraph, page.start.offset_utf16)
                == (lock.start.paragraph, lock.start.offset_utf16)
        });
        // An omitted scene's lines, and blank ones, stand on no page's top.
        let is_plain = is_inside && !is_any_omitted;
        let holds = !passed_over.contains(lock.label.as_str()) && lock.start.paragraph < paragraphs;
        assert!(
            is_at_top || !is_plain || !holds,
            "{lock:?} of\n{}",
            writer.shown()
        );
    }
}

pub(crate) fn check(writer: &Writer, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(writer.shown(), expected.join("\n"));
}
