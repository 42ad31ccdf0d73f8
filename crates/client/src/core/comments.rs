//! The part of the handle that is about comments. Effects come back as those of the script's session do, each in a
//! `["threads", effect]`; what was said comes back as the update to keep and to offer.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{ScriptCore, bytes_of, of_threads, whole};
use crate::comments::Comments;
use crate::objects::{self, array};
use crate::session::Input;

#[wasm_bindgen]
impl ScriptCore {
    /// Opens the comments that `updates` make together, as the client `client_id`. Those among them that are in `own`, too, are
    /// not at the relay; the others are in its log `epoch`.
    #[wasm_bindgen(js_name = openThreads)]
    pub fn open_threads(
        &mut self,
        client_id: f64,
        own: Vec<Uint8Array>,
        epoch: Option<String>,
        updates: Vec<Uint8Array>,
    ) -> Result<(), JsError> {
        let (own, updates) = (bytes_of(&own), bytes_of(&updates));
        let comments = Comments::new(whole(client_id), &own, epoch, &updates)?;
        self.comments = Some(comments);
        Ok(())
    }

    /// All threads.
    pub fn threads(&self) -> Array {
        let Some(comments) = &self.comments else {
            return Array::new();
        };
        let threads = comments.list(&self.script);
        array(&threads, |shown| objects::thread(shown, comments))
    }

    /// Begins a thread on a range of the text: its id, and the update.
    #[wasm_bindgen(js_name = threadAdd)]
    pub fn thread_add(
        &mut self,
        from: u32,
        to: u32,
        text: &str,
        now_ms: f64,
    ) -> Result<Array, JsError> {
        let anchor = self.script.anchor_at(from..to);
        let quote = self.script.slice(from..to);
        let threads = self.open()?.threads();
        let (id, update) = threads.add(&anchor, &quote, text, whole(now_ms));
        Ok(Array::of2(&id.into(), &Uint8Array::from(&update[..])))
    }

    /// Says something in a thread.
    #[wasm_bindgen(js_name = threadReply)]
    pub fn thread_reply(
        &mut self,
        thread: &str,
        text: &str,
        now_ms: f64,
    ) -> Result<Option<Vec<u8>>, JsError> {
        let threads = self.open()?.threads();
        Ok(threads.reply(thread, text, whole(now_ms)))
    }

    /// Says something else in one's own comment.
    #[wasm_bindgen(js_name = threadEdit)]
    pub fn thread_edit(
        &mut self,
        thread: &str,
        comment: &str,
        text: &str,
        now_ms: f64,
    ) -> Result<Option<Vec<u8>>, JsError> {
        Ok(self.open()?.edit(thread, comment, text, whole(now_ms)))
    }

    /// Takes one's own comment away.
    #[wasm_bindgen(js_name = threadRemove)]
    pub fn thread_remove(
        &mut self,
        thread: &str,
        comment: &str,
    ) -> Result<Option<Vec<u8>>, JsError> {
        Ok(self.open()?.remove(thread, comment))
    }

    /// Says that a thread is done, or is not.
    #[wasm_bindgen(js_name = threadResolve)]
    pub fn thread_resolve(
        &mut self,
        thread: &str,
        resolved: bool,
    ) -> Result<Option<Vec<u8>>, JsError> {
        Ok(self.open()?.threads().resolve(thread, resolved))
    }

    /// Who the relay takes this person for, once it has said so.
    #[wasm_bindgen(js_name = threadsMe)]
    pub fn threads_me(&self) -> Option<String> {
        let comments = self.comments.as_ref();
        comments.and_then(Comments::me).map(str::to_owned)
    }

    /// What people want to be called: a `[person, name]` each, of which a person's last one counts.
    #[wasm_bindgen(js_name = threadsNames)]
    pub fn threads_names(&self) -> Array {
        let names = self.comments.as_ref().map(Comments::names);
        array(names.unwrap_or_default(), |said| {
            Array::of2(&said.person.into(), &said.name.into()).into()
        })
    }

    /// Says what this person wants to be called.
    #[wasm_bindgen(js_name = threadsSayName)]
    pub fn threads_say_name(&mut self, name: &str) -> Result<Option<Vec<u8>>, JsError> {
        Ok(self.open()?.say_name(name))
    }

    /// Anchors anew what this client has brought back or carried elsewhere: the updates.
    #[wasm_bindgen(js_name = threadsAnchorAnew)]
    pub fn threads_anchor_anew(&mut self, came: bool) -> Array {
        let comments = self.comments.as_mut();
        let updates = comments.map(|comments| comments.anchor_anew(&self.script, came));
        array(updates.unwrap_or_default(), |update| {
            Uint8Array::from(&update[..]).into()
        })
    }

    /// Applies an update of somebody else.
    #[wasm_bindgen(js_name = threadsApply)]
    pub fn threads_apply(&mut self, update: &[u8]) -> Result<Array, JsError> {
        let comments = self.open()?;
        comments.threads().apply_update(update)?;
        Ok(of_threads(comments.handle(Input::Applied)))
    }

    /// See [`Input::Edited`].
    #[wasm_bindgen(js_name = threadsEdited)]
    pub fn threads_edited(&mut self, update: &[u8]) -> Result<Array, JsError> {
        Ok(of_threads(self.open()?.handle(Input::Edited(update))))
    }

    /// See [`Input::Reoffered`].
    #[wasm_bindgen(js_name = threadsReoffered)]
    pub fn threads_reoffered(&mut self, updates: Vec<Uint8Array>) -> Result<Array, JsError> {
        let updates = bytes_of(&updates);
        Ok(of_threads(self.open()?.handle(Input::Reoffered(&updates))))
    }

    /// See [`Input::Waited`].
    #[wasm_bindgen(js_name = threadsWaited)]
    pub fn threads_waited(&mut self) -> Result<Array, JsError> {
        Ok(of_threads(self.open()?.handle(Input::Waited)))
    }

    /// Offers `unsaved` edits again with the next connection, although they were refused.
    #[wasm_bindgen(js_name = threadsAgain)]
    pub fn threads_again(&mut self, unsaved: u32) -> Result<(), JsError> {
        self.open()?.again(u64::from(unsaved));
        Ok(())
    }

    /// Starts over from what the relay has, as another client: the updates in which what it refused is said again.
    #[wasm_bindgen(js_name = threadsOver)]
    pub fn threads_over(&mut self, theirs: &[u8], client_id: f64) -> Result<Array, JsError> {
        let updates = self.open()?.start_over(theirs, whole(client_id))?;
        Ok(array(updates, |update| {
            Uint8Array::from(&update[..]).into()
        }))
    }

    /// The whole document of the comments as one update.
    #[wasm_bindgen(js_name = threadsState)]
    pub fn threads_state(&mut self) -> Result<Vec<u8>, JsError> {
        Ok(self.open()?.threads().encode_state())
    }
}

impl ScriptCore {
    fn open(&mut self) -> Result<&mut Comments, JsError> {
        let closed = || JsError::new("expected the comments to be open");
        self.comments.as_mut().ok_or_else(closed)
    }
}
