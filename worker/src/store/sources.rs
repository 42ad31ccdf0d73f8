//! The files that a script was imported from, by their digests.

use worker::{Result, SqlStorageValue as Value};

use super::{Store, integer};

const TABLE: &str = "sources";

impl Store {
    /// A file, if it is there; an error in words where it is not what was stored.
    pub(crate) fn source(
        &self,
        digest: &str,
    ) -> Result<Option<std::result::Result<Vec<u8>, String>>> {
        self.find_block(TABLE, ("digest", digest.into()))
    }

    /// Stores a file.
    pub(crate) fn keep_source(
        &self,
        digest: &str,
        file: &[u8],
        author: &str,
        now_ms: u64,
    ) -> Result<()> {
        let own: [(&str, Value); 3] = [
            ("digest", digest.into()),
            ("author", author.into()),
            ("time", integer(now_ms)),
        ];
        self.put_block(TABLE, &own, file)
    }

    /// Lets go of a file.
    pub(crate) fn remove_source(&self, digest: &str) -> Result<()> {
        self.run("DELETE FROM sources WHERE digest = ?", vec![digest.into()])
    }

    /// The digests of all files.
    pub(crate) fn source_digests(&self) -> Result<Vec<String>> {
        let rows = self.rows("SELECT DISTINCT digest FROM sources", vec![])?;
        let digests = rows.iter().filter_map(|row| match row.first() {
            Some(Value::String(digest)) => Some(digest.clone()),
            _ => None,
        });
        Ok(digests.collect())
    }

    /// How many bytes the files take, as they are stored.
    pub(crate) fn source_bytes(&self) -> Result<u64> {
        let sum = self.one("SELECT SUM(LENGTH(bytes)) FROM sources")?;
        Ok(sum.unwrap_or(0))
    }
}
