//! What a join sends (U8, U10): the same script, and of deleted text no more than how long it was.

mod support;

use proptest::prelude::*;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::{merge, merge_for_join};
use support::{Replica, text_of};

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
