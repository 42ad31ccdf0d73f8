//! The world: time, the relay, the network, the clients, and what happens next. Everything that happens is an [`Event`] at a moment;
//! of one moment the first that was planned comes first.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use scriptroom_client::session::Input as SessionInput;
use scriptroom_paragraphs::PlainScript;
use scriptroom_room::{Input, Lanes, Role, SessionId};
use scriptroom_script::{Options, Script};

use crate::device::Device;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::ledger::Ledger;
use crate::network::{ConnectionId, Item, Network, Way};
use crate::oracle::Oracle;
use crate::relay::{Out, Relay};
use crate::remarks::Remarks;
use crate::stock::Stock;
use crate::tab::Tab;
use crate::weather::{Fault, Weather};

/// When the relay's clock begins.
const BASE_MS: u64 = 1_800_000_000_000;
pub(crate) const SECOND: u64 = 1_000;

/// What happens next.
#[derive(Debug)]
pub(crate) enum Event {
    /// Something arrives over a connection.
    Arrives(ConnectionId, Way),
    /// A writer does something.
    Acts(usize),
    /// A page tries to connect; of which opening.
    Connects(usize, u64),
    /// A device's disk is done.
    DiskDone(usize, u64),
    /// A page applies what came in.
    Flushes(usize, u64),
    /// The wait that the relay asked for is over; on which connection.
    Waited(usize, u64, u64),
    /// The same for the comments.
    WaitedToTalk(usize, u64, u64),
    /// A device has noted what is saved.
    Marked(usize, u64, BTreeSet<u64>),
    /// A page shows a new token; on which connection.
    Renews(usize, u64, u64),
    /// A page finds its connection silent.
    GivesUp(usize, ConnectionId),
    /// A page that was closed is opened again.
    Opens(usize),
    /// The platform's alarm.
    Rings(u64),
    /// A token was looked at; in which life of the relay.
    Verified(SessionId, String, u64),
    /// The next fault.
    Fault,
}

/// What a client has open.
pub(crate) enum Page {
    Closed,
    Ours(Box<Tab>),
    Stock(Box<Stock>),
}

/// Somebody's browser.
pub(crate) struct Client {
    pub(crate) person: String,
    pub(crate) ours: bool,
    pub(crate) device: Device,
    pub(crate) disk_fails: bool,
    pub(crate) page: Page,
    /// How often its page was opened: what belongs to an earlier opening is over.
    pub(crate) opening: u64,
    pub(crate) connection: Option<ConnectionId>,
    /// The page knows that the connection is open.
    pub(crate) is_open: bool,
    pub(crate) attempt: u32,
    pub(crate) busy: bool,
    pub(crate) token_tried: bool,
    /// Nothing comes or goes before that.
    pub(crate) cut_until_ms: u64,
    /// What the script read when the page was closed, if all of it was on the device.
    pub(crate) closed_as: Option<PlainScript>,
}

/// How often something happened.
pub(crate) type Counts = BTreeMap<&'static str, u64>;

/// The world of one run.
pub(crate) struct World {
    pub(crate) now_ms: u64,
    plan: BTreeMap<(u64, u64), Event>,
    planned: u64,
    pub(crate) weather: Weather,
    pub(crate) net_dice: Dice,
    pub(crate) fault_dice: Dice,
    pub(crate) life_dice: Dice,
    pub(crate) edit_dice: Dice,
    pub(crate) relay: Relay,
    /// How far the relay's clock is from the true one.
    pub(crate) skew_ms: i64,
    pub(crate) down_until_ms: u64,
    relay_life: u64,
    ring: u64,
    ring_for: Option<(u64, i64)>,
    pub(crate) net: Network,
    pub(crate) clients: Vec<Client>,
    pub(crate) oracle: Oracle,
    pub(crate) remarks: Remarks,
    pub(crate) ledger: Ledger,
    pub(crate) counts: Counts,
    pub(crate) backup: Option<Lanes<Disk>>,
    pub(crate) restored: bool,
    /// What the relay could not take until nobody might bring words back any more, and how many pages showed it.
    pub(crate) stranded: BTreeMap<char, usize>,
    /// Who has sent words that their own document does not have.
    pub(crate) thieves: BTreeSet<usize>,
    /// Under which client ids they did.
    pub(crate) victims: BTreeSet<u64>,
    /// The faults are over: everything heals.
    pub(crate) heals: bool,
    /// Tell on standard error what happens.
    pub(crate) traced: bool,
}

impl World {
    pub(crate) fn new(seed: u64, without: &BTreeSet<Fault>) -> World {
        let weather = Weather::draw(seed, without);
        let mut world = World {
            now_ms: 0,
            plan: BTreeMap::new(),
            planned: 0,
            net_dice: Dice::new(seed, "network"),
            fault_dice: Dice::new(seed, "faults"),
            life_dice: Dice::new(seed, "life"),
            edit_dice: Dice::new(seed, "edits"),
            relay: Relay::new(weather.config.clone()),
            skew_ms: 0,
            down_until_ms: 0,
            relay_life: 0,
            ring: 0,
            ring_for: None,
            net: Network::default(),
            clients: Vec::new(),
            oracle: Oracle::default(),
            remarks: Remarks::default(),
            ledger: Ledger::default(),
            counts: Counts::new(),
            backup: None,
            restored: false,
            stranded: BTreeMap::new(),
            thieves: BTreeSet::new(),
            victims: BTreeSet::new(),
            heals: false,
            traced: false,
            weather,
        };
        world.populate();
        world.after((1, world.weather.fault_every_ms.1), Event::Fault);
        world
    }

    /// Several people; some have two browsers.
    fn populate(&mut self) {
        let (ours, stock) = self.weather.clients;
        let people = (ours + stock).div_ceil(2).max(2);
        for at in 0..ours + stock {
            let person = format!("person {}", at % people);
            let role = match at {
                0 => Role::Owner,
                _ => *self.life_dice.pick(&[
                    Role::Editor,
                    Role::Editor,
                    Role::Editor,
                    Role::Viewer,
                    Role::Commenter,
                ]),
            };
            self.relay.members.entry(person.clone()).or_insert(role);
            self.clients.push(Client {
                person,
                ours: at < ours,
                device: Device::default(),
                disk_fails: false,
                page: Page::Closed,
                opening: 0,
                connection: None,
                is_open: false,
                attempt: 0,
                busy: false,
                token_tried: false,
                cut_until_ms: 0,
                closed_as: None,
            });
            self.after((0, self.weather.pace_ms.1), Event::Opens(at));
            self.after(self.weather.pace_ms, Event::Acts(at));
        }
    }

    // Time

    pub(crate) fn at(&mut self, at_ms: u64, event: Event) {
        self.planned += 1;
        self.plan
            .insert((at_ms.max(self.now_ms), self.planned), event);
    }

    pub(crate) fn after(&mut self, (from, to): (u64, u64), event: Event) {
        let wait_ms = self.net_dice.between(from, to.max(from));
        self.at(self.now_ms + wait_ms, event);
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// The time by the relay's clock.
    pub(crate) fn relay_ms(&self) -> u64 {
        (BASE_MS + self.now_ms).saturating_add_signed(self.skew_ms)
    }

    /// When the next thing happens.
    pub(crate) fn next_ms(&self) -> Option<u64> {
        self.plan.keys().next().map(|&(at_ms, _)| at_ms)
    }

    /// Does the next thing. `false`: nothing is planned.
    pub(crate) fn step(&mut self) -> bool {
        let Some(((at_ms, _), event)) = self.plan.pop_first() else {
            return false;
        };
        self.now_ms = at_ms;
        self.count("steps");
        if self.traced {
            eprintln!("{at_ms:>12} {}", self.described(&event));
        }
        match event {
            Event::Arrives(id, way) => self.arrives(id, way),
            Event::Acts(at) => self.acts(at),
            Event::Connects(at, opening) if self.is_page(at, opening) => self.connects(at),
            Event::DiskDone(at, opening) if self.is_page(at, opening) => {
                let fails = self.clients[at].disk_fails;
                self.with_tab(at, |tab, desk| tab.disk_done(fails, desk));
            }
            Event::Flushes(at, opening) if self.is_page(at, opening) => {
                self.with_tab(at, Tab::flush);
            }
            Event::Waited(at, opening, connection) if self.is_page(at, opening) => {
                self.with_tab(at, |tab, desk| {
                    if tab.connection == connection {
                        tab.handle(SessionInput::Waited, desk);
                    }
                });
            }
            Event::WaitedToTalk(at, opening, connection) if self.is_page(at, opening) => {
                self.with_tab(at, |tab, desk| {
                    if tab.connection == connection {
                        tab.with_talk(desk, |talk, _, corner| {
                            talk.handle(SessionInput::Waited, corner);
                        });
                    }
                });
            }
            Event::Marked(at, opening, rows) if self.is_page(at, opening) => self.marked(at, rows),
            Event::Renews(at, opening, connection) if self.is_page(at, opening) => {
                self.renews(at, connection);
            }
            Event::GivesUp(at, id) => {
                let silent = self.now_ms < self.clients[at].cut_until_ms;
                if silent && self.clients[at].connection == Some(id) {
                    self.lets_go(at, 4900, "the relay is silent");
                }
            }
            Event::Opens(at) => self.opens(at),
            Event::Rings(ring) => self.rings(ring),
            Event::Verified(id, token, life) if life == self.relay_life => {
                let now_ms = self.relay_ms();
                self.relay.verified(id, &token, now_ms, &mut self.ledger);
                self.settle_relay();
            }
            Event::Fault => self.fault(),
            // Of a page or a relay that is no longer there.
            _ => {}
        }
        true
    }

    /// An event for people.
    fn described(&mut self, event: &Event) -> String {
        let mut line = format!("{event:?}");
        if let Event::Arrives(id, way) = event
            && let Some(connection) = self.net.get(*id)
        {
            let items: Vec<String> = connection
                .pipe(*way)
                .items()
                .map(crate::network::described)
                .collect();
            line += &format!(
                " of {} {:?}: {}",
                connection.client,
                connection.session,
                items.join(", ")
            );
        }
        line
    }

    fn is_page(&self, at: usize, opening: u64) -> bool {
        self.clients[at].opening == opening && !matches!(self.clients[at].page, Page::Closed)
    }

    // The relay

    /// Gives the relay an input. `false`: it failed at it.
    pub(crate) fn tell_relay(&mut self, input: Input<'_>) -> bool {
        let now_ms = self.relay_ms();
        let fine = self.relay.handle(input, now_ms, &mut self.ledger);
        self.settle_relay();
        fine
    }

    pub(crate) fn settle_relay(&mut self) {
        for out in self.relay.take_outs() {
            match out {
                Out::Send(id, frame) => self.send_down(id, Item::Frame(frame)),
                Out::Close(id, code, reason) => {
                    self.send_down(id, Item::Closed(code, reason));
                    if let Some(connection) = self.net.get(id) {
                        connection.ended = true;
                    }
                }
                Out::Verify(id, token) => {
                    let life = self.relay_life;
                    self.after((1, 500), Event::Verified(id, token, life));
                }
                Out::Died => self.relay_died(),
            }
        }
        self.net.sweep();
        self.plan_ring();
    }

    fn relay_died(&mut self) {
        self.count("relay deaths");
        self.relay_life += 1;
        self.down_until_ms = self.now_ms + self.fault_dice.magnitude(10, 60 * SECOND);
        for id in self.net.ids() {
            self.lose(id, false);
        }
    }

    /// A connection is lost with a part of what is under way; what was sent up arrives only at a relay that lives.
    pub(crate) fn lose(&mut self, id: ConnectionId, relay_lives: bool) {
        let (up, down) = self.net.under_way(id);
        let up = if relay_lives {
            self.net_dice.below(up + 1)
        } else {
            0
        };
        let down = self.net_dice.below(down + 1);
        let noticed = |dice: &mut Dice, most| dice.magnitude(1, most * SECOND);
        let relay_ms = self.now_ms + noticed(&mut self.net_dice, 60);
        let client_ms = self.now_ms + noticed(&mut self.net_dice, 25);
        let (relay_ms, client_ms) = self.net.lose(id, (up, down), (relay_ms, client_ms));
        if let Some(connection) = self.net.get(id) {
            connection.ended |= !relay_lives;
        }
        self.at(relay_ms, Event::Arrives(id, Way::Up));
        self.at(client_ms, Event::Arrives(id, Way::Down));
    }

    /// The platform rings when the relay's clock says so, or a while later.
    pub(crate) fn plan_ring(&mut self) {
        let Some(alarm_ms) = self.relay.alarm_ms else {
            return;
        };
        if self.ring_for == Some((alarm_ms, self.skew_ms)) {
            return;
        }
        self.ring_for = Some((alarm_ms, self.skew_ms));
        self.ring += 1;
        let wait_ms = alarm_ms.saturating_sub(self.relay_ms());
        let late = self.weather.faults.contains_key(&Fault::Alarm) && self.fault_dice.chance(300);
        let late_ms = if late {
            self.fault_dice.magnitude(1, 60 * SECOND)
        } else {
            0
        };
        self.at(self.now_ms + wait_ms + late_ms, Event::Rings(self.ring));
    }

    pub(crate) fn rings(&mut self, ring: u64) {
        if ring != self.ring {
            return;
        }
        if self.now_ms < self.down_until_ms {
            return self.at(self.down_until_ms, Event::Rings(ring));
        }
        self.count("alarms");
        self.ring_for = None;
        let now_ms = self.relay_ms();
        if !self.relay.ring(now_ms, &mut self.ledger) && self.relay.alarm_ms.is_none() {
            self.relay.alarm_ms = Some(now_ms + 2 * SECOND);
        }
        self.settle_relay();
    }

    // What everybody has

    /// The script as the relay's log has it.
    pub(crate) fn relay_script(&self) -> Script {
        script_of(&self.relay.disks.script.log())
    }

    /// The texts of everything that anybody still has.
    pub(crate) fn everything(&self) -> BTreeSet<char> {
        let mut all = crate::oracle::chars(&self.relay_script().text());
        for client in &self.clients {
            let text = match &client.page {
                Page::Closed => script_of(&client.device.load().updates).text(),
                Page::Ours(tab) => tab.script.text(),
                Page::Stock(stock) => stock.script.text(),
            };
            all.extend(crate::oracle::chars(&text));
        }
        all
    }
}

/// The script that updates make.
pub(crate) fn script_of(updates: &[Rc<[u8]>]) -> Script {
    let options = Options {
        client_id: 1,
        seed: 1,
    };
    Script::load(options, updates).expect("they were checked")
}
