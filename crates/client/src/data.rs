//! The plain data of `pkg/src/types.ts`, and how it is made from the document's own types and back.

use scriptroom_paragraphs::{Attributes, Run, Styles, TitleEntry};
use scriptroom_script as script;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use wasm_bindgen::JsValue;

/// What came from JavaScript is not what types.ts says.
#[derive(Debug, Error)]
pub(crate) enum DataError {
    #[error("expected an edit with a `kind`, {0} lacks `{1}`")]
    Missing(String, &'static str),
    #[error("expected an edit of kind replace, element, format or attributes, got `{0}`")]
    Kind(String),
    #[error("{0}")]
    Element(#[from] scriptroom_paragraphs::UnknownElement),
    #[error("expected a style such as `bold`, got `{0}`")]
    Style(String),
}

/// An edit as it comes: one flat object, whose `kind` says which fields count.
#[derive(Deserialize)]
pub(crate) struct RawEdit {
    kind: String,
    from: Option<u32>,
    to: Option<u32>,
    insert: Option<Vec<RawLine>>,
    element: Option<String>,
    style: Option<String>,
    on: Option<bool>,
    paragraph: Option<u32>,
    #[serde(rename = "sceneNumber", default, deserialize_with = "present")]
    scene_number: Option<Option<String>>,
    dual: Option<bool>,
    depth: Option<u8>,
    joined: Option<bool>,
}

/// Tells `null` (take it away) from a field that is not there (leave it).
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct RawLine {
    text: String,
    element: Option<String>,
    styles: Option<Vec<String>>,
}

impl RawEdit {
    /// The edit; `attributes_of` tells what a paragraph has now.
    pub(crate) fn into_edit(
        self,
        attributes_of: impl FnOnce(u32) -> Attributes,
    ) -> Result<script::Edit, DataError> {
        let kind = self.kind;
        let missing = |name| DataError::Missing(kind.clone(), name);
        let from = self.from.ok_or_else(|| missing("from"));
        let to = self.to.ok_or_else(|| missing("to"));
        match kind.as_str() {
            "replace" => Ok(script::Edit::Replace {
                from: from?,
                to: to?,
                insert: self
                    .insert
                    .ok_or_else(|| missing("insert"))?
                    .into_iter()
                    .map(RawLine::into_line)
                    .collect::<Result<_, _>>()?,
            }),
            "element" => Ok(script::Edit::SetElement {
                paragraphs: from? as usize..to? as usize,
                element: self.element.ok_or_else(|| missing("element"))?.parse()?,
            }),
            "format" => Ok(script::Edit::Format {
                from: from?,
                to: to?,
                style: style(&self.style.ok_or_else(|| missing("style"))?)?,
                on: self.on.ok_or_else(|| missing("on"))?,
            }),
            "attributes" => {
                let paragraph = self.paragraph.ok_or_else(|| missing("paragraph"))?;
                let mut attributes = attributes_of(paragraph);
                attributes.scene_number = self.scene_number.unwrap_or(attributes.scene_number);
                attributes.dual = self.dual.unwrap_or(attributes.dual);
                attributes.depth = self.depth.unwrap_or(attributes.depth);
                attributes.joined = self.joined.unwrap_or(attributes.joined);
                Ok(script::Edit::SetAttributes {
                    paragraph: paragraph as usize,
                    attributes,
                })
            }
            _ => Err(DataError::Kind(kind)),
        }
    }
}

impl RawLine {
    fn into_line(self) -> Result<script::InsertedLine, DataError> {
        let mut styles = Styles::NONE;
        for name in self.styles.unwrap_or_default() {
            styles |= style(&name)?;
        }
        let runs = if self.text.is_empty() {
            Vec::new()
        } else {
            vec![Run {
                text: self.text,
                styles,
            }]
        };
        Ok(script::InsertedLine {
            runs,
            element: self.element.map(|name| name.parse()).transpose()?,
            attributes: Attributes::default(),
        })
    }
}

fn style(name: &str) -> Result<Styles, DataError> {
    Styles::named(name).ok_or_else(|| DataError::Style(name.to_owned()))
}

/// See `Change` in types.ts, with the update beside it, which stays inside the package.
#[derive(Serialize)]
pub(crate) struct Change {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    update: JsValue,
    text: Vec<TextChange>,
    paragraphs: Vec<ParagraphsChange>,
    formats: Vec<FormatChange>,
    scenes: SceneChanges,
    selection: Option<Selection>,
}

#[derive(Serialize)]
struct Selection {
    anchor: u32,
    head: u32,
}

#[derive(Serialize)]
struct TextChange {
    from: u32,
    to: u32,
    insert: String,
}

#[derive(Serialize)]
struct ParagraphsChange {
    from: usize,
    removed: usize,
    inserted: Vec<ParagraphInfo>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParagraphInfo {
    element: &'static str,
    scene: Option<String>,
    scene_number: Option<String>,
    dual: bool,
    depth: u8,
    joined: bool,
    length: u32,
}

#[derive(Serialize)]
struct FormatChange {
    from: u32,
    to: u32,
    runs: Vec<StyledRange>,
}

#[derive(Serialize)]
pub(crate) struct StyledRange {
    from: u32,
    to: u32,
    styles: Vec<&'static str>,
}

#[derive(Serialize)]
struct SceneChanges {
    added: Vec<String>,
    removed: Vec<String>,
    moved: Vec<String>,
    changed: Vec<String>,
}

/// See `Scene` in types.ts.
#[derive(Serialize)]
pub(crate) struct Scene {
    id: String,
    heading: String,
    number: Option<String>,
    paragraph: usize,
    offset: u32,
    paragraphs: usize,
}

/// See `TitleEntry` in types.ts.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlainTitleEntry {
    key: String,
    lines: Vec<String>,
}

impl From<script::Change> for Change {
    fn from(change: script::Change) -> Change {
        let update = match &change.update {
            Some(bytes) => js_sys::Uint8Array::from(bytes.as_slice()).into(),
            None => JsValue::NULL,
        };
        Change {
            update,
            text: change.text.into_iter().map(TextChange::from).collect(),
            paragraphs: change.paragraphs.into_iter().map(Into::into).collect(),
            formats: change.formats.into_iter().map(Into::into).collect(),
            scenes: SceneChanges {
                added: ids(&change.scenes.added),
                removed: ids(&change.scenes.removed),
                moved: ids(&change.scenes.moved),
                changed: ids(&change.scenes.changed),
            },
            selection: change.selection.map(|selection| Selection {
                anchor: selection.anchor,
                head: selection.head,
            }),
        }
    }
}

fn ids(scenes: &[script::SceneId]) -> Vec<String> {
    scenes.iter().map(|id| id.as_str().to_owned()).collect()
}

impl From<script::TextChange> for TextChange {
    fn from(change: script::TextChange) -> TextChange {
        TextChange {
            from: change.from,
            to: change.to,
            insert: change.insert,
        }
    }
}

impl From<script::ParagraphsChanged> for ParagraphsChange {
    fn from(change: script::ParagraphsChanged) -> ParagraphsChange {
        ParagraphsChange {
            from: change.from,
            removed: change.removed,
            inserted: change.inserted.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<script::ParagraphInfo> for ParagraphInfo {
    fn from(info: script::ParagraphInfo) -> ParagraphInfo {
        ParagraphInfo {
            element: info.element.name(),
            scene: info.scene.map(|id| id.as_str().to_owned()),
            scene_number: info.scene_number,
            dual: info.dual,
            depth: info.depth,
            joined: info.joined,
            length: info.len,
        }
    }
}

impl From<script::FormatChange> for FormatChange {
    fn from(change: script::FormatChange) -> FormatChange {
        FormatChange {
            from: change.from,
            to: change.to,
            runs: styled_ranges(change.from, &change.runs),
        }
    }
}

/// The ranges that have styles, from the lengths of all.
pub(crate) fn styled_ranges(from: u32, runs: &[script::StyledRange]) -> Vec<StyledRange> {
    let mut ranges = Vec::new();
    let mut at = from;
    for run in runs {
        if !run.styles.is_empty() {
            ranges.push(StyledRange {
                from: at,
                to: at + run.len,
                styles: run.styles.names().collect(),
            });
        }
        at += run.len;
    }
    ranges
}

impl From<script::Scene> for Scene {
    fn from(scene: script::Scene) -> Scene {
        Scene {
            id: scene.id.as_str().to_owned(),
            heading: scene.heading,
            number: scene.number,
            paragraph: scene.paragraph,
            offset: scene.offset,
            paragraphs: scene.paragraphs,
        }
    }
}

impl From<TitleEntry> for PlainTitleEntry {
    fn from(entry: TitleEntry) -> PlainTitleEntry {
        PlainTitleEntry {
            key: entry.key,
            lines: entry.lines,
        }
    }
}

impl From<PlainTitleEntry> for TitleEntry {
    fn from(entry: PlainTitleEntry) -> TitleEntry {
        TitleEntry {
            key: entry.key,
            lines: entry.lines,
        }
    }
}
