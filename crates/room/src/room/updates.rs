//! What becomes of an update: checked, trimmed, stored and shown, or held, or refused (U1 to U7). It is the same in each
//! lane (D1).

use std::collections::BTreeSet;
use std::num::NonZeroU64;

use super::Room;
use super::recovered::Brought;
use crate::admission::{Admission, Nature};
use crate::check::{CheckError, Update};
use crate::ids::ClientId;
use crate::lane::{Lane, Lanes};
use crate::merge::EMPTY_UPDATE;
use crate::port::{Effect, Entry, Held, LogReader, Origin};
use crate::recovery::RELAY;
use crate::refusal::Refusal;
use crate::session::{Session, SessionId};
use crate::wire::{AckStatus, Message, encode_owners};

/// An update on its way in.
pub(super) struct Arrival<'a> {
    pub(super) session: SessionId,
    pub(super) lane: Lane,
    pub(super) bytes: &'a [u8],
    pub(super) origin: Origin,
    /// The number to acknowledge, for our own client.
    pub(super) number: Option<u64>,
}

/// Where something that is stored comes from, and who is sent it.
#[derive(Clone, Copy)]
pub(super) struct Provenance<'a> {
    pub(super) lane: Lane,
    pub(super) author: &'a str,
    pub(super) origin: Origin,
    /// Whether a client id that belongs to nobody and is the only one in it is the author's from then on (U6).
    pub(super) owns: bool,
    /// The connection that brought it.
    pub(super) session: Option<SessionId>,
    /// The connection that is not sent it.
    pub(super) but: Option<SessionId>,
}

impl Room {
    /// Whether nothing was ever stored.
    pub fn is_empty(&self) -> bool {
        self.logs.iter().all(|log| log.last_sequence == 0)
    }

    /// Stores an update of the script that no connection brought: a copy, a file. What builds on something that is not here
    /// is left out.
    ///
    /// # Errors
    /// [`CheckError`] when it is no update; then nothing is changed.
    pub fn bring(
        &mut self,
        update: &[u8],
        author: &str,
        origin: Origin,
        now_ms: u64,
    ) -> Result<Vec<Effect>, CheckError> {
        let update = Update::decode(update)?;
        let provenance = Provenance {
            lane: Lane::Script,
            author,
            origin,
            owns: false,
            session: None,
            but: None,
        };
        let admission = self.logs.script.admit(&update)?;
        let mut effects = Vec::new();
        self.store(admission, provenance, now_ms, &mut effects);
        Ok(effects)
    }

    /// An update comes in. Unless it is refused, what can be stored of it is, and the others are sent that; what builds on something
    /// that is not here is held, or its sender brings it again later. The sender is told which.
    pub(super) fn update(
        &mut self,
        arrival: Arrival<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) {
        if self.follows_what_was_refused(&arrival) {
            let reason = "not allowed: nor was what came before it";
            return self.acknowledge(&arrival, AckStatus::Refused, reason, effects);
        }
        let is_edit = arrival.origin == Origin::Live && self.may_write(&arrival).is_ok();
        if is_edit && self.is_too_fast(&arrival, now_ms, effects) {
            return;
        }
        let (admission, waits) = match self.admitted(&arrival, now_ms, logs, effects) {
            Ok(admitted) => admitted,
            Err(refusal) => return self.refuse(&arrival, &refusal, now_ms, effects),
        };
        // What was decoded is gone by now: a long list of deletions is read once more where what is left of it is held.
        let rest = admission.rest.clone();
        let person = self.sessions[&arrival.session].person.clone();
        let provenance = Provenance {
            lane: arrival.lane,
            author: &person,
            origin: arrival.origin,
            // Who types alone in an update types for themselves; a sync answer may carry other people's words.
            owns: arrival.origin == Origin::Live,
            session: Some(arrival.session),
            but: Some(arrival.session),
        };
        let is_stored = self.store(admission, provenance, now_ms, effects);
        self.go_on_with_what_waited(&arrival, is_stored, rest.is_none(), now_ms, effects);
        match rest {
            None => self.acknowledge(&arrival, AckStatus::Stored, "", effects),
            // Its sender brings it again, when those are known whose words they are.
            Some(_) if !waits.is_empty() && arrival.number.is_some() => {
                let reason = "those whose words these are have yet to bring them";
                self.acknowledge(&arrival, AckStatus::RetryLater, reason, effects);
            }
            Some(rest) => self.hold(&arrival, rest, person, now_ms, effects),
        }
    }

    /// Whether this is a batch that may build on one that its sender was not let to write (R2).
    fn follows_what_was_refused(&self, arrival: &Arrival<'_>) -> bool {
        let is_batch = arrival.origin == Origin::Live && arrival.number.is_some();
        is_batch && self.sessions[&arrival.session].refused[arrival.lane]
    }

    /// What of an update can be stored, where nothing speaks against it: it is well-formed and not too large (U1, U7), none of it is somebody
    /// else's to bring (U6), it is no other copy of what the log has (B2), its sender may write (R3), and there is space (L8). With it
    /// the client ids of which nothing can be taken before others have brought what they have.
    fn admitted(
        &mut self,
        arrival: &Arrival<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Result<(Admission, BTreeSet<ClientId>), Refusal> {
        let lane = arrival.lane;
        let update = self.checked(arrival, now_ms)?;
        self.logs[lane].load_ground(&update, &mut logs[lane]);
        self.logs[lane].load_deleted(&update, arrival.origin, &mut logs[lane]);
        let person = self.sessions[&arrival.session].person.clone();
        let mut waits = match arrival.origin {
            Origin::Sync => self
                .spoken_for(lane, &update, &person, now_ms)
                .map_err(|refusal| self.may_write(arrival).err().unwrap_or(refusal))?,
            _ => BTreeSet::new(),
        };
        let brought = Brought {
            lane,
            person: &person,
            session: Some(arrival.session),
            update: &update,
            bytes: arrival.bytes,
        };
        let refusal = match self.may_write(arrival) {
            Ok(()) => self.take_own_copy(&brought, &waits, now_ms, logs, effects),
            Err(refusal) => self
                .has_another_copy(&brought, now_ms, logs)
                .then_some(refusal),
        };
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        if arrival.origin == Origin::Sync {
            self.put_off_until_compared(&brought, &mut waits, effects);
        }
        let nature = match arrival.origin {
            Origin::Live => Nature::Edit,
            _ => Nature::Difference,
        };
        let admission = self.logs[lane].admit_as(nature, &waits, &update);
        let admission = admission.map_err(Refusal::Malformed)?;
        self.may_bring(arrival, &admission)?;
        self.has_space(lane, &admission)?;
        Ok((admission, waits))
    }

    /// What was stored may be what held pieces lack; and an answer to a step 1 says what its sender has, and so what nobody needs to
    /// wait for any more. `is_whole`: nothing is left of it.
    fn go_on_with_what_waited(
        &mut self,
        arrival: &Arrival<'_>,
        is_stored: bool,
        is_whole: bool,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let lane = arrival.lane;
        let is_answer = arrival.origin == Origin::Sync;
        let speaks = is_answer && lane == Lane::Script;
        if speaks {
            self.has_said(arrival.session, is_whole, effects);
        }
        if is_answer && is_whole {
            let sender = self.sender(arrival);
            sender.waits[lane] = false;
            sender.given_up[lane] = false;
            self.set_turned_away(arrival, None, effects);
        }
        if is_stored || speaks {
            self.retry_held(lane, now_ms, effects);
        }
        // Who was turned away may have waited for these words, with nothing of theirs held that could be looked at again.
        if is_stored && is_answer && is_whole {
            self.ask_again(lane, effects);
        }
    }

    /// The update of an arrival, which is no larger than it may be, and under nobody else's client id unless that may be brought back.
    fn checked<'a>(&self, arrival: &Arrival<'a>, now_ms: u64) -> Result<Update<'a>, Refusal> {
        let max = match arrival.origin {
            Origin::Sync => self.config.max_sync_bytes,
            _ => {
                self.may_write(arrival)?;
                self.config.max_update_bytes
            }
        };
        if arrival.bytes.len() > max {
            return Err(Refusal::TooLarge(max));
        }
        let update = Update::decode(arrival.bytes).map_err(Refusal::Malformed)?;
        let person = &self.sessions[&arrival.session].person;
        match self.logs[arrival.lane].conflict(&update, person, arrival.origin) {
            Some(client) if !self.may_recover(arrival, now_ms) => {
                // Who may not write is told that, whosever the words are: they are not to be said again.
                self.may_write(arrival)?;
                Err(Refusal::ClockConflict(client))
            }
            _ => Ok(update),
        }
    }

    /// Whether this may bring back what others had written.
    fn may_recover(&self, arrival: &Arrival<'_>, now_ms: u64) -> bool {
        let writes = self.may_write(arrival).is_ok();
        writes && arrival.origin == Origin::Sync && self.is_recovering(now_ms)
    }

    fn refuse(
        &mut self,
        arrival: &Arrival<'_>,
        refusal: &Refusal,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let (id, reason) = (arrival.session, refusal.reason());
        if arrival.origin == Origin::Sync && arrival.lane == Lane::Script {
            self.has_said(id, false, effects);
        }
        if arrival.number.is_some() {
            if matches!(refusal, Refusal::NotAllowed(..)) {
                self.set_refused((id, arrival.lane), true, effects);
            }
            return self.acknowledge(arrival, AckStatus::Refused, &reason, effects);
        }
        self.remember_refusal(id, refusal.close_code(), &reason, now_ms);
        self.close(id, refusal.close_code(), reason, effects);
    }

    /// Notes whether what a connection sends may build on what its person was not let to write (R2).
    pub(super) fn set_refused(
        &mut self,
        (id, lane): (SessionId, Lane),
        is_refused: bool,
        effects: &mut Vec<Effect>,
    ) {
        let session = self.sessions.get_mut(&id).expect("the sender is here");
        if std::mem::replace(&mut session.refused[lane], is_refused) != is_refused {
            effects.push(Effect::Keep(id, session.encode()));
        }
    }

    /// Notes since when there is no room to hold something of a connection (U4).
    fn set_turned_away(
        &mut self,
        arrival: &Arrival<'_>,
        since_ms: Option<u64>,
        effects: &mut Vec<Effect>,
    ) {
        let (id, lane) = (arrival.session, arrival.lane);
        let sender = self.sender(arrival);
        let since_ms = since_ms.and_then(NonZeroU64::new);
        if std::mem::replace(&mut sender.turned_away_ms[lane], since_ms) != since_ms {
            effects.push(Effect::Keep(id, sender.encode()));
        }
    }

    fn acknowledge(
        &self,
        arrival: &Arrival<'_>,
        status: AckStatus,
        reason: &str,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(number) = arrival.number {
            let ack = Message::Ack {
                number,
                status,
                reason,
            };
            self.send(arrival.session, arrival.lane, &ack, effects);
        }
    }

    /// Appends what can be stored and tells the others (U2: in this order). Says whether there was anything.
    pub(super) fn store(
        &mut self,
        mut admission: Admission,
        provenance: Provenance<'_>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(bytes) = admission.stored.take() else {
            return false;
        };
        debug_assert_ne!(bytes, EMPTY_UPDATE);
        let Provenance {
            lane,
            author,
            origin,
            owns,
            session,
            but,
        } = provenance;
        let is_recovering = self.is_recovering(now_ms);
        // A page shows the id that it writes under. What it brings under another id of its person, another page of theirs has written (B2).
        let brings_back = is_recovering && origin == Origin::Sync && lane == Lane::Script;
        let shows = session
            .filter(|_| brings_back)
            .and_then(|id| self.sessions.get(&id));
        let shows = shows.filter(|session| !session.presence.is_empty());
        let is_of_another = |client| shows.is_some_and(|session| !session.shows(client));
        let log = &mut self.logs[lane];
        let owned = match admission.advanced[..] {
            [(client, _)] if owns && log.own(client, author) => Some(client),
            _ => None,
        };
        if is_recovering {
            log.note_since(&admission);
        }
        let recovered = log.note_recovered(&admission, author, is_of_another);
        let (is_noted, is_others) = (
            !recovered.is_empty(),
            recovered.iter().any(|one| !one.agreed),
        );
        let frame = Message::Update(&bytes).encode();
        let entry = Entry {
            sequence: log.last_sequence + 1,
            time_ms: now_ms,
            author: author.to_owned(),
            session: session.map_or(0, |id| id.0),
            origin: if is_others { Origin::Recovered } else { origin },
            bytes,
        };
        effects.push(log.push(&admission, entry, &self.config));
        if is_noted {
            effects.push(Effect::Recovered(lane, log.recovered.clone()));
        }
        if lane == Lane::Script {
            self.stale_since_ms.get_or_insert(now_ms);
        }
        if let Some(client) = owned {
            self.tell_owner(lane, client, author, effects);
        }
        let others = |id, _: &Session| Some(id) != but;
        self.broadcast(lane, others, frame, effects);
        self.schedule(now_ms, effects);
        true
    }

    /// Whose a client id is, where somebody must know it to know who says what (D4).
    fn tell_owner(&self, lane: Lane, client: ClientId, person: &str, effects: &mut Vec<Effect>) {
        if lane == Lane::Threads {
            let owners = encode_owners([(client, person)].into_iter());
            let frame = Message::Owners(&owners).encode();
            self.broadcast(lane, |_, session| session.ours, frame, effects);
        }
    }

    fn hold(
        &mut self,
        arrival: &Arrival<'_>,
        bytes: Vec<u8>,
        author: String,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let mut is_held = self.logs[arrival.lane].holds(&bytes);
        if !is_held && arrival.origin == Origin::Sync && self.gives_up(arrival, now_ms) {
            return self.refuse(arrival, &Refusal::NobodyHas, now_ms, effects);
        }
        let log = &mut self.logs[arrival.lane];
        let expires_ms = now_ms + self.config.hold_ms;
        if !is_held {
            let held = Held {
                id: 0,
                expires_ms,
                author,
                bytes,
            };
            let hold = log.hold(held, &self.config);
            is_held = hold.is_some();
            if is_held {
                self.wake_at(expires_ms, effects);
            }
            effects.extend(hold);
        }
        let (status, reason) = match is_held {
            true => (AckStatus::Held, "it builds on what the relay does not have"),
            false => (
                AckStatus::RetryLater,
                "too much is waiting for what it builds on",
            ),
        };
        self.acknowledge(arrival, status, reason, effects);
        let is_asked = self.ask(arrival, effects);
        // Of what is held our client does not know when it is stored, and a stock client does not know what was dropped. What our
        // client is told to bring again it brings by itself.
        let waits = match arrival.number {
            Some(_) => is_held && !is_asked,
            None => !is_held,
        };
        let sender = self.sender(arrival);
        sender.waits[arrival.lane] |= waits;
        if !is_held && sender.turned_away_ms[arrival.lane].is_none() {
            self.set_turned_away(arrival, Some(now_ms), effects);
            self.wake_at(expires_ms, effects);
        }
    }

    /// Whether what somebody lacks was waited for long enough: it was held its hour, or for as long there was no room to hold it.
    fn gives_up(&mut self, arrival: &Arrival<'_>, now_ms: u64) -> bool {
        let long_ago = now_ms.saturating_sub(self.config.hold_ms);
        let is_recovering = self.is_recovering(now_ms);
        let (lane, sender) = (arrival.lane, self.sender(arrival));
        let since = sender.turned_away_ms[lane];
        let turned_away = !is_recovering && since.is_some_and(|since| since.get() <= long_ago);
        std::mem::take(&mut sender.given_up[lane]) || turned_away
    }

    fn sender(&mut self, arrival: &Arrival<'_>) -> &mut Session {
        self.sessions
            .get_mut(&arrival.session)
            .expect("the sender of an update is here")
    }

    /// Asks the sender for what is missing, unless it was asked since the log last grew: it has said all it knows. Says whether it did.
    fn ask(&mut self, arrival: &Arrival<'_>, effects: &mut Vec<Effect>) -> bool {
        let last = self.logs[arrival.lane].last_sequence;
        let asked = self.sender(arrival).asked_at[arrival.lane].replace(last);
        let asks = asked != Some(last) && arrival.origin != Origin::Sync;
        if asks {
            self.send_step1(arrival.session, arrival.lane, effects);
        }
        asks
    }

    /// Stores what is held and no longer lacks anything. What that brings may be what others lack.
    pub(super) fn retry_held(&mut self, lane: Lane, now_ms: u64, effects: &mut Vec<Effect>) {
        let mut less = false;
        self.logs[lane].held.look_again();
        while let Some(held) = self.logs[lane].held.take_due() {
            less |= self.retry(lane, held, now_ms, effects);
        }
        if less {
            self.ask_again(lane, effects);
        }
    }

    /// Less is held than was: who waits for that is asked again.
    pub(super) fn ask_again(&mut self, lane: Lane, effects: &mut Vec<Effect>) {
        let last = self.logs[lane].last_sequence;
        let mut asked = Vec::new();
        for (&id, session) in &mut self.sessions {
            let waits = std::mem::take(&mut session.waits[lane]);
            if waits && session.access.role.writes(lane) && session.speaks.of(lane) {
                session.asked_at[lane] = Some(last);
                asked.push(id);
            }
        }
        for id in asked {
            self.send_step1(id, lane, effects);
        }
    }

    /// Stores what is due of a piece. Says whether less of it is held then.
    fn retry(&mut self, lane: Lane, held: Held, now_ms: u64, effects: &mut Vec<Effect>) -> bool {
        let update = Update::decode(&held.bytes).expect("what is held was written by the room");
        let log = &mut self.logs[lane];
        let stray = log.conflict(&update, &held.author, Origin::Held).is_some();
        let recovering = self
            .recovering_until_ms
            .is_some_and(|until_ms| now_ms < until_ms);
        let stray = stray && !recovering;
        let waits = self.spoken_for(lane, &update, &held.author, now_ms);
        // The relay's own are pieces of several people.
        let (stray, waits) = match (held.author.as_str(), waits) {
            (RELAY, _) => (false, BTreeSet::new()),
            (_, Ok(waits)) => (stray, waits),
            (_, Err(_)) => (true, BTreeSet::new()),
        };
        let log = &mut self.logs[lane];
        let admission = log.admit_as(Nature::Edit, &waits, &update);
        let Some(admission) = admission.ok().filter(|_| !stray) else {
            effects.push(Effect::Release(lane, held.id));
            return true;
        };
        if admission.rest.as_ref() == Some(&held.bytes) {
            log.hold_again(held);
            return false;
        }
        let rest = admission.rest.clone();
        let provenance = Provenance {
            lane,
            author: &held.author,
            origin: Origin::Held,
            owns: false,
            session: None,
            but: None,
        };
        self.store(admission, provenance, now_ms, effects);
        effects.push(Effect::Release(lane, held.id));
        if let Some(bytes) = rest {
            let held = Held { bytes, ..held };
            self.logs[lane].hold_again(held.clone());
            effects.push(Effect::Hold(lane, held));
        }
        true
    }
}
