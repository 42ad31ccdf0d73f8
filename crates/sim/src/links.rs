//! What goes over connections, at both ends: knocking, arriving, losing, and trying again.

use scriptroom_client::session::Input as SessionInput;
use scriptroom_room::Input;

use crate::network::{ConnectionId, Item, Way};
use crate::world::{Client, Event, Page, SECOND, World};

impl World {
    pub(crate) fn send_down(&mut self, id: ConnectionId, item: Item) {
        self.send(id, Way::Down, item);
    }

    pub(crate) fn send(&mut self, id: ConnectionId, way: Way, item: Item) {
        let (from, to) = self.weather.latency_ms;
        let at_ms = self.now_ms + self.net_dice.between(from, to);
        if let Some(at_ms) = self.net.send(id, way, at_ms, item) {
            self.at(at_ms, Event::Arrives(id, way));
        }
    }

    pub(crate) fn arrives(&mut self, id: ConnectionId, way: Way) {
        let Some(connection) = self.net.get(id) else {
            return;
        };
        let client = connection.client;
        let cut_until_ms = self.clients[client].cut_until_ms;
        if self.now_ms < cut_until_ms {
            return self.at(cut_until_ms, Event::Arrives(id, way));
        }
        while let Some(item) = self
            .net
            .get(id)
            .and_then(|one| one.pipe(way).take(self.now_ms))
        {
            match way {
                Way::Up => self.arrives_up(id, client, item),
                Way::Down => self.arrives_down(id, client, item),
            }
        }
        self.net.sweep();
    }

    fn arrives_up(&mut self, id: ConnectionId, client: usize, item: Item) {
        let Some(connection) = self.net.get(id).filter(|connection| !connection.ended) else {
            return;
        };
        let session = connection.session;
        match (item, session) {
            (Item::Knock { expires_ms }, _) => self.knocks(id, client, expires_ms),
            (Item::Frame(frame), Some(session)) => {
                self.tell_relay(Input::Frame(session, &frame));
            }
            (Item::Closed(..), session) => {
                connection.ended = true;
                if let Some(session) = session {
                    self.tell_relay(Input::Leave(session));
                }
            }
            _ => {}
        }
    }

    fn knocks(&mut self, id: ConnectionId, client: usize, expires_ms: Option<u64>) {
        if self.now_ms < self.down_until_ms {
            return self.lose(id, false);
        }
        self.send_down(id, Item::Opened);
        let Client { person, ours, .. } = &self.clients[client];
        let who = (person.as_str(), *ours, expires_ms);
        let now_ms = self.relay_ms();
        let session = self.relay.accept(id, who, now_ms, &mut self.ledger);
        if let Some(connection) = self.net.get(id) {
            connection.session = session;
        }
        self.settle_relay();
    }

    fn arrives_down(&mut self, id: ConnectionId, at: usize, item: Item) {
        if self.clients[at].connection != Some(id) {
            return;
        }
        match item {
            Item::Opened => {
                self.clients[at].is_open = true;
                self.with_tab(at, |tab, desk| {
                    tab.connection += 1;
                    tab.handle(SessionInput::Connected { ours: true }, desk);
                });
                self.with_stock(at, |stock, _, _| stock.connected());
            }
            Item::Frame(frame) => {
                let client = &mut self.clients[at];
                (client.attempt, client.busy, client.token_tried) = (0, false, false);
                self.with_tab(at, |tab, desk| tab.frame(&frame, desk));
                self.with_stock(at, |stock, ledger, oracle| {
                    stock.frame(&frame, ledger, oracle)
                });
            }
            Item::Closed(code, reason) => self.lost(at, code, &reason),
            Item::Knock { .. } => {}
        }
    }

    pub(crate) fn connects(&mut self, at: usize) {
        let client = &self.clients[at];
        if client.connection.is_some() {
            return;
        }
        if self.now_ms < self.down_until_ms || self.now_ms < client.cut_until_ms {
            return self.retries(at);
        }
        self.count("connections");
        let ends = self.net_dice.chance(self.weather.tokens_end);
        let lasts_ms = self.net_dice.magnitude(20 * SECOND, 3_600 * SECOND);
        let expires_ms = ends.then(|| self.relay_ms() + lasts_ms);
        let id = self.net.connect(at);
        self.clients[at].connection = Some(id);
        self.clients[at].is_open = false;
        self.send(id, Way::Up, Item::Knock { expires_ms });
    }

    /// The page's own wait before the next try.
    pub(crate) fn retries(&mut self, at: usize) {
        let client = &mut self.clients[at];
        client.attempt += 1;
        let most = match (client.ours, client.busy) {
            (false, _) => 2_500,
            (true, false) => 8_000,
            (true, true) => 30_000,
        };
        let span = most.min(500 << client.attempt.min(16));
        // A page that is cut off for weeks would try a million times.
        let cut_ms = client.cut_until_ms.saturating_sub(self.now_ms);
        let opening = client.opening;
        self.after((50 + cut_ms, span + cut_ms), Event::Connects(at, opening));
    }

    /// The page learns that its connection is over.
    pub(crate) fn lost(&mut self, at: usize, code: u16, reason: &str) {
        let client = &mut self.clients[at];
        if let Some(id) = client.connection.take()
            && let Some(connection) = self.net.get(id)
        {
            connection.left = true;
        }
        client.is_open = false;
        client.busy = matches!(code, 1011 | 1013 | 4008 | 4012);
        let again =
            client.ours && code == 4001 && !std::mem::replace(&mut client.token_tried, true);
        let code = if again { 1006 } else { code };
        self.with_stock(at, |stock, _, _| stock.disconnected());
        self.with_tab(at, |tab, desk| {
            tab.disconnected(code, reason, desk);
        });
        let opening = self.clients[at].opening;
        if again {
            self.at(self.now_ms + 1, Event::Connects(at, opening));
        } else if self.wants_connection(at) {
            self.retries(at);
        }
    }

    pub(crate) fn wants_connection(&self, at: usize) -> bool {
        match &self.clients[at].page {
            Page::Closed => false,
            Page::Ours(tab) => tab.refused.is_none(),
            Page::Stock(_) => true,
        }
    }

    /// The page lets go of its connection; what it had sent may still arrive.
    pub(crate) fn lets_go(&mut self, at: usize, code: u16, reason: &str) {
        if let Some(id) = self.clients[at].connection {
            self.send(id, Way::Up, Item::Closed(1001, String::new()));
            self.lost(at, code, reason);
        }
    }
}
