//! How many cells of the grid a stretch of text takes.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The cells of a tab. It does not move to a stop: a script's lines are re-wrapped too often for
/// columns to hold.
const TAB_CELLS: u32 = 4;

/// The cells of one grapheme cluster: 2 for East Asian wide ones and emoji, else 1. A letter with
/// its combining marks is one cell; a cluster with nothing visible in it takes none.
pub(crate) fn of_cluster(cluster: &str) -> u32 {
    match cluster {
        "\t" => TAB_CELLS,
        _ => u32::try_from(cluster.width().min(2)).unwrap_or(2),
    }
}

/// A grapheme cluster with its place and its cells.
#[derive(Clone, Copy)]
pub(crate) struct Cluster<'a> {
    pub(crate) start: usize,
    pub(crate) text: &'a str,
    pub(crate) cells: u32,
}

impl Cluster<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The grapheme clusters of `text`, which begins at byte `base` of its paragraph.
pub(crate) fn clusters(text: &str, base: usize) -> impl Iterator<Item = Cluster<'_>> {
    text.grapheme_indices(true)
        .map(move |(start, text)| Cluster {
            start: base + start,
            text,
            cells: of_cluster(text),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> u32 {
        clusters(text, 0).map(|cluster| cluster.cells).sum()
    }

    #[test]
    fn clusters_count_as_they_stand_in_the_grid() {
        assert_eq!(cells("Anna"), 4);
        assert_eq!(
            cells("e\u{301}te\u{301}"),
            3,
            "combining marks take nothing"
        );
        assert_eq!(cells("漢字"), 4, "wide");
        assert_eq!(cells("ｶﾅ"), 2, "halfwidth katakana");
        assert_eq!(cells("👩‍👩‍👧"), 2, "one emoji out of several");
        assert_eq!(cells("\t"), 4);
        assert_eq!(cells("\u{200b}"), 0);
    }
}
