//! How often somebody guessed a password wrong, and when they may try again. For an address with an account that is stored, for one
//! without an account it is in memory: whoever tries addresses finds no difference, and nothing is written for them.

use std::cell::RefCell;

/// So many wrong passwords cost nothing; each one more doubles the wait before the next try.
const FREE_TRIES: u64 = 5;
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 15 * 60 * 1000;
/// So many addresses without an account are known: some 300 kB.
const MAX_STRANGERS: usize = 2_000;

thread_local! {
    static STRANGERS: RefCell<Strangers> = RefCell::default();
}

/// The wrong passwords for one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Guesses {
    pub(super) failures: u64,
    pub(super) not_before_ms: u64,
}

impl Guesses {
    /// With one that was wrong now.
    pub(super) fn and_another(self, now_ms: u64) -> Guesses {
        let failures = self.failures + 1;
        let wait_ms = match failures.checked_sub(FREE_TRIES) {
            Some(more) => (FIRST_WAIT_MS << more.min(20)).min(LONGEST_WAIT_MS),
            None => 0,
        };
        Guesses {
            failures,
            not_before_ms: now_ms + wait_ms,
        }
    }

    /// Those for an address without an account, by its object's id.
    pub(super) fn of_stranger(id: &str) -> Guesses {
        STRANGERS.with_borrow(|strangers| strangers.of(id))
    }

    /// Keeps them.
    pub(super) fn keep_of_stranger(self, id: &str) {
        STRANGERS.with_borrow_mut(|strangers| strangers.keep(id, self));
    }
}

/// Addresses without an account, by their objects' ids. A look through all of them is nothing beside a password's hash.
#[derive(Default)]
struct Strangers(Vec<(String, Guesses)>);

impl Strangers {
    fn of(&self, id: &str) -> Guesses {
        let found = self.0.iter().find(|(known, _)| known == id);
        found.map(|(_, guesses)| *guesses).unwrap_or_default()
    }

    /// In a full list the one goes that may try again soonest.
    fn keep(&mut self, id: &str, guesses: Guesses) {
        let mut at = self.0.iter().position(|(known, _)| known == id);
        if at.is_none() && self.0.len() == MAX_STRANGERS {
            let least = |&at: &usize| self.0[at].1.not_before_ms;
            at = (0..MAX_STRANGERS).min_by_key(least);
        }
        let kept = (id.to_owned(), guesses);
        match at {
            Some(at) => self.0[at] = kept,
            None => self.0.push(kept),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t8_from_the_fifth_on_each_wrong_password_doubles_the_wait() {
        let mut guesses = Guesses::default();
        let mut waits = Vec::new();
        for _ in 0..30 {
            guesses = guesses.and_another(7);
            waits.push(guesses.not_before_ms - 7);
        }
        assert_eq!(waits[..8], [0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
        assert_eq!(waits[29], LONGEST_WAIT_MS);
    }

    #[test]
    fn t8_addresses_without_an_account_fill_no_memory() {
        let mut strangers = Strangers::default();
        let mut eve = Guesses::default();
        for _ in 0..9 {
            eve = eve.and_another(0);
        }
        strangers.keep("eve", eve);
        for at in 0..2 * MAX_STRANGERS {
            let once = Guesses::default().and_another(at as u64);
            strangers.keep(&at.to_string(), once);
        }
        assert_eq!(strangers.0.len(), MAX_STRANGERS);
        assert_eq!(strangers.of("eve"), eve);
    }
}
