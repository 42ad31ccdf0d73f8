//! Requests to a relay: SPEC.md has what it answers.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value as Json, json};
use thiserror::Error;
use ureq::Agent;
use ureq::http::{Method, Request, Response};

use super::address::RelayAddress;

/// A relay that is silent for so long is away.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What a script, or its source, may take.
const MAX_BYTES: u64 = 64 << 20;

/// Why a relay did not do what it was asked.
#[derive(Debug, Error)]
pub(crate) enum RelayError {
    /// Nobody answered.
    #[error("cannot reach {relay}: {why}")]
    Away { relay: String, why: String },
    /// The answer was no.
    #[error("the relay refused: {message} ({code})")]
    Refused { code: String, message: String },
}

/// A relay, and who asks.
pub(crate) struct Relay {
    agent: Agent,
    address: String,
    token: Option<String>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// The version of the script, where it was told.
    pub(super) version: u64,
}

impl Relay {
    /// A relay, for somebody with this token; without one for nobody.
    pub(super) fn new(address: &RelayAddress, token: Option<&str>) -> Relay {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .user_agent(concat!("scriptroom/", env!("CARGO_PKG_VERSION")));
        Relay {
            agent: config.build().new_agent(),
            address: address.as_str().to_owned(),
            token: token.map(str::to_owned),
        }
    }

    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether it is open to whoever comes.
    pub(super) fn lets_guests_in(&self) -> Result<bool> {
        let config = self.ask(Method::GET, "config", None, Vec::new())?;
        Ok(object(&config.body)?["guests"].as_bool() == Some(true))
    }

    /// Makes a script of the caller's. Returns its id.
    pub(super) fn make_script(&self, title: &str) -> Result<String> {
        let made = self.json(Method::POST, "scripts", &json!({ "title": title }))?;
        let id = made["id"].as_str().map(str::to_owned);
        id.context("expected the id of a new script in the relay's answer")
    }

    /// What a script is called in its members' lists.
    pub(super) fn title(&self, id: &str) -> Result<String> {
        let path = format!("scripts/{id}/card");
        let card = object(&self.ask(Method::GET, &path, None, Vec::new())?.body)?;
        Ok(card["title"].as_str().unwrap_or_default().to_owned())
    }

    /// All of a script, as one update.
    pub(super) fn state(&self, id: &str) -> Result<Answer> {
        self.ask(
            Method::GET,
            &format!("scripts/{id}/updates"),
            None,
            Vec::new(),
        )
    }

    /// What a script said in a version, as Fountain.
    pub(super) fn fountain(&self, id: &str, version: u64) -> Result<String> {
        let path = format!("scripts/{id}/export.fountain?version={version}");
        let answer = self.ask(Method::GET, &path, None, Vec::new())?;
        String::from_utf8(answer.body).context("expected Fountain from the relay")
    }

    /// Who wrote when, newest first: the part of the history before what the part that came before it said.
    pub(super) fn history(&self, id: &str, before: Option<u64>) -> Result<Json> {
        let query = before.map(|before| format!("?before={before}"));
        let path = format!("scripts/{id}/history{}", query.unwrap_or_default());
        object(&self.ask(Method::GET, &path, None, Vec::new())?.body)
    }

    /// Brings an update.
    pub(super) fn bring(&self, id: &str, update: Vec<u8>) -> Result<()> {
        let path = format!("scripts/{id}/updates?kind=sync");
        let answer = self.ask(
            Method::POST,
            &path,
            Some("application/octet-stream"),
            update,
        )?;
        match object(&answer.body)?["status"].as_str() {
            Some("stored") => Ok(()),
            other => Err(anyhow::anyhow!(
                "expected the relay to have stored it, got {}",
                other.unwrap_or("another answer")
            )),
        }
    }

    /// Puts content in the place of a script's, as edits.
    pub(super) fn replace(&self, id: &str, blocks: &str) -> Result<()> {
        let path = format!("scripts/{id}/import");
        let kind = Some("application/json");
        self.ask(Method::POST, &path, kind, blocks.as_bytes().to_vec())?;
        Ok(())
    }

    /// A file that a script came from; none where the relay has it not.
    pub(super) fn source(&self, id: &str, digest: &str) -> Result<Option<Vec<u8>>> {
        let path = format!("scripts/{id}/sources/{digest}");
        match self.ask(Method::GET, &path, None, Vec::new()) {
            Ok(answer) => Ok(Some(answer.body)),
            Err(error) => match error.downcast_ref::<RelayError>() {
                Some(RelayError::Refused { code, .. }) if code == "no_such_source" => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Keeps a file beside a script.
    pub(super) fn keep_source(&self, id: &str, digest: &str, file: &[u8]) -> Result<()> {
        let path = format!("scripts/{id}/sources/{digest}");
        let kind = Some("application/octet-stream");
        self.ask(Method::PUT, &path, kind, file.to_vec())?;
        Ok(())
    }

    fn json(&self, method: Method, path: &str, body: &Json) -> Result<Json> {
        let body = body.to_string().into_bytes();
        object(&self.ask(method, path, Some("application/json"), body)?.body)
    }

    fn ask(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/api/{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request
            .body(body)
            .context("expected an address and a token")?;
        let away = |error: ureq::Error| RelayError::Away {
            relay: self.address.clone(),
            why: error.to_string(),
        };
        let mut response = self.agent.run(request).map_err(away)?;
        let body = response.body_mut().with_config().limit(MAX_BYTES);
        let body = body.read_to_vec().map_err(away)?;
        match response.status().is_success() {
            true => Ok(Answer {
                version: version(&response),
                body,
            }),
            false => Err(refusal(response.status().as_u16(), &body).into()),
        }
    }
}

fn version<T>(response: &Response<T>) -> u64 {
    let header = response.headers().get("x-scriptroom-version");
    let text = header.and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn refusal(status: u16, body: &[u8]) -> RelayError {
    let answer: Json = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| answer["error"][key].as_str().map(str::to_owned);
    RelayError::Refused {
        code: text("code").unwrap_or_else(|| status.to_string()),
        message: text("message")
            .unwrap_or_else(|| format!("expected a relay, got an answer of status {status}")),
    }
}

fn object(body: &[u8]) -> Result<Json> {
    serde_json::from_slice(body).context("expected JSON from the relay")
}
