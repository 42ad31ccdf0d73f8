//! Undo and redo tell where the selection belongs: as it was before the step, and after it.

use scriptroom_paragraphs::{ElementType, Styles};
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script, Selection};

/// Longer than the pause that ends a step.
const LATER_MS: u64 = 5_000;

struct Writer {
    script: Script,
    now_ms: u64,
}

impl Writer {
    fn new(client_id: u64, text: &str) -> Writer {
        let mut script = Script::new(Options {
            client_id,
            seed: client_id,
        });
        let insert = text.split('\n').map(InsertedLine::new).collect();
        let (from, to) = (0, 0);
        script
            .edit(&[Edit::Replace { from, to, insert }], 0)
            .expect("it is in range");
        script.close_undo_group();
        Writer { script, now_ms: 0 }
    }

    fn joining(client_id: u64, other: &Writer) -> Writer {
        let options = Options {
            client_id,
            seed: client_id,
        };
        Writer {
            script: Script::load(options, &[other.script.encode_state()]).expect("a state"),
            now_ms: 0,
        }
    }

    /// An edit with `before` selected that leaves `after` selected, each as anchor and head.
    fn edit(&mut self, edits: &[Edit], before: [u32; 2], after: [u32; 2]) -> Vec<u8> {
        self.now_ms += LATER_MS;
        self.edit_at_once(edits, before, after)
    }

    fn edit_at_once(&mut self, edits: &[Edit], before: [u32; 2], after: [u32; 2]) -> Vec<u8> {
        let change = self
            .script
            .edit_selected(edits, selection(before), selection(after), self.now_ms)
            .expect("it is in range");
        assert_eq!(change.selection, None, "an edit moves nobody's caret");
        change.update.expect("it changes something")
    }

    fn undo(&mut self) -> Option<[u32; 2]> {
        selected(self.script.undo())
    }

    fn redo(&mut self) -> Option<[u32; 2]> {
        selected(self.script.redo())
    }
}

fn selection([anchor, head]: [u32; 2]) -> Selection {
    Selection { anchor, head }
}

fn selected(change: Option<Change>) -> Option<[u32; 2]> {
    let selection = change.expect("a step").selection;
    selection.map(|Selection { anchor, head }| [anchor, head])
}

#[test]
fn typed_words_are_one_step_from_the_first_key_to_the_last() {
    let mut anna = Writer::new(1, "Rain.");
    anna.edit(&[Edit::text(4, 4, "s")], [4, 4], [5, 5]);
    anna.edit_at_once(&[Edit::text(5, 5, "!")], [5, 5], [6, 6]);
    assert_eq!(anna.undo(), Some([4, 4]));
    assert_eq!(anna.script.text(), "Rain.");
    assert_eq!(anna.redo(), Some([6, 6]));
    assert_eq!(anna.script.text(), "Rains!.");
}

#[test]
fn a_replaced_selection_is_selected_again_the_way_it_was() {
    let mut anna = Writer::new(1, "She runs home.");
    anna.edit(&[Edit::text(4, 8, "walks")], [8, 4], [9, 9]);
    assert_eq!(anna.undo(), Some([8, 4]), "the caret is at the start of it");
    assert_eq!(anna.redo(), Some([9, 9]));
    assert_eq!(anna.undo(), Some([8, 4]));
}

#[test]
fn a_deletion_over_paragraphs_is_selected_again() {
    let mut anna = Writer::new(1, "One.\nTwo.\nThree.");
    let delete = Edit::text(2, 12, "");
    anna.edit(&[delete], [2, 12], [2, 2]);
    assert_eq!(anna.script.text(), "Onree.");
    assert_eq!(anna.undo(), Some([2, 12]));
    assert_eq!(anna.script.text(), "One.\nTwo.\nThree.");
    assert_eq!(anna.redo(), Some([2, 2]));
}

#[test]
fn what_changes_no_text_keeps_its_selection_too() {
    let mut anna = Writer::new(1, "One.\nTwo.");
    let bold = Edit::Format {
        from: 0,
        to: 3,
        style: Styles::BOLD,
        on: true,
    };
    anna.edit(&[bold], [0, 3], [0, 3]);
    let retype = Edit::SetElement {
        paragraphs: 1..2,
        element: ElementType::Lyrics,
    };
    anna.edit(&[retype], [7, 7], [7, 7]);
    assert_eq!(anna.undo(), Some([7, 7]));
    assert_eq!(anna.undo(), Some([0, 3]));
    assert_eq!(anna.redo(), Some([0, 3]));
    assert_eq!(anna.redo(), Some([7, 7]));
}

#[test]
fn a_co_writers_words_move_the_selection_along() {
    let mut anna = Writer::new(1, "She runs home.");
    let mut ben = Writer::joining(2, &anna);
    let walks = anna.edit(&[Edit::text(4, 8, "walks")], [4, 8], [9, 9]);
    ben.script.apply_update(&walks).unwrap();
    let then = ben.edit(&[Edit::text(0, 0, "Then ")], [0, 0], [5, 5]);
    anna.script.apply_update(&then).unwrap();
    assert_eq!(anna.script.text(), "Then She walks home.");
    assert_eq!(anna.undo(), Some([9, 13]));
    assert_eq!(anna.script.text(), "Then She runs home.");
    assert_eq!(anna.redo(), Some([14, 14]));
}

#[test]
fn each_step_has_its_own_and_a_new_edit_forgets_what_was_undone() {
    let mut anna = Writer::new(1, "a");
    for at in 1..4 {
        anna.edit(&[Edit::text(at, at, "x")], [at, at], [at + 1, at + 1]);
    }
    assert_eq!(anna.undo(), Some([3, 3]));
    assert_eq!(anna.undo(), Some([2, 2]));
    anna.edit(&[Edit::text(0, 0, "y")], [0, 0], [1, 1]);
    assert_eq!(anna.undo(), Some([0, 0]));
    assert_eq!(anna.undo(), Some([1, 1]));
    assert_eq!(anna.redo(), Some([2, 2]));
    assert_eq!(anna.redo(), Some([1, 1]));
    assert!(anna.script.redo().is_none());
}

#[test]
fn edits_that_nobody_told_a_selection_of_have_none() {
    let mut anna = Writer::new(1, "a");
    anna.edit(&[Edit::text(1, 1, "b")], [1, 1], [2, 2]);
    anna.script
        .edit(&[Edit::text(0, 0, "c")], anna.now_ms + LATER_MS)
        .unwrap();
    assert_eq!(anna.undo(), None);
    assert_eq!(anna.undo(), Some([1, 1]));
    assert_eq!(anna.redo(), Some([2, 2]));
    assert_eq!(anna.redo(), None);
}

#[test]
fn what_was_selected_beside_bold_words_is_selected_again() {
    let mut anna = Writer::new(1, "ONE TWO\nRain falls.");
    let bold = Edit::Format {
        from: 8,
        to: 12,
        style: Styles::BOLD,
        on: true,
    };
    anna.edit(&[bold], [8, 12], [8, 12]);
    anna.edit(&[Edit::text(2, 2, "opqr")], [2, 2], [6, 6]);
    assert_eq!(anna.undo(), Some([2, 2]));
    assert_eq!(anna.redo(), Some([6, 6]));
    anna.edit(&[Edit::text(6, 9, "zabc")], [6, 9], [10, 10]);
    assert_eq!(anna.undo(), Some([6, 9]));
    assert_eq!(anna.redo(), Some([10, 10]));
    anna.edit(&[Edit::text(5, 5, "x")], [5, 5], [6, 6]);
    assert_eq!(anna.undo(), Some([5, 5]));
    assert_eq!(anna.redo(), Some([6, 6]));
}
