//! Where a thread of comments is anchored in the script, and where that is now.
//!
//! An anchor is a start and an end that stick to the text, and the scene. Text that is deleted and comes back by undo, or
//! that is carried elsewhere with its scene, has other ids then, so whoever did that anchors anew ([`Script::anchor_anew`]). Where
//! nobody has, the quoted words are looked for in the same scene. An anchor never fails: what it refers to may
//! still be on its way.

use std::ops::Range;
use std::sync::Arc;

use yrs::{Any, IndexScope, ReadTxn, Transact};

use crate::decode;
use crate::mark::SceneId;
use crate::position::Side;
use crate::schema::utf16_len;
use crate::script::Script;

/// A place in the script that sticks to its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    start: Vec<u8>,
    end: Vec<u8>,
    scene: Option<SceneId>,
}

/// Where an anchor is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchored {
    /// At these offsets.
    At(Range<u32>),
    /// In text that has not come yet.
    Pending,
    /// Nowhere: its text is gone.
    Orphaned,
}

/// Which of the places in a scene that have the same words: "the second of three". It holds as long as there are as many; where some came
/// or went nobody knows which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nth {
    /// Which one, from 0.
    pub at: usize,
    /// How many there are.
    pub of: usize,
}

impl Anchor {
    /// The anchor as it stands in a document.
    pub(crate) fn to_any(&self) -> Any {
        let scene = self.scene.as_ref().map_or("", SceneId::as_str);
        Any::Array(Arc::from([
            Any::from(self.start.clone()),
            Any::from(self.end.clone()),
            Any::from(scene),
        ]))
    }

    /// Reads one; none where it is something else.
    pub(crate) fn of_any(any: &Any) -> Option<Anchor> {
        let Any::Array(parts) = any else {
            return None;
        };
        let [Any::Buffer(start), Any::Buffer(end), Any::String(scene)] = &parts[..] else {
            return None;
        };
        Some(Anchor {
            start: start.to_vec(),
            end: end.to_vec(),
            scene: (!scene.is_empty()).then(|| SceneId::new(scene.clone())),
        })
    }
}

impl Script {
    /// An anchor at a range of the text.
    #[must_use]
    pub fn anchor_at(&self, range: Range<u32>) -> Anchor {
        Anchor {
            start: self.position(range.start, Side::After),
            end: self.position(range.end, Side::Before),
            scene: self.scene_at(range.start).map(|scene| scene.id),
        }
    }

    /// Where an anchor is now that was set on these words.
    #[must_use]
    pub fn anchored(&self, anchor: &Anchor, quote: &str) -> Anchored {
        match self.placed(anchor) {
            Some(range) => Anchored::At(range),
            None if self.is_on_its_way(&anchor.start) || self.is_on_its_way(&anchor.end) => {
                Anchored::Pending
            }
            None => self
                .quoted(anchor, quote)
                .map_or(Anchored::Orphaned, Anchored::At),
        }
    }

    /// Where the words stand on which an anchor was set, as long as they do.
    fn placed(&self, anchor: &Anchor) -> Option<Range<u32>> {
        let range = self.resolve(&anchor.start)?..self.resolve(&anchor.end)?;
        (!range.is_empty()).then_some(range)
    }

    /// The anchor to set in the place of one whose words stand in the text under other ids by now. None where it is good as it is, or its words
    /// are not there; nor where the scene has them more than once and `nth` does not say which were meant, since those may come back.
    #[must_use]
    pub fn anchor_anew(&self, anchor: &Anchor, quote: &str, nth: Option<Nth>) -> Option<Anchor> {
        let range = match self.placed(anchor) {
            Some(range) => range,
            None => {
                let Nth { at, of } = nth?;
                let all = self.all_quoted(anchor, quote)?;
                all.get(at).filter(|_| all.len() == of)?.clone()
            }
        };
        let is_whole = self.slice(range.clone()) == quote;
        let mut anew = self.anchor_at(range);
        if !is_whole {
            // What is lacking may come back: only an end that was brought back is another one now.
            anew.scene.clone_from(&anchor.scene);
            if !self.is_tied_to_restored(&anchor.start) {
                anew.start.clone_from(&anchor.start);
            }
            if !self.is_tied_to_restored(&anchor.end) {
                anew.end.clone_from(&anchor.end);
            }
        }
        (anew != *anchor).then_some(anew)
    }

    /// Whether an anchor is on what this replica has restored: nobody else knows where that is now.
    #[must_use]
    pub fn is_on_restored(&self, anchor: &Anchor) -> bool {
        let mut ends = [&anchor.start, &anchor.end].into_iter();
        ends.any(|end| self.is_tied_to_restored(end))
    }

    /// Which of the places in its scene that have the quoted words an anchor stands on. When the scene was carried elsewhere, or brought back, it
    /// is still that one.
    #[must_use]
    pub fn nth_quoted(&self, anchor: &Anchor, quote: &str) -> Option<Nth> {
        let range = self.placed(anchor)?;
        let all = self.all_quoted(anchor, quote)?;
        let at = all.iter().position(|one| *one == range)?;
        Some(Nth { at, of: all.len() })
    }

    /// Whether a position refers to something that has not come yet.
    fn is_on_its_way(&self, position: &[u8]) -> bool {
        let Some(sticky) = decode::position(position) else {
            return false;
        };
        let vector = self.doc.transact().state_vector();
        match sticky.scope() {
            IndexScope::Relative(id) | IndexScope::Nested(id) => id.clock >= vector.get(&id.client),
            IndexScope::Root(_) => false,
        }
    }

    /// Where the words stand in the anchor's scene, if they do so once: of more, the others are not those that were meant.
    fn quoted(&self, anchor: &Anchor, quote: &str) -> Option<Range<u32>> {
        let mut all = self.all_quoted(anchor, quote)?;
        all.pop().filter(|_| all.is_empty())
    }

    fn all_quoted(&self, anchor: &Anchor, quote: &str) -> Option<Vec<Range<u32>>> {
        if quote.is_empty() {
            return None;
        }
        let within = match &anchor.scene {
            Some(id) => {
                let paragraphs = self.scene_paragraphs(id)?;
                let from = self.paragraph_start(paragraphs.start);
                let to = match paragraphs.end < self.paragraph_count() {
                    true => self.paragraph_start(paragraphs.end) - 1,
                    false => self.len_utf16(),
                };
                from..to
            }
            None => {
                0..self
                    .scenes()
                    .first()
                    .map_or(self.len_utf16(), |first| first.offset)
            }
        };
        let text = self.slice(within.clone());
        let found = text.match_indices(quote).map(|(at, _)| {
            let start = within.start + utf16_len(&text[..at]);
            start..start + utf16_len(quote)
        });
        Some(found.collect())
    }
}
