//! Requests about a script itself: its card, its members, its share links, its webhooks. Each is answered in one turn with
//! what it writes, so that what was answered is on disk; after it those hear of a change whom it concerns.

use scriptroom_room::{Input, Role};
use serde_json::Value as Json;
use worker::{Method, Request, Response, Result};

use super::ScriptRoom;
use super::door::signed_in;
use super::members::link_secret;
use super::request::{Answered, Asked, Stop};
use crate::answers;
use crate::body::SMALL_BYTES;
use crate::identity::Caller;

/// An answer, and what open connections have to hear of it.
pub(super) struct Reply {
    status: u16,
    body: Json,
    told: Option<Told>,
}

/// What a change means to open connections.
pub(super) enum Told {
    Access(String, Option<Role>),
    Closed(&'static str),
}

impl Reply {
    pub(super) fn ok(body: Json) -> Reply {
        Reply {
            status: 200,
            body,
            told: None,
        }
    }

    /// Something was made.
    pub(super) fn made(body: Json) -> Reply {
        Reply {
            status: 201,
            ..Reply::ok(body)
        }
    }

    pub(super) fn telling(self, told: Told) -> Reply {
        Reply {
            told: Some(told),
            ..self
        }
    }
}

impl ScriptRoom {
    /// Answers a request about the script itself.
    pub(super) async fn manage(&self, request: Request, caller: &Caller) -> Answered<Response> {
        let asked = Asked::read(request, caller, SMALL_BYTES).await?;
        let body = asked.fields()?;
        match (&asked.method, asked.path.as_str()) {
            (Method::Post, "duplicate") => {
                let copy = body["id"].as_str().unwrap_or_default();
                return self.duplicate(caller, copy, body["title"].as_str()).await;
            }
            (Method::Put, "") => {
                return Ok(answers::json(201, &self.created(&asked, &body).await?)?);
            }
            _ => {}
        }
        let reply = self.once(&asked, &body)?;
        if asked.method != Method::Get {
            self.tell_everybody(reply.told, asked.now_ms).await?;
        }
        Ok(answers::json(reply.status, &reply.body)?)
    }

    /// Open connections hear of a change in the turn in which it was made, people's objects after it.
    async fn tell_everybody(&self, told: Option<Told>, now_ms: u64) -> Result<()> {
        self.expect_delivery(now_ms)?;
        self.expect_webhooks()?;
        match told {
            Some(Told::Access(person, role)) => self.handle(Input::Access(&person, role)).await?,
            Some(Told::Closed(reason)) => self.handle(Input::Closed(reason)).await?,
            None => {}
        }
        self.set_alarm().await?;
        self.deliver().await
    }

    /// Does what is asked, unless that was done under this key: then the answer of then is given again.
    fn once(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        signed_in(&asked.person)?;
        if asked.method == Method::Get {
            return self.done(asked, body);
        }
        // Who knocks must be known before anything is written down of what they say.
        self.entering(asked)?;
        if let Some((status, mut body)) = self.answered_before(asked)? {
            if asked.path == "links" {
                body["secret"] = link_secret(asked, body["id"].as_str())?.into();
            }
            return Ok(Reply {
                status,
                ..Reply::ok(body)
            });
        }
        let reply = self.done(asked, body)?;
        let mut kept = reply.body.clone();
        if let Some(fields) = kept.as_object_mut() {
            // Of a link's secret only a hash is kept (R10): it follows from the key.
            fields.remove("secret");
        }
        self.keep_answer(asked, reply.status, &kept)?;
        Ok(reply)
    }

    /// Somebody asks who need not be a member yet to accept a link.
    fn entering(&self, asked: &Asked) -> Answered<()> {
        match asked.path.as_str() {
            "accept" => self.standing().map(|_| ()),
            _ => self.entered(&asked.person).map(|_| ()),
        }
    }

    fn done(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        let path: Vec<&str> = asked.path.split('/').collect();
        match (&asked.method, path.as_slice()) {
            (Method::Get, ["card"]) => self.info(&asked.person).map(Reply::ok),
            (Method::Patch, ["card"]) => self.rename(asked, body),
            (Method::Delete, [""]) => self.delete(asked),
            (Method::Post, ["trash"]) => self.trash(asked, true),
            (Method::Post, ["restore"]) => self.trash(asked, false),
            (Method::Get, ["members"]) => self.list_members(asked),
            (Method::Put, ["members", who]) => self.set_member(asked, who, body),
            (Method::Delete, ["members", who]) => self.remove_member(asked, who),
            (Method::Get, ["links"]) => self.list_links(asked),
            (Method::Post, ["links"]) => self.make_link(asked, body),
            (Method::Delete, ["links", id]) => self.revoke_link(asked, id),
            (Method::Post, ["accept"]) => self.accept_link(asked, body),
            (Method::Get, ["webhooks"]) => self.list_webhooks(asked),
            (Method::Post, ["webhooks"]) => self.make_webhook(asked, body),
            (Method::Delete, ["webhooks", id]) => self.remove_webhook(asked, id),
            _ => Err(Stop::new(404, "not_found", "there is no such address")),
        }
    }
}
