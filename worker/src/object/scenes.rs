//! The scenes of a script for programs: asked for, or looked at by alarm a minute after the first edit (J3, J6).

use serde_json::{Value as Json, json};
use worker::Response;

use super::ScriptRoom;
use super::content::State;
use super::request::{Answered, Asked, Stop, read_json};
use crate::answers;
use crate::events::Event;
use crate::reader::{self, Question};
use crate::store::SeenScene;

/// A scene that is gone, by its id, and when that was seen.
type Gone = (String, SeenScene);

/// The scenes as they were seen at a version, with when each last changed, and those that are gone.
pub(super) struct Look {
    pub(super) version: u64,
    pub(super) scenes: Vec<Json>,
    pub(super) gone: Vec<Gone>,
}

impl ScriptRoom {
    /// All scenes, or what is new since a version.
    pub(super) fn scenes(&self, asked: &Asked) -> Answered<Response> {
        let since = asked.number("since")?;
        let state = self.state()?;
        let Look {
            version,
            mut scenes,
            gone,
        } = self.look_at_scenes(&state)?;
        let mut answer = json!({ "version": version });
        if let Some(since) = since {
            scenes.retain(|scene| scene["changedIn"].as_u64() > Some(since));
            let gone = gone.into_iter().filter(|(_, seen)| seen.version > since);
            answer["removed"] = gone.map(|(id, _)| json!(id)).collect();
        }
        answer["scenes"] = Json::Array(scenes);
        Ok(answers::json(200, &answer)?)
    }

    /// What the alarm does. Where it cannot be done, it is done when somebody asks.
    pub(super) fn refresh_scenes(&self) -> Option<Look> {
        let refreshed = self.state().and_then(|state| self.look_at_scenes(&state));
        if let Err(Stop::Refused { code, .. }) = &refreshed {
            self.note(Event::ScenesStale, &[("code", (&**code).into())]);
        }
        refreshed.ok()
    }

    /// The scenes with when each last changed, and those that are gone. What is new is noted.
    pub(super) fn look_at_scenes(&self, state: &State) -> Answered<Look> {
        let scenes = read_json(&reader::ask(&Question::read("scenes"), &[&state.bytes])?)?;
        let Json::Array(mut scenes) = scenes else {
            return Err(Stop::new(503, "unreadable", "expected a list of scenes"));
        };
        let (version, time_ms) = (state.version, state.changed_ms.unwrap_or_default());
        let known = self.reading(|awake| awake.stores.script.seen_scenes())?;
        let mut new: Vec<(String, SeenScene)> = Vec::new();
        let mut left = known.clone();
        for scene in &mut scenes {
            let id = scene["id"].as_str().unwrap_or_default().to_owned();
            let checksum = scene["checksum"].as_str().map(str::to_owned);
            left.remove(&id);
            let seen = match known.get(&id).filter(|seen| seen.checksum == checksum) {
                Some(seen) => seen.clone(),
                None => {
                    let seen = SeenScene {
                        checksum,
                        version,
                        time_ms,
                    };
                    new.push((id, seen.clone()));
                    seen
                }
            };
            scene["changedIn"] = json!(seen.version);
            scene["changedAt"] = json!(seen.time_ms);
        }
        let mut gone = Vec::new();
        for (id, seen) in left {
            let was_there = seen.checksum.is_some();
            let seen = match was_there {
                true => SeenScene {
                    checksum: None,
                    version,
                    time_ms,
                },
                false => seen,
            };
            new.extend(was_there.then(|| (id.clone(), seen.clone())));
            gone.push((id, seen));
        }
        self.reading(|awake| {
            new.iter()
                .try_for_each(|(id, seen)| awake.stores.script.see_scene(id, seen))?;
            awake.stores.script.scenes_are_seen(version)
        })?;
        if !new.is_empty() {
            self.expect_webhooks()?;
        }
        Ok(Look {
            version,
            scenes,
            gone,
        })
    }
}
