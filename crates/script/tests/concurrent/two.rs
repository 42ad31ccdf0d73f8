//! Two writers who edit at once, and what comes of it.

use expect_test::Expect;
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script};

use crate::support::Editor;

/// A replica with an editor that only follows changes.
pub(crate) struct Writer {
    pub(crate) script: Script,
    pub(crate) editor: Editor,
    pub(crate) sent: Vec<Vec<u8>>,
}

impl Writer {
    pub(crate) fn new(client_id: u64, state: &[u8]) -> Writer {
        let options = Options {
            client_id,
            seed: client_id,
        };
        let script = Script::load(options, &[state]).unwrap();
        Writer {
            editor: Editor::of(&script),
            script,
            sent: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, change: Change) {
        self.editor.apply(&change);
        self.editor.check(&self.script);
        self.script.check();
        self.sent.extend(change.update);
    }

    pub(crate) fn edit(&mut self, edit: Edit) {
        let change = self.script.edit(&[edit], 0).unwrap();
        self.script.close_undo_group();
        self.note(change);
    }

    /// Where `needle` starts.
    pub(crate) fn find(&self, needle: &str) -> u32 {
        let text = self.script.text();
        let at = text
            .find(needle)
            .unwrap_or_else(|| panic!("{needle:?} is in {text:?}"));
        text[..at].encode_utf16().count() as u32
    }

    pub(crate) fn end_of(&self, needle: &str) -> u32 {
        self.find(needle) + needle.encode_utf16().count() as u32
    }

    pub(crate) fn paragraph_of(&self, needle: &str) -> usize {
        self.script.paragraph_at(self.find(needle))
    }

    /// Types right behind `needle`.
    pub(crate) fn type_behind(&mut self, needle: &str, text: &str) {
        let at = self.end_of(needle);
        self.edit(Edit::text(at, at, text));
    }

    /// Types right before `needle`.
    pub(crate) fn type_before(&mut self, needle: &str, text: &str) {
        let at = self.find(needle);
        self.edit(Edit::text(at, at, text));
    }

    /// Enter right behind `needle`, then text in the new paragraph.
    pub(crate) fn enter_behind(&mut self, needle: &str, text: &str) {
        let at = self.end_of(needle);
        self.edit(Edit::Replace {
            from: at,
            to: at,
            insert: vec![
                InsertedLine::default(),
                InsertedLine::of(ElementType::Dialogue, text),
            ],
        });
    }

    /// Joins the paragraph that starts with `needle` to the one before it.
    pub(crate) fn merge(&mut self, needle: &str) {
        let at = self.find(needle);
        self.edit(Edit::text(at - 1, at, ""));
    }

    pub(crate) fn delete(&mut self, needle: &str) {
        let (from, to) = (self.find(needle), self.end_of(needle));
        self.edit(Edit::text(from, to, ""));
    }

    /// Deletes a whole paragraph with its mark.
    pub(crate) fn delete_paragraph(&mut self, needle: &str) {
        let paragraph = self.paragraph_of(needle);
        let from = self.script.paragraph_start(paragraph);
        let to = from + self.script.paragraph(paragraph).len + 1;
        self.edit(Edit::text(from, to, ""));
    }

    pub(crate) fn delete_everything(&mut self) {
        let len = self.script.len_utf16();
        self.edit(Edit::text(0, len, ""));
    }

    pub(crate) fn retype(&mut self, needle: &str, element: ElementType) {
        let paragraph = self.paragraph_of(needle);
        self.edit(Edit::SetElement {
            paragraphs: paragraph..paragraph + 1,
            element,
        });
    }

    pub(crate) fn bold(&mut self, needle: &str) {
        let (from, to) = (self.find(needle), self.end_of(needle));
        self.edit(Edit::Format {
            from,
            to,
            style: Styles::BOLD,
            on: true,
        });
    }

    /// Moves the scene of which the heading is `needle` before another, or to the end.
    pub(crate) fn move_scene(&mut self, needle: &str, before: Option<&str>) {
        let id = |needle: &str| {
            let scenes = self.script.scenes();
            scenes
                .into_iter()
                .find(|s| s.heading.contains(needle))
                .unwrap()
                .id
        };
        let (scene, before) = (id(needle), before.map(id));
        let change = self.script.move_scene(&scene, before.as_ref(), 0).unwrap();
        self.script.close_undo_group();
        self.note(change);
    }

    pub(crate) fn undo(&mut self) {
        let change = self.script.undo().unwrap();
        self.note(change);
    }

    pub(crate) fn redo(&mut self) {
        let change = self.script.redo().unwrap();
        self.note(change);
    }

    pub(crate) fn take(&mut self, updates: &[Vec<u8>]) {
        for update in updates {
            let change = self.script.apply_update(update).unwrap();
            self.note(change);
        }
    }
}

pub(crate) fn start(lines: &str) -> Vec<u8> {
    let paragraphs = lines.lines().map(|line| {
        let (element, text) = line
            .split_once(": ")
            .unwrap_or((line.trim_end_matches(':'), ""));
        Paragraph::new(element.parse().unwrap(), text)
    });
    let mut script = Script::new(Options {
        client_id: 50,
        seed: 50,
    });
    script.import(&PlainScript {
        title_page: Vec::new(),
        paragraphs: paragraphs.collect(),
    });
    script.encode_state()
}

/// Several scenes in one strip, as they come about when they are typed before others.
pub(crate) fn one_strip(lines: &str) -> Vec<u8> {
    let mut script = Script::new(Options {
        client_id: 50,
        seed: 50,
    });
    let lines: Vec<InsertedLine> = lines
        .lines()
        .map(|line| {
            let (element, text) = line.split_once(": ").unwrap();
            InsertedLine::of(element.parse().unwrap(), text)
        })
        .collect();
    let element = lines[0].element.unwrap();
    let edits = [
        Edit::Replace {
            from: 0,
            to: 0,
            insert: lines,
        },
        Edit::SetElement {
            paragraphs: 0..1,
            element,
        },
    ];
    for edit in edits {
        script.edit(&[edit], 0).unwrap();
    }
    script.encode_state()
}

pub(crate) fn shown(script: &Script) -> String {
    let paragraphs = script.paragraphs(0..usize::MAX);
    let line = |paragraph: &Paragraph| {
        let text: String = paragraph
            .runs
            .iter()
            .map(|run| match run.styles.is_empty() {
                true => run.text.clone(),
                false => format!("*{}*", run.text),
            })
            .collect();
        format!("{}: {text}", paragraph.element)
            .trim_end()
            .to_owned()
    };
    paragraphs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Lets two writers act on the same state and brings both together; the first has the smaller id.
pub(crate) fn meet(
    state: &[u8],
    a: &dyn Fn(&mut Writer),
    b: &dyn Fn(&mut Writer),
    swapped: bool,
) -> String {
    meet_and_then(state, a, b, &|_| (), swapped)
}

/// The same; then the first does something more.
pub(crate) fn meet_and_then(
    state: &[u8],
    a: &dyn Fn(&mut Writer),
    b: &dyn Fn(&mut Writer),
    then: &dyn Fn(&mut Writer),
    swapped: bool,
) -> String {
    let (id_a, id_b) = if swapped { (2, 1) } else { (1, 2) };
    let (mut one, mut two) = (Writer::new(id_a, state), Writer::new(id_b, state));
    a(&mut one);
    b(&mut two);
    exchange(&mut one, &mut two);
    then(&mut one);
    exchange(&mut one, &mut two);
    assert_eq!(
        one.script.to_plain(),
        two.script.to_plain(),
        "they converge"
    );
    assert_eq!(one.script.scenes(), two.script.scenes(), "so do the scenes");
    shown(&one.script)
}

/// Until nobody has anything to say: an update may be answered.
pub(crate) fn exchange(one: &mut Writer, two: &mut Writer) {
    while !one.sent.is_empty() || !two.sent.is_empty() {
        let (from_one, from_two) = (std::mem::take(&mut one.sent), std::mem::take(&mut two.sent));
        two.take(&from_one);
        one.take(&from_two);
    }
}

/// Both orders of client ids come to the same.
pub(crate) fn check(
    state: &[u8],
    a: impl Fn(&mut Writer),
    b: impl Fn(&mut Writer),
    expected: Expect,
) {
    expected.assert_eq(&meet(state, &a, &b, false));
    expected.assert_eq(&meet(state, &a, &b, true));
}

/// The order of client ids decides.
pub(crate) fn check_either(
    state: &[u8],
    a: impl Fn(&mut Writer),
    b: impl Fn(&mut Writer),
    expected: Expect,
    swapped: Expect,
) {
    expected.assert_eq(&meet(state, &a, &b, false));
    swapped.assert_eq(&meet(state, &a, &b, true));
}
