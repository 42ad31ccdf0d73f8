//! Frames that wait until some of them can be handled in one turn (U11).
//!
//! With many connections, showing an edit to all of them takes longer than storing it; and a disk that is slow, or that a
//! thousand scripts write to, takes longer than both. So what comes within a moment of each other is stored together, and each
//! connection is sent one update of it. After a quiet time nothing waits.

use std::cell::{Cell, RefCell};

use scriptroom_room::SessionId;
use worker::WebSocketIncomingMessage;

/// The longest moment where the operator has not set another, in milliseconds: with storing and showing after it still less
/// than two frames of a screen.
pub(super) const LONGEST_MS: u64 = 22;
/// How much longer the moment is for each connection, in milliseconds. A frame costs some 0.03, so that no script takes more than a
/// fifteenth of a processor for showing, however much is typed in it.
const MS_OF_A_CONNECTION: f64 = 0.45;
/// The same for presence: it has time, and the next edit takes it along.
const MS_OF_PRESENCE: f64 = 0.75;
/// The type of a message of presence.
const AWARENESS: u8 = 1;
/// Storing takes longer than this, in milliseconds, only where others wait for the disk or the processors, too.
const BUSY_MS: f64 = 3.0;
/// How often it is looked how long storing takes, in turns, and in milliseconds where there are few.
const LOOKED_AT_EVERY: u32 = 8;
const LOOKED_AT_WITHIN_MS: f64 = 100.0;

thread_local! {
    /// All scripts share this thread, and most often a disk.
    static STORING: Cell<Storing> = const { Cell::new(Storing::NEW) };
}

/// How long it took of late until a turn was on the disk. While other scripts have the thread, that is in it too.
#[derive(Debug, Clone, Copy)]
struct Storing {
    took_ms: f64,
    looked_ms: f64,
    turns: u32,
}

impl Storing {
    const NEW: Storing = Storing {
        took_ms: 0.0,
        looked_ms: 0.0,
        turns: 0,
    };

    fn is_due(&mut self, now_ms: f64) -> bool {
        self.turns += 1;
        let long_ago = !(0.0..LOOKED_AT_WITHIN_MS).contains(&(now_ms - self.looked_ms));
        let due = long_ago || self.turns >= LOOKED_AT_EVERY;
        if due {
            (self.turns, self.looked_ms) = (0, now_ms);
        }
        due
    }

    fn took(&mut self, took_ms: f64) {
        self.took_ms += (took_ms.max(0.0) - self.took_ms) / 4.0;
    }
}

/// A message and when it came.
pub(super) struct Waiting {
    pub(super) from: SessionId,
    pub(super) message: WebSocketIncomingMessage,
    pub(super) came_ms: f64,
}

impl Waiting {
    fn is_presence(&self) -> bool {
        match &self.message {
            WebSocketIncomingMessage::Binary(bytes) => bytes.first() == Some(&AWARENESS),
            WebSocketIncomingMessage::String(_) => false,
        }
    }
}

/// What waits.
pub(super) struct Queue(RefCell<Inner>);

struct Inner {
    longest_ms: f64,
    waiting: Vec<Waiting>,
    pace: Pace,
}

/// When frames are handled.
#[derive(Debug, Default)]
struct Pace {
    /// When frames were last handled.
    last_ms: f64,
    /// When somebody will come for what waits.
    expected_ms: Option<f64>,
}

/// When what waits is to be handled.
#[derive(Debug, PartialEq)]
pub(super) enum When {
    Now,
    /// In so many milliseconds, by whoever was told this.
    In(f64),
    /// By somebody who was told before.
    Expected,
}

impl Queue {
    /// None waits longer than that.
    pub(super) fn new(longest_ms: u64) -> Queue {
        Queue(RefCell::new(Inner {
            longest_ms: longest_ms as f64,
            waiting: Vec::new(),
            pace: Pace::default(),
        }))
    }

    /// Adds a message, with so many connections open.
    pub(super) fn add(&self, waiting: Waiting, connections: usize, now_ms: f64) -> When {
        let queue = &mut *self.0.borrow_mut();
        let each_ms = match waiting.is_presence() {
            true => MS_OF_PRESENCE,
            false => MS_OF_A_CONNECTION,
        };
        let moment_ms = connections as f64 * each_ms;
        queue.waiting.push(waiting);
        let storing_ms = STORING.get().took_ms;
        queue
            .pace
            .when(moment_ms, storing_ms, queue.longest_ms, now_ms)
    }

    /// Takes everything that waits.
    pub(super) fn take(&self, now_ms: f64) -> Vec<Waiting> {
        let mut queue = self.0.borrow_mut();
        if !queue.waiting.is_empty() {
            queue.pace.last_ms = now_ms;
        }
        std::mem::take(&mut queue.waiting)
    }

    /// Who was expected has come.
    pub(super) fn arrived(&self) {
        self.0.borrow_mut().pace.expected_ms = None;
    }

    /// Whether it is to be looked how long it takes until the turn is on the disk that ends now.
    pub(super) fn is_watched(&self, now_ms: f64) -> bool {
        let mut storing = STORING.get();
        let due = storing.is_due(now_ms);
        STORING.set(storing);
        due
    }

    /// What a turn has written is on the disk, after so long.
    pub(super) fn stored(&self, took_ms: f64) {
        let mut storing = STORING.get();
        storing.took(took_ms);
        STORING.set(storing);
    }
}

impl Pace {
    /// When a message is handled that may wait for a moment after the last turn. It waits as long as storing takes, and where that
    /// is long, at least until all has been read that has come by then.
    fn when(&mut self, moment_ms: f64, storing_ms: f64, longest_ms: f64, now_ms: f64) -> When {
        let moment_ms = moment_ms.max(storing_ms).min(longest_ms);
        // A clock that was set back makes nobody wait longer than that.
        let wait_ms = (self.last_ms + moment_ms - now_ms).min(moment_ms);
        let wait_ms = wait_ms.max(0.0).floor();
        let due_ms = now_ms + wait_ms;
        if self
            .expected_ms
            .is_some_and(|expected_ms| expected_ms <= due_ms)
        {
            return When::Expected;
        }
        if wait_ms == 0.0 && (storing_ms < BUSY_MS || longest_ms == 0.0) {
            return When::Now;
        }
        self.expected_ms = Some(due_ms);
        When::In(wait_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: f64 = LONGEST_MS as f64;

    /// Messages that may wait for `moment_ms` come at these times; each turn takes no time.
    fn check(moment_ms: f64, storing_ms: f64, times: &[(f64, When)]) {
        let mut pace = Pace::default();
        for (now_ms, expected) in times {
            let when = pace.when(moment_ms, storing_ms, LONGEST, *now_ms);
            assert_eq!(when, *expected, "at {now_ms}");
            if *expected == When::Now {
                pace.last_ms = *now_ms;
            }
        }
    }

    #[test]
    fn u11_few_wait_for_nothing() {
        check(
            0.2,
            0.0,
            &[(100.0, When::Now), (100.0, When::Now), (100.0, When::Now)],
        );
    }

    #[test]
    fn u11_many_wait_for_a_moment_after_the_last_turn_and_one_comes_for_all() {
        let wait = When::In(3.0);
        check(
            4.0,
            0.0,
            &[(100.0, When::Now), (101.0, wait), (103.0, When::Expected)],
        );
        check(4.0, 0.0, &[(100.0, When::Now), (104.0, When::Now)]);
        check(50.0, 0.0, &[(100.0, When::Now), (100.0, When::In(LONGEST))]);
    }

    #[test]
    fn u11_what_comes_while_storing_takes_long_waits_for_as_long() {
        check(0.2, 2.0, &[(100.0, When::Now), (101.0, When::In(1.0))]);
        check(
            0.2,
            500.0,
            &[(100.0, When::In(0.0)), (100.0, When::Expected)],
        );
    }

    #[test]
    fn u11_an_edit_does_not_wait_for_the_presence_before_it() {
        let mut pace = Pace {
            last_ms: 100.0,
            expected_ms: None,
        };
        assert_eq!(pace.when(10.0, 0.0, LONGEST, 100.0), When::In(10.0));
        assert_eq!(pace.when(2.0, 0.0, LONGEST, 101.0), When::In(1.0));
        assert_eq!(pace.when(10.0, 0.0, LONGEST, 101.0), When::Expected);
    }

    #[test]
    fn u11_a_clock_that_is_set_back_holds_nobody_up() {
        check(
            4.0,
            0.0,
            &[(1_000_000.0, When::Now), (100.0, When::In(4.0))],
        );
    }

    #[test]
    fn u11_an_operator_may_have_nobody_wait() {
        let mut pace = Pace {
            last_ms: 100.0,
            expected_ms: None,
        };
        assert_eq!(pace.when(50.0, 50.0, 0.0, 100.0), When::Now);
    }

    #[test]
    fn u11_how_long_storing_takes_is_looked_at_in_every_eighth_turn_and_after_a_quiet_time() {
        let mut storing = Storing::NEW;
        let looked: Vec<f64> = (0..20)
            .map(f64::from)
            .chain([500.0])
            .map(|ms| 1_000.0 + ms)
            .filter(|&ms| storing.is_due(ms))
            .collect();
        assert_eq!(looked, [1_000.0, 1_008.0, 1_016.0, 1_500.0]);
    }
}
