//! What a connection may do, until when, and what ends it (R1 to R8).

use super::Room;
use super::updates::Arrival;
use crate::admission::Admission;
use crate::lane::Lane;
use crate::port::{Effect, Renewal};
use crate::refusal::Refusal;
use crate::role::Role;
use crate::session::{ANONYMOUS, Session, SessionId};
use crate::wire::{AckStatus, CloseCode, MAX_TOKEN_BYTES, Message};

/// A person whose stock client is turned away at the door for a while (R8), and with which words.
#[derive(Debug)]
pub(super) struct TurnedAway {
    person: String,
    lane: Lane,
    until_ms: u64,
    code: CloseCode,
    reason: String,
}

/// How many of them are remembered.
const MAX_TURNED_AWAY: usize = 64;

const EXPIRED: &str = "the token has expired";

impl Room {
    /// Tells our own client what it may do.
    pub(super) fn send_access(&self, id: SessionId, now_ms: u64, effects: &mut Vec<Effect>) {
        let session = &self.sessions[&id];
        if !session.ours {
            return;
        }
        let left = |expires_ms: u64| expires_ms.saturating_sub(now_ms).max(1);
        let message = Message::Access {
            role: session.access.role,
            expires_in_ms: session.access.expires_ms.map_or(0, left),
        };
        effects.push(Effect::Send(id, message.encode()));
    }

    /// Closes the connection if its time is over. Says whether it was (R5).
    pub(super) fn close_expired(
        &mut self,
        id: SessionId,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let expired = self.sessions[&id].access.has_expired(now_ms);
        if expired {
            self.close(id, CloseCode::NotSignedIn, EXPIRED.to_owned(), effects);
        }
        expired
    }

    /// Closes every connection whose time is over.
    pub(super) fn close_all_expired(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        for id in self.sessions_of(|session| session.access.has_expired(now_ms)) {
            self.close(id, CloseCode::NotSignedIn, EXPIRED.to_owned(), effects);
        }
    }

    /// When the next token expires.
    pub(super) fn next_expiry(&self) -> Option<u64> {
        let sessions = self.sessions.values();
        sessions
            .filter_map(|session| session.access.expires_ms)
            .min()
    }

    /// A live update, before anything of it is read (R2).
    pub(super) fn may_write(&self, arrival: &Arrival<'_>) -> Result<(), Refusal> {
        let role = self.sessions[&arrival.session].access.role;
        match role.writes(arrival.lane) {
            true => Ok(()),
            false => Err(Refusal::NotAllowed(role, arrival.lane)),
        }
    }

    /// The answer to a step 1, when it is known what it brings: whoever brings nothing new has not written (R3).
    pub(super) fn may_bring(
        &self,
        arrival: &Arrival<'_>,
        admission: &Admission,
    ) -> Result<(), Refusal> {
        if admission.stored.is_none() && admission.rest.is_none() {
            return Ok(());
        }
        self.may_write(arrival)
    }

    /// A person's role has changed, or they were removed (R7).
    pub(super) fn set_access(
        &mut self,
        person: &str,
        role: Option<Role>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        self.turned_away.retain(|turned| turned.person != person);
        for id in self.sessions_of(|session| session.person == person) {
            match role {
                Some(role) => self.set_role(id, role, now_ms, effects),
                None => {
                    let reason = "not allowed: removed from this script".to_owned();
                    self.close(id, CloseCode::NotAllowed, reason, effects);
                }
            }
        }
    }

    fn set_role(&mut self, id: SessionId, role: Role, now_ms: u64, effects: &mut Vec<Effect>) {
        let session = self.sessions.get_mut(&id).expect("it was just found");
        if session.access.role != role {
            session.access.role = role;
            effects.push(Effect::Keep(id, session.encode()));
            self.send_access(id, now_ms, effects);
        }
    }

    /// Everybody out: the script is gone.
    pub(super) fn close_everybody(&mut self, reason: &str, effects: &mut Vec<Effect>) {
        for id in self.sessions_of(|_| true) {
            self.close(id, CloseCode::NoSuchScript, reason.to_owned(), effects);
        }
    }

    fn sessions_of(&self, matches: impl Fn(&Session) -> bool) -> Vec<SessionId> {
        let sessions = self.sessions.iter();
        sessions
            .filter(|(_, session)| matches(session))
            .map(|(&id, _)| id)
            .collect()
    }

    /// A new token: the shell looks at it, and one at a time (R6).
    pub(super) fn renew(&mut self, id: SessionId, token: &str, effects: &mut Vec<Effect>) {
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        let (status, reason) = if token.len() > MAX_TOKEN_BYTES {
            (AckStatus::Refused, "the token is too long")
        } else if session.renewing {
            (
                AckStatus::RetryLater,
                "the token before it is still being looked at",
            )
        } else {
            session.renewing = true;
            return effects.push(Effect::Verify(id, token.to_owned()));
        };
        effects.push(Effect::Send(
            id,
            Message::Renewed { status, reason }.encode(),
        ));
    }

    /// What the token was found to say (R6).
    pub(super) fn renewed(
        &mut self,
        id: SessionId,
        verdict: Result<Renewal, (AckStatus, String)>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.renewing = false;
        let verdict = verdict.and_then(|renewal| match renewal.person == session.person {
            true => Ok(renewal.expires_ms),
            false => Err((
                AckStatus::Refused,
                "the token is another person's".to_owned(),
            )),
        });
        let (status, reason) = match verdict {
            Ok(expires_ms) => {
                session.access.expires_ms = expires_ms;
                effects.push(Effect::Keep(id, session.encode()));
                self.send_access(id, now_ms, effects);
                if let Some(at_ms) = expires_ms {
                    self.wake_at(at_ms, effects);
                }
                (AckStatus::Stored, String::new())
            }
            Err(verdict) => verdict,
        };
        let reason = reason.as_str();
        effects.push(Effect::Send(
            id,
            Message::Renewed { status, reason }.encode(),
        ));
    }

    /// Whether this newcomer is turned away; if so it has been told (R8).
    pub(super) fn turn_away(
        &mut self,
        id: SessionId,
        newcomer: &Session,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        // A clock that was set back must not make days of it.
        let most_ms = now_ms + self.config.turn_away_ms;
        let lasts = |turned: &TurnedAway| (now_ms + 1..=most_ms).contains(&turned.until_ms);
        self.turned_away.retain(lasts);
        let mut turned = self.turned_away.iter();
        let found = turned.find(|turned| {
            let same = turned.person == newcomer.person && turned.lane == newcomer.home();
            same && !newcomer.ours
        });
        if let Some(TurnedAway { code, reason, .. }) = found {
            effects.push(Effect::Send(id, Message::Denied(reason).encode()));
            effects.push(Effect::Close(id, *code, reason.clone()));
        }
        found.is_some()
    }

    /// A stock client would be back at once, sync, and be refused again: for a while it gets no further than the door.
    pub(super) fn remember_refusal(
        &mut self,
        id: SessionId,
        code: CloseCode,
        reason: &str,
        now_ms: u64,
    ) {
        let session = &self.sessions[&id];
        // Anonymous connections are many people: one's mistake must not lock the others out.
        if session.ours || session.person == ANONYMOUS {
            return;
        }
        if self.turned_away.len() == MAX_TURNED_AWAY {
            self.turned_away.remove(0);
        }
        self.turned_away.push(TurnedAway {
            person: session.person.clone(),
            lane: session.home(),
            until_ms: now_ms + self.config.turn_away_ms,
            code,
            reason: reason.to_owned(),
        });
    }
}
