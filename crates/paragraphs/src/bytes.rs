//! A script as bytes: how one wasm module hands paragraphs to another, in one copy instead of an object for each.
//!
//! Nothing is kept in this form and both sides are of one build, so it has no version. Numbers are LEB128, a text is
//! its length in bytes and its UTF-8. Bytes that were cut or are something else are refused.

use thiserror::Error;

use crate::paragraph::LINE_BREAKS;
use crate::{Attributes, Color, ElementType, Paragraph, PlainScript, Styles, TitleEntry};

const DUAL: u8 = 1;
const JOINED: u8 = 2;
const HAS_SCENE: u8 = 4;
const HAS_NUMBER: u8 = 8;
const OMITTED: u8 = 16;
const HAS_SOURCE: u8 = 32;
const HAS_COLOR: u8 = 64;

/// Bytes that are no paragraphs.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected {expected} at byte {at} of the paragraphs")]
pub struct DecodeError {
    expected: &'static str,
    at: usize,
}

/// Paragraphs as bytes.
#[must_use]
pub fn encode(paragraphs: &[Paragraph]) -> Vec<u8> {
    let mut out = Vec::new();
    write_paragraphs(&mut out, paragraphs);
    out
}

/// The paragraphs that [`encode`] wrote.
///
/// # Errors
/// When the bytes are anything else.
pub fn decode(bytes: &[u8]) -> Result<Vec<Paragraph>, DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    let paragraphs = reader.paragraphs()?;
    reader.end()?;
    Ok(paragraphs)
}

/// A script with its title page as bytes.
#[must_use]
pub fn encode_script(script: &PlainScript) -> Vec<u8> {
    let mut out = Vec::new();
    write_len(&mut out, script.title_page.len());
    for entry in &script.title_page {
        write_text(&mut out, &entry.key);
        write_len(&mut out, entry.lines.len());
        for line in &entry.lines {
            write_text(&mut out, line);
        }
    }
    write_paragraphs(&mut out, &script.paragraphs);
    out
}

/// The script that [`encode_script`] wrote.
///
/// # Errors
/// When the bytes are anything else.
pub fn decode_script(bytes: &[u8]) -> Result<PlainScript, DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    let script = PlainScript {
        title_page: reader.list(Reader::title_entry)?,
        paragraphs: reader.paragraphs()?,
    };
    reader.end()?;
    Ok(script)
}

fn write_paragraphs(out: &mut Vec<u8>, paragraphs: &[Paragraph]) {
    write_len(out, paragraphs.len());
    for paragraph in paragraphs {
        write_paragraph(out, paragraph);
    }
}

fn write_paragraph(out: &mut Vec<u8>, paragraph: &Paragraph) {
    let attributes = &paragraph.attributes;
    let (scene, number) = (&attributes.scene, &attributes.scene_number);
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    let flags = flag(attributes.dual, DUAL)
        | flag(attributes.joined, JOINED)
        | flag(attributes.omitted, OMITTED)
        | flag(scene.is_some(), HAS_SCENE)
        | flag(number.is_some(), HAS_NUMBER)
        | flag(attributes.source.is_some(), HAS_SOURCE)
        | flag(attributes.color.is_some(), HAS_COLOR);
    out.extend([paragraph.element as u8, flags, attributes.depth]);
    for text in [scene, number].into_iter().flatten() {
        write_text(out, text);
    }
    if let Some(source) = attributes.source {
        out.extend(source.to_le_bytes());
    }
    if let Some(Color(channels)) = attributes.color {
        out.extend(channels);
    }
    write_len(out, paragraph.runs.len());
    for run in &paragraph.runs {
        out.push(run.styles.bits());
        write_text(out, &run.text);
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_len(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low seven bits are taken"
)]
fn write_len(out: &mut Vec<u8>, mut len: usize) {
    while len >= 0x80 {
        out.push(len as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn expected(&self, expected: &'static str) -> DecodeError {
        DecodeError {
            expected,
            at: self.at,
        }
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self.bytes.get(self.at).copied();
        let byte = byte.ok_or_else(|| self.expected("another byte"))?;
        self.at += 1;
        Ok(byte)
    }

    /// Nothing is shorter than a byte, so a larger number than there are bytes is no length.
    fn len(&mut self) -> Result<usize, DecodeError> {
        let mut len = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            len |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let left = self.bytes.len() - self.at;
                let fits = len <= left;
                return fits.then_some(len).ok_or_else(|| self.expected("a length"));
            }
        }
        Err(self.expected("a length"))
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        let bytes = [self.byte()?, self.byte()?, self.byte()?, self.byte()?];
        Ok(u32::from_le_bytes(bytes))
    }

    fn color(&mut self) -> Result<Color, DecodeError> {
        Ok(Color([self.byte()?, self.byte()?, self.byte()?]))
    }

    fn text(&mut self) -> Result<&'a str, DecodeError> {
        let len = self.len()?;
        let text = std::str::from_utf8(&self.bytes[self.at..self.at + len]);
        let text = text.map_err(|_| self.expected("UTF-8"))?;
        self.at += len;
        Ok(text)
    }

    fn optional_text(&mut self, there: bool) -> Result<Option<String>, DecodeError> {
        there.then(|| self.text().map(str::to_owned)).transpose()
    }

    fn list<T>(
        &mut self,
        item: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        (0..self.len()?).map(|_| item(self)).collect()
    }

    fn paragraphs(&mut self) -> Result<Vec<Paragraph>, DecodeError> {
        self.list(Reader::paragraph)
    }

    fn paragraph(&mut self) -> Result<Paragraph, DecodeError> {
        let element = ElementType::ALL.get(usize::from(self.byte()?)).copied();
        let element = element.ok_or_else(|| self.expected("an element type"))?;
        let flags = self.byte()?;
        let depth = self.byte()?;
        let attributes = Attributes {
            scene: self.optional_text(flags & HAS_SCENE != 0)?,
            scene_number: self.optional_text(flags & HAS_NUMBER != 0)?,
            dual: flags & DUAL != 0,
            depth,
            joined: flags & JOINED != 0,
            omitted: flags & OMITTED != 0,
            source: (flags & HAS_SOURCE != 0)
                .then(|| self.number())
                .transpose()?,
            color: (flags & HAS_COLOR != 0).then(|| self.color()).transpose()?,
        };
        let mut paragraph = Paragraph {
            element,
            runs: Vec::new(),
            attributes,
        };
        for _ in 0..self.len()? {
            let styles = Styles::from_bits(self.byte()?);
            let text = self.text()?;
            if text.contains(LINE_BREAKS) {
                return Err(self.expected("text without a line break"));
            }
            paragraph.push(text, styles);
        }
        Ok(paragraph)
    }

    fn title_entry(&mut self) -> Result<TitleEntry, DecodeError> {
        Ok(TitleEntry {
            key: self.text()?.to_owned(),
            lines: self.list(|reader| reader.text().map(str::to_owned))?,
        })
    }

    fn end(&self) -> Result<(), DecodeError> {
        let done = self.at == self.bytes.len();
        done.then_some(()).ok_or_else(|| self.expected("the end"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script() -> PlainScript {
        let mut heading = Paragraph::new(ElementType::SceneHeading, "INT. KÜCHE 👩‍🚀 - TAG");
        heading.attributes.scene = Some("a3".to_owned());
        heading.attributes.scene_number = Some("12A".to_owned());
        heading.attributes.omitted = true;
        heading.attributes.source = Some(70_000);
        heading.attributes.color = Some(Color([0x1f, 0x6f, 0x43]));
        let mut line = Paragraph::new(ElementType::Dialogue, "x".repeat(300));
        line.push("!", Styles::BOLD | Styles::NOTE);
        line.attributes = Attributes {
            dual: true,
            depth: 6,
            joined: true,
            ..Attributes::default()
        };
        let every = ElementType::ALL.map(|element| Paragraph::new(element, ""));
        PlainScript {
            title_page: vec![TitleEntry {
                key: "Title".to_owned(),
                lines: vec!["Rain".to_owned(), String::new()],
            }],
            paragraphs: [heading, line].into_iter().chain(every).collect(),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let script = script();
        assert_eq!(decode_script(&encode_script(&script)), Ok(script.clone()));
        assert_eq!(decode(&encode(&script.paragraphs)), Ok(script.paragraphs));
        assert_eq!(decode(&encode(&[])), Ok(Vec::new()));
    }

    #[test]
    fn a_part_of_it_or_more_than_it_is_refused() {
        let bytes = encode_script(&script());
        for end in 0..bytes.len() {
            assert!(decode_script(&bytes[..end]).is_err(), "{end} bytes");
        }
        let more = [bytes, vec![0]].concat();
        assert_eq!(
            decode_script(&more).unwrap_err().expected,
            "the end",
            "a byte too many"
        );
    }

    #[test]
    fn what_was_never_written_is_refused_and_reserves_nothing() {
        let element = decode(&[1, 200, 0, 0, 0]).unwrap_err();
        assert_eq!(
            element.to_string(),
            "expected an element type at byte 2 of the paragraphs"
        );
        let len = decode(&[0xff, 0xff, 0xff, 0xff, 0x0f]).unwrap_err();
        assert_eq!(len.expected, "a length");
        let text = decode(&[1, 0, 0, 0, 1, 0, 1, 0xff]).unwrap_err();
        assert_eq!(text.expected, "UTF-8");
        let text = decode(&[1, 0, 0, 0, 1, 0, 3, b'a', b'\n', b'b']).unwrap_err();
        assert_eq!(text.expected, "text without a line break");
    }
}
