//! The comments on a script, on this device: their document, their side of the wire, and who wrote what.
//!
//! They travel over the script's own connection, in a lane of their own, once the relay has said that it knows it (rule D2
//! of its SPEC.md). Calls and effects are those of [`Session`]; what is to be sent is wrapped here, and what came is unwrapped.

use scriptroom_room::check::Update;
use scriptroom_room::wire::{Message, decode_owners};
use scriptroom_script::{Anchor, Anchored, Name, Nth, Script, Thread, Threads, UpdateError};

use crate::session::{Effect, Input, Replica, Session};

/// The first version of our protocol that has the threads' lane.
const FIRST_VERSION: u64 = 3;

impl Replica for Threads {
    fn state_vector(&self) -> Vec<u8> {
        Threads::state_vector(self)
    }

    fn diff(&self, state_vector: &[u8]) -> Option<Vec<u8>> {
        self.encode_diff(state_vector).ok()
    }

    fn has_pending(&self) -> bool {
        Threads::has_pending(self)
    }
}

/// The comments on a script.
pub struct Comments {
    threads: Threads,
    session: Session,
    people: People,
    /// On which of the same words a thread stood when what it stands on was carried elsewhere, by its id.
    carried: Vec<(String, Nth)>,
}

/// Whose client ids are, as far as the relay has said.
struct People {
    /// The client id of this replica.
    client: u64,
    /// Who the relay takes it for.
    me: Option<String>,
    /// The client ids of earlier openings on this device whose words the relay does not have yet.
    before: Vec<u64>,
    /// A client id and its owner; few, and none twice.
    owners: Vec<(u64, String)>,
}

/// A thread, with what is known here besides.
pub struct Shown {
    /// The thread.
    pub thread: Thread,
    /// Where it is anchored now.
    pub anchored: Anchored,
}

impl Comments {
    /// The comments that these updates make, in causal order. Those of this device that are not at the relay are given
    /// in `own` once more; the others are in its log `epoch`.
    ///
    /// # Errors
    /// When one of them is no update.
    pub fn new<B: AsRef<[u8]>>(
        client: u64,
        own: &[B],
        epoch: Option<String>,
        updates: &[B],
    ) -> Result<Comments, UpdateError> {
        Ok(Comments {
            threads: Threads::load(client, updates)?,
            session: Session::one_by_one(own.len() as u64, epoch),
            carried: Vec::new(),
            people: People {
                client,
                me: None,
                before: own
                    .iter()
                    .flat_map(|update| writers(update.as_ref()))
                    .collect(),
                owners: Vec::new(),
            },
        })
    }

    /// The document.
    pub fn threads(&mut self) -> &mut Threads {
        &mut self.threads
    }

    /// How many edits the relay has not said to have stored.
    #[must_use]
    pub fn unsaved(&self) -> u64 {
        self.session.unsaved()
    }

    /// The relay has greeted: where it knows the lane, this begins to speak of it.
    pub fn greeted(&mut self, hello: &[u8]) -> Vec<Effect> {
        match Message::decode(hello) {
            Ok(Message::Hello { version, .. }) if version >= FIRST_VERSION => {
                let mut effects = self.handle(Input::Connected { ours: true });
                effects.extend(self.handle(Input::Frame(hello)));
                effects
            }
            _ => Vec::new(),
        }
    }

    /// A message of the lane came, unwrapped.
    pub fn frame(&mut self, frame: &[u8]) -> Vec<Effect> {
        match Message::decode(frame) {
            Ok(Message::You(person)) => self.people.me = Some(person.to_owned()),
            Ok(Message::Owners(owners)) => {
                for (client, person) in decode_owners(owners).unwrap_or_default() {
                    self.people.owners.retain(|(known, _)| *known != client);
                    self.people.owners.push((client, person.to_owned()));
                }
            }
            _ => return self.handle(Input::Frame(frame)),
        }
        vec![Effect::Owners]
    }

    /// Something else happened.
    pub fn handle(&mut self, input: Input<'_>) -> Vec<Effect> {
        let mut effects = self.session.handle(input, &self.threads);
        for effect in &mut effects {
            if let Effect::Send(frame) = effect {
                *frame = Message::Threads(frame).encode();
            }
        }
        effects
    }

    /// All threads, the oldest first.
    #[must_use]
    pub fn list(&self, script: &Script) -> Vec<Shown> {
        let threads = self
            .threads
            .list(&|one, other| self.people.same(one, other));
        let shown = threads.into_iter().map(|thread| Shown {
            anchored: anchored(script, &thread),
            thread,
        });
        shown.collect()
    }

    /// Who owns a client id, as far as the relay has said.
    #[must_use]
    pub fn owner(&self, client: u64) -> Option<&str> {
        self.people.owner(client)
    }

    /// Who the relay takes this person for, once it has said so.
    #[must_use]
    pub fn me(&self) -> Option<&str> {
        self.people.me.as_deref()
    }

    /// What people want to be called, as they have said themselves: the last of a person's names is the one.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let mut names = self.threads.names();
        names.retain(|said| self.people.owner(said.client) == Some(&said.person));
        names
    }

    /// Says what this person wants to be called. None where that is said already, or the relay has not said who this is.
    pub fn say_name(&mut self, name: &str) -> Option<Vec<u8>> {
        let people = &self.people;
        let me = people.me.as_deref()?;
        let theirs = |client| people.owner(client) == Some(me);
        self.threads.say_name(me, name, &theirs)
    }

    /// Whether a client id is this person's.
    #[must_use]
    pub fn is_mine(&self, client: u64) -> bool {
        self.people.is_mine(client)
    }

    /// Whether a comment is there and this person's: only then may it be edited or taken away.
    fn may_change(&self, thread: &str, comment: &str) -> bool {
        let threads = self
            .threads
            .list(&|one, other| self.people.same(one, other));
        let thread = threads.iter().find(|one| one.id == thread);
        let comments = thread.map_or(&[][..], |thread| &thread.comments);
        let comment = comments.iter().find(|one| one.id == comment);
        comment.is_some_and(|comment| self.is_mine(comment.client))
    }

    /// Says something else in a comment of one's own; none where there is no such.
    pub fn edit(
        &mut self,
        thread: &str,
        comment: &str,
        text: &str,
        now_ms: u64,
    ) -> Option<Vec<u8>> {
        match self.may_change(thread, comment) {
            true => self.threads.edit(thread, comment, text, now_ms),
            false => None,
        }
    }

    /// Takes away a comment of one's own; none where there is no such.
    pub fn remove(&mut self, thread: &str, comment: &str) -> Option<Vec<u8>> {
        if !self.may_change(thread, comment) {
            return None;
        }
        let people = &self.people;
        let same = |one, other| people.same(one, other);
        self.threads.remove(thread, comment, &same)
    }

    /// Before a scene is carried elsewhere, also by undo: notes on which of the same words each thread stands.
    pub fn note_places(&mut self, script: &Script) {
        let threads = self.threads.list(&|one, other| one == other);
        let nth = threads.iter().filter_map(|thread| {
            let nth = script.nth_quoted(thread.anchor.as_ref()?, &thread.quote)?;
            Some((thread.id.clone(), nth))
        });
        self.carried = nth.collect();
    }

    /// Anchors anew what stands in the text under other ids since this replica brought text back or carried it elsewhere. When comments
    /// `came`, only those on what it has brought back: the others are anchored where everybody finds them.
    pub fn anchor_anew(&mut self, script: &Script, came: bool) -> Vec<Vec<u8>> {
        let threads = self.threads.list(&|one, other| one == other);
        let carried = std::mem::take(&mut self.carried);
        let moved = threads.iter().filter_map(|thread| {
            let anchor = thread.anchor.as_ref()?;
            if came && !script.is_on_restored(anchor) {
                return None;
            }
            let nth = carried.iter().find(|(id, _)| *id == thread.id);
            let nth = nth.map(|&(_, nth)| nth);
            let anew = script.anchor_anew(anchor, &thread.quote, nth)?;
            self.threads.anchor(&thread.id, &anew)
        });
        moved.collect()
    }

    /// Offers `unsaved` edits again with the next connection, although they were refused: the person may do more now.
    pub fn again(&mut self, unsaved: u64) {
        let epoch = self.session.epoch().map(str::to_owned);
        self.session = Session::one_by_one(unsaved, epoch);
    }

    /// Starts over from `theirs`, which is all that the relay has, as another client: what it refused is said again.
    /// Returns the updates that are new.
    ///
    /// # Errors
    /// When `theirs` is no update; then all is as it was.
    pub fn start_over(&mut self, theirs: &[u8], client: u64) -> Result<Vec<Vec<u8>>, UpdateError> {
        let (threads, updates) = self.threads.over(theirs, client)?;
        self.threads = threads;
        self.people.client = client;
        self.session.handle(Input::StartedOver, &self.threads);
        Ok(updates)
    }
}

impl People {
    fn owner(&self, client: u64) -> Option<&str> {
        let known = self.owners.iter().find(|(known, _)| *known == client);
        let known = known.map(|(_, person)| person.as_str());
        // The relay has yet to hear of it.
        known.or(self.me.as_deref().filter(|_| self.is_here(client)))
    }

    /// Whether a client id is this device's, whatever the relay knows of it.
    fn is_here(&self, client: u64) -> bool {
        client == self.client || self.before.contains(&client)
    }

    fn is_mine(&self, client: u64) -> bool {
        self.is_here(client) || self.same(client, self.client)
    }

    fn same(&self, one: u64, other: u64) -> bool {
        let here = self.is_here(one) && self.is_here(other);
        let owner = self.owner(one);
        one == other || here || (owner.is_some() && owner == self.owner(other))
    }
}

/// The client ids under which an update says something.
fn writers(update: &[u8]) -> Vec<u64> {
    let sections = Update::decode(update).map(|update| {
        let sections = update.sections().iter();
        sections.map(|section| section.client).collect()
    });
    sections.unwrap_or_default()
}

fn anchored(script: &Script, thread: &Thread) -> Anchored {
    let nowhere = Anchor::default();
    let anchor = thread.anchor.as_ref().unwrap_or(&nowhere);
    script.anchored(anchor, &thread.quote)
}
