//! Final Draft files in and out.

use js_sys::Array;
use scriptroom_formats::fdx;
use scriptroom_paragraphs::bytes;
use wasm_bindgen::prelude::*;

use crate::read::read;

/// Reads a Final Draft file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark.
#[wasm_bindgen(js_name = parseFinalDraft)]
pub fn parse_final_draft(file: &[u8]) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let document = fdx::decode(file)?;
    let remarks = document.diagnostics().iter();
    Ok(read(
        document.script(),
        remarks.map(|remark| (remark.line, remark.to_string())),
    ))
}

/// A script, as bytes, as a new Final Draft file.
#[wasm_bindgen(js_name = printFinalDraft)]
pub fn print_final_draft(script: &[u8]) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    Ok(fdx::encode(&bytes::decode_script(script)?))
}
