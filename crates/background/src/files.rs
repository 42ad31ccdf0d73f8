//! Files in and out, each in one call that keeps nothing.

use js_sys::{Array, Uint8Array};
use scriptroom_formats::fountain;
use scriptroom_paragraphs::bytes;
use wasm_bindgen::prelude::*;

/// Reads a Fountain file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark.
#[wasm_bindgen(js_name = parseFountain)]
pub fn parse_fountain(text: &str) -> Array {
    console_error_panic_hook::set_once();
    let parsed = fountain::parse(text);
    let script = bytes::encode_script(&parsed.script);
    let read = Array::of1(&Uint8Array::from(script.as_slice()));
    for diagnostic in parsed.diagnostics {
        let line = u32::try_from(diagnostic.line).expect("a string has fewer than 2^32 lines");
        read.push(&line.into());
        read.push(&diagnostic.to_string().into());
    }
    read
}

/// A script, as bytes, as a Fountain file.
#[wasm_bindgen(js_name = printFountain)]
pub fn print_fountain(script: &[u8]) -> Result<String, JsError> {
    console_error_panic_hook::set_once();
    Ok(fountain::print(&bytes::decode_script(script)?))
}
