//! Replacing a range of the flow by lines: splits, merges, and everything between.
//!
//! The rules for the marks are those of the type [`crate::Edit`]. Text is never copied: a merge
//! deletes a mark and writes the first part's attributes to the one that remains; a split puts a
//! mark in. At a paragraph's end, new paragraphs come after its own mark, so that what someone
//! else types at that end at the same time stays in it.

use scriptroom_paragraphs::{ElementType, Styles};
use yrs::updates::decoder::Decode;
use yrs::{Assoc, ID, MapRef, Nested, ReadTxn, Text, TextRef, Transact, TransactionMut, Update};

use crate::carve;
use crate::change::Change;
use crate::edit::{Edit, InsertedLine, insert_runs, styles_as_attributes};
use crate::follow;
use crate::index::Place;
use crate::keystroke::Keystroke;
use crate::mark::{Mark, SceneId};
use crate::rng::Rng;
use crate::schema;
use crate::script::{Cause, Script, Steps, Working};
use crate::strip::{self, Strip};
use crate::written::{self, Written};

/// A replacement with what has to be known of the paragraphs around it.
struct Replacement<'a> {
    from: u32,
    to: u32,
    lines: &'a [InsertedLine],
    /// What the paragraph is that the range becomes.
    joined: Mark,
    /// The paragraph in which the range ends: its mark stays.
    last: usize,
    /// Whether nothing is left of the first paragraph before the range.
    at_start: bool,
    /// Whether nothing is left of the last paragraph behind it.
    at_end: bool,
}

impl Script {
    pub(crate) fn replace(
        &mut self,
        from: u32,
        to: u32,
        lines: &[InsertedLine],
        steps: &mut Steps,
    ) {
        let last = self.index.paragraph_at(to);
        if self.index.mark_of(last).is_none() {
            self.make_final_mark(steps);
        }
        if lines.len() > 1 && to == self.index.paragraph_end(last) {
            self.make_room_after(last, steps);
        }
        let fresh: Vec<bool> = lines.iter().map(|line| self.is_fresh(line)).collect();
        self.step(steps, Cause::Writer, |working, txn| {
            let (from, to) = working.whole_characters(from, to);
            let replacement = Replacement::new(working, from, to, lines);
            replacement.make(working, txn, &fresh);
        });
    }

    /// Whether a heading that a line begins gets a scene id of its own.
    fn is_fresh(&self, line: &InsertedLine) -> bool {
        let chosen = line.attributes.scene.as_deref().and_then(SceneId::chosen);
        chosen.is_none_or(|id| self.index.scenes.home(&id).is_some())
    }

    /// The short way for Enter at the end of a paragraph, which begins an empty one behind it. `None`, and nothing done, if the edits are anything else,
    /// or the text there has styles.
    ///
    /// Beside typing it is what a writer does most. What stands around the new mark is known here, so yrs need not walk there, and nobody has to
    /// read from the transaction what it did.
    pub(crate) fn begin_paragraph(&mut self, edits: &[Edit]) -> Option<Change> {
        let [Edit::Replace { from, to, insert }] = edits else {
            return None;
        };
        let [first, line] = &insert[..] else {
            return None;
        };
        let (handle, before) = self.index.mark_of(self.index.paragraph_at(*to))?;
        let place = self.index.unit_at(*to)?;
        let (left, strip) = (before.id, self.index.strip(handle));
        let is_one = from == to && first.is_empty() && line.is_empty();
        let at_mark = place.strip == handle && place.at == before.at;
        let is_plain = strip.styles_before(place.at + 1).is_empty();
        if !is_one || !at_mark || !is_plain || is_full(strip, place.at) {
            return None;
        }
        let fresh = self.is_fresh(line);
        let working = Working {
            index: &self.index,
            strips: &self.strips,
            rng: &mut self.rng,
        };
        let replacement = Replacement::new(&working, *from, *to, insert);
        let wanted = replacement.mark_for(line, fresh, working.rng);
        let (at, text) = (place.at + 1, strip.text_id);

        self.noted.borrow_mut().keystroke = Some(Keystroke::Own(text));
        let mut txn = self.doc.transact_mut_with(Cause::Writer.origin());
        let id = ID::new(self.client, txn.store().get_local_state());
        let behind = match self.carets.behind_mark(self.client, place, left) {
            Some(behind) => {
                let bytes = written::mark(id, left, behind);
                let update = Update::decode_v1(&bytes).expect("it was encoded here");
                txn.apply_update(update).expect("its neighbours are there");
                behind
            }
            None => Written::insert_mark(strip, &mut txn, at).right,
        };
        let map: MapRef = Nested::new(id).get(&txn).expect("it was put in");
        wanted.fill(&map, &mut txn);
        txn.commit();
        let mut steps = Steps::default();
        steps.updates.push(txn.encode_update_v1());
        debug_assert_eq!(carve::offset_of(&txn, id, Assoc::After), Some(at));
        let slot = strip::slot(&map, at, &txn).expect("it is nested");
        let is_long = strip.text.len(&txn) == strip.len() + 1;
        drop(txn);
        let seen = self.take_seen();
        if is_long && seen.only_keystroke().is_some_and(|(seen, _)| seen == text) {
            steps.add(follow::follow_mark(&mut self.index, handle, slot));
            let place = Place { at, ..place };
            self.carets.entered(place, left, id, behind);
        } else {
            self.follow(seen, &mut steps);
        }
        Some(self.finish(steps))
    }

    /// Makes an implied final mark a real one.
    pub(crate) fn make_final_mark(&mut self, steps: &mut Steps) {
        if !self.index.final_mark_is_implied() {
            return;
        }
        if self.index.tree.count() == 0 {
            self.new_strip(None, steps);
        }
        self.step(steps, Cause::Writer, |working, txn| {
            let place = working
                .index
                .insertion_at(working.index.len())
                .expect("there is a strip");
            let text = &working.index.strip(place.strip).text;
            Mark::default().insert(text, txn, place.at);
        });
    }

    /// Where the paragraph ends a long strip, what is added behind it goes into a new one.
    fn make_room_after(&mut self, paragraph: usize, steps: &mut Steps) {
        let Some((strip, slot)) = self.index.mark_of(paragraph) else {
            return;
        };
        if is_full(self.index.strip(strip), slot.at) {
            // An empty strip behind it will do as well.
            let next = self.index.tree.next(strip);
            if next.is_none_or(|next| self.index.strip(next).len() > 0) {
                self.new_strip(Some(strip), steps);
            }
        }
    }
}

impl<'a> Replacement<'a> {
    fn new(working: &Working<'_>, from: u32, to: u32, lines: &'a [InsertedLine]) -> Self {
        let index = working.index;
        let first = index.paragraph_at(from);
        let last = index.paragraph_at(to);
        let at_start = from == index.paragraph_start(first);
        let at_end = to == index.paragraph_end(last);
        let keeper = if at_start && !at_end { last } else { first };
        Replacement {
            from,
            to,
            lines,
            joined: index.mark_data(keeper),
            last,
            at_start,
            at_end,
        }
    }

    fn make(&self, working: &mut Working<'_>, txn: &mut TransactionMut, fresh: &[bool]) {
        if self.lines.len() == 1 {
            working.replace_text(txn, self.from, self.to, &self.lines[0].runs);
            self.set_last(working, txn, &self.joined);
        } else if self.at_end {
            self.add_paragraphs(working, txn, fresh);
        } else {
            self.split(working, txn, fresh);
        }
    }

    fn set_last(&self, working: &Working<'_>, txn: &mut TransactionMut, wanted: &Mark) {
        let slot = working.index.mark_of(self.last).map(|(_, slot)| slot);
        let slot = slot.expect("the final mark was made real");
        slot.mark.write(wanted, &slot.map, txn);
    }

    /// At the end of a paragraph: its mark stays with the first line, the others follow.
    fn add_paragraphs(&self, working: &mut Working<'_>, txn: &mut TransactionMut, fresh: &[bool]) {
        let index = working.index;
        // In the mark's own strip, so that the new paragraphs stay behind it when what follows is
        // moved; but behind a long strip in the next, which was made for it.
        let mark = index.unit_at(self.to).expect("the mark is there");
        let place = match index.tree.next(mark.strip) {
            Some(strip) if is_full(index.strip(mark.strip), mark.at) => Place { strip, at: 0 },
            _ => Place {
                at: mark.at + 1,
                ..mark
            },
        };
        let text = index.strip(place.strip).text.clone();
        let mut at = place.at;
        let mut is_styled = !index.strip(place.strip).styles_before(at).is_empty();
        for (line, &fresh) in self.lines.iter().zip(fresh).skip(1) {
            let mark = self.mark_for(line, fresh, working.rng);
            at = insert_line(&text, txn, at, line, is_styled, &mark);
            is_styled |= line.is_styled();
        }
        working.replace_text(txn, self.from, self.to, &self.lines[0].runs);
        self.set_last(working, txn, &self.joined);
    }

    /// Inside a paragraph, or at its start: a mark for each line but the last.
    fn split(&self, working: &mut Working<'_>, txn: &mut TransactionMut, fresh: &[bool]) {
        let place = working.index.insertion_at(self.from);
        let place = place.expect("there is a strip");
        let text = working.index.strip(place.strip).text.clone();
        working.delete(txn, self.from..self.to);

        let (first, rest) = self.lines.split_first().expect("there are lines");
        let (last, middle) = rest.split_last().expect("there are two lines or more");
        let stays_behind = self.at_start && first.is_empty();
        let first_mark = if stays_behind {
            Mark::new(self.like_joined())
        } else {
            self.joined.clone()
        };
        let mut at = insert_line(&text, txn, place.at, first, false, &first_mark);
        let around = working.index.strip(place.strip).styles_before(place.at);
        let mut is_styled = first.is_styled() || !around.is_empty();
        for (line, &fresh) in middle.iter().zip(&fresh[1..]) {
            let mark = self.mark_for(line, fresh, working.rng);
            at = insert_line(&text, txn, at, line, is_styled, &mark);
            is_styled |= line.is_styled();
        }
        insert_text(&text, txn, at, last, is_styled);
        let pushed_down = stays_behind && (last.is_empty() || last.element.is_none());
        let last_mark = if pushed_down {
            self.joined.clone()
        } else {
            self.second_part(last, fresh[fresh.len() - 1], working.rng)
        };
        self.set_last(working, txn, &last_mark);
    }

    /// The type of a paragraph that is split off and was given none.
    fn like_joined(&self) -> ElementType {
        match self.joined.element {
            ElementType::SceneHeading => ElementType::Action,
            other => other,
        }
    }

    fn mark_for(&self, line: &InsertedLine, fresh: bool, rng: &mut Rng) -> Mark {
        let element = line.element.unwrap_or(self.like_joined());
        let mut mark = Mark::from_attributes(element, &line.attributes);
        if mark.is_heading() && (fresh || mark.scene.is_none()) {
            mark.scene = Some(SceneId::new(rng.uuid()));
        }
        mark
    }

    /// The second part of a split paragraph: what is copied, and what is not.
    fn second_part(&self, line: &InsertedLine, fresh: bool, rng: &mut Rng) -> Mark {
        let mark = self.mark_for(line, fresh, rng);
        let same = mark.element == self.joined.element;
        Mark {
            unknown: self.joined.unknown.clone().filter(|_| same),
            dual: mark.dual || (same && self.joined.dual),
            depth: if mark.depth == 0 && same {
                self.joined.depth
            } else {
                mark.depth
            },
            ..mark
        }
    }
}

/// Whether what is added behind the mark at `at` goes into another strip: it ends a long one.
fn is_full(strip: &Strip, at: u32) -> bool {
    strip.len() >= schema::LONG_STRIP && at + 1 == strip.len()
}

/// Inserts a line and its mark, and returns where they end.
fn insert_line(
    text: &TextRef,
    txn: &mut TransactionMut,
    at: u32,
    line: &InsertedLine,
    begins_plain: bool,
    mark: &Mark,
) -> u32 {
    let at = insert_text(text, txn, at, line, begins_plain);
    mark.insert(text, txn, at);
    at + 1
}

/// Inserts a line's text, and returns where it ends. One that `begins_plain` does not take on the styles that the line before it ended in.
fn insert_text(
    text: &TextRef,
    txn: &mut TransactionMut,
    at: u32,
    line: &InsertedLine,
    begins_plain: bool,
) -> u32 {
    let end = insert_runs(text, txn, at, &line.runs);
    if begins_plain && end > at && !line.is_styled() {
        text.format(txn, at, end - at, styles_as_attributes(Styles::NONE));
    }
    end
}
