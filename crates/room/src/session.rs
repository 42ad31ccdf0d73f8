//! One connection's part of a room: who it is, which protocol it speaks, and its presence. It is kept as bytes with the
//! connection (a Durable Object's attachment), so that a room that wakes knows everybody at once.

use std::num::NonZeroU64;

use crate::awareness::{self, MAX_IDS, MAX_SESSION_BYTES, Presence};
use crate::flow::Flow;
use crate::ids::ClientId;
use crate::lane::{Lane, Lanes};
use crate::rate::Pace;
use crate::role::Role;
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_buffer, write_string, write_uint};
use crate::wire::Message;

/// A connection's number within a room, given by the shell and never used again while the room is awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// The person of every connection without a token.
pub const ANONYMOUS: &str = "anonymous";

/// The number of the form that a session's bytes have, which they begin with. Older connections may live on in an older form. (The first
/// one had no number: it began with `ours`, which is 0 or 1.)
const FORM: u64 = 5;
/// The last form without [`Session::refused`].
const FORM_WITHOUT_REFUSED: u64 = 4;
/// The last form without [`Session::said`].
const FORM_WITHOUT_SAID: u64 = 3;
/// The last form without lanes.
const FORM_OF_ONE_LANE: u64 = 2;

// The flags of a session, in one number of its bytes.

/// [`Said::All`].
const SAID_ALL: u64 = 1;
const REFUSED: Lanes<u64> = Lanes {
    script: 2,
    threads: 4,
};
/// Whether [`Session::turned_away_ms`] is set. Each time follows the flags.
const TURNED_AWAY: Lanes<u64> = Lanes {
    script: 8,
    threads: 16,
};
/// [`Said::Nothing`]. When it was asked follows those times.
const SAID_NOTHING: u64 = 32;
const BITS: u64 = SAID_ALL
    | REFUSED.script
    | REFUSED.threads
    | TURNED_AWAY.script
    | TURNED_AWAY.threads
    | SAID_NOTHING;

/// What a connection may do, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Its person's role in the script.
    pub role: Role,
    /// When its token is no longer good (R5); `None` for a token without an end.
    pub expires_ms: Option<u64>,
}

impl Access {
    /// A role that does not end by itself.
    pub fn lasting(role: Role) -> Access {
        Access {
            role,
            expires_ms: None,
        }
    }

    /// Whether its time is over.
    pub fn has_expired(&self, now_ms: u64) -> bool {
        self.expires_ms
            .is_some_and(|expires_ms| expires_ms <= now_ms)
    }
}

/// Which lanes a connection speaks of (D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// Of one: all its messages are about that.
    One(Lane),
    /// Of both: its messages are about the script, and those in a [`Message::Threads`] about the threads.
    Both,
}

impl Speaks {
    /// Each, by its number in the bytes of a session.
    const ALL: [Speaks; 3] = [
        Speaks::One(Lane::Script),
        Speaks::One(Lane::Threads),
        Speaks::Both,
    ];

    fn code(self) -> u64 {
        match self {
            Speaks::One(lane) => lane as u64,
            Speaks::Both => 2,
        }
    }

    /// What its messages are about when nothing is said.
    pub fn home(self) -> Lane {
        match self {
            Speaks::One(lane) => lane,
            Speaks::Both => Lane::Script,
        }
    }

    /// Whether it hears of that lane.
    pub fn of(self, lane: Lane) -> bool {
        self == Speaks::Both || self.home() == lane
    }
}

/// What a connection to the script has said of what its document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Nothing yet; it was asked then.
    Nothing {
        /// When it joined.
        asked_ms: u64,
    },
    /// Something of it is not stored, or that is not known any more.
    NotAll,
    /// All, and that is stored.
    All,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who: the `sub` of their token, or [`ANONYMOUS`].
    pub person: String,
    /// Whether it asked for [`crate::wire::SUBPROTOCOL`].
    pub ours: bool,
    /// Which lanes it speaks of.
    pub speaks: Speaks,
    /// What it may do.
    pub access: Access,
    /// What it last said about itself.
    pub presence: Vec<Presence>,
    /// Its new token is being looked at (R6).
    pub(crate) renewing: bool,
    /// What it may still send now (N2 to N4); all of it after a sleep (N6).
    pub(crate) pace: Pace,
    /// What it was sent and has not said that it has read (N7).
    pub(crate) flow: Flow,
    /// Up to which entry of the log it was last asked for what it has, so that nobody is asked twice for the same (U4).
    pub(crate) asked_at: Lanes<Option<u64>>,
    /// Whether something of it is not stored, without a question that it could answer: it is asked when less is held (U4).
    pub(crate) waits: Lanes<bool>,
    /// Whether the relay has waited long enough for what something of it builds on: it is not held once more (U4).
    pub(crate) given_up: Lanes<bool>,
    /// Since when there was no room to hold something of it.
    pub(crate) turned_away_ms: Lanes<Option<NonZeroU64>>,
    /// Whether its person was not let to write something, and it has not asked for everything since (R2).
    pub(crate) refused: Lanes<bool>,
    /// What it has said of what its document has (U6).
    pub(crate) said: Said,
}

impl Session {
    /// A connection to the script that has said nothing yet.
    pub fn new(person: String, ours: bool, access: Access) -> Session {
        Session {
            person,
            ours,
            speaks: Speaks::One(Lane::Script),
            access,
            presence: Vec::new(),
            renewing: false,
            pace: Pace::default(),
            flow: Flow::default(),
            asked_at: Lanes::default(),
            waits: Lanes::default(),
            given_up: Lanes::default(),
            turned_away_ms: Lanes::default(),
            refused: Lanes::default(),
            said: Said::NotAll,
        }
    }

    /// The same, to the document of that lane.
    #[must_use]
    pub fn on(self, lane: Lane) -> Session {
        Session {
            speaks: Speaks::One(lane),
            ..self
        }
    }

    /// What its messages are about when nothing is said.
    pub(crate) fn home(&self) -> Lane {
        self.speaks.home()
    }

    /// A message about a lane, as this connection reads it.
    pub(crate) fn frame(&self, lane: Lane, message: &Message<'_>) -> Vec<u8> {
        let frame = message.encode();
        match lane == self.home() {
            true => frame,
            false => Message::Threads(&frame).encode(),
        }
    }

    /// Whether it has shown this client id: its own, or with a stock client one of which it was told.
    pub(crate) fn shows(&self, client: ClientId) -> bool {
        self.presence.iter().any(|shown| shown.client == client)
    }

    /// Whether its presence still fits where it is kept.
    pub(crate) fn fits(presence: &[Presence]) -> bool {
        let bytes: usize = presence.iter().map(|entry| entry.state.len() + 20).sum();
        presence.len() <= MAX_IDS && bytes <= MAX_SESSION_BYTES
    }

    /// The bytes to keep with the connection.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_uint(&mut out, FORM);
        write_uint(&mut out, u64::from(self.ours));
        write_uint(&mut out, self.speaks.code());
        write_string(&mut out, &self.person);
        write_uint(&mut out, self.access.role.code());
        write_uint(&mut out, self.access.expires_ms.unwrap_or(0));
        write_buffer(&mut out, &awareness::encode(self.presence.iter()));
        write_uint(&mut out, self.bits());
        for since in self.turned_away_ms.iter().flatten() {
            write_uint(&mut out, since.get());
        }
        if let Said::Nothing { asked_ms } = self.said {
            write_uint(&mut out, asked_ms);
        }
        out
    }

    fn bits(&self) -> u64 {
        let bit = |is_set: bool, bit: u64| if is_set { bit } else { 0 };
        bit(self.said == Said::All, SAID_ALL)
            | bit(self.refused.script, REFUSED.script)
            | bit(self.refused.threads, REFUSED.threads)
            | bit(self.turned_away_ms.script.is_some(), TURNED_AWAY.script)
            | bit(self.turned_away_ms.threads.is_some(), TURNED_AWAY.threads)
            | bit(matches!(self.said, Said::Nothing { .. }), SAID_NOTHING)
    }

    /// What [`Session::encode`] wrote, or an earlier version of it: a deployment may find connections that are older.
    ///
    /// # Errors
    /// [`ReadError`] when it did not.
    pub fn decode(bytes: &[u8]) -> Result<Session, ReadError> {
        let mut reader = Reader::new(bytes);
        let form = reader.uint(FORM)?;
        let ours = match form {
            FORM | FORM_WITHOUT_REFUSED | FORM_WITHOUT_SAID | FORM_OF_ONE_LANE => {
                reader.uint(1)? == 1
            }
            first => first == 1,
        };
        let speaks = match form {
            FORM | FORM_WITHOUT_REFUSED | FORM_WITHOUT_SAID => {
                Speaks::ALL[reader.uint(Speaks::Both.code())? as usize]
            }
            _ => Speaks::One(Lane::Script),
        };
        let person = reader.string()?.to_owned();
        let access = match form {
            FORM | FORM_WITHOUT_REFUSED | FORM_WITHOUT_SAID | FORM_OF_ONE_LANE => {
                decode_access(&mut reader)?
            }
            // Before there were roles, everybody wrote.
            _ => Access::lasting(Role::Editor),
        };
        let presence = awareness::decode(reader.buffer()?, MAX_IDS).unwrap_or_default();
        let bits = match form {
            FORM => reader.uint(BITS)?,
            FORM_WITHOUT_REFUSED => reader.uint(SAID_ALL)?,
            _ => 0,
        };
        let mut turned_away_ms = Lanes::default();
        for lane in Lane::ALL {
            if bits & TURNED_AWAY[lane] != 0 {
                turned_away_ms[lane] = NonZeroU64::new(reader.uint(MAX_SAFE_INTEGER)?);
            }
        }
        let said = match bits & (SAID_ALL | SAID_NOTHING) {
            0 => Said::NotAll,
            SAID_ALL => Said::All,
            _ => Said::Nothing {
                asked_ms: reader.uint(MAX_SAFE_INTEGER)?,
            },
        };
        Ok(Session {
            presence,
            speaks,
            said,
            refused: REFUSED.map(|bit| bits & bit != 0),
            turned_away_ms,
            ..Session::new(person, ours, access)
        })
    }
}

fn decode_access(reader: &mut Reader<'_>) -> Result<Access, ReadError> {
    let code = reader.uint(Role::Owner.code())?;
    let expires_ms = reader.uint(MAX_SAFE_INTEGER)?;
    Ok(Access {
        role: Role::from_code(code).expect("the number was held against the last role"),
        expires_ms: Some(expires_ms).filter(|&expires_ms| expires_ms > 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present() -> Vec<Presence> {
        vec![Presence {
            client: 9,
            clock: 3,
            state: "{}".to_owned(),
        }]
    }

    #[test]
    fn a1_a_session_survives_as_bytes() {
        for role in Role::ALL {
            for expires_ms in [None, Some(1_800_000_000_000)] {
                let nothing = Said::Nothing { asked_ms: 5 };
                for (speaks, said) in
                    Speaks::ALL
                        .into_iter()
                        .zip([Said::All, Said::NotAll, nothing])
                {
                    let access = Access { role, expires_ms };
                    let session = Session {
                        presence: present(),
                        speaks,
                        said,
                        refused: Lanes {
                            script: said == Said::All,
                            threads: speaks == Speaks::Both,
                        },
                        turned_away_ms: Lanes {
                            script: expires_ms.and_then(NonZeroU64::new),
                            threads: NonZeroU64::new(1),
                        },
                        ..Session::new("guest".to_owned(), true, access)
                    };
                    assert_eq!(Session::decode(&session.encode()), Ok(session));
                }
            }
        }
    }

    #[test]
    fn d2_a_connection_from_before_there_were_lanes_goes_on_about_the_script() {
        let access = Access::lasting(Role::Viewer);
        let session = Session {
            presence: present(),
            ..Session::new("guest".to_owned(), true, access)
        };
        let mut bytes = session.encode();
        assert_eq!(bytes[..3], [FORM as u8, 1, 0]);
        bytes.splice(..3, [FORM_OF_ONE_LANE as u8, 1]);
        assert_eq!(bytes.pop(), Some(0));
        assert_eq!(Session::decode(&bytes), Ok(session.clone()));
        bytes.splice(..2, [FORM_WITHOUT_SAID as u8, 1, 0]);
        assert_eq!(Session::decode(&bytes), Ok(session));
    }

    #[test]
    fn r2_a_connection_from_before_it_was_kept_what_was_refused_goes_on() {
        for said in [Said::All, Said::NotAll] {
            let access = Access::lasting(Role::Viewer);
            let session = Session {
                said,
                ..Session::new("guest".to_owned(), true, access)
            };
            let mut bytes = session.encode();
            bytes[0] = FORM_WITHOUT_REFUSED as u8;
            assert_eq!(Session::decode(&bytes), Ok(session));
        }
    }

    #[test]
    fn r1_a_connection_from_before_there_were_roles_goes_on_as_an_editor() {
        for ours in [false, true] {
            let mut bytes = vec![u8::from(ours)];
            write_string(&mut bytes, "guest");
            write_buffer(&mut bytes, &awareness::encode(present().iter()));
            let expected = Session {
                presence: present(),
                ..Session::new("guest".to_owned(), ours, Access::lasting(Role::Editor))
            };
            assert_eq!(Session::decode(&bytes), Ok(expected));
        }
    }
}
