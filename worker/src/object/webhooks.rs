//! Webhooks: owners say where, and servers there are told which scenes have changed (K1 to K5).
//!
//! A message is in the store before it is sent, and goes when it has arrived or is given up. Only the alarm sends, so
//! nothing is sent twice at a time.

use std::time::Duration;

use futures_util::future::{Either, select};
use scriptroom_room::Role;
use serde_json::{Value as Json, json};
use worker::{
    Date, Delay, Error, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
    Result, Url,
};

use super::ScriptRoom;
use super::management::Reply;
use super::request::{Answered, Asked, Stop};
use super::scenes::Look;
use crate::card::Standing;
use crate::events::Event;
use crate::guest::random_id;
use crate::hooks::{Behind, Due, Hook, Hooks, Message};
use crate::together::all;
use crate::webhook::{self, AddressError, Hosts, Network, SECRET_BYTES};
use crate::{metrics, settings};

const MAX_WEBHOOKS: usize = 10;
/// The service through which plain workerd reaches hosts that the operator names. It has none on Cloudflare.
const HOUSE: &str = "HOOKS";
/// A receiver that takes longer has not answered.
const PATIENCE: Duration = Duration::from_secs(10);
/// Should this object not live to hear the answer, it looks again after this.
pub(super) const GUARD_MS: u64 = 12_000;
/// After a failure, for the first time.
const FIRST_WAIT_MS: u64 = 5_000;
/// A message that has not arrived for so long is given up.
const GIVE_UP_MS: u64 = 3 * 24 * 60 * 60 * 1000;
/// A look at the scenes that was not possible is tried again after this.
const LOOK_AGAIN_MS: u64 = 10 * 60 * 1000;
/// A longer message says that there is more than it tells.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What a receiver has said.
enum Outcome {
    Arrived,
    Unwanted,
    Failed(String),
}

impl ScriptRoom {
    pub(super) fn list_webhooks(&self, asked: &Asked) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        let all = self.reading(|_| self.hooks().all())?;
        Ok(Reply::ok(json!({ "webhooks": all })))
    }

    /// The secret is in the answer, and in no other.
    pub(super) fn make_webhook(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        let url = body["url"].as_str().unwrap_or_default();
        let (url, _) = self.hosts().find(url).map_err(|error| match error {
            AddressError::Malformed => Stop::malformed(error.to_string()),
            AddressError::NotAllowed => Stop::new(403, "host_not_allowed", error.to_string()),
        })?;
        if self.reading(|_| self.hooks().all())?.len() >= MAX_WEBHOOKS {
            let message = format!("a script has at most {MAX_WEBHOOKS} webhooks");
            return Err(Stop::new(409, "too_many", message));
        }
        let mut bytes = [0; SECRET_BYTES];
        getrandom::getrandom(&mut bytes).map_err(|error| Error::RustError(error.to_string()))?;
        let secret = webhook::secret(&bytes);
        let hook = Hook {
            id: random_id()?,
            url: url.to_string(),
            made: asked.now_ms,
            by: asked.person.clone(),
            told: self.reading(|awake| Ok(awake.room.version()))?,
            pending: None,
            given_up: None,
            stopped: None,
        };
        self.hooks().make(&hook, &secret)?;
        let body = json!({ "id": hook.id, "url": hook.url, "secret": secret, "told": hook.told });
        Ok(Reply::made(body))
    }

    pub(super) fn remove_webhook(&self, asked: &Asked, id: &str) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        match self.reading(|_| self.hooks().remove(id))? {
            true => Ok(Reply::ok(json!({ "removed": id }))),
            false => Err(Stop::new(
                404,
                "no_such_webhook",
                "there is no such webhook",
            )),
        }
    }

    /// When there is something to send or to write; nothing of a script that nobody has made, or that is in the trash.
    pub(super) fn webhooks_are_due(&self, now_ms: u64) -> Result<Option<u64>> {
        match self.cards().standing()? {
            Standing::Made(card) if card.trashed_ms.is_none() => self.hooks().next_ms(now_ms),
            _ => Ok(None),
        }
    }

    /// Notes for the alarm when there is something to send; the caller sets it.
    pub(super) fn expect_webhooks(&self) -> Result<()> {
        let due = self.webhooks_are_due(Date::now().as_millis())?;
        if let Some(awake) = &mut *self.awake.borrow_mut() {
            awake.alarms.webhooks_ms = due;
        }
        Ok(())
    }

    /// Whether a hook has yet to hear of scenes that were seen to change.
    pub(super) fn webhooks_are_behind(&self) -> Result<bool> {
        let now_ms = Date::now().as_millis();
        Ok(self.webhooks_are_due(now_ms)?.is_some() && !self.hooks().behind()?.is_empty())
    }

    /// Writes the messages that a look at the scenes leads to, and sends what is due. `None`: there was no look.
    pub(super) async fn send_webhooks(&self, look: Option<&Look>) -> Result<()> {
        let now_ms = Date::now().as_millis();
        if self.webhooks_are_due(now_ms)?.is_none() {
            return self.expect_webhooks();
        }
        let behind = self.hooks().behind()?;
        if let Some(look) = look {
            let mut behind = behind.iter();
            behind.try_for_each(|one| self.write_message(one, look, now_ms))?;
        }
        let due = self.hooks().due(now_ms)?;
        self.wake_for_webhooks(now_ms + GUARD_MS).await?;
        let outcomes = all(due.iter().map(|due| self.send(due))).await;
        for (due, outcome) in due.iter().zip(outcomes) {
            self.settle(due, outcome)?;
        }
        if !behind.is_empty() && look.is_none() {
            return self.wake_for_webhooks(now_ms + LOOK_AGAIN_MS).await;
        }
        self.expect_webhooks()?;
        self.set_alarm().await
    }

    async fn wake_for_webhooks(&self, at_ms: u64) -> Result<()> {
        if let Some(awake) = &mut *self.awake.borrow_mut() {
            awake.alarms.webhooks_ms = Some(at_ms);
        }
        self.set_alarm().await
    }

    /// K1: what has changed since the hook last heard, as J3 and J6 say it.
    fn write_message(&self, behind: &Behind, look: &Look, now_ms: u64) -> Result<()> {
        let id = format!("msg_{}", random_id()?);
        let is_new = |scene: &&Json| scene["changedIn"].as_u64() > Some(behind.told);
        let scenes: Vec<&Json> = look.scenes.iter().filter(is_new).collect();
        let gone = look
            .gone
            .iter()
            .filter(|(_, seen)| seen.version > behind.told);
        let removed: Vec<&str> = gone.map(|(id, _)| id.as_str()).collect();
        let message = |scenes: &[&Json], removed: &[&str], complete: bool| {
            let data = json!({
                "script": self.state.id().name(),
                "since": behind.told,
                "version": look.version,
                "scenes": scenes,
                "removed": removed,
                "complete": complete,
            });
            let time = js_sys::Date::new(&(now_ms as f64).into()).to_iso_string();
            let time = time.as_string();
            json!({ "type": "scenes.changed", "timestamp": time, "data": data }).to_string()
        };
        let mut body = message(&scenes, &removed, true);
        if body.len() > MAX_BODY_BYTES {
            body = message(&[], &[], false);
        }
        let message = Message {
            id: &id,
            version: look.version,
            body: &body,
        };
        self.hooks().write(&behind.hook, &message, now_ms)
    }

    /// Sends a message, and says what came of it.
    async fn send(&self, due: &Due) -> Outcome {
        let (url, network) = match self.hosts().find(&due.url) {
            Ok(found) => found,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        let sent = Box::pin(self.post(url, network, due));
        match select(sent, Box::pin(Delay::from(PATIENCE))).await {
            Either::Left((Ok(answer), _)) => match answer.status_code() {
                200..=299 => Outcome::Arrived,
                410 => Outcome::Unwanted,
                status => Outcome::Failed(format!("expected status 200, got {status}")),
            },
            // What it says may have the address in it.
            Either::Left((Err(_), _)) => Outcome::Failed("the connection failed".to_owned()),
            Either::Right(_) => Outcome::Failed("no answer in time".to_owned()),
        }
    }

    /// A redirect is not followed: it would lead where nobody has looked.
    async fn post(&self, url: Url, network: Network, due: &Due) -> Result<Response> {
        let time_s = Date::now().as_millis() / 1000;
        let signature = webhook::signature(&due.secret, &due.id, time_s, &due.body);
        let signature =
            signature.ok_or_else(|| Error::RustError("expected a secret".to_owned()))?;
        let headers = Headers::new();
        headers.set("content-type", "application/json")?;
        headers.set("user-agent", "scriptroom")?;
        headers.set("webhook-id", &due.id)?;
        headers.set("webhook-timestamp", &time_s.to_string())?;
        headers.set("webhook-signature", &signature)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post);
        init.with_redirect(RequestRedirect::Manual);
        init.with_headers(headers);
        init.with_body(Some(due.body.as_str().into()));
        match (network, self.env.service(HOUSE)) {
            (Network::House, Ok(house)) => house.fetch(url.to_string(), Some(init)).await,
            _ => {
                let request = Request::new_with_init(url.as_str(), &init)?;
                Fetch::Request(request).send().await
            }
        }
    }

    /// K3, K4: notes what came of a message.
    fn settle(&self, due: &Due, outcome: Outcome) -> Result<()> {
        let (hooks, now_ms) = (self.hooks(), Date::now().as_millis());
        let failures = due.attempts + 1;
        let note = |event, error: &str| {
            let fields = [
                ("webhook", due.hook.as_str().into()),
                ("message", due.id.as_str().into()),
                ("try", failures.into()),
                ("error", error.into()),
            ];
            self.note(event, &fields);
        };
        let failure = match outcome {
            Outcome::Arrived => {
                note(Event::WebhookArrived, "");
                return hooks.arrived(due);
            }
            Outcome::Unwanted => {
                note(Event::WebhookStopped, "");
                return hooks.stop(due, now_ms);
            }
            Outcome::Failed(failure) => failure,
        };
        metrics::count(|metrics| metrics.failed("webhook"));
        note(Event::WebhookFailed, &failure);
        let set = |name, default| settings::number(&self.env, name).unwrap_or(default);
        if now_ms >= due.since_ms + set("WEBHOOK_GIVE_UP_MS", GIVE_UP_MS) {
            note(Event::WebhookGivenUp, "");
            return hooks.give_up(due, now_ms);
        }
        let mut random = [0];
        getrandom::getrandom(&mut random).map_err(|error| Error::RustError(error.to_string()))?;
        let first_ms = set("WEBHOOK_RETRY_MS", FIRST_WAIT_MS);
        let wait_ms = webhook::wait_ms(failures, first_ms, random[0]);
        hooks.put_off(due, now_ms + wait_ms, &failure)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            sql: self.state.storage().sql(),
        }
    }

    fn hosts(&self) -> Hosts {
        Hosts(settings::list(&self.env, "WEBHOOK_HOSTS"))
    }
}
