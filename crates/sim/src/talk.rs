//! The comments in one tab. The document (`script`) and its side of the wire (`client`) are production code; what
//! `pkg/src/comments.ts` does around them is modelled here, in its order, on a store that has what it is given at once.

use std::rc::Rc;

use scriptroom_client::comments::Comments;
use scriptroom_client::session::{Effect, Input};
use scriptroom_room::wire::Message;
use scriptroom_room::{Lane, Role};
use scriptroom_script::Script;

use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::remarks::Remarks;
use crate::tab::fresh_options;

/// How the relay begins when it is the person that it refuses (R2).
const NOT_ALLOWED: &str = "not allowed";

/// What a device has of the comments on a script.
#[derive(Debug, Default)]
pub struct Shelf {
    rows: Vec<Row>,
    epoch: Option<String>,
}

#[derive(Debug)]
struct Row {
    update: Rc<[u8]>,
    own: bool,
    saved: bool,
}

impl Shelf {
    fn put(&mut self, update: Rc<[u8]>, own: bool) {
        let saved = !own;
        self.rows.push(Row { update, own, saved });
    }

    /// Everything that is there.
    pub fn updates(&self) -> Vec<Rc<[u8]>> {
        self.rows.iter().map(|row| row.update.clone()).collect()
    }

    /// What was said here and is not known to be at the relay.
    pub fn unsaved(&self) -> Vec<Rc<[u8]>> {
        let waiting = self.rows.iter().filter(|row| row.own && !row.saved);
        waiting.map(|row| row.update.clone()).collect()
    }

    /// Whether what counts as saved is in the log of that epoch.
    pub fn is_of(&self, epoch: &str) -> bool {
        self.epoch.as_deref() == Some(epoch)
    }

    fn set_epoch(&mut self, epoch: &str) {
        let before = self.epoch.replace(epoch.to_owned());
        if before.is_some_and(|before| before != epoch) {
            self.rows.iter_mut().for_each(|row| row.saved = false);
        }
    }
}

/// What comments want from the tab that they are in.
#[derive(Debug)]
pub enum TalkWant {
    /// Send a frame over the connection that there is.
    Send(Vec<u8>),
    /// Let go of the connection, as if that code had come.
    Close(u16, String),
    /// Call back when the wait of that try is over.
    Wait(u32),
}

/// What comments work with.
pub struct Corner<'a> {
    /// The device's copy of them.
    pub shelf: &'a mut Shelf,
    /// The checkers' book.
    pub ledger: &'a mut Ledger,
    /// New ids.
    pub dice: &'a mut Dice,
}

/// The comments in one tab.
pub struct Talk {
    /// The document, and its side of the wire.
    pub comments: Comments,
    own: Vec<Rc<[u8]>>,
    epoch: Option<String>,
    offered: bool,
    /// Why nothing goes out.
    pub stuck: Option<String>,
    /// What its person may do, as far as it was told.
    role: Option<Role>,
    reason: String,
    wants: Vec<TalkWant>,
}

impl Talk {
    /// Opens the comments on what the device has.
    pub fn open(shelf: &Shelf, dice: &mut Dice) -> Talk {
        let own = shelf.unsaved();
        let client = fresh_options(dice).client_id;
        let epoch = shelf.epoch.clone();
        let comments = Comments::new(client, &own, epoch.clone(), &shelf.updates());
        Talk {
            comments: comments.expect("they were written by a tab"),
            own,
            epoch,
            offered: false,
            stuck: None,
            role: None,
            reason: String::new(),
            wants: Vec::new(),
        }
    }

    /// What they want since this was last asked.
    pub fn take_wants(&mut self) -> Vec<TalkWant> {
        std::mem::take(&mut self.wants)
    }

    /// Whether the relay has all that was said here, or has said that it will not.
    pub fn is_settled(&self) -> bool {
        self.own.is_empty() || self.stuck.is_some()
    }

    /// The relay has greeted.
    pub fn greeted(&mut self, hello: &[u8], corner: &mut Corner<'_>) {
        let effects = self.comments.greeted(hello);
        self.run(effects, corner);
    }

    /// A message of the lane came, unwrapped.
    pub fn frame(&mut self, frame: &[u8], corner: &mut Corner<'_>) {
        if let Ok(Message::Update(update) | Message::Step2(update)) = Message::decode(frame) {
            let epoch = self.epoch.as_deref();
            corner.ledger.witnessed(Lane::Threads, epoch, update);
        }
        let effects = self.comments.frame(frame);
        self.run(effects, corner);
    }

    /// Something happened to the connection.
    pub fn handle(&mut self, input: Input<'_>, corner: &mut Corner<'_>) {
        let effects = self.comments.handle(input);
        self.run(effects, corner);
    }

    /// The relay has said what this person may do.
    pub fn may_now(&mut self, role: Role) {
        self.role = Some(role);
        let waits = |stuck: &String| stuck.starts_with(NOT_ALLOWED);
        if self.stuck.as_ref().is_some_and(waits) && role.writes(Lane::Threads) {
            self.stuck = None;
            self.comments.again(self.own.len() as u64);
            let why = "the person may do more now".to_owned();
            self.wants.push(TalkWant::Close(4900, why));
        }
    }

    /// Its writer says something, or takes something back.
    pub fn speaks(
        &mut self,
        script: &Script,
        remarks: &mut Remarks,
        (person, now_ms): (&str, u64),
        corner: &mut Corner<'_>,
    ) {
        let said = remarks.speak(&mut self.comments, script, corner.dice, (person, now_ms));
        for update in said {
            let update: Rc<[u8]> = update.into();
            corner.shelf.put(update.clone(), true);
            self.own.push(update.clone());
            self.offer(&update, corner);
        }
    }

    fn offer(&mut self, update: &[u8], corner: &mut Corner<'_>) {
        self.handle(Input::Edited(update), corner);
    }

    fn run(&mut self, effects: Vec<Effect>, corner: &mut Corner<'_>) {
        for effect in effects {
            match effect {
                Effect::Send(frame) => self.wants.push(TalkWant::Send(frame)),
                Effect::Incoming(update) => self.comes(&update, corner),
                Effect::Reoffer => {
                    let own: Vec<Vec<u8>> = self.own.iter().map(|one| one.to_vec()).collect();
                    self.handle(Input::Reoffered(&own), corner);
                }
                Effect::Saved => self.saved(corner),
                Effect::Branched(reason) => self.reason = reason,
                Effect::StartOver(theirs) => self.refused(&theirs, corner),
                Effect::NewLog(epoch) => {
                    corner.shelf.set_epoch(&epoch);
                    self.epoch = Some(epoch);
                }
                Effect::Wait(attempt) => self.wants.push(TalkWant::Wait(attempt)),
                Effect::Close(code, reason) => self.wants.push(TalkWant::Close(code, reason)),
                // The script's session says the same.
                Effect::Refused(_) | Effect::Access(..) | Effect::NotRenewed(_) => {}
                Effect::Owners | Effect::Presence => {}
            }
        }
    }

    fn comes(&mut self, update: &[u8], corner: &mut Corner<'_>) {
        corner.shelf.put(update.into(), false);
        if let Err(error) = self.comments.threads().apply_update(update) {
            let what = format!("comments: {error}");
            return corner.ledger.fail("the relay's updates apply", what);
        }
        self.handle(Input::Applied, corner);
    }

    /// The relay has all that was said here.
    fn saved(&mut self, corner: &mut Corner<'_>) {
        for update in std::mem::take(&mut self.own) {
            let epoch = self.epoch.as_deref();
            corner.ledger.called_saved(Lane::Threads, epoch, &update);
        }
        self.offered = false;
        corner
            .shelf
            .rows
            .iter_mut()
            .for_each(|row| row.saved = true);
    }

    /// What was refused for good is said again under another client id, once.
    fn refused(&mut self, theirs: &[u8], corner: &mut Corner<'_>) {
        if self.offered || self.reason.starts_with(NOT_ALLOWED) {
            self.stuck = Some(self.reason.clone());
            // They may have been let while the relay was asked what it has.
            if let Some(role) = self.role {
                self.may_now(role);
            }
            return;
        }
        self.offered = true;
        let client = fresh_options(corner.dice).client_id;
        let own = self.comments.start_over(theirs, client);
        let own = own.expect("the relay's state is an update");
        self.own = own.iter().map(|update| update.as_slice().into()).collect();
        corner.shelf.rows.clear();
        corner.shelf.put(theirs.into(), false);
        for update in self.own.clone() {
            corner.shelf.put(update, true);
        }
        for update in self.own.clone() {
            self.offer(&update, corner);
        }
    }
}
