//! The four calls from JavaScript; see `pkg/src/branch.ts`.

use js_sys::{Array, Uint8Array};
use scriptroom_script::{Change, Options, SceneId, Script, UpdateError};
use wasm_bindgen::prelude::*;

use crate::start_over::{
    Offer, Refused, StartedOver, follow_over, kept, slices, start_over, together, written,
};

/// All that was written in a document that is made of these updates, as one.
#[wasm_bindgen(js_name = written)]
pub fn js_written(updates: Vec<Uint8Array>) -> Result<Vec<u8>, JsError> {
    console_error_panic_hook::set_once();
    Ok(written(&bytes(updates))?)
}

/// A copy to keep of what the relay refused of `mine`, all that was written in a document; whether that `waits` for what has not come.
#[wasm_bindgen(js_name = kept)]
pub fn js_kept(mine: &[u8], theirs: &[u8], seed: f64, waits: bool) -> Result<Vec<u8>, JsError> {
    let seed = whole(seed);
    Ok(kept(Refused { theirs, mine, seed }, waits)?)
}

/// Starts the document that `tab` makes, in which `mine` was written, over from `theirs`, as the client `client_id`; what was written is
/// offered `again` or left out. Returns `[complete, change, update, …]`.
#[wasm_bindgen(js_name = startOver)]
#[expect(
    clippy::too_many_arguments,
    reason = "each is another thing, and objects cost more than they say"
)]
pub fn js_start_over(
    tab: Vec<Uint8Array>,
    mine: &[u8],
    theirs: &[u8],
    seed: f64,
    client_id: f64,
    max_batch_bytes: f64,
    again: bool,
    now_ms: f64,
) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let refused = Refused {
        theirs,
        mine,
        seed: whole(seed),
    };
    let offer = offer(client_id, max_batch_bytes, again, now_ms);
    let started = start_over(&opened(tab)?, refused, offer)?;
    Ok(given(&started))
}

/// Starts the document that `tab` makes, in which `own` was written, over after another tab of this browser has: `made` is what that tab's
/// document is now, `mine` what was written in it, `seed` the one that it used.
#[wasm_bindgen(js_name = followOver)]
#[expect(
    clippy::too_many_arguments,
    reason = "each is another thing, and objects cost more than they say"
)]
pub fn js_follow_over(
    tab: Vec<Uint8Array>,
    own: &[u8],
    theirs: &[u8],
    mine: &[u8],
    seed: f64,
    made: Vec<Uint8Array>,
    client_id: f64,
    max_batch_bytes: f64,
    now_ms: f64,
) -> Result<Array, JsError> {
    console_error_panic_hook::set_once();
    let refused = Refused {
        theirs,
        mine,
        seed: whole(seed),
    };
    let made = bytes(made);
    let offer = offer(client_id, max_batch_bytes, true, now_ms);
    let started = follow_over((&opened(tab)?, own), refused, &made, offer)?;
    Ok(given(&started))
}

#[inline(never)]
fn bytes(updates: Vec<Uint8Array>) -> Vec<Vec<u8>> {
    updates.iter().map(Uint8Array::to_vec).collect()
}

fn opened(updates: Vec<Uint8Array>) -> Result<Script, UpdateError> {
    together(&slices(&bytes(updates)))
}

fn offer(client_id: f64, max_batch_bytes: f64, again: bool, now_ms: f64) -> Offer {
    Offer {
        options: Options {
            client_id: whole(client_id),
            seed: whole(client_id),
        },
        again,
        max_batch_bytes: whole(max_batch_bytes),
        now_ms: whole(now_ms),
    }
}

fn given(started: &StartedOver) -> Array {
    let given = Array::of2(&started.complete.into(), &outlined(&started.change));
    for update in &started.updates {
        given.push(&Uint8Array::from(update.as_slice()));
    }
    given
}

/// What changed, as numbers, a text and the ids of scenes: what else an editor wants to know is in the document by then.
fn outlined(change: &Change) -> Array {
    let text = change.text.first().map_or_else(Array::new, |text| {
        Array::of3(
            &text.from.into(),
            &text.to.into(),
            &text.insert.as_str().into(),
        )
    });
    let paragraphs = change.paragraphs.first().map_or_else(Array::new, |change| {
        let numbers = [change.from, change.removed, change.inserted.len()];
        numbers
            .into_iter()
            .map(|number| JsValue::from(number as u32))
            .collect()
    });
    let formats = change.formats.first().map_or_else(Array::new, |formats| {
        Array::of2(&formats.from.into(), &formats.to.into())
    });
    let scenes = &change.scenes;
    let scenes = [
        &scenes.added,
        &scenes.removed,
        &scenes.moved,
        &scenes.changed,
    ];
    let scenes: Array = scenes.into_iter().map(|list| ids(list)).collect();
    Array::of4(&text, &paragraphs, &formats, &scenes)
}

fn ids(list: &[SceneId]) -> Array {
    list.iter()
        .map(|id| JsValue::from_str(id.as_str()))
        .collect()
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
