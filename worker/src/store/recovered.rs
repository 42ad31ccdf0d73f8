//! Since when the logs are not what they were, and what others than its owners have brought back (B2).

use scriptroom_room::Recovered;
use worker::{Error, Result};

use super::{Store, text};

/// When the logs were brought back from a backup, or begun anew.
const RESTORED: &str = "restored";

impl Store {
    /// From now on others may bring words back, for a while.
    pub(super) fn note_restored(&self, now_ms: u64) -> Result<()> {
        self.set_meta(RESTORED, &now_ms.to_string())
    }

    pub(super) fn restored_ms(&self) -> Result<Option<u64>> {
        let Some(noted) = self.meta(RESTORED)? else {
            return Ok(None);
        };
        noted.parse().map(Some).map_err(|_| unexpected(&noted))
    }

    /// Keeps which words others than their owners have brought back.
    pub(crate) fn set_recovered(&self, recovered: &[Recovered]) -> Result<()> {
        let list = recovered.iter();
        let list = list.map(|one| {
            format!(
                "{} {} {} {}",
                one.client,
                one.from,
                one.to,
                u8::from(one.agreed)
            )
        });
        let list: Vec<String> = list.collect();
        self.set_meta(&self.recovered_key(), &list.join("\n"))
    }

    pub(super) fn recovered(&self) -> Result<Vec<Recovered>> {
        let noted = self.meta(&self.recovered_key())?.unwrap_or_default();
        noted.lines().map(read).collect()
    }

    fn recovered_key(&self) -> String {
        format!("recovered {}", self.tables.entries)
    }

    fn meta(&self, key: &str) -> Result<Option<String>> {
        let rows = self.rows("SELECT value FROM meta WHERE key = ?", vec![key.into()])?;
        rows.first().map(|row| text(&row[0])).transpose()
    }

    fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        let set = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
        self.run(set, vec![key.into(), value.into()])
    }
}

fn read(line: &str) -> Result<Recovered> {
    let numbers: Option<Vec<u64>> = line.split(' ').map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[client, from, to, agreed]) => Ok(Recovered {
            client,
            from: from as u32,
            to: to as u32,
            agreed: agreed == 1,
        }),
        _ => Err(unexpected(line)),
    }
}

fn unexpected(noted: &str) -> Error {
    Error::RustError(format!("expected what was recovered, got {noted:?}"))
}
