//! Which scene has which id: every heading gets one, and no two the same.
//!
//! A heading *claims* the id that its mark carries. Of several that claim one id, the first in
//! the flow gets it; the others, and those that claim none, get the id derived from their mark.

use std::collections::{BTreeSet, HashMap};

use yrs::ID;

use crate::in_order;
use crate::mark::SceneId;
use crate::strip::{MarkSlot, Strip};
use crate::sum_tree::{Handle, SumTree};

/// The heading that has an id.
pub(crate) type Home = (Handle, ID);

/// The table of claims and of who got what.
#[derive(Default)]
pub(crate) struct SceneTable {
    claims: HashMap<SceneId, Vec<Home>>,
    homes: HashMap<SceneId, Home>,
    /// Ids whose claims changed since they were settled.
    unsettled: BTreeSet<SceneId>,
    /// Headings without a chosen id that came since.
    unnamed: Vec<Home>,
    /// The home of each id before the changes that [`SceneTable::take_log`] has not seen.
    log: HashMap<SceneId, Option<Home>>,
}

impl SceneTable {
    pub(crate) fn home(&self, id: &SceneId) -> Option<Home> {
        self.homes.get(id).copied()
    }

    /// A mark came, or says something else now.
    pub(crate) fn claim(&mut self, strip: Handle, slot: &MarkSlot) {
        if !slot.mark.is_heading() {
            return;
        }
        match &slot.mark.scene {
            Some(id) => {
                self.claims
                    .entry(id.clone())
                    .or_default()
                    .push((strip, slot.id));
                self.unsettled.insert(id.clone());
            }
            None => self.unnamed.push((strip, slot.id)),
        }
    }

    /// A mark left, or is about to say something else.
    pub(crate) fn release(&mut self, strip: Handle, slot: &MarkSlot) {
        if let Some(id) = &slot.scene {
            self.set_home(id, None);
        }
        let Some(id) = slot.mark.scene.as_ref().filter(|_| slot.mark.is_heading()) else {
            return;
        };
        if let Some(claims) = self.claims.get_mut(id) {
            claims.retain(|claim| *claim != (strip, slot.id));
            if claims.is_empty() {
                self.claims.remove(id);
            } else {
                self.unsettled.insert(id.clone());
            }
        }
    }

    /// A strip moved: who of several claims an id first may have changed.
    pub(crate) fn moved(&mut self, strip: &Strip) {
        for slot in &strip.marks {
            let Some(id) = slot.mark.scene.as_ref().filter(|_| slot.mark.is_heading()) else {
                continue;
            };
            if self.claims.get(id).is_some_and(|claims| claims.len() > 1) {
                self.unsettled.insert(id.clone());
            }
        }
    }

    /// Gives out the ids whose claims changed; returns the marks of headings that got another.
    pub(crate) fn settle(&mut self, tree: &mut SumTree<Strip>) -> Vec<ID> {
        let mut renamed = Vec::new();
        for home in std::mem::take(&mut self.unnamed) {
            if !is_unnamed(tree, home) {
                continue;
            }
            renamed.extend(self.give(tree, home, SceneId::derived(&home.1)));
        }
        for id in std::mem::take(&mut self.unsettled) {
            let mut claims = self.claims.get(&id).cloned().unwrap_or_default();
            if claims.len() > 1 {
                claims = in_order::by_key(claims, |(strip, mark)| {
                    let slot = tree.get(*strip).slot_of(mark);
                    u64::from(tree.prefix(*strip).marks) << 32
                        | slot.map_or(0, |slot| slot as u64 + 1)
                });
            }
            for home in claims.iter().skip(1) {
                renamed.extend(self.give(tree, *home, SceneId::derived(&home.1)));
            }
            if let Some(first) = claims.first() {
                renamed.extend(self.give(tree, *first, id));
            }
        }
        renamed
    }

    /// Gives a heading its id; returns its mark if it had none, or another.
    fn give(&mut self, tree: &mut SumTree<Strip>, home: Home, id: SceneId) -> Option<ID> {
        let (strip, mark) = home;
        // It may have left again in the same transaction.
        let slot = tree.get(strip).slot_of(&mark)?;
        let before = tree.get(strip).marks[slot].scene.clone();
        let changed = before.as_ref() != Some(&id);
        if changed {
            if let Some(before) = before
                && self.home(&before) == Some(home)
            {
                self.set_home(&before, None);
            }
            tree.update(strip, |strip| strip.marks[slot].scene = Some(id.clone()));
        }
        self.set_home(&id, Some(home));
        changed.then_some(mark)
    }

    fn set_home(&mut self, id: &SceneId, home: Option<Home>) {
        let before = match home {
            Some(home) => self.homes.insert(id.clone(), home),
            None => self.homes.remove(id),
        };
        if before != home {
            self.log.entry(id.clone()).or_insert(before);
        }
    }

    /// The ids whose home changed, with the home that they had before.
    pub(crate) fn take_log(&mut self) -> HashMap<SceneId, Option<Home>> {
        std::mem::take(&mut self.log)
    }

    /// How many ids are given out.
    pub(crate) fn count(&self) -> usize {
        self.homes.len()
    }
}

/// Whether this is still a heading without a chosen id: a strip that moves claims for what its marks said before, and one
/// of them may say something else by the end of the same transaction.
fn is_unnamed(tree: &SumTree<Strip>, (strip, mark): Home) -> bool {
    let strip = tree.get(strip);
    let slot = strip.slot_of(&mark).map(|slot| &strip.marks[slot].mark);
    slot.is_some_and(|mark| mark.is_heading() && mark.scene.is_none())
}
