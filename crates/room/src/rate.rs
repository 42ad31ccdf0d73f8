//! How much one connection may send: token buckets, and what a message costs (N2 to N4).
//!
//! A room that sleeps forgets them (N6).

use crate::wire::Message;

/// So many at once, and so many again each second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What a full bucket holds.
    pub at_once: u64,
    /// What flows into it.
    pub per_second: u64,
}

impl Rate {
    /// So many at once, and so many again each second.
    pub const fn new(at_once: u64, per_second: u64) -> Rate {
        Rate {
            at_once,
            per_second,
        }
    }
}

/// What any message costs besides its bytes: without it a flood of empty ones would be free.
const MESSAGE_BYTES: u64 = 1 << 10;
/// What a message costs for which the relay reads the log or verifies a token.
const QUESTION_BYTES: u64 = 256 << 10;

/// What a message costs in bytes.
pub(crate) fn cost_bytes(message: &Message<'_>, frame_bytes: usize) -> u64 {
    let besides = match message {
        Message::Step1(_) | Message::Step2(_) | Message::Renew(_) => QUESTION_BYTES,
        _ => MESSAGE_BYTES,
    };
    frame_bytes as u64 + besides
}

/// What one connection has left of a rate. It begins full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// What was taken and has not flowed in again, in thousandths.
    taken: u64,
    at_ms: u64,
}

impl Bucket {
    /// Takes that much if it is there. What is larger than the bucket takes all of a full one.
    pub(crate) fn take(&mut self, rate: Rate, amount: u64, now_ms: u64) -> bool {
        let amount = amount.min(rate.at_once);
        let there = self.fill(rate, now_ms) + amount * 1000 <= rate.at_once * 1000;
        if there {
            self.taken += amount * 1000;
        }
        there
    }

    /// What is taken after what has flowed in until now.
    fn fill(&mut self, rate: Rate, now_ms: u64) -> u64 {
        let passed_ms = now_ms.saturating_sub(self.at_ms);
        self.at_ms = self.at_ms.max(now_ms);
        self.taken = self
            .taken
            .saturating_sub(passed_ms.saturating_mul(rate.per_second));
        self.taken
    }
}

/// What one connection has left of all its rates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) updates: Bucket,
    pub(crate) presence: Bucket,
    pub(crate) bytes: Bucket,
    /// How many updates in a row were put off.
    pub(crate) put_off: u32,
    /// Whether an update of the script was put off, and all that came after it since: it comes again in an answer that has all of it.
    pub(crate) is_behind: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate::new(10, 2);

    #[test]
    fn n2_a_bucket_holds_so_many_and_fills_by_the_second() {
        let mut bucket = Bucket::default();
        assert!((0..10).all(|_| bucket.take(RATE, 1, 5_000)));
        assert!(!bucket.take(RATE, 1, 5_499), "a half has come");
        assert!(bucket.take(RATE, 1, 5_500));
        assert!(!bucket.take(RATE, 1, 5_500));
        assert!(
            !bucket.take(RATE, 1, 0),
            "a clock that goes back gives nothing"
        );
        assert!((0..10).all(|_| bucket.take(RATE, 1, 60_000)));
        assert!(!bucket.take(RATE, 1, 60_000), "it never holds more");
    }

    #[test]
    fn n2_what_is_larger_than_the_bucket_needs_a_full_one() {
        let mut bucket = Bucket::default();
        assert!(bucket.take(RATE, 99, 0));
        assert!(!bucket.take(RATE, 99, 4_999));
        assert!(bucket.take(RATE, 99, 5_000));
    }
}
