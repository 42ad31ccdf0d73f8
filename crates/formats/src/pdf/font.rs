//! Codes to letters: what a font of a PDF says about the text that is set in it.

use std::collections::HashMap;

use super::file::File;
use super::object::{Dictionary, Object, Reader};

/// A font, as far as reading needs it.
pub(super) struct Font {
    is_wide: bool,
    letters: HashMap<u32, String>,
    widths: HashMap<u32, f64>,
    other_width: f64,
}

impl Font {
    pub(super) fn read(file: &File<'_>, entries: &Dictionary) -> Font {
        let is_wide = entries.get("Subtype").and_then(Object::name) == Some("Type0");
        let mut font = Font {
            is_wide,
            letters: HashMap::new(),
            widths: HashMap::new(),
            other_width: 600.0,
        };
        match is_wide {
            true => font.read_wide(file, entries),
            false => font.read_simple(file, entries),
        }
        if let Some(Object::Reference(number)) = entries.get("ToUnicode")
            && let Some(map) = file.stream(*number)
        {
            font.read_letters(&map);
        }
        font
    }

    /// The code, what it says and its width in thousandths, for each code of a text.
    pub(super) fn codes<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (u32, &'t str, f64)> {
        let step = if self.is_wide { 2 } else { 1 };
        text.chunks(step).map(move |bytes| {
            let code = bytes
                .iter()
                .fold(0, |code, byte| code * 256 + u32::from(*byte));
            let letters = self.letters.get(&code).map_or("\u{fffd}", String::as_str);
            let width = self.widths.get(&code).copied().unwrap_or(self.other_width);
            (code, letters, width)
        })
    }

    /// Whether one byte 32 is a space, which word spacing widens.
    pub(super) fn is_space(&self, code: u32) -> bool {
        !self.is_wide && code == 32
    }

    fn read_simple(&mut self, file: &File<'_>, entries: &Dictionary) {
        for code in 0..=255_u8 {
            self.letters
                .insert(code.into(), windows_1252(code).to_string());
        }
        let encoding = file.dictionary(entries, "Encoding");
        let mut code = 0;
        for item in file
            .entry(&encoding, "Differences")
            .array()
            .unwrap_or_default()
        {
            match item {
                Object::Number(first) => code = small(*first),
                Object::Name(name) => {
                    if let Some(letter) = named(name) {
                        self.letters.insert(code, letter.to_string());
                    }
                    code += 1;
                }
                _ => {}
            }
        }
        let first = file.entry(entries, "FirstChar").number().map_or(0, small);
        let widths = file.entry(entries, "Widths");
        for (code, width) in (first..).zip(widths.array().unwrap_or_default()) {
            if let Some(width) = file.resolve(width).number() {
                self.widths.insert(code, width);
            }
        }
    }

    fn read_wide(&mut self, file: &File<'_>, entries: &Dictionary) {
        let descendants = file.entry(entries, "DescendantFonts");
        let Some(Object::Dictionary(cid)) = descendants
            .array()
            .and_then(|fonts| fonts.first())
            .map(|font| file.resolve(font))
        else {
            return;
        };
        self.other_width = file.entry(&cid, "DW").number().unwrap_or(1000.0);
        let widths = file.entry(&cid, "W");
        let mut items = widths.array().unwrap_or_default().iter();
        while let (Some(Object::Number(first)), Some(next)) = (items.next(), items.next()) {
            match file.resolve(next) {
                Object::Array(widths) => {
                    for (code, width) in (small(*first)..).zip(&widths) {
                        self.widths
                            .extend(width.number().map(|width| (code, width)));
                    }
                }
                Object::Number(last) => {
                    let Some(width) = items.next().and_then(Object::number) else {
                        return;
                    };
                    let codes = small(*first)..=small(last);
                    self.widths.extend(codes.map(|code| (code, width)));
                }
                _ => return,
            }
        }
    }

    /// Reads a map from codes to Unicode.
    fn read_letters(&mut self, map: &[u8]) {
        let mut reader = Reader::new(map, 0);
        let mut before: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            match object {
                Object::Word(word) => {
                    match word.as_str() {
                        "endbfchar" => self.single_letters(&before),
                        "endbfrange" => self.ranges(&before),
                        _ => {}
                    }
                    before.clear();
                }
                object => before.push(object),
            }
        }
    }

    fn single_letters(&mut self, pairs: &[Object]) {
        for pair in pairs.chunks_exact(2) {
            if let [Object::Text(code), Object::Text(letters)] = pair {
                self.letters.insert(number(code), utf16(letters));
            }
        }
    }

    fn ranges(&mut self, triples: &[Object]) {
        for triple in triples.chunks_exact(3) {
            let [Object::Text(first), Object::Text(last), to] = triple else {
                continue;
            };
            let (first, last) = (number(first), number(last).min(0xffff));
            match to {
                Object::Text(letters) => {
                    let mut letters = letters.clone();
                    for code in first..=last {
                        self.letters.insert(code, utf16(&letters));
                        if let Some(end) = letters.last_mut() {
                            *end = end.wrapping_add(1);
                        }
                    }
                }
                Object::Array(each) => {
                    for (code, letters) in (first..=last).zip(each) {
                        if let Object::Text(letters) = letters {
                            self.letters.insert(code, utf16(letters));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter()
        .take(4)
        .fold(0, |code, byte| code * 256 + u32::from(*byte))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "codes have two bytes"
)]
fn small(number: f64) -> u32 {
    number.clamp(0.0, 65535.0) as u32
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| {
        pair.iter()
            .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
    });
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or('\u{fffd}'))
        .collect()
}

/// What a byte means in Windows' western code page, which is nearly what most PDFs write text in.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// The letters whose names stand in lists of differences.
fn named(name: &str) -> Option<char> {
    if name.chars().count() == 1 {
        return name.chars().next();
    }
    if let Some(hex) = name.strip_prefix("uni").and_then(|hex| hex.get(..4)) {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    }
    Some(match name {
        "space" | "nbspace" => ' ',
        "exclam" => '!',
        "quotedbl" => '"',
        "numbersign" => '#',
        "dollar" => '$',
        "percent" => '%',
        "ampersand" => '&',
        "quotesingle" => '\'',
        "parenleft" => '(',
        "parenright" => ')',
        "asterisk" => '*',
        "plus" => '+',
        "comma" => ',',
        "hyphen" | "minus" => '-',
        "period" => '.',
        "slash" => '/',
        "zero" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        "colon" => ':',
        "semicolon" => ';',
        "question" => '?',
        "quoteleft" => '‘',
        "quoteright" => '’',
        "quotedblleft" => '“',
        "quotedblright" => '”',
        "endash" => '–',
        "emdash" => '—',
        "ellipsis" => '…',
        "eacute" => 'é',
        "egrave" => 'è',
        "adieresis" => 'ä',
        "odieresis" => 'ö',
        "udieresis" => 'ü',
        "germandbls" => 'ß',
        "fi" => 'ﬁ',
        "fl" => 'ﬂ',
        _ => return None,
    })
}
