//! Word wrap on a grid of cells.
//!
//! A line breaks after spaces, hyphens and em dashes, and between East Asian wide characters
//! (which are written without spaces). Spaces at a line's end hang over it. A word that is wider
//! than the line is cut where the line is full.

use crate::width::{self, Cluster};
use std::ops::ControlFlow;

/// How many letters are looked at in one go: of a word that goes on for pages, each line would look at all that is left.
const LONGEST_STRETCH: usize = 256;

/// The widths of a paragraph's lines, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineWidths {
    /// The first line's (a hanging indent makes it wider, a positive one narrower).
    pub(crate) first: u32,
    /// All others'.
    pub(crate) rest: u32,
}

/// Calls `line(start, end)` for each line of `text[from..]`, in bytes of `text`, until it says to
/// stop. Every byte from `from` on is in exactly one line; an empty text is one empty line.
pub(crate) fn wrap(
    text: &str,
    from: usize,
    widths: LineWidths,
    mut line: impl FnMut(usize, usize) -> ControlFlow<()>,
) {
    let mut wrapper = Wrapper {
        rest: widths.rest.max(1),
        start: from,
        limit: widths.first.max(1),
        cells: 0,
        candidate: from,
        candidate_cells: 0,
        line: &mut line,
    };
    let wrapped = wrapper.text(text, from);
    if wrapped.is_continue() {
        let start = wrapper.start;
        let _ = line(start, text.len());
    }
}

/// How many lines [`wrap`] makes, up to `limit`: a page does not care what comes after the next.
pub(crate) fn count(text: &str, from: usize, widths: LineWidths, limit: u32) -> u32 {
    let mut lines = 0;
    wrap(text, from, widths, |_, _| {
        lines += 1;
        match lines >= limit {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    lines
}

/// The byte at which each of the first `limit` lines begins.
pub(crate) fn starts(text: &str, from: usize, widths: LineWidths, limit: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    wrap(text, from, widths, |start, _| {
        starts.push(start);
        match starts.len() >= limit {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    starts
}

struct Wrapper<'f, F> {
    /// The width of all lines but the first.
    rest: u32,
    /// Where the line being filled begins.
    start: usize,
    limit: u32,
    /// Its cells so far.
    cells: u32,
    /// The last place where it may be broken, and the cells up to there.
    candidate: usize,
    candidate_cells: u32,
    line: &'f mut F,
}

impl<F: FnMut(usize, usize) -> ControlFlow<()>> Wrapper<'_, F> {
    fn text(&mut self, text: &str, from: usize) -> ControlFlow<()> {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            // What stands before a character beyond ASCII may be one cluster with it.
            let is_alone = bytes.get(at + 1).is_none_or(u8::is_ascii);
            at = match byte.is_ascii() && is_alone {
                true => self.ascii(bytes, at)?,
                false => self.cluster(text, at)?,
            };
        }
        ControlFlow::Continue(())
    }

    /// The common case: a space, a hyphen, or a stretch of letters with the hyphen behind it, one
    /// cell a byte. Returns where it ends.
    fn ascii(&mut self, bytes: &[u8], start: usize) -> ControlFlow<(), usize> {
        let byte = bytes[start];
        let mut end = start + 1;
        match byte {
            b' ' => self.space(end, 1),
            b'\t' => self.space(end, width::of_cluster("\t")),
            b'-' => {
                self.word(start, end)?;
                self.may_break_after(end);
            }
            byte if byte.is_ascii_graphic() => {
                let is_word = |pair: &&[u8]| {
                    pair[0].is_ascii_graphic() && pair[0] != b'-' && pair[1].is_ascii()
                };
                let stretch = bytes[end..].windows(2).take(LONGEST_STRETCH);
                end += stretch.take_while(is_word).count();
                self.word(start, end)?;
            }
            _ => self.solid(start, 0)?,
        }
        ControlFlow::Continue(end)
    }

    /// One grapheme cluster. Returns where it ends.
    fn cluster(&mut self, text: &str, start: usize) -> ControlFlow<(), usize> {
        let Some(cluster) = width::first_cluster(&text[start..], start) else {
            return ControlFlow::Continue(text.len());
        };
        let end = cluster.end();
        if is_space(cluster.text) {
            self.space(end, cluster.cells);
        } else {
            self.solid(start, cluster.cells)?;
            if breaks_after(&cluster, width::first_cluster(&text[end..], end).as_ref()) {
                self.may_break_after(end);
            }
        }
        ControlFlow::Continue(end)
    }

    /// A stretch of one cell a byte that is not broken where it fits.
    fn word(&mut self, start: usize, end: usize) -> ControlFlow<()> {
        let cells = u32::try_from(end - start).unwrap_or(u32::MAX);
        if self.cells.saturating_add(cells) <= self.limit {
            self.cells += cells;
            return ControlFlow::Continue(());
        }
        for byte in start..end {
            self.solid(byte, 1)?;
        }
        ControlFlow::Continue(())
    }

    /// A space: it never overflows, and the line may break after it.
    fn space(&mut self, end: usize, cells: u32) {
        self.cells += cells;
        self.may_break_after(end);
    }

    fn may_break_after(&mut self, end: usize) {
        self.candidate = end;
        self.candidate_cells = self.cells;
    }

    /// Something visible at `start`: where it does not fit, the line ends at the last candidate,
    /// or right here when there is none.
    fn solid(&mut self, start: usize, cells: u32) -> ControlFlow<()> {
        while self.cells + cells > self.limit && start > self.start {
            if self.candidate <= self.start {
                self.candidate = start;
                self.candidate_cells = self.cells;
            }
            self.end_line()?;
        }
        self.cells += cells;
        ControlFlow::Continue(())
    }

    fn end_line(&mut self) -> ControlFlow<()> {
        let said = (self.line)(self.start, self.candidate);
        self.start = self.candidate;
        self.cells -= self.candidate_cells;
        self.candidate_cells = 0;
        self.limit = self.rest;
        said
    }
}

fn is_space(cluster: &str) -> bool {
    // No-break spaces are letters here: that is what they are for.
    matches!(cluster, " " | "\t" | "\u{3000}")
        || matches!(cluster.chars().next(), Some('\u{2000}'..='\u{200b}'))
}

/// Whether a line may end after `cluster`, with `next` on the next line.
fn breaks_after(cluster: &Cluster<'_>, next: Option<&Cluster<'_>>) -> bool {
    match cluster.text {
        "-" | "\u{2010}" | "\u{2013}" | "\u{2014}" => true,
        _ => {
            // A space or digit that a combining character makes wide stays a space or digit.
            let is_wide = |cluster: &Cluster<'_>| {
                cluster.cells == 2 && !cluster.text.starts_with(|first: char| first.is_ascii())
            };
            (is_wide(cluster) || next.is_some_and(is_wide))
                && !OPENING.contains(cluster.text)
                && !next.is_some_and(|next| CLOSING.contains(next.text))
        }
    }
}

/// What stays with the character after it, in East Asian text.
const OPENING: &str = "（「『【〈《［｛〔“‘\"'([{";

/// What never starts a line, in East Asian text and beside it.
const CLOSING: &str =
    "、。，．・：；？！）」』】〉》］｝〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ”’…,.:;?!)]}";

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(width: u32, text: &str, expected: Expect) {
        let widths = LineWidths {
            first: width,
            rest: width,
        };
        let mut lines = String::new();
        wrap(text, 0, widths, |start, end| {
            lines += &text[start..end];
            lines += "|\n";
            ControlFlow::Continue(())
        });
        expected.assert_eq(&lines);
    }

    #[test]
    fn words_stay_whole_and_spaces_hang() {
        check(
            10,
            "The quick brown   fox.  ",
            expect![[r#"
            The quick |
            brown   |
            fox.  |
        "#]],
        );
        check(
            10,
            "1234567890     next",
            expect![[r#"
            1234567890     |
            next|
        "#]],
        );
    }

    #[test]
    fn hyphens_and_em_dashes_end_lines() {
        check(
            10,
            "well-known and—so far—dashed",
            expect![[r#"
            well-known |
            and—so |
            far—dashed|
        "#]],
        );
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut() {
        check(
            5,
            "Llanfairpwllgwyngyll",
            expect![[r#"
            Llanf|
            airpw|
            llgwy|
            ngyll|
        "#]],
        );
    }

    #[test]
    fn east_asian_text_breaks_between_characters_but_not_before_a_full_stop() {
        check(
            10,
            "彼女は部屋に入る。",
            expect![[r#"
            彼女は部屋|
            に入る。|
        "#]],
        );
        check(
            9,
            "彼女は部屋に入る。",
            expect![[r#"
            彼女は部|
            屋に入|
            る。|
        "#]],
        );
        check(
            10,
            "Anna 彼女は「はい」",
            expect![[r#"
            Anna 彼女|
            は「はい」|
        "#]],
        );
    }

    #[test]
    fn clusters_are_never_cut() {
        check(
            4,
            "👩‍👩‍👧👍🏽👍🏽e\u{301}e\u{301}e\u{301}",
            expect![[r#"
            👩‍👩‍👧👍🏽|
            👍🏽|
            ééé|
        "#]],
        );
    }

    #[test]
    fn nothing_is_one_empty_line() {
        check(
            10,
            "",
            expect![[r#"
            |
        "#]],
        );
    }

    /// The lines as they come about cluster by cluster, without the shortcuts for words.
    fn slow_starts(text: &str, width: u32) -> Vec<usize> {
        let mut starts = Vec::new();
        let mut line = |start, _| {
            starts.push(start);
            ControlFlow::Continue(())
        };
        let mut wrapper = Wrapper {
            rest: width,
            start: 0,
            limit: width,
            cells: 0,
            candidate: 0,
            candidate_cells: 0,
            line: &mut line,
        };
        let mut at = 0;
        while at < text.len() {
            at = match wrapper.cluster(text, at) {
                ControlFlow::Continue(end) => end,
                ControlFlow::Break(()) => break,
            };
        }
        let last = wrapper.start;
        starts.push(last);
        starts
    }

    proptest::proptest! {
        #[test]
        fn words_are_a_shortcut_for_clusters(
            text in "[a-f \\-éa\u{301}’漢。👍🏽\t]{0,60}",
            width in 1_u32..20,
        ) {
            let widths = LineWidths { first: width, rest: width };
            proptest::prop_assert_eq!(
                starts(&text, 0, widths, usize::MAX),
                slow_starts(&text, width)
            );
        }
    }
}
