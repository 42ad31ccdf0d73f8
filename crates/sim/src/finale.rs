//! The end of a run: the faults are over, everything heals within a bound, and what was promised is held against what is there.

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_room::check::{Kind, Update};
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge_for_join;
use scriptroom_room::{Lane, Role};
use scriptroom_script::Script;

use crate::faults::text_of;
use crate::oracle::chars;
use crate::weather::Fault;
use crate::world::{Event, Page, World};

/// Everything is the same again within that time.
const BOUND_MS: u64 = 30 * 60 * 1_000;
/// Nothing happens for so long: time to look whether everything is the same.
const QUIET_MS: u64 = 60 * 1_000;
/// A connection that nobody has any more is found out within that time.
const HALF_OPEN_MS: u64 = 5 * 60 * 1_000;

impl World {
    /// Ends the run. Whoever may not be here, or not write, in the end keeps what nobody else has; let in at last, they bring it.
    pub(crate) fn finish(&mut self) {
        self.heal();
        self.settle_all();
        if self.ledger.violation.is_none() && self.readmit() {
            self.settle_all();
        }
    }

    /// Waits until everything is the same, and holds what was promised against what is there.
    fn settle_all(&mut self) {
        let mut until_ms = self.now_ms + BOUND_MS;
        let mut waited = false;
        while !self.has_converged() {
            self.reload_stuck();
            if self.ledger.violation.is_some() {
                return;
            }
            if self.steps_until(until_ms) || self.has_converged() {
                continue;
            }
            if waited || !self.anybody_lacks_what_is_lost() {
                let what = self.who_is_not_there();
                return self.ledger.fail("convergence", what);
            }
            waited = true;
            self.note_stranded();
            until_ms += self.recovers_ms() + 2 * self.weather.config.hold_ms;
        }
        let until_ms = self.now_ms + HALF_OPEN_MS;
        while self.ledger.violation.is_none() && self.step_before(until_ms) {}
        // As their timers would: a room that has slept does not know what clocks it has removed them with.
        for at in 0..2 * self.clients.len() {
            let at = at % self.clients.len();
            self.with_stock(at, |stock, _, _| stock.present());
        }
        // A token may have ended just now.
        let until_ms = until_ms + HALF_OPEN_MS;
        while self.ghosts().is_some() && self.step_before(until_ms) {}
        if self.ledger.violation.is_none() {
            self.check_all();
        }
    }

    /// Whether a relay that was set back has lost what somebody's words build on, or what their writer wrote before them. As long as others may bring it
    /// back (B2) the relay holds these words, and asks for what they lack when the time to hold them is over; then it refuses them (U4). Until then
    /// nobody calls them saved, and nobody else sees them.
    fn anybody_lacks_what_is_lost(&self) -> bool {
        let script = &self.relay.disks.script;
        let was_restored = script.recovering_until(&self.weather.config).is_some();
        was_restored
            && self.clients.iter().any(|client| match &client.page {
                Page::Closed => false,
                Page::Ours(tab) => lacks_something(&tab.script),
                Page::Stock(stock) => lacks_something(&stock.script),
            })
    }

    /// For how long others may still bring back what was lost, at least a day: longer where the relay's clock was ahead when it was set back.
    fn recovers_ms(&self) -> u64 {
        let config = &self.weather.config;
        let until_ms = self.relay.disks.script.recovering_until(config);
        let left = until_ms.map_or(0, |until_ms| until_ms.saturating_sub(self.relay_ms()));
        left.max(config.recover_ms)
    }

    /// Whose pages show what the relay lacks, and cannot take. When the day is over in which others may bring words back (B2), each of them is refused, and says what
    /// only they can see again as new words (U4): so it is there as often.
    fn note_stranded(&mut self) {
        let stored = chars(&self.relay_script().text());
        for client in &self.clients {
            if let Page::Ours(tab) = &client.page
                && lacks_something(&tab.script)
            {
                let shown = chars(&tab.script.text());
                for &c in shown.difference(&stored) {
                    *self.stranded.entry(c).or_default() += 1;
                }
            }
        }
    }

    /// A while of what is planned, or what is until it is quiet: with what comes later, as when a token ends, all may be the same before and after.
    /// `false`: the time is over, or nothing is planned.
    fn steps_until(&mut self, until_ms: u64) -> bool {
        for _ in 0..50 {
            if !self.step_before(until_ms) {
                return false;
            }
            if self
                .next_ms()
                .is_none_or(|at_ms| at_ms > self.now_ms + QUIET_MS)
            {
                break;
            }
        }
        true
    }

    fn step_before(&mut self, until_ms: u64) -> bool {
        self.next_ms().is_some_and(|at_ms| at_ms <= until_ms) && self.step()
    }

    fn heal(&mut self) {
        self.heals = true;
        for lane in Lane::ALL {
            self.relay.disks[lane].fails_at_write = None;
            self.relay.disks[lane].fails_to_read = false;
        }
        self.relay.dies_after = None;
        self.down_until_ms = self.now_ms;
        if self.weather.readmits {
            self.readmit();
        }
        // Nobody tells them what the relay has made of it.
        for at in self.thieves.clone() {
            self.with_stock(at, |stock, _, _| stock.asks());
        }
        for at in 0..self.clients.len() {
            self.clients[at].cut_until_ms = self.now_ms;
            self.clients[at].disk_fails = false;
            self.at(self.now_ms, Event::Opens(at));
            let opening = self.clients[at].opening;
            self.after((0, 1_000), Event::Connects(at, opening));
            for id in self.net.ids() {
                for way in [crate::network::Way::Up, crate::network::Way::Down] {
                    self.at(self.now_ms, Event::Arrives(id, way));
                }
            }
        }
    }

    /// Whether anybody who is here may write.
    fn anybody_may_write(&self) -> bool {
        let people = self.clients.iter().map(|client| &client.person);
        let mut roles = people.filter_map(|person| self.relay.members.get(person));
        roles.any(|role| role.writes(Lane::Script))
    }

    /// Lets everybody write. Says whether anybody was not let before.
    fn readmit(&mut self) -> bool {
        let people = self.clients.iter().map(|one| one.person.clone());
        let people: BTreeSet<String> = people.collect();
        let mut all = true;
        for person in people {
            let role = self.relay.members.get(&person);
            all &= role.is_some_and(|role| role.writes(Lane::Script));
            self.set_role(&person, Some(Role::Editor));
        }
        !all
    }

    /// Whoever is told that nothing goes on here loads the page again.
    fn reload_stuck(&mut self) {
        for at in 0..self.clients.len() {
            if self.is_in(at) && self.is_stuck(at) {
                self.dies(at);
                self.at(self.now_ms, Event::Opens(at));
            }
        }
    }

    /// A page that its user has to load again.
    fn is_stuck(&self, at: usize) -> bool {
        match &self.clients[at].page {
            Page::Closed => false,
            Page::Ours(tab) => tab.refused.is_some() || tab.has_failed(),
            Page::Stock(stock) => stock.denied,
        }
    }

    /// Whether this client's person may be here.
    fn is_in(&self, at: usize) -> bool {
        self.relay.members.contains_key(&self.clients[at].person)
    }

    fn has_converged(&self) -> bool {
        let theirs = self.relay_script();
        let plain = theirs.to_plain();
        (0..self.clients.len())
            .all(|at| !self.is_in(at) || self.problem(at, &theirs, &plain).is_none())
    }

    /// Why a client does not have what the relay has.
    fn problem(
        &self,
        at: usize,
        theirs: &Script,
        plain: &scriptroom_paragraphs::PlainScript,
    ) -> Option<&'static str> {
        let client = &self.clients[at];
        let (script, synced) = match &client.page {
            Page::Closed => return Some("is not open"),
            Page::Ours(tab) => (
                &tab.script,
                tab.is_synced() && client.device.unsaved().is_empty(),
            ),
            Page::Stock(stock) => (&stock.script, stock.synced),
        };
        if !client.is_open {
            Some("is not connected")
        } else if matches!(&client.page, Page::Ours(tab) if tab.unapplied.is_some()) {
            Some("could not apply what it was sent")
        } else if script.has_pending() {
            Some("waits for something that does not come")
        } else if script.text() != theirs.text() {
            Some("has another text")
        } else if script.to_plain() != *plain {
            Some("has other attributes")
        } else if self.lacks_comments(at) {
            Some("has other comments")
        } else {
            (!synced).then_some("does not call itself synced")
        }
    }

    fn who_is_not_there(&self) -> String {
        let theirs = self.relay_script();
        let plain = theirs.to_plain();
        let mut all = Vec::new();
        for at in (0..self.clients.len()).filter(|&at| self.is_in(at)) {
            if let Some(problem) = self.problem(at, &theirs, &plain) {
                let client = &self.clients[at];
                let kind = if client.ours {
                    "client"
                } else {
                    "stock client"
                };
                let role = self.relay.members[&client.person];
                let mut line = format!("{kind} {at} ({} as {role}) {problem}", client.person);
                if let Page::Ours(tab) = &client.page {
                    line += &format!(": {:?}", tab.session);
                }
                all.push(line);
            }
        }
        all.join("; ")
    }

    fn check_all(&mut self) {
        self.relay.check_log(&mut self.ledger);
        let theirs = self.relay_script();
        self.check_join(&theirs);
        self.check_words(&theirs.text());
        self.check_comments();
        let ghosts = self.ghosts();
        self.ledger.expect(ghosts.is_none(), "presence", || {
            ghosts.clone().unwrap_or_default()
        });
        theirs.check();
    }

    /// A newcomer reads the same, from what the relay would send.
    fn check_join(&mut self, theirs: &Script) {
        let answer = merge_for_join(&self.relay.disks.script.log(), &StateVector::default());
        let answer = answer.expect("the log can be read");
        let newcomer = crate::world::script_of(&[answer.into()]);
        let same = newcomer.to_plain() == theirs.to_plain();
        self.ledger.expect(same, "join", || {
            "a newcomer reads something else than the log has".to_owned()
        });
    }

    /// Each character that somebody typed and nobody deleted is there, once, and nothing else is.
    fn check_words(&mut self, text: &str) {
        let mut found: BTreeMap<char, usize> = BTreeMap::new();
        for c in text.chars().filter(|&c| c != '\n') {
            *found.entry(c).or_default() += 1;
        }
        let excused = self.excused();
        let oracle = &self.oracle;
        let due = oracle
            .typed
            .iter()
            .filter(|c| !oracle.deleted.contains(c) && !oracle.forgiven.contains(c));
        let lost: String = due
            .filter(|c| !found.contains_key(c) && !excused.contains(c))
            .collect();
        // Of a made-up letter of two units somebody may have half who had come to the first of them.
        let is_half = |c: char| c == char::REPLACEMENT_CHARACTER && !self.thieves.is_empty();
        let strange = found
            .keys()
            .filter(|&&c| !oracle.typed.contains(&c) && !is_half(c));
        let strange: String = strange.collect();
        let twice = found
            .iter()
            .filter(|&(c, &count)| count > 1 && !oracle.may_be_doubled(*c));
        let too_late = self.may_recover_too_late();
        let said_again = |c: &char| self.stranded.get(c).copied().unwrap_or(0);
        let twice = twice.filter(|&(c, &count)| !too_late && count > said_again(c));
        // Each who was sent them in another life of the log may say them again.
        let is_made_up = |c: char| oracle.made_up.contains(&c) || is_half(c);
        let twice = twice.filter(|&(&c, _)| !(self.restored && is_made_up(c)));
        let twice: String = twice.map(|(c, _)| *c).collect();
        self.ledger
            .expect(lost.is_empty(), "nothing typed is lost", || {
                format!("{lost:?} is gone")
            });
        self.ledger.expect(strange.is_empty(), "words", || {
            format!("nobody typed {strange:?}")
        });
        // What a restored relay has lost comes back from several at once. To take back one of two copies is an edit (R3): where
        // nobody here may make one, both stay until somebody is let, and then it is held that one of them goes.
        let nobody_answers = !self.anybody_may_write();
        self.ledger
            .expect(twice.is_empty() || nobody_answers, "words", || {
                format!("{twice:?} is there twice")
            });
    }

    /// B2: others may bring back what a relay has lost for a day by its clock. One that jumps may end it at once: who is refused then says
    /// the same again, as new words.
    pub(crate) fn may_recover_too_late(&self) -> bool {
        self.restored && self.weather.faults.contains_key(&Fault::ClockJump)
    }

    /// What need not be in the script: it is in a copy on a device, because its writer was not allowed to write, or with
    /// somebody who may not be here, be it in the memory of a page whose device takes nothing any more.
    fn excused(&self) -> BTreeSet<char> {
        let mut excused = BTreeSet::new();
        let contested = self.restored || self.weather.faults.contains_key(&Fault::Theft);
        for (at, client) in self.clients.iter().enumerate() {
            for copy in client.device.kept() {
                if contested || copy.reason.starts_with("not allowed") {
                    let script = crate::world::script_of(std::slice::from_ref(&copy.update));
                    excused.extend(chars(&script.text()));
                }
            }
            // Who deletes the thief's words deletes its own, and so does another life of the log in which it has none of them.
            if let Page::Stock(stock) = &client.page
                && self.victims.contains(&stock.script.client_id())
                && (self.restored || !self.is_in(at))
            {
                excused.extend(&stock.typed);
            }
            let text = match &client.page {
                _ if self.is_in(at) => continue,
                Page::Closed => crate::world::script_of(&client.device.load().updates).text(),
                Page::Ours(tab) => tab.script.text(),
                Page::Stock(stock) => stock.script.text(),
            };
            excused.extend(chars(&text));
            if let Page::Ours(tab) = &client.page {
                let unkept = tab.unkept().into_iter();
                excused.extend(unkept.flat_map(|update| text_of(&update)));
            }
        }
        excused
    }

    /// Everybody who is here is shown, and nobody else: where that is not so.
    fn ghosts(&self) -> Option<String> {
        let ids: Vec<Option<u64>> = (0..self.clients.len())
            .map(|at| self.presence_of(at))
            .collect();
        let here: BTreeSet<u64> = ids.iter().flatten().copied().collect();
        let known = self.relay.sessions();
        let known: BTreeSet<u64> = known.into_iter().flat_map(|(_, _, ids)| ids).collect();
        if self.relay.is_awake() && known != here {
            return Some(format!("here are {here:?}, the relay has {known:?}"));
        }
        ids.iter().enumerate().find_map(|(at, own)| {
            let shown: BTreeSet<u64> = match &self.clients[at].page {
                Page::Ours(tab) => tab.session.peers().map(|peer| peer.client).collect(),
                Page::Stock(stock) => stock.peers().collect(),
                Page::Closed => return None,
            };
            let own = (*own)?;
            let others: BTreeSet<u64> = here.iter().copied().filter(|id| *id != own).collect();
            let what = format!("client {at} shows {shown:?}, here are {here:?}");
            (shown != others).then_some(what)
        })
    }

    fn presence_of(&self, at: usize) -> Option<u64> {
        match &self.clients[at].page {
            _ if !self.clients[at].is_open => None,
            Page::Closed => None,
            Page::Ours(tab) => Some(tab.script.client_id()),
            Page::Stock(stock) => Some(stock.script.client_id()),
        }
    }
}

/// Whether a document waits for what some of it builds on, or has something behind a gap in what one client wrote. That waits for nothing there: a
/// document shows it, and only a log has no gaps (U5).
fn lacks_something(script: &Script) -> bool {
    let state = script.encode_state();
    let state = Update::decode(&state).expect("it was made by a document");
    let mut sections = state.sections().iter();
    script.has_pending()
        || sections.any(|section| state.structs(section).any(|one| one.kind == Kind::Skip))
}
