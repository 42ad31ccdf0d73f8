//! What a transaction changed, as plain data for an editor, the pages and the sidebar.

use std::sync::Arc;

use scriptroom_paragraphs::{Color, ElementType, Styles};

use crate::mark::SceneId;

/// One replaced range of the editor's document: `from..to` before the change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextChange {
    /// Where the range starts, in UTF-16 units.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What stands there now; `\n` ends a paragraph.
    pub insert: String,
}

/// What is known of a paragraph without reading its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParagraphInfo {
    /// Its element type.
    pub element: ElementType,
    /// The scene that it opens, on headings.
    pub scene: Option<SceneId>,
    /// Its scene number, on headings.
    pub scene_number: Option<String>,
    /// Whether a cue stands to the right of the speech before.
    pub dual: bool,
    /// The depth of a section.
    pub depth: u8,
    /// Whether no blank line stands before it.
    pub joined: bool,
    /// On headings: whether the scene is left out.
    pub omitted: bool,
    /// On headings: the scene's colour.
    pub color: Option<Color>,
    /// Which paragraph of the file that the script was imported from it was.
    pub source: Option<u32>,
    /// The length of its text in UTF-16 units, without its mark.
    pub len: u32,
}

/// A range of paragraphs that were replaced, or changed their text or attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParagraphsChanged {
    /// The index of the first, before the change.
    pub from: usize,
    /// How many there were.
    pub removed: usize,
    /// What stands there now.
    pub inserted: Vec<ParagraphInfo>,
}

/// A stretch of text in one set of styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StyledRange {
    /// Its length in UTF-16 units.
    pub len: u32,
    /// Its styles.
    pub styles: Styles,
}

/// A range whose styles changed: `from..to` after the change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormatChange {
    /// Where the range starts, in UTF-16 units.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Its styles from end to end.
    pub runs: Vec<StyledRange>,
}

/// The scenes that a change touched. A scene is in at most one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneChanges {
    /// Scenes that were not there before.
    pub added: Vec<SceneId>,
    /// Scenes that are no longer there.
    pub removed: Vec<SceneId>,
    /// Scenes whose place among the others changed.
    pub moved: Vec<SceneId>,
    /// Scenes of which a paragraph changed.
    pub changed: Vec<SceneId>,
}

/// What a writer has selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Where the selection began, in UTF-16 units.
    pub anchor: u32,
    /// Where the caret is.
    pub head: u32,
}

/// What one call changed in the script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The bytes that the other replicas need, in the encoding v1 of Yjs. Remote updates have
    /// some only where this replica had to answer them (see [`crate::Script::apply_update`]).
    pub update: Option<Vec<u8>>,
    /// The changes to the editor's document, in order, in offsets before the change.
    pub text: Vec<TextChange>,
    /// The paragraphs that changed, in order, in indices before the change.
    pub paragraphs: Vec<ParagraphsChanged>,
    /// The styles that changed, in offsets after the change.
    pub formats: Vec<FormatChange>,
    /// The scenes that changed.
    pub scenes: SceneChanges,
    /// The names of the entries (see [`crate::Script::entries`]) that changed, in no order; the title page is one.
    pub entries: Vec<Arc<str>>,
    /// After undo and redo: what was selected before or after the step, where that is now. None
    /// where the edits were not made with [`crate::Script::edit_selected`].
    pub selection: Option<Selection>,
}

impl Change {
    /// Whether nothing that a reader could see changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.paragraphs.is_empty()
            && self.formats.is_empty()
            && self.scenes == SceneChanges::default()
            && self.entries.is_empty()
    }
}

impl SceneChanges {
    /// Adds what a later change did.
    pub(crate) fn then(&mut self, later: SceneChanges) {
        for id in later.removed {
            let was_new = self.added.contains(&id);
            self.forget(&id);
            if !was_new {
                self.removed.push(id);
            }
        }
        for id in later.added {
            if self.removed.contains(&id) {
                // It left one place and came to another.
                self.forget(&id);
                self.moved.push(id);
            } else {
                self.added.push(id);
            }
        }
        for id in later.moved {
            if !self.added.contains(&id) {
                self.forget(&id);
                self.moved.push(id);
            }
        }
        for id in later.changed {
            if !self.added.contains(&id) && !self.moved.contains(&id) {
                self.forget(&id);
                self.changed.push(id);
            }
        }
    }

    fn forget(&mut self, id: &SceneId) {
        for list in [
            &mut self.added,
            &mut self.removed,
            &mut self.moved,
            &mut self.changed,
        ] {
            list.retain(|other| other != id);
        }
    }
}
