//! A script's webhooks in its object's database: where they go, what they have been told, and the one message that is under way
//! to each.
//!
//! A hook has one message at a time, kept until it has arrived or is given up, so what a hook hears is in order, and what
//! waits is bounded: what changes meanwhile is in the next message.

use serde::Serialize;
use worker::{Result, SqlStorage, SqlStorageValue as Value};

use crate::store::{integer, number, text};

/// A webhook as its owner sees it: without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) made: u64,
    pub(crate) by: String,
    /// The version up to which it has heard of changes.
    pub(crate) told: u64,
    pub(crate) pending: Option<Pending>,
    /// When a message was last given up, if none has arrived since.
    pub(crate) given_up: Option<u64>,
    /// When the receiver said that it wants no more.
    pub(crate) stopped: Option<u64>,
}

/// A message that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Pending {
    pub(crate) id: String,
    pub(crate) version: u64,
    /// When it was written.
    pub(crate) since: u64,
    pub(crate) attempts: u64,
    /// When it is sent next.
    pub(crate) next: u64,
    /// What became of the last try.
    pub(crate) failure: Option<String>,
}

/// A message to send now.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) hook: String,
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) id: String,
    pub(crate) since_ms: u64,
    pub(crate) attempts: u64,
    pub(crate) body: String,
}

/// A hook that has yet to hear of something.
pub(crate) struct Behind {
    pub(crate) hook: String,
    pub(crate) told: u64,
}

/// A new message.
pub(crate) struct Message<'a> {
    pub(crate) id: &'a str,
    pub(crate) version: u64,
    pub(crate) body: &'a str,
}

/// The webhooks in their object's database.
pub(crate) struct Hooks {
    pub(crate) sql: SqlStorage,
}

const ACTIVE: &str = "stopped IS NULL";

impl Hooks {
    /// Adds one, which has heard of everything up to that version.
    pub(crate) fn make(&self, hook: &Hook, secret: &str) -> Result<()> {
        let statement = "INSERT INTO webhooks (id, url, secret, made, by, told, tried) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let values = vec![
            hook.id.as_str().into(),
            hook.url.as_str().into(),
            secret.into(),
            integer(hook.made),
            hook.by.as_str().into(),
            integer(hook.told),
            integer(hook.told),
        ];
        self.run(statement, values)
    }

    /// Removes one with what is under way to it; says whether there was one.
    pub(crate) fn remove(&self, id: &str) -> Result<bool> {
        let query = "SELECT 1 FROM webhooks WHERE id = ?";
        let there = !self.rows(query, vec![id.into()])?.is_empty();
        self.run("DELETE FROM webhooks WHERE id = ?", vec![id.into()])?;
        Ok(there)
    }

    pub(crate) fn all(&self) -> Result<Vec<Hook>> {
        let query = "SELECT id, url, made, by, told, given_up, stopped, message, version, since, attempts, next, failure
            FROM webhooks ORDER BY made, id";
        let rows = self.rows(query, vec![])?;
        rows.iter().map(|row| hook(row)).collect()
    }

    /// When there is something to do next, if there is.
    pub(crate) fn next_ms(&self, now_ms: u64) -> Result<Option<u64>> {
        if !self.behind()?.is_empty() {
            return Ok(Some(now_ms));
        }
        let query =
            format!("SELECT MIN(next) FROM webhooks WHERE {ACTIVE} AND message IS NOT NULL");
        Ok(number(&self.rows(&query, vec![])?[0][0]).ok())
    }

    /// The hooks that are to hear of changes of scenes, and have no message under way.
    pub(crate) fn behind(&self) -> Result<Vec<Behind>> {
        let query = format!(
            "SELECT id, told FROM webhooks WHERE {ACTIVE} AND message IS NULL
             AND tried < (SELECT COALESCE(MAX(version), 0) FROM scenes) ORDER BY id"
        );
        let rows = self.rows(&query, vec![])?;
        let behind = rows.iter().map(|row| {
            Ok(Behind {
                hook: text(&row[0])?,
                told: number(&row[1])?,
            })
        });
        behind.collect()
    }

    /// Puts a message under way.
    pub(crate) fn write(&self, hook: &str, message: &Message<'_>, now_ms: u64) -> Result<()> {
        let statement = "UPDATE webhooks SET message = ?, version = ?, tried = ?, body = ?, since = ?, attempts = 0, next = ?,
            failure = NULL WHERE id = ?";
        let values = vec![
            message.id.into(),
            integer(message.version),
            integer(message.version),
            message.body.into(),
            integer(now_ms),
            integer(now_ms),
            hook.into(),
        ];
        self.run(statement, values)
    }

    /// What is to be sent now.
    pub(crate) fn due(&self, now_ms: u64) -> Result<Vec<Due>> {
        let query = format!(
            "SELECT id, url, secret, message, since, attempts, body FROM webhooks
             WHERE {ACTIVE} AND message IS NOT NULL AND next <= ? ORDER BY next, id"
        );
        let rows = self.rows(&query, vec![integer(now_ms)])?;
        let due = rows.iter().map(|row| {
            Ok(Due {
                hook: text(&row[0])?,
                url: text(&row[1])?,
                secret: text(&row[2])?,
                id: text(&row[3])?,
                since_ms: number(&row[4])?,
                attempts: number(&row[5])?,
                body: text(&row[6])?,
            })
        });
        due.collect()
    }

    /// It has arrived.
    pub(crate) fn arrived(&self, due: &Due) -> Result<()> {
        self.settle(due, "told = version, given_up = NULL", None)
    }

    /// It is given up. What it told is in the next message again.
    pub(crate) fn give_up(&self, due: &Due, now_ms: u64) -> Result<()> {
        self.settle(due, "given_up = ?", Some(now_ms))
    }

    /// The receiver wants no more.
    pub(crate) fn stop(&self, due: &Due, now_ms: u64) -> Result<()> {
        self.settle(due, "stopped = ?", Some(now_ms))
    }

    fn settle(&self, due: &Due, what: &str, time_ms: Option<u64>) -> Result<()> {
        let statement = format!(
            "UPDATE webhooks SET {what}, message = NULL, body = NULL, failure = NULL WHERE id = ? AND message = ?"
        );
        let mut values: Vec<Value> = time_ms.map(integer).into_iter().collect();
        values.extend([due.hook.as_str().into(), due.id.as_str().into()]);
        self.run(&statement, values)
    }

    /// It has not arrived, and is sent again at that time.
    pub(crate) fn put_off(&self, due: &Due, next_ms: u64, failure: &str) -> Result<()> {
        let statement = "UPDATE webhooks SET attempts = attempts + 1, next = ?, failure = ? WHERE id = ? AND message = ?";
        let values = vec![
            integer(next_ms),
            failure.into(),
            due.hook.as_str().into(),
            due.id.as_str().into(),
        ];
        self.run(statement, values)
    }

    fn run(&self, statement: &str, values: Vec<Value>) -> Result<()> {
        self.sql.exec(statement, values).map(|_| ())
    }

    fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.sql.exec(query, values)?.raw().collect()
    }
}

fn hook(row: &[Value]) -> Result<Hook> {
    let pending = match &row[7] {
        Value::Null => None,
        id => Some(Pending {
            id: text(id)?,
            version: number(&row[8])?,
            since: number(&row[9])?,
            attempts: number(&row[10])?,
            next: number(&row[11])?,
            failure: text(&row[12]).ok(),
        }),
    };
    Ok(Hook {
        id: text(&row[0])?,
        url: text(&row[1])?,
        made: number(&row[2])?,
        by: text(&row[3])?,
        told: number(&row[4])?,
        pending,
        given_up: number(&row[5]).ok(),
        stopped: number(&row[6]).ok(),
    })
}
