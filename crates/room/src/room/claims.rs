//! Client ids that a presence has shown before anything was written under them (U6).
//!
//! Everybody sees the id, and clocks belong to whom they come from first: a co-writer could use up its first ones, and what its
//! owner types then would be known already. So showing an id takes it, on disk, before anybody hears of it.

use super::Room;
use super::log::Log;
use crate::awareness::Presence;
use crate::ids::ClientId;
use crate::port::{Claim, Effect};
use crate::session::SessionId;

/// So long a claim is kept that nobody shows any more and nothing was written under.
const KEPT_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// And so many of them for each person: the oldest go first.
const KEPT_OF_PERSON: usize = 64;

impl Room {
    /// Those of these presences that are nobody's yet are this connection's person's from now on.
    pub(super) fn claim(
        &mut self,
        id: SessionId,
        presences: &[Presence],
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let person = self.sessions[&id].person.clone();
        let before = effects.len();
        for presence in presences.iter().filter(|presence| !presence.is_gone()) {
            let claim = Claim {
                client: presence.client,
                person: person.clone(),
                time_ms: now_ms,
            };
            effects.extend(self.logs.script.claim(claim));
        }
        if effects.len() > before {
            self.sweep_claims(now_ms, effects);
        }
    }

    /// Lets go of claims that nobody shows: those that are old, and what a person has too many of.
    pub(super) fn sweep_claims(&mut self, now_ms: u64, effects: &mut Vec<Effect>) {
        let sessions = self.sessions.values();
        let shown = sessions.flat_map(|session| &session.presence);
        let shown: Vec<ClientId> = shown.map(|presence| presence.client).collect();
        let log = &mut self.logs.script;
        let mut waiting: Vec<&Claim> = log.claims.values().collect();
        waiting.retain(|claim| !shown.contains(&claim.client));
        waiting.sort_by_key(|claim| (claim.person.as_str(), claim.time_ms));
        let too_old = |claim: &&Claim| claim.time_ms + KEPT_MS <= now_ms;
        let mut gone: Vec<ClientId> = Vec::new();
        for own in waiting.chunk_by(|one, other| one.person == other.person) {
            let too_many = own.len().saturating_sub(KEPT_OF_PERSON);
            let old = own.iter().take_while(|claim| too_old(claim)).count();
            gone.extend(own[..too_many.max(old)].iter().map(|claim| claim.client));
        }
        for &client in &gone {
            log.claims.remove(&client);
            log.owners.remove(&client);
        }
        if !gone.is_empty() {
            effects.push(Effect::Unclaim(gone));
        }
    }
}

impl Log {
    fn claim(&mut self, claim: Claim) -> Option<Effect> {
        let is_known = self.owners.contains_key(&claim.client);
        // Whose words are stored already, under nobody's id, is not for a presence to say: a reader has one, too.
        if is_known || self.clocks.next(claim.client) > 0 {
            return None;
        }
        self.owners.insert(claim.client, claim.person.clone());
        self.claims.insert(claim.client, claim.clone());
        Some(Effect::Claim(claim))
    }
}
