//! Colours of scenes: what two people make of them at once, what moves and undo leave of them.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use expect_test::{Expect, expect};
use scriptroom_paragraphs::{Attributes, Color, ElementType, Paragraph, PlainScript};
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script};
use support::Editor;

/// A replica with an editor that only follows changes.
struct Writer {
    script: Script,
    editor: Editor,
    sent: Vec<Vec<u8>>,
}

impl Writer {
    fn new(client_id: u64, state: &[u8]) -> Writer {
        let script = Script::load(options(client_id), &[state]).unwrap();
        Writer {
            editor: Editor::of(&script),
            script,
            sent: Vec::new(),
        }
    }

    fn note(&mut self, change: Change) {
        self.script.close_undo_group();
        self.editor.apply(&change);
        self.editor.check(&self.script);
        self.script.check();
        self.sent.extend(change.update);
    }

    fn edit(&mut self, edit: Edit) {
        let change = self.script.edit(&[edit], 0).unwrap();
        self.note(change);
    }

    /// The paragraph that begins so.
    fn find(&self, text: &str) -> usize {
        let at = self.script.text().find(text).unwrap();
        self.script.paragraph_at(u32::try_from(at).unwrap())
    }

    fn set(&mut self, text: &str, change: impl FnOnce(&mut Attributes)) {
        let paragraph = self.find(text);
        let mut now = self.script.paragraphs(paragraph..paragraph + 1);
        let mut attributes = now.remove(0).attributes;
        change(&mut attributes);
        self.edit(Edit::SetAttributes {
            paragraph,
            attributes,
        });
    }

    /// Gives a scene a shade of grey, or no colour.
    fn paint(&mut self, heading: &str, shade: Option<u8>) {
        self.set(heading, |attributes| {
            attributes.color = shade.map(|shade| Color([shade; 3]))
        });
    }

    fn retype(&mut self, text: &str, element: ElementType) {
        let paragraph = self.find(text);
        self.edit(Edit::SetElement {
            paragraphs: paragraph..paragraph + 1,
            element,
        });
    }

    /// Puts lines at an offset in a paragraph.
    fn insert(&mut self, text: &str, offset: u32, insert: Vec<InsertedLine>) {
        let at = self.script.paragraph_start(self.find(text)) + offset;
        self.edit(Edit::Replace {
            from: at,
            to: at,
            insert,
        });
    }

    fn move_to_end(&mut self, heading: &str) {
        let mut scenes = self.script.scenes().into_iter();
        let id = scenes.find(|scene| scene.heading == heading).unwrap().id;
        let change = self.script.move_scene(&id, None, 0).unwrap();
        self.note(change);
    }

    fn undo(&mut self) {
        let change = self.script.undo().unwrap();
        self.note(change);
    }
}

fn options(client_id: u64) -> Options {
    Options {
        client_id,
        seed: client_id,
    }
}

/// Two scenes, each in a strip of its own, or both in one.
fn two_scenes(in_one_strip: bool) -> Vec<u8> {
    let mut script = Script::new(options(50));
    let heading = ElementType::SceneHeading;
    if in_one_strip {
        let lines = vec![
            InsertedLine::of(heading, "ONE"),
            InsertedLine::of(ElementType::Action, "alpha"),
            InsertedLine::of(heading, "TWO"),
        ];
        let insert = Edit::Replace {
            from: 0,
            to: 0,
            insert: lines,
        };
        let retype = Edit::SetElement {
            paragraphs: 0..1,
            element: heading,
        };
        for edit in [insert, retype] {
            script.edit(&[edit], 0).unwrap();
        }
    } else {
        script.import(&PlainScript {
            paragraphs: vec![
                Paragraph::new(heading, "ONE"),
                Paragraph::new(ElementType::Action, "alpha"),
                Paragraph::new(heading, "TWO"),
            ],
            ..PlainScript::default()
        });
    }
    script.encode_state()
}

/// What two who act at once come to, when the second has the larger client id, and when the smaller one.
fn check(state: &[u8], a: impl Fn(&mut Writer), b: impl Fn(&mut Writer), outcomes: [&Expect; 2]) {
    for (ids, outcome) in [[1, 2], [2, 1]].into_iter().zip(outcomes) {
        let [mut one, mut two] = ids.map(|id| Writer::new(id, state));
        a(&mut one);
        b(&mut two);
        while !one.sent.is_empty() || !two.sent.is_empty() {
            let sent = [&mut one, &mut two].map(|writer| std::mem::take(&mut writer.sent));
            for (updates, to) in sent.iter().zip([&mut two, &mut one]) {
                for update in updates {
                    let change = to.script.apply_update(update).unwrap();
                    to.note(change);
                }
            }
        }
        assert_eq!(one.script.to_plain(), two.script.to_plain());
        assert_eq!(one.script.scenes(), two.script.scenes());
        outcome.assert_eq(&shown(&one.script));
    }
}

fn shown(script: &Script) -> String {
    let paragraphs = script.paragraphs(0..usize::MAX);
    let line = |paragraph: &Paragraph| {
        let attributes = &paragraph.attributes;
        let number = attributes.scene_number.iter().cloned();
        let color = attributes.color.iter().map(Color::to_string);
        let said: Vec<String> = number.chain(color).chain([paragraph.text()]).collect();
        format!("{} {}", paragraph.element, said.join(" "))
    };
    let lines: Vec<String> = paragraphs.iter().map(line).collect();
    lines.join(", ")
}

fn nothing(_: &mut Writer) {}

#[test]
fn of_two_colours_at_once_everybody_has_the_same() {
    check(
        &two_scenes(false),
        |a| a.paint("ONE", Some(0x11)),
        |b| b.paint("ONE", Some(0x22)),
        [
            &expect!["scene-heading #222222 ONE, action alpha, scene-heading TWO"],
            &expect!["scene-heading #111111 ONE, action alpha, scene-heading TWO"],
        ],
    );
}

#[test]
fn a_colour_and_what_else_is_said_and_typed_meanwhile_are_all_there() {
    let outcome = expect!["scene-heading 7 #111111 XONE, action alpha, scene-heading TWO"];
    check(
        &two_scenes(false),
        |a| a.paint("ONE", Some(0x11)),
        |b| {
            b.set("ONE", |attributes| {
                attributes.scene_number = Some("7".to_owned())
            });
            b.insert("ONE", 0, vec![InsertedLine::new("X")]);
        },
        [&outcome, &outcome],
    );
}

#[test]
fn a_colour_goes_along_with_its_scene() {
    // Moved as a strip, and carved from one with others in it, where its mark is copied.
    for in_one_strip in [false, true] {
        let outcome = expect!["scene-heading TWO, scene-heading #111111 ONE, action alpha"];
        check(
            &two_scenes(in_one_strip),
            |a| {
                a.paint("ONE", Some(0x11));
                a.move_to_end("ONE");
            },
            nothing,
            [&outcome, &outcome],
        );
    }
    let meanwhile = expect!["scene-heading TWO, scene-heading #111111 ONE, action alpha"];
    check(
        &two_scenes(false),
        |a| a.move_to_end("ONE"),
        |b| b.paint("ONE", Some(0x11)),
        [&meanwhile, &meanwhile],
    );
}

#[test]
fn a_colour_stays_with_the_first_part_of_its_heading_and_is_no_actions() {
    let painted = |act: &dyn Fn(&mut Writer), outcome: Expect| {
        let paint_and_act = |a: &mut Writer| {
            a.paint("ONE", Some(0x11));
            act(a);
        };
        check(
            &two_scenes(false),
            paint_and_act,
            nothing,
            [&outcome, &outcome],
        );
    };
    painted(
        &|a| a.insert("ONE", 1, vec![InsertedLine::default(); 2]),
        expect!["scene-heading #111111 O, action NE, action alpha, scene-heading TWO"],
    );
    painted(
        &|a| a.retype("ONE", ElementType::Action),
        expect!["action ONE, action alpha, scene-heading TWO"],
    );
    painted(
        &|a| {
            a.retype("ONE", ElementType::Action);
            a.retype("ONE", ElementType::SceneHeading);
        },
        expect!["scene-heading #111111 ONE, action alpha, scene-heading TWO"],
    );
}

#[test]
fn undo_brings_back_the_colour_before_and_leaves_what_others_wrote() {
    let outcome = expect!["scene-heading #111111 XONE, action alpha, scene-heading TWO"];
    check(
        &two_scenes(false),
        |a| {
            a.paint("ONE", Some(0x11));
            a.paint("ONE", Some(0x22));
            a.paint("ONE", None);
            a.undo();
            a.undo();
        },
        |b| b.insert("ONE", 0, vec![InsertedLine::new("X")]),
        [&outcome, &outcome],
    );
}
