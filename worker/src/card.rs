//! A script's card: what is known of it without its text, and who has yet to hear of a change to it.
//!
//! The card and the members are the truth. What a person's object lists is told from here: every change leaves a row in
//! `outbox` in the same turn, and the row goes when that object has answered ([`crate::object`]).

use scriptroom_room::Role;
use serde::{Deserialize, Serialize};
use worker::{Result, SqlStorage, SqlStorageValue as Value};

use crate::store::{integer, number, text};

/// Whether there is such a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody has made it. On an open relay it may be written all the same.
    Unmade,
    /// Somebody has.
    Made(Card),
    /// It was deleted for good, and is not made again.
    Deleted,
}

/// What is known of a script that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) made_ms: u64,
    pub(crate) changed_ms: u64,
    /// Since when it lies in the trash.
    pub(crate) trashed_ms: Option<u64>,
    /// The number of the last change to the card or its members: of two listings the one with the higher one is the newer.
    pub(crate) change: u64,
}

/// What a person's object is told of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listing {
    pub(crate) script: String,
    pub(crate) change: u64,
    pub(crate) title: String,
    /// `None`: it is no longer theirs to see.
    pub(crate) role: Option<String>,
    pub(crate) made_ms: u64,
    pub(crate) changed_ms: u64,
    pub(crate) trashed_ms: Option<u64>,
}

/// A person who has yet to hear of a change.
pub(crate) struct Pending {
    pub(crate) person: String,
    pub(crate) change: u64,
}

/// The longest title, in characters.
const MAX_TITLE_CHARS: usize = 200;
const UNTITLED: &str = "Untitled";

/// A title as it is kept: one line, of a length that fits a list.
pub(crate) fn title(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let title: String = words.join(" ").chars().take(MAX_TITLE_CHARS).collect();
    match title.is_empty() {
        true => UNTITLED.to_owned(),
        false => title,
    }
}

/// The card in its object's database.
pub(crate) struct Cards {
    pub(crate) sql: SqlStorage,
}

impl Cards {
    /// Whether there is such a script. It writes nothing: whoever asks for what is not there leaves no trace.
    pub(crate) fn standing(&self) -> Result<Standing> {
        let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'script'";
        if self.rows(table, vec![])?.is_empty() {
            return Ok(Standing::Unmade);
        }
        let query = "SELECT id, title, made, changed, trashed, change, deleted FROM script";
        let rows = self.rows(query, vec![])?;
        let Some(row) = rows.first() else {
            return Ok(Standing::Unmade);
        };
        if !matches!(row[6], Value::Null) {
            return Ok(Standing::Deleted);
        }
        Ok(Standing::Made(Card {
            id: text(&row[0])?,
            title: text(&row[1])?,
            made_ms: number(&row[2])?,
            changed_ms: number(&row[3])?,
            trashed_ms: optional(&row[4])?,
            change: number(&row[5])?,
        }))
    }

    /// Makes the script.
    pub(crate) fn make(&self, id: &str, title: &str, now_ms: u64) -> Result<()> {
        let statement =
            "INSERT INTO script (one, id, title, made, changed, change) VALUES (1, ?, ?, ?, ?, 0)";
        self.run(
            statement,
            vec![id.into(), title.into(), integer(now_ms), integer(now_ms)],
        )
    }

    pub(crate) fn rename(&self, title: &str, now_ms: u64) -> Result<()> {
        let statement = "UPDATE script SET title = ?, changed = ?";
        self.run(statement, vec![title.into(), integer(now_ms)])
    }

    /// Says when it was last written in.
    pub(crate) fn set_changed(&self, changed_ms: u64) -> Result<()> {
        self.run("UPDATE script SET changed = ?", vec![integer(changed_ms)])
    }

    /// Puts it into the trash, or takes it out.
    pub(crate) fn set_trashed(&self, since_ms: Option<u64>) -> Result<()> {
        let value = since_ms.map_or(Value::Null, integer);
        self.run("UPDATE script SET trashed = ?", vec![value])
    }

    /// Says that it is deleted. Everything else goes when everybody has heard of it.
    pub(crate) fn set_deleted(&self, now_ms: u64) -> Result<()> {
        self.run("UPDATE script SET deleted = ?", vec![integer(now_ms)])
    }

    /// What is left of a deleted script: that it was there.
    pub(crate) fn make_tombstone(&self, now_ms: u64) -> Result<()> {
        let statement = "INSERT INTO script (one, id, title, made, changed, change, deleted) VALUES (1, '', '', 0, 0, 0, ?)";
        self.run(statement, vec![integer(now_ms)])
    }

    /// Numbers a change, and notes that these people are to hear of it. The number goes by the clock: it is higher than what
    /// people's objects have heard, even where this store was put back to an earlier state.
    pub(crate) fn note(&self, people: &[String], now_ms: u64) -> Result<()> {
        let statement = "UPDATE script SET change = MAX(change + 1, ?)";
        self.run(statement, vec![integer(now_ms)])?;
        for person in people {
            let statement =
                "INSERT OR REPLACE INTO outbox (person, change) SELECT ?, change FROM script";
            self.run(statement, vec![person.as_str().into()])?;
        }
        Ok(())
    }

    /// Some of the people who have yet to hear of a change, by chance: those whose objects do not answer hold nobody up. Nobody where there is no script.
    pub(crate) fn pending(&self, limit: u64) -> Result<Vec<Pending>> {
        let query = "SELECT person, change FROM outbox ORDER BY RANDOM() LIMIT ?";
        let rows = self.rows(query, vec![integer(limit)])?;
        let pending = rows.iter().map(|row| {
            Ok(Pending {
                person: text(&row[0])?,
                change: number(&row[1])?,
            })
        });
        pending.collect()
    }

    /// They have heard, unless something has changed since.
    pub(crate) fn heard(&self, pending: &Pending) -> Result<()> {
        let statement = "DELETE FROM outbox WHERE person = ? AND change = ?";
        self.run(
            statement,
            vec![pending.person.as_str().into(), integer(pending.change)],
        )
    }

    /// What to tell of the script now to somebody with that role.
    pub(crate) fn listing(&self, role: Option<Role>) -> Result<Listing> {
        let query = "SELECT id, change, title, made, changed, trashed, deleted FROM script";
        let row = &self.rows(query, vec![])?[0];
        let deleted = !matches!(row[6], Value::Null);
        let role = role.filter(|_| !deleted);
        Ok(Listing {
            script: text(&row[0])?,
            change: number(&row[1])?,
            title: text(&row[2])?,
            role: role.map(|role| role.name().to_owned()),
            made_ms: number(&row[3])?,
            changed_ms: number(&row[4])?,
            trashed_ms: optional(&row[5])?,
        })
    }

    fn run(&self, statement: &str, values: Vec<Value>) -> Result<()> {
        self.sql.exec(statement, values).map(|_| ())
    }

    fn rows(&self, query: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.sql.exec(query, values)?.raw().collect()
    }
}

fn optional(value: &Value) -> Result<Option<u64>> {
    match value {
        Value::Null => Ok(None),
        value => number(value).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(title("  The\n\tLong  Goodbye\u{7} "), "The Long Goodbye");
        assert_eq!(title(" \n"), "Untitled");
        assert_eq!(title(&"é".repeat(500)).chars().count(), 200);
    }
}
