//! Starting over after a final refusal: every word is in the script again, under ids that the relay takes.

#![expect(clippy::unwrap_used, reason = "a test unwraps what it has just made")]

use scriptroom_branch::start_over::{
    Offer, Refused, StartedOver, follow_over, kept, start_over, written,
};
use scriptroom_paragraphs::{Attributes, Color, ElementType, SettingValue, Styles, TitleEntry};
use scriptroom_room::check::Update;
use scriptroom_room::fork::disentangled;
use scriptroom_script::{Edit, Entry, InsertedLine, Options, Script};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn options(client_id: u64) -> Options {
    Options {
        client_id,
        seed: client_id,
    }
}

fn open(client_id: u64, state: &[u8]) -> Script {
    Script::load(options(client_id), &[state]).unwrap()
}

fn offer(client_id: u64) -> Offer {
    Offer {
        options: options(client_id),
        again: true,
        max_batch_bytes: 1 << 20,
        now_ms: 0,
    }
}

fn typed(script: &mut Script, at: u32, text: &str) -> Vec<u8> {
    let change = script.edit(&[Edit::text(at, at, text)], 0).unwrap();
    change.update.unwrap()
}

/// Starts `mine` over from `theirs` as client 900, and checks what holds for any of them.
fn started_over(mine: &Script, theirs: &[u8]) -> StartedOver {
    let refused = Refused {
        theirs,
        mine: &mine.encode_state(),
        seed: 5,
    };
    let started = start_over(mine, refused, offer(900)).unwrap();
    assert!(started.complete, "everything is there again");
    assert!(!started.script.can_undo(), "offering again is no step");
    // What another replica makes of the same bytes.
    let mut other = open(901, theirs);
    for update in &started.updates {
        other.apply_update(update).unwrap();
        let update = Update::decode(update).unwrap();
        assert!(
            update
                .sections()
                .iter()
                .all(|section| section.client == 900),
            "only the new client id has anything new"
        );
    }
    assert!(!other.has_pending(), "nothing refers to what was refused");
    assert_eq!(other.to_plain(), started.script.to_plain());
    // The change leads from what the editor shows to what the script is.
    let mut shown: Vec<u16> = mine.text().encode_utf16().collect();
    for change in started.change.text.iter().rev() {
        let insert = change.insert.encode_utf16();
        shown.splice(change.from as usize..change.to as usize, insert);
    }
    assert_eq!(String::from_utf16(&shown).unwrap(), started.script.text());
    let mut infos: Vec<_> = (0..mine.paragraph_count())
        .map(|index| mine.paragraph(index))
        .collect();
    for change in started.change.paragraphs.iter().rev() {
        infos.splice(
            change.from..change.from + change.removed,
            change.inserted.iter().cloned(),
        );
    }
    let count = started.script.paragraph_count();
    let wanted: Vec<_> = (0..count).map(|at| started.script.paragraph(at)).collect();
    assert_eq!(infos, wanted);
    started
}

#[test]
fn words_stand_where_they_were_typed_among_what_others_wrote_meanwhile() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Rain falls. The dog sleeps.");
    let mut mine = open(2, &relay.encode_state());
    typed(&mut mine, 4, " softly");
    typed(&mut mine, 34, " Thunder.");
    mine.edit(&[Edit::text(19, 22, "A")], 0).unwrap();
    typed(&mut relay, 0, "Night. ");
    typed(&mut relay, 34, " Still.");
    let started = started_over(&mine, &relay.encode_state());
    assert_eq!(
        started.script.text(),
        "Night. Rain softly falls. A dog sleeps. Still. Thunder."
    );
}

#[test]
fn elements_styles_numbers_and_the_title_page_come_again() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "INT. KITCHEN");
    let mut mine = open(2, &relay.encode_state());
    let lines = vec![
        InsertedLine::default(),
        InsertedLine::of(ElementType::Character, "ADA"),
        InsertedLine::of(ElementType::Dialogue, "Look, rain."),
    ];
    let insert = Edit::Replace {
        from: 12,
        to: 12,
        insert: lines,
    };
    mine.edit(&[insert], 0).unwrap();
    let element = Edit::SetElement {
        paragraphs: 0..1,
        element: ElementType::SceneHeading,
    };
    mine.edit(&[element], 0).unwrap();
    let color = Edit::SetAttributes {
        paragraph: 0,
        attributes: Attributes {
            color: Some(Color([0x1f, 0x6f, 0x43])),
            ..Attributes::default()
        },
    };
    mine.edit(&[color], 0).unwrap();
    let style = Edit::Format {
        from: 17,
        to: 21,
        style: Styles::BOLD,
        on: true,
    };
    mine.edit(&[style], 0).unwrap();
    let title = [TitleEntry {
        key: "Title".to_owned(),
        lines: vec!["Rain".to_owned()],
    }];
    mine.set_title_page(&title);
    let started = started_over(&mine, &relay.encode_state());
    assert_eq!(started.script.to_plain(), mine.to_plain());
    assert_eq!(started.script.title_page(), title);
    assert_eq!(
        started.script.paragraph(0).color,
        Some(Color([0x1f, 0x6f, 0x43]))
    );
    assert_eq!(started.script.scenes()[0].id, mine.scenes()[0].id);
}

#[test]
fn what_is_said_of_the_script_and_of_places_in_it_comes_again() {
    let mut first = open(1, &[0, 0]);
    typed(&mut first, 0, "INT. ONE she waits");
    let value = |text: &str| Entry::Value(SettingValue::Text(text.to_owned()));
    first.write_entries(&[
        ("preset".to_owned(), value("bbc")),
        ("old".to_owned(), value("x")),
    ]);
    let theirs = first.encode_state();
    let mut mine = open(2, &theirs);
    typed(&mut mine, 9, "and two ");
    mine.write_entries(&[
        ("preset".to_owned(), value("fountain")),
        ("old".to_owned(), Entry::Gone),
        ("l:2".to_owned(), Entry::Point(17, 7)),
        ("m:a".to_owned(), Entry::Stretch(9..17, 1)),
    ]);
    let started = started_over(&mine, &theirs);
    assert_eq!(started.script.entries(), mine.entries());
    let sorted = |script: &Script| {
        let mut places = script.places();
        places.sort();
        places
    };
    assert_eq!(sorted(&started.script), sorted(&mine));
    assert_eq!(sorted(&mine).len(), 2);
}

#[test]
fn a_script_that_the_relay_has_nothing_of_comes_strip_by_strip() {
    let sample = scriptroom_samples::generate(&scriptroom_samples::Options { seed: 7, pages: 30 });
    let mut mine = Script::new(options(2));
    mine.import(&sample);
    let started = started_over(&mine, &[0, 0]);
    assert_eq!(started.script.to_plain(), mine.to_plain());
    assert!(started.updates.len() > 20, "a batch for each strip");
}

#[test]
fn a_long_insertion_goes_out_in_pieces() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Begin. End.");
    let mut mine = open(2, &relay.encode_state());
    typed(&mut mine, 7, &"All work and no play 🎬. ".repeat(5_000));
    let started = started_over(&mine, &relay.encode_state());
    assert_eq!(started.script.text(), mine.text());
    let longest = started.updates.iter().map(Vec::len).max().unwrap();
    assert!(longest < 40_000, "the longest update has {longest} bytes");
}

#[test]
fn a_client_id_that_somebody_else_wrote_under_costs_neither_a_word() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Start. ");
    let before = relay.encode_state();
    // Both write under the id 2, and Eve's words are the relay's.
    let mut mine = open(2, &before);
    let mut eve = open(2, &before);
    relay
        .apply_update(&typed(&mut eve, 7, "Eve was here"))
        .unwrap();
    typed(&mut mine, 7, "Ada wrote this first");
    mine.edit(&[Edit::text(7, 10, "I")], 0).unwrap();
    let started = started_over(&mine, &relay.encode_state());
    let text = started.script.text();
    assert!(text.starts_with("Start. "), "{text}");
    for words in ["Eve was here", "I wrote this first"] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn what_was_stored_before_somebody_else_took_the_id_is_not_doubled() {
    let mut mine = Script::new(options(2));
    typed(&mut mine, 0, "Stored. ");
    let mut eve = open(2, &mine.encode_state());
    typed(&mut eve, 8, "Eve.");
    typed(&mut mine, 8, "Ada.");
    let started = started_over(&mine, &eve.encode_state());
    let text = started.script.text();
    assert_eq!(text.matches("Stored. ").count(), 1, "{text}");
    assert!(text.contains("Ada.") && text.contains("Eve."), "{text}");
}

/// The relay was set back twice: what was made up under its owner's id was sent here between, and what the owner has typed on since was added to it.
#[test]
fn words_that_are_the_same_again_after_made_up_ones_are_not_doubled() {
    let mut owner = Script::new(options(2));
    typed(&mut owner, 0, "Stored. ");
    let stored = owner.encode_state();
    let mut mine = open(5, &stored);
    let made_up = typed(&mut open(2, &stored), 0, "Twos ");
    mine.apply_update(&made_up).unwrap();
    typed(&mut owner, 8, "Tens ");
    for update in [
        typed(&mut owner, 13, "More. "),
        typed(&mut owner, 0, "Yet. "),
    ] {
        mine.apply_update(&update).unwrap();
    }
    typed(&mut mine, 0, "Mine. ");
    let started = started_over(&mine, &owner.encode_state());
    let text = started.script.text();
    for word in ["Stored. ", "Tens ", "More. ", "Yet. ", "Mine. "] {
        assert_eq!(text.matches(word).count(), 1, "{word}: {text:?}");
    }
    assert!(started.complete);
}

/// Two carried the same scene elsewhere at once, and the words of one got another id: it is known of these, too, that they are copies. One of them went
/// on to carry a part of that away.
#[test]
fn copies_are_known_as_such_under_another_id() {
    let mut base = Script::new(options(1));
    let lines = [("ONE", "alpha"), ("TWO", "beta"), ("THREE", "gamma")];
    let lines = lines.into_iter().flat_map(|(heading, action)| {
        let heading = InsertedLine::of(ElementType::SceneHeading, heading);
        [heading, InsertedLine::of(ElementType::Action, action)]
    });
    let insert = std::iter::once(InsertedLine::default()).chain(lines);
    let (from, to, insert) = (0, 0, insert.collect());
    let all = Edit::Replace { from, to, insert };
    base.edit(&[all], 0).unwrap();
    let state = base.encode_state();
    let moved = |script: &mut Script, heading: &str, before: Option<&str>| {
        let scenes = script.scenes();
        let find = |heading: &str| scenes.iter().find(|one| one.heading == heading).unwrap();
        let before = before.map(|heading| &find(heading).id);
        script.move_scene(&find(heading).id, before, 0).unwrap();
    };
    let mut relay = open(3, &state);
    moved(&mut relay, "TWO", None);
    let eve = typed(&mut open(2, &state), 0, "Eve. ");
    relay.apply_update(&eve).unwrap();
    let theirs = relay.encode_state();
    // Whose copies are taken back follows from the names of their strips.
    for seed in 10..18 {
        let client_id = 2;
        let mut mine = Script::load(Options { client_id, seed }, &[&state]).unwrap();
        moved(&mut mine, "TWO", Some("ONE"));
        let at = mine.text().find("beta").unwrap();
        let paragraph = mine.paragraph_at(u32::try_from(at).unwrap());
        let heading = Edit::SetElement {
            paragraphs: paragraph..paragraph + 1,
            element: ElementType::SceneHeading,
        };
        mine.edit(&[heading], 0).unwrap();
        moved(&mut mine, "beta", None);
        let own = disentangled(&theirs, &mine.encode_state(), 9).unwrap();
        let mut both = open(4, &theirs);
        both.apply_update(&own).unwrap();
        let text = both.text();
        for word in ["TWO", "beta", "alpha", "gamma", "Eve. "] {
            assert_eq!(text.matches(word).count(), 1, "{word}: {text:?}");
        }
    }
}

/// A scene was moved with the words that its writer has in it, and another one here with words that were made up under the same ids: these are no
/// two copies of the same.
#[test]
fn copies_of_made_up_words_take_nobodys_away() {
    let mut base = Script::new(options(1));
    let lines = [("ONE", "alpha"), ("TWO", "beta"), ("THREE", "gamma")];
    let lines = lines.into_iter().flat_map(|(heading, action)| {
        let heading = InsertedLine::of(ElementType::SceneHeading, heading);
        [heading, InsertedLine::of(ElementType::Action, action)]
    });
    let insert = std::iter::once(InsertedLine::default()).chain(lines);
    let (from, to, insert) = (0, 0, insert.collect());
    base.edit(&[Edit::Replace { from, to, insert }], 0).unwrap();
    let state = base.encode_state();
    let write = |client_id: u64, before: &str, text: &str| {
        let mut script = open(client_id, &state);
        let at = u32::try_from(script.text().find(before).unwrap()).unwrap();
        typed(&mut script, at, text)
    };
    let moved = |script: &mut Script, heading: &str| {
        let scenes = script.scenes();
        let scene = scenes.iter().find(|one| one.heading == heading).unwrap();
        script.move_scene(&scene.id, None, 0).unwrap();
    };
    let mut relay = open(3, &state);
    relay.apply_update(&write(2, "beta", "Ten. ")).unwrap();
    moved(&mut relay, "TWO");
    for client_id in [4, 5, 1 << 40] {
        let mut mine = open(client_id, &state);
        mine.apply_update(&write(2, "alpha", "Two. ")).unwrap();
        moved(&mut mine, "ONE");
        let started = started_over(&mine, &relay.encode_state());
        let text = started.script.text();
        for word in ["Two. alpha", "Ten. beta", "gamma", "ONE", "TWO", "THREE"] {
            assert_eq!(text.matches(word).count(), 1, "{word}: {text:?}");
        }
    }
}

#[test]
fn ids_stay_while_both_agree() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Rain.");
    let mut mine = open(2, &relay.encode_state());
    typed(&mut mine, 5, " More.");
    mine.edit(&[Edit::text(0, 2, "")], 0).unwrap();
    let state = mine.encode_state();
    assert_eq!(
        disentangled(&relay.encode_state(), &state, 9).unwrap(),
        state
    );
}

#[test]
fn another_tab_keeps_the_words_that_only_it_has() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Rain. ");
    let mut lead = open(2, &relay.encode_state());
    let refused_words = typed(&mut lead, 6, "Refused. ");
    let mut tab = open(3, &relay.encode_state());
    tab.apply_update(&refused_words).unwrap();
    typed(&mut tab, 15, "Only here.");
    typed(&mut relay, 0, "Night. ");
    let theirs = relay.encode_state();
    let mine = lead.encode_state();
    let refused = Refused {
        theirs: &theirs,
        mine: &mine,
        seed: 5,
    };
    let led = start_over(&lead, refused, offer(900)).unwrap();
    let mut made = vec![theirs.clone()];
    made.extend(led.updates);
    let followed = follow_over((&tab, &tab.encode_state()), refused, &made, offer(902)).unwrap();
    assert!(followed.complete);
    assert_eq!(followed.script.text(), "Night. Rain. Refused. Only here.");
    let mut other = led.script;
    for update in &followed.updates {
        other.apply_update(update).unwrap();
    }
    assert_eq!(other.to_plain(), followed.script.to_plain());
}

#[test]
fn another_tab_says_what_it_alone_had_when_the_words_are_left_out() {
    let mut relay = Script::new(options(1));
    typed(&mut relay, 0, "Rain. ");
    let mut lead = open(2, &relay.encode_state());
    let refused_words = typed(&mut lead, 6, "Refused. ");
    let mut tab = open(3, &relay.encode_state());
    tab.apply_update(&refused_words).unwrap();
    let theirs = relay.encode_state();
    let refused = Refused {
        theirs: &theirs,
        mine: &lead.encode_state(),
        seed: 5,
    };
    let made = [theirs.clone()];
    let follow =
        |tab: &Script| follow_over((tab, &tab.encode_state()), refused, &made, offer(902)).unwrap();
    assert!(
        follow(&tab).complete,
        "the other tab has a copy of all of it"
    );
    typed(&mut tab, 15, "Only here.");
    let followed = follow(&tab);
    assert!(
        !followed.complete,
        "a copy must be kept of this tab's words"
    );
    assert_eq!(followed.script.text(), "Rain. ");
    assert_eq!(followed.updates, Vec::<Vec<u8>>::new());
}

/// Random writers: what the relay has moves on while edits of every kind are refused.
#[test]
fn random_edits_of_every_kind_come_again() {
    for seed in 1..=150 {
        let mut random = Random(seed * 7_919);
        let mut relay = Script::new(options(1));
        for _ in 0..random.below(12) {
            random.edit(&mut relay);
        }
        let mut mine = open(2, &relay.encode_state());
        for _ in 0..=random.below(15) {
            random.edit(&mut mine);
            if random.below(3) == 0 {
                random.edit(&mut relay);
            }
        }
        started_over(&mine, &relay.encode_state());
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % limit
    }

    fn edit(&mut self, script: &mut Script) {
        let len = script.len_utf16();
        let from = self.below(len + 1);
        let to = (from + self.below(9)).min(len);
        let paragraph = self.below(script.paragraph_count() as u32) as usize;
        let edit = match self.below(8) {
            0..=2 => Edit::text(from, from, self.words()),
            3 => Edit::text(from, to, ""),
            4 => Edit::Replace {
                from,
                to,
                insert: self.lines(),
            },
            5 => Edit::SetElement {
                paragraphs: paragraph..paragraph + 1,
                element: self.element(),
            },
            6 => Edit::Format {
                from,
                to,
                style: [Styles::BOLD, Styles::ITALIC][self.below(2) as usize],
                on: self.below(3) > 0,
            },
            _ => return self.move_a_scene(script),
        };
        script.edit(&[edit], 0).unwrap();
    }

    fn move_a_scene(&mut self, script: &mut Script) {
        let scenes = script.scenes();
        if scenes.len() < 2 {
            return;
        }
        let which = self.below(scenes.len() as u32) as usize;
        let before = self.below(scenes.len() as u32) as usize;
        // A scene cannot stand before itself.
        let _ = script.move_scene(&scenes[which].id, Some(&scenes[before].id), 0);
    }

    fn words(&mut self) -> String {
        let all = ["rain ", "🎬", "Ada ", "x", "é ", "thunder and more "];
        all[self.below(6) as usize].to_owned()
    }

    fn element(&mut self) -> ElementType {
        let all = [
            ElementType::SceneHeading,
            ElementType::Action,
            ElementType::Character,
            ElementType::Dialogue,
        ];
        all[self.below(4) as usize]
    }

    fn lines(&mut self) -> Vec<InsertedLine> {
        (0..=self.below(3))
            .map(|_| match self.below(2) {
                0 => InsertedLine::new(self.words()),
                _ => {
                    let element = self.element();
                    InsertedLine::of(element, self.words())
                }
            })
            .collect()
    }
}

/// Somebody types into a document in which words of Ben's stand whose first ones have not come: all of Ben's, and what the document is made of.
fn behind_a_gap() -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut ben = Script::new(options(2));
    typed(&mut ben, 0, "First. ");
    let hangs = typed(&mut ben, 7, "It goes on. ");
    // What comes in from a file stands by itself.
    let mut file = Script::new(options(9));
    typed(&mut file, 0, "INT. KITCHEN");
    let stands = ben.import(&file.to_plain()).pop().unwrap().update.unwrap();
    let mut journal = vec![hangs, stands];
    let mut ada = Script::load(options(3), &journal).unwrap();
    let at = ada.len_utf16();
    journal.push(typed(&mut ada, at, " - DAY"));
    assert!(ada.text().ends_with("INT. KITCHEN - DAY"));
    assert!(ada.has_pending());
    (ben.encode_state(), journal)
}

#[test]
fn what_hangs_on_what_has_not_come_can_be_read_with_what_the_relay_has() {
    let (theirs, journal) = behind_a_gap();
    let mine = written(&journal).unwrap();
    assert!(!open(1, &mine).text().contains(" - DAY"), "not alone");
    let refused = Refused {
        theirs: &theirs,
        mine: &mine,
        seed: 5,
    };
    let copy = kept(refused, true).unwrap();
    assert!(open(1, &copy).text().ends_with("INT. KITCHEN - DAY"));
}

/// Somebody made words up under the id of a viewer, whose own the relay never had. What a co-writer typed behind them hangs in the viewer's document
/// on what is something else there, and takes its place.
#[test]
fn what_made_up_words_hide_is_in_the_copy() {
    let (mut ada, mut ben) = (Script::new(options(3)), Script::new(options(2)));
    let mut journal = vec![typed(&mut ada, 0, "INT. KITCHEN")];
    let bens = typed(&mut ben, 0, "EXT. GARDEN");
    let mut eve = open(3, &bens);
    let made_up = typed(&mut eve, 11, "NOW");
    ben.apply_update(&made_up).unwrap();
    let behind = typed(&mut ben, 14, " LATER");
    journal.extend([bens, made_up, behind]);
    let mine = written(&journal).unwrap();
    let alone = open(1, &mine).text();
    assert!(!alone.contains("INT. KITCHEN"), "not alone: {alone:?}");
    let refused = Refused {
        theirs: &ben.encode_state(),
        mine: &mine,
        seed: 5,
    };
    let copy = open(1, &kept(refused, false).unwrap()).text();
    assert!(copy.contains("INT. KITCHEN"), "{copy:?}");
    assert!(copy.contains("LATER"), "{copy:?}");
}

/// Somebody made words up under a writer's id, and they were deleted. The writer's page took that for its own words, which it has under the same ids.
#[test]
fn who_deletes_made_up_words_deletes_nobody_elses() {
    let (mut ada, mut ben) = (Script::new(options(3)), Script::new(options(2)));
    let mut journal = vec![typed(&mut ada, 0, "INT. KITCHEN")];
    let bens = typed(&mut ben, 0, "EXT. GARDEN");
    let mut eve = open(3, &bens);
    let made_up = typed(&mut eve, 11, " NOW");
    ben.apply_update(&made_up).unwrap();
    let gone = ben.edit(&[Edit::text(11, 15, "")], 0).unwrap();
    journal.extend([bens, made_up, gone.update.unwrap()]);
    for update in &journal[1..] {
        ada.apply_update(update).unwrap();
    }
    assert!(!ada.text().contains("INT. KITCHEN"), "it is gone there");
    let (theirs, mine) = (ben.encode_state(), written(&journal).unwrap());
    let refused = Refused {
        theirs: &theirs,
        mine: &mine,
        seed: 5,
    };
    let started = start_over(&ada, refused, offer(900)).unwrap();
    assert!(started.complete);
    assert!(started.script.text().contains("INT. KITCHEN"));
    assert!(!started.script.text().contains("NOW"));
    let copy = open(1, &kept(refused, false).unwrap());
    assert!(copy.text().contains("INT. KITCHEN"));
}

/// A relay that was restored does not have it either. What builds on nothing that is missing is said again, and in the copy.
#[test]
fn what_stands_beside_what_nobody_has_is_offered_again() {
    let (_, journal) = behind_a_gap();
    let ada = Script::load(options(3), &journal).unwrap();
    let mut other = Script::new(options(4));
    typed(&mut other, 0, "Elsewhere.");
    let refused = Refused {
        theirs: &other.encode_state(),
        mine: &written(&journal).unwrap(),
        seed: 5,
    };
    let started = start_over(&ada, refused, offer(900)).unwrap();
    assert!(!started.complete, "what hangs on it is not there");
    assert!(started.script.text().contains("INT. KITCHEN - DAY"));
    assert!(!started.script.has_pending());
    let copy = open(1, &kept(refused, true).unwrap());
    assert!(copy.text().contains("INT. KITCHEN - DAY"));
}

/// A co-writer's page was given somebody else's words under the writer's id, over the end of what it has of the writer's own.
#[test]
fn of_what_stands_under_an_id_with_two_meanings_the_first_is_written() {
    let (mut ada, mut eve) = (Script::new(options(3)), Script::new(options(3)));
    let journal = [
        typed(&mut ada, 0, "INT. KITCHEN"),
        typed(&mut ada, 12, " - DAY"),
        typed(&mut eve, 0, "EXT. GARDEN, LATER"),
    ];
    let copy = written(&journal).unwrap();
    assert_eq!(open(1, &copy).text(), "INT. KITCHEN - DAY");
}
