//! The process that applies: cases come over stdin, answers go out over stdout. Whatever ends it is the answer to the case
//! that it was at.

use std::io::{Read, Write};

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};
use scriptroom_room::admission::admit;
use scriptroom_room::check::Update;
use scriptroom_room::ids;
use scriptroom_script::{Edit, InsertedLine, Options, Script};
use serde_json::Value;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Array, Doc, Map, OffsetKind, ReadTxn, StateVector, Text, Transact, WriteTxn};

use super::{Answer, content, places};
use crate::memory::{limit, peak_of};
use crate::store::Store;

/// What wasm has: a stack of one megabyte.
const STACK_BYTES: usize = 1 << 20;
/// More than any case may take by far: what wants it dies here, not the machine.
const MOST_BYTES: usize = 512 << 20;

/// Answers until there is nothing more to read.
///
/// # Errors
/// When the other end is gone in the middle of a case.
///
/// # Panics
/// As yrs does.
pub fn serve() -> Result<()> {
    let thread = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(|| {
            limit(MOST_BYTES);
            answer_all()
        })?;
    thread.join().expect("a panic ends the process")
}

fn answer_all() -> Result<()> {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    while let Some(count) = read_number(&mut input)? {
        let mut case = Vec::new();
        for _ in 0..count {
            let len = read_number(&mut input)?.unwrap_or(0);
            let mut bytes = vec![0; len as usize];
            input.read_exact(&mut bytes)?;
            case.push(bytes);
        }
        let answer = measured(&case);
        for number in [
            u64::from(answer.accepted),
            u64::from(answer.stored),
            u64::from(answer.is_compared),
            answer.time_us,
            answer.peak_bytes,
        ] {
            output.write_all(&number.to_le_bytes())?;
        }
        output.flush()?;
    }
    Ok(())
}

/// `None` at the end.
fn read_number(input: &mut impl Read) -> Result<Option<u32>> {
    let mut bytes = [0; 4];
    match input.read(&mut bytes[..1])? {
        0 => Ok(None),
        _ => {
            input.read_exact(&mut bytes[1..])?;
            Ok(Some(u32::from_le_bytes(bytes)))
        }
    }
}

fn measured(case: &[Vec<u8>]) -> Answer {
    let before = time_us();
    let ((accepted, stored, is_compared), peak) = peak_of(|| apply(case));
    Answer {
        accepted,
        stored,
        is_compared,
        time_us: time_us() - before,
        peak_bytes: peak as u64,
    }
}

pub(super) fn time_us() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as u64 * 1_000_000 + now.tv_nsec as u64 / 1_000
}

/// How many updates the check accepted, how many entries the room stored, and whether it was looked at that all read the same.
fn apply(case: &[Vec<u8>]) -> (u32, u32, bool) {
    let mut accepted = 0;
    let mut store = Store::default();
    for bytes in case {
        accepted += u32::from(Update::decode(bytes).is_ok());
        store.offer("eve", bytes);
    }
    let is_compared = together(store.entries());
    if let [_, .., last] = case {
        let mut store = Store::default();
        store.offer("eve", last);
        together(store.entries());
    }
    (accepted, store.entries().len() as u32, is_compared)
}

/// What was stored is read by a newcomer, by the reader and as one update; it is whole, and everybody reads the same. That is not looked at where somebody names
/// neighbours that nobody could have had; says whether it is.
fn together(entries: &[Vec<u8>]) -> bool {
    let is_compared = places::could_be(entries);
    let live = document();
    for bytes in entries {
        take(&live, bytes);
    }
    let reads = whole(&live);
    let other = in_another_order(entries);
    let read = whole(&other);
    assert!(
        !is_compared || reads == read,
        "whoever got it otherwise reads {read}, others {reads}"
    );
    let merged = scriptroom_room::merge::merge(entries, &Default::default())
        .expect("what is stored can be merged");
    let joined = document();
    take(&joined, &merged);
    let read = whole(&joined);
    assert!(
        !is_compared || reads == read,
        "a newcomer reads {read}, others {reads}"
    );
    use_all(&joined);
    let cut =
        scriptroom_room::merge::merge_for_join(entries, &Default::default()).expect("likewise");
    let joined = document();
    take(&joined, &cut);
    let read = whole(&joined);
    assert!(
        !is_compared || reads == read,
        "whoever joins reads {read}, others {reads}"
    );
    let options = Options {
        client_id: 1 << 50,
        seed: 1,
    };
    let mut script = Script::load(options, entries).expect("a script can be read");
    script.check();
    script.apply_update(&merged).expect("again");
    edit(&mut script);
    let mut live = Script::new(options);
    for bytes in entries {
        live.apply_update(bytes).expect("a script takes it");
        live.check();
    }
    edit(&mut live);
    is_compared
}

/// A document that takes the newest of what it can take first, as somebody does who wrote before they heard of the others.
fn in_another_order(entries: &[Vec<u8>]) -> Doc {
    let doc = document();
    let mut known = ids::StateVector::default();
    let mut left: Vec<(&[u8], Update<'_>)> = entries
        .iter()
        .map(|bytes| (&bytes[..], Update::decode(bytes).expect("it was stored")))
        .collect();
    let next = |known: &ids::StateVector, left: &[(&[u8], Update<'_>)]| {
        left.iter().rposition(|(_, update)| {
            let admitted = admit(update, known, None, None).expect("nothing is looked at");
            admitted.rest.is_none()
        })
    };
    while let Some(at) = next(&known, &left) {
        let (bytes, update) = left.remove(at);
        for section in update.sections() {
            known.advance(section.client, section.end_clock);
        }
        take(&doc, bytes);
    }
    assert!(left.is_empty(), "the first of them can always be taken");
    doc
}

/// All that can be read in a document, which lacks nothing.
fn whole(doc: &Doc) -> Value {
    assert!(
        !doc.transact().has_missing_updates(),
        "what is stored is whole"
    );
    content::read(doc)
}

/// Somebody goes on writing in a script, whatever is in it.
fn edit(script: &mut Script) {
    let len = |script: &Script| script.text().encode_utf16().count() as u32;
    for at in [0, len(script) / 2, len(script)] {
        script
            .edit(&[Edit::text(at, at, "key")], 0)
            .expect("a place in the script");
    }
    let insert = vec![InsertedLine::new("one"), InsertedLine::new("two")];
    let (from, to) = (len(script) / 3, len(script) / 2);
    script
        .edit(&[Edit::Replace { from, to, insert }], 1_000)
        .expect("likewise");
    script
        .edit(&[Edit::text(0, len(script), "")], 2_000)
        .expect("all of it");
    script.check();
    script.undo();
    script.check();
    assert!(!script.encode_state().is_empty());
}

fn document() -> Doc {
    let mut options = yrs::Options::with_client_id(yrs::block::ClientID::new(1 << 51));
    options.offset_kind = OffsetKind::Utf16;
    // As in a script: who tidies up marks between which nothing is left, before somebody else's letter comes there, sees that one otherwise.
    options.cleanup_formatting = false;
    Doc::with_options(options)
}

fn take(doc: &Doc, bytes: &[u8]) {
    let update = yrs::Update::decode_v1(bytes).expect("yrs reads what is accepted");
    doc.transact_mut()
        .apply_update(update)
        .expect("yrs applies it");
}

/// What clients do with a document: write, delete, encode, compare.
fn use_all(doc: &Doc) {
    content::read(doc);
    let mut transaction = doc.transact_mut();
    let text = transaction.get_or_insert_text("text");
    text.insert(&mut transaction, 0, "own words");
    let map = transaction.get_or_insert_map("map");
    map.insert(&mut transaction, "type", "action");
    map.remove(&mut transaction, "k");
    let array = transaction.get_or_insert_array("array");
    array.push_back(&mut transaction, 1);
    transaction.encode_update_v1();
    drop(transaction);
    let transaction = doc.transact();
    let vector = transaction.state_vector().encode_v1();
    let vector = StateVector::decode_v1(&vector).expect("yrs wrote it");
    transaction.encode_state_as_update_v1(&vector);
    let whole = transaction.encode_state_as_update_v1(&StateVector::default());
    drop(transaction);
    take(&document(), &whole);
}
