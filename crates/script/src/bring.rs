//! What a replica does about its carves when others' updates come.

use std::sync::Arc;

use yrs::{Any, Assoc, ID, Map, Out, ReadTxn, Text, Transact};

use crate::carve::{self, Carve, Target};
use crate::carve_record::{self, Record};
use crate::script::{Script, Source, Steps};

impl Script {
    /// After an update: takes back copies of text that another replica carved as well, and brings
    /// words after that came to the old place of a carve.
    pub(crate) fn bring_after(&mut self, steps: &mut Steps) {
        if self.carves.is_empty() {
            return;
        }
        let (texts, strips) = steps.take_touched();
        if !strips.is_empty() {
            self.give_way(&strips, steps);
        }
        for text in texts {
            for carve in self.carves.clone() {
                if carve.from == text && self.stands(&carve) {
                    self.bring(&carve, steps);
                }
            }
        }
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

    /// Of two replicas that carved the same text, the one whose strip has the smaller id keeps
    /// its copies; here the others are taken back.
    fn give_way(&mut self, strips: &[Arc<str>], steps: &mut Steps) {
        for name in strips {
            for theirs in self.records_of(name) {
                if theirs.client == self.client {
                    continue;
                }
                for at in 0..self.carves.len() {
                    let ours = &self.carves[at];
                    let (their_place, our_place) =
                        ((name, theirs.client), (&ours.strip, self.client));
                    let shared = ours.record.shared_with(&theirs);
                    if their_place > our_place || shared.is_empty() {
                        continue;
                    }
                    let strip = Arc::clone(&ours.strip);
                    self.carves[at].record.forget(&shared);
                    self.step(steps, Source::Upkeep, |working, txn| {
                        let Some(strip) = working.index.named(&strip) else {
                            return;
                        };
                        let text = &working.index.strip(strip).text;
                        for copy in shared.iter().rev() {
                            if let Some(at) = carve::live_offset(text, txn, copy.new) {
                                text.remove_range(txn, at, 1);
                            }
                        }
                    });
                }
            }
        }
        self.carves.retain(|carve| !carve.record.is_empty());
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
