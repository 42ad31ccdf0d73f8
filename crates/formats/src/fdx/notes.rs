//! Script notes: text on a range of the script.
//!
//! A range counts UTF-16 units over the whole script, one for the break behind each paragraph. What is embedded in a
//! paragraph (a dual dialogue, an omitted scene) counts two where it stands, and its own text nothing.

use std::ops::Range;

use scriptroom_paragraphs::{ElementType, Styles};

use super::document::{Document, Place, SourceUnit, UnitId};
use super::unit::Unit;
use super::xml::NodeId;

/// A note where the file has it.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) node: NodeId,
    pub(super) unit: UnitId,
    pub(super) range: Option<Range<usize>>,
}

/// The category under which cut text is kept where no scene is omitted.
pub(super) const BONEYARD: &str = "Boneyard";

impl Document {
    pub(super) fn read_notes(&mut self) -> Vec<Note> {
        let Some(list) = self.child(self.root, "ScriptNotes") else {
            return Vec::new();
        };
        let nodes: Vec<NodeId> = self.children_named(list, "ScriptNote").collect();
        let mut notes = Vec::with_capacity(nodes.len());
        for node in nodes {
            let unit = UnitId(self.units.len());
            self.units.push(SourceUnit {
                unit: self.note_unit(node),
                place: Place::Note(notes.len()),
                is_card: false,
            });
            let range = self.attribute(node, "Range").as_deref().and_then(range);
            notes.push(Note { node, unit, range });
        }
        notes
    }

    fn note_unit(&self, node: NodeId) -> Unit {
        let is_cut = self.attribute(node, "Type").as_deref() == Some(BONEYARD);
        let element = if is_cut {
            ElementType::Boneyard
        } else {
            ElementType::Note
        };
        let mut text = Vec::new();
        for (index, paragraph) in self.children_named(node, "Paragraph").enumerate() {
            if index > 0 {
                text.push(('\n', Styles::NONE));
            }
            text.extend(self.text(paragraph, true).shown);
        }
        Unit {
            kind: (element, 0),
            text,
            ..Unit::default()
        }
    }
}

/// `12,34`; some have the later end first.
pub(super) fn range(value: &str) -> Option<Range<usize>> {
    let (a, b) = value.split_once(',')?;
    let (a, b) = (a.trim().parse().ok()?, b.trim().parse().ok()?);
    Some(std::cmp::min(a, b)..std::cmp::max(a, b))
}
