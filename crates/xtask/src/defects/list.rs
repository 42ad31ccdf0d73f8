//! The defects that are put in on purpose: where, what instead of what. Each text to be replaced stands exactly once in its file.

/// A defect.
pub(crate) struct Defect {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where it is put in.
    pub(crate) file: &'static str,
    /// What stands there.
    pub(crate) find: &'static str,
    /// What stands there instead.
    pub(crate) put: &'static str,
}

const UPDATES: &str = "crates/room/src/room/updates.rs";
const ACCESS: &str = "crates/room/src/room/access.rs";
const ADMISSION: &str = "crates/room/src/admission.rs";
const SESSION: &str = "crates/client/src/session.rs";
const AWARENESS: &str = "crates/client/src/awareness.rs";

/// All of them.
pub(crate) const ALL: &[Defect] = &[
    Defect {
        name: "acknowledged before it is appended",
        file: UPDATES,
        find: "        if self.store(admission, source, now_ms, effects) {\n            self.retry_held(lane, now_ms, effects);",
        put: "        self.acknowledge(&arrival, AckStatus::Stored, \"\", effects);\n        if self.store(admission, source, now_ms, effects) {\n            self.retry_held(lane, now_ms, effects);",
    },
    Defect {
        name: "what is held is acknowledged as stored",
        file: UPDATES,
        find: "AckStatus::Held, reason, effects",
        put: "AckStatus::Stored, reason, effects",
    },
    Defect {
        name: "a role is not looked at when a step 2 comes",
        file: ACCESS,
        find: "if admission.stored.is_none() && admission.rest.is_none() {",
        put: "if admission.stored.is_none() || admission.rest.is_none() {",
    },
    Defect {
        name: "a role is not looked at when anything comes",
        file: ACCESS,
        find: "match role.writes(arrival.lane) {",
        put: "match role.writes(arrival.lane) || true {",
    },
    Defect {
        name: "another role is forgotten in a sleep",
        file: ACCESS,
        find: "session.access.role = role;\n            effects.push(Effect::Keep(id, session.encode()));",
        put: "session.access.role = role;",
    },
    Defect {
        name: "who is removed stays connected",
        file: ACCESS,
        find: "self.close(id, CloseCode::NotAllowed, reason, effects);",
        put: "drop(reason);",
    },
    Defect {
        name: "whose a client id is does not matter",
        file: "crates/room/src/room/log.rs",
        find: "((new || closed) && owner != person)",
        put: "(closed && new && owner != person)",
    },
    Defect {
        name: "a clock is trimmed by one too few",
        file: ADMISSION,
        find: "accepted: RunWriter::new(section.client, clocks.next(section.client)),",
        put: "accepted: RunWriter::new(section.client, clocks.next(section.client).saturating_sub(1)),",
    },
    Defect {
        name: "deletions of what is not here are dropped",
        file: ADMISSION,
        find: "rest: encode(rest, &unreachable),",
        put: "rest: encode(rest, &IdSet::default()),",
    },
    Defect {
        name: "a merge covers an entry that is not in it",
        file: "crates/room/src/room/upkeep.rs",
        find: "                    last: staged.last,\n",
        put: "                    last: staged.last + 1,\n",
    },
    Defect {
        name: "presence is forgotten in a sleep",
        file: "crates/room/src/room/presence.rs",
        find: "effects.push(Effect::Keep(id, session.encode()));",
        put: "",
    },
    Defect {
        name: "the epoch stays after a restore",
        file: "crates/sim/src/disk.rs",
        find: "self.epoch.is_none() || self.generation != generation",
        put: "self.epoch.is_none()",
    },
    Defect {
        name: "an entry is on the disk only in memory",
        file: "crates/sim/src/disk.rs",
        find: "        for clock in clocks {\n            self.clocks.insert(clock.client, clock.clone());\n        }",
        put: "        self.rows.retain(|row| row.sequence % 50 != 49);\n        for clock in clocks {\n            self.clocks.insert(clock.client, clock.clone());\n        }",
    },
    Defect {
        name: "called saved when it is sent",
        file: SESSION,
        find: "effects.push(send(&Message::Batch { number, update }));",
        put: "effects.push(send(&Message::Batch { number, update }));\n                effects.push(Effect::Saved);",
    },
    Defect {
        name: "what is held is called saved",
        file: SESSION,
        find: "AckStatus::Held => self.unsent += edits,",
        put: "AckStatus::Held => effects.extend((self.unsaved() == 0).then_some(Effect::Saved)),",
    },
    Defect {
        name: "frames of an earlier connection go out on the next",
        file: "crates/sim/src/pages.rs",
        find: "Want::Send((on, frame)) if on == connection",
        put: "Want::Send((on, frame)) if on <= connection",
    },
    Defect {
        name: "a removal with one's own clock is no news",
        file: AWARENESS,
        find: "self.clock < heard.clock || (self.clock == heard.clock && removed)",
        put: "self.clock < heard.clock || (removed && false)",
    },
    Defect {
        name: "who comes back takes the clock of their removal",
        file: AWARENESS,
        find: "const AFTER_REMOVAL: u64 = 2;",
        put: "const AFTER_REMOVAL: u64 = 1;",
    },
    Defect {
        name: "who starts over leaves who they were behind",
        file: "crates/sim/src/tab.rs",
        find: "client: before,",
        put: "client: before ^ 1,",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_to_be_replaced_stands_once_in_its_file() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for defect in ALL {
            let text = std::fs::read_to_string(format!("{root}/{}", defect.file)).unwrap();
            assert_eq!(text.matches(defect.find).count(), 1, "{}", defect.name);
        }
    }
}
