//! What people see of the log: who wrote from when to when (H1).

use std::collections::BTreeMap;

/// An entry, as far as history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log.
    pub sequence: u64,
    /// When it was stored.
    pub time_ms: u64,
    /// Who wrote it.
    pub author: String,
    /// How it came.
    pub origin: String,
}

/// What one person did without a long pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// Its first entry.
    pub first: u64,
    /// Its last: the version that it led to.
    pub last: u64,
    /// When it began.
    pub from_ms: u64,
    /// When it ended.
    pub to_ms: u64,
    /// Who wrote.
    pub author: String,
    /// How it came.
    pub origin: String,
    /// How many entries it has. Others' may lie between them.
    pub entries: u64,
}

/// A pause that is longer begins another sitting.
pub const PAUSE_MS: u64 = 5 * 60 * 1000;

/// Entries, in order, as sittings in the order of their ends. What is typed, held and synced is all the same to a reader.
pub fn sittings(entries: &[Logged]) -> Vec<Sitting> {
    let mut open: BTreeMap<(&str, &str), Sitting> = BTreeMap::new();
    let mut over = Vec::new();
    for entry in entries {
        let origin = match entry.origin.as_str() {
            "live" | "sync" | "held" => "live",
            other => other,
        };
        let key = (entry.author.as_str(), origin);
        if let Some(sitting) = open.get_mut(&key) {
            // A file or a restored version is an act of its own.
            let goes_on = entry.time_ms <= sitting.to_ms + PAUSE_MS && origin == "live";
            if goes_on {
                sitting.last = entry.sequence;
                sitting.to_ms = entry.time_ms;
                sitting.entries += 1;
                continue;
            }
        }
        let sitting = Sitting {
            first: entry.sequence,
            last: entry.sequence,
            from_ms: entry.time_ms,
            to_ms: entry.time_ms,
            author: entry.author.clone(),
            origin: origin.to_owned(),
            entries: 1,
        };
        over.extend(open.insert(key, sitting));
    }
    over.extend(open.into_values());
    over.sort_by_key(|sitting| sitting.last);
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: &[(u64, &str, &str)], expected: &[&str]) {
        let entries = (1..).zip(entries);
        let entries: Vec<Logged> = entries
            .map(|(sequence, &(minute, author, origin))| Logged {
                sequence,
                time_ms: minute * 60_000,
                author: author.to_owned(),
                origin: origin.to_owned(),
            })
            .collect();
        let found = sittings(&entries);
        let shown: Vec<String> = found
            .iter()
            .map(|sitting| {
                let Sitting {
                    first,
                    last,
                    author,
                    origin,
                    entries,
                    ..
                } = sitting;
                format!("{author} {origin} {first}-{last} {entries}")
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn h1_entries_are_grouped_by_author_and_pause() {
        check(&[], &[]);
        check(
            &[
                (0, "ada", "live"),
                (1, "ben", "live"),
                (2, "ada", "sync"),
                (3, "ben", "live"),
                (8, "ada", "live"),
                (9, "ada", "live"),
            ],
            &["ada live 1-3 2", "ben live 2-4 2", "ada live 5-6 2"],
        );
    }

    #[test]
    fn h1_files_and_restored_versions_stand_alone() {
        check(
            &[
                (0, "ada", "import"),
                (0, "ada", "restore"),
                (0, "ada", "restore"),
                (0, "ada", "live"),
            ],
            &[
                "ada import 1-1 1",
                "ada restore 2-2 1",
                "ada restore 3-3 1",
                "ada live 4-4 1",
            ],
        );
    }
}
