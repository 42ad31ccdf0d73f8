//! Who is here speaks for their own words (U6).
//!
//! A replica has all words that were ever written under its own client id, whatever the log has lost. Which connection is a
//! replica's can be told from the client id in its presence: our client shows no other than its own. (A stock client may send back
//! ids of others; it is believed as long as nothing is stored under the id.)
//!
//! So while a replica is here nobody else brings words of its id:
//!
//! - It was asked what it has when it joined. Until it has answered, what others bring of it waits.
//! - Once its answer is stored there is nothing of its words that the relay lacks. What others still call its words is made up, and
//!   refused. Were that stored, the replica would be sent other words under ids that it has given out itself, and no two documents
//!   would agree again.

use std::collections::BTreeSet;

use super::Room;
use crate::check::Update;
use crate::ids::ClientId;
use crate::lane::{Lane, Lanes};
use crate::port::{Effect, Held, LogReader, Origin};
use crate::refusal::Refusal;
use crate::session::{Said, Session, SessionId};

/// So long a newcomer is waited for.
const ANSWER_MS: u64 = 30_000;

impl Room {
    /// The client ids in an update of which nothing new can be taken from `person` yet, because their own replicas are about to bring it.
    ///
    /// # Errors
    /// [`Refusal::ClockConflict`] when a replica that is here has brought all of its words, and this is none of them.
    pub(super) fn spoken_for(
        &self,
        lane: Lane,
        update: &Update<'_>,
        person: &str,
        now_ms: u64,
    ) -> Result<BTreeSet<ClientId>, Refusal> {
        let mut waits = BTreeSet::new();
        // Only ids of the script are shown.
        if lane == Lane::Threads {
            return Ok(waits);
        }
        let sections = update.sections().iter();
        let new = sections.filter(|one| one.end_clock > self.logs.script.clocks.next(one.client));
        for client in new.map(|section| section.client) {
            match self.replica(client, person).map(|session| session.said) {
                Some(Said::All) => return Err(Refusal::ClockConflict(client)),
                Some(Said::Nothing { asked_ms })
                    if (asked_ms..asked_ms + ANSWER_MS).contains(&now_ms) =>
                {
                    waits.insert(client);
                }
                _ => {}
            }
        }
        Ok(waits)
    }

    /// The connection of the replica that writes under this id, if it is here and another person's.
    fn replica(&self, client: ClientId, stranger: &str) -> Option<&Session> {
        let log = &self.logs.script;
        let owner = log.owners.get(&client)?;
        let mut sessions = self.sessions.values();
        sessions.find(|session| {
            // A stock client sends back ids that other pages of the same person have shown. As long as nothing is stored under one, that does no harm.
            let speaks = session.ours || log.claims.contains_key(&client);
            let theirs = speaks && session.person == *owner && session.person != stranger;
            theirs && session.shows(client)
        })
    }

    /// Notes that a connection has answered what it has, and whether `all` of that is stored.
    pub(super) fn has_said(&mut self, id: SessionId, all: bool, effects: &mut Vec<Effect>) {
        let said = if all { Said::All } else { Said::NotAll };
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        if std::mem::replace(&mut session.said, said) != said {
            effects.push(Effect::Keep(id, session.encode()));
        }
    }

    /// Somebody who was waited for has gone without a word: what others have brought of theirs counts now.
    pub(super) fn no_longer_waited_for(
        &mut self,
        said: Said,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(said, Said::Nothing { .. }) {
            return;
        }
        let log = &mut self.logs.script;
        let held: Vec<Held> = log.held.of_a_word().cloned().collect();
        for held in held {
            let update = Update::decode(&held.bytes).expect("what is held was written by the room");
            log.load_ground(&update, &mut logs.script);
            log.load_deleted(&update, Origin::Held, &mut logs.script);
        }
        self.retry_held(Lane::Script, now_ms, effects);
    }
}
