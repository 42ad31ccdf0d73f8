//! What only a browser can show: how scripts as bytes, strings and pages cross into wasm and back.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use js_sys::{Array, JSON, Reflect, Uint8Array};
use scriptroom_background::{PagesCore, parse_fountain, print_fountain, read_fountain};
use scriptroom_paragraphs::{ElementType, Paragraph, bytes};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn text_of(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

fn pages_of(paragraphs: &[Paragraph]) -> PagesCore {
    PagesCore::new(&bytes::encode(paragraphs), &Array::new(), &Array::new())
        .unwrap_or_else(|_| panic!("it lays out"))
}

/// A page has 54 lines, and between two lines of action is an empty one.
fn action(count: usize) -> Vec<Paragraph> {
    let words = |at| Paragraph::new(ElementType::Action, format!("Line {at}."));
    (0..count).map(words).collect()
}

#[wasm_bindgen_test]
fn pages_are_objects_as_types_ts_has_them() {
    let pages = pages_of(&action(40)).pages().unwrap();
    assert_eq!(
        text_of(&pages),
        r#"{"count":2,"from":0,"removed":0,"inserted":[{"page":"2","offset":233,"paragraph":27,"line":0,"more":false,"contd":null,"sceneBottom":false,"sceneTop":null,"right":null}],"shift":{"offset":0,"paragraph":0},"first":"1","numbers":[]}"#
    );
}

#[wasm_bindgen_test]
fn a_splice_lays_out_what_changed_and_one_outside_is_refused() {
    let mut pages = pages_of(&action(20));
    let inserted = bytes::encode(&action(30));
    let change = pages.splice(10, 2, &inserted).unwrap();
    assert_eq!(field(&change, "count").as_f64(), Some(2.0));
    assert_eq!(
        text_of(&pages.splice(0, 1, &bytes::encode(&action(1))).unwrap()),
        r#"{"count":2,"from":0,"removed":0,"inserted":[],"shift":{"offset":0,"paragraph":0},"first":"1"}"#
    );
    assert_eq!(field(&pages.pages().unwrap(), "count").as_f64(), Some(2.0));
    assert!(pages.splice(48, 1, &inserted).is_err());
    assert!(pages.splice(0, 1, &[1, 2, 3]).is_err());
    assert_eq!(field(&pages.pages().unwrap(), "count").as_f64(), Some(2.0));
}

#[wasm_bindgen_test]
fn a_file_comes_in_as_bytes_with_remarks_and_goes_out_again() {
    let read = parse_fountain("INT. KÜCHE\n\n[[ open\n\n👩‍🚀 waits.\n");
    let script: Uint8Array = read.get(0).dyn_into().unwrap();
    let printed = print_fountain(&script.to_vec()).unwrap_or_else(|_| panic!("it prints"));
    assert_eq!(printed, "INT. KÜCHE\n\n[[ open]]\n\n👩‍🚀 waits.\n");
    assert_eq!(read.length(), 3);
    assert_eq!(read.get(1).as_f64(), Some(3.0));
    assert!(read.get(2).as_string().unwrap().contains("expected `]]`"));
    assert!(print_fountain(&[7]).is_err());
}

#[wasm_bindgen_test]
fn a_piece_of_fountain_is_lines_to_insert() {
    let lines = read_fountain("Title: no title\n\nINT. KÜCHE #7#\n\nRain.\n_Rain_.\n").unwrap();
    let texts: Vec<String> = lines.iter().map(|line| text_of(&line)).collect();
    assert_eq!(
        texts,
        [
            r#"{"element":"action","text":"Title: no title","runs":[{"text":"Title: no title","styles":[]}],"sceneNumber":null,"dual":false,"depth":0,"joined":false}"#,
            r#"{"element":"scene-heading","text":"INT. KÜCHE","runs":[{"text":"INT. KÜCHE","styles":[]}],"sceneNumber":"7","dual":false,"depth":0,"joined":false}"#,
            r#"{"element":"action","text":"Rain.","runs":[{"text":"Rain.","styles":[]}],"sceneNumber":null,"dual":false,"depth":0,"joined":false}"#,
            r#"{"element":"action","text":"Rain.","runs":[{"text":"Rain","styles":["underline"]},{"text":".","styles":[]}],"sceneNumber":null,"dual":false,"depth":0,"joined":true}"#,
        ]
    );
}

#[wasm_bindgen_test]
fn a_long_script_has_its_pages() {
    let options = scriptroom_samples::Options { seed: 7, pages: 60 };
    let script = scriptroom_samples::generate(&options);
    let pages = pages_of(&script.paragraphs).pages().unwrap();
    let count = field(&pages, "count").as_f64().unwrap();
    assert!((45.0..75.0).contains(&count), "{count} pages");
}

#[wasm_bindgen_test]
fn what_does_not_count_and_what_is_refused_comes_as_data() {
    let entries: Array = ["p:lines", "p:dialogue.left", "p:font", "preset"]
        .iter()
        .zip([JsValue::from(0), "wide".into(), true.into(), "word".into()])
        .flat_map(|(name, value)| [JsValue::from_str(name), value])
        .collect();
    let none = Array::new();
    let pages = PagesCore::new(&bytes::encode(&action(3)), &entries, &none)
        .unwrap_or_else(|_| panic!("it lays out"));
    let state = pages.production().unwrap();
    assert_eq!(
        text_of(&field(&state, "problems")),
        concat!(
            r#"[{"kind":"value","field":"preset","expected":"preset","got":"word"},"#,
            r#"{"kind":"value","field":"dialogue.left","expected":"hundredths","got":"wide"},"#,
            r#"{"kind":"unknown","field":"font"},"#,
            r#"{"kind":"range","field":"lines","from":1,"to":66,"got":0}]"#
        )
    );
    let request = |preset: &str, name: &str, value: f64| {
        let settings = Array::of2(&name.into(), &value.into());
        let request = Array::of3(&"setPage".into(), &preset.into(), &settings.into());
        text_of(&pages.writes(&request).unwrap())
    };
    assert_eq!(
        request("bbc", "top-margin", 900.0),
        r#"{"problems":[{"kind":"range","field":"top-margin","from":0,"to":830,"got":900}]}"#
    );
    assert_eq!(
        request("word", "top-margin", 8.0),
        r#"{"problems":[{"kind":"value","field":"preset","expected":"preset","got":"word"}]}"#
    );
}
