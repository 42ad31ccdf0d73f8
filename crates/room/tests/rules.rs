//! The rules of SPEC.md, one by one, on a room with a store in memory.

mod support;

use expect_test::{Expect, expect};
use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::wire::Message;
use scriptroom_room::{Access, Config, Input, Role, SessionId};
use support::{Replica, World};

fn check(seen: Vec<String>, expected: Expect) {
    expected.assert_eq(&seen.join("\n"));
}

fn world() -> World {
    World::new(Config::default())
}

fn presence(world: &mut World, from: SessionId, client: u64, clock: u64, state: &str) {
    let states = encode(
        [Presence {
            client,
            clock,
            state: state.to_owned(),
        }]
        .iter(),
    );
    world.send(from, &Message::Awareness(&states));
}

#[test]
fn c2_a_newcomer_is_greeted() {
    let mut world = world();
    let stock = world.join("ada", false);
    check(world.seen(stock), expect!["step 1"]);
    presence(&mut world, stock, 7, 1, "{}");
    let ours = world.join("ada", true);
    check(
        world.seen(ours),
        expect![[r#"
            hello epoch 3
            access editor 0
            step 1
            awareness 7@1={}"#]],
    );
}

#[test]
fn u2_an_update_is_stored_then_shown_then_acknowledged() {
    let mut world = world();
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    world.seen(ada);
    world.seen(bob);
    let update = Replica::new(7).append("hello");
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &update,
        },
    );
    assert_eq!(world.text(), "hello");
    check(world.seen(bob), expect!["update 7:0..5"]);
    check(world.seen(ada), expect!["ack 1 Stored"]);
}

#[test]
fn u2_a_crash_at_any_effect_takes_back_nothing_that_anybody_saw() {
    let mut stored = Vec::new();
    for effects in 0..5 {
        let mut world = world();
        let (ada, bob) = (world.join("ada", true), world.join("bob", false));
        world.seen(ada);
        world.seen(bob);
        world.dies_after = Some(effects);
        let update = Replica::new(7).append("hello");
        let batch = Message::Batch {
            number: 1,
            update: &update,
        };
        world.send(ada, &batch);
        let heard = !world.seen(ada).is_empty() || !world.seen(bob).is_empty();
        world.kill();
        let is_stored = world.text() == "hello";
        assert!(is_stored || !heard, "after {effects} effects");
        stored.push(is_stored);
    }
    assert!(!stored[0]);
    assert!(stored[4]);
}

#[test]
fn u3_what_is_known_is_acknowledged_and_not_shown_again() {
    let mut world = world();
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    let update = Replica::new(7).append("hello");
    world.update(ada, &update);
    world.seen(ada);
    world.seen(bob);
    world.send(
        ada,
        &Message::Batch {
            number: 4,
            update: &update,
        },
    );
    world.send(bob, &Message::Step2(&update));
    check(world.seen(ada), expect!["ack 4 Stored"]);
    check(world.seen(bob), expect![""]);
    assert_eq!(world.disks.script.entries.len(), 1);
}

#[test]
fn u3_known_deletions_of_a_sync_answer_are_no_news() {
    let mut world = world();
    let ada = world.join("ada", false);
    let replica = Replica::new(7);
    world.update(ada, &replica.append("hello"));
    world.update(ada, &replica.delete(1).unwrap());
    world.sleep();
    world.send(ada, &Message::Step2(&replica.diff(&[0])));
    assert_eq!(world.disks.script.entries.len(), 2);
    assert_eq!(world.text(), "hllo");
}

#[test]
fn u4_a_gap_is_held_and_asked_for_once() {
    let mut world = world();
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    world.seen(ada);
    world.seen(bob);
    let replica = Replica::new(7);
    let (first, second, third) = (
        replica.append("a"),
        replica.append("b"),
        replica.append("c"),
    );
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &second,
        },
    );
    world.send(
        ada,
        &Message::Batch {
            number: 2,
            update: &third,
        },
    );
    check(
        world.seen(ada),
        expect![[r#"
            ack 1 Held it builds on what the relay does not have
            step 1
            ack 2 Held it builds on what the relay does not have"#]],
    );
    check(world.seen(bob), expect![""]);
    world.sleep();
    world.send(
        ada,
        &Message::Batch {
            number: 3,
            update: &first,
        },
    );
    // Whose the pieces were the room has forgotten.
    check(
        world.seen(bob),
        expect![[r#"
            update 7:0..1
            update 7:1..2
            update 7:2..3
            step 1"#]],
    );
    assert_eq!(world.text(), "abc");
    assert!(world.disks.script.held.is_empty());
}

#[test]
fn u4_what_can_be_stored_of_an_update_is_stored() {
    let mut world = world();
    let (ada, bob) = (Replica::new(7), Replica::new(8));
    let unknown = bob.append("bob ");
    ada.append("ada ");
    ada.apply(&unknown);
    let own = ada.append("too");
    let session = world.join("ada", false);
    world.send(session, &Message::Step2(&own));
    assert_eq!(
        (
            world.disks.script.entries.len(),
            world.disks.script.held.len()
        ),
        (0, 1)
    );
    world.send(session, &Message::Step2(&ada.diff(&[0])));
    assert_eq!(
        (world.text(), world.disks.script.held.len()),
        (ada.text(), 0)
    );
}

#[test]
fn u4_what_is_held_is_given_up_after_an_hour() {
    let mut world = world();
    let ada = world.join("ada", false);
    let replica = Replica::new(7);
    replica.append("a");
    world.update(ada, &replica.append("b"));
    assert_eq!(world.disks.script.held.len(), 1);
    world.now_ms = world.alarm_at.expect("there is an alarm");
    world.handle(Input::Alarm);
    assert!(world.disks.script.held.is_empty());
}

/// What moves words copies and deletes them in one edit.
#[test]
fn u4_while_a_copy_waits_what_it_copies_stays() {
    let (mut world, hers) = (world(), Replica::new(7));
    let ada = world.join("ada", false);
    world.update(ada, &hers.append("moved "));
    let lost = hers.append("lost ");
    let copy = hers.append("moved");
    let deletion = hers.delete(0).expect("there is a letter");
    let edit = merge(&[&copy, &deletion], &StateVector::default()).expect("they are updates");
    world.update(ada, &edit);
    assert_eq!(world.text(), "moved ");
    world.now_ms = world.alarm_at.expect("there is an alarm");
    world.handle(Input::Alarm);
    assert!(world.disks.script.held.is_empty());
    assert_eq!(world.text(), "moved ");
    world.update(ada, &edit);
    world.update(ada, &lost);
    assert_eq!(world.text(), hers.text());
}

/// Whoever had the words in between is gone: what was written after them would never be stored.
#[test]
fn u4_who_waited_the_hour_for_what_nobody_has_is_refused() {
    for ours in [true, false] {
        let (mut world, hers) = (world(), Replica::new(7));
        hers.apply(&Replica::new(8).append("gone "));
        let ada = world.join("ada", ours);
        let answer = hers.append("ada");
        world.send(ada, &Message::Step2(&answer));
        world.read_all();
        after_an_hour(&mut world);
        assert_eq!(world.seen(ada), ["step 1"]);
        world.send(ada, &Message::Step2(&answer));
        let refused = match ours {
            true => "ack 0 Refused it builds on what nobody has brought",
            false => "closed 4011 it builds on what nobody has brought",
        };
        assert_eq!(world.seen(ada).pop().as_deref(), Some(refused));
        assert!(world.disks.script.held.is_empty());
    }
}

#[test]
fn u4_while_others_may_bring_back_what_was_lost_it_is_held_on() {
    let (mut world, hers) = (world(), Replica::new(7));
    hers.apply(&Replica::new(8).append("gone "));
    let answer = hers.append("ada");
    world.restore(scriptroom_room::Lanes::default());
    let day_is_over = world.now_ms + world.config.recover_ms;
    let ada = world.join("ada", true);
    world.send(ada, &Message::Step2(&answer));
    let mut seen = Vec::new();
    while world.now_ms < day_is_over {
        world.read_all();
        after_an_hour(&mut world);
        world.send(ada, &Message::Step2(&answer));
        seen.extend(world.seen(ada));
    }
    let refused = "ack 0 Refused it builds on what nobody has brought";
    assert_eq!(seen.pop().as_deref(), Some(refused));
    assert!(seen.len() > 23, "{seen:?}");
    assert!(
        !seen.iter().any(|seen| seen.contains("Refused")),
        "{seen:?}"
    );
}

#[test]
fn u4_so_is_who_was_turned_away_for_as_long() {
    let mut world = World::new(Config {
        max_held_bytes: 20,
        ..Config::default()
    });
    let hers = Replica::new(7);
    hers.apply(&Replica::new(8).append("gone "));
    let answer = hers.append("ada");
    let ada = world.join("ada", true);
    for _ in 0..2 {
        world.send(ada, &Message::Step2(&answer));
        world.now_ms += world.config.hold_ms - 1;
    }
    assert!(!world.seen(ada).iter().any(|seen| seen.contains("Refused")));
    world.send(ada, &Message::Step2(&answer));
    assert_eq!(
        world.seen(ada),
        ["ack 0 Refused it builds on what nobody has brought"]
    );
}

/// Nothing else happens: there is an alarm for it, also where there was an earlier one, and where the room has slept.
#[test]
fn u4_a_stock_client_that_was_turned_away_is_asked_when_the_hour_is_over() {
    for sleeps in [false, true] {
        let mut world = World::new(Config {
            max_held_bytes: 20,
            refresh_ms: Some(60_000),
            ..Config::default()
        });
        let hers = Replica::new(7);
        hers.apply(&Replica::new(8).append("gone "));
        let answer = hers.append("ada");
        let (ada, bob) = (world.join("ada", false), world.join("bob", false));
        world.update(bob, &Replica::new(9).append("bob "));
        world.send(ada, &Message::Step2(&answer));
        world.read_all();
        let hour_is_over = world.now_ms + world.config.hold_ms;
        while world.now_ms < hour_is_over {
            if sleeps {
                world.sleep();
            }
            assert_eq!(world.seen(ada), [] as [&str; 0]);
            world.now_ms = world.alarm_at.take().expect("there is an alarm");
            world.handle(Input::Alarm);
        }
        assert_eq!(world.now_ms, hour_is_over);
        assert_eq!(world.seen(ada), ["step 1"]);
        world.send(ada, &Message::Step2(&answer));
        assert_eq!(
            world.seen(ada).pop().as_deref(),
            Some("closed 4011 it builds on what nobody has brought")
        );
    }
}

fn after_an_hour(world: &mut World) {
    world.now_ms += world.config.hold_ms;
    world.handle(Input::Alarm);
}

#[test]
fn u4_what_is_held_is_bounded() {
    let mut world = World::new(Config {
        max_held_bytes: 20,
        ..Config::default()
    });
    let ada = world.join("ada", true);
    let replica = Replica::new(7);
    replica.append("a");
    world.seen(ada);
    let update = replica.append("too long to be held");
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &update,
        },
    );
    check(
        world.seen(ada),
        expect![[r#"
            ack 1 RetryLater too much is waiting for what it builds on
            step 1"#]],
    );
}

#[test]
fn u4_a_stock_client_that_was_turned_away_is_asked_when_less_is_held() {
    let mut world = World::new(Config {
        max_held_bytes: 200,
        ..Config::default()
    });
    let (ada, bob) = (world.join("ada", false), world.join("bob", false));
    let (hers, his) = (Replica::new(7), Replica::new(8));
    let first = hers.append("a");
    world.update(ada, &hers.append("b"));
    his.append("c");
    world.seen(bob);
    world.update(bob, &his.append("d"));
    // He is asked, but what he answers may be on its way when somebody else's words take the room.
    world.update(bob, &his.append("e"));
    check(world.seen(bob), expect!["step 1"]);
    assert_eq!(world.disks.script.held.len(), 1);
    world.update(ada, &first);
    check(
        world.seen(bob),
        expect![[r#"
            update 7:0..1
            update 7:1..2
            step 1"#]],
    );
    world.send(bob, &Message::Step2(&his.diff(&[0])));
    assert_eq!(world.text().len(), "abcde".len());
}

/// She has what a restored relay lost, and it waits for those whose words are in it; there was no room to hold it.
#[test]
fn u4_a_stock_client_that_was_turned_away_is_asked_when_somebody_has_said_all() {
    let mut world = World::new(Config {
        max_held_bytes: 20,
        ..Config::default()
    });
    let (hers, his) = (Replica::new(7), Replica::new(8));
    let first = his.append("bob ");
    hers.apply(&first);
    hers.append("ada");
    let (ada, bob) = (world.join("ada", false), world.join("bob", true));
    world.read_all();
    world.send(ada, &Message::Step2(&hers.diff(&[1, 8, 4])));
    world.read_all();
    world.send(bob, &Message::Step2(&his.diff(&[0])));
    assert_eq!(world.seen(ada), ["update 8:0..4", "step 1"]);
    world.send(ada, &Message::Step2(&hers.diff(&[0])));
    assert_eq!(world.text(), hers.text());
}

/// An answer was held, since it builds on a co-writer's words; when those came, nobody told its sender that it was stored.
#[test]
fn u4_our_client_whose_answer_was_held_is_asked_when_less_is_held() {
    for sleeps in [false, true] {
        let mut world = world();
        let (hers, his) = (Replica::new(7), Replica::new(8));
        let unknown = his.append("bob ");
        hers.apply(&unknown);
        let (ada, bob) = (world.join("ada", true), world.join("bob", false));
        world.read_all();
        world.send(ada, &Message::Step2(&hers.append("ada")));
        check(
            world.seen(ada),
            expect!["ack 0 Held it builds on what the relay does not have"],
        );
        if sleeps {
            world.sleep();
        }
        world.update(bob, &unknown);
        check(
            world.seen(ada),
            expect![[r#"
                update 8:0..4
                update 7:0..3
                step 1"#]],
        );
        world.send(ada, &Message::Step2(&hers.diff(&[0])));
        check(world.seen(ada), expect!["ack 0 Stored"]);
        // Nothing of hers is held any more: she is not asked for what is others'.
        let missing = his.append("c");
        world.update(bob, &his.append("d"));
        world.update(bob, &missing);
        check(
            world.seen(ada),
            expect![[r#"
                update 8:4..5
                update 8:5..6"#]],
        );
    }
}

#[test]
fn u6_a_client_id_belongs_to_who_typed_with_it_first() {
    let mut world = world();
    let (ada, eve) = (world.join("ada", true), world.join("eve", true));
    let replica = Replica::new(7);
    world.update(ada, &replica.append("mine"));
    world.sleep();
    world.seen(ada);
    world.seen(eve);
    let claim = replica.append(" and more");
    world.send(
        eve,
        &Message::Batch {
            number: 1,
            update: &claim,
        },
    );
    check(
        world.seen(eve),
        expect!["ack 1 Refused client id 7 belongs to somebody else"],
    );
    world.update(ada, &claim);
    assert_eq!(world.text(), "mine and more");
    let stock = world.join("eve", false);
    world.seen(stock);
    world.update(stock, &replica.append("!"));
    check(
        world.seen(stock),
        expect![[r#"
            denied client id 7 belongs to somebody else
            closed 4011 client id 7 belongs to somebody else"#]],
    );
}

#[test]
fn u6_who_brings_another_persons_words_does_not_own_them() {
    let mut world = world();
    let (ada, bob) = (Replica::new(7), Replica::new(8));
    ada.apply(&bob.append("bob"));
    ada.append("ada");
    let session = world.join("ada", false);
    world.send(session, &Message::Step2(&ada.diff(&[0])));
    let other = world.join("bob", false);
    world.update(other, &bob.append("!"));
    assert!(world.text().contains('!'));
}

/// What an editor who sees a co-writer's client id did before the co-writer's first key: the key was known, then, and lost.
#[test]
fn u6_a_client_id_that_is_shown_is_taken() {
    let mut world = world();
    let (ada, eve) = (world.join("ada", true), world.join("eve", false));
    presence(&mut world, ada, 7, 1, "{}");
    world.read_all();
    world.update(eve, &Replica::new(7).append("stolen"));
    check(
        world.seen(eve),
        expect![[r#"
            denied client id 7 belongs to somebody else
            closed 4011 client id 7 belongs to somebody else"#]],
    );
    let first = Replica::new(7).append("mine");
    let batch = Message::Batch {
        number: 1,
        update: &first,
    };
    world.send(ada, &batch);
    check(world.seen(ada), expect!["ack 1 Stored"]);
    assert_eq!(world.text(), "mine");
}

#[test]
fn u6_whose_an_id_is_that_was_shown_is_on_disk_before_anybody_sees_it() {
    for effects in 0..4 {
        let mut world = world();
        let (ada, eve) = (world.join("ada", true), world.join("eve", true));
        world.seen(eve);
        world.dies_after = Some(effects);
        presence(&mut world, ada, 7, 1, "{}");
        let shown = !world.seen(eve).is_empty();
        world.kill();
        let thief = world.join("thief", true);
        world.update(thief, &Replica::new(7).append("stolen"));
        let stolen = world.disks.script.entries.len() == 1;
        assert!(!(shown && stolen), "after {effects} effects");
        assert_eq!(stolen, effects == 0);
    }
}

#[test]
fn u6_a_reader_takes_no_id_under_which_somebody_has_written() {
    let mut world = world();
    let ada = world.join("ada", true);
    let replica = Replica::new(7);
    // A step 2 gives nobody an id.
    world.send(ada, &Message::Step2(&replica.append("written offline")));
    let viewer = world.join_as("eve", false, Access::lasting(Role::Viewer));
    presence(&mut world, viewer, 7, 1, "{}");
    world.seen(ada);
    let update = replica.append(", and online");
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &update,
        },
    );
    check(world.seen(ada), expect!["ack 1 Stored"]);
    assert!(world.disks.script.claims.is_empty());
}

#[test]
fn u6_what_was_only_shown_is_let_go_of_again() {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    let mut world = world();
    let ada = world.join("ada", true);
    presence(&mut world, ada, 7, 1, "{}");
    let bob = world.join("bob", true);
    presence(&mut world, bob, 8, 1, "{}");
    world.leave(ada);
    // As long as it is new, or shown.
    world.now_ms += 29 * DAY;
    world.handle(Input::Alarm);
    assert_eq!(world.disks.script.claims.len(), 2);
    world.now_ms += 2 * DAY;
    world.sleep();
    world.handle(Input::Alarm);
    let left: Vec<u64> = world
        .disks
        .script
        .claims
        .iter()
        .map(|one| one.client)
        .collect();
    assert_eq!(left, [8]);
    let eve = world.join("eve", true);
    world.update(eve, &Replica::new(7).append("anybody's"));
    assert_eq!(world.text(), "anybody's");
}

#[test]
fn u6_who_shows_many_ids_takes_nobody_elses() {
    let mut world = world();
    let ada = world.join("ada", true);
    presence(&mut world, ada, 7, 1, "{}");
    world.leave(ada);
    for client in 1_000..1_200 {
        world.now_ms += 1;
        let eve = world.join("eve", true);
        presence(&mut world, eve, client, 1, "{}");
        world.leave(eve);
    }
    let claims = &world.disks.script.claims;
    let of = |person: &str| claims.iter().filter(|claim| claim.person == person).count();
    // The last one was still shown when it was made.
    assert_eq!((of("ada"), of("eve")), (1, 65));
}

#[test]
fn u7_a_large_live_update_is_refused_and_a_large_sync_answer_is_not() {
    let mut world = world();
    let (stock, ours) = (world.join("ada", false), world.join("bob", true));
    world.seen(stock);
    world.seen(ours);
    let large = Replica::new(7).append(&"x".repeat(2 << 20));
    world.send(
        ours,
        &Message::Batch {
            number: 1,
            update: &large,
        },
    );
    check(
        world.seen(ours),
        expect!["ack 1 Refused the update is larger than 1048576 bytes"],
    );
    world.update(stock, &large);
    check(
        world.seen(stock),
        expect![[r#"
            denied the update is larger than 1048576 bytes
            closed 4009 the update is larger than 1048576 bytes"#]],
    );
    assert!(world.disks.script.entries.is_empty());
    world.send(ours, &Message::Step2(&large));
    check(world.seen(ours), expect!["ack 0 Stored"]);
    assert_eq!(world.text().len(), 2 << 20);
}

#[test]
fn w2_what_is_no_message_closes_its_sender_and_nobody_else() {
    let cases: &[(&[u8], bool)] = &[
        (&[9], false),
        (&[0, 2, 5, 1], false),
        (&[0, 2, 1, 1], false),
        (&[0, 0, 3, 0xff, 0xff, 0xff], false),
        (&[101, 1, 2, 0, 0], false),
        (&[102, 1, 0, 0], true),
        (&[1, 4, 1, 7, 1, 1], true),
        (&[], true),
    ];
    for &(frame, ours) in cases {
        let mut world = world();
        let (bad, good) = (world.join("eve", ours), world.join("ada", false));
        world.seen(bad);
        world.seen(good);
        world.handle(Input::Frame(bad, frame));
        let seen = world.seen(bad);
        assert!(
            seen.last()
                .is_some_and(|last| last.starts_with("closed 4010 ")),
            "{frame:?}: {seen:?}"
        );
        assert_eq!(world.seen(good), Vec::<String>::new());
        assert!(world.disks.script.entries.is_empty());
        world.update(good, &Replica::new(7).append("still here"));
        assert_eq!(world.text(), "still here");
    }
}

#[test]
fn w2_text_is_refused_except_for_ping() {
    let mut world = world();
    let ada = world.join("ada", false);
    world.seen(ada);
    world.handle(Input::Text(ada, "ping"));
    check(world.seen(ada), expect![""]);
    world.handle(Input::Text(ada, "hello"));
    check(
        world.seen(ada),
        expect![[r#"
            denied malformed message: expected a binary frame, got text
            closed 4010 malformed message: expected a binary frame, got text"#]],
    );
}

#[test]
fn u8_a_join_gets_what_it_lacks() {
    let mut world = world();
    let ada = world.join("ada", false);
    let replica = Replica::new(7);
    world.update(ada, &replica.append("one "));
    let known = replica.state_vector();
    world.update(ada, &replica.append("two"));
    world.seen(ada);
    world.send(ada, &Message::Step1(&[0]));
    check(world.seen(ada), expect![[r#"step 2 "one two""#]]);
    world.send(ada, &Message::Step1(&known));
    let frames = &world.mailboxes[&ada].frames;
    let Ok(Message::Step2(update)) = Message::decode(&frames[0]) else {
        panic!("a step 2");
    };
    assert!(!String::from_utf8_lossy(update).contains("one"));
}

#[test]
fn a2_a_newcomer_after_a_wake_gets_everybodys_presence() {
    let mut world = world();
    let ada = world.join("ada", false);
    presence(&mut world, ada, 7, 3, "{\"name\":\"Ada\"}");
    world.sleep();
    let bob = world.join("bob", false);
    check(
        world.seen(bob),
        expect![[r#"
            step 1
            awareness 7@3={"name":"Ada"}"#]],
    );
}

#[test]
fn a3_nobody_speaks_for_another_person() {
    let mut world = world();
    let (ada, eve) = (world.join("ada", false), world.join("eve", true));
    presence(&mut world, ada, 7, 1, "{}");
    world.seen(ada);
    world.seen(eve);
    presence(&mut world, eve, 7, 9, "{\"name\":\"Eve\"}");
    presence(&mut world, eve, 7, 9, "null");
    assert_eq!(world.seen(ada), Vec::<String>::new());
    // The same person's new connection takes over before the old one has ended.
    let again = world.join("ada", false);
    presence(&mut world, again, 7, 2, "{}");
    world.seen(eve);
    world.leave(ada);
    check(world.seen(eve), expect![""]);
}

#[test]
fn a3_who_takes_over_leaves_nothing_behind_in_a_sleep() {
    let mut world = world();
    let ada = world.join("ada", false);
    presence(&mut world, ada, 7, 1, "{}");
    let again = world.join("ada", false);
    presence(&mut world, again, 7, 2, "{}");
    world.sleep();
    // The old connection is still open, as far as the relay knows.
    let shown = world.room.sessions();
    let shown: Vec<usize> = shown.map(|(_, session)| session.presence.len()).collect();
    assert_eq!(shown, [0, 1]);
    let newcomer = world.join("new", false);
    check(
        world.seen(newcomer),
        expect![[r#"
            step 1
            awareness 7@2={}"#]],
    );
}

#[test]
fn a3_what_comes_back_after_a_sleep_makes_nobody_a_stranger() {
    let mut world = world();
    let (ada, bob) = (world.join("ada", true), world.join("bob", false));
    presence(&mut world, ada, 7, 1, "{}");
    world.leave(ada);
    world.sleep();
    // It was under way when she left.
    presence(&mut world, bob, 7, 1, "{}");
    world.seen(bob);
    let again = world.join("ada", true);
    presence(&mut world, again, 7, 4, "{}");
    check(world.seen(bob), expect!["awareness 7@4={}"]);
}

#[test]
fn a4_what_comes_back_is_no_news() {
    let mut world = world();
    let (ada, bob) = (world.join("ada", false), world.join("bob", false));
    presence(&mut world, ada, 7, 1, "{}");
    world.seen(ada);
    world.seen(bob);
    presence(&mut world, bob, 7, 1, "{}");
    assert_eq!((world.seen(ada), world.seen(bob)), (vec![], vec![]));
}

#[test]
fn a5_who_leaves_takes_only_their_own_presence_with_them() {
    let mut world = world();
    let (ada, bob, eve) = (
        world.join("ada", false),
        world.join("bob", false),
        world.join("eve", false),
    );
    presence(&mut world, ada, 7, 1, "{}");
    presence(&mut world, bob, 8, 1, "{}");
    world.sleep();
    world.seen(eve);
    world.leave(ada);
    check(world.seen(eve), expect!["awareness 7@2=null"]);
    // An echo that was under way does not bring a ghost back: it is answered with the removal.
    presence(&mut world, eve, 7, 1, "{}");
    check(world.seen(eve), expect!["awareness 7@2=null"]);
    let newcomer = world.join("new", false);
    check(
        world.seen(newcomer),
        expect![[r#"
            step 1
            awareness 8@1={}"#]],
    );
}

#[test]
fn a5_the_last_clock_is_left_for_removals_which_a_stock_client_sends_back() {
    let mut world = world();
    let (ada, bob, eve) = (
        world.join("ada", false),
        world.join("bob", false),
        world.join("eve", false),
    );
    let last = (1 << 53) - 1;
    presence(&mut world, eve, 9, last - 1, "{}");
    world.seen(ada);
    world.leave(eve);
    check(
        world.seen(ada),
        expect!["awareness 9@9007199254740991=null"],
    );
    presence(&mut world, ada, 9, last, "null");
    check(world.seen(ada), expect![""]);
    // A state with it could not be removed.
    presence(&mut world, bob, 8, last, "{}");
    check(
        world.seen(bob),
        expect![[r#"
        step 1
        awareness 9@9007199254740990={}
        awareness 9@9007199254740991=null
        denied malformed awareness: the clock of client 8 leaves none for its removal
        closed 4010 malformed awareness: the clock of client 8 leaves none for its removal"#]],
    );
}

#[test]
fn a6_stock_clients_hear_themselves_and_ours_do_not() {
    let mut world = world();
    let (stock, ours) = (world.join("ada", false), world.join("bob", true));
    world.seen(stock);
    world.seen(ours);
    presence(&mut world, stock, 7, 1, "{}");
    check(world.seen(stock), expect!["awareness 7@1={}"]);
    world.seen(ours);
    presence(&mut world, ours, 8, 1, "{}");
    check(world.seen(ours), expect![""]);
}
