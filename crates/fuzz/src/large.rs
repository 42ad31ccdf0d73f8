//! Files that are large, and small ones that want to become it: what reading each takes in memory, for each byte that came.
//!
//! `tests/large.rs` holds every case to what it may take, at lengths that are quickly read; `cargo xtask fuzz large` reads 50 and 200 MB of
//! each, and measures the time as well ([`measure`]).

use std::fmt::Write as _;
use std::time::Instant;

use scriptroom_formats::{blocks, fdx, fountain, osf, pdf, text};
use scriptroom_samples::{Options, generate};
use serde_json::{Value, json};

use crate::memory::peak_of;

/// A kind of file, of any length.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// Makes one of about so many bytes.
    pub file: fn(usize) -> Vec<u8>,
    /// Reads it, and says what came of it: how much was read, or why it was refused.
    pub read: fn(&[u8]) -> String,
    /// How many bytes it may take for each that came.
    pub most_for_each: usize,
    /// How many it may take besides, however short the file is.
    pub most_besides: usize,
}

/// What reading a file took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What came of it.
    pub said: String,
    /// The most bytes that were allocated at once, the file itself not counted.
    pub peak_bytes: usize,
}

impl Case {
    /// Reads the file, in an allocator that counts ([`crate::memory::Counted`]).
    #[must_use]
    pub fn take(&self, file: &[u8]) -> Taken {
        let (said, peak_bytes) = peak_of(|| (self.read)(file));
        Taken { said, peak_bytes }
    }

    /// The most bytes that a file of this length may take.
    #[must_use]
    pub fn most(&self, file_bytes: usize) -> usize {
        self.most_besides + self.most_for_each * file_bytes
    }
}

/// Reads each at these lengths, and says what it took.
#[must_use]
pub fn measure(megabytes: &[usize]) -> Value {
    let mut measured = Vec::new();
    for case in ALL {
        for megabytes in megabytes {
            let file = (case.file)(megabytes * 1_000_000);
            let start = Instant::now();
            let taken = case.take(&file);
            measured.push(json!({
                "file": case.name,
                "bytes": file.len(),
                "milliseconds": start.elapsed().as_millis(),
                "peakBytes": taken.peak_bytes,
                "mostBytes": case.most(file.len()),
                "said": taken.said,
            }));
        }
    }
    measured.into()
}

/// What any reader may have besides: tables, and the message why it refuses.
const BESIDES: usize = 64 << 10;
/// What a PDF may unpack to and draw, however little of it came.
const MOST_OF_A_PDF: usize = 256 << 20;

/// All of them.
pub const ALL: &[Case] = &[
    case(
        "Fountain, a script",
        |bytes| script().repeat(1 + bytes / script().len()).into(),
        read_fountain,
        8,
    ),
    case(
        "Fountain, one line",
        |bytes| repeated("word ", bytes),
        read_fountain,
        3,
    ),
    case(
        "Fountain, lines of one letter",
        |bytes| repeated("a\n\n", bytes),
        read_fountain,
        200,
    ),
    case(
        "Fountain, empty lines",
        |bytes| repeated("\n", bytes),
        read_fountain,
        64,
    ),
    case(
        "Fountain, notes that never end",
        |bytes| repeated("[[ ", bytes),
        read_fountain,
        4,
    ),
    case(
        "Fountain, emphasis that never ends",
        |bytes| repeated("*a _b ", bytes),
        read_fountain,
        72,
    ),
    case(
        "Fountain, a style for each letter",
        |bytes| repeated("*a*b", bytes),
        read_fountain,
        100,
    ),
    case(
        "Fountain, UTF-16",
        |bytes| wide(&script().repeat(1 + bytes / 2 / script().len())),
        read_fountain,
        8,
    ),
    case(
        "Final Draft, a script",
        |bytes| final_draft(&paragraphs(), bytes),
        read_final_draft,
        24,
    ),
    case(
        "Final Draft, one paragraph",
        |bytes| final_draft_around(["<Paragraph><Text>", "word ", "</Text></Paragraph>"], bytes),
        read_final_draft,
        64,
    ),
    case(
        "Final Draft, a style for each letter",
        |bytes| {
            final_draft_around(
                [
                    "<Paragraph>",
                    "<Text Style=\"Bold\">a</Text><Text>b</Text>",
                    "</Paragraph>",
                ],
                bytes,
            )
        },
        read_final_draft,
        24,
    ),
    case(
        "Final Draft, empty elements",
        |bytes| final_draft("<a/>", bytes),
        read_final_draft,
        64,
    ),
    case(
        "Final Draft, elements in elements",
        |bytes| final_draft("<a>", bytes),
        read_final_draft,
        2,
    ),
    case(
        "Final Draft, entities of entities",
        entities,
        read_final_draft,
        40,
    ),
    case(
        "Final Draft, tags that close nothing",
        |bytes| final_draft("<Paragraph/></b>&", bytes),
        read_final_draft,
        64,
    ),
    case(
        "Open Screenplay Format, entities of entities",
        entities_of_osf,
        read_osf,
        24,
    ),
    case(
        "JSON, one string",
        |bytes| json(&String::from_utf8_lossy(&repeated("word ", bytes))),
        read_json,
        6,
    ),
    case(
        "JSON, empty paragraphs",
        |bytes| {
            format!(
                "[{}{{}}]",
                "{\"type\":\"action\",\"children\":[]},".repeat(bytes / 32)
            )
            .replace(",{}", "")
            .into()
        },
        read_json,
        60,
    ),
    case(
        "JSON, lists in lists",
        |bytes| repeated("[", bytes),
        read_json,
        1,
    ),
    case(
        "PDF, a page",
        |bytes| pdf_of("", &drawn(bytes), 1),
        read_pdf,
        40,
    ),
    Case {
        most_besides: MOST_OF_A_PDF,
        ..case(
            "PDF, a page that is named over and over",
            |bytes| pdf_of("", &drawn(bytes / 2), bytes / 12),
            read_pdf,
            40,
        )
    },
    Case {
        most_besides: MOST_OF_A_PDF,
        ..case(
            "PDF, a packed page that is named over and over",
            packed,
            read_pdf,
            40,
        )
    },
];

const fn case(
    name: &'static str,
    file: fn(usize) -> Vec<u8>,
    read: fn(&[u8]) -> String,
    most_for_each: usize,
) -> Case {
    Case {
        name,
        file,
        read,
        most_for_each,
        most_besides: BESIDES,
    }
}

fn repeated(unit: &str, bytes: usize) -> Vec<u8> {
    unit.repeat(bytes / unit.len()).into()
}

/// Twenty pages of Fountain.
fn script() -> String {
    fountain::print(&generate(&Options { seed: 1, pages: 20 }))
}

fn wide(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// What twenty pages have between `<Content>` and its end.
fn paragraphs() -> String {
    let file = fdx::encode(&generate(&Options { seed: 1, pages: 20 }));
    let file = String::from_utf8(file).expect("it is written as UTF-8");
    let (_, behind) = file.split_once("<Content>").expect("a file has content");
    let (content, _) = behind.split_once("</Content>").expect("which ends");
    content.to_owned()
}

fn final_draft(unit: &str, bytes: usize) -> Vec<u8> {
    final_draft_around(["", unit, ""], bytes)
}

fn final_draft_around([before, unit, behind]: [&str; 3], bytes: usize) -> Vec<u8> {
    let inner = unit.repeat(1 + bytes / unit.len());
    format!("<FinalDraft><Content>{before}{inner}{behind}</Content></FinalDraft>").into()
}

/// Ten entities, each ten of the one before, and the last of them as often as there is room.
fn declared() -> String {
    let mut declared = "<!ENTITY e0 \"ha\">".to_owned();
    for one in 1..10 {
        let of = format!("&e{};", one - 1).repeat(10);
        let _ = write!(declared, "<!ENTITY e{one} \"{of}\">");
    }
    declared
}

fn entities(bytes: usize) -> Vec<u8> {
    let bombs = "<Paragraph><Text>&e9;</Text></Paragraph>";
    let file = String::from_utf8(final_draft(bombs, bytes)).expect("it is text");
    format!("<?xml version=\"1.0\"?><!DOCTYPE a [{}]>{file}", declared()).into()
}

fn entities_of_osf(bytes: usize) -> Vec<u8> {
    let bombs = repeated("<para><text>&e9;</text></para>", bytes);
    let bombs = String::from_utf8_lossy(&bombs);
    let declared = declared();
    format!("<?xml version=\"1.0\"?><!DOCTYPE a [{declared}]><document type=\"Open Screenplay Format document\"><paragraphs>{bombs}</paragraphs></document>").into()
}

fn json(text: &str) -> Vec<u8> {
    format!("[{{\"type\":\"action\",\"children\":[{{\"text\":\"{text}\"}}]}}]").into()
}

/// A PDF of one page that draws this so often.
fn pdf_of(filter: &str, content: &[u8], times: usize) -> Vec<u8> {
    let (length, contents) = (content.len(), "4 0 R ".repeat(times));
    let head = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]/Count 1>>endobj \
         3 0 obj<</Type/Page/Contents[{contents}]/Resources<</Font<</F 5 0 R>>>>>>endobj \
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Courier>>endobj 4 0 obj<<{filter}/Length {length}>>stream\n"
    );
    [head.as_bytes(), content, b"\nendstream endobj"].concat()
}

/// Lines of one letter.
fn drawn(bytes: usize) -> Vec<u8> {
    [b"BT /F 12 Tf 12 TL ", &repeated("(a) Tj T* ", bytes)[..]].concat()
}

/// A few kilobytes that unpack to a megabyte, named as often as there is room.
fn packed(bytes: usize) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&drawn(1 << 20), 9);
    pdf_of("/Filter/FlateDecode", &packed, bytes / 6)
}

fn read_fountain(file: &[u8]) -> String {
    match text::decode(file) {
        Ok((text, _)) => format!(
            "{} paragraphs",
            fountain::parse(&text).script.paragraphs.len()
        ),
        Err(error) => error.to_string(),
    }
}

fn read_final_draft(file: &[u8]) -> String {
    match fdx::decode(file) {
        Ok(document) => format!("{} paragraphs", document.script().paragraphs.len()),
        Err(error) => error.to_string(),
    }
}

fn read_osf(file: &[u8]) -> String {
    match osf::decode(file) {
        Ok(decoded) => format!("{} paragraphs", decoded.script.paragraphs.len()),
        Err(error) => error.to_string(),
    }
}

fn read_json(file: &[u8]) -> String {
    match blocks::decode(file) {
        Ok(decoded) => format!("{} paragraphs", decoded.script.paragraphs.len()),
        Err(error) => error.to_string(),
    }
}

fn read_pdf(file: &[u8]) -> String {
    match pdf::decode(file) {
        Ok(decoded) => format!("{} paragraphs", decoded.script.paragraphs.len()),
        Err(error) => error.to_string(),
    }
}
