//! What goes wrong: each fault of the weather, when its time has come.

use scriptroom_room::awareness::{self, Presence};
use scriptroom_room::check::{Kind, Update};
use scriptroom_room::wire::Message;
use scriptroom_room::{Input, Lane, Origin, Role, Write, Written};
use scriptroom_script::{Options, Script};

use crate::network::ConnectionId;
use crate::oracle::chars;
use crate::relay::Death;
use crate::tab::{Tab, fresh_options};
use crate::weather::{Fault, Habit};
use crate::world::{Event, Page, World};
use crate::writer::Writer;

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;
const DAY: u64 = 24 * HOUR;

impl World {
    /// The next fault, if it is still time for faults.
    pub(crate) fn fault(&mut self) {
        if self.heals {
            return;
        }
        self.after(self.weather.fault_every_ms, Event::Fault);
        let weights: Vec<u32> = self.weather.faults.values().copied().collect();
        let Some(chosen) = self.fault_dice.weighted(&weights) else {
            return;
        };
        let fault = *self
            .weather
            .faults
            .keys()
            .nth(chosen)
            .expect("it has a weight");
        let struck = self.strikes(fault);
        if self.traced {
            eprintln!("{:>12} {} {struck}", "", fault.name());
        }
        if struck {
            self.count(fault.name());
        }
    }

    /// Says whether there was anything for it to strike.
    fn strikes(&mut self, fault: Fault) -> bool {
        let at = self.fault_dice.below(self.clients.len());
        match fault {
            Fault::Break => self.breaks(),
            Fault::Partition => self.cuts(at, (SECOND, 300 * SECOND)),
            Fault::Offline => self.cuts(at, (HOUR, 21 * DAY)),
            Fault::Crash => self.crashes(),
            Fault::StoreFails => {
                let lane = self.some_lane();
                self.relay.disks[lane].fails_at_write = Some(self.fault_dice.below(4) as u32);
                true
            }
            Fault::ReadFails => {
                let lane = self.some_lane();
                self.relay.disks[lane].fails_to_read = true;
                true
            }
            Fault::Evict => {
                let was_awake = self.relay.is_awake();
                self.relay.sleep();
                was_awake
            }
            Fault::ClockJump => self.jumps(),
            Fault::RoleChange => self.changes_role(at),
            Fault::Removal => self.removes(at),
            Fault::Restore => self.restores(),
            Fault::TabDies => self.dies(at),
            Fault::DeviceFails => {
                let fine = self.clients[at].ours && !self.clients[at].disk_fails;
                self.clients[at].disk_fails |= fine;
                fine
            }
            Fault::Theft => self.steals(at),
            Fault::Replay => self.replays(at),
            Fault::Program => self.program_writes(at),
            Fault::Comment => self.speaks(at),
            Fault::Trap => {
                let has_wasm = matches!(self.clients[at].page, Page::Ours(_));
                self.with_tab(at, Tab::traps);
                has_wasm
            }
            Fault::Alarm => {
                let rang = self.relay.is_awake() && self.now_ms >= self.down_until_ms;
                if rang {
                    self.tell_relay(Input::Alarm);
                }
                rang
            }
        }
    }

    /// The lane that is struck: always the script's where nobody comments.
    fn some_lane(&mut self) -> Lane {
        let talks = self.weather.faults.contains_key(&Fault::Comment);
        match talks && self.fault_dice.chance(400) {
            true => Lane::Threads,
            false => Lane::Script,
        }
    }

    fn breaks(&mut self) -> bool {
        let ids = self.net.ids();
        if ids.is_empty() {
            return false;
        }
        let id: ConnectionId = *self.fault_dice.pick(&ids);
        let broken = self.net.get(id).is_none_or(|connection| connection.broken);
        if !broken {
            self.lose(id, true);
        }
        !broken
    }

    /// A client is cut off; after a while of silence its page lets go of the connection.
    fn cuts(&mut self, at: usize, (from_ms, to_ms): (u64, u64)) -> bool {
        let lasts_ms = self.fault_dice.magnitude(from_ms, to_ms);
        let client = &mut self.clients[at];
        if client.cut_until_ms > self.now_ms {
            return false;
        }
        client.cut_until_ms = self.now_ms + lasts_ms;
        if let Some(id) = client.connection {
            self.after((10 * SECOND, 25 * SECOND), Event::GivesUp(at, id));
        }
        true
    }

    /// In the middle of the work that comes next, or at once.
    fn crashes(&mut self) -> bool {
        if self.now_ms < self.down_until_ms {
            return false;
        }
        let death = *self
            .fault_dice
            .pick(&[Death::Between, Death::Between, Death::WholeTurn]);
        match self.fault_dice.below(5) {
            0 => {
                self.relay.die();
                self.settle_relay();
            }
            _ => self.relay.dies_after = Some((self.fault_dice.below(6), death)),
        }
        true
    }

    fn jumps(&mut self) -> bool {
        let far_ms = self.fault_dice.magnitude(10, 60 * DAY) as i64;
        self.skew_ms = match self.fault_dice.below(4) {
            0 => 0,
            1 => self.skew_ms - far_ms,
            _ => self.skew_ms + far_ms,
        };
        // Not before the relay was built.
        self.skew_ms = self.skew_ms.max(-(1_000 * DAY as i64));
        self.plan_ring();
        true
    }

    fn is_up(&self) -> bool {
        self.now_ms >= self.down_until_ms
    }

    fn changes_role(&mut self, at: usize) -> bool {
        let person = self.clients[at].person.clone();
        let roles = [Role::Viewer, Role::Commenter, Role::Editor, Role::Editor];
        let role = *self.fault_dice.pick(&roles);
        if !self.is_up() || self.relay.members.get(&person) == Some(&role) {
            return false;
        }
        self.set_role(&person, Some(role));
        true
    }

    fn removes(&mut self, at: usize) -> bool {
        let person = self.clients[at].person.clone();
        // Most of those who were removed are let in again some time.
        let (role, changes) = match self.relay.members.contains_key(&person) {
            true => (None, self.relay.members.len() > 1),
            false => (Some(Role::Editor), true),
        };
        if self.is_up() && changes {
            self.set_role(&person, role);
        }
        self.is_up() && changes
    }

    pub(crate) fn set_role(&mut self, person: &str, role: Option<Role>) {
        let now_ms = self.relay_ms();
        self.relay.set_role(person, role, now_ms, &mut self.ledger);
        self.settle_relay();
        for at in 0..self.clients.len() {
            self.with_stock(at, |_, _, _| ());
        }
        let open = self
            .relay
            .sessions()
            .into_iter()
            .any(|(_, who, _)| who == person);
        let socket = self
            .relay
            .sockets_of(&self.net, |client| self.clients[client].person == person);
        self.ledger
            .expect(role.is_some() || !(open || socket), "removal", || {
                format!("{person} was removed and is still connected")
            });
    }

    /// A backup is taken, or put back.
    fn restores(&mut self) -> bool {
        let Some(backup) = self.backup.clone() else {
            let mut backup = self.relay.disks.clone();
            for lane in Lane::ALL {
                (backup[lane].fails_at_write, backup[lane].fails_to_read) = (None, false);
            }
            self.backup = Some(backup);
            return false;
        };
        let before = self.everything();
        self.relay.die();
        self.settle_relay();
        self.relay.restore(&backup, &mut self.ledger);
        self.restored = true;
        let after = self.everything();
        self.oracle.forgiven.extend(before.difference(&after));
        self.backup = None;
        true
    }

    /// A page is gone, with what its device does not have.
    pub(crate) fn dies(&mut self, at: usize) -> bool {
        let before = if self.restored {
            self.everything()
        } else {
            Default::default()
        };
        let client = &mut self.clients[at];
        let page = std::mem::replace(&mut client.page, Page::Closed);
        client.is_open = false;
        let connection = client.connection.take();
        match page {
            Page::Closed => return false,
            Page::Ours(tab) => self.tab_dies(at, *tab),
            Page::Stock(stock) => {
                let kept = chars(&self.relay_script().text());
                let mut had = chars(&stock.script.text());
                // Who deletes the thief's words deletes its own, and words built on them may hide some, also those of another life of the log.
                let is_victim = self.victims.contains(&stock.script.client_id());
                if is_victim || self.restored && !self.victims.is_empty() {
                    had.extend(&stock.typed);
                }
                self.oracle.forgiven.extend(had.difference(&kept));
            }
        }
        self.clients[at].disk_fails = false;
        if let Some(id) = connection {
            self.lose(id, true);
            if let Some(connection) = self.net.get(id) {
                connection.left = true;
            }
        }
        if self.restored {
            // It may have been the last to have what the relay has lost.
            let after = self.everything();
            self.oracle.forgiven.extend(before.difference(&after));
        }
        let away_ms = self.fault_dice.magnitude(100, 2 * DAY);
        self.at(self.now_ms + away_ms, Event::Opens(at));
        true
    }

    fn tab_dies(&mut self, at: usize, tab: Tab) {
        let kept = tab.is_kept();
        let read = kept.then(|| tab.script.to_plain());
        let commits = self.fault_dice.chance(500);
        let lost = tab.dies(commits, &mut self.clients[at].device);
        for update in lost {
            self.oracle.forgiven.extend(text_of(&update));
        }
        self.clients[at].closed_as = read;
    }

    /// Somebody who may write continues a co-writer's client id, with words of their own.
    fn steals(&mut self, at: usize) -> bool {
        let thief = (0..self.clients.len()).find(|&other| {
            let client = &self.clients[other];
            let other_person = client.person != self.clients[at].person;
            other_person && client.is_open && matches!(client.page, Page::Stock(_))
        });
        let victim = match &self.clients[at].page {
            Page::Closed => return false,
            Page::Ours(tab) => tab.script.client_id(),
            Page::Stock(stock) => stock.script.client_id(),
        };
        // An id of which nobody has heard becomes the thief's: the relay cannot know who came first.
        let known = self.ledger.owner(victim).is_some();
        let Some(thief) = thief.filter(|_| known) else {
            return false;
        };
        self.thieves.insert(thief);
        self.victims.insert(victim);
        let options = Options {
            client_id: victim,
            seed: self.fault_dice.number() >> 11,
        };
        let mut script =
            Script::load(options, &self.relay.disks.script.log()).expect("it was checked");
        let updates = self.forged(&mut script);
        for update in updates {
            let frame = match self.fault_dice.chance(500) {
                true => Message::Update(&update).encode(),
                false => Message::Step2(&update).encode(),
            };
            self.send_up(thief, frame);
        }
        let gone = Presence {
            client: victim,
            clock: 1 << 40,
            state: "null".to_owned(),
        };
        let states = awareness::encode([gone].iter());
        self.send_up(thief, Message::Awareness(&states).encode());
        true
    }

    /// Words that nobody promised to keep.
    fn forged(&mut self, script: &mut Script) -> Vec<Vec<u8>> {
        let mut writer = Writer {
            script,
            oracle: &mut self.oracle,
            dice: &mut self.fault_dice,
            now_ms: self.now_ms,
        };
        let updates = writer.act(Habit::Type);
        for update in &updates {
            self.oracle.forgiven.extend(text_of(update));
            self.oracle.made_up.extend(text_of(update));
        }
        updates
    }

    /// A stock client sends what it has sent before.
    fn replays(&mut self, at: usize) -> bool {
        let Page::Stock(stock) = &self.clients[at].page else {
            return false;
        };
        let state = stock.script.encode_state();
        self.send_up(at, Message::Update(&state).encode());
        true
    }

    /// A program reads the script and writes into it, over HTTP.
    fn program_writes(&mut self, at: usize) -> bool {
        let person = self.clients[at].person.clone();
        let writes = self
            .relay
            .members
            .get(&person)
            .is_some_and(|role| role.writes(Lane::Script));
        if !self.is_up() || !writes {
            return false;
        }
        let options = fresh_options(&mut self.fault_dice);
        let mut script =
            Script::load(options, &self.relay.disks.script.log()).expect("it was checked");
        let mut writer = Writer {
            script: &mut script,
            oracle: &mut self.oracle,
            dice: &mut self.fault_dice,
            now_ms: self.now_ms,
        };
        let habit = *writer
            .dice
            .pick(&[Habit::Type, Habit::Enter, Habit::Delete, Habit::Paste]);
        for update in writer.act(habit) {
            self.relay.written = None;
            let write = Write {
                person: &person,
                lane: Lane::Script,
                origin: Origin::Autosave,
                bytes: &update,
            };
            self.tell_relay(Input::Write(write));
            match self.relay.written.take() {
                Some(Written::Stored) => self.ledger.check_written(&update),
                _ => self.oracle.forgiven.extend(text_of(&update)),
            }
        }
        true
    }
}

/// The characters that an update brings.
pub(crate) fn text_of(update: &[u8]) -> Vec<char> {
    let Ok(update) = Update::decode(update) else {
        return Vec::new();
    };
    let structs = update
        .sections()
        .iter()
        .flat_map(|section| update.structs(section));
    let texts = structs.filter_map(|found| match found.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    });
    texts.flat_map(str::chars).collect()
}
