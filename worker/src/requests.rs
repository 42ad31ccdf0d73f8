//! Requests that were answered, by the key that their sender gave them: one that comes again, because its answer was lost,
//! gets the same answer and is not done again.

use sha2::{Digest, Sha256};
use worker::{Result, SqlStorage, SqlStorageValue as Value};

use crate::store::{integer, number, text};

/// An answer is given again for so long.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// A request that was answered.
pub(crate) struct Known {
    pub(crate) digest: String,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The table of them.
pub(crate) struct Requests<'a> {
    pub(crate) sql: &'a SqlStorage,
}

impl Requests<'_> {
    pub(crate) fn find(&self, key: &str, now_ms: u64) -> Result<Option<Known>> {
        let query = "SELECT digest, status, body FROM requests WHERE key = ? AND time >= ?";
        let values = vec![Value::from(key), oldest(now_ms)];
        let mut rows = self.sql.exec(query, values)?.raw();
        let Some(row) = rows.next().transpose()? else {
            return Ok(None);
        };
        Ok(Some(Known {
            digest: text(&row[0])?,
            status: number(&row[1])? as u16,
            body: text(&row[2])?,
        }))
    }

    /// Forgets the answers whose time is over.
    pub(crate) fn tidy(&self, now_ms: u64) -> Result<()> {
        let statement = "DELETE FROM requests WHERE time < ?";
        self.sql.exec(statement, vec![oldest(now_ms)]).map(|_| ())
    }

    /// Keeps an answer, and forgets those whose time is over.
    pub(crate) fn keep(
        &self,
        key: &str,
        digest: &str,
        status: u16,
        body: &str,
        now_ms: u64,
    ) -> Result<()> {
        self.tidy(now_ms)?;
        let statement =
            "INSERT INTO requests (key, time, digest, status, body) VALUES (?, ?, ?, ?, ?)";
        let values = vec![
            key.into(),
            integer(now_ms),
            digest.into(),
            integer(u64::from(status)),
            body.into(),
        ];
        self.sql.exec(statement, values).map(|_| ())
    }
}

/// The time of the oldest answer that is given again.
fn oldest(now_ms: u64) -> Value {
    integer(now_ms.saturating_sub(KEPT_MS))
}

/// SHA-256 of these parts, in hexadecimal digits: what is kept of a request and of its key.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
