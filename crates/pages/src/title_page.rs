//! The title page: what is said of the script before it begins. It has no number and is not counted.

use crate::settings::Settings;
use crate::units::{Inches, Points};
use crate::{width, wrap};
use scriptroom_paragraphs::Run;
use std::ops::Range;

/// An entry of the title page whose lines have been read: what is emphasis is styles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TitleText {
    /// Its key, such as `Title`.
    pub key: String,
    /// Its lines, each in its styles.
    pub lines: Vec<Vec<Run>>,
}

/// A line of the title page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleLine {
    /// How far below the top of the text its own top is.
    pub top: Points,
    /// How far from the page's left edge it begins.
    pub left: Inches,
    /// What it says.
    pub runs: Vec<Run>,
    /// Whether it is of the title itself.
    pub is_title: bool,
}

impl TitleLine {
    /// What it says, without styles.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.runs)
    }
}

/// What stands in the middle, a third down the page, in this order; all else stands at its foot.
const CENTRED: [&str; 5] = ["title", "credit", "author", "authors", "source"];
/// What stands at the foot's right, as dates do; the rest stands at its left.
const RIGHT: [&str; 3] = ["draft date", "date", "revision"];

/// Whether an entry with this key stands in the middle of the title page.
#[must_use]
pub fn is_centred(key: &str) -> bool {
    CENTRED.contains(&key.trim().to_lowercase().as_str())
}

/// Lays out the title page: the title and who wrote it in the middle, a third down, an empty line between the entries; at
/// the foot the contact at the left and the date at the right. What is too long for a line is wrapped, and what has no
/// room below stands above the other.
#[must_use]
pub fn title_page(entries: &[TitleText], settings: &Settings) -> Vec<TitleLine> {
    let lines = settings.lines_per_page();
    let top = |line: u32| settings.setup().leading.times(line);
    let edges = Edges::of(settings);
    let named = |key: &'static str| {
        let is_it = move |entry: &&TitleText| entry.key.trim().eq_ignore_ascii_case(key);
        entries.iter().filter(is_it).filter(|entry| says(entry))
    };
    let mut page = Vec::new();
    let mut at = lines / 3;
    for key in CENTRED {
        for entry in named(key) {
            for runs in edges.wrapped(entry, edges.chars) {
                page.push(TitleLine {
                    top: top(at),
                    left: edges.left + (edges.right - edges.left - edges.width(&runs)).half(),
                    runs,
                    is_title: key == CENTRED[0],
                });
                at += 1;
            }
            at += 1;
        }
    }
    for on_the_right in [false, true] {
        let is_it = |entry: &&TitleText| {
            !is_centred(&entry.key) && stands_right(&entry.key) == on_the_right && says(entry)
        };
        let foot = entries.iter().filter(is_it);
        let foot: Vec<Vec<Run>> = foot
            .flat_map(|entry| edges.wrapped(entry, edges.chars / 2))
            .collect();
        let count = u32::try_from(foot.len()).unwrap_or(u32::MAX);
        let first = lines.saturating_sub(count).max(at);
        for (line, runs) in (first..).zip(foot) {
            let left = match on_the_right {
                true => edges.right - edges.width(&runs),
                false => edges.left,
            };
            page.push(TitleLine {
                top: top(line),
                left,
                runs,
                is_title: false,
            });
        }
    }
    page.sort_by_key(|line| (line.top, line.left));
    page
}

fn stands_right(key: &str) -> bool {
    RIGHT.contains(&key.trim().to_lowercase().as_str())
}

/// Whether an entry has any text.
fn says(entry: &TitleText) -> bool {
    let mut runs = entry.lines.iter().flatten();
    runs.any(|run| !run.text.trim().is_empty())
}

fn text_of(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// The runs of a part of their text, by bytes.
fn part_of(runs: &[Run], part: &Range<usize>) -> Vec<Run> {
    let mut start = 0;
    let mut parts = Vec::new();
    for run in runs {
        let end = start + run.text.len();
        let (from, to) = (part.start.max(start), part.end.min(end));
        if from < to {
            parts.push(Run {
                text: run.text[from - start..to - start].to_owned(),
                styles: run.styles,
            });
        }
        start = end;
    }
    parts
}

/// Between what it stands: action's edges.
struct Edges {
    left: Inches,
    right: Inches,
    chars: u32,
    per_ten_inches: i32,
}

impl Edges {
    fn of(settings: &Settings) -> Edges {
        let setup = settings.setup();
        let action = setup
            .elements
            .of(scriptroom_paragraphs::ElementType::Action);
        let chars = setup.chars_between(action.left, action.right);
        Edges {
            left: action.left,
            right: action.right,
            chars: u32::try_from(chars).unwrap_or(0).max(4),
            per_ten_inches: setup.chars_per_ten_inches,
        }
    }

    fn width(&self, runs: &[Run]) -> Inches {
        let cells = i32::try_from(width::of_text(&text_of(runs))).unwrap_or(i32::MAX / 1000);
        Inches::hundredths(cells * 1000 / self.per_ten_inches)
    }

    fn wrapped(&self, entry: &TitleText, chars: u32) -> Vec<Vec<Run>> {
        let widths = wrap::LineWidths {
            first: chars,
            rest: chars,
        };
        let wrap = |runs: &Vec<Run>| {
            let text = text_of(runs);
            let starts = wrap::starts(&text, 0, widths, usize::MAX);
            let ends = starts.iter().skip(1).copied().chain([text.len()]);
            let lines = starts.iter().zip(ends).map(|(&start, end)| {
                let end = start + text[start..end].trim_end().len();
                part_of(runs, &(start..end))
            });
            lines.collect::<Vec<Vec<Run>>>()
        };
        entry.lines.iter().flat_map(wrap).collect()
    }
}
