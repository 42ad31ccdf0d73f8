//! One connection: what it sends in windows, and what became of each frame.
//!
//! A window ends with a frame that is certainly answered, so that the relay has handled everything before it when that
//! answer has come. Which frames are acknowledged, and which close the connection, is known beforehand: the message is
//! read here as the relay reads it. What is sent after a frame that closes would be in vain, so that one is the last.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::Duration;

use fastrand::Rng;
use scriptroom_room::ids::StateVector;
use scriptroom_room::wire::{AckStatus, Message};
use scriptroom_room::{awareness, varint};
use thiserror::Error;
use tungstenite::client::ClientRequestBuilder;
use tungstenite::{Error as SocketError, Message as SocketMessage, WebSocket};

use crate::counts::{Counts, count, plain};
use crate::forge::{self, Frame, Renamed};
use crate::mutate::Pool;
use crate::plan::{Run, Target};
use crate::recording::{Sender, Session, hex};

/// The numbers of the batches that end windows begin here: no recorded one is as high.
const LAST: u64 = 1 << 40;

/// How a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The subprotocol `scriptroom.1`.
    Ours,
    /// y-websocket's protocol.
    Stock,
    /// The same, at the threads' address.
    Threads,
}

impl Kind {
    /// Its name in the report.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ours => "ours",
            Kind::Stock => "stock",
            Kind::Threads => "stock, threads",
        }
    }
}

/// What a relay must not do.
#[derive(Debug, Error)]
pub enum Trouble {
    /// It does not answer.
    #[error("no answer within {0} ms to {1}")]
    Stuck(u64, String),
    /// A connection ended without a close code.
    #[error("the connection was lost ({0}) after {1}")]
    Lost(String, String),
    /// It says that it is its own fault, or something that is no code of SPEC.md.
    #[error("closed with {0} ({1}) after {2}")]
    Fault(u16, String, String),
    /// An answer over HTTP that says the same.
    #[error("answered {0} to {1}")]
    Status(String, String),
}

/// What a frame leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An acknowledgement.
    Ack,
    /// The end of the connection.
    Close,
    /// The end of the connection, or nothing that is told.
    Perhaps,
    /// Nothing that closes.
    Nothing,
}

/// What a frame leads to on such a connection: the relay reads it the same way.
pub fn expected(bytes: &[u8], kind: Kind) -> Expected {
    let Ok(message) = Message::decode(bytes) else {
        return Expected::Close;
    };
    let ours = kind == Kind::Ours;
    match message {
        Message::Step1(vector) if StateVector::decode(vector).is_err() => Expected::Close,
        Message::Step1(_) | Message::QueryAwareness => Expected::Nothing,
        Message::Step2(_) if ours => Expected::Ack,
        Message::Batch { .. } if ours => Expected::Ack,
        Message::Step2(_) | Message::Update(_) | Message::Awareness(_) => Expected::Perhaps,
        Message::Renew(_) if ours => Expected::Nothing,
        Message::Threads(inner) if ours => match Message::decode(inner) {
            Ok(
                Message::Step1(_) | Message::Step2(_) | Message::Update(_) | Message::Batch { .. },
            ) => expected(inner, kind),
            _ => Expected::Close,
        },
        _ => Expected::Close,
    }
}

/// The frames that a connection sends, one window after the other.
pub struct Script<'a> {
    session: &'a Session,
    kind: Kind,
    token: &'a str,
    names: Renamed,
    at: usize,
    number: u64,
}

impl<'a> Script<'a> {
    /// What is made of one recorded session.
    pub fn new(run: &'a Run, kind: Kind, token: &'a str, dice: &mut Rng) -> Script<'a> {
        let relays = dice.u32(0..12) == 0;
        let wanted: Vec<&Session> = run
            .sessions
            .iter()
            .filter(|session| (session.sender == Sender::Relay) == relays)
            .collect();
        Script {
            session: wanted[dice.usize(..wanted.len())],
            kind,
            token,
            names: Renamed::default(),
            at: 0,
            number: 0,
        }
    }

    /// The next window; empty at the end. Nothing follows what closes.
    pub fn window(&mut self, pool: &Pool, dice: &mut Rng) -> Vec<Frame> {
        let mut window = Vec::new();
        let (most, mut bytes) = (dice.usize(32..256), 0);
        while self.at < self.session.frames.len() && window.len() < most && bytes < (256 << 10) {
            let genuine = self.genuine(dice);
            self.at += 1;
            for _ in 0..self.repeats(&genuine, dice) {
                let frame = forge::damaged(&genuine, pool, dice);
                bytes += frame.bytes.len();
                let leads_to = expected(&frame.bytes, self.kind);
                window.push(frame);
                if matches!(leads_to, Expected::Close | Expected::Perhaps) {
                    return window;
                }
            }
            if dice.u32(0..4) > 0 && expected(&genuine, self.kind) != Expected::Close {
                window.push(Frame {
                    message: forge::name_of(&genuine),
                    bytes: genuine,
                    mutation: None,
                });
            }
        }
        window
    }

    /// How often a frame is damaged: what is acknowledged often, what mostly closes the connection now and then, or no
    /// connection would come to its second window.
    fn repeats(&self, genuine: &[u8], dice: &mut Rng) -> u32 {
        match expected(genuine, self.kind) {
            Expected::Ack => dice.u32(4..40),
            _ => u32::from(dice.u32(0..6) == 0),
        }
    }

    /// The session's next frame with this connection's ids; as a batch, mostly, where that can be.
    fn genuine(&mut self, dice: &mut Rng) -> Vec<u8> {
        if dice.u32(0..200) == 0 {
            return Message::Renew(self.token).encode();
        }
        let frame = &self.session.frames[self.at];
        let frame = self.names.frame(frame, dice);
        self.number += 1;
        let number = self.number;
        match Message::decode(&frame) {
            Ok(Message::Update(update)) if self.kind == Kind::Ours && dice.u32(0..8) > 0 => {
                Message::Batch { number, update }.encode()
            }
            Ok(Message::Batch { update, .. }) if self.kind == Kind::Ours => {
                Message::Batch { number, update }.encode()
            }
            Ok(Message::Batch { update, .. }) => Message::Update(update).encode(),
            Ok(Message::Threads(inner)) if self.kind == Kind::Threads => inner.to_vec(),
            _ => frame,
        }
    }
}

/// A connection that is open.
pub struct Life<'a> {
    run: &'a Run,
    kind: Kind,
    socket: WebSocket<TcpStream>,
    counts: Counts,
    /// Presence of its own, whose echo says that everything before was handled.
    client: u64,
    clock: u64,
    /// The last window, to be shown when the relay does not answer.
    sent: Vec<Frame>,
    pool: Pool,
}

/// How a window ended.
enum End {
    /// Everything in it was handled.
    Handled(Vec<String>),
    /// The connection was closed.
    Closed { acks: Vec<String>, code: u16 },
}

/// A connection from its first frame to its last. Says what was counted.
pub fn live(
    run: &Run,
    target: &Target,
    kind: Kind,
    dice: &mut Rng,
) -> (Counts, Result<(), Trouble>) {
    let token = &target.tokens[dice.usize(..target.tokens.len())];
    let mut counts = Counts::default();
    count(&mut counts.connections, kind.name());
    let socket = match open(run, target, kind, token) {
        Ok(socket) => socket,
        Err(error) => return (counts, Err(Trouble::Lost(error, "opening".to_owned()))),
    };
    let mut life = Life {
        run,
        kind,
        socket,
        counts,
        client: dice.u64(1..1 << 53),
        clock: 0,
        sent: Vec::new(),
        pool: run.pool.clone(),
    };
    let outcome = life.go(token, dice);
    (life.counts, outcome)
}

fn open(
    run: &Run,
    target: &Target,
    kind: Kind,
    token: &str,
) -> Result<WebSocket<TcpStream>, String> {
    let (host, id) = (&run.asked.host, &target.id);
    let address = match kind {
        Kind::Ours => format!("ws://{host}/api/ws/scripts/{id}"),
        Kind::Stock => format!("ws://{host}/api/ws/scripts/{id}?token={token}"),
        Kind::Threads => format!("ws://{host}/api/ws/scripts/{id}/threads?token={token}"),
    };
    let mut request = ClientRequestBuilder::new(address.parse().expect("it is an address"));
    if kind == Kind::Ours {
        request = request
            .with_sub_protocol("scriptroom.1")
            .with_sub_protocol(format!("token.{token}"));
    }
    let stream = TcpStream::connect(host).map_err(|error| error.to_string())?;
    let patience = Duration::from_millis(run.asked.patience_ms);
    let set = stream
        .set_read_timeout(Some(patience))
        .and_then(|()| stream.set_write_timeout(Some(patience)));
    set.and_then(|()| stream.set_nodelay(true))
        .map_err(|error| error.to_string())?;
    let (socket, _) =
        tungstenite::client::client(request, stream).map_err(|error| error.to_string())?;
    Ok(socket)
}

impl Life<'_> {
    fn go(&mut self, token: &str, dice: &mut Rng) -> Result<(), Trouble> {
        let mut script = Script::new(self.run, self.kind, token, dice);
        while !self.run.is_over() {
            let window = script.window(&self.pool, dice);
            if window.is_empty() {
                return self.leave(dice);
            }
            self.send(&window)?;
            self.sent = window;
            let end = self.hear()?;
            if self.count(end) {
                return Ok(());
            }
        }
        self.leave(dice)
    }

    /// Some say that they go, some are gone.
    fn leave(&mut self, dice: &mut Rng) -> Result<(), Trouble> {
        if dice.bool() {
            let _ = self.socket.close(None);
            let _ = self.socket.flush();
        }
        Ok(())
    }

    fn send(&mut self, window: &[Frame]) -> Result<(), Trouble> {
        let barrier = self.barrier();
        let frames = window
            .iter()
            .map(|frame| frame.bytes.clone())
            .chain([barrier]);
        for frame in frames {
            match self.socket.write(SocketMessage::binary(frame)) {
                Ok(()) => {}
                // It was closed meanwhile; reading says with which code.
                Err(
                    SocketError::ConnectionClosed
                    | SocketError::AlreadyClosed
                    | SocketError::Protocol(_),
                ) => break,
                Err(SocketError::Io(error)) if !waits(&error) => break,
                Err(error) => return Err(self.lost(&error)),
            }
        }
        match self.socket.flush() {
            Err(SocketError::Io(error)) if waits(&error) => Err(self.lost(&SocketError::Io(error))),
            _ => Ok(()),
        }
    }

    /// What is certainly answered.
    fn barrier(&mut self) -> Vec<u8> {
        self.clock += 1;
        match self.kind {
            Kind::Ours => Message::Batch {
                number: LAST + self.clock,
                update: &[0, 0],
            }
            .encode(),
            Kind::Stock | Kind::Threads => {
                let presence = awareness::Presence {
                    client: self.client,
                    clock: self.clock,
                    state: self.sign(),
                };
                Message::Awareness(&awareness::encode([presence].iter())).encode()
            }
        }
    }

    fn sign(&self) -> String {
        format!("{{\"handled\":{}}}", self.clock)
    }

    /// Reads until everything that was sent is answered, or the connection is closed.
    fn hear(&mut self) -> Result<End, Trouble> {
        let mut acks = Vec::new();
        let ackable = |frame: &&Frame| expected(&frame.bytes, self.kind) == Expected::Ack;
        let (wanted, mut is_last) = (self.sent.iter().filter(ackable).count(), false);
        let last = LAST + self.clock;
        loop {
            let bytes = match self.socket.read() {
                Ok(SocketMessage::Binary(bytes)) => bytes,
                Ok(SocketMessage::Close(frame)) => {
                    let (code, reason) = frame.map_or((1005, String::new()), |frame| {
                        (u16::from(frame.code), frame.reason.to_string())
                    });
                    let _ = self.socket.flush();
                    return self.closed(code, reason, acks);
                }
                Ok(_) => continue,
                Err(error) => return Err(self.lost(&error)),
            };
            self.counts.received += 1;
            let message = Message::decode(&bytes);
            match message {
                Ok(Message::Threads(inner)) => {
                    if let Ok(Message::Ack { status, reason, .. }) = Message::decode(inner) {
                        acks.push(told(status, reason));
                    }
                }
                Ok(Message::Ack { number, .. }) if number == last => is_last = true,
                Ok(Message::Ack { status, reason, .. }) => acks.push(told(status, reason)),
                Ok(Message::Step1(vector)) => self.meet(vector),
                Ok(Message::Awareness(states)) if self.kind != Kind::Ours => {
                    let signed = self.sign();
                    if states
                        .windows(signed.len())
                        .any(|part| part == signed.as_bytes())
                    {
                        return Ok(End::Handled(acks));
                    }
                }
                _ => {}
            }
            if self.kind == Kind::Ours && is_last && acks.len() == wanted {
                return Ok(End::Handled(acks));
            }
        }
    }

    /// Whose clocks the room knows: some of them will be claimed. The question is answered: it may be how the relay finds
    /// out who reads.
    fn meet(&mut self, vector: &[u8]) {
        if let Ok(vector) = StateVector::decode(vector) {
            self.pool.others = vector.iter().map(|(client, _)| client).take(64).collect();
        }
    }

    fn closed(&mut self, code: u16, reason: String, acks: Vec<String>) -> Result<End, Trouble> {
        match code {
            4001 | 4003 | 4008..=4012 | 1013 => Ok(End::Closed { acks, code }),
            _ => Err(Trouble::Fault(code, reason, self.shown())),
        }
    }

    /// Counts a window. Says whether the connection is over.
    fn count(&mut self, end: End) -> bool {
        let (acks, code) = match end {
            End::Handled(acks) => (acks, None),
            End::Closed { acks, code } => (acks, Some(code)),
        };
        let mut acks = acks.into_iter();
        let (mut is_over, mut handled) = (false, 0);
        for frame in std::mem::take(&mut self.sent) {
            let what = expected(&frame.bytes, self.kind);
            let answer = match (what, code) {
                _ if is_over => None,
                (Expected::Ack, _) => acks.next(),
                (Expected::Close | Expected::Perhaps, Some(code)) if acks.len() == 0 => {
                    is_over = true;
                    Some(format!("closed {code}"))
                }
                _ => Some("nothing that is told".to_owned()),
            };
            match (answer, frame.mutation) {
                (None, _) => {
                    is_over = true;
                    self.counts.in_vain += 1;
                }
                (Some(_), None) => self.counts.genuine += 1,
                (Some(answer), Some(mutation)) => {
                    handled += 1;
                    count(&mut self.counts.by_answer, &answer);
                    count(&mut self.counts.by_mutation, mutation);
                    count(&mut self.counts.by_message, frame.message);
                }
            }
        }
        self.counts.mutated += handled;
        self.run.note(handled);
        if let Some(code) = code {
            count(&mut self.counts.closes, &code.to_string());
        }
        code.is_some()
    }

    fn lost(&self, error: &SocketError) -> Trouble {
        match error {
            SocketError::Io(error) if waits(error) => {
                Trouble::Stuck(self.run.asked.patience_ms, self.shown())
            }
            error => Trouble::Lost(error.to_string(), self.shown()),
        }
    }

    /// The last window, whole: whoever looks for the reason sends it again.
    fn shown(&self) -> String {
        let frames: Vec<String> = self.sent.iter().map(|frame| hex(&frame.bytes)).collect();
        format!("{}: {}", self.kind.name(), frames.join(" "))
    }
}

fn waits(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn told(status: AckStatus, reason: &str) -> String {
    match status {
        AckStatus::Stored => "acknowledged: stored".to_owned(),
        AckStatus::Held => "acknowledged: held".to_owned(),
        AckStatus::Refused => format!("acknowledged: refused: {}", plain(reason)),
        AckStatus::RetryLater => format!("acknowledged: retry later: {}", plain(reason)),
    }
}

/// Frames as the body of a request.
pub fn body_of(frames: &[Frame]) -> Vec<u8> {
    let mut body = Vec::new();
    for frame in frames {
        varint::write_buffer(&mut body, &frame.bytes);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_frame_leads_to_is_what_the_rules_say() {
        let batch = Message::Batch {
            number: 1,
            update: &[9],
        }
        .encode();
        assert_eq!(expected(&batch, Kind::Ours), Expected::Ack);
        assert_eq!(expected(&batch, Kind::Stock), Expected::Close);
        assert_eq!(expected(&[0, 2, 1, 9], Kind::Stock), Expected::Perhaps);
        assert_eq!(expected(&[0, 0, 1, 9], Kind::Stock), Expected::Close);
        assert_eq!(expected(&[42], Kind::Ours), Expected::Close);
        let threads = |inner: &[u8]| Message::Threads(inner).encode();
        assert_eq!(expected(&threads(&batch), Kind::Ours), Expected::Ack);
        assert_eq!(expected(&threads(&batch), Kind::Threads), Expected::Close);
    }
}
