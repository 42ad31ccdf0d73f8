//! Answers that every route gives alike: errors as JSON, and refusals that a browser can read.

use scriptroom_room::wire::{CloseCode, Message, SUBPROTOCOL};
use serde::Serialize;
use serde_json::json;
use worker::{Headers, Request, Response, Result, WebSocketPair};

use crate::events::{self, Event};
use crate::{metrics, routes};

pub(crate) const PROTOCOLS_HEADER: &str = "sec-websocket-protocol";

/// An answer that nobody may keep.
pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Response> {
    let mut response = Response::from_json(value)?.with_status(status);
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}

/// Bytes of a script at one version.
pub(crate) fn bytes(bytes: Vec<u8>, kind: &str, version: u64) -> Result<Response> {
    let mut response = Response::from_bytes(bytes)?;
    let headers = response.headers_mut();
    headers.set("content-type", kind)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-scriptroom-version", &version.to_string())?;
    Ok(response)
}

/// A file that is kept beside a script.
pub(crate) fn file(bytes: Vec<u8>) -> Result<Response> {
    let mut response = Response::from_bytes(bytes)?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/octet-stream")?;
    headers.set("cache-control", "no-store")?;
    // What somebody imported is no page of the relay's.
    headers.set("content-disposition", "attachment")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}

/// Text that says nothing of anybody.
pub(crate) fn text(text: &str, kind: &str) -> Result<Response> {
    let mut response = Response::ok(text)?;
    let headers = response.headers_mut();
    headers.set("content-type", kind)?;
    headers.set("cache-control", "no-cache")?;
    Ok(response)
}

/// An error: a code for programs and a message for people.
pub(crate) fn failure(status: u16, code: &str, message: &str) -> Result<Response> {
    note_refusal(status, code);
    json(
        status,
        &json!({ "error": { "code": code, "message": message } }),
    )
}

/// Counts an error that is answered, and tells of it.
pub(crate) fn note_refusal(status: u16, code: &str) {
    metrics::count(|metrics| metrics.refused(code));
    let fields = [("status", status.into()), ("code", code.into())];
    events::note(Event::RequestRefused, &fields);
}

/// Accepts and closes: the reason of a refused upgrade is hidden from a browser.
pub(crate) fn refuse_socket(request: &Request, code: CloseCode, reason: &str) -> Result<Response> {
    metrics::count(|metrics| metrics.closed(code));
    let script = routes::script_of(&request.path()).unwrap_or_default();
    let fields = [
        ("script", script.as_str().into()),
        ("code", code.code().into()),
        ("reason", events::reason(code).into()),
    ];
    events::note(Event::SocketRefused, &fields);
    let offered = offered_protocols(request)?;
    let pair = WebSocketPair::new()?;
    pair.server.accept()?;
    if !offered.iter().any(|name| name == SUBPROTOCOL) {
        pair.server
            .send_with_bytes(Message::Denied(reason).encode())?;
    }
    pair.server.close(Some(code.code()), Some(cut(reason)))?;
    agree(Response::from_websocket(pair.client)?, &offered)
}

/// The subprotocols that a client offers.
pub(crate) fn offered_protocols(request: &Request) -> Result<Vec<String>> {
    let header = request.headers().get(PROTOCOLS_HEADER)?;
    let names = header.as_deref().unwrap_or_default().split(',');
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// Chooses among the offered subprotocols: a browser fails the connection when none of them is taken.
pub(crate) fn agree(response: Response, offered: &[String]) -> Result<Response> {
    let ours = offered.iter().find(|name| *name == SUBPROTOCOL);
    let Some(chosen) = ours.or(offered.first()) else {
        return Ok(response);
    };
    let headers = Headers::new();
    headers.set(PROTOCOLS_HEADER, chosen)?;
    Ok(response.with_headers(headers))
}

/// A close frame carries at most 123 bytes of reason.
pub(crate) fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(123)]
}
