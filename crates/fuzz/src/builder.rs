//! Updates written struct by struct: what no client would send can be said here in words.
//!
//! [`update`] is made of [`section`]s and [`deletions`], a section of [`gc`], [`skip`] and [`item`]. The counts are those of the
//! parts; what claims others is put together with [`counted`].

use scriptroom_room::ids::ClientId;
use scriptroom_room::varint::{write_buffer, write_string, write_uint};

/// An id as it is written: client and clock, whatever they are.
pub type RawId = (ClientId, u64);

/// Where an item stands.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// At the beginning of a root type.
    Root(&'a str),
    /// Under a key of a root type.
    Key(&'a str, &'a str),
    /// At the beginning of the type that an item holds.
    In(RawId),
    /// Under a key of that.
    KeyIn(RawId, &'a str),
    /// After a unit.
    After(RawId),
    /// Before one.
    Before(RawId),
    /// Between two.
    Between(RawId, RawId),
}

/// What an item holds: the tag, and the bytes after it.
#[derive(Debug, Clone)]
pub struct Content(u8, Vec<u8>);

/// Text.
pub fn text(text: &str) -> Content {
    let mut bytes = Vec::new();
    write_string(&mut bytes, text);
    Content(4, bytes)
}

/// So many units whose content is gone.
pub fn deleted(len: u64) -> Content {
    Content(1, uint(len))
}

/// Bytes.
pub fn binary(content: &[u8]) -> Content {
    let mut bytes = Vec::new();
    write_buffer(&mut bytes, content);
    Content(3, bytes)
}

/// A value in a text, as JSON.
pub fn embed(json: &str) -> Content {
    Content(5, text(json).1)
}

/// A format of text, its value as JSON.
pub fn format(key: &str, json: &str) -> Content {
    let mut bytes = text(key).1;
    write_string(&mut bytes, json);
    Content(6, bytes)
}

/// A shared type: 0 array, 1 map, 2 text, 3 XML element, 4 XML fragment, 5 XML hook, 6 XML text, 7 weak link.
pub fn shared(kind: u8) -> Content {
    let mut bytes = vec![kind];
    if kind == 3 || kind == 5 {
        write_string(&mut bytes, "name");
    }
    Content(7, bytes)
}

/// Values of lib0's encoding, already encoded, one unit each.
pub fn values(values: &[Vec<u8>]) -> Content {
    Content(8, counted(values.len() as u64, values))
}

/// Any tag and any bytes.
pub fn content(tag: u8, bytes: &[u8]) -> Content {
    Content(tag, bytes.to_vec())
}

/// Collected units.
pub fn gc(len: u64) -> Vec<u8> {
    counted(0, &[uint(len)])
}

/// Units that are left out.
pub fn skip(len: u64) -> Vec<u8> {
    counted(10, &[uint(len)])
}

/// An item.
pub fn item(place: Place<'_>, content: &Content) -> Vec<u8> {
    let flags = match place {
        Place::Root(_) | Place::In(_) => 0,
        Place::Key(..) | Place::KeyIn(..) => 0x20,
        Place::After(_) => 0x80,
        Place::Before(_) => 0x40,
        Place::Between(..) => 0xc0,
    };
    let mut out = vec![flags | content.0];
    match place {
        Place::Root(name) => out.extend(named(name)),
        Place::Key(name, key) => {
            out.extend(named(name));
            write_string(&mut out, key);
        }
        Place::In(parent) => out.extend(inside(parent)),
        Place::KeyIn(parent, key) => {
            out.extend(inside(parent));
            write_string(&mut out, key);
        }
        Place::After(left) => out.extend(id(left)),
        Place::Before(right) => out.extend(id(right)),
        Place::Between(left, right) => {
            out.extend(id(left));
            out.extend(id(right));
        }
    }
    out.extend_from_slice(&content.1);
    out
}

/// The structs of a client, from a clock on.
pub fn section(client: ClientId, clock: u64, structs: &[Vec<u8>]) -> Vec<u8> {
    section_of(structs.len() as u64, client, clock, structs)
}

/// The same, claiming so many structs.
pub fn section_of(count: u64, client: ClientId, clock: u64, structs: &[Vec<u8>]) -> Vec<u8> {
    [
        uint(count),
        uint(client),
        uint(clock),
        structs.iter().flatten().copied().collect(),
    ]
    .concat()
}

/// What is deleted of a client: clocks and lengths.
pub fn deletions(client: ClientId, ranges: &[(u64, u64)]) -> Vec<u8> {
    let ranges: Vec<Vec<u8>> = ranges
        .iter()
        .map(|&(clock, len)| [uint(clock), uint(len)].concat())
        .collect();
    [uint(client), counted(ranges.len() as u64, &ranges)].concat()
}

/// An update of these sections and deletions.
pub fn update(sections: &[Vec<u8>], deletions: &[Vec<u8>]) -> Vec<u8> {
    [
        counted(sections.len() as u64, sections),
        counted(deletions.len() as u64, deletions),
    ]
    .concat()
}

/// An update of one item that stands by itself.
pub fn single(client: ClientId, place: Place<'_>, content: &Content) -> Vec<u8> {
    update(&[section(client, 0, &[item(place, content)])], &[])
}

/// A count, and what follows it, be it as many or not.
pub fn counted(count: u64, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut out = uint(count);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// An unsigned integer.
pub fn uint(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    write_uint(&mut out, value);
    out
}

fn id((client, clock): RawId) -> Vec<u8> {
    [uint(client), uint(clock)].concat()
}

fn named(name: &str) -> Vec<u8> {
    let mut out = uint(1);
    write_string(&mut out, name);
    out
}

fn inside(parent: RawId) -> Vec<u8> {
    [uint(0), id(parent)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_yrs_reads() {
        use yrs::updates::decoder::Decode;
        use yrs::{GetString, Transact};

        let hello = item(Place::Root("text"), &text("hello"));
        let there = item(Place::After((7, 4)), &text(" there"));
        let whole = update(
            &[section(7, 0, &[hello, there])],
            &[deletions(7, &[(0, 1)])],
        );
        let doc = yrs::Doc::new();
        let read = doc.get_or_insert_text("text");
        let mut transaction = doc.transact_mut();
        let decoded = yrs::Update::decode_v1(&whole).unwrap();
        transaction.apply_update(decoded).unwrap();
        assert_eq!(read.get_string(&transaction), "ello there");
    }
}
