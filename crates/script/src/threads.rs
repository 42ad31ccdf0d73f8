//! The threads of comments on a script: a document of their own, beside the script's.
//!
//! ```text
//! Y.Doc
//! └─ Y.Map "threads"   thread id → Y.Map { a: [start, end, scene], q: quote, r: resolved, c: Y.Array }
//!                      in c, a value for each comment and each edit of one: [text, ms] or [text, ms, comment id]
//! └─ Y.Array "names"   a value for what somebody wants to be called: [person, name]
//! ```
//!
//! An entry is one value: it is inserted and deleted, never overwritten. So comments that are written at once never touch
//! each other, and an entry's author is whoever owns the client id that inserted it: nothing in the entry says it. An edit is
//! another entry, which counts where it is by the author of what it edits; whoever else writes one has written nothing. A
//! peer that deletes others' entries cannot be told from their author here: the relay's log has who did.
//!
//! A name likewise counts by who owns the client id that said it, and of one person's the last one.
//!
//! Anchors are positions in the script's document ([`crate::anchor`]). Reading is total: what is no entry is left out.

use std::sync::Arc;

use yrs::updates::encoder::Encode;
use yrs::{
    Any, Array, ArrayPrelim, ArrayRef, Assoc, ClientID, Doc, ID, IndexedSequence, Map, MapPrelim,
    MapRef, OffsetKind, Out, ReadTxn, StateVector, Transact, TransactionMut,
};

use crate::anchor::Anchor;
use crate::decode;
use crate::diff;
use crate::error::UpdateError;
use crate::gaps;
use crate::in_order::by_key;

/// The root map of threads.
const THREADS: &str = "threads";
/// The root array of names.
const NAMES: &str = "names";
/// In a thread: where it is anchored.
const ANCHOR: &str = "a";
/// In a thread: what it is about, as it read then.
const QUOTE: &str = "q";
/// In a thread: `true` when it is resolved.
const RESOLVED: &str = "r";
/// In a thread: its entries.
const ENTRIES: &str = "c";

/// What was said on one place of the script.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// Its name among the threads.
    pub id: String,
    /// Where it is anchored; none where somebody has written nonsense.
    pub anchor: Option<Anchor>,
    /// What it is about, as it read when it was written.
    pub quote: String,
    /// Whether somebody has said that this is done.
    pub resolved: bool,
    /// What was said, in order; never empty.
    pub comments: Vec<Comment>,
}

/// One comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// Its name: the id of its entry in the document.
    pub id: String,
    /// The client id that wrote it; whoever owns that is the author.
    pub client: u64,
    /// What it says now.
    pub text: String,
    /// When it was written, by its author's clock, in milliseconds since 1970.
    pub time_ms: u64,
    /// When it was last edited.
    pub edited_ms: Option<u64>,
}

/// What somebody wants to be called.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Who, as the relay knows them.
    pub person: String,
    /// What they want to be called.
    pub name: String,
    /// The client id that said so; it counts where that is the person's.
    pub client: u64,
}

/// One replica of the threads of a script.
pub struct Threads {
    doc: Doc,
    root: MapRef,
    names: ArrayRef,
    client: ClientID,
}

/// An entry as it stands in a thread.
struct Entry {
    id: String,
    client: u64,
    text: String,
    time_ms: u64,
    /// The comment that it edits.
    of: Option<String>,
    /// Where it stands among the entries.
    at: u32,
}

impl Entry {
    /// Whether another entry is this one.
    fn is(&self, other: &Entry) -> bool {
        let same = self.id == other.id && self.time_ms == other.time_ms;
        same && self.text == other.text && self.of == other.of
    }
}

impl Threads {
    /// A replica with what these updates make together, in causal order.
    ///
    /// # Errors
    ///
    /// If one of them is no update.
    ///
    /// # Panics
    ///
    /// If the client id is 2^53 or more.
    pub fn load<B: AsRef<[u8]>>(client_id: u64, updates: &[B]) -> Result<Threads, UpdateError> {
        assert!(client_id < 1 << 53, "client ids have 53 bits");
        let client = ClientID::new(client_id);
        let mut settings = yrs::Options::with_guid_and_client_id("threads".into(), client);
        settings.offset_kind = OffsetKind::Utf16;
        let doc = Doc::with_options(settings);
        let root = doc.get_or_insert_map(THREADS);
        let names = doc.get_or_insert_array(NAMES);
        let mut threads = Threads {
            doc,
            root,
            names,
            client,
        };
        for update in updates {
            threads.apply_update(update.as_ref())?;
        }
        Ok(threads)
    }

    /// Applies an update of another replica.
    ///
    /// # Errors
    ///
    /// If the bytes are no update. Nothing has changed then.
    pub fn apply_update(&mut self, update: &[u8]) -> Result<(), UpdateError> {
        let update = decode::update(update)?;
        let mut txn = self.doc.transact_mut_with("remote");
        gaps::apply(&mut txn, update).map_err(UpdateError::refused)
    }

    /// The whole state as one update.
    #[must_use]
    pub fn encode_state(&self) -> Vec<u8> {
        let txn = self.doc.transact();
        txn.encode_state_as_update_v1(&StateVector::default())
    }

    /// What a replica with this state vector lacks, as an update.
    ///
    /// # Errors
    ///
    /// If the bytes are no state vector.
    pub fn encode_diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, UpdateError> {
        let vector = decode::state_vector(state_vector)?;
        Ok(diff::since(&self.doc.transact(), &vector))
    }

    /// What this replica has, as a state vector.
    #[must_use]
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// Whether parts of updates wait for others that they refer to.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.doc.transact().has_missing_updates()
    }

    /// All threads in which anything is said, the oldest first. `same` tells whether two client ids are one person's.
    #[must_use]
    pub fn list(&self, same: &dyn Fn(u64, u64) -> bool) -> Vec<Thread> {
        let txn = self.doc.transact();
        let threads = self.root.iter(&txn);
        let threads = threads.filter_map(|(id, value)| read(id, &map(Some(value))?, &txn, same));
        // A map has no order: of those of the same moment the ids decide.
        let threads = by_key(threads.collect(), |thread| digest(&thread.id));
        by_key(threads, |thread| thread.comments[0].time_ms)
    }

    /// Begins a thread. Returns its id, and the update.
    pub fn add(
        &mut self,
        anchor: &Anchor,
        quote: &str,
        text: &str,
        now_ms: u64,
    ) -> (String, Vec<u8>) {
        let id = self.new_id();
        let update = self.change(|root, txn| {
            let entries = begin(root, txn, &id, anchor, quote);
            push(&entries, txn, text, now_ms, None);
        });
        (id, update)
    }

    /// Says something in a thread. None where there is no such thread.
    pub fn reply(&mut self, thread: &str, text: &str, now_ms: u64) -> Option<Vec<u8>> {
        let entries = self.entries(thread)?;
        Some(self.change(|_, txn| push(&entries, txn, text, now_ms, None)))
    }

    /// Says something else in a comment of one's own. None where there is no such comment.
    pub fn edit(
        &mut self,
        thread: &str,
        comment: &str,
        text: &str,
        now_ms: u64,
    ) -> Option<Vec<u8>> {
        let entries = self.entries(thread)?;
        let known = read_entries(&entries, &self.doc.transact());
        known.iter().find(|entry| entry.id == comment)?;
        Some(self.change(|_, txn| push(&entries, txn, text, now_ms, Some(comment))))
    }

    /// Takes away a comment of one's own, and the edits of it that are one's own. None where there is no such comment.
    pub fn remove(
        &mut self,
        thread: &str,
        comment: &str,
        same: &dyn Fn(u64, u64) -> bool,
    ) -> Option<Vec<u8>> {
        let entries = self.entries(thread)?;
        let known = read_entries(&entries, &self.doc.transact());
        let author = known.iter().find(|entry| entry.id == comment)?.client;
        let is_of_it = |entry: &&Entry| {
            let edits = entry.of.as_deref() == Some(comment) && same(entry.client, author);
            edits || entry.id == comment
        };
        let gone: Vec<u32> = known
            .iter()
            .filter(is_of_it)
            .map(|entry| entry.at)
            .collect();
        Some(self.change(|_, txn| {
            for at in gone.iter().rev() {
                entries.remove_range(txn, *at, 1);
            }
        }))
    }

    /// Says that a thread is done, or is not. None where that is said already, or there is no such thread.
    pub fn resolve(&mut self, thread: &str, resolved: bool) -> Option<Vec<u8>> {
        self.set(thread, RESOLVED, Any::Bool(resolved))
    }

    /// Anchors a thread elsewhere: its text has moved. None where it is anchored there, or there is no such thread.
    pub fn anchor(&mut self, thread: &str, anchor: &Anchor) -> Option<Vec<u8>> {
        self.set(thread, ANCHOR, anchor.to_any())
    }

    /// What people want to be called, in the order in which it was said.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let names = read_names(&self.names, &self.doc.transact());
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// Says what a person wants to be called, in the place of what was said of them by client ids that are `theirs`. None where
    /// that is what was said last.
    pub fn say_name(
        &mut self,
        person: &str,
        name: &str,
        theirs: &dyn Fn(u64) -> bool,
    ) -> Option<Vec<u8>> {
        let mut before = read_names(&self.names, &self.doc.transact());
        before.retain(|(_, said)| said.person == person && theirs(said.client));
        if before.last().is_some_and(|(_, said)| said.name == name) {
            return None;
        }
        let names = self.names.clone();
        Some(self.change(|_, txn| {
            for (at, _) in before.iter().rev() {
                names.remove_range(txn, *at, 1);
            }
            let name = [Any::from(person), Any::from(name)];
            names.push_back(txn, Any::Array(Arc::from(name)));
        }))
    }

    /// Writes again what this replica has and `theirs` has not, as the client `client_id`: the relay will never take it as
    /// it is. Returns the replica that goes on in the place of this one, and the updates that are new in it, one for each
    /// thing that was said.
    ///
    /// # Errors
    ///
    /// If `theirs` is no update.
    pub fn over(
        &self,
        theirs: &[u8],
        client_id: u64,
    ) -> Result<(Threads, Vec<Vec<u8>>), UpdateError> {
        let mut over = Threads::load(client_id, &[theirs])?;
        let mut updates = Vec::new();
        let txn = self.doc.transact();
        for (id, value) in self.root.iter(&txn) {
            let Some(thread) = map(Some(value)) else {
                continue;
            };
            over.bring(id, &thread, &txn, &mut updates);
        }
        drop(txn);
        Ok((over, updates))
    }

    /// Writes again what is not here of one thread of another replica. What is here is told by what it says, not by its
    /// id alone: the id may have been somebody else's.
    fn bring(&mut self, id: &str, thread: &MapRef, txn: &impl ReadTxn, updates: &mut Vec<Vec<u8>>) {
        let entries = match thread.get(txn, ENTRIES) {
            Some(Out::YArray(entries)) => read_entries(&entries, txn),
            _ => return,
        };
        let there = self.entries(id);
        let known = there.map(|there| read_entries(&there, &self.doc.transact()));
        let is_known = |entry: &Entry| known.iter().flatten().any(|one| one.is(entry));
        let lacking: Vec<&Entry> = entries.iter().filter(|entry| !is_known(entry)).collect();
        // Never under the id of a thread that is not here: whoever has that may bring it yet, and of two under one id one is gone, with
        // all that was said in it.
        let is_here = known.is_some() && lacking.len() < entries.len();
        let mut id = is_here.then(|| id.to_owned());
        // What was said has another id now; its edits follow it.
        let mut names: Vec<(&str, String)> = Vec::new();
        for entry in lacking {
            let of = entry.of.as_deref().map(|of| {
                let name = names.iter().find(|(before, _)| *before == of);
                name.map_or(of, |(_, now)| now).to_owned()
            });
            let id = id.get_or_insert_with(|| self.new_id()).clone();
            let there = self.entries(&id);
            updates.push(self.change(|root, into| {
                let entries = there.unwrap_or_else(|| copy(root, into, &id, thread, txn));
                push(&entries, into, &entry.text, entry.time_ms, of.as_deref());
            }));
            let there = self.entries(&id).expect("it was just written into");
            let last = read_entries(&there, &self.doc.transact()).pop();
            names.extend(last.map(|last| (entry.id.as_str(), last.id)));
        }
        let resolved = thread.get(txn, RESOLVED) == Some(Out::Any(Any::Bool(true)));
        if let Some(id) = id.filter(|_| resolved) {
            updates.extend(self.resolve(&id, true));
        }
    }

    /// A thread's id that nobody has: no two replicas insert a unit of the same id.
    fn new_id(&self) -> String {
        let clock = self.doc.transact().state_vector().get(&self.client);
        format!("{}.{clock}", self.client.get())
    }

    fn set(&mut self, thread: &str, key: &str, value: Any) -> Option<Vec<u8>> {
        let thread = map(self.root.get(&self.doc.transact(), thread))?;
        let there = thread.get(&self.doc.transact(), key);
        let same = there == Some(Out::Any(value.clone()));
        // Nothing is not done.
        let unsaid = there.is_none() && value == Any::Bool(false);
        if same || unsaid {
            return None;
        }
        Some(self.change(|_, txn| {
            thread.insert(txn, key, value);
        }))
    }

    fn entries(&self, thread: &str) -> Option<ArrayRef> {
        let txn = self.doc.transact();
        match map(self.root.get(&txn, thread))?.get(&txn, ENTRIES) {
            Some(Out::YArray(entries)) => Some(entries),
            _ => None,
        }
    }

    /// Makes a change, and gives its update.
    fn change(&mut self, change: impl FnOnce(&MapRef, &mut TransactionMut)) -> Vec<u8> {
        let mut txn = self.doc.transact_mut();
        change(&self.root, &mut txn);
        txn.commit();
        txn.encode_update_v1()
    }
}

/// The same number for the same text (FNV-1a).
fn digest(text: &str) -> u64 {
    let mixed = |digest: u64, byte: u8| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mixed)
}

/// A new thread without entries.
fn begin(
    root: &MapRef,
    txn: &mut TransactionMut,
    id: &str,
    anchor: &Anchor,
    quote: &str,
) -> ArrayRef {
    let thread = root.insert(txn, id, MapPrelim::default());
    thread.insert(txn, ANCHOR, anchor.to_any());
    thread.insert(txn, QUOTE, quote);
    thread.insert(txn, ENTRIES, ArrayPrelim::default())
}

/// The same, of a thread of another replica.
fn copy(
    root: &MapRef,
    into: &mut TransactionMut,
    id: &str,
    thread: &MapRef,
    txn: &impl ReadTxn,
) -> ArrayRef {
    let anchor = anchor_of(thread, txn).unwrap_or_default();
    begin(root, into, id, &anchor, &quote_of(thread, txn))
}

fn push(entries: &ArrayRef, txn: &mut TransactionMut, text: &str, now_ms: u64, of: Option<&str>) {
    let time = i64::try_from(now_ms).unwrap_or(0);
    let mut entry = vec![Any::from(text), Any::from(time)];
    entry.extend(of.map(Any::from));
    entries.push_back(txn, Any::Array(Arc::from(entry)));
}

fn map(value: Option<Out>) -> Option<MapRef> {
    match value {
        Some(Out::YMap(map)) => Some(map),
        _ => None,
    }
}

fn anchor_of(thread: &MapRef, txn: &impl ReadTxn) -> Option<Anchor> {
    match thread.get(txn, ANCHOR) {
        Some(Out::Any(any)) => Anchor::of_any(&any),
        _ => None,
    }
}

fn quote_of(thread: &MapRef, txn: &impl ReadTxn) -> String {
    match thread.get(txn, QUOTE) {
        Some(Out::Any(Any::String(quote))) => quote.to_string(),
        _ => String::new(),
    }
}

fn read(
    id: &str,
    thread: &MapRef,
    txn: &impl ReadTxn,
    same: &dyn Fn(u64, u64) -> bool,
) -> Option<Thread> {
    let entries = match thread.get(txn, ENTRIES) {
        Some(Out::YArray(entries)) => read_entries(&entries, txn),
        _ => return None,
    };
    let comments = comments(entries, same);
    (!comments.is_empty()).then(|| Thread {
        id: id.to_owned(),
        anchor: anchor_of(thread, txn),
        quote: quote_of(thread, txn),
        resolved: thread.get(txn, RESOLVED) == Some(Out::Any(Any::Bool(true))),
        comments,
    })
}

/// The comments that entries make: the last edit counts that is by the author.
fn comments(entries: Vec<Entry>, same: &dyn Fn(u64, u64) -> bool) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::new();
    for entry in entries {
        let Some(of) = entry.of else {
            comments.push(Comment {
                id: entry.id,
                client: entry.client,
                text: entry.text,
                time_ms: entry.time_ms,
                edited_ms: None,
            });
            continue;
        };
        let edited = comments.iter_mut().find(|comment| comment.id == of);
        if let Some(comment) = edited.filter(|comment| same(comment.client, entry.client)) {
            comment.text = entry.text;
            comment.edited_ms = Some(entry.time_ms);
        }
    }
    comments
}

fn read_entries(entries: &ArrayRef, txn: &impl ReadTxn) -> Vec<Entry> {
    let values = (0..).zip(entries.iter(txn));
    let read = values.filter_map(|(at, value)| match value {
        Out::Any(Any::Array(entry)) => read_entry(&entry, entries, at, txn),
        _ => None,
    });
    read.collect()
}

fn read_entry(entry: &[Any], entries: &ArrayRef, at: u32, txn: &impl ReadTxn) -> Option<Entry> {
    let (text, time, of) = match entry {
        [Any::String(text), Any::Number(time)] => (text, time, None),
        [Any::String(text), Any::Number(time), Any::String(of)] => (text, time, Some(of)),
        _ => return None,
    };
    let id = id_at(entries, at, txn)?;
    let time_ms = time.as_i64().and_then(|ms| u64::try_from(ms).ok());
    Some(Entry {
        id: format!("{}.{}", id.client.get(), id.clock),
        client: id.client.get(),
        text: text.to_string(),
        time_ms: time_ms.unwrap_or(0),
        of: of.map(|of| of.to_string()),
        at,
    })
}

fn read_names(names: &ArrayRef, txn: &impl ReadTxn) -> Vec<(u32, Name)> {
    let values = (0..).zip(names.iter(txn));
    let read = values.filter_map(|(at, value)| match value {
        Out::Any(Any::Array(name)) => Some((at, read_name(&name, names, at, txn)?)),
        _ => None,
    });
    read.collect()
}

fn read_name(name: &[Any], names: &ArrayRef, at: u32, txn: &impl ReadTxn) -> Option<Name> {
    let [Any::String(person), Any::String(name)] = name else {
        return None;
    };
    Some(Name {
        person: person.to_string(),
        name: name.to_string(),
        client: id_at(names, at, txn)?.client.get(),
    })
}

/// The id of a value: who inserted it is in there.
fn id_at(values: &ArrayRef, at: u32, txn: &impl ReadTxn) -> Option<ID> {
    values.sticky_index(txn, at, Assoc::After)?.id().copied()
}
