//! One page while it is drawn: letters into the cells of the grid, lines under and through them, watermarks.

use pdf_writer::types::{ArtifactType, TextRenderingMode};
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
/// A letter may be wider than its cells by so many points before it is drawn narrower: no eye sees it.
const ROUNDING: f32 = 0.05;
/// How thick the line around a letter is, in points, that is made bold.
const BOLD_LINE: f32 = 0.4;
/// How far a letter leans, for each point of its height, that is made italic.
const SLANT: f32 = 0.21;
/// What joins pictures to one.
const JOINER: char = '\u{200d}';

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
    /// Kept from cluster to cluster, so that each needs no list of its own.
    drawn: Vec<(Glyph, bool)>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(grid: Grid, faces: &'a mut Faces, tags: &'a mut Tags) -> Sheet<'a> {
        tags.next_page();
        Sheet {
            grid,
            faces,
            tags,
            content: Content::new(),
            drawn: Vec::new(),
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

    /// Draws a cluster in the middle of its cells: its letters beside each other, marks over the one before them. What is
    /// wider than its cells is drawn narrower.
    fn cluster(&mut self, cluster: &Placed, from: f32, y: f32, stretch: &mut Stretch) {
        let drawn = self.drawn(cluster);
        let room = self.grid.cells(cluster.cells);
        let scale = SIZE / 1000.0 * self.grid.squeeze();
        let seen = drawn.iter().filter(|(_, is_seen)| *is_seen);
        let width: f32 = seen.map(|(glyph, _)| glyph.width * scale).sum();
        let narrower = if width > room + ROUNDING {
            room / width
        } else {
            1.0
        };
        let mut pen = from + (room - width * narrower) / 2.0;
        let mut below = from + room / 2.0;
        for (glyph, is_seen) in &drawn {
            let width = glyph.width * scale * narrower;
            let middle = glyph.middle * scale * narrower;
            let is_mark = glyph.width == 0.0;
            let at = if is_mark { below - middle } else { pen };
            if *is_seen && !is_mark {
                below = pen + middle;
                pen += width;
            }
            let look = Look {
                face: glyph.face,
                made: glyph.made,
                narrower,
                is_seen: *is_seen,
            };
            if !stretch.takes(look, at) {
                self.show(stretch, y);
                *stretch = Stretch::starting(look, at);
            }
            stretch.push(glyph, width);
        }
        self.drawn = drawn;
    }

    /// The glyphs of a cluster, and whether each is seen: a picture that is made of several is the first of them, and the
    /// others are there for whoever copies and searches.
    fn drawn(&mut self, cluster: &Placed) -> Vec<(Glyph, bool)> {
        let mut drawn = std::mem::take(&mut self.drawn);
        drawn.clear();
        let mut before = None;
        for letter in cluster.text.chars() {
            let is_hidden = is_tone(letter, before) || before == Some(JOINER) && is_picture(letter);
            let is_first = before.is_none();
            before = Some(letter);
            if is_invisible(letter) {
                continue;
            }
            let letter = if letter.is_whitespace() { ' ' } else { letter };
            let look = cluster.look.filter(|_| is_first).unwrap_or(letter);
            let glyph = self.faces.glyph(letter, look, cluster.styles);
            let at = if is_before_its_letter(letter) {
                0
            } else {
                drawn.len()
            };
            drawn.insert(at, (glyph, !is_hidden));
        }
        drawn
    }

    fn show(&mut self, stretch: &mut Stretch, y: f32) {
        if stretch.codes.is_empty() {
            return;
        }
        let Look {
            face,
            made,
            narrower,
            is_seen,
        } = stretch.look;
        let squeeze = self.grid.squeeze() * 100.0;
        let (bold, italic) = (made.contains(Styles::BOLD), made.contains(Styles::ITALIC));
        let mode = match (is_seen, bold) {
            (false, _) => TextRenderingMode::Invisible,
            (true, true) => TextRenderingMode::FillStroke,
            (true, false) => TextRenderingMode::Fill,
        };
        let is_changed = narrower != 1.0 || mode != TextRenderingMode::Fill;
        let name = self.faces.faces[face].name();
        self.content.set_font(Name(name.as_bytes()), SIZE);
        if is_changed {
            self.content
                .set_line_width(BOLD_LINE)
                .set_text_rendering_mode(mode)
                .set_horizontal_scaling(squeeze * narrower);
        }
        let slant = if italic { SLANT } else { 0.0 };
        self.content
            .set_text_matrix([1.0, 0.0, slant, 1.0, rounded(stretch.from), rounded(y)]);
        self.content.show(Str(&stretch.codes));
        if is_changed {
            self.content
                .set_text_rendering_mode(TextRenderingMode::Fill)
                .set_horizontal_scaling(squeeze);
        }
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

/// How letters are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    face: usize,
    /// The styles that are made.
    made: Styles,
    narrower: f32,
    is_seen: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            face: 0,
            made: Styles::NONE,
            narrower: 1.0,
            is_seen: true,
        }
    }
}

/// Letters of one look that follow each other at their own widths, so that they are shown at once.
#[derive(Default)]
struct Stretch {
    look: Look,
    from: f32,
    end: f32,
    codes: Vec<u8>,
}

impl Stretch {
    fn starting(look: Look, at: f32) -> Stretch {
        Stretch {
            look,
            from: at,
            end: at,
            codes: Vec::new(),
        }
    }

    fn takes(&self, look: Look, at: f32) -> bool {
        !self.codes.is_empty() && self.look == look && (self.end - at).abs() < 0.01
    }

    fn push(&mut self, glyph: &Glyph, width: f32) {
        self.codes.extend(glyph.id.to_be_bytes());
        self.end += width;
    }
}

/// A colour of skin, which is a picture of its own where it follows none.
fn is_tone(letter: char, before: Option<char>) -> bool {
    before.is_some() && matches!(letter, '\u{1f3fb}'..='\u{1f3ff}')
}

/// A vowel sign that is written left of the letters that it is read behind, in the alphabets of India.
fn is_before_its_letter(letter: char) -> bool {
    matches!(letter, '\u{93f}' | '\u{9bf}' | '\u{9c7}' | '\u{9c8}' | '\u{a3f}' | '\u{abf}' | '\u{b47}'
        | '\u{bc6}'..='\u{bc8}' | '\u{d46}'..='\u{d48}')
}

fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{Fonts, font_of};

    /// A line as the page has it.
    fn content(letters: &[(char, Styles)]) -> String {
        let mut fonts = Fonts::default();
        let looks = [
            ('Ш', 'W'),
            ('漢', 'M'),
            ('🇩', 'D'),
            ('🇪', 'E'),
            ('👩', 'O'),
            ('🚀', 'I'),
            ('👍', 'Y'),
            ('🏽', 'o'),
            ('क', 'k'),
            ('ि', 'i'),
            ('\u{94d}', 'v'),
            ('ष', 's'),
        ];
        fonts.add(font_of(&looks)).unwrap();
        let (mut faces, mut tags) = (Faces::new(fonts), Tags::new());
        let setup = scriptroom_pages::Settings::default();
        let mut sheet = Sheet::new(Grid::of(setup.setup()), &mut faces, &mut tags);
        sheet.letters(100.0, 50.0, letters, false);
        let content = miniz_oxide::inflate::decompress_to_vec_zlib(&sheet.finish()).unwrap();
        String::from_utf8_lossy(&content).into_owned()
    }

    #[test]
    fn a_vowel_sign_stands_left_of_its_letter_where_it_is_written_so() {
        // Each letter has the number of its first use: the letter 1, its sign 2.
        let shows = |text: &str| content(&line::plain(text));
        assert!(shows("कि").contains("(\\000\\002\\000\\001)"));
        assert!(shows("कष").contains("(\\000\\001\\000\\002)"));
    }

    /// What sets the font, the way of drawing, the width and the place of what a line draws.
    fn drawn(letters: &[(char, Styles)]) -> String {
        let content = content(letters);
        let orders = content.lines().filter(|line| {
            let order = line.rsplit(' ').next();
            matches!(order, Some("Tf" | "Tr" | "Tz" | "Tm"))
        });
        orders.collect::<Vec<&str>>().join("\n")
    }

    fn plainly(text: &str) -> String {
        drawn(&line::plain(text))
    }

    #[test]
    fn letters_of_an_added_font_are_bold_and_italic_where_they_are_to_be() {
        let [plain, bold, italic] = [Styles::NONE, Styles::BOLD, Styles::ITALIC]
            .map(|style| drawn(&[('Ш', Styles::NONE.with(style, true))]));
        let line = |at: &str| format!("98.03922 Tz\n/F4 12 Tf\n{at}");
        assert_eq!(plain, line("1 0 0 1 100 50 Tm"));
        assert_eq!(
            bold,
            line("2 Tr\n98.03922 Tz\n1 0 0 1 100 50 Tm\n0 Tr\n98.03922 Tz")
        );
        assert_eq!(italic, line("1 0 0.21 1 100 50 Tm"));
        // Ours have styles of their own.
        assert!(!drawn(&[('W', Styles::BOLD)]).contains("Tr"));
    }

    #[test]
    fn a_picture_of_several_letters_is_the_first_one_and_the_others_are_hidden() {
        for picture in ["👩\u{200d}🚀", "👍🏽"] {
            let orders = plainly(picture);
            assert_eq!(orders.matches("3 Tr").count(), 1, "{orders}");
        }
        // On its own each is seen.
        assert!(!plainly("🚀🏽").starts_with("3 Tr"));
        assert!(!plainly("👩 🚀").contains("Tr"));
    }

    #[test]
    fn what_is_wider_than_its_cells_is_narrower_and_letters_of_a_cluster_stand_beside_each_other() {
        // A flag is two letters in two cells.
        let orders = plainly("🇩🇪");
        assert!(orders.contains("1 0 0 1 100 50 Tm"), "{orders}");
        assert_eq!(orders.matches("Tm").count(), 1, "{orders}");
        assert!(!orders.contains("Tr"));
        let wide = plainly("漢");
        assert!(wide.contains("1 0 0 1 103.53 50 Tm"), "{wide}");
        let three_in_two = plainly("क्ष");
        assert!(three_in_two.contains("65.4"), "{three_in_two}");
    }
}
