//! Locked pages: which page begins where.
//!
//! A `LockedPage` has the page's number and the place in the script at which it begins, counted as the ranges of notes
//! are. A page between two has the number of the one before it (`LockLevel="1"`), and its letter is the `LevelIndex`th. We
//! have seen no file with pages between those, such as 12AA behind 12A. They are written by the same rule: the number of the
//! one before it, 12A, one level deeper; and read so, or with 12 as their number where the file has the 12A that it means.

use std::collections::BTreeSet;

use scriptroom_pages::{Anchor, LockedPage, Production};

use super::document::{BlockId, Document, Place, UnitId};
use super::encode::Edit;
use super::moves::Moves;
use super::rewrite::{deeper, gap_before, one_line};
use super::write_notes::end_of_children;
use super::xml::NodeId;
use super::xml::text::with_attribute;

/// Letters of pages: I and O look like numbers.
const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A longer label is none.
const MOST_CHARS: usize = 12;

/// A page that the file says is locked.
struct Lock {
    node: NodeId,
    label: String,
    position: usize,
}

impl Document {
    /// The pages that are locked in the file, as far as they can be told.
    pub(super) fn locks(&self) -> Vec<LockedPage> {
        let locks = self.lock_elements().into_iter();
        let locks = locks.filter_map(|lock| {
            Some(LockedPage {
                start: self.anchor(lock.position)?,
                label: lock.label,
                right_start: None,
            })
        });
        locks.collect()
    }

    fn lock_elements(&self) -> Vec<Lock> {
        let lists = self.children_named(self.root, "LockedPages");
        let nodes = lists.flat_map(|list| self.children_named(list, "LockedPage"));
        let mut before: Vec<String> = Vec::new();
        let mut labels = BTreeSet::new();
        let locks = nodes.filter_map(|node| self.lock(node, &mut before));
        locks
            .filter(|lock| self.anchor(lock.position).is_some())
            .filter(|lock| labels.insert(lock.label.clone()))
            .collect()
    }

    /// A locked page; `before` has the last label of each level above it, and comes to have this one.
    fn lock(&self, node: NodeId, before: &mut Vec<String>) -> Option<Lock> {
        let value = |name| self.attribute(node, name);
        let number = |name| value(name)?.trim().parse::<usize>().ok();
        let is_deleted = value("Deleted").is_some_and(|value| value != "0" && value != "No");
        let page = value("PageNumber")?;
        let page = page.trim();
        let level = number("LockLevel").unwrap_or(0);
        if level > MOST_CHARS {
            return None;
        }
        let label = match level {
            0 => page.to_owned(),
            _ => {
                let is_meant = |label: &&String| level > 1 && label.starts_with(page);
                let has_letters = page.ends_with(|c: char| !c.is_ascii_digit());
                let parent = before.get(level - 1).filter(is_meant);
                let parent = match has_letters || level == 1 {
                    true => page,
                    false => parent?.as_str(),
                };
                format!("{parent}{}", LETTERS.chars().nth(number("LevelIndex")?)?)
            }
        };
        let position = number("Position")?;
        let is_label = !page.is_empty() && page.chars().all(char::is_alphanumeric);
        let is_sound = !is_deleted && is_label && label.chars().count() <= MOST_CHARS;
        if !is_sound {
            return None;
        }
        before.truncate(level);
        before.resize(level, String::new());
        before.push(label.clone());
        Some(Lock {
            node,
            label,
            position,
        })
    }

    /// Where in the script an offset of the file's is.
    fn anchor(&self, offset: usize) -> Option<Anchor> {
        let block = *self.flow.get(self.block_at(offset))?;
        let within = offset - self.blocks[block.0].start;
        let mut units = Vec::new();
        self.push_units_of(block, &mut units);
        let own = self.blocks[block.0].unit;
        let unit = *units.iter().find(|unit| !self.units[unit.0].is_card)?;
        let within = if own == Some(unit) { within } else { 0 };
        self.place_in(unit, within)
    }

    /// An offset into a unit's text as one into a paragraph of the script.
    fn place_in(&self, id: UnitId, offset: usize) -> Option<Anchor> {
        let unit = &self.units[id.0].unit;
        let first = self.unit_of.iter().position(|of| *of == id)?;
        let mut place = Anchor {
            paragraph: first + usize::from(unit.page_break),
            offset_utf16: 0,
        };
        let mut at = 0;
        for (c, _) in &unit.text {
            if at >= offset {
                break;
            }
            at += c.len_utf16();
            match c {
                '\n' => {
                    place = Anchor {
                        paragraph: place.paragraph + 1,
                        offset_utf16: 0,
                    }
                }
                c => place.offset_utf16 += u32::from(c.len_utf16() == 2) + 1,
            }
        }
        Some(place)
    }

    /// Whether a unit stands in another one's paragraph.
    pub(super) fn is_embedded(&self, unit: UnitId) -> bool {
        match self.units[unit.0].place {
            Place::Block(block) => self.blocks[block.0].parent.is_some(),
            Place::Note(_) => false,
        }
    }

    /// The offset of the file's at which a place of its own script is.
    fn offset_of(&self, anchor: Anchor) -> Option<usize> {
        let unit = *self.unit_of.get(anchor.paragraph)?;
        let Place::Block(block) = self.units[unit.0].place else {
            return None;
        };
        let start = self.blocks[self.outermost(block).0].start;
        if self.is_embedded(unit) {
            return Some(start);
        }
        let own = &self.units[unit.0].unit;
        let first = self.unit_of.iter().position(|of| *of == unit)?;
        let lines = anchor.paragraph - first;
        let lines = lines.saturating_sub(usize::from(own.page_break));
        let mut text = own.text.split_inclusive(|(c, _)| *c == '\n');
        let before = text.by_ref().take(lines).flatten();
        let before: usize = before.map(|(c, _)| c.len_utf16()).sum();
        let within = usize::try_from(anchor.offset_utf16).unwrap_or(usize::MAX);
        Some(start + before + within)
    }

    fn outermost(&self, mut block: BlockId) -> BlockId {
        while let Some(embed) = self.blocks[block.0].parent {
            block = self.embeds[embed.0].block;
        }
        block
    }

    /// What makes the file say these locks; `offset` tells where a place of the script is in it now.
    pub(super) fn write_locks(
        &self,
        production: &Production,
        offset: impl Fn(Anchor) -> Option<usize>,
        moves: &Moves<'_>,
    ) -> Vec<Edit> {
        let own = self.lock_elements();
        if !production.is_locked {
            return match own.is_empty() {
                true => Vec::new(),
                false => self.without_locks(),
            };
        }
        let wanted = production.locks.iter();
        let wanted: Vec<(&str, usize)> = wanted
            .filter_map(|lock| Some((lock.label.as_str(), offset(lock.start)?)))
            .collect();
        let mut edits = Vec::new();
        for lock in &own {
            let now = wanted.iter().find(|(label, _)| *label == lock.label);
            match now {
                Some((_, now)) => edits.extend(self.moved_lock(lock, *now, moves)),
                None => edits.push(self.without(lock.node)),
            }
        }
        let is_new = |(label, _): &&(&str, usize)| own.iter().all(|lock| lock.label != *label);
        let new = wanted.iter().filter(is_new);
        let new: Vec<String> = new.filter_map(|(label, at)| new_lock(label, *at)).collect();
        edits.extend(self.add_locks(&new));
        edits
    }

    fn moved_lock(&self, lock: &Lock, now: usize, moves: &Moves<'_>) -> Option<Edit> {
        let moved = |at: usize| moves.of_range(&(at..at)).start;
        // A place that no paragraph has (one within a dual dialogue) moves along with the one that stands for it.
        let source = self.anchor(lock.position);
        let source = source.and_then(|anchor| self.offset_of(anchor));
        let position = match source {
            Some(source) if moved(source) == now => moved(lock.position),
            _ => now,
        };
        let place = self.node(lock.node);
        let tag = self.tree.open_tag(lock.node, &self.source);
        let set = || with_attribute(tag, "Position", Some(&position.to_string()));
        (position != lock.position).then(|| (place.start..place.open_end, set()))
    }

    fn without(&self, node: NodeId) -> Edit {
        let range = self.node(node).range();
        let gap = gap_before(&self.source, range.start).len();
        (range.start - gap..range.end, String::new())
    }

    fn without_locks(&self) -> Vec<Edit> {
        let lists = self.children_named(self.root, "LockedPages");
        let nodes = lists.flat_map(|list| self.children_named(list, "LockedPage"));
        nodes.map(|node| self.without(node)).collect()
    }

    fn add_locks(&self, new: &[String]) -> Option<Edit> {
        if new.is_empty() {
            return None;
        }
        let list = self.child(self.root, "LockedPages");
        let beside = list.unwrap_or(self.content);
        let around = gap_before(&self.source, self.node(beside).start);
        let gap = deeper(around);
        let inner: String = new.iter().map(|lock| format!("{gap}{lock}")).collect();
        let Some(list) = list else {
            let behind = self.child(self.root, "MoresAndContinueds");
            let at = behind.map_or_else(
                || end_of_children(self, self.root),
                |behind| self.node(behind).end,
            );
            let end = one_line(around);
            return Some((
                at..at,
                format!("{around}<LockedPages>{inner}{end}</LockedPages>"),
            ));
        };
        if self.node(list).inner().is_empty() {
            return Some(self.fill(list, &format!("{inner}{}", one_line(around))));
        }
        let at = end_of_children(self, list);
        Some((at..at, inner))
    }
}

/// A page with this label; none where it is no label of a page.
fn new_lock(label: &str, position: usize) -> Option<String> {
    let is_letter = |c: char| LETTERS.contains(c);
    let before_letters = label.trim_end_matches(is_letter);
    let number = before_letters.trim_start_matches(is_letter);
    if label.len() > MOST_CHARS || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let level = label.len() - before_letters.len();
    let (page, index) = match label.chars().last()? {
        letter if level > 0 => (&label[..label.len() - 1], LETTERS.find(letter)?),
        _ => (label, number.parse::<usize>().ok()?.saturating_sub(1)),
    };
    (!number.is_empty()).then(|| format!(
        "<LockedPage Deleted=\"0\" LevelIndex=\"{index}\" LockLevel=\"{level}\" PageNumber=\"{page}\" Position=\"{position}\"/>"
    ))
}
