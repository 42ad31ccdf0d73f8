//! The bytes of a text file as text, as old and foreign programs write it, too.
//!
//! UTF-16 is told by its mark, or by what every script has without one: letters of which each second byte is none. What is
//! no UTF-8 is read as Windows-1252, where every byte is a character.

use std::borrow::Cow;

use thiserror::Error;

/// How many bytes a text may have: two hundred times the longest script, and as much as a few gigabytes of memory can read.
pub const MAX_BYTES: usize = 64 << 20;

/// How many lines: as many as such a text has.
pub const MAX_LINES: usize = 2_000_000;

/// What ends a line. No paragraph's text holds one of them.
pub(crate) const LINE_BREAKS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// More than a script can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TooMuch {
    /// It is too long.
    #[error("expected at most {MAX_BYTES} bytes of text, got {0}")]
    Bytes(usize),
    /// It is a heap of lines, each of which may become a paragraph.
    #[error("expected at most {MAX_LINES} lines of text, got {0}")]
    Lines(usize),
}

/// What Windows-1252 has at 0x80 to 0x9F; the five bytes that it leaves open are themselves, as browsers have them.
pub(crate) const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How sure it is in which encoding a text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The text says so.
    Known,
    /// It was taken for Windows-1252, since at this place it is no UTF-8.
    Guessed {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
}

/// The text of a file, without a byte order mark. What has no meaning in UTF-16 reads as U+FFFD.
///
/// # Errors
///
/// Where it is longer than [`MAX_BYTES`], or has more than [`MAX_LINES`].
///
/// ```
/// use scriptroom_formats::text::{Encoding, decode};
///
/// assert_eq!(decode(b"\xff\xfeI\0N\0T\0")?.0, "INT");
/// let (text, encoding) = decode(b"One.\nCaf\xe9")?;
/// assert_eq!(text, "One.\nCafé");
/// assert_eq!(encoding, Encoding::Guessed { line: 2, column: 4 });
/// # Ok::<(), scriptroom_formats::text::TooMuch>(())
/// ```
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), TooMuch> {
    if bytes.len() > MAX_BYTES {
        return Err(TooMuch::Bytes(bytes.len()));
    }
    let (text, encoding) = read(bytes);
    match lines(&text) {
        lines if lines > MAX_LINES => Err(TooMuch::Lines(lines)),
        _ => Ok((text, encoding)),
    }
}

/// How many lines it has; of a text that is too short for too many, at most as many as it has bytes.
fn lines(text: &str) -> usize {
    if text.len() < MAX_LINES {
        return text.len();
    }
    let breaks = text.matches(LINE_BREAKS).count();
    1 + breaks - text.matches("\r\n").count()
}

fn read(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    match bytes {
        [0xff, 0xfe, text @ ..] => return (utf16(text, u16::from_le_bytes), Encoding::Known),
        [0xfe, 0xff, text @ ..] => return (utf16(text, u16::from_be_bytes), Encoding::Known),
        [_, 0, ..] => return (utf16(bytes, u16::from_le_bytes), Encoding::Known),
        [0, _, ..] => return (utf16(bytes, u16::from_be_bytes), Encoding::Known),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (text.into(), Encoding::Known),
        Err(error) => error,
    };
    let before = &bytes[..error.valid_up_to()];
    let line_start = before.iter().rposition(|&byte| byte == b'\n');
    let line_start = line_start.map_or(0, |at| at + 1);
    let encoding = Encoding::Guessed {
        line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
        column: String::from_utf8_lossy(&before[line_start..])
            .chars()
            .count()
            + 1,
    };
    (windows_1252(bytes).into(), encoding)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, str> {
    let pairs = bytes.chunks_exact(2);
    let half = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let characters = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    let rest = half.then_some(char::REPLACEMENT_CHARACTER);
    Cow::Owned(characters.chain(rest).collect())
}

pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    let character = |&byte: &u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    };
    bytes.iter().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_script_reads() {
        let script = "INT. CAFÉ – DAY\n\n“Two” €.\n";
        let little: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = script.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            script.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", script.as_bytes()),
            marked(b"\xff\xfe", &little),
            marked(b"\xfe\xff", &big),
            little.clone(),
            big,
        ] {
            assert_eq!(decode(&bytes), Ok((script.into(), Encoding::Known)));
        }
        let (half, _) = read(&little[..little.len() - 1]);
        assert_eq!(half, "INT. CAFÉ – DAY\n\n“Two” €.\u{fffd}");
        let old = b"INT. CAF\xc9 \x96 DAY\n\n\x93Two\x94 \x80.\n";
        let guessed = Encoding::Guessed { line: 1, column: 9 };
        assert_eq!(decode(old), Ok((script.into(), guessed)));
        assert_eq!(decode(b""), Ok(("".into(), Encoding::Known)));
    }

    #[test]
    fn what_no_script_can_be_is_refused() {
        let many = "\r\n".repeat(MAX_LINES - 1);
        assert!(decode(many.as_bytes()).is_ok());
        for odd in ["\r", "\n", "\u{2028}", "a\n"] {
            let lines = TooMuch::Lines(MAX_LINES + 1);
            assert_eq!(decode(odd.repeat(MAX_LINES).as_bytes()), Err(lines));
        }
        let long = vec![b'a'; MAX_BYTES + 1];
        assert!(decode(&long[1..]).is_ok());
        assert_eq!(decode(&long), Err(TooMuch::Bytes(long.len())));
    }
}
