//! What differs between two contents, paragraph by paragraph and within those word by word, and whose doing it is (H5).

use scriptroom_paragraphs::{Paragraph, PlainScript};
use scriptroom_room::authorship::Stamp;
use serde_json::{Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::hands::{Hands, signed};
use crate::pairing::pairs;
use crate::rewrite::tokens;

/// Two contents, and whose hands are in them.
pub(crate) struct Sides<'a> {
    pub(crate) old: &'a PlainScript,
    pub(crate) new: &'a PlainScript,
    /// Who deleted what is only in the old one.
    pub(crate) deleted: Hands,
    /// Who wrote what is in the new one.
    pub(crate) wrote: Hands,
}

/// A list of hunks, in order: `same` (how many paragraphs), `changed`, `removed`, `added`, each with its words.
pub(crate) fn json(sides: &Sides<'_>) -> String {
    let (old, new) = (&sides.old.paragraphs, &sides.new.paragraphs);
    let mut hunks = Hunks {
        sides,
        list: Vec::new(),
    };
    let (mut i, mut j) = (0, 0);
    let end = (old.len(), new.len());
    for (next_old, next_new) in pairs(old, new).into_iter().chain([end]) {
        (i..next_old).for_each(|at| hunks.push("removed", at, &old[at]));
        (j..next_new).for_each(|at| hunks.push("added", at, &new[at]));
        if (next_old, next_new) != end {
            hunks.pair((next_old, &old[next_old]), (next_new, &new[next_new]));
        }
        (i, j) = (next_old + 1, next_new + 1);
    }
    Value::Array(hunks.list).to_string()
}

struct Hunks<'a> {
    sides: &'a Sides<'a>,
    list: Vec<Value>,
}

impl Hunks<'_> {
    fn push(&mut self, kind: &str, block: usize, paragraph: &Paragraph) {
        let (element, text) = (paragraph.element.name(), paragraph.text());
        let hands = match kind {
            "removed" => &self.sides.deleted,
            _ => &self.sides.wrote,
        };
        let mut words = Words::default();
        words.sign(kind, hands.pieces(block, 0, &text));
        let hunk = json!({ "kind": kind, "block": block, "type": element, "text": text, "words": words.0 });
        self.list.push(hunk);
    }

    fn pair(&mut self, (i, old): (usize, &Paragraph), (j, new): (usize, &Paragraph)) {
        if alike(old, new) {
            if let Some(same) = self.list.last_mut().filter(|last| last["kind"] == "same") {
                same["count"] = json!(same["count"].as_u64().unwrap_or(0) + 1);
            } else {
                let same = json!({ "kind": "same", "from": i, "block": j, "count": 1 });
                self.list.push(same);
            }
            return;
        }
        self.list.push(json!({
            "kind": "changed",
            "from": i,
            "block": j,
            "type": new.element.name(),
            "typeBefore": old.element.name(),
            "words": self.words((i, &old.text()), (j, &new.text())),
        }));
    }

    fn words(&self, (i, old): (usize, &str), (j, new): (usize, &str)) -> Vec<Value> {
        let (old, new) = (tokens(old), tokens(new));
        let mut words = Words::default();
        let (mut old_at, mut new_at) = (0, 0);
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (gone, come) = (old[op.old_range()].concat(), new[op.new_range()].concat());
            if matches!(op, DiffOp::Equal { .. }) {
                words.0.push(json!({ "kind": "same", "text": gone }));
            } else {
                words.sign("removed", self.sides.deleted.pieces(i, old_at, &gone));
                words.sign("added", self.sides.wrote.pieces(j, new_at, &come));
            }
            old_at += utf16_len(&gone);
            new_at += utf16_len(&come);
        }
        words.0
    }
}

/// Words, with who did what to them.
#[derive(Default)]
struct Words(Vec<Value>);

impl Words {
    fn sign(&mut self, kind: &str, pieces: Vec<(&str, Option<&Stamp>)>) {
        for (text, stamp) in pieces {
            let mut word = signed(text, stamp);
            word.insert("kind".to_owned(), json!(kind));
            self.0.push(Value::Object(word));
        }
    }
}

/// Whether a reader would see no difference. The id of a scene is none.
fn alike(old: &Paragraph, new: &Paragraph) -> bool {
    let mut old = old.clone();
    old.attributes.scene.clone_from(&new.attributes.scene);
    old == *new
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
