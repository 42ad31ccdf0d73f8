//! What a replica does about its carves when others' updates come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use yrs::{Any, Assoc, ID, IdSet, Map, Out, ReadTxn, Text, Transact};

use crate::carve::{self, Carve, Target};
use crate::carve_record::{self, Record};
use crate::script::{Script, Source, Steps};

impl Script {
    /// After an update: takes back copies of text that another replica carved as well, and brings
    /// words after that came to the old place of a carve. A reader notes that it has not looked.
    pub(crate) fn bring_after(&mut self, steps: &mut Steps, answers: bool) {
        let (texts, strips) = steps.take_touched();
        self.unlooked |= !strips.is_empty();
        if !answers {
            return;
        }
        if std::mem::take(&mut self.unlooked) {
            self.give_way(steps);
        }
        for text in texts {
            for carve in self.carves.clone() {
                if carve.from == text && self.stands(&carve) {
                    self.bring(&carve, steps);
                }
            }
        }
    }

    /// The carves of this replica that are not undone.
    pub(crate) fn standing_carves(&self) -> Vec<Carve> {
        let carves = self.carves.iter();
        carves.filter(|carve| self.stands(carve)).cloned().collect()
    }

    /// After an undo: notes which of the carves that `stood` before it are undone, and what it has `restored` of what it had deleted, and takes
    /// back copies that somebody else has made of it.
    pub(crate) fn give_way_to_undone(
        &mut self,
        stood: Vec<Carve>,
        restored: IdSet,
        steps: &mut Steps,
    ) {
        let undone = stood.into_iter().filter(|carve| !self.stands(carve));
        let undone: Vec<Record> = undone.map(|carve| carve.record).collect();
        if undone.is_empty() && restored.is_empty() {
            return;
        }
        self.undone.carves.extend(undone);
        self.undone.restored.merge_with(restored);
        self.give_way(steps);
    }

    /// Whether the carve was not undone.
    fn stands(&self, carve: &Carve) -> bool {
        let Some(strip) = self.index.named(&carve.strip) else {
            return false;
        };
        let txn = self.doc.transact();
        let map = &self.index.strip(strip).map;
        map.contains_key(&txn, &carve.key)
    }

    fn bring(&mut self, carve: &Carve, steps: &mut Steps) {
        let late = {
            let Some(source) = self.index.with_text(&carve.from) else {
                return;
            };
            let source = self.index.strip(source);
            let marks: Vec<u32> = source.marks.iter().map(|slot| slot.at).collect();
            let txn = self.doc.transact();
            carve::late_words(&source.text, &marks, carve, &txn).unwrap_or_default()
        };
        // From the last to the first, so that the parts before stay where they are.
        for late in late.into_iter().rev() {
            let made = self.step(steps, Source::Upkeep, |working, txn| {
                let source = working.index.with_text(&carve.from)?;
                let target = working.index.strip(working.index.named(&carve.strip)?);
                let at = match late.behind {
                    Some(copy) => carve::offset_of(txn, copy.new, Assoc::Before)?,
                    None => {
                        let first = carve.record.copies().next()?;
                        carve::offset_of(txn, first.new, Assoc::After)?
                    }
                };
                let target = Target {
                    map: &target.map,
                    text: &target.text,
                    at: at.min(target.len()),
                };
                Some(working.carve(txn, source, late.part, &target, |_| ()))
            });
            self.remember(carve.from, &carve.strip, made);
        }
    }

    /// Notes a carve that this replica made.
    pub(crate) fn remember(&mut self, from: ID, strip: &Arc<str>, made: Option<(String, Record)>) {
        if let Some((key, record)) = made
            && !record.is_empty()
        {
            let known = self.doc.transact().state_vector();
            self.carves.push(Carve {
                known,
                from,
                strip: Arc::clone(strip),
                key,
                record,
            });
        }
    }

    /// Takes back the copies of what stands elsewhere, too.
    fn give_way(&mut self, steps: &mut Steps) {
        let records = self.records();
        let mut doubles = losers(&records);
        doubles.extend(self.copies_of_undone(&records));
        if doubles.is_empty() {
            return;
        }
        let copied = copied_to(&records);
        for (strip, copy) in doubles {
            self.take_back(&strip, copy, &copied, steps);
        }
        self.carves.retain(|carve| !carve.record.is_empty());
    }

    /// What others have carved, before they heard of an undo here, of what it took back or restored: the original stands again. Who has opened the
    /// script anew since the undo knows nothing of it.
    fn copies_of_undone(&self, records: &[(Arc<str>, Record)]) -> Vec<(Arc<str>, ID)> {
        let Undone { carves, restored } = &self.undone;
        let txn = self.doc.transact();
        let mut doubles = Vec::new();
        for (strip, record) in records {
            let again = carves.iter().flat_map(|carve| record.copied_on(carve));
            let restored = record
                .copies()
                .filter(|copy| !restored.is_empty() && restored.contains(&copy.old));
            let standing = again
                .chain(restored)
                .filter(|copy| carve::is_live(&txn, copy.old));
            doubles.extend(standing.map(|copy| (Arc::clone(strip), copy.new)));
        }
        doubles
    }

    /// The records of all carves, with the strips in which their copies stand.
    fn records(&self) -> Vec<(Arc<str>, Record)> {
        let names = self
            .index
            .tree
            .iter()
            .map(|(_, strip)| Arc::clone(&strip.name));
        let mut records = Vec::new();
        for name in names.collect::<Vec<_>>() {
            let found = self.records_of(&name);
            records.extend(found.into_iter().map(|record| (Arc::clone(&name), record)));
        }
        records
    }

    /// Takes a copy back, and the copies that were made of it since.
    fn take_back(&mut self, strip: &str, copy: ID, copied: &CopiedTo, steps: &mut Steps) {
        let mut lost = vec![(Arc::<str>::from(strip), copy)];
        let mut seen = HashSet::new();
        while let Some((strip, copy)) = lost.pop() {
            // A foreign record may say that a unit is a copy of itself.
            if !seen.insert(copy) {
                continue;
            }
            lost.extend(copied.get(&copy).cloned().unwrap_or_default());
            for ours in self.carves.iter_mut().filter(|ours| ours.strip == strip) {
                ours.record.forget(copy);
            }
            let Some(strip) = self.index.named(&strip) else {
                continue;
            };
            let txn = self.doc.transact();
            let text = self.index.strip(strip).text.clone();
            let at = carve::live_offset(&text, &txn, copy);
            drop(txn);
            if let Some(at) = at {
                self.step(steps, Source::Upkeep, |_, txn| {
                    text.remove_range(txn, at, 1)
                });
            }
        }
    }

    fn records_of(&self, name: &str) -> Vec<Record> {
        let Some(strip) = self.index.named(name) else {
            return Vec::new();
        };
        let txn = self.doc.transact();
        let values = self.index.strip(strip).map.iter(&txn);
        values
            .filter(|(key, _)| key.starts_with(carve_record::KEY))
            .filter_map(|(_, value)| match value {
                Out::Any(Any::Buffer(bytes)) => Record::decode(&bytes),
                _ => None,
            })
            .collect()
    }
}

/// What undo has done to carves here, for those that were made before it and come later.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    carves: Vec<Record>,
    /// What had been deleted and stands again under other ids.
    restored: IdSet,
}

/// Of two carves that took the same text, the one into the strip with the smaller id keeps
/// its copies; the others are taken back. Any replica that sees both does it, since the one
/// that carved may be gone: taking back twice is taking back once.
fn losers(records: &[(Arc<str>, Record)]) -> Vec<(Arc<str>, ID)> {
    let overlaps = carve_record::overlaps(records.iter().map(|(_, record)| record));
    let lost = overlaps.into_iter().flat_map(|(a, b)| {
        let (a, b) = (&records[a], &records[b]);
        let loses = (&a.0, a.1.client, a.1.key()) > (&b.0, b.1.client, b.1.key());
        let (loser, winner) = if loses { (a, b) } else { (b, a) };
        let shared = loser.1.shared_with(&winner.1);
        shared
            .into_iter()
            .map(|copy| (Arc::clone(&loser.0), copy.new))
    });
    lost.collect()
}

/// The copies that were made of a unit, with the strips in which they stand.
type CopiedTo = HashMap<ID, Vec<(Arc<str>, ID)>>;

fn copied_to(records: &[(Arc<str>, Record)]) -> CopiedTo {
    let mut copied = CopiedTo::new();
    for (strip, record) in records {
        for copy in record.copies() {
            let to = (Arc::clone(strip), copy.new);
            copied.entry(copy.old).or_default().push(to);
        }
    }
    copied
}
