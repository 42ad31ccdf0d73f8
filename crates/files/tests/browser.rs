//! What only a browser can show: how files cross into wasm and back.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use js_sys::{Array, Uint8Array};
use scriptroom_files::{PdfCore, parse_final_draft, parse_pdf, print_final_draft, report};
use scriptroom_paragraphs::bytes;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_final_draft_file_comes_in_with_remarks_and_goes_out() {
    let file = "<FinalDraft><Content><Paragraph Type=\"Action\"><Text>Rain & 👩‍🚀</Text></Content></FinalDraft>";
    let both = parse_final_draft(file.as_bytes(), true).unwrap_or_else(|_| panic!("it reads"));
    let read: Array = both.get(0).dyn_into().unwrap();
    let entries: Array = both.get(1).dyn_into().unwrap();
    let first: Array = entries.get(0).dyn_into().unwrap();
    assert_eq!(first.get(0).as_string().as_deref(), Some("source-produced"));
    assert_eq!(read.length(), 3);
    assert_eq!(read.get(1).as_f64(), Some(1.0));
    assert!(read.get(2).as_string().unwrap().contains("`</Paragraph>`"));
    let script: Uint8Array = read.get(0).dyn_into().unwrap();
    let written = print_final_draft(&script.to_vec(), None, &Array::new(), &Array::new())
        .unwrap_or_else(|_| panic!("it prints"));
    assert!(
        String::from_utf8(written)
            .unwrap()
            .contains("<Text>Rain &amp; 👩‍🚀</Text>")
    );
    assert!(parse_final_draft(b"INT. HOUSE", false).is_err());
    assert!(print_final_draft(&[7], None, &Array::new(), &Array::new()).is_err());
}

#[wasm_bindgen_test]
fn a_pdf_is_written_in_steps_and_can_be_read() {
    let options = scriptroom_samples::Options { seed: 5, pages: 12 };
    let script = bytes::encode_script(&scriptroom_samples::generate(&options));
    let begun = PdfCore::new(
        &script,
        Some("Ana".to_owned()),
        None,
        false,
        Vec::new(),
        &Array::new(),
        &Array::new(),
    );
    let mut core = begun.unwrap_or_else(|_| panic!("it begins"));
    assert!(core.pages() > 8);
    assert_eq!(core.write_pages(5), 5);
    assert_eq!(core.write_pages(1000), core.pages() - 5);
    let file = core.finish().unwrap_or_else(|_| panic!("it ends"));
    assert!(core.finish().is_err());
    let read = parse_pdf(&file).unwrap_or_else(|_| panic!("it reads"));
    let script: Uint8Array = read.get(0).dyn_into().unwrap();
    let script = bytes::decode_script(&script.to_vec()).unwrap();
    assert!(script.paragraphs.len() > 50);
}

#[wasm_bindgen_test]
fn a_report_is_rows_and_csv() {
    let options = scriptroom_samples::Options { seed: 5, pages: 4 };
    let script = bytes::encode_script(&scriptroom_samples::generate(&options));
    let table = report(&script, "scenes", &Array::new(), &Array::new())
        .unwrap_or_else(|_| panic!("it reports"));
    assert!(
        table
            .get(0)
            .as_string()
            .unwrap()
            .starts_with("scene,number,")
    );
    assert!(table.length() > 3);
    assert!(report(&script, "weather", &Array::new(), &Array::new()).is_err());
}
