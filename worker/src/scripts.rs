//! Requests about scripts and people, on their way to the object that answers them.
//!
//! A new script's id is chosen here: at random, or from the request's `Idempotency-Key`, so that a request that comes
//! again finds the script that it made.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use worker::{Env, Method, Request, RequestInit, Response, Result};

use scriptroom_room::session::ANONYMOUS;

use crate::answers::failure;
use crate::body;
use crate::identity::{self, Caller, CallerError};
use crate::person;
use crate::routes::{CALLER_HEADER, NO_UUID, SCRIPTS, script_id};
use crate::token::TokenError;

/// Under which every script's addresses lie.
pub(crate) const SCRIPTS_PATH: &str = "/api/scripts/";

/// Answers a request about the caller's own: their list, their settings; or makes a script.
pub(crate) async fn own(request: Request, env: &Env) -> Result<Response> {
    if !body::fits(&request, body::SMALL_BYTES)? {
        return body::too_large(body::SMALL_BYTES);
    }
    let caller = match identity::caller(&request, env, None).await? {
        Ok(caller) if caller.person != ANONYMOUS => caller,
        Ok(_) => return refuse(&CallerError::NoToken),
        Err(error) => return refuse(&error),
    };
    if request.method() == Method::Post && request.path() == "/api/scripts" {
        return create(request, env, &caller).await;
    }
    let people = env.durable_object(person::BINDING)?;
    let forwarded = with_caller(request.clone_mut()?, &caller)?;
    people
        .get_by_name(&caller.person)?
        .fetch_with_request(forwarded)
        .await
}

/// Answers a request about one script.
pub(crate) async fn one(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let rest = path.strip_prefix(SCRIPTS_PATH).unwrap_or_default();
    let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let Some(script) = script_id(id) else {
        return failure(400, "not_a_uuid", NO_UUID);
    };
    if !body::fits(&request, body::LARGEST_BYTES)? {
        return body::too_large(body::LARGEST_BYTES);
    }
    let copies = request.method() == Method::Post && rest == "duplicate";
    // A token that is for one script is not for its copy.
    let bound = (!copies).then_some(script.as_str());
    let caller = match identity::caller(&request, env, bound).await? {
        Ok(caller) => caller,
        Err(error) => return refuse(&error),
    };
    if copies {
        return duplicate(request, env, &caller, &script).await;
    }
    let mut url = request.url()?;
    if id != script {
        url.set_path(&path.replacen(id, &script, 1));
    }
    let mut forwarded = request.clone_mut()?;
    if id != script {
        forwarded = Request::new_with_init(url.as_str(), &init_of(&forwarded))?;
    }
    send(env, &script, with_caller(forwarded, &caller)?).await
}

/// Makes a script for the caller. With `id` in the body it is that one: a device may have written it without a network.
async fn create(mut request: Request, env: &Env, caller: &Caller) -> Result<Response> {
    let key = request.headers().get("idempotency-key")?;
    let body = match body_of(&mut request).await? {
        Ok(body) => body,
        Err(refusal) => return Ok(refusal),
    };
    let script = match body["id"].as_str() {
        Some(id) => match script_id(id) {
            Some(script) => script,
            None => return failure(400, "not_a_uuid", NO_UUID),
        },
        None => new_id(&["create", &caller.person], key.as_deref())?,
    };
    let made = json!({ "title": body["title"] });
    let url = format!("http://script{SCRIPTS_PATH}{script}");
    send(
        env,
        &script,
        request_with(Method::Put, &url, &made, caller)?,
    )
    .await
}

/// Copies a script for the caller.
async fn duplicate(
    mut request: Request,
    env: &Env,
    caller: &Caller,
    source: &str,
) -> Result<Response> {
    let key = request.headers().get("idempotency-key")?;
    let body = match body_of(&mut request).await? {
        Ok(body) => body,
        Err(refusal) => return Ok(refusal),
    };
    let copy = new_id(&["duplicate", &caller.person, source], key.as_deref())?;
    let asked = json!({ "id": copy, "title": body["title"] });
    let url = format!("http://script{SCRIPTS_PATH}{source}/duplicate");
    send(
        env,
        source,
        request_with(Method::Post, &url, &asked, caller)?,
    )
    .await
}

/// An id that nobody has, or that goes with this key.
fn new_id(parts: &[&str], key: Option<&str>) -> Result<String> {
    let digits = match key {
        None => crate::guest::random_id()?,
        Some(key) => {
            let mut digest = Sha256::new();
            for part in parts.iter().chain([&key]) {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
            let bytes = digest.finalize();
            bytes[..16]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        }
    };
    Ok(uuid(&digits))
}

/// A UUID of version 8 (RFC 9562: made in a way of one's own) with these 32 hexadecimal digits, but for six bits.
fn uuid(digits: &str) -> String {
    let variant = u8::from_str_radix(&digits[16..17], 16).unwrap_or(0) & 3 | 8;
    format!(
        "{}-{}-8{}-{variant:x}{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

async fn body_of(request: &mut Request) -> Result<std::result::Result<Json, Response>> {
    let Some(bytes) = body::read(request, body::SMALL_BYTES).await? else {
        return body::too_large(body::SMALL_BYTES).map(Err);
    };
    if bytes.is_empty() {
        return Ok(Ok(json!({})));
    }
    match serde_json::from_slice::<Json>(&bytes) {
        Ok(body) if body.is_object() => Ok(Ok(body)),
        _ => failure(400, "malformed", "expected a JSON object").map(Err),
    }
}

fn request_with(method: Method, url: &str, body: &Json, caller: &Caller) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(method);
    init.with_body(Some(body.to_string().into()));
    with_caller(Request::new_with_init(url, &init)?, caller)
}

/// All of a request but its address. The body stays a stream.
fn init_of(request: &Request) -> RequestInit {
    let mut init = RequestInit::new();
    init.with_method(request.method());
    init.with_headers(request.headers().clone());
    init.with_body(request.inner().body().map(Into::into));
    init
}

/// Says who a request is from, to the object that it goes to.
pub(crate) fn with_caller(mut request: Request, caller: &Caller) -> Result<Request> {
    let header = serde_json::to_string(caller)?;
    request.headers_mut()?.set(CALLER_HEADER, &header)?;
    Ok(request)
}

/// Hands a request to a script's object.
pub(crate) async fn send(env: &Env, script: &str, request: Request) -> Result<Response> {
    let objects = env.durable_object(SCRIPTS)?;
    objects
        .get_by_name(script)?
        .fetch_with_request(request)
        .await
}

/// What somebody is told who is not let in.
fn refuse(error: &CallerError) -> Result<Response> {
    let (status, code) = match error {
        CallerError::OtherScript => (403, "not_allowed"),
        CallerError::Token(TokenError::KeysUnavailable) => (503, "try_again_later"),
        _ => (401, "not_signed_in"),
    };
    let mut response = failure(status, code, &error.to_string())?;
    if status == 401 {
        response.headers_mut().set("www-authenticate", "Bearer")?;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_a_key_gives_the_same_id_to_the_same_person_only() {
        let id = |person, key| new_id(&["create", person], Some(key)).expect("an id");
        assert_eq!(id("ada", "one"), id("ada", "one"));
        assert_ne!(id("ada", "one"), id("ada", "two"));
        assert_ne!(id("ada", "one"), id("bob", "one"));
        assert_ne!(id("ada", "bone"), id("adab", "one"));
        assert_eq!(script_id(&id("ada", "one")), Some(id("ada", "one")));
        assert_eq!(
            uuid("00112233445566778899aabbccddeeff"),
            "00112233-4455-8677-8899-aabbccddeeff"
        );
    }
}
