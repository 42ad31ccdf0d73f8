//! Letters to glyphs: which face each comes from, remembered.

use std::collections::HashMap;

use scriptroom_paragraphs::Styles;
use ttf_parser::GlyphId;

use crate::face::Face;
use crate::fonts::Fonts;

/// A letter as it is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// The index of its face among [`Faces::faces`].
    pub(crate) face: usize,
    /// Its number in the file.
    pub(crate) id: u16,
    /// Its width in thousandths of the size.
    pub(crate) width: f32,
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
    /// bracket does in text from right to left.
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
        let has = |font: usize| {
            let glyph = self.fonts.font(font).glyph_index(look)?;
            Some((font, glyph))
        };
        let found = self.fonts.candidates(styles).find_map(has);
        let (font, glyph) = found.unwrap_or_else(|| {
            if !letter.is_control() && !self.missing.contains(&letter) {
                self.missing.push(letter);
            }
            (0, GlyphId(0))
        });
        let face = self.face(font);
        let reference = self.fonts.font(font);
        let (id, width) = self.faces[face].take(&reference, glyph, letter);
        Glyph { face, id, width }
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
