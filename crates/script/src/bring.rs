//! What a replica does about its carves when others' updates come.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use yrs::branch::BranchID;
use yrs::{Any, Assoc, ID, IdSet, IndexedSequence, Map, Out, ReadTxn, StickyIndex, Text, Transact};

use crate::carve::{self, Carve, Made, Target};
use crate::carve_record::{self, Record};
use crate::script::{Cause, Script, Steps};
use crate::sum_tree::Handle;

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

    /// After an undo or redo: writes into the document under which new ids the units that it `restored` stand again. A carve that was not
    /// undone until now (it is in `stood`) may have copied those units; its copies count as theirs. By these records whoever comes to have
    /// two copies of one text takes one back.
    pub(crate) fn say_restored(&mut self, stood: &[Carve], restored: &IdSet, steps: &mut Steps) {
        if restored.is_empty() {
            return;
        }
        let mut again = self.restored(restored);
        for carve in stood.iter().filter(|carve| !self.stands(carve)) {
            for record in again.values_mut() {
                record.stand_for_copies(&carve.record);
            }
        }
        for (strip, record) in again {
            self.step(steps, Cause::Upkeep, |working, txn| {
                let strip = working.index.strip(working.index.named(&strip)?);
                let key = record.key(carve_record::RESTORED);
                strip.map.insert(txn, key, Any::from(record.encode()));
                Some(())
            });
        }
        self.give_way(steps);
    }

    /// For each strip, the units of the set that this replica has restored there, with the ids that they have now.
    fn restored(&self, units: &IdSet) -> BTreeMap<Arc<str>, Record> {
        let mut again: BTreeMap<Arc<str>, Record> = BTreeMap::new();
        self.each_restored(units, u32::MAX, &mut |old, len, stands| {
            if let Some((strip, new)) = stands {
                let name = &self.index.strip(strip).name;
                let record = again.entry(Arc::clone(name));
                let record = record.or_insert_with(|| Record::new(self.client));
                let olds = (old.clock..).map(|clock| ID::new(old.client, clock));
                (0..len)
                    .zip(olds)
                    .for_each(|(i, old)| record.add(old, new + i));
            }
        });
        again
    }

    /// Calls `each` with all units of a set, in runs of `most`: the first one, how many, and, where this replica has restored them, the strip
    /// in which they stand again and the first one's clock there.
    pub(crate) fn each_restored(
        &self,
        units: &IdSet,
        most: u32,
        each: &mut dyn FnMut(ID, u32, Option<(Handle, u32)>),
    ) {
        let txn = self.doc.transact();
        let ranges = units.iter();
        for (&client, range) in
            ranges.flat_map(|(client, ranges)| ranges.iter().map(move |range| (client, range)))
        {
            let mut clock = range.start;
            while clock < range.end {
                let old = ID::new(client, clock);
                let Some((strip, at, new)) = self.standing(&txn, old) else {
                    each(old, 1, None);
                    clock += 1;
                    continue;
                };
                // They were restored in their old order. So if a stretch is as long now as it was, all of it is in a row.
                let in_a_row = |len: u32| {
                    let last = self.standing(&txn, ID::new(client, clock + len - 1));
                    last == Some((strip, at + len - 1, new + len - 1))
                };
                let mut len = most.min(range.end - clock);
                while len > 1 && !in_a_row(len) {
                    len = len.div_ceil(2);
                }
                each(old, len, Some((strip, new)));
                clock += len;
            }
        }
    }

    /// Where a unit that this replica has restored stands: in which strip, where in its text, and under which clock of this replica.
    fn standing<T: ReadTxn>(&self, txn: &T, old: ID) -> Option<(Handle, u32, u32)> {
        if !self.undo.has_restored(&old) {
            return None;
        }
        let place = StickyIndex::from_id(old, Assoc::After).get_offset(txn)?;
        let BranchID::Nested(text) = place.branch.id() else {
            return None;
        };
        let strip = self.index.with_text(&text)?;
        let there = self
            .index
            .strip(strip)
            .text
            .sticky_index(txn, place.index, Assoc::After)?;
        let new = *there.id()?;
        let restored = new != old && new.client == self.client && carve::is_live(txn, old);
        restored.then_some((strip, place.index, new.clock))
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
            let (beside, side) = match late.behind {
                Some(copy) => (copy.new, Assoc::Before),
                None => match carve.record.copies().next() {
                    Some(first) => (first.new, Assoc::After),
                    None => continue,
                },
            };
            let (strip, beside) = self.carried_on(Arc::clone(&carve.strip), beside);
            let made = self.step(steps, Cause::Upkeep, |working, txn| {
                let source = working.index.with_text(&carve.from)?;
                let target = working.index.strip(working.index.named(&strip)?);
                let at = carve::offset_of(txn, beside, side)?;
                let target = Target {
                    map: &target.map,
                    text: &target.text,
                    at: at.min(target.len()),
                };
                Some(working.carve(txn, source, late.part, &target, |_| ()))
            });
            self.remember(carve.from, &strip, made);
        }
    }

    /// Where a copy stands: this replica may have carried it on since.
    fn carried_on(&self, mut strip: Arc<str>, mut copy: ID) -> (Arc<str>, ID) {
        for carve in &self.carves {
            let carried = carve.record.copies().find(|carried| carried.old == copy);
            if let Some(carried) = carried.filter(|_| self.stands(carve)) {
                (strip, copy) = (Arc::clone(&carve.strip), carried.new);
            }
        }
        (strip, copy)
    }

    /// Notes a carve that this replica made.
    pub(crate) fn remember(&mut self, from: ID, strip: &Arc<str>, made: Option<Made>) {
        if let Some(Made {
            key,
            record,
            before,
        }) = made
            && !record.is_empty()
        {
            let known = self.doc.transact().state_vector();
            self.carves.push(Carve {
                before,
                known,
                from,
                strip: Arc::clone(strip),
                key,
                record,
            });
        }
    }

    /// Where one text stands in two places because two replicas have copied it, or one has copied and another restored it, takes one of the two back.
    /// Every replica that sees both does so, since the one that made the copy may be gone. They all choose the same one, and taking
    /// it back twice is taking it back once.
    fn give_way(&mut self, steps: &mut Steps) {
        let (carved, restored) = self.records();
        let all: Vec<_> = carved.iter().chain(&restored).collect();
        let overlaps = carve_record::overlaps(all.iter().map(|(_, record)| record));
        let doubles: Vec<_> = overlaps
            .into_iter()
            .flat_map(|(a, b)| {
                let (loser, winner) = match (a < carved.len(), b < carved.len()) {
                    // What was restored stays, whoever has copied it.
                    (true, false) => (all[a], all[b]),
                    _ => ordered(all[a], all[b]),
                };
                match b < carved.len() {
                    true => doubles(loser, winner, |_| true),
                    false => self.doubles_of_standing(loser, winner),
                }
            })
            .collect();
        if doubles.is_empty() {
            return;
        }
        let copied = copied_to(&carved);
        for (strip, copy) in doubles {
            self.take_back(&strip, copy, &copied, steps);
        }
        self.carves.retain(|carve| !carve.record.is_empty());
    }

    /// The same, but where what the winner has restored does not stand any more there is no double.
    fn doubles_of_standing(&self, loser: &Named, winner: &Named) -> Vec<(Arc<str>, ID)> {
        let txn = self.doc.transact();
        doubles(loser, winner, |restored| carve::is_live(&txn, restored))
    }

    /// The records of all carves, and those of what was restored.
    fn records(&self) -> (Vec<Named>, Vec<Named>) {
        let (mut carved, mut restored) = (Vec::new(), Vec::new());
        let txn = self.doc.transact();
        for (_, strip) in self.index.tree.iter() {
            for (key, value) in strip.map.iter(&txn) {
                let records = match key {
                    key if key.starts_with(carve_record::KEY) => &mut carved,
                    key if key.starts_with(carve_record::RESTORED) => &mut restored,
                    _ => continue,
                };
                if let Out::Any(Any::Buffer(bytes)) = value
                    && let Some(record) = Record::decode(&bytes)
                {
                    records.push((Arc::clone(&strip.name), record));
                }
            }
        }
        (carved, restored)
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
                self.step(steps, Cause::Upkeep, |_, txn| text.remove_range(txn, at, 1));
            }
        }
    }
}

/// A record, and the strip that its copies stand in.
type Named = (Arc<str>, Record);

/// Of two records that took the same text the one that loses and the one that wins: that of the strip with the smaller id.
fn ordered<'a>(a: &'a Named, b: &'a Named) -> (&'a Named, &'a Named) {
    let order = |one: &Named| (Arc::clone(&one.0), one.1.client, one.1.key(""));
    if order(a) > order(b) { (a, b) } else { (b, a) }
}

/// The copies of the one that loses, of the units of which the winner has copies that `count`.
fn doubles(loser: &Named, winner: &Named, count: impl Fn(ID) -> bool) -> Vec<(Arc<str>, ID)> {
    let shared = loser.1.shared_copies(&winner.1);
    let shared = shared.filter(|(_, theirs)| count(*theirs));
    shared
        .map(|(copy, _)| (Arc::clone(&loser.0), copy))
        .collect()
}

/// The copies that were made of a unit, with the strips in which they stand.
type CopiedTo = HashMap<ID, Vec<(Arc<str>, ID)>>;

fn copied_to(records: &[Named]) -> CopiedTo {
    let mut copied = CopiedTo::new();
    for (strip, record) in records {
        for copy in record.copies() {
            let to = (Arc::clone(strip), copy.new);
            copied.entry(copy.old).or_default().push(to);
        }
    }
    copied
}
