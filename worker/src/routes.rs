//! Which request goes where.
//!
//! ```text
//! GET  /api/health               is the relay up
//! POST /api/guest                a signed guest id for this browser
//! GET  /api/ws/scripts/{uuid}    the script's socket, handed to its Durable Object
//! *    everything else           the app's files
//! ```

use serde_json::json;
use worker::{Env, Headers, Method, Request, Response, Result, WebSocketPair};

use crate::{assets, guest};

/// The binding of the Durable Objects, one a script.
const SCRIPTS: &str = "SCRIPTS";
const SOCKETS: &str = "/api/ws/scripts/";
/// Tells the object who knocks; set here and nowhere else.
pub(crate) const GUEST_HEADER: &str = "x-scriptroom-guest";
/// How a subprotocol that carries a token begins.
const TOKEN_PROTOCOL: &str = "token.";

const NOT_SIGNED_IN: u16 = 4001;
const NO_SUCH_SCRIPT: u16 = 4004;
pub(crate) const NOT_OURS: &str = "the token is not one of this relay";
const NO_UUID: &str = "expected a script id that is a UUID";

/// The answer to any request.
pub(crate) async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    if let Some(id) = path.strip_prefix(SOCKETS) {
        return open_socket(&request, env, id).await;
    }
    match (request.method(), path.as_str()) {
        (Method::Get, "/api/health") => health(),
        (Method::Post, "/api/guest") => guest_token(&request, env),
        (_, "/api/health" | "/api/guest") => method_not_allowed("GET for health, POST for guest"),
        (_, path) if path.starts_with("/api/") => {
            failure(404, "not_found", "there is no such address")
        }
        (Method::Get | Method::Head, path) => assets::answer(env, path).await,
        _ => method_not_allowed("GET or HEAD"),
    }
}

fn health() -> Result<Response> {
    uncached(Response::from_json(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
    }))?)
}

/// A browser that has a valid token stays the guest that it is; any other becomes a new one.
fn guest_token(request: &Request, env: &Env) -> Result<Response> {
    let Some(secret) = guest::secret(env) else {
        let message = "expected the secret GUEST_SECRET to be set, it is not";
        return failure(503, "not_configured", message);
    };
    let known = bearer(request)?.and_then(|token| guest::verify(&secret, &token));
    let id = match known {
        Some(id) => id,
        None => guest::random_id()?,
    };
    let token = guest::sign(&secret, &id);
    uncached(Response::from_json(
        &json!({ "guest": id, "token": token }),
    )?)
}

fn bearer(request: &Request) -> Result<Option<String>> {
    let header = request.headers().get("authorization")?;
    Ok(header.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)))
}

async fn open_socket(request: &Request, env: &Env, id: &str) -> Result<Response> {
    let upgrades = request
        .headers()
        .get("upgrade")?
        .is_some_and(|to| to.eq_ignore_ascii_case("websocket"));
    let script = match (script_id(id), upgrades) {
        (Some(script), true) => script,
        (None, true) => return refuse_socket(request, NO_SUCH_SCRIPT, NO_UUID),
        (None, false) => return failure(400, "not_a_uuid", NO_UUID),
        (Some(_), false) => {
            return failure(426, "upgrade_required", "expected a WebSocket upgrade");
        }
    };
    let guest = match token(request)? {
        None => String::new(),
        Some(token) => match guest::secret(env).and_then(|secret| guest::verify(&secret, &token)) {
            Some(guest) => guest,
            None => {
                return refuse_socket(request, NOT_SIGNED_IN, NOT_OURS);
            }
        },
    };
    let mut forwarded = request.clone_mut()?;
    forwarded.headers_mut()?.set(GUEST_HEADER, &guest)?;
    env.durable_object(SCRIPTS)?
        .id_from_name(&script)?
        .get_stub()?
        .fetch_with_request(forwarded)
        .await
}

/// The script's id in lower case, where it is a UUID (RFC 9562, the 8-4-4-4-12 form).
fn script_id(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('-').collect();
    let fits = groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
    fits.then(|| text.to_ascii_lowercase())
}

/// The token from `?token=`, or from a subprotocol `token.…`: a browser's socket can set no header.
fn token(request: &Request) -> Result<Option<String>> {
    let url = request.url()?;
    if let Some((_, token)) = url.query_pairs().find(|(key, _)| key == "token") {
        return Ok(Some(token.into_owned()));
    }
    let protocols = request.headers().get("sec-websocket-protocol")?;
    Ok(protocols.and_then(|list| token_in_protocols(&list)))
}

fn token_in_protocols(list: &str) -> Option<String> {
    list.split(',')
        .find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL))
        .map(str::to_owned)
}

/// Accepts and closes: the reason of a refused upgrade is hidden from a browser.
fn refuse_socket(request: &Request, code: u16, reason: &str) -> Result<Response> {
    let pair = WebSocketPair::new()?;
    pair.server.accept()?;
    pair.server.close(Some(code), Some(reason))?;
    let response = Response::from_websocket(pair.client)?;
    // A browser fails the whole connection where none of the subprotocols that it offered is chosen.
    match request.headers().get("sec-websocket-protocol")? {
        Some(list) => {
            let first = list.split(',').next().unwrap_or_default().trim().to_owned();
            let headers = Headers::new();
            headers.set("sec-websocket-protocol", &first)?;
            Ok(response.with_headers(headers))
        }
        None => Ok(response),
    }
}

fn method_not_allowed(expected: &str) -> Result<Response> {
    let message = format!("expected {expected} for this address");
    failure(405, "method_not_allowed", &message)
}

fn failure(status: u16, code: &str, message: &str) -> Result<Response> {
    let response = Response::from_json(&json!({
        "error": { "code": code, "message": message }
    }))?;
    uncached(response.with_status(status))
}

fn uncached(mut response: Response) -> Result<Response> {
    response.headers_mut().set("cache-control", "no-store")?;
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

    #[test]
    fn a_token_may_be_one_of_the_subprotocols() {
        assert_eq!(
            token_in_protocols("scriptroom.1, token.abc.def").as_deref(),
            Some("abc.def")
        );
        assert_eq!(token_in_protocols("scriptroom.1"), None);
    }
}
