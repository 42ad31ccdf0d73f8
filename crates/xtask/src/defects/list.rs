//! The defects that are put in on purpose: where, what instead of what, and what catches each. Each text to be replaced stands exactly
//! once in its file.

use super::defect::{Catcher, Defect, access, client, fuzz, in_suite, rule};
use super::recovered::RECOVERED;

const UPDATES: &str = "crates/room/src/room/updates.rs";
const ACCESS: &str = "crates/room/src/room/access.rs";
const ADMISSION: &str = "crates/room/src/admission.rs";
const SESSION: &str = "crates/client/src/session.rs";
const ROOM: &str = "crates/room/src/room.rs";
const PRESENCE: &str = "crates/room/src/room/presence.rs";
const UPKEEP: &str = "crates/room/src/room/upkeep.rs";
const AWARENESS: &str = "crates/client/src/awareness.rs";

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Defect> {
    EVERYDAY.iter().chain(RECOVERED)
}

/// Those of what everybody does.
const EVERYDAY: &[Defect] = &[
    Defect {
        name: "shown before it is appended",
        file: UPDATES,
        find: "        self.broadcast(lane, others, frame, effects);\n        self.schedule",
        put: "        let mut shown = Vec::new();\n        self.broadcast(lane, others, frame, &mut shown);\n        effects.splice(0..0, shown);\n        self.schedule",
        caught_by: rule("u2_a_crash_at_any_effect_takes_back_nothing_that_anybody_saw"),
    },
    Defect {
        name: "acknowledged before it is appended",
        file: UPDATES,
        find: "        let is_stored = self.store(admission, provenance, now_ms, effects);",
        put: "        self.acknowledge(&arrival, AckStatus::Stored, \"\", effects);\n        let is_stored = self.store(admission, provenance, now_ms, effects);",
        caught_by: rule("u2_a_crash_at_any_effect_takes_back_nothing_that_anybody_saw"),
    },
    Defect {
        name: "what is held is acknowledged as stored",
        file: UPDATES,
        find: "true => (AckStatus::Held,",
        put: "true => (AckStatus::Stored,",
        caught_by: rule("u4_a_gap_is_held_and_asked_for_once"),
    },
    Defect {
        name: "a role is not looked at when a step 2 comes",
        file: ACCESS,
        find: "if admission.stored.is_none() && admission.rest.is_none() {",
        put: "if admission.stored.is_none() || admission.rest.is_none() {",
        caught_by: access("r2_every_role_with_every_message"),
    },
    Defect {
        name: "a role is not looked at when anything comes",
        file: ACCESS,
        find: "match role.writes(arrival.lane) {",
        put: "match role.writes(arrival.lane) || true {",
        caught_by: access("r2_every_role_with_every_message"),
    },
    Defect {
        name: "another role is forgotten in a sleep",
        file: ACCESS,
        find: "session.access.role = role;\n            effects.push(Effect::Keep(id, session.encode()));",
        put: "session.access.role = role;",
        caught_by: access("r7_another_role_counts_from_the_next_message_on"),
    },
    Defect {
        name: "who is removed stays connected",
        file: ACCESS,
        find: "self.close(id, CloseCode::NotAllowed, reason, effects);",
        put: "drop(reason);",
        caught_by: access("r7_who_is_removed_is_out_at_once_with_all_their_connections"),
    },
    Defect {
        name: "whose a client id is does not matter",
        file: "crates/room/src/room/log.rs",
        find: "((new || closed) && owner != person)",
        put: "(closed && new && owner != person)",
        caught_by: rule("u6_a_client_id_belongs_to_who_typed_with_it_first"),
    },
    Defect {
        name: "who opens a script that is kept is not sent the first entry since",
        file: "crates/room/src/room/joins.rs",
        find: "reader.entries(kept.last + 1, self.last_sequence)",
        put: "reader.entries(kept.last + 2, self.last_sequence)",
        caught_by: in_suite(
            "joins",
            "u12_what_is_kept_and_what_came_since_are_what_the_log_says",
        ),
    },
    Defect {
        name: "a clock is trimmed by one too few",
        file: ADMISSION,
        find: "accepted: RunWriter::new(section.client, clocks.next(section.client)),",
        put: "accepted: RunWriter::new(section.client, clocks.next(section.client).saturating_sub(1)),",
        caught_by: in_suite("updates", "u3_a_struct_is_cut_where_the_known_part_ends"),
    },
    Defect {
        name: "deletions of what is not here are dropped",
        file: ADMISSION,
        find: "rest: encode(rest, &unreachable),",
        put: "rest: encode(rest, &IdSet::default()),",
        caught_by: in_suite(
            "updates",
            "u5_what_is_stored_is_causal_and_nothing_is_lost_in_any_order",
        ),
    },
    Defect {
        name: "a merge covers an entry that is not in it",
        file: UPKEEP,
        find: "                    last: staged.last,\n",
        put: "                    last: staged.last + 1,\n",
        caught_by: in_suite(
            "compaction",
            "l3_messages_go_on_between_the_turns_of_a_merge",
        ),
    },
    Defect {
        name: "presence is forgotten in a sleep",
        file: PRESENCE,
        find: "effects.push(Effect::Keep(id, session.encode()));",
        put: "",
        caught_by: rule("a2_a_newcomer_after_a_wake_gets_everybodys_presence"),
    },
    Defect {
        name: "the epoch stays after a restore",
        file: "crates/sim/src/disk.rs",
        find: "self.epoch.is_none() || self.generation != generation",
        put: "self.epoch.is_none()",
        caught_by: Catcher::Simulation,
    },
    Defect {
        name: "an entry is on the disk only in memory",
        file: "crates/sim/src/disk.rs",
        find: "        for clock in clocks {\n            self.clocks.insert(clock.client, clock.clone());\n",
        put: "        self.rows.retain(|row| row.sequence % 50 != 49);\n        for clock in clocks {\n            self.clocks.insert(clock.client, clock.clone());\n",
        caught_by: Catcher::Simulation,
    },
    Defect {
        name: "called saved when it is sent",
        file: SESSION,
        find: "effects.push(send(&Message::Batch { number, update }));",
        put: "effects.push(send(&Message::Batch { number, update }));\n                effects.push(Effect::Saved);",
        caught_by: client("session", "saved_means_acknowledged"),
    },
    Defect {
        name: "what is held is called saved",
        file: SESSION,
        find: "AckStatus::Held => self.unsaved.add(edits),",
        put: "AckStatus::Held => effects.extend((self.unsaved() == 0).then_some(Effect::Saved)),",
        caught_by: client("session", "a_held_batch_is_covered_by_the_next_answer"),
    },
    Defect {
        name: "frames of an earlier connection go out on the next",
        file: "crates/sim/src/pages.rs",
        find: "Want::Send((on, frame)) if on == connection",
        put: "Want::Send((on, frame)) if on <= connection",
        caught_by: Catcher::Simulation,
    },
    Defect {
        name: "a removal with one's own clock is no news",
        file: AWARENESS,
        find: "self.clock < heard.clock || (self.clock == heard.clock && removed)",
        put: "self.clock < heard.clock || (removed && false)",
        caught_by: client(
            "",
            "awareness::tests::a_removal_with_the_same_clock_is_outbid",
        ),
    },
    Defect {
        name: "who comes back takes the clock of their removal",
        file: AWARENESS,
        find: "const AFTER_REMOVAL: u64 = 2;",
        put: "const AFTER_REMOVAL: u64 = 1;",
        caught_by: client(
            "",
            "awareness::tests::a_removal_with_the_same_clock_is_outbid",
        ),
    },
    Defect {
        name: "who starts over leaves who they were behind",
        file: "crates/sim/src/tab.rs",
        find: "client: before,",
        put: "client: before ^ 1,",
        caught_by: Catcher::Simulation,
    },
    Defect {
        name: "who leaves takes the presence of others along",
        file: ROOM,
        find: "session.presence.iter().map(Presence::removal).collect();",
        put: "session.presence.iter().chain(self.sessions.values().flat_map(|other| &other.presence)).map(Presence::removal).collect();",
        caught_by: rule("a5_who_leaves_takes_only_their_own_presence_with_them"),
    },
    Defect {
        name: "who is taken over is back after a sleep",
        file: PRESENCE,
        find: "effects.push(Effect::Keep(owner, self.sessions[&owner].encode()));",
        put: "",
        caught_by: rule("a3_who_takes_over_leaves_nothing_behind_in_a_sleep"),
    },
    Defect {
        name: "an id that is shown is nobody's",
        file: PRESENCE,
        find: "        self.claim(id, changed, now_ms, effects);\n",
        put: "",
        caught_by: rule("u6_a_client_id_that_is_shown_is_taken"),
    },
    Defect {
        name: "an id is shown before it is somebody's on disk",
        file: "crates/room/src/room/claims.rs",
        find: "            effects.extend(self.logs.script.claim(claim));",
        put: "            self.logs.script.claim(claim);",
        caught_by: rule("u6_whose_an_id_is_that_was_shown_is_on_disk_before_anybody_sees_it"),
    },
    Defect {
        name: "what gets another id is no copy any more",
        file: "crates/room/src/fork.rs",
        find: "match copies::moved(found, forks) {",
        put: "match copies::moved(found, &Forks::new()) {",
        caught_by: Catcher::Test {
            package: "scriptroom-branch",
            suite: "start_over",
            name: "copies_are_known_as_such_under_another_id",
        },
    },
    Defect {
        name: "copies of made-up words are copies of the writer's",
        file: "crates/room/src/fork.rs",
        find: "let is_other = true;",
        put: "let is_other = false;",
        caught_by: Catcher::Test {
            package: "scriptroom-branch",
            suite: "start_over",
            name: "copies_of_made_up_words_take_nobodys_away",
        },
    },
    Defect {
        name: "all that comes after made-up words is said again",
        file: "crates/room/src/fork.rs",
        find: "true => found.start..u32::MAX,\n        false => found,",
        put: "_ => found.start..u32::MAX,",
        caught_by: Catcher::Test {
            package: "scriptroom-branch",
            suite: "start_over",
            name: "words_that_are_the_same_again_after_made_up_ones_are_not_doubled",
        },
    },
    Defect {
        name: "what one log has refused is not offered to another",
        file: SESSION,
        find: "self.branched = false;\n            self.questions",
        put: "self.questions",
        caught_by: Catcher::Test {
            package: "scriptroom-client",
            suite: "session",
            name: "what_another_log_has_refused_is_offered_to_this_one",
        },
    },
    Defect {
        name: "who deletes made-up words deletes the writer's",
        file: "crates/room/src/fork.rs",
        find: "known.note_deleted(&theirs, client, clocks.start);",
        put: "known.note_deleted(&theirs, client, u32::MAX);",
        caught_by: Catcher::Test {
            package: "scriptroom-branch",
            suite: "start_over",
            name: "who_deletes_made_up_words_deletes_nobody_elses",
        },
    },
    Defect {
        name: "what stands beside what nobody has waits with it",
        file: "crates/room/src/gaps.rs",
        find: "Ok((!waits.is_empty()).then(|| without(&update, &waits)))",
        put: "Ok((!waits.is_empty() && known.sections().len() > 1_000).then(|| without(&update, &waits)))",
        caught_by: Catcher::Test {
            package: "scriptroom-branch",
            suite: "start_over",
            name: "what_stands_beside_what_nobody_has_is_offered_again",
        },
    },
    Defect {
        name: "one piece of what is gone lies over what stands behind a gap",
        file: "crates/script/src/gaps.rs",
        find: "if all == kept {",
        put: "if all == kept || !all.is_empty() {",
        caught_by: Catcher::Test {
            package: "scriptroom-script",
            suite: "gaps",
            name: "what_is_gone_fills_a_gap_and_no_more",
        },
    },
    Defect {
        name: "what waits behind a gap whose end is filled is told under other clocks",
        file: "crates/script/src/gaps.rs",
        find: "waiting.update = Update::merge_updates(vec![update]);",
        put: "waiting.update = update;",
        caught_by: Catcher::Test {
            package: "scriptroom-script",
            suite: "gaps",
            name: "what_waits_behind_a_gap_keeps_its_clocks",
        },
    },
    Defect {
        name: "what waits and is gone is laid over what came behind a gap",
        file: "crates/script/src/gaps.rs",
        find: "is_gone.then(|| std::mem::take(&mut waiting.update))",
        put: "(is_gone && waiting.missing.is_empty()).then(|| std::mem::take(&mut waiting.update))",
        caught_by: Catcher::Test {
            package: "scriptroom-script",
            suite: "gaps",
            name: "what_is_gone_and_waits_fills_a_gap_and_no_more",
        },
    },
    Defect {
        name: "what builds on what nobody has is held for ever",
        file: UPKEEP,
        find: "session.given_up[lane] |= is_over;",
        put: "session.given_up[lane] &= is_over;",
        caught_by: in_suite(
            "rules",
            "u4_who_waited_the_hour_for_what_nobody_has_is_refused",
        ),
    },
    Defect {
        name: "a merge leaves out its last entry",
        file: UPKEEP,
        find: "compaction::merge_verified(&reader.entries(first, last))?",
        put: "compaction::merge_verified(&reader.entries(first, last - 1))?",
        caught_by: in_suite("compaction", "l3_a_long_log_is_merged_a_piece_at_a_time"),
    },
    Defect {
        name: "a merge leaves out its last entry and nobody looks",
        file: "crates/room/src/compaction.rs",
        find: "    let merged = merge(entries, &StateVector::default())?;\n    verify(&merged, entries)?;\n    Ok(merged)\n}\n\n/// Whether a merged entry says what these say together.\n///\n/// # Errors\n/// [`CompactionError`] where it does not.\npub fn verify(merged: &[u8], entries: &[Vec<u8>]) -> Result<(), CompactionError> {\n    match Digest::of(&[merged])? == Digest::of(entries)? {",
        put: "    merge(&entries[..entries.len() - 1], &StateVector::default()).map_err(CompactionError::from)\n}\n\n/// Does not look.\npub fn verify(merged: &[u8], entries: &[Vec<u8>]) -> Result<(), CompactionError> {\n    match Digest::of(&[merged])? != Digest::of(entries)? || true {",
        caught_by: in_suite(
            "compaction",
            "u9_compaction_changes_nothing_that_a_join_sees",
        ),
    },
    Defect {
        name: "what is left of an item is looked at as if it were whole",
        file: ADMISSION,
        find: "(known.clocks, found.left_at(next))",
        put: "(known.clocks, found)",
        caught_by: fuzz(
            "hostile",
            "every_case_meets_its_verdict_and_nobody_else_notices",
        ),
    },
    Defect {
        name: "a room that wakes forgets an entry that it would refuse",
        file: ADMISSION,
        find: "Err(_) if known.nature == Nature::Entry =>",
        put: "Err(_) if known.nature == Nature::Entry && known.ground.is_none() =>",
        caught_by: fuzz(
            "oracle",
            "u1_a_log_with_what_would_be_refused_now_is_looked_at_all_the_same",
        ),
    },
    Defect {
        name: "what is deleted does not wait for its copy",
        file: UPDATES,
        find: "Origin::Live => Nature::Edit,",
        put: "Origin::Live => Nature::Difference,",
        caught_by: rule("u4_while_a_copy_waits_what_it_copies_stays"),
    },
    Defect {
        name: "what is deleted over HTTP does not wait for its copy",
        file: "crates/room/src/room/writes.rs",
        find: "log.admit_as(Nature::Edit, &waits, &update);",
        put: "log.admit_as(Nature::Difference, &waits, &update);",
        caught_by: in_suite(
            "writes",
            "j2_while_a_part_of_it_is_missing_nothing_is_deleted",
        ),
    },
    Defect {
        name: "what follows what was not allowed is stored",
        file: UPDATES,
        find: "is_batch && self.sessions[&arrival.session].refused[arrival.lane]",
        put: "is_batch && self.sessions.is_empty()",
        caught_by: access("r2_what_follows_what_was_not_allowed_is_not_either"),
    },
    Defect {
        name: "nobody asks who was turned away",
        file: "crates/room/src/room/upkeep.rs",
        find: "due.chain(self.asks_at()).min();",
        put: "due.min(); let _ = self.asks_at();",
        caught_by: rule("u4_a_stock_client_that_was_turned_away_is_asked_when_the_hour_is_over"),
    },
    Defect {
        name: "what comes behind an edit that was put off is stored before it",
        file: "crates/room/src/room/limits.rs",
        find: "session.pace.is_behind |= lane == Lane::Script;",
        put: "session.pace.is_behind |= false;",
        caught_by: access("n2_what_comes_too_fast_comes_later"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_to_be_replaced_stands_once_in_its_file() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for defect in all() {
            let text = std::fs::read_to_string(format!("{root}/{}", defect.file)).unwrap();
            assert_eq!(text.matches(defect.find).count(), 1, "{}", defect.name);
        }
    }

    #[test]
    fn each_test_that_catches_one_is_there() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for defect in all() {
            let Catcher::Test {
                package,
                suite,
                name,
            } = defect.caught_by
            else {
                continue;
            };
            let package = package.trim_start_matches("scriptroom-");
            let (modules, name) = name.rsplit_once("::").unwrap_or(("", name));
            let file = match (suite, modules.split("::").next()) {
                ("", Some(module)) => format!("src/{module}.rs"),
                (suite, _) => format!("tests/{suite}.rs"),
            };
            let text = std::fs::read_to_string(format!("{root}/crates/{package}/{file}")).unwrap();
            assert!(text.contains(&format!("fn {name}(")), "{name} in {file}");
        }
    }
}
