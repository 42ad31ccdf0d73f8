//! The bytes of a file as text and back, without losing a byte on the way.

use super::DecodeError;
use crate::text::{HIGH, windows_1252};

/// How the file writes its characters. What was decoded is encoded to the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Every byte is a character, so also what is no valid UTF-8 can be read this way.
    Windows1252,
}

/// The text of a file, a byte order mark included, and what to remark about how it was read.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding, Option<String>), DecodeError> {
    match bytes {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => return utf16(bytes, Encoding::Utf16Le),
        [0xfe, 0xff, ..] | [0, b'<', ..] => return utf16(bytes, Encoding::Utf16Be),
        _ => {}
    }
    let declared = declared(bytes);
    if matches!(
        declared.as_deref(),
        Some("windows-1252" | "cp1252" | "iso-8859-1" | "latin1" | "us-ascii")
    ) {
        return Ok((windows_1252(bytes), Encoding::Windows1252, None));
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((text.to_owned(), Encoding::Utf8, None)),
        Err(error) => error,
    };
    match declared.as_deref() {
        None | Some("utf-8" | "utf8") => {
            let at = error.valid_up_to();
            let remark = format!("expected UTF-8, got another byte at {at}: read as Windows-1252");
            Ok((windows_1252(bytes), Encoding::Windows1252, Some(remark)))
        }
        Some(other) => Err(DecodeError::Encoding {
            got: format!("`{other}`"),
        }),
    }
}

/// The bytes of `text`. What Windows-1252 doesn't have becomes a character reference.
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => {
            let mut out = Vec::with_capacity(text.len());
            for character in text.chars() {
                match byte(character) {
                    Some(byte) => out.push(byte),
                    None => out.extend(format!("&#{};", u32::from(character)).bytes()),
                }
            }
            out
        }
    }
}

fn utf16(
    bytes: &[u8],
    encoding: Encoding,
) -> Result<(String, Encoding, Option<String>), DecodeError> {
    let unit = |pair: &[u8]| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
        _ => u16::from_le_bytes([pair[0], pair[1]]),
    };
    let pairs = bytes.chunks_exact(2);
    let refused = |got: &str| DecodeError::Encoding {
        got: got.to_owned(),
    };
    if !pairs.remainder().is_empty() {
        return Err(refused("UTF-16 that ends in half a unit"));
    }
    let text: Result<String, _> = char::decode_utf16(pairs.map(unit)).collect();
    let text = text.map_err(|_| refused("UTF-16 with half a surrogate pair"))?;
    Ok((text, encoding, None))
}

fn byte(character: char) -> Option<u8> {
    let high = || HIGH.iter().position(|&high| high == character);
    match u32::from(character) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => high().and_then(|at| u8::try_from(at + 0x80).ok()),
    }
}

/// The encoding that the XML declaration names, in small letters.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let head = String::from_utf8_lossy(head);
    let declaration = &head[head.find("<?xml")?..];
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration.split_once("encoding")?.1.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value[1..].split(quote).next()?;
    Some(value.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_windows_1252_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let (text, encoding, remark) = decode(&all).unwrap();
        assert_eq!(encoding, Encoding::Windows1252);
        assert!(remark.unwrap().contains("at 128"));
        assert_eq!(encode(&text, encoding), all);
        assert_eq!(encode("€駅", encoding), b"\x80&#39365;");
    }

    #[test]
    fn utf_16_comes_back_with_and_without_its_mark() {
        for text in ["\u{feff}<a>é👩</a>", "<a>é👩</a>"] {
            for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
                let bytes = encode(text, encoding);
                assert_eq!(decode(&bytes).unwrap(), (text.to_owned(), encoding, None));
                assert!(decode(&bytes[..bytes.len() - 1]).is_err());
            }
        }
        assert!(decode(&[0xff, 0xfe, 0x00, 0xd8]).is_err());
    }

    #[test]
    fn a_declared_encoding_counts_and_an_unknown_one_is_refused_by_name() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        let (text, encoding, _) = decode(latin).unwrap();
        assert!(text.ends_with("<a>é</a>"));
        assert_eq!(encode(&text, encoding), latin);
        let error = decode(b"<?xml encoding=\"Shift_JIS\"?>\x93\xfa").unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected UTF-8, UTF-16 or Windows-1252, got `shift_jis`"
        );
    }
}
