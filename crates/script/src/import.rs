//! Importing a whole script, and the first strips of a document.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use yrs::{Any, Text};

use crate::change::Change;
use crate::edit::{insert_runs, styles_as_attributes};
use crate::mark::{Mark, SceneId};
use crate::schema;
use crate::script::{Cause, Script, Steps};

impl Script {
    /// Adds a whole script behind what is there, a transaction for each strip, so that it can go
    /// out strip by strip. It is not undone. The title page is set if the script has one.
    pub fn import(&mut self, script: &PlainScript) -> Vec<Change> {
        self.undo.close_group();
        self.settle_selection();
        let mut changes = Vec::new();
        let mut steps = Steps::default();
        let version = Any::from(schema::SCHEMA_VERSION);
        self.set_root(&mut steps, schema::SCHEMA, version);
        let first = self.finish(steps);
        changes.extend(first.update.is_some().then_some(first));
        if !script.title_page.is_empty() {
            changes.push(self.set_title_page(&script.title_page));
        }
        let pieces = cut(&script.paragraphs);
        let mut steps = Steps::default();
        let keys = self.keys_after(self.index.tree.last(), pieces.len(), &mut steps);
        for (piece, key) in pieces.into_iter().zip(keys) {
            self.import_strip(piece, &key, &mut steps);
            changes.push(self.finish(std::mem::take(&mut steps)));
        }
        // Where there are no paragraphs other strips may have got keys all the same.
        let rest = self.finish(steps);
        changes.extend(rest.update.is_some().then_some(rest));
        changes
    }

    fn import_strip(&mut self, paragraphs: &[Paragraph], key: &str, steps: &mut Steps) {
        let name = self.rng.short_id();
        let mut marks = Vec::with_capacity(paragraphs.len());
        let mut taken = std::collections::HashSet::new();
        for paragraph in paragraphs {
            let mut mark = Mark::from_attributes(paragraph.element, &paragraph.attributes);
            let free = |id: &SceneId| self.index.scenes.home(id).is_none();
            mark.scene = mark.scene.filter(|id| free(id) && taken.insert(id.clone()));
            if mark.is_heading() && mark.scene.is_none() {
                mark.scene = Some(SceneId::new(self.rng.uuid()));
            }
            marks.push(mark);
        }
        self.step(steps, Cause::Upkeep, |working, txn| {
            let text = working.add_strip(txn, &name, key);
            let mut at = 0;
            let mut styled = false;
            for (paragraph, mark) in paragraphs.iter().zip(marks) {
                let end = insert_runs(&text, txn, at, &paragraph.runs);
                // What is inserted behind styled text takes on its styles, unless it says otherwise.
                let plain = paragraph.runs.iter().all(|run| run.styles.is_empty());
                if styled && plain && end > at {
                    let none = styles_as_attributes(Styles::NONE);
                    text.format(txn, at, end - at, none);
                }
                styled = paragraph
                    .runs
                    .last()
                    .map_or(styled, |run| !run.styles.is_empty());
                at = end;
                mark.insert(&text, txn, at);
                at += 1;
            }
        });
    }
}

/// Cuts paragraphs into strips: one a scene, and long scenes into several.
fn cut(paragraphs: &[Paragraph]) -> Vec<&[Paragraph]> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut len = 0;
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let heading = paragraph.element == ElementType::SceneHeading;
        if at > start && (heading || len >= schema::LONG_STRIP as usize) {
            pieces.push(&paragraphs[start..at]);
            start = at;
            len = 0;
        }
        len += paragraph
            .runs
            .iter()
            .map(|run| run.text.len())
            .sum::<usize>()
            + 1;
    }
    if start < paragraphs.len() {
        pieces.push(&paragraphs[start..]);
    }
    pieces
}
