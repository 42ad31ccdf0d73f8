//! The damage: one payload in, another out. What is known of its fields is changed one thing at a time; the rest is hit
//! blindly.

use std::ops::Range;

use fastrand::Rng;
use scriptroom_room::varint::{MAX_SAFE_INTEGER, write_string, write_uint};

use crate::fields::{self, Field, Fields, Payload, Role};

/// What a mutation may draw on.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// Payloads to take pieces of.
    pub payloads: Vec<Vec<u8>>,
    /// Client ids that others in the room use.
    pub others: Vec<u64>,
}

const NUMBERS: [Role; 5] = [
    Role::Count,
    Role::Client,
    Role::Deleted,
    Role::Clock,
    Role::Len,
];

/// Damages a payload, and says how.
pub fn mutate(
    payload: Payload,
    bytes: &[u8],
    pool: &Pool,
    dice: &mut Rng,
) -> (Vec<u8>, &'static str) {
    let Some(found) = fields::read(payload, bytes).filter(|found| !found.fields.is_empty()) else {
        return (blindly(bytes, pool, dice), "blind");
    };
    let (mut out, name) = match dice.u32(0..100) {
        0..18 => (number(bytes, &found, dice), "number"),
        18..30 => (claim(bytes, &found, pool, dice), "client or clock"),
        30..40 => (byte_field(bytes, &found, dice), "info or tag"),
        40..50 => (text(bytes, &found, dice), "text"),
        50..68 => (structs(bytes, &found, pool, dice), "structs"),
        68..76 => (crafted(payload, pool, dice), "crafted"),
        _ => (blindly(bytes, pool, dice), "blind"),
    };
    // Every fourth is hit again: two things that are wrong at once pass what looks at one of them.
    while dice.u32(0..4) == 0 {
        out = match fields::read(payload, &out).filter(|found| !found.fields.is_empty()) {
            Some(found) => number(&out, &found, dice),
            None => blindly(&out, pool, dice),
        };
    }
    (out, name)
}

/// The bytes with one stretch replaced.
pub fn replaced(bytes: &[u8], range: Range<usize>, by: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + by.len());
    out.extend_from_slice(&bytes[..range.start]);
    out.extend_from_slice(by);
    out.extend_from_slice(&bytes[range.end..]);
    out
}

/// One of the fields with these roles.
fn pick<'a>(found: &'a Fields, roles: &'a [Role], dice: &mut Rng) -> Option<&'a Field> {
    let all: Vec<&Field> = found.of(roles).collect();
    (!all.is_empty()).then(|| all[dice.usize(..all.len())])
}

fn uint_at(bytes: &[u8], range: &Range<usize>) -> u64 {
    let mut value = 0;
    for (at, byte) in bytes[range.clone()].iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * at);
    }
    value
}

fn uint(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    write_uint(&mut out, value);
    out
}

/// Numbers at which readers go wrong; also written longer than they need be, or without an end.
fn odd_number(was: u64, dice: &mut Rng) -> Vec<u8> {
    let value = match dice.u32(0..16) {
        0 => 0,
        1 => was.wrapping_add(1),
        2 => was.saturating_sub(1),
        3 => was.wrapping_mul(2),
        4 => 127 + dice.u64(0..3),
        5 => (1 << 14) - 1 + dice.u64(0..2),
        6 => (1 << 31) - 2 + dice.u64(0..3),
        7 => (1 << 32) - 1 + dice.u64(0..2),
        8 => MAX_SAFE_INTEGER - 1 + dice.u64(0..3),
        9 => u64::MAX - dice.u64(0..2),
        10 => 1 << dice.u32(0..64),
        11 => dice.u64(..),
        12 => return [vec![0x80; dice.usize(1..12)], vec![0]].concat(),
        13 => return vec![0xff; dice.usize(1..12)],
        _ => was.wrapping_add(dice.u64(0..64)),
    };
    uint(value)
}

fn number(bytes: &[u8], found: &Fields, dice: &mut Rng) -> Vec<u8> {
    match pick(found, &NUMBERS, dice) {
        Some(field) => {
            let by = odd_number(uint_at(bytes, &field.range), dice);
            replaced(bytes, field.range.clone(), &by)
        }
        None => bytes.to_vec(),
    }
}

/// Somebody else's id, or another clock of one's own. Deletions of others' words are left alone: an editor may delete,
/// and who watches the others' words would miss them.
fn claim(bytes: &[u8], found: &Fields, pool: &Pool, dice: &mut Rng) -> Vec<u8> {
    let clock = pool.others.is_empty() || dice.bool();
    let roles = [if clock { Role::Clock } else { Role::Client }];
    let Some(field) = pick(found, &roles, dice) else {
        return number(bytes, found, dice);
    };
    let value = match clock {
        true => uint_at(bytes, &field.range)
            .wrapping_add(dice.u64(0..9))
            .saturating_sub(4),
        false => pool.others[dice.usize(..pool.others.len())],
    };
    replaced(bytes, field.range.clone(), &uint(value))
}

fn byte_field(bytes: &[u8], found: &Fields, dice: &mut Rng) -> Vec<u8> {
    match pick(found, &[Role::Info, Role::Tag], dice) {
        Some(field) => {
            let was = bytes[field.range.start];
            let now = match dice.u32(0..3) {
                0 => was ^ (1 << dice.u32(0..8)),
                1 => dice.u8(..),
                _ => (was & 0xe0) | dice.u8(0..12),
            };
            replaced(bytes, field.range.clone(), &[now])
        }
        None => number(bytes, found, dice),
    }
}

/// Texts at which readers go wrong: JSON of all kinds, colours that are styles, half a pair of surrogates, no UTF-8.
fn odd_text(dice: &mut Rng) -> Vec<u8> {
    let deep = |open: &str, close: &str, depth: usize| open.repeat(depth) + &close.repeat(depth);
    match dice.u32(0..14) {
        0 => Vec::new(),
        1 => b"null".to_vec(),
        2 => b"{\"user\":{\"name\":\"x\",\"color\":\"red;background:url(//x)\"}}".to_vec(),
        3 => format!(
            "{{\"user\":{{\"name\":{:?}}}}}",
            "N".repeat(dice.usize(0..6000))
        )
        .into_bytes(),
        4 => deep("[", "]", dice.usize(1..200)).into_bytes(),
        5 => deep("{\"a\":", "}", dice.usize(1..80)).into_bytes(),
        6 => b"\"\\ud800\"".to_vec(),
        7 => vec![0xed, 0xa0, 0x80],
        8 => vec![0xc0, 0x80, 0xff],
        9 => b"{\"__proto__\":{\"a\":1},\"constructor\":null}".to_vec(),
        10 => "\u{2028}\r\n\u{0}\u{feff}".as_bytes().to_vec(),
        11 => vec![b'x'; 1 << dice.u32(0..17)],
        12 => b"1e999".to_vec(),
        _ => b"true".to_vec(),
    }
}

fn text(bytes: &[u8], found: &Fields, dice: &mut Rng) -> Vec<u8> {
    match pick(found, &[Role::Text, Role::Bytes], dice) {
        Some(field) => {
            let text = odd_text(dice);
            let mut by = uint(text.len() as u64);
            by.extend(text);
            replaced(bytes, field.range.clone(), &by)
        }
        None => number(bytes, found, dice),
    }
}

/// Whole structs (or sections, or entries) repeated, left out, in another order, or from elsewhere.
fn structs(bytes: &[u8], found: &Fields, pool: &Pool, dice: &mut Rng) -> Vec<u8> {
    let whole = match !found.sections.is_empty() && dice.u32(0..3) == 0 {
        true => &found.sections,
        false => &found.structs,
    };
    if whole.is_empty() {
        return blindly(bytes, pool, dice);
    }
    let one = whole[dice.usize(..whole.len())].clone();
    let piece = bytes[one.clone()].to_vec();
    let out = match dice.u32(0..4) {
        0 => replaced(bytes, one.clone(), &piece.repeat(dice.usize(2..40))),
        1 => replaced(bytes, one.clone(), &[]),
        2 => {
            let other = whole[dice.usize(..whole.len())].clone();
            let at = other.start.min(bytes.len());
            replaced(bytes, at..at, &piece)
        }
        _ => replaced(bytes, one.clone(), &slice_of_pool(pool, dice)),
    };
    // The count before it says so, or still says what it said.
    match found
        .of(&[Role::Count])
        .take_while(|field| field.range.end <= one.start)
        .last()
    {
        Some(field) if dice.bool() => {
            let was = uint_at(bytes, &field.range);
            replaced(
                &out,
                field.range.clone(),
                &uint(was.wrapping_add(dice.u64(0..4)).saturating_sub(1)),
            )
        }
        _ => out,
    }
}

fn slice_of_pool(pool: &Pool, dice: &mut Rng) -> Vec<u8> {
    let Some(other) = dice
        .choice(&pool.payloads)
        .filter(|other| !other.is_empty())
    else {
        return vec![dice.u8(..); dice.usize(1..9)];
    };
    let start = dice.usize(..other.len());
    other[start..dice.usize(start..=other.len())].to_vec()
}

/// Made from nothing: what no damage to a real payload comes upon soon.
fn crafted(payload: Payload, pool: &Pool, dice: &mut Rng) -> Vec<u8> {
    let mut out = Vec::new();
    match payload {
        Payload::Vector => {
            let count = 1 << dice.u32(0..13);
            write_uint(&mut out, count);
            (0..count).for_each(|_| {
                write_uint(&mut out, dice.u64(0..1 << 53));
                write_uint(&mut out, dice.u64(0..1 << 31));
            });
        }
        Payload::Awareness => {
            let count = dice.u64(1..40);
            write_uint(&mut out, count);
            for _ in 0..count {
                let other = dice.choice(&pool.others).copied();
                write_uint(&mut out, other.unwrap_or_else(|| dice.u64(0..1 << 53)));
                write_uint(&mut out, dice.u64(0..1 << 53));
                write_string(&mut out, "{\"user\":{\"color\":\"#12\"}}");
            }
        }
        Payload::Update => crafted_update(&mut out, dice),
    }
    out
}

fn crafted_update(out: &mut Vec<u8>, dice: &mut Rng) {
    let client = dice.u64(0..1 << 53);
    if dice.u32(0..4) == 0 {
        // Deletions without end, of somebody who may not exist.
        out.push(0);
        out.push(1);
        write_uint(out, client);
        let count = 1 << dice.u32(0..11);
        write_uint(out, count);
        for at in 0..count {
            write_uint(out, at * 3);
            write_uint(out, 1 + dice.u64(0..5));
        }
        return;
    }
    out.push(1);
    let kind = dice.u32(0..6);
    let count = if kind < 2 { 1 << dice.u32(0..8) } else { 1 };
    write_uint(out, count);
    write_uint(out, client);
    write_uint(out, 0);
    for at in 0..count {
        match kind {
            // Types in types, as deep as they are many.
            0 => {
                out.extend([0x07, u8::from(at == 0)]);
                match at {
                    0 => write_string(out, "deep"),
                    _ => [client, at - 1].iter().for_each(|&id| write_uint(out, id)),
                }
                out.push(0);
            }
            // Each after the next: the parents and origins go round in a circle.
            1 => {
                out.push(0x84);
                write_uint(out, client);
                write_uint(out, (at + 1) % count);
                write_string(out, "x");
            }
            2 => {
                out.extend([0x08, 1]);
                write_string(out, "values");
                out.push(1);
                let depth = dice.usize(1..130);
                (0..depth).for_each(|_| out.extend([117, 1]));
                out.push(126);
            }
            3 => {
                out.push(0);
                write_uint(out, dice.u64(1..1 << 32));
            }
            4 => {
                out.extend([0x01, 1]);
                write_string(out, "gone");
                write_uint(out, dice.u64(0..1 << 31));
            }
            _ => {
                out.extend([0x04, 1]);
                write_string(out, "text");
                write_string(out, &"ü🎬".repeat(dice.usize(1..2000)));
            }
        }
    }
    out.push(0);
}

/// Damage that knows nothing of what it hits.
pub fn blindly(bytes: &[u8], pool: &Pool, dice: &mut Rng) -> Vec<u8> {
    let mut out = bytes.to_vec();
    if out.is_empty() {
        return slice_of_pool(pool, dice);
    }
    let at = dice.usize(..out.len());
    match dice.u32(0..8) {
        0 => (0..dice.usize(1..9)).for_each(|_| {
            let at = dice.usize(..out.len());
            out[at] ^= 1 << dice.u32(0..8);
        }),
        1 => out[at] = dice.u8(..),
        2 => out.truncate(at),
        3 => drop(out.splice(at..at, slice_of_pool(pool, dice))),
        4 => drop(out.splice(at.., slice_of_pool(pool, dice))),
        5 => {
            let end = dice.usize(at..=out.len().min(at + 64));
            let piece = out[at..end].repeat(dice.usize(1..20));
            out.splice(at..at, piece);
        }
        6 => drop(out.splice(at..=at, odd_number(u64::from(bytes[at]), dice))),
        _ => {
            let end = dice.usize(at..=out.len());
            out.drain(at..end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use scriptroom_room::check::Update;

    use crate::forge::payload_of;
    use crate::recording::committed;

    fn updates() -> Vec<Vec<u8>> {
        let sessions = committed();
        let frames = sessions.iter().flat_map(|session| &session.frames);
        let payloads = frames.filter_map(|frame| payload_of(frame));
        payloads
            .filter(|(payload, bytes)| *payload == Payload::Update && bytes.len() > 2)
            .map(|(_, bytes)| bytes)
            .collect()
    }

    #[test]
    fn a_seed_gives_the_same_damage_again() {
        let pool = Pool {
            payloads: updates(),
            others: vec![7],
        };
        let run = |seed| {
            let mut dice = Rng::with_seed(seed);
            let all = pool.payloads.iter();
            all.map(|bytes| mutate(Payload::Update, bytes, &pool, &mut dice))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn much_of_the_damage_passes_the_check_and_much_is_refused_for_every_kind_of_reason() {
        let pool = Pool {
            payloads: updates(),
            others: vec![7],
        };
        let mut dice = Rng::with_seed(4);
        let (mut taken, mut reasons, mut kinds) = (0, BTreeSet::new(), BTreeSet::new());
        for round in 0..20_000 {
            let bytes = &pool.payloads[round % pool.payloads.len()];
            let (mutated, kind) = mutate(Payload::Update, bytes, &pool, &mut dice);
            kinds.insert(kind);
            match Update::decode(&mutated) {
                Ok(_) => taken += 1,
                Err(error) => drop(reasons.insert(crate::counts::plain(&error.to_string()))),
            }
        }
        assert!((4_000..16_000).contains(&taken), "{taken} of 20000 pass");
        assert!(reasons.len() >= 12, "{reasons:#?}");
        assert_eq!(kinds.len(), 7);
    }
}
