//! How a script's logs are, and a look at all of it on demand (J7, J8, J10).

use scriptroom_room::{Lane, Lanes};
use serde_json::{Value as Json, json};
use worker::{Date, Response, Result};

use super::request::{Answered, Asked, Stop};
use super::{Awake, ScriptRoom};
use crate::card::Standing;
use crate::events::Event;
use crate::store::Figures;
use crate::{answers, health};

/// So many entries that no merge has taken make joins slow: compaction does not keep up.
const MANY_UNMERGED: u64 = 10_000;

/// How a log is, as [`health::STANDINGS`] counts.
fn standing(figures: &Figures) -> usize {
    match () {
        () if figures.lost => 2,
        () if figures.newly_damaged > 0 || figures.unmerged > MANY_UNMERGED => 1,
        () => 0,
    }
}

fn worst(figures: &Lanes<Figures>, quarantined: usize) -> usize {
    let logs = figures.iter().map(standing);
    logs.chain([quarantined.min(1)]).max().unwrap_or(0)
}

fn figures_of(figures: &Figures) -> Json {
    json!({
        "entries": { "live": figures.live, "unmerged": figures.unmerged, "covered": figures.covered },
        "storedBytes": figures.stored_bytes,
        "damaged": figures.damaged,
        "held": figures.held,
        "lost": figures.lost,
        "lastMerge": figures.last_merge_ms,
    })
}

/// What came of playing the logs again.
struct Replay {
    entries: usize,
    compared: bool,
    differences: Vec<String>,
}

impl ScriptRoom {
    /// J8: figures, and what they come to.
    pub(super) fn health(&self) -> Answered<Response> {
        let (version, sessions) =
            self.reading(|awake| Ok((awake.room.version(), awake.room.sessions().count())))?;
        let figures = self.figures()?;
        let store = |awake: &mut Awake| {
            let script = &awake.stores.script;
            Ok((script.scenes_are_stale_since()?, script.verified()?))
        };
        let (stale_since_ms, verified) = self.reading(store)?;
        let verified =
            verified.map(|(time_ms, differed)| json!({ "time": time_ms, "differences": differed }));
        let quarantined = self.quarantined()?;
        let mut answer = figures_of(&figures.script);
        answer["status"] = json!(health::STANDINGS[worst(&figures, quarantined.len())]);
        answer["version"] = json!(version);
        answer["connections"] = json!(sessions);
        answer["quarantined"] = json!(quarantined);
        answer["scenesStaleSince"] = json!(stale_since_ms);
        answer["verified"] = json!(verified);
        answer["threads"] = figures_of(&figures.threads);
        Ok(answers::json(200, &answer)?)
    }

    fn figures(&self) -> Result<Lanes<Figures>> {
        self.reading(|awake| {
            Ok(Lanes {
                script: awake.stores.script.figures()?,
                threads: awake.stores.threads.figures()?,
            })
        })
    }

    /// O2: tells the registry how the logs are, if it is to hear of that; with the last word when the script is deleted.
    pub(super) async fn report(&self, deleted: bool) -> Result<()> {
        let change = match self.reading(|awake| awake.stores.script.unreported())? {
            Some(change) => change,
            None if deleted => Date::now().as_millis(),
            None => return Ok(()),
        };
        let script = match self.cards().standing()? {
            Standing::Made(card) => Some(card.id),
            _ => self.state.id().name(),
        };
        let script = script.unwrap_or_default();
        let log = match deleted {
            true => Json::Null,
            false => self.log_report()?,
        };
        let report = json!({ "script": script, "change": change, "log": log });
        health::tell(&self.env, &script, &report).await?;
        self.reading(|awake| awake.stores.script.reported(change))
    }

    /// The figures of both lanes together, as a registry has them.
    fn log_report(&self) -> Result<Json> {
        let figures = self.figures()?;
        let sum = |of: fn(&Figures) -> u64| figures.iter().map(of).sum::<u64>();
        let merged = figures.iter().filter_map(|one| one.last_merge_ms).max();
        let (stale, verified, quarantined) = self.reading(|awake| {
            let store = &awake.stores.script;
            let quarantined = store.quarantined()?.len();
            Ok((
                store.scenes_are_stale_since()?,
                store.verified()?,
                quarantined,
            ))
        })?;
        Ok(json!({
            "status": worst(&figures, quarantined),
            "live": sum(|one| one.live),
            "unmerged": sum(|one| one.unmerged),
            "covered": sum(|one| one.covered),
            "bytes": sum(|one| one.stored_bytes),
            "damaged": sum(|one| one.damaged),
            "held": sum(|one| one.held),
            "lost": sum(|one| u64::from(one.lost)),
            "merged": merged,
            "stale": stale,
            "verified": verified.map(|(time_ms, _)| time_ms),
            "differed": verified.map(|(_, differences)| differences),
        }))
    }

    /// J7: what differs from the log is told, and made right from it.
    pub(super) fn verify_log(&self) -> Answered<Response> {
        self.try_quarantined()?;
        let replay = self.replayed()?;
        let state = self.state()?;
        self.look_at_scenes(&state)?;
        let answer = json!({
            "ok": replay.differences.is_empty(),
            "version": state.version,
            "entries": replay.entries,
            "originalsCompared": replay.compared,
            "differences": replay.differences,
        });
        Ok(answers::json(200, &answer)?)
    }

    /// J10: what is derived from the log is brought up to it now, and on demand the log is played again.
    pub(super) fn snapshot(&self, asked: &Asked) -> Answered<Response> {
        let body = asked.fields()?;
        let (force, validate) = (flag(&body, "force")?, flag(&body, "validate")?);
        let replay = match validate {
            true => Some(self.replayed()?),
            false => None,
        };
        let state = self.state()?;
        let stale = self.reading(|awake| awake.stores.script.scenes_are_stale_since())?;
        let built = force || stale.is_some();
        if built {
            self.look_at_scenes(&state)?;
        }
        let mut answer = json!({ "version": state.version, "built": built });
        if let Some(replay) = replay {
            answer["replayEquals"] = json!(replay.differences.is_empty());
            answer["differences"] = json!(replay.differences);
        }
        Ok(answers::json(200, &answer)?)
    }

    /// Plays both logs again. What is stored beside one and differs is made right from it.
    fn replayed(&self) -> Answered<Replay> {
        let mut whole = Replay {
            entries: 0,
            compared: true,
            differences: Vec::new(),
        };
        for lane in Lane::ALL {
            let replay = self.replayed_lane(lane)?;
            whole.entries += replay.entries;
            whole.compared &= replay.compared;
            let of = match lane {
                Lane::Script => "",
                Lane::Threads => "threads: ",
            };
            let told = replay.differences.iter();
            whole
                .differences
                .extend(told.map(|what| format!("{of}{what}")));
        }
        for difference in &whole.differences {
            self.note(Event::LogDiffers, &[("error", difference.as_str().into())]);
        }
        let now_ms = Date::now().as_millis();
        self.reading(|awake| {
            let differences = whole.differences.len() as u64;
            awake.stores.script.note_verified(differences, now_ms)?;
            awake.report_later(now_ms)
        })?;
        Ok(whole)
    }

    fn replayed_lane(&self, lane: Lane) -> Answered<Replay> {
        let damaged =
            |this: &ScriptRoom| this.reading(|awake| Ok(awake.stores[lane].figures()?.damaged));
        let before = damaged(self)?;
        let verdict = self.reading(|awake| awake.stores[lane].verify())?;
        let found = damaged(self)? - before;
        let mut differences = verdict.differences;
        if found > 0 {
            differences.push(format!("{found} entries are damaged"));
        }
        if !verdict.clocks.is_empty() {
            self.reading(|awake| awake.stores[lane].set_clocks(&verdict.clocks))?;
            // The room in memory has the wrong ones.
            *self.awake.borrow_mut() = None;
        }
        Ok(Replay {
            entries: verdict.entries,
            compared: verdict.compared,
            differences,
        })
    }
}

/// A field that is true, false or not there.
fn flag(body: &Json, name: &str) -> Answered<bool> {
    match &body[name] {
        Json::Null => Ok(false),
        Json::Bool(value) => Ok(*value),
        other => {
            let message = format!("expected true or false in `{name}`, got {other}");
            Err(Stop::malformed(message))
        }
    }
}
