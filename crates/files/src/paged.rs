//! A script with its pages, by what its production says.

use js_sys::Array;
use scriptroom_pages::{FlowPlace, Paginator, Production};
use scriptroom_paragraphs::{PlainScript, SettingValue, bytes};
use wasm_bindgen::prelude::*;

/// A script whose headings have the numbers that they show, and its pages.
pub(crate) struct Paged {
    pub(crate) script: PlainScript,
    pub(crate) production: Production,
    pub(crate) pages: Paginator,
}

impl Paged {
    /// Reads a script, as bytes, and what is said of it: `[name, value, …]` and `[name, from, to, number, …]`.
    pub(crate) fn read(script: &[u8], entries: &Array, places: &Array) -> Result<Paged, JsError> {
        let mut script = bytes::decode_script(script)?;
        let (entries, places) = (entries_of(entries), places_of(places));
        let production = Production::of(&script.paragraphs, &entries, &places);
        production.number_scenes(&mut script.paragraphs);
        Ok(Paged {
            pages: production.pages(&script.paragraphs),
            script,
            production,
        })
    }
}

pub(crate) fn entries_of(entries: &Array) -> Vec<(String, SettingValue)> {
    let pairs = entries.to_vec();
    let pairs = pairs.chunks(2);
    pairs
        .filter_map(|pair| Some((pair.first()?.as_string()?, setting(pair.get(1)?)?)))
        .collect()
}

pub(crate) fn places_of(places: &Array) -> Vec<FlowPlace> {
    places.to_vec().chunks(4).filter_map(place).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and an offset behind the end is at the end"
)]
fn place(parts: &[JsValue]) -> Option<FlowPlace> {
    let [name, from, to, number] = parts else {
        return None;
    };
    Some(FlowPlace {
        name: name.as_string()?,
        range: from.as_f64()? as u32..to.as_f64()? as u32,
        number: number.as_f64()? as i32,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "entries are whole numbers of 32 bits, as the client's module gives them"
)]
fn setting(value: &JsValue) -> Option<SettingValue> {
    let number = value
        .as_f64()
        .map(|number| SettingValue::Number(number as i32));
    let flag = || value.as_bool().map(SettingValue::Flag);
    let text = || value.as_string().map(SettingValue::Text);
    number.or_else(flag).or_else(text)
}
