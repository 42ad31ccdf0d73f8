//! Why a room refuses an update, and in which words the peer is told.

use crate::check::CheckError;
use crate::ids::ClientId;
use crate::lane::Lane;
use crate::role::Role;
use crate::wire::CloseCode;

/// Why an update is refused.
pub(crate) enum Refusal {
    /// Over this many bytes.
    TooLarge(usize),
    /// No update at all.
    Malformed(CheckError),
    /// A client id that is not the sender's.
    ClockConflict(ClientId),
    /// The owner of a client id has another copy of what somebody else had brought back under it.
    OwnCopy(ClientId),
    /// It builds on what nobody has brought in all the time that it was held.
    NobodyHas,
    /// The document of that lane has as many bytes as it may have: these.
    Full(u64, Lane),
    /// The sender's role does not write there.
    NotAllowed(Role, Lane),
}

impl Refusal {
    /// The close code of SPEC.md that goes with it.
    pub(crate) fn close_code(&self) -> CloseCode {
        match self {
            Refusal::TooLarge(_) | Refusal::Full(..) => CloseCode::TooLarge,
            Refusal::Malformed(_) => CloseCode::Malformed,
            Refusal::ClockConflict(_) | Refusal::OwnCopy(_) | Refusal::NobodyHas => {
                CloseCode::ClockConflict
            }
            Refusal::NotAllowed(..) => CloseCode::NotAllowed,
        }
    }

    /// The reason as the peer reads it.
    pub(crate) fn reason(&self) -> String {
        match self {
            Refusal::TooLarge(max) => format!("the update is larger than {max} bytes"),
            Refusal::Full(max, Lane::Script) => {
                format!("the script is full: more than {max} bytes would be stored of it")
            }
            Refusal::Full(max, Lane::Threads) => {
                format!("the comments are full: more than {max} bytes would be stored of them")
            }
            Refusal::Malformed(error) => error.to_string(),
            Refusal::ClockConflict(client) => {
                format!("client id {client} belongs to somebody else")
            }
            Refusal::OwnCopy(client) => {
                format!(
                    "what somebody else had brought back as client id {client} was another copy"
                )
            }
            Refusal::NobodyHas => "it builds on what nobody has brought".to_owned(),
            Refusal::NotAllowed(role, Lane::Script) => {
                format!("not allowed: expected an editor, this is a {role}")
            }
            Refusal::NotAllowed(role, Lane::Threads) => {
                format!("not allowed: expected a commenter, this is a {role}")
            }
        }
    }
}
