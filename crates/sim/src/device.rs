//! A device's own copy of a script, as `pkg/src/store.ts` keeps it in IndexedDB: what is done here is on its disk.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::talk::Shelf;

/// One update in the log of a device.
#[derive(Debug, Clone)]
pub struct Row {
    /// The update.
    pub update: Rc<[u8]>,
    life: u64,
    /// A whole state: it builds on nothing.
    whole: bool,
}

/// The script as it was when the relay refused a part of it.
#[derive(Debug, Clone)]
pub struct KeptCopy {
    /// What the relay said.
    pub reason: String,
    /// Its words are in the script again, as new edits.
    pub offered_again: bool,
    /// All that was here.
    pub update: Rc<[u8]>,
}

/// What a tab finds when it opens.
#[derive(Debug, Clone)]
pub struct Found {
    /// In causal order.
    pub updates: Vec<Rc<[u8]>>,
    /// The keys of the rows of those.
    pub rows: Vec<u64>,
    /// The rows that the relay is not known to have.
    pub unsaved: BTreeSet<u64>,
    /// The epoch of the log in which the others are.
    pub epoch: Option<String>,
    /// How often the document has started over.
    pub life: u64,
    /// Whether words were offered again that are not stored yet.
    pub offered: bool,
}

/// A document that has started over, as it is kept.
#[derive(Debug, Clone)]
pub struct NewLife {
    /// Which.
    pub life: u64,
    /// All that the relay has.
    pub theirs: Rc<[u8]>,
    /// Edits that the relay has yet to store.
    pub own: Vec<Rc<[u8]>>,
    /// The reason of the copy of what was refused, all that was here, and whether it is offered again.
    pub kept: (String, Rc<[u8]>, bool),
    /// A copy of earlier words that were offered again is in this one, too.
    pub replaces_offered: bool,
}

/// A device's disk.
#[derive(Debug, Default)]
pub struct Device {
    /// The comments.
    pub shelf: Shelf,
    rows: BTreeMap<u64, Row>,
    unsaved: BTreeSet<u64>,
    epoch: Option<String>,
    life: u64,
    kept: Vec<KeptCopy>,
    next: u64,
}

impl Device {
    /// What is there.
    pub fn load(&self) -> Found {
        let mine = || self.rows.iter().filter(|(_, row)| row.life == self.life);
        let whole = mine().filter(|(_, row)| row.whole);
        let rest = mine().filter(|(_, row)| !row.whole);
        Found {
            updates: whole
                .chain(rest)
                .map(|(_, row)| row.update.clone())
                .collect(),
            rows: self.rows.keys().copied().collect(),
            unsaved: self.unsaved.clone(),
            epoch: self.epoch.clone(),
            life: self.life,
            offered: self.kept.iter().any(|copy| copy.offered_again),
        }
    }

    /// The update in a row.
    pub fn update(&self, row: u64) -> Option<&Rc<[u8]>> {
        self.rows.get(&row).map(|row| &row.update)
    }

    /// The copies of what was refused.
    pub fn kept(&self) -> &[KeptCopy] {
        &self.kept
    }

    /// The rows that the relay is not known to have.
    pub fn unsaved(&self) -> &BTreeSet<u64> {
        &self.unsaved
    }

    fn add(&mut self, update: Rc<[u8]>, own: bool, whole: bool) -> u64 {
        self.next += 1;
        let row = Row {
            update,
            life: self.life,
            whole,
        };
        self.rows.insert(self.next, row);
        if own {
            self.unsaved.insert(self.next);
        }
        self.next
    }

    /// Keeps an update.
    pub fn write(&mut self, update: Rc<[u8]>, own: bool) -> u64 {
        self.add(update, own, false)
    }

    /// The relay has these.
    pub fn mark_saved(&mut self, rows: &BTreeSet<u64>) {
        self.unsaved.retain(|row| !rows.contains(row));
    }

    /// The relay's log is another one; gives back what does not count as saved any more.
    pub fn set_epoch(&mut self, epoch: &str) -> Vec<u64> {
        let before = self.epoch.replace(epoch.to_owned());
        if before.is_none_or(|before| before == epoch) {
            return Vec::new();
        }
        self.unsaved.extend(self.rows.keys());
        self.rows.keys().copied().collect()
    }

    /// Puts one update in the place of those rows.
    pub fn merge(&mut self, state: Rc<[u8]>, covered: &[u64]) -> u64 {
        let row = self.add(state, false, true);
        self.remove(covered);
        row
    }

    fn remove(&mut self, rows: &[u64]) {
        for row in rows {
            self.rows.remove(row);
            self.unsaved.remove(row);
        }
    }

    /// Puts a new life in the place of those rows: gives back the row of what the relay has, and its own.
    pub fn start_over(&mut self, new: &NewLife, covered: &[u64]) -> (u64, Vec<u64>) {
        self.remove(covered);
        self.life = new.life;
        let theirs = self.add(new.theirs.clone(), false, true);
        let own = new
            .own
            .iter()
            .map(|update| self.add(update.clone(), true, false));
        let own = own.collect();
        if new.replaces_offered {
            self.forget_offered();
        }
        let (reason, update, offered_again) = new.kept.clone();
        self.kept.push(KeptCopy {
            reason,
            offered_again,
            update,
        });
        (theirs, own)
    }

    /// The words that were offered again are stored.
    pub fn forget_offered(&mut self) {
        self.kept.retain(|copy| !copy.offered_again);
    }
}
