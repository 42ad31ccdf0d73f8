//! Requests about a script's card: making it, its title, the trash and the end.

use scriptroom_room::Role;
use serde_json::{Value as Json, json};
use worker::Result;

use super::ScriptRoom;
use super::door::{DELETED, TRASHED, signed_in};
use super::management::{Reply, Told};
use super::request::{Answered, Asked, Stop};
use crate::card::{self, Standing};

impl ScriptRoom {
    /// The card as somebody sees it who is a member.
    pub(super) fn info(&self, person: &str) -> Answered<Json> {
        let (card, role) = self.entered(person)?;
        Ok(json!({
            "id": card.id,
            "title": card.title,
            "role": role.name(),
            "made": card.made_ms,
            "changed": card.changed_ms,
            "trashed": card.trashed_ms,
        }))
    }

    /// Makes the script, or finds that its sender is a member of it already.
    pub(super) async fn created(&self, asked: &Asked, body: &Json) -> Answered<Json> {
        let person = signed_in(&asked.person)?;
        match self.cards().standing()? {
            Standing::Made(_) => return self.info(person),
            Standing::Deleted => {
                let message = "expected a new script, got the id of one that was deleted";
                return Err(Stop::new(409, "deleted", message));
            }
            Standing::Unmade if self.is_written()? => {
                let message = "expected a new script, got one that others write already";
                return Err(Stop::new(409, "in_use", message));
            }
            Standing::Unmade => {}
        }
        let title = body["title"].as_str().unwrap_or_default();
        self.make(&asked.script, title, person, None).await?;
        self.info(person)
    }

    /// Whether something is stored of a script that nobody has made: on an open relay everybody may write one.
    fn is_written(&self) -> Result<bool> {
        let mut awake = self.awake.borrow_mut();
        let awake = self.wake(&mut awake)?;
        Ok(!awake.room.is_empty())
    }

    pub(super) fn rename(&self, asked: &Asked, body: &Json) -> Answered<Reply> {
        self.at_least(Role::Editor, &asked.person)?;
        let title = body["title"].as_str();
        let title = title.ok_or_else(|| Stop::malformed("expected a title"))?;
        let cards = self.cards();
        cards.rename(&card::title(title), asked.now_ms)?;
        cards.note(&self.roll().people()?, asked.now_ms)?;
        self.info(&asked.person).map(Reply::ok)
    }

    /// Puts the script into the trash (`away`), or takes it out again.
    pub(super) fn trash(&self, asked: &Asked, away: bool) -> Answered<Reply> {
        let card = self.at_least(Role::Owner, &asked.person)?;
        let cards = self.cards();
        if card.trashed_ms.is_some() != away {
            cards.set_trashed(away.then_some(asked.now_ms))?;
            cards.note(&self.roll().people()?, asked.now_ms)?;
        }
        let reply = self.info(&asked.person).map(Reply::ok)?;
        Ok(match away {
            true => reply.telling(Told::Closed(TRASHED)),
            false => reply,
        })
    }

    pub(super) fn delete(&self, asked: &Asked) -> Answered<Reply> {
        let card = self.at_least(Role::Owner, &asked.person)?;
        if card.trashed_ms.is_none() {
            let message = "expected a script in the trash: only such a one is deleted for good";
            return Err(Stop::new(409, "not_in_the_trash", message));
        }
        let cards = self.cards();
        cards.set_deleted(asked.now_ms)?;
        cards.note(&self.roll().people()?, asked.now_ms)?;
        Ok(Reply::ok(json!({ "deleted": card.id })).telling(Told::Closed(DELETED)))
    }
}
