//! When each scene last changed: derived from the log by looking, kept so that programs can ask for what is new (J6).

use std::collections::BTreeMap;

use worker::Result;

use super::{Store, integer, number, text};

/// What was last seen of a scene.
#[derive(Debug, Clone)]
pub(crate) struct SeenScene {
    /// Of what it said; `None` once it is gone.
    pub(crate) checksum: Option<String>,
    /// The version at which that was first seen.
    pub(crate) version: u64,
    /// When that version came.
    pub(crate) time_ms: u64,
}

impl Store {
    /// Every scene that there was, by its id.
    pub(crate) fn seen_scenes(&self) -> Result<BTreeMap<String, SeenScene>> {
        let rows = self.rows("SELECT id, checksum, version, time FROM scenes", vec![])?;
        rows.iter()
            .map(|row| {
                let seen = SeenScene {
                    checksum: text(&row[1]).ok(),
                    version: number(&row[2])?,
                    time_ms: number(&row[3])?,
                };
                Ok((text(&row[0])?, seen))
            })
            .collect()
    }

    /// Notes what a scene says now.
    pub(crate) fn see_scene(&self, id: &str, seen: &SeenScene) -> Result<()> {
        let statement =
            "INSERT OR REPLACE INTO scenes (id, checksum, version, time) VALUES (?, ?, ?, ?)";
        let values = vec![
            id.into(),
            seen.checksum.clone().into(),
            integer(seen.version),
            integer(seen.time_ms),
        ];
        self.run(statement, values)
    }

    /// Notes that all scenes were looked at, at that version.
    pub(crate) fn scenes_are_seen(&self, version: u64) -> Result<()> {
        let statement = "INSERT OR REPLACE INTO meta (key, value) VALUES ('scenes', ?)";
        self.run(statement, vec![version.to_string().into()])
    }

    /// When the first entry came that the scenes were not looked at after.
    pub(crate) fn scenes_are_stale_since(&self) -> Result<Option<u64>> {
        let rows = self.rows(
            "SELECT time FROM entries WHERE merged = 0 AND staged = 0 AND sequence >
             (SELECT COALESCE(MAX(CAST(value AS INTEGER)), 0) FROM meta WHERE key = 'scenes') ORDER BY sequence LIMIT 1",
            vec![],
        )?;
        rows.first().map(|row| number(&row[0])).transpose()
    }
}
