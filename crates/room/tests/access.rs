//! Who may do what, until when, and what ends it: the rules R1 to R8 of SPEC.md on a room with a store in memory.

mod support;

use expect_test::{Expect, expect};
use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::wire::{AckStatus, Message, NOTHING};
use scriptroom_room::{Access, Config, Input, Origin, Rate, Renewal, Role, SessionId};
use support::{Replica, World};

fn check(seen: Vec<String>, expected: Expect) {
    expected.assert_eq(&seen.join("\n"));
}

fn world() -> World {
    World::new(Config::default())
}

fn until(role: Role, expires_ms: u64) -> Access {
    Access {
        role,
        expires_ms: Some(expires_ms),
    }
}

fn states(client: u64, clock: u64) -> Vec<u8> {
    let presence = Presence {
        client,
        clock,
        state: "{}".to_owned(),
    };
    encode([presence].iter())
}

/// A script with words by an editor who is connected, and the words as an update.
fn written() -> (World, SessionId, Vec<u8>) {
    let mut world = world();
    let ada = world.join("ada", false);
    let replica = Replica::new(7);
    world.update(ada, &replica.append("words"));
    world.update(ada, &replica.delete(0).expect("there are words"));
    world.seen(ada);
    (world, ada, replica.diff(&[0]))
}

/// What the relay says to one message of somebody with this role, and whether anything came of it for the others.
fn answer(role: Role, ours: bool, message: &Message<'_>) -> String {
    let (mut world, ada, _) = written();
    let before = world.text();
    let one = world.join_as("one", ours, Access::lasting(role));
    world.seen(one);
    world.seen(ada);
    world.send(one, message);
    let stored = if world.text() == before {
        ""
    } else {
        " (stored)"
    };
    let heard = if world.seen(ada).is_empty() {
        ""
    } else {
        " (heard)"
    };
    format!("{}{stored}{heard}", world.seen(one).join("; "))
}

#[test]
fn r2_every_role_with_every_message() {
    let (_, _, known) = written();
    let update = Replica::new(8).append("new");
    let states = states(8, 1);
    let messages = [
        ("step 1", Message::Step1(&[0])),
        ("step 2 of nothing", Message::Step2(&[0, 0])),
        ("step 2 of what is known", Message::Step2(&known)),
        ("step 2 of new words", Message::Step2(&update)),
        ("update", Message::Update(&update)),
        (
            "batch",
            Message::Batch {
                number: 1,
                update: &update,
            },
        ),
        (
            "batch of what is known",
            Message::Batch {
                number: 1,
                update: &known,
            },
        ),
        (
            "batch that is no update",
            Message::Batch {
                number: 1,
                update: &[9],
            },
        ),
        ("awareness", Message::Awareness(&states)),
        ("query awareness", Message::QueryAwareness),
    ];
    let mut lines = Vec::new();
    for (ours, client) in [(true, "ours"), (false, "stock")] {
        for (name, message) in &messages {
            let answers: Vec<(Role, String)> = Role::ALL
                .into_iter()
                .map(|role| (role, answer(role, ours, message)))
                .collect();
            for same in answers.chunk_by(|one, other| one.1 == other.1) {
                let roles: Vec<&str> = same.iter().map(|(role, _)| role.name()).collect();
                lines.push(format!(
                    "{client}, {name}, {}: {}",
                    roles.join(" "),
                    same[0].1
                ));
            }
        }
    }
    check(
        lines,
        expect![[r#"
            ours, step 1, viewer commenter editor owner: step 2 "ords"
            ours, step 2 of nothing, viewer commenter editor owner: ack 0 Stored
            ours, step 2 of what is known, viewer commenter editor owner: ack 0 Stored
            ours, step 2 of new words, viewer: ack 0 Refused not allowed: expected an editor, this is a viewer
            ours, step 2 of new words, commenter: ack 0 Refused not allowed: expected an editor, this is a commenter
            ours, step 2 of new words, editor owner: ack 0 Stored (stored) (heard)
            ours, update, viewer: closed 4003 not allowed: expected an editor, this is a viewer
            ours, update, commenter: closed 4003 not allowed: expected an editor, this is a commenter
            ours, update, editor owner:  (stored) (heard)
            ours, batch, viewer: ack 1 Refused not allowed: expected an editor, this is a viewer
            ours, batch, commenter: ack 1 Refused not allowed: expected an editor, this is a commenter
            ours, batch, editor owner: ack 1 Stored (stored) (heard)
            ours, batch of what is known, viewer: ack 1 Refused not allowed: expected an editor, this is a viewer
            ours, batch of what is known, commenter: ack 1 Refused not allowed: expected an editor, this is a commenter
            ours, batch of what is known, editor owner: ack 1 Stored (heard)
            ours, batch that is no update, viewer: ack 1 Refused not allowed: expected an editor, this is a viewer
            ours, batch that is no update, commenter: ack 1 Refused not allowed: expected an editor, this is a commenter
            ours, batch that is no update, editor owner: ack 1 Refused malformed update: the number at offset 0 is larger than 0
            ours, awareness, viewer commenter editor owner:  (heard)
            ours, query awareness, viewer commenter editor owner: 
            stock, step 1, viewer commenter editor owner: step 2 "ords"
            stock, step 2 of nothing, viewer commenter editor owner: 
            stock, step 2 of what is known, viewer commenter editor owner: 
            stock, step 2 of new words, viewer: denied not allowed: expected an editor, this is a viewer; closed 4003 not allowed: expected an editor, this is a viewer
            stock, step 2 of new words, commenter: denied not allowed: expected an editor, this is a commenter; closed 4003 not allowed: expected an editor, this is a commenter
            stock, step 2 of new words, editor owner:  (stored) (heard)
            stock, update, viewer: denied not allowed: expected an editor, this is a viewer; closed 4003 not allowed: expected an editor, this is a viewer
            stock, update, commenter: denied not allowed: expected an editor, this is a commenter; closed 4003 not allowed: expected an editor, this is a commenter
            stock, update, editor owner:  (stored) (heard)
            stock, batch, viewer commenter editor owner: denied malformed message: this type is not for a client to send; closed 4010 malformed message: this type is not for a client to send
            stock, batch of what is known, viewer commenter editor owner: denied malformed message: this type is not for a client to send; closed 4010 malformed message: this type is not for a client to send
            stock, batch that is no update, viewer commenter editor owner: denied malformed message: this type is not for a client to send; closed 4010 malformed message: this type is not for a client to send
            stock, awareness, viewer commenter editor owner: awareness 8@1={} (heard)
            stock, query awareness, viewer commenter editor owner: "#]],
    );
}

#[test]
fn r4_every_role_reads_is_shown_and_leaves() {
    for role in Role::ALL {
        let (mut world, ada, _) = written();
        let one = world.join_as("one", true, Access::lasting(role));
        world.seen(one);
        world.send(one, &Message::Step1(&[0]));
        assert_eq!(world.seen(one), ["step 2 \"ords\""], "{role}");
        world.update(ada, &Replica::new(9).append("more "));
        assert_eq!(world.seen(one), ["update 9:0..5"], "{role}");
        world.send(one, &Message::Awareness(&states(8, 1)));
        assert_eq!(world.seen(ada), ["awareness 8@1={}"], "{role}");
        world.send(one, &Message::QueryAwareness);
        assert_eq!(world.seen(one), ["awareness 8@1={}"], "{role}");
        world.leave(one);
        assert_eq!(world.seen(ada), ["awareness 8@2=null"], "{role}");
    }
}

#[test]
fn r3_a_viewer_with_an_old_copy_may_connect_after_a_wake() {
    let (mut world, _, known) = written();
    world.sleep();
    let viewer = world.join_as("eve", false, Access::lasting(Role::Viewer));
    world.seen(viewer);
    world.send(viewer, &Message::Step2(&known));
    check(world.seen(viewer), expect![""]);
}

#[test]
fn r3_what_a_viewer_brings_is_not_held_either() {
    let (mut world, _, _) = written();
    let replica = Replica::new(8);
    replica.append("a");
    let gap = replica.append("b");
    let viewer = world.join_as("eve", true, Access::lasting(Role::Commenter));
    world.seen(viewer);
    world.send(viewer, &Message::Step2(&gap));
    check(
        world.seen(viewer),
        expect!["ack 0 Refused not allowed: expected an editor, this is a commenter"],
    );
    assert!(world.disks.script.held.is_empty());
}

/// Told whose the words are that it brought back, its client said them again as its own, and stored that when it was let.
#[test]
fn r3_who_may_not_write_is_told_so_whosever_the_words_are() {
    for her_replica_is_here in [false, true] {
        let mut world = world();
        let ada = world.join("ada", true);
        let replica = Replica::new(7);
        world.update(ada, &replica.append("words"));
        replica.append(" that a backup does not have");
        if her_replica_is_here {
            let shown = Presence {
                client: 7,
                clock: 1,
                state: "{}".to_owned(),
            };
            world.send(ada, &Message::Awareness(&encode([shown].iter())));
            world.send(ada, &Message::Step2(&[0, 0]));
        } else {
            world.leave(ada);
        }
        let viewer = world.join_as("eve", true, Access::lasting(Role::Viewer));
        world.seen(viewer);
        world.send(viewer, &Message::Step2(&replica.diff(&[0])));
        check(
            world.seen(viewer),
            expect!["ack 0 Refused not allowed: expected an editor, this is a viewer"],
        );
    }
}

#[test]
fn r5_an_expired_token_closes_at_the_next_message_and_takes_nothing_of_it() {
    let mut world = world();
    let ada = world.join_as("ada", true, until(Role::Editor, 5_000));
    check(
        world.seen(ada),
        expect![[r#"
        hello epoch 3
        access editor 4000
        step 1"#]],
    );
    world.sleep();
    world.now_ms = 5_000;
    let update = Replica::new(7).append("late");
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &update,
        },
    );
    check(
        world.seen(ada),
        expect!["closed 4001 the token has expired"],
    );
    assert!(world.disks.script.entries.is_empty());
}

#[test]
fn r5_an_expired_token_closes_by_the_alarm() {
    let mut world = world();
    let ada = world.join_as("ada", false, until(Role::Viewer, 5_000));
    let bob = world.join_as("bob", true, until(Role::Viewer, 9_000));
    world.read_all();
    assert_eq!(world.alarm_at, Some(5_000));
    world.now_ms = 5_000;
    world.handle(Input::Alarm);
    check(
        world.seen(ada),
        expect![[r#"
        denied the token has expired
        closed 4001 the token has expired"#]],
    );
    check(world.seen(bob), expect![""]);
    assert_eq!(world.alarm_at, Some(9_000));
}

#[test]
fn r5_an_alarm_that_was_set_before_a_sleep_is_not_put_off() {
    let mut world = world();
    world.join_as("ada", true, until(Role::Editor, 5_000));
    world.sleep();
    world.alarm_at = None;
    world.join_as("bob", true, until(Role::Editor, 9_000));
    assert_eq!(world.alarm_at, Some(5_000));
}

fn renewal(person: &str, expires_ms: u64) -> Renewal {
    Renewal {
        person: person.to_owned(),
        expires_ms: Some(expires_ms),
    }
}

#[test]
fn r6_a_renewed_token_costs_no_edit() {
    let mut world = world();
    let ada = world.join_as("ada", true, until(Role::Editor, 5_000));
    world.seen(ada);
    world.now_ms = 4_000;
    world.send(ada, &Message::Renew("a.new.token"));
    assert_eq!(world.tokens, [(ada, "a.new.token".to_owned())]);
    // Typing goes on while the token is looked at.
    let update = Replica::new(7).append("typed meanwhile");
    world.send(
        ada,
        &Message::Batch {
            number: 1,
            update: &update,
        },
    );
    world.handle(Input::Renewed(ada, Ok(renewal("ada", 64_000))));
    world.sleep();
    world.now_ms = 30_000;
    world.handle(Input::Alarm);
    world.send(ada, &Message::QueryAwareness);
    check(
        world.seen(ada),
        expect![[r#"
        ack 1 Stored
        access editor 60000
        renewed Stored"#]],
    );
    assert_eq!(world.text(), "typed meanwhile");
}

#[test]
fn r6_a_token_that_is_not_good_leaves_the_old_one_as_it_is() {
    let mut world = world();
    let ada = world.join_as("ada", true, until(Role::Editor, 5_000));
    world.seen(ada);
    world.send(ada, &Message::Renew("one"));
    world.send(ada, &Message::Renew("another"));
    let refused = (
        AckStatus::Refused,
        "the token's signature is wrong".to_owned(),
    );
    world.handle(Input::Renewed(ada, Err(refused)));
    world.send(ada, &Message::Renew("bob's"));
    world.handle(Input::Renewed(ada, Ok(renewal("bob", 64_000))));
    world.send(ada, &Message::Renew(&"x".repeat(9_000)));
    check(
        world.seen(ada),
        expect![[r#"
        renewed RetryLater the token before it is still being looked at
        renewed Refused the token's signature is wrong
        renewed Refused the token is another person's
        renewed Refused the token is too long"#]],
    );
    assert_eq!(world.tokens.len(), 2);
    world.now_ms = 5_000;
    world.handle(Input::Alarm);
    check(
        world.seen(ada),
        expect!["closed 4001 the token has expired"],
    );
    // The connection ended before its token was looked at.
    world.handle(Input::Renewed(ada, Ok(renewal("ada", 64_000))));
}

#[test]
fn r7_another_role_counts_from_the_next_message_on() {
    let (mut world, ada, _) = written();
    let ours = world.join("eve", true);
    let stock = world.join("eve", false);
    world.read_all();
    world.handle(Input::Access("eve", Some(Role::Viewer)));
    world.sleep();
    let update = Replica::new(8).append("new");
    let batch = Message::Batch {
        number: 1,
        update: &update,
    };
    world.send(ours, &batch);
    world.update(stock, &update);
    check(
        world.seen(ours),
        expect![[r#"
        access viewer 0
        ack 1 Refused not allowed: expected an editor, this is a viewer"#]],
    );
    check(
        world.seen(stock),
        expect![[r#"
        denied not allowed: expected an editor, this is a viewer
        closed 4003 not allowed: expected an editor, this is a viewer"#]],
    );
    world.handle(Input::Access("eve", Some(Role::Owner)));
    world.seen(ours);
    world.send(ours, &Message::Step1(NOTHING));
    world.seen(ours);
    world.send(ours, &batch);
    check(world.seen(ours), expect!["ack 1 Stored"]);
    assert_eq!(world.seen(ada).len(), 1);
}

#[test]
fn r7_who_is_removed_is_out_at_once_with_all_their_connections() {
    let (mut world, ada, _) = written();
    let (ours, stock) = (world.join("eve", true), world.join("eve", false));
    world.send(stock, &Message::Awareness(&states(8, 1)));
    world.sleep();
    world.read_all();
    world.handle(Input::Access("eve", None));
    check(
        world.seen(ours),
        expect!["closed 4003 not allowed: removed from this script"],
    );
    check(
        world.seen(stock),
        expect![[r#"
        denied not allowed: removed from this script
        closed 4003 not allowed: removed from this script"#]],
    );
    check(world.seen(ada), expect!["awareness 8@2=null"]);
}

#[test]
fn r7_a_script_that_is_gone_is_gone_for_everybody() {
    let (mut world, ada, _) = written();
    let ours = world.join("bob", true);
    world.read_all();
    world.handle(Input::Closed("this script was deleted"));
    check(
        world.seen(ada),
        expect![[r#"
        denied this script was deleted
        closed 4004 this script was deleted"#]],
    );
    check(
        world.seen(ours),
        expect!["closed 4004 this script was deleted"],
    );
}

#[test]
fn r8_a_stock_client_that_was_refused_waits_at_the_door() {
    let (mut world, _, _) = written();
    let update = Replica::new(8).append("new");
    let eve = world.join_as("eve", false, Access::lasting(Role::Viewer));
    world.seen(eve);
    world.update(eve, &update);
    check(
        world.seen(eve),
        expect![[r#"
        denied not allowed: expected an editor, this is a viewer
        closed 4003 not allowed: expected an editor, this is a viewer"#]],
    );
    let again = world.join_as("eve", false, Access::lasting(Role::Viewer));
    check(
        world.seen(again),
        expect![[r#"
        denied not allowed: expected an editor, this is a viewer
        closed 4003 not allowed: expected an editor, this is a viewer"#]],
    );
    // Their other clients are no storm, and nobody else is meant.
    let ours = world.join_as("eve", true, Access::lasting(Role::Viewer));
    let other = world.join_as("bob", false, Access::lasting(Role::Viewer));
    check(
        world.seen(ours),
        expect![[r#"
        hello epoch 3
        access viewer 0
        step 1"#]],
    );
    check(world.seen(other), expect!["step 1"]);
    world.now_ms += world.config.turn_away_ms;
    let later = world.join_as("eve", false, Access::lasting(Role::Viewer));
    check(world.seen(later), expect!["step 1"]);
}

/// Behind a deletion that is refused stand the same words again.
#[test]
fn r2_what_follows_what_was_not_allowed_is_not_either() {
    for sleeps in [false, true] {
        let (mut world, hers) = (world(), Replica::new(7));
        let eve = world.join_as("eve", true, Access::lasting(Role::Editor));
        let mut number = 0;
        let mut send = |world: &mut World, update: &[u8]| {
            number += 1;
            world.send(eve, &Message::Batch { number, update });
        };
        send(&mut world, &hers.append("x"));
        world.handle(Input::Access("eve", Some(Role::Viewer)));
        world.seen(eve);
        send(&mut world, &hers.delete(0).expect("there is a letter"));
        world.handle(Input::Access("eve", Some(Role::Editor)));
        if sleeps {
            world.sleep();
        }
        let again = hers.append("x");
        send(&mut world, &again);
        world.send(eve, &Message::Step1(&hers.state_vector()));
        send(&mut world, &again);
        let seen = world.seen(eve);
        let refused = seen.iter().filter(|seen| seen.contains("Refused"));
        assert_eq!((refused.count(), world.text().as_str()), (3, "x"));
        world.send(eve, &Message::Step1(NOTHING));
        send(&mut world, &Replica::new(8).append("new"));
        assert!(world.text().contains("new"), "{:?}", world.seen(eve));
    }
}

/// It has all that was refused before it.
#[test]
fn r2_a_step_2_after_what_was_not_allowed_stands_by_itself() {
    let (mut world, hers) = (world(), Replica::new(7));
    let eve = world.join_as("eve", true, Access::lasting(Role::Viewer));
    let update = &hers.append("words");
    world.send(eve, &Message::Batch { number: 1, update });
    world.handle(Input::Access("eve", Some(Role::Editor)));
    world.send(eve, &Message::Step2(update));
    assert_eq!(world.text(), "words");
}

#[test]
fn r8_who_was_given_a_role_is_let_in_at_once() {
    let (mut world, _, _) = written();
    let update = Replica::new(8).append("new");
    let eve = world.join_as("eve", false, Access::lasting(Role::Viewer));
    world.update(eve, &update);
    world.handle(Input::Access("eve", Some(Role::Editor)));
    let again = world.join("eve", false);
    world.seen(again);
    world.update(again, &update);
    check(world.seen(again), expect![""]);
    assert!(world.text().contains("new"));
}

#[test]
fn r8_one_anonymous_connection_does_not_lock_the_others_out() {
    let (mut world, _, _) = written();
    let one = world.join("anonymous", false);
    world.update(one, &[9]);
    let other = world.join("anonymous", false);
    check(world.seen(other), expect!["step 1"]);
}

#[test]
fn s5_a_copy_begins_with_everything_and_owns_nobodys_client_ids() {
    let (source, _, _) = written();
    let mut copy = world();
    assert!(copy.room.is_empty());
    let brought = copy
        .room
        .bring(&source.disks.script.whole(), "bob", Origin::Import, 5);
    for effect in brought.expect("it is an update") {
        copy.run(effect);
    }
    copy.sleep();
    assert!(!copy.room.is_empty());
    assert_eq!(copy.text(), source.text());
    assert_eq!(copy.disks.script.entries[0].author, "bob");
    // Whoever wrote in the source goes on in the copy with the client id that they had.
    let ada = copy.join("ada", false);
    let replica = Replica::new(7);
    replica.apply(&source.disks.script.whole());
    copy.update(ada, &replica.append("!"));
    assert_eq!(copy.text(), "ords!");
    assert!(copy.room.bring(&[9], "bob", Origin::Import, 5).is_err());
}

#[test]
fn n1_one_connection_too_many_is_closed_and_the_others_stay() {
    let mut world = World::new(Config {
        max_sessions: 4,
        max_sessions_of_person: 2,
        ..Config::default()
    });
    let ada = [world.join("ada", true), world.join("ada", false)];
    let third = world.join("ada", false);
    check(
        world.seen(third),
        expect![[r#"
        denied this person has 2 connections to this script already
        closed 4012 this person has 2 connections to this script already"#]],
    );
    world.leave(ada[0]);
    let again = world.join("ada", true);
    check(
        world.seen(again),
        expect![[r#"
        hello epoch 3
        access editor 0
        step 1"#]],
    );
    world.join("anonymous", false);
    world.join("anonymous", false);
    let last = world.join("anonymous", true);
    check(
        world.seen(last),
        expect!["closed 4012 this script has 4 connections already"],
    );
    assert_eq!(world.room.sessions().count(), 4);
    // A closed newcomer is nobody: neither its messages nor its leaving mean anything.
    world.send(last, &Message::QueryAwareness);
    world.leave(last);
    world.update(ada[1], &Replica::new(7).append("still here"));
    assert_eq!(world.text(), "still here");
}

#[test]
fn n2_what_comes_too_fast_comes_later() {
    let mut world = World::new(Config {
        updates: Rate::new(3, 10),
        ..Config::default()
    });
    let (ours, stock) = (world.join("ada", true), world.join("bob", false));
    let (ada, bob) = (Replica::new(7), Replica::new(8));
    world.read_all();
    let updates: Vec<Vec<u8>> = (0..5).map(|key| ada.append(&key.to_string())).collect();
    for (number, update) in (1..).zip(&updates) {
        world.send(ours, &Message::Batch { number, update });
    }
    check(
        world.seen(ours),
        expect![[r#"
        ack 1 Stored
        ack 2 Stored
        ack 3 Stored
        ack 4 RetryLater too fast: expected fewer updates in a second
        ack 5 RetryLater too fast: expected a step 2 with what was put off"#]],
    );
    assert_eq!(world.text(), "012");
    // Nothing that comes behind them, however long after: it would be seen without them.
    world.now_ms += 1_000;
    let update = &ada.append("5");
    world.send(ours, &Message::Batch { number: 6, update });
    check(
        world.seen(ours),
        expect!["ack 6 RetryLater too fast: expected a step 2 with what was put off"],
    );
    assert_eq!(world.text(), "012");
    // An answer has all of it, and what comes then goes on from there.
    world.send(ours, &Message::Step2(&ada.diff(&[0])));
    let update = &ada.append("6");
    world.send(ours, &Message::Batch { number: 7, update });
    check(
        world.seen(ours),
        expect![[r#"
        ack 0 Stored
        ack 7 Stored"#]],
    );
    assert_eq!(world.text(), "0123456");
    world.seen(stock);
    for key in 0..4 {
        world.update(stock, &bob.append(&key.to_string()));
    }
    check(
        world.seen(stock),
        expect![[r#"
        denied too fast: expected fewer updates in a second
        closed 4008 too fast: expected fewer updates in a second"#]],
    );
    // It brings the rest when it comes again, and is not turned away.
    let again = world.join("bob", false);
    world.send(again, &Message::Step2(&bob.diff(&[0])));
    assert!(world.text().contains("0123"));
}
