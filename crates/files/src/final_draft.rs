//! Final Draft files in and out.

use js_sys::Array;
use scriptroom_formats::fdx::{self, Sourced};
use scriptroom_pages::{Anchor, FlowOffsets, Production, Write, Writes};
use scriptroom_paragraphs::{Paragraph, SettingValue, bytes};
use wasm_bindgen::prelude::*;

use crate::paged::{entries_of, places_of};
use crate::read::read;

/// Reads a Final Draft file: `[script as bytes, line, message, line, message, …]`, with what the reader had to remark. Where
/// the file is to be the script's source, each paragraph says which one of the file it is, and a list of entries to write
/// comes behind it: `[[script as bytes, …], [[name, value], [name, from, to or null, number], …]]`.
#[wasm_bindgen(js_name = parseFinalDraft)]
pub fn parse_final_draft(file: &[u8], is_source: bool) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let document = fdx::decode(file)?;
    let mut script = document.script().clone();
    if is_source {
        for (source, paragraph) in document.sources().iter().zip(&mut script.paragraphs) {
            paragraph.attributes.source = u32::try_from(*source).ok();
        }
    }
    let remarks = document.diagnostics().iter();
    let read = read(
        &script,
        remarks.map(|remark| (remark.line, remark.to_string())),
    );
    let writes = match is_source {
        true => written(&document.entries(), &script.paragraphs),
        false => Array::new(),
    };
    Ok(Array::of2(&read, &writes))
}

/// What is to be written, with places in units of the script's flow.
fn written(writes: &Writes, paragraphs: &[Paragraph]) -> Array {
    let flow = FlowOffsets::of(paragraphs);
    let entry = |(name, write): &(String, Write)| {
        let name = JsValue::from_str(name);
        let at = |anchor: &Anchor| JsValue::from(flow.offset(*anchor));
        let parts = match write {
            Write::Gone => Array::of1(&name),
            Write::Value(SettingValue::Number(number)) => Array::of2(&name, &(*number).into()),
            Write::Value(SettingValue::Flag(flag)) => Array::of2(&name, &(*flag).into()),
            Write::Value(SettingValue::Text(text)) => Array::of2(&name, &text.into()),
            Write::Point(from, number) => {
                Array::of4(&name, &at(from), &JsValue::NULL, &(*number).into())
            }
            Write::Stretch(from, to, number) => {
                Array::of4(&name, &at(from), &at(to), &(*number).into())
            }
        };
        JsValue::from(parts)
    };
    writes.iter().map(entry).collect()
}

/// A script, as bytes, as a Final Draft file: written into its source, or a new one.
#[wasm_bindgen(js_name = printFinalDraft)]
pub fn print_final_draft(
    script: &[u8],
    source: Option<Vec<u8>>,
    entries: &Array,
    places: &Array,
) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    let script = bytes::decode_script(script)?;
    let entries = entries_of(entries);
    let production = Production::of(&script.paragraphs, &entries, &places_of(places));
    let Some(source) = source else {
        return Ok(fdx::encode_produced(&script, &production));
    };
    let paragraphs: Vec<Sourced<'_>> = script.paragraphs.iter().map(Sourced::from).collect();
    let mut document = fdx::decode(&source)?;
    if !fdx::is_colored(&entries) {
        document.leave_colors();
    }
    Ok(match fdx::is_produced(&entries) {
        true => document.encode_produced(&script.title_page, &paragraphs, &production),
        false => document.encode(&script.title_page, &paragraphs),
    })
}
