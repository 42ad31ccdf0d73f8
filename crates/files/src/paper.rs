//! A script on paper: a PDF, written in steps so that a page that waits can show how far it is.

use js_sys::Array;
use scriptroom_print::{Fonts, PdfOptions, PdfWriter, plain_text};
use wasm_bindgen::prelude::*;

use crate::paged::Paged;

/// A PDF that is being written.
#[wasm_bindgen]
pub struct PdfCore {
    writer: Option<PdfWriter>,
    pages: usize,
    missing: String,
}

#[wasm_bindgen]
impl PdfCore {
    /// Begins the PDF of a script, as bytes; fonts are asked in their order for letters that Courier Prime lacks.
    /// What its production says is told as the client's module has it.
    #[wasm_bindgen(constructor)]
    pub fn new(
        script: &[u8],
        watermark: Option<String>,
        language: Option<String>,
        without_title_page: bool,
        fonts: Vec<js_sys::Uint8Array>,
        entries: &Array,
        places: &Array,
    ) -> Result<PdfCore, JsError> {
        console_error_panic_hook::set_once();
        let Paged {
            script,
            production,
            pages,
        } = Paged::read(script, entries, places)?;
        let options = PdfOptions {
            watermark,
            language,
            without_title_page,
            ..PdfOptions::default()
        }
        .with_revisions_of(&production);
        let mut all = Fonts::default();
        for font in fonts {
            all.add(font.to_vec())?;
        }
        let writer = PdfWriter::new(script, pages, all, options);
        Ok(PdfCore {
            pages: writer.page_count(),
            writer: Some(writer),
            missing: String::new(),
        })
    }

    /// How many pages there will be.
    #[wasm_bindgen(getter)]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Writes at most so many more pages. Says how many it wrote.
    #[wasm_bindgen(js_name = writePages)]
    pub fn write_pages(&mut self, most: usize) -> usize {
        let Some(writer) = &mut self.writer else {
            return 0;
        };
        (0..most).take_while(|_| writer.write_page()).count()
    }

    /// The file, once.
    pub fn finish(&mut self) -> Result<Vec<u8>, JsError> {
        let writer = self.writer.take();
        let mut writer =
            writer.ok_or_else(|| JsError::new("expected a PDF to be finished once"))?;
        while writer.write_page() {}
        self.missing = writer.missing().iter().collect();
        Ok(writer.finish())
    }

    /// The letters that no font has, when it is finished.
    #[wasm_bindgen(getter)]
    pub fn missing(&self) -> String {
        self.missing.clone()
    }
}

/// A script, as bytes, as plain text laid out as on paper by what its production says.
#[wasm_bindgen(js_name = printText)]
pub fn print_text(script: &[u8], entries: &Array, places: &Array) -> Result<String, JsError> {
    console_error_panic_hook::set_once();
    let paged = Paged::read(script, entries, places)?;
    let options = PdfOptions::default().with_revisions_of(&paged.production);
    Ok(plain_text(&paged.script, &paged.pages, &options))
}
