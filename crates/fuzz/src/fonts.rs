//! Fonts that a writer adds, as a fuzz target: taken in or refused, and with what is taken in a PDF is made.

use scriptroom_pages::Settings;
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_print::{Fonts, PdfOptions, pdf};

/// A letter that Courier Prime lacks, and one that nobody has.
const LETTERS: &str = "\u{4e00}\u{10ffff}";

/// Tries bytes as a font.
pub(crate) fn run(bytes: &[u8]) {
    let mut fonts = Fonts::default();
    if fonts.add(bytes.to_vec()).is_err() {
        return;
    }
    let script = PlainScript {
        paragraphs: vec![Paragraph::new(ElementType::Action, LETTERS)],
        ..PlainScript::default()
    };
    let file = pdf(script, Settings::default(), fonts, PdfOptions::default());
    assert!(file.starts_with(b"%PDF-"));
}

/// A font of two glyphs, as a file and packed for the web.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let tables = tables();
    vec![plain(&tables), packed(&tables)]
}

/// The tables that a TrueType font cannot be without, by their tags in order.
/// <https://learn.microsoft.com/typography/opentype/spec/otff>
fn tables() -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let words = |words: &[u16]| words.iter().copied().flat_map(u16::to_be_bytes).collect();
    // One segment: U+4E00 is glyph 1.
    let cmap: Vec<u8> = words(&[
        0, 1, 3, 1, 0, 12, 4, 32, 0, 4, 4, 1, 0, 0x4e00, 0xffff, 0, 0x4e00, 0xffff, 0xb201, 1, 0, 0,
    ]);
    // A triangle.
    let mut glyf: Vec<u8> = words(&[1, 0, 0, 600, 600, 2, 0]);
    glyf.extend([1, 1, 1]);
    glyf.extend(words(&[0, 600, 0, 0, 0, 600]) as Vec<u8>);
    glyf.push(0);
    let end = u16::try_from(glyf.len() / 2).expect("it is short");
    let head = words(&[
        1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 600, 600, 0, 8, 2, 0,
        0, 0,
    ]);
    let hhea = words(&[
        1, 0, 800, 0xff38, 0, 600, 0, 0, 600, 1, 0, 0, 0, 0, 0, 0, 0, 2,
    ]);
    let maxp = words(&[1, 0, 2, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    vec![
        (b"cmap", cmap),
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", words(&[600, 0, 600, 0])),
        (b"loca", words(&[0, 0, end])),
        (b"maxp", maxp),
    ]
}

fn plain(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = u16::try_from(tables.len()).expect("they are few");
    let mut head: Vec<u8> = [0, 1, 0, 0].into();
    head.extend([count, 64, 2, 48].into_iter().flat_map(u16::to_be_bytes));
    let start = head.len() + tables.len() * 16;
    let mut body = Vec::new();
    for (tag, table) in tables {
        head.extend(*tag);
        head.extend(
            [0, start + body.len(), table.len()]
                .into_iter()
                .flat_map(word),
        );
        body.extend(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    [head, body].concat()
}

/// The same as WOFF has it, with each table as it is.
fn packed(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = u16::try_from(tables.len()).expect("they are few");
    let mut head = b"wOFF\0\x01\0\0\0\0\0\0".to_vec();
    head.extend(count.to_be_bytes());
    head.resize(44, 0);
    let start = head.len() + tables.len() * 20;
    let mut body: Vec<u8> = Vec::new();
    for (tag, table) in tables {
        head.extend(*tag);
        let (at, len) = (start + body.len(), table.len());
        head.extend([at, len, len, 0].into_iter().flat_map(word));
        body.extend(table);
    }
    [head, body].concat()
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("it is small").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_has_the_letter() {
        for seed in seeds() {
            let mut fonts = Fonts::default();
            fonts.add(seed).expect("it is a font");
            assert_eq!(fonts.missing(LETTERS), ['\u{10ffff}']);
        }
    }
}
