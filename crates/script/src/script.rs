//! One replica of a script: the Y.Doc, the index beside it, and undo.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use scriptroom_paragraphs::Styles;
use yrs::updates::encoder::Encode;
use yrs::{
    Any, ClientID, DeepObservable, Doc, ID, Map, MapRef, Observable, OffsetKind, Origin, Out,
    ReadTxn, StateVector, Transact, TransactionMut, Update,
};

use crate::caret::Carets;
use crate::carve::Carve;
use crate::change::{Change, SceneChanges};
use crate::decode;
use crate::diff;
use crate::error::UpdateError;
use crate::follow::{self, Seen, Step};
use crate::gaps;
use crate::index::Index;
use crate::keystroke::Keystroke;
use crate::mark::SceneId;
use crate::rng::Rng;
use crate::schema;
use crate::splice::{self, CountSplice};
use crate::strip::Strip;
use crate::undo::Undo;

/// How to make a replica.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The id of this replica in the document: below 2^53, and never used by anyone else, nor by
    /// an earlier opening.
    pub client_id: u64,
    /// Where ids and the jitter of order keys come from. Different for each replica.
    pub seed: u64,
}

/// What the observers leave for the call that made the transaction.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) seen: Seen,
    /// What the next transaction is expected to do.
    pub(crate) keystroke: Option<Keystroke>,
    /// The entries of the root map of the script that changed.
    pub(crate) entries: Vec<Arc<str>>,
    /// The update of a transaction that cannot be reached otherwise.
    pub(crate) update: Option<Vec<u8>>,
}

/// One replica of a script.
///
/// Calls change it and return what changed, as a [`Change`]: apply its `text` to an editor, its
/// `paragraphs` to the pages, its `scenes` to a sidebar, and send its `update` to the other
/// replicas. There is no clock and no randomness inside: `now_ms` (any clock that does not run
/// backwards) and [`Options::seed`] come from the caller. All offsets are UTF-16 units of the
/// editor's document: the paragraphs with `\n` between them.
///
/// A replica has one paragraph at least, also when it is empty.
pub struct Script {
    pub(crate) doc: Doc,
    pub(crate) root: MapRef,
    pub(crate) strips: MapRef,
    pub(crate) index: Index,
    pub(crate) undo: Undo,
    pub(crate) noted: Rc<RefCell<Noted>>,
    pub(crate) rng: Rng,
    pub(crate) client: ClientID,
    /// The carves of this replica that others' words may still come to.
    pub(crate) carves: Vec<Carve>,
    /// What two have carved at once may stand here twice: nobody has looked since it came.
    pub(crate) unlooked: bool,
    pub(crate) carets: Carets,
}

/// By whom a transaction is made: it decides what undo takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The writer at this replica.
    Writer,
    /// This replica, for itself: new strips, re-keying. Undo leaves it alone.
    Upkeep,
    /// Another replica.
    Remote,
}

impl Cause {
    pub(crate) fn origin(self) -> Origin {
        Origin::from(match self {
            Cause::Writer => Undo::TRACKED,
            Cause::Upkeep => "upkeep",
            Cause::Remote => "remote",
        })
    }
}

impl Script {
    /// An empty replica.
    ///
    /// # Panics
    ///
    /// If the client id is 2^53 or more.
    #[must_use]
    pub fn new(options: Options) -> Script {
        assert!(options.client_id < 1 << 53, "client ids have 53 bits");
        let client = ClientID::new(options.client_id);
        let mut settings = yrs::Options::with_guid_and_client_id("script".into(), client);
        settings.offset_kind = OffsetKind::Utf16;
        settings.cleanup_formatting = false;
        let doc = Doc::with_options(settings);
        let root = doc.get_or_insert_map(schema::SCRIPT);
        let strips = doc.get_or_insert_map(schema::STRIPS);
        let noted = Rc::new(RefCell::new(Noted::default()));
        observe(&strips, &noted);
        observe_entries(&root, &noted);
        let index = Index::new();
        Script {
            undo: Undo::new(&doc, &strips),
            rng: Rng::new(options.seed),
            index,
            doc,
            root,
            strips,
            noted,
            client,
            carves: Vec::new(),
            unlooked: false,
            carets: Carets::default(),
        }
    }

    /// A replica with the state that these updates make together, in causal order.
    ///
    /// # Errors
    ///
    /// If one of them is no update; see [`UpdateError`].
    pub fn load<B: AsRef<[u8]>>(options: Options, updates: &[B]) -> Result<Script, UpdateError> {
        Script::load_each(options, updates.iter())
    }

    /// The same, of updates that come one after the other: each is let go of when it is read. Memory that wasm once had for
    /// all of them would stay the page's.
    ///
    /// # Errors
    ///
    /// As [`Script::load`].
    pub fn load_each<B: AsRef<[u8]>>(
        options: Options,
        updates: impl Iterator<Item = B>,
    ) -> Result<Script, UpdateError> {
        let mut script = Script::new(options);
        let mut decoded: Vec<Update> = Vec::new();
        for bytes in updates {
            script.index.styles_came |= may_hold_styles(bytes.as_ref());
            decoded.push(decode::update(bytes.as_ref())?);
        }
        for update in decoded {
            let mut txn = script.doc.transact_mut_with(Cause::Remote.origin());
            let applied = gaps::apply(&mut txn, update);
            drop(txn);
            applied.map_err(UpdateError::refused)?;
        }
        *script.noted.borrow_mut() = Noted::default();
        script.index = script.index_from_scratch();
        script.unlooked = true;
        Ok(script)
    }

    /// An index of the document as it stands, built anew.
    pub(crate) fn index_from_scratch(&self) -> Index {
        let txn = self.doc.transact();
        let mut index = Index::new();
        index.styles_came = self.index.styles_came;
        for (name, value) in self.strips.iter(&txn) {
            if let Some(strip) = Strip::read(name.into(), &value, &txn) {
                index.insert(strip);
            }
        }
        index.scenes.settle(&mut index.tree);
        index.scenes.take_log();
        index
    }

    /// Applies an update of another replica, in the encoding v1 of Yjs. Undo never touches what
    /// it brings. Where it refers to bytes that have not come yet, these parts wait: see
    /// [`Script::has_pending`].
    ///
    /// The change has an `update` of its own where this replica must answer: words that came to
    /// the old place of a paragraph that it carried elsewhere are brought after. Store and send
    /// it like that of an edit.
    ///
    /// # Errors
    ///
    /// If the bytes are no update. Nothing has changed then.
    pub fn apply_update(&mut self, update: &[u8]) -> Result<Change, UpdateError> {
        self.apply(update, true)
    }

    /// The same for a replica whose person may not write: it answers nothing. Who writes does, when they see the same.
    ///
    /// # Errors
    ///
    /// As [`Script::apply_update`].
    pub fn apply_as_reader(&mut self, update: &[u8]) -> Result<Change, UpdateError> {
        self.apply(update, false)
    }

    /// The one or the other, by whether the person `writes`. The bytes are let go of when they are read: a whole script's are
    /// as much again as what is made to follow it, and memory that wasm once had stays the page's.
    ///
    /// # Errors
    ///
    /// As [`Script::apply_update`].
    pub fn apply_given(&mut self, update: Vec<u8>, writes: bool) -> Result<Change, UpdateError> {
        self.apply(update, writes)
    }

    fn apply(&mut self, bytes: impl AsRef<[u8]>, answers: bool) -> Result<Change, UpdateError> {
        let keystroke = Keystroke::decode(bytes.as_ref());
        self.index.styles_came |= keystroke.is_none() && may_hold_styles(bytes.as_ref());
        let update = decode::update(bytes.as_ref())?;
        drop(bytes);
        if keystroke.is_none() || !self.carves.is_empty() {
            self.settle_selection();
        }
        let is_keystroke = keystroke.is_some();
        self.noted.borrow_mut().keystroke = keystroke;
        let mut txn = self.doc.transact_mut_with(Cause::Remote.origin());
        let applied = match is_keystroke {
            true => gaps::apply_kept(&mut txn, update),
            false => gaps::apply(&mut txn, update),
        };
        drop(txn);
        let seen = self.take_seen();
        if let Some(change) = self.follow_keystroke(&seen) {
            applied.map_err(UpdateError::refused)?;
            self.undo.follow(&change);
            return Ok(change);
        }
        let mut work = Steps::default();
        self.follow(seen, &mut work);
        applied.map_err(UpdateError::refused)?;
        self.bring_after(&mut work, answers);
        if answers {
            self.tie_places_that_came(&mut work);
        }
        let change = self.finish(work);
        self.undo.follow(&change);
        Ok(change)
    }

    /// The whole state as one update.
    #[must_use]
    pub fn encode_state(&self) -> Vec<u8> {
        self.doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
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

    /// What this replica has, as a state vector. Compare decoded ones: equal states can be
    /// encoded in different bytes.
    #[must_use]
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// Whether parts of updates wait for others that they refer to: sync again.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.doc.transact().has_missing_updates()
    }

    /// This replica's id in the document.
    #[must_use]
    pub fn client_id(&self) -> u64 {
        self.client.get()
    }

    /// Runs one transaction and follows it.
    pub(crate) fn step<R>(
        &mut self,
        steps: &mut Steps,
        cause: Cause,
        change: impl FnOnce(&mut Working<'_>, &mut TransactionMut) -> R,
    ) -> R {
        let mut txn = self.doc.transact_mut_with(cause.origin());
        let mut working = Working {
            index: &self.index,
            strips: &self.strips,
            rng: &mut self.rng,
        };
        let result = change(&mut working, &mut txn);
        txn.commit();
        if cause != Cause::Remote && txn.has_changes() {
            steps.updates.push(txn.encode_update_v1());
        }
        drop(txn);
        let seen = self.take_seen();
        self.follow(seen, steps);
        result
    }

    /// What the observers saw since the last time.
    pub(crate) fn take_seen(&mut self) -> Seen {
        let mut noted = self.noted.borrow_mut();
        noted.keystroke = None;
        std::mem::take(&mut noted.seen)
    }

    /// Follows what the observers saw.
    pub(crate) fn follow(&mut self, seen: Seen, steps: &mut Steps) {
        if !seen.is_of_marks(&self.index) {
            self.carets.clear();
        }
        let txn = self.doc.transact();
        let step = follow::follow(&mut self.index, &self.strips, seen, &txn);
        drop(txn);
        if step.moved {
            let places = self
                .stored_places()
                .into_iter()
                .map(|(name, _)| name.into());
            self.noted.borrow_mut().entries.extend(places);
        }
        steps.add(step);
    }

    /// Turns what the steps changed into a [`Change`].
    pub(crate) fn finish(&self, steps: Steps) -> Change {
        let text = match steps.composed {
            None => steps.text,
            Some(splices) => self.text_changes(&splices),
        };
        let ranges = splice::ranges_after(&steps.paragraphs);
        let paragraphs = steps.paragraphs.iter().zip(ranges);
        Change {
            update: merge(steps.updates),
            text,
            paragraphs: paragraphs
                .map(|(splice, range)| crate::change::ParagraphsChanged {
                    from: splice.from,
                    removed: splice.removed,
                    inserted: range.map(|i| self.index.info(i)).collect(),
                })
                .collect(),
            formats: self.format_changes(steps.restyled),
            scenes: steps.scenes,
            entries: std::mem::take(&mut self.noted.borrow_mut().entries),
            selection: None,
        }
    }

    fn text_changes(&self, splices: &[CountSplice]) -> Vec<crate::change::TextChange> {
        let ranges = splice::ranges_after(splices);
        let changes = splices.iter().zip(ranges);
        changes
            .filter(|(splice, _)| splice.removed > 0 || splice.inserted > 0)
            .map(|(splice, range)| crate::change::TextChange {
                from: splice.from as u32,
                to: (splice.from + splice.removed) as u32,
                insert: self.index.slice(range.start as u32..range.end as u32),
            })
            .collect()
    }
}

/// What a step may read while its transaction is open: the state before it.
pub(crate) struct Working<'a> {
    pub(crate) index: &'a Index,
    pub(crate) strips: &'a MapRef,
    pub(crate) rng: &'a mut Rng,
}

/// What the transactions of one call changed, so far.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) updates: Vec<Vec<u8>>,
    count: usize,
    text: Vec<crate::change::TextChange>,
    /// The text changes as numbers, once there is more than one step.
    composed: Option<Vec<CountSplice>>,
    paragraphs: Vec<CountSplice>,
    restyled: Vec<Range<u32>>,
    scenes: SceneChanges,
    texts: Vec<ID>,
    strips: Vec<Arc<str>>,
}

impl Steps {
    /// The texts that were edited and the strips that may have new records, so far.
    pub(crate) fn take_touched(&mut self) -> (Vec<ID>, Vec<Arc<str>>) {
        let texts = std::mem::take(&mut self.texts);
        (texts, std::mem::take(&mut self.strips))
    }

    /// The scenes that moved.
    pub(crate) fn moved_scenes(&self) -> &[SceneId] {
        &self.scenes.moved
    }

    pub(crate) fn add(&mut self, step: Step) {
        self.texts.extend(step.texts);
        self.strips.extend(step.strips);
        let first = self.count == 0;
        self.count += 1;
        if first {
            self.text = step.text;
            self.paragraphs = step.paragraphs;
            self.restyled = step.restyled;
            self.scenes = step.scenes;
            return;
        }
        let text = as_splices(&step.text);
        let so_far = self
            .composed
            .take()
            .unwrap_or_else(|| as_splices(&self.text));
        self.composed = Some(splice::compose(&so_far, &text));
        self.paragraphs = splice::compose(&self.paragraphs, &step.paragraphs);
        for range in &mut self.restyled {
            range.start = splice::map_offset(&text, range.start as usize) as u32;
            range.end = splice::map_offset(&text, range.end as usize) as u32;
        }
        self.restyled.extend(step.restyled);
        self.scenes.then(step.scenes);
    }
}

fn as_splices(changes: &[crate::change::TextChange]) -> Vec<CountSplice> {
    let splices = changes.iter().map(|change| CountSplice {
        from: change.from as usize,
        removed: (change.to - change.from) as usize,
        inserted: schema::utf16_len(&change.insert) as usize,
    });
    splices.collect()
}

fn observe(strips: &MapRef, noted: &Rc<RefCell<Noted>>) {
    let events = Rc::clone(noted);
    strips.observe_deep("follow", move |txn, seen| {
        let mut noted = events.borrow_mut();
        let only = seen.iter().len() == 1;
        let known = noted.keystroke.take().filter(|_| only);
        for event in seen.iter() {
            noted.seen.note(event, known.clone(), txn);
        }
    });
}

fn observe_entries(root: &MapRef, noted: &Rc<RefCell<Noted>>) {
    let noted = Rc::clone(noted);
    root.observe("entries", move |txn, event| {
        let names = event.keys(txn).keys().cloned();
        noted.borrow_mut().entries.extend(names);
    });
}

/// Whether the name of a style stands in the bytes, as a format of Yjs would write it.
fn may_hold_styles(update: &[u8]) -> bool {
    update.iter().enumerate().any(|(at, &len)| {
        (4..=9).contains(&len)
            && Styles::NAMED.iter().any(|(_, name)| {
                name.len() == usize::from(len) && update[at + 1..].starts_with(name.as_bytes())
            })
    })
}

fn merge(mut updates: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    if updates.len() <= 1 {
        return updates.pop();
    }
    Some(yrs::merge_updates_v1(updates).expect("updates that yrs encoded decode"))
}

impl Script {
    /// Writes a value that belongs to the whole script. Not undone.
    pub(crate) fn set_root(&mut self, steps: &mut Steps, key: &str, value: Any) {
        let root = self.root.clone();
        self.step(steps, Cause::Upkeep, |_, txn| {
            if root.get(txn, key) != Some(Out::Any(value.clone())) {
                root.insert(txn, key, value);
            }
        });
    }
}
