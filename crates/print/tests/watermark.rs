//! A watermark, as the file has it: what is drawn on each page, in its order, and what of it is read out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;

use miniz_oxide::inflate::decompress_to_vec_zlib;
use scriptroom_formats::fountain;
use scriptroom_pages::Settings;
use scriptroom_print::{Fonts, PdfOptions, pdf};

/// Some letters that are drawn at once.
#[derive(Debug)]
struct Shown {
    text: String,
    /// Where they begin and how they lie.
    matrix: Vec<f32>,
    /// What they are marked as.
    tag: String,
    /// Whether they belong to an element of the structure, which is what a screen reader follows.
    is_read_out: bool,
}

/// An object of the file.
fn object(file: &[u8], number: &str) -> String {
    let head = format!("\n{number} 0 obj\n");
    let at = file
        .windows(head.len())
        .position(|at| at == head.as_bytes());
    let rest = &file[at.unwrap() + head.len()..];
    let end = rest.windows(6).position(|at| at == b"endobj").unwrap();
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    let Some(start) = text.find("stream\n") else {
        return text;
    };
    let len: usize = behind(&text, "/Length ")[0].parse().unwrap();
    let start = start + "stream\n".len();
    String::from_utf8(decompress_to_vec_zlib(&rest[start..start + len]).unwrap()).unwrap()
}

/// The words behind a name.
fn behind<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let at = text.find(name).unwrap_or_else(|| panic!("expected {name}"));
    let rest = text[at + name.len()..].split([']', '>', '/']).next();
    rest.unwrap().split_ascii_whitespace().collect()
}

/// The letters of a font, by its codes.
fn letters(file: &[u8], font: &str) -> HashMap<u16, String> {
    let map = object(file, behind(&object(file, font), "/ToUnicode ")[0]);
    let units = |hex: &str| -> Vec<u16> {
        let digits = hex.trim_matches(['<', '>']).as_bytes().chunks(4);
        digits
            .map(|four| u16::from_str_radix(str::from_utf8(four).unwrap(), 16).unwrap())
            .collect()
    };
    let lines = map
        .lines()
        .skip_while(|line| !line.ends_with("beginbfchar"));
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs
        .filter(|(code, _)| code.starts_with('<'))
        .map(|(code, text)| (units(code)[0], String::from_utf16(&units(text)).unwrap()))
        .collect()
}

/// The words of a page's content; a string is one, as its bytes in hexadecimal behind a `(`.
fn words(content: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = content.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '(' => {
                let (word, len) = literal(rest.as_bytes());
                words.push(word);
                len
            }
            _ => {
                let len = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let word = &rest[..len];
                let is_string = word.starts_with('<') && !word.starts_with("<<");
                words.push(match is_string {
                    true => word.trim_end_matches('>').replace('<', "("),
                    false => word.to_owned(),
                });
                len
            }
        };
        rest = rest[len..].trim_start();
    }
    words
}

/// A string with its escapes, and how long it is.
fn literal(source: &[u8]) -> (String, usize) {
    let mut word = String::from("(");
    let mut at = 1;
    while source[at] != b')' {
        let byte = match (source[at], source[at + 1]) {
            (b'\\', b'0'..=b'7') => {
                let digits = str::from_utf8(&source[at + 1..at + 4]).unwrap();
                at += 3;
                u8::from_str_radix(digits, 8).unwrap()
            }
            (b'\\', escaped) => {
                at += 1;
                let known = [
                    (b'n', b'\n'),
                    (b'r', b'\r'),
                    (b't', b'\t'),
                    (b'b', 8),
                    (b'f', 12),
                ];
                let known = known.iter().find(|(name, _)| *name == escaped);
                known.map_or(escaped, |(_, byte)| *byte)
            }
            (byte, _) => byte,
        };
        at += 1;
        word.push_str(&format!("{byte:02x}"));
    }
    (word, at + 1)
}

/// What is drawn on each sheet.
fn shown(file: &[u8]) -> Vec<Vec<Shown>> {
    let catalog = String::from_utf8_lossy(file);
    let sheets = behind(&catalog, "/Kids [").into_iter().step_by(3);
    sheets
        .map(|sheet| shown_on(file, &object(file, sheet)))
        .collect()
}

fn shown_on(file: &[u8], sheet: &str) -> Vec<Shown> {
    let resources = object(file, behind(sheet, "/Resources ")[0]);
    let mut all = Vec::new();
    let (mut font, mut matrix) = (HashMap::new(), Vec::new());
    let mut marks: Vec<(String, bool)> = Vec::new();
    let mut operands: Vec<String> = Vec::new();
    for word in words(&object(file, behind(sheet, "/Contents ")[0])) {
        if !word.starts_with(char::is_alphabetic) {
            operands.push(word);
            continue;
        }
        match word.as_str() {
            "BDC" => {
                let is_read_out = operands.iter().any(|operand| operand == "/MCID");
                marks.push((operands[0].clone(), is_read_out));
            }
            "EMC" => drop(marks.pop().unwrap()),
            "Tf" => font = letters(file, behind(&resources, &format!("{} ", operands[0]))[0]),
            "Tm" => {
                matrix = operands
                    .iter()
                    .map(|number| number.parse().unwrap())
                    .collect()
            }
            "Tj" => {
                let codes = operands[0].as_bytes()[1..].chunks(4);
                let codes =
                    codes.map(|four| u16::from_str_radix(str::from_utf8(four).unwrap(), 16));
                let (tag, is_read_out) = marks.last().unwrap().clone();
                all.push(Shown {
                    text: codes.map(|code| font[&code.unwrap()].as_str()).collect(),
                    matrix: matrix.clone(),
                    tag,
                    is_read_out,
                });
            }
            _ => {}
        }
        operands.clear();
    }
    all
}

fn text<'a>(pieces: impl IntoIterator<Item = &'a Shown>) -> String {
    pieces
        .into_iter()
        .map(|piece| piece.text.as_str())
        .collect()
}

const SCRIPT: &str = "Title: The Ferry\n\nINT. FERRY\n\nRain.\n\n===\n\nWind.\n\n===\n\nFog.\n";

fn printed(watermark: Option<&str>) -> Vec<Vec<Shown>> {
    let options = PdfOptions {
        watermark: watermark.map(str::to_owned),
        ..PdfOptions::default()
    };
    let script = fountain::parse(SCRIPT).script;
    shown(&pdf(script, Settings::default(), Fonts::default(), options))
}

#[test]
fn a_watermark_is_drawn_under_each_page_and_not_read_out() {
    const WATERMARK: &str = "Ana’s (1st) \\ copy";
    let sheets = printed(Some(WATERMARK));
    let read: Vec<String> = sheets
        .iter()
        .map(|sheet| text(sheet.iter().filter(|piece| piece.is_read_out)))
        .collect();
    assert_eq!(read, ["The Ferry", "INT. FERRYRain.", "Wind.", "Fog."]);
    for sheet in &sheets {
        let (mark, above) = sheet.split_at(WATERMARK.chars().count());
        assert_eq!(text(mark), WATERMARK);
        assert!(mark.iter().all(|letter| letter.tag == "/Artifact"));
        assert!(above.iter().all(|piece| piece.matrix[1] == 0.0));
        for letter in mark {
            let [.., x, y] = letter.matrix[..] else {
                panic!("expected a matrix, got {letter:?}");
            };
            assert!((0.0..612.0).contains(&x) && (0.0..792.0).contains(&y));
        }
        // From the lower left to the upper right.
        assert!(mark.is_sorted_by(|one, next| {
            one.matrix[4] < next.matrix[4] && one.matrix[5] < next.matrix[5]
        }));
    }
}

#[test]
fn without_a_watermark_there_is_none() {
    let with = printed(Some("Ana"));
    let without = printed(None);
    assert_eq!(with.len(), without.len());
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(text(&with[3..]), text(without));
    }
}
