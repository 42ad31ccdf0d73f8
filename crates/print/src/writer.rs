//! A PDF, page by page: [`PdfWriter`] for who shows how far it is, [`pdf`] for all at once.

use std::cell::Cell;
use std::collections::BTreeMap;

use pdf_writer::types::ArtifactType;
use scriptroom_formats::{in_one_line, title_texts};
use scriptroom_pages::{
    Lane, LineText, Paginator, PrintedLine, Production, RevisedText, Revision, Settings, TitleLine,
    title_page,
};
use scriptroom_paragraphs::{ElementType, PlainScript};

use crate::assemble::{Bookmark, Done, Parts};
use crate::faces::Faces;
use crate::fonts::Fonts;
use crate::line::{self, Reading};
use crate::sheet::{Grid, Sheet, inches};
use crate::tags::Tags;

/// Where the numbers of scenes stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SceneNumbers {
    /// Nowhere.
    None,
    /// Left of the heading.
    Left,
    /// At the right.
    Right,
    /// On both sides, as shooting scripts have them.
    #[default]
    Both,
}

/// What a PDF has beside the script.
#[derive(Clone, Debug, Default)]
pub struct PdfOptions {
    /// Leaves out the title page.
    pub without_title_page: bool,
    /// Where the numbers of those scenes stand that have one.
    pub scene_numbers: SceneNumbers,
    /// A word over every page, such as who the copy is for.
    pub watermark: Option<String>,
    /// The script's language as BCP 47 names it, such as `en-GB`: how a screen reader pronounces it.
    pub language: Option<String>,
    /// The revisions that [`PdfOptions::revised`] counts, by number.
    pub revisions: BTreeMap<usize, Revision>,
    /// What was changed in which revision.
    pub revised: Vec<RevisedText>,
}

impl PdfOptions {
    /// The same with the revisions of a production.
    #[must_use]
    pub fn with_revisions_of(self, production: &Production) -> PdfOptions {
        PdfOptions {
            revisions: production.revisions.clone(),
            revised: production.revised.clone(),
            ..self
        }
    }
}

/// A script as a PDF.
#[must_use]
pub fn pdf(script: PlainScript, settings: Settings, fonts: Fonts, options: PdfOptions) -> Vec<u8> {
    let pages = Paginator::new(&script.paragraphs, settings);
    let mut writer = PdfWriter::new(script, pages, fonts, options);
    while writer.write_page() {}
    writer.finish()
}

/// A PDF that is being written.
///
/// Call [`PdfWriter::write_page`] until it says that there is no more, then [`PdfWriter::finish`].
pub struct PdfWriter {
    script: PlainScript,
    pages: Paginator,
    labels: Vec<String>,
    options: PdfOptions,
    /// The lines of the title page; none where there is none.
    title_page: Vec<TitleLine>,
    grid: Grid,
    faces: Faces,
    tags: Tags,
    bookmarks: Vec<Bookmark>,
    done: Vec<Done>,
    reading: Cell<Reading>,
}

/// How far from the right edge the margin's numbers and marks stand, in hundredths of an inch.
const RIGHT_NUMBER: i32 = 112;
const RIGHT_MARK: i32 = 75;
/// How far from the left edge.
const LEFT_NUMBER: i32 = 75;
/// Where the line with the page's number begins, in points from the top.
const HEADER: f32 = 36.0;
/// Where the foot of a page that a revision changed begins, in points from the bottom.
const FOOTER: f32 = 42.0;

impl PdfWriter {
    /// Begins a file of a script and its pages.
    ///
    /// # Panics
    ///
    /// When the pages are not those of the script: when the numbers of paragraphs differ.
    #[must_use]
    pub fn new(script: PlainScript, pages: Paginator, fonts: Fonts, options: PdfOptions) -> Self {
        assert_eq!(
            script.paragraphs.len(),
            pages.paragraph_count(),
            "the pages are the script's own"
        );
        PdfWriter {
            title_page: title_lines(&script, &pages, &options),
            labels: pages.labels(),
            grid: Grid::of(pages.settings().setup()),
            script,
            pages,
            options,
            faces: Faces::new(fonts),
            tags: Tags::new(),
            bookmarks: Vec::new(),
            done: Vec::new(),
            reading: Cell::default(),
        }
    }

    /// How many pages the file will have, with the title page.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.pages.page_count() + usize::from(!self.title_page.is_empty())
    }

    /// Writes the next page. Says whether there was one.
    pub fn write_page(&mut self) -> bool {
        if self.done.len() == self.page_count() {
            return false;
        }
        let before = usize::from(!self.title_page.is_empty());
        let page = match self.done.len().checked_sub(before) {
            None => self.title(),
            Some(page) => self.page(page),
        };
        self.done.push(page);
        true
    }

    /// The letters so far that no font has: a box stands for each.
    #[must_use]
    pub fn missing(&self) -> &[char] {
        &self.faces.missing
    }

    /// The file.
    ///
    /// # Panics
    ///
    /// When there is a page that was not written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        assert_eq!(self.done.len(), self.page_count(), "every page is written");
        let parts = Parts {
            width: self.grid.width,
            height: self.grid.height,
            title: said(&self.script, &["title"]),
            author: said(&self.script, &["author", "authors"]),
            language: self.options.language,
            pages: self.done,
            faces: self.faces,
            tags: self.tags,
            bookmarks: self.bookmarks,
        };
        parts.assemble()
    }

    fn title(&mut self) -> Done {
        let lines = std::mem::take(&mut self.title_page);
        let mut sheet = Sheet::new(self.grid, &mut self.faces, &mut self.tags);
        if let Some(text) = &self.options.watermark {
            sheet.artifact(ArtifactType::Pagination, |sheet| sheet.watermark(text));
        }
        for line in &lines {
            let y = sheet.grid.feet(sheet.grid.top_margin + f32_of(line.top.0));
            let x = inches(line.left.in_hundredths());
            let element = sheet.title_line(line.is_title);
            sheet.tagged(element, |sheet| {
                sheet.letters(x, y, &line::of_runs(&line.runs), false)
            });
        }
        self.title_page = lines;
        Done {
            content: sheet.finish(),
            label: None,
        }
    }

    fn page(&mut self, page: usize) -> Done {
        let lines = self.pages.printed_lines(page);
        let marks = self.pages.line_marks(page, &self.options.revised);
        let revision = self.pages.page_revision(page, &self.options.revised);
        let on_sheet = self.done.len();
        let mut sheet = Sheet::new(self.grid, &mut self.faces, &mut self.tags);
        if let Some(text) = &self.options.watermark {
            sheet.artifact(ArtifactType::Pagination, |sheet| sheet.watermark(text));
        }
        let number = (page > 0).then(|| self.labels[page].as_str());
        let revision = revision.and_then(|revision| self.options.revisions.get(&revision));
        header(&mut sheet, number, revision, self.pages.settings());
        if let Some(revision) = revision {
            footer(&mut sheet, revision);
        }
        for group in lines.chunk_by(is_same_paragraph) {
            let printed = Printed {
                script: &self.script,
                settings: self.pages.settings(),
                options: &self.options,
                reading: &self.reading,
            };
            printed.group(&mut sheet, group);
        }
        for (line, mark) in lines.iter().zip(marks) {
            let mark = mark.and_then(|mark| self.options.revisions.get(&mark));
            if let Some(revision) = mark {
                let y = sheet.grid.feet(sheet.grid.top_margin + f32_of(line.top.0));
                let x = sheet.grid.width - inches(RIGHT_MARK);
                sheet.artifact(ArtifactType::Layout, |sheet| {
                    sheet.letters(x, y, &line::plain(&revision.mark), false);
                });
            }
        }
        let content = sheet.finish();
        self.bookmark(on_sheet, &lines);
        Done {
            content,
            label: Some(self.labels[page].clone()),
        }
    }

    fn bookmark(&mut self, page: usize, lines: &[PrintedLine]) {
        for line in lines {
            let Some(heading) = line::begun_scene(line, &self.script.paragraphs) else {
                continue;
            };
            let paragraph = &self.script.paragraphs[heading];
            let number = paragraph.attributes.scene_number.as_deref();
            let printed = paragraph.runs.iter().filter(|run| run.styles.is_printed());
            let text: String = match paragraph.attributes.omitted {
                true => line.text.as_str().to_owned(),
                false => printed.map(|run| run.text.to_uppercase()).collect(),
            };
            self.bookmarks.push(Bookmark {
                title: match number {
                    Some(number) => format!("{number}  {}", text.trim()),
                    None => text.trim().to_owned(),
                },
                page,
                top: self.grid.height - self.grid.top_margin - f32_of(line.top.0) + 12.0,
            });
        }
    }
}

fn is_same_paragraph(one: &PrintedLine, next: &PrintedLine) -> bool {
    match (&one.text, &next.text) {
        (
            LineText::Text { paragraph, .. },
            LineText::Text {
                paragraph: other, ..
            },
        ) => paragraph == other && one.lane == next.lane,
        _ => false,
    }
}

/// What the lines of a page are drawn from.
struct Printed<'a> {
    script: &'a PlainScript,
    settings: &'a Settings,
    options: &'a PdfOptions,
    reading: &'a Cell<Reading>,
}

impl Printed<'_> {
    /// Draws lines of one paragraph, or one line that belongs to none.
    fn group(&self, sheet: &mut Sheet<'_>, lines: &[PrintedLine]) {
        let LineText::Text { paragraph, .. } = lines[0].text else {
            sheet.artifact(ArtifactType::Pagination, |sheet| {
                self.line(sheet, &lines[0])
            });
            return;
        };
        let is_heading = self.script.paragraphs[paragraph].element == ElementType::SceneHeading;
        let element = sheet.paragraph(paragraph, is_heading);
        sheet.tagged(element, |sheet| {
            for line in lines {
                self.line(sheet, line);
            }
        });
        if let (Some(heading), Lane::Full) = (
            line::begun_scene(&lines[0], &self.script.paragraphs),
            lines[0].lane,
        ) {
            self.scene_number(sheet, heading, &lines[0]);
        }
    }

    fn line(&self, sheet: &mut Sheet<'_>, line: &PrintedLine) {
        let hidden = self.settings.setup().prints_hidden_text;
        let letters = line::letters(line, &self.script.paragraphs, hidden, self.reading);
        let y = sheet.grid.feet(sheet.grid.top_margin + f32_of(line.top.0));
        let x = inches(line.left.in_hundredths());
        sheet.letters(x, y, &letters, line.is_right_to_left);
    }

    fn scene_number(&self, sheet: &mut Sheet<'_>, heading: usize, line: &PrintedLine) {
        let number = self.script.paragraphs[heading]
            .attributes
            .scene_number
            .as_deref();
        let Some(number) = number else { return };
        let letters = line::plain(number);
        let y = sheet.grid.feet(sheet.grid.top_margin + f32_of(line.top.0));
        let right = sheet.grid.width - inches(RIGHT_NUMBER);
        let sides = match self.options.scene_numbers {
            SceneNumbers::None => &[][..],
            SceneNumbers::Left => &[inches(LEFT_NUMBER)],
            SceneNumbers::Right => &[right],
            SceneNumbers::Both => &[inches(LEFT_NUMBER), right],
        };
        let end = inches(line.left.in_hundredths()) + sheet.grid.cells(line.cells + 1);
        // A heading that fills its line has no room for a number behind it.
        let free = |x: &&f32| **x < end.min(right) || **x >= end;
        for x in sides.iter().filter(free) {
            sheet.artifact(ArtifactType::Pagination, |sheet| {
                sheet.letters(*x, y, &letters, false);
            });
        }
    }
}

/// The page's number and which revision changed it.
fn header(
    sheet: &mut Sheet<'_>,
    number: Option<&str>,
    revision: Option<&Revision>,
    settings: &Settings,
) {
    let y = sheet.grid.feet(HEADER);
    let action = settings.setup().elements.of(ElementType::Action);
    if let Some(number) = number {
        let text = format!("{number}.");
        let cells = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let right = inches(action.right.in_hundredths()) - sheet.grid.cells(cells);
        sheet.artifact(ArtifactType::Pagination, |sheet| {
            sheet.letters(right, y, &line::plain(&text), false);
        });
    }
    if let Some(revision) = revision {
        let left = inches(action.left.in_hundredths());
        sheet.artifact(ArtifactType::Pagination, |sheet| {
            sheet.letters(left, y, &line::plain(&revision.header()), false);
        });
    }
}

/// Which paper it is printed on.
fn footer(sheet: &mut Sheet<'_>, revision: &Revision) {
    let text = revision.footer();
    let cells = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let left = (sheet.grid.width - sheet.grid.cells(cells)) / 2.0;
    let y = sheet.grid.feet(sheet.grid.height - FOOTER);
    sheet.artifact(ArtifactType::Pagination, |sheet| {
        sheet.letters(left, y, &line::plain(&text), false);
    });
}

/// The lines of the title page; none where it has no text, or is not wanted.
pub(crate) fn title_lines(
    script: &PlainScript,
    pages: &Paginator,
    options: &PdfOptions,
) -> Vec<TitleLine> {
    match options.without_title_page {
        true => Vec::new(),
        false => title_page(&title_texts(&script.title_page), pages.settings()),
    }
}

/// What the entries of these names say, in one line.
fn said(script: &PlainScript, keys: &[&str]) -> Option<String> {
    let texts = keys.iter().map(|key| in_one_line(script, key));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a page is smaller than what a float counts"
)]
fn f32_of(points: i32) -> f32 {
    points as f32
}
