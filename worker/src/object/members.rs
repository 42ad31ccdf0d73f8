//! Requests about who may come in: a script's members, and the links by which people become members.

use scriptroom_room::Role;
use scriptroom_room::session::ANONYMOUS;
use serde_json::{Value as Json, json};
use worker::Result;

use super::ScriptRoom;
use super::door::not_in_the_trash;
use super::management::{Reply, Told};
use super::request::{Answered, Asked, Stop};
use crate::guest::random_id;
use crate::members::Link;
use crate::requests::digest;

const MAX_MEMBERS: usize = 1_000;
const MAX_LINKS: usize = 100;
const MAX_PERSON_BYTES: usize = 200;

impl ScriptRoom {
    pub(super) fn list_members(&self, asked: &Asked) -> Answered<Reply> {
        self.entered(&asked.person)?;
        let members = self.roll().all()?;
        Ok(Reply::ok(json!({ "members": members })))
    }

    pub(super) fn set_member(&self, asked: &Asked, who: &str, body: &Json) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        let who = person_named(who)?;
        let role = role_in(body)?;
        let members = self.roll();
        if role != Role::Owner && members.is_last_owner(&who)? {
            return Err(last_owner());
        }
        if members.role(&who)?.is_none() && members.count()? >= MAX_MEMBERS as u64 {
            return Err(too_many(MAX_MEMBERS, "members"));
        }
        members.set(&who, role, &asked.person, asked.now_ms)?;
        members.decided(&who, asked.now_ms)?;
        self.cards()
            .note(std::slice::from_ref(&who), asked.now_ms)?;
        let reply = Reply::ok(json!({ "person": who, "role": role.name() }));
        Ok(reply.telling(Told::Access(who, Some(role))))
    }

    /// Owners remove others; everybody may leave.
    pub(super) fn remove_member(&self, asked: &Asked, who: &str) -> Answered<Reply> {
        let who = person_named(who)?;
        match who == asked.person {
            true => self.entered(&asked.person).map(|_| ())?,
            false => self.at_least(Role::Owner, &asked.person).map(|_| ())?,
        }
        let members = self.roll();
        if members.role(&who)?.is_none() {
            return Err(Stop::new(404, "no_such_member", "there is no such member"));
        }
        if members.is_last_owner(&who)? {
            return Err(last_owner());
        }
        members.remove(&who, asked.now_ms)?;
        self.cards()
            .note(std::slice::from_ref(&who), asked.now_ms)?;
        Ok(Reply::ok(json!({ "removed": who })).telling(Told::Access(who, None)))
    }

    pub(super) fn list_links(&self, asked: &Asked) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        let links = self.roll().links()?;
        Ok(Reply::ok(json!({ "links": links })))
    }

    pub(super) fn make_link(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        let role = role_in(body)?;
        if role == Role::Owner {
            let message =
                "expected a viewer, commenter or editor: whoever has a link would own the script";
            return Err(Stop::malformed(message));
        }
        let expires = match &body["expires_in"] {
            Json::Null => None,
            seconds => {
                let message = "expected expires_in as a number of seconds";
                let seconds = seconds.as_u64().filter(|&seconds| seconds < 1 << 32);
                let seconds = seconds.ok_or_else(|| Stop::malformed(message))?;
                Some(asked.now_ms + seconds * 1000)
            }
        };
        let members = self.roll();
        if members.links()?.len() >= MAX_LINKS {
            return Err(too_many(MAX_LINKS, "links"));
        }
        let id = random_id()?;
        let secret = link_secret(asked, Some(&id))?;
        let link = Link {
            id,
            role: role.name(),
            made: asked.now_ms,
            by: asked.person.clone(),
            expires,
            revoked: None,
        };
        members.make_link(&link, &secret)?;
        let body =
            json!({ "id": link.id, "secret": secret, "role": link.role, "expires": expires });
        Ok(Reply::made(body))
    }

    pub(super) fn revoke_link(&self, asked: &Asked, id: &str) -> Answered<Reply> {
        self.at_least(Role::Owner, &asked.person)?;
        match self.roll().revoke(id, asked.now_ms)? {
            true => Ok(Reply::ok(json!({ "revoked": id }))),
            false => Err(Stop::new(404, "no_such_link", "there is no such link")),
        }
    }

    /// Whoever has a link's secret becomes a member. Nobody loses a role by it, and who has got one from an owner since the link was made keeps that.
    pub(super) fn accept_link(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        let person = &asked.person;
        let card = self.standing()?;
        not_in_the_trash(&card)?;
        let refused = || Stop::new(403, "no_such_link", "the link is not good, or no longer");
        let secret = body["secret"].as_str().ok_or_else(refused)?;
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
            None if is_older => return Err(refused()),
            None => carried,
            Some(had) if is_older => had,
            Some(had) => had.max(carried),
        };
        if had != Some(role) {
            if had.is_none() && members.count()? >= MAX_MEMBERS as u64 {
                return Err(too_many(MAX_MEMBERS, "members"));
            }
            members.set(person, role, &format!("link:{}", link.id), asked.now_ms)?;
            self.cards()
                .note(std::slice::from_ref(person), asked.now_ms)?;
        }
        let body = json!({ "id": card.id, "title": card.title, "role": role.name() });
        Ok(Reply::ok(body).telling(Told::Access(person.clone(), Some(role))))
    }
}

/// The secret of a new link. A request that comes again under its key gets the same one.
pub(super) fn link_secret(asked: &Asked, id: Option<&str>) -> Result<String> {
    match (asked.key(), id) {
        (Some(key), Some(id)) => Ok(digest(&[id.as_bytes(), key.as_bytes()])),
        _ => random_id(),
    }
}

fn too_many(most: usize, what: &str) -> Stop {
    let message = format!("a script has at most {most} {what}");
    Stop::new(409, "too_many", message)
}

fn last_owner() -> Stop {
    Stop::new(
        409,
        "last_owner",
        "expected another owner first: this is the last one",
    )
}

fn role_in(body: &Json) -> Answered<Role> {
    let role = body["role"].as_str().and_then(Role::from_name);
    role.ok_or_else(|| Stop::malformed("expected a role: viewer, commenter, editor or owner"))
}

/// A person as the path of an address has them.
fn person_named(part: &str) -> Answered<String> {
    let decoded = js_sys::decode_uri_component(part)
        .ok()
        .and_then(|text| text.as_string());
    let visible = |name: &String| {
        name.len() <= MAX_PERSON_BYTES
            && !name.is_empty()
            && name != ANONYMOUS
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    decoded
        .filter(visible)
        .ok_or_else(|| Stop::malformed("expected a person: 1 to 200 visible ASCII characters"))
}
