//! N7: who does not read what is sent does not hold up the others, and does not fill the relay's memory.

mod support;

use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::ids::StateVector;
use scriptroom_room::wire::{CloseCode, Message};
use scriptroom_room::{Config, SessionId};
use support::{Replica, World};

const MAX: u64 = 16_000;
/// An update of about a thousand bytes.
const WORDS: usize = 900;

fn narrow() -> World {
    World::new(Config {
        max_unread_bytes: MAX,
        ..Config::default()
    })
}

/// Somebody writes so many updates, and the others' mailboxes are read by nobody.
fn write(world: &mut World, from: SessionId, replica: &Replica, updates: usize) {
    for _ in 0..updates {
        world.update(from, &replica.append(&"x".repeat(WORDS)));
    }
}

/// The questions among what somebody was sent, taken out of their mailbox.
fn questions(world: &mut World, of: SessionId) -> usize {
    let seen = world.seen(of);
    seen.iter().filter(|one| *one == "step 1").count()
}

/// Answers a step 1 as a client does that has nothing to tell.
fn answer(world: &mut World, from: SessionId) {
    world.send(from, &Message::Step2(&[0, 0]));
}

fn closed(world: &World, id: SessionId) -> Option<CloseCode> {
    world.mailboxes[&id].closed.as_ref().map(|(code, _)| *code)
}

#[test]
fn n7_who_reads_is_asked_now_and_then_and_stays() {
    for ours in [false, true] {
        let mut world = narrow();
        let (writer, reader) = (world.join("ada", true), world.join("bob", ours));
        let replica = Replica::new(1);
        let mut asked = 0;
        for _ in 0..100 {
            write(&mut world, writer, &replica, 1);
            for _ in 0..questions(&mut world, reader) {
                answer(&mut world, reader);
                asked += 1;
            }
            assert_eq!(closed(&world, reader), None);
        }
        // The first question is that of the join; then one for each eighth of the bound.
        assert!((30..=60).contains(&asked), "{asked} questions");
    }
}

#[test]
fn n7_who_does_not_read_is_asked_once_and_closed_and_the_others_go_on() {
    let mut world = narrow();
    let (writer, stuck, other) = (
        world.join("ada", true),
        world.join("bob", false),
        world.join("eve", true),
    );
    answer(&mut world, stuck);
    let replica = Replica::new(1);
    for _ in 0..40 {
        write(&mut world, writer, &replica, 1);
        for _ in 0..questions(&mut world, other) {
            answer(&mut world, other);
        }
    }
    assert_eq!(closed(&world, stuck), Some(CloseCode::TryAgainLater));
    let bytes: usize = world.mailboxes[&stuck].frames.iter().map(Vec::len).sum();
    assert!(bytes as u64 <= MAX + 2_000, "{bytes} bytes wait");
    // The question of the join, and the one after an eighth of the bound.
    assert_eq!(questions(&mut world, stuck), 2);
    assert_eq!(closed(&world, other), None);
    assert_eq!(closed(&world, writer), None);
    assert_eq!(world.text(), "x".repeat(40 * WORDS));
}

#[test]
fn n7_an_answer_that_was_asked_for_may_be_large_and_take_its_time() {
    let mut world = narrow();
    let writer = world.join("ada", true);
    let replica = Replica::new(1);
    write(&mut world, writer, &replica, 60);
    let late = world.join("bob", false);
    let vector = StateVector::default().encode();
    world.send(late, &Message::Step1(&vector));
    // Much more than the bound is on its way, and what others write comes behind it.
    write(&mut world, writer, &replica, 5);
    assert_eq!(closed(&world, late), None);
    for _ in 0..questions(&mut world, late) {
        answer(&mut world, late);
    }
    write(&mut world, writer, &replica, 10);
    assert_eq!(closed(&world, late), None);
    // Who asks again and again, and reads nothing, is not served without end.
    world.send(late, &Message::Step1(&vector));
    world.send(late, &Message::Step1(&vector));
    assert_eq!(closed(&world, late), Some(CloseCode::TryAgainLater));
}

#[test]
fn n7_presence_counts_as_well() {
    let mut world = narrow();
    let (talker, stuck) = (world.join("ada", true), world.join("bob", true));
    for clock in 1..200 {
        let states = encode(
            [Presence {
                client: 7,
                clock,
                state: "{}".to_owned(),
            }]
            .iter(),
        );
        world.send(talker, &Message::Awareness(&states));
    }
    assert_eq!(closed(&world, stuck), Some(CloseCode::TryAgainLater));
    assert_eq!(closed(&world, talker), None);
}

#[test]
fn n6_a_room_that_slept_has_forgotten_what_was_not_read() {
    let mut world = narrow();
    let (writer, stuck) = (world.join("ada", true), world.join("bob", false));
    let replica = Replica::new(1);
    for _ in 0..4 {
        write(&mut world, writer, &replica, 10);
        assert_eq!(closed(&world, stuck), None);
        world.sleep();
    }
    write(&mut world, writer, &replica, 20);
    assert_eq!(closed(&world, stuck), Some(CloseCode::TryAgainLater));
}
