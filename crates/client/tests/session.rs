//! The client's side of the wire, against documents of the real kind and frames as the relay sends them.

#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use scriptroom_client::session::{Effect, Input, Replica, Session};
use scriptroom_room::Role;
use scriptroom_room::wire::{AckStatus, CloseCode, Message};
use scriptroom_script::{Edit, Options, Script};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A document with its session, as the package has them.
struct Client {
    script: Document,
    session: Session,
}

struct Document(Script);

impl Replica for Document {
    fn state_vector(&self) -> Vec<u8> {
        self.0.state_vector()
    }

    fn diff(&self, state_vector: &[u8]) -> Option<Vec<u8>> {
        self.0.encode_diff(state_vector).ok()
    }

    fn has_pending(&self) -> bool {
        self.0.has_pending()
    }
}

impl Client {
    fn new(client_id: u64) -> Client {
        let options = Options {
            client_id,
            seed: client_id,
        };
        Client {
            script: Document(Script::new(options)),
            session: Session::new(0, None),
        }
    }

    /// A client that has connected, greeted and been acknowledged.
    fn live(client_id: u64) -> Client {
        let mut client = Client::new(client_id);
        client.handle(Input::Connected { ours: true });
        client.greet(&[0]);
        client.ack(0, AckStatus::Stored);
        client
    }

    fn handle(&mut self, input: Input<'_>) -> Vec<Effect> {
        self.session.handle(input, &self.script)
    }

    fn receive(&mut self, message: &Message<'_>) -> Vec<Effect> {
        self.handle(Input::Frame(&message.encode()))
    }

    fn greet(&mut self, relay_has: &[u8]) -> Vec<Effect> {
        let hello = Message::Hello {
            epoch: "1",
            version: 1,
            max_update_bytes: 1 << 20,
        };
        let mut effects = self.receive(&hello);
        effects.extend(self.receive(&Message::Step1(relay_has)));
        effects.extend(self.receive(&Message::Step2(&[0, 0])));
        effects.extend(self.handle(Input::Applied));
        effects
    }

    fn ack(&mut self, number: u64, status: AckStatus) -> Vec<Effect> {
        self.receive(&Message::Ack {
            number,
            status,
            reason: "because",
        })
    }

    /// Types at the start, and returns the update and what the session makes of it.
    fn type_text(&mut self, text: &str) -> (Vec<u8>, Vec<Effect>) {
        let change = self.script.0.edit(&[Edit::text(0, 0, text)], 0).unwrap();
        let update = change.update.unwrap();
        let effects = self.handle(Input::Edited(&update));
        (update, effects)
    }
}

/// The text that the updates in the frames of these effects make together.
fn text_sent(effects: &[Effect]) -> String {
    let mut script = Script::new(Options {
        client_id: 99,
        seed: 99,
    });
    for effect in effects {
        if let Effect::Send(frame) = effect
            && let Message::Step2(update) | Message::Update(update) | Message::Batch { update, .. } =
                Message::decode(frame).unwrap()
        {
            script.apply_update(update).unwrap();
        }
    }
    script.text()
}

fn sends(effects: &[Effect]) -> usize {
    let is_send = |effect: &&Effect| matches!(effect, Effect::Send(_));
    effects.iter().filter(is_send).count()
}

#[test]
fn on_connecting_the_client_says_what_it_has() {
    let mut client = Client::new(1);
    let effects = client.handle(Input::Connected { ours: true });
    let step1 = Message::Step1(&client.script.state_vector()).encode();
    assert_eq!(effects, [Effect::Send(step1)]);
}

#[test]
fn an_edit_before_the_greeting_goes_out_with_the_answer() {
    let mut client = Client::new(1);
    client.handle(Input::Connected { ours: true });
    let (_, effects) = client.type_text("early");
    assert_eq!(effects, []);
    assert_eq!(client.session.unsaved(), 1);
    assert_eq!(text_sent(&client.greet(&[0])), "early");
}

#[test]
fn saved_means_acknowledged() {
    let mut client = Client::live(1);
    assert!(client.session.is_synced());
    let (update, effects) = client.type_text("word");
    let batch = Message::Batch {
        number: 1,
        update: &update,
    };
    assert_eq!(effects, [Effect::Send(batch.encode())]);
    assert!(!client.session.is_synced());
    assert_eq!(client.session.unsaved(), 1);
    assert_eq!(client.ack(1, AckStatus::Stored), [Effect::Saved]);
    assert!(client.session.is_synced());
}

#[test]
fn what_a_lost_connection_had_on_its_way_goes_out_again() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    assert_eq!(client.session.unsaved(), 1);
    client.type_text("another ");
    client.handle(Input::Connected { ours: true });
    assert_eq!(text_sent(&client.greet(&[0])), "another word");
    assert_eq!(client.session.unsaved(), 2);
    client.ack(0, AckStatus::Stored);
    assert_eq!(client.session.unsaved(), 0);
}

#[test]
fn a_held_batch_is_covered_by_the_next_answer() {
    let mut client = Client::live(1);
    client.type_text("word");
    assert_eq!(client.ack(1, AckStatus::Held), []);
    assert_eq!(client.session.unsaved(), 1);
    let effects = client.receive(&Message::Step1(&[0]));
    assert_eq!(text_sent(&effects), "word");
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

#[test]
fn what_the_relay_put_off_goes_out_whole_after_the_wait() {
    let mut client = Client::live(1);
    client.type_text("one ");
    assert_eq!(client.ack(1, AckStatus::RetryLater), [Effect::Wait(1)]);
    let (_, effects) = client.type_text("two ");
    assert_eq!(
        effects,
        [],
        "nothing goes out while the relay asks for patience"
    );
    let effects = client.handle(Input::Waited);
    assert_eq!(text_sent(&effects), "two one ");
    assert_eq!(client.ack(0, AckStatus::RetryLater), [Effect::Wait(2)]);
    client.handle(Input::Waited);
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

#[test]
fn batches_that_were_put_off_together_wait_once_and_what_comes_meanwhile_is_no_answer() {
    let mut client = Client::live(1);
    for word in ["one ", "two ", "three "] {
        client.type_text(word);
    }
    assert_eq!(client.ack(1, AckStatus::RetryLater), [Effect::Wait(1)]);
    // The relay has room again, but the second builds on the first: it asks for that, and must wait as well.
    assert_eq!(client.ack(2, AckStatus::Held), []);
    assert_eq!(client.receive(&Message::Step1(&[0])), []);
    assert_eq!(client.ack(3, AckStatus::RetryLater), []);
    assert_eq!(client.session.unsaved(), 3);
    assert_eq!(text_sent(&client.handle(Input::Waited)), "three two one ");
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

/// The numbers of the batches among these effects.
fn batches(effects: &[Effect]) -> Vec<u64> {
    let number = |effect: &Effect| match effect {
        Effect::Send(frame) => match Message::decode(frame).unwrap() {
            Message::Batch { number, .. } => Some(number),
            _ => None,
        },
        _ => None,
    };
    effects.iter().filter_map(number).collect()
}

#[test]
fn what_is_typed_while_two_batches_are_not_acknowledged_goes_out_as_one() {
    let mut client = Client::live(1);
    let mut sent = Vec::new();
    for text in ["a", "b", "c", "d", "e"] {
        sent.extend(client.type_text(text).1);
    }
    assert_eq!(batches(&sent), [1, 2]);
    assert_eq!(client.session.unsaved(), 5);
    let more = client.ack(1, AckStatus::Stored);
    assert_eq!(batches(&more), [3]);
    sent.extend(more);
    assert_eq!(text_sent(&sent), "edcba");
    assert_eq!(client.ack(2, AckStatus::Stored), []);
    assert_eq!(client.session.unsaved(), 3);
    assert_eq!(client.ack(3, AckStatus::Stored), [Effect::Saved]);
    assert_eq!(batches(&client.type_text("f").1), [4], "nothing waits");
}

#[test]
fn u6_edits_of_two_client_ids_that_have_waited_are_two_batches() {
    let mut client = Client::live(1);
    for text in ["a", "b", "c", "d"] {
        client.type_text(text);
    }
    let (of_the_tab, _) = Client::live(2).type_text("x");
    assert_eq!(client.handle(Input::Edited(&of_the_tab)), []);
    let sent = client.ack(1, AckStatus::Stored);
    assert_eq!(batches(&sent), [3, 4]);
    let second = Message::Batch {
        number: 4,
        update: &of_the_tab,
    };
    assert_eq!(sent[1], Effect::Send(second.encode()));
}

#[test]
fn what_is_deleted_while_the_relay_is_busy_goes_out_in_its_place() {
    let mut client = Client::live(1);
    let mut sent = Vec::new();
    for text in ["a", "b", "c"] {
        sent.extend(client.type_text(text).1);
    }
    let script = &mut client.script.0;
    let gone = script.edit(&[Edit::text(1, 2, "")], 0).unwrap();
    sent.extend(client.handle(Input::Edited(&gone.update.unwrap())));
    sent.extend(client.type_text("d").1);
    sent.extend(client.ack(1, AckStatus::Stored));
    assert_eq!(batches(&sent), [1, 2, 3, 4, 5]);
    assert_eq!(text_sent(&sent), "dca");
}

#[test]
fn what_is_large_stays_a_batch_of_its_own() {
    let mut client = Client::live(1);
    client.type_text("a");
    client.type_text("b");
    let long = "c".repeat(600 << 10);
    for text in ["x", "y", &long, &long, "z"] {
        assert_eq!(client.type_text(text).1, []);
    }
    let sent = client.ack(1, AckStatus::Stored);
    assert_eq!(batches(&sent), [3, 4, 5, 6]);
}

#[test]
fn what_waits_when_the_connection_ends_goes_out_with_the_answer_alone() {
    let mut client = Client::live(1);
    for text in ["a", "b", "c"] {
        client.type_text(text);
    }
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    assert_eq!(client.session.unsaved(), 3);
    client.handle(Input::Connected { ours: true });
    let effects = client.greet(&[0]);
    assert_eq!(text_sent(&effects), "cba");
    assert!(batches(&effects).is_empty());
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

/// Comments that were made offline go out one by one before the answer: more of them than the relay takes at once were offered for ever.
#[test]
fn what_was_put_off_before_an_answer_is_stored_with_it() {
    let mut client = Client::live(7);
    client.type_text("a");
    client.type_text("b");
    client.receive(&Message::Step1(&[0]));
    client.type_text("c");
    assert_eq!(client.ack(1, AckStatus::RetryLater), []);
    assert_eq!(client.ack(2, AckStatus::RetryLater), []);
    assert_eq!(client.ack(0, AckStatus::Stored), []);
    assert_eq!(client.session.unsaved(), 1);
    assert_eq!(client.ack(3, AckStatus::Stored), [Effect::Saved]);
    assert!(client.session.is_synced());
}

#[test]
fn after_a_final_no_the_relay_is_asked_for_all_that_it_has_and_sent_nothing() {
    let mut client = Client::live(1);
    client.type_text("word");
    let effects = client.ack(1, AckStatus::Refused);
    assert_eq!(effects[0], Effect::Branched("because".into()));
    assert_eq!(effects[1], Effect::Send(Message::Step1(&[0]).encode()));
    assert_eq!(client.type_text("more").1, []);
    assert_eq!(client.session.unsaved(), 2, "never a false saved");
    assert!(!client.session.is_synced());
    // Whatever else was on its way is refused or held too, and the relay may ask for it.
    assert_eq!(client.receive(&Message::Step1(&[0])), []);
    let whole = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(whole, [Effect::StartOver(vec![0, 0])]);
    client.handle(Input::StartedOver);
    // What two have carried at once may stand in it twice: it is looked at, once.
    let looks = client.handle(Input::Applied);
    assert_eq!(looks, [Effect::Incoming(vec![0, 0])]);
    assert_eq!(client.handle(Input::Applied), []);
    assert_eq!(client.session.unsaved(), 0);
    let (_, effects) = client.type_text("again");
    assert_eq!(sends(&effects), 1);
    assert_eq!(client.ack(2, AckStatus::Stored), [Effect::Saved]);
    assert!(client.session.is_synced());
}

#[test]
fn a_document_that_has_not_started_over_yet_asks_again_on_the_next_connection() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.ack(1, AckStatus::Refused);
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    let effects = client.handle(Input::Connected { ours: true });
    assert_eq!(effects, [Effect::Send(Message::Step1(&[0]).encode())]);
    assert_eq!(client.receive(&Message::Step1(&[0])), []);
    assert!(!client.session.is_synced());
}

/// What the first connection had said was applied when the second had asked: the answer to that would have thrown away the words that were offered again.
#[test]
fn who_has_started_over_does_not_do_so_again_from_another_connections_answer() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.ack(1, AckStatus::Refused);
    let theirs = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(theirs, [Effect::StartOver(vec![0, 0])]);
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    client.handle(Input::Connected { ours: true });
    client.handle(Input::StartedOver);
    let answer = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(answer, [Effect::Incoming(vec![0, 0])]);
}

#[test]
fn a_document_that_what_the_relay_has_does_not_fit_starts_over() {
    let mut client = Client::live(1);
    let effects = client.handle(Input::Unfit("because"));
    assert_eq!(effects[0], Effect::Branched("because".into()));
    assert_eq!(effects[1], Effect::Send(Message::Step1(&[0]).encode()));
    assert!(!client.session.is_synced());
    let theirs = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(theirs, [Effect::StartOver(vec![0, 0])]);
}

#[test]
fn an_answer_to_an_earlier_question_is_not_taken_for_everything() {
    let mut client = Client::new(1);
    client.type_text("word");
    client.handle(Input::Connected { ours: true });
    client.receive(&Message::Step1(&[0]));
    client.ack(0, AckStatus::Refused);
    let first = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(first, [Effect::Incoming(vec![0, 0])]);
    let second = client.receive(&Message::Step2(&[0, 0]));
    assert_eq!(second, [Effect::StartOver(vec![0, 0])]);
}

#[test]
fn another_log_takes_back_what_was_saved_until_it_has_it() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.ack(1, AckStatus::Stored);
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    client.handle(Input::Connected { ours: true });
    let hello = Message::Hello {
        epoch: "2",
        version: 1,
        max_update_bytes: 1 << 20,
    };
    assert_eq!(client.receive(&hello), [Effect::NewLog("2".into())]);
    assert_eq!(client.session.unsaved(), 1);
    assert_eq!(text_sent(&client.receive(&Message::Step1(&[0]))), "word");
    client.receive(&Message::Step2(&[0, 0]));
    client.handle(Input::Applied);
    assert!(!client.session.is_synced());
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
    assert!(client.session.is_synced());
    assert_eq!(client.receive(&hello), []);
}

/// A log that was set back lacks others' words, too: started over from it, this would say them all again.
#[test]
fn what_another_log_has_refused_is_offered_to_this_one() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.ack(1, AckStatus::Refused);
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    client.handle(Input::Connected { ours: true });
    let hello = Message::Hello {
        epoch: "2",
        version: 1,
        max_update_bytes: 1 << 20,
    };
    client.receive(&hello);
    assert_eq!(text_sent(&client.receive(&Message::Step1(&[0]))), "word");
    let effects = client.receive(&Message::Step2(&[0, 0]));
    assert!(matches!(effects[..], [Effect::Incoming(_)]), "{effects:?}");
    client.handle(Input::Applied);
    client.ack(0, AckStatus::Stored);
    assert!(client.session.is_synced());
}

#[test]
fn a_log_that_has_lost_what_it_had_stored_is_given_it_before_anything_is_called_saved() {
    let mut client = Client::live(1);
    client.type_text("word");
    client.ack(1, AckStatus::Stored);
    client.handle(Input::Disconnected {
        code: 1006,
        reason: "",
    });
    client.handle(Input::Connected { ours: true });
    assert_eq!(text_sent(&client.greet(&[0])), "word");
    assert_eq!(client.session.unsaved(), 1);
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

#[test]
fn a_close_that_retrying_cannot_help_refuses() {
    let mut client = Client::live(1);
    let effects = client.handle(Input::Disconnected {
        code: 4004,
        reason: "no such script",
    });
    assert_eq!(effects, [Effect::Refused("no such script".into())]);
}

#[test]
fn a_live_update_over_the_limit_goes_out_as_an_answer() {
    let mut client = Client::live(1);
    let long = "a".repeat((1 << 20) + 10);
    let (_, effects) = client.type_text(&long);
    assert_eq!(sends(&effects), 1);
    assert_eq!(text_sent(&effects), long);
    let Effect::Send(frame) = &effects[0] else {
        panic!("expected a frame first");
    };
    assert!(matches!(Message::decode(frame), Ok(Message::Step2(_))));
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
}

#[test]
fn what_is_pending_is_asked_for_once() {
    let mut writer = Client::live(1);
    let (first, _) = writer.type_text("first ");
    let (second, _) = writer.type_text("second ");
    let mut reader = Client::live(2);
    let effects = reader.receive(&Message::Update(&second));
    assert_eq!(effects, [Effect::Incoming(second.clone())]);
    reader.script.0.apply_update(&second).unwrap();
    let asked = reader.handle(Input::Applied);
    assert_eq!(sends(&asked), 1);
    assert!(!reader.session.is_synced());
    assert_eq!(reader.handle(Input::Applied), []);
    reader.receive(&Message::Step2(&first));
    reader.script.0.apply_update(&first).unwrap();
    assert_eq!(reader.handle(Input::Applied), []);
    assert!(reader.session.is_synced());
    assert_eq!(reader.script.0.text(), "second first ");
}

#[test]
fn a_relay_without_acknowledgements_is_sent_plain_updates() {
    let mut client = Client::new(1);
    client.handle(Input::Connected { ours: false });
    client.receive(&Message::Step1(&[0]));
    let (update, effects) = client.type_text("word");
    assert_eq!(effects, [Effect::Send(Message::Update(&update).encode())]);
}

#[test]
fn malformed_frames_close_and_unknown_types_do_not() {
    let mut client = Client::live(1);
    assert!(matches!(
        client.handle(Input::Frame(&[0, 1, 200]))[..],
        [Effect::Close(1002, _)]
    ));
    assert_eq!(client.handle(Input::Frame(&[77])), []);
}

#[test]
fn presence_is_announced_again_on_each_connection() {
    let mut client = Client::new(1);
    client.handle(Input::Present {
        client: 1,
        state: Some("{}"),
    });
    let effects = client.handle(Input::Connected { ours: true });
    assert_eq!(sends(&effects), 2);
    let Effect::Send(frame) = &effects[1] else {
        panic!("expected a frame");
    };
    let mut other = Client::live(2);
    assert_eq!(other.handle(Input::Frame(frame)), [Effect::Presence]);
    assert_eq!(other.session.peers().next().unwrap().client, 1);
    let gone = Input::Disconnected {
        code: 1006,
        reason: "",
    };
    assert_eq!(other.handle(gone), [Effect::Presence]);
}

#[test]
fn r6_a_new_token_is_shown_and_what_it_gives_is_told() {
    let mut client = Client::live(1);
    let shown = client.handle(Input::Renew("a.b.c"));
    assert_eq!(shown, [Effect::Send(Message::Renew("a.b.c").encode())]);
    let access = Message::Access {
        role: Role::Commenter,
        expires_in_ms: 60_000,
    };
    let told = [Effect::Access(Role::Commenter, 60_000)];
    assert_eq!(client.receive(&access), told);
    let renewed = |status, reason| Message::Renewed { status, reason };
    assert_eq!(client.receive(&renewed(AckStatus::Stored, "")), []);
    for status in [AckStatus::Refused, AckStatus::RetryLater] {
        let refused = [Effect::NotRenewed("not this one".to_owned())];
        assert_eq!(client.receive(&renewed(status, "not this one")), refused);
    }
}

/// Whoever may not write answers nothing that comes; when all who are here were readers, the first who is let does.
#[test]
fn r7_who_is_let_to_write_looks_at_what_came_before() {
    let mut client = Client::live(1);
    let mut told = |role| {
        let expires_in_ms = 0;
        let effects = client.receive(&Message::Access {
            role,
            expires_in_ms,
        });
        assert_eq!(effects[0], Effect::Access(role, expires_in_ms));
        effects[1..].to_vec()
    };
    let looks = [Effect::Incoming(vec![0, 0])];
    assert_eq!(told(Role::Editor), []);
    assert_eq!(told(Role::Viewer), []);
    assert_eq!(told(Role::Commenter), []);
    assert_eq!(told(Role::Editor), looks);
    assert_eq!(told(Role::Owner), []);
    assert_eq!(told(Role::Commenter), []);
    assert_eq!(told(Role::Owner), looks);
}

#[test]
fn a_token_is_shown_to_our_own_relay_alone() {
    let mut client = Client::new(1);
    assert_eq!(client.handle(Input::Renew("a.b.c")), []);
    client.handle(Input::Connected { ours: false });
    assert_eq!(client.handle(Input::Renew("a.b.c")), []);
}

#[test]
fn what_was_typed_when_a_token_ended_goes_out_when_there_is_another() {
    let mut client = Client::live(1);
    client.type_text("typed ");
    let expired = Input::Disconnected {
        code: CloseCode::NotSignedIn.code(),
        reason: "the token has expired",
    };
    let refused = Effect::Refused("the token has expired".to_owned());
    assert_eq!(client.handle(expired), [refused]);
    client.type_text("later ");
    assert_eq!(client.session.unsaved(), 2);
    client.handle(Input::Connected { ours: true });
    let effects = client.greet(&[0]);
    assert_eq!(text_sent(&effects), "later typed ");
    assert_eq!(client.ack(0, AckStatus::Stored), [Effect::Saved]);
    assert_eq!(client.session.unsaved(), 0);
}

/// A relay that was set back has lost it: what an answer does not have comes as an update, if it comes at all.
#[test]
fn what_the_relay_does_not_have_either_is_asked_for_once() {
    let (mut ada, mut bob) = (Client::new(1), Client::live(2));
    let (lost, _) = ada.type_text("lost ");
    let (after, _) = ada.type_text("after");
    let ask = Effect::Send(Message::Step1(&bob.script.state_vector()).encode());
    bob.receive(&Message::Update(&after));
    bob.script.0.apply_update(&after).expect("an update");
    assert_eq!(bob.handle(Input::Applied), [ask]);
    for _ in 0..3 {
        bob.receive(&Message::Step2(&[0, 0]));
        assert_eq!(bob.handle(Input::Applied), []);
    }
    bob.script.0.apply_update(&lost).expect("an update");
    assert_eq!(bob.handle(Input::Applied), []);
    assert!(!bob.script.has_pending());
}
