//! What the dearest input costs that the check accepts, in processor time: how long a document takes what looks harmless, and how
//! long a room that wakes takes to know where everything stands.

use fastrand::Rng;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact};

use super::child::time_us;
use crate::builder::{Place, item, section, text, update};
use crate::store::Store;

const WRITER: u64 = 7;
const STRANGER: u64 = 5;

/// Each of them, measured.
pub fn measure() -> Value {
    let appends: Vec<Value> = [500, 2_000, 8_000, 32_000].map(appended_everywhere).into();
    let waking: Vec<Value> = [1_000, 10_000, 50_000].map(woken).into();
    json!({"appendsAfterEveryLetter": appends, "wakingWithTheLogOfScatteredKeys": waking})
}

/// A text, and after every letter of it something that says it was at the end then. Each looks at all that stands behind it.
fn appended_everywhere(letters: u32) -> Value {
    let words = item(Place::Root("text"), &text(&"a".repeat(letters as usize)));
    let appended: Vec<Vec<u8>> = (0..letters)
        .map(|at| item(Place::After((WRITER, u64::from(at))), &text("b")))
        .collect();
    let bytes = update(
        &[
            section(WRITER, 0, &[words]),
            section(STRANGER, 0, &appended),
        ],
        &[],
    );
    let mut store = Store::default();
    let started = time_us();
    store.offer("eve", &bytes);
    let room_us = time_us() - started;
    let entry = store.entries().first().expect("it is accepted");
    let doc = Doc::new();
    let started = time_us();
    let decoded = yrs::Update::decode_v1(entry).expect("yrs reads what is accepted");
    let applied = doc.transact_mut().apply_update(decoded);
    applied.expect("and applies it");
    json!({"bytes": bytes.len(), "roomMicroseconds": room_us, "documentMicroseconds": time_us() - started})
}

/// A log of keys, each typed between two others anywhere, and the first update that comes when the room has slept.
fn woken(keys: u32) -> Value {
    let mut dice = Rng::with_seed(0);
    let one = |clock: u32, place| {
        update(
            &[section(WRITER, clock.into(), &[item(place, &text("k"))])],
            &[],
        )
    };
    let mut log = vec![
        one(0, Place::Root("text")),
        one(1, Place::After((WRITER, 0))),
    ];
    // Between the first and what was typed there last; or after any other.
    let mut last = 1;
    for clock in 2..keys {
        let place = match dice.bool() {
            true => Place::Between((WRITER, 0), (WRITER, last)),
            false => Place::After((WRITER, u64::from(dice.u32(1..clock)))),
        };
        if matches!(place, Place::Between(..)) {
            last = u64::from(clock);
        }
        log.push(one(clock, place));
    }
    let bytes: usize = log.iter().map(Vec::len).sum();
    let next = one(keys, Place::Between((WRITER, 0), (WRITER, last)));
    let mut store = Store::of(log);
    let started = time_us();
    store.offer("ada", &next);
    json!({"entries": keys, "bytes": bytes, "microseconds": time_us() - started})
}
