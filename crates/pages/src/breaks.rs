//! Where a full column is broken: the rules for what stays together.
//!
//! The last place that the rules allow wins. Where they allow none (a speech without an end of a
//! sentence that is longer than a page, a script of nothing but headings), they are relaxed one
//! after the other, so that a layout always ends.

use crate::block::Block;
use crate::column::{Filling, Place, Row};
use crate::flow::Flow;
use crate::units::Points;
use scriptroom_paragraphs::ElementType as E;

/// The fewest lines of a split paragraph that stand alone on either page.
const FEWEST_LINES: u32 = 2;

/// A place at which a column may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    /// What comes after it.
    pub(crate) next: Place,
    /// The row in which it lies, or before which.
    pub(crate) row: usize,
    /// Where the column's text ends.
    pub(crate) bottom: Points,
    /// The cue of the speech that it interrupts.
    pub(crate) cue: Option<usize>,
}

/// How strictly the rules are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rules {
    /// All of them.
    All,
    /// Paragraphs may be split between any two lines.
    AnyLine,
    /// What belongs together may be parted.
    Anywhere,
}

/// A full column and what its breaks must leave room for.
pub(crate) struct Breaker<'a, 'b> {
    pub(crate) flow: &'b Flow<'a>,
    pub(crate) rows: &'b [Row<'a>],
    pub(crate) filling: &'b Filling,
    /// The cue of the speech that the column goes on with.
    pub(crate) cue: Option<usize>,
    /// The room for `(MORE)` below an interrupted speech.
    pub(crate) more: Points,
    /// The room for `(CONTINUED)` below an interrupted scene.
    pub(crate) continued: Points,
    /// Whether the column begins in the middle of a scene.
    pub(crate) in_scene: bool,
    pub(crate) at_sentences: bool,
}

impl Breaker<'_, '_> {
    /// The last break that all rules allow.
    pub(crate) fn lawful(&self) -> Option<Break> {
        self.last(Rules::All)
    }

    /// The last break that some rules allow; a cut anywhere at last.
    pub(crate) fn any(&self) -> Break {
        self.some().unwrap_or_else(|| self.cut())
    }

    /// The last break that some rules allow.
    pub(crate) fn some(&self) -> Option<Break> {
        [Rules::All, Rules::AnyLine, Rules::Anywhere]
            .into_iter()
            .find_map(|rules| self.last(rules))
    }

    fn last(&self, rules: Rules) -> Option<Break> {
        let rows = (0..self.rows.len()).rev();
        rows.into_iter()
            .find_map(|row| self.within(row, rules).or_else(|| self.before(row, rules)))
    }

    /// The break before a row, if it is allowed and there is room for what it leaves behind.
    fn before(&self, index: usize, rules: Rules) -> Option<Break> {
        let row = &self.rows[index];
        let previous = &self.rows[index.checked_sub(1)?];
        if rules < Rules::Anywhere && self.must_keep(index, previous, row) {
            return None;
        }
        let cue = match row.block.is_spoken() {
            true => self.cue_of(index),
            false => None,
        };
        let found = Break {
            next: row.from,
            row: index,
            bottom: row.top,
            cue,
        };
        (row.top + self.reserved(cue, index) <= self.filling.height).then_some(found)
    }

    /// Whether a row must stand on the page of the one before it.
    fn must_keep(&self, index: usize, previous: &Row<'_>, row: &Row<'_>) -> bool {
        if row.block.is_joined && previous.block.class == row.block.class {
            return self.lines_above(index) < FEWEST_LINES
                || self.lines_below(index, 0) < FEWEST_LINES;
        }
        if previous.pair.is_none() && keeps_with_next(previous.block.class) {
            return true;
        }
        match row.block.class {
            // A transition belongs to what it leaves.
            E::Transition | E::EndOfAct => true,
            E::CastList => previous.block.class == E::CastList,
            _ => false,
        }
    }

    /// The break inside a row's paragraph.
    fn within(&self, index: usize, rules: Rules) -> Option<Break> {
        let row = &self.rows[index];
        if row.pair.is_some() || !row.block.splits() || row.lines < 2 {
            return None;
        }
        let cue = match row.block.is_spoken() {
            true => self.cue_of(index),
            false => None,
        };
        let room = self.filling.height - self.reserved(cue, index + 1) - row.text_top;
        let most = room.lines_of(row.block.line_height).min(row.lines - 1);
        let split = self.split(index, most, rules)?;
        Some(Break {
            next: Place {
                paragraph: row.from.paragraph,
                byte: split.byte,
                line: row.from.line + split.lines,
            },
            row: index,
            bottom: row.text_top + row.block.line_height.times(split.lines),
            cue,
        })
    }

    /// The last split that leaves at most `most` lines.
    fn split(&self, index: usize, most: u32, rules: Rules) -> Option<Split> {
        let row = &self.rows[index];
        let fewest = FEWEST_LINES.saturating_sub(self.lines_above(index)).max(1);
        if most < fewest {
            return None;
        }
        let starts = self.line_starts(row, most);
        let leaves_enough = |byte: usize, fewest: u32| self.lines_below(index, byte) >= fewest;
        let at_line = |lines: u32| {
            let byte = *starts.get(lines as usize)?;
            Some(Split { byte, lines })
        };
        if let Some(split) = self.split_for_follower(index, most, fewest, &at_line) {
            return Some(split);
        }
        if rules == Rules::All && self.at_sentences {
            let full = starts.get(most as usize).copied();
            let full = full.unwrap_or(row.until);
            let mut found = None;
            for byte in row.block.sentence_starts(row.from.byte, full) {
                let lines = starts.partition_point(|&start| start < byte);
                let lines = u32::try_from(lines).unwrap_or(u32::MAX);
                if lines >= fewest && leaves_enough(byte, FEWEST_LINES) {
                    found = Some(Split { byte, lines });
                }
            }
            return found;
        }
        (fewest..=most)
            .rev()
            .filter_map(at_line)
            .find(|split| leaves_enough(split.byte, FEWEST_LINES))
    }

    /// A transition takes the last line of the action before it along.
    fn split_for_follower(
        &self,
        index: usize,
        most: u32,
        fewest: u32,
        at_line: &impl Fn(u32) -> Option<Split>,
    ) -> Option<Split> {
        let row = &self.rows[index];
        let follower = self.rows.get(index + 1)?;
        let takes_along = matches!(follower.block.class, E::Transition | E::EndOfAct);
        let lines = row.lines - 1;
        (takes_along && lines <= most && lines >= fewest)
            .then(|| at_line(lines))
            .flatten()
    }

    fn line_starts(&self, row: &Row<'_>, most: u32) -> Vec<usize> {
        let limit = most as usize + 1;
        row.block.line_starts(row.bytes(), self.filling.lane, limit)
    }

    /// The break of last resort: before the last row, or as many of its lines as fit, at least
    /// one.
    pub(crate) fn cut(&self) -> Break {
        let index = self.rows.len() - 1;
        let row = &self.rows[index];
        if index > 0 {
            return Break {
                next: row.from,
                row: index,
                bottom: row.top,
                cue: None,
            };
        }
        let cue = match row.block.is_spoken() {
            true => self.cue,
            false => None,
        };
        let room = self.filling.height - row.text_top - self.reserved(cue, index + 1);
        let most = room.lines_of(row.block.line_height).clamp(1, row.lines);
        if row.pair.is_none()
            && let Some(&byte) = self.line_starts(row, most).get(most as usize)
        {
            return Break {
                next: Place {
                    paragraph: row.from.paragraph,
                    byte,
                    line: row.from.line + most,
                },
                row: index,
                bottom: row.text_top + row.block.line_height.times(most),
                cue,
            };
        }
        // A single line that is higher than the page stands on one all the same.
        Break {
            next: row.after(),
            row: index + 1,
            bottom: row.bottom,
            cue: None,
        }
    }

    /// The cue of the speech that row `index` belongs to.
    pub(crate) fn cue_of(&self, index: usize) -> Option<usize> {
        for row in self.rows[..index].iter().rev() {
            if row.pair.is_some() {
                return None;
            }
            if row.block.class == E::Character {
                return Some(row.from.paragraph);
            }
            if !row.block.is_spoken() {
                return None;
            }
        }
        self.cue
    }

    /// The room for the lines that a break before row `next` adds to this page.
    fn reserved(&self, cue: Option<usize>, next: usize) -> Points {
        let next_opens_scene = self.rows.get(next).is_some_and(|row| row.block.opens_scene);
        self.reserved_below(cue, &self.rows[..next], next_opens_scene)
    }

    /// The room for the lines that the end of the column adds to this page.
    pub(crate) fn reserved_at_end(&self, cue: Option<usize>, next_opens_scene: bool) -> Points {
        self.reserved_below(cue, self.rows, next_opens_scene)
    }

    fn reserved_below(
        &self,
        cue: Option<usize>,
        rows: &[Row<'_>],
        next_opens_scene: bool,
    ) -> Points {
        let more = match cue {
            Some(_) => self.more,
            None => Points::ZERO,
        };
        let in_scene = self.in_scene || rows.iter().any(|row| row.block.opens_scene);
        match in_scene && !next_opens_scene {
            true => more + self.continued,
            false => more,
        }
    }

    /// The lines above row `index` that are one block of text with it.
    fn lines_above(&self, index: usize) -> u32 {
        let mut lines = 0;
        for at in (1..=index).rev() {
            if !self.rows[at].block.is_joined {
                break;
            }
            lines += self.rows[at - 1].lines;
        }
        lines
    }

    /// The lines from `byte` of row `index` to the end of its block of text; 2 stand for many.
    fn lines_below(&self, index: usize, byte: usize) -> u32 {
        let row = &self.rows[index];
        let byte = byte.max(row.from.byte);
        let bytes = byte..row.until;
        let lines = row.block.lines_in(bytes, self.filling.lane, FEWEST_LINES);
        if row.until < row.block.text.len() {
            return lines;
        }
        let after = self.flow.get(row.from.paragraph + 1);
        let goes_on = |next: &Block| next.is_joined && next.class == row.block.class;
        lines + u32::from(after.is_some_and(goes_on))
    }
}

/// A split of a paragraph: where its rest begins, and how many lines stay.
#[derive(Clone, Copy)]
struct Split {
    byte: usize,
    lines: u32,
}

/// Elements that are never the last thing on a page.
fn keeps_with_next(class: E) -> bool {
    matches!(
        class,
        E::SceneHeading | E::Shot | E::Character | E::Parenthetical | E::NewAct
    )
}
