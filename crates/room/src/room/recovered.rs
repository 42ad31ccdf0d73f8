//! What a log that was restored has forgotten, and others than who wrote it bring back (B2).
//!
//! An example. Ann writes "one two" under client id 7. The relay is set back to a backup that ends after "one ". Bob's page has heard all
//! of it: in its step 2 it brings "two" back, although 7 is not Bob's id. That is allowed for a while after a log has a new epoch. It is
//! stored as an entry of origin `recovered`, and a note remembers which clocks came so: [`Recovered`] with client 7, from 4 to 7.
//!
//! Bob may have made the words up. Only the document that wrote them can tell, so the step 1 that Ann's page is sent asks for all from
//! clock 4 on ([`Room::state_vector_for`]). What it answers is compared with the note ([`Room::take_own_copy`]):
//!
//! - It says "two", too, as nearly always, or more: the note is done with.
//! - It says "ten". Two things would stand under the same ids, and replicas that have heard the one would never agree with those that have
//!   heard the other. So Ann's "ten" is stored under another client id, Bob's "two" is deleted, and id 7 is *closed*: nothing more is
//!   taken under it. Ann's page, which has "ten" as 7, is refused and starts over from what the relay has.
//! - It says nothing of clock 4 yet, only of what comes after: that is put off until it has answered ([`Room::put_off_until_compared`]).

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

/// An update that may have words which others brought back, and who brings it.
pub(super) struct Brought<'a> {
    pub(super) lane: Lane,
    pub(super) person: &'a str,
    /// The connection that it came over.
    pub(super) session: Option<SessionId>,
    pub(super) update: &'a Update<'a>,
    pub(super) bytes: &'a [u8],
}

impl<'a> Brought<'a> {
    /// Where what is stored of it comes from. Its sender is not sent that: their page has these words, perhaps under other ids, and would
    /// show them twice until it hears that it is refused.
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

/// What an owner's copy says of a piece that others had brought back.
enum Compared {
    /// It has other words.
    Differs(Difference),
    /// It has the same words, and goes as far as that clock.
    Agrees(u32),
}

/// Where an owner's copy has other words than others had brought back.
struct Difference {
    client: ClientId,
    /// From here on the owner's copy takes the place of what the log has.
    from: u32,
    /// The clock after all that either copy has.
    end: u32,
}

impl Room {
    /// Whether others than their owners may bring words back.
    pub(super) fn is_recovering(&self, now_ms: u64) -> bool {
        self.recovering_until_ms
            .is_some_and(|until_ms| now_ms < until_ms)
    }

    /// The clocks of a step 1 to that person: what a lane's log has, but for what their answer has to say something of. That is what others
    /// brought back of this person's words, so that it can be compared; and all closed ids, so that whoever has something else under
    /// one is found out.
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

    /// Compares an update with what the log has of words that were brought back. `None`: it may come in. A refusal means that its
    /// document has other words than the relay and has to start over, for one of two reasons:
    ///
    /// - Nobody can settle which words are the right ones ([`Room::ids_with_other_words`]). Of what others wrote in it, as much is stored
    ///   as hangs on nothing that differs.
    /// - It is the owner's own copy, which differs from what others had brought back. That copy has been put in its place here.
    pub(super) fn take_own_copy(
        &mut self,
        brought: &Brought<'_>,
        waits: &BTreeSet<ClientId>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Option<Refusal> {
        let others = self.ids_with_other_words(brought, now_ms, logs);
        if let Some(&(client, _)) = others.first() {
            if self.is_recovering(now_ms) {
                self.store_what_is_no_other(brought, &others, waits, now_ms, effects);
                self.retry_held(brought.lane, now_ms, effects);
            }
            return Some(Refusal::OwnCopy(client));
        }
        let differences = self.compare_own_copy(brought, logs, effects);
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

    /// Whether [`Room::take_own_copy`] would refuse this, asked without changing anything: for somebody who may not write. Nothing is put in
    /// place for them, but they must not believe that the relay has the same words as they.
    pub(super) fn has_another_copy(
        &self,
        brought: &Brought<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
    ) -> bool {
        let is_other = |(_, compared): &(_, Compared)| matches!(compared, Compared::Differs(_));
        !self.ids_with_other_words(brought, now_ms, logs).is_empty()
            || self.comparisons(brought, logs).iter().any(is_other)
    }

    /// The client ids under which an update has other words than the log, and nobody is left to ask which are right. Each is given with the
    /// clock from which on nothing under it can be relied on.
    ///
    /// For example: Bob brought back "two" under Ann's id 7, and Ann's page has agreed. Carol's page heard "ten" under the same clocks, from
    /// somebody who brought that back in an earlier life of the log. She would go on seeing "ten" where all others see "two".
    fn ids_with_other_words(
        &self,
        brought: &Brought<'_>,
        now_ms: u64,
        logs: &mut Lanes<impl LogReader>,
    ) -> Vec<(ClientId, u32)> {
        let log = &self.logs[brought.lane];
        let sections = brought.update.sections().iter();
        let mut suspects = sections
            .filter(|section| self.may_have_other_words(brought.lane, section, now_ms))
            .peekable();
        if suspects.peek().is_none() {
            return Vec::new();
        }
        let stored = merge(&logs[brought.lane].live_entries(), &StateVector::default());
        let stored = stored.unwrap_or_default();
        let Ok(stored) = Update::decode(&stored) else {
            return Vec::new();
        };
        let others = suspects.filter_map(|one| {
            let more = one.end_clock > log.clocks.next(one.client);
            let differs = first_difference(&stored, brought.update, one.client);
            // Under a closed id the owner's words stand no longer, and what stood in their place is deleted. So whoever goes on there, or has
            // anything where nothing is left, has other words, even if all that can still be compared is the same.
            let is_gone = || more || has_what_is_used_up(&stored, brought.update, one.client);
            let is_other = differs.is_some() || log.is_closed(one.client) && is_gone();
            let gone = gone(&stored, one.client).map(|gone| gone.start);
            let from = differs.map(|found| found.end).into_iter().chain(gone).min();
            is_other.then(|| (one.client, from.unwrap_or(0)))
        });
        others.collect()
    }

    /// Whether what an update has of a client id is worth comparing with the log, which takes a walk over all of that: the id is closed; or,
    /// while words are brought back, it has gone on since the log was set back, and no owner is still to be asked about it.
    fn may_have_other_words(&self, lane: Lane, section: &Section, now_ms: u64) -> bool {
        let log = &self.logs[lane];
        let client = section.client;
        let since = log.since.get(&client);
        let goes_on = since.is_some_and(|since| section.end_clock > *since);
        let is_known = section.clock < log.clocks.next(client);
        let mut recovered = log.recovered.iter();
        let waits = recovered.any(|back| back.client == client && !back.agreed);
        log.is_closed(client) || self.is_recovering(now_ms) && goes_on && is_known && !waits
    }

    /// Stores, of an update that is about to be refused, what hangs on none of the words that are `others` here. Else who starts over would say
    /// other people's words again as their own, and then their owners would bring them, too.
    fn store_what_is_no_other(
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

    /// Asks the document of a connection that has just shown a client id of its own, if others had brought words of that id back: it is the one
    /// that wrote them. It is asked even where another document of the same person has answered already.
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
                log.doubt_again(one.client);
                asks = true;
            }
        }
        if asks {
            self.send_step1(id, Lane::Script, effects);
        }
    }

    /// Puts off what an owner brings that comes *after* words which others had brought back, where the update lacks those words themselves: the
    /// client id is added to `waits`, and the sender is sent a step 1 that asks for them.
    ///
    /// That happens when the answer is to a question from before the words were brought back. Ann's page is asked from clock 7 on, then Bob
    /// brings 4 to 7, and then comes Ann's answer: from 7 on. It cannot be compared. Were it stored all the same, it would be seen behind
    /// words that may be none of Ann's, and carried along when somebody moves these, before all of it is put in its own place.
    ///
    /// It concerns the page that writes under the id, and another one of the same person if it has more than the log: then its words are
    /// from that page, and what any page had called right before is compared once more.
    pub(super) fn put_off_until_compared(
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
                asks |= self.logs[brought.lane].doubt_again(client) || !is_replica;
                waits.insert(client);
            }
        }
        if let (Some(id), true) = (brought.session, asks) {
            self.send_step1(id, brought.lane, effects);
        }
    }

    /// Whether an update comes from the document that writes under this id, as far as that can be known: our client's pages show the id that they
    /// write the script under. That of comments is shown by none, so there each document of the owner counts.
    fn is_replica(&self, brought: &Brought<'_>, client: ClientId) -> bool {
        let session = brought.session.and_then(|id| self.sessions.get(&id));
        let shows = session.is_some_and(|one| one.ours && one.shows(client));
        brought.lane == Lane::Threads || shows
    }

    /// Compares an owner's copy with the notes of what others had brought back, and gives back where it differs. What it says of a note
    /// changes that:
    ///
    /// - It differs: the note is done with, for the owner's copy will stand in its place.
    /// - The document that wrote the words agrees: the note is done with, as far as that goes.
    /// - Another document of the owner agrees: that is noted, and no more, for it may have the words from the log.
    fn compare_own_copy(
        &mut self,
        brought: &Brought<'_>,
        logs: &mut Lanes<impl LogReader>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Difference> {
        let lane = brought.lane;
        let compared = self.comparisons(brought, logs);
        if compared.is_empty() {
            return Vec::new();
        }
        let before = self.logs[lane].recovered.clone();
        let mut differences: Vec<Difference> = Vec::new();
        for (one, compared) in compared {
            match compared {
                Compared::Differs(found) => {
                    // Others may have brought it back in pieces: the owner's copy takes the place of all from the first difference on.
                    let mut known = differences.iter_mut();
                    match known.find(|known| known.client == one.client) {
                        Some(known) => known.from = known.from.min(found.from),
                        None => differences.push(found),
                    }
                    self.settle(lane, &one, one.to);
                }
                Compared::Agrees(to) if self.is_replica(brought, one.client) => {
                    self.settle(lane, &one, to);
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

    /// Each note of which an update of the owner says something, and what: it has to reach back to where the piece begins, or differ from it.
    fn comparisons(
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
            // Deleted words agree with any. Where others brought some back right before the words that differ, both were made up.
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

    /// Takes what lies before that clock out of a note: it is known to be right, or replaced.
    fn settle(&mut self, lane: Lane, recovered: &Recovered, to: u32) {
        let left = &mut self.logs[lane].recovered;
        for one in left.iter_mut().filter(|one| *one == recovered) {
            one.from = to;
        }
        left.retain(|one| one.from < one.to);
    }

    /// Under which client ids an owner's own words are stored where they differ: for each id the first of those in question that nobody has.
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

    /// Stores an owner's words under other client ids where they differ, deletes what stood in their place, and closes the old ids. All ids of
    /// an update are done at once, since the words of one may hang on those of another. What is left of the old ids is used up, so that
    /// nothing that still comes under them is taken for what was deleted.
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

/// Whether any of a client's structs from a clock on may be the value of a key in a map, and not part of a text ([`beside`] says why that matters).
/// A struct that follows another one under its key does not name the key in its bytes, so what can be a value counts as one: a text has none.
fn has_keys(update: &Update<'_>, client: ClientId, from: u32) -> bool {
    let sections = update.sections().iter();
    let own = sections.filter(|section| section.client == client);
    let mut structs = own.flat_map(|section| update.structs(section));
    structs.any(|one| {
        let valued = matches!(one.kind, Kind::Values | Kind::Type | Kind::Unit);
        one.end() > from && (valued || one.key.is_some())
    })
}

/// An update that deletes what the log has from where an owner's copy differs on, and uses up the clocks that only that copy has.
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
