//! Requests about one script: its card, its members, its share links. Each is answered in one turn with what it writes,
//! so that what was answered is on disk; a request with an `Idempotency-Key` is done once and answered alike each time.

use scriptroom_room::session::ANONYMOUS;
use scriptroom_room::{Input, Role};
use serde_json::{Value as Json, json};
use worker::{Date, Error, Method, Request, Response, Result};

use super::ScriptRoom;
use super::door::{DELETED, NO_MEMBER, NO_SUCH_SCRIPT, TRASHED};
use super::seed;
use crate::answers::{failure, json};
use crate::body::{self, SMALL_BYTES};
use crate::card::{self, Card, Standing};
use crate::guest::random_id;
use crate::identity::Caller;
use crate::members::Link;
use crate::requests::{Requests, digest};

const MAX_MEMBERS: u64 = 1_000;
const MAX_LINKS: usize = 100;
const MAX_PERSON_BYTES: usize = 200;

/// A request that is refused.
pub(super) struct Refused {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refused {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Refused {
        Refused {
            status,
            code,
            message: message.into(),
        }
    }
}

/// Why a request ends early.
pub(super) enum Stop {
    Refused(Refused),
    Failed(Error),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Refused(refused)
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

pub(super) type Answered<T> = std::result::Result<T, Stop>;

/// What is asked, apart from who asks.
pub(super) struct Asked<'a> {
    method: Method,
    /// What its sender will send again with the same request.
    key: Option<String>,
    /// The path after the script's id.
    path: Vec<&'a str>,
    script: &'a str,
    pub(super) body: Json,
    pub(super) now_ms: u64,
}

/// An answer, and what open connections have to hear of it.
pub(super) struct Reply {
    status: u16,
    body: Json,
    told: Vec<Told>,
}

/// What a change means to open connections.
enum Told {
    Access(String, Option<Role>),
    Closed(&'static str),
}

impl Reply {
    pub(super) fn ok(body: Json) -> Reply {
        Reply {
            status: 200,
            body,
            told: Vec::new(),
        }
    }

    /// Something was made.
    pub(super) fn made(body: Json) -> Reply {
        Reply {
            status: 201,
            ..Reply::ok(body)
        }
    }

    fn telling(self, told: Told) -> Reply {
        Reply {
            told: vec![told],
            ..self
        }
    }
}

/// The caller as a person: only persons have scripts.
pub(super) fn person_of(caller: &Caller) -> std::result::Result<&str, Refused> {
    match caller.person.as_str() {
        ANONYMOUS => Err(Refused::new(401, "not_signed_in", "expected a token")),
        person => Ok(person),
    }
}

impl ScriptRoom {
    /// Answers a request.
    pub(super) async fn api(&self, request: Request, caller: &Caller) -> Result<Response> {
        let answered = match request.path() == seed::PATH {
            true => self.seeded(request, caller).await,
            false => self.answered(request, caller).await,
        };
        match answered {
            Ok(response) => Ok(response),
            Err(Stop::Refused(refused)) => failure(refused.status, refused.code, &refused.message),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    async fn answered(&self, mut request: Request, caller: &Caller) -> Answered<Response> {
        let Some(bytes) = body::read(&mut request, SMALL_BYTES).await? else {
            return Err(Refused::new(413, "too_large", body::expected(SMALL_BYTES)).into());
        };
        let body = match bytes.is_empty() {
            true => json!({}),
            false => serde_json::from_slice(&bytes).map_err(|error| {
                Refused::new(400, "malformed", format!("expected JSON: {error}"))
            })?,
        };
        let url_path = request.path();
        let mut path = url_path.trim_start_matches("/api/scripts/").split('/');
        let script = path.next().unwrap_or_default();
        let asked = Asked {
            method: request.method(),
            path: path.collect(),
            script,
            key: request.headers().get("idempotency-key")?,
            body,
            now_ms: Date::now().as_millis(),
        };
        match (&asked.method, asked.path.as_slice()) {
            (Method::Post, ["duplicate"]) => {
                let copy = asked.body["id"].as_str().unwrap_or_default();
                return self
                    .duplicate(caller, copy, asked.body["title"].as_str())
                    .await;
            }
            (Method::Put, []) => {
                self.created(caller, &asked).await?;
                return Ok(json(201, &self.info(person_of(caller)?)?)?);
            }
            _ => {}
        }
        let reply = self.once(caller, &asked, &bytes)?;
        if asked.method != Method::Get {
            self.tell_everybody(&reply.told, asked.now_ms).await?;
        }
        Ok(json(reply.status, &reply.body)?)
    }

    /// Open connections hear of a change in the turn in which it was made, people's objects after it.
    async fn tell_everybody(&self, told: &[Told], now_ms: u64) -> Result<()> {
        self.expect_delivery(now_ms)?;
        self.expect_webhooks()?;
        for told in told {
            match told {
                Told::Access(person, role) => self.handle(Input::Access(person, *role)).await?,
                Told::Closed(reason) => self.handle(Input::Closed(reason)).await?,
            }
        }
        self.set_alarm().await?;
        self.deliver().await
    }

    /// Does what is asked, unless that was done under this key: then the answer of then is given again.
    fn once(&self, caller: &Caller, asked: &Asked<'_>, bytes: &[u8]) -> Answered<Reply> {
        let person = person_of(caller)?;
        if asked.method == Method::Get {
            return self.done(person, asked);
        }
        // Who knocks must be known before anything is written down of what they say.
        self.entering(person, asked)?;
        // What a newer relay has written is not touched (M1).
        self.awaken()?;
        let Some(key) = &asked.key else {
            return self.done(person, asked);
        };
        let sql = self.state.storage().sql();
        let requests = Requests { sql: &sql };
        let known_by = digest(&[person.as_bytes(), key.as_bytes()]);
        let what = format!("{:?} {}", asked.method, asked.path.join("/"));
        let what = digest(&[what.as_bytes(), bytes]);
        if let Some(known) = requests.find(&known_by, asked.now_ms)? {
            if known.digest != what {
                let message = "expected a new Idempotency-Key, got that of another request";
                return Err(Refused::new(422, "key_reused", message).into());
            }
            let mut body: Json = serde_json::from_str(&known.body)?;
            if asked.path == ["links"] {
                body["secret"] = link_secret(body["id"].as_str(), asked)?.into();
            }
            return Ok(Reply {
                status: known.status,
                body,
                told: Vec::new(),
            });
        }
        let reply = self.done(person, asked)?;
        let mut kept = reply.body.clone();
        if let Some(fields) = kept.as_object_mut() {
            // Of a link's secret only a hash is kept (R10): it follows from the key.
            fields.remove("secret");
        }
        let (status, kept) = (reply.status, kept.to_string());
        requests.keep(&known_by, &what, status, &kept, asked.now_ms)?;
        Ok(reply)
    }

    fn done(&self, person: &str, asked: &Asked<'_>) -> Answered<Reply> {
        let path: Vec<&str> = asked.path.clone();
        match (&asked.method, path.as_slice()) {
            (Method::Get, ["card"]) => self.info(person).map(Reply::ok),
            (Method::Patch, ["card"]) => self.rename(person, asked),
            (Method::Delete, []) => self.delete(person, asked),
            (Method::Post, ["trash"]) => self.trash(person, asked, true),
            (Method::Post, ["restore"]) => self.trash(person, asked, false),
            (Method::Get, ["members"]) => self.list_members(person),
            (Method::Put, ["members", who]) => self.set_member(person, who, asked),
            (Method::Delete, ["members", who]) => self.remove_member(person, who, asked),
            (Method::Get, ["links"]) => self.list_links(person),
            (Method::Post, ["links"]) => self.make_link(person, asked),
            (Method::Delete, ["links", id]) => self.revoke_link(person, id, asked),
            (Method::Post, ["accept"]) => self.accept_link(person, asked),
            (Method::Get, ["webhooks"]) => self.list_webhooks(person),
            (Method::Post, ["webhooks"]) => self.make_webhook(person, asked),
            (Method::Delete, ["webhooks", id]) => self.remove_webhook(person, id),
            _ => Err(Refused::new(404, "not_found", "there is no such address").into()),
        }
    }

    /// Somebody asks who need not be a member yet to accept a link.
    fn entering(&self, person: &str, asked: &Asked<'_>) -> Answered<()> {
        match asked.path.as_slice() {
            ["accept"] => self.standing().map(|_| ()),
            _ => self.entered(person).map(|_| ()),
        }
    }

    fn standing(&self) -> Answered<Card> {
        match self.cards().standing()? {
            Standing::Made(card) => Ok(card),
            Standing::Unmade => Err(Refused::new(404, "no_such_script", NO_SUCH_SCRIPT).into()),
            Standing::Deleted => Err(Refused::new(404, "no_such_script", DELETED).into()),
        }
    }

    /// The card, and the role of somebody who is a member.
    pub(super) fn entered(&self, person: &str) -> Answered<(Card, Role)> {
        let card = self.standing()?;
        match self.roll().role(person)? {
            Some(role) => Ok((card, role)),
            None => Err(Refused::new(403, "not_allowed", NO_MEMBER).into()),
        }
    }

    /// Somebody whose role is at least that.
    pub(super) fn at_least(&self, least: Role, person: &str) -> Answered<Card> {
        let (card, role) = self.entered(person)?;
        match role >= least {
            true => Ok(card),
            false => {
                let message = format!("not allowed: expected an {least}, this is a {role}");
                Err(Refused::new(403, "not_allowed", message).into())
            }
        }
    }

    pub(super) fn info(&self, person: &str) -> Answered<Json> {
        let (card, role) = self.entered(person)?;
        Ok(json!({
            "id": card.id,
            "title": card.title,
            "role": role.name(),
            "made": card.made_ms,
            "changed": card.changed_ms,
            "trashed": card.trashed_ms,
        }))
    }

    async fn created(&self, caller: &Caller, asked: &Asked<'_>) -> Answered<()> {
        let person = person_of(caller)?;
        match self.cards().standing()? {
            Standing::Made(_) => return self.entered(person).map(|_| ()),
            Standing::Deleted => {
                let message = "expected a new script, got the id of one that was deleted";
                return Err(Refused::new(409, "deleted", message).into());
            }
            Standing::Unmade if self.is_written()? => {
                let message = "expected a new script, got one that others write already";
                return Err(Refused::new(409, "in_use", message).into());
            }
            Standing::Unmade => {}
        }
        let title = asked.body["title"].as_str().unwrap_or_default();
        Ok(self.make(asked.script, title, person, None).await?)
    }

    /// Whether something is stored of a script that nobody has made: on an open relay everybody may write one.
    fn is_written(&self) -> Result<bool> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        Ok(!awake.room.is_empty())
    }

    fn rename(&self, person: &str, asked: &Asked<'_>) -> Answered<Reply> {
        self.at_least(Role::Editor, person)?;
        let title = asked.body["title"].as_str();
        let title = title.ok_or_else(|| Refused::new(400, "malformed", "expected a title"))?;
        let cards = self.cards();
        cards.rename(&card::title(title), asked.now_ms)?;
        cards.note(&self.roll().people()?, asked.now_ms)?;
        self.info(person).map(Reply::ok)
    }

    fn trash(&self, person: &str, asked: &Asked<'_>, away: bool) -> Answered<Reply> {
        let card = self.at_least(Role::Owner, person)?;
        let cards = self.cards();
        if card.trashed_ms.is_some() != away {
            cards.set_trashed(away.then_some(asked.now_ms))?;
            cards.note(&self.roll().people()?, asked.now_ms)?;
        }
        let reply = self.info(person).map(Reply::ok)?;
        Ok(match away {
            true => reply.telling(Told::Closed(TRASHED)),
            false => reply,
        })
    }

    fn delete(&self, person: &str, asked: &Asked<'_>) -> Answered<Reply> {
        let card = self.at_least(Role::Owner, person)?;
        if card.trashed_ms.is_none() {
            let message = "expected a script in the trash: only such a one is deleted for good";
            return Err(Refused::new(409, "not_in_the_trash", message).into());
        }
        let cards = self.cards();
        cards.set_deleted(asked.now_ms)?;
        cards.note(&self.roll().people()?, asked.now_ms)?;
        Ok(Reply::ok(json!({ "deleted": card.id })).telling(Told::Closed(DELETED)))
    }

    fn list_members(&self, person: &str) -> Answered<Reply> {
        self.entered(person)?;
        let members = self.roll().all()?;
        Ok(Reply::ok(json!({ "members": members })))
    }

    fn set_member(&self, person: &str, who: &str, asked: &Asked<'_>) -> Answered<Reply> {
        self.at_least(Role::Owner, person)?;
        let who = person_named(who)?;
        let role = role_in(&asked.body)?;
        let members = self.roll();
        if role != Role::Owner && members.is_last_owner(&who)? {
            return Err(last_owner().into());
        }
        if members.role(&who)?.is_none() && members.count()? >= MAX_MEMBERS {
            return Err(Refused::new(409, "too_many", "a script has at most 1000 members").into());
        }
        members.set(&who, role, person, asked.now_ms)?;
        members.decided(&who, asked.now_ms)?;
        self.cards()
            .note(std::slice::from_ref(&who), asked.now_ms)?;
        let reply = Reply::ok(json!({ "person": who, "role": role.name() }));
        Ok(reply.telling(Told::Access(who, Some(role))))
    }

    /// Owners remove others; everybody may leave.
    fn remove_member(&self, person: &str, who: &str, asked: &Asked<'_>) -> Answered<Reply> {
        let who = person_named(who)?;
        match who == person {
            true => self.entered(person).map(|_| ())?,
            false => self.at_least(Role::Owner, person).map(|_| ())?,
        }
        let members = self.roll();
        if members.role(&who)?.is_none() {
            return Err(Refused::new(404, "no_such_member", "there is no such member").into());
        }
        if members.is_last_owner(&who)? {
            return Err(last_owner().into());
        }
        members.remove(&who, asked.now_ms)?;
        self.cards()
            .note(std::slice::from_ref(&who), asked.now_ms)?;
        Ok(Reply::ok(json!({ "removed": who })).telling(Told::Access(who, None)))
    }

    fn list_links(&self, person: &str) -> Answered<Reply> {
        self.at_least(Role::Owner, person)?;
        let links = self.roll().links()?;
        Ok(Reply::ok(json!({ "links": links })))
    }

    fn make_link(&self, person: &str, asked: &Asked<'_>) -> Answered<Reply> {
        self.at_least(Role::Owner, person)?;
        let role = role_in(&asked.body)?;
        if role == Role::Owner {
            let message =
                "expected a viewer, commenter or editor: whoever has a link would own the script";
            return Err(Refused::new(400, "malformed", message).into());
        }
        let expires = match &asked.body["expires_in"] {
            Json::Null => None,
            seconds => {
                let message = "expected expires_in as a number of seconds";
                let seconds = seconds.as_u64().filter(|&seconds| seconds < 1 << 32);
                let seconds = seconds.ok_or_else(|| Refused::new(400, "malformed", message))?;
                Some(asked.now_ms + seconds * 1000)
            }
        };
        let members = self.roll();
        if members.links()?.len() >= MAX_LINKS {
            return Err(Refused::new(409, "too_many", "a script has at most 100 links").into());
        }
        let id = random_id()?;
        let secret = link_secret(Some(&id), asked)?;
        let link = Link {
            id,
            role: role.name(),
            made: asked.now_ms,
            by: person.to_owned(),
            expires,
            revoked: None,
        };
        members.make_link(&link, &secret)?;
        let body =
            json!({ "id": link.id, "secret": secret, "role": link.role, "expires": expires });
        Ok(Reply::made(body))
    }

    fn revoke_link(&self, person: &str, id: &str, asked: &Asked<'_>) -> Answered<Reply> {
        self.at_least(Role::Owner, person)?;
        match self.roll().revoke(id, asked.now_ms)? {
            true => Ok(Reply::ok(json!({ "revoked": id }))),
            false => Err(Refused::new(404, "no_such_link", "there is no such link").into()),
        }
    }

    /// Whoever has a link's secret becomes a member. Nobody loses a role by it, and who has got one from an owner since the link was made keeps that.
    fn accept_link(&self, person: &str, asked: &Asked<'_>) -> Answered<Reply> {
        let card = self.standing()?;
        not_in_the_trash(&card)?;
        let refused = || Refused::new(403, "no_such_link", "the link is not good, or no longer");
        let secret = asked.body["secret"].as_str().ok_or_else(refused)?;
        let members = self.roll();
        let link = members.link_with_secret(secret)?;
        let link = link
            .filter(|link| link.is_good(asked.now_ms))
            .ok_or_else(refused)?;
        let decided_ms = members.decided_ms(person)?;
        let is_older = decided_ms.is_some_and(|decided_ms| decided_ms >= link.made);
        let carried = Role::from_name(link.role).expect("it was read as a role");
        let had = members.role(person)?;
        let role = match had {
            None if is_older => return Err(refused().into()),
            None => carried,
            Some(had) if is_older => had,
            Some(had) => had.max(carried),
        };
        if had != Some(role) {
            if had.is_none() && members.count()? >= MAX_MEMBERS {
                return Err(
                    Refused::new(409, "too_many", "a script has at most 1000 members").into(),
                );
            }
            members.set(person, role, &format!("link:{}", link.id), asked.now_ms)?;
            self.cards().note(&[person.to_owned()], asked.now_ms)?;
        }
        let body = json!({ "id": card.id, "title": card.title, "role": role.name() });
        Ok(Reply::ok(body).telling(Told::Access(person.to_owned(), Some(role))))
    }
}

/// In the trash a script is closed to everybody (S4).
pub(super) fn not_in_the_trash(card: &Card) -> std::result::Result<(), Refused> {
    match card.trashed_ms {
        None => Ok(()),
        Some(_) => Err(Refused::new(404, "no_such_script", TRASHED)),
    }
}

/// The secret of a new link. A request that comes again under its key gets the same one.
fn link_secret(id: Option<&str>, asked: &Asked<'_>) -> Result<String> {
    match (&asked.key, id) {
        (Some(key), Some(id)) => Ok(digest(&[id.as_bytes(), key.as_bytes()])),
        _ => random_id(),
    }
}

fn last_owner() -> Refused {
    Refused::new(
        409,
        "last_owner",
        "expected another owner first: this is the last one",
    )
}

fn role_in(body: &Json) -> std::result::Result<Role, Refused> {
    let role = body["role"].as_str().and_then(Role::from_name);
    role.ok_or_else(|| {
        Refused::new(
            400,
            "malformed",
            "expected a role: viewer, commenter, editor or owner",
        )
    })
}

/// A person as the path of an address has them.
fn person_named(part: &str) -> std::result::Result<String, Refused> {
    let decoded = js_sys::decode_uri_component(part)
        .ok()
        .and_then(|text| text.as_string());
    let visible = |name: &String| {
        name.len() <= MAX_PERSON_BYTES
            && !name.is_empty()
            && name != ANONYMOUS
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    decoded.filter(visible).ok_or_else(|| {
        Refused::new(
            400,
            "malformed",
            "expected a person: 1 to 200 visible ASCII characters",
        )
    })
}
