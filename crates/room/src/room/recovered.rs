//! What a log that was restored has forgotten, and others than who wrote it bring back (B2).
//!
//! For a while after a log has a new epoch, a step 2 of whoever writes may continue other people's client ids. What it brought of them
//! is remembered, and their owners are asked for their own copies. Nearly always these are the same, or longer. Where one differs, two
//! things would stand under the same ids, and replicas that had heard the one would never agree with those that had heard the other: so the owner's copy
//! comes into the log under another client id, and what had been brought back in its place is deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::Room;
use super::updates::Provenance;
use crate::awareness::Presence;
use crate::check::{Kind, Section, Update};
use crate::fork::{Fork, Forks, beside, first_difference, forked, gone, has_what_is_used_up};
use crate::ids::{ClientId, IdSet, StateVector};
use crate::lane::{Lane, Lanes};
use crate::merge::merge;
use crate::port::{Effect, LogReader, Origin, Recovered};
use crate::refusal::Refusal;
use crate::session::SessionId;
use crate::varint::write_uint;

/// How a struct begins of which only the length is left.
const GC: u8 = 0;

/// An update, and who brings it.
pub(super) struct Brought<'a> {
    pub(super) lane: Lane,
    pub(super) person: &'a str,
    /// The connection that it came over.
    pub(super) session: Option<SessionId>,
    pub(super) update: &'a Update<'a>,
    pub(super) bytes: &'a [u8],
}

impl<'a> Brought<'a> {
    /// Where what is stored of it comes from. Who has brought it has the same words, perhaps under other ids, and would show both until they hear that they are
    /// refused.
    fn provenance(&self) -> Provenance<'a> {
        Provenance {
            lane: self.lane,
            author: self.person,
            origin: Origin::Recovered,
            owns: false,
            session: self.session,
            but: self.session,
        }
    }
}

/// What an owner's copy says of what others had brought back.
enum Compared {
    /// It is another one.
    Differs(Difference),
    /// It is the same up to that clock.
    Agrees(u32),
}

/// Where an owner's copy differs from what others had brought back.
struct Difference {
    client: ClientId,
    from: u32,
    /// The clock after both copies.
    end: u32,
}

impl Room {
    /// Whether others than their owners may bring words back.
    pub(super) fn is_recovering(&self, now_ms: u64) -> bool {
        self.recovering_until_ms
            .is_some_and(|until_ms| now_ms < until_ms)
    }

    /// What a lane's log has, for that person: without what others have brought back of their words, which they are
    /// asked for themselves, and without the ids that are closed: who has something else under them must hear of it.
    pub fn state_vector_for(&self, lane: Lane, person: &str) -> StateVector {
        let log = &self.logs[lane];
        let is_own = |client| log.owners.get(&client).is_some_and(|owner| owner == person);
        let asks = |one: &&Recovered| !one.agreed && is_own(one.client);
        let known = log.below(log.recovered.iter().filter(asks));
        let mut vector = StateVector::default();
        for (client, next) in known.iter().filter(|&(client, _)| !log.is_closed(client)) {
            vector.advance(client, next);
        }
        vector
    }

    /// Holds an owner's copy against what others had brought back of it. Where they differ the owner's is taken, and
    /// the refusal says that their document is another one now.
    pub(super) fn take_own_copy(
        &mut self,
        brought: &Brought<'_>,
        waits: &BTreeSet<ClientId>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Option<Refusal> {
        let others = self.differs_from_known(brought, now_ms, logs);
        if let Some(&(client, _)) = others.first() {
            if self.is_recovering(now_ms) {
                self.bring_what_is_no_other(brought, &others, waits, now_ms, effects);
                self.retry_held(brought.lane, now_ms, effects);
            }
            return Some(Refusal::OwnCopy(client));
        }
        let differences = self.differences(brought, logs, effects);
        let first = differences.first()?.client;
        let log = &mut self.logs[brought.lane];
        if !log.held.is_empty() {
            // It may name what is about to be used up.
            log.know_deleted(&mut logs[brought.lane]);
        }
        let put = self.put_in_place(brought, &differences, now_ms, effects);
        self.retry_held(brought.lane, now_ms, effects);
        Some(put.err().unwrap_or(Refusal::OwnCopy(first)))
    }

    /// Whether this would take the place of something, or is something else under a closed id. Who may not write has nothing put in place,
    /// and must not take what the relay has under these ids for the same.
    pub(super) fn has_another_copy(
        &self,
        brought: &Brought<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
    ) -> bool {
        let is_other = |(_, compared): &(_, Compared)| matches!(compared, Compared::Differs(_));
        !self.differs_from_known(brought, now_ms, logs).is_empty()
            || self.compared(brought, logs).iter().any(is_other)
    }

    /// Client ids under which this has something else than the log, and from which clock on. It would never be known which of them anybody sees. One that is closed, where
    /// more is something else, too: what had been there before its words were brought back by somebody, or was brought then. Or one of which the log has
    /// nothing that waits for its owner, while it may have been another one in another life of the log.
    fn differs_from_known(
        &self,
        brought: &Brought<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
    ) -> Vec<(ClientId, u32)> {
        let log = &self.logs[brought.lane];
        let is_recovering = self.is_recovering(now_ms);
        let is_compared = |one: &&Section| {
            let goes_on = log
                .since
                .get(&one.client)
                .is_some_and(|since| one.end_clock > *since);
            let is_known = one.clock < log.clocks.next(one.client);
            let mut recovered = log.recovered.iter();
            let waits = recovered.any(|back| back.client == one.client && !back.agreed);
            log.is_closed(one.client) || is_recovering && goes_on && is_known && !waits
        };
        let sections = brought.update.sections().iter();
        let mut compared = sections.filter(is_compared).peekable();
        if compared.peek().is_none() {
            return Vec::new();
        }
        let stored = merge(&logs[brought.lane].live_entries(), &StateVector::default());
        let stored = stored.unwrap_or_default();
        let Ok(stored) = Update::decode(&stored) else {
            return Vec::new();
        };
        let others = compared.filter_map(|one| {
            let more = one.end_clock > log.clocks.next(one.client);
            let differs = first_difference(&stored, brought.update, one.client);
            // What differs may be deleted there by now: that is how the one was put in the place of the other.
            let is_gone = || more || has_what_is_used_up(&stored, brought.update, one.client);
            let is_other = differs.is_some() || log.is_closed(one.client) && is_gone();
            let gone = gone(&stored, one.client).map(|gone| gone.start);
            let from = differs.map(|found| found.end).into_iter().chain(gone).min();
            is_other.then(|| (one.client, from.unwrap_or(0)))
        });
        others.collect()
    }

    /// Stores what somebody brings who starts over, as far as it hangs on nothing that is another one here: they would say it again, and so would
    /// those whose words it is.
    fn bring_what_is_no_other(
        &mut self,
        brought: &Brought<'_>,
        others: &[(ClientId, u32)],
        waits: &BTreeSet<ClientId>,
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) {
        let mut waits = waits.clone();
        waits.extend(others.iter().map(|&(client, _)| client));
        let log = &self.logs[brought.lane];
        let Ok(admission) = log.admit_before(others, &waits, brought.update) else {
            return;
        };
        if self.has_space(brought.lane, &admission).is_ok() {
            self.store(admission, brought.provenance(), now_ms, effects);
        }
    }

    /// Somebody shows a client id of theirs of which others had brought words back: their document is asked what it has, whatever
    /// another one of the same person has said.
    pub(super) fn ask_replica(
        &mut self,
        id: SessionId,
        shown: &[Presence],
        effects: &mut Vec<Effect>,
    ) {
        let person = &self.sessions[&id].person;
        let log = &mut self.logs.script;
        let mut asks = false;
        for one in shown.iter().filter(|one| !one.is_gone()) {
            let own = log.owners.get(&one.client) == Some(person);
            let brought = log.recovered.iter().any(|back| back.client == one.client);
            if own && brought && log.asked.insert(one.client, id) != Some(id) {
                log.ask_again(one.client);
                asks = true;
            }
        }
        if asks {
            self.send_step1(id, Lane::Script, effects);
        }
    }

    /// Has ids of the sender's wait of which this has what comes after words that others brought back, and not those: it answers a question from before the
    /// document that writes there was known to be here. What it answers to the next one says whether they are the same. Stored after words that are
    /// none of theirs, these would be seen, and carried elsewhere, before they are put in their own place. So it is where another document of the same
    /// person has said that they are the same, and this one has more: only where they were written can that be.
    pub(super) fn wait_to_be_compared(
        &mut self,
        brought: &Brought<'_>,
        waits: &mut BTreeSet<ClientId>,
        effects: &mut Vec<Effect>,
    ) {
        let mut asks = false;
        for section in brought.update.sections() {
            let client = section.client;
            let log = &self.logs[brought.lane];
            let owner = log.owners.get(&client);
            let is_own = owner.is_some_and(|owner| owner == brought.person);
            let mut recovered = log.recovered.iter();
            let is_behind = recovered.any(|one| one.client == client && one.from < section.clock);
            let has_more = section.end_clock > log.clocks.next(client);
            let is_replica = self.is_replica(brought, client);
            let is_script = brought.lane == Lane::Script;
            if is_script && is_own && is_behind && (is_replica || has_more) {
                asks |= self.logs[brought.lane].ask_again(client) || !is_replica;
                waits.insert(client);
            }
        }
        if let (Some(id), true) = (brought.session, asks) {
            self.send_step1(id, brought.lane, effects);
        }
    }

    /// Whether a connection is that of the document which writes under this id, as far as can be known: comments' ids are not shown.
    fn is_replica(&self, brought: &Brought<'_>, client: ClientId) -> bool {
        let session = brought.session.and_then(|id| self.sessions.get(&id));
        let shows = session.is_some_and(|one| one.ours && one.shows(client));
        brought.lane == Lane::Threads || shows
    }

    /// Where the owner's copy differs; what is the same in both is the owner's own from now on, if it came from the document that wrote it.
    /// Another one of the same person may have it from the log.
    fn differences(
        &mut self,
        brought: &Brought<'_>,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Difference> {
        let lane = brought.lane;
        let compared = self.compared(brought, logs);
        if compared.is_empty() {
            return Vec::new();
        }
        let before = self.logs[lane].recovered.clone();
        let mut differences: Vec<Difference> = Vec::new();
        for (one, compared) in compared {
            match compared {
                Compared::Differs(found) => {
                    // Others may have brought it back in pieces: the owner's copy takes the place of all that comes after the first difference.
                    let mut known = differences.iter_mut();
                    match known.find(|known| known.client == one.client) {
                        Some(known) => known.from = known.from.min(found.from),
                        None => differences.push(found),
                    }
                    self.agrees(lane, &one, one.to);
                }
                Compared::Agrees(to) if self.is_replica(brought, one.client) => {
                    self.agrees(lane, &one, to);
                }
                Compared::Agrees(to) if to >= one.to => {
                    let mut left = self.logs[lane].recovered.iter_mut();
                    if let Some(left) = left.find(|left| **left == one) {
                        left.agreed = true;
                    }
                }
                Compared::Agrees(_) => {}
            }
        }
        let left = &self.logs[lane].recovered;
        if *left != before {
            effects.push(Effect::Recovered(lane, left.clone()));
        }
        differences
    }

    /// Holds what others had brought back against an owner's copy, where that says anything of where a piece begins.
    fn compared(
        &self,
        brought: &Brought<'_>,
        logs: &mut Lanes<impl LogReader>,
    ) -> Vec<(Recovered, Compared)> {
        let log = &self.logs[brought.lane];
        if log.recovered.is_empty() {
            return Vec::new();
        }
        let sections = brought.update.sections().iter();
        let sections: BTreeMap<ClientId, &Section> =
            sections.map(|one| (one.client, one)).collect();
        let said = |one: &Recovered| {
            let section = *sections.get(&one.client)?;
            let owner = log.owners.get(&one.client);
            let is_own = owner.is_some_and(|owner| owner == brought.person);
            (is_own && section.clock < one.to).then_some((*one, section))
        };
        let said: Vec<(Recovered, &Section)> = log.recovered.iter().filter_map(said).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let pieces = said.iter().map(|(one, _)| one);
        let stored = merge(&logs[brought.lane].live_entries(), &log.below(pieces));
        let stored = stored.unwrap_or_default();
        let Ok(stored) = Update::decode(&stored) else {
            return Vec::new();
        };
        let compared = said.into_iter().filter_map(|(one, section)| {
            let Some(found) = first_difference(&stored, brought.update, one.client) else {
                let says = section.clock <= one.from && section.end_clock > one.from;
                return says.then_some((one, Compared::Agrees(section.end_clock)));
            };
            // What is deleted right before it agrees with anything: whoever made the one up made up the other.
            let begin = log.brought_back_from(one.client, found.end);
            let differs = Difference {
                client: one.client,
                from: found.start.max(begin),
                end: section.end_clock.max(log.clocks.next(one.client)),
            };
            Some((one, Compared::Differs(differs)))
        });
        compared.collect()
    }

    /// What was brought back is known to be right, or done with, up to that clock.
    fn agrees(&mut self, lane: Lane, recovered: &Recovered, to: u32) {
        let left = &mut self.logs[lane].recovered;
        for one in left.iter_mut().filter(|one| *one == recovered) {
            one.from = to;
        }
        left.retain(|one| one.from < one.to);
    }

    /// Which ids an owner's own words get: for each the first that nobody has.
    fn ids_beside(&self, brought: &Brought<'_>, differences: &[Difference]) -> Forks {
        let mut forks = Forks::new();
        for one in differences {
            let keyed = has_keys(brought.update, one.client, one.from);
            let other = self.id_beside(brought.lane, one.client, one.from, keyed);
            forks.insert(one.client, Fork::from(one.from, other));
        }
        forks
    }

    fn id_beside(&self, lane: Lane, client: ClientId, from: u32, keyed: bool) -> ClientId {
        let log = &self.logs[lane];
        let ids = (0..).map(|attempt| beside(client, from, keyed, attempt));
        let mut free = ids.filter(|id| log.clocks.next(*id) == 0 && !log.owners.contains_key(id));
        free.next().expect("nobody has all ids")
    }

    /// Stores the owner's copy under other client ids, all of it at once, since the words of one may hang on those of another, and deletes what stood in its
    /// place. The old ids are used up, so that nothing that still comes under them is taken for what was deleted.
    fn put_in_place(
        &mut self,
        brought: &Brought<'_>,
        differences: &[Difference],
        now_ms: u64,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let &Brought { lane, person, .. } = brought;
        let forks = self.ids_beside(brought, differences);
        let moved = forked(brought.bytes, &forks).map_err(Refusal::Malformed)?;
        let moved = Update::decode(&moved).map_err(Refusal::Malformed)?;
        let log = &mut self.logs[lane];
        let own = log.admit(&moved).map_err(Refusal::Malformed)?;
        let gone = used_up(differences, &log.clocks);
        let gone = Update::decode(&gone).map_err(Refusal::Malformed)?;
        let gone = log.admit(&gone).map_err(Refusal::Malformed)?;
        if own.rest.is_some() {
            // It builds on what is not here: nothing is replaced, and its words come again as new ones.
            return Err(Refusal::OwnCopy(differences[0].client));
        }
        self.has_space(lane, &own)?;
        let log = &mut self.logs[lane];
        for fork in forks.values() {
            log.own(fork.to, person);
        }
        for one in differences {
            log.close(one.client, log.clocks.next(one.client)..one.end);
        }
        self.store(own, brought.provenance(), now_ms, effects);
        self.store(gone, brought.provenance(), now_ms, effects);
        let log = &self.logs[lane];
        let blocked = forks.keys().map(|&client| log.clock(client));
        let appends = effects.iter_mut().rev();
        let mut appends = appends.filter_map(|effect| match effect {
            Effect::Append(_, _, clocks) => Some(clocks),
            _ => None,
        });
        if let Some(clocks) = appends.next() {
            clocks.retain(|clock| !forks.contains_key(&clock.client));
            clocks.extend(blocked);
        }
        Ok(())
    }
}

/// Whether any of a client's structs from a clock on may stand under a key. Bytes do not say it of one that follows another there; a text
/// has no values.
fn has_keys(update: &Update<'_>, client: ClientId, from: u32) -> bool {
    let sections = update.sections().iter();
    let own = sections.filter(|section| section.client == client);
    let mut structs = own.flat_map(|section| update.structs(section));
    structs.any(|one| {
        let valued = matches!(one.kind, Kind::Values | Kind::Type | Kind::Unit);
        one.end() > from && (valued || one.key.is_some())
    })
}

/// An update that deletes the units from which on an owner's copy differs, and uses up those that are not there.
fn used_up(differences: &[Difference], clocks: &StateVector) -> Vec<u8> {
    let next = |one: &Difference| clocks.next(one.client);
    let longer = differences.iter().filter(|one| one.end > next(one));
    let mut longer: Vec<&Difference> = longer.collect();
    // Higher ids first, as Yjs writes them.
    longer.sort_by_key(|one| std::cmp::Reverse(one.client));
    let mut out = Vec::new();
    write_uint(&mut out, longer.len() as u64);
    for one in longer {
        write_uint(&mut out, 1);
        write_uint(&mut out, one.client);
        write_uint(&mut out, u64::from(next(one)));
        out.push(GC);
        write_uint(&mut out, u64::from(one.end - next(one)));
    }
    let mut deletions = IdSet::default();
    for one in differences {
        deletions.add(
            one.client,
            std::iter::once(one.from..next(one).max(one.from)),
        );
    }
    deletions.encode(&mut out);
    out
}
