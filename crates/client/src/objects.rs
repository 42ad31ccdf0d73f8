//! What goes out: the objects of `pkg/src/document-types.ts`, `comment-types.ts` and `core.ts`, made of our own types.

use js_sys::{Array, Uint8Array};
use scriptroom_paragraphs::TitleEntry;
use scriptroom_script::{self as script, Anchored};
use wasm_bindgen::prelude::*;

use crate::comments::{Comments, Shown};
use crate::session::Effect;

/// What is made in `objects.js`.
mod made {
    use super::{Array, JsValue, wasm_bindgen};

    #[wasm_bindgen(module = "/src/objects.js")]
    extern "C" {
        pub(super) fn change(
            update: JsValue,
            text: Array,
            paragraphs: Array,
            formats: Array,
            scenes: JsValue,
            entries: Array,
            selection: JsValue,
        ) -> JsValue;
        #[wasm_bindgen(js_name = textChange)]
        pub(super) fn text_change(from: u32, to: u32, insert: &str) -> JsValue;
        #[wasm_bindgen(js_name = paragraphsChange)]
        pub(super) fn paragraphs_change(from: usize, removed: usize, inserted: Array) -> JsValue;
        #[wasm_bindgen(js_name = paragraphInfo)]
        pub(super) fn paragraph_info(
            element: &str,
            scene: Option<&str>,
            scene_number: Option<&str>,
            dual: bool,
            depth: u8,
            joined: bool,
            omitted: bool,
            color: Option<&str>,
            source: Option<u32>,
            length: u32,
        ) -> JsValue;
        #[wasm_bindgen(js_name = formatChange)]
        pub(super) fn format_change(from: u32, to: u32, runs: Array) -> JsValue;
        #[wasm_bindgen(js_name = styledRange)]
        pub(super) fn styled_range(from: u32, to: u32, styles: Array) -> JsValue;
        #[wasm_bindgen(js_name = sceneChanges)]
        pub(super) fn scene_changes(
            added: Array,
            removed: Array,
            moved: Array,
            changed: Array,
        ) -> JsValue;
        pub(super) fn selection(anchor: u32, head: u32) -> JsValue;
        pub(super) fn scene(
            id: &str,
            heading: &str,
            number: Option<&str>,
            color: Option<&str>,
            paragraph: usize,
            offset: u32,
            paragraphs: usize,
        ) -> JsValue;
        #[wasm_bindgen(js_name = titleEntry)]
        pub(super) fn title_entry(key: &str, lines: Array) -> JsValue;
        pub(super) fn comment(
            id: &str,
            author: Option<&str>,
            mine: bool,
            text: &str,
            time_ms: f64,
            edited_ms: Option<f64>,
        ) -> JsValue;
        pub(super) fn thread(
            id: &str,
            quote: &str,
            place: &str,
            from: u32,
            to: u32,
            resolved: bool,
            comments: Array,
        ) -> JsValue;
    }
}

/// An array of what becomes of each item.
pub(crate) fn array<T>(items: impl IntoIterator<Item = T>, object: impl Fn(T) -> JsValue) -> Array {
    let array = Array::new();
    for item in items {
        array.push(&object(item));
    }
    array
}

/// See `Change` in document-types.ts, with the update beside it, which stays inside the package.
pub(crate) fn change(change: &script::Change) -> JsValue {
    let update = match &change.update {
        Some(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        None => JsValue::NULL,
    };
    let selection = match change.selection {
        Some(selection) => made::selection(selection.anchor, selection.head),
        None => JsValue::NULL,
    };
    made::change(
        update,
        array(&change.text, |text| {
            made::text_change(text.from, text.to, &text.insert)
        }),
        array(&change.paragraphs, paragraphs_change),
        array(&change.formats, format_change),
        scene_changes(&change.scenes),
        array(&change.entries, |name| JsValue::from_str(name)),
        selection,
    )
}

fn paragraphs_change(change: &script::ParagraphsChanged) -> JsValue {
    let inserted = array(&change.inserted, paragraph_info);
    made::paragraphs_change(change.from, change.removed, inserted)
}

/// See `ParagraphInfo` in document-types.ts.
pub(crate) fn paragraph_info(info: &script::ParagraphInfo) -> JsValue {
    made::paragraph_info(
        info.element.name(),
        info.scene.as_ref().map(script::SceneId::as_str),
        info.scene_number.as_deref(),
        info.dual,
        info.depth,
        info.joined,
        info.omitted,
        info.color.map(|color| color.to_string()).as_deref(),
        info.source,
        info.len,
    )
}

fn format_change(change: &script::FormatChange) -> JsValue {
    let runs = styled_ranges(change.from, &change.runs);
    made::format_change(change.from, change.to, runs)
}

/// The ranges that have styles, from the lengths of all.
pub(crate) fn styled_ranges(from: u32, runs: &[script::StyledRange]) -> Array {
    let ranges = Array::new();
    let mut at = from;
    for run in runs {
        if !run.styles.is_empty() {
            let styles = array(run.styles.names(), JsValue::from_str);
            ranges.push(&made::styled_range(at, at + run.len, styles));
        }
        at += run.len;
    }
    ranges
}

fn scene_changes(scenes: &script::SceneChanges) -> JsValue {
    let ids = |ids: &[script::SceneId]| array(ids, |id| JsValue::from_str(id.as_str()));
    made::scene_changes(
        ids(&scenes.added),
        ids(&scenes.removed),
        ids(&scenes.moved),
        ids(&scenes.changed),
    )
}

/// See `Scene` in document-types.ts.
pub(crate) fn scene(scene: &script::Scene) -> JsValue {
    made::scene(
        scene.id.as_str(),
        &scene.heading,
        scene.number.as_deref(),
        scene.color.map(|color| color.to_string()).as_deref(),
        scene.paragraph,
        scene.offset,
        scene.paragraphs,
    )
}

/// See `Thread` in comment-types.ts.
pub(crate) fn thread(shown: &Shown, comments: &Comments) -> JsValue {
    let (place, at) = match &shown.anchored {
        Anchored::At(range) => ("at", range.clone()),
        Anchored::Pending => ("pending", 0..0),
        Anchored::Orphaned => ("orphaned", 0..0),
    };
    let thread = &shown.thread;
    let said = array(&thread.comments, |comment| {
        made::comment(
            &comment.id,
            comments.owner(comment.client),
            comments.is_mine(comment.client),
            &comment.text,
            number(comment.time_ms),
            comment.edited_ms.map(number),
        )
    });
    let (id, quote) = (&thread.id, &thread.quote);
    made::thread(id, quote, place, at.start, at.end, thread.resolved, said)
}

/// See `TitleEntry` in document-types.ts.
pub(crate) fn title_entry(entry: &TitleEntry) -> JsValue {
    let lines = array(&entry.lines, |line| JsValue::from_str(line));
    made::title_entry(&entry.key, lines)
}

/// An effect as `[kind, value, …]`; see `Effect` in `pkg/src/core.ts`.
pub(crate) fn effect(effect: Effect) -> JsValue {
    let bytes = |bytes: Vec<u8>| JsValue::from(Uint8Array::from(bytes.as_slice()));
    let parts = match effect {
        Effect::Send(frame) => vec!["send".into(), bytes(frame)],
        Effect::Incoming(update) => vec!["incoming".into(), bytes(update)],
        Effect::Reoffer => vec!["reoffer".into()],
        Effect::Saved => vec!["saved".into()],
        Effect::Presence => vec!["presence".into()],
        Effect::Owners => vec!["owners".into()],
        Effect::Wait(attempt) => vec!["wait".into(), attempt.into()],
        Effect::Close(code, reason) => vec!["close".into(), code.into(), reason.into()],
        Effect::Branched(reason) => vec!["branched".into(), reason.into()],
        Effect::StartOver(update) => vec!["startOver".into(), bytes(update)],
        Effect::NewLog(epoch) => vec!["newLog".into(), epoch.into()],
        Effect::Access(role, ms) => vec!["access".into(), role.name().into(), number(ms).into()],
        Effect::NotRenewed(reason) => vec!["notRenewed".into(), reason.into()],
        Effect::Refused(reason) => vec!["refused".into(), reason.into()],
    };
    parts.into_iter().collect::<Array>().into()
}

/// A whole number as JavaScript has them.
#[expect(
    clippy::cast_precision_loss,
    reason = "ids have 53 bits and counts fewer"
)]
pub(crate) fn number(whole: u64) -> f64 {
    whole as f64
}
