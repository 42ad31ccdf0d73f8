//! Entries that end the reader, and the search for them (J12). They stay in the log; only content is built without them.

use std::collections::BTreeMap;

use scriptroom_room::recovery;
use worker::{Result, SqlStorageValue as Value};

use super::{Store, integer, number, text};

/// An entry that content is built without.
pub(crate) struct Quarantined {
    /// From where to where: one entry, or what is left of several.
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// Who sent it, where that is known.
    pub(crate) author: Option<String>,
    /// When it came.
    pub(crate) time_ms: Option<u64>,
    /// Since when it is left out.
    pub(crate) since_ms: u64,
}

/// How far the search is.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// What the reader was asked when it ended itself.
    pub(crate) operation: String,
    /// Up to this version a document can be built.
    pub(crate) readable: u64,
    /// Up to this one it cannot. `None`: that is not known yet.
    pub(crate) trapping: Option<u64>,
}

impl Store {
    /// What is set apart, in order.
    pub(crate) fn quarantined(&self) -> Result<Vec<Quarantined>> {
        let query = "SELECT first, last, author, time, since FROM quarantine ORDER BY last";
        let rows = self.rows(query, vec![])?;
        rows.iter()
            .map(|row| {
                Ok(Quarantined {
                    first: number(&row[0])?,
                    last: number(&row[1])?,
                    author: text(&row[2]).ok(),
                    time_ms: number(&row[3]).ok(),
                    since_ms: number(&row[4])?,
                })
            })
            .collect()
    }

    /// Sets an entry apart.
    pub(crate) fn set_apart(&self, first: u64, last: u64, now_ms: u64) -> Result<()> {
        let query =
            "SELECT author, time FROM entries WHERE sequence = ? AND merged = 0 AND piece = 0";
        let rows = self.rows(query, vec![integer(last)])?;
        let known = rows.into_iter().next().filter(|_| first == last);
        let known = known.unwrap_or_else(|| vec![Value::Null, Value::Null]);
        let mut values = vec![integer(first), integer(last), integer(now_ms)];
        values.extend(known);
        self.run(
            "INSERT OR REPLACE INTO quarantine (first, last, since, author, time) VALUES (?, ?, ?, ?, ?)",
            values,
        )
    }

    /// Nothing is set apart any more.
    pub(crate) fn take_back(&self) -> Result<()> {
        self.run("DELETE FROM quarantine", vec![])
    }

    /// The search that is under way.
    pub(crate) fn search(&self) -> Result<Option<Search>> {
        let query = "SELECT operation, readable, trapping FROM search";
        let rows = self.rows(query, vec![])?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        Ok(Some(Search {
            operation: text(&row[0])?,
            readable: number(&row[1])?,
            trapping: number(&row[2]).ok(),
        }))
    }

    /// Notes how far the search is, or that it is over.
    pub(crate) fn set_search(&self, search: Option<&Search>) -> Result<()> {
        self.run("DELETE FROM search", vec![])?;
        let Some(search) = search else {
            return Ok(());
        };
        let values = vec![
            search.operation.as_str().into(),
            integer(search.readable),
            search.trapping.map_or(Value::Null, integer),
        ];
        let statement =
            "INSERT INTO search (one, operation, readable, trapping) VALUES (1, ?, ?, ?)";
        self.run(statement, values)
    }

    /// The smallest parts that the log still has between two versions, without what is set apart: from where to where, in order.
    pub(crate) fn parts(&mut self, after: u64, until: u64) -> Result<Vec<(u64, u64)>> {
        let apart = self.apart()?;
        let mut smallest: BTreeMap<u64, u64> = BTreeMap::new();
        for copy in self.copies_until(until, 0)? {
            if copy.is_outside(&apart) {
                let first = smallest.entry(copy.last).or_insert(copy.first);
                *first = copy.first.max(*first);
            }
        }
        let mut parts = Vec::new();
        let mut left = until;
        while left > after {
            if let Some(range) = apart.iter().find(|range| range.contains(&left)) {
                left = range.start() - 1;
                continue;
            }
            let Some(&first) = smallest.get(&left) else {
                break;
            };
            parts.push((first, left));
            left = first - 1;
        }
        parts.reverse();
        Ok(parts)
    }

    /// What is set apart, as ranges of the log.
    pub(super) fn apart(&self) -> Result<Vec<recovery::Span>> {
        let quarantined = self.quarantined()?;
        Ok(quarantined.iter().map(|one| one.first..=one.last).collect())
    }
}
