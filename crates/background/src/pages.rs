//! The handle that the page worker holds: paragraphs in, splices of them in, page breaks out.

use js_sys::Array;
use scriptroom_pages::{Page, Paginator, Settings};
use scriptroom_paragraphs::{Paragraph, bytes};
use wasm_bindgen::prelude::*;

use crate::objects::{number, object};

/// The pages of one script.
#[wasm_bindgen]
pub struct PagesCore {
    paginator: Paginator,
    /// The length of each paragraph's text, in UTF-16 units.
    lengths: Vec<u32>,
}

#[wasm_bindgen]
impl PagesCore {
    /// Lays out these paragraphs, as bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(paragraphs: &[u8]) -> Result<PagesCore, JsError> {
        console_error_panic_hook::set_once();
        let paragraphs = bytes::decode(paragraphs)?;
        Ok(PagesCore {
            lengths: paragraphs.iter().map(length).collect(),
            paginator: Paginator::new(&paragraphs, Settings::default()),
        })
    }

    /// `removed` paragraphs from index `from` on became `inserted`.
    pub fn splice(&mut self, from: u32, removed: u32, inserted: &[u8]) -> Result<(), JsError> {
        let (from, removed) = (from as usize, removed as usize);
        if from + removed > self.lengths.len() {
            return Err(JsError::new("expected a splice within the paragraphs"));
        }
        let inserted = bytes::decode(inserted)?;
        let lengths = inserted.iter().map(length);
        self.lengths.splice(from..from + removed, lengths);
        self.paginator.splice(from, removed, &inserted);
        Ok(())
    }

    /// The pages as they are now: see `Pages` in types.ts.
    pub fn pages(&self) -> Result<JsValue, JsValue> {
        let layout = self.paginator.layout();
        let starts = self.starts();
        let breaks = Array::new();
        for (index, pages) in layout.pages.windows(2).enumerate() {
            let [before, page] = pages else {
                unreachable!("windows of two");
            };
            breaks.push(&page_break(
                &layout.label(index + 1),
                before,
                page,
                &starts,
            )?);
        }
        object(&[
            ("count", number(layout.page_count())),
            ("breaks", breaks.into()),
        ])
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

fn page_break(label: &str, before: &Page, page: &Page, starts: &[u32]) -> Result<JsValue, JsValue> {
    let start = page.start;
    let offset = starts.get(start.paragraph).copied().unwrap_or_default() + start.offset_utf16;
    let contd = page.contd.as_deref();
    object(&[
        ("page", label.into()),
        ("offset", offset.into()),
        ("paragraph", number(start.paragraph)),
        ("line", start.line.into()),
        ("more", before.more.into()),
        ("contd", contd.map_or(JsValue::NULL, JsValue::from_str)),
    ])
}

fn length(paragraph: &Paragraph) -> u32 {
    let units = paragraph
        .runs
        .iter()
        .map(|run| run.text.encode_utf16().count());
    u32::try_from(units.sum::<usize>()).expect("a paragraph is shorter than 4 GiB")
}
