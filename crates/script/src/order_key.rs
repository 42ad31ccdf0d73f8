//! Order keys: where a strip stands among the others.
//!
//! A key is text in base 62 that is compared byte by byte. It is read in levels of 1, 2, 3, …
//! characters, each with more room than the one before. A key between two others takes the first
//! level with room, near the lower one on odd levels and near the upper one on even levels, with
//! jitter. Whoever keeps inserting at one spot, upwards or downwards, therefore soon comes to a
//! level with room for thousands: lengths stay at some twenty characters.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::rng::Rng;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Longer keys read as missing.
const MAX_LEN: usize = 128;

/// The longest key that is given out; where it would be longer, neighbours are re-keyed.
pub(crate) const LONGEST_MADE: usize = 48;

/// A strip's `at`, as read: anything that is no key reads as [`OrderKey::Missing`], which stands
/// after all keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OrderKey {
    Key(Arc<str>),
    Missing,
}

impl OrderKey {
    pub(crate) fn read(text: Option<Arc<str>>) -> OrderKey {
        match text {
            Some(text)
                if !text.is_empty()
                    && text.len() <= MAX_LEN
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                OrderKey::Key(text)
            }
            _ => OrderKey::Missing,
        }
    }

    /// Compares two strips' places: by key, then by strip id.
    pub(crate) fn compare(a: (&OrderKey, &str), b: (&OrderKey, &str)) -> Ordering {
        a.0.cmp(b.0).then_with(|| a.1.cmp(b.1))
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            OrderKey::Key(key) => Some(key),
            OrderKey::Missing => None,
        }
    }
}

/// A key after `low` and before `high` (none: no bound), or none where there is no room or it
/// would be longer than [`LONGEST_MADE`]: then the neighbours have to be re-keyed.
pub(crate) fn between(low: Option<&str>, high: Option<&str>, rng: &mut Rng) -> Option<String> {
    let low = levels(low.unwrap_or_default());
    let bounded = high.is_some();
    let high = levels(high.unwrap_or_default());
    let mut prefix: Vec<u64> = Vec::new();
    let mut upper: Vec<u64> = Vec::new();
    let mut gap: u128 = 0;
    let mut len = 0;
    for depth in 0.. {
        len += width(depth);
        if len > LONGEST_MADE {
            return None;
        }
        let low_here = low.get(depth).copied().unwrap_or(0);
        let high_here = match depth {
            0 if !bounded => base(0),
            _ => high.get(depth).copied().unwrap_or(0),
        };
        prefix.push(low_here);
        upper.push(high_here);
        gap = (gap * u128::from(base(depth)) + u128::from(high_here))
            .checked_sub(u128::from(low_here))?
            .min(u128::from(u64::MAX));
        if gap > 1 {
            let step = 1 + rng.below(reach(depth).min((gap - 1) as u64));
            let value = if depth % 2 == 0 && depth > 0 {
                shifted_up(&prefix, step)
            } else {
                shifted_down(&upper, step)
            };
            // A key that ends in an empty level could not be told from a shorter one.
            if value.last() != Some(&0) {
                return Some(write(&value));
            }
        }
    }
    None
}

/// `count` keys in order, far apart, for a document that has none yet.
pub(crate) fn spread(count: usize, rng: &mut Rng) -> Vec<String> {
    let room = base(0) * base(1) * base(2);
    let gap = (room / (count as u64 + 1)).max(2);
    (1..=count as u64)
        .map(|index| {
            let mut value = gap * index + rng.below(gap / 2 + 1);
            if value.is_multiple_of(base(2)) {
                value += 1;
            }
            write(&[
                value / base(2) / base(1),
                value / base(2) % base(1),
                value % base(2),
            ])
        })
        .collect()
}

fn width(depth: usize) -> usize {
    (depth + 1).min(5)
}

fn base(depth: usize) -> u64 {
    62u64.pow(width(depth) as u32)
}

/// How far from its neighbour a key of that level may lie.
fn reach(depth: usize) -> u64 {
    [31, 62, 1_000, 10_000, 100_000][depth.min(4)]
}

fn levels(key: &str) -> Vec<u64> {
    let digits: Vec<u64> = key.bytes().map(digit).collect();
    let mut levels = Vec::new();
    let mut at = 0;
    while at < digits.len() {
        let width = width(levels.len());
        let value = (at..at + width)
            .map(|i| digits.get(i).copied().unwrap_or(0))
            .fold(0, |value, digit| value * 62 + digit);
        levels.push(value);
        at += width;
    }
    levels
}

fn digit(byte: u8) -> u64 {
    u64::from(match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'Z' => byte - b'A' + 10,
        _ => byte - b'a' + 36,
    })
}

fn write(levels: &[u64]) -> String {
    let mut key = String::new();
    for (depth, &level) in levels.iter().enumerate() {
        for place in (0..width(depth)).rev() {
            key.push(ALPHABET[(level / 62u64.pow(place as u32) % 62) as usize] as char);
        }
    }
    key
}

fn shifted_up(levels: &[u64], mut by: u64) -> Vec<u64> {
    let mut levels = levels.to_vec();
    for depth in (0..levels.len()).rev() {
        let sum = levels[depth] + by;
        levels[depth] = sum % base(depth);
        by = sum / base(depth);
    }
    levels
}

fn shifted_down(levels: &[u64], by: u64) -> Vec<u64> {
    let mut levels = levels.to_vec();
    let mut by = by;
    for depth in (0..levels.len()).rev() {
        let borrow = by.saturating_sub(levels[depth]).div_ceil(base(depth));
        levels[depth] = levels[depth] + borrow * base(depth) - by;
        by = borrow;
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert_many(mut next: impl FnMut(&[String]) -> usize) -> Vec<String> {
        let mut rng = Rng::new(3);
        let mut keys = spread(3, &mut rng);
        for _ in 0..10_000 {
            let at = next(&keys);
            let low = at.checked_sub(1).map(|i| keys[i].as_str());
            let high = keys.get(at).map(String::as_str);
            let key = between(low, high, &mut rng).expect("there is room");
            assert!(low.is_none_or(|low| low < key.as_str()), "{low:?} {key}");
            assert!(
                high.is_none_or(|high| key.as_str() < high),
                "{key} {high:?}"
            );
            keys.insert(at, key);
        }
        keys
    }

    fn longest(keys: &[String]) -> usize {
        keys.iter().map(String::len).max().unwrap_or(0)
    }

    #[test]
    fn ten_thousand_inserts_at_one_spot_keep_keys_short() {
        assert!(longest(&insert_many(|_| 0)) <= 25, "before the first");
        assert!(
            longest(&insert_many(<[String]>::len)) <= 25,
            "after the last"
        );
        assert!(longest(&insert_many(|_| 1)) <= 25, "after the first");
        assert!(
            longest(&insert_many(|keys| keys.len() - 2)) <= 25,
            "before the last but one"
        );
        let mut rng = Rng::new(5);
        let anywhere = insert_many(|keys| rng.below(keys.len() as u64 + 1) as usize);
        assert!(longest(&anywhere) <= 25, "anywhere");
    }

    #[test]
    fn there_is_no_key_between_equal_ones() {
        let mut rng = Rng::new(1);
        assert_eq!(between(Some("V1"), Some("V1"), &mut rng), None);
        assert_eq!(between(Some("V"), Some("V0"), &mut rng), None);
        assert_eq!(between(Some("W"), Some("V"), &mut rng), None);
    }

    #[test]
    fn what_is_no_key_reads_as_missing_and_stands_last() {
        for bad in ["", "é", "a b", &"x".repeat(129)] {
            assert_eq!(OrderKey::read(Some(bad.into())), OrderKey::Missing);
        }
        assert_eq!(OrderKey::read(None), OrderKey::Missing);
        assert!(OrderKey::read(Some("zz".into())) < OrderKey::Missing);
    }

    #[test]
    fn jitter_keeps_two_writers_apart() {
        let a = between(Some("V"), None, &mut Rng::new(1));
        let b = between(Some("V"), None, &mut Rng::new(2));
        assert_ne!(a, b);
    }
}
