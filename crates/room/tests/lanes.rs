//! The two lanes of a room: the rules D1 to D6 of SPEC.md. That the others hold in both is what `simulation.rs` shows.

mod support;

use expect_test::{Expect, expect};
use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::wire::Message;
use scriptroom_room::{Access, Config, Input, Lane, Origin, Role, SessionId, Write, Written};
use support::{Replica, World};

fn check(seen: Vec<String>, expected: Expect) {
    expected.assert_eq(&seen.join("\n"));
}

fn world() -> World {
    World::new(Config::default())
}

fn batch(number: u64, update: &[u8]) -> Message<'_> {
    Message::Batch { number, update }
}

/// Ours, which has begun to speak of the threads, and has read what the relay said to that.
fn join_both(world: &mut World, person: &str, role: Role) -> SessionId {
    let id = world.join_as(person, true, Access::lasting(role));
    world.send_threads(id, &Message::Step1(&[0]));
    world.seen(id);
    id
}

#[test]
fn d1_the_lanes_are_apart() {
    let mut world = world();
    let ada = join_both(&mut world, "ada", Role::Editor);
    let bob = join_both(&mut world, "bob", Role::Editor);
    // One client id, with the same clocks, is another one in the other lane, and may be somebody else's.
    let (script, threads) = (Replica::new(7), Replica::new(7));
    world.send(ada, &batch(1, &script.append("written")));
    world.send_threads(bob, &batch(1, &threads.append("said")));
    assert_eq!(world.text(), "written");
    assert_eq!(world.text_in(Lane::Threads), "said");
    assert_eq!(world.room.version(), 1);
    let owners = |world: &World, lane: Lane| world.disks[lane].clocks[0].owner.clone();
    assert_eq!(owners(&world, Lane::Script).as_deref(), Some("ada"));
    assert_eq!(owners(&world, Lane::Threads).as_deref(), Some("bob"));
    world.read_all();
    world.sleep();
    world.send_threads(ada, &batch(2, &threads.append("!")));
    check(
        world.seen(ada),
        expect!["threads: ack 2 Refused client id 7 belongs to somebody else"],
    );
}

#[test]
fn d1_a_gap_in_one_lane_is_nothing_to_the_other() {
    let mut world = world();
    let ada = join_both(&mut world, "ada", Role::Editor);
    let threads = Replica::new(7);
    let (first, second) = (threads.append("one "), threads.append("two"));
    world.send_threads(ada, &batch(1, &second));
    world.send(ada, &batch(1, &Replica::new(8).append("written")));
    check(
        world.seen(ada),
        expect![[r#"
            threads: ack 1 Held it builds on what the relay does not have
            threads: step 1
            ack 1 Stored"#]],
    );
    world.sleep();
    world.send_threads(ada, &batch(2, &first));
    assert_eq!(world.text_in(Lane::Threads), "one two");
    assert!(world.disks.threads.held.is_empty());
}

#[test]
fn d1_each_log_is_compacted_by_itself() {
    let mut world = World::new(Config {
        long_tail_entries: 10,
        ..Config::default()
    });
    let bob = world.join_threads("bob", false, Role::Commenter);
    let ada = world.join("ada", false);
    let (script, threads) = (Replica::new(7), Replica::new(7));
    world.update(ada, &script.append("written"));
    for word in 0..10 {
        world.update(bob, &threads.append(&format!("{word} ")));
    }
    for _ in 0..2 {
        world.now_ms = world.alarm_at.take().expect("a merge is due");
        world.handle(Input::Alarm);
    }
    let counts = |lane: Lane| {
        let disk = &world.disks[lane];
        (disk.entries.len(), disk.covered.len())
    };
    assert_eq!(counts(Lane::Threads), (1, 10));
    assert_eq!(counts(Lane::Script), (1, 0));
    assert_eq!(world.text_in(Lane::Threads), threads.text());
}

#[test]
fn d2_our_client_speaks_of_both_over_one_connection() {
    let mut world = world();
    let stock = world.join_threads("eve", false, Role::Commenter);
    let first = Replica::new(9).append("first");
    world.update(stock, &first);
    let ada = world.join("ada", true);
    let unaware = world.join("old", true);
    check(
        world.seen(ada),
        expect![[r#"
        hello epoch 3
        access editor 0
        step 1"#]],
    );
    world.send_threads(ada, &Message::Step1(&[0]));
    check(
        world.seen(ada),
        expect![[r#"
            threads: you ada
            threads: owners 9=eve
            threads: step 1
            threads: step 2 "first""#]],
    );
    world.read_all();
    world.sleep();
    let replica = Replica::new(8);
    world.send_threads(ada, &batch(1, &replica.append("second")));
    world.update(stock, &Replica::new(10).append("third"));
    check(
        world.seen(ada),
        expect![[r#"
            threads: owners 8=ada
            threads: ack 1 Stored
            threads: owners 10=eve
            threads: update 10:0..5"#]],
    );
    check(world.seen(stock), expect!["update 8:0..6"]);
    // Who never spoke of the threads hears nothing of them: an older client does not know what they are.
    check(world.seen(unaware), expect![""]);
}

#[test]
fn d2_at_the_threads_address_all_messages_are_about_them() {
    let mut world = world();
    let script = world.join("ada", false);
    let ours = world.join_threads("bob", true, Role::Commenter);
    let stock = world.join_threads("eve", false, Role::Commenter);
    check(
        world.seen(ours),
        expect![[r#"
            hello epoch 3
            access commenter 0
            you bob
            owners
            step 1"#]],
    );
    check(world.seen(stock), expect!["step 1"]);
    world.seen(script);
    world.send(ours, &batch(1, &Replica::new(7).append("said")));
    world.update(script, &Replica::new(7).append("written"));
    check(
        world.seen(ours),
        expect![[r#"
            owners 7=bob
            ack 1 Stored"#]],
    );
    check(world.seen(stock), expect!["update 7:0..4"]);
    check(world.seen(script), expect![""]);
    world.send(stock, &Message::Step1(&[0]));
    check(world.seen(stock), expect![[r#"step 2 "said""#]]);
    world.send_threads(ours, &Message::Step1(&[0]));
    check(
        world.seen(ours),
        expect!["closed 4010 malformed message: this type is not for a client to send"],
    );
}

#[test]
fn d2_a_stock_client_does_not_reach_the_other_lane() {
    let mut world = world();
    let stock = world.join("eve", false);
    world.seen(stock);
    world.send_threads(stock, &Message::Step1(&[0]));
    check(
        world.seen(stock),
        expect![[r#"
            denied malformed message: this type is not for a client to send
            closed 4010 malformed message: this type is not for a client to send"#]],
    );
}

/// What the relay says to one message about the threads, and whether anything came of it.
fn answer(role: Role, ours: bool, message: &Message<'_>) -> String {
    let mut world = world();
    let writer = world.join_threads("ada", false, Role::Commenter);
    world.update(writer, &known());
    let one = match ours {
        true => join_both(&mut world, "one", role),
        false => world.join_threads("one", false, role),
    };
    world.read_all();
    match ours {
        true => world.send_threads(one, message),
        false => world.send(one, message),
    }
    let stored = match world.text_in(Lane::Threads) == "words" {
        true => "",
        false => " (stored)",
    };
    let heard = match world.seen(writer).is_empty() {
        true => "",
        false => " (heard)",
    };
    format!("{}{stored}{heard}", world.seen(one).join("; "))
}

fn known() -> Vec<u8> {
    Replica::new(7).append("words")
}

#[test]
fn d3_every_role_with_every_message_about_the_threads() {
    let (known, update) = (known(), Replica::new(8).append("new"));
    let messages = [
        ("step 1", Message::Step1(&[0])),
        ("step 2 of what is known", Message::Step2(&known)),
        ("step 2 of new words", Message::Step2(&update)),
        ("update", Message::Update(&update)),
        ("batch", batch(1, &update)),
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
                let roles = roles.join(" ");
                lines.push(format!("{client}, {name}, {roles}: {}", same[0].1));
            }
        }
    }
    check(
        lines,
        expect![[r#"
        ours, step 1, viewer commenter editor owner: threads: step 2 "words"
        ours, step 2 of what is known, viewer commenter editor owner: threads: ack 0 Stored
        ours, step 2 of new words, viewer: threads: ack 0 Refused not allowed: expected a commenter, this is a viewer
        ours, step 2 of new words, commenter editor owner: threads: ack 0 Stored (stored) (heard)
        ours, update, viewer: closed 4003 not allowed: expected a commenter, this is a viewer
        ours, update, commenter editor owner: threads: owners 8=one (stored) (heard)
        ours, batch, viewer: threads: ack 1 Refused not allowed: expected a commenter, this is a viewer
        ours, batch, commenter editor owner: threads: owners 8=one; threads: ack 1 Stored (stored) (heard)
        stock, step 1, viewer commenter editor owner: step 2 "words"
        stock, step 2 of what is known, viewer commenter editor owner: 
        stock, step 2 of new words, viewer: denied not allowed: expected a commenter, this is a viewer; closed 4003 not allowed: expected a commenter, this is a viewer
        stock, step 2 of new words, commenter editor owner:  (stored) (heard)
        stock, update, viewer: denied not allowed: expected a commenter, this is a viewer; closed 4003 not allowed: expected a commenter, this is a viewer
        stock, update, commenter editor owner:  (stored) (heard)
        stock, batch, viewer commenter editor owner: denied malformed message: this type is not for a client to send; closed 4010 malformed message: this type is not for a client to send"#]],
    );
}

#[test]
fn d3_a_commenter_writes_there_and_nowhere_else() {
    let mut world = world();
    let eve = join_both(&mut world, "eve", Role::Commenter);
    world.send(eve, &batch(1, &Replica::new(8).append("written")));
    world.send_threads(eve, &batch(2, &Replica::new(8).append("said")));
    check(
        world.seen(eve),
        expect![[r#"
            ack 1 Refused not allowed: expected an editor, this is a commenter
            threads: owners 8=eve
            threads: ack 2 Stored"#]],
    );
    assert_eq!(world.text(), "");
    assert_eq!(world.text_in(Lane::Threads), "said");
}

#[test]
fn d3_who_is_refused_on_one_address_is_not_turned_away_at_the_other() {
    let mut world = world();
    let eve = world.join_as("eve", false, Access::lasting(Role::Commenter));
    world.update(eve, &Replica::new(8).append("written"));
    let again = world.join_as("eve", false, Access::lasting(Role::Commenter));
    check(
        world.seen(again),
        expect![[r#"
            denied not allowed: expected an editor, this is a commenter
            closed 4003 not allowed: expected an editor, this is a commenter"#]],
    );
    let threads = world.join_threads("eve", false, Role::Commenter);
    check(world.seen(threads), expect!["step 1"]);
}

#[test]
fn d4_an_owner_is_told_before_what_they_say_and_once() {
    let mut world = world();
    let ada = join_both(&mut world, "ada", Role::Editor);
    let bob = join_both(&mut world, "bob", Role::Commenter);
    let replica = Replica::new(8);
    world.send_threads(bob, &batch(1, &replica.append("a")));
    world.send_threads(bob, &batch(2, &replica.append("b")));
    // What comes in an answer may be other people's: it is nobody's.
    world.send_threads(bob, &Message::Step2(&Replica::new(9).append("c")));
    check(
        world.seen(ada),
        expect![[r#"
            threads: owners 8=bob
            threads: update 8:0..1
            threads: update 8:1..2
            threads: update 9:0..1"#]],
    );
}

#[test]
fn d5_presence_is_the_scripts() {
    let mut world = world();
    let ada = join_both(&mut world, "ada", Role::Editor);
    let stock = world.join_threads("eve", false, Role::Commenter);
    world.read_all();
    let presence = |client| {
        let state = "{}".to_owned();
        let presence = Presence {
            client,
            clock: 1,
            state,
        };
        encode([presence].iter())
    };
    world.send(stock, &Message::Awareness(&presence(9)));
    world.send(ada, &Message::Awareness(&presence(7)));
    // A stock client drops a connection on which it hears nothing.
    check(world.seen(stock), expect!["awareness 9@1={}"]);
    check(world.seen(ada), expect![""]);
    let bob = world.join("bob", false);
    check(
        world.seen(bob),
        expect![[r#"
            step 1
            awareness 7@1={}"#]],
    );
    world.leave(stock);
    check(world.seen(ada), expect![""]);
}

#[test]
fn d6_comments_that_are_full_leave_the_script_its_space() {
    let mut world = World::new(Config {
        max_threads_bytes: 100,
        ..Config::default()
    });
    let eve = join_both(&mut world, "eve", Role::Editor);
    let long = "a long comment ".repeat(9);
    world.send_threads(eve, &batch(1, &Replica::new(8).append(&long)));
    world.send(eve, &batch(2, &Replica::new(8).append(&long)));
    check(
        world.seen(eve),
        expect![[r#"
            threads: ack 1 Refused the comments are full: more than 100 bytes would be stored of them
            ack 2 Stored"#]],
    );
}

#[test]
fn l5_everybody_is_asked_about_what_they_speak_of() {
    let mut world = world();
    let both = join_both(&mut world, "ada", Role::Editor);
    let stock = world.join("bob", false);
    let threads = world.join_threads("eve", false, Role::Commenter);
    world.read_all();
    for effect in world.room.ask_everybody() {
        world.run(effect);
    }
    check(
        world.seen(both),
        expect![[r#"
            step 1
            threads: step 1"#]],
    );
    check(world.seen(stock), expect!["step 1"]);
    check(world.seen(threads), expect!["step 1"]);
}

#[test]
fn j2_threads_are_written_over_http_too() {
    let mut world = world();
    let ada = join_both(&mut world, "ada", Role::Editor);
    world.handle(Input::Write(Write {
        person: "eve",
        lane: Lane::Threads,
        origin: Origin::Live,
        bytes: &Replica::new(8).append("said"),
    }));
    assert_eq!(world.written, [Written::Stored]);
    check(
        world.seen(ada),
        expect![[r#"
            threads: owners 8=eve
            threads: update 8:0..4"#]],
    );
}
