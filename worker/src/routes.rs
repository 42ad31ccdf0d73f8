//! Which request goes where: [`addresses`] has the list. What it does not have is one of the app's files, or nothing.

use scriptroom_room::Lane;
use scriptroom_room::wire::CloseCode;
use serde_json::json;
use worker::{Date, Env, Error, Method, Request, Response, Result};

use crate::addresses::{self, Found, To};
use crate::answers::{self, failure, json, refuse_socket};
use crate::events::{self, Event};
use crate::identity::{self, CallerError};
use crate::origin::{self, Origin};
use crate::token::TokenError;
use crate::{assets, guest, health, metrics, scripts, settings, signin};

/// The binding of the Durable Objects, one a script.
pub(crate) const SCRIPTS: &str = "SCRIPTS";
const SOCKETS: &str = "/api/ws/scripts/";
/// The text in the global object that describes the addresses.
const DESCRIPTION: &str = "scriptroomDescription";
/// What follows a script's id at the address of its threads.
const THREADS: &str = "/threads";
/// Tells the object who knocks: a caller as JSON, set by the routes and nowhere else.
pub(crate) const CALLER_HEADER: &str = "x-scriptroom-caller";

pub(crate) const NO_UUID: &str = "expected a script id that is a UUID";
const FOREIGN: &str = "not allowed: this page is of another origin";

/// The answer to any request; the logs have what it was.
pub(crate) async fn answer(request: Request, env: &Env) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let from_ms = Date::now().as_millis();
    let answered = answer_at(request, env, &path).await;
    let script = script_of(&path).unwrap_or_default();
    let status = answered.as_ref().map_or(500, Response::status_code);
    let name: &str = method.as_ref();
    let fields = [
        ("method", name.into()),
        ("address", addresses::pattern(&path).into()),
        ("script", script.as_str().into()),
        ("status", status.into()),
        ("ms", Date::now().as_millis().saturating_sub(from_ms).into()),
    ];
    events::note(Event::RequestAnswered, &fields);
    answered
}

async fn answer_at(request: Request, env: &Env, path: &str) -> Result<Response> {
    if !path.starts_with("/api/") {
        return match addresses::find(&request.method(), path) {
            Found::To(_) => metrics::answer(&request, env),
            Found::OtherMethod(methods) => method_not_allowed(&methods),
            Found::Nothing => match request.method() {
                Method::Get | Method::Head => assets::answer(env, path).await,
                _ => method_not_allowed("GET, HEAD"),
            },
        };
    }
    let socket = path.strip_prefix(SOCKETS);
    match origin::of(&request, env)? {
        Origin::Foreign if socket.is_some() && upgrades(&request)? => {
            refuse_socket(&request, CloseCode::NotAllowed, FOREIGN)
        }
        Origin::Foreign => failure(403, "origin_not_allowed", FOREIGN),
        Origin::Allowed(origin) if socket.is_none() => {
            if let Some(answer) = origin::preflight(&request, &origin)? {
                return Ok(answer);
            }
            origin::reveal(&origin, api(request, env, path).await?).await
        }
        // What becomes of a socket is counted elsewhere.
        Origin::Own | Origin::Allowed(_) => match socket {
            Some(_) => routed(request, env, path).await,
            None => api(request, env, path).await,
        },
    }
}

async fn api(request: Request, env: &Env, path: &str) -> Result<Response> {
    let answered = metrics::timed("request", routed(request, env, path)).await;
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => {
            worker::console_error!("{error}");
            failure(500, "internal", "the relay has failed; its log says why")?
        }
    };
    metrics::count(|metrics| metrics.answered(answer.status_code()));
    Ok(answer)
}

async fn routed(request: Request, env: &Env, path: &str) -> Result<Response> {
    match addresses::find(&request.method(), path) {
        Found::To(To::Health) => alive(),
        Found::To(To::Config) => config(env),
        Found::To(To::Description) => description(),
        Found::To(To::Persistence) => health::answer(&request, env).await,
        Found::To(To::Guest) => guest_token(&request, env),
        Found::To(To::Metrics) => metrics::answer(&request, env),
        Found::To(To::SignIn) => signin::answer(request, env, path).await,
        Found::To(To::Own) => scripts::own(request, env).await,
        Found::To(To::Script) => scripts::one(request, env).await,
        Found::To(To::Socket) => open_socket(&request, env, path).await,
        Found::OtherMethod(methods) => method_not_allowed(&methods),
        // Whatever a provider takes for a script's name is told so on its socket (C3).
        Found::Nothing if path.starts_with(SOCKETS) => open_socket(&request, env, path).await,
        Found::Nothing => failure(404, "not_found", "there is no such address"),
    }
}

fn alive() -> Result<Response> {
    let version = env!("CARGO_PKG_VERSION");
    json(200, &json!({ "status": "ok", "version": version }))
}

/// The document that describes the addresses: `worker/entry.js` has it from the build.
fn description() -> Result<Response> {
    let found = js_sys::Reflect::get(&js_sys::global(), &DESCRIPTION.into())?;
    let found = found.as_string();
    let text = found.ok_or_else(|| Error::RustError(format!("expected {DESCRIPTION}")))?;
    answers::text(&text, "application/json")
}

/// T9: how people come here. An app has to know it before anybody has a token, so everybody is told.
fn config(env: &Env) -> Result<Response> {
    let kinds = settings::sign_in_kinds(env);
    let accounts = kinds.contains(&"password") && settings::invitation(env).is_some();
    let guests = settings::guest_secret(env).is_some();
    json(
        200,
        &json!({ "signIn": kinds, "accounts": accounts, "guests": guests }),
    )
}

/// A browser that has a valid token stays the guest that it is; any other becomes a new one.
fn guest_token(request: &Request, env: &Env) -> Result<Response> {
    if !settings::is_open(env) {
        let message = "expected a relay that is open to guests, this one is for people who sign in";
        return failure(403, "guests_not_allowed", message);
    }
    let Some(secret) = settings::guest_secret(env) else {
        let message = "expected the secret GUEST_SECRET to be set, it is not";
        return failure(503, "not_configured", message);
    };
    let token = identity::token_of(request)?;
    let known = token.and_then(|token| guest::verify(&secret, &token));
    let id = match known {
        Some(id) => id,
        None => guest::random_id()?,
    };
    let token = guest::sign(&secret, &id);
    json(200, &json!({ "guest": id, "token": token }))
}

async fn open_socket(request: &Request, env: &Env, path: &str) -> Result<Response> {
    let id = path.strip_prefix(SOCKETS).unwrap_or_default();
    let id = id.strip_suffix(THREADS).unwrap_or(id);
    let script = match (script_id(id), upgrades(request)?) {
        (Some(script), true) => script,
        (None, true) => return refuse_socket(request, CloseCode::NoSuchScript, NO_UUID),
        (None, false) => return failure(400, "not_a_uuid", NO_UUID),
        (Some(_), false) => {
            return failure(426, "upgrade_required", "expected a WebSocket upgrade");
        }
    };
    match identity::caller(request, env, Some(&script)).await? {
        Ok(caller) => {
            let request = scripts::with_caller(request.clone_mut()?, &caller)?;
            scripts::send(env, &script, request).await
        }
        Err(error) => refuse_socket(request, close_code(&error), &error.to_string()),
    }
}

fn upgrades(request: &Request) -> Result<bool> {
    let to = request.headers().get("upgrade")?;
    Ok(to.is_some_and(|to| to.eq_ignore_ascii_case("websocket")))
}

/// Which document a socket's address is about (D2).
pub(crate) fn lane_of(path: &str) -> Lane {
    match path.ends_with(THREADS) {
        true => Lane::Threads,
        false => Lane::Script,
    }
}

/// The close code that goes with somebody who is not let in.
fn close_code(error: &CallerError) -> CloseCode {
    match error {
        CallerError::OtherScript => CloseCode::NotAllowed,
        CallerError::Token(TokenError::KeysUnavailable) => CloseCode::TryAgainLater,
        _ => CloseCode::NotSignedIn,
    }
}

/// The script's id in lower case, where it is a UUID (RFC 9562, the 8-4-4-4-12 form).
pub(crate) fn script_id(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let fits = groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
    fits.then(|| text.to_ascii_lowercase())
}

/// The script that an address is about.
pub(crate) fn script_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix(SOCKETS);
    let rest = rest.or_else(|| path.strip_prefix("/api/scripts/"))?;
    script_id(rest.split('/').next()?)
}

fn method_not_allowed(methods: &str) -> Result<Response> {
    let message = format!("expected another method for this address: {methods}");
    let mut response = failure(405, "method_not_allowed", &message)?;
    response.headers_mut().set("allow", methods)?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_id_is_a_uuid_in_any_case() {
        assert_eq!(
            script_id("6F9619FF-8B86-D011-B42D-00C04FC964FF").as_deref(),
            Some("6f9619ff-8b86-d011-b42d-00c04fc964ff")
        );
        for wrong in [
            "",
            "hamlet",
            "6f9619ff8b86d011b42d00c04fc964ff",
            "6f9619ff-8b86-d011-b42d-00c04fc964fg",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff/x",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff0",
        ] {
            assert_eq!(script_id(wrong), None, "{wrong:?}");
        }
    }
}
