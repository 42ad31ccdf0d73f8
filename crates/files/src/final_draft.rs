//! Final Draft files in and out.

use js_sys::{Array, Uint8Array};
use scriptroom_formats::fdx;
use scriptroom_paragraphs::bytes;
use wasm_bindgen::prelude::*;

/// Reads a Final Draft file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark.
#[wasm_bindgen(js_name = parseFinalDraft)]
pub fn parse_final_draft(file: &[u8]) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let document = fdx::decode(file)?;
    let script = bytes::encode_script(document.script());
    let read = Array::of1(&Uint8Array::from(script.as_slice()));
    for remark in document.diagnostics() {
        let line = u32::try_from(remark.line).expect("a file has fewer than 2^32 lines");
        read.push(&line.into());
        read.push(&remark.to_string().into());
    }
    Ok(read)
}

/// A script, as bytes, as a new Final Draft file.
#[wasm_bindgen(js_name = printFinalDraft)]
pub fn print_final_draft(script: &[u8]) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    Ok(fdx::encode(&bytes::decode_script(script)?))
}
