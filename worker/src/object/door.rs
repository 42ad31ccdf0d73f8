//! Who may come in: a member, with their role; and on an open relay everybody, while nobody has made the script.

use scriptroom_room::Role;
use scriptroom_room::session::ANONYMOUS;
use scriptroom_room::wire::CloseCode;
use worker::Result;

use super::ScriptRoom;
use super::request::{Answered, Stop};
use crate::card::{Card, Standing};
use crate::identity::Caller;
use crate::settings;

/// Why somebody does not get in.
pub(super) struct Closed {
    pub(super) code: CloseCode,
    pub(super) reason: &'static str,
}

pub(super) const NO_SUCH_SCRIPT: &str = "there is no such script";
pub(super) const DELETED: &str = "this script was deleted";
pub(super) const TRASHED: &str = "this script is in the trash";
pub(super) const NO_MEMBER: &str = "not allowed: not a member of this script";

impl ScriptRoom {
    /// The role with which a connection begins.
    pub(super) fn role_at_the_door(
        &self,
        caller: &Caller,
    ) -> Result<std::result::Result<Role, Closed>> {
        let none = |reason| {
            Err(Closed {
                code: CloseCode::NoSuchScript,
                reason,
            })
        };
        Ok(match self.cards().standing()? {
            Standing::Deleted => none(DELETED),
            Standing::Unmade if settings::is_open(&self.env) => Ok(Role::Editor),
            Standing::Unmade => none(NO_SUCH_SCRIPT),
            Standing::Made(card) => match self.roll().role(&caller.person)? {
                Some(_) if card.trashed_ms.is_some() => none(TRASHED),
                Some(role) => Ok(role),
                None => Err(Closed {
                    code: CloseCode::NotAllowed,
                    reason: NO_MEMBER,
                }),
            },
        })
    }

    /// Whether somebody may do what needs that role: the same people with the same roles as over a socket (R1).
    pub(super) fn authorize(&self, caller: &Caller, needed: Role) -> Answered<Role> {
        let role = self
            .role_at_the_door(caller)?
            .map_err(|closed| match closed.code {
                CloseCode::NotAllowed => Stop::new(403, "not_allowed", closed.reason),
                _ => Stop::new(404, "no_such_script", closed.reason),
            })?;
        match role >= needed {
            true => Ok(role),
            false => {
                let message = format!("not allowed: expected the role {needed}, this is a {role}");
                Err(Stop::new(403, "not_allowed", message))
            }
        }
    }

    /// The card of a script that somebody has made.
    pub(super) fn standing(&self) -> Answered<Card> {
        match self.cards().standing()? {
            Standing::Made(card) => Ok(card),
            Standing::Unmade => Err(Stop::new(404, "no_such_script", NO_SUCH_SCRIPT)),
            Standing::Deleted => Err(Stop::new(404, "no_such_script", DELETED)),
        }
    }

    /// The card, and the role of somebody who is a member.
    pub(super) fn entered(&self, person: &str) -> Answered<(Card, Role)> {
        let card = self.standing()?;
        match self.roll().role(person)? {
            Some(role) => Ok((card, role)),
            None => Err(Stop::new(403, "not_allowed", NO_MEMBER)),
        }
    }

    /// Somebody whose role is at least that.
    pub(super) fn at_least(&self, least: Role, person: &str) -> Answered<Card> {
        let (card, role) = self.entered(person)?;
        match role >= least {
            true => Ok(card),
            false => {
                let message = format!("not allowed: expected an {least}, this is a {role}");
                Err(Stop::new(403, "not_allowed", message))
            }
        }
    }
}

/// A person: only people have scripts.
pub(super) fn signed_in(person: &str) -> Answered<&str> {
    match person {
        ANONYMOUS => Err(Stop::new(401, "not_signed_in", "expected a token")),
        person => Ok(person),
    }
}

/// In the trash a script is closed to everybody (S4).
pub(super) fn not_in_the_trash(card: &Card) -> Answered<()> {
    match card.trashed_ms {
        None => Ok(()),
        Some(_) => Err(Stop::new(404, "no_such_script", TRASHED)),
    }
}
