//! Who may come in: a member, with their role; and on an open relay everybody, while nobody has made the script.

use scriptroom_room::Role;
use scriptroom_room::wire::CloseCode;
use worker::Result;

use super::ScriptRoom;
use crate::card::Standing;
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
}
