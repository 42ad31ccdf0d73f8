//! The fonts that a script may be printed in: data, nothing of any one file.

use std::borrow::Cow;

use scriptroom_paragraphs::Styles;
use ttf_parser::Face;

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
#[error("expected a TrueType or OpenType font, got {len} bytes that are none: {reason}")]
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
    /// Adds a font (TrueType or OpenType) for letters that those before it lack.
    ///
    /// # Errors
    ///
    /// When the bytes are no font.
    pub fn add(&mut self, font: Vec<u8>) -> Result<(), FontError> {
        match Face::parse(&font, 0) {
            Ok(_) => {
                self.fonts.push(font.into());
                Ok(())
            }
            Err(error) => Err(FontError {
                len: font.len(),
                reason: error.to_string(),
            }),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_font_is_refused() {
        let error = Fonts::default().add(b"<html>".to_vec()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("expected a TrueType or OpenType font, got 6 bytes")
        );
    }

    #[test]
    fn letters_that_no_font_has_are_told() {
        let fonts = Fonts::default();
        assert_eq!(fonts.missing("Anna – “Żółć”"), []);
        assert_eq!(fonts.missing("A漢字漢\t"), ['漢', '字']);
    }
}
