//! Fountain in and out, each in one call that keeps nothing.

use js_sys::{Array, Uint8Array};
use scriptroom_formats::fountain;
use scriptroom_paragraphs::{Paragraph, PlainScript, Run, bytes};
use wasm_bindgen::prelude::*;

use crate::objects::object;

/// Reads a Fountain file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark.
#[wasm_bindgen(js_name = parseFountain)]
pub fn parse_fountain(text: &str) -> Array {
    console_error_panic_hook::set_once();
    let parsed = fountain::parse(text);
    let remarks = parsed.diagnostics.iter();
    read(
        &parsed.script,
        remarks.map(|remark| (remark.line, remark.to_string())),
    )
}

fn read(script: &PlainScript, remarks: impl Iterator<Item = (usize, String)>) -> Array {
    let read = Array::of1(&Uint8Array::from(bytes::encode_script(script).as_slice()));
    for (line, message) in remarks {
        let line = u32::try_from(line).expect("a string has fewer than 2^32 lines");
        read.push(&line.into());
        read.push(&message.into());
    }
    read
}

/// A script, as bytes, as a Fountain file.
#[wasm_bindgen(js_name = printFountain)]
pub fn print_fountain(script: &[u8]) -> Result<String, JsError> {
    console_error_panic_hook::set_once();
    Ok(fountain::print(&bytes::decode_script(script)?))
}

/// Reads a piece of a Fountain file, such as a pasted one, into lines to insert: see `InsertedLine` in document-types.ts. It has
/// no title page: what looks like one is text.
#[wasm_bindgen(js_name = readFountain)]
pub fn read_fountain(text: &str) -> Result<Array, JsValue> {
    console_error_panic_hook::set_once();
    // A title page is only one in the first line.
    let parsed = fountain::parse(&format!("\n{text}"));
    parsed.script.paragraphs.iter().map(line).collect()
}

fn line(paragraph: &Paragraph) -> Result<JsValue, JsValue> {
    let runs: Result<Array, JsValue> = paragraph.runs.iter().map(run).collect();
    let attributes = &paragraph.attributes;
    let number = attributes.scene_number.as_deref();
    object(&[
        ("element", paragraph.element.name().into()),
        ("text", paragraph.text().into()),
        ("runs", runs?.into()),
        (
            "sceneNumber",
            number.map_or(JsValue::NULL, JsValue::from_str),
        ),
        ("dual", attributes.dual.into()),
        ("depth", attributes.depth.into()),
        ("joined", attributes.joined.into()),
    ])
}

pub(crate) fn run(run: &Run) -> Result<JsValue, JsValue> {
    let styles: Array = run.styles.names().map(JsValue::from_str).collect();
    object(&[
        ("text", run.text.as_str().into()),
        ("styles", styles.into()),
    ])
}
