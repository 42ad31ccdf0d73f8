//! Word documents and web pages out, PDF in, reports.

use js_sys::Array;
use scriptroom_formats::{docx, html, pdf};
use scriptroom_reports::{Cell, Kind, Report};
use wasm_bindgen::prelude::*;

use crate::paged::Paged;
use crate::read::read;

/// Reads a screenplay that was printed to a PDF: `[script as bytes, page, message, page, message, …]`.
#[wasm_bindgen(js_name = parsePdf)]
pub fn parse_pdf(file: &[u8]) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let decoded = pdf::decode(file)?;
    let remarks = decoded.diagnostics.iter();
    Ok(read(
        &decoded.script,
        remarks.map(|remark| (remark.page, remark.to_string())),
    ))
}

/// A script, as bytes, as a Word document.
#[wasm_bindgen(js_name = printWord)]
pub fn print_word(script: &[u8], entries: &Array, places: &Array) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    Ok(docx::encode(&Paged::read(script, entries, places)?.script))
}

/// A script, as bytes, as a web page.
#[wasm_bindgen(js_name = printHtml)]
pub fn print_html(script: &[u8], entries: &Array, places: &Array) -> Result<String, JsError> {
    console_error_panic_hook::set_once();
    Ok(html::print(&Paged::read(script, entries, places)?.script))
}

/// A report on a script, as bytes: `[CSV, columns, row, row, …]`, each a list of texts and numbers.
#[wasm_bindgen]
pub fn report(
    script: &[u8],
    kind: &str,
    entries: &Array,
    places: &Array,
) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let kind = Kind::named(kind)
        .ok_or_else(|| JsError::new(&format!("expected a kind of report, got `{kind}`")))?;
    let Paged { script, pages, .. } = Paged::read(script, entries, places)?;
    let table = Report::of(&script.paragraphs, &pages).table(kind);
    let columns: Array = table.columns.iter().map(JsValue::from).collect();
    let all = Array::of2(&table.to_csv().into(), &columns);
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) => JsValue::from(text),
            Cell::Number(number) => JsValue::from(*number),
        });
        all.push(&cells.collect::<Array>());
    }
    Ok(all)
}
