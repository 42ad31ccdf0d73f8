//! What the dearest input costs that the check accepts, in processor time: how long a document takes what looks harmless, how long
//! a room that wakes takes to know what its log says, and what a key costs where others have filled what a room holds.

use fastrand::Rng;
use scriptroom_room::Config;
use scriptroom_room::merge::merge;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact};

use super::child::time_us;
use crate::builder::{Place, RawId, deletions, item, section, text, update};
use crate::store::Store;

const WRITER: u64 = 7;
const STRANGER: u64 = 9;

/// Something that is dear to put into a document: so many pieces of it, as a log.
type Dear = fn(u32) -> Vec<Vec<u8>>;

/// All that is known to be.
const DEAR: [(&str, Dear); 5] = [
    ("appendsAfterEveryLetter", appends),
    ("insertsFromTheStartToEveryLetter", inserts),
    ("twoWhoTypeBackwardsAtOnePlace", backwards),
    ("keysBeforeTheFirst", keys),
    ("everyOtherLetterDeleted", deleted),
];

/// Each of them, measured.
pub fn measure() -> Value {
    let dear = DEAR.map(|(name, dear)| {
        let sizes = [1_000, 2_000, 4_000].map(|pieces| taken(pieces, dear));
        (name.to_owned(), Value::from(sizes.to_vec()))
    });
    let waking = [1_000, 10_000, 100_000].map(woken).to_vec();
    let clients = [1_000, 10_000, 100_000].map(woken_to_clients).to_vec();
    let deletions = [1_000, 10_000, 100_000].map(woken_to_deletions).to_vec();
    json!({
        "documents": Value::Object(dear.into_iter().collect()),
        "wakingWithTheLogOfScatteredKeys": waking,
        "wakingWithTheLogOfScatteredDeletions": deletions,
        "wakingWithTheLogOfManyClients": clients,
        "aKeyWhereAllIsHeldThatCanBe": held(),
    })
}

/// What a room and a newcomer's document take for it.
fn taken(pieces: u32, dear: Dear) -> Value {
    let log = dear(pieces);
    let bytes: usize = log.iter().map(Vec::len).sum();
    let mut store = Store::default();
    let room_us = timed(|| log.iter().for_each(|entry| drop(store.offer("eve", entry))));
    let merged = merge(store.entries(), &Default::default()).expect("what is stored can be merged");
    let doc = Doc::new();
    let document_us = timed(|| {
        let update = yrs::Update::decode_v1(&merged).expect("yrs reads what is accepted");
        let applied = doc.transact_mut().apply_update(update);
        applied.expect("and applies it");
    });
    json!({
        "pieces": pieces,
        "bytes": bytes,
        "entriesStored": store.entries().len(),
        "roomMicroseconds": room_us,
        "documentMicroseconds": document_us,
    })
}

fn timed(run: impl FnOnce()) -> u64 {
    let started = time_us();
    run();
    time_us() - started
}

fn letters(count: u32) -> Vec<u8> {
    let words = item(Place::Root("text"), &text(&"a".repeat(count as usize)));
    update(&[section(WRITER, 0, &[words])], &[])
}

/// What somebody writes in places of their choice.
fn scattered(client: u64, count: u32, place: impl Fn(u64) -> Place<'static>) -> Vec<u8> {
    let items: Vec<Vec<u8>> = (0..u64::from(count))
        .map(|at| item(place(at), &text("b")))
        .collect();
    update(&[section(client, 0, &items)], &[])
}

/// After every letter something that says it was at the end then: each looks at all that stands behind it.
fn appends(count: u32) -> Vec<Vec<u8>> {
    let after = |at| Place::After((WRITER, at));
    vec![letters(count), scattered(STRANGER, count, after)]
}

/// At the start of a text, and said to stand before its first, its second, its third letter.
fn inserts(count: u32) -> Vec<Vec<u8>> {
    let before = |at| Place::Before((WRITER, at));
    vec![letters(count), scattered(STRANGER, count, before)]
}

/// Each of two begins at the same place and goes on before what they wrote last: one looks at all that the other wrote.
fn backwards(count: u32) -> Vec<Vec<u8>> {
    let of = |client: u64| {
        let place = move |at: u64| match at.checked_sub(1) {
            None => Place::Between((WRITER, 0), (WRITER, 1)),
            Some(last) => Place::Between((WRITER, 0), (client, last)),
        };
        scattered(client, count / 2, place)
    };
    vec![letters(2), of(STRANGER), of(STRANGER + 1)]
}

/// Values of one key, each before the others.
fn keys(count: u32) -> Vec<Vec<u8>> {
    let place = |at: u64| match at.checked_sub(1) {
        None => Place::Key("map", "k"),
        Some(last) => Place::Before((STRANGER, last)),
    };
    vec![scattered(STRANGER, count, place)]
}

/// A text of which nothing is left but every other letter.
fn deleted(count: u32) -> Vec<Vec<u8>> {
    let ranges: Vec<(u64, u64)> = (0..u64::from(count)).map(|at| (2 * at, 1)).collect();
    vec![
        letters(2 * count),
        update(&[], &[deletions(WRITER, &ranges)]),
    ]
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
    let mut last: RawId = (WRITER, 1);
    for clock in 2..keys {
        let place = match dice.bool() {
            true => Place::Between((WRITER, 0), last),
            false => Place::After((WRITER, u64::from(dice.u32(1..clock)))),
        };
        if matches!(place, Place::Between(..)) {
            last = (WRITER, u64::from(clock));
        }
        log.push(one(clock, place));
    }
    let next = one(keys, Place::Between((WRITER, 0), last));
    first_after_sleep(log, &next)
}

/// A log of deletions anywhere in a text, and the first answer to a step 1 that has deletions.
fn woken_to_deletions(count: u32) -> Value {
    let mut places: Vec<u64> = (0..u64::from(count)).map(|at| 2 * at).collect();
    Rng::with_seed(0).shuffle(&mut places);
    let one = |at: u64| update(&[], &[deletions(WRITER, &[(at, 1)])]);
    let mut log = vec![letters(2 * count)];
    log.extend(places.into_iter().map(one));
    first_after_sleep(log, &one(1))
}

/// A log of clients who typed one letter each, and the first update that comes then.
fn woken_to_clients(count: u32) -> Value {
    let one = |client: u64, place| update(&[section(client, 0, &[item(place, &text("k"))])], &[]);
    let log = (0..u64::from(count)).map(|client| one(100 + client, Place::Root("text")));
    let next = one(WRITER, Place::Between((100, 0), (101, 0)));
    first_after_sleep(log.collect(), &next)
}

fn first_after_sleep(log: Vec<Vec<u8>>, next: &[u8]) -> Value {
    let bytes: usize = log.iter().map(Vec::len).sum();
    let entries = log.len();
    let mut store = Store::of(log);
    let time_us = timed(|| store.sync(next));
    json!({"entries": entries, "bytes": bytes, "microseconds": time_us})
}

/// Somebody types where a stranger has sent pieces that build on nothing until no more are held.
fn held() -> Value {
    let mut store = Store::default();
    let most = Config::default().max_held_bytes;
    let pieces = most as u64 / 64;
    let filling_us = timed(|| {
        for client in 0..pieces {
            let second = item(Place::After((client + 100, 0)), &text("b"));
            store.sync(&update(&[section(client + 100, 1, &[second])], &[]));
        }
    });
    let key = update(
        &[section(WRITER, 0, &[item(Place::Root("text"), &text("k"))])],
        &[],
    );
    let key_us = timed(|| drop(store.offer("ada", &key)));
    json!({"piecesOffered": pieces, "piecesHeld": store.held(), "fillingMicroseconds": filling_us, "keyMicroseconds": key_us})
}
