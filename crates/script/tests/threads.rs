//! Comments: what is said at once is all there, whose it is, and where it is anchored whatever becomes of the text.

use scriptroom_paragraphs::ElementType;
use scriptroom_script::{
    Anchor, Anchored, Edit, InsertedLine, Nth, Options, SceneId, Script, Thread, Threads,
};

/// Client ids whose tens are equal are one person's.
fn same(one: u64, other: u64) -> bool {
    one / 10 == other / 10
}

fn replica(client: u64) -> Threads {
    Threads::load::<&[u8]>(client, &[]).expect("nothing is an update")
}

fn deliver(to: &mut Threads, updates: &[Vec<u8>]) {
    for update in updates {
        to.apply_update(update).expect("an update");
    }
    assert!(!to.has_pending());
}

fn said(threads: &Threads) -> Vec<String> {
    let shown = |thread: &Thread| {
        let comments = thread.comments.iter();
        let comments = comments.map(|comment| format!("{}: {}", comment.client, comment.text));
        let comments: Vec<String> = comments.collect();
        let resolved = if thread.resolved { " (done)" } else { "" };
        format!("{}{resolved}", comments.join(" | "))
    };
    threads.list(&same).iter().map(shown).collect()
}

fn called(threads: &Threads) -> Vec<String> {
    let names = threads.names().into_iter();
    let shown = names.map(|said| format!("{} by {}: {}", said.person, said.client, said.name));
    shown.collect()
}

fn any_place() -> Anchor {
    script(&[(ElementType::Action, "Rain.")]).anchor_at(0..4)
}

/// A thread by client 10, and what another replica that has it needs.
fn begun() -> (Threads, String, Threads) {
    let mut ada = replica(10);
    let (id, update) = ada.add(&any_place(), "Rain", "Why?", 1);
    let mut ben = replica(20);
    deliver(&mut ben, &[update]);
    (ada, id, ben)
}

#[test]
fn what_is_said_at_once_is_all_there_and_in_one_order() {
    let (mut ada, id, mut ben) = begun();
    let from_ada: Vec<Vec<u8>> = (0..20)
        .map(|n| ada.reply(&id, &format!("a{n}"), 2).expect("the thread"))
        .collect();
    let mut from_ben: Vec<Vec<u8>> = (0..20)
        .map(|n| ben.reply(&id, &format!("b{n}"), 2).expect("the thread"))
        .collect();
    from_ben.push(ben.add(&any_place(), "Rain", "And here?", 3).1);
    deliver(&mut ben, &from_ada);
    deliver(&mut ada, &from_ben);
    assert_eq!(said(&ada), said(&ben));
    let threads = ada.list(&same);
    assert_eq!((threads.len(), threads[0].comments.len()), (2, 41));
    for n in 0..20 {
        for words in [format!("10: a{n}"), format!("20: b{n}")] {
            assert!(said(&ada)[0].contains(&words), "{words}");
        }
    }
}

#[test]
fn what_was_said_behind_a_gap_is_given_on() {
    let mut ada = replica(10);
    let mut add = |text| ada.add(&any_place(), "Rain", text, 1).1;
    let [first, second, third] = ["Why?", "And here?", "And there?"].map(&mut add);
    let (mut ben, mut carol) = (replica(20), replica(30));
    deliver(&mut ben, &[first.clone(), third]);
    deliver(&mut carol, &[first, second]);
    let lacks = ben.encode_diff(&carol.state_vector());
    deliver(&mut carol, &[lacks.expect("it is a state vector")]);
    assert_eq!(said(&carol), said(&ada));
}

#[test]
fn an_edit_counts_when_it_is_by_the_author_from_whatever_opening() {
    let (mut ada, id, mut ben) = begun();
    let comment = ada.list(&same)[0].comments[0].id.clone();
    // Ben's own client would not offer it; one that does has said nothing.
    let forged = ben
        .edit(&id, &comment, "I agree with Ben.", 5)
        .expect("it is there");
    let mut later = Threads::load(11, &[ada.encode_state()]).expect("a state");
    let edited = later
        .edit(&id, &comment, "Why rain?", 6)
        .expect("it is there");
    for one in [&mut ada, &mut ben] {
        deliver(one, &[forged.clone(), edited.clone()]);
        assert_eq!(said(one), ["10: Why rain?"]);
        assert_eq!(one.list(&same)[0].comments[0].edited_ms, Some(6));
    }
}

#[test]
fn a_reply_to_what_is_taken_away_at_the_same_moment_stays() {
    let (mut ada, id, mut ben) = begun();
    let comment = ada.list(&same)[0].comments[0].id.clone();
    let edited = ada
        .edit(&id, &comment, "Why rain?", 2)
        .expect("it is there");
    deliver(&mut ben, &[edited]);
    let removed = ada.remove(&id, &comment, &same).expect("it is there");
    assert_eq!(
        said(&ada),
        Vec::<String>::new(),
        "a thread without a word is none"
    );
    let reply = ben.reply(&id, "For the mood.", 3).expect("the thread");
    deliver(&mut ada, &[reply]);
    deliver(&mut ben, &[removed]);
    assert_eq!(said(&ada), ["20: For the mood."]);
    assert_eq!(said(&ben), said(&ada));
}

#[test]
fn a_thread_is_resolved_and_opened_again() {
    let (mut ada, id, mut ben) = begun();
    assert_eq!(ada.resolve(&id, false), None, "it is not resolved");
    let resolved = ben.resolve(&id, true).expect("it was not");
    assert_eq!(ben.resolve(&id, true), None);
    deliver(&mut ada, &[resolved]);
    assert_eq!(said(&ada), ["10: Why? (done)"]);
    ada.resolve(&id, false).expect("it was");
    assert_eq!(said(&ada), ["10: Why?"]);
}

#[test]
fn what_the_relay_will_never_take_is_said_again_under_another_id() {
    let (mut ada, id, ben) = begun();
    let theirs = ben.encode_state();
    let reply = ada.reply(&id, "Because.", 2).expect("the thread");
    deliver(&mut ada, &[reply]);
    let lost = ada.list(&same)[0].comments[1].id.clone();
    ada.edit(&id, &lost, "Because of the mood.", 3)
        .expect("it is there");
    ada.add(&any_place(), "Rain", "And here?", 4);
    let (over, updates) = ada.over(&theirs, 12).expect("a state");
    assert_eq!(
        said(&over),
        ["10: Why? | 12: Because of the mood.", "12: And here?"]
    );
    // Each update brings what is new and nothing that is refused.
    let mut relay = ben;
    deliver(&mut relay, &updates);
    assert_eq!(said(&relay), said(&over));
    assert!(over.list(&same).iter().all(|thread| thread.quote == "Rain"));
}

/// Of two threads under one id one is gone, with all that was said in it: it was, and what its author had said meanwhile with it.
#[test]
fn d7_a_thread_that_is_not_there_is_said_again_beside_what_its_author_brings() {
    for client in [5, 22] {
        let (mut ada, id, ben) = begun();
        let (mut over, again) = ben.over(&[0, 0], client).expect("a state");
        let reply = ada.reply(&id, "Because.", 2).expect("the thread");
        deliver(&mut ada, &again);
        deliver(&mut over, &[ada.encode_state()]);
        for one in [&ada, &over] {
            let mut said = said(one);
            said.sort();
            let theirs = format!("{client}: Why?");
            assert_eq!(said, ["10: Why? | 10: Because.".to_owned(), theirs]);
        }
        let mut relay = replica(1);
        deliver(&mut relay, &again);
        deliver(&mut relay, &[begun().0.encode_state(), reply]);
        assert_eq!(said(&relay), said(&ada));
    }
}

#[test]
fn nonsense_in_the_document_is_left_out() {
    use yrs::{Any, Array, ArrayPrelim, Map, MapPrelim, ReadTxn, Transact};
    let doc = yrs::Doc::with_client_id(7);
    let root = doc.get_or_insert_map("threads");
    let mut txn = doc.transact_mut();
    root.insert(&mut txn, "number", 5);
    root.insert(&mut txn, "empty", MapPrelim::default());
    let thread = root.insert(&mut txn, "odd", MapPrelim::default());
    thread.insert(&mut txn, "a", "nowhere");
    thread.insert(&mut txn, "q", 7);
    let entries = thread.insert(&mut txn, "c", ArrayPrelim::default());
    let entry = |parts: Vec<Any>| Any::Array(parts.into());
    entries.push_back(&mut txn, "a string 🎬");
    entries.push_back(&mut txn, MapPrelim::default());
    entries.push_back(&mut txn, entry(vec![Any::from("too little")]));
    entries.push_back(&mut txn, entry(vec![Any::from("said"), Any::from(-5)]));
    drop(txn);
    let state = doc
        .transact()
        .encode_state_as_update_v1(&yrs::StateVector::default());
    let mut threads = Threads::load(10, &[state]).expect("a state");
    assert_eq!(said(&threads), ["7: said"]);
    let read = &threads.list(&same)[0];
    assert_eq!((read.anchor.clone(), read.quote.as_str()), (None, ""));
    assert_eq!(read.comments[0].time_ms, 0);
    assert!(threads.apply_update(&[9, 9, 9]).is_err());
    assert_eq!(threads.reply("number", "?", 1), None);
    assert_eq!(threads.edit("odd", "nothing", "?", 1), None);
    assert!(threads.remove("odd", &read.comments[0].id, &same).is_some());
    assert_eq!(said(&threads), Vec::<String>::new());
}

// Anchors

fn options(client_id: u64) -> Options {
    Options {
        client_id,
        seed: client_id,
    }
}

fn script(lines: &[(ElementType, &str)]) -> Script {
    let mut script = Script::new(options(1));
    // The first line goes into the paragraph that is there.
    let first = std::iter::once(InsertedLine::new("FADE IN:"));
    let lines = lines.iter();
    let lines = lines.map(|&(element, text)| InsertedLine::of(element, text));
    let insert = first.chain(lines).collect();
    let edit = Edit::Replace {
        from: 0,
        to: 0,
        insert,
    };
    script.edit(&[edit], 0).expect("it can be made");
    script
}

const KITCHEN: &str = "She waits at the window.";

fn two_scenes() -> Script {
    script(&[
        (ElementType::SceneHeading, "INT. KITCHEN - DAY"),
        (ElementType::Action, KITCHEN),
        (ElementType::SceneHeading, "EXT. YARD - DAY"),
        (ElementType::Action, "Rain."),
    ])
}

fn find(script: &Script, words: &str) -> std::ops::Range<u32> {
    let text = script.text();
    let (before, _) = text.split_once(words).expect("the words are there");
    let from = before.encode_utf16().count() as u32;
    from..from + words.encode_utf16().count() as u32
}

/// The words at which an anchor is.
fn at(script: &Script, anchor: &Anchor, quote: &str) -> String {
    match script.anchored(anchor, quote) {
        Anchored::At(range) => script.slice(range),
        other => format!("{other:?}"),
    }
}

fn delete(script: &mut Script, words: &str) {
    let range = find(script, words);
    let edit = Edit::text(range.start, range.end, "");
    script.edit(&[edit], 100).expect("it can be made");
}

#[test]
fn an_anchor_holds_through_typing_splitting_and_joining() {
    let mut script = two_scenes();
    let anchor = script.anchor_at(find(&script, "at the window"));
    let check = |script: &Script, expected: &str| {
        assert_eq!(at(script, &anchor, "at the window"), expected);
    };
    let start = find(&script, "at the").start;
    let typed = [Edit::text(0, 0, "1. "), Edit::text(start, start, "alone ")];
    script.edit(&typed, 10).expect("it can be made");
    check(&script, "at the window");
    let within = find(&script, "the window").start;
    let open = [Edit::text(within, within, "THE OPEN ")];
    script.edit(&open, 20).expect("it can be made");
    check(&script, "at THE OPEN the window");
    let split = Edit::Replace {
        from: within,
        to: within,
        insert: vec![InsertedLine::new(""), InsertedLine::new("")],
    };
    script.edit(&[split], 30).expect("it can be made");
    check(&script, "at \nTHE OPEN the window");
    let joined = [Edit::text(within, within + 1, "")];
    script.edit(&joined, 40).expect("it can be made");
    check(&script, "at THE OPEN the window");
}

#[test]
fn words_that_come_back_by_undo_are_found_and_anchored_anew() {
    let mut ada = two_scenes();
    let mut ben = Script::load(options(2), &[ada.encode_state()]).expect("a state");
    let anchor = ada.anchor_at(find(&ada, KITCHEN));
    ada.close_undo_group();
    delete(&mut ada, KITCHEN);
    assert_eq!(at(&ada, &anchor, KITCHEN), "Orphaned");
    ada.undo().expect("there is a step");
    let state = ada.encode_state();
    ben.apply_update(&state).expect("a state");
    for script in [&ada, &ben] {
        assert_eq!(at(script, &anchor, KITCHEN), KITCHEN);
    }
    let anew = ada
        .anchor_anew(&anchor, KITCHEN, None)
        .expect("the words have other ids");
    assert_eq!(ada.anchor_anew(&anew, KITCHEN, None), None);
    // It no longer depends on the quote.
    let range = find(&ben, "waits");
    let edit = [Edit::text(range.start, range.end, "stands")];
    ben.edit(&edit, 200).expect("it can be made");
    assert_eq!(at(&ben, &anchor, KITCHEN), "Orphaned");
    assert_eq!(at(&ben, &anew, KITCHEN), "She stands at the window.");
}

/// Whoever undoes something else meanwhile does not set it on other words, nor is it shown on them: those that were meant may come back.
#[test]
fn an_anchor_is_not_set_on_others_of_its_words_while_they_are_gone() {
    for (text, is_shown) in [
        ("the cat, the dog and the door", false),
        ("the cat, the dog", true),
    ] {
        let mut ada = script(&[
            (ElementType::SceneHeading, "INT. KITCHEN - DAY"),
            (ElementType::Action, text),
        ]);
        let start = find(&ada, "the dog").start;
        let anchor = ada.anchor_at(start..start + 3);
        ada.close_undo_group();
        let edit = [Edit::text(start, start + 4, "")];
        ada.edit(&edit, 100).expect("it can be made");
        let ben = Script::load(options(2), &[ada.encode_state()]).expect("a state");
        assert_eq!(ben.anchor_anew(&anchor, "the", None), None);
        // Where it is the only one it may have been written anew there by another program.
        assert_eq!(ben.anchored(&anchor, "the") != Anchored::Orphaned, is_shown);
        ada.undo().expect("there is a step");
        let Anchored::At(found) = ada.anchored(&anchor, "the") else {
            panic!("expected the words");
        };
        assert_eq!(found, start..start + 3);
    }
}

#[test]
fn an_anchor_goes_with_its_scene() {
    let mut script = two_scenes();
    let anchor = script.anchor_at(find(&script, "the window"));
    let scenes: Vec<SceneId> = script.scenes().into_iter().map(|scene| scene.id).collect();
    script
        .move_scene(&scenes[0], None, 50)
        .expect("there is such a scene");
    assert!(script.text().starts_with("FADE IN:\nEXT. YARD"));
    assert_eq!(at(&script, &anchor, "the window"), "the window");
}

#[test]
fn an_anchor_is_found_in_a_scene_that_was_carved() {
    // Three scenes that were typed into one strip: the middle one is copied when it moves.
    let mut script = script(&[(ElementType::Action, "Before.")]);
    let end = script.len_utf16();
    let lines = [
        (ElementType::SceneHeading, "INT. A"),
        (ElementType::Action, "One window."),
        (ElementType::SceneHeading, "INT. B"),
        (ElementType::Action, "Two windows."),
    ];
    let mut insert = vec![InsertedLine::new("")];
    insert.extend(lines.map(|(element, text)| InsertedLine::of(element, text)));
    let edit = Edit::Replace {
        from: end,
        to: end,
        insert,
    };
    script.edit(&[edit], 10).expect("it can be made");
    let before = find(&script, "Two windows");
    let anchor = script.anchor_at(before);
    // Of words that stand there three times the last ones.
    let last = find(&script, "ws").start;
    let thrice = script.anchor_at(last..last + 1);
    let nth = script.nth_quoted(&thrice, "w");
    assert_eq!(nth, Some(Nth { at: 2, of: 3 }));
    let scenes: Vec<SceneId> = script.scenes().into_iter().map(|scene| scene.id).collect();
    script
        .move_scene(&scenes[1], Some(&scenes[0]), 50)
        .expect("there are such scenes");
    assert!(find(&script, "INT. B").start < find(&script, "INT. A").start);
    assert_eq!(at(&script, &anchor, "Two windows"), "Two windows");
    let anew = script.anchor_anew(&anchor, "Two windows", Some(Nth { at: 0, of: 1 }));
    let anew = anew.expect("the copies have other ids");
    assert_eq!(at(&script, &anew, ""), "Two windows");
    assert_eq!(script.anchor_anew(&thrice, "w", None), None);
    let anew = script.anchor_anew(&thrice, "w", nth);
    let anew = anew.expect("it is known which were meant");
    let last = find(&script, "ws").start;
    assert_eq!(script.anchored(&anew, ""), Anchored::At(last..last + 1));
}

#[test]
fn the_quote_is_looked_for_in_the_same_scene_only() {
    let mut script = script(&[
        (ElementType::SceneHeading, "INT. KITCHEN - DAY"),
        (ElementType::Action, "A door. A window."),
        (ElementType::SceneHeading, "INT. HALL - DAY"),
        (ElementType::Action, "A window."),
    ]);
    let anchor = script.anchor_at(find(&script, "A window"));
    delete(&mut script, "A window");
    assert_eq!(at(&script, &anchor, "A window"), "Orphaned");
    let before = script.anchor_at(find(&script, "FADE IN:"));
    delete(&mut script, "FADE IN:");
    assert_eq!(at(&script, &before, "A window"), "Orphaned");
}

#[test]
fn an_anchor_in_text_that_has_not_come_is_pending() {
    let mut ada = two_scenes();
    let ben = Script::load(options(2), &[ada.encode_state()]).expect("a state");
    let end = ada.len_utf16();
    ada.edit(&[Edit::text(end, end, " More rain.")], 10)
        .expect("it can be made");
    let anchor = ada.anchor_at(find(&ada, "More rain"));
    assert_eq!(ben.anchored(&anchor, "More rain"), Anchored::Pending);
    assert_eq!(ben.anchor_anew(&anchor, "More rain", None), None);
    assert_eq!(
        Script::new(options(3)).anchored(&Anchor::default(), ""),
        Anchored::Orphaned
    );
}

#[test]
fn a_name_takes_the_place_of_ones_own_and_of_nobody_elses() {
    let (mut ada, mut ben) = (replica(10), replica(20));
    let first = ada.say_name("ada", "Ada", &|client| client == 10);
    deliver(&mut ben, &[first.expect("it is new")]);
    assert_eq!(ada.say_name("ada", "Ada", &|client| client == 10), None);
    // Who claims another's name leaves what they said.
    let claimed = ben.say_name("ada", "Nobody", &|client| client == 20);
    deliver(&mut ada, &[claimed.expect("it is new")]);
    assert_eq!(called(&ada), ["ada by 10: Ada", "ada by 20: Nobody"]);
    let (mut later, here) = (replica(11), |client| client < 20);
    deliver(&mut later, &[ada.encode_state()]);
    let second = later.say_name("ada", "Ada L.", &here);
    deliver(&mut ada, &[second.expect("it is new")]);
    assert_eq!(called(&ada), ["ada by 20: Nobody", "ada by 11: Ada L."]);
    assert_eq!(called(&ada), called(&later));
}
