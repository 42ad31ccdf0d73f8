//! The entries of a script: what is said of it, and of places in it, by name. What the names mean, the background module
//! knows (`crates/background/src/production.rs`).

use js_sys::Array;
use scriptroom_paragraphs::SettingValue;
use scriptroom_script::{Entry, EntryPlace};
use wasm_bindgen::prelude::*;

use super::ScriptCore;
use crate::objects;

#[wasm_bindgen]
impl ScriptCore {
    /// The entries that are values: `[name, value, name, value, …]`.
    pub fn entries(&self) -> Array {
        let pairs = self.script.entries().into_iter();
        pairs
            .flat_map(|(name, value)| [name.into(), plain(value)])
            .collect()
    }

    /// The entries that are places: `[name, from, to, number, name, …]`.
    pub fn places(&self) -> Array {
        self.script.places().into_iter().flat_map(parts).collect()
    }

    /// Where one of them is, likewise; empty where it is nowhere.
    pub fn place(&self, name: &str) -> Array {
        self.script
            .place(name)
            .into_iter()
            .flat_map(parts)
            .collect()
    }

    /// Writes entries: `[name]` takes one away, `[name, value]` sets one, `[name, from, to or null, number]` is a place.
    #[wasm_bindgen(js_name = writeEntries)]
    pub fn write_entries(&mut self, list: Array) -> Result<JsValue, JsError> {
        let entries: Option<Vec<(String, Entry)>> = list.iter().map(entry).collect();
        let entries = entries.ok_or_else(|| {
            JsError::new("expected [name], [name, value] or [name, from, to, number] of each entry")
        })?;
        Ok(objects::change(&self.script.write_entries(&entries)))
    }
}

fn plain(value: SettingValue) -> JsValue {
    match value {
        SettingValue::Number(number) => number.into(),
        SettingValue::Flag(flag) => flag.into(),
        SettingValue::Text(text) => text.into(),
    }
}

fn parts(place: EntryPlace) -> [JsValue; 4] {
    let EntryPlace {
        name,
        from,
        to,
        number,
        ..
    } = place;
    [name.into(), from.into(), to.into(), number.into()]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; offsets behind the end are at the end"
)]
fn entry(value: JsValue) -> Option<(String, Entry)> {
    let list: Array = value.dyn_into().ok()?;
    let name = list.get(0).as_string()?;
    let entry = match list.length() {
        1 => Entry::Gone,
        2 => Entry::Value(setting(&list.get(1))?),
        _ => {
            let offset = |at| list.get(at).as_f64().map(|offset| offset as u32);
            let (from, number) = (offset(1)?, list.get(3).as_f64()? as i32);
            match offset(2) {
                Some(to) => Entry::Stretch(from..to, number),
                None => Entry::Point(from, number),
            }
        }
    };
    Some((name, entry))
}

fn setting(value: &JsValue) -> Option<SettingValue> {
    if let Some(number) = value.as_f64() {
        return SettingValue::whole(number);
    }
    let flag = value.as_bool().map(SettingValue::Flag);
    flag.or_else(|| value.as_string().map(SettingValue::Text))
}
