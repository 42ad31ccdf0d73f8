//! The index: flow offset ↔ strip and local offset ↔ paragraph ↔ scene.
//!
//! It stands beside the document and follows every transaction; nothing in it is the truth, and
//! [`crate::Script::check`] compares it with one built from scratch. All offsets here are flow
//! offsets. The flow's final mark may be missing: then the last paragraph's mark is implied.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use yrs::ID;

use crate::change::ParagraphInfo;
use crate::mark::{Mark, SceneId};
use crate::order_key::OrderKey;
use crate::scene_table::SceneTable;
use crate::strip::{MarkSlot, Strip};
use crate::sum_tree::{Handle, SumTree, Summary};

/// A place in the text of one strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) strip: Handle,
    pub(crate) at: u32,
}

/// The index; see the module's page.
pub(crate) struct Index {
    pub(crate) tree: SumTree<Strip>,
    pub(crate) scenes: SceneTable,
    /// Whether any text may have had a style, here or in what came. Only then can there be formats that show nowhere, around text that was deleted,
    /// but that what is typed between them would take on.
    pub(crate) styles_came: bool,
    by_name: HashMap<Arc<str>, Handle>,
    by_text: HashMap<ID, Handle>,
    by_map: HashMap<ID, Handle>,
    by_mark: HashMap<ID, Handle>,
}

impl Index {
    pub(crate) fn new() -> Index {
        Index {
            tree: SumTree::new(),
            scenes: SceneTable::default(),
            styles_came: false,
            by_name: HashMap::new(),
            by_text: HashMap::new(),
            by_map: HashMap::new(),
            by_mark: HashMap::new(),
        }
    }

    /// Puts a strip in its place. Scenes are settled by [`SceneTable::settle`] afterwards.
    pub(crate) fn insert(&mut self, mut strip: Strip) -> Handle {
        self.styles_came |= strip.formatted;
        strip.formatted = self.styles_came;
        let handle = self.tree.insert(strip, |a, b| {
            OrderKey::compare((&a.key, &a.name), (&b.key, &b.name))
        });
        let strip = self.tree.get(handle);
        self.by_name.insert(strip.name.clone(), handle);
        self.by_text.insert(strip.text_id, handle);
        self.by_map.insert(strip.map_id, handle);
        for slot in &strip.marks {
            self.by_mark.insert(slot.id, handle);
            self.scenes.claim(handle, slot);
        }
        handle
    }

    /// Takes a strip out.
    pub(crate) fn remove(&mut self, handle: Handle) -> Strip {
        let mut strip = self.tree.remove(handle);
        self.by_name.remove(&strip.name);
        self.by_text.remove(&strip.text_id);
        self.by_map.remove(&strip.map_id);
        for slot in &mut strip.marks {
            self.by_mark.remove(&slot.id);
            self.scenes.release(handle, slot);
            slot.scene = None;
        }
        strip
    }

    /// Follows an edit of a strip's text: the marks that it brought or took.
    pub(crate) fn text_changed(&mut self, handle: Handle, gone: &[MarkSlot], came: &[ID]) {
        for slot in gone {
            self.by_mark.remove(&slot.id);
            self.scenes.release(handle, slot);
        }
        let strip = self.tree.get(handle);
        for id in came {
            self.by_mark.insert(*id, handle);
            if let Some(slot) = strip.slot_of(id) {
                self.scenes.claim(handle, &strip.marks[slot]);
            }
        }
    }

    /// A mark is about to come to a strip.
    pub(crate) fn mark_came(&mut self, handle: Handle, slot: &MarkSlot) {
        self.by_mark.insert(slot.id, handle);
        self.scenes.claim(handle, slot);
    }

    pub(crate) fn named(&self, name: &str) -> Option<Handle> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn with_text(&self, id: &ID) -> Option<Handle> {
        self.by_text.get(id).copied()
    }

    pub(crate) fn with_map(&self, id: &ID) -> Option<Handle> {
        self.by_map.get(id).copied()
    }

    pub(crate) fn with_mark(&self, id: &ID) -> Option<Handle> {
        self.by_mark.get(id).copied()
    }

    pub(crate) fn strip(&self, handle: Handle) -> &Strip {
        self.tree.get(handle)
    }

    /// The flow's length, without an implied final mark.
    pub(crate) fn len(&self) -> u32 {
        self.tree.total().len
    }

    /// Whether the flow does not end in a mark of its own.
    pub(crate) fn final_mark_is_implied(&self) -> bool {
        let Some(last) = self.len().checked_sub(1) else {
            return true;
        };
        let (strip, _) = self.tree.seek(last, |s| s.len).expect("it has a last unit");
        !self.strip(strip).ends_in_mark()
    }

    /// The length of the editor's document: the flow without its final mark.
    pub(crate) fn editor_len(&self) -> u32 {
        self.len() - u32::from(!self.final_mark_is_implied())
    }

    pub(crate) fn paragraph_count(&self) -> usize {
        self.tree.total().marks as usize + usize::from(self.final_mark_is_implied())
    }

    /// The place of the unit at `offset`; none at the flow's end.
    pub(crate) fn unit_at(&self, offset: u32) -> Option<Place> {
        let (strip, before) = self.tree.seek(offset, |s| s.len)?;
        let at = offset - before.len;
        Some(Place { strip, at })
    }

    /// Where text that is typed at `offset` goes: behind the unit before it, unless that ends a
    /// paragraph. None only where there is no strip at all.
    pub(crate) fn insertion_at(&self, offset: u32) -> Option<Place> {
        let after = self.unit_at(offset);
        let Some(before) = offset.checked_sub(1).and_then(|o| self.unit_at(o)) else {
            let strip = after.map(|place| place.strip).or(self.tree.last())?;
            return Some(Place { strip, at: 0 });
        };
        match after {
            Some(after) if after.strip != before.strip && self.is_mark(before) => Some(after),
            _ => Some(Place {
                at: before.at + 1,
                ..before
            }),
        }
    }

    fn is_mark(&self, place: Place) -> bool {
        let strip = self.strip(place.strip);
        let slot = strip.marks.get(strip.marks_before(place.at));
        slot.is_some_and(|slot| slot.at == place.at)
    }

    /// The parts of the strips that lie in a range of the flow, in order.
    pub(crate) fn parts(&self, range: Range<u32>) -> Vec<(Handle, Range<u32>)> {
        let mut parts = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let Some((strip, before)) = self.tree.seek(at, |s| s.len) else {
                break;
            };
            let end = before.len + self.strip(strip).len();
            parts.push((strip, at - before.len..range.end.min(end) - before.len));
            at = end;
        }
        parts
    }

    /// The flow offset of a place.
    pub(crate) fn offset_of(&self, place: Place) -> u32 {
        self.tree.prefix(place.strip).len + place.at
    }

    /// The index of the paragraph in which `offset` lies.
    pub(crate) fn paragraph_at(&self, offset: u32) -> usize {
        match self.tree.seek(offset, |s| s.len) {
            Some((strip, before)) => {
                let local = offset - before.len;
                before.marks as usize + self.strip(strip).marks_before(local)
            }
            None => self.paragraph_count() - 1,
        }
    }

    /// The mark of a paragraph; none where it is implied.
    pub(crate) fn mark_of(&self, paragraph: usize) -> Option<(Handle, &MarkSlot)> {
        let (strip, before) = self.tree.seek(paragraph as u32, |s| s.marks)?;
        let slot = &self.strip(strip).marks[paragraph - before.marks as usize];
        Some((strip, slot))
    }

    /// Where a paragraph's mark stands, or would stand if it were not implied.
    pub(crate) fn paragraph_end(&self, paragraph: usize) -> u32 {
        match self.tree.seek(paragraph as u32, |s| s.marks) {
            Some((strip, before)) => {
                let slot = &self.strip(strip).marks[paragraph - before.marks as usize];
                before.len + slot.at
            }
            None => self.len(),
        }
    }

    pub(crate) fn paragraph_start(&self, paragraph: usize) -> u32 {
        match paragraph.checked_sub(1) {
            Some(before) => self.paragraph_end(before) + 1,
            None => 0,
        }
    }

    /// What the mark of a paragraph says, or what is implied.
    pub(crate) fn mark_data(&self, paragraph: usize) -> Mark {
        self.mark_of(paragraph)
            .map(|(_, slot)| slot.mark.clone())
            .unwrap_or_default()
    }

    pub(crate) fn info(&self, paragraph: usize) -> ParagraphInfo {
        let len = self.paragraph_end(paragraph) - self.paragraph_start(paragraph);
        match self.mark_of(paragraph) {
            Some((_, slot)) => ParagraphInfo { len, ..slot.info() },
            None => ParagraphInfo {
                len,
                ..ParagraphInfo::default()
            },
        }
    }

    /// The text of a range of the flow. Made from the strips themselves, and with room for letters of more bytes than units:
    /// memory that wasm once had for a list between, or for a text that grows, stays the page's.
    pub(crate) fn slice(&self, range: Range<u32>) -> String {
        let mut text = String::with_capacity(range.len() + range.len() / 8);
        for (strip, part) in self.parts(range) {
            let units = &self.strip(strip).units[part.start as usize..part.end as usize];
            let letters = char::decode_utf16(units.iter().copied());
            text.extend(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        text
    }

    /// Whether `offset` lies inside a surrogate pair.
    pub(crate) fn splits_a_character(&self, offset: u32) -> bool {
        let Some(place) = self.unit_at(offset) else {
            return false;
        };
        let units = &self.strip(place.strip).units;
        let at = place.at as usize;
        at > 0 && (0xdc00..0xe000).contains(&units[at]) && (0xd800..0xdc00).contains(&units[at - 1])
    }

    pub(crate) fn heading_count(&self) -> usize {
        self.tree.total().headings as usize
    }

    /// How many headings stand among the paragraphs before this one.
    pub(crate) fn headings_before(&self, paragraph: usize) -> usize {
        let Some((strip, before)) = self.tree.seek(paragraph as u32, |s| s.marks) else {
            return self.heading_count();
        };
        let here = paragraph - before.marks as usize;
        before.headings as usize + self.strip(strip).headings_before(here)
    }

    /// The paragraph and the mark of the `rank`th heading.
    pub(crate) fn heading(&self, rank: usize) -> Option<(usize, &MarkSlot)> {
        let (strip, before) = self.tree.seek(rank as u32, |s| s.headings)?;
        let strip = self.strip(strip);
        let slot = strip.headings[rank - before.headings as usize] as usize;
        Some((before.marks as usize + slot, &strip.marks[slot]))
    }

    /// The scene in which a paragraph stands.
    pub(crate) fn scene_of(&self, paragraph: usize) -> Option<SceneId> {
        let rank = self.headings_before(paragraph + 1).checked_sub(1)?;
        self.heading(rank)?.1.scene.clone()
    }

    /// The paragraph of a scene's heading.
    pub(crate) fn heading_of(&self, scene: &SceneId) -> Option<usize> {
        let (strip, mark) = self.scenes.home(scene)?;
        let slot = self.strip(strip).slot_of(&mark)?;
        Some(self.tree.prefix(strip).marks as usize + slot)
    }

    /// The paragraphs of a scene.
    pub(crate) fn scene_range(&self, scene: &SceneId) -> Option<Range<usize>> {
        let first = self.heading_of(scene)?;
        let next = self.heading(self.headings_before(first) + 1);
        let end = next.map_or_else(|| self.paragraph_count(), |(paragraph, _)| paragraph);
        Some(first..end)
    }

    /// The sum of what stands before a strip.
    pub(crate) fn before(&self, handle: Handle) -> Summary {
        self.tree.prefix(handle)
    }
}
