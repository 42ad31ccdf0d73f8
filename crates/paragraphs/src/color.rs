//! The colour of a scene.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use thiserror::Error;

/// A colour in sRGB, as red, green and blue.
///
/// As text it is `#rrggbb` and nothing else, so that what others wrote is a colour wherever it is shown, never a style
/// sheet's. Capitals are read, and written small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 3]);

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a colour such as `#1f6f43`")]
pub struct NoColor;

impl FromStr for Color {
    type Err = NoColor;

    fn from_str(text: &str) -> Result<Color, NoColor> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let mut digits = digits.ok_or(NoColor)?.chars();
        let mut channels = [0; 3];
        for channel in &mut channels {
            let mut digit = || digits.next().and_then(|c| c.to_digit(16)).ok_or(NoColor);
            let value = digit()? << 4 | digit()?;
            *channel = u8::try_from(value).expect("two hexadecimal digits are a byte");
        }
        Ok(Color(channels))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        for digit in self
            .0
            .iter()
            .flat_map(|channel| [channel >> 4, channel & 15])
        {
            let digit = char::from_digit(digit.into(), 16);
            f.write_char(digit.expect("half a byte is a digit"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_reads_back_as_it_is_written_and_capitals_are_written_small() {
        for (text, written) in [("#000000", "#000000"), ("#1f6F43", "#1f6f43")] {
            let color: Color = text.parse().unwrap();
            assert_eq!(color.to_string(), written);
            assert_eq!(written.parse(), Ok(color));
        }
    }

    #[test]
    fn all_else_is_none() {
        for text in [
            "",
            "#",
            "1f6f43",
            "#1f6f4",
            "#1f6f433",
            "#1f6f4g",
            "#+f+f+f",
            "#éab1",
            "#１ab1",
            "red",
            " #1f6f43",
            "#1f6f43;",
            "url(//evil)",
            "var(--ink)",
        ] {
            assert_eq!(text.parse::<Color>(), Err(NoColor), "{text:?}");
        }
    }
}
