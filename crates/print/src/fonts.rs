//! The fonts that a script may be printed in: data, nothing of any one file.

use std::borrow::Cow;

use scriptroom_paragraphs::Styles;
use subsetter::GlyphRemapper;
use ttf_parser::Face;

use crate::woff;

static REGULAR: &[u8] = include_bytes!("../fonts/CourierPrime-Regular.ttf");
static ITALIC: &[u8] = include_bytes!("../fonts/CourierPrime-Italic.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/CourierPrime-Bold.ttf");
static BOLD_ITALIC: &[u8] = include_bytes!("../fonts/CourierPrime-BoldItalic.ttf");

/// Courier Prime in four styles, and fonts for the letters that it lacks.
#[derive(Clone, Debug)]
pub struct Fonts {
    /// The first four are Courier Prime; behind them stands what was added, in the order in which it is asked.
    fonts: Vec<Cow<'static, [u8]>>,
}

/// Some bytes are no font.
#[derive(Debug, thiserror::Error)]
#[error("expected a TrueType, OpenType or WOFF 1 font, got {len} bytes that are none: {reason}")]
pub struct FontError {
    len: usize,
    reason: String,
}

/// How many fonts there are for letters that Courier Prime has: plain, italic, bold, both.
const OWN: usize = 4;

impl Default for Fonts {
    fn default() -> Fonts {
        Fonts {
            fonts: [REGULAR, ITALIC, BOLD, BOLD_ITALIC]
                .map(Cow::Borrowed)
                .into(),
        }
    }
}

impl Fonts {
    /// Adds a font (TrueType, OpenType or WOFF 1) for letters that those before it lack. Where they are bold or italic, it
    /// is made so.
    ///
    /// # Errors
    ///
    /// When the bytes are no font, or one that cannot be embedded in part.
    pub fn add(&mut self, font: Vec<u8>) -> Result<(), FontError> {
        let len = font.len();
        let refused = |reason: String| FontError { len, reason };
        let font = woff::unpacked(font).ok_or_else(|| refused("it is damaged".to_owned()))?;
        Face::parse(&font, 0).map_err(|error| refused(error.to_string()))?;
        // Else it would be found out when the file is written, and its letters would be missing there.
        subsetter::subset(&font, 0, &GlyphRemapper::new())
            .map_err(|error| refused(error.to_string()))?;
        self.fonts.push(font.into());
        Ok(())
    }

    /// Whether it is one that was added: it has one style.
    pub(crate) fn is_added(index: usize) -> bool {
        index >= OWN
    }

    /// The letters of `text` that no font has, each once, in order.
    #[must_use]
    pub fn missing(&self, text: &str) -> Vec<char> {
        let fonts: Vec<Face<'_>> = (0..self.fonts.len())
            .map(|index| self.font(index))
            .collect();
        let mut missing = Vec::new();
        for letter in text.chars() {
            let is_drawn = fonts.iter().any(|font| font.glyph_index(letter).is_some());
            if !letter.is_control() && !is_drawn && !missing.contains(&letter) {
                missing.push(letter);
            }
        }
        missing
    }

    pub(crate) fn count(&self) -> usize {
        self.fonts.len()
    }

    pub(crate) fn data(&self, index: usize) -> &[u8] {
        &self.fonts[index]
    }

    pub(crate) fn font(&self, index: usize) -> Face<'_> {
        Face::parse(&self.fonts[index], 0).expect("fonts are looked at before they are taken in")
    }

    /// The fonts in which a letter of these styles is looked for, in order.
    pub(crate) fn candidates(&self, styles: Styles) -> impl Iterator<Item = usize> {
        let own = usize::from(styles.contains(Styles::ITALIC))
            + 2 * usize::from(styles.contains(Styles::BOLD));
        std::iter::once(own).chain(OWN..self.count())
    }
}

/// A font for tests: each letter looks as another one does in Courier Prime.
#[cfg(test)]
pub(crate) fn font_of(letters: &[(char, char)]) -> Vec<u8> {
    let face = Face::parse(REGULAR, 0).unwrap();
    let mut groups: Vec<[u32; 3]> = letters
        .iter()
        .map(|(letter, look)| {
            let glyph = face.glyph_index(*look).unwrap();
            [*letter as u32, *letter as u32, glyph.0.into()]
        })
        .collect();
    groups.sort_unstable();
    // One table of the kind that has all of Unicode (format 12).
    let count = u32::try_from(groups.len()).unwrap();
    let mut cmap = vec![0, 0, 0, 1, 0, 3, 0, 10];
    let words = [12, 12 << 16, 16 + 12 * count, 0, count];
    let words = words.into_iter().chain(groups.into_iter().flatten());
    cmap.extend(words.flat_map(u32::to_be_bytes));
    let mut font = REGULAR.to_vec();
    let at = font.windows(4).position(|tag| tag == b"cmap").unwrap();
    let end = u32::try_from(font.len()).unwrap();
    font[at + 8..at + 12].copy_from_slice(&end.to_be_bytes());
    let len = u32::try_from(cmap.len()).unwrap();
    font[at + 12..at + 16].copy_from_slice(&len.to_be_bytes());
    font.extend(cmap);
    font
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_font_has_letters_that_ours_lack() {
        let mut fonts = Fonts::default();
        fonts.add(font_of(&[('Ш', 'W'), ('漢', 'M')])).unwrap();
        assert_eq!(fonts.missing("Ша漢"), ['а']);
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let error = Fonts::default().add(b"<html>".to_vec()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("expected a TrueType, OpenType or WOFF 1 font, got 6 bytes")
        );
    }

    #[test]
    fn letters_that_no_font_has_are_told() {
        let fonts = Fonts::default();
        assert_eq!(fonts.missing("Anna – “Żółć”"), []);
        assert_eq!(fonts.missing("A漢字漢\t"), ['漢', '字']);
    }
}
