//! The record of a carve: which ids were taken, and which ids their copies have.
//!
//! It stands in the document as bytes, variable-length integers as in Yjs: the client of the
//! copies, then for each run the old client, the old clock, the length and the new clock.
//! Reading is total: what does not decode is no record.

use yrs::{ClientID, ID};

use crate::keystroke::read;

/// Key prefix of the records of carves in a strip's map.
pub(crate) const KEY: &str = "c";

/// Key prefix of records of what an undo or redo has restored: as what each unit stands again.
pub(crate) const RESTORED: &str = "u";

/// Whether a record stands under that key.
pub(crate) fn is_key(key: &str) -> bool {
    key.starts_with(KEY) || key.starts_with(RESTORED)
}

/// A record of more is none: it would only cost memory.
const MAX_UNITS: u32 = 1 << 20;

/// More overlapping runs than any writers make; they would only cost time.
const MAX_PAIRS: usize = 1 << 16;

/// Units with ids in a row whose copies are in a row too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CopiedRun {
    old: ID,
    new: u32,
    len: u32,
}

/// One unit that was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Copied {
    pub(crate) old: ID,
    pub(crate) new: ID,
}

/// The record of one carve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) client: ClientID,
    runs: Vec<CopiedRun>,
}

impl Record {
    pub(crate) fn new(client: ClientID) -> Record {
        Record {
            client,
            runs: Vec::new(),
        }
    }

    /// Adds a unit behind the others.
    pub(crate) fn add(&mut self, old: ID, new: u32) {
        match self.runs.last_mut() {
            Some(last)
                if last.old.client == old.client
                    && last.old.clock + last.len == old.clock
                    && last.new + last.len == new =>
            {
                last.len += 1;
            }
            _ => self.runs.push(CopiedRun { old, new, len: 1 }),
        }
    }

    /// The key under which it stands: unique, since no two have the same first copy.
    pub(crate) fn key(&self, prefix: &str) -> String {
        let clock = self.runs.first().map_or(0, |run| run.new);
        format!("{prefix}{}.{clock}", self.client.get())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// All units, in the order of the text.
    pub(crate) fn copies(&self) -> impl Iterator<Item = Copied> {
        self.runs.iter().flat_map(|run| {
            (0..run.len).map(|i| Copied {
                old: ID::new(run.old.client, run.old.clock + i),
                new: ID::new(self.client, run.new + i),
            })
        })
    }

    /// Of the units that another record took too, the copies of both: at most as many as this record has, whatever a foreign one says.
    pub(crate) fn shared_copies(&self, other: &Record) -> impl Iterator<Item = (ID, ID)> {
        let pairs = self
            .copies()
            .map(|copy| Some((copy.new, other.copy_of(copy.old)?)));
        pairs.flatten()
    }

    fn copy_of(&self, old: ID) -> Option<ID> {
        let run = self.runs.iter().find(|run| {
            run.old.client == old.client
                && (run.old.clock..run.old.clock + run.len).contains(&old.clock)
        })?;
        let at = run.new + (old.clock - run.old.clock);
        Some(ID::new(self.client, at))
    }

    /// What a carve that was undone had copied of what is restored here is restored for its copies, too.
    pub(crate) fn stand_for_copies(&mut self, carve: &Record) {
        let pairs: Vec<(ID, ID)> = carve.shared_copies(self).collect();
        for (copy, restored) in pairs {
            self.add(copy, restored.clock);
        }
    }

    /// Forgets a unit whose copy was taken back.
    pub(crate) fn forget(&mut self, lost: ID) {
        let within = |run: &CopiedRun| (run.new..run.new + run.len).contains(&lost.clock);
        if lost.client != self.client || !self.runs.iter().any(within) {
            return;
        }
        let kept: Vec<Copied> = self.copies().filter(|copy| copy.new != lost).collect();
        self.runs.clear();
        for copy in kept {
            self.add(copy.old, copy.new.clock);
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, self.client.get());
        for run in &self.runs {
            write(&mut bytes, run.old.client.get());
            for number in [run.old.clock, run.len, run.new] {
                write(&mut bytes, u64::from(number));
            }
        }
        bytes
    }

    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Record> {
        let mut record = Record::new(client(&mut bytes)?);
        let mut total = 0u32;
        while !bytes.is_empty() {
            let old_client = client(&mut bytes)?;
            let mut number = || u32::try_from(read(&mut bytes)?).ok();
            let (clock, len, new) = (number()?, number()?, number()?);
            total = total.checked_add(len).filter(|total| *total <= MAX_UNITS)?;
            // The ends are clocks too.
            clock.checked_add(len)?;
            new.checked_add(len)?;
            record.runs.push(CopiedRun {
                old: ID::new(old_client, clock),
                new,
                len,
            });
        }
        Some(record)
    }
}

/// The pairs of records that took the same units.
pub(crate) fn overlaps<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(ClientID, u32, u32, usize)> = records
        .enumerate()
        .flat_map(|(at, record)| {
            let runs = record.runs.iter();
            runs.map(move |run| (run.old.client, run.old.clock, run.old.clock + run.len, at))
        })
        .collect();
    runs.sort_unstable();
    let mut pairs = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let reached = runs[at + 1..]
            .iter()
            .take_while(|next| next.0 == run.0 && next.1 < run.2);
        for next in reached {
            if next.3 != run.3 && pairs.len() < MAX_PAIRS {
                pairs.push((run.3.min(next.3), run.3.max(next.3)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn client(bytes: &mut &[u8]) -> Option<ClientID> {
    let client = read(bytes)?;
    (client < 1 << 53).then(|| ClientID::new(client))
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_bad_bytes_are_none() {
        let client = |id| ClientID::new(id);
        let mut record = Record::new(client(7));
        for (clock, new) in [(3, 10), (4, 11), (9, 12)] {
            record.add(ID::new(client((1 << 53) - 1), clock), new);
        }
        assert_eq!(record.runs.len(), 2);
        let bytes = record.encode();
        assert_eq!(Record::decode(&bytes), Some(record));
        for end in 1..bytes.len() {
            // A cut record is another record or none, never a panic.
            let _ = Record::decode(&bytes[..end]);
        }
        assert_eq!(Record::decode(&[0xff; 40]), None);
        assert_eq!(Record::decode(&[]), None);
    }

    #[test]
    fn runs_that_say_the_same_again_and_again_multiply_nothing() {
        let again = |id| Record {
            client: ClientID::new(id),
            runs: vec![
                CopiedRun {
                    old: ID::new(ClientID::new(7), 0),
                    new: 0,
                    len: 100,
                };
                100
            ],
        };
        assert_eq!(again(1).shared_copies(&again(2)).count(), 100 * 100);
    }
}
