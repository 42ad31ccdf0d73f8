//! Bytes of any length in the rows of a table: packed, in pieces that fit, with a checksum.

use std::borrow::Cow;

use scriptroom_room::block::Block;
use worker::{Result, SqlStorageValue as Value};

use super::{PIECE_BYTES, Store, blob, integer, number};

impl Store {
    /// Stores bytes in a table of blocks, with these values in its own columns.
    pub(super) fn put_block(&self, table: &str, own: &[(&str, Value)], entry: &[u8]) -> Result<()> {
        let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
        let statement = format!(
            "INSERT INTO {table} ({}, piece, size, packed, checksum, bytes) VALUES ({} ?, ?, ?, ?, ?)",
            names.join(", "),
            "?, ".repeat(own.len()),
        );
        let block = Block::of(entry);
        for (piece, bytes) in (0..).zip(block.bytes.chunks(PIECE_BYTES)) {
            let mut values: Vec<Value> = own.iter().map(|(_, value)| value.clone()).collect();
            values.extend([
                integer(piece),
                integer(block.size as u64),
                integer(u64::from(block.packed)),
                integer(u64::from(block.checksum.unwrap_or_default())),
                bytes.to_vec().into(),
            ]);
            self.run(&statement, values)?;
        }
        Ok(())
    }

    /// The bytes that a table has under a sequence number; an error in words where they are not what was stored.
    pub(super) fn block(
        &self,
        table: &str,
        sequence: u64,
    ) -> Result<std::result::Result<Vec<u8>, String>> {
        let found = self.find_block(table, ("sequence", integer(sequence)))?;
        Ok(found.unwrap_or_else(|| Err("it is not there".to_owned())))
    }

    /// The bytes that a table has where this column has this value, if it has any; an error in words as above.
    pub(super) fn find_block(
        &self,
        table: &str,
        (column, value): (&str, Value),
    ) -> Result<Option<std::result::Result<Vec<u8>, String>>> {
        let query = format!(
            "SELECT size, packed, checksum, bytes FROM {table} WHERE {column} = ? ORDER BY piece"
        );
        let rows = self.rows(&query, vec![value])?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        for row in &rows {
            bytes.extend_from_slice(blob(&row[3])?);
        }
        let block = Block {
            size: number(&first[0])? as usize,
            packed: number(&first[1])? == 1,
            checksum: Some(number(&first[2])? as u32),
            bytes: Cow::Owned(bytes),
        };
        Ok(Some(block.open().map_err(|damage| damage.to_string())))
    }
}
