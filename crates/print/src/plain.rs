//! A script as plain text, laid out as on paper: for reading in a terminal, for mail, for comparing.

use scriptroom_pages::{Paginator, PrintedLine, Settings, clusters};
use scriptroom_paragraphs::PlainScript;

use crate::line;
use crate::title_page::{TitleLine, TitlePage};

/// The width of a page in letters, without its margins.
const WIDTH: u32 = 61;

/// The script's pages as lines of letters, a form feed between two pages.
#[must_use]
pub fn plain_text(script: &PlainScript, settings: Settings) -> String {
    let pages = Paginator::new(&script.paragraphs, settings);
    let labels = pages.labels();
    let mut text = String::new();
    if let Some(title) = TitlePage::of(script, WIDTH) {
        title_lines(&mut text, &title);
        text.push('\u{c}');
    }
    for (index, label) in labels.iter().enumerate() {
        if index > 0 {
            text.push('\u{c}');
            put(
                &mut text,
                WIDTH.saturating_sub(cells(label) + 1),
                &format!("{label}."),
            );
            text.push('\n');
        }
        page_lines(&mut text, script, &pages, index);
    }
    text
}

fn title_lines(text: &mut String, title: &TitlePage) {
    for line in &title.centered {
        put(text, WIDTH.saturating_sub(line.cells()) / 2, &letters(line));
    }
    text.push('\n');
    for line in &title.foot {
        put(text, 0, &letters(line));
    }
}

fn letters(line: &TitleLine) -> String {
    line.letters.iter().map(|(letter, _)| letter).collect()
}

fn page_lines(text: &mut String, script: &PlainScript, pages: &Paginator, page: usize) {
    let setup = pages.settings().setup();
    let margin = column(
        setup
            .elements
            .of(scriptroom_paragraphs::ElementType::Action)
            .left
            .in_hundredths(),
        setup.chars_per_ten_inches,
    );
    let mut lines = pages.printed_lines(page);
    // The two columns of a pair come one after the other: in text they stand beside each other.
    lines.sort_by_key(|line| (line.top, line.left));
    let mut row = 0;
    for beside in lines.chunk_by(|one, next| one.top == next.top) {
        let at = beside[0].top.0 / setup.leading.0.max(1);
        while row < at {
            text.push('\n');
            row += 1;
        }
        put(
            text,
            0,
            &joined(beside, script, setup.prints_hidden_text, |line| {
                column(line.left.in_hundredths(), setup.chars_per_ten_inches).saturating_sub(margin)
            }),
        );
        row += 1;
    }
}

fn joined(
    lines: &[PrintedLine],
    script: &PlainScript,
    hidden: bool,
    column: impl Fn(&PrintedLine) -> u32,
) -> String {
    let mut row = String::new();
    for line in lines {
        let letters = line::letters(line, &script.paragraphs, hidden);
        let words: String = letters.iter().map(|(letter, _)| letter).collect();
        let gap = column(line).saturating_sub(cells(&row));
        row.extend(std::iter::repeat_n(' ', gap as usize));
        row.push_str(words.trim_end());
    }
    row
}

/// Hundredths of an inch as letters.
fn column(hundredths: i32, per_ten_inches: i32) -> u32 {
    u32::try_from((i64::from(hundredths) * i64::from(per_ten_inches) + 500) / 1000).unwrap_or(0)
}

fn cells(text: &str) -> u32 {
    clusters(text).map(|(_, cells)| cells).sum()
}

fn put(text: &mut String, indent: u32, line: &str) {
    if !line.trim().is_empty() {
        text.extend(std::iter::repeat_n(' ', indent as usize));
        text.push_str(line.trim_end());
    }
    text.push('\n');
}
