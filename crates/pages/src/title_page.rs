//! The title page: what is said of the script before it begins. It has no number and is not counted.

use crate::settings::Settings;
use crate::units::{Inches, Points};
use crate::{width, wrap};
use scriptroom_paragraphs::TitleEntry;

/// A line of the title page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleLine {
    /// How far below the top of the text its own top is.
    pub top: Points,
    /// How far from the page's left edge it begins.
    pub left: Inches,
    /// What it says.
    pub text: String,
}

/// What stands in the middle, a third down the page; all else stands at its foot.
const CENTRED: [&str; 5] = ["title", "credit", "author", "authors", "source"];
/// What stands at the foot's right, as dates do; the rest stands at its left.
const RIGHT: [&str; 3] = ["draft date", "date", "revision"];

/// Lays out the title page: the title and who wrote it in the middle, a third down, an empty line between the entries; at
/// the foot the contact at the left and the date at the right. What is too long for a line is wrapped, and what has no
/// room below stands above the other.
#[must_use]
pub fn title_page(entries: &[TitleEntry], settings: &Settings) -> Vec<TitleLine> {
    let is = |entry: &TitleEntry, keys: &[&str]| {
        let key = entry.key.trim().to_lowercase();
        keys.contains(&key.as_str())
    };
    let setup = settings.setup();
    let lines = settings.lines_per_page();
    let top = |line: u32| setup.leading.times(line);
    let edges = Edges::of(settings);
    let mut page = Vec::new();
    let mut at = lines / 3;
    for entry in entries.iter().filter(|entry| is(entry, &CENTRED)) {
        for text in edges.wrapped(entry, edges.chars) {
            let left = edges.left + (edges.right - edges.left - edges.width(&text)).half();
            page.push(TitleLine {
                top: top(at),
                left,
                text,
            });
            at += 1;
        }
        at += 1;
    }
    let foot = |right: bool| {
        let of_it = entries
            .iter()
            .filter(|entry| !is(entry, &CENTRED) && is(entry, &RIGHT) == right);
        of_it
            .flat_map(|entry| edges.wrapped(entry, edges.chars / 2))
            .collect::<Vec<String>>()
    };
    for right in [false, true] {
        let texts = foot(right);
        let count = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let first = lines.saturating_sub(count).max(at);
        for (line, text) in (first..).zip(texts) {
            let left = match right {
                true => edges.right - edges.width(&text),
                false => edges.left,
            };
            page.push(TitleLine {
                top: top(line),
                left,
                text,
            });
        }
    }
    page.sort_by_key(|line| (line.top, line.left));
    page
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

    fn width(&self, text: &str) -> Inches {
        let cells = i32::try_from(width::of_text(text)).unwrap_or(i32::MAX / 1000);
        Inches::hundredths(cells * 1000 / self.per_ten_inches)
    }

    fn wrapped(&self, entry: &TitleEntry, chars: u32) -> Vec<String> {
        let widths = wrap::LineWidths {
            first: chars,
            rest: chars,
        };
        let wrap = |line: &String| {
            let plain: String = line
                .chars()
                .filter(|character| !matches!(character, '*' | '_'))
                .collect();
            let starts = wrap::starts(&plain, 0, widths, usize::MAX);
            let ends = starts.iter().skip(1).copied().chain([plain.len()]);
            let texts = starts
                .iter()
                .zip(ends)
                .map(|(&start, end)| plain[start..end].trim_end().to_owned());
            texts.collect::<Vec<String>>()
        };
        entry.lines.iter().flat_map(wrap).collect()
    }
}
