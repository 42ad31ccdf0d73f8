//! Letters to glyphs: which face each comes from, remembered.

use std::collections::HashMap;

use scriptroom_paragraphs::Styles;
use ttf_parser::{GlyphId, Rect};

use crate::face::{Face, per_thousand};
use crate::fonts::Fonts;

/// A letter as it is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// The index of its face among [`Faces::faces`].
    pub(crate) face: usize,
    /// Its number in the file.
    pub(crate) id: u16,
    /// Its width in thousandths of the size: none where it is a mark on another.
    pub(crate) width: f32,
    /// From where it is drawn to its middle, likewise.
    pub(crate) middle: f32,
    /// Styles that its font does not have, and that it is drawn in all the same.
    pub(crate) made: Styles,
}

/// The faces of one file.
pub(crate) struct Faces {
    pub(crate) fonts: Fonts,
    pub(crate) faces: Vec<Face>,
    glyphs: HashMap<(char, char, Styles), Glyph>,
    /// The letters that no font has.
    pub(crate) missing: Vec<char>,
}

impl Faces {
    pub(crate) fn new(fonts: Fonts) -> Faces {
        Faces {
            fonts,
            faces: Vec::new(),
            glyphs: HashMap::new(),
            missing: Vec::new(),
        }
    }

    /// How a letter is drawn: where no font has it, as the box that fonts have for that. It may look like another one, as a
    /// bracket does in text from right to left, where some font has that.
    pub(crate) fn glyph(&mut self, letter: char, look: char, styles: Styles) -> Glyph {
        let drawn = Styles::NONE
            .with(Styles::BOLD, styles.contains(Styles::BOLD))
            .with(Styles::ITALIC, styles.contains(Styles::ITALIC));
        if let Some(glyph) = self.glyphs.get(&(letter, look, drawn)) {
            return *glyph;
        }
        let glyph = self.find(letter, look, drawn);
        self.glyphs.insert((letter, look, drawn), glyph);
        glyph
    }

    fn find(&mut self, letter: char, look: char, styles: Styles) -> Glyph {
        let find = |letter: char| {
            let mut fonts = self.fonts.candidates(styles);
            fonts.find_map(|font| Some((font, self.fonts.font(font).glyph_index(letter)?)))
        };
        let (font, glyph) = find(look).or_else(|| find(letter)).unwrap_or_else(|| {
            if !letter.is_control() && !self.missing.contains(&letter) {
                self.missing.push(letter);
            }
            (0, GlyphId(0))
        });
        let face = self.face(font);
        let reference = self.fonts.font(font);
        let (id, width) = self.faces[face].take(&reference, glyph, letter);
        // Only TrueType says it without the outline.
        let box_of_mark = match reference.tables().glyf {
            Some(outlines) if width == 0.0 => outlines.bbox(glyph),
            _ => None,
        };
        Glyph {
            face,
            id,
            width,
            middle: box_of_mark.map_or(width / 2.0, |of_mark| middle(&reference, of_mark)),
            made: match Fonts::is_added(font) {
                true => styles,
                false => Styles::NONE,
            },
        }
    }

    fn face(&mut self, font: usize) -> usize {
        let known = self.faces.iter().position(|face| face.font == font);
        known.unwrap_or_else(|| {
            let is_cff = self.fonts.data(font).starts_with(b"OTTO");
            self.faces.push(Face::new(font, is_cff));
            self.faces.len() - 1
        })
    }
}

fn middle(font: &ttf_parser::Face<'_>, drawn: Rect) -> f32 {
    (f32::from(drawn.x_min) + f32::from(drawn.x_max)) / 2.0 * per_thousand(font)
}
