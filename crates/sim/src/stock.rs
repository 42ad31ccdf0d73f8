//! A stock client: what `y-websocket`'s provider and `y-protocols` do on the wire, on a document that they could have. It keeps nothing on
//! the device. Its timers (renewing its presence, dropping silent peers and connections) are not simulated.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use scriptroom_room::awareness::{self, GONE, Presence};
use scriptroom_room::wire::Message;
use scriptroom_script::{Options, Script};

use crate::faults::text_of;
use crate::ledger::Ledger;
use crate::oracle::Oracle;

/// One stock client.
pub struct Stock {
    /// The document.
    pub script: Script,
    /// Everybody of whom it has heard, itself included; those who have gone have no state.
    pub awareness: BTreeMap<u64, Presence>,
    own: Presence,
    /// The relay has refused something of it.
    pub denied: bool,
    /// Its page is no longer there: see [`Stock::apply`].
    pub crashed: bool,
    /// A step 2 has come on this connection.
    pub synced: bool,
    /// Whether its person may write. Its own editor looks after what it has carried elsewhere, as ours does, and does not when it may not.
    writes: bool,
    /// What its writer has typed on this page.
    pub typed: BTreeSet<char>,
    frames: Vec<Vec<u8>>,
}

impl Stock {
    /// A page that has just been opened.
    pub fn open(options: Options) -> Stock {
        Stock {
            script: Script::new(options),
            awareness: BTreeMap::new(),
            own: Presence {
                client: options.client_id,
                clock: 0,
                state: "{}".to_owned(),
            },
            denied: false,
            crashed: false,
            synced: false,
            writes: true,
            typed: BTreeSet::new(),
            frames: Vec::new(),
        }
    }

    /// The frames to send since this was last asked.
    pub fn take_frames(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.frames)
    }

    fn say(&mut self, message: &Message<'_>) {
        self.frames.push(message.encode());
    }

    fn say_presence(&mut self, presences: &[Presence]) {
        let states = awareness::encode(presences.iter());
        self.say(&Message::Awareness(&states));
    }

    /// The connection is open.
    pub fn connected(&mut self) {
        self.synced = false;
        self.asks();
        let own = self.own.clone();
        self.say_presence(std::slice::from_ref(&own));
    }

    /// The connection is lost: the others count as gone.
    pub fn disconnected(&mut self) {
        self.synced = false;
        self.awareness.clear();
    }

    /// Its person may write from now on, or may not: who is let looks at what came before, as our page does.
    pub fn may_now(&mut self, writes: bool, ledger: &mut Ledger, oracle: &mut Oracle) {
        if !std::mem::replace(&mut self.writes, writes) && writes {
            self.apply(&[0, 0], ledger, oracle);
        }
    }

    /// It asks for what it lacks, as it does every now and then where it was told to.
    pub fn asks(&mut self) {
        let vector = self.script.state_vector();
        self.say(&Message::Step1(&vector));
    }

    /// It moves its caret.
    pub fn present(&mut self) {
        self.own.clock += 1;
        let own = self.own.clone();
        self.say_presence(std::slice::from_ref(&own));
    }

    /// Its writer has made edits.
    pub fn edited(&mut self, updates: &[Vec<u8>]) {
        for update in updates {
            self.typed.extend(text_of(update));
            self.say(&Message::Update(update));
        }
    }

    /// A frame came.
    pub fn frame(&mut self, frame: &[u8], ledger: &mut Ledger, oracle: &mut Oracle) {
        match Message::decode(frame) {
            Ok(Message::Step1(vector)) => {
                let diff = self
                    .script
                    .encode_diff(vector)
                    .expect("the relay sends state vectors");
                self.say(&Message::Step2(&diff));
            }
            Ok(Message::Step2(update)) => {
                self.synced = true;
                self.apply(update, ledger, oracle);
            }
            Ok(Message::Update(update)) => self.apply(update, ledger, oracle),
            Ok(Message::Awareness(states)) => self.hear(states),
            Ok(Message::Denied(_)) => self.denied = true,
            Ok(other) => ledger.fail("wire", format!("a stock client was sent {other:?}")),
            Err(error) => ledger.fail("wire", error.to_string()),
        }
    }

    /// Applies what came. While it was away somebody may have brought made-up words under its client id, which the relay takes if nothing of its
    /// own is stored (U6). It asks for what it lacks before it can say what it has, and is given what others wrote beside those words: yrs may
    /// panic where it has its own. Our client starts over; this one's page is gone, and is opened again.
    fn apply(&mut self, update: &[u8], ledger: &mut Ledger, oracle: &mut Oracle) {
        if self.crashed {
            return;
        }
        let script = AssertUnwindSafe(&mut self.script);
        let writes = self.writes;
        let applied = catch_unwind(|| {
            let AssertUnwindSafe(script) = { script };
            match writes {
                true => script.apply_update(update),
                false => script.apply_as_reader(update),
            }
        });
        let Ok(applied) = applied else {
            self.crashed = true;
            return;
        };
        match applied {
            Ok(change) => {
                if let Some(answer) = &change.update {
                    oracle.answered(&change);
                    self.say(&Message::Update(answer));
                }
            }
            Err(error) => ledger.fail("the relay's updates apply", error.to_string()),
        }
    }

    /// Takes what is newer, and sends all of that back, as the provider does.
    fn hear(&mut self, states: &[u8]) {
        let heard = awareness::decode(states, usize::MAX).unwrap_or_default();
        let mut changed = Vec::new();
        for presence in heard {
            if presence.client == self.own.client {
                let newer = presence.clock > self.own.clock;
                if newer || (presence.clock == self.own.clock && presence.is_gone()) {
                    self.own.clock = presence.clock + u64::from(presence.is_gone());
                    changed.push(self.own.clone());
                }
                continue;
            }
            let known = self.awareness.get(&presence.client);
            let newer = known.is_none_or(|known| {
                known.clock < presence.clock
                    || (known.clock == presence.clock && presence.is_gone() && !known.is_gone())
            });
            // Of one who was never here nobody needs to know that they have gone.
            let unknown = known.is_none() && presence.is_gone();
            if newer && !unknown {
                self.awareness.insert(presence.client, presence.clone());
                changed.push(presence);
            }
        }
        if !changed.is_empty() {
            self.say_presence(&changed);
        }
    }

    /// The others whom it shows.
    pub fn peers(&self) -> impl Iterator<Item = u64> {
        let here = self
            .awareness
            .values()
            .filter(|presence| presence.state != GONE);
        here.map(|presence| presence.client)
    }
}
