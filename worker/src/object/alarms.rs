//! What the alarm of a script's object is set for: the platform has one, and several things wait for it.

use worker::Date;

use super::webhooks;

/// The platform has one alarm for an object; these are what it is for.
#[derive(Default)]
pub(super) struct Alarms {
    pub(super) room_ms: Option<u64>,
    pub(super) outbox_ms: Option<u64>,
    pub(super) webhooks_ms: Option<u64>,
    pub(super) search_ms: Option<u64>,
    /// For when it is set, as far as is known since the object woke.
    pub(super) set_ms: Option<u64>,
}

impl Alarms {
    /// What waits to be sent is not forgotten should this object not live to the end of the alarm.
    pub(super) fn guard_webhooks(&mut self) {
        let again_ms = Date::now().as_millis() + webhooks::GUARD_MS;
        self.webhooks_ms = self.webhooks_ms.map(|at_ms| at_ms.max(again_ms));
    }

    /// When the alarm must be set for, if that is not known to be so.
    pub(super) fn change(&mut self) -> Option<u64> {
        let due = [
            self.room_ms,
            self.outbox_ms,
            self.webhooks_ms,
            self.search_ms,
        ];
        let due = due.into_iter().flatten().min()?;
        let known = self.set_ms.replace(due);
        (known != Some(due)).then_some(due)
    }
}
