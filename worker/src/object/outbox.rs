//! Tells people's objects of changes to this script, until each has answered: what they list is kept in step.
//!
//! A change and the note of who is to hear of it are written in one turn. The note goes when that person's object has
//! answered, so a crash at any point leaves either the note or the answer; hearing of the same change twice is harmless.

use futures_util::future::join;
use scriptroom_room::{Input, Lanes};
use worker::{Date, Error, Method, Request, RequestInit, Result};

use super::ScriptRoom;
use super::door::DELETED;
use crate::card::{Listing, Pending, Standing};
use crate::events::Event;
use crate::store::{Store, schema};
use crate::{metrics, person};

/// So many people are told in one go; the alarm sees to the others.
const BATCH: u64 = 32;
/// A change that was not told at once is told after this, and then with doubling waits.
pub(super) const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 10 * 60 * 1000;

impl ScriptRoom {
    /// When the outbox is to be looked at, if there is anything in it: asked on waking, when it is not known what was set.
    pub(super) fn outbox_is_due(&self, stores: &Lanes<Store>, now_ms: u64) -> Result<Option<u64>> {
        let cards = self.cards();
        let waits = !cards.pending(1)?.is_empty()
            || self.is_to_be_emptied()?
            || stores.script.unreported()?.is_some();
        Ok(waits.then_some(now_ms + FIRST_WAIT_MS))
    }

    /// Notes for the alarm that there is something to tell, should this object not live to do it at once. Nothing may be
    /// awaited between a change, this, and the setting of the alarm: they are stored together.
    pub(super) fn expect_delivery(&self, now_ms: u64) -> Result<()> {
        let mut awake = self.awake.borrow_mut();
        self.wake(&mut awake)?.alarms.outbox_ms = Some(now_ms + FIRST_WAIT_MS);
        Ok(())
    }

    /// S1: a script that was written in has changed, in everybody's list: noted once for the edits of a minute, not with each.
    pub(super) fn note_edits(&self) -> Result<()> {
        let cards = self.cards();
        let Standing::Made(card) = cards.standing()? else {
            return Ok(());
        };
        let changed_ms = self.reading(|awake| awake.stores.script.changed_ms())?;
        let Some(changed_ms) = changed_ms.filter(|&changed_ms| changed_ms > card.changed_ms) else {
            return Ok(());
        };
        let now_ms = Date::now().as_millis();
        cards.set_changed(changed_ms)?;
        cards.note(&self.roll().people()?, now_ms)?;
        self.expect_delivery(now_ms)
    }

    /// Tells whoever has not heard yet. Where that fails, the alarm tries again.
    pub(super) async fn deliver(&self) -> Result<()> {
        let pending = match self.cards().standing()? {
            Standing::Unmade => Vec::new(),
            _ => self.cards().pending(BATCH)?,
        };
        let (mut heard, mut failed) = (false, false);
        for one in &pending {
            let role = self.roll().role(&one.person)?;
            let listing = self.cards().listing(role)?;
            match self.tell(one, &listing).await {
                Ok(()) => {
                    self.cards().heard(one)?;
                    heard = true;
                }
                Err(error) => {
                    self.note_failure("list", &error);
                    failed = true;
                }
            }
        }
        let deleted = self.is_to_be_emptied()?;
        if let Err(error) = self.report(deleted).await {
            self.note_failure("registry", &error);
            failed = true;
        }
        if heard || !failed {
            self.failures.set(0);
        }
        if failed || self.has_more_to_tell()? {
            return self.deliver_later().await;
        }
        if deleted {
            self.empty().await?;
        }
        self.set_outbox_alarm(None);
        Ok(())
    }

    fn note_failure(&self, of: &str, error: &Error) {
        metrics::count(|metrics| metrics.failed("delivery"));
        let error = error.to_string();
        self.note(
            Event::DeliveryFailed,
            &[("of", of.into()), ("error", error.as_str().into())],
        );
    }

    /// Something may have come while this told of what was before.
    fn has_more_to_tell(&self) -> Result<bool> {
        if self
            .reading(|awake| awake.stores.script.unreported())?
            .is_some()
        {
            return Ok(true);
        }
        if self.cards().standing()? == Standing::Unmade {
            return Ok(false);
        }
        Ok(!self.cards().pending(1)?.is_empty())
    }

    async fn tell(&self, pending: &Pending, listing: &Listing) -> Result<()> {
        let mut init = RequestInit::new();
        init.with_method(Method::Post);
        init.with_body(Some(serde_json::to_string(listing)?.into()));
        let request = Request::new_with_init(&format!("http://person{}", person::LISTING), &init)?;
        let people = self.env.durable_object(person::BINDING)?;
        let answer = people
            .get_by_name(&pending.person)?
            .fetch_with_request(request)
            .await?;
        match answer.status_code() {
            200 => Ok(()),
            status => Err(Error::RustError(format!(
                "expected status 200, got {status}"
            ))),
        }
    }

    async fn deliver_later(&self) -> Result<()> {
        let failures = self.failures.get();
        self.failures.set(failures.saturating_add(1));
        let wait_ms = (FIRST_WAIT_MS << failures.min(20)).min(LONGEST_WAIT_MS);
        self.set_outbox_alarm(Some(Date::now().as_millis() + wait_ms));
        self.set_alarm().await
    }

    fn set_outbox_alarm(&self, at_ms: Option<u64>) {
        if let Some(awake) = &mut *self.awake.borrow_mut() {
            awake.alarms.outbox_ms = at_ms;
        }
    }

    /// Whether the script was deleted and its contents are still here.
    fn is_to_be_emptied(&self) -> Result<bool> {
        if self.cards().standing()? != Standing::Deleted {
            return Ok(false);
        }
        Ok(self.roll().count()? > 0)
    }

    /// Everything that is stored goes, but for the note that there was a script: its address is not given out again.
    async fn empty(&self) -> Result<()> {
        self.handle(Input::Closed(DELETED)).await?;
        let storage = self.state.storage();
        *self.awake.borrow_mut() = None;
        // Both begin in one turn, so that no crash comes between them.
        let (emptied, marked) = join(storage.delete_all(), async {
            schema::migrate(&storage.sql())?;
            self.cards().make_tombstone(Date::now().as_millis())
        })
        .await;
        emptied.and(marked)
    }
}
