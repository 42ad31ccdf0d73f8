//! What only a browser can show: how strings, bytes and objects cross into wasm and back.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use js_sys::{JSON, Reflect, Uint8Array};
use scriptroom_client::ScriptCore;
use scriptroom_paragraphs::{Paragraph, bytes};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn core(client: f64) -> ScriptCore {
    let core = ScriptCore::new(client, client, 0, None, Vec::new());
    core.unwrap_or_else(|_| panic!("an empty document opens"))
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn text_of(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// Edits, as JavaScript writes them, and what came of it.
fn edit(core: &mut ScriptCore, edits: &str) -> JsValue {
    core.edit(json(edits), &[], 0.0)
        .unwrap_or_else(|error| panic!("{:?}", JsValue::from(error)))
}

fn type_text(core: &mut ScriptCore, text: &str) -> JsValue {
    edit(
        core,
        &format!(r#"[{{"kind":"replace","from":0,"to":0,"insert":[{{"text":{text}}}]}}]"#),
    )
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

#[wasm_bindgen_test]
fn offsets_are_units_of_javascript_strings() {
    let mut core = core(1.0);
    type_text(&mut core, "\"a👩‍🚀é\"");
    assert_eq!(core.length(), js_sys::JsString::from(core.text()).length());
}

#[wasm_bindgen_test]
fn half_a_surrogate_pair_becomes_a_replacement_character() {
    let mut core = core(1.0);
    let change = type_text(&mut core, "\"a\\ud83d b\"");
    assert_eq!(core.text(), "a\u{fffd} b");
    assert!(text_of(&field(&change, "text")).contains('\u{fffd}'));
}

#[wasm_bindgen_test]
fn an_update_is_bytes_that_another_document_takes() {
    let mut first = core(1.0);
    let mut second = core(2.0);
    let update = field(&type_text(&mut first, "\"Rain.\""), "update");
    let bytes: Uint8Array = update.dyn_into().unwrap();
    let change = second
        .apply_update(bytes.to_vec(), true)
        .unwrap_or_else(|_| panic!("the update applies"));
    assert_eq!(
        text_of(&field(&change, "text")),
        r#"[{"from":0,"to":0,"insert":"Rain."}]"#
    );
    assert_eq!(second.text(), "Rain.");
}

#[wasm_bindgen_test]
fn what_is_missing_is_null_and_never_undefined() {
    let mut core = core(1.0);
    type_text(&mut core, "\"Rain.\"");
    assert_eq!(
        text_of(&core.paragraphs(0, 1)),
        r#"[{"element":"action","scene":null,"sceneNumber":null,"dual":false,"depth":0,"joined":false,"omitted":false,"color":null,"source":null,"length":5}]"#
    );
    assert!(core.scene_at(0).is_null());
}

#[wasm_bindgen_test]
fn an_attribute_that_is_not_named_stays_and_null_takes_it_away() {
    let mut core = core(1.0);
    type_text(&mut core, "\"INT. KITCHEN\"");
    edit(
        &mut core,
        r#"[{"kind":"element","from":0,"to":1,"element":"scene-heading"}]"#,
    );
    edit(
        &mut core,
        r#"[{"kind":"attributes","paragraph":0,"sceneNumber":"12A"}]"#,
    );
    edit(
        &mut core,
        r#"[{"kind":"attributes","paragraph":0,"joined":true}]"#,
    );
    let number = |core: &ScriptCore| text_of(&field(&core.scenes().get(0), "number"));
    assert_eq!(number(&core), r#""12A""#);
    edit(
        &mut core,
        r#"[{"kind":"attributes","paragraph":0,"sceneNumber":null}]"#,
    );
    assert_eq!(number(&core), "null");
    let color = |core: &ScriptCore| text_of(&field(&core.paragraphs(0, 1), "0"));
    edit(
        &mut core,
        r##"[{"kind":"attributes","paragraph":0,"color":"#1F6F43"}]"##,
    );
    edit(
        &mut core,
        r#"[{"kind":"attributes","paragraph":0,"omitted":true}]"#,
    );
    assert!(color(&core).contains(r##""color":"#1f6f43""##));
    edit(
        &mut core,
        r#"[{"kind":"attributes","paragraph":0,"color":null}]"#,
    );
    assert!(color(&core).contains(r#""color":null"#));
}

#[wasm_bindgen_test]
fn what_is_no_edit_and_what_is_no_update_throw_and_change_nothing() {
    let mut core = core(1.0);
    type_text(&mut core, "\"Rain.\"");
    for wrong in [
        "[{\"kind\":\"sing\"}]",
        "[{\"kind\":\"replace\",\"from\":0}]",
        "[{\"kind\":\"replace\",\"from\":0,\"to\":0.5,\"insert\":[]}]",
        "[{\"kind\":\"replace\",\"from\":-1,\"to\":0,\"insert\":[]}]",
        "[{\"kind\":\"replace\",\"from\":0,\"to\":0,\"insert\":[null]}]",
        "[{\"kind\":\"replace\",\"from\":0,\"to\":0,\"insert\":[{\"text\":7}]}]",
        "[{\"kind\":\"format\",\"from\":0,\"to\":1,\"style\":\"bold\",\"on\":1}]",
        "[{\"kind\":\"attributes\",\"paragraph\":0,\"color\":\"url(//x)\"}]",
        "[{\"kind\":\"attributes\",\"paragraph\":0,\"color\":7}]",
        "[null]",
        "[3]",
        "null",
    ] {
        assert!(core.edit(json(wrong), &[], 0.0).is_err(), "{wrong}");
    }
    for wrong in [&[1, 2, 3][..], &[255; 40], &[]] {
        assert!(
            core.apply_update(wrong.to_vec(), true).is_err(),
            "{wrong:?}"
        );
    }
    assert_eq!(core.text(), "Rain.");
}

#[wasm_bindgen_test]
fn a_long_script_comes_in_and_goes_out_as_bytes() {
    let options = scriptroom_samples::Options { seed: 7, pages: 60 };
    let script = scriptroom_samples::generate(&options);
    let mut first = core(1.0);
    assert!(first.import(&bytes::encode_script(&script)).is_ok());
    let mut second = core(2.0);
    assert!(second.apply_update(first.encode_state(), true).is_ok());
    assert_eq!(first.text(), second.text());
    let plain = bytes::decode_script(&second.plain_script()).unwrap();
    assert_eq!(plain.paragraphs.len(), script.paragraphs.len());
    let texts =
        |paragraphs: &[Paragraph]| paragraphs.iter().map(Paragraph::text).collect::<Vec<_>>();
    assert_eq!(texts(&plain.paragraphs), texts(&script.paragraphs));
    let part = bytes::decode(&second.plain_paragraphs(3, 5)).unwrap();
    assert_eq!(part, plain.paragraphs[3..5]);
    assert!(first.import(&[9, 9]).is_err());
}
