//! The tables of a script's object, as numbered steps that only ever go forward.
//!
//! `meta.schema` says how many steps a database has behind it. A step that has been released is never changed: another
//! one is added behind it. `tests/relay/schema.test.mjs` opens a database of every earlier version.

use worker::{Error, Result, SqlStorage, SqlStorageValue as Value};

/// What the steps themselves are counted in.
const META: &str = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";

/// The steps: a new database takes all of them, an older one those that it lacks.
const STEPS: &[&[&str]] = &[
    // 1: the log.
    &[
        // `merged` counts how often an entry was merged: 0 as it came. `covered` is when another entry took its place.
        "CREATE TABLE IF NOT EXISTS entries (sequence INTEGER NOT NULL, merged INTEGER NOT NULL, piece INTEGER NOT NULL,
            time INTEGER NOT NULL, author TEXT NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, covered INTEGER,
            bytes BLOB NOT NULL, PRIMARY KEY (sequence, merged, piece))",
        "CREATE INDEX IF NOT EXISTS live ON entries (sequence, merged, piece) WHERE covered IS NULL",
        "CREATE INDEX IF NOT EXISTS covered ON entries (covered) WHERE covered IS NOT NULL",
        "CREATE TABLE IF NOT EXISTS clocks (client INTEGER PRIMARY KEY, next INTEGER NOT NULL, owner TEXT)",
        "CREATE TABLE IF NOT EXISTS held (id INTEGER NOT NULL, piece INTEGER NOT NULL, expires INTEGER NOT NULL,
            author TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, piece))",
    ],
    // 2: what an entry covers (from `first` to `sequence`), over which session it came, and whether its bytes are packed,
    // with a checksum. A `staged` entry is not live yet, a `damaged` one (since when) no longer.
    &[
        "ALTER TABLE entries ADD COLUMN first INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE entries ADD COLUMN session INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entries ADD COLUMN staged INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entries ADD COLUMN packed INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE entries ADD COLUMN checksum INTEGER",
        "ALTER TABLE entries ADD COLUMN damaged INTEGER",
        "UPDATE entries SET first = CASE merged WHEN 0 THEN sequence ELSE 1 + COALESCE((SELECT MAX(before.sequence)
            FROM entries AS before WHERE before.covered IS NULL AND before.sequence < entries.sequence), 0) END",
        "DROP INDEX live",
        "CREATE INDEX live ON entries (sequence, merged, piece) WHERE covered IS NULL AND staged = 0 AND damaged IS NULL",
    ],
    // 3: the script's card, who may come in, who has yet to hear of a change, and the requests that were answered.
    &[
        "CREATE TABLE script (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, title TEXT NOT NULL,
            made INTEGER NOT NULL, changed INTEGER NOT NULL, trashed INTEGER, deleted INTEGER, change INTEGER NOT NULL)",
        "CREATE TABLE members (person TEXT PRIMARY KEY, role TEXT NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL)",
        "CREATE TABLE removed (person TEXT PRIMARY KEY, time INTEGER NOT NULL)",
        "CREATE TABLE links (id TEXT PRIMARY KEY, secret TEXT NOT NULL UNIQUE, role TEXT NOT NULL, made INTEGER NOT NULL,
            by TEXT NOT NULL, expires INTEGER, revoked INTEGER)",
        "CREATE TABLE outbox (person TEXT PRIMARY KEY, change INTEGER NOT NULL)",
        "CREATE TABLE requests (key TEXT PRIMARY KEY, time INTEGER NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL,
            body TEXT NOT NULL)",
    ],
    // 4: versions that have a name, with their state; and when each scene last changed (`checksum` is null once it is gone).
    &[
        "CREATE TABLE named (version INTEGER NOT NULL, piece INTEGER NOT NULL, name TEXT NOT NULL, author TEXT NOT NULL,
            time INTEGER NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL,
            bytes BLOB NOT NULL, PRIMARY KEY (version, piece))",
        "CREATE TABLE scenes (id TEXT PRIMARY KEY, checksum TEXT, version INTEGER NOT NULL, time INTEGER NOT NULL)",
    ],
    // 5: the log of the threads of comments, in tables of the same form as the script's.
    &[
        "CREATE TABLE threads_entries (sequence INTEGER NOT NULL, merged INTEGER NOT NULL, piece INTEGER NOT NULL,
            first INTEGER NOT NULL, time INTEGER NOT NULL, author TEXT NOT NULL, session INTEGER NOT NULL, origin TEXT NOT NULL,
            size INTEGER NOT NULL, covered INTEGER, staged INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER,
            damaged INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (sequence, merged, piece))",
        "CREATE INDEX threads_live ON threads_entries (sequence, merged, piece)
            WHERE covered IS NULL AND staged = 0 AND damaged IS NULL",
        "CREATE INDEX threads_covered ON threads_entries (covered) WHERE covered IS NOT NULL",
        "CREATE TABLE threads_clocks (client INTEGER PRIMARY KEY, next INTEGER NOT NULL, owner TEXT)",
        "CREATE TABLE threads_held (id INTEGER NOT NULL, piece INTEGER NOT NULL, expires INTEGER NOT NULL,
            author TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, piece))",
    ],
    // 6: webhooks, each with the message that is under way to it. It was `told` of changes up to that version, and the last
    // message that was `tried` had those up to that one.
    &[
        "CREATE TABLE webhooks (id TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, made INTEGER NOT NULL,
            by TEXT NOT NULL, told INTEGER NOT NULL, tried INTEGER NOT NULL, given_up INTEGER, stopped INTEGER, message TEXT,
            version INTEGER, body TEXT, since INTEGER, attempts INTEGER, next INTEGER, failure TEXT)",
    ],
    // 7: what is kept of the script's originals for good (`meta.archived`: up to where); what content is built without, and the
    // search for it.
    &[
        "CREATE TABLE hours (first INTEGER NOT NULL, sequence INTEGER NOT NULL, piece INTEGER NOT NULL, time INTEGER NOT NULL,
            entries INTEGER NOT NULL, authors TEXT NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL,
            checksum INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (sequence, piece))",
        "CREATE TABLE authorship (first INTEGER NOT NULL, sequence INTEGER NOT NULL, piece INTEGER NOT NULL,
            size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (sequence, piece))",
        "CREATE TABLE quarantine (first INTEGER NOT NULL, last INTEGER PRIMARY KEY, author TEXT, time INTEGER,
            since INTEGER NOT NULL)",
        "CREATE TABLE search (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, readable INTEGER NOT NULL,
            trapping INTEGER)",
    ],
    // 8: what is staged is looked for each time that a script wakes, whatever is covered by then.
    &[
        "CREATE INDEX staged ON entries (sequence) WHERE staged = 1",
        "CREATE INDEX threads_staged ON threads_entries (sequence) WHERE staged = 1",
    ],
    // 9: since when a client id is somebody's of which nothing is stored yet; null in every other row.
    &[
        "ALTER TABLE clocks ADD COLUMN claimed INTEGER",
        "ALTER TABLE threads_clocks ADD COLUMN claimed INTEGER",
    ],
    // 10: the files that the script was imported from, by their digests.
    &[
        "CREATE TABLE sources (digest TEXT NOT NULL, piece INTEGER NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL,
            size INTEGER NOT NULL, packed INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (digest, piece))",
    ],
    // 11: from which clock on a client id goes on in a log that was set back; null where it does not.
    &[
        "ALTER TABLE clocks ADD COLUMN since INTEGER",
        "ALTER TABLE threads_clocks ADD COLUMN since INTEGER",
    ],
    // 12: whether another document of its owner's has called right what others have brought back: the fourth number of each line.
    &[
        "UPDATE meta SET value = replace(value, char(10), ' 0' || char(10)) || ' 0' WHERE key LIKE 'recovered %' AND value <> ''",
    ],
];

/// Brings a script's database to the newest version.
pub(crate) fn migrate(sql: &SqlStorage) -> Result<()> {
    migrate_by(sql, STEPS)
}

/// Brings a database to the newest version of these steps. All of it is one turn, so a crash leaves it at the old one.
pub(crate) fn migrate_by(sql: &SqlStorage, steps: &[&[&str]]) -> Result<()> {
    sql.exec(META, None)?;
    let known = version(sql)?;
    if known > steps.len() {
        return Err(Error::RustError(format!(
            "expected a database of version {} at most, got version {known}: a newer relay has written it",
            steps.len()
        )));
    }
    if known == steps.len() {
        return Ok(());
    }
    for statement in steps[known..].iter().copied().flatten() {
        sql.exec(statement, None)?;
    }
    let values: Vec<Value> = vec![steps.len().to_string().into()];
    let statement = "INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', ?)";
    sql.exec(statement, values).map(|_| ())
}

/// How many steps the database has behind it: none when it is new.
fn version(sql: &SqlStorage) -> Result<usize> {
    let rows = sql.exec("SELECT value FROM meta WHERE key = 'schema'", None)?;
    let Some(row) = rows.raw().next() else {
        return Ok(0);
    };
    match &row?[0] {
        Value::String(text) => text
            .parse()
            .map_err(|_| Error::RustError(format!("expected a version in the log, got {text:?}"))),
        other => Err(Error::RustError(format!(
            "expected a version in the log, got {other:?}"
        ))),
    }
}
