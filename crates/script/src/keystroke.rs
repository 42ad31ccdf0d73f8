//! What a transaction is, if it is one keystroke.
//!
//! yrs finds what a transaction did to a text by walking all its items and looking each up in the
//! sets of what came and went. For the change that is by far the most frequent, one stretch of
//! text that came or went in one text, it is known without that: by the writer who made it, or
//! from the update's few bytes. Whatever is not exactly that takes the long way.

use std::sync::Arc;

use yrs::types::Delta;
use yrs::{Any, Assoc, ClientID, ID, IdSet, Out, ReadTxn, TransactionMut};

use crate::carve;
use crate::schema::{is_line_break, readable, utf16_len};
use crate::strip::Strip;
use crate::written::{HAS_LEFT, HAS_RIGHT, TEXT};

/// What one transaction does, if it is known before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keystroke {
    /// The writer here edits this text, and knows how.
    Own(ID),
    /// Someone else inserts text, of which the first unit has this id, between these two.
    Insert {
        first: ID,
        left: Option<ID>,
        right: Option<ID>,
        inserted: String,
    },
    /// Someone else deletes one unit. More than one may be a mark with its attributes.
    Remove(ID),
}

impl Keystroke {
    /// Reads an update that is nothing but one stretch of text that comes or goes.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Keystroke> {
        let input = &mut bytes;
        let keystroke = match read(input)? {
            0 => {
                let [clients, client, ranges, clock, len] = read_all(input)?;
                let first = id(client, clock)?;
                ((clients, ranges, len) == (1, 1, 1)).then_some(Keystroke::Remove(first))?
            }
            1 => {
                let [structs, client, clock] = read_all(input)?;
                let first = id(client, clock)?;
                let info = read_byte(input)?;
                let (has_left, has_right) = (info & HAS_LEFT != 0, info & HAS_RIGHT != 0);
                // Without a neighbour the parent would follow.
                if structs != 1 || info & 0x1f != TEXT || !(has_left || has_right) {
                    return None;
                }
                let mut neighbour = |there: bool| match there {
                    true => read_id(input).map(Some),
                    false => Some(None),
                };
                let (left, right) = (neighbour(has_left)?, neighbour(has_right)?);
                let len = usize::try_from(read(input)?).ok()?;
                let (text, rest) = input.split_at_checked(len)?;
                *input = rest;
                let text = std::str::from_utf8(text).ok()?;
                let inserted = match text.contains(is_line_break) {
                    true => readable(text),
                    false => text.to_owned(),
                };
                (read(input)? == 0).then_some(Keystroke::Insert {
                    first,
                    left,
                    right,
                    inserted,
                })?
            }
            _ => return None,
        };
        bytes.is_empty().then_some(keystroke)
    }

    /// Whether the transaction did this and nothing else.
    pub(crate) fn is_all_of(&self, txn: &TransactionMut, text: ID) -> bool {
        match self {
            Keystroke::Own(known) => *known == text,
            Keystroke::Insert {
                first, inserted, ..
            } => {
                txn.delete_set().is_empty()
                    && is_range(txn.insert_set(), *first, utf16_len(inserted))
            }
            Keystroke::Remove(unit) => {
                txn.insert_set().is_empty() && is_range(txn.delete_set(), *unit, 1)
            }
        }
    }

    /// Where it came or went, after the transaction; none where that cannot be told.
    pub(crate) fn offset<T: ReadTxn>(&self, txn: &T) -> Option<u32> {
        match self {
            Keystroke::Own(_) => None,
            Keystroke::Insert { first: unit, .. } | Keystroke::Remove(unit) => {
                carve::offset_of(txn, *unit, Assoc::After)
            }
        }
    }

    /// Whether it came, at `at` of the strip as that was, in between the two halves of a character (a surrogate pair): each reads as a half from then on.
    /// Where its neighbour is deleted, the unit that stands there now is looked at instead, so that this may say yes too often.
    pub(crate) fn parts<T: ReadTxn>(&self, strip: &Strip, at: u32, txn: &T) -> bool {
        let Keystroke::Insert {
            left,
            right,
            inserted,
            ..
        } = self
        else {
            return false;
        };
        let is_half = |unit: Option<ID>, half: u16| {
            let now = unit.and_then(|unit| carve::offset_of(txn, unit, Assoc::After));
            let before = now.map(|now| match now > at {
                true => now - utf16_len(inserted),
                false => now,
            });
            let there = before.and_then(|before| strip.units.get(before as usize));
            there.is_some_and(|there| there & 0xfc00 == half)
        };
        strip.paired && (is_half(*left, 0xd800) || is_half(*right, 0xdc00))
    }

    /// What it did to the text, after the transaction; none where that cannot be told.
    pub(crate) fn delta<T: ReadTxn>(self, txn: &T) -> Option<Vec<Delta>> {
        let retained = Delta::Retain(self.offset(txn)?, None);
        let change = match self {
            Keystroke::Insert { inserted, .. } => {
                let inserted: Arc<str> = inserted.into();
                Delta::Inserted(Out::Any(Any::String(inserted)), None)
            }
            _ => Delta::Deleted(1),
        };
        Some(vec![retained, change])
    }
}

fn is_range(set: &IdSet, first: ID, len: u32) -> bool {
    let mut clients = set.iter();
    let (Some((client, ranges)), None) = (clients.next(), clients.next()) else {
        return false;
    };
    let mut ranges = ranges.iter();
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return false;
    };
    *client == first.client && *range == (first.clock..first.clock + len)
}

fn id(client: u64, clock: u64) -> Option<ID> {
    let client = (client < 1 << 53).then(|| ClientID::new(client))?;
    // The end of any run of units must be a clock too.
    let clock = u32::try_from(clock).ok().filter(|clock| *clock < 1 << 30)?;
    Some(ID::new(client, clock))
}

fn read_all<const N: usize>(bytes: &mut &[u8]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = read(bytes)?;
    }
    Some(numbers)
}

/// The id of a unit.
pub(crate) fn read_id(bytes: &mut &[u8]) -> Option<ID> {
    let [client, clock] = read_all(bytes)?;
    id(client, clock)
}

pub(crate) fn read_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (&byte, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(byte)
}

/// A variable-length integer as in Yjs.
pub(crate) fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..63).step_by(7) {
        let byte = read_byte(bytes)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
