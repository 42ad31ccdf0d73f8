//! How many may be here, and how fast one may write (N1, N2).

use super::Room;
use super::updates::{Arrival, acknowledge};
use crate::port::{Config, Effect};
use crate::session::{ANONYMOUS, Session, SessionId};
use crate::wire::{AckStatus, CloseCode, Message};

/// How many live updates a connection may still send at once: a bucket that fills up again with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Budget {
    /// Used up so far, in thousandths of an update.
    used_milli: u64,
    at_ms: u64,
}

impl Budget {
    /// Takes one update out. `false`: there is none left.
    fn spend(&mut self, config: &Config, now_ms: u64) -> bool {
        let refilled = now_ms
            .saturating_sub(self.at_ms)
            .saturating_mul(config.updates_per_s);
        self.used_milli = self.used_milli.saturating_sub(refilled);
        self.at_ms = now_ms;
        let left = self.used_milli + 1_000 <= config.updates_at_once.saturating_mul(1_000);
        if left {
            self.used_milli += 1_000;
        }
        left
    }
}

const TOO_FAST: &str = "too fast: expected fewer updates in a second";

impl Room {
    /// Whether there is no room for this newcomer; if so it has been told (N1).
    pub(super) fn is_full(
        &self,
        id: SessionId,
        newcomer: &Session,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let theirs = self
            .sessions
            .values()
            .filter(|one| one.person == newcomer.person);
        let (all, theirs) = (self.sessions.len(), theirs.count());
        let reason = if all >= self.config.max_sessions {
            format!("this script has {all} connections already")
        } else if newcomer.person != ANONYMOUS && theirs >= self.config.max_sessions_of_person {
            format!("this person has {theirs} connections to this script already")
        } else {
            return false;
        };
        if !newcomer.ours {
            effects.push(Effect::Send(id, Message::Denied(&reason).encode()));
        }
        effects.push(Effect::Close(id, CloseCode::TooManyConnections, reason));
        true
    }

    /// Whether a live update comes too fast; if so its sender has been told (N2).
    pub(super) fn is_too_fast(
        &mut self,
        arrival: &Arrival<'_>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let session = self.sessions.get_mut(&arrival.session);
        let session = session.expect("the sender of an update is here");
        if session.budget.spend(&self.config, now_ms) {
            return false;
        }
        match arrival.number {
            Some(_) => acknowledge(arrival, AckStatus::RetryLater, TOO_FAST, effects),
            None => {
                let reason = TOO_FAST.to_owned();
                self.close(arrival.session, CloseCode::TooFast, reason, effects);
            }
        }
        true
    }
}
