//! The reader: a wasm module of its own in which documents are built, instantiated for one question and thrown away.
//!
//! What a stranger's bytes do there (a panic, more memory than the module may have, a stack that overflows) ends that
//! instance and nothing else: `crates/reader`.

use js_sys::{Function, Reflect, Uint8Array};
use scriptroom_room::varint::write_buffer;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use worker::wasm_bindgen::{JsCast, JsValue};

use crate::metrics;

/// The function in the global object that asks a new instance: `worker/entry.js` sets it.
const READER: &str = "scriptroomReader";
/// No larger request is even begun: it bounds the time that one question takes.
const MAX_REQUEST_BYTES: usize = 16 << 20;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The script is larger than the reader takes.
    TooLarge,
    /// The instance ended itself.
    Trapped(String),
    /// The reader says no.
    Refused { code: String, message: String },
}

#[derive(Deserialize)]
struct Told {
    code: String,
    message: String,
}

/// What is asked: `crates/reader/src/request.rs` has the other end.
pub(crate) struct Question(Json);

impl Question {
    /// Something that is only read: `content`, `scenes`, `blocks`, `fountain` or `compare`.
    pub(crate) fn read(what: &str) -> Question {
        Question(json!({ "operation": what }))
    }

    /// An update, by a client id that nobody has: `rewrite`, `import` or `restore`.
    pub(crate) fn write(what: &str, client: u64, seed: u64) -> Question {
        Question(json!({ "operation": what, "client": client, "seed": seed }))
    }

    /// The update that takes back some of the entries that follow.
    pub(crate) fn roll_back(client: u64, seed: u64, theirs: &[bool]) -> Question {
        Question(
            json!({ "operation": "rollback", "client": client, "seed": seed, "theirs": theirs }),
        )
    }
}

/// Asks a new instance of the reader. The first part is the script's state.
pub(crate) fn ask(question: &Question, parts: &[&[u8]]) -> Result<Vec<u8>, Failure> {
    let mut request = Vec::with_capacity(parts.iter().map(|part| part.len() + 5).sum());
    write_buffer(&mut request, question.0.to_string().as_bytes());
    parts
        .iter()
        .for_each(|part| write_buffer(&mut request, part));
    if request.len() > MAX_REQUEST_BYTES {
        return Err(Failure::TooLarge);
    }
    let (failed, bytes) = call(&request).map_err(|error| {
        metrics::count(|metrics| metrics.failed("reader"));
        Failure::Trapped(shown(&error))
    })?;
    if !failed {
        return Ok(bytes);
    }
    Err(match serde_json::from_slice::<Told>(&bytes) {
        Ok(Told { code, message }) => Failure::Refused { code, message },
        Err(error) => Failure::Trapped(error.to_string()),
    })
}

/// One call of a new instance, by `worker/entry.js`.
fn call(request: &[u8]) -> Result<(bool, Vec<u8>), JsValue> {
    let reader: Function = Reflect::get(&js_sys::global(), &READER.into())?.dyn_into()?;
    let answer = reader.call1(&JsValue::UNDEFINED, &Uint8Array::from(request))?;
    let trapped = Reflect::get(&answer, &"trapped".into())?;
    if !trapped.is_undefined() {
        return Err(trapped);
    }
    let failed = Reflect::get(&answer, &"failed".into())?.is_truthy();
    let bytes: Uint8Array = Reflect::get(&answer, &"bytes".into())?.dyn_into()?;
    Ok((failed, bytes.to_vec()))
}

fn shown(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}
