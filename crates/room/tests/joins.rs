//! What a join sends (U8, U10): the same script, and of deleted text no more than how long it was.

mod support;

use proptest::prelude::*;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::{merge, merge_for_join};
use scriptroom_room::wire::Message;
use scriptroom_room::{Config, Input, JoinMemory, SessionId};
use support::{Replica, World, text_of};

/// Two people type and erase, each edit an update; they see each other's now and then. Where it has `begun`, one of them has
/// brought so much that it is taken over as it is, unless something of it is erased.
fn written(begun: bool, edits: &[(bool, u32, bool)]) -> Vec<Vec<u8>> {
    let writers = [Replica::new(3), Replica::new(9)];
    let mut log: Vec<Vec<u8>> = Vec::new();
    let mut seen = [0, 0];
    if begun {
        let lines: Vec<Vec<u8>> = (0..100)
            .map(|line| writers[0].insert(0, &format!("{line}: {}", "🎬 words ".repeat(5))))
            .collect();
        log.push(merge(&lines, &StateVector::default()).expect("they are updates"));
        seen[0] = 1;
    }
    for (letter, &(who, at, erase)) in ('\u{4e00}'..).zip(edits) {
        let who = usize::from(who);
        if at % 3 == 0 {
            for update in &log[seen[who]..] {
                writers[who].apply(update);
            }
            seen[who] = log.len();
        }
        let update = match erase {
            true => writers[who].delete(at),
            false => Some(writers[who].insert(at, &format!("{letter}🎬x"))),
        };
        log.extend(update);
    }
    log
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn u10_who_joins_reads_the_same_and_goes_on_with_everybody(
        edits in prop::collection::vec((any::<bool>(), 0..40u32, prop::bool::weighted(0.4)), 1..60),
        known in 0..60usize,
        begun in any::<bool>(),
    ) {
        let log = written(begun, &edits);
        let whole = merge(&log, &StateVector::default()).unwrap();
        let join = merge_for_join(&log, &StateVector::default()).unwrap();
        prop_assert_eq!(text_of(&join), text_of(&whole));
        // What is left out is never longer as a length than as letters.
        let seam = 16 * usize::from(begun);
        prop_assert!(join.len() <= whole.len() + 8 + seam, "{} of {}", join.len(), whole.len());

        // Somebody who has a part of it gets the rest, and edits on.
        let newcomer = Replica::new(77);
        log[..known.min(log.len())].iter().for_each(|update| newcomer.apply(update));
        let since = StateVector::decode(&newcomer.state_vector()).unwrap();
        newcomer.apply(&merge_for_join(&log, &since).unwrap());
        prop_assert!(!newcomer.has_pending());
        let old = Replica::new(78);
        log.iter().for_each(|update| old.apply(update));
        prop_assert_eq!(newcomer.text(), old.text());
        old.apply(&newcomer.insert(5, "new"));
        newcomer.apply(&old.insert(2, "old"));
        prop_assert_eq!(newcomer.text(), old.text());
    }
}

#[test]
fn u8_what_stands_together_and_is_whole_is_sent_as_it_was_stored() {
    let log = written(true, &[(true, 1, false)]);
    let join = merge_for_join(&log, &StateVector::default()).unwrap();
    let structs = &log[0][4..log[0].len() - 1];
    assert!(structs.len() > 4 << 10, "{} bytes", structs.len());
    assert!(
        join.windows(structs.len()).any(|bytes| bytes == structs),
        "it is written anew"
    );
}

#[test]
fn u10_a_join_after_much_rewriting_is_at_most_twice_a_fresh_copy() {
    let writer = Replica::new(5);
    let mut log = Vec::new();
    // Each line is written, thrown away and written again, ten times over; a key an update.
    for line in 0..40 {
        for draft in 0..10 {
            let words =
                format!("Line {line} in its draft {draft}, as it might stand in a script. ");
            log.extend(words.chars().map(|key| writer.append(&key.to_string())));
            let end = writer.text().encode_utf16().count() as u32;
            let length = words.encode_utf16().count() as u32;
            if draft < 9 {
                log.extend((0..length).map(|at| writer.delete(end - 1 - at).unwrap()));
            }
        }
    }
    let fresh = Replica::new(6);
    let copy = fresh.append(&writer.text());
    let join = merge_for_join(&log, &StateVector::default()).unwrap();
    let kept = merge(&log, &StateVector::default()).unwrap();
    assert_eq!(text_of(&join), writer.text());
    assert!(
        join.len() <= 2 * copy.len(),
        "{} of {}, {} with what was deleted",
        join.len(),
        copy.len(),
        kept.len()
    );
}

/// What the relay answers somebody who knows that much.
fn asked(world: &mut World, id: SessionId, since: &[u8]) -> Vec<u8> {
    world.send(id, &Message::Step1(since));
    let frames = &world.mailboxes[&id].frames;
    let answer = frames
        .iter()
        .rev()
        .find_map(|frame| match Message::decode(frame) {
            Ok(Message::Step2(update)) => Some(update.to_vec()),
            _ => None,
        });
    answer.expect("a step 1 is answered")
}

fn opened(world: &mut World) -> String {
    let id = world.join("cy", true);
    let answer = asked(world, id, &[0]);
    world.leave(id);
    text_of(&answer)
}

/// A script that is long enough to be kept for the next who opens it.
fn with_a_long_script(config: Config) -> (World, SessionId, Replica) {
    let mut world = World::new(config);
    let ada = world.join("ada", true);
    let writer = Replica::new(3);
    world.update(ada, &writer.append(&"🎬 words ".repeat(3_000)));
    (world, ada, writer)
}

#[test]
fn u12_who_opens_a_script_soon_after_another_is_not_answered_from_the_log() {
    let (mut world, ada, writer) = with_a_long_script(Config::default());
    assert_eq!(opened(&mut world), writer.text());
    world.update(ada, &writer.append(" and some more"));
    let log = world.disks.script.clone();
    // What was sent is kept; what came since is read.
    world.disks.script.entries.remove(0);
    assert_eq!(opened(&mut world), writer.text());
    world.now_ms += 59_000;
    assert_eq!(opened(&mut world), writer.text());
    // A minute after it was last asked for it is gone, and so is the text that was taken out of the log here.
    world.now_ms += 61_000;
    let id = world.join("cy", true);
    assert!(asked(&mut world, id, &[0]).len() < 100);
    world.disks.script = log;
    world.sleep();
    assert_eq!(opened(&mut world), writer.text());
}

#[test]
fn u12_rooms_keep_no_more_together_than_their_memory() {
    let memory = JoinMemory::new(40_000);
    let config = Config {
        join_memory: memory,
        ..Config::default()
    };
    let mut worlds: Vec<_> = (0..2).map(|_| with_a_long_script(config.clone())).collect();
    let answered_without_a_log = |world: &mut World| {
        let text = opened(world);
        assert!(text.len() > 20_000);
        let log = std::mem::take(&mut world.disks.script.entries);
        let answered = opened(world) == text;
        world.disks.script.entries = log;
        // What there is without a log is nothing to keep.
        if !answered {
            world.sleep();
        }
        answered
    };
    let [first, second] = &mut worlds[..] else {
        unreachable!("there are two");
    };
    assert!(answered_without_a_log(&mut first.0));
    assert!(
        !answered_without_a_log(&mut second.0),
        "33 kB of 40 are taken"
    );
    // A room that is gone, or has let go, gives it back.
    first.0.sleep();
    assert!(answered_without_a_log(&mut second.0));
    assert!(!answered_without_a_log(&mut first.0));
    second.0.now_ms += 61_000;
    second.0.leave(second.1);
    assert!(answered_without_a_log(&mut first.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn u12_what_is_kept_and_what_came_since_are_what_the_log_says(
        steps in prop::collection::vec((0..8u8, 0..30_000u32), 1..60),
        compact_entries in 2..20u64,
    ) {
        let config = Config { compact_entries, compact_age_ms: 0, compact_delay_ms: 1, ..Config::default() };
        let (mut world, ada, writer) = with_a_long_script(config);
        let reader = Replica::new(8);
        for (letter, (what, at)) in ('\u{4e00}'..).zip(steps) {
            match what {
                0..3 => world.update(ada, &writer.insert(at, &format!("{letter}🎬x"))),
                3 => writer.delete(at).into_iter().for_each(|update| world.update(ada, &update)),
                4 => world.update(ada, &writer.append(&"many more words ".repeat(at as usize / 100))),
                5 => {
                    world.now_ms += u64::from(at);
                    world.handle(Input::Alarm);
                }
                6 => prop_assert_eq!(opened(&mut world), writer.text()),
                _ => {
                    let id = world.join("bob", true);
                    let answer = asked(&mut world, id, &reader.state_vector());
                    world.leave(id);
                    reader.apply(&answer);
                    prop_assert!(!reader.has_pending());
                    prop_assert_eq!(reader.text(), writer.text());
                }
            }
        }
        prop_assert_eq!(opened(&mut world), writer.text());
    }
}
