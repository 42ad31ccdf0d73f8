//! How a script's logs are, and a look at all of it on demand (J7, J8, J10).

use scriptroom_room::{Lane, Lanes};
use serde_json::{Value as Json, json};
use worker::{Response, console_error};

use super::ScriptRoom;
use super::content::{Answered, Asked, Stop, object};
use crate::answers;
use crate::store::Figures;

/// So many entries that no merge has taken make joins slow: compaction does not keep up.
const MANY_UNMERGED: u64 = 10_000;

/// How a log is, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Healthy,
    Degraded,
    Unhealthy,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Healthy => "healthy",
            Status::Degraded => "degraded",
            Status::Unhealthy => "unhealthy",
        }
    }
}

fn status(figures: &Figures) -> Status {
    match () {
        () if figures.lost => Status::Unhealthy,
        () if figures.damaged > 0 || figures.unmerged > MANY_UNMERGED => Status::Degraded,
        () => Status::Healthy,
    }
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
        let (version, sessions, figures, stale_since_ms) = self.reading(|awake| {
            let sessions = awake.room.sessions().count();
            let figures = Lanes {
                script: awake.stores.script.figures()?,
                threads: awake.stores.threads.figures()?,
            };
            let stale_since_ms = awake.stores.script.scenes_are_stale_since()?;
            Ok((awake.room.version(), sessions, figures, stale_since_ms))
        })?;
        let quarantined = self.quarantined()?;
        let status = figures.iter().map(status).max();
        let status = match quarantined.is_empty() {
            true => status,
            false => status.max(Some(Status::Degraded)),
        };
        let mut answer = figures_of(&figures.script);
        answer["status"] = json!(status.map(Status::name));
        answer["version"] = json!(version);
        answer["connections"] = json!(sessions);
        answer["quarantined"] = json!(quarantined);
        answer["scenesStaleSince"] = json!(stale_since_ms);
        answer["threads"] = figures_of(&figures.threads);
        Ok(answers::json(200, &answer)?)
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
        let body = match asked.body.is_empty() {
            true => json!({}),
            false => object(&asked.body)?,
        };
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
            console_error!("verification: {difference}");
        }
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
            Err(Stop::new(400, "malformed", message))
        }
    }
}
