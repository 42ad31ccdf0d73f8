//! Rows of text stacked from the top of a page (or of a column of dual dialogue) until it is full.
//!
//! This knows heights and nothing of rules; where a full column is broken is decided in `breaks`.

use crate::block::{Block, Lane};
use crate::flow::Flow;
use crate::units::Points;
use scriptroom_paragraphs::ElementType;
use std::ops::Range;

/// A place in the script's printed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The paragraph.
    pub(crate) paragraph: usize,
    /// The byte in what is printed of it.
    pub(crate) byte: usize,
    /// How many of its lines stand before.
    pub(crate) line: u32,
}

impl Place {
    /// The beginning of a paragraph.
    pub(crate) fn beginning(paragraph: usize) -> Place {
        Place {
            paragraph,
            byte: 0,
            line: 0,
        }
    }
}

impl Place {
    /// Behind all text of a paragraph.
    fn end_of(paragraph: usize) -> Place {
        Place {
            byte: usize::MAX,
            ..Place::beginning(paragraph)
        }
    }

    /// Whether it comes before another one in the text.
    pub(crate) fn is_before(&self, other: Place) -> bool {
        (self.paragraph, self.byte) < (other.paragraph, other.byte)
    }
}

/// A place that a lock has fixed: what stands before it is on an earlier page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Boundary {
    /// Where the locked page begins.
    pub(crate) place: Place,
    /// Where its right column begins, when `place` is in the left one of two speeches.
    pub(crate) right: Option<Place>,
}

/// One paragraph, or the rest of one, or two speeches side by side.
pub(crate) struct Row<'a> {
    /// Where it begins.
    pub(crate) from: Place,
    /// The paragraph's block; of a pair the left cue's.
    pub(crate) block: &'a Block,
    /// The byte at which it ends.
    pub(crate) until: usize,
    /// How many lines it has (at least: counting stops past the end of the page).
    pub(crate) lines: u32,
    /// Where the row before it ends.
    pub(crate) top: Points,
    /// Where its text begins.
    pub(crate) text_top: Points,
    /// Where its text ends.
    pub(crate) bottom: Points,
    /// Set on two speeches side by side.
    pub(crate) pair: Option<Pair>,
}

/// Two speeches side by side, or what is left of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The left speech's cue.
    pub(crate) left_cue: usize,
    /// The right speech's cue, which is also the left speech's end.
    pub(crate) right_cue: usize,
    /// The right speech's end.
    pub(crate) end: usize,
    /// Where the left one begins or goes on; `None` when it has ended.
    pub(crate) left: Option<Place>,
    /// The same of the right one.
    pub(crate) right: Option<Place>,
}

/// Why stacking stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text is at its end.
    End,
    /// The last row does not fit.
    Overflow,
    /// The page ends here, at the paragraph from which the next one starts.
    Forced(usize),
}

/// The rows of a column.
pub(crate) struct Column<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) stop: Stop,
}

/// What a column is filled with.
pub(crate) struct Filling {
    /// Where it begins.
    pub(crate) from: Place,
    /// The two speeches that it begins with, if it goes on with any.
    pub(crate) pair: Option<Pair>,
    /// Where it ends.
    pub(crate) until: Place,
    /// The place before which two speeches side by side must end.
    pub(crate) boundary: Option<Boundary>,
    /// How much room is taken at its top already.
    pub(crate) top: Points,
    /// How much room it has.
    pub(crate) height: Points,
    /// The width of its lines.
    pub(crate) lane: Lane,
    /// The width of a column of dual dialogue, in characters.
    pub(crate) half_chars: u32,
    /// The room that a repeated cue takes above the rest of a speech in such a column.
    pub(crate) half_contd: Points,
}

impl Filling {
    /// The byte at which a paragraph ends in it.
    fn end_of(&self, paragraph: usize, block: &Block) -> usize {
        match paragraph == self.until.paragraph {
            true => self.until.byte.min(block.text.len()),
            false => block.text.len(),
        }
    }
}

impl Row<'_> {
    /// Where what comes after it begins.
    pub(crate) fn after(&self) -> Place {
        match self.pair {
            Some(pair) => Place::beginning(pair.end),
            None if self.until == self.block.text.len() => {
                Place::beginning(self.from.paragraph + 1)
            }
            None => Place {
                byte: self.until,
                line: self.from.line + self.lines,
                ..self.from
            },
        }
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Range<usize> {
        self.from.byte..self.until
    }
}

/// Stacks rows until the first that does not fit.
pub(crate) fn stack<'a>(flow: &Flow<'a>, filling: &Filling) -> Column<'a> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut next = filling.from;
    let mut pair = filling.pair;
    let mut y = filling.top;
    loop {
        if !next.is_before(filling.until) {
            return Column {
                rows,
                stop: Stop::End,
            };
        }
        let place = next;
        let Some(block) = flow.get(place.paragraph) else {
            return Column {
                rows,
                stop: Stop::End,
            };
        };
        if !block.is_printed {
            if block.class == ElementType::PageBreak && !rows.is_empty() {
                let stop = Stop::Forced(place.paragraph + 1);
                return Column { rows, stop };
            }
            next = Place::beginning(place.paragraph + 1);
            continue;
        }
        if block.starts_page && !rows.is_empty() {
            let stop = Stop::Forced(place.paragraph);
            return Column { rows, stop };
        }
        if pair.is_none() && filling.lane == Lane::Full {
            pair = pair_at(flow, place, block);
        }
        let row = row(flow, filling, place, block, pair.take(), y, rows.is_empty());
        next = row.after();
        y = row.bottom;
        rows.push(row);
        if y > filling.height {
            let stop = Stop::Overflow;
            return Column { rows, stop };
        }
    }
}

fn row<'a>(
    flow: &Flow<'a>,
    filling: &Filling,
    from: Place,
    block: &'a Block,
    pair: Option<Pair>,
    top: Points,
    is_first: bool,
) -> Row<'a> {
    // Blank lines at the top of a page are dropped, but an element that always starts a page
    // stands as far down as it was made to stand.
    let space = match is_first && !(block.starts_page && from.byte == 0) {
        true => Points::ZERO,
        false => block.space_before,
    };
    let text_top = top + space;
    let until = filling.end_of(from.paragraph, block);
    let (lines, height) = match &pair {
        Some(pair) => (1, pair_height(flow, filling, pair, text_top)),
        None => {
            let limit = filling.height.lines_of(block.line_height) + 4;
            let lines = block.lines_in(from.byte..until, filling.lane, limit);
            (lines, block.line_height.times(lines))
        }
    };
    Row {
        from,
        block,
        until,
        lines,
        top,
        text_top,
        bottom: text_top + height,
        pair,
    }
}

/// The speeches side by side that begin with the cue at `place`, if they do.
fn pair_at(flow: &Flow<'_>, place: Place, block: &Block) -> Option<Pair> {
    if block.class != ElementType::Character || block.is_dual || place.byte != 0 {
        return None;
    }
    let (right_cue, cue) = flow.printed_from(flow.speech_end(place.paragraph))?;
    cue.is_dual.then(|| Pair {
        left_cue: place.paragraph,
        right_cue,
        end: flow.speech_end(right_cue),
        left: Some(place),
        right: Some(Place::beginning(right_cue)),
    })
}

/// The taller one's height.
fn pair_height(flow: &Flow<'_>, filling: &Filling, pair: &Pair, top: Points) -> Points {
    let bottom = |half: Filling| {
        let rows = stack(flow, &half).rows;
        rows.last().map_or(top, |row| row.bottom) - top
    };
    let left = pair.left_half(filling, top).map_or(Points::ZERO, bottom);
    let right = pair
        .right_half(flow, filling, top)
        .map_or(Points::ZERO, bottom);
    left.max(right)
}

impl Pair {
    /// Whether some of it stands on an earlier page.
    pub(crate) fn is_rest(&self) -> bool {
        *self
            != Pair {
                left: Some(Place::beginning(self.left_cue)),
                right: Some(Place::beginning(self.right_cue)),
                ..*self
            }
    }

    /// The cue of the left column if that goes on, else of the right one.
    pub(crate) fn interrupted_cue(&self) -> Option<usize> {
        let goes_on =
            |place: Option<Place>, cue| place.is_some_and(|at| at != Place::beginning(cue));
        if goes_on(self.left, self.left_cue) {
            return Some(self.left_cue);
        }
        goes_on(self.right, self.right_cue).then_some(self.right_cue)
    }

    /// What the left column is filled with when the pair stands at `top`.
    pub(crate) fn left_half(&self, filling: &Filling, top: Points) -> Option<Filling> {
        let end = Place::beginning(self.right_cue);
        let until = match filling.boundary {
            Some(boundary) if boundary.place.is_before(end) => boundary.place,
            _ => end,
        };
        half(filling, self.left?, self.left_cue, until, top)
    }

    /// The same of the right one.
    pub(crate) fn right_half(
        &self,
        flow: &Flow<'_>,
        filling: &Filling,
        top: Points,
    ) -> Option<Filling> {
        let end = Place::beginning(self.end);
        let until = match filling
            .boundary
            .and_then(|boundary| self.in_right(flow, boundary))
        {
            Some(place) if place.is_before(end) => place,
            _ => end,
        };
        half(filling, self.right?, self.right_cue, until, top)
    }

    /// Whether a boundary parts it.
    pub(crate) fn is_parted_by(&self, boundary: Boundary) -> bool {
        Place::beginning(self.left_cue).is_before(boundary.place)
            && boundary.place.paragraph < self.end
    }

    /// What a boundary that parts it leaves for the next page.
    pub(crate) fn behind(&self, flow: &Flow<'_>, boundary: Boundary) -> Pair {
        let place = boundary.place;
        let left = (place.paragraph < self.right_cue).then_some(place);
        let right = self
            .in_right(flow, boundary)
            .zip(self.right)
            .map(|(bound, right)| {
                // An overflow page before may have more of it already.
                if right.is_before(bound) { bound } else { right }
            });
        Pair {
            left,
            right,
            ..*self
        }
    }

    /// Where a boundary parts the right column; `None` when that is all before it.
    fn in_right(&self, flow: &Flow<'_>, boundary: Boundary) -> Option<Place> {
        let place = match boundary.place.paragraph < self.right_cue {
            true => match boundary.right {
                Some(right) => right,
                // It waits for a later page that begins in it.
                None => {
                    flow.boundary_after(Place::end_of(self.right_cue - 1))?
                        .place
                }
            },
            false => boundary.place,
        };
        (self.right_cue..self.end)
            .contains(&place.paragraph)
            .then_some(place)
    }
}

fn half(filling: &Filling, from: Place, cue: usize, until: Place, top: Points) -> Option<Filling> {
    if !from.is_before(until) {
        return None;
    }
    let contd = match from == Place::beginning(cue) {
        true => Points::ZERO,
        false => filling.half_contd,
    };
    Some(Filling {
        from,
        pair: None,
        until,
        boundary: None,
        top: top + contd,
        height: filling.height,
        lane: Lane::Half(filling.half_chars),
        half_chars: filling.half_chars,
        half_contd: filling.half_contd,
    })
}
