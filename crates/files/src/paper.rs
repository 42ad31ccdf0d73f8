//! A script on paper: a PDF, written in steps so that a page that waits can show how far it is.

use scriptroom_pages::{Paginator, Settings};
use scriptroom_paragraphs::bytes;
use scriptroom_print::{Fonts, PdfOptions, PdfWriter, plain_text};
use wasm_bindgen::prelude::*;

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
    #[wasm_bindgen(constructor)]
    pub fn new(
        script: &[u8],
        watermark: Option<String>,
        language: Option<String>,
        without_title_page: bool,
        fonts: Vec<js_sys::Uint8Array>,
    ) -> Result<PdfCore, JsError> {
        console_error_panic_hook::set_once();
        let script = bytes::decode_script(script)?;
        let pages = Paginator::new(&script.paragraphs, Settings::default());
        let options = PdfOptions {
            watermark,
            language,
            without_title_page,
            ..PdfOptions::default()
        };
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

/// A script, as bytes, as plain text laid out as on paper.
#[wasm_bindgen(js_name = printText)]
pub fn print_text(script: &[u8]) -> Result<String, JsError> {
    console_error_panic_hook::set_once();
    Ok(plain_text(
        &bytes::decode_script(script)?,
        Settings::default(),
    ))
}
