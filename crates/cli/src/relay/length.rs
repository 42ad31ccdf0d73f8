//! How long a script was over time: each day's last version, read from the relay's history and laid out as the script's pages are now.

use anyhow::{Context as _, Result};
use scriptroom_formats::fountain;
use scriptroom_pages::Settings;
use scriptroom_reports::Table;
use serde_json::Value as Json;

use super::document::Document;
use super::requests::Relay;
use crate::progress::Progress;

/// Somebody's writing without a long pause, and what came of it.
struct Sitting {
    /// When it ended.
    to_ms: i64,
    version: u64,
}

/// A row for each day in which somebody wrote, oldest first.
pub(super) fn length(
    relay: &Relay,
    id: &str,
    document: &Document,
    settings: Option<&Settings>,
) -> Result<Table> {
    let days = last_of_each_day(sittings(relay, id)?);
    let progress = Progress::of("day", days.len(), 5);
    let mut rows = Vec::new();
    for (index, sitting) in days.iter().enumerate() {
        progress.show(index);
        let text = relay.fountain(id, sitting.version)?;
        let facts = document.facts_of(&fountain::parse(&text).script, settings);
        rows.push(vec![
            date(day(sitting.to_ms)).as_str().into(),
            facts.pages.into(),
            facts.scenes.into(),
            facts.words.into(),
        ]);
    }
    progress.end();
    let columns = ["date", "pages", "scenes", "words"];
    Ok(Table {
        columns: columns.map(str::to_owned).into(),
        rows,
    })
}

/// All of them, oldest first.
fn sittings(relay: &Relay, id: &str) -> Result<Vec<Sitting>> {
    let mut sittings = Vec::new();
    let mut before = None;
    loop {
        let part = relay.history(id, before)?;
        let versions = part["versions"].as_array();
        let versions = versions.context("expected the relay to list versions")?;
        for version in versions {
            sittings.push(sitting(version).context("expected a version with its end")?);
        }
        let next = part["before"].as_u64();
        if next.is_none() || next == before {
            break;
        }
        before = next;
    }
    sittings.sort_by_key(|sitting| sitting.version);
    Ok(sittings)
}

fn sitting(version: &Json) -> Option<Sitting> {
    Some(Sitting {
        to_ms: version["to"].as_i64()?,
        version: version["version"].as_u64()?,
    })
}

fn last_of_each_day(sittings: Vec<Sitting>) -> Vec<Sitting> {
    let mut days: Vec<Sitting> = Vec::new();
    for sitting in sittings {
        match days.last_mut() {
            Some(last) if day(last.to_ms) == day(sitting.to_ms) => *last = sitting,
            _ => days.push(sitting),
        }
    }
    days
}

/// Days since 1970 began, in UTC.
fn day(ms: i64) -> i64 {
    ms.div_euclid(86_400_000)
}

/// The day as ISO 8601 has it. Counted from a March, so that the day that years lack is their last one.
fn date(day: i64) -> String {
    let since = day + 719_468;
    let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = match month {
        0..=9 => (month + 3, 0),
        _ => (month - 9, 1),
    };
    format!("{:04}-{month:02}-{of_month:02}", era * 400 + year + later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(day(951_782_400_000)), "2000-02-29");
        assert_eq!(date(day(1_795_305_599_999)), "2026-11-21");
        assert_eq!(date(day(1_795_305_600_000)), "2026-11-22");
        assert_eq!(date(-1), "1969-12-31");
    }

    #[test]
    fn the_last_version_of_a_day_counts() {
        let sittings = [(1, 5), (2, 6), (86_400_000, 7), (86_400_001, 9)];
        let sittings = sittings.map(|(to_ms, version)| Sitting { to_ms, version });
        let days = last_of_each_day(sittings.into());
        let versions: Vec<u64> = days.iter().map(|day| day.version).collect();
        assert_eq!(versions, [6, 9]);
    }
}
