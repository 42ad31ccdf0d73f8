//! What differs between two contents, paragraph by paragraph and within those word by word (H5).

use scriptroom_paragraphs::{Paragraph, PlainScript};
use serde_json::{Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::pairing::pairs;
use crate::rewrite::tokens;

/// A list of hunks, in order: `same` (how many paragraphs), `changed` (with its words), `removed`, `added`.
pub(crate) fn json(old: &PlainScript, new: &PlainScript) -> String {
    let (old, new) = (&old.paragraphs, &new.paragraphs);
    let mut hunks = Hunks::default();
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
    Value::Array(hunks.0).to_string()
}

#[derive(Default)]
struct Hunks(Vec<Value>);

impl Hunks {
    fn push(&mut self, kind: &str, block: usize, paragraph: &Paragraph) {
        let (element, text) = (paragraph.element.name(), paragraph.text());
        let hunk = json!({ "kind": kind, "block": block, "type": element, "text": text });
        self.0.push(hunk);
    }

    fn pair(&mut self, (i, old): (usize, &Paragraph), (j, new): (usize, &Paragraph)) {
        if alike(old, new) {
            if let Some(same) = self.0.last_mut().filter(|last| last["kind"] == "same") {
                same["count"] = json!(same["count"].as_u64().unwrap_or(0) + 1);
            } else {
                self.0
                    .push(json!({ "kind": "same", "from": i, "block": j, "count": 1 }));
            }
            return;
        }
        self.0.push(json!({
            "kind": "changed",
            "from": i,
            "block": j,
            "type": new.element.name(),
            "typeBefore": old.element.name(),
            "words": words(&old.text(), &new.text()),
        }));
    }
}

/// Whether a reader would see no difference. The id of a scene is none.
fn alike(old: &Paragraph, new: &Paragraph) -> bool {
    let mut old = old.clone();
    old.attributes.scene.clone_from(&new.attributes.scene);
    old == *new
}

fn words(old: &str, new: &str) -> Vec<Value> {
    let (old, new) = (tokens(old), tokens(new));
    let mut words = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, come) = (old[op.old_range()].concat(), new[op.new_range()].concat());
        if matches!(op, DiffOp::Equal { .. }) {
            words.push(json!({ "kind": "same", "text": gone }));
            continue;
        }
        for (kind, text) in [("removed", gone), ("added", come)] {
            if !text.is_empty() {
                words.push(json!({ "kind": kind, "text": text }));
            }
        }
    }
    words
}
