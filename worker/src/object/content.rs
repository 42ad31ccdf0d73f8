//! Requests about what a script says, for programs that do not speak Yjs (SPEC.md, "The JSON side").
//!
//! Each is read whole first and then answered in one turn, so that what it compares and what it writes are of one version.

use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge_for_join;
use scriptroom_room::recovery;
use scriptroom_room::{Access, Input, Lane, LogReader, Origin, Role, Write, Written};
use serde_json::json;
use worker::{Date, Error, Method, Request, Response, Result};

use super::request::{Answered, Asked, Stop, parameter, read_json};
use super::{ScriptRoom, exchange, sources};
use crate::answers;
use crate::guest;
use crate::identity::Caller;
use crate::reader::{self, Question};

/// What follows a script's id in the paths that are answered here.
const PATHS: [&str; 15] = [
    "scenes",
    "export.fountain",
    "export.json",
    "health",
    "history",
    "history/authors",
    "history/compare",
    "history/names",
    "history/restore",
    "history/rollback",
    "import",
    "snapshot",
    "threads/updates",
    "updates",
    "verify",
];

/// Which document a request is about.
fn lane_of(path: &str) -> Lane {
    match path.starts_with("threads/") {
        true => Lane::Threads,
        false => Lane::Script,
    }
}

/// Whether a request is about content, by what follows the script's id: the script itself is what it says.
pub(super) fn is_about_content(method: &Method, path: &str) -> bool {
    match path {
        "" => matches!(method, Method::Get | Method::Patch),
        path => PATHS.contains(&path) || sources::is_about_one(path),
    }
}

/// The state of a script at one version.
pub(super) struct State {
    pub(super) version: u64,
    pub(super) changed_ms: Option<u64>,
    pub(super) bytes: Vec<u8>,
}

impl ScriptRoom {
    /// Answers a request about content.
    pub(super) async fn content(&self, request: Request, caller: &Caller) -> Answered<Response> {
        let exchange = exchange::is_exchange(&request)?;
        let max_bytes = match exchange {
            true => exchange::max_body_bytes(),
            false => self.config.max_sync_bytes,
        };
        let asked = Asked::read(request, caller, max_bytes).await?;
        // Of what comes in frames each is held against the role by the room.
        let needed = match asked.method == Method::Get || exchange {
            true => Role::Viewer,
            false => lane_of(&asked.path).least_writer(),
        };
        let role = self.authorize(caller, needed)?;
        if let Some((status, body)) = self.answered_before(&asked)? {
            return Ok(answers::json(status, &body)?);
        }
        let answer = match (&asked.method, asked.path.as_str()) {
            (Method::Get, "") => self.whole(&asked),
            (Method::Patch, "") => self.patch(&asked).await,
            (Method::Get, "scenes") => self.scenes(&asked),
            (Method::Get, "export.fountain") => self.export(&asked, "fountain", "text/plain"),
            (Method::Get, "export.json") => self.export(&asked, "blocks", "application/json"),
            (Method::Post, "import") => self.import(&asked).await,
            (Method::Get, "updates" | "threads/updates") => self.updates(&asked),
            (Method::Post, "updates") if exchange => {
                let expires_ms = caller.expires_ms;
                self.exchange(&asked, Access { role, expires_ms }).await
            }
            (Method::Post, "updates" | "threads/updates") => self.take_updates(&asked).await,
            (Method::Get, "health") => self.health(),
            (Method::Post, "snapshot") => self.snapshot(&asked),
            (Method::Post, "verify") => self.verify_log(),
            (_, path) if sources::is_about_one(path) => self.source(&asked),
            (_, path) if path.starts_with("history") => self.history(&asked).await,
            _ => Err(Stop::method()),
        };
        // Whoever looks at the scenes may be the first to see what webhooks are to be told.
        self.set_alarm().await?;
        answer
    }

    /// The script as it is now.
    pub(super) fn state(&self) -> Answered<State> {
        let (version, changed_ms, live) = self.reading(|awake| {
            // Without what is set apart, the entries that cover it do not count either.
            let whole = awake.stores.script.quarantined()?.is_empty();
            let live = whole.then(|| awake.stores.script.live_entries());
            Ok((
                awake.room.version(),
                awake.stores.script.changed_ms()?,
                live,
            ))
        })?;
        Ok(State {
            version,
            changed_ms,
            bytes: match live {
                Some(live) => merged(&live)?,
                None => self.state_at(version)?,
            },
        })
    }

    /// The state at `?version=`, or now (H2).
    fn asked_state(&self, asked: &Asked) -> Answered<State> {
        match asked.number("version")? {
            None => self.state(),
            Some(version) => Ok(State {
                version,
                changed_ms: self.reading(|awake| awake.stores.script.time_of(version))?,
                bytes: self.state_at(version)?,
            }),
        }
    }

    fn whole(&self, asked: &Asked) -> Answered<Response> {
        let state = self.asked_state(asked)?;
        let mut content = read_json(&reader::ask(&Question::read("content"), &[&state.bytes])?)?;
        content["id"] = json!(self.state.id().name());
        content["version"] = json!(state.version);
        content["changedAt"] = json!(state.changed_ms);
        content["source"] = json!("log");
        content["readAt"] = json!(Date::now().as_millis());
        Ok(answers::json(200, &content)?)
    }

    fn export(&self, asked: &Asked, what: &str, kind: &str) -> Answered<Response> {
        let state = self.asked_state(asked)?;
        let file = reader::ask(&Question::read(what), &[&state.bytes])?;
        Ok(answers::bytes(
            file,
            &format!("{kind}; charset=utf-8"),
            state.version,
        )?)
    }

    /// J4, J5: the content that was sent, by compare-and-swap or merged.
    async fn patch(&self, asked: &Asked) -> Answered<Response> {
        let body = read_json(&asked.body)?;
        let Some(base) = body["base_version"].as_u64() else {
            return Err(Stop::new(
                400,
                "no_base_version",
                "expected a number in `base_version`",
            ));
        };
        let blocks = serde_json::to_vec(&body["content_blocks"]).map_err(Error::from)?;
        let state = self.state()?;
        let current = state.version;
        let base_state = match body["merge"].as_bool() {
            _ if base == current => state.bytes,
            Some(true) if base < current => self.state_at(base)?,
            _ => return Err(stale(current, base)),
        };
        let (client, seed) = new_client()?;
        let question = Question::write("rewrite", client, seed);
        let update = reader::ask(&question, &[&base_state, &blocks])?;
        self.made(asked, Origin::Autosave, &update).await
    }

    /// The script becomes what a file says.
    async fn import(&self, asked: &Asked) -> Answered<Response> {
        let state = self.state()?;
        let (client, seed) = new_client()?;
        let what = if asked.is_json { "rewrite" } else { "import" };
        let question = Question::write(what, client, seed);
        let update = reader::ask(&question, &[&state.bytes, &asked.body])?;
        self.made(asked, Origin::Import, &update).await
    }

    /// Stores what the reader made and tells the version that came of it.
    pub(super) async fn made(
        &self,
        asked: &Asked,
        origin: Origin,
        update: &[u8],
    ) -> Answered<Response> {
        let before = self.version()?;
        let written = self.write(&asked.person, Lane::Script, origin, update)?;
        if stored(written)? != "stored" {
            let message = "the edits build on what the relay lacks";
            return Err(Stop::new(500, "internal", message));
        }
        let version = self.version()?;
        let answer = json!({ "version": version, "changed": version != before });
        self.keep_answer(asked, 200, &answer)?;
        self.set_alarm().await?;
        Ok(answers::json(200, &answer)?)
    }

    /// J2: what a client lacks, without a socket.
    fn updates(&self, asked: &Asked) -> Answered<Response> {
        let vector = parameter(&asked.url, "vector").unwrap_or_default();
        let since = match vector.is_empty() {
            true => StateVector::default(),
            false => unhex(&vector)
                .and_then(|bytes| StateVector::decode(&bytes).ok())
                .ok_or_else(|| Stop::malformed("expected a state vector in hexadecimal"))?,
        };
        let lane = lane_of(&asked.path);
        let (version, entries) = self.reading(|awake| {
            let version = awake.room.last_sequence_of(lane);
            Ok((version, awake.stores[lane].live_entries()))
        })?;
        let update = merge_for_join(&entries, &since).map_err(unreadable)?;
        Ok(answers::bytes(update, "application/octet-stream", version)?)
    }

    /// J2: what a client has, without a socket.
    async fn take_updates(&self, asked: &Asked) -> Answered<Response> {
        let origin = match parameter(&asked.url, "kind").as_deref() {
            Some("live") => Origin::Live,
            _ => Origin::Sync,
        };
        let lane = lane_of(&asked.path);
        let written = self.write(&asked.person, lane, origin, &asked.body)?;
        self.set_alarm().await?;
        let status = stored(written)?;
        let (version, epoch, vector) = self.reading(|awake| {
            let room = &awake.room;
            Ok((
                room.last_sequence_of(lane),
                room.epoch().to_owned(),
                room.state_vector_for(lane, &asked.person).encode(),
            ))
        })?;
        let answer =
            json!({ "status": status, "version": version, "epoch": epoch, "vector": hex(&vector) });
        Ok(answers::json(200, &answer)?)
    }

    fn version(&self) -> Result<u64> {
        self.reading(|awake| Ok(awake.room.version()))
    }

    /// Writes, in the turn of the caller, who sets the alarm after it.
    fn write(&self, person: &str, lane: Lane, origin: Origin, bytes: &[u8]) -> Result<Written> {
        let write = Write {
            person,
            lane,
            origin,
            bytes,
        };
        if let Err(error) = self.turn(Input::Write(write)) {
            return self.fail(&error);
        }
        let written = self.reading(|awake| Ok(awake.written.take()))?;
        written.ok_or_else(|| Error::RustError("expected an answer of the room".to_owned()))
    }
}

/// Entries as one state. Who reads it needs no words that are deleted.
pub(super) fn merged(entries: &[Vec<u8>]) -> Answered<Vec<u8>> {
    merge_for_join(entries, &StateVector::default()).map_err(unreadable)
}

/// The same of entries between which some are left out: what builds on those is left out as well.
pub(super) fn merged_without(entries: &[Vec<u8>]) -> Answered<Vec<u8>> {
    let whole = recovery::remains(entries).map_err(unreadable)?.whole;
    merged(&whole.into_iter().collect::<Vec<_>>())
}

/// How much of what was written is stored, in a word. What is refused is so as it is over a socket.
fn stored(written: Written) -> Answered<&'static str> {
    match written {
        Written::Stored => Ok("stored"),
        Written::Incomplete => Ok("incomplete"),
        Written::TooLarge(reason) => Err(Stop::new(413, "too_large", reason)),
        Written::Refused(reason) => Err(Stop::new(422, "refused", reason)),
    }
}

fn unreadable(error: impl std::fmt::Display) -> Stop {
    let message = format!("an entry of the log cannot be read: {error}");
    Stop::new(503, "unreadable", message)
}

fn stale(current: u64, base: u64) -> Stop {
    Stop::Refused {
        status: 409,
        code: "version_conflict".to_owned(),
        message: format!("expected base version {current}, got {base}"),
        version: Some(current),
    }
}

/// A client id that nobody has, and a seed.
pub(super) fn new_client() -> Result<(u64, u64)> {
    let id = guest::random_id()?;
    let number = |digits: &str| u64::from_str_radix(digits, 16);
    match (number(&id[..13]), number(&id[16..])) {
        (Ok(client), Ok(seed)) => Ok((client, seed)),
        _ => Err(Error::RustError(format!(
            "expected hexadecimal digits, got {id}"
        ))),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    Some(pairs.map(|pair| (pair[0] << 4 | pair[1]) as u8).collect())
}
