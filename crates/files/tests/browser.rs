//! What only a browser can show: how files cross into wasm and back.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use js_sys::Uint8Array;
use scriptroom_files::{parse_final_draft, print_final_draft};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_final_draft_file_comes_in_with_remarks_and_goes_out() {
    let file = "<FinalDraft><Content><Paragraph Type=\"Action\"><Text>Rain & 👩‍🚀</Text></Content></FinalDraft>";
    let read = parse_final_draft(file.as_bytes()).unwrap_or_else(|_| panic!("it reads"));
    assert_eq!(read.length(), 3);
    assert_eq!(read.get(1).as_f64(), Some(1.0));
    assert!(read.get(2).as_string().unwrap().contains("`</Paragraph>`"));
    let script: Uint8Array = read.get(0).dyn_into().unwrap();
    let written = print_final_draft(&script.to_vec()).unwrap_or_else(|_| panic!("it prints"));
    assert!(
        String::from_utf8(written)
            .unwrap()
            .contains("<Text>Rain &amp; 👩‍🚀</Text>")
    );
    assert!(parse_final_draft(b"INT. HOUSE").is_err());
    assert!(print_final_draft(&[7]).is_err());
}
