//! Our client in one tab. The document (`script`), the session (`client`) and the starting over (`branch`) are production code; what
//! `pkg/src` does around them in TypeScript (link, outbox, marks, refusals) is modelled here, in its order.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use scriptroom_branch::start_over::{self as branch, Offer, Refused};
use scriptroom_client::session::{Effect, Input, Session};
use scriptroom_room::wire::Message;
use scriptroom_room::{Lane, Role};
use scriptroom_script::{Options, Script};

use crate::device::{Device, Found, NewLife};
use crate::dice::Dice;
use crate::faults::text_of;
use crate::ledger::Ledger;
use crate::oracle::Oracle;
use crate::outbox::{Frame, Outbox, Task};
use crate::remarks::Remarks;
use crate::talk::{Corner, Talk, TalkWant};

/// What came in and waits to be applied.
enum Incoming {
    Update(Vec<u8>),
    /// The relay has refused edits for good: this is all that it has.
    Refusal(Vec<u8>),
}

/// What a tab wants from the world.
#[derive(Debug)]
pub enum Want {
    /// Send a frame over the connection that there is.
    Send(Frame),
    /// Let go of the connection, as if that code had come.
    Close(u16, String),
    /// The disk has begun with something.
    Disk,
    /// Something waits to be applied.
    Flush,
    /// Call back when the wait of that try is over.
    Wait(u32),
    /// The same for the comments.
    WaitToTalk(u32),
    /// Note these rows as saved.
    Mark(BTreeSet<u64>),
    /// The token is good for so long; 0 for ever.
    TokenLasts(u64),
    /// The relay has said no for good: no connection any more.
    Stop,
}

/// What a tab works with.
pub struct Desk<'a> {
    /// The device's disk.
    pub device: &'a mut Device,
    /// The checkers' book.
    pub ledger: &'a mut Ledger,
    /// What was meant.
    pub oracle: &'a mut Oracle,
    /// New ids.
    pub dice: &'a mut Dice,
    /// The device's clock.
    pub now_ms: u64,
}

/// One tab.
pub struct Tab {
    /// The document.
    pub script: Script,
    /// The client's side of the wire.
    pub session: Session,
    /// The comments, in a run in which there are any.
    pub talk: Option<Talk>,
    outbox: Outbox,
    incoming: Vec<Incoming>,
    /// The rows that this tab has loaded or written.
    known: Vec<u64>,
    unsaved: BTreeSet<u64>,
    /// Rows that the relay has and the device does not know of.
    due: BTreeSet<u64>,
    epoch: Option<String>,
    life: u64,
    offered: bool,
    /// Why the relay has refused edits for good, until the document has started over.
    branch_reason: Option<String>,
    /// Every update that the document was made of, to make it again.
    journal: Vec<Rc<[u8]>>,
    /// Updates that trapped: they are not tried again.
    poison: Vec<Vec<u8>>,
    /// Why something of the relay's could not be applied, until the document starts over.
    pub unapplied: Option<String>,
    merge_after: usize,
    /// What it may do, as far as it was told.
    pub role: Option<Role>,
    /// What it was refused for.
    pub refused: Option<String>,
    /// How many connections it has had: a frame belongs to one.
    pub connection: u64,
    presence: u32,
    /// What the disk has failed to take.
    unkept: Vec<Task>,
    wants: Vec<Want>,
}

/// A client id and a seed that nobody has had.
pub fn fresh_options(dice: &mut Dice) -> Options {
    Options {
        client_id: dice.between(1, (1 << 53) - 1),
        seed: dice.number() >> 11,
    }
}

impl Tab {
    /// Opens the script on what the device has.
    pub fn open(desk: &mut Desk<'_>, merge_after: usize, talks: bool) -> Tab {
        let found = desk.device.load();
        let options = fresh_options(desk.dice);
        let script = Script::load(options, &found.updates).expect("it was written by a tab");
        let Found {
            rows,
            unsaved,
            epoch,
            life,
            offered,
            updates,
        } = found;
        let mut tab = Tab {
            session: Session::new(unsaved.len() as u64, epoch.clone()),
            talk: talks.then(|| Talk::open(&desk.device.shelf, desk.dice)),
            script,
            outbox: Outbox::default(),
            incoming: Vec::new(),
            known: rows,
            unsaved,
            due: BTreeSet::new(),
            epoch,
            life,
            offered,
            branch_reason: None,
            journal: updates,
            poison: Vec::new(),
            unapplied: None,
            merge_after,
            role: None,
            refused: None,
            connection: 0,
            presence: 0,
            unkept: Vec::new(),
            wants: Vec::new(),
        };
        if tab.unsaved.is_empty() {
            tab.stored_again();
        }
        tab.present(desk);
        tab
    }

    /// What it wants since this was last asked.
    pub fn take_wants(&mut self) -> Vec<Want> {
        if self.outbox.begin() {
            self.wants.push(Want::Disk);
        }
        std::mem::take(&mut self.wants)
    }

    /// Whether everything that was edited or came is on the device's disk.
    pub fn is_kept(&self) -> bool {
        self.outbox.is_stored() && self.incoming.is_empty()
    }

    /// Whether relay, document and device agree that all is stored.
    pub fn is_synced(&self) -> bool {
        let waits = !self.incoming.is_empty() || !self.due.is_empty();
        self.session.is_synced() && !waits && self.is_kept()
    }

    /// Whether its device does not take any more.
    pub fn has_failed(&self) -> bool {
        self.outbox.failed
    }

    /// Whether its writer is let.
    pub fn may_write(&self) -> bool {
        self.role.is_none_or(|role| role.writes(Lane::Script))
    }

    /// Whether its writer may comment.
    pub fn may_comment(&self) -> bool {
        self.role.is_none_or(|role| role.writes(Lane::Threads))
    }

    /// What it has in memory that is not on the device's disk.
    pub fn unkept(&self) -> Vec<Rc<[u8]>> {
        let undone = self.unkept.iter().chain(self.outbox.undone());
        let updates = undone.flat_map(|task| match task {
            Task::Write(update, true) => vec![update.clone()],
            // The copy of what was refused: there is no other.
            Task::StartOver(life) => vec![life.kept.1.clone()],
            _ => Vec::new(),
        });
        updates.collect()
    }

    /// Something happens to the comments, if there are any.
    pub fn with_talk(
        &mut self,
        desk: &mut Desk<'_>,
        call: impl FnOnce(&mut Talk, &Script, &mut Corner<'_>),
    ) {
        let Some(mut talk) = self.talk.take() else {
            return;
        };
        let mut corner = Corner {
            shelf: &mut desk.device.shelf,
            ledger: desk.ledger,
            dice: desk.dice,
        };
        call(&mut talk, &self.script, &mut corner);
        for want in talk.take_wants() {
            match want {
                TalkWant::Send(frame) => self.send(frame),
                TalkWant::Close(code, reason) => self.wants.push(Want::Close(code, reason)),
                TalkWant::Wait(attempt) => self.wants.push(Want::WaitToTalk(attempt)),
            }
        }
        self.talk = Some(talk);
    }

    /// Its writer comments on something.
    pub fn speaks(&mut self, person: &str, remarks: &mut Remarks, desk: &mut Desk<'_>) {
        let now_ms = desk.now_ms;
        self.with_talk(desk, |talk, script, corner| {
            talk.speaks(script, remarks, (person, now_ms), corner);
        });
    }

    fn send(&mut self, frame: Vec<u8>) {
        let ready = self.outbox.send((self.connection, frame));
        self.wants.extend(ready.map(Want::Send));
    }

    /// Its connection is lost.
    pub fn disconnected(&mut self, code: u16, reason: &str, desk: &mut Desk<'_>) {
        let input = Input::Disconnected { code, reason };
        self.handle(input, desk);
        self.with_talk(desk, |talk, _, corner| talk.handle(input, corner));
    }

    /// Something happened to its session.
    pub fn handle(&mut self, input: Input<'_>, desk: &mut Desk<'_>) {
        let effects = self.session.handle(input, &self.script);
        for effect in effects {
            self.run(effect, desk);
        }
    }

    /// A frame came.
    pub fn frame(&mut self, frame: &[u8], desk: &mut Desk<'_>) {
        let epoch = match Message::decode(frame) {
            Ok(Message::Hello { epoch, .. }) => Some(epoch.to_owned()),
            Ok(Message::Threads(inner)) => {
                return self.with_talk(desk, |talk, _, corner| talk.frame(inner, corner));
            }
            Ok(Message::Update(update) | Message::Step2(update)) => {
                desk.ledger
                    .witnessed(Lane::Script, self.epoch.as_deref(), update);
                None
            }
            _ => None,
        };
        let greets = epoch.is_some();
        if greets {
            self.epoch = epoch;
        }
        self.handle(Input::Frame(frame), desk);
        if greets {
            self.with_talk(desk, |talk, _, corner| talk.greeted(frame, corner));
        }
    }

    fn run(&mut self, effect: Effect, desk: &mut Desk<'_>) {
        match effect {
            Effect::Send(frame) => self.send(frame),
            Effect::Incoming(update) => self.comes(Incoming::Update(update)),
            Effect::StartOver(theirs) => self.comes(Incoming::Refusal(theirs)),
            Effect::Branched(reason) => self.branch_reason = Some(reason),
            Effect::Saved => self.saved(desk),
            Effect::NewLog(epoch) => {
                self.branch_reason = None;
                self.outbox.give(Task::Epoch(epoch, self.life));
            }
            Effect::Wait(attempt) => self.wants.push(Want::Wait(attempt)),
            Effect::Close(code, reason) => self.wants.push(Want::Close(code, reason)),
            Effect::Access(role, ms) => {
                self.role = Some(role);
                self.with_talk(desk, |talk, _, _| talk.may_now(role));
                self.wants.push(Want::TokenLasts(ms));
            }
            Effect::Refused(reason) => self.refuse(reason),
            // Other tabs of the same browser are not simulated.
            Effect::Reoffer | Effect::Presence | Effect::Owners | Effect::NotRenewed(_) => {}
        }
    }

    fn refuse(&mut self, reason: String) {
        self.refused = Some(reason);
        self.wants.push(Want::Stop);
    }

    fn comes(&mut self, incoming: Incoming) {
        self.incoming.push(incoming);
        self.wants.push(Want::Flush);
    }

    /// The relay has everything that was edited here.
    fn saved(&mut self, desk: &mut Desk<'_>) {
        for &row in &self.unsaved {
            if let Some(update) = desk.device.update(row) {
                desk.ledger
                    .called_saved(Lane::Script, self.epoch.as_deref(), update);
            }
        }
        self.due.append(&mut self.unsaved);
        self.wants.push(Want::Mark(self.due.clone()));
        self.stored_again();
    }

    fn stored_again(&mut self) {
        if std::mem::take(&mut self.offered) {
            self.outbox.give(Task::Forget);
        }
    }

    /// The device has noted what is saved.
    pub fn marked(&mut self, rows: &BTreeSet<u64>, device: &mut Device) {
        device.mark_saved(rows);
        self.due.retain(|row| !rows.contains(row));
    }

    /// Its writer has made edits.
    pub fn edited(&mut self, updates: Vec<Vec<u8>>, desk: &mut Desk<'_>) {
        for update in updates {
            self.keep_own(&update, desk);
        }
    }

    fn keep_own(&mut self, update: &[u8], desk: &mut Desk<'_>) {
        self.journal.push(update.into());
        self.outbox.give(Task::Write(update.into(), true));
        self.handle(Input::Edited(update), desk);
        self.merge_soon();
    }

    /// Shows itself to the others.
    pub fn present(&mut self, desk: &mut Desk<'_>) {
        self.presence += 1;
        let state = format!("{{\"caret\":{}}}", self.presence);
        let client = self.script.client_id();
        self.handle(
            Input::Present {
                client,
                state: Some(&state),
            },
            desk,
        );
    }

    /// Applies what came in.
    pub fn flush(&mut self, desk: &mut Desk<'_>) {
        let batch = std::mem::take(&mut self.incoming);
        if batch.is_empty() {
            return;
        }
        for incoming in &batch {
            if let Incoming::Update(update) = incoming {
                self.apply(update, desk);
            }
        }
        // The last one: another connection has asked again.
        let refusal = |incoming: &Incoming| matches!(incoming, Incoming::Refusal(_));
        if let Some(at) = batch.iter().rposition(refusal)
            && let Some(reason) = self.branch_reason.take()
        {
            let bytes = batch[at..].iter().map(|incoming| match incoming {
                Incoming::Refusal(bytes) | Incoming::Update(bytes) => bytes.as_slice(),
            });
            self.start_over(&bytes.collect::<Vec<_>>(), &reason, desk);
        }
        self.handle(Input::Applied, desk);
    }

    fn apply(&mut self, update: &[u8], desk: &mut Desk<'_>) {
        if self.poison.iter().any(|poison| poison == update) {
            return;
        }
        let writes = self.may_write();
        let script = AssertUnwindSafe(&mut self.script);
        let applied = catch_unwind(|| {
            let AssertUnwindSafe(script) = { script };
            match writes {
                true => script.apply_update(update),
                false => script.apply_as_reader(update),
            }
        });
        let Ok(applied) = applied else {
            self.poison.push(update.to_vec());
            return self.traps(desk);
        };
        match applied {
            // It may stand on what somebody had made up in another life of the log, which is here (B2).
            Err(error) => {
                self.poison.push(update.to_vec());
                let error = error.to_string();
                self.handle(Input::Unfit(&error), desk);
                self.unapplied = Some(error);
            }
            Ok(change) => {
                self.journal.push(update.into());
                self.outbox.give(Task::Write(update.into(), false));
                if let Some(answer) = &change.update {
                    desk.oracle.answered(&change);
                    self.keep_own(answer, desk);
                }
                self.merge_soon();
            }
        }
    }

    /// A trap has ended the instance of wasm: the document is made anew from what it was made of, as another client, and the connection
    /// with it (`pkg/src/document.ts`).
    pub fn traps(&mut self, desk: &mut Desk<'_>) {
        let options = fresh_options(desk.dice);
        let script = Script::load(options, &self.journal);
        self.script = script.expect("the document was made of it");
        let epoch = self.session.epoch().map(str::to_owned);
        self.session = Session::new(self.session.unsaved(), epoch);
        self.branch_reason = None;
        if self.talk.is_some() {
            self.talk = Some(Talk::open(&desk.device.shelf, desk.dice));
        }
        let why = "the document was made anew".to_owned();
        self.wants.push(Want::Close(1006, why));
        self.present(desk);
    }

    /// The relay has refused edits for good.
    fn start_over(&mut self, theirs: &[&[u8]], reason: &str, desk: &mut Desk<'_>) {
        let again = !self.offered && !reason.starts_with("not allowed");
        let theirs = branch::written(theirs).expect("the relay's updates apply");
        let mine = branch::written(&self.journal).expect("the document was made of it");
        let refused = Refused {
            theirs: &theirs,
            mine: &mine,
            seed: desk.dice.number() >> 11,
        };
        let offer = Offer {
            options: fresh_options(desk.dice),
            again,
            max_batch_bytes: self.session.max_batch_bytes(),
            now_ms: desk.now_ms,
        };
        let started = match branch::start_over(&self.script, refused, offer) {
            Ok(started) => started,
            Err(error) => return self.refuse(format!("{reason}; {error}")),
        };
        let whole = again && started.complete;
        let copy = branch::kept(refused, self.script.has_pending());
        let copy = copy.expect("both are updates");
        let before = self.script.client_id();
        self.script = started.script;
        self.unapplied = None;
        self.handle(Input::StartedOver, desk);
        self.handle(
            Input::Present {
                client: before,
                state: None,
            },
            desk,
        );
        let words = started.updates.iter().flat_map(|one| text_of(one));
        desk.oracle.said_again.extend(words);
        let own: Vec<Rc<[u8]>> = started
            .updates
            .iter()
            .map(|one| one.as_slice().into())
            .collect();
        self.journal = std::iter::once(theirs.as_slice().into())
            .chain(own.clone())
            .collect();
        self.life += 1;
        // Rows of the life that is over are not at the relay, whatever becomes of them.
        self.unsaved.clear();
        self.outbox.give(Task::StartOver(NewLife {
            life: self.life,
            theirs: theirs.into(),
            own,
            kept: (reason.to_owned(), copy.into(), whole),
            replaces_offered: self.offered,
        }));
        self.offered = again;
        for update in &started.updates {
            self.handle(Input::Edited(update), desk);
        }
        self.present(desk);
    }

    /// Merges the journal when it is long, and the device's log, once nothing in it waits for the relay: of what waits, what was written is needed as it
    /// was, in case that the relay refuses it.
    fn merge_soon(&mut self) {
        let is_long = self.journal.len() >= self.merge_after;
        if !is_long || self.script.has_pending() || self.session.unsaved() > 0 {
            return;
        }
        let state: Rc<[u8]> = self.script.encode_state().into();
        self.journal = vec![state.clone()];
        self.outbox.give(Task::Merge(state));
    }

    /// The disk is done with what it had begun, or has failed at it.
    pub fn disk_done(&mut self, fails: bool, desk: &mut Desk<'_>) {
        let Some(tasks) = self.outbox.writing.take() else {
            return;
        };
        let count = tasks.len();
        if fails || self.outbox.failed {
            self.outbox.failed = true;
            self.unkept.extend(tasks);
        } else {
            let other_log = matches!(tasks[..], [Task::Epoch(_, life)] if life == self.life);
            tasks
                .into_iter()
                .for_each(|task| self.commit(task, desk.device));
            // The relay was quicker than the disk, and has it all.
            if other_log && self.session.is_synced() {
                self.saved(desk);
            }
        }
        self.outbox.done(count);
        let ready = self.outbox.ready();
        self.wants.extend(ready.into_iter().map(Want::Send));
    }

    /// The page is gone while the disk was busy: it may still have done what it had begun.
    pub fn dies(mut self, commits: bool, device: &mut Device) -> Vec<Rc<[u8]>> {
        if commits && !self.outbox.failed {
            let tasks = self.outbox.writing.take().into_iter().flatten();
            tasks.into_iter().for_each(|task| self.commit(task, device));
        }
        self.unkept()
    }

    fn commit(&mut self, task: Task, device: &mut Device) {
        match task {
            Task::Write(update, own) => {
                let row = device.write(update, own);
                self.known.push(row);
                if own {
                    self.unsaved.insert(row);
                }
            }
            Task::Epoch(epoch, _) => self.unsaved.extend(device.set_epoch(&epoch)),
            Task::Merge(state) => {
                let covered = std::mem::take(&mut self.known);
                self.known.push(device.merge(state, &covered));
            }
            Task::StartOver(life) => {
                let covered = std::mem::take(&mut self.known);
                let (theirs, own) = device.start_over(&life, &covered);
                self.known.push(theirs);
                self.known.extend(&own);
                self.unsaved = own.into_iter().collect();
            }
            Task::Forget => device.forget_offered(),
        }
    }
}
