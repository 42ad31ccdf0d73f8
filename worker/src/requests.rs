//! Requests that were answered, by the key that their sender gave them: one that comes again, because its answer was lost,
//! gets the same answer and is not done again.

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
    pub(crate) fn find(&self, key: &str) -> Result<Option<Known>> {
        let query = "SELECT digest, status, body FROM requests WHERE key = ?";
        let mut rows = self.sql.exec(query, vec![Value::from(key)])?.raw();
        let Some(row) = rows.next().transpose()? else {
            return Ok(None);
        };
        Ok(Some(Known {
            digest: text(&row[0])?,
            status: number(&row[1])? as u16,
            body: text(&row[2])?,
        }))
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
        let old = integer(now_ms.saturating_sub(KEPT_MS));
        self.sql
            .exec("DELETE FROM requests WHERE time < ?", vec![old])?;
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
