//! Requests about what a script was (SPEC.md, "History"): nothing is ever rewritten; what is brought back is a new edit.

use scriptroom_room::Origin;
use scriptroom_room::authorship::HOUR_MS;
use scriptroom_room::history::{Sitting, sittings};
use serde_json::{Value as Json, json};
use worker::{Date, Method, Response};

use super::ScriptRoom;
use super::content::{merged, merged_without, new_client};
use super::request::{Answered, Asked, Stop, read_json};
use crate::answers;
use crate::reader::{self, Question};
use crate::store::{HourRow, NO_END, Original, Store};

/// One page of history reads so many entries.
const PAGE_ENTRIES: u64 = 5_000;
/// A roll-back plays so many entries again at most.
const MAX_REPLAYED: usize = 5_000;
/// And so many hours.
const PAGE_HOURS: u64 = 500;
const MAX_NAME_CHARS: usize = 200;

impl ScriptRoom {
    /// Answers a request whose path begins with `history`.
    pub(super) async fn history(&self, asked: &Asked) -> Answered<Response> {
        match (&asked.method, asked.path.as_str()) {
            (Method::Get, "history") => self.versions(asked),
            (Method::Post, "history/names") => self.name(asked),
            (Method::Get, "history/authors") => self.authors(asked),
            (Method::Get, "history/compare") => self.compare(asked),
            (Method::Post, "history/restore") => self.restore_version(asked).await,
            (Method::Post, "history/rollback") => self.roll_back(asked).await,
            _ => Err(Stop::method()),
        }
    }

    /// H1, H3: who wrote when, newest first, and the versions that have a name.
    fn versions(&self, asked: &Asked) -> Answered<Response> {
        let before = asked.number("before")?.unwrap_or(NO_END);
        let (version, past, names) = self.reading(|awake| {
            let past = Past::read(&awake.stores.script, 0, before)?;
            Ok((awake.room.version(), past, awake.stores.script.names()?))
        })?;
        let (found, next) = (past.shown_newest_first(), past.next);
        let names: Vec<Json> = names
            .iter()
            .map(|name| json!({ "version": name.version, "name": name.name, "by": name.author, "time": name.time_ms }))
            .collect();
        let answer =
            json!({ "version": version, "versions": found, "names": names, "before": next });
        Ok(answers::json(200, &answer)?)
    }

    /// H3: a version gets a name, and keeps its state for good.
    fn name(&self, asked: &Asked) -> Answered<Response> {
        let body = read_json(&asked.body)?;
        let name = body["name"].as_str().unwrap_or_default().trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
            let message = format!("expected a name of 1 to {MAX_NAME_CHARS} characters");
            return Err(Stop::malformed(message));
        }
        let version = match body["version"].as_u64() {
            Some(version) => version,
            None => self.state()?.version,
        };
        let state = self.state_at(version)?;
        let now_ms = Date::now().as_millis();
        self.reading(|awake| {
            awake
                .stores
                .script
                .set_name(version, name, &asked.person, now_ms, &state)
        })?;
        Ok(answers::json(
            200,
            &json!({ "version": version, "name": name }),
        )?)
    }

    /// H5: what differs between two versions, and who wrote between them.
    fn compare(&self, asked: &Asked) -> Answered<Response> {
        let current = self.state()?.version;
        let from = asked.number("from")?.unwrap_or(0);
        let to = asked.number("to")?.unwrap_or(current);
        let (before, after) = (self.state_at(from)?, self.state_at(to)?);
        let known = self
            .reading(|awake| awake.stores.script.authorship())?
            .encode();
        let question = Question::read("compare");
        let hunks = read_json(&reader::ask(&question, &[&before, &after, &known])?)?;
        let (first, end) = (from.min(to), from.max(to) + 1);
        let past = self.reading(|awake| Past::read(&awake.stores.script, first, end))?;
        let mut edits = past.shown_newest_first();
        edits.reverse();
        let answer = json!({ "from": from, "to": to, "hunks": hunks, "edits": edits });
        Ok(answers::json(200, &answer)?)
    }

    /// H7: who wrote what of a version.
    fn authors(&self, asked: &Asked) -> Answered<Response> {
        let current = self.reading(|awake| Ok(awake.room.version()))?;
        let version = asked.number("version")?.unwrap_or(current);
        let state = self.state_at(version)?;
        let known = self
            .reading(|awake| awake.stores.script.authorship())?
            .encode();
        let blocks = read_json(&reader::ask(&Question::read("authors"), &[&state, &known])?)?;
        let answer = json!({ "version": version, "blocks": blocks });
        Ok(answers::json(200, &answer)?)
    }

    /// H4: a version is brought back, as a new edit.
    async fn restore_version(&self, asked: &Asked) -> Answered<Response> {
        let body = read_json(&asked.body)?;
        let Some(version) = body["version"].as_u64() else {
            return Err(Stop::malformed("expected a number in `version`"));
        };
        let old = self.state_at(version)?;
        let state = self.state()?;
        let (client, seed) = new_client()?;
        let question = Question::write("restore", client, seed);
        let update = reader::ask(&question, &[&state.bytes, &old])?;
        self.made(asked, Origin::Restore, &update).await
    }

    /// H6: what one person did in some versions (or everybody, where nobody is named) is taken back.
    async fn roll_back(&self, asked: &Asked) -> Answered<Response> {
        let body = read_json(&asked.body)?;
        let (Some(from), Some(to)) = (body["from"].as_u64(), body["to"].as_u64()) else {
            return Err(Stop::malformed("expected numbers in `from` and `to`"));
        };
        let from = from.max(1);
        let author = body["author"].as_str();
        let base = self.state_at(from - 1)?;
        let played = self.reading(|awake| {
            let apart = awake.stores.script.quarantined()?;
            let apart = |sequence| {
                apart
                    .iter()
                    .any(|one| (one.first..=one.last).contains(&sequence))
            };
            let played = awake.stores.script.originals(from)?;
            Ok(played.map(|mut played| {
                played.retain(|(entry, _)| !apart(entry.sequence));
                played
            }))
        })?;
        let Some(played) = played else {
            return Err(Stop::new(
                410,
                "gone",
                format!("version {from} is no longer kept"),
            ));
        };
        if played.len() > MAX_REPLAYED {
            let message = format!(
                "expected at most {MAX_REPLAYED} entries since version {from}, there are {}",
                played.len()
            );
            return Err(Stop::new(413, "too_large", message));
        }
        let theirs = |(entry, _): &Original| {
            entry.sequence <= to && author.is_none_or(|author| author == entry.author)
        };
        let theirs: Vec<bool> = played.iter().map(theirs).collect();
        let mut parts = vec![&base[..]];
        parts.extend(played.iter().map(|(_, bytes)| &bytes[..]));
        let (client, seed) = new_client()?;
        let update = reader::ask(&Question::roll_back(client, seed, &theirs), &parts)?;
        self.made(asked, Origin::Restore, &update).await
    }

    /// A version's state. What its entries have become of is there for the retention time, an hour's and a name's for good.
    pub(super) fn state_at(&self, version: u64) -> Answered<Vec<u8>> {
        let (current, entries, apart) = self.reading(|awake| {
            let entries = awake.stores.script.entries_until(version)?;
            Ok((
                awake.room.version(),
                entries,
                awake.stores.script.quarantined()?,
            ))
        })?;
        match entries {
            Some(entries) if version <= current && apart.is_empty() => merged(&entries),
            Some(entries) if version <= current => merged_without(&entries),
            _ => {
                let named = self.reading(|awake| awake.stores.script.named(version))?;
                let message = format!("version {version} is not kept");
                named.ok_or_else(|| Stop::new(410, "gone", message))
            }
        }
    }
}

/// A stretch of the log as people see it: sittings as far as its entries are kept, hours where they are not.
struct Past {
    hours: Vec<HourRow>,
    sittings: Vec<Sitting>,
    /// Before this entry there is more.
    next: Option<u64>,
}

impl Past {
    /// The last of what came between two versions, both left out.
    fn read(store: &Store, after: u64, before: u64) -> worker::Result<Past> {
        let logged = store.logged(after, before, PAGE_ENTRIES)?;
        let mut next = logged.first().map(|entry| entry.sequence);
        let mut hours = Vec::new();
        if (logged.len() as u64) < PAGE_ENTRIES {
            hours = store.hours(after, next.unwrap_or(before), PAGE_HOURS)?;
            let first = hours.first().map(|hour| hour.first);
            next = first.filter(|_| hours.len() as u64 == PAGE_HOURS);
        }
        Ok(Past {
            hours,
            sittings: sittings(&logged),
            next,
        })
    }

    fn shown_newest_first(&self) -> Vec<Json> {
        let sittings = self.sittings.iter().rev().map(shown);
        sittings
            .chain(self.hours.iter().rev().map(shown_hour))
            .collect()
    }
}

fn shown(sitting: &Sitting) -> Json {
    json!({
        "version": sitting.last,
        "first": sitting.first,
        "from": sitting.from_ms,
        "to": sitting.to_ms,
        "author": sitting.author,
        "authors": [sitting.author],
        "origin": sitting.origin,
        "entries": sitting.entries,
    })
}

/// What is left of an hour: who wrote, but not how they took turns.
fn shown_hour(hour: &HourRow) -> Json {
    json!({
        "version": hour.version,
        "first": hour.first,
        "from": hour.time_ms / HOUR_MS * HOUR_MS,
        "to": hour.time_ms,
        "author": null,
        "authors": hour.authors,
        "origin": "hour",
        "entries": hour.entries,
    })
}
