//! What a script's object tells the operator (O3).

use scriptroom_room::wire::{AckStatus, CloseCode, Message};
use scriptroom_room::{Lane, Merged, Role, SessionId};
use worker::{Date, Result};

use super::{Awake, ScriptRoom};
use crate::card::Standing;
use crate::events::{self, Event, Value};

/// An event of a script.
fn note(script: &str, event: Event, fields: &[(&str, Value<'_>)]) {
    let own: [(&str, Value<'_>); 1] = [("script", script.into())];
    events::note(event, &[&own[..], fields].concat());
}

/// How long a turn has taken.
fn since(from_ms: u64) -> u64 {
    Date::now().as_millis().saturating_sub(from_ms)
}

impl ScriptRoom {
    pub(super) fn note(&self, event: Event, fields: &[(&str, Value<'_>)]) {
        note(self.script.get().map_or("", String::as_str), event, fields);
    }

    /// The script's id, where it is known: from who asked for this object, or what is stored. Only after the tables are made.
    pub(super) fn script_id(&self) -> Result<String> {
        if let Some(known) = self.script.get() {
            return Ok(known.clone());
        }
        let found = match self.state.id().name() {
            Some(name) => name,
            None => match self.cards().standing()? {
                Standing::Made(card) => card.id,
                _ => return Ok(String::new()),
            },
        };
        Ok(self.script.get_or_init(|| found).clone())
    }

    pub(super) fn note_woke(&self, awake: &Awake, from_ms: u64) {
        let fields = [
            ("entries", awake.room.version().into()),
            ("sockets", awake.sockets.len().into()),
            ("ms", since(from_ms).into()),
        ];
        self.note(Event::ObjectWoke, &fields);
    }

    /// Whether that connection has not been closed by the relay; one that hibernates has not.
    pub(super) fn has_socket(&self, id: SessionId) -> bool {
        let awake = self.awake.borrow();
        awake
            .as_ref()
            .is_none_or(|awake| awake.sockets.contains_key(&id))
    }

    pub(super) fn note_joined(&self, id: SessionId, role: Role, lane: Lane) {
        let fields = [
            ("session", id.0.into()),
            ("role", role.name().into()),
            ("lane", lane.name().into()),
        ];
        self.note(Event::SocketJoined, &fields);
    }

    pub(super) fn note_left(&self, id: SessionId, code: Option<u16>) {
        let mut fields = vec![("session", id.0.into())];
        fields.extend(code.map(|code| ("code", code.into())));
        self.note(Event::SocketLeft, &fields);
    }
}

impl Awake {
    pub(super) fn note(&self, event: Event, fields: &[(&str, Value<'_>)]) {
        note(&self.script, event, fields);
    }

    pub(super) fn note_closed(&self, id: SessionId, code: CloseCode) {
        let fields = [
            ("session", id.0.into()),
            ("code", code.code().into()),
            ("reason", events::reason(code).into()),
        ];
        self.note(Event::SocketClosed, &fields);
    }

    /// The reason of an acknowledgement has no words of the script in it: client ids, sizes and roles.
    pub(super) fn note_refusal(&self, id: SessionId, frame: &[u8]) {
        let message = match Message::decode(frame) {
            Ok(Message::Threads(frame)) => Message::decode(frame),
            message => message,
        };
        if let Ok(Message::Ack {
            number,
            status: AckStatus::Refused,
            reason,
        }) = message
        {
            let fields = [
                ("session", id.0.into()),
                ("number", number.into()),
                ("error", reason.into()),
            ];
            self.note(Event::UpdateRefused, &fields);
        }
    }

    pub(super) fn note_staged(&self, lane: Lane, merged: &Merged, from_ms: u64) {
        let fields = [
            ("lane", lane.name().into()),
            ("entries", (merged.last + 1 - merged.first).into()),
            ("bytes", merged.bytes.len().into()),
            ("ms", since(from_ms).into()),
        ];
        self.note(Event::MergeStaged, &fields);
    }

    pub(super) fn note_merged(&self, lane: Lane, (first, last): (u64, u64), from_ms: u64) {
        let fields = [
            ("lane", lane.name().into()),
            ("first", first.into()),
            ("last", last.into()),
            ("entries", (last + 1 - first).into()),
            ("ms", since(from_ms).into()),
        ];
        self.note(Event::MergeDone, &fields);
    }
}
