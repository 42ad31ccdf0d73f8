//! Final Draft files in and out.

use js_sys::Array;
use scriptroom_formats::fdx::{self, Sourced};
use scriptroom_paragraphs::{Paragraph, bytes};
use wasm_bindgen::prelude::*;

use crate::read::read;

/// Reads a Final Draft file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark. Where
/// the file is to be the script's source, each paragraph says which one of the file it is.
#[wasm_bindgen(js_name = parseFinalDraft)]
pub fn parse_final_draft(file: &[u8], is_source: bool) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let document = fdx::decode(file)?;
    let mut script = document.script().clone();
    if is_source {
        for (at, paragraph) in (0..).zip(&mut script.paragraphs) {
            paragraph.attributes.source = Some(at);
        }
    }
    let remarks = document.diagnostics().iter();
    Ok(read(
        &script,
        remarks.map(|remark| (remark.line, remark.to_string())),
    ))
}

/// A script, as bytes, as a Final Draft file: written into its source, or a new one.
#[wasm_bindgen(js_name = printFinalDraft)]
pub fn print_final_draft(script: &[u8], source: Option<Vec<u8>>) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    let script = bytes::decode_script(script)?;
    let Some(source) = source else {
        return Ok(fdx::encode(&script));
    };
    let paragraphs: Vec<Sourced<'_>> = script.paragraphs.iter().map(sourced).collect();
    Ok(fdx::decode(&source)?.encode(&script.title_page, &paragraphs))
}

fn sourced(paragraph: &Paragraph) -> Sourced<'_> {
    let source = paragraph.attributes.source;
    Sourced {
        paragraph,
        source: source.and_then(|source| usize::try_from(source).ok()),
    }
}
