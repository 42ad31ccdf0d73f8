//! JSON blocks, in and out: the shape that Slate editors keep their documents in.
//!
//! ```json
//! [
//!   { "type": "scene-heading", "children": [{ "text": "INT. HOUSE" }],
//!     "metadata": { "uuid": "6f0c…", "sceneNumber": "12A" } },
//!   { "type": "dialogue", "children": [{ "text": "No" }, { "text": "!", "bold": true }] }
//! ]
//! ```
//!
//! A block is a paragraph, a child a run; the names of types and styles are those of
//! [`scriptroom_paragraphs`]. `metadata` holds the attributes: `uuid`, `sceneNumber`, `dual`,
//! `depth`, `joined`, `omitted`, `color`; what is not set is left out. A title page makes an object of the list:
//! `{ "titlePage": [{ "key": "Title", "lines": ["…"] }], "blocks": [ … ] }`; both forms are read.
//!
//! A script comes back from [`encode`] and [`decode`] as it was, without exception. What is
//! foreign in the input and does no harm is passed over and listed; what cannot be a script is
//! an error that names the block.

use std::fmt;

use scriptroom_paragraphs::{Attributes, ElementType, Paragraph, PlainScript, Styles, TitleEntry};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::text::LINE_BREAKS;

/// Blocks that were read, and what was passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The script.
    pub script: PlainScript,
    /// What was in the input and is not in the script, in its order.
    pub ignored: Vec<Ignored>,
}

/// Something in the input that the script does not keep as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Where, such as `block 3, child 0`.
    pub place: String,
    /// What, such as ``the field `color` ``.
    pub what: String,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ignored {}", self.place, self.what)
    }
}

/// Why bytes are no blocks.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Not JSON at all.
    #[error("expected JSON: {0}")]
    Json(serde_json::Error),
    /// JSON of another shape.
    #[error("{place}: expected {expected}, got {got}")]
    Shape {
        /// Where, such as `block 3, child 0`; blocks are counted from 0.
        place: String,
        /// What should be there.
        expected: &'static str,
        /// What is there.
        got: String,
    },
}

/// Reads blocks from JSON.
///
/// # Errors
///
/// Where the bytes are no JSON, or a block, child or attribute is not of its type. Nothing of the
/// input is returned then.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let value: Value = serde_json::from_slice(bytes).map_err(DecodeError::Json)?;
    let mut reader = Reader::default();
    let script = reader.script(value)?;
    Ok(Decoded {
        script,
        ignored: reader.ignored,
    })
}

/// Writes a script as JSON blocks: a list, or an object where there is a title page.
///
/// ```
/// use scriptroom_formats::blocks;
/// use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
///
/// let paragraphs = vec![Paragraph::new(ElementType::Action, "Rain.")];
/// let script = PlainScript { paragraphs, ..PlainScript::default() };
/// let json = blocks::encode(&script);
/// assert_eq!(json, "[{\"children\":[{\"text\":\"Rain.\"}],\"type\":\"action\"}]");
/// assert_eq!(blocks::decode(json.as_bytes()).unwrap().script, script);
/// ```
#[must_use]
pub fn encode(script: &PlainScript) -> String {
    let blocks: Vec<Value> = script.paragraphs.iter().map(block).collect();
    if script.title_page.is_empty() {
        return Value::Array(blocks).to_string();
    }
    let entries = script.title_page.iter();
    let title_page: Vec<Value> = entries
        .map(|entry| json!({ "key": entry.key, "lines": entry.lines }))
        .collect();
    json!({ "titlePage": title_page, "blocks": blocks }).to_string()
}

fn block(paragraph: &Paragraph) -> Value {
    let mut children: Vec<Value> = paragraph
        .runs
        .iter()
        .map(|run| {
            let mut child = Map::from_iter([("text".to_owned(), json!(run.text))]);
            child.extend(
                run.styles
                    .names()
                    .map(|name| (name.to_owned(), json!(true))),
            );
            Value::Object(child)
        })
        .collect();
    if children.is_empty() {
        // Slate wants a text in every block.
        children.push(json!({ "text": "" }));
    }
    let mut block = Map::from_iter([
        ("type".to_owned(), json!(paragraph.element.name())),
        ("children".to_owned(), Value::Array(children)),
    ]);
    let metadata = metadata(&paragraph.attributes);
    if !metadata.is_empty() {
        block.insert("metadata".to_owned(), Value::Object(metadata));
    }
    Value::Object(block)
}

fn metadata(attributes: &Attributes) -> Map<String, Value> {
    let flag = |on: bool| on.then_some(Value::Bool(true));
    [
        ("uuid", attributes.scene.as_ref().map(|scene| json!(scene))),
        (
            "sceneNumber",
            attributes.scene_number.as_ref().map(|number| json!(number)),
        ),
        ("dual", flag(attributes.dual)),
        (
            "depth",
            (attributes.depth > 0).then(|| json!(attributes.depth)),
        ),
        ("joined", flag(attributes.joined)),
        ("omitted", flag(attributes.omitted)),
        (
            "color",
            attributes.color.map(|color| json!(color.to_string())),
        ),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

/// Where in the input we are.
#[derive(Clone, Copy, Debug)]
enum Place {
    Top,
    Entry(usize),
    Block(usize),
    Child(usize, usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Top => write!(f, "the document"),
            Place::Entry(entry) => write!(f, "title page entry {entry}"),
            Place::Block(block) => write!(f, "block {block}"),
            Place::Child(block, child) => write!(f, "block {block}, child {child}"),
        }
    }
}

#[derive(Debug, Default)]
struct Reader {
    ignored: Vec<Ignored>,
}

impl Reader {
    fn ignore(&mut self, place: Place, what: String) {
        self.ignored.push(Ignored {
            place: place.to_string(),
            what,
        });
    }

    fn ignore_fields(&mut self, place: Place, rest: &Map<String, Value>) {
        for field in rest.keys() {
            self.ignore(place, format!("the field `{field}`"));
        }
    }

    fn script(&mut self, value: Value) -> Result<PlainScript, DecodeError> {
        let (title_page, blocks) = match value {
            Value::Array(blocks) => (Vec::new(), blocks),
            value => {
                let mut object = object(Place::Top, value, "a list of blocks")?;
                let entries = object.remove("titlePage").unwrap_or_else(|| json!([]));
                let blocks = object.remove("blocks").unwrap_or(Value::Null);
                self.ignore_fields(Place::Top, &object);
                (
                    array(Place::Top, entries, "a list in `titlePage`")?,
                    array(Place::Top, blocks, "a list in `blocks`")?,
                )
            }
        };
        let entries = title_page.into_iter().enumerate();
        let title_page = entries.map(|(at, value)| self.entry(Place::Entry(at), value));
        let title_page = title_page.collect::<Result<_, _>>()?;
        let mut paragraphs = Vec::with_capacity(blocks.len());
        for (at, value) in blocks.into_iter().enumerate() {
            self.block(at, value, &mut paragraphs)?;
        }
        Ok(PlainScript {
            title_page,
            paragraphs,
        })
    }

    fn entry(&mut self, place: Place, value: Value) -> Result<TitleEntry, DecodeError> {
        let mut entry = object(place, value, "an object")?;
        let key = string(
            place,
            entry.remove("key").unwrap_or(Value::Null),
            "text in `key`",
        )?;
        let lines = array(
            place,
            entry.remove("lines").unwrap_or(Value::Null),
            "a list in `lines`",
        )?;
        self.ignore_fields(place, &entry);
        let mut texts = Vec::with_capacity(lines.len());
        for line in lines {
            let line = string(place, line, "text in `lines`")?.replace("\r\n", "\n");
            texts.extend(line.split(LINE_BREAKS).map(str::to_owned));
            if line.contains(LINE_BREAKS) {
                self.ignore(place, "a line break; a new line starts there".to_owned());
            }
        }
        Ok(TitleEntry { key, lines: texts })
    }

    /// Reads a block. Line breaks in its text make more than one paragraph of it.
    fn block(
        &mut self,
        at: usize,
        value: Value,
        out: &mut Vec<Paragraph>,
    ) -> Result<(), DecodeError> {
        let place = Place::Block(at);
        let mut block = object(place, value, "an object")?;
        let name = string(
            place,
            block.remove("type").unwrap_or(Value::Null),
            "an element type in `type`",
        )?;
        let element = name.parse().unwrap_or_else(|_| {
            self.ignore(place, format!("the type `{name}`, which reads as `action`"));
            ElementType::Action
        });
        let metadata = block.remove("metadata").unwrap_or_else(|| json!({}));
        let attributes =
            self.attributes(place, object(place, metadata, "an object in `metadata`")?)?;
        let mut paragraph = Paragraph {
            element,
            attributes,
            ..Paragraph::default()
        };
        let children = block.remove("children").unwrap_or(Value::Null);
        for (child, value) in array(place, children, "a list in `children`")?
            .into_iter()
            .enumerate()
        {
            self.child(Place::Child(at, child), value, &mut paragraph, out)?;
        }
        self.ignore_fields(place, &block);
        out.push(paragraph);
        Ok(())
    }

    fn child(
        &mut self,
        place: Place,
        value: Value,
        paragraph: &mut Paragraph,
        out: &mut Vec<Paragraph>,
    ) -> Result<(), DecodeError> {
        let mut child = object(place, value, "an object")?;
        let text = string(
            place,
            child.remove("text").unwrap_or(Value::Null),
            "text in `text`",
        )?;
        let mut styles = Styles::NONE;
        for (style, name) in Styles::NAMED {
            let on = child.remove(name).unwrap_or(Value::Bool(false));
            styles = styles.with(style, boolean(place, on, "true or false in a style")?);
        }
        self.ignore_fields(place, &child);
        let text = text.replace("\r\n", "\n");
        for (line, text) in text.split(LINE_BREAKS).enumerate() {
            if line > 0 {
                self.ignore(
                    place,
                    "a line break; a new paragraph starts there".to_owned(),
                );
                let attributes = Attributes {
                    joined: true,
                    depth: paragraph.attributes.depth,
                    ..Attributes::default()
                };
                let next = Paragraph {
                    element: paragraph.element,
                    attributes,
                    ..Paragraph::default()
                };
                out.push(std::mem::replace(paragraph, next));
            }
            paragraph.push(text, styles);
        }
        Ok(())
    }

    fn attributes(
        &mut self,
        place: Place,
        mut metadata: Map<String, Value>,
    ) -> Result<Attributes, DecodeError> {
        let mut take = |key| metadata.remove(key).filter(|value| !value.is_null());
        let text = |value: Option<Value>, expected| {
            value
                .map(|value| string(place, value, expected))
                .transpose()
        };
        let flag = |value: Option<Value>, expected| {
            boolean(place, value.unwrap_or(Value::Bool(false)), expected)
        };
        let depth = take("depth").unwrap_or_else(|| json!(0));
        let color = text(take("color"), "text in `color`")?;
        let attributes = Attributes {
            scene: text(take("uuid"), "text in `uuid`")?,
            scene_number: text(take("sceneNumber"), "text in `sceneNumber`")?,
            dual: flag(take("dual"), "true or false in `dual`")?,
            depth: depth
                .as_u64()
                .and_then(|depth| u8::try_from(depth).ok())
                .ok_or_else(|| shape(place, "a number up to 255 in `depth`", &depth))?,
            joined: flag(take("joined"), "true or false in `joined`")?,
            omitted: flag(take("omitted"), "true or false in `omitted`")?,
            color: color.as_deref().and_then(|color| color.parse().ok()),
            source: None,
        };
        if let (Some(color), None) = (color, attributes.color) {
            self.ignore(place, format!("the colour `{color}`"));
        }
        self.ignore_fields(place, &metadata);
        Ok(attributes)
    }
}

fn shape(place: Place, expected: &'static str, got: &Value) -> DecodeError {
    let got = match got {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => {
            format!("the text {:?}", value.chars().take(40).collect::<String>())
        }
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    DecodeError::Shape {
        place: place.to_string(),
        expected,
        got,
    }
}

fn object(
    place: Place,
    value: Value,
    expected: &'static str,
) -> Result<Map<String, Value>, DecodeError> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(shape(place, expected, &other)),
    }
}

fn array(place: Place, value: Value, expected: &'static str) -> Result<Vec<Value>, DecodeError> {
    match value {
        Value::Array(array) => Ok(array),
        other => Err(shape(place, expected, &other)),
    }
}

fn string(place: Place, value: Value, expected: &'static str) -> Result<String, DecodeError> {
    match value {
        Value::String(string) => Ok(string),
        other => Err(shape(place, expected, &other)),
    }
}

fn boolean(place: Place, value: Value, expected: &'static str) -> Result<bool, DecodeError> {
    match value {
        Value::Bool(value) => Ok(value),
        other => Err(shape(place, expected, &other)),
    }
}
