//! B2: what a restored relay has forgotten, others than its owners bring back; and the owner's own copy wins.

mod support;

use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::check::Update;
use scriptroom_room::fork::disentangled;
use scriptroom_room::wire::Message;
use scriptroom_room::{
    Access, Config, Input, Lane, Lanes, Origin, Role, SessionId, Write, Written,
};
use support::{Disk, Replica, World};

/// A script of ada's that says "one "; a backup of that; and ben, who has heard it.
fn world() -> (World, Replica, Replica, Lanes<Disk>) {
    let mut world = World::new(Config::default());
    let (ada, ben) = (Replica::new(7), Replica::new(8));
    let session = world.join("ada", true);
    let one = ada.append("one ");
    world.update(session, &one);
    ben.apply(&one);
    let backup = world.disks.clone();
    (world, ada, ben, backup)
}

/// Ada's script with words that she never wrote, made up under her id.
fn forged(backup: &Lanes<Disk>, words: &str) -> Replica {
    let forged = Replica::new(7);
    forged.apply(&backup.script.whole());
    forged.append(words);
    forged
}

/// The state vector in the last step 1 that somebody was sent.
fn asked(world: &World, id: SessionId) -> Vec<u8> {
    let frames = world.mailboxes[&id].frames.iter().rev();
    let mut vectors = frames.filter_map(|frame| match Message::decode(frame) {
        Ok(Message::Step1(vector)) => Some(vector.to_vec()),
        _ => None,
    });
    vectors.next().expect("somebody who joins is asked")
}

/// What somebody is asked for who is not asked for all that came since the log was set back.
fn asked_over_http(world: &World, person: &str) -> Vec<u8> {
    world.room.state_vector_for(Lane::Script, person).encode()
}

/// Joins, and answers what is asked with what the replica has.
fn join(world: &mut World, person: &str, replica: &Replica) -> SessionId {
    let id = world.join(person, true);
    let answer = replica.diff(&asked(world, id));
    world.send(id, &Message::Step2(&answer));
    id
}

/// Sends an edit, to be acknowledged.
fn batch(world: &mut World, id: SessionId, number: u64, update: &[u8]) {
    world.send(id, &Message::Batch { number, update });
}

/// Shows a client id.
fn show(world: &mut World, id: SessionId, client: u64) {
    let (clock, state) = (1, "{}".to_owned());
    let shown = Presence {
        client,
        clock,
        state,
    };
    world.send(id, &Message::Awareness(&encode([shown].iter())));
}

fn acks(world: &mut World, id: SessionId) -> Vec<String> {
    let seen = world.seen(id);
    seen.into_iter()
        .filter(|seen| seen.starts_with("ack"))
        .collect()
}

fn last_entry(world: &World) -> (Origin, String) {
    let entry = world.disks.script.entries.last().expect("an entry");
    (entry.origin, entry.author.clone())
}

#[test]
fn b2_another_brings_an_owners_words_back_and_the_owner_goes_on_with_a_longer_copy() {
    let (mut world, ada, ben, backup) = world();
    ben.apply(&ada.append("two "));
    world.restore(backup);
    let session = join(&mut world, "ben", &ben);
    assert_eq!(acks(&mut world, session), ["ack 0 Stored"]);
    assert_eq!(world.text(), "one two ");
    assert_eq!(last_entry(&world), (Origin::Recovered, "ben".to_owned()));

    // Ben had not seen this; and the room has slept meanwhile.
    ada.append("three ");
    world.sleep();
    let session = join(&mut world, "ada", &ada);
    assert_eq!(acks(&mut world, session), ["ack 0 Stored"]);
    assert_eq!(world.text(), "one two three ");
    assert_eq!(last_entry(&world), (Origin::Sync, "ada".to_owned()));
    // Another device of hers might have it from the log; the one that shows the id has written it.
    assert!(!world.disks.script.recovered.is_empty());
    show(&mut world, session, 7);
    let answer = ada.diff(&asked(&world, session));
    world.send(session, &Message::Step2(&answer));
    assert_eq!(acks(&mut world, session), ["ack 0 Stored"]);
    assert!(
        world.disks.script.recovered.is_empty(),
        "both copies are the same"
    );
    let update = ada.append("four ");
    batch(&mut world, session, 1, &update);
    assert_eq!(acks(&mut world, session), ["ack 1 Stored"]);
    assert_eq!(world.text(), "one two three four ");
}

/// Over HTTP, say (J11): what it writes next need not be compared.
#[test]
fn b2_who_shows_nothing_brings_their_own_words() {
    let (mut world, ada, _, backup) = world();
    ada.append("two ");
    world.restore(backup);
    let session = join(&mut world, "ada", &ada);
    assert_eq!(acks(&mut world, session), ["ack 0 Stored"]);
    assert!(world.disks.script.recovered.is_empty());
    let update = ada.append("three ");
    batch(&mut world, session, 1, &update);
    assert_eq!(acks(&mut world, session), ["ack 1 Stored"]);
    assert_eq!(world.text(), "one two three ");
}

#[test]
fn b2_an_owner_is_asked_for_their_own_copy_and_each_for_what_came_since_once() {
    let (mut world, ada, ben, backup) = world();
    ben.apply(&ada.append("two "));
    world.restore(backup);
    join(&mut world, "ben", &ben);
    let clock_of = |world: &mut World, person| {
        let id = world.join(person, true);
        let clock = |world: &mut World| {
            let vector = scriptroom_room::ids::StateVector::decode(&asked(world, id));
            vector.expect("a state vector").next(7)
        };
        let first = clock(world);
        let nothing = Message::Step2(&[0, 0]);
        world.send(id, &nothing);
        // A live update with a gap is asked about.
        let gap = Replica::new(70 + id.0);
        gap.append("x");
        let behind = gap.append("y");
        world.update(id, &behind);
        (first, clock(world))
    };
    assert_eq!(clock_of(&mut world, "ada"), (4, 4));
    // Who was in another life of the log may have something else; whose everything is stored has not.
    world.sleep();
    assert_eq!(clock_of(&mut world, "carl"), (4, 8));
    world.now_ms += world.config.recover_ms;
    assert_eq!(clock_of(&mut world, "dora"), (8, 8));
}

/// What ben had made up as ada's was sent to carl; then the relay was set back once more, and ada came first.
#[test]
fn b2_who_has_something_else_from_another_life_of_the_log_starts_over() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "abc ");
    ada.append("two ");
    world.restore(backup.clone());
    join(&mut world, "ben", &forged);
    let carl = Replica::new(9);
    carl.apply(&world.disks.script.whole());
    world.restore(backup);
    let id = join(&mut world, "ada", &ada);
    assert_eq!(acks(&mut world, id), ["ack 0 Stored"]);
    // The room has slept meanwhile.
    world.sleep();
    let id = join(&mut world, "carl", &carl);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), "one two ");
    let words = started_over(&world, &carl);
    assert!(words.contains("two ") && words.contains("abc "), "{words}");
    // Who has the same is taken.
    let dora = Replica::new(11);
    dora.apply(&world.disks.script.whole());
    dora.append("three ");
    let id = join(&mut world, "dora", &dora);
    assert_eq!(acks(&mut world, id), ["ack 0 Stored"]);
    assert_eq!(world.text(), "one two three ");
}

#[test]
fn b2_where_the_owners_copy_differs_it_wins_and_all_converge() {
    let (mut world, ada, _, backup) = world();
    // What ben brings back as ada's is not what ada wrote.
    let forged = forged(&backup, "ten eleven twelve ");
    ada.append("two ");
    world.restore(backup);
    let ben = join(&mut world, "ben", &forged);
    assert_eq!(acks(&mut world, ben), ["ack 0 Stored"]);
    let carl = Replica::new(9);
    carl.apply(&world.disks.script.whole());
    let session = world.join("carl", true);
    let update = carl.append("and carl");
    world.update(session, &update);
    assert_eq!(world.text(), "one ten eleven twelve and carl");
    world.read_all();

    world.sleep();
    let id = join(&mut world, "ada", &ada);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), "one two and carl");
    // Carl hears of it as of any edit.
    for frame in &world.mailboxes[&session].frames {
        if let Ok(Message::Update(update)) = Message::decode(frame) {
            carl.apply(update);
        }
    }
    assert_eq!(carl.text(), "one two and carl");
    assert!(!carl.has_pending());
    // Ada starts over from what the relay has; what she still had on its way under the old id is refused.
    let late = ada.append("late ");
    batch(&mut world, id, 1, &late);
    assert_eq!(
        acks(&mut world, id),
        ["ack 1 Refused client id 7 belongs to somebody else"]
    );
    let again = Replica::new(10);
    again.apply(&world.disks.script.whole());
    world.sleep();
    let update = again.append("!");
    batch(&mut world, id, 2, &update);
    assert_eq!(acks(&mut world, id), ["ack 2 Stored"]);
    assert_eq!(world.text(), "one two and carl!");
    assert!(world.disks.script.recovered.is_empty());
}

/// Ada wrote when she was let. What she may no longer do she may not do with words of that time either; they are refused, so that her client
/// keeps them, and count again when she is let again.
#[test]
fn b2_who_may_no_longer_write_has_nothing_put_in_place() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "ten eleven twelve ");
    ada.append("two ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let (has, recovered) = (world.disks.script.whole(), &world.disks.script.recovered);
    let recovered = recovered.clone();
    for role in [Role::Viewer, Role::Commenter] {
        let id = world.join_as("ada", true, Access::lasting(role));
        show(&mut world, id, 7);
        world.send(id, &Message::Step2(&ada.diff(&[0])));
        let refused = format!("ack 0 Refused not allowed: expected an editor, this is a {role}");
        assert_eq!(acks(&mut world, id), [refused], "{role}");
        assert_eq!(world.disks.script.whole(), has, "{role}");
        assert_eq!(world.disks.script.recovered, recovered, "{role}");
        world.leave(id);
    }
    let id = join(&mut world, "ada", &ada);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), "one two ");
    let brought = world.disks.script.entries.iter().rev().take(2);
    assert!(brought.into_iter().all(|entry| entry.session == id.0));
    // What is something else under the closed id is not taken for the same either.
    let has = world.disks.script.whole();
    let id = world.join_as("ada", true, Access::lasting(Role::Viewer));
    world.send(id, &Message::Step2(&ada.diff(&[0])));
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused not allowed: expected an editor, this is a viewer"]
    );
    assert_eq!(world.disks.script.whole(), has);
}

/// Whoever reads has what the relay has: the same words are no other copy.
#[test]
fn b2_an_owner_who_may_no_longer_write_and_has_the_same_copy_goes_on() {
    let (mut world, ada, ben, backup) = world();
    ben.apply(&ada.append("two "));
    world.restore(backup);
    join(&mut world, "ben", &ben);
    let id = world.join_as("ada", true, Access::lasting(Role::Viewer));
    show(&mut world, id, 7);
    let answer = ada.diff(&asked(&world, id));
    world.send(id, &Message::Step2(&answer));
    assert_eq!(acks(&mut world, id), ["ack 0 Stored"]);
    assert_eq!(world.text(), "one two ");
}

#[test]
fn b2_only_in_the_window_only_from_those_who_write_and_only_as_an_answer() {
    let refused = "client id 7 belongs to somebody else";
    let (mut world, ada, ben, backup) = world();
    let two = ada.append("two ");
    ben.apply(&two);
    world.restore(backup.clone());
    let viewer = world.join_as("eve", true, Access::lasting(Role::Viewer));
    let answer = ben.diff(&asked(&world, viewer));
    world.send(viewer, &Message::Step2(&answer));
    assert_eq!(
        acks(&mut world, viewer),
        ["ack 0 Refused not allowed: expected an editor, this is a viewer"]
    );
    let live = world.join("ben", true);
    batch(&mut world, live, 1, &two);
    assert_eq!(acks(&mut world, live), [format!("ack 1 Refused {refused}")]);
    assert_eq!(world.text(), "one ");

    world.now_ms += world.config.recover_ms;
    let late = join(&mut world, "ben", &ben);
    assert_eq!(acks(&mut world, late), [format!("ack 0 Refused {refused}")]);
    assert_eq!(world.text(), "one ");
    // Who wrote it needs no window.
    join(&mut world, "ada", &ada);
    assert_eq!(world.text(), "one two ");
}

#[test]
fn b2_the_same_holds_over_http() {
    let (mut world, ada, ben, backup) = world();
    ben.apply(&ada.append("two "));
    world.restore(backup);
    let mut write = |person, bytes: &[u8]| {
        let write = Write {
            lane: Lane::Script,
            person,
            origin: Origin::Sync,
            bytes,
        };
        world.handle(Input::Write(write));
        (world.written.pop().expect("an answer"), world.text())
    };
    assert_eq!(
        write("ben", &ben.diff(&[0])),
        (Written::Stored, "one two ".to_owned())
    );
    ada.append("three ");
    assert_eq!(
        write("ada", &ada.diff(&[0])),
        (Written::Stored, "one two three ".to_owned())
    );
}

/// Her document has the same words under the old id. Until it starts over it would show them twice, and its own moves would look after the copy
/// as after words that came late.
#[test]
fn b2_an_owner_is_not_sent_what_takes_the_place_of_their_words() {
    let (mut world, ada, ben, backup) = world();
    let forged = forged(&backup, "ten ");
    ada.append("two ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let carl = world.join("carl", true);
    let id = join(&mut world, "ada", &ada);
    let updates = |world: &World, id: SessionId| -> Vec<Vec<u8>> {
        let frames = world.mailboxes[&id].frames.iter();
        let updates = frames.filter_map(|frame| match Message::decode(frame) {
            Ok(Message::Update(update)) => Some(update.to_vec()),
            _ => None,
        });
        updates.collect()
    };
    assert_eq!(updates(&world, id), Vec::<Vec<u8>>::new());
    ben.apply(&forged.diff(&[0]));
    for update in updates(&world, carl) {
        ben.apply(&update);
    }
    assert_eq!(ben.text(), "one two ");
}

/// A hostile editor's words under the id of somebody who is not here are what another device of hers gets from the log. They are not
/// hers for that.
#[test]
fn b2_what_another_device_has_from_the_log_is_not_taken_for_the_owners_own() {
    let (mut world, ada, _, backup) = world();
    ada.append("two ");
    let forged = forged(&backup, "ten ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let phone = Replica::new(70);
    phone.apply(&world.disks.script.whole());
    join(&mut world, "ada", &phone);
    assert_eq!(world.text(), "one ten ");

    let id = world.join("ada", true);
    let first = ada.diff(&asked_over_http(&world, "ada"));
    world.send(id, &Message::Step2(&first));
    world.read_all();
    show(&mut world, id, 7);
    let answer = ada.diff(&asked(&world, id));
    world.send(id, &Message::Step2(&answer));
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), "one two ");
}

/// The relay asked for what comes after ada's words before it knew that the document which wrote them is here. What she answers to that would stand after
/// what she never wrote, and be seen there, until she has answered the next question.
#[test]
fn b2_what_comes_after_words_that_are_to_be_compared_waits() {
    let (mut world, ada, _, backup) = world();
    ada.append("two ");
    ada.append("three ");
    let forged = forged(&backup, "ten ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let phone = Replica::new(70);
    phone.apply(&world.disks.script.whole());
    join(&mut world, "ada", &phone);

    let id = world.join("ada", true);
    let first = ada.diff(&asked_over_http(&world, "ada"));
    world.read_all();
    show(&mut world, id, 7);
    let second = ada.diff(&asked(&world, id));
    world.send(id, &Message::Step2(&first));
    assert_eq!(world.text(), "one ten ");
    world.send(id, &Message::Step2(&second));
    assert_eq!(world.text(), "one two three ");
    assert_eq!(
        acks(&mut world, id),
        [
            "ack 0 RetryLater those whose words these are have yet to bring them",
            "ack 0 Refused what somebody else had brought back as client id 7 was another copy"
        ]
    );
}

/// Ada has shown an id, and what she wrote under it waited on her laptop. What ben has made up under it is on her phone, too; the laptop, whose page is another one
/// by now, has more of it than the log, and was not asked for what the log has.
#[test]
fn b2_who_has_more_of_an_owners_words_is_compared() {
    let mut world = World::new(Config::default());
    let ada = Replica::new(7);
    let id = world.join("ada", true);
    show(&mut world, id, 7);
    world.leave(id);
    let forged = Replica::new(7);
    forged.append("ten ");
    join(&mut world, "ben", &forged);
    let phone = Replica::new(70);
    phone.apply(&world.disks.script.whole());
    join(&mut world, "ada", &phone);
    assert_eq!(world.text(), "ten ");

    ada.append("one ");
    ada.append("two ");
    let id = world.join("ada", true);
    show(&mut world, id, 71);
    world.send(id, &Message::Step2(&ada.diff(&asked(&world, id))));
    assert_eq!(world.text(), "ten ");
    world.send(id, &Message::Step2(&ada.diff(&asked(&world, id))));
    assert_eq!(world.text(), "one two ");
    assert_eq!(
        acks(&mut world, id),
        [
            "ack 0 RetryLater those whose words these are have yet to bring them",
            "ack 0 Refused what somebody else had brought back as client id 7 was another copy"
        ]
    );
}

/// Carl has heard ada's words before they were lost. He is told that the log has something else under their ids.
#[test]
fn b2_who_has_something_else_under_a_closed_id_starts_over() {
    let (mut world, ada, _, backup) = world();
    let carl = Replica::new(9);
    carl.apply(&backup.script.whole());
    carl.apply(&ada.append("two "));
    let forged = forged(&backup, "ten ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    join(&mut world, "ada", &ada);
    let id = join(&mut world, "carl", &carl);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    let again = Replica::new(10);
    again.apply(&world.disks.script.whole());
    let id = join(&mut world, "carl", &again);
    assert_eq!(acks(&mut world, id), ["ack 0 Stored"]);
}

/// Carl has heard of the deletion, too, so that of what differs nothing is left with him; the rest is there, where the log has used it up.
#[test]
fn b2_who_has_what_is_used_up_under_a_closed_id_starts_over() {
    let (mut world, ada, _, backup) = world();
    let carl = Replica::new(9);
    carl.apply(&backup.script.whole());
    carl.apply(&ada.append("two "));
    let forged = forged(&backup, "x");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    join(&mut world, "ada", &ada);
    carl.apply(&world.disks.script.whole());
    let id = join(&mut world, "carl", &carl);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
}

/// Whoever makes up words for the end of it says nothing that differs from what is there.
#[test]
fn b2_nobody_goes_on_with_a_closed_id() {
    let (mut world, ada, _, backup) = world();
    ada.append("two ");
    let forged = forged(&backup, "ten ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    join(&mut world, "ada", &ada);
    let text = world.text();
    let log = world.disks.script.whole();
    let log = Update::decode(&log).unwrap();
    let closed = log.sections().iter().find(|one| one.client == 7);
    let next = u8::try_from(closed.unwrap().end_clock).unwrap();
    let id = world.join("ben", true);
    world.read_all();
    let made_up = [1, 1, 7, next, 4, 1, 4, b't', b'e', b'x', b't', 1, b'x', 0];
    world.send(id, &Message::Step2(&made_up));
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), text);
}

/// A part was brought back as it was, and then somebody made up how it goes on: two pieces, and one difference.
#[test]
fn b2_the_owners_copy_takes_the_place_of_several_pieces_once() {
    let (mut world, ada, ben, backup) = world();
    ben.apply(&ada.append("two "));
    let forged = Replica::new(7);
    forged.apply(&ada.diff(&[0]));
    forged.append("x");
    ada.append("three ");
    world.restore(backup);
    join(&mut world, "ben", &ben);
    join(&mut world, "eve", &forged);
    join(&mut world, "ada", &ada);
    assert_eq!(world.text(), "one two three ");
}

/// What she went on with hangs on words that are used up under the old id.
#[test]
fn b2_an_owner_finds_their_words_under_the_other_id() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "ten eleven ");
    ada.append("two ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    join(&mut world, "ada", &ada);
    ada.append("three ");
    assert_eq!(started_over(&world, &ada), "one two three ");
}

/// A document counts as deleted what the relay has used up. Were that stored when somebody says it, what she deletes herself would be taken for what was
/// deleted to put her words in their place.
#[test]
fn b2_what_is_used_up_is_not_deleted_once_more() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "x ");
    ada.append("two ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    // Of more words of that kind, which the relay does not have: it is held.
    let id = world.join("eve", true);
    world.update(id, &[0, 1, 7, 1, 7, 1]);
    assert_eq!(world.disks.script.held.len(), 1);
    join(&mut world, "ada", &ada);
    let last = world.disks.script.entries.len();

    let carl = Replica::new(9);
    carl.apply(&world.disks.script.whole());
    for slept in [false, true] {
        if slept {
            world.sleep();
        }
        let id = world.join_as("carl", true, Access::lasting(Role::Viewer));
        let answer = carl.diff(&asked(&world, id));
        world.send(id, &Message::Step2(&answer));
        assert_eq!(acks(&mut world, id), ["ack 0 Stored"], "nothing is new");
    }
    // Nor is it by an edit.
    world.sleep();
    let id = world.join("carl", true);
    world.update(id, &[0, 1, 7, 1, 6, 2]);
    assert_eq!(world.disks.script.entries.len(), last, "nothing is new");
    // What was held is looked at again.
    world.sleep();
    let id = world.join("ben", true);
    world.update(id, &Replica::new(8).append("three "));
    assert!(world.disks.script.held.is_empty());
    let log = world.disks.script.whole();
    let log = Update::decode(&log).unwrap();
    assert_eq!(log.deletions().ranges(7).last(), Some(&(4..6)));
    // The last of her words.
    ada.delete(7);
    assert_eq!(started_over(&world, &ada), "one twothree ");
}

/// Her document was made anew, as another client, before she went on: what she wrote then is stored after her words as they stand now, and is
/// no other for that.
#[test]
fn b2_what_hangs_on_words_that_were_moved_is_there_once() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "ten eleven ");
    ada.append("two ");
    let anew = Replica::new(70);
    anew.apply(&ada.diff(&[0]));
    anew.append("three ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    join(&mut world, "ada", &anew);
    assert_eq!(world.text(), "one two three ");
    assert_eq!(started_over(&world, &anew), "one two three ");
}

/// And both ids were robbed.
#[test]
fn b2_moved_words_that_hang_on_moved_words_are_there_once() {
    let (mut world, ada, ..) = world();
    let id = world.join("ada", true);
    show(&mut world, id, 70);
    world.leave(id);
    let backup = world.disks.clone();
    ada.append("two ");
    let anew = Replica::new(70);
    anew.apply(&ada.diff(&[0]));
    anew.append("three ");
    world.restore(backup);
    for client in [7, 70] {
        let forged = Replica::new(client);
        forged.apply(&world.disks.script.whole());
        forged.append("x");
        join(&mut world, "ben", &forged);
    }
    join(&mut world, "ada", &anew);
    assert_eq!(world.text(), "one two three ");
    assert_eq!(started_over(&world, &anew), "one two three ");
}

/// Of what ada has deleted nothing is known but where it stands, and what she typed on from it stands there, too: after the words that were made up it
/// would stand elsewhere for everybody else.
#[test]
fn b2_what_an_owner_has_deleted_is_compared_by_where_it_stands() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "ab");
    ada.insert(0, "xytwo ");
    ada.delete(0);
    ada.delete(0);
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let id = join(&mut world, "ada", &ada);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), ada.text());
    assert_eq!(started_over(&world, &ada), ada.text());
}

/// The deletion names the old id. It cannot be told from one of made-up words that ada has heard of, and must not take hers away.
#[test]
fn b2_what_an_owner_deletes_before_they_hear_of_it_comes_back() {
    let (mut world, ada, _, backup) = world();
    ada.append("two ");
    let forged = forged(&backup, "ten eleven ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let id = join(&mut world, "ada", &ada);
    let deleted = ada.delete(5).expect("a letter");
    world.update(id, &deleted);
    assert_eq!(ada.text(), "one to ");
    assert_eq!(started_over(&world, &ada), "one two ");
}

/// Of what ada's document has collected nobody knows what it was, but that it is gone.
#[test]
fn b2_made_up_words_where_an_owner_has_collected_theirs_are_deleted() {
    let (mut world, _, _, backup) = world();
    let forged = forged(&backup, "ten ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    assert_eq!(world.text(), "one ten ");
    let id = world.join("ada", true);
    show(&mut world, id, 7);
    // Four units that are collected, and deleted, behind the first four.
    let collected = [1, 1, 7, 4, 0, 4, 1, 7, 1, 4, 4];
    world.send(id, &Message::Step2(&collected));
    assert_eq!(acks(&mut world, id), ["ack 0 Stored"]);
    assert_eq!(world.text(), "one ");
    assert!(world.disks.script.recovered.is_empty());
}

/// Ada's words have another id since before the log was set back, and she does not know it. Carl's, which only she has seen, do not hang on hers; dora's do,
/// as she has them.
#[test]
fn b2_what_others_wrote_is_taken_from_who_starts_over() {
    let (mut world, ada, _, backup) = world();
    let forged = forged(&backup, "ten ");
    ada.append("two ");
    world.restore(backup);
    join(&mut world, "ben", &forged);
    let unheard = Replica::new(7);
    unheard.apply(&ada.diff(&[0]));
    join(&mut world, "ada", &ada);
    let backup = world.disks.clone();
    let (carl, dora) = (Replica::new(9), Replica::new(11));
    carl.apply(&world.disks.script.whole());
    dora.apply(&unheard.diff(&[0]));
    for update in [carl.insert(0, "three "), dora.append("four ")] {
        unheard.apply(&update);
    }
    world.restore(backup);
    let id = join(&mut world, "ada", &unheard);
    assert_eq!(
        acks(&mut world, id),
        ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
    );
    assert_eq!(world.text(), "three one two ");
    assert_eq!(last_entry(&world), (Origin::Recovered, "ada".to_owned()));
    assert_eq!(started_over(&world, &unheard), "three one two four ");
}

/// How a document reads that starts over, with its words as the relay has them.
/// What ben had made up as ada's was sent to another device of hers, which brings it after a restore: hers, but not what she has written.
#[test]
fn b2_what_another_device_of_the_owner_brings_is_compared() {
    for (ours, sleeps) in [(false, false), (false, true), (true, true)] {
        let (mut world, ada, _, backup) = world();
        let made_up = forged(&backup, "abc ");
        ada.append("two ");
        world.restore(backup);
        let id = world.join("ada", ours);
        show(&mut world, id, 9);
        let answer = made_up.diff(&asked(&world, id));
        world.send(id, &Message::Step2(&answer));
        assert_eq!(world.text(), "one abc ");
        assert_eq!(last_entry(&world), (Origin::Sync, "ada".to_owned()));
        if sleeps {
            world.sleep();
        }
        let id = world.join("ada", true);
        show(&mut world, id, 7);
        let answer = ada.diff(&asked(&world, id));
        world.send(id, &Message::Step2(&answer));
        assert_eq!(
            acks(&mut world, id),
            ["ack 0 Refused what somebody else had brought back as client id 7 was another copy"]
        );
        assert_eq!(world.text(), "one two ");
        assert_eq!(started_over(&world, &ada), "one two ");
    }
}

/// What carl wrote builds on what only ada has, and she is refused for what else she has.
#[test]
fn b2_what_waits_for_an_owners_copy_is_stored_with_it() {
    let (mut world, ada, _, backup) = world();
    let made_up = forged(&backup, "abc ");
    ada.append("two ");
    let (hers, carls) = (Replica::new(11), Replica::new(9));
    hers.apply(&ada.diff(&[0]));
    ada.apply(&hers.append("three "));
    carls.apply(&ada.diff(&[0]));
    world.restore(backup);
    join(&mut world, "ben", &made_up);
    let carl = world.join("carl", true);
    world.read_all();
    let update = carls.append("four ");
    batch(&mut world, carl, 1, &update);
    assert_eq!(
        acks(&mut world, carl),
        ["ack 1 Held it builds on what the relay does not have"]
    );
    join(&mut world, "ada", &ada);
    assert_eq!(world.text(), "one two three four ");
}

/// Of deleted words nobody knows whether they are the same. Where those that follow are made up, they are, too.
#[test]
fn b2_what_is_deleted_before_made_up_words_was_made_up_with_them() {
    let (mut world, ada, _, backup) = world();
    let made_up = forged(&backup, "xy ");
    made_up.delete(4);
    ada.append("ab ");
    world.restore(backup);
    join(&mut world, "ben", &made_up);
    assert_eq!(world.text(), "one y ");
    join(&mut world, "ada", &ada);
    assert_eq!(world.text(), "one ab ");
    assert_eq!(started_over(&world, &ada), "one ab ");
}

/// Two letters of two units each, of which the first are the same.
#[test]
fn b2_a_letter_moves_whole() {
    let (mut world, ada, _, backup) = world();
    let made_up = forged(&backup, "\u{1f600} ");
    ada.append("\u{1f601} ");
    world.restore(backup);
    join(&mut world, "ben", &made_up);
    assert_eq!(world.text(), "one \u{1f600} ");
    join(&mut world, "ada", &ada);
    assert_eq!(world.text(), "one \u{1f601} ");
    assert_eq!(started_over(&world, &ada), "one \u{1f601} ");
}

fn started_over(world: &World, own: &Replica) -> String {
    let theirs = world.disks.script.whole();
    let mine = disentangled(&theirs, &own.diff(&[0]), 5).expect("both are updates");
    let again = Replica::new(10);
    again.apply(&theirs);
    again.apply(&mine);
    assert!(!again.has_pending());
    again.text()
}

/// Comments are brought one by one: each counts, or who has many would begin with the first for ever.
#[test]
fn b2_an_owner_may_bring_their_copy_piece_by_piece() {
    let (mut world, ada, ben, backup) = world();
    let (two, three) = (ada.append("two "), ada.append("three "));
    ben.apply(&two);
    ben.apply(&three);
    world.restore(backup);
    join(&mut world, "ben", &ben);
    let id = world.join("ada", true);
    show(&mut world, id, 7);
    for (number, update) in [(1, &two), (2, &three)] {
        world.send(id, &Message::Batch { number, update });
    }
    assert_eq!(acks(&mut world, id), ["ack 1 Stored", "ack 2 Stored"]);
    assert!(world.disks.script.recovered.is_empty());
    assert_eq!(world.text(), "one two three ");
}
