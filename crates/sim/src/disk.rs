//! The relay's disk: the tables of a log in `worker/src/store`, in memory, with what their statements do to them. It fails when it is
//! told to. What is kept of the originals for good (L7) is not simulated.

use std::collections::BTreeMap;
use std::rc::Rc;

use scriptroom_room::{
    Claim, Clock, Config, Entry, Held, LiveEntry, LogReader, Merged, Recovered, StoredLog, Tail,
};

/// The store has not done what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed;

/// One entry.
#[derive(Debug, Clone)]
struct Row {
    first: u64,
    sequence: u64,
    merged: u64,
    time_ms: u64,
    staged: bool,
    covered_ms: Option<u64>,
    bytes: Rc<[u8]>,
}

impl Row {
    fn is_live(&self) -> bool {
        self.covered_ms.is_none() && !self.staged
    }
}

/// One script's log, and what is kept beside it.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    rows: Vec<Row>,
    clocks: BTreeMap<u64, Clock>,
    claims: BTreeMap<u64, Claim>,
    held: BTreeMap<u64, Held>,
    epoch: Option<String>,
    generation: u64,
    /// When another generation was first opened.
    restored_ms: Option<u64>,
    recovered: Vec<Recovered>,
    /// The write that fails, counted from the next one on.
    pub fails_at_write: Option<u32>,
    /// The next reading fails.
    pub fails_to_read: bool,
    failed: bool,
}

/// Rows that one turn deletes at most.
const PURGED_ROWS: usize = 2_000;

impl Disk {
    /// Opens the store of a script, of which this is the first lane. `epoch` names the logs if they are new, or of another generation
    /// than when they were last opened. Gives back whether they are of another generation.
    pub fn begin(&mut self, epoch: String, generation: u64) -> bool {
        let is_restored = self.generation != generation;
        if self.epoch.is_none() || self.generation != generation {
            self.generation = generation;
            self.epoch = Some(epoch);
        }
        is_restored
    }

    /// The name of the logs.
    pub fn epoch(&self) -> String {
        self.epoch.clone().expect("the store was opened")
    }

    /// The logs were brought back then.
    pub fn note_restored(&mut self, now_ms: u64) {
        self.restored_ms = Some(now_ms);
    }

    /// All that there is came before that.
    pub fn set_back(&mut self) {
        for clock in self.clocks.values_mut() {
            clock.since = None;
        }
    }

    /// Until when others may bring words back.
    pub fn recovering_until(&self, config: &Config) -> Option<u64> {
        self.restored_ms.map(|at_ms| at_ms + config.recover_ms)
    }

    /// What the room must know of this lane to wake.
    pub fn load(&mut self, config: &Config) -> StoredLog {
        let mut tail = Tail::default();
        for entry in self.live().iter().filter(|entry| entry.merged == 0) {
            tail.push(entry.bytes as u64, entry.time_ms, config);
        }
        StoredLog {
            clocks: self.clocks.values().cloned().collect(),
            claims: self.claims.values().cloned().collect(),
            last_sequence: self.last_sequence(),
            stored_bytes: self.live_rows().map(|row| row.bytes.len() as u64).sum(),
            tail,
            staged: self.rows.iter().any(|row| row.staged),
            oldest_covered_ms: self.oldest_covered(),
            unarchived_ms: None,
            held: self.held.values().cloned().collect(),
            recovered: self.recovered.clone(),
        }
    }

    /// The number of the last entry.
    pub fn last_sequence(&self) -> u64 {
        let stored = self.rows.iter().filter(|row| !row.staged);
        stored.map(|row| row.sequence).max().unwrap_or(0)
    }

    fn live_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_live())
    }

    fn oldest_covered(&self) -> Option<u64> {
        self.rows.iter().filter_map(|row| row.covered_ms).min()
    }

    /// The entries that make up the script, in order.
    pub fn log(&self) -> Vec<Rc<[u8]>> {
        let mut live: Vec<&Row> = self.live_rows().collect();
        live.sort_by_key(|row| (row.sequence, row.merged));
        live.into_iter().map(|row| row.bytes.clone()).collect()
    }

    /// Every client id's clock.
    pub fn clocks(&self) -> impl Iterator<Item = &Clock> {
        self.clocks.values()
    }

    /// When each live entry was stored, and how much is held.
    pub fn counts(&self) -> (usize, usize, usize) {
        let live = self.live_rows().count();
        (live, self.rows.len() - live, self.held.len())
    }

    fn write(&mut self) -> Result<(), Failed> {
        match &mut self.fails_at_write {
            Some(0) => {
                self.fails_at_write = None;
                Err(Failed)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Stores an entry and the clocks it moved.
    pub fn append(&mut self, entry: &Entry, clocks: &[Clock]) -> Result<(), Failed> {
        self.write()?;
        self.rows.push(Row {
            first: entry.sequence,
            sequence: entry.sequence,
            merged: 0,
            time_ms: entry.time_ms,
            staged: false,
            covered_ms: None,
            bytes: entry.bytes.as_slice().into(),
        });
        for clock in clocks {
            self.clocks.insert(clock.client, clock.clone());
            self.claims.remove(&clock.client);
        }
        Ok(())
    }

    /// Keeps whose a client id is under which nothing is stored.
    pub fn claim(&mut self, claim: Claim) -> Result<(), Failed> {
        self.write()?;
        self.claims.insert(claim.client, claim);
        Ok(())
    }

    /// These are nobody's any more.
    pub fn unclaim(&mut self, clients: &[u64]) -> Result<(), Failed> {
        self.write()?;
        self.claims.retain(|client, _| !clients.contains(client));
        Ok(())
    }

    /// Whose each client id is.
    pub fn owners(&self) -> BTreeMap<u64, String> {
        let claims = self.claims.values();
        let claims = claims.map(|claim| (claim.client, claim.person.clone()));
        let owners = self.clocks.values();
        let owners = owners.filter_map(|clock| Some((clock.client, clock.owner.clone()?)));
        claims.chain(owners).collect()
    }

    /// Keeps what others than its owners have brought back.
    pub fn set_recovered(&mut self, recovered: Vec<Recovered>) -> Result<(), Failed> {
        self.write()?;
        self.recovered = recovered;
        Ok(())
    }

    /// Stores a held piece.
    pub fn hold(&mut self, held: Held) -> Result<(), Failed> {
        self.write()?;
        self.held.insert(held.id, held);
        Ok(())
    }

    /// Whether something is held that this person brought.
    pub fn holds_of(&self, person: &str) -> bool {
        self.held.values().any(|held| held.author == person)
    }

    /// Forgets a held piece.
    pub fn release(&mut self, id: u64) -> Result<(), Failed> {
        self.write()?;
        self.held.remove(&id);
        Ok(())
    }

    /// Stores a merged entry beside those that it will cover.
    pub fn stage(&mut self, merged: &Merged) -> Result<(), Failed> {
        self.write()?;
        self.rows.retain(|row| !row.staged);
        self.rows.push(Row {
            first: merged.first,
            sequence: merged.last,
            merged: merged.merged,
            time_ms: merged.time_ms,
            staged: true,
            covered_ms: None,
            bytes: merged.bytes.as_slice().into(),
        });
        Ok(())
    }

    /// What is staged is live from now on, and covers the live entries of that range.
    pub fn take_over(&mut self, first: u64, last: u64, now_ms: u64) -> Result<(), Failed> {
        self.write()?;
        let covered = |row: &&mut Row| row.is_live() && (first..=last).contains(&row.sequence);
        for row in self.rows.iter_mut().filter(covered) {
            row.covered_ms = Some(now_ms);
        }
        self.rows.iter_mut().for_each(|row| row.staged = false);
        Ok(())
    }

    /// Forgets what is staged.
    pub fn unstage(&mut self) -> Result<(), Failed> {
        self.write()?;
        self.rows.retain(|row| !row.staged);
        Ok(())
    }

    /// Deletes a piece of what is covered since before that time.
    pub fn purge(&mut self, before_ms: u64) -> Result<(), Failed> {
        self.write()?;
        let mut left = PURGED_ROWS;
        self.rows.retain(|row| {
            let goes = left > 0 && row.covered_ms.is_some_and(|since_ms| since_ms < before_ms);
            left -= usize::from(goes);
            !goes
        });
        Ok(())
    }

    /// Whether a reading has failed since this was last asked.
    pub fn take_failure(&mut self) -> bool {
        std::mem::take(&mut self.failed)
    }

    /// A reading, which gives nothing when it fails.
    fn read<T: Default>(&mut self, read: impl Fn(&Disk) -> T) -> T {
        if std::mem::take(&mut self.fails_to_read) {
            self.failed = true;
            return T::default();
        }
        read(self)
    }
}

impl LogReader for Disk {
    fn live_entries(&mut self) -> Vec<Vec<u8>> {
        self.read(|disk| disk.log().iter().map(|bytes| bytes.to_vec()).collect())
    }

    fn live(&mut self) -> Vec<LiveEntry> {
        self.read(|disk| {
            let mut live: Vec<LiveEntry> = disk.live_rows().map(size).collect();
            live.sort_by_key(|entry| entry.sequence);
            live
        })
    }

    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>> {
        self.read(|disk| {
            let wanted = disk
                .live_rows()
                .filter(|row| (first..=last).contains(&row.sequence));
            let mut wanted: Vec<&Row> = wanted.collect();
            wanted.sort_by_key(|row| (row.sequence, row.merged));
            wanted.into_iter().map(|row| row.bytes.to_vec()).collect()
        })
    }

    fn staged(&mut self) -> Option<Merged> {
        self.read(|disk| {
            let row = disk.rows.iter().find(|row| row.staged)?;
            Some(Merged {
                first: row.first,
                last: row.sequence,
                merged: row.merged,
                time_ms: row.time_ms,
                bytes: row.bytes.to_vec(),
            })
        })
    }

    fn oldest_covered_ms(&mut self) -> Option<u64> {
        self.read(Disk::oldest_covered)
    }

    fn unarchived_ms(&mut self) -> Option<u64> {
        None
    }
}

fn size(row: &Row) -> LiveEntry {
    LiveEntry {
        first: row.first,
        sequence: row.sequence,
        merged: row.merged,
        bytes: row.bytes.len(),
        time_ms: row.time_ms,
    }
}
