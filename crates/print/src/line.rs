//! A printed line with its styles, and where each of its letters stands.

use std::cell::Cell;

use scriptroom_pages::{LineText, PrintedLine, clusters};
use scriptroom_paragraphs::{ElementType, Paragraph, Run, Styles};
use unicode_bidi::{BidiInfo, Level};

use crate::arabic;

/// A grapheme cluster of a line, as it stands in the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) text: String,
    pub(crate) styles: Styles,
    /// How many cells of the line are before it.
    pub(crate) cell: u32,
    pub(crate) cells: u32,
    /// What its first letter looks like where that is another one.
    pub(crate) look: Option<char>,
}

/// A letter with its styles.
type Letter = (char, Styles);

/// How far the styles of a paragraph were read, so that each of its lines goes on from there: one may be as long as a book.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    paragraph: usize,
    offset_utf16: u32,
    run: usize,
    byte: usize,
}

impl Reading {
    /// Goes on to a place in a paragraph; from its beginning where that is another one, or further behind.
    fn to(mut self, at: usize, paragraph: &Paragraph, offset_utf16: u32) -> Reading {
        if self.paragraph != at || self.offset_utf16 > offset_utf16 {
            self = Reading {
                paragraph: at,
                ..Reading::default()
            };
        }
        while self.offset_utf16 < offset_utf16 {
            let Some(run) = paragraph.runs.get(self.run) else {
                break;
            };
            match run.text[self.byte..].chars().next() {
                Some(letter) => {
                    self.offset_utf16 += if letter < '\u{10000}' { 1 } else { 2 };
                    self.byte += letter.len_utf8();
                }
                None => (self.run, self.byte) = (self.run + 1, 0),
            }
        }
        self
    }

    /// The styles of each printed character from here on.
    fn styles(self, paragraph: &Paragraph, prints_hidden: bool) -> impl Iterator<Item = Styles> {
        let runs = paragraph.runs.iter().skip(self.run).enumerate();
        let rest = runs.map(move |(index, run)| match index {
            0 => (&run.text[self.byte..], run.styles),
            _ => (&run.text[..], run.styles),
        });
        rest.filter(move |(_, styles)| prints_hidden || styles.is_printed())
            .flat_map(|(text, styles)| text.chars().map(move |_| styles))
    }
}

/// The letters of a line, as they are printed. Lines of a paragraph are quickest read one after the other.
pub(crate) fn letters(
    line: &PrintedLine,
    paragraphs: &[Paragraph],
    prints_hidden: bool,
    reading: &Cell<Reading>,
) -> Vec<Letter> {
    match &line.text {
        LineText::Text {
            paragraph,
            offset_utf16,
            text,
        } => {
            let at = *paragraph;
            let paragraph = &paragraphs[at];
            reading.set(reading.get().to(at, paragraph, *offset_utf16));
            let styles = reading.get().styles(paragraph, prints_hidden);
            // Behind the paragraph's own text stands what the layout added: `(CONT'D)`.
            let styles = styles.chain(std::iter::repeat(Styles::NONE));
            let letters: Vec<Letter> = text.chars().zip(styles).collect();
            match is_capitals(paragraph.element) {
                true => capitals(&letters),
                false => letters,
            }
        }
        other => plain(other.as_str()),
    }
}

/// The scene heading that a line is the first of.
pub(crate) fn begun_scene(line: &PrintedLine, paragraphs: &[Paragraph]) -> Option<usize> {
    match &line.text {
        LineText::Text {
            paragraph,
            offset_utf16: 0,
            ..
        } if paragraphs[*paragraph].element == ElementType::SceneHeading => Some(*paragraph),
        _ => None,
    }
}

/// Letters without styles.
pub(crate) fn plain(text: &str) -> Vec<Letter> {
    text.chars().map(|letter| (letter, Styles::NONE)).collect()
}

/// The letters of runs.
pub(crate) fn of_runs(runs: &[Run]) -> Vec<Letter> {
    let letters = runs
        .iter()
        .flat_map(|run| run.text.chars().map(|letter| (letter, run.styles)));
    letters.collect()
}

/// Elements that are printed in capitals, however they were typed: the editor shows them so, too.
pub(crate) fn is_capitals(element: ElementType) -> bool {
    matches!(
        element,
        ElementType::SceneHeading
            | ElementType::Character
            | ElementType::Transition
            | ElementType::Shot
            | ElementType::NewAct
            | ElementType::EndOfAct
    )
}

fn capitals(letters: &[Letter]) -> Vec<Letter> {
    let letters = letters.iter();
    letters
        .flat_map(|(letter, styles)| letter.to_uppercase().map(|upper| (upper, *styles)))
        .collect()
}

/// Where each cluster of a line stands, in the order in which the line is read.
pub(crate) fn place(letters: &[Letter], is_right_to_left: bool) -> Vec<Placed> {
    let text: String = letters.iter().map(|(letter, _)| letter).collect();
    let mut styles = letters.iter().map(|(_, styles)| *styles);
    let mut cell = 0;
    let mut placed: Vec<Placed> = clusters(&text)
        .map(|(cluster, cells)| {
            let of_first = styles.next().unwrap_or_default();
            for _ in cluster.chars().skip(1) {
                styles.next();
            }
            let before = cell;
            cell += cells;
            Placed {
                text: cluster.to_owned(),
                styles: of_first,
                cell: before,
                cells,
                look: None,
            }
        })
        .collect();
    if is_right_to_left || text.chars().any(is_right_to_left_letter) {
        turn(&mut placed, &text, is_right_to_left);
        join(&mut placed);
    }
    placed
}

/// Gives the letters that join their neighbours the form of their place.
fn join(placed: &mut [Placed]) {
    let at = |index: usize| placed.get(index).map(|cluster| cluster.text.as_str());
    let forms: Vec<Option<char>> = (0..placed.len())
        .map(|index| {
            let before = index.checked_sub(1).and_then(at);
            arabic::form(before, &placed[index].text, at(index + 1))
        })
        .collect();
    for (cluster, form) in placed.iter_mut().zip(forms) {
        cluster.look = cluster.look.or(form);
    }
}

/// Letters that go from right to left, and what turns them: in a line without any, all stand as they come.
fn is_right_to_left_letter(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Puts the clusters to where they are seen, by the rules for text of both directions.
fn turn(placed: &mut [Placed], text: &str, is_right_to_left: bool) {
    let base = match is_right_to_left {
        true => Level::rtl(),
        false => Level::ltr(),
    };
    let info = BidiInfo::new(text, Some(base));
    let Some(paragraph) = info.paragraphs.first() else {
        return;
    };
    let levels = info.reordered_levels(paragraph, paragraph.range.clone());
    let starts = placed.iter().scan(0, |at, cluster| {
        let start = *at;
        *at += cluster.text.len();
        Some(start)
    });
    let of_clusters: Vec<Level> = starts.map(|start| levels[start]).collect();
    let mut cell = 0;
    for index in BidiInfo::reorder_visual(&of_clusters) {
        let cluster = &mut placed[index];
        cluster.cell = cell;
        cell += cluster.cells;
        if of_clusters[index].is_rtl() {
            cluster.look = mirrored(&cluster.text);
        }
    }
}

/// The other one of a pair, which is what is seen where the text goes from right to left.
fn mirrored(cluster: &str) -> Option<char> {
    const PAIRS: [(&str, &str); 5] = [("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("«", "»")];
    let other = PAIRS.iter().find_map(|(open, close)| match cluster {
        cluster if cluster == *open => Some(*close),
        cluster if cluster == *close => Some(*open),
        _ => None,
    });
    other.and_then(|other| other.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, is_right_to_left: bool) -> String {
        let mut placed = place(&plain(text), is_right_to_left);
        placed.sort_by_key(|cluster| cluster.cell);
        let look = |cluster: &Placed| cluster.look.map_or(cluster.text.clone(), String::from);
        placed.iter().map(look).collect()
    }

    #[test]
    fn text_is_seen_in_its_direction() {
        assert_eq!(seen("Anna (V.O.)", false), "Anna (V.O.)");
        assert_eq!(seen("אבג (ד) 12", true), "12 (ד) גבא");
        assert_eq!(seen("says אבג.", false), "says גבא.");
    }

    #[test]
    fn wide_letters_take_two_cells_and_marks_none() {
        let placed = place(&plain("漢e\u{301}x"), false);
        let cells: Vec<(u32, u32)> = placed.iter().map(|one| (one.cell, one.cells)).collect();
        assert_eq!(cells, [(0, 2), (2, 1), (3, 1)]);
    }
}
