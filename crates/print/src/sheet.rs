//! One page while it is drawn: letters into the cells of the grid, lines under and through them, watermarks.

use pdf_writer::types::ArtifactType;
use pdf_writer::{Content, Name, Str};
use scriptroom_pages::PageSetup;
use scriptroom_paragraphs::Styles;

use crate::assemble::deflate;
use crate::faces::{Faces, Glyph};
use crate::line::{self, Placed};
use crate::tags::{ElementId, Tags};

/// The size of the type: that of every script.
const SIZE: f32 = 12.0;
/// How far below its top a line of 12 points has its letters' feet.
const FEET: f32 = 9.4;
/// The width of Courier's letters in thousandths of their size.
const COURIER: f32 = 600.0;

/// The page and its grid, in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) top_margin: f32,
    /// The width of a cell.
    cell: f32,
}

impl Grid {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a page is smaller than what a float counts"
    )]
    pub(crate) fn of(setup: &PageSetup) -> Grid {
        Grid {
            width: inches(setup.width.in_hundredths()),
            height: setup.height.0 as f32,
            top_margin: setup.top_margin.0 as f32,
            cell: 720.0 / setup.chars_per_ten_inches.max(1) as f32,
        }
    }

    /// How wide so many cells are.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a line has fewer cells than a float counts"
    )]
    pub(crate) fn cells(&self, count: u32) -> f32 {
        count as f32 * self.cell
    }

    /// What a letter's own width is multiplied with, so that Courier's fills a cell.
    fn squeeze(&self) -> f32 {
        self.cell / (COURIER * SIZE / 1000.0)
    }

    /// From the page's bottom to the feet of a line whose top is so far below the page's top.
    pub(crate) fn feet(&self, top: f32) -> f32 {
        self.height - top - FEET
    }
}

/// Hundredths of an inch in points.
#[expect(
    clippy::cast_precision_loss,
    reason = "a page is smaller than what a float counts"
)]
pub(crate) fn inches(hundredths: i32) -> f32 {
    hundredths as f32 * 0.72
}

/// A page that is being drawn.
pub(crate) struct Sheet<'a> {
    pub(crate) grid: Grid,
    faces: &'a mut Faces,
    tags: &'a mut Tags,
    content: Content,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(grid: Grid, faces: &'a mut Faces, tags: &'a mut Tags) -> Sheet<'a> {
        tags.next_page();
        Sheet {
            grid,
            faces,
            tags,
            content: Content::new(),
        }
    }

    /// The element of a paragraph of the script.
    pub(crate) fn paragraph(&mut self, paragraph: usize, is_heading: bool) -> ElementId {
        self.tags.paragraph(paragraph, is_heading)
    }

    /// That of a line of the title page.
    pub(crate) fn title_line(&mut self, is_title: bool) -> ElementId {
        self.tags.title_line(is_title)
    }

    /// Draws a piece of an element of the structure.
    pub(crate) fn tagged(&mut self, element: ElementId, draw: impl FnOnce(&mut Sheet<'a>)) {
        let number = self.tags.draw(element);
        let role = self.tags.role_name(element);
        self.content
            .begin_marked_content_with_properties(role)
            .properties()
            .identify(number);
        draw(self);
        self.content.end_marked_content();
    }

    /// Draws what is not read out: numbers, marks, what says that something goes on.
    pub(crate) fn artifact(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Sheet<'a>)) {
        self.content
            .begin_marked_content_with_properties(Name(b"Artifact"))
            .properties()
            .artifact()
            .kind(kind);
        draw(self);
        self.content.end_marked_content();
    }

    /// Draws letters from `x` on, at the feet `y`.
    pub(crate) fn letters(
        &mut self,
        x: f32,
        y: f32,
        letters: &[(char, Styles)],
        is_right_to_left: bool,
    ) {
        let placed = line::place(letters, is_right_to_left);
        self.content.begin_text();
        self.content
            .set_horizontal_scaling(self.grid.squeeze() * 100.0);
        let mut stretch = Stretch::default();
        for cluster in &placed {
            let from = x + self.grid.cells(cluster.cell);
            self.cluster(cluster, from, y, &mut stretch);
        }
        self.show(&mut stretch, y);
        self.content.end_text();
        self.rules(x, y - 1.8, &placed, Styles::UNDERLINE);
        self.rules(x, y + 3.0, &placed, Styles::STRIKE);
    }

    fn cluster(&mut self, cluster: &Placed, from: f32, y: f32, stretch: &mut Stretch) {
        let room = self.grid.cells(cluster.cells);
        for letter in cluster.text.chars() {
            let letter = if letter.is_whitespace() { ' ' } else { letter };
            if is_invisible(letter) {
                continue;
            }
            let look = cluster.look.unwrap_or(letter);
            let glyph = self.faces.glyph(letter, look, cluster.styles);
            let width = glyph.width * SIZE / 1000.0 * self.grid.squeeze();
            // What is no Courier stands in the middle of its cells; marks stand over what they belong to.
            let at = from + (room - width) / 2.0;
            if !stretch.takes(&glyph, at) {
                self.show(stretch, y);
                *stretch = Stretch::starting(&glyph, at);
            }
            stretch.push(&glyph, width);
        }
    }

    fn show(&mut self, stretch: &mut Stretch, y: f32) {
        if stretch.codes.is_empty() {
            return;
        }
        let name = self.faces.faces[stretch.face].name();
        self.content.set_font(Name(name.as_bytes()), SIZE);
        self.content
            .set_text_matrix([1.0, 0.0, 0.0, 1.0, rounded(stretch.from), rounded(y)]);
        self.content.show(Str(&stretch.codes));
        stretch.codes.clear();
    }

    /// Lines under or through the letters of a style.
    fn rules(&mut self, x: f32, y: f32, placed: &[Placed], style: Styles) {
        let end = placed
            .iter()
            .rposition(|cluster| !cluster.text.trim().is_empty())
            .map_or(0, |last| last + 1);
        let mut cells: Vec<(u32, u32)> = placed[..end]
            .iter()
            .filter(|cluster| cluster.styles.contains(style))
            .map(|cluster| (cluster.cell, cluster.cell + cluster.cells))
            .collect();
        cells.sort_unstable();
        cells.dedup_by(|next, before| {
            let touch = next.0 <= before.1;
            if touch {
                before.1 = before.1.max(next.1);
            }
            touch
        });
        for (from, to) in &cells {
            let left = x + self.grid.cells(*from);
            let width = self.grid.cells(to - from);
            self.content
                .rect(rounded(left), rounded(y), rounded(width), 0.6);
        }
        if !cells.is_empty() {
            self.content.fill_nonzero();
        }
    }

    /// Draws a word over the whole page, in grey and from corner to corner.
    pub(crate) fn watermark(&mut self, text: &str) {
        let letters: Vec<char> = text.chars().filter(|letter| !letter.is_control()).collect();
        let (width, height) = (self.grid.width, self.grid.height);
        let diagonal = (width * width + height * height).sqrt();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a watermark has fewer letters than a float counts"
        )]
        let count = letters.len().max(1) as f32;
        let size = (diagonal * 0.75 / (count * COURIER / 1000.0)).min(110.0);
        let (sine, cosine) = (height / diagonal, width / diagonal);
        let (mut x, mut y) = (width / 2.0, height / 2.0);
        let back = count * size * COURIER / 2000.0;
        x += sine * size * 0.3 - cosine * back;
        y -= cosine * size * 0.3 + sine * back;
        self.content.save_state().set_fill_gray(0.91).begin_text();
        for letter in letters {
            let glyph = self.faces.glyph(letter, letter, Styles::BOLD);
            let name = self.faces.faces[glyph.face].name();
            self.content.set_font(Name(name.as_bytes()), size);
            let matrix = [cosine, sine, -sine, cosine, rounded(x), rounded(y)];
            self.content.set_text_matrix(matrix);
            self.content.show(Str(&glyph.id.to_be_bytes()));
            x += cosine * size * COURIER / 1000.0;
            y += sine * size * COURIER / 1000.0;
        }
        self.content.end_text().restore_state();
    }

    /// The page as it goes into the file.
    pub(crate) fn finish(self) -> Vec<u8> {
        deflate(&self.content.finish())
    }
}

/// Letters of one face that follow each other at their own widths, so that they are shown at once.
#[derive(Default)]
struct Stretch {
    face: usize,
    from: f32,
    end: f32,
    codes: Vec<u8>,
}

impl Stretch {
    fn starting(glyph: &Glyph, at: f32) -> Stretch {
        Stretch {
            face: glyph.face,
            from: at,
            end: at,
            codes: Vec::new(),
        }
    }

    fn takes(&self, glyph: &Glyph, at: f32) -> bool {
        !self.codes.is_empty() && self.face == glyph.face && (self.end - at).abs() < 0.01
    }

    fn push(&mut self, glyph: &Glyph, width: f32) {
        self.codes.extend(glyph.id.to_be_bytes());
        self.end += width;
    }
}

/// Joiners, marks of direction, selectors of variants: they change how others are drawn, and have no look themselves.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// A hundredth of a point is finer than any printer.
fn rounded(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
