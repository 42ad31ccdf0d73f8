//! What real clients write: scripts that are edited at random, and documents of yrs with types that no script has.

use fastrand::Rng;
use scriptroom_paragraphs::ElementType;
use scriptroom_samples::{Options as SampleOptions, generate};
use scriptroom_script::{Edit, InsertedLine, Options, Script};
use yrs::types::Attrs;
use yrs::types::text::TextPrelim;
use yrs::updates::decoder::Decode;
use yrs::{
    Any, Array, ArrayPrelim, Doc, GetString, Map, MapPrelim, OffsetKind, ReadTxn, StateVector,
    Text, Transact, TransactionMut, WriteTxn, XmlElementPrelim, XmlFragment, XmlTextPrelim,
};

/// The updates of a few replicas that write at once and hear of each other, in an order in which a relay could store them.
pub fn updates(dice: &mut Rng) -> Vec<Vec<u8>> {
    match dice.u8(0..3) {
        0 => of_scripts(dice),
        _ => of_documents(dice),
    }
}

/// Two writers of one script.
fn of_scripts(dice: &mut Rng) -> Vec<Vec<u8>> {
    let mut writers = [1u64, 1 << 40].map(|client| {
        Script::new(Options {
            client_id: client + dice.u64(0..9),
            seed: dice.u64(..),
        })
    });
    let mut updates = Vec::new();
    if dice.bool() {
        let sample = generate(&SampleOptions {
            seed: dice.u64(0..50),
            pages: 1,
        });
        updates.extend(
            writers[0]
                .import(&sample)
                .into_iter()
                .filter_map(|change| change.update),
        );
    }
    for update in updates.clone() {
        writers[1].apply_update(&update).expect("it was just made");
    }
    for step in 0..dice.u64(1..24) {
        let one = dice.usize(0..2);
        let update = write(&mut writers[one], step * 700, dice);
        if dice.bool() {
            let theirs = writers[one].encode_state();
            writers[1 - one]
                .apply_update(&theirs)
                .expect("it was just made");
        }
        updates.extend(update);
    }
    updates.extend(writers.iter().map(Script::encode_state));
    updates
}

fn write(script: &mut Script, now_ms: u64, dice: &mut Rng) -> Option<Vec<u8>> {
    let len = u32::try_from(script.text().encode_utf16().count()).expect("a short script");
    let from = dice.u32(0..=len);
    let to = (from + dice.u32(0..4)).min(len);
    let types = [
        ElementType::SceneHeading,
        ElementType::Character,
        ElementType::Dialogue,
    ];
    let change = match dice.u8(0..8) {
        0..4 => script.edit(
            &[Edit::text(
                from,
                from,
                ["a", "é", "😀", "two words"][dice.usize(0..4)],
            )],
            now_ms,
        ),
        4 => script.edit(&[Edit::text(from, to, "")], now_ms),
        5 | 6 => {
            let insert = vec![
                InsertedLine::new(""),
                InsertedLine::of(types[dice.usize(0..3)], "new"),
            ];
            script.edit(&[Edit::Replace { from, to, insert }], now_ms)
        }
        _ => return script.undo().and_then(|change| change.update),
    };
    change.expect("the edit fits the script").update
}

/// Three replicas of a document with a type of every kind.
fn of_documents(dice: &mut Rng) -> Vec<Vec<u8>> {
    let replicas: Vec<Doc> = [3, 1 << 33, (1 << 53) - 1]
        .map(|client| {
            let mut options = yrs::Options::with_client_id(yrs::block::ClientID::new(client));
            options.offset_kind = OffsetKind::Utf16;
            options.skip_gc = dice.bool();
            Doc::with_options(options)
        })
        .into();
    let mut updates = Vec::new();
    for _ in 0..dice.usize(1..24) {
        let doc = &replicas[dice.usize(0..replicas.len())];
        let mut transaction = doc.transact_mut();
        for _ in 0..dice.usize(1..3) {
            step(&mut transaction, dice);
        }
        updates.push(transaction.encode_update_v1());
        drop(transaction);
        if dice.bool() {
            hear(&replicas[dice.usize(0..replicas.len())], doc);
        }
    }
    let whole = |doc: &Doc| {
        doc.transact()
            .encode_state_as_update_v1(&StateVector::default())
    };
    updates.extend(replicas.iter().map(whole));
    updates
}

/// What `from` knows comes to `to`.
fn hear(to: &Doc, from: &Doc) {
    if to.client_id() == from.client_id() {
        return;
    }
    let known = to.transact().state_vector();
    let news = from.transact().encode_state_as_update_v1(&known);
    let news = yrs::Update::decode_v1(&news).expect("yrs wrote it");
    to.transact_mut().apply_update(news).expect("yrs wrote it");
}

fn step(transaction: &mut TransactionMut<'_>, dice: &mut Rng) {
    match dice.u8(0..10) {
        0..4 => write_text(transaction, dice),
        4 => {
            let array = transaction.get_or_insert_array("array");
            let at = dice.u32(0..=array.len(transaction));
            array.insert(transaction, at, value(dice, 3));
        }
        5 => {
            let array = transaction.get_or_insert_array("array");
            let at = dice.u32(0..=array.len(transaction));
            array.insert(transaction, at, ArrayPrelim::from([1, 2]));
        }
        6 => {
            let map = transaction.get_or_insert_map("map");
            let inner = map.insert(
                transaction,
                ["a", "b"][dice.usize(0..2)],
                MapPrelim::default(),
            );
            inner.insert(transaction, "text", TextPrelim::new("inside"));
        }
        7 => {
            let map = transaction.get_or_insert_map("map");
            map.insert(transaction, ["a", "b"][dice.usize(0..2)], value(dice, 3));
        }
        8 => {
            let map = transaction.get_or_insert_map("map");
            map.remove(transaction, ["a", "b"][dice.usize(0..2)]);
        }
        _ => {
            let xml = transaction.get_or_insert_xml_fragment("xml");
            let element = xml.insert(transaction, 0, XmlElementPrelim::empty("scene"));
            element.insert(transaction, 0, XmlTextPrelim::new("words"));
        }
    }
}

fn write_text(transaction: &mut TransactionMut<'_>, dice: &mut Rng) {
    let text = transaction.get_or_insert_text("text");
    // Not into the middle of a surrogate pair, as no editor does.
    let written = text.get_string(transaction);
    let ends: Vec<u32> = std::iter::once(0)
        .chain(written.chars().scan(0, |at, char| {
            *at += char.len_utf16() as u32;
            Some(*at)
        }))
        .collect();
    let from = dice.usize(0..ends.len());
    let to = (from + dice.usize(0..4)).min(ends.len() - 1);
    let (from, to) = (ends[from], ends[to]);
    match dice.u8(0..6) {
        0..3 => text.insert(
            transaction,
            from,
            ["a", "é", "😀", "words"][dice.usize(0..4)],
        ),
        3 if to > from => text.remove_range(transaction, from, to - from),
        4 if to > from => {
            let value = if dice.bool() {
                Any::Null
            } else {
                Any::from(true)
            };
            text.format(
                transaction,
                from,
                to - from,
                Attrs::from([("bold".into(), value)]),
            );
        }
        _ => text.insert_with_attributes(
            transaction,
            from,
            "b",
            Attrs::from([("italic".into(), value(dice, 1))]),
        ),
    }
}

fn value(dice: &mut Rng, depth: usize) -> Any {
    match dice.u8(0..if depth == 0 { 7 } else { 9 }) {
        0 => Any::Null,
        1 => Any::Undefined,
        2 => Any::from(dice.bool()),
        3 => Any::from(f64::from(dice.i32(..)) / 8.0),
        4 => Any::from(dice.i64(..)),
        5 => Any::from("a word"),
        6 => Any::Buffer(vec![dice.u8(..); 3].into()),
        7 => Any::from(vec![value(dice, depth - 1)]),
        _ => Any::from(std::collections::HashMap::from([(
            "k".to_owned(),
            value(dice, depth - 1),
        )])),
    }
}
