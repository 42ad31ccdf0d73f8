//! The defects in what a restored relay has forgotten, and others bring back or make up (B2, U6).

use super::defect::{Defect, in_suite};

const UPDATES: &str = "crates/room/src/room/updates.rs";

/// All of these.
pub(super) const RECOVERED: &[Defect] = &[
    Defect {
        name: "others may bring words of who is here",
        file: "crates/room/src/room/replicas.rs",
        find: "                Some(Said::All) => return Err(Refusal::ClockConflict(client)),",
        put: "                Some(Said::All) => {}",
        caught_by: in_suite(
            "replicas",
            "u6_under_the_id_of_who_is_here_nobody_else_brings_anything",
        ),
    },
    Defect {
        name: "others may bring words of a stock client that is here",
        file: "crates/room/src/room/replicas.rs",
        find: "session.ours || log.claims.contains_key(&client)",
        put: "session.ours",
        caught_by: in_suite(
            "replicas",
            "u6_under_the_id_of_who_is_here_nobody_else_brings_anything",
        ),
    },
    Defect {
        name: "any device of a person speaks for another one",
        file: "crates/room/src/room/recovered.rs",
        find: "brought.lane == Lane::Threads || shows",
        put: "brought.lane == Lane::Threads || shows || true",
        caught_by: in_suite(
            "recovered",
            "b2_what_another_device_has_from_the_log_is_not_taken_for_the_owners_own",
        ),
    },
    Defect {
        name: "nobody hears of another thing under a closed id",
        file: "crates/room/src/room/recovered.rs",
        find: "differs.is_some() || log.is_closed(one.client) && is_gone()",
        put: "differs.is_some() && !log.is_closed(one.client)",
        caught_by: in_suite(
            "recovered",
            "b2_who_has_something_else_under_a_closed_id_starts_over",
        ),
    },
    Defect {
        name: "what is deleted is the same wherever it stood",
        file: "crates/room/src/fork.rs",
        find: "_ if places.is_some_and(",
        put: "_ if self.is_known() && other.is_known() && places.is_some_and(",
        caught_by: in_suite(
            "recovered",
            "b2_what_an_owner_has_deleted_is_compared_by_where_it_stands",
        ),
    },
    Defect {
        name: "what others wrote is refused with who starts over",
        file: "crates/room/src/room/recovered.rs",
        find: "if self.is_recovering(now_ms) {\n                self.store_what_is_no_other(",
        put: "if others.len() > 1_000 {\n                self.store_what_is_no_other(",
        caught_by: in_suite(
            "recovered",
            "b2_what_others_wrote_is_taken_from_who_starts_over",
        ),
    },
    Defect {
        name: "what another life of a log had is taken for the same",
        file: "crates/room/src/room.rs",
        find: "if session.said != Said::All {",
        put: "if session.presence.len() > 1_000 {",
        caught_by: in_suite(
            "recovered",
            "b2_who_has_something_else_from_another_life_of_the_log_starts_over",
        ),
    },
    Defect {
        name: "a closed id goes on",
        file: "crates/room/src/room/recovered.rs",
        find: "let more = one.end_clock > log.clocks.next(one.client);",
        put: "let more = one.end_clock == 0;",
        caught_by: in_suite("recovered", "b2_nobody_goes_on_with_a_closed_id"),
    },
    Defect {
        name: "an owner's copy takes the place of each piece by itself",
        file: "crates/room/src/room/recovered.rs",
        find: "match known.find(|known| known.client == one.client) {",
        put: "match known.find(|known| known.client == one.client && known.end == 0) {",
        caught_by: in_suite(
            "recovered",
            "b2_the_owners_copy_takes_the_place_of_several_pieces_once",
        ),
    },
    Defect {
        name: "what hangs on words that were moved is taken for other words",
        file: "crates/room/src/fork.rs",
        find: "theirs == mine || theirs == mine.map(|id| moved(id, forks))",
        put: "theirs == mine && forks.len() < 1_000",
        caught_by: in_suite(
            "recovered",
            "b2_what_hangs_on_words_that_were_moved_is_there_once",
        ),
    },
    Defect {
        name: "what comes after words that are to be compared is stored",
        file: UPDATES,
        find: "self.put_off_until_compared(&brought, &mut waits, effects);",
        put: "self.put_off_until_compared(&brought, &mut waits.clone(), effects);",
        caught_by: in_suite(
            "recovered",
            "b2_what_comes_after_words_that_are_to_be_compared_waits",
        ),
    },
    Defect {
        name: "what is used up under a closed id is deleted by who has heard of it",
        file: "crates/room/src/room/log.rs",
        find: "ranges.entry(section.client).or_default().extend(used_up);",
        put: "ranges.entry(section.client).or_default().extend(used_up.take(0));",
        caught_by: in_suite("recovered", "b2_what_is_used_up_is_not_deleted_once_more"),
    },
    Defect {
        name: "an owner is sent what takes the place of their words",
        file: "crates/room/src/room/recovered.rs",
        find: "but: self.session,",
        put: "but: None,",
        caught_by: in_suite(
            "recovered",
            "b2_an_owner_is_not_sent_what_takes_the_place_of_their_words",
        ),
    },
    Defect {
        name: "the copy of an owner who may no longer write is put in place",
        file: UPDATES,
        find: ".has_another_copy(&brought, now_ms, logs)\n                .then_some(refusal),",
        put: ".has_another_copy(&brought, now_ms, logs)\n                .then_some(refusal)\n                .and_then(|_| self.take_own_copy(&brought, &waits, now_ms, logs, effects)),",
        caught_by: in_suite(
            "recovered",
            "b2_who_may_no_longer_write_has_nothing_put_in_place",
        ),
    },
    Defect {
        name: "who has more of their words is not compared",
        file: "crates/room/src/room/recovered.rs",
        find: "(is_replica || has_more)",
        put: "(is_replica || has_more && brought.session.is_none())",
        caught_by: in_suite(
            "recovered",
            "b2_who_has_more_of_an_owners_words_is_compared",
        ),
    },
    Defect {
        name: "what a person's other page brings counts as written there",
        file: UPDATES,
        find: "shows.is_some_and(|session| !session.shows(client));",
        put: "shows.is_some_and(|session| session.shows(client) && false);",
        caught_by: in_suite(
            "recovered",
            "b2_what_another_device_of_the_owner_brings_is_compared",
        ),
    },
    Defect {
        name: "a sleep forgets who has not answered yet",
        file: "crates/room/src/session.rs",
        find: "bit(matches!(self.said, Said::Nothing { .. }), SAID_NOTHING)",
        put: "bit(false, SAID_NOTHING)",
        caught_by: in_suite(
            "replicas",
            "u6_what_others_have_of_words_waits_for_whose_they_are",
        ),
    },
    Defect {
        name: "what is deleted before made-up words stays deleted",
        file: "crates/room/src/room/recovered.rs",
        find: "from: found.start.max(begin),",
        put: "from: found.end.max(begin),",
        caught_by: in_suite(
            "recovered",
            "b2_what_is_deleted_before_made_up_words_was_made_up_with_them",
        ),
    },
    Defect {
        name: "half a letter moves",
        file: "crates/room/src/fork.rs",
        find: "is_second(text) => clock - 1,",
        put: "is_second(text) => clock,",
        caught_by: in_suite("recovered", "b2_a_letter_moves_whole"),
    },
];
