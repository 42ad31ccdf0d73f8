//! Requests about what a script says, for programs that do not speak Yjs (SPEC.md, "The JSON side").
//!
//! Each is read whole first and then answered in one turn, so that what it compares and what it writes are of one version.

use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge_for_join;
use scriptroom_room::recovery;
use scriptroom_room::wire::CloseCode;
use scriptroom_room::{Access, Input, Lane, LogReader, Origin, Role, Write, Written};
use serde_json::{Value as Json, json};
use worker::{Date, Error, Method, Request, Response, Result, Url};

use super::{ScriptRoom, exchange, sources};
use crate::answers;
use crate::body;
use crate::guest;
use crate::identity::Caller;
use crate::reader::{self, Failure, Question};
use crate::requests::{Requests, digest};

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

/// Whether a request is about content: the script itself is what it says.
pub(super) fn is_about_content(method: &Method, path: &str) -> bool {
    match after_id(path) {
        "" => matches!(method, Method::Get | Method::Patch),
        path => PATHS.contains(&path) || sources::is_about_one(path),
    }
}

/// What follows the script's id.
fn after_id(path: &str) -> &str {
    let path = path.trim_start_matches("/api/scripts/");
    path.split_once('/').map_or("", |(_, path)| path)
}

/// A request, read whole.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) url: Url,
    is_json: bool,
    pub(super) body: Vec<u8>,
    pub(super) person: String,
    /// The key under which it is done once, and what it says.
    key: Option<(String, String)>,
}

impl Asked {
    /// Which document it is about.
    fn lane(&self) -> Lane {
        match self.path.starts_with("threads/") {
            true => Lane::Threads,
            false => Lane::Script,
        }
    }
}

/// Why a request is not done.
pub(super) enum Stop {
    Refused {
        status: u16,
        code: String,
        message: String,
        /// The version that there is, where that is what the sender lacks.
        version: Option<u64>,
    },
    Failed(Error),
}

pub(super) type Answered<T> = std::result::Result<T, Stop>;

impl Stop {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Stop {
        Stop::Refused {
            status,
            code: code.to_owned(),
            message: message.into(),
            version: None,
        }
    }

    pub(super) fn method() -> Stop {
        let message = "expected another method for this address";
        Stop::new(405, "method_not_allowed", message)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        match failure {
            Failure::TooLarge => Stop::new(413, "too_large", "the script is too large for this"),
            Failure::Trapped(error) => {
                let message = format!("the script's content cannot be built: {error}");
                Stop::new(503, "unreadable", message)
            }
            Failure::Refused { code, message } => {
                let status = if code == "malformed_blocks" { 400 } else { 503 };
                Stop::new(status, &code, message)
            }
        }
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
    pub(super) async fn content(&self, request: Request, caller: &Caller) -> Result<Response> {
        let path = after_id(&request.path()).to_owned();
        match self.content_answered(request, caller).await {
            Ok(response) => Ok(response),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Refused {
                status,
                code,
                message,
                version,
            }) => {
                answers::note_refusal(status, &code);
                if code == "unreadable" {
                    self.suspect(&path)?;
                    self.set_alarm().await?;
                }
                let mut error = json!({ "error": { "code": code, "message": message } });
                if let Some(version) = version {
                    error["version"] = json!(version);
                }
                answers::json(status, &error)
            }
        }
    }

    async fn content_answered(&self, mut request: Request, caller: &Caller) -> Answered<Response> {
        let path = after_id(&request.path()).to_owned();
        let content_type = request.headers().get("content-type")?;
        let key = request.headers().get("idempotency-key")?;
        let mut asked = Asked {
            key: None,
            method: request.method(),
            url: request.url()?,
            is_json: content_type.is_some_and(|kind| kind.starts_with("application/json")),
            path,
            body: Vec::new(),
            person: caller.person.clone(),
        };
        let exchange = exchange::is_exchange(&asked);
        let max_bytes = match exchange {
            true => exchange::max_body_bytes(),
            false => self.config.max_sync_bytes,
        };
        let Some(body) = body::read(&mut request, max_bytes).await? else {
            return Err(Stop::new(413, "too_large", body::expected(max_bytes)));
        };
        asked.key = key.map(|key| {
            let what = format!("{:?} {}", asked.method, asked.path);
            let known_by = digest(&[caller.person.as_bytes(), key.as_bytes()]);
            (known_by, digest(&[what.as_bytes(), &body]))
        });
        asked.body = body;
        // Of what comes in frames each is held against the role by the room.
        let needed = match asked.method == Method::Get || exchange {
            true => Role::Viewer,
            false => asked.lane().least_writer(),
        };
        let role = self.authorize(caller, needed)?;
        if let Some(known) = self.answered_before(&asked)? {
            return Ok(known);
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

    /// The answer to the same request under the same key, if there was one.
    fn answered_before(&self, asked: &Asked) -> Answered<Option<Response>> {
        let Some((key, digest)) = asked.key.as_ref().filter(|_| asked.method != Method::Get) else {
            return Ok(None);
        };
        self.awaken()?;
        let sql = self.state.storage().sql();
        match (Requests { sql: &sql }).find(key, Date::now().as_millis())? {
            None => Ok(None),
            Some(known) if known.digest != *digest => {
                let message = "expected a new Idempotency-Key, got that of another request";
                Err(Stop::new(422, "key_reused", message))
            }
            Some(known) => {
                let body: Json = serde_json::from_str(&known.body).map_err(Error::from)?;
                Ok(Some(answers::json(known.status, &body)?))
            }
        }
    }

    /// Whether somebody may do what needs that role: the same people with the same roles as over a socket (R1).
    fn authorize(&self, caller: &Caller, needed: Role) -> Answered<Role> {
        let role = self
            .role_at_the_door(caller)?
            .map_err(|closed| match closed.code {
                CloseCode::NotAllowed => Stop::new(403, "not_allowed", closed.reason),
                _ => Stop::new(404, "no_such_script", closed.reason),
            })?;
        match role >= needed {
            true => Ok(role),
            false => {
                let message = format!("not allowed: expected the role {needed}, this is a {role}");
                Err(Stop::new(403, "not_allowed", message))
            }
        }
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
        match number(asked, "version")? {
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
        let mut content = object(&reader::ask(&Question::read("content"), &[&state.bytes])?)?;
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
        let body = object(&asked.body)?;
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

    /// Stores what the reader made and tells the version that came of it. The answer is kept in the same turn, so that a
    /// request with a key is done once, whatever happens on the way.
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
        if let Some((key, digest)) = &asked.key {
            let sql = self.state.storage().sql();
            let now_ms = Date::now().as_millis();
            Requests { sql: &sql }.keep(key, digest, 200, &answer.to_string(), now_ms)?;
        }
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
                .ok_or_else(|| {
                    Stop::new(400, "malformed", "expected a state vector in hexadecimal")
                })?,
        };
        let lane = asked.lane();
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
        let lane = asked.lane();
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

pub(super) fn object(bytes: &[u8]) -> Answered<Json> {
    serde_json::from_slice(bytes)
        .map_err(|error| Stop::new(400, "malformed", format!("expected JSON: {error}")))
}

pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
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

/// A number among the parameters of the address.
pub(super) fn number(asked: &Asked, name: &str) -> Answered<Option<u64>> {
    let Some(text) = parameter(&asked.url, name) else {
        return Ok(None);
    };
    let message = format!("expected a number in `{name}`, got {text:?}");
    let number = text
        .parse()
        .map_err(|_| Stop::new(400, "malformed", message))?;
    Ok(Some(number))
}
