//! The messages of a room, as bytes: SPEC.md's table, both ways, for the relay and for the client.
//!
//! [`Message::decode`] borrows from the frame and allocates nothing; what is inside an update or an awareness message
//! is checked elsewhere ([`crate::check`], [`crate::awareness`]).

use thiserror::Error;

pub use crate::close::CloseCode;
use crate::ids::ClientId;
use crate::role::Role;
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_buffer, write_string, write_uint};

/// The subprotocol that our own client asks for. Only then does the relay send or accept types 100 and above.
pub const SUBPROTOCOL: &str = "scriptroom.1";

/// The version of the types 100 and above that `hello` announces.
pub const PROTOCOL_VERSION: u64 = 3;

/// The number under which a step 2 of our own client is acknowledged; batches count from 1.
pub const STEP2_NUMBER: u64 = 0;

/// The state vector of a document that has nothing: a step 1 with it asks for everything.
pub const NOTHING: &[u8] = &[0];

/// The text frames that keep a connection alive without waking the room.
pub const PING: &str = "ping";
/// The answer to [`PING`].
pub const PONG: &str = "pong";

const SYNC: u64 = 0;
const AWARENESS: u64 = 1;
const AUTH: u64 = 2;
const QUERY_AWARENESS: u64 = 3;
const HELLO: u64 = 100;
const BATCH: u64 = 101;
const ACK: u64 = 102;
const RENEW: u64 = 103;
const ACCESS: u64 = 104;
const RENEWED: u64 = 105;
const THREADS: u64 = 106;
const OWNERS: u64 = 107;
const YOU: u64 = 108;

/// The longest token in a [`Message::Renew`], in bytes.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// One message, its contents borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// Type 0, 0: "this is what I have" (a state vector); the answer is a step 2.
    Step1(&'a [u8]),
    /// Type 0, 1: what the sender of a step 1 lacks, as one update.
    Step2(&'a [u8]),
    /// Type 0, 2: a live update.
    Update(&'a [u8]),
    /// Type 1: states of presence.
    Awareness(&'a [u8]),
    /// Type 2, 0: the relay refuses the sender, with the reason.
    Denied(&'a str),
    /// Type 3: "send me everybody's presence".
    QueryAwareness,
    /// Type 100: the first message to our own client.
    Hello {
        /// Which log the relay has: another one after it was restored from a backup.
        epoch: &'a str,
        /// [`PROTOCOL_VERSION`].
        version: u64,
        /// The largest update in a [`Message::Batch`], in bytes.
        max_update_bytes: u64,
    },
    /// Type 101: a live update that wants an acknowledgement.
    Batch {
        /// Chosen by the client, from 1, rising within a connection.
        number: u64,
        /// The update.
        update: &'a [u8],
    },
    /// Type 102: what became of the batch of that number.
    Ack {
        /// The batch's number, or [`STEP2_NUMBER`].
        number: u64,
        /// What became of it.
        status: AckStatus,
        /// Why, for people; empty when stored.
        reason: &'a str,
    },
    /// Type 103: a new token, before the one that the connection was opened with expires.
    Renew(&'a str),
    /// Type 104: what the client may do from now on; after `hello`, and whenever it changes.
    Access {
        /// Its role.
        role: Role,
        /// How long its token is still good, in milliseconds; 0 for one without an end.
        expires_in_ms: u64,
    },
    /// Type 105: what became of a [`Message::Renew`]: stored when the new token counts from now on.
    Renewed {
        /// What became of it.
        status: AckStatus,
        /// Why, for people; empty when it was taken.
        reason: &'a str,
    },
    /// Type 106: a message about the threads (type 0, 101, 102, 107 or 108, its frame), where the others are about the script.
    Threads(&'a [u8]),
    /// Type 107: whose client ids are, of the threads' lane: what [`encode_owners`] writes.
    Owners(&'a [u8]),
    /// Type 108: who the relay takes the client for.
    You(&'a str),
}

/// What became of a batch, or of a new token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckStatus {
    /// On disk.
    Stored,
    /// Something that it builds on is missing: it waits for that, and a step 1 that asks for it follows.
    Held,
    /// It will never be stored; sending it again does not help.
    Refused,
    /// Not now: send the same bytes again later.
    RetryLater,
}

impl AckStatus {
    fn code(self) -> u64 {
        match self {
            AckStatus::Stored => 0,
            AckStatus::Held => 1,
            AckStatus::Refused => 2,
            AckStatus::RetryLater => 3,
        }
    }

    fn from_code(code: u64) -> Option<AckStatus> {
        match code {
            0 => Some(AckStatus::Stored),
            1 => Some(AckStatus::Held),
            2 => Some(AckStatus::Refused),
            3 => Some(AckStatus::RetryLater),
            _ => None,
        }
    }
}

/// Why a frame is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WireError {
    /// The frame's parts do not add up.
    #[error("malformed message: {0}")]
    Read(#[from] ReadError),
    /// A message type that SPEC.md does not have.
    #[error("unknown message type {0}")]
    UnknownType(u64),
    /// A sync, auth or acknowledgement code that SPEC.md does not have.
    #[error("unknown kind {kind} of message type {message}")]
    UnknownKind {
        /// The message type.
        message: u64,
        /// The code within it.
        kind: u64,
    },
    /// Bytes after the end of the message.
    #[error("{0} bytes after the end of the message")]
    Trailing(usize),
}

impl<'a> Message<'a> {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`WireError`] when it is not exactly one message of SPEC.md's table.
    pub fn decode(frame: &'a [u8]) -> Result<Message<'a>, WireError> {
        let mut reader = Reader::new(frame);
        let message = Message::read(&mut reader)?;
        match reader.left() {
            0 => Ok(message),
            left => Err(WireError::Trailing(left)),
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Message<'a>, WireError> {
        match reader.uint(MAX_SAFE_INTEGER)? {
            SYNC => match reader.uint(MAX_SAFE_INTEGER)? {
                0 => Ok(Message::Step1(reader.buffer()?)),
                1 => Ok(Message::Step2(reader.buffer()?)),
                2 => Ok(Message::Update(reader.buffer()?)),
                kind => Err(WireError::UnknownKind {
                    message: SYNC,
                    kind,
                }),
            },
            AWARENESS => Ok(Message::Awareness(reader.buffer()?)),
            AUTH => match reader.uint(MAX_SAFE_INTEGER)? {
                0 => Ok(Message::Denied(reader.string()?)),
                kind => Err(WireError::UnknownKind {
                    message: AUTH,
                    kind,
                }),
            },
            QUERY_AWARENESS => Ok(Message::QueryAwareness),
            HELLO => Ok(Message::Hello {
                epoch: reader.string()?,
                version: reader.uint(MAX_SAFE_INTEGER)?,
                max_update_bytes: reader.uint(MAX_SAFE_INTEGER)?,
            }),
            BATCH => Ok(Message::Batch {
                number: reader.uint(MAX_SAFE_INTEGER)?,
                update: reader.buffer()?,
            }),
            ACK => Message::read_ack(reader),
            RENEW => Ok(Message::Renew(reader.string()?)),
            ACCESS => Ok(Message::Access {
                role: Role::from_code(reader.uint(Role::Owner.code())?)
                    .expect("the number was held against the last role"),
                expires_in_ms: reader.uint(MAX_SAFE_INTEGER)?,
            }),
            RENEWED => Ok(Message::Renewed {
                status: read_status(reader, RENEWED)?,
                reason: reader.string()?,
            }),
            THREADS => {
                let inner = reader.take(reader.left())?;
                // Looked at before it is read: frames within frames could be as deep as they are long.
                match Reader::new(inner).uint(MAX_SAFE_INTEGER)? {
                    SYNC | BATCH | ACK | OWNERS | YOU => {
                        Message::decode(inner)?;
                        Ok(Message::Threads(inner))
                    }
                    kind => Err(WireError::UnknownKind {
                        message: THREADS,
                        kind,
                    }),
                }
            }
            OWNERS => Ok(Message::Owners(reader.buffer()?)),
            YOU => Ok(Message::You(reader.string()?)),
            other => Err(WireError::UnknownType(other)),
        }
    }

    fn read_ack(reader: &mut Reader<'a>) -> Result<Message<'a>, WireError> {
        Ok(Message::Ack {
            number: reader.uint(MAX_SAFE_INTEGER)?,
            status: read_status(reader, ACK)?,
            reason: reader.string()?,
        })
    }

    /// The frame of this message.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + self.payload_len());
        match *self {
            Message::Step1(state_vector) => write_sync(&mut out, 0, state_vector),
            Message::Step2(update) => write_sync(&mut out, 1, update),
            Message::Update(update) => write_sync(&mut out, 2, update),
            Message::Awareness(states) => {
                write_uint(&mut out, AWARENESS);
                write_buffer(&mut out, states);
            }
            Message::Denied(reason) => {
                write_uint(&mut out, AUTH);
                write_uint(&mut out, 0);
                write_string(&mut out, reason);
            }
            Message::QueryAwareness => write_uint(&mut out, QUERY_AWARENESS),
            Message::Hello {
                epoch,
                version,
                max_update_bytes,
            } => {
                write_uint(&mut out, HELLO);
                write_string(&mut out, epoch);
                write_uint(&mut out, version);
                write_uint(&mut out, max_update_bytes);
            }
            Message::Batch { number, update } => {
                write_uint(&mut out, BATCH);
                write_uint(&mut out, number);
                write_buffer(&mut out, update);
            }
            Message::Ack {
                number,
                status,
                reason,
            } => {
                write_uint(&mut out, ACK);
                write_uint(&mut out, number);
                write_uint(&mut out, status.code());
                write_string(&mut out, reason);
            }
            Message::Renew(token) => {
                write_uint(&mut out, RENEW);
                write_string(&mut out, token);
            }
            Message::Access {
                role,
                expires_in_ms,
            } => {
                write_uint(&mut out, ACCESS);
                write_uint(&mut out, role.code());
                write_uint(&mut out, expires_in_ms);
            }
            Message::Renewed { status, reason } => {
                write_uint(&mut out, RENEWED);
                write_uint(&mut out, status.code());
                write_string(&mut out, reason);
            }
            Message::Threads(frame) => {
                write_uint(&mut out, THREADS);
                out.extend_from_slice(frame);
            }
            Message::Owners(owners) => {
                write_uint(&mut out, OWNERS);
                write_buffer(&mut out, owners);
            }
            Message::You(person) => {
                write_uint(&mut out, YOU);
                write_string(&mut out, person);
            }
        }
        out
    }

    fn payload_len(&self) -> usize {
        match self {
            Message::Step1(bytes)
            | Message::Step2(bytes)
            | Message::Update(bytes)
            | Message::Awareness(bytes)
            | Message::Threads(bytes)
            | Message::Owners(bytes)
            | Message::Batch { update: bytes, .. } => bytes.len(),
            Message::Denied(text)
            | Message::Hello { epoch: text, .. }
            | Message::Ack { reason: text, .. }
            | Message::Renew(text)
            | Message::You(text)
            | Message::Renewed { reason: text, .. } => text.len(),
            Message::QueryAwareness | Message::Access { .. } => 0,
        }
    }
}

/// The contents of a [`Message::Owners`].
pub fn encode_owners<'a>(owners: impl ExactSizeIterator<Item = (ClientId, &'a str)>) -> Vec<u8> {
    let mut out = Vec::new();
    write_uint(&mut out, owners.len() as u64);
    for (client, person) in owners {
        write_uint(&mut out, client);
        write_string(&mut out, person);
    }
    out
}

/// What [`encode_owners`] wrote.
///
/// # Errors
/// [`ReadError`] when it did not.
pub fn decode_owners(bytes: &[u8]) -> Result<Vec<(ClientId, &str)>, ReadError> {
    let mut reader = Reader::new(bytes);
    let count = reader.count(2)?;
    (0..count)
        .map(|_| Ok((reader.uint(MAX_SAFE_INTEGER)?, reader.string()?)))
        .collect()
}

fn read_status(reader: &mut Reader<'_>, message: u64) -> Result<AckStatus, WireError> {
    let kind = reader.uint(MAX_SAFE_INTEGER)?;
    AckStatus::from_code(kind).ok_or(WireError::UnknownKind { message, kind })
}

fn write_sync(out: &mut Vec<u8>, kind: u64, bytes: &[u8]) {
    write_uint(out, SYNC);
    write_uint(out, kind);
    write_buffer(out, bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    const EXAMPLES: &[Message<'_>] = &[
        Message::Step1(&[0]),
        Message::Step2(&[0, 0]),
        Message::Update(&[0, 0]),
        Message::Awareness(&[0]),
        Message::Denied("no"),
        Message::QueryAwareness,
        Message::Hello {
            epoch: "e1",
            version: 1,
            max_update_bytes: 1 << 20,
        },
        Message::Batch {
            number: 7,
            update: &[0, 0],
        },
        Message::Ack {
            number: 7,
            status: AckStatus::Held,
            reason: "gap",
        },
        Message::Renew("a.b.c"),
        Message::Access {
            role: Role::Commenter,
            expires_in_ms: 300,
        },
        Message::Renewed {
            status: AckStatus::Refused,
            reason: "no",
        },
        Message::Threads(&[0, 0, 1, 0]),
        Message::Owners(&[1, 7, 3, 97, 100, 97]),
        Message::You("ada"),
    ];

    #[test]
    fn w1_every_message_is_read_as_it_was_written() {
        for message in EXAMPLES {
            assert_eq!(Message::decode(&message.encode()), Ok(*message));
        }
    }

    #[test]
    fn w1_the_bytes_of_every_message_stay_what_they_are() {
        let bytes: Vec<String> = EXAMPLES
            .iter()
            .map(|message| format!("{:?}", message.encode()))
            .collect();
        expect![[r#"
            [0, 0, 1, 0]
            [0, 1, 2, 0, 0]
            [0, 2, 2, 0, 0]
            [1, 1, 0]
            [2, 0, 2, 110, 111]
            [3]
            [100, 2, 101, 49, 1, 128, 128, 64]
            [101, 7, 2, 0, 0]
            [102, 7, 1, 3, 103, 97, 112]
            [103, 5, 97, 46, 98, 46, 99]
            [104, 1, 172, 2]
            [105, 2, 2, 110, 111]
            [106, 0, 0, 1, 0]
            [107, 6, 1, 7, 3, 97, 100, 97]
            [108, 3, 97, 100, 97]"#]]
        .assert_eq(&bytes.join("\n"));
    }

    #[test]
    fn w2_what_is_not_in_the_table_is_refused() {
        let check = |frame: &[u8]| Message::decode(frame).expect_err("refused").to_string();
        expect!["unknown message type 9"].assert_eq(&check(&[9]));
        expect!["unknown kind 3 of message type 0"].assert_eq(&check(&[0, 3, 0]));
        expect!["unknown kind 4 of message type 102"].assert_eq(&check(&[102, 1, 4, 0]));
        expect!["malformed message: the number at offset 1 is larger than 3"]
            .assert_eq(&check(&[104, 4, 0]));
        expect!["1 bytes after the end of the message"].assert_eq(&check(&[3, 0]));
        expect!["malformed message: expected 1 more bytes at offset 0, but the bytes end"]
            .assert_eq(&check(&[]));
        expect!["unknown kind 3 of message type 106"].assert_eq(&check(&[106, 3]));
        expect!["unknown kind 106 of message type 106"].assert_eq(&check(&[106, 106, 0, 0, 1, 0]));
        expect!["1 bytes after the end of the message"].assert_eq(&check(&[106, 0, 0, 1, 0, 0]));
        expect!["malformed message: expected 4294967292 more bytes at offset 6, but the bytes end"]
            .assert_eq(&check(&[1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]));
    }

    #[test]
    fn d4_owners_are_read_as_they_were_written() {
        let owners = [(7, "ada"), (1 << 52, "ben")];
        let bytes = encode_owners(owners.into_iter());
        assert_eq!(decode_owners(&bytes), Ok(owners.to_vec()));
        assert!(decode_owners(&bytes[..bytes.len() - 1]).is_err());
    }

    proptest! {
        #[test]
        fn w2_any_frame_is_a_message_or_refused(frame in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(message) = Message::decode(&frame) {
                let again = message.encode();
                prop_assert_eq!(Message::decode(&again), Ok(message));
            }
        }
    }
}
