//! The handle that the page worker holds: paragraphs in, splices of them in, page breaks out.

use scriptroom_pages::{Page, Paginator, Settings};
use scriptroom_paragraphs::Paragraph;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::core::{from_js, to_js};
use crate::data::PlainParagraph;

/// The pages of one script.
#[wasm_bindgen]
pub struct PagesCore {
    paginator: Paginator,
    /// The length of each paragraph's text, in UTF-16 units.
    lengths: Vec<u32>,
}

/// See `Pages` in types.ts.
#[derive(Serialize)]
struct Pages<'a> {
    count: usize,
    breaks: Vec<PageBreak<'a>>,
}

#[derive(Serialize)]
struct PageBreak<'a> {
    page: String,
    offset: u32,
    paragraph: usize,
    line: u32,
    more: bool,
    contd: Option<&'a str>,
}

#[wasm_bindgen]
impl PagesCore {
    /// Lays out these paragraphs.
    #[wasm_bindgen(constructor)]
    pub fn new(paragraphs: JsValue) -> Result<PagesCore, JsError> {
        console_error_panic_hook::set_once();
        let paragraphs = read(paragraphs)?;
        Ok(PagesCore {
            lengths: paragraphs.iter().map(length).collect(),
            paginator: Paginator::new(&paragraphs, Settings::default()),
        })
    }

    /// `removed` paragraphs from index `from` on became `inserted`.
    pub fn splice(&mut self, from: u32, removed: u32, inserted: JsValue) -> Result<(), JsError> {
        let (from, removed) = (from as usize, removed as usize);
        if from + removed > self.lengths.len() {
            return Err(JsError::new("expected a splice within the paragraphs"));
        }
        let inserted = read(inserted)?;
        let lengths = inserted.iter().map(length);
        self.lengths.splice(from..from + removed, lengths);
        self.paginator.splice(from, removed, &inserted);
        Ok(())
    }

    /// The pages as they are now.
    pub fn pages(&self) -> Result<JsValue, JsError> {
        let layout = self.paginator.layout();
        let starts = self.starts();
        let breaks = layout.pages.windows(2).enumerate().map(|(index, pages)| {
            let [before, page] = pages else {
                unreachable!("windows of two");
            };
            page_break(layout.label(index + 1), before, page, &starts)
        });
        to_js(&Pages {
            count: layout.page_count(),
            breaks: breaks.collect(),
        })
    }

    /// The offset at which each paragraph starts.
    fn starts(&self) -> Vec<u32> {
        let starts = self.lengths.iter().scan(0, |next, length| {
            let start = *next;
            *next += length + 1;
            Some(start)
        });
        starts.collect()
    }
}

fn page_break<'a>(
    label: String,
    before: &'a Page,
    page: &'a Page,
    starts: &[u32],
) -> PageBreak<'a> {
    let start = page.start;
    PageBreak {
        page: label,
        offset: starts.get(start.paragraph).copied().unwrap_or_default() + start.offset_utf16,
        paragraph: start.paragraph,
        line: start.line,
        more: before.more,
        contd: page.contd.as_deref(),
    }
}

fn length(paragraph: &Paragraph) -> u32 {
    let units = paragraph
        .runs
        .iter()
        .map(|run| run.text.encode_utf16().count());
    u32::try_from(units.sum::<usize>()).expect("a paragraph is shorter than 4 GiB")
}

fn read(paragraphs: JsValue) -> Result<Vec<Paragraph>, JsError> {
    let plain: Vec<PlainParagraph> = from_js(paragraphs)?;
    Ok(plain.into_iter().map(Paragraph::from).collect())
}
