//! The handle that JavaScript holds: one document, its comments and its connection.
//!
//! Calls come from `pkg/src/document.ts`, which wraps each of them: a trap in one of them leaves this instance of the
//! module useless, and the handle is made anew from the store.

mod comments;
mod entries;

use js_sys::{Array, Uint8Array};
use scriptroom_paragraphs::{Attributes, bytes};
use scriptroom_room::wire::Message;
use scriptroom_script::{Options, SceneId, Script, Selection, Side};
use wasm_bindgen::prelude::*;

use crate::comments::Comments;
use crate::edits;
use crate::objects::{self, array, effect, number};
use crate::session::{Effect, Input, Replica, Session};

impl Replica for Script {
    fn state_vector(&self) -> Vec<u8> {
        Script::state_vector(self)
    }

    fn diff(&self, state_vector: &[u8]) -> Option<Vec<u8>> {
        self.encode_diff(state_vector).ok()
    }

    fn has_pending(&self) -> bool {
        Script::has_pending(self)
    }
}

/// One document and its connection.
#[wasm_bindgen]
pub struct ScriptCore {
    script: Script,
    session: Session,
    /// The comments, when they are open.
    comments: Option<Comments>,
    /// Whether the connection is one that carries them.
    carries_comments: bool,
}

#[wasm_bindgen]
impl ScriptCore {
    /// A document with what `updates` (Uint8Arrays, in causal order) make together. `unsaved` edits of theirs are not
    /// at the relay; the others are in its log `epoch`. `client_id` and `seed` are whole numbers below 2^53, and new
    /// with each opening.
    #[wasm_bindgen(constructor)]
    pub fn new(
        client_id: f64,
        seed: f64,
        unsaved: u32,
        epoch: Option<String>,
        updates: Vec<Uint8Array>,
    ) -> Result<ScriptCore, JsError> {
        console_error_panic_hook::set_once();
        let options = options(client_id, seed);
        Ok(ScriptCore {
            script: Script::load_each(options, each(&updates))?,
            session: Session::new(u64::from(unsaved), epoch),
            comments: None,
            carries_comments: false,
        })
    }

    /// Becomes the document that `updates` make, as another client: it has started over (see `crates/branch`).
    #[wasm_bindgen(js_name = takeUp)]
    pub fn take_up(
        &mut self,
        updates: Vec<Uint8Array>,
        client_id: f64,
        seed: f64,
    ) -> Result<(), JsError> {
        self.script = Script::load_each(options(client_id, seed), each(&updates))?;
        self.session.handle(Input::StartedOver, &self.script);
        Ok(())
    }

    /// What the relay takes in one batch.
    #[wasm_bindgen(getter, js_name = maxBatchBytes)]
    pub fn max_batch_bytes(&self) -> f64 {
        number(self.session.max_batch_bytes())
    }

    /// The length of the text.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> u32 {
        self.script.len_utf16()
    }

    /// How many paragraphs there are.
    #[wasm_bindgen(getter, js_name = paragraphCount)]
    pub fn paragraph_count(&self) -> u32 {
        small(self.script.paragraph_count())
    }

    /// The text.
    pub fn text(&self) -> String {
        self.script.text()
    }

    /// A part of the text.
    pub fn slice(&self, from: u32, to: u32) -> String {
        self.script.slice(from..to)
    }

    /// What the paragraphs `from..to` are.
    pub fn paragraphs(&self, from: u32, to: u32) -> Array {
        let to = (to as usize).min(self.script.paragraph_count());
        array(from as usize..to, |index| {
            objects::paragraph_info(&self.script.paragraph(index))
        })
    }

    /// The paragraphs `from..to` with their texts as bytes, for the pages.
    #[wasm_bindgen(js_name = plainParagraphs)]
    pub fn plain_paragraphs(&self, from: u32, to: u32) -> Vec<u8> {
        bytes::encode(&self.script.paragraphs(from as usize..to as usize))
    }

    /// The whole script as bytes, for a file.
    #[wasm_bindgen(js_name = plainScript)]
    pub fn plain_script(&self) -> Vec<u8> {
        bytes::encode_script(&self.script.to_plain())
    }

    /// The index of the paragraph at an offset.
    #[wasm_bindgen(js_name = paragraphAt)]
    pub fn paragraph_at(&self, offset: u32) -> u32 {
        small(self.script.paragraph_at(offset))
    }

    /// The offset at which a paragraph starts.
    #[wasm_bindgen(js_name = paragraphStart)]
    pub fn paragraph_start(&self, index: u32) -> Result<u32, JsError> {
        let count = self.script.paragraph_count();
        if index as usize >= count {
            let message = format!("expected the index of a paragraph, got {index} of {count}");
            return Err(JsError::new(&message));
        }
        Ok(self.script.paragraph_start(index as usize))
    }

    /// The styled ranges of a part of the text.
    pub fn runs(&self, from: u32, to: u32) -> Array {
        objects::styled_ranges(from, &self.script.runs(from..to))
    }

    /// Makes edits as one transaction. `selected` is nothing, or anchor and head before and after.
    pub fn edit(
        &mut self,
        edits: JsValue,
        selected: &[u32],
        now_ms: f64,
    ) -> Result<JsValue, JsError> {
        let edits = edits::edits(edits, |paragraph| self.attributes(paragraph))?;
        let now_ms = whole(now_ms);
        let change = match *selected {
            [anchor, head, anchor_after, head_after] => self.script.edit_selected(
                &edits,
                Selection { anchor, head },
                Selection {
                    anchor: anchor_after,
                    head: head_after,
                },
                now_ms,
            )?,
            _ => self.script.edit(&edits, now_ms)?,
        };
        Ok(objects::change(&change))
    }

    /// Takes back the last step; null when there is none.
    pub fn undo(&mut self) -> JsValue {
        self.note_places();
        let change = self.script.undo();
        change.map_or(JsValue::NULL, |change| objects::change(&change))
    }

    /// Makes the last undone step again; null when there is none.
    pub fn redo(&mut self) -> JsValue {
        self.note_places();
        let change = self.script.redo();
        change.map_or(JsValue::NULL, |change| objects::change(&change))
    }

    /// Whether there is a step to take back.
    #[wasm_bindgen(getter, js_name = canUndo)]
    pub fn can_undo(&self) -> bool {
        self.script.can_undo()
    }

    /// Whether there is a step to make again.
    #[wasm_bindgen(getter, js_name = canRedo)]
    pub fn can_redo(&self) -> bool {
        self.script.can_redo()
    }

    /// Ends the step.
    #[wasm_bindgen(js_name = closeUndoGroup)]
    pub fn close_undo_group(&mut self) {
        self.script.close_undo_group();
    }

    /// Puts a scene before another, or at the end.
    #[wasm_bindgen(js_name = moveScene)]
    pub fn move_scene(
        &mut self,
        scene: &str,
        before: Option<String>,
        now_ms: f64,
    ) -> Result<JsValue, JsError> {
        let scene = SceneId::new(scene);
        let before = before.map(SceneId::new);
        self.note_places();
        let moved = self
            .script
            .move_scene(&scene, before.as_ref(), whole(now_ms))?;
        Ok(objects::change(&moved))
    }

    /// All scenes in order.
    pub fn scenes(&self) -> Array {
        array(&self.script.scenes(), objects::scene)
    }

    /// One scene; null where there is none of that id.
    pub fn scene(&self, id: &str) -> JsValue {
        optional_scene(self.script.scene(&SceneId::new(id)))
    }

    /// The scene at an offset; null before the first.
    #[wasm_bindgen(js_name = sceneAt)]
    pub fn scene_at(&self, offset: u32) -> JsValue {
        optional_scene(self.script.scene_at(offset))
    }

    /// The title page.
    #[wasm_bindgen(js_name = titlePage)]
    pub fn title_page(&self) -> Array {
        array(&self.script.title_page(), objects::title_entry)
    }

    /// Sets the title page.
    #[wasm_bindgen(js_name = setTitlePage)]
    pub fn set_title_page(&mut self, entries: JsValue) -> Result<JsValue, JsError> {
        let change = self.script.set_title_page(&edits::title_page(entries)?);
        Ok(objects::change(&change))
    }

    /// Adds a script, as bytes, behind the end: the changes, strip by strip.
    pub fn import(&mut self, script: &[u8]) -> Result<Array, JsError> {
        let script = bytes::decode_script(script)?;
        let changes = self.script.import(&script);
        Ok(array(&changes, objects::change))
    }

    /// Applies an update of somebody else.
    #[wasm_bindgen(js_name = applyUpdate)]
    pub fn apply_update(&mut self, update: Vec<u8>, writes: bool) -> Result<JsValue, JsError> {
        let change = self.script.apply_given(update, writes)?;
        Ok(objects::change(&change))
    }

    /// The whole document as one update.
    #[wasm_bindgen(js_name = encodeState)]
    pub fn encode_state(&self) -> Vec<u8> {
        self.script.encode_state()
    }

    /// What the document has.
    #[wasm_bindgen(js_name = stateVector)]
    pub fn state_vector(&self) -> Vec<u8> {
        self.script.state_vector()
    }

    /// Whether something that came in waits for something that did not.
    #[wasm_bindgen(getter, js_name = hasPending)]
    pub fn has_pending(&self) -> bool {
        self.script.has_pending()
    }

    /// A position that sticks to the text before (`after: false`) or after it.
    pub fn position(&self, offset: u32, after: bool) -> Vec<u8> {
        let side = if after { Side::After } else { Side::Before };
        self.script.position(offset, side)
    }

    /// Where a position is now.
    pub fn resolve(&self, position: &[u8]) -> Option<u32> {
        self.script.resolve(position)
    }

    /// See [`Input::Connected`]; `comments`: the connection carries those, too.
    pub fn connected(&mut self, ours: bool, comments: bool) -> Array {
        self.carries_comments = comments;
        self.handle(Input::Connected { ours })
    }

    /// See [`Input::Frame`].
    pub fn frame(&mut self, frame: &[u8]) -> Array {
        match (Message::decode(frame), &mut self.comments) {
            (Ok(Message::Threads(inner)), Some(comments)) => of_threads(comments.frame(inner)),
            (Ok(Message::Hello { .. }), Some(comments)) if self.carries_comments => {
                let greeted = of_threads(comments.greeted(frame));
                self.handle(Input::Frame(frame)).concat(&greeted)
            }
            _ => self.handle(Input::Frame(frame)),
        }
    }

    /// See [`Input::Disconnected`].
    pub fn disconnected(&mut self, code: u16, reason: &str) -> Array {
        let input = Input::Disconnected { code, reason };
        let comments = self.comments.as_mut();
        let left = comments.map_or_else(Array::new, |comments| of_threads(comments.handle(input)));
        self.handle(input).concat(&left)
    }

    /// See [`Input::Edited`].
    pub fn edited(&mut self, update: &[u8]) -> Array {
        self.handle(Input::Edited(update))
    }

    /// See [`Input::Applied`].
    pub fn applied(&mut self) -> Array {
        self.handle(Input::Applied)
    }

    /// See [`Input::Unfit`].
    pub fn unfit(&mut self, reason: &str) -> Array {
        self.handle(Input::Unfit(reason))
    }

    /// See [`Input::Waited`].
    pub fn waited(&mut self) -> Array {
        self.handle(Input::Waited)
    }

    /// See [`Input::Renew`].
    pub fn renew(&mut self, token: &str) -> Array {
        self.handle(Input::Renew(token))
    }

    /// See [`Input::Present`].
    pub fn present(&mut self, client: f64, state: Option<String>) -> Array {
        self.handle(Input::Present {
            client: whole(client),
            state: state.as_deref(),
        })
    }

    /// How many edits the relay has not said to have stored.
    #[wasm_bindgen(getter)]
    pub fn unsaved(&self) -> f64 {
        number(self.session.unsaved())
    }

    /// Whether document and relay have the same.
    #[wasm_bindgen(getter, js_name = isSynced)]
    pub fn is_synced(&self) -> bool {
        self.session.is_synced()
    }

    /// The others' states: `[client, json, client, json, …]`.
    pub fn peers(&self) -> Array {
        let peers = self.session.peers();
        let pairs = peers.flat_map(|peer| {
            [
                JsValue::from_f64(number(peer.client)),
                JsValue::from_str(&peer.state),
            ]
        });
        pairs.collect()
    }

    /// Traps, as a defect in here would: for the tests of what happens then.
    #[wasm_bindgen(js_name = trapForTests)]
    pub fn trap_for_tests(&self) {
        panic!("a trap for a test");
    }
}

impl ScriptCore {
    fn note_places(&mut self) {
        if let Some(comments) = &mut self.comments {
            comments.note_places(&self.script);
        }
    }

    fn attributes(&self, paragraph: u32) -> Attributes {
        let paragraph = paragraph as usize;
        let mut paragraphs = self.script.paragraphs(paragraph..paragraph + 1);
        paragraphs.pop().unwrap_or_default().attributes
    }

    fn handle(&mut self, input: Input<'_>) -> Array {
        let effects = self.session.handle(input, &self.script);
        effects.into_iter().map(effect).collect()
    }
}

/// Effects that are about the comments.
fn of_threads(effects: Vec<Effect>) -> Array {
    array(effects, |one| {
        Array::of2(&"threads".into(), &effect(one)).into()
    })
}

fn optional_scene(scene: Option<scriptroom_script::Scene>) -> JsValue {
    scene.map_or(JsValue::NULL, |scene| objects::scene(&scene))
}

fn options(client_id: f64, seed: f64) -> Options {
    Options {
        client_id: whole(client_id),
        seed: whole(seed),
    }
}

fn bytes_of(updates: &[Uint8Array]) -> Vec<Vec<u8>> {
    each(updates).collect()
}

/// One after the other, for who lets go of each.
fn each(updates: &[Uint8Array]) -> impl Iterator<Item = Vec<u8>> {
    updates.iter().map(Uint8Array::to_vec)
}

/// A whole number from JavaScript; what is no such number becomes one that is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and the mask keeps to 53 bits"
)]
fn whole(number: f64) -> u64 {
    number as u64 & ((1 << 53) - 1)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).expect("a script has fewer than 2^32 paragraphs")
}
