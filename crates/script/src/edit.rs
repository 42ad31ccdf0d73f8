//! Edits: what a writer can do to the script, and what each becomes in the document.
//!
//! The edits of one call are made from the last to the first, each on the state that the later ones left; what they changed is composed. An edit
//! does not move what stands before it in the document. So if a call's replacements stand first, in ascending order, all offsets
//! and indices refer to the document as it was before the call.

use std::ops::Range;
use std::sync::Arc;

use scriptroom_paragraphs::{Attributes, ElementType, Run, Styles};
use yrs::types::Attrs;
use yrs::{Any, Text, TransactionMut};

use crate::change::{Change, Selection};
use crate::error::EditError;
use crate::mark::{Mark, SceneId};
use crate::position::StuckSelection;
use crate::schema;
use crate::script::{Cause, Script, Steps, Working};
use crate::undo::Kind;

/// A line of inserted text. Lines are joined by marks: `n` lines insert `n - 1` of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InsertedLine {
    /// The text. Where no run has a style, the first line takes on the styles around it, and each of the others has none.
    pub runs: Vec<Run>,
    /// The element type of the paragraph that the line begins. The first line stays part of the
    /// paragraph that it is typed into. None: as the paragraph that is split; action where
    /// that is a scene heading.
    pub element: Option<ElementType>,
    /// The other attributes of the paragraph that the line begins.
    pub attributes: Attributes,
}

impl InsertedLine {
    /// A line of unstyled text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> InsertedLine {
        InsertedLine {
            runs: vec![Run::plain(text)],
            ..InsertedLine::default()
        }
    }

    /// A line that begins a paragraph of that type.
    #[must_use]
    pub fn of(element: ElementType, text: impl Into<String>) -> InsertedLine {
        InsertedLine {
            element: Some(element),
            ..InsertedLine::new(text)
        }
    }

    /// The length of its text in UTF-16 units.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.runs
            .iter()
            .map(|run| schema::utf16_len(&run.text))
            .sum()
    }

    /// Whether any of its text is told to have a style.
    pub(crate) fn is_styled(&self) -> bool {
        self.runs.iter().any(|run| !run.styles.is_empty())
    }

    /// Whether it has no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| run.text.is_empty())
    }
}

/// One edit. Offsets are UTF-16 units of the editor's document, and paragraphs are counted from 0.
///
/// A list of edits is made from its last to its first. Put the replacements first, in ascending order, and all other edits behind them: then every
/// offset and index means the document as it was before the call. In any other order an edit means the document as those
/// behind it in the list have left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replaces `from..to`. Where an end lies inside a surrogate pair, the range is widened to
    /// the whole character.
    ///
    /// Paragraphs that the range joins keep what the first of them is, unless nothing of the
    /// first is left. A paragraph that is split keeps what it is in its first part; where the
    /// first part and the first line are empty, in the second part.
    Replace {
        /// Where the range starts.
        from: u32,
        /// Where it ends.
        to: u32,
        /// What comes in its place: one line at least, an empty one to delete.
        insert: Vec<InsertedLine>,
    },
    /// Makes paragraphs of another element type.
    SetElement {
        /// The paragraphs.
        paragraphs: Range<usize>,
        /// What they become.
        element: ElementType,
    },
    /// Sets a paragraph's attributes. Without a `scene`, it keeps the one that it has.
    SetAttributes {
        /// The paragraph.
        paragraph: usize,
        /// What it gets.
        attributes: Attributes,
    },
    /// Gives text a style, or takes it away.
    Format {
        /// Where the range starts.
        from: u32,
        /// Where it ends.
        to: u32,
        /// The style, or several.
        style: Styles,
        /// Whether it gets them.
        on: bool,
    },
}

impl Edit {
    /// Replaces `from..to` by text without a line break.
    #[must_use]
    pub fn text(from: u32, to: u32, text: impl Into<String>) -> Edit {
        Edit::Replace {
            from,
            to,
            insert: vec![InsertedLine::new(text)],
        }
    }
}

impl Script {
    /// Makes edits as one transaction, which undo takes back as one.
    ///
    /// Replacements must be in order and not overlap.
    ///
    /// # Errors
    ///
    /// If one of the edits cannot be made, none is.
    pub fn edit(&mut self, edits: &[Edit], now_ms: u64) -> Result<Change, EditError> {
        self.edit_noting(edits, None, now_ms)
    }

    /// As [`Script::edit`], by a writer who has `before` selected and `after` once it is done:
    /// undo and redo of it tell where that is then.
    ///
    /// # Errors
    ///
    /// As those of [`Script::edit`].
    pub fn edit_selected(
        &mut self,
        edits: &[Edit],
        before: Selection,
        after: Selection,
        now_ms: u64,
    ) -> Result<Change, EditError> {
        let change = self.edit_noting(edits, Some(before), now_ms)?;
        if change.update.is_some() {
            self.undo.selected_after(after);
        }
        Ok(change)
    }

    fn edit_noting(
        &mut self,
        edits: &[Edit],
        before: Option<Selection>,
        now_ms: u64,
    ) -> Result<Change, EditError> {
        self.check_edits(edits)?;
        let Some((kind, from, to)) = self.kind(edits) else {
            return Ok(Change::default());
        };
        let begins_step = self.undo.begin(kind, from, to, now_ms);
        if begins_step || before.is_none() {
            self.settle_selection();
        }
        let before = before.filter(|_| begins_step);
        let typed = typed_at_caret(edits, before);
        // Before the edit: what it deletes cannot be pointed at later. What is typed at a caret
        // deletes nothing, and then it is known what stands behind the caret.
        let mut stuck = before.filter(|_| typed.is_none()).map(|s| self.stuck(s));
        if let Some(change) = self.make_keystroke(edits) {
            stuck = stuck.or_else(|| typed.map(|caret| self.stuck(caret)));
            self.end_step(edits, stuck);
            return Ok(change);
        }
        let before = stuck.or_else(|| before.map(|s| self.stuck(s)));
        if let Some(change) = self.begin_paragraph(edits) {
            self.end_step(edits, before);
            return Ok(change);
        }
        let mut steps = Steps::default();
        if self.are_plain(edits) {
            self.edit_plainly(edits, &mut steps);
        } else {
            let deletes_marks = edits.iter().any(|edit| self.deletes_marks(edit));
            for edit in edits.iter().rev() {
                self.edit_one(edit, &mut steps);
                if deletes_marks && !matches!(edit, Edit::Replace { .. }) {
                    self.undo.split();
                }
            }
        }
        self.end_step(edits, before);
        Ok(self.finish(steps))
    }

    /// Tells undo where the edits left the caret, and what was selected before them.
    fn end_step(&mut self, edits: &[Edit], before: Option<StuckSelection>) {
        if let [Edit::Replace { from, insert, .. }] = edits {
            let typed: u32 = insert.iter().map(InsertedLine::len).sum();
            self.undo.end(from + typed);
        }
        self.undo.selected_before(before);
    }

    fn check_edits(&self, edits: &[Edit]) -> Result<(), EditError> {
        let mut end_so_far = 0;
        for edit in edits {
            match edit {
                Edit::Replace { from, to, insert } => {
                    check_range(*from as usize..*to as usize, self.len_utf16() as usize)?;
                    if *from < end_so_far {
                        let (from, end) = (*from, end_so_far);
                        return Err(EditError::Overlap { from, end });
                    }
                    end_so_far = *to;
                    check_lines(insert)?;
                }
                Edit::Format { from, to, .. } => {
                    check_range(*from as usize..*to as usize, self.len_utf16() as usize)?;
                }
                Edit::SetElement { paragraphs, .. } => {
                    check_range(paragraphs.clone(), self.paragraph_count())?;
                }
                Edit::SetAttributes { paragraph, .. } => {
                    check_range(*paragraph..paragraph + 1, self.paragraph_count())?;
                }
            }
        }
        Ok(())
    }

    /// What the edits are for undo; none if they do nothing.
    fn kind(&self, edits: &[Edit]) -> Option<(Kind, u32, u32)> {
        match edits {
            [] => None,
            [Edit::Replace { from, to, insert }] if insert.len() == 1 => {
                if from == to && insert[0].is_empty() {
                    return None;
                }
                if self.deletes_marks(&edits[0]) {
                    return Some((Kind::Other, 0, 0));
                }
                let kind = match (from == to, insert[0].is_empty()) {
                    (true, _) => Kind::Type,
                    (false, true) => Kind::Delete,
                    (false, false) => Kind::Other,
                };
                Some((kind, *from, *to))
            }
            [
                Edit::Format {
                    from,
                    to,
                    style,
                    on,
                },
            ] => {
                let mut shows = false;
                self.visit(*from..*to, |text, styles| {
                    shows |= text != "\n" && styles.with(*style, *on) != styles;
                });
                // A step that nobody sees would be taken back before what is seen.
                shows.then_some((Kind::Other, 0, 0))
            }
            _ => Some((Kind::Other, 0, 0)),
        }
    }

    /// Whether all edits only replace text inside paragraphs that have a mark: these do not
    /// depend on each other.
    fn are_plain(&self, edits: &[Edit]) -> bool {
        edits.iter().all(|edit| match edit {
            Edit::Replace { from, to, insert } => {
                let paragraph = self.index.paragraph_at(*from);
                insert.len() == 1
                    && *to <= self.index.paragraph_end(paragraph)
                    && self.index.mark_of(paragraph).is_some()
            }
            _ => false,
        })
    }

    fn deletes_marks(&self, edit: &Edit) -> bool {
        match edit {
            Edit::Replace { from, to, .. } => {
                self.index.paragraph_at(*from) != self.index.paragraph_at(*to)
            }
            _ => false,
        }
    }

    fn edit_plainly(&mut self, edits: &[Edit], steps: &mut Steps) {
        self.step(steps, Cause::Writer, |working, txn| {
            for edit in edits.iter().rev() {
                if let Edit::Replace { from, to, insert } = edit {
                    let (from, to) = working.whole_characters(*from, *to);
                    working.replace_text(txn, from, to, &insert[0].runs);
                }
            }
        });
    }

    fn edit_one(&mut self, edit: &Edit, steps: &mut Steps) {
        match edit {
            Edit::Replace { from, to, insert } => self.replace(*from, *to, insert, steps),
            Edit::SetElement {
                paragraphs,
                element,
            } => self.set_element(paragraphs.clone(), *element, steps),
            Edit::SetAttributes {
                paragraph,
                attributes,
            } => self.set_attributes(*paragraph, attributes, steps),
            Edit::Format {
                from,
                to,
                style,
                on,
            } => self.step(steps, Cause::Writer, |working, txn| {
                let (from, to) = working.whole_characters(*from, *to);
                working.format(txn, from..to, *style, *on);
            }),
        }
    }

    fn set_element(&mut self, paragraphs: Range<usize>, element: ElementType, steps: &mut Steps) {
        if paragraphs.end == self.paragraph_count() && !paragraphs.is_empty() {
            self.make_final_mark(steps);
        }
        let heading = element == ElementType::SceneHeading;
        if heading && paragraphs.len() == 1 && self.carry(paragraphs.start, steps) {
            return;
        }
        self.step(steps, Cause::Writer, |working, txn| {
            for paragraph in paragraphs {
                working.rewrite(txn, paragraph, |mark, rng| {
                    mark.element = element;
                    mark.unknown = None;
                    if heading && mark.scene.is_none() {
                        mark.scene = Some(SceneId::new(rng.uuid()));
                    }
                });
            }
        });
    }

    fn set_attributes(&mut self, paragraph: usize, attributes: &Attributes, steps: &mut Steps) {
        if paragraph + 1 == self.paragraph_count() {
            self.make_final_mark(steps);
        }
        self.step(steps, Cause::Writer, |working, txn| {
            working.rewrite(txn, paragraph, |mark, _| {
                let wanted = Mark::from_attributes(mark.element, attributes);
                *mark = Mark {
                    unknown: mark.unknown.take(),
                    scene: wanted.scene.clone().or(mark.scene.take()),
                    source: wanted.source.or(mark.source),
                    ..wanted
                };
            });
        });
    }
}

/// The caret after an edit that types where the caret stood.
fn typed_at_caret(edits: &[Edit], before: Option<Selection>) -> Option<Selection> {
    let [Edit::Replace { from, to, insert }] = edits else {
        return None;
    };
    let caret = |at| Selection {
        anchor: at,
        head: at,
    };
    let typed = from == to && before == Some(caret(*from));
    typed.then(|| caret(from + insert.iter().map(InsertedLine::len).sum::<u32>()))
}

fn check_range(range: Range<usize>, len: usize) -> Result<(), EditError> {
    if range.start <= range.end && range.end <= len {
        return Ok(());
    }
    Err(EditError::OutOfRange {
        from: range.start,
        to: range.end,
        len,
    })
}

fn check_lines(lines: &[InsertedLine]) -> Result<(), EditError> {
    if lines.is_empty() {
        return Err(EditError::NoLine);
    }
    let mut runs = lines.iter().flat_map(|line| &line.runs);
    match runs.find(|run| run.text.contains(schema::is_line_break)) {
        Some(run) => Err(EditError::LineBreak {
            text: run.text.clone(),
        }),
        None => Ok(()),
    }
}

impl Working<'_> {
    /// Widens a range to whole characters.
    pub(crate) fn whole_characters(&self, from: u32, to: u32) -> (u32, u32) {
        let start = from - u32::from(self.index.splits_a_character(from));
        let end = if from == to {
            start
        } else {
            to + u32::from(self.index.splits_a_character(to))
        };
        (start, end)
    }

    /// Changes what a paragraph's mark says.
    pub(crate) fn rewrite(
        &mut self,
        txn: &mut TransactionMut,
        paragraph: usize,
        change: impl FnOnce(&mut Mark, &mut crate::rng::Rng),
    ) {
        if let Some((_, slot)) = self.index.mark_of(paragraph) {
            let mut wanted = slot.mark.clone();
            change(&mut wanted, self.rng);
            slot.mark.write(&wanted, &slot.map, txn);
        }
    }

    /// Replaces text that holds no mark, in a flow that has a strip.
    pub(crate) fn replace_text(
        &mut self,
        txn: &mut TransactionMut,
        from: u32,
        to: u32,
        runs: &[Run],
    ) {
        let place = self.index.insertion_at(from);
        self.delete(txn, from..to);
        if let Some(place) = place {
            insert_runs(&self.index.strip(place.strip).text, txn, place.at, runs);
        }
    }

    /// Deletes a range of the flow.
    pub(crate) fn delete(&mut self, txn: &mut TransactionMut, range: Range<u32>) {
        for (strip, part) in self.index.parts(range).into_iter().rev() {
            let text = &self.index.strip(strip).text;
            text.remove_range(txn, part.start, part.end - part.start);
        }
    }

    fn format(&mut self, txn: &mut TransactionMut, range: Range<u32>, style: Styles, on: bool) {
        let attributes = format_attributes(style, on);
        for (strip, part) in self.index.parts(range) {
            let text = &self.index.strip(strip).text;
            text.format(txn, part.start, part.end - part.start, attributes.clone());
        }
    }
}

fn format_attributes(style: Styles, on: bool) -> Attrs {
    let value = if on { Any::Bool(true) } else { Any::Null };
    style
        .names()
        .map(|name| (Arc::from(name), value.clone()))
        .collect()
}

/// Inserts runs at `at` and returns where they end.
pub(crate) fn insert_runs(
    text: &yrs::TextRef,
    txn: &mut TransactionMut,
    at: u32,
    runs: &[Run],
) -> u32 {
    let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
    text.insert(txn, at, &whole);
    format_runs(text, txn, at, runs);
    at + schema::utf16_len(&whole)
}

/// Gives text that was just inserted at `at` the styles of its runs. Where none has a style, it
/// keeps those that it took on from around it.
pub(crate) fn format_runs(text: &yrs::TextRef, txn: &mut TransactionMut, at: u32, runs: &[Run]) {
    if runs.iter().all(|run| run.styles.is_empty()) {
        return;
    }
    let mut at = at;
    for run in runs {
        let len = schema::utf16_len(&run.text);
        if len > 0 {
            text.format(txn, at, len, styles_as_attributes(run.styles));
        }
        at += len;
    }
}

/// Every style with whether it is on.
pub(crate) fn styles_as_attributes(styles: Styles) -> Attrs {
    let mut attributes = format_attributes(styles, true);
    for (style, name) in Styles::NAMED {
        if !styles.contains(style) {
            attributes.insert(Arc::from(name), Any::Null);
        }
    }
    attributes
}
