//! The logs of one script in its object's SQLite, one for each lane: entries in pieces that fit a row, clocks, and what is
//! held. A [`Store`] is one of them, in tables of its own.
//!
//! All writes of one turn reach the disk together or not at all, before any message of that turn leaves: that is the
//! platform's output gate, and SPEC.md's U2 rests on it. So nothing here may await.
//!
//! [`log`] keeps the entries, [`claims`] whose a client id is before there are any, [`archive`] what is left of them for good, [`damage`] what to do where one is not what was stored,
//! [`quarantine`] which ones end the reader, [`history`] what was before, [`sources`] the files that it came from, [`schema`] the tables.

mod archive;
mod blocks;
mod claims;
mod damage;
mod figures;
mod history;
mod log;
mod quarantine;
mod recovered;
mod scenes;
pub(crate) mod schema;
mod sources;

pub(crate) use archive::HourRow;
pub(crate) use figures::Figures;
pub(crate) use history::{NO_END, Original};
pub(crate) use quarantine::Search;
pub(crate) use scenes::SeenScene;
use scriptroom_room::{Clock, Config, Held, Lane, Lanes, Stored, StoredLog};
use worker::{Date, Error, Result, SqlStorage, SqlStorageValue as Value};

use crate::events::{self, Event, Value as Field};

/// A row's blob is at most 2 MB; half of that leaves room for what else is in the row.
const PIECE_BYTES: usize = 1 << 20;

/// The tables of one lane's log.
struct Tables {
    entries: &'static str,
    clocks: &'static str,
    held: &'static str,
    /// Whether something of its originals is kept for good.
    archived: bool,
}

const SCRIPT: Tables = Tables {
    entries: "entries",
    clocks: "clocks",
    held: "held",
    archived: true,
};
const THREADS: Tables = Tables {
    entries: "threads_entries",
    clocks: "threads_clocks",
    held: "threads_held",
    archived: false,
};

/// One lane's log.
pub(crate) struct Store {
    sql: SqlStorage,
    tables: &'static Tables,
    /// The script's id, for the logs, as far as it is known.
    script: String,
    /// What went wrong while the room was reading: a reader has no way to say so.
    failed: Option<Error>,
    damaged: Vec<Damaged>,
}

/// An entry that is not what was stored.
#[derive(Debug, Clone)]
pub(crate) struct Damaged {
    sequence: u64,
    merged: u64,
}

/// What the room must know of a script to wake. `epoch` names its logs if they are new, or if `generation` is not the one that
/// they were last opened in: then they were restored from a backup.
pub(crate) fn load(
    stores: &Lanes<Store>,
    epoch: &str,
    generation: &str,
    config: &Config,
) -> Result<Stored> {
    let script = &stores.script;
    let is_restored = script.begin(epoch, generation)?;
    if is_restored {
        for lane in Lane::ALL {
            stores[lane].set_back()?;
        }
    }
    let logs = Lanes {
        script: script.load(config)?,
        threads: stores.threads.load(config)?,
    };
    if is_restored {
        script.note_restored(Date::now().as_millis())?;
    }
    Ok(Stored {
        epoch: script.epoch()?,
        recovering_until_ms: script.restored_ms()?.map(|ms| ms + config.recover_ms),
        logs,
        stale_since_ms: script.scenes_are_stale_since()?,
    })
}

impl Store {
    pub(crate) fn new(sql: SqlStorage, lane: Lane) -> Store {
        Store {
            sql,
            tables: match lane {
                Lane::Script => &SCRIPT,
                Lane::Threads => &THREADS,
            },
            script: String::new(),
            failed: None,
            damaged: Vec::new(),
        }
    }

    /// Says whose log this is.
    pub(crate) fn set_script(&mut self, script: &str) {
        script.clone_into(&mut self.script);
    }

    /// Tells the operator of something about this log.
    fn log(&self, event: Event, fields: &[(&str, Field<'_>)]) {
        let own: [(&str, Field<'_>); 2] = [
            ("script", self.script.as_str().into()),
            ("table", self.tables.entries.into()),
        ];
        events::note(event, &[&own[..], fields].concat());
    }

    /// Opens the database. Says whether it was last opened in another generation.
    fn begin(&self, epoch: &str, generation: &str) -> Result<bool> {
        schema::migrate(&self.sql)?;
        let name = "INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)";
        self.run(name, vec![epoch.into()])?;
        self.begin_generation(epoch, generation)
    }

    /// The name of the logs.
    fn epoch(&self) -> Result<String> {
        let epoch = self.rows("SELECT value FROM meta WHERE key = 'epoch'", vec![])?;
        text(&epoch[0][0])
    }

    fn load(&self, config: &Config) -> Result<StoredLog> {
        Ok(StoredLog {
            clocks: self.clocks()?,
            claims: self.claims()?,
            last_sequence: self.last_sequence()?,
            stored_bytes: self.stored_bytes()?,
            tail: self.tail(config)?,
            staged: self.is_staged()?,
            oldest_covered_ms: self.oldest_covered()?,
            unarchived_ms: self.unarchived()?,
            held: self.held()?,
            recovered: self.recovered()?,
        })
    }

    /// A log that an operator has restored is another one: clients that hear its new name bring what it has forgotten.
    fn begin_generation(&self, epoch: &str, generation: &str) -> Result<bool> {
        let query = "SELECT value FROM meta WHERE key = 'generation'";
        let known = self.rows(query, vec![])?;
        let known = known.first().map(|row| text(&row[0])).transpose()?;
        if known.unwrap_or_default() == generation {
            return Ok(false);
        }
        let set = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
        self.run(set, vec!["generation".into(), generation.into()])?;
        self.run(set, vec!["epoch".into(), epoch.into()])?;
        Ok(true)
    }

    /// All that there is came before that.
    fn set_back(&self) -> Result<()> {
        let table = self.tables.clocks;
        let clear = format!("UPDATE {table} SET since = NULL WHERE since IS NOT NULL");
        self.run(&clear, vec![])
    }

    fn clocks(&self) -> Result<Vec<Clock>> {
        let query = format!(
            "SELECT client, next, owner, since FROM {} WHERE claimed IS NULL",
            self.tables.clocks
        );
        let rows = self.sql.exec(&query, None)?;
        rows.raw()
            .map(|row| {
                let row = row?;
                Ok(Clock {
                    client: number(&row[0])?,
                    next: number(&row[1])? as u32,
                    owner: text(&row[2]).ok(),
                    since: number(&row[3]).ok().map(|since| since as u32),
                })
            })
            .collect()
    }

    pub(crate) fn set_clocks(&self, clocks: &[Clock]) -> Result<()> {
        let set = format!(
            "INSERT OR REPLACE INTO {} (client, next, owner, since) VALUES (?, ?, ?, ?)",
            self.tables.clocks
        );
        for clock in clocks {
            let values = vec![
                integer(clock.client),
                integer(u64::from(clock.next)),
                clock.owner.clone().into(),
                clock.since.map(u64::from).map(integer).into(),
            ];
            self.run(&set, values)?;
        }
        Ok(())
    }

    fn held(&self) -> Result<Vec<Held>> {
        let mut held: Vec<Held> = Vec::new();
        let query = format!(
            "SELECT id, expires, author, bytes FROM {} ORDER BY id, piece",
            self.tables.held
        );
        for row in self.sql.exec(&query, None)?.raw() {
            let row = row?;
            let id = number(&row[0])?;
            match held.last_mut().filter(|last| last.id == id) {
                Some(last) => last.bytes.extend_from_slice(blob(&row[3])?),
                None => held.push(Held {
                    id,
                    expires_ms: number(&row[1])?,
                    author: text(&row[2])?,
                    bytes: blob(&row[3])?.to_vec(),
                }),
            }
        }
        Ok(held)
    }

    /// Stores a held piece.
    pub(crate) fn hold(&self, held: &Held) -> Result<()> {
        let statement = format!(
            "INSERT INTO {} (id, piece, expires, author, bytes) VALUES (?, ?, ?, ?, ?)",
            self.tables.held
        );
        for (piece, bytes) in (0..).zip(held.bytes.chunks(PIECE_BYTES)) {
            let values = vec![
                integer(held.id),
                integer(piece),
                integer(held.expires_ms),
                held.author.as_str().into(),
                bytes.to_vec().into(),
            ];
            self.run(&statement, values)?;
        }
        Ok(())
    }

    /// Forgets a held piece.
    pub(crate) fn release(&self, id: u64) -> Result<()> {
        let statement = format!("DELETE FROM {} WHERE id = ?", self.tables.held);
        self.run(&statement, vec![integer(id)])
    }

    /// The error that a read ended in since this was last asked.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failed.take()
    }

    fn run(&self, statement: &str, values: Vec<Value>) -> Result<()> {
        self.sql.exec(statement, values).map(|_| ())
    }

    fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.sql.exec(query, values)?.raw().collect()
    }

    /// The one number of a query that gives one row; `None` where it is null.
    fn one(&self, query: &str) -> Result<Option<u64>> {
        match &self.rows(query, vec![])?[0][0] {
            Value::Null => Ok(None),
            value => number(value).map(Some),
        }
    }
}

pub(crate) fn integer(value: u64) -> Value {
    Value::Integer(value as i64)
}

pub(crate) fn number(value: &Value) -> Result<u64> {
    match value {
        Value::Integer(number) if *number >= 0 => Ok(*number as u64),
        other => Err(Error::RustError(format!(
            "expected a number in the log, got {other:?}"
        ))),
    }
}

pub(crate) fn text(value: &Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        _ => Err(Error::RustError("expected text in the log".to_owned())),
    }
}

fn blob(value: &Value) -> Result<&[u8]> {
    match value {
        Value::Blob(bytes) => Ok(bytes),
        _ => Err(Error::RustError("expected bytes in the log".to_owned())),
    }
}
