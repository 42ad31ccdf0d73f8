//! Finding the entry that ends the reader (J12): by halving the log, one throw-away instance a turn of the alarm.
//!
//! What is found is left out where documents are built, and nowhere else: clients get it like every other entry.

use serde_json::{Value as Json, json};
use worker::{Date, Result};

use super::ScriptRoom;
use super::request::{Answered, Stop};
use crate::events::Event;
use crate::metrics;
use crate::reader::{self, Failure, Question};
use crate::store::Search;

/// More than so many are no longer some bad entries among good ones: the script is too much for the reader.
const MOST_QUARANTINED: usize = 16;

impl ScriptRoom {
    /// A document could not be built, for an answer at this path: the alarm looks for the reason.
    pub(super) fn suspect(&self, path: &str) -> Result<()> {
        let operation = match path {
            "scenes" | "snapshot" | "verify" => "scenes",
            "export.fountain" => "fountain",
            "export.json" => "blocks",
            _ => "content",
        };
        let search = Search {
            operation: operation.to_owned(),
            readable: 0,
            trapping: None,
        };
        self.reading(|awake| match awake.stores.script.search()? {
            Some(_) => Ok(()),
            None if awake.stores.script.quarantined()?.len() >= MOST_QUARANTINED => Ok(()),
            None => awake.stores.script.set_search(Some(&search)),
        })?;
        self.go_on_searching(0)
    }

    /// One step of the search that is under way, if there is one.
    pub(super) fn search_on(&self) -> Result<()> {
        let now_ms = Date::now().as_millis();
        let due =
            self.reading(|awake| Ok(awake.alarms.search_ms.take_if(|at_ms| *at_ms <= now_ms)))?;
        if due.is_none() {
            return Ok(());
        }
        let Some(search) = self.reading(|awake| awake.stores.script.search())? else {
            return Ok(());
        };
        match self.step(search) {
            Ok(next) => self.reading(|awake| awake.stores.script.set_search(next.as_ref()))?,
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Refused { code, .. }) => {
                self.note(Event::QuarantineStopped, &[("code", (&*code).into())]);
                self.reading(|awake| awake.stores.script.set_search(None))?;
            }
        }
        self.go_on_searching(self.config.compact_delay_ms)
    }

    /// Sets the alarm for the next step, if one is left.
    fn go_on_searching(&self, wait_ms: u64) -> Result<()> {
        let at_ms = Date::now().as_millis() + wait_ms;
        self.reading(|awake| {
            let searching = awake.stores.script.search()?.is_some();
            awake.alarms.search_ms = searching.then_some(at_ms);
            Ok(())
        })
    }

    /// Builds one document, and says what is left to do.
    fn step(&self, search: Search) -> Answered<Option<Search>> {
        let Some(trapping) = search.trapping else {
            let version = self.reading(|awake| Ok(awake.room.version()))?;
            let trapping = self.traps(&search.operation, version)?.then_some(version);
            return Ok(trapping.map(|_| Search { trapping, ..search }));
        };
        let between = |store: &mut crate::store::Store| store.parts(search.readable, trapping);
        let parts = self.reading(|awake| between(&mut awake.stores.script))?;
        let [.., last] = &parts[..] else {
            let message = format!("no entry lies between {} and {trapping}", search.readable);
            return Err(Stop::new(503, "unreadable", message));
        };
        if parts.len() == 1 {
            return self.quarantine(*last, search);
        }
        let middle = parts[parts.len() / 2 - 1].1;
        Ok(Some(match self.traps(&search.operation, middle)? {
            true => Search {
                trapping: Some(middle),
                ..search
            },
            false => Search {
                readable: middle,
                ..search
            },
        }))
    }

    /// Whether the reader ends itself over the script at a version.
    fn traps(&self, operation: &str, version: u64) -> Answered<bool> {
        let state = self.state_at(version)?;
        match reader::ask(&Question::read(operation), &[&state]) {
            Ok(_) => Ok(false),
            Err(Failure::Trapped(_) | Failure::Refused { .. }) => Ok(true),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Sets an entry apart, and looks whether that was all.
    fn quarantine(&self, (first, last): (u64, u64), search: Search) -> Answered<Option<Search>> {
        let now_ms = Date::now().as_millis();
        let found = self.reading(|awake| {
            awake.stores.script.set_apart(first, last, now_ms)?;
            awake.report_later(now_ms)?;
            Ok(awake.stores.script.quarantined()?.len())
        })?;
        metrics::count(|metrics| metrics.failed("quarantine"));
        let fields = [("first", first.into()), ("last", last.into())];
        self.note(Event::EntriesQuarantined, &fields);
        if found > MOST_QUARANTINED {
            self.note(Event::QuarantineGivenUp, &[("entries", found.into())]);
            self.reading(|awake| awake.stores.script.take_back())?;
            return Ok(None);
        }
        Ok(Some(Search {
            readable: 0,
            trapping: None,
            ..search
        }))
    }

    /// Takes back what is set apart, where the reader can build a document with it by now.
    pub(super) fn try_quarantined(&self) -> Answered<()> {
        let known = self.reading(|awake| awake.stores.script.quarantined())?;
        if known.is_empty() {
            return Ok(());
        }
        self.reading(|awake| awake.stores.script.take_back())?;
        let version = self.reading(|awake| Ok(awake.room.version()))?;
        if self.traps("scenes", version)? || self.traps("content", version)? {
            self.reading(|awake| {
                known.iter().try_for_each(|one| {
                    awake
                        .stores
                        .script
                        .set_apart(one.first, one.last, one.since_ms)
                })
            })?;
        }
        Ok(())
    }

    /// J8, J12: what is left out of content.
    pub(super) fn quarantined(&self) -> Answered<Vec<Json>> {
        let known = self.reading(|awake| awake.stores.script.quarantined())?;
        let shown = known.iter().map(|one| {
            json!({
                "first": one.first,
                "version": one.last,
                "author": one.author,
                "time": one.time_ms,
                "since": one.since_ms,
            })
        });
        Ok(shown.collect())
    }
}
