//! The files of these tests, and the script of one as a list that can be edited.

use scriptroom_formats::fdx::{Document, Sourced, decode};
use scriptroom_pages::Production;
use scriptroom_paragraphs::{Paragraph, TitleEntry};

pub(crate) const EVERYTHING: &str = include_str!("files/everything.fdx");
pub(crate) const COMPACT: &str = include_str!("files/compact.fdx");
/// Paragraphs that look otherwise than their elements.
pub(crate) const OWN_LOOKS: &str = include_str!("files/own_looks.fdx");

/// Every file as it is and in the other ways in which it could have been written.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, text) in [
        ("everything", EVERYTHING),
        ("compact", COMPACT),
        ("own looks", OWN_LOOKS),
    ] {
        let mut add = |way: &str, bytes: Vec<u8>| files.push((format!("{name}, {way}"), bytes));
        let utf16 = |text: &str| -> Vec<u16> { text.encode_utf16().collect() };
        let marked = format!("\u{feff}{text}");
        add("as it is", text.into());
        add("with a byte order mark", marked.clone().into());
        add("with CRLF", text.replace('\n', "\r\n").into());
        let little = utf16(&marked).into_iter().flat_map(u16::to_le_bytes);
        add("in UTF-16", little.collect());
        let big = utf16(text).into_iter().flat_map(u16::to_be_bytes);
        add("in UTF-16, the other way round", big.collect());
        let latin = text.replace("👩‍🚀", "\u{e9}");
        let latin = latin.replace("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"");
        add("in Windows-1252", latin.chars().map(|c| c as u8).collect());
    }
    files
}

/// A script that is edited, each paragraph with its memory.
#[derive(Clone)]
pub(crate) struct Script<'a> {
    pub(crate) document: &'a Document,
    pub(crate) paragraphs: Vec<(Paragraph, Option<usize>)>,
}

impl<'a> Script<'a> {
    pub(crate) fn of(document: &'a Document) -> Script<'a> {
        let paragraphs = document.script().paragraphs.iter().cloned();
        let sources = document.sources().iter().map(|source| Some(*source));
        Script {
            document,
            paragraphs: paragraphs.zip(sources).collect(),
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        self.encode_with(&self.document.script().title_page)
    }

    pub(crate) fn encode_with(&self, title_page: &[TitleEntry]) -> Vec<u8> {
        self.document.encode(title_page, &self.sourced())
    }

    /// What is written with the production as it is.
    pub(crate) fn encode_produced(&self, production: &Production) -> Vec<u8> {
        let title_page = &self.document.script().title_page;
        self.document
            .encode_produced(title_page, &self.sourced(), production)
    }

    fn sourced(&self) -> Vec<Sourced<'_>> {
        let paragraphs = self.paragraphs.iter();
        paragraphs
            .map(|(paragraph, source)| Sourced {
                paragraph,
                source: *source,
            })
            .collect()
    }

    /// What is written, read again.
    pub(crate) fn again(&self) -> Document {
        decode(&self.encode()).unwrap()
    }

    /// What is written. Only for files in UTF-8.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.encode()).unwrap()
    }

    /// The place of the paragraph with that text.
    pub(crate) fn find(&self, text: &str) -> usize {
        let found = self.paragraphs.iter().position(|(p, _)| p.text() == text);
        found.unwrap_or_else(|| panic!("no paragraph says {text:?}"))
    }

    pub(crate) fn set_text(&mut self, at: usize, text: &str) {
        let paragraph = &mut self.paragraphs[at].0;
        let styles = paragraph.runs.first().map(|run| run.styles);
        paragraph.runs.clear();
        paragraph.push(text, styles.unwrap_or_default());
    }
}
