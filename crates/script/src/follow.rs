//! Follows a transaction: from what the document's observers saw to the index as it is now, and
//! to the [`Step`] that says what changed for the editor.
//!
//! Text edits are found in each strip and placed in the flow through the index; nothing is
//! compared with the whole document. Strips that come, go or move are in `reorder`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use yrs::types::{Delta, Event, PathSegment};
use yrs::{ID, Map, MapRef, ReadTxn, TransactionMut};

use crate::carve_record;
use crate::change::{SceneChanges, TextChange};
use crate::index::{Index, Place};
use crate::keystroke::Keystroke;
use crate::mark::{Mark, SceneId};
use crate::reorder::{self, Reordered};
use crate::schema;
use crate::splice::{self, CountSplice, FlowEdit, FlowEnd};
use crate::strip::{self, MarkSlot, TextEdits};
use crate::sum_tree::{Handle, Summary};

/// What the observers saw, by CRDT ids: it outlives the transaction.
#[derive(Default)]
pub(crate) struct Seen {
    texts: Vec<(ID, Vec<Delta>)>,
    /// A text of which it was known what would happen to it.
    keystroke: Option<(ID, Keystroke)>,
    maps: Vec<(ID, Vec<Arc<str>>)>,
    strips: Vec<Arc<str>>,
}

impl Seen {
    /// Notes an event below the root map of strips; `known` is what the transaction is expected
    /// to have done, if this is its only event.
    pub(crate) fn note(&mut self, event: &Event, known: Option<Keystroke>, txn: &TransactionMut) {
        match event {
            Event::Text(event) => {
                if let Some(id) = strip::nested_id(event.target()) {
                    if let Some(known) = known.filter(|known| known.is_all_of(txn, id)) {
                        self.keystroke = Some((id, known));
                        return;
                    }
                    self.texts.push((id, event.delta(txn).to_vec()));
                }
            }
            Event::Map(event) => {
                let keys: Vec<Arc<str>> = event.keys(txn).keys().cloned().collect();
                let Some(id) = strip::nested_id(event.target()) else {
                    self.strips.extend(keys);
                    return;
                };
                if keys.iter().any(|key| &**key == schema::TEXT)
                    && let [PathSegment::Key(name)] = event.path().make_contiguous()
                {
                    // A strip that got another text, or one at last.
                    self.strips.push(name.clone());
                }
                self.maps.push((id, keys));
            }
            _ => {}
        }
    }

    /// The text and the keystroke, if that was all.
    pub(crate) fn only_keystroke(&self) -> Option<(ID, &Keystroke)> {
        let (text, keystroke) = self.keystroke.as_ref()?;
        let only = self.texts.is_empty() && self.maps.is_empty() && self.strips.is_empty();
        only.then_some((*text, keystroke))
    }

    /// Whether nothing was seen but marks that say something else now: no text moved.
    pub(crate) fn is_of_marks(&self, index: &Index) -> bool {
        self.texts.is_empty()
            && self.keystroke.is_none()
            && self.strips.is_empty()
            && self.maps.iter().all(|(id, _)| index.with_map(id).is_none())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty()
            && self.keystroke.is_none()
            && self.maps.is_empty()
            && self.strips.is_empty()
    }
}

/// What one transaction changed.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) text: Vec<TextChange>,
    pub(crate) paragraphs: Vec<CountSplice>,
    /// Ranges after the change whose styles are to be read again.
    pub(crate) restyled: Vec<Range<u32>>,
    pub(crate) scenes: SceneChanges,
    /// The texts that were edited.
    pub(crate) texts: Vec<ID>,
    /// The strips that may have new records of carves.
    pub(crate) strips: Vec<Arc<str>>,
    /// Whether a strip moved. Places in it may have had no text, and ends of others behind their beginnings: then nothing else tells of them.
    pub(crate) moved: bool,
}

/// What was seen, sorted by what has to be done.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) texts: BTreeMap<Handle, Vec<Delta>>,
    pub(crate) moved: BTreeSet<Handle>,
    /// Strips that are read anew, by name.
    pub(crate) reread: BTreeSet<Arc<str>>,
    marks: Vec<ID>,
    carved: Vec<Arc<str>>,
}

/// The edits found so far, with the places where they stand afterwards.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) edits: Vec<(FlowEdit, Option<Place>)>,
    pub(crate) restyled: Vec<(Handle, Range<u32>)>,
}

impl Found {
    /// Adds what happened in a strip that starts at `start`, in counts before the change.
    pub(crate) fn add(&mut self, strip: Handle, start: Summary, done: TextEdits) {
        for edit in done.edits {
            let from = start.len + edit.from;
            let place = Place {
                strip,
                at: edit.after,
            };
            let edit = FlowEdit {
                from,
                to: from + edit.removed,
                marks_from: start.marks + edit.marks_before,
                marks_removed: edit.marks_removed,
                inserted: edit.inserted,
                rank: 0,
            };
            self.edits.push((edit, Some(place)));
        }
        let ranges = done.restyled.into_iter();
        self.restyled.extend(ranges.map(|range| (strip, range)));
    }
}

/// Brings the index up to date with a transaction and says what it changed.
pub(crate) fn follow<T: ReadTxn>(
    index: &mut Index,
    strips: &MapRef,
    mut seen: Seen,
    txn: &T,
) -> Step {
    if seen.is_empty() {
        return Step::default();
    }
    // A delta does not tell of styles around text that came and went at once, or came deleted.
    let may_style = seen.keystroke.is_none() && index.styles_came;
    tell_keystroke(index, &mut seen, txn);
    let end = FlowEnd::of(index);
    let touched_texts: Vec<ID> = seen.texts.iter().map(|(id, _)| *id).collect();
    let mut work = sort(index, strips, seen, txn);
    let carved = std::mem::take(&mut work.carved);
    let mut found = Found::default();
    let texts: Vec<(Handle, Summary, Vec<Delta>)> = std::mem::take(&mut work.texts)
        .into_iter()
        .filter_map(|(handle, delta)| {
            if work.moved.contains(&handle) {
                work.texts.insert(handle, delta);
                None
            } else {
                Some((handle, index.before(handle), delta))
            }
        })
        .collect();
    let reordered = reorder::reorder(index, strips, &mut work, &mut found, txn);
    for (handle, start, delta) in texts {
        let done = index.tree.update(handle, |strip| {
            strip.formatted |= may_style;
            strip.follow(delta, txn)
        });
        index.styles_came |= index.tree.get(handle).formatted;
        index.text_changed(handle, &done.gone, &done.came);
        found.add(handle, start, done);
    }
    let mut retyped = reread_marks(index, work.marks, txn);
    retyped.extend(index.scenes.settle(&mut index.tree));
    Step {
        texts: touched_texts,
        strips: carved,
        moved: !reordered.moved.is_empty(),
        ..step(index, &end, found, &retyped, &reordered)
    }
}

/// Follows a mark of the writer's that came without styles right behind another one.
pub(crate) fn follow_mark(index: &mut Index, strip: Handle, slot: MarkSlot) -> Step {
    let end = FlowEnd::of(index);
    let start = index.before(strip);
    index.mark_came(strip, &slot);
    let done = index.tree.update(strip, |strip| strip.take_in(slot));
    let mut found = Found::default();
    found.add(strip, start, done);
    let retyped = index.scenes.settle(&mut index.tree);
    step(index, &end, found, &retyped, &Reordered::default())
}

/// Turns a keystroke into what happened to its text. Where that cannot be told, does not agree with
/// the text's length, or may have styles, the strip is read anew.
fn tell_keystroke<T: ReadTxn>(index: &Index, seen: &mut Seen, txn: &T) {
    let Some((id, keystroke)) = seen.keystroke.take() else {
        return;
    };
    let Some(handle) = index.with_text(&id) else {
        // It may have been what made the text readable.
        return seen.texts.push((id, Vec::new()));
    };
    let strip = index.strip(handle);
    let delta = keystroke.delta(txn);
    let delta = delta.filter(|delta| !strip.formatted && strip.agrees_with(delta, txn));
    match delta {
        Some(delta) => seen.texts.push((id, delta)),
        None => seen.strips.push(strip.name.clone()),
    }
}

fn sort<T: ReadTxn>(index: &Index, strips: &MapRef, seen: Seen, txn: &T) -> Work {
    let mut work = Work {
        carved: seen.strips.clone(),
        ..Work::default()
    };
    work.reread.extend(seen.strips);
    for (id, keys) in seen.maps {
        if let Some(handle) = index.with_map(&id) {
            if keys.iter().any(|key| carve_record::is_key(key)) {
                work.carved.push(index.strip(handle).name.clone());
            }
            if keys.iter().any(|key| &**key == schema::AT) {
                work.moved.insert(handle);
            }
        } else if index.with_mark(&id).is_some() {
            work.marks.push(id);
        }
    }
    for (id, delta) in seen.texts {
        if let Some(handle) = index.with_text(&id) {
            let strip = index.strip(handle);
            if strip.agrees_with(&delta, txn) && !strip.is_cut(&delta, txn) {
                work.texts.insert(handle, delta);
            } else {
                work.reread.insert(strip.name.clone());
            }
        } else {
            // A text that could not be read may be readable now; or it is none of a strip's.
            let names = strips.keys(txn).filter(|name| index.named(name).is_none());
            work.reread.extend(names.map(Arc::from));
        }
    }
    let reread: Vec<Handle> = work
        .reread
        .iter()
        .filter_map(|name| index.named(name))
        .collect();
    for handle in reread {
        work.moved.remove(&handle);
        work.texts.remove(&handle);
    }
    work
}

/// Reads the marks again whose attributes were set; returns those that say something else now.
fn reread_marks<T: ReadTxn>(index: &mut Index, marks: Vec<ID>, txn: &T) -> Vec<ID> {
    let mut changed = Vec::new();
    for id in marks {
        let Some(handle) = index.with_mark(&id) else {
            continue;
        };
        let strip = index.tree.get(handle);
        let at = strip
            .slot_of(&id)
            .expect("the strip has the marks that point to it");
        let slot = &strip.marks[at];
        let mark = Mark::read(&slot.map, txn);
        if mark == slot.mark {
            continue;
        }
        index.scenes.release(handle, slot);
        index.tree.update(handle, |strip| strip.say(at, mark));
        index
            .scenes
            .claim(handle, &index.tree.get(handle).marks[at]);
        changed.push(id);
    }
    changed
}

fn step(
    index: &mut Index,
    end: &FlowEnd,
    found: Found,
    retyped: &[ID],
    reordered: &Reordered,
) -> Step {
    let edits = found
        .edits
        .into_iter()
        .map(|(mut edit, place)| {
            edit.rank = place.map_or(0, |place| index.offset_of(place));
            edit
        })
        .collect();
    let editor = splice::to_editor(edits, end, FlowEnd::of(index).implied);
    let mut paragraphs = splice::paragraphs(&editor, index);
    let retyped = retyped.iter().filter_map(|id| paragraph_of(index, id));
    splice::add_single(&mut paragraphs, retyped.collect());
    let limit = index.editor_len();
    let restyled = found.restyled.into_iter().map(|(strip, range)| {
        let start = index.before(strip).len;
        (start + range.start).min(limit)..(start + range.end).min(limit)
    });
    let restyled = restyled.collect();
    Step {
        text: splice::text(editor),
        scenes: scene_changes(index, &paragraphs, reordered),
        paragraphs,
        restyled,
        ..Step::default()
    }
}

fn paragraph_of(index: &Index, mark: &ID) -> Option<usize> {
    let strip = index.with_mark(mark)?;
    let slot = index.strip(strip).slot_of(mark)?;
    Some(index.before(strip).marks as usize + slot)
}

fn scene_changes(
    index: &mut Index,
    paragraphs: &[CountSplice],
    reordered: &Reordered,
) -> SceneChanges {
    let mut kinds: HashMap<SceneId, Kind> = HashMap::new();
    for range in splice::ranges_after(paragraphs) {
        let first = index.headings_before(range.start + 1).saturating_sub(1);
        let last = index.headings_before(range.end);
        for rank in first..last {
            let scene = index.heading(rank).and_then(|(_, slot)| slot.scene.clone());
            kinds.extend(scene.map(|scene| (scene, Kind::Changed)));
        }
    }
    for &strip in &reordered.moved {
        let scenes = index
            .strip(strip)
            .marks
            .iter()
            .filter_map(|slot| slot.scene.clone());
        kinds.extend(scenes.map(|scene| (scene, Kind::Moved)));
    }
    for (scene, before) in index.scenes.take_log() {
        let kind = match (before, index.scenes.home(&scene)) {
            (None, Some(_)) => Kind::Added,
            (Some(_), None) => Kind::Removed,
            (Some(before), Some(now)) if reordered.now(before.0) != Some(now.0) => Kind::Moved,
            _ => continue,
        };
        kinds.insert(scene, kind);
    }
    let mut sorted: Vec<(SceneId, Kind)> = kinds.into_iter().collect();
    sorted.sort_by_cached_key(|(scene, _)| (index.heading_of(scene), scene.clone()));
    let mut changes = SceneChanges::default();
    for (scene, kind) in sorted {
        match kind {
            Kind::Added => changes.added.push(scene),
            Kind::Removed => changes.removed.push(scene),
            Kind::Moved => changes.moved.push(scene),
            Kind::Changed => changes.changed.push(scene),
        }
    }
    changes
}

#[derive(Clone, Copy)]
enum Kind {
    Added,
    Removed,
    Moved,
    Changed,
}
