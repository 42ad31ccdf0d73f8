//! Bytes that are changed a little: what an update becomes when a byte is another, a part is missing, twice, or somebody else's.

use fastrand::Rng;

use crate::builder::uint;

/// Bytes at which decoders do something else.
const ODD: [u8; 14] = [
    0, 1, 2, 4, 7, 8, 10, 0x20, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff,
];

/// One to four changes; `other` is what parts may be taken from.
pub fn mutated(bytes: &[u8], other: &[u8], dice: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..dice.usize(1..=4) {
        change(&mut bytes, other, dice);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Rng) {
    let at = dice.usize(0..=bytes.len());
    let part = part_of(bytes.len() - at, dice);
    match dice.u8(0..8) {
        0 | 1 if at < bytes.len() => bytes[at] = ODD[dice.usize(0..ODD.len())],
        2 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(dice.u8(1..4)).wrapping_sub(2),
        3 if at < bytes.len() => bytes[at] ^= 1 << dice.u8(0..8),
        4 => drop(bytes.drain(at..at + part)),
        5 => {
            let twice = bytes[at..at + part].to_vec();
            bytes.splice(at..at, twice);
        }
        6 => {
            let from = dice.usize(0..=other.len());
            let len = part_of(other.len() - from, dice);
            bytes.splice(at..at, other[from..from + len].iter().copied());
        }
        _ => {
            let number = 1u64 << dice.u8(0..64);
            let end = (at + part.min(4)).min(bytes.len());
            bytes.splice(at..end, uint(number.wrapping_sub(dice.u64(0..2))));
        }
    }
}

fn part_of(len: usize, dice: &mut Rng) -> usize {
    dice.usize(0..=len.min(16))
}
