//! Presence as bytes: y-protocols' awareness message, checked and bounded. Whose presence it is decides [`crate::room`].

use thiserror::Error;

use crate::ids::ClientId;
use crate::json::is_json;
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_string, write_uint};

/// The state that says "gone".
pub const GONE: &str = "null";

/// Entries that one message may have, and client ids that one session may own.
pub const MAX_IDS: usize = 16;

/// The largest state, in bytes: with its ids it must fit a connection's attachment (16 KiB) when the room sleeps.
pub const MAX_STATE_BYTES: usize = 4096;

/// All states of one session together, for the same reason.
pub const MAX_SESSION_BYTES: usize = 12 * 1024;

const MAX_STATE_DEPTH: usize = 16;

/// One client id's presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The client id.
    pub client: ClientId,
    /// Its version: what is not newer is ignored.
    pub clock: u64,
    /// JSON; [`GONE`] when the client has left.
    pub state: String,
}

impl Presence {
    /// Whether it says that the client has left.
    pub fn is_gone(&self) -> bool {
        self.state == GONE
    }

    /// The presence that follows this one when its connection has ended (A5).
    pub fn removal(&self) -> Presence {
        Presence {
            client: self.client,
            clock: self.clock + 1,
            state: GONE.to_owned(),
        }
    }
}

/// Why an awareness message is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AwarenessError {
    /// The parts do not add up.
    #[error("malformed awareness: {0}")]
    Read(#[from] ReadError),
    /// A state is not JSON.
    #[error("malformed awareness: the state of client {0} is not JSON")]
    NotJson(ClientId),
    /// A state that could not be removed any more: a removal has the next clock (A5).
    #[error("malformed awareness: the clock of client {0} leaves none for its removal")]
    LastClock(ClientId),
    /// Bytes after the end.
    #[error("malformed awareness: {0} bytes after the end")]
    Trailing(usize),
    /// More than the relay keeps.
    #[error("awareness is too large: at most {MAX_IDS} ids with {MAX_STATE_BYTES} bytes each")]
    TooLarge,
}

/// Reads an awareness message from a client.
///
/// # Errors
/// [`AwarenessError`]; how many entries and how large is decided by the caller's place: `limit` entries at most.
pub fn decode(bytes: &[u8], limit: usize) -> Result<Vec<Presence>, AwarenessError> {
    let mut reader = Reader::new(bytes);
    let count = reader.count(3)?;
    if count > limit {
        return Err(AwarenessError::TooLarge);
    }
    let mut presences = Vec::with_capacity(count);
    for _ in 0..count {
        let client = reader.uint(MAX_SAFE_INTEGER)?;
        // A stock client sends a removal back as it came, so that one may have the very last clock.
        let clock = reader.uint(MAX_SAFE_INTEGER)?;
        let state = reader.string()?;
        if clock == MAX_SAFE_INTEGER && state != GONE {
            return Err(AwarenessError::LastClock(client));
        }
        if state.len() > MAX_STATE_BYTES {
            return Err(AwarenessError::TooLarge);
        }
        if !is_json(state, MAX_STATE_DEPTH) {
            return Err(AwarenessError::NotJson(client));
        }
        presences.push(Presence {
            client,
            clock,
            state: state.to_owned(),
        });
    }
    match reader.left() {
        0 => Ok(presences),
        left => Err(AwarenessError::Trailing(left)),
    }
}

/// The bytes of an awareness message.
pub fn encode<'a>(presences: impl ExactSizeIterator<Item = &'a Presence>) -> Vec<u8> {
    let mut out = Vec::new();
    write_uint(&mut out, presences.len() as u64);
    for presence in presences {
        write_uint(&mut out, presence.client);
        write_uint(&mut out, presence.clock);
        write_string(&mut out, &presence.state);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_is_read_as_it_was_written_and_bounded() {
        let presences = [Presence {
            client: 7,
            clock: 1,
            state: "{\"name\":\"Ada\"}".to_owned(),
        }];
        let bytes = encode(presences.iter());
        assert_eq!(decode(&bytes, 1), Ok(presences.to_vec()));
        assert_eq!(decode(&bytes, 0), Err(AwarenessError::TooLarge));
        let bad = [1, 7, 1, 1, b'x'];
        assert_eq!(decode(&bad, 1), Err(AwarenessError::NotJson(7)));
        let large = format!("\"{}\"", "x".repeat(MAX_STATE_BYTES));
        let large = [Presence {
            client: 7,
            clock: 1,
            state: large,
        }];
        assert_eq!(
            decode(&encode(large.iter()), 1),
            Err(AwarenessError::TooLarge)
        );
    }
}
