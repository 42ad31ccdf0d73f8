//! U6: what others bring of the words of somebody whose client id was shown, while they are here and while they are not.

mod support;

use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::wire::Message;
use scriptroom_room::{Config, Input, SessionId};
use support::{Replica, World};

fn world() -> World {
    World::new(Config::default())
}

/// Shows a client id.
fn shows(world: &mut World, id: SessionId, client: u64) {
    let shown = Presence {
        client,
        clock: 1,
        state: "{}".to_owned(),
    };
    world.send(id, &Message::Awareness(&encode([shown].iter())));
}

/// Who comes to an empty relay may have words of somebody who is about to bring them, and waits for that. A sleep does not forget it.
#[test]
fn u6_what_others_have_of_words_waits_for_whose_they_are() {
    for (ours, sleeps) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut world = world();
        let (ada, eve) = (world.join("ada", true), world.join("eve", ours));
        shows(&mut world, ada, 7);
        world.read_all();
        if sleeps {
            world.sleep();
        }
        let words = Replica::new(7).append("mine");
        world.send(eve, &Message::Step2(&words));
        let waits = "ack 0 RetryLater those whose words these are have yet to bring them";
        let seen = if ours { vec![waits.to_owned()] } else { vec![] };
        assert_eq!(world.seen(eve), seen);
        assert_eq!(world.text(), "");
        world.send(ada, &Message::Step2(&words));
        assert_eq!(world.seen(ada), ["ack 0 Stored"]);
        assert_eq!(world.text(), "mine");
        assert!(world.disks.script.held.is_empty());
        world.read_all();
        world.send(eve, &Message::Step2(&words));
        let seen = world.seen(eve);
        assert!(seen.iter().all(|one| one == "ack 0 Stored"), "{seen:?}");
    }
}

/// Where they go without a word, or say nothing for long, what others have counts.
#[test]
fn u6_nobody_waits_for_who_does_not_answer() {
    for leaves in [true, false] {
        let mut world = world();
        let (ada, ben) = (world.join("ada", true), world.join("ben", false));
        shows(&mut world, ada, 7);
        let words = Replica::new(7).append("mine");
        world.send(ben, &Message::Step2(&words));
        assert_eq!(world.text(), "");
        if leaves {
            world.handle(Input::Leave(ada));
        } else {
            world.now_ms += 30_000;
            world.send(ben, &Message::Step2(&words));
        }
        assert_eq!(world.text(), "mine");
    }
}

/// Who is here has all of their words: what others bring under their ids is made up. A sleep does not forget it. A stock client could not even read it: it
/// has something else under its id, of which the relay has not heard yet.
#[test]
fn u6_under_the_id_of_who_is_here_nobody_else_brings_anything() {
    for (ours, sleeps) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut world = world();
        let (ada, eve) = (world.join("ada", ours), world.join("eve", true));
        shows(&mut world, ada, 7);
        world.send(ada, &Message::Step2(&[0, 0]));
        if sleeps {
            world.sleep();
        }
        world.read_all();
        world.send(eve, &Message::Step2(&Replica::new(7).append("made up")));
        assert_eq!(
            world.seen(eve),
            ["ack 0 Refused client id 7 belongs to somebody else"]
        );
        assert_eq!(world.text(), "");
        world.send(ada, &Message::Update(&Replica::new(7).append("mine")));
        assert_eq!(world.text(), "mine");
    }
}

/// Of who is not here others may bring what they have; who makes it up gains nothing.
#[test]
fn u6_what_others_bring_under_an_id_that_was_shown_gives_way_to_the_owners() {
    for (others, answer) in [("mine", "ack 1 Stored"), ("made up", "ack 1 Refused")] {
        let mut world = world();
        let (ada, eve) = (world.join("ada", true), world.join("eve", true));
        shows(&mut world, ada, 7);
        world.handle(Input::Leave(ada));
        world.read_all();
        world.send(eve, &Message::Step2(&Replica::new(7).append(others)));
        assert_eq!(world.seen(eve), ["ack 0 Stored"]);
        world.read_all();
        world.sleep();
        let ada = world.join("ada", true);
        let update = Replica::new(7).append("mine");
        world.send(
            ada,
            &Message::Batch {
                number: 1,
                update: &update,
            },
        );
        let seen = world.seen(ada);
        assert!(seen.iter().any(|one| one.starts_with(answer)), "{seen:?}");
        assert_eq!(world.text(), "mine");
    }
}
