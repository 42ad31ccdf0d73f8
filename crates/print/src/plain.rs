//! A script as plain text, laid out as on paper: for reading in a terminal, for mail, for comparing.

use std::cell::Cell;

use scriptroom_pages::{Inches, Paginator, Points, PrintedLine, Revision, TitleLine, clusters};
use scriptroom_paragraphs::{ElementType, PlainScript};

use crate::line::{self, Reading};
use crate::writer::{PdfOptions, SceneNumbers, title_lines};

/// The width of a page in letters, without its margins.
const WIDTH: u32 = 61;
/// Where a scene's number stands behind its heading, and a revision's mark behind its line.
const NUMBER: u32 = WIDTH + 2;
const MARK: u32 = WIDTH + 9;

/// The script's pages as lines of letters, a form feed between two pages. Of the options those count that letters can show.
///
/// # Panics
///
/// When the pages are not those of the script: when the numbers of paragraphs differ.
#[must_use]
pub fn plain_text(script: &PlainScript, pages: &Paginator, options: &PdfOptions) -> String {
    assert_eq!(
        script.paragraphs.len(),
        pages.paragraph_count(),
        "the pages are the script's own"
    );
    let mut text = String::new();
    let plain = Plain {
        script,
        pages,
        options,
        reading: Cell::default(),
    };
    let title = title_lines(script, pages, options);
    if !title.is_empty() {
        plain.title(&mut text, &title);
        text.push('\u{c}');
    }
    for (index, label) in pages.labels().iter().enumerate() {
        if index > 0 {
            text.push('\u{c}');
        }
        plain.header(&mut text, index, label);
        plain.page(&mut text, index);
    }
    text
}

/// What the lines of a page are written from.
struct Plain<'a> {
    script: &'a PlainScript,
    pages: &'a Paginator,
    options: &'a PdfOptions,
    reading: Cell<Reading>,
}

impl Plain<'_> {
    /// The page's number, which the first has none of, and which revision changed it.
    fn header(&self, text: &mut String, page: usize, label: &str) {
        let revision = self.pages.page_revision(page, &self.options.revised);
        let revision = revision.and_then(|revision| self.options.revisions.get(&revision));
        let mut line = revision.map(Revision::header).unwrap_or_default();
        if page > 0 {
            pad(&mut line, WIDTH.saturating_sub(cells(label) + 1));
            line.push_str(label);
            line.push('.');
        }
        if !line.is_empty() {
            put(text, 0, &line);
            text.push('\n');
        }
    }

    fn page(&self, text: &mut String, page: usize) {
        let marks = self.pages.line_marks(page, &self.options.revised);
        let lines = self.pages.printed_lines(page).into_iter().zip(marks);
        let mut lines: Vec<(PrintedLine, Option<usize>)> = lines.collect();
        // The two columns of a pair come one after the other: in text they stand beside each other.
        lines.sort_by_key(|(line, _)| (line.top, line.left));
        let mut row = 0;
        for beside in lines.chunk_by(|(one, _), (next, _)| one.top == next.top) {
            self.down_to(text, &mut row, beside[0].0.top);
            put(text, 0, &self.row(beside));
        }
    }

    fn title(&self, text: &mut String, lines: &[TitleLine]) {
        let mut row = 0;
        for beside in lines.chunk_by(|one, next| one.top == next.top) {
            self.down_to(text, &mut row, beside[0].top);
            let mut words = String::new();
            for line in beside {
                pad(&mut words, self.indent(line.left));
                words.push_str(&line.text());
            }
            put(text, 0, &words);
        }
    }

    /// Empty rows as far as a line's top; then comes that line's own.
    fn down_to(&self, text: &mut String, row: &mut i32, top: Points) {
        let leading = self.pages.settings().setup().leading.0.max(1);
        while *row < top.0 / leading {
            text.push('\n');
            *row += 1;
        }
        *row += 1;
    }

    /// How many letters from the left edge of action a place is.
    fn indent(&self, left: Inches) -> u32 {
        let setup = self.pages.settings().setup();
        let at = |left: Inches| column(left.in_hundredths(), setup.chars_per_ten_inches);
        at(left).saturating_sub(at(setup.elements.of(ElementType::Action).left))
    }

    fn row(&self, lines: &[(PrintedLine, Option<usize>)]) -> String {
        let setup = self.pages.settings().setup();
        let mut row = String::new();
        for (line, _) in lines {
            let paragraphs = &self.script.paragraphs;
            let letters = line::letters(line, paragraphs, setup.prints_hidden_text, &self.reading);
            let words: String = letters.iter().map(|(letter, _)| letter).collect();
            pad(&mut row, self.indent(line.left));
            row.push_str(words.trim_end());
        }
        if let Some(number) = self.scene_number(&lines[0].0) {
            pad(&mut row, NUMBER);
            row.push_str(number);
        }
        let mark = lines.iter().filter_map(|(_, mark)| *mark).max();
        if let Some(revision) = mark.and_then(|mark| self.options.revisions.get(&mark)) {
            pad(&mut row, MARK);
            row.push_str(&revision.mark);
        }
        row
    }

    fn scene_number(&self, line: &PrintedLine) -> Option<&str> {
        let wanted = self.options.scene_numbers != SceneNumbers::None;
        let heading = line::begun_scene(line, &self.script.paragraphs).filter(|_| wanted)?;
        let heading = &self.script.paragraphs[heading];
        heading.attributes.scene_number.as_deref()
    }
}

/// Spaces up to a column.
fn pad(row: &mut String, column: u32) {
    let gap = column.saturating_sub(cells(row));
    row.extend(std::iter::repeat_n(' ', gap as usize));
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
