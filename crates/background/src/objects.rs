//! Plain objects for JavaScript, made by hand: serde's way of making them is larger than all of them.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

pub(crate) fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

pub(crate) fn number(count: usize) -> JsValue {
    let count = u32::try_from(count).expect("a script has fewer than 2^32 paragraphs");
    count.into()
}
