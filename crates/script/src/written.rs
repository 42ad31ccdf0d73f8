//! A keystroke as the bytes that say it: the struct or the deletion that Yjs writes for it.
//!
//! yrs encodes a transaction by copying the clocks of every client that ever wrote in the
//! document, twice, and finds a position by walking the text from its start. Of a keystroke all
//! that goes into the bytes is known before it is made, or told by the item that it became.

use yrs::block::{EmbedPrelim, ItemContent, ItemPtr, Prelim};
use yrs::branch::{Branch, BranchPtr};
use yrs::types::{Attrs, TYPE_REFS_MAP, TypeRef};
use yrs::updates::encoder::{Encode, Encoder, EncoderV1};
use yrs::{ID, IdSet, Text, TransactionMut};

use crate::keystroke::{read_byte, read_id};
use crate::schema::utf16_len;
use crate::strip::Strip;

/// What a struct's info byte is of which only the length is left.
const GONE: u8 = 0;
/// The content of kind "text" in a struct's info byte.
pub(crate) const TEXT: u8 = 4;
/// The content of kind "nested type".
const NESTED: u8 = 7;
/// The bits of the info byte that say that a struct has a left, and a right neighbour.
pub(crate) const HAS_LEFT: u8 = 0x80;
pub(crate) const HAS_RIGHT: u8 = 0x40;

/// What was inserted as one item, with the neighbours that it was given.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) first: ID,
    pub(crate) right: Option<ID>,
    item: Vec<u8>,
}

impl Written {
    /// Inserts text where yrs would, and notes the item that it becomes.
    pub(crate) fn insert(strip: &Strip, txn: &mut TransactionMut, at: u32, typed: &str) -> Written {
        let text = Content(ItemContent::String(typed.into()));
        if strip.formatted {
            // Right behind the unit before it, whose styles it takes on.
            strip.text.insert_embed(txn, at, text)
        } else {
            // Where there are no styles, to have none is to be left as it is.
            let none = Attrs::new();
            strip.text.insert_embed_with_attributes(txn, at, text, none)
        }
    }

    /// Inserts a mark that says nothing yet.
    pub(crate) fn insert_mark(strip: &Strip, txn: &mut TransactionMut, at: u32) -> Written {
        let mark = ItemContent::Type(Branch::new(TypeRef::Map));
        strip.text.insert_embed(txn, at, Content(mark))
    }

    /// The update of a transaction that wrote this, if anything, and deleted something, if
    /// anything.
    pub(crate) fn update(written: Option<&Written>, deleted: &IdSet) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        match written {
            Some(written) => {
                begin(&mut bytes, written.first);
                bytes.extend(&written.item);
            }
            None => bytes.push(0),
        }
        bytes.extend(encoded(deleted));
        bytes
    }
}

/// The update that inserts text between two units, and deletes others.
pub(crate) fn insertion(
    first: ID,
    left: ID,
    right: Option<ID>,
    typed: &str,
    gone: &[ID],
) -> Vec<u8> {
    let mut bytes = between(TEXT, first, left, right);
    write(&mut bytes, typed.len() as u64);
    bytes.extend(typed.as_bytes());
    bytes.extend(deletions(gone));
    bytes
}

/// The update that inserts a mark that says nothing yet.
pub(crate) fn mark(id: ID, left: ID, right: Option<ID>) -> Vec<u8> {
    let mut bytes = between(NESTED, id, left, right);
    bytes.extend([TYPE_REFS_MAP, 0]);
    bytes
}

/// One struct of one client between two units; its content follows.
fn between(kind: u8, first: ID, left: ID, right: Option<ID>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    begin(&mut bytes, first);
    let has_right = if right.is_some() { HAS_RIGHT } else { 0 };
    bytes.push(kind | HAS_LEFT | has_right);
    for neighbour in std::iter::once(left).chain(right) {
        write_id(&mut bytes, neighbour);
    }
    bytes
}

/// The update that deletes units.
pub(crate) fn deletion(units: &[ID]) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(deletions(units));
    bytes
}

fn deletions(units: &[ID]) -> Vec<u8> {
    let mut deleted = IdSet::new();
    for unit in units {
        deleted.insert(*unit, 1);
    }
    encoded(&deleted)
}

fn encoded(deleted: &IdSet) -> Vec<u8> {
    if deleted.is_empty() {
        return vec![0];
    }
    deleted.encode_v1()
}

/// The update that says that units are gone.
pub(crate) fn removal(first: ID, len: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24);
    begin(&mut bytes, first);
    bytes.push(GONE);
    write(&mut bytes, u64::from(len));
    bytes.push(0);
    bytes
}

/// One struct of one client, which follows.
fn begin(bytes: &mut Vec<u8>, first: ID) {
    bytes.extend([1, 1]);
    write_id(bytes, first);
}

fn write_id(bytes: &mut Vec<u8>, id: ID) {
    write(bytes, id.client.get());
    write(bytes, u64::from(id.clock));
}

/// A variable-length integer as in Yjs.
fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// What is on its way into the document.
struct Content(ItemContent);

impl Prelim for Content {
    type Return = Written;

    fn into_content(self, _: &mut TransactionMut) -> (ItemContent, Option<Self>) {
        (self.0, None)
    }

    fn integrate(self, _: &mut TransactionMut, _: BranchPtr) {}
}

impl From<Content> for EmbedPrelim<Content> {
    fn from(content: Content) -> Self {
        EmbedPrelim::Shared(content)
    }
}

impl TryFrom<ItemPtr> for Written {
    type Error = ItemPtr;

    fn try_from(item: ItemPtr) -> Result<Written, ItemPtr> {
        let mut encoder = EncoderV1::new();
        item.encode(&mut encoder);
        let bytes = encoder.to_vec();
        let right = right_of(&bytes);
        let first = *item.id();
        Ok(Written {
            first,
            right,
            item: bytes,
        })
    }
}

/// The right neighbour that an encoded item names.
fn right_of(mut item: &[u8]) -> Option<ID> {
    let info = read_byte(&mut item)?;
    if info & HAS_LEFT != 0 {
        read_id(&mut item)?;
    }
    if info & HAS_RIGHT == 0 {
        return None;
    }
    read_id(&mut item)
}

/// The ids of text that begins with this one.
pub(crate) fn ids(first: ID, text: &str) -> impl Iterator<Item = ID> {
    (0..utf16_len(text)).map(move |offset| ID::new(first.client, first.clock + offset))
}
