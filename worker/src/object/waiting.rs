//! Frames that wait until some of them can be handled in one turn (U11).
//!
//! With many connections, showing an edit to all of them takes longer than storing it. So edits that come within a moment of
//! each other are stored together, and each connection is sent one update of them. The more connections, the longer the moment.

use std::cell::RefCell;

use scriptroom_room::SessionId;
use worker::WebSocketIncomingMessage;

/// The longest moment where the operator has not set another, in milliseconds: nobody sees that.
pub(super) const LONGEST_MS: u64 = 10;
/// So many connections make the moment a millisecond longer; fewer wait for nothing.
const CONNECTIONS_OF_A_MS: usize = 5;

/// A message and when it came.
pub(super) struct Waiting {
    pub(super) from: SessionId,
    pub(super) message: WebSocketIncomingMessage,
    pub(super) came_ms: f64,
}

/// What waits.
pub(super) struct Queue(RefCell<Inner>);

struct Inner {
    longest_ms: u64,
    waiting: Vec<Waiting>,
    /// When frames were last handled.
    last_ms: u64,
    /// Whether somebody will come for what waits.
    expected: bool,
}

/// When what waits is to be handled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum When {
    Now,
    /// In so many milliseconds, by whoever was told this.
    In(u64),
    /// By somebody who was told before.
    Expected,
}

impl Queue {
    /// None waits longer than that.
    pub(super) fn new(longest_ms: u64) -> Queue {
        Queue(RefCell::new(Inner::new(longest_ms)))
    }

    /// Adds a message, with so many connections open.
    pub(super) fn add(&self, waiting: Waiting, connections: usize, now_ms: u64) -> When {
        let mut queue = self.0.borrow_mut();
        queue.waiting.push(waiting);
        queue.when(connections, now_ms)
    }

    /// Takes everything that waits.
    pub(super) fn take(&self, now_ms: u64) -> Vec<Waiting> {
        let mut queue = self.0.borrow_mut();
        if !queue.waiting.is_empty() {
            queue.last_ms = now_ms;
        }
        std::mem::take(&mut queue.waiting)
    }

    /// Who was expected has come.
    pub(super) fn arrived(&self) {
        self.0.borrow_mut().expected = false;
    }
}

impl Inner {
    fn new(longest_ms: u64) -> Inner {
        Inner {
            longest_ms,
            waiting: Vec::new(),
            last_ms: 0,
            expected: false,
        }
    }

    fn when(&mut self, connections: usize, now_ms: u64) -> When {
        if self.expected {
            return When::Expected;
        }
        let moment_ms = self
            .longest_ms
            .min((connections / CONNECTIONS_OF_A_MS) as u64);
        let due_ms = self.last_ms.saturating_add(moment_ms);
        // A clock that was set back makes nobody wait longer than that.
        match due_ms.saturating_sub(now_ms).min(moment_ms) {
            0 => When::Now,
            wait_ms => {
                self.expected = true;
                When::In(wait_ms)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(connections: usize, times: &[(u64, When)]) {
        let mut queue = Inner::new(LONGEST_MS);
        for (now_ms, expected) in times {
            assert_eq!(queue.when(connections, *now_ms), *expected, "at {now_ms}");
            if *expected == When::Now {
                queue.last_ms = *now_ms;
            }
        }
    }

    #[test]
    fn u11_few_wait_for_nothing() {
        check(4, &[(100, When::Now), (100, When::Now), (100, When::Now)]);
    }

    #[test]
    fn u11_many_wait_for_a_moment_after_the_last_turn_and_one_comes_for_all() {
        let wait = When::In(3);
        check(20, &[(100, When::Now), (101, wait), (103, When::Expected)]);
        check(20, &[(100, When::Now), (104, When::Now)]);
        check(500, &[(100, When::Now), (100, When::In(10))]);
    }

    #[test]
    fn u11_a_clock_that_is_set_back_holds_nobody_up() {
        check(20, &[(1_000_000, When::Now), (100, When::In(4))]);
    }

    #[test]
    fn u11_an_operator_may_have_nobody_wait() {
        let mut queue = Inner::new(0);
        queue.last_ms = 100;
        assert_eq!(queue.when(500, 100), When::Now);
    }
}
