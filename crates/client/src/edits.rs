//! What comes in: edits and title pages as JavaScript has them. Nothing says that they keep to the types of `pkg/src`.

use js_sys::Array;
use scriptroom_paragraphs::{Attributes, Color, Run, Styles, TitleEntry};
use scriptroom_script::{Edit, InsertedLine};
use thiserror::Error;
use wasm_bindgen::prelude::*;

/// What came from JavaScript is not what the types say.
#[derive(Debug, Error)]
pub(crate) enum DataError {
    #[error("expected {expected} as `{name}` of an edit or title page, got {got}")]
    Field {
        name: &'static str,
        expected: &'static str,
        got: String,
    },
    #[error("expected an edit with a `kind`, {0} lacks `{1}`")]
    Missing(String, &'static str),
    #[error("expected an edit of kind replace, element, format or attributes, got `{0}`")]
    Kind(String),
    #[error("{0}")]
    Element(#[from] scriptroom_paragraphs::UnknownElement),
    #[error("expected a style such as `bold`, got `{0}`")]
    Style(String),
}

#[wasm_bindgen]
extern "C" {
    /// One flat object for each of `Edit`, `InsertedLine`, `Run` and `TitleEntry`: its user knows which fields count.
    type Raw;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn from(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn to(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn insert(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn element(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn style(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn on(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn paragraph(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = sceneNumber)]
    fn scene_number(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn dual(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn depth(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn joined(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn omitted(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn color(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn text(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn styles(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn runs(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn key(this: &Raw) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn lines(this: &Raw) -> JsValue;
}

/// The edits of a list; `attributes_of` tells what a paragraph has now.
pub(crate) fn edits(
    list: JsValue,
    attributes_of: impl Fn(u32) -> Attributes,
) -> Result<Vec<Edit>, DataError> {
    let edit = |value: JsValue| edit(object(&value, "edit")?, &attributes_of);
    items(list, "edits")?.iter().map(edit).collect()
}

fn edit(raw: &Raw, attributes_of: &impl Fn(u32) -> Attributes) -> Result<Edit, DataError> {
    let kind = string(raw.kind(), "kind")?.unwrap_or_default();
    let missing = |name| DataError::Missing(kind.clone(), name);
    let from = || whole(raw.from(), "from")?.ok_or_else(|| missing("from"));
    let to = || whole(raw.to(), "to")?.ok_or_else(|| missing("to"));
    match kind.as_str() {
        "replace" => Ok(Edit::Replace {
            from: from()?,
            to: to()?,
            insert: items(raw.insert(), "insert")?
                .iter()
                .map(|value| line(object(&value, "line")?))
                .collect::<Result<_, _>>()?,
        }),
        "element" => Ok(Edit::SetElement {
            paragraphs: from()? as usize..to()? as usize,
            element: string(raw.element(), "element")?
                .ok_or_else(|| missing("element"))?
                .parse()?,
        }),
        "format" => Ok(Edit::Format {
            from: from()?,
            to: to()?,
            style: style(string(raw.style(), "style")?.ok_or_else(|| missing("style"))?)?,
            on: flag(raw.on(), "on")?.ok_or_else(|| missing("on"))?,
        }),
        "attributes" => {
            let paragraph = whole(raw.paragraph(), "paragraph")?;
            let paragraph = paragraph.ok_or_else(|| missing("paragraph"))?;
            Ok(Edit::SetAttributes {
                paragraph: paragraph as usize,
                attributes: attributes(raw, attributes_of(paragraph))?,
            })
        }
        _ => Err(DataError::Kind(kind)),
    }
}

/// What a paragraph has `now`, with those fields that are given.
fn attributes(raw: &Raw, now: Attributes) -> Result<Attributes, DataError> {
    // Nothing leaves the number and the colour, null takes them away.
    let number = raw.scene_number();
    let scene_number = if number.is_undefined() {
        now.scene_number
    } else {
        string(number, "sceneNumber")?
    };
    let given = raw.color();
    let color = if given.is_undefined() {
        now.color
    } else {
        color(given)?
    };
    let depth = whole(raw.depth(), "depth")?.map(|depth| u8::try_from(depth).unwrap_or(u8::MAX));
    Ok(Attributes {
        scene: now.scene,
        scene_number,
        dual: flag(raw.dual(), "dual")?.unwrap_or(now.dual),
        depth: depth.unwrap_or(now.depth),
        joined: flag(raw.joined(), "joined")?.unwrap_or(now.joined),
        omitted: flag(raw.omitted(), "omitted")?.unwrap_or(now.omitted),
        color,
        source: now.source,
    })
}

fn line(raw: &Raw) -> Result<InsertedLine, DataError> {
    let runs = raw.runs();
    let runs = if is_missing(&runs) {
        vec![run(raw)?]
    } else {
        items(runs, "runs")?
            .iter()
            .map(|value| run(object(&value, "run")?))
            .collect::<Result<_, _>>()?
    };
    let element = string(raw.element(), "element")?;
    Ok(InsertedLine {
        runs: runs
            .into_iter()
            .filter(|run| !run.text.is_empty())
            .collect(),
        element: element.map(|name| name.parse()).transpose()?,
        attributes: attributes(raw, Attributes::default())?,
    })
}

fn run(raw: &Raw) -> Result<Run, DataError> {
    let text = raw.text();
    let text = text
        .as_string()
        .ok_or_else(|| wrong("text", "a string", &text))?;
    let mut styles = Styles::NONE;
    let names = raw.styles();
    if !is_missing(&names) {
        for name in strings(names, "styles")? {
            styles |= style(name)?;
        }
    }
    Ok(Run { text, styles })
}

fn style(name: String) -> Result<Styles, DataError> {
    Styles::named(&name).ok_or(DataError::Style(name))
}

/// The entries of a title page.
pub(crate) fn title_page(list: JsValue) -> Result<Vec<TitleEntry>, DataError> {
    let entry = |value: JsValue| {
        let raw = object(&value, "entry")?;
        let key = raw.key();
        Ok(TitleEntry {
            key: key
                .as_string()
                .ok_or_else(|| wrong("key", "a string", &key))?,
            lines: strings(raw.lines(), "lines")?,
        })
    };
    items(list, "title page")?.iter().map(entry).collect()
}

fn is_missing(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn wrong(name: &'static str, expected: &'static str, got: &JsValue) -> DataError {
    DataError::Field {
        name,
        expected,
        got: format!("{got:?}"),
    }
}

/// A field that may be missing; `read` takes what it has to be.
fn field<T>(
    value: JsValue,
    name: &'static str,
    expected: &'static str,
    read: impl Fn(&JsValue) -> Option<T>,
) -> Result<Option<T>, DataError> {
    if is_missing(&value) {
        return Ok(None);
    }
    let read = read(&value).ok_or_else(|| wrong(name, expected, &value))?;
    Ok(Some(read))
}

fn string(value: JsValue, name: &'static str) -> Result<Option<String>, DataError> {
    field(value, name, "a string", JsValue::as_string)
}

fn color(value: JsValue) -> Result<Option<Color>, DataError> {
    field(value, "color", "a colour such as `#1f6f43`", |value| {
        value.as_string()?.parse().ok()
    })
}

fn flag(value: JsValue, name: &'static str) -> Result<Option<bool>, DataError> {
    field(value, name, "true or false", JsValue::as_bool)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "`as` saturates, and what is no whole number in range differs then"
)]
fn whole(value: JsValue, name: &'static str) -> Result<Option<u32>, DataError> {
    field(value, name, "a whole number from 0", |value| {
        let number = value.as_f64()?;
        let whole = number as u32;
        (f64::from(whole) == number).then_some(whole)
    })
}

/// Its fields can be asked for: those of `null` would throw.
fn object<'a>(value: &'a JsValue, name: &'static str) -> Result<&'a Raw, DataError> {
    if value.is_object() {
        Ok(value.unchecked_ref())
    } else {
        Err(wrong(name, "an object", value))
    }
}

fn items(value: JsValue, name: &'static str) -> Result<Array, DataError> {
    let list = value.dyn_into::<Array>();
    list.map_err(|value| wrong(name, "an array", &value))
}

fn strings(value: JsValue, name: &'static str) -> Result<Vec<String>, DataError> {
    let string = |item: JsValue| {
        item.as_string()
            .ok_or_else(|| wrong(name, "strings", &item))
    };
    items(value, name)?.iter().map(string).collect()
}
