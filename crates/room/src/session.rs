//! One connection's part of a room: who it is, which protocol it speaks, and its presence. It is kept as bytes with the
//! connection (a Durable Object's attachment), so that a room that wakes knows everybody at once.

use crate::awareness::{self, MAX_IDS, MAX_SESSION_BYTES, Presence};
use crate::varint::{ReadError, Reader, write_buffer, write_string, write_uint};

/// A connection's number within a room, given by the shell and never used again while the room is awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// The person of every connection without a token.
pub const ANONYMOUS: &str = "anonymous";

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who: a guest id, or [`ANONYMOUS`].
    pub person: String,
    /// Whether it asked for [`crate::wire::SUBPROTOCOL`].
    pub ours: bool,
    /// What it last said about itself.
    pub presence: Vec<Presence>,
    /// Up to which entry of the log it was last asked for what it has, so that nobody is asked twice for the same (U4).
    pub(crate) asked_at: Option<u64>,
}

impl Session {
    /// A connection that has said nothing yet.
    pub fn new(person: String, ours: bool) -> Session {
        Session {
            person,
            ours,
            presence: Vec::new(),
            asked_at: None,
        }
    }

    /// Whether its presence still fits where it is kept.
    pub(crate) fn fits(presence: &[Presence]) -> bool {
        let bytes: usize = presence.iter().map(|entry| entry.state.len() + 20).sum();
        presence.len() <= MAX_IDS && bytes <= MAX_SESSION_BYTES
    }

    /// The bytes to keep with the connection.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_uint(&mut out, u64::from(self.ours));
        write_string(&mut out, &self.person);
        write_buffer(&mut out, &awareness::encode(self.presence.iter()));
        out
    }

    /// What [`Session::encode`] wrote.
    ///
    /// # Errors
    /// [`ReadError`] when it did not.
    pub fn decode(bytes: &[u8]) -> Result<Session, ReadError> {
        let mut reader = Reader::new(bytes);
        let ours = reader.uint(1)? == 1;
        let person = reader.string()?.to_owned();
        let presence = awareness::decode(reader.buffer()?, MAX_IDS).unwrap_or_default();
        Ok(Session {
            person,
            ours,
            presence,
            asked_at: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_a_session_survives_as_bytes() {
        let mut session = Session::new("guest".to_owned(), true);
        session.presence.push(Presence {
            client: 9,
            clock: 3,
            state: "{}".to_owned(),
        });
        assert_eq!(Session::decode(&session.encode()), Ok(session));
    }
}
