//! A request about the script, from its bytes to its answer, whatever it is about: read whole, done once under its
//! `Idempotency-Key`, and refused in one form. What is done is in [`super::management`] and [`super::content`].

use serde_json::{Value as Json, json};
use worker::{Date, Error, Method, Request, Response, Result, Url};

use super::{ScriptRoom, content, seed};
use crate::answers;
use crate::body;
use crate::identity::Caller;
use crate::reader::Failure;
use crate::requests::{Known, Requests, digest};
use crate::scripts::SCRIPTS_PATH;

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

    /// What was sent is not what this address takes.
    pub(super) fn malformed(message: impl Into<String>) -> Stop {
        Stop::new(400, "malformed", message)
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

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Stop {
        Stop::Failed(error.into())
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

/// A request, read whole.
pub(super) struct Asked {
    pub(super) method: Method,
    /// The script's id.
    pub(super) script: String,
    /// What follows that in the address: `""`, `members/ann`, `history/names`.
    pub(super) path: String,
    pub(super) url: Url,
    pub(super) person: String,
    pub(super) is_json: bool,
    pub(super) body: Vec<u8>,
    pub(super) now_ms: u64,
    key: Option<Key>,
}

/// The `Idempotency-Key` of a request.
struct Key {
    given: String,
    /// A hash of it and of who asks: two people may give the same one.
    known_by: String,
    /// A hash of all that is asked. Another request under the same key is a mistake of its sender's.
    what: String,
}

impl Asked {
    /// Reads a request whose body has at most so many bytes.
    pub(super) async fn read(
        mut request: Request,
        caller: &Caller,
        max_bytes: usize,
    ) -> Answered<Asked> {
        let Some(body) = body::read(&mut request, max_bytes).await? else {
            return Err(Stop::new(413, "too_large", body::expected(max_bytes)));
        };
        let address = request.path();
        let (script, path) = script_and_path(&address);
        let method = request.method();
        let key = request.headers().get("idempotency-key")?.map(|given| Key {
            known_by: digest(&[caller.person.as_bytes(), given.as_bytes()]),
            what: digest(&[format!("{method:?} {path}").as_bytes(), &body]),
            given,
        });
        let content_type = request.headers().get("content-type")?;
        Ok(Asked {
            method,
            script: script.to_owned(),
            path: path.to_owned(),
            url: request.url()?,
            person: caller.person.clone(),
            is_json: content_type.is_some_and(|kind| kind.starts_with("application/json")),
            body,
            now_ms: Date::now().as_millis(),
            key,
        })
    }

    /// The fields of the body; none where it is empty.
    pub(super) fn fields(&self) -> Answered<Json> {
        match self.body.is_empty() {
            true => Ok(json!({})),
            false => read_json(&self.body),
        }
    }

    /// A number among the parameters of the address.
    pub(super) fn number(&self, name: &str) -> Answered<Option<u64>> {
        let Some(text) = parameter(&self.url, name) else {
            return Ok(None);
        };
        let message = format!("expected a number in `{name}`, got {text:?}");
        let number = text.parse().map_err(|_| Stop::malformed(message))?;
        Ok(Some(number))
    }

    /// What its sender will send again with the same request.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.given.as_str())
    }
}

impl ScriptRoom {
    /// Answers a request.
    pub(super) async fn answer(&self, request: Request, caller: &Caller) -> Result<Response> {
        let address = request.path();
        let (_, path) = script_and_path(&address);
        let answered = match () {
            () if address == seed::PATH => self.seeded(request, caller).await,
            () if content::is_about_content(&request.method(), path) => {
                self.content(request, caller).await
            }
            () => self.manage(request, caller).await,
        };
        match answered {
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
                    self.suspect(path)?;
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

    /// The answer to the same request under the same key, if there was one. What only reads is always done.
    pub(super) fn answered_before(&self, asked: &Asked) -> Answered<Option<(u16, Json)>> {
        if asked.method == Method::Get {
            return Ok(None);
        }
        // What a newer relay has written is not touched (M1).
        self.awaken()?;
        let Some(key) = &asked.key else {
            return Ok(None);
        };
        let sql = self.state.storage().sql();
        match (Requests { sql: &sql }).find(&key.known_by, asked.now_ms)? {
            None => Ok(None),
            Some(known) if known.digest != key.what => {
                let message = "expected a new Idempotency-Key, got that of another request";
                Err(Stop::new(422, "key_reused", message))
            }
            Some(Known { status, body, .. }) => Ok(Some((status, serde_json::from_str(&body)?))),
        }
    }

    /// Keeps an answer for when the request comes again: in the turn in which it is done, so that it is done once,
    /// whatever happens on the way.
    pub(super) fn keep_answer(&self, asked: &Asked, status: u16, answer: &Json) -> Result<()> {
        let Some(key) = &asked.key else {
            return Ok(());
        };
        let sql = self.state.storage().sql();
        let (answer, now_ms) = (answer.to_string(), asked.now_ms);
        Requests { sql: &sql }.keep(&key.known_by, &key.what, status, &answer, now_ms)
    }
}

/// The script's id in an address, and what follows it.
pub(super) fn script_and_path(address: &str) -> (&str, &str) {
    let rest = address.trim_start_matches(SCRIPTS_PATH);
    rest.split_once('/').unwrap_or((rest, ""))
}

/// A parameter of an address.
pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

pub(super) fn read_json(bytes: &[u8]) -> Answered<Json> {
    serde_json::from_slice(bytes)
        .map_err(|error| Stop::malformed(format!("expected JSON: {error}")))
}
