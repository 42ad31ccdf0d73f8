//! What real clients sent and were sent: `tests/relay/frames/recorded.txt`, made by `record.mjs` beside it.

use thiserror::Error;

/// Who sent the frames of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Our own client.
    Ours,
    /// `y-websocket`'s.
    Stock,
    /// The relay, to either.
    Relay,
}

/// The frames of one connection in one direction, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who sent them.
    pub sender: Sender,
    /// As they went over the wire.
    pub frames: Vec<Vec<u8>>,
}

/// Why a recording cannot be used.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum RecordingError {
    /// A line that is neither a session's head nor a frame.
    #[error("expected `session ours`, `stock` or `relay`, or a frame in hexadecimal, got line {0}")]
    Line(usize),
    /// There is nothing to mutate.
    #[error("expected sessions of both kinds of clients, got none of one")]
    Lacking,
}

/// Reads a recording: a line for the head of each session, and one for each frame.
///
/// # Errors
/// [`RecordingError`].
pub fn read(text: &str) -> Result<Vec<Session>, RecordingError> {
    let mut sessions: Vec<Session> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = RecordingError::Line(at + 1);
        match line.strip_prefix("session ") {
            Some(sender) => sessions.push(Session {
                sender: sender_named(sender).ok_or(wrong)?,
                frames: Vec::new(),
            }),
            None => {
                let session = sessions.last_mut().ok_or(RecordingError::Line(at + 1))?;
                session.frames.push(unhex(line).ok_or(wrong)?);
            }
        }
    }
    let has = |sender| sessions.iter().any(|session| session.sender == sender);
    match has(Sender::Ours) && has(Sender::Stock) && has(Sender::Relay) {
        true => Ok(sessions),
        false => Err(RecordingError::Lacking),
    }
}

fn sender_named(name: &str) -> Option<Sender> {
    match name {
        "ours" => Some(Sender::Ours),
        "stock" => Some(Sender::Stock),
        "relay" => Some(Sender::Relay),
        _ => None,
    }
}

fn unhex(line: &str) -> Option<Vec<u8>> {
    if !line.is_ascii() || line.len() % 2 == 1 {
        return None;
    }
    let pairs = (0..line.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&line[at..at + 2], 16).ok())
        .collect()
}

/// Bytes as the recording has them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(crate) fn committed() -> Vec<Session> {
    read(include_str!("../../../tests/relay/frames/recorded.txt")).expect("the recording is whole")
}

#[cfg(test)]
mod tests {
    use super::*;
    use scriptroom_room::wire::Message;

    #[test]
    fn the_recording_has_messages_of_every_kind_that_a_client_sends() {
        let sessions = committed();
        let sent: Vec<&Vec<u8>> = sessions
            .iter()
            .filter(|session| session.sender != Sender::Relay)
            .flat_map(|session| &session.frames)
            .collect();
        let has = |is: fn(&Message<'_>) -> bool| {
            sent.iter()
                .any(|frame| is(&Message::decode(frame).expect("a real client's frame")))
        };
        assert!(has(|message| matches!(message, Message::Step1(_))));
        assert!(has(|message| matches!(message, Message::Step2(_))));
        assert!(has(|message| matches!(message, Message::Update(_))));
        assert!(has(|message| matches!(message, Message::Batch { .. })));
        assert!(has(|message| matches!(message, Message::Awareness(_))));
        assert!(has(|message| matches!(message, Message::Threads(_))));
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        assert_eq!(read("0001"), Err(RecordingError::Line(1)));
        assert_eq!(read("session ours\n0g"), Err(RecordingError::Line(2)));
        assert_eq!(read("session nobody"), Err(RecordingError::Line(1)));
        assert_eq!(read("session ours\n00"), Err(RecordingError::Lacking));
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
    }
}
