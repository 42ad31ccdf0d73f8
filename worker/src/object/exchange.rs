//! Messages over plain HTTP (J11), for clients whose network lets no WebSockets through: a request is a connection that
//! lasts for one turn. What it brings, and what it is sent, are a socket's frames, each with its length before it.

use scriptroom_room::varint::{ReadError, Reader, write_buffer};
use scriptroom_room::wire::{CloseCode, Message};
use scriptroom_room::{Access, Config, Input, Lane, Session, SessionId};
use worker::{Method, Request, Response, Result};

use super::ScriptRoom;
use super::request::{Answered, Asked, Stop, parameter, script_and_path};
use crate::answers;
use crate::metrics;

/// What the frames of a request may take besides the largest step 2.
const FRAMING_BYTES: usize = 1 << 10;
/// So many frames may come in one request: more than a connection may send at once (N2, N4).
const MAX_FRAMES: usize = 4_096;

/// Whether a request brings frames.
pub(super) fn is_exchange(request: &Request) -> Result<bool> {
    let address = request.path();
    let (_, path) = script_and_path(&address);
    let form = parameter(&request.url()?, "form");
    Ok(request.method() == Method::Post && path == "updates" && form.as_deref() == Some("frames"))
}

/// The longest body: what is too large within it is refused as over a socket.
pub(super) fn max_body_bytes() -> usize {
    Config::default().max_sync_bytes + FRAMING_BYTES
}

/// The connection of the request that is being answered.
pub(super) struct Exchange {
    id: SessionId,
    frames: Vec<u8>,
    closed: Option<(CloseCode, String)>,
}

impl Exchange {
    pub(super) fn new(id: SessionId) -> Exchange {
        Exchange {
            id,
            frames: Vec::new(),
            closed: None,
        }
    }

    pub(super) fn is(&self, id: SessionId) -> bool {
        self.id == id
    }

    /// Takes a frame for the answer. What the relay has is told once, at the end, when the request has changed it.
    pub(super) fn send(&mut self, frame: &[u8]) {
        if !asks(frame) {
            write_buffer(&mut self.frames, frame);
        }
    }

    pub(super) fn close(&mut self, code: CloseCode, reason: String) {
        self.closed = Some((code, reason));
    }
}

impl ScriptRoom {
    /// Answers a request that brings frames.
    pub(super) async fn exchange(&self, asked: &Asked, access: Access) -> Answered<Response> {
        let frames = split(&asked.body)
            .map_err(|error| Stop::malformed(format!("malformed list of frames: {error}")))?;
        if frames.len() > MAX_FRAMES {
            let message = format!("expected at most {MAX_FRAMES} frames");
            return Err(Stop::new(413, "too_large", message));
        }
        let seen = asked.number("seen")?;
        let session = Session::new(asked.person.clone(), true, access);
        let exchange = match self.converse(session, &frames, seen) {
            Ok(exchange) => exchange,
            Err(error) => self.fail(&error)?,
        };
        self.set_alarm().await?;
        if let Some((code, reason)) = exchange.closed {
            return Err(refused(code, reason));
        }
        let version = self.reading(|awake| Ok(awake.room.version()))?;
        Ok(answers::bytes(
            exchange.frames,
            "application/octet-stream",
            version,
        )?)
    }

    /// The whole life of the connection, in one turn. Nothing is read from the log for somebody who has seen all of it.
    fn converse(&self, session: Session, frames: &[&[u8]], seen: Option<u64>) -> Result<Exchange> {
        let id = self.begin_exchange()?;
        let person = session.person.clone();
        let is_news = seen != Some(self.reading(|awake| Ok(awake.room.version()))?);
        self.turn(Input::Join(id, session))?;
        for &frame in frames {
            metrics::count(|metrics| metrics.received(frame));
            if is_news || !asks(frame) {
                self.turn(Input::Frame(id, frame))?;
            }
            if self.is_closed() {
                break;
            }
        }
        self.turn(Input::Leave(id))?;
        let (exchange, vector) = self.reading(|awake| {
            let exchange = awake.exchange.take();
            Ok((exchange, awake.room.state_vector_for(Lane::Script, &person)))
        })?;
        let mut exchange = exchange.unwrap_or_else(|| Exchange::new(id));
        write_buffer(
            &mut exchange.frames,
            &Message::Step1(&vector.encode()).encode(),
        );
        Ok(exchange)
    }

    /// Whether the connection of the request has ended.
    fn is_closed(&self) -> bool {
        let awake = self.awake.borrow();
        let exchange = awake.as_ref().and_then(|awake| awake.exchange.as_ref());
        exchange.is_none_or(|exchange| exchange.closed.is_some())
    }
}

fn asks(frame: &[u8]) -> bool {
    matches!(Message::decode(frame), Ok(Message::Step1(_)))
}

/// The frames of a body; of too many one more than it may have.
fn split(body: &[u8]) -> std::result::Result<Vec<&[u8]>, ReadError> {
    let mut reader = Reader::new(body);
    let mut frames = Vec::new();
    while reader.left() > 0 && frames.len() <= MAX_FRAMES {
        frames.push(reader.buffer()?);
    }
    Ok(frames)
}

/// A close code as HTTP has it.
fn refused(code: CloseCode, reason: String) -> Stop {
    let (status, name) = match code {
        CloseCode::NotSignedIn => (401, "not_signed_in"),
        CloseCode::NotAllowed => (403, "not_allowed"),
        CloseCode::NoSuchScript => (404, "no_such_script"),
        CloseCode::TooFast => (429, "too_fast"),
        CloseCode::TooLarge => (413, "too_large"),
        CloseCode::Malformed => (400, "malformed"),
        CloseCode::ClockConflict => (422, "refused"),
        CloseCode::Internal
        | CloseCode::Restart
        | CloseCode::TryAgainLater
        | CloseCode::TooManyConnections => (503, "try_again_later"),
    };
    Stop::new(status, name, reason)
}
