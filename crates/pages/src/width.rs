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

/// The grapheme clusters of a text, each with the cells of the grid that it takes: where its letters stand in a line.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, u32)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let cluster = first_cluster(&text[at..], at)?;
        at = cluster.end();
        Some((cluster.text, cluster.cells))
    })
}

/// The cells of a text.
pub(crate) fn of_text(text: &str) -> u32 {
    clusters(text)
        .map(|(_, cells)| cells)
        .fold(0, u32::saturating_add)
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

/// The first grapheme cluster of `rest`, which begins at byte `start` of its paragraph.
pub(crate) fn first_cluster(rest: &str, start: usize) -> Option<Cluster<'_>> {
    let mut chars = rest.chars();
    let first = chars.next()?;
    let (len, cells) = match (plain_cells(first), chars.next().is_none_or(is_plain)) {
        (Some(cells), true) => (first.len_utf8(), cells),
        _ => {
            let cluster = rest.graphemes(true).next()?;
            (cluster.len(), of_cluster(cluster))
        }
    };
    Some(Cluster {
        start,
        text: &rest[..len],
        cells,
    })
}

fn is_plain(character: char) -> bool {
    plain_cells(character).is_some()
}

/// The cells of a character that is a cluster by itself between others of its kind. Looking the
/// clusters of common letters up in the tables would take most of a layout's time.
fn plain_cells(character: char) -> Option<u32> {
    match character {
        ' '..='~' => Some(1),
        // Latin, Greek, Cyrillic, Hebrew letters; quotes and dashes.
        '\u{a1}'..='\u{ac}'
        | '\u{ae}'..='\u{24f}'
        | '\u{391}'..='\u{3a1}'
        | '\u{3b1}'..='\u{3c9}' => Some(1),
        '\u{400}'..='\u{47f}' | '\u{5d0}'..='\u{5ea}' | '\u{2018}'..='\u{201d}' => Some(1),
        '\u{2013}' | '\u{2014}' | '\u{2026}' => Some(1),
        // Kana, ideographs and their full stops, Hangul syllables.
        '\u{3001}'..='\u{3002}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => Some(2),
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_count_as_they_stand_in_the_grid() {
        assert_eq!(of_text("Anna"), 4);
        assert_eq!(
            of_text("e\u{301}te\u{301}"),
            3,
            "combining marks take nothing"
        );
        assert_eq!(of_text("漢字"), 4, "wide");
        assert_eq!(of_text("ｶﾅ"), 2, "halfwidth katakana");
        assert_eq!(of_text("👩‍👩‍👧"), 2, "one emoji out of several");
        assert_eq!(of_text("\t"), 4);
        assert_eq!(of_text("\u{200b}"), 0);
    }

    #[test]
    fn plain_characters_are_what_the_tables_say() {
        for character in '\0'..=char::MAX {
            if let Some(cells) = plain_cells(character) {
                let text = character.to_string();
                assert_eq!(of_cluster(&text), cells, "{character:?}");
                let doubled = text.repeat(2);
                assert_eq!(doubled.graphemes(true).count(), 2, "{character:?}");
            }
        }
    }
}
