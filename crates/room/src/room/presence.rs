//! Whose presence is whose, and who hears of it (A1 to A6).

use super::Room;
use crate::awareness::{self, AwarenessError, Presence};
use crate::ids::ClientId;
use crate::lane::Lane;
use crate::port::Effect;
use crate::recovery::RELAY;
use crate::session::{Session, SessionId};
use crate::wire::{CloseCode, Message};

impl Room {
    pub(super) fn send_presence(&self, to: SessionId, effects: &mut Vec<Effect>) {
        if self.sessions[&to].home() == Lane::Threads {
            return;
        }
        let all: Vec<&Presence> = self
            .sessions
            .values()
            .flat_map(|session| &session.presence)
            .collect();
        if !all.is_empty() {
            let states = awareness::encode(all.into_iter());
            effects.push(Effect::Send(to, Message::Awareness(&states).encode()));
        }
    }

    pub(super) fn awareness(
        &mut self,
        id: SessionId,
        states: &[u8],
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        // A stock client sends back what it has received: as many as there are people here.
        let limit = awareness::MAX_IDS + self.sessions.len() * awareness::MAX_IDS;
        let presences = match awareness::decode(states, limit) {
            Ok(presences) => presences,
            Err(error) => {
                let code = match error {
                    AwarenessError::TooLarge => CloseCode::TooLarge,
                    _ => CloseCode::Malformed,
                };
                return self.close(id, code, error.to_string(), effects);
            }
        };
        if self.sessions[&id].home() == Lane::Threads {
            if self.may_announce(id, now_ms, effects) {
                self.echo(id, states, effects);
            }
            return;
        }
        let (mut changed, mut stale) = (Vec::new(), Vec::new());
        for presence in presences {
            match self.place(id, &presence, effects) {
                Placing::Newer => changed.push(presence),
                Placing::Gone(removal) => stale.push(removal),
                Placing::Ignored => {}
            }
        }
        if !stale.is_empty() {
            let states = awareness::encode(stale.iter());
            effects.push(Effect::Send(id, Message::Awareness(&states).encode()));
        }
        if !changed.is_empty() && self.may_announce(id, now_ms, effects) {
            self.announce(id, &changed, now_ms, effects);
        }
    }

    /// Presence is the script's: on a connection to the threads nobody else hears of it. A stock client still waits to hear
    /// something (A6).
    fn echo(&self, id: SessionId, states: &[u8], effects: &mut Vec<Effect>) {
        if !self.sessions[&id].ours {
            effects.push(Effect::Send(id, Message::Awareness(states).encode()));
        }
    }

    fn announce(
        &mut self,
        id: SessionId,
        changed: &[Presence],
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        if !Session::fits(&self.sessions[&id].presence) {
            let reason = AwarenessError::TooLarge.to_string();
            return self.close(id, CloseCode::TooLarge, reason, effects);
        }
        self.claim(id, changed, now_ms, effects);
        let session = &self.sessions[&id];
        effects.push(Effect::Keep(id, session.encode()));
        let except = session.ours.then_some(id);
        let states = awareness::encode(changed.iter());
        self.show_presence(except, &states, effects);
        self.ask_replica(id, changed, effects);
    }

    /// Shows the others who is here, or no longer: whoever hears of the script (D5).
    pub(super) fn show_presence(
        &self,
        except: Option<SessionId>,
        states: &[u8],
        effects: &mut Vec<Effect>,
    ) {
        let others = |id, _: &Session| Some(id) != except;
        let frame = Message::Awareness(states).encode();
        self.broadcast(Lane::Script, others, frame, effects);
    }

    /// Puts a presence where it belongs (A3, A4, A5).
    fn place(&mut self, id: SessionId, presence: &Presence, effects: &mut Vec<Effect>) -> Placing {
        let owner = self.sessions.iter().find_map(|(&owner, session)| {
            let mut own = session.presence.iter();
            let known = own.find(|known| known.client == presence.client)?;
            Some((owner, known.clock))
        });
        if let Some((owner, clock)) = owner {
            let stranger = self.sessions[&owner].person != self.sessions[&id].person;
            let newer = presence.clock > clock || (presence.clock == clock && presence.is_gone());
            if !newer || (owner != id && (stranger || presence.is_gone())) {
                return Placing::Ignored;
            }
            self.forget(owner, presence.client);
            // A connection that lives on, and has not been seen to end, must not bring it back after a sleep.
            if owner != id {
                effects.push(Effect::Keep(owner, self.sessions[&owner].encode()));
            }
        } else if presence.is_gone() {
            return Placing::Ignored;
        }
        let gone = self
            .gone
            .iter()
            .rfind(|gone| gone.client == presence.client);
        if let Some(removal) = gone.filter(|removal| removal.clock >= presence.clock) {
            return Placing::Gone(removal.clone());
        }
        if owner.is_none() && self.is_anothers(id, presence.client) {
            return Placing::Ignored;
        }
        if !presence.is_gone() {
            let session = self.sessions.get_mut(&id).expect("the sender is here");
            session.presence.push(presence.clone());
        }
        Placing::Newer
    }

    /// Whether a client id is somebody else's (U6). A stock client sends back what it has heard of others: after a sleep nobody knows
    /// that they have gone meanwhile, and when they come back they would be taken for strangers.
    fn is_anothers(&self, id: SessionId, client: ClientId) -> bool {
        let owner = self.logs.script.owners.get(&client);
        owner.is_some_and(|owner| owner != RELAY && *owner != self.sessions[&id].person)
    }

    fn forget(&mut self, owner: SessionId, client: ClientId) {
        let session = self.sessions.get_mut(&owner).expect("the owner is here");
        session.presence.retain(|known| known.client != client);
    }
}

/// What a presence means to the room.
enum Placing {
    /// It is news.
    Newer,
    /// Its client was removed with this, which is not older.
    Gone(Presence),
    /// It is not news, or not the sender's to tell.
    Ignored,
}
