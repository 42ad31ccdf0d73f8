//! Undo takes back all of a step, also where it had been taken back and made again before, and nothing else.

mod support;

use scriptroom_paragraphs::{Paragraph, Styles};
use scriptroom_script::{Edit, InsertedLine, Options, Script};
use support::{Dice, seeds};

struct Writer {
    script: Script,
    now_ms: u64,
}

impl Writer {
    fn new() -> Writer {
        Writer {
            script: Script::new(Options {
                client_id: 1,
                seed: 1,
            }),
            now_ms: 0,
        }
    }

    /// One edit, as a step of its own.
    fn replace(&mut self, from: u32, to: u32, text: &str) {
        self.edit(Edit::text(from, to, text));
    }

    fn edit(&mut self, edit: Edit) {
        self.now_ms += 1;
        self.script.close_undo_group();
        self.script
            .edit(&[edit], self.now_ms)
            .expect("it can be made");
    }

    /// Whether an edit would write again what is there.
    fn does_nothing(&self, edit: &Edit) -> bool {
        match edit {
            Edit::Replace { from, to, insert } => {
                let texts = insert
                    .iter()
                    .map(|line| line.runs.iter().map(|run| &run.text[..]));
                let lines: Vec<String> = texts.map(Iterator::collect).collect();
                self.script.slice(*from..*to) == lines.join("\n")
            }
            Edit::SetElement {
                paragraphs,
                element,
            } => self.script.paragraph(paragraphs.start).element == *element,
            _ => false,
        }
    }

    fn paragraphs(&self) -> Vec<Paragraph> {
        self.script.paragraphs(0..self.script.paragraph_count())
    }

    fn undo(&mut self) -> String {
        self.script.undo().expect("there is a step");
        self.script.check();
        self.script.text()
    }

    fn redo(&mut self) -> String {
        self.script.redo().expect("there is a step");
        self.script.check();
        self.script.text()
    }
}

#[test]
fn what_was_brought_back_and_written_into_is_taken_back_whole() {
    for text in ["It rains.", "a😀b😀c😀d"] {
        let mut writer = Writer::new();
        writer.replace(0, 0, "So. ");
        writer.replace(4, 4, text);
        let len = text.encode_utf16().count() as u32;
        let whole = format!("So. {text}");
        writer.replace(4, 4 + len, "");
        assert_eq!(writer.undo(), whole);
        // Behind the first letter, in the middle of a letter of two units and in front of the last one.
        for at in [5, 6, 3 + len] {
            writer.replace(at, at, "X");
            assert_eq!(writer.undo(), whole);
        }
        for _ in 0..3 {
            assert_eq!(writer.undo(), "So. ", "{text}");
            assert_eq!(writer.redo(), whole);
        }
        assert_eq!(writer.undo(), "So. ");
        assert_eq!(writer.undo(), "");
        assert_eq!(writer.redo(), "So. ");
        assert_eq!(writer.redo(), whole);
    }
}

#[test]
fn what_somebody_else_has_written_into_it_stays() {
    let mut writer = Writer::new();
    writer.replace(0, 0, "It rains.");
    writer.replace(0, 9, "");
    writer.undo();
    let mut other = Script::load(
        Options {
            client_id: 2,
            seed: 2,
        },
        &[writer.script.encode_state()],
    )
    .expect("a state");
    let change = other.edit(&[Edit::text(3, 3, "never ")], 0);
    let update = change.expect("it can be made").update;
    let update = update.expect("it changed something");
    writer.script.apply_update(&update).expect("an update");
    assert_eq!(writer.script.text(), "It never rains.");
    assert_eq!(writer.undo(), "never ");
    assert_eq!(writer.redo(), "It never rains.");
}

#[test]
fn a_style_that_nobody_sees_is_no_step() {
    let mut writer = Writer::new();
    let lines = ["one", "two"].map(InsertedLine::new);
    writer.edit(Edit::Replace {
        from: 0,
        to: 0,
        insert: lines.into(),
    });
    let bold = |from, to, on| Edit::Format {
        from,
        to,
        style: Styles::BOLD,
        on,
    };
    writer.edit(bold(0, 3, true));
    for invisible in [bold(3, 4, true), bold(0, 4, true), bold(4, 7, false)] {
        writer.edit(invisible);
    }
    writer.undo();
    assert_eq!(
        writer.script.runs(0..7).len(),
        1,
        "the bold word was undone"
    );
    assert_eq!(writer.undo(), "");
}

/// Steps of every kind, some taken back and made again in between, against a list of what there was.
#[test]
fn undo_and_redo_go_through_the_states_whatever_was_written_between() {
    for seed in seeds(0..60) {
        let mut dice = Dice::new(seed);
        let mut writer = Writer::new();
        let (mut past, mut future) = (Vec::new(), Vec::new());
        let mut now = writer.paragraphs();
        for step in 0..80 {
            let told = format!("seed {seed}, step {step}");
            match dice.below(10) {
                0..=3 => {
                    let Some(before) = past.pop() else { continue };
                    writer.undo();
                    future.push(std::mem::replace(&mut now, before));
                }
                4..=5 => {
                    let Some(after) = future.pop() else { continue };
                    writer.redo();
                    past.push(std::mem::replace(&mut now, after));
                }
                _ => {
                    let edit = random_edit(&writer.script, &mut dice);
                    if writer.does_nothing(&edit) {
                        continue;
                    }
                    writer.edit(edit);
                    let after = writer.paragraphs();
                    past.push(std::mem::replace(&mut now, after));
                    future.clear();
                }
            }
            assert_eq!(writer.paragraphs(), now, "{told}");
        }
    }
}

fn random_edit(script: &Script, dice: &mut Dice) -> Edit {
    let len = script.len_utf16() as usize;
    let from = dice.below(len + 1);
    let to = len.min(from + dice.below(9));
    let paragraph = script.paragraph_at(from as u32);
    let mut lines = |count| {
        let line = |_| InsertedLine::new(["", "a", "bc😀d", "So it rains."][dice.below(4)]);
        (0..count).map(line).collect::<Vec<_>>()
    };
    let [from, to] = [from as u32, to as u32];
    match from % 8 {
        0 => Edit::SetElement {
            paragraphs: paragraph..paragraph + 1,
            element: dice.element(),
        },
        1 | 2 => Edit::text(from, to, ""),
        3 => Edit::Replace {
            from,
            to,
            insert: lines(2),
        },
        4 => Edit::Replace {
            from,
            to,
            insert: lines(1),
        },
        _ => Edit::Replace {
            from,
            to: from,
            insert: lines(1),
        },
    }
}
