//! The client's side of the wire as a state machine without I/O: what happened goes in, effects come out.
//!
//! It holds neither the document nor a socket. [`Session::handle`] takes one [`Input`] and the document as a
//! [`Replica`] to read from, and returns what the shell has to do, in order. The messages
//! are those of the relay's SPEC.md; its rules are cited by number.
//!
//! There is one way to repair anything: answer the relay's state vector with all that it lacks. A reconnect, a batch
//! that was held and one that was put off all end there, so nothing has to be kept to be sent again. What the relay
//! refuses for good is no repair any more: the document leaves it behind and starts over from what the relay has
//! (`crates/branch`), and the session waits for that.

use std::collections::VecDeque;

use scriptroom_room::merge::EMPTY_UPDATE;
use scriptroom_room::wire::{AckStatus, CloseCode, Message, NOTHING, STEP2_NUMBER};
use scriptroom_room::{Lane, Role};

use crate::awareness::{Entry, Presence};
use crate::backlog::{Backlog, Waiting};
use crate::one_by_one::OneByOne;
pub use crate::turns::{Effect, Input, Replica};
use crate::unsaved::Unsaved;

/// Larger live updates travel as a step 2, which may be larger; the relay's `hello` may say less.
const MAX_BATCH_BYTES: u64 = 1 << 20;
/// An answer may have 32 MiB (rule U7), and so may the message that it comes in: what is larger is not even sent.
const MAX_ANSWER_BYTES: usize = (32 << 20) - 64;
/// With so many messages under way edits wait, and go out as few: while the relay answers within 0.2 s, nobody who types ten keys a second waits.
const UNDER_WAY: usize = 2;
/// How an update begins that has no structs.
const NO_STRUCTS: u8 = 0;

/// What a step 1 asked for. Answers come in the order of the questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// What the document lacks.
    Missing,
    /// All that there is.
    Everything,
}

/// How far the connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// No socket.
    Offline,
    /// Connected; the relay has not yet said what it has, so edits wait for the answer to that.
    Greeting { ours: bool },
    /// The relay has been given everything; edits go out as they are made, unless the document has to start over.
    Live { ours: bool },
    /// The relay asked for patience: everything goes out again as one answer when the wait is over.
    Waiting { ours: bool },
    /// The relay has said no for good.
    Refused,
}

/// The connection of one document to one relay.
#[derive(Debug)]
pub struct Session {
    state: State,
    unsaved: Unsaved,
    /// Edits that wait for acknowledgements; they have yet to go out.
    backlog: Backlog,
    max_batch_bytes: u64,
    /// What the relay said to have when it asked last.
    relay_has: Vec<u8>,
    /// The relay's answer to our step 1 has come and is applied.
    caught_up: bool,
    /// That answer has come and waits to be applied.
    catching_up: bool,
    /// We have asked again for what the document lacks. What the relay does not have then it shows us when it comes.
    asked_again: bool,
    /// The steps 1 that were not answered yet, oldest first.
    questions: VecDeque<Question>,
    /// The relay has refused edits for good: nothing goes out until the document has started over.
    branched: bool,
    /// The document has started over: what two have carried at once may stand in it twice, and nothing else may come at which it is looked at.
    looks: bool,
    /// The log that the relay had when it was heard last.
    epoch: Option<String>,
    /// The relay has said that its person may not write.
    reads: bool,
    retries: u32,
    presence: Presence,
    /// Where edits are offered one by one before everything is brought.
    one_by_one: Option<OneByOne>,
}

impl Session {
    /// A session without a connection. `unsaved` edits of earlier openings are on this device and not at the relay;
    /// `epoch` is that of the log in which the others are.
    #[must_use]
    pub fn new(unsaved: u64, epoch: Option<String>) -> Session {
        Session {
            state: State::Offline,
            unsaved: Unsaved::new(unsaved),
            backlog: Backlog::default(),
            max_batch_bytes: MAX_BATCH_BYTES,
            relay_has: Vec::new(),
            caught_up: false,
            catching_up: false,
            asked_again: false,
            questions: VecDeque::new(),
            branched: false,
            looks: false,
            epoch,
            reads: false,
            retries: 0,
            presence: Presence::default(),
            one_by_one: None,
        }
    }

    /// The same for a document in which it matters who wrote what (rule D4).
    #[must_use]
    pub fn one_by_one(unsaved: u64, epoch: Option<String>) -> Session {
        Session {
            one_by_one: Some(OneByOne::default()),
            ..Session::new(unsaved, epoch)
        }
    }

    /// How many edits of this device the relay has not said to have stored.
    #[must_use]
    pub fn unsaved(&self) -> u64 {
        self.unsaved.count()
    }

    /// The log that the relay had when it was heard last.
    #[must_use]
    pub fn epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    /// What the relay takes in one batch.
    #[must_use]
    pub fn max_batch_bytes(&self) -> u64 {
        self.max_batch_bytes
    }

    /// Whether this document has what the relay has, and the relay what was edited here.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        let live = matches!(self.state, State::Live { .. }) && !self.branched;
        live && self.caught_up && self.unsaved.is_settled()
    }

    /// Whether the relay has said no for good.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.state == State::Refused
    }

    /// The others' states of presence, as JSON.
    pub fn peers(&self) -> impl Iterator<Item = &Entry> {
        self.presence.others()
    }

    /// Takes what happened and returns what there is to do, in order.
    pub fn handle(&mut self, input: Input<'_>, replica: &dyn Replica) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Connected { ours } => self.connected(ours, replica, &mut effects),
            Input::Frame(frame) => self.frame(frame, replica, &mut effects),
            Input::Disconnected { code, reason } => self.disconnected(code, reason, &mut effects),
            Input::Edited(update) => self.edited(update, replica, &mut effects),
            Input::Reoffered(updates) => self.reoffered(updates, replica, &mut effects),
            Input::Applied => self.applied(replica, &mut effects),
            Input::Unfit(reason) => self.branch(reason, replica, &mut effects),
            Input::Waited => self.waited(replica, &mut effects),
            Input::StartedOver => self.started_over(),
            Input::Renew(token) => self.renew(token, &mut effects),
            Input::Present { client, state } => self.present(client, state, &mut effects),
        }
        effects
    }

    fn connected(&mut self, ours: bool, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        self.drop_connection();
        self.state = State::Greeting { ours };
        if self.branched {
            self.ask(Question::Everything, replica, effects);
        } else {
            self.ask(Question::Missing, replica, effects);
        }
        self.announce(effects);
    }

    fn announce(&mut self, effects: &mut Vec<Effect>) {
        let states = self.presence.announce();
        effects.extend(states.map(|states| send(&Message::Awareness(&states))));
    }

    /// What came to a reader was answered with nothing, since an answer is an edit. Who is let to write looks at it then: there may be nobody else.
    fn may_now(&mut self, role: Role, effects: &mut Vec<Effect>) {
        let reads = !role.writes(Lane::Script);
        if std::mem::replace(&mut self.reads, reads) && !reads {
            effects.push(Effect::Incoming(EMPTY_UPDATE.to_vec()));
        }
    }

    fn ask(&mut self, question: Question, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        self.questions.push_back(question);
        let known = match question {
            Question::Missing => replica.state_vector(),
            Question::Everything => NOTHING.to_vec(),
        };
        effects.push(send(&Message::Step1(&known)));
    }

    fn disconnected(&mut self, code: u16, reason: &str, effects: &mut Vec<Effect>) {
        self.drop_connection();
        if self.presence.forget_others() {
            effects.push(Effect::Presence);
        }
        if self.state == State::Refused {
            return;
        }
        self.state = State::Offline;
        if !CloseCode::may_retry(code) {
            self.state = State::Refused;
            effects.push(Effect::Refused(reason.to_owned()));
        }
    }

    fn drop_connection(&mut self) {
        self.forget_sent();
        self.unsaved.number_anew();
        self.caught_up = false;
        self.catching_up = false;
        self.asked_again = false;
        self.questions.clear();
    }

    #[inline(never)]
    fn forget_sent(&mut self) {
        self.unsaved.forget_sent();
        self.backlog.take();
        if let Some(own) = &mut self.one_by_one {
            *own = OneByOne::default();
        }
    }

    fn frame(&mut self, frame: &[u8], replica: &dyn Replica, effects: &mut Vec<Effect>) {
        match Message::decode(frame) {
            Ok(message) => self.message(message, replica, effects),
            // Another relay speaks another dialect: what it says besides is no reason to stop.
            Err(scriptroom_room::wire::WireError::UnknownType(_)) => {}
            Err(error) => effects.push(Effect::Close(1002, error.to_string())),
        }
    }

    fn message(&mut self, message: Message<'_>, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        match message {
            Message::Step1(state_vector) => {
                self.relay_has = state_vector.to_vec();
                if let State::Greeting { ours } | State::Live { ours } = self.state {
                    self.answer(ours, replica, effects);
                } else if let Some(own) = &mut self.one_by_one {
                    own.brings = true;
                }
            }
            Message::Step2(update) => {
                self.catching_up = true;
                let update = update.to_vec();
                effects.push(match self.questions.pop_front() {
                    Some(Question::Everything) => Effect::StartOver(update),
                    Some(Question::Missing) | None => Effect::Incoming(update),
                });
            }
            Message::Update(update) => effects.push(Effect::Incoming(update.to_vec())),
            Message::Awareness(states) => {
                let received = self.presence.receive(states);
                if received.others_changed {
                    effects.push(Effect::Presence);
                }
                // Rule A5: the relay took us for gone.
                if received.own_outbid {
                    self.announce(effects);
                }
            }
            Message::QueryAwareness => self.announce(effects),
            Message::Hello {
                epoch,
                max_update_bytes,
                ..
            } => {
                self.max_batch_bytes = max_update_bytes.clamp(1, MAX_BATCH_BYTES);
                self.in_log(epoch, effects);
            }
            Message::Ack {
                number,
                status,
                reason,
            } => {
                self.acknowledged(number, status, reason, replica, effects);
                self.go_on(replica, effects);
            }
            Message::Denied(reason) => self.refuse(reason, effects),
            Message::Access {
                role,
                expires_in_ms,
            } => {
                effects.push(Effect::Access(role, expires_in_ms));
                self.may_now(role, effects);
            }
            // One that was taken has said so with its `access`.
            Message::Renewed { status, reason } => {
                if status != AckStatus::Stored {
                    effects.push(Effect::NotRenewed(reason.to_owned()));
                }
            }
            // Only a client sends these.
            Message::Batch { .. } | Message::Renew(_) => {}
            // These are not about what is in a document.
            Message::Threads(_) | Message::Owners(_) | Message::You(_) => {}
        }
    }

    /// Another log than before: the relay was restored, or the script begun anew. The answer to its step 1 gives it
    /// all that it lacks, as ever; until it has acknowledged that, what it had stored before counts for nothing.
    fn in_log(&mut self, epoch: &str, effects: &mut Vec<Effect>) {
        if self.epoch.as_deref() == Some(epoch) {
            return;
        }
        let before = self.epoch.replace(epoch.to_owned());
        if before.is_some() {
            self.unsaved.at_least_one();
            // What another log has refused this one may take; and what it lacks, others may bring back: it is not to be said again.
            self.branched = false;
            self.questions.make_contiguous().fill(Question::Missing);
        }
        effects.push(Effect::NewLog(epoch.to_owned()));
    }

    /// Gives the relay all that it lacks; that covers every edit so far, however it went before.
    fn answer(&mut self, ours: bool, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if self.branched {
            return;
        }
        if let Some(queue) = self.one_by_one.as_mut().filter(|_| ours) {
            self.state = State::Live { ours };
            if queue.begins_again() {
                effects.push(Effect::Reoffer);
            }
            return;
        }
        self.bring(ours, replica, effects);
    }

    fn bring(&mut self, ours: bool, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        let Some(update) = replica.diff(&self.relay_has) else {
            let reason = "expected a state vector in a step 1".to_owned();
            return effects.push(Effect::Close(1002, reason));
        };
        if update.len() > MAX_ANSWER_BYTES {
            let reason = format!("{} bytes are too much for one message", update.len());
            self.state = State::Live { ours };
            return self.branch(&reason, replica, effects);
        }
        self.backlog.take();
        self.state = State::Live { ours };
        effects.push(send(&Message::Step2(&update)));
        if self.one_by_one.is_none() {
            effects.push(Effect::Reoffer);
        }
        if ours {
            let lost = update.first().is_some_and(|&first| first != NO_STRUCTS);
            self.unsaved.answer(lost);
        } else if self.unsaved.take_unanswered() > 0 {
            effects.push(Effect::Saved);
        }
    }

    fn reoffered(&mut self, updates: &[Vec<u8>], replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if let Some(own) = &mut self.one_by_one {
            own.offer_again(updates, &self.relay_has, self.max_batch_bytes);
        }
        self.go_on(replica, effects);
    }

    fn edited(&mut self, update: &[u8], replica: &dyn Replica, effects: &mut Vec<Effect>) {
        match self.state {
            State::Live { ours: false } if !self.branched => {
                return effects.push(send(&Message::Update(update)));
            }
            State::Live { .. } | State::Waiting { .. } if !self.branched => {}
            _ => return self.unsaved.add(1),
        }
        self.unsaved.add(1);
        let fits = update.len() as u64 <= self.max_batch_bytes;
        match &mut self.one_by_one {
            Some(own) if fits => own.push(update),
            Some(own) => own.brings = true,
            None if self.state != (State::Live { ours: true }) => {}
            None if fits => self.backlog.push(update, self.max_batch_bytes),
            None => return self.answer(true, replica, effects),
        }
        self.go_on(replica, effects);
    }

    /// Sends what may go out now.
    #[inline(never)]
    fn go_on(&mut self, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if self.state != (State::Live { ours: true }) || self.branched {
            return;
        }
        let Some(own) = &mut self.one_by_one else {
            return self.send_backlog(effects);
        };
        if self.unsaved.has_batches() {
            return;
        }
        if let Some((update, edits)) = own.next() {
            self.send_batch(&update, edits, effects);
        } else if std::mem::take(&mut own.brings) {
            self.bring(true, replica, effects);
        }
    }

    /// Sends the edits that wait, unless too much is under way. The wasm has it once, for all who call it.
    #[inline(never)]
    fn send_backlog(&mut self, effects: &mut Vec<Effect>) {
        if self.unsaved.under_way() >= UNDER_WAY {
            return;
        }
        for Waiting { update, edits, .. } in self.backlog.take() {
            self.send_batch(&update, edits, effects);
        }
    }

    #[inline(never)]
    fn send_batch(&mut self, update: &[u8], edits: u64, effects: &mut Vec<Effect>) {
        let number = self.unsaved.batch(edits);
        effects.push(send(&Message::Batch { number, update }));
    }

    fn acknowledged(
        &mut self,
        number: u64,
        status: AckStatus,
        reason: &str,
        replica: &dyn Replica,
        effects: &mut Vec<Effect>,
    ) {
        let edits = self.unsaved.acknowledged(number);
        if let Some(own) = &mut self.one_by_one {
            own.acknowledged(number, status);
        }
        match status {
            AckStatus::Stored => {
                self.retries = 0;
                if edits > 0 && self.unsaved.count() == 0 && !self.branched {
                    effects.push(Effect::Saved);
                }
            }
            // The relay's step 1 follows (U4); the answer to it covers these edits.
            AckStatus::Held => self.unsaved.add(edits),
            AckStatus::Refused => {
                self.unsaved.add(edits);
                self.branch(reason, replica, effects);
            }
            AckStatus::RetryLater => {
                // Acknowledgements come in the order of what they are for: an answer that is still on its way was sent after this, and
                // has it. To offer all of it anew would be as much too fast as before.
                if number != STEP2_NUMBER && self.unsaved.add_to_answer(edits) {
                    return;
                }
                self.unsaved.add(edits);
                if let State::Live { ours } = self.state {
                    self.state = State::Waiting { ours };
                    self.retries += 1;
                    effects.push(Effect::Wait(self.retries));
                }
            }
        }
    }

    /// The relay will never store what it was given. What depends on that is refused or held too, whatever comes of it:
    /// the document leaves all of it behind.
    fn branch(&mut self, reason: &str, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if self.branched {
            return;
        }
        self.branched = true;
        self.forget_sent();
        effects.push(Effect::Branched(reason.to_owned()));
        self.ask(Question::Everything, replica, effects);
    }

    fn started_over(&mut self) {
        use State::{Greeting, Live, Waiting};
        self.branched = false;
        // Another connection has asked for everything, too: the document has what the first said.
        self.questions.make_contiguous().fill(Question::Missing);
        self.looks = self.one_by_one.is_none();
        self.forget_sent();
        self.unsaved.leave_behind();
        if let Greeting { ours } | Live { ours } | Waiting { ours } = self.state {
            self.state = Live { ours };
        }
    }

    fn waited(&mut self, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if let State::Waiting { ours } = self.state {
            self.state = State::Live { ours };
            match self.one_by_one {
                Some(_) => self.go_on(replica, effects),
                None => self.answer(ours, replica, effects),
            }
        }
    }

    fn applied(&mut self, replica: &dyn Replica, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.catching_up) {
            self.caught_up = true;
        }
        if std::mem::take(&mut self.looks) {
            effects.push(Effect::Incoming(EMPTY_UPDATE.to_vec()));
        }
        if self.branched || !matches!(self.state, State::Live { .. } | State::Greeting { .. }) {
            return;
        }
        let asked = std::mem::replace(&mut self.asked_again, replica.has_pending());
        if self.asked_again && !asked {
            self.caught_up = false;
            self.ask(Question::Missing, replica, effects);
        }
    }

    fn present(&mut self, client: u64, state: Option<&str>, effects: &mut Vec<Effect>) {
        let states = self.presence.set_own(client, state);
        if !matches!(self.state, State::Offline | State::Refused) {
            effects.push(send(&Message::Awareness(&states)));
        }
    }

    /// Only our own relay knows what this is.
    fn renew(&self, token: &str, effects: &mut Vec<Effect>) {
        use State::{Greeting, Live, Waiting};
        if let Greeting { ours: true } | Live { ours: true } | Waiting { ours: true } = self.state {
            effects.push(send(&Message::Renew(token)));
        }
    }

    fn refuse(&mut self, reason: &str, effects: &mut Vec<Effect>) {
        if self.state == State::Refused {
            return;
        }
        self.drop_connection();
        self.state = State::Refused;
        effects.push(Effect::Refused(reason.to_owned()));
        effects.push(Effect::Close(1000, String::new()));
    }
}

fn send(message: &Message<'_>) -> Effect {
    Effect::Send(message.encode())
}
