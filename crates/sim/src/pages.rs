//! Pages: opened on what their device has, doing what their tab wants, and their writers.

use std::collections::BTreeSet;

use scriptroom_client::session::Input as SessionInput;

use scriptroom_room::Lane;

use crate::ledger::Ledger;
use crate::network::Item;
use crate::network::Way;
use crate::oracle::Oracle;
use crate::remarks::Remarks;
use crate::stock::Stock;
use crate::tab::{Desk, Tab, Want, fresh_options};
use crate::weather::{Fault, Habit};
use crate::world::{Event, Page, SECOND, World};
use crate::writer::Writer;

impl World {
    pub(crate) fn opens(&mut self, at: usize) {
        if !matches!(self.clients[at].page, Page::Closed) {
            return;
        }
        self.count("openings");
        self.clients[at].opening += 1;
        self.clients[at].attempt = 0;
        if self.clients[at].ours {
            let merge_after = self.weather.merge_after;
            let talks = self.weather.faults.contains_key(&Fault::Comment);
            let tab = Tab::open(&mut self.desk(at), merge_after, talks);
            self.check_opened(at, &tab);
            self.clients[at].page = Page::Ours(Box::new(tab));
            self.settle_tab(at);
        } else {
            let stock = Stock::open(fresh_options(&mut self.life_dice));
            self.clients[at].page = Page::Stock(Box::new(stock));
        }
        let opening = self.clients[at].opening;
        self.at(self.now_ms, Event::Connects(at, opening));
    }

    fn check_opened(&mut self, at: usize, tab: &Tab) {
        if let Some(before) = self.clients[at].closed_as.take() {
            self.ledger.expect(
                tab.script.to_plain() == before,
                "kept on the device",
                || format!("the page of {at} opens with something else than it was closed with"),
            );
        }
    }

    fn desk(&mut self, at: usize) -> Desk<'_> {
        self.desk_and_remarks(at).0
    }

    fn desk_and_remarks(&mut self, at: usize) -> (Desk<'_>, &mut Remarks) {
        let desk = Desk {
            device: &mut self.clients[at].device,
            ledger: &mut self.ledger,
            oracle: &mut self.oracle,
            dice: &mut self.life_dice,
            now_ms: self.now_ms,
        };
        (desk, &mut self.remarks)
    }

    /// Somebody comments on the script, if they may.
    pub(crate) fn speaks(&mut self, at: usize) -> bool {
        let person = self.clients[at].person.clone();
        let fails = self.clients[at].disk_fails;
        let page = std::mem::replace(&mut self.clients[at].page, Page::Closed);
        let mut spoke = false;
        self.clients[at].page = match page {
            Page::Ours(mut tab) => {
                spoke = tab.may_comment() && !fails;
                if spoke {
                    let (mut desk, remarks) = self.desk_and_remarks(at);
                    tab.speaks(&person, remarks, &mut desk);
                }
                Page::Ours(tab)
            }
            page => page,
        };
        self.settle_tab(at);
        spoke
    }

    pub(crate) fn with_tab(&mut self, at: usize, call: impl FnOnce(&mut Tab, &mut Desk<'_>)) {
        let page = std::mem::replace(&mut self.clients[at].page, Page::Closed);
        if let Page::Ours(mut tab) = page {
            call(&mut tab, &mut self.desk(at));
            self.clients[at].page = Page::Ours(tab);
            self.settle_tab(at);
        } else {
            self.clients[at].page = page;
        }
    }

    pub(crate) fn settle_tab(&mut self, at: usize) {
        loop {
            let Page::Ours(tab) = &mut self.clients[at].page else {
                return;
            };
            let wants = tab.take_wants();
            let connection = tab.connection;
            if wants.is_empty() {
                return;
            }
            wants
                .into_iter()
                .for_each(|want| self.grant(at, connection, want));
        }
    }

    fn grant(&mut self, at: usize, connection: u64, want: Want) {
        let opening = self.clients[at].opening;
        match want {
            Want::Send((on, frame)) if on == connection => self.send_up(at, frame),
            // It was said to an earlier connection.
            Want::Send(_) => {}
            Want::Close(code, reason) => self.lets_go(at, code, &reason),
            Want::Disk => self.after(self.weather.disk_ms, Event::DiskDone(at, opening)),
            Want::Flush => {
                let hidden = self.net_dice.chance(30);
                let most = if hidden { 10 * SECOND } else { 16 };
                self.after((0, most), Event::Flushes(at, opening));
            }
            Want::Wait(attempt) => {
                let span = 30_000.min(500 << attempt.min(16));
                self.after((50, span), Event::Waited(at, opening, connection));
            }
            Want::WaitToTalk(attempt) => {
                let span = 30_000.min(500 << attempt.min(16));
                self.after((50, span), Event::WaitedToTalk(at, opening, connection));
            }
            Want::Mark(rows) => self.after(self.weather.disk_ms, Event::Marked(at, opening, rows)),
            Want::TokenLasts(0) => {}
            Want::TokenLasts(ms) => {
                let wait_ms = SECOND.max(ms / 5 * 4);
                self.after((wait_ms, wait_ms), Event::Renews(at, opening, connection));
            }
            Want::Stop => {
                if let Some(id) = self.clients[at].connection {
                    self.send(id, Way::Up, Item::Closed(1000, String::new()));
                    self.clients[at].connection = None;
                    if let Some(connection) = self.net.get(id) {
                        connection.left = true;
                    }
                }
            }
        }
    }

    pub(crate) fn send_up(&mut self, at: usize, frame: Vec<u8>) {
        let client = &self.clients[at];
        if let (Some(id), true) = (client.connection, client.is_open) {
            self.send(id, Way::Up, Item::Frame(frame.into()));
        }
    }

    pub(crate) fn marked(&mut self, at: usize, rows: BTreeSet<u64>) {
        let opening = self.clients[at].opening;
        if self.clients[at].disk_fails {
            return self.after((SECOND, 30 * SECOND), Event::Marked(at, opening, rows));
        }
        self.with_tab(at, |tab, desk| tab.marked(&rows, desk.device));
    }

    pub(crate) fn renews(&mut self, at: usize, connection: u64) {
        let lasts_ms = self.net_dice.magnitude(60 * SECOND, 3_600 * SECOND);
        let token = format!("{}|{}", self.clients[at].person, self.relay_ms() + lasts_ms);
        self.with_tab(at, |tab, desk| {
            if tab.connection == connection {
                tab.handle(SessionInput::Renew(&token), desk);
            }
        });
    }

    pub(crate) fn with_stock(
        &mut self,
        at: usize,
        call: impl FnOnce(&mut Stock, &mut Ledger, &mut Oracle),
    ) {
        let role = self.relay.members.get(&self.clients[at].person);
        let writes = role.is_some_and(|role| role.writes(Lane::Script));
        if let Page::Stock(stock) = &mut self.clients[at].page {
            stock.may_now(writes, &mut self.ledger, &mut self.oracle);
            call(stock, &mut self.ledger, &mut self.oracle);
            let (crashed, client) = (stock.crashed, stock.script.client_id());
            for frame in stock.take_frames() {
                self.send_up(at, frame);
            }
            if crashed {
                self.count("stock clients that were robbed and crashed");
                let is_robbed = self.victims.contains(&client);
                self.ledger.expect(is_robbed, "no panic", || {
                    format!("stock client {at} panicked at what others wrote")
                });
                self.dies(at);
            }
        }
    }

    // Writers

    pub(crate) fn acts(&mut self, at: usize) {
        if self.heals {
            return;
        }
        self.after(self.weather.pace_ms, Event::Acts(at));
        if self.edit_dice.chance(100) {
            self.with_tab(at, Tab::present);
            return self.with_stock(at, |stock, _, _| stock.present());
        }
        let habit = self
            .edit_dice
            .weighted(&self.weather.habits)
            .expect("typing is always on");
        self.edits(at, Habit::ALL[habit]);
    }

    fn edits(&mut self, at: usize, habit: Habit) {
        let may_write = match &self.clients[at].page {
            Page::Closed => false,
            Page::Ours(tab) => tab.may_write(),
            // Somebody else's editor does not know what a role is.
            Page::Stock(_) => {
                let role = self.relay.members.get(&self.clients[at].person);
                role.is_some_and(|role| role.writes(Lane::Script)) || self.edit_dice.chance(50)
            }
        };
        if !may_write {
            return;
        }
        self.count("edits");
        let (script, oracle) = match &mut self.clients[at].page {
            Page::Closed => return,
            Page::Ours(tab) => (&mut tab.script, &mut self.oracle),
            Page::Stock(stock) => (&mut stock.script, &mut self.oracle),
        };
        let mut writer = Writer {
            script,
            oracle,
            dice: &mut self.edit_dice,
            now_ms: self.now_ms,
        };
        let updates = writer.act(habit);
        if self.traced {
            let typed: Vec<String> = updates
                .iter()
                .map(|u| crate::faults::text_of(u).into_iter().collect())
                .collect();
            eprintln!("{:>12} {at} {habit:?} {typed:?}", "");
        }
        self.with_stock(at, |stock, _, _| stock.edited(&updates));
        self.with_tab(at, |tab, desk| tab.edited(updates, desk));
    }
}
