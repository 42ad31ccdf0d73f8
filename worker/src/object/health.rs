//! How a script's log is, and a look at all of it on demand (J7, J8).

use serde_json::json;
use worker::{Response, console_error};

use super::ScriptRoom;
use super::content::Answered;
use crate::answers;

/// So many entries that no merge has taken make joins slow: compaction does not keep up.
const MANY_UNMERGED: u64 = 10_000;

impl ScriptRoom {
    /// J8: figures, and what they come to.
    pub(super) fn health(&self) -> Answered<Response> {
        let (version, sessions, figures) = self.reading(|awake| {
            let sessions = awake.room.sessions().count();
            Ok((awake.room.version(), sessions, awake.store.figures()?))
        })?;
        let status = match () {
            () if figures.lost => "unhealthy",
            () if figures.damaged > 0 || figures.unmerged > MANY_UNMERGED => "degraded",
            () => "healthy",
        };
        let answer = json!({
            "status": status,
            "version": version,
            "connections": sessions,
            "entries": { "live": figures.live, "unmerged": figures.unmerged, "covered": figures.covered },
            "storedBytes": figures.stored_bytes,
            "damaged": figures.damaged,
            "held": figures.held,
            "lost": figures.lost,
            "lastMerge": figures.last_merge_ms,
            "scenesStaleSince": figures.stale_since_ms,
        });
        Ok(answers::json(200, &answer)?)
    }

    /// J7: the log is played again; what differs from it is told, and made right from it.
    pub(super) fn verify_log(&self) -> Answered<Response> {
        let damaged = |this: &ScriptRoom| this.reading(|awake| Ok(awake.store.figures()?.damaged));
        let before = damaged(self)?;
        let verdict = self.reading(|awake| awake.store.verify())?;
        let found = damaged(self)? - before;
        let mut differences = verdict.differences;
        if found > 0 {
            differences.push(format!("{found} entries are damaged"));
        }
        if !verdict.clocks.is_empty() {
            self.reading(|awake| awake.store.set_clocks(&verdict.clocks))?;
            // The room in memory has the wrong ones.
            *self.awake.borrow_mut() = None;
        }
        for difference in &differences {
            console_error!("verification: {difference}");
        }
        let state = self.state()?;
        self.look_at_scenes(&state)?;
        let answer = json!({
            "ok": differences.is_empty(),
            "version": state.version,
            "entries": verdict.entries,
            "originalsCompared": verdict.compared,
            "differences": differences,
        });
        Ok(answers::json(200, &answer)?)
    }
}
