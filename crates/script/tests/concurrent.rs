//! Pairs of edits that two people make at once, each in both orders of client ids.
//!
//! The expected outcomes were written down before the first run. Where the order of ids may
//! decide, both outcomes stand there; text is never lost or doubled in any.
//!
//! A script is written as lines `type: text`. Scenes stand in strips of their own unless a case says otherwise.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use expect_test::{Expect, expect};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script};
use support::Editor;

const FIRST: &str = "\
scene-heading: INT. ONE
action: alpha beta
action: gamma
scene-heading: INT. TWO
action: delta";

/// A replica with an editor that only follows changes.
struct Writer {
    script: Script,
    editor: Editor,
    sent: Vec<Vec<u8>>,
}

impl Writer {
    fn new(client_id: u64, state: &[u8]) -> Writer {
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

    fn note(&mut self, change: Change) {
        self.editor.apply(&change);
        self.editor.check(&self.script);
        self.script.check();
        self.sent.extend(change.update);
    }

    fn edit(&mut self, edit: Edit) {
        let change = self.script.edit(&[edit], 0).unwrap();
        self.script.close_undo_group();
        self.note(change);
    }

    /// Where `needle` starts.
    fn find(&self, needle: &str) -> u32 {
        let text = self.script.text();
        let at = text
            .find(needle)
            .unwrap_or_else(|| panic!("{needle:?} is in {text:?}"));
        text[..at].encode_utf16().count() as u32
    }

    fn end_of(&self, needle: &str) -> u32 {
        self.find(needle) + needle.encode_utf16().count() as u32
    }

    fn paragraph_of(&self, needle: &str) -> usize {
        self.script.paragraph_at(self.find(needle))
    }

    /// Types right behind `needle`.
    fn type_behind(&mut self, needle: &str, text: &str) {
        let at = self.end_of(needle);
        self.edit(Edit::text(at, at, text));
    }

    /// Types right before `needle`.
    fn type_before(&mut self, needle: &str, text: &str) {
        let at = self.find(needle);
        self.edit(Edit::text(at, at, text));
    }

    /// Enter right behind `needle`, then text in the new paragraph.
    fn enter_behind(&mut self, needle: &str, text: &str) {
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
    fn merge(&mut self, needle: &str) {
        let at = self.find(needle);
        self.edit(Edit::text(at - 1, at, ""));
    }

    fn delete(&mut self, needle: &str) {
        let (from, to) = (self.find(needle), self.end_of(needle));
        self.edit(Edit::text(from, to, ""));
    }

    /// Deletes a whole paragraph with its mark.
    fn delete_paragraph(&mut self, needle: &str) {
        let paragraph = self.paragraph_of(needle);
        let from = self.script.paragraph_start(paragraph);
        let to = from + self.script.paragraph(paragraph).len + 1;
        self.edit(Edit::text(from, to, ""));
    }

    fn delete_everything(&mut self) {
        let len = self.script.len_utf16();
        self.edit(Edit::text(0, len, ""));
    }

    fn retype(&mut self, needle: &str, element: ElementType) {
        let paragraph = self.paragraph_of(needle);
        self.edit(Edit::SetElement {
            paragraphs: paragraph..paragraph + 1,
            element,
        });
    }

    fn bold(&mut self, needle: &str) {
        let (from, to) = (self.find(needle), self.end_of(needle));
        self.edit(Edit::Format {
            from,
            to,
            style: Styles::BOLD,
            on: true,
        });
    }

    /// Moves the scene of which the heading is `needle` before another, or to the end.
    fn move_scene(&mut self, needle: &str, before: Option<&str>) {
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

    fn undo(&mut self) {
        let change = self.script.undo().unwrap();
        self.note(change);
    }

    fn redo(&mut self) {
        let change = self.script.redo().unwrap();
        self.note(change);
    }

    fn take(&mut self, updates: &[Vec<u8>]) {
        for update in updates {
            let change = self.script.apply_update(update).unwrap();
            self.note(change);
        }
    }
}

fn start(lines: &str) -> Vec<u8> {
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
fn one_strip(lines: &str) -> Vec<u8> {
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

fn shown(script: &Script) -> String {
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
fn meet(state: &[u8], a: &dyn Fn(&mut Writer), b: &dyn Fn(&mut Writer), swapped: bool) -> String {
    meet_and_then(state, a, b, &|_| (), swapped)
}

/// The same; then the first does something more.
fn meet_and_then(
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
fn exchange(one: &mut Writer, two: &mut Writer) {
    while !one.sent.is_empty() || !two.sent.is_empty() {
        let (from_one, from_two) = (std::mem::take(&mut one.sent), std::mem::take(&mut two.sent));
        two.take(&from_one);
        one.take(&from_two);
    }
}

/// Both orders of client ids come to the same.
fn check(state: &[u8], a: impl Fn(&mut Writer), b: impl Fn(&mut Writer), expected: Expect) {
    expected.assert_eq(&meet(state, &a, &b, false));
    expected.assert_eq(&meet(state, &a, &b, true));
}

/// The order of client ids decides.
fn check_either(
    state: &[u8],
    a: impl Fn(&mut Writer),
    b: impl Fn(&mut Writer),
    expected: Expect,
    swapped: Expect,
) {
    expected.assert_eq(&meet(state, &a, &b, false));
    swapped.assert_eq(&meet(state, &a, &b, true));
}

fn two_lines() -> Vec<u8> {
    start("action: alpha beta\naction: gamma")
}

#[test]
fn split_and_type_before_the_cut() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.type_behind("alp", "X"),
        expect![[r#"
            action: alpXha
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn split_and_type_after_the_cut() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.type_behind("bet", "X"),
        expect![[r#"
            action: alpha
            dialogue:  betXa
            action: gamma"#]],
    );
}

#[test]
fn split_and_split_at_the_same_place() {
    check(
        &two_lines(),
        |a| a.enter_behind("alpha", ""),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: alpha
            action:
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn split_and_split_at_different_places() {
    check(
        &two_lines(),
        |a| a.enter_behind("al", ""),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: al
            action: pha
            dialogue:  beta
            action: gamma"#]],
    );
}

#[test]
fn merge_and_type_in_either_half() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"action: alphaX betagamma"#]],
    );
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.type_behind("gam", "X"),
        expect![[r#"action: alpha betagamXma"#]],
    );
}

#[test]
fn merge_and_merge() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.merge("gamma"),
        expect![[r#"action: alpha betagamma"#]],
    );
    check(
        &start("character: one\ndialogue: two\naction: three"),
        |a| a.merge("two"),
        |b| b.merge("three"),
        // The one writes the cue's type to the mark that the other deletes.
        expect![[r#"dialogue: onetwothree"#]],
    );
}

#[test]
fn merge_and_split() {
    check(
        &two_lines(),
        |a| a.merge("gamma"),
        |b| b.enter_behind("gam", ""),
        expect![[r#"
            action: alpha betagam
            dialogue: ma"#]],
    );
}

#[test]
fn retype_and_type() {
    check(
        &two_lines(),
        |a| a.retype("alpha", ElementType::Dialogue),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"
            dialogue: alphaX beta
            action: gamma"#]],
    );
}

#[test]
fn retype_and_split() {
    check_either(
        &two_lines(),
        |a| a.retype("alpha", ElementType::Character),
        |b| b.enter_behind("alpha", ""),
        // Both set the type of the mark that ends the second half: the greater id wins.
        expect![[r#"
            action: alpha
            dialogue:  beta
            action: gamma"#]],
        expect![[r#"
            action: alpha
            character:  beta
            action: gamma"#]],
    );
}

#[test]
fn retype_and_retype() {
    check_either(
        &two_lines(),
        |a| a.retype("gamma", ElementType::Character),
        |b| b.retype("gamma", ElementType::Dialogue),
        expect![[r#"
            action: alpha beta
            dialogue: gamma"#]],
        expect![[r#"
            action: alpha beta
            character: gamma"#]],
    );
}

#[test]
fn retype_and_merge() {
    check(
        &two_lines(),
        |a| a.retype("gamma", ElementType::Dialogue),
        |b| b.merge("gamma"),
        expect![[r#"dialogue: alpha betagamma"#]],
    );
}

#[test]
fn delete_a_paragraph_and_type_in_it() {
    check(
        &two_lines(),
        |a| a.delete_paragraph("alpha"),
        |b| b.type_behind("alpha", "X"),
        expect![[r#"action: Xgamma"#]],
    );
}

#[test]
fn move_a_scene_and_type_in_it() {
    check(
        &start(FIRST),
        |a| a.move_scene("TWO", Some("ONE")),
        |b| b.type_behind("delta", "X"),
        expect![[r#"
            scene-heading: INT. TWO
            action: deltaX
            scene-heading: INT. ONE
            action: alpha beta
            action: gamma"#]],
    );
}

#[test]
fn move_and_move() {
    let three = start("scene-heading: ONE\nscene-heading: TWO\nscene-heading: THREE");
    check_either(
        &three,
        |a| a.move_scene("ONE", None),
        |b| b.move_scene("ONE", Some("THREE")),
        expect![[r#"
            scene-heading: TWO
            scene-heading: ONE
            scene-heading: THREE"#]],
        expect![[r#"
            scene-heading: TWO
            scene-heading: THREE
            scene-heading: ONE"#]],
    );
}

#[test]
fn bold_and_split() {
    check(
        &two_lines(),
        |a| a.bold("alpha beta"),
        |b| b.enter_behind("alpha", ""),
        expect![[r#"
            action: *alpha*
            dialogue: * beta*
            action: gamma"#]],
    );
}

#[test]
fn type_and_type_at_one_place() {
    check_either(
        &two_lines(),
        |a| a.type_behind("alpha", "XX"),
        |b| b.type_behind("alpha", "YY"),
        expect![[r#"
            action: alphaXXYY beta
            action: gamma"#]],
        expect![[r#"
            action: alphaYYXX beta
            action: gamma"#]],
    );
}

#[test]
fn enter_at_the_end_and_type_at_the_end() {
    check(
        &two_lines(),
        |a| a.enter_behind("beta", "new"),
        |b| b.type_behind("beta", "X"),
        expect![[r#"
            action: alpha betaX
            dialogue: new
            action: gamma"#]],
    );
}

#[test]
fn undo_of_each_and_type() {
    type Act = fn(&mut Writer);
    let acts: [(&str, Act); 5] = [
        ("split", |a| a.enter_behind("alpha", "")),
        ("merge", |a| a.merge("gamma")),
        ("retype", |a| a.retype("alpha", ElementType::Dialogue)),
        ("bold", |a| a.bold("alpha")),
        ("delete", |a| a.delete("pha")),
    ];
    for (name, act) in acts {
        for swapped in [false, true] {
            let outcome = meet(
                &two_lines(),
                &|a| {
                    act(a);
                    a.undo();
                },
                &|b| b.type_behind("bet", "X"),
                swapped,
            );
            assert_eq!(
                outcome, "action: alpha betXa\naction: gamma",
                "undo of {name}"
            );
        }
    }
}

#[test]
fn emoji_and_combining_characters_stay_whole() {
    check(
        &start("action: e\u{301}\u{1f469}\u{200d}\u{1f680}z\naction: \u{1f600}"),
        |a| a.enter_behind("e\u{301}", ""),
        |b| b.type_behind("\u{1f680}", "\u{1f4a1}"),
        expect![[r#"
            action: é
            dialogue: 👩‍🚀💡z
            action: 😀"#]],
    );
}

#[test]
fn across_a_strips_boundary_and_move() {
    // ONE and TWO are strips; deleting TWO's first words with the mark before joins the strips.
    check(
        &start(FIRST),
        |a| a.merge("INT. TWO"),
        |b| b.type_behind("delta", "X"),
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            action: gammaINT. TWO
            action: deltaX"#]],
    );
    check_either(
        &start(FIRST),
        |a| a.merge("INT. TWO"),
        |b| b.retype("INT. TWO", ElementType::Shot),
        // The merge gives the mark the type of the first half; the other sets it at once: the
        // greater id wins.
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            shot: gammaINT. TWO
            action: delta"#]],
        expect![[r#"
            scene-heading: INT. ONE
            action: alpha beta
            action: gammaINT. TWO
            action: delta"#]],
    );
    check(
        &start(FIRST),
        |a| {
            let (from, to) = (a.find("mma"), a.find(" TWO"));
            a.edit(Edit::text(from, to, ""));
        },
        |b| b.move_scene("TWO", Some("ONE")),
        // What is left of the first half stays at its place; the second moves.
        expect![[r#"
            action:  TWO
            action: delta
            scene-heading: INT. ONE
            action: alpha beta
            action: ga"#]],
    );
    check(
        &start(FIRST),
        |a| a.enter_behind("gamma", "new"),
        |b| b.move_scene("TWO", Some("ONE")),
        expect![[r#"
            scene-heading: INT. TWO
            action: delta
            scene-heading: INT. ONE
            action: alpha beta
            action: gamma
            dialogue: new"#]],
    );
}

const THREE: &str = "\
scene-heading: ONE
action: alpha
scene-heading: TWO
action: beta
scene-heading: THREE
action: gamma";

#[test]
fn carve_and_type() {
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", Some("ONE")),
        |b| b.type_behind("bet", "X"),
        expect![[r#"
            scene-heading: TWO
            action: betXa
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamma"#]],
    );
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", Some("ONE")),
        |b| b.type_before("TWO", "X"),
        expect![[r#"
            scene-heading: XTWO
            action: beta
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamma"#]],
    );
}

#[test]
fn carve_and_carve() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| a.move_scene("TWO", Some("ONE")),
            &|b| b.move_scene("TWO", None),
            swapped,
        );
        let mut lines: Vec<&str> = outcome.lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<&str> = THREE.lines().collect();
        expected.sort_unstable();
        assert_eq!(lines, expected, "one of both wins, and nothing is doubled");
    }
}

/// Whoever may not write leaves it to those who do; these look also when they had it on their device already.
#[test]
fn carve_and_carve_seen_by_a_reader() {
    let state = one_strip(THREE);
    let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
    one.move_scene("TWO", Some("ONE"));
    two.move_scene("TWO", None);
    let mut reader = Writer::new(3, &state).script;
    let both: Vec<Vec<u8>> = one.sent.iter().chain(&two.sent).cloned().collect();
    for update in &both {
        let change = reader.apply_as_reader(update).unwrap();
        assert_eq!(change.update, None);
    }
    let count = |script: &Script| script.text().matches("TWO").count();
    assert_eq!(count(&reader), 2);

    let mut late = Writer::new(4, &reader.encode_state());
    let nothing_new = vec![0, 0];
    late.take(&[nothing_new]);
    assert_eq!(count(&late.script), 1);
    for update in &late.sent {
        reader.apply_as_reader(update).unwrap();
    }
    assert_eq!(reader.to_plain(), late.script.to_plain());
}

#[test]
fn carve_and_merge() {
    check(
        &one_strip(THREE),
        |a| a.move_scene("TWO", None),
        |b| b.merge("beta"),
        // The merge deletes the old mark; the carve has copied it: the paragraphs stay apart.
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: THREE
            action: gamma
            scene-heading: TWO
            action: beta"#]],
    );
}

#[test]
fn undo_of_a_carve_and_type() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| {
                a.move_scene("TWO", Some("ONE"));
                a.undo();
            },
            &|b| b.type_behind("bet", "X"),
            swapped,
        );
        assert_eq!(
            outcome.matches('X').count(),
            1,
            "the word is there once: {outcome}"
        );
        for line in ["ONE", "alpha", "TWO", "THREE", "gamma"] {
            assert_eq!(
                outcome.matches(line).count(),
                1,
                "{line} is there once: {outcome}"
            );
        }
    }
}

/// What was carved was carved again by somebody else, and the first of them undoes. Both see what the other did before that.
#[test]
fn undo_of_a_carve_whose_copies_were_carved_again() {
    let state = one_strip(THREE);
    let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
    one.move_scene("TWO", Some("ONE"));
    two.take(&one.sent);
    let at = two.find("TWO");
    two.edit(Edit::Replace {
        from: at,
        to: at,
        insert: ["NEW", ""]
            .map(|text| InsertedLine::of(ElementType::SceneHeading, text))
            .into(),
    });
    two.move_scene("TWO", None);
    one.take(&two.sent);
    let before = one.sent.len();
    one.undo();
    two.take(&one.sent[before..]);
    assert_eq!(one.script.to_plain(), two.script.to_plain());
    let text = one.script.text();
    for line in ["ONE", "alpha", "NEW", "TWO", "beta", "THREE", "gamma"] {
        assert_eq!(
            text.matches(line).count(),
            1,
            "{line} is there once: {text}"
        );
    }
}

/// The same, but each hears of the other's second step only after its own: of an undo, and of a redo of what was undone.
#[test]
fn undo_of_a_carve_before_hearing_that_its_copies_were_carved_again() {
    for redone in [false, true] {
        let state = one_strip(THREE);
        let [mut one, mut two] = [1, 2].map(|id| Writer::new(id, &state));
        one.move_scene("TWO", Some("ONE"));
        two.take(&one.sent);
        one.sent.clear();
        two.sent.clear();
        let at = two.find("TWO");
        two.edit(Edit::Replace {
            from: at,
            to: at,
            insert: ["INN", ""]
                .map(|text| InsertedLine::of(ElementType::SceneHeading, text))
                .into(),
        });
        two.move_scene("TWO", None);
        one.undo();
        if redone {
            one.redo();
        }
        exchange(&mut one, &mut two);
        assert_eq!(one.script.to_plain(), two.script.to_plain());
        let text = one.script.text();
        for line in ["ONE", "alpha", "INN", "TWO", "beta", "THREE", "gamma"] {
            let times = text.matches(line).count();
            assert_eq!(times, 1, "{line} is there once, {redone}: {text}");
        }
    }
}

/// Somebody carved what somebody else deleted at the same time, and the deletion is undone.
#[test]
fn undo_of_a_deletion_of_what_was_carved_meanwhile() {
    for swapped in [false, true] {
        let outcome = meet_and_then(
            &one_strip(THREE),
            &|a| a.delete("beta"),
            &|b| b.move_scene("TWO", Some("ONE")),
            &|a| a.undo(),
            swapped,
        );
        for line in ["ONE", "alpha", "TWO", "beta", "THREE", "gamma"] {
            assert_eq!(
                outcome.matches(line).count(),
                1,
                "{line} is there once: {outcome}"
            );
        }
    }
}

/// The deletion is undone before its writer hears of the carve.
#[test]
fn undo_of_a_deletion_before_hearing_of_a_carve() {
    for swapped in [false, true] {
        let outcome = meet(
            &one_strip(THREE),
            &|a| {
                a.delete("beta");
                a.undo();
            },
            &|b| b.move_scene("TWO", Some("ONE")),
            swapped,
        );
        for line in ["ONE", "alpha", "TWO", "beta", "THREE", "gamma"] {
            let times = outcome.matches(line).count();
            assert_eq!(times, 1, "{line} is there once: {outcome}");
        }
    }
}

#[test]
fn a_typed_heading_is_carried_and_words_come_after() {
    check(
        &start("scene-heading: ONE\naction: alpha\naction: int. two"),
        |a| a.retype("int. two", ElementType::SceneHeading),
        |b| b.type_behind("int. two", " - DAY"),
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: int. two - DAY"#]],
    );
    check(
        &start("scene-heading: ONE\naction: alpha\naction: int. two"),
        |a| a.retype("int. two", ElementType::SceneHeading),
        |b| b.retype("int. two", ElementType::SceneHeading),
        expect![[r#"
            scene-heading: ONE
            action: alpha
            scene-heading: int. two"#]],
    );
}

#[test]
fn at_the_documents_ends() {
    let nothing = Script::new(Options {
        client_id: 50,
        seed: 50,
    })
    .encode_state();
    for swapped in [false, true] {
        let type_at_start =
            |text: &'static str| move |w: &mut Writer| w.edit(Edit::text(0, 0, text));
        let outcome = meet(
            &nothing,
            &type_at_start("one"),
            &type_at_start("two"),
            swapped,
        );
        let mut lines: Vec<&str> = outcome.lines().collect();
        lines.sort_unstable();
        // Two first paragraphs stay two.
        assert_eq!(lines, ["action: one", "action: two"]);
    }
    check(
        &two_lines(),
        Writer::delete_everything,
        |b| b.type_behind("gam", "X"),
        expect![[r#"action: X"#]],
    );
    check(
        &two_lines(),
        Writer::delete_everything,
        Writer::delete_everything,
        expect![[r#"action:"#]],
    );
    check_either(
        &two_lines(),
        |a| a.enter_behind("gamma", "one"),
        |b| b.enter_behind("gamma", "two"),
        expect![[r#"
            action: alpha beta
            action: gamma
            dialogue: one
            dialogue: two"#]],
        expect![[r#"
            action: alpha beta
            action: gamma
            dialogue: two
            dialogue: one"#]],
    );
}

type Act = fn(&mut Writer);

/// Every pair of acts: both orders of ids converge, and every letter that nobody deleted is there
/// once. Letters, because a split or a typed word may stand inside another word.
///
/// A carve copies, and its undo puts back: what someone else deletes meanwhile at the old place
/// stays in the copy.
fn keep_words(state: &[u8], carves: bool, ours: &[(&str, Act)], theirs: &[(&str, Act)]) {
    for (name, a) in ours {
        for (other, b) in theirs {
            for swapped in [false, true] {
                let outcome = meet(state, a, b, swapped);
                let text: String = outcome
                    .lines()
                    .filter_map(|l| l.split_once(": "))
                    .map(|l| l.1)
                    .collect();
                let acts = [*name, *other];
                let mut meant = String::from("ONETHREEbetagamma");
                if !acts.contains(&"delete") {
                    meant.push_str("alphaTWO");
                } else if carves
                    && ["left", "right", "undone move"]
                        .iter()
                        .any(|c| acts.contains(c))
                {
                    meant.push_str("TWO");
                }
                for (act, word) in [("type", "zz"), ("split", "qq"), ("enter", "ww")] {
                    meant.push_str(if acts.contains(&act) { word } else { "" });
                }
                assert_eq!(
                    letters(&text),
                    letters(&meant),
                    "{name} ‖ {other}: {outcome}"
                );
            }
        }
    }
}

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    letters.sort_unstable();
    letters
}

const EDITS: [(&str, Act); 6] = [
    ("split", |w| w.enter_behind("TW", "qq")),
    ("enter", |w| w.enter_behind("alpha", "ww")),
    ("merge", |w| w.merge("TWO")),
    ("delete", |w| {
        let (from, to) = (w.find("alpha"), w.end_of("TWO"));
        w.edit(Edit::text(from, to, ""));
    }),
    ("retype", |w| w.retype("TWO", ElementType::Action)),
    ("undone merge", |w| {
        w.merge("TWO");
        w.undo();
    }),
];

const ANSWERS: [(&str, Act); 6] = [
    ("left", |w| w.move_scene("TWO", Some("ONE"))),
    ("right", |w| w.move_scene("TWO", None)),
    ("first", |w| w.move_scene("THREE", Some("ONE"))),
    ("type", |w| w.type_behind("TW", "zz")),
    ("retype", |w| w.retype("TWO", ElementType::Shot)),
    ("undone move", |w| {
        w.move_scene("TWO", Some("ONE"));
        w.undo();
    }),
];

#[test]
fn edits_across_a_strips_boundary_keep_every_word() {
    // A typed word may stand inside "TWO".
    let state = start(THREE);
    keep_words(&state, false, &EDITS, &ANSWERS);
    keep_words(&state, false, &ANSWERS, &EDITS);
}

#[test]
fn edits_against_carves_keep_every_word() {
    let state = one_strip(THREE);
    keep_words(&state, true, &EDITS, &ANSWERS);
    keep_words(&state, true, &ANSWERS, &EDITS);
}

#[test]
fn carves_against_carves_keep_every_word() {
    let state = one_strip(THREE);
    let moves = &ANSWERS[..3];
    keep_words(&state, true, moves, moves);
    keep_words(&start(THREE), false, moves, moves);
}
