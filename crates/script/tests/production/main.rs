//! Page setup, locked pages, scene numbers and revisions in the document, written by two people at once.
//!
//! Two writers each have a replica and lay the pages out by what it says. What both have seen is the same for both, whichever of
//! their client ids is the larger.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

#[path = "../support/mod.rs"]
mod support;
mod two;

use scriptroom_pages::{
    Preset, Production, RevisionColor, SettingValue, Write, Writes, scene_numbers,
};
use scriptroom_paragraphs::{Color, ElementType};
use scriptroom_script::{Edit, Entry, InsertedLine};
use support::Dice;
use two::{Two, Writer, check, check_pages, general, scenes};

#[test]
fn a_locked_page_begins_where_it_began_whatever_is_written_before_it() {
    let mut two = Two::new(
        (0..15)
            .map(|line| general(format!("line {line}")))
            .collect(),
    );
    two.anna.lock();
    two.anna.insert_before("line 3", &["new a", "new b"]);
    let top = two.ben.find("line 5");
    two.ben.edit(Edit::text(top, top, "at the top of it, "));
    two.meet();
    check(
        &two.ben,
        "1: line 0
         1A: line 3
         2: at the top of it, line 5
         3: line 10",
    );
}

#[test]
fn two_lock_at_once_and_one_of_them_has_written() {
    for ids in [[1, 2], [2, 1]] {
        let lines = (0..15).map(|line| general(format!("line {line}")));
        let mut two = Two::with_ids(lines.collect(), ids);
        two.anna.insert_before("line 7", &["new"]);
        two.anna.lock();
        two.ben.lock();
        two.meet();
        assert!(two.anna.production().is_locked);
        let before = two.anna.shown();
        two.ben.insert_before("line 12", &["more"]);
        two.meet();
        let locked = |shown: &str| {
            shown
                .lines()
                .filter(|line| !line.contains('A'))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            locked(&two.anna.shown())[..3],
            locked(&before)[..3],
            "no locked page moved"
        );
    }
}

#[test]
fn a_scene_that_is_moved_while_the_pages_are_locked_overflows_at_its_new_place() {
    for ids in [[1, 2], [2, 1]] {
        let mut two = Two::with_ids(scenes(&[5, 5, 5, 5]), ids);
        check(&two.anna, "1: INT. A\n2: INT. B\n3: INT. C\n4: INT. D");
        two.anna.lock();
        two.ben.move_scene("INT. B", None);
        two.meet();
        check(
            &two.anna,
            "1: INT. A
             3: INT. C
             4: INT. D
             4A: INT. B",
        );
        let passed_over = two.anna.pages().lock_diagnostics().to_vec();
        assert_eq!(passed_over.len(), 1);
        assert_eq!(
            passed_over[0].to_string(),
            "expected locked pages in the order of the text, got page 2 out of it"
        );
    }
}

#[test]
fn unlocking_wins_over_the_pages_that_another_locks_meanwhile() {
    for ids in [[1, 2], [2, 1]] {
        let lines = (0..12).map(|line| general(format!("line {line}")));
        let mut two = Two::with_ids(lines.collect(), ids);
        two.anna.lock();
        two.meet();
        two.anna.insert_before("line 2", &["a", "b"]);
        two.meet();
        // Anna locks the new page 1A, while Ben lets go of all of them.
        let writes = two.anna.production().lock_pages(&two.anna.pages());
        let only_new: Writes = writes
            .into_iter()
            .filter(|(name, _)| name != "locked")
            .collect();
        assert_eq!(
            only_new.len(),
            1,
            "locked pages are not written again: {only_new:?}"
        );
        two.anna.write(only_new);
        two.ben.unlock();
        two.meet();
        assert!(!two.ben.production().is_locked);
        assert_eq!(two.ben.pages().labels(), ["1", "2", "3"]);
        // Whoever locks again locks what there is now.
        two.ben.lock();
        two.meet();
        assert_eq!(two.anna.pages().labels(), ["1", "2", "3"]);
    }
}

#[test]
fn a_page_that_is_deleted_while_it_is_locked_leaves_its_number() {
    for ids in [[1, 2], [2, 1]] {
        let lines = (0..15).map(|line| general(format!("line {line:02}")));
        let mut two = Two::with_ids(lines.collect(), ids);
        two.anna.lock();
        two.ben.delete("line 05", "line 10");
        two.meet();
        check(&two.anna, "1: line 00\n2–3: line 10");
        // What is taken back stands on its page again, for both.
        let change = two.ben.script.undo().unwrap();
        two.ben.note(change);
        two.meet();
        check(&two.anna, "1: line 00\n2: line 05\n3: line 10");
    }
}

#[test]
fn what_is_locked_stays_with_a_scene_that_is_carved_out_to_be_moved() {
    // One strip, so that the scene has to be copied.
    let mut two = Two::new(vec![general("first")]);
    let lines = scenes(&[4, 7, 5]);
    let insert = lines
        .iter()
        .map(|paragraph| InsertedLine::of(paragraph.element, paragraph.text()));
    let insert: Vec<InsertedLine> = [InsertedLine::default()]
        .into_iter()
        .chain(insert)
        .collect();
    two.anna.edit(Edit::Replace {
        from: 5,
        to: 5,
        insert,
    });
    two.meet();
    check(&two.anna, "1: first\n2: INT. B\n3: INT. C");
    two.anna.lock();
    two.meet();
    let at = two.ben.find("INT. C");
    assert!(two.ben.script.places().iter().any(|place| place.from == at));
    two.ben.move_scene("INT. C", Some("INT. A"));
    two.meet();
    let at = two.anna.find("INT. C");
    let lock = two.anna.script.place("l:3").unwrap();
    assert_eq!(lock.from, at, "the lock went along");
    // And comes back with it.
    let change = two.ben.script.undo().unwrap();
    two.ben.note(change);
    two.meet();
    check(&two.anna, "1: first\n2: INT. B\n3: INT. C");
}

#[test]
fn a_line_that_becomes_a_heading_takes_its_lock_into_the_new_strip() {
    let lines = (0..9).map(|line| general(format!("line {line}")));
    let mut two = Two::new(lines.collect());
    two.anna.delete("line 6", "line 8");
    two.anna.edit(Edit::text(
        two.anna.find("line 8"),
        two.anna.script.len_utf16(),
        "INT. PORCH",
    ));
    two.anna.delete("line 5", "INT.");
    two.meet();
    check(&two.anna, "1: line 0\n2: INT. PORCH");
    two.anna.lock();
    let last = two.anna.script.paragraph_count() - 1;
    two.anna.edit(Edit::SetElement {
        paragraphs: last..last + 1,
        element: ElementType::SceneHeading,
    });
    two.anna.insert_before("line 0", &["more"]);
    two.meet();
    check(&two.ben, "1: more\n1A: line 4\n2: INT. PORCH");
}

#[test]
fn two_begin_a_revision_at_once_and_both_write_in_it() {
    for ids in [[1, 2], [2, 1]] {
        let lines = (0..8).map(|line| general(format!("line {line}")));
        let mut two = Two::with_ids(lines.collect(), ids);
        let first = two.anna.revise("11/21/26");
        let second = two.ben.revise("11/22/26");
        assert_eq!((first, second), (1, 1));
        for (writer, needle, id) in [
            (&mut two.anna, "line 1", "a"),
            (&mut two.ben, "line 6", "b"),
        ] {
            let at = writer.find(needle) + 4;
            writer.edit(Edit::text(at, at, "X"));
            writer.mark(id, at..at + 1);
            // What is typed on is in the same stretch.
            writer.edit(Edit::text(at + 1, at + 1, "Y"));
            writer.edit(Edit::text(at, at, "W"));
        }
        two.meet();
        let production = two.anna.production();
        assert_eq!(production.revisions.len(), 1);
        assert_eq!(production.revisions[&1].color, RevisionColor::Blue);
        let revised: Vec<_> = production
            .revised
            .iter()
            .map(|text| {
                (
                    text.paragraph,
                    text.from_utf16,
                    text.to_utf16,
                    text.revision,
                )
            })
            .collect();
        assert_eq!(revised, [(1, 4, 7, 1), (6, 4, 7, 1)]);
        let pages = two.anna.pages();
        assert_eq!(pages.revised_pages(1, &production.revised), [0, 1]);
        assert_eq!(
            pages.line_marks(0, &production.revised),
            [None, Some(1), None, None, None]
        );
        // A mark that is taken off stays as a stretch of no revision, and is none.
        let at = two.ben.find("line 4");
        let off = Entry::Stretch(at..at + 4, -1);
        let change = two.ben.script.write_entries(&[("m:off".to_owned(), off)]);
        two.ben.note(change);
        two.meet();
        assert_eq!(two.anna.production().revised.len(), 2);
        // The next one is pink, and its mark is the one that shows.
        let number = two.ben.revise("11/23/26");
        let at = two.ben.find("lineWXY");
        let changed = two.ben.script.paragraph_at(at);
        two.ben.edit(Edit::text(at, at + 1, ""));
        two.ben.mark("c", at..at);
        two.meet();
        let production = two.anna.production();
        assert_eq!(production.revisions[&number].name, "Pink");
        assert_eq!(
            two.anna.pages().line_marks(0, &production.revised)[changed],
            Some(2)
        );
    }
}

/// What is left of the scene that one has taken out is a place without text, which goes where the other has moved the scene.
#[test]
fn a_place_in_a_scene_that_was_taken_out_and_moved_at_once_is_told() {
    let mut two = Two::new(scenes(&[5, 5, 5]));
    two.anna.revise("");
    let at = two.anna.find("B3");
    two.anna.mark("b", at..at + 2);
    two.meet();
    two.anna.delete("INT. B", "INT. C");
    let before = two.anna.script.place("m:b").unwrap();
    two.ben.move_scene("INT. B", None);
    let mut told = Vec::new();
    for update in &two.ben.sent {
        let change = two.anna.script.apply_update(update).unwrap();
        told.extend(change.entries.iter().map(ToString::to_string));
        two.anna.note(change);
    }
    assert_ne!(two.anna.script.place("m:b").unwrap(), before);
    assert!(told.contains(&"m:b".to_owned()), "{told:?}");
    two.meet();
}

/// One marks words that the other has deleted and brought back meanwhile: they stand there under other ids, as only that one knows.
#[test]
fn a_place_on_words_that_were_deleted_and_brought_back_meanwhile_is_on_them_for_all() {
    for ids in [[1, 2], [2, 1]] {
        let mut two = Two::with_ids(scenes(&[5, 5, 5]), ids);
        two.ben.revise("");
        two.meet();
        two.anna.delete("B3", "B4");
        let change = two.anna.script.undo().unwrap();
        two.anna.note(change);
        let at = two.ben.find("B3");
        two.ben.mark("b", at..at + 2);
        two.meet();
        for writer in [&two.anna, &two.ben] {
            let place = writer.script.place("m:b").unwrap();
            assert_eq!(writer.script.slice(place.from..place.to), "B3");
        }
    }
}

#[test]
fn two_change_two_settings_and_the_page_has_both() {
    let mut two = Two::new(vec![general("one")]);
    two.anna
        .set_page("dialogue.left", SettingValue::Number(260));
    two.ben
        .set_page("dialogue.right", SettingValue::Number(610));
    two.ben.write(vec![(
        "preset".to_owned(),
        Write::Value(SettingValue::Text("bbc".to_owned())),
    )]);
    two.meet();
    let production = two.anna.production();
    let style = production
        .settings
        .setup()
        .elements
        .of(ElementType::Dialogue);
    assert_eq!(
        (style.left.in_hundredths(), style.right.in_hundredths()),
        (260, 610)
    );
    assert_eq!(production.preset, Preset::Bbc);
    assert!(production.problems.is_empty());
    // Setting the page takes what it does not name away.
    let wanted = [("dialogue.left".to_owned(), SettingValue::Number(270))];
    let writes = Production::set_page(&two.anna.script.entries(), Preset::Bbc, &wanted).unwrap();
    two.anna.write(writes);
    two.meet();
    let mut names: Vec<String> = two
        .ben
        .script
        .entries()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    names.sort();
    assert_eq!(names, ["p:dialogue.left", "preset"]);
}

#[test]
fn what_a_foreign_client_writes_falls_back_to_the_preset_and_says_so() {
    let mut two = Two::new(vec![general("one")]);
    two.ben.set_page("lines", SettingValue::Number(0));
    two.ben
        .set_page("action.left", SettingValue::Text("wide".to_owned()));
    two.ben.set_page("colour", SettingValue::Flag(true));
    two.ben.write(vec![(
        "preset".to_owned(),
        Write::Value(SettingValue::Text("word".to_owned())),
    )]);
    two.ben.write(vec![(
        "locked".to_owned(),
        Write::Value(SettingValue::Text("yes".to_owned())),
    )]);
    two.meet();
    let production = two.anna.production();
    assert_eq!(production.settings, scriptroom_pages::Settings::default());
    let problems: Vec<String> = production
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "expected the name of a preset for preset, got \"word\"",
            "expected hundredths of an inch for action.left, got \"wide\"",
            "expected the name of a setting, got \"colour\"",
            "expected lines from 1 to 66 lines, got 0",
        ]
    );
    assert!(!production.is_locked);
    let refused = Production::set_page(
        &[],
        Preset::FinalDraft,
        &[("top-margin".to_owned(), SettingValue::Number(800))],
    );
    assert_eq!(
        refused.unwrap_err()[0].to_string(),
        "expected top-margin from 0 to 780 points, got 800"
    );
}

#[test]
fn an_omitted_scene_keeps_its_number_and_comes_back() {
    let mut two = Two::new(scenes(&[5, 5, 5]));
    let numbers: Vec<String> = ["1", "2", "3"].map(str::to_owned).to_vec();
    two.anna.write(Production::lock_numbers(&numbers));
    for (scene, number) in two.anna.script.scenes().into_iter().zip(&numbers) {
        set(&mut two.anna, scene.paragraph, |attributes| {
            attributes.scene_number = Some(number.clone())
        });
    }
    two.meet();
    let heading = two.anna.script.scenes()[1].paragraph;
    set(&mut two.anna, heading, |attributes| {
        attributes.omitted = true
    });
    let at = two.ben.find("B4");
    two.ben.edit(Edit::text(at, at, "still "));
    two.meet();
    check(&two.ben, "1: INT. A\n2: INT. B\n3: C4");
    let lines = two.ben.pages().printed_lines(1);
    assert_eq!(lines[0].text.as_str(), "OMITTED");
    assert_eq!(two.ben.script.scenes()[1].number.as_deref(), Some("2"));
    set(&mut two.ben, heading, |attributes| {
        attributes.omitted = false
    });
    two.meet();
    check(&two.anna, "1: INT. A\n2: INT. B\n3: INT. C");
    assert!(two.anna.script.text().contains("still B4"));
    // A scene that is deleted leaves its number to nobody.
    two.anna.delete("INT. B", "INT. C");
    let production = two.anna.production();
    let headings = two.anna.script.scenes();
    let locked: Vec<Option<&str>> = headings
        .iter()
        .map(|scene| scene.number.as_deref())
        .chain([None])
        .collect();
    let gone: Vec<&str> = production.numbers.iter().map(String::as_str).collect();
    assert_eq!(scene_numbers(&locked, &gone), ["1", "3", "3A"]);
}

fn set(
    writer: &mut Writer,
    paragraph: usize,
    change: impl FnOnce(&mut scriptroom_paragraphs::Attributes),
) {
    let mut attributes = writer.script.paragraphs(paragraph..paragraph + 1)[0]
        .attributes
        .clone();
    change(&mut attributes);
    writer.edit(Edit::SetAttributes {
        paragraph,
        attributes,
    });
}

fn below(dice: &mut Dice, bound: u32) -> u32 {
    u32::try_from(dice.below(bound as usize)).unwrap()
}

/// Writes at random, as people do in production.
fn act(writer: &mut Writer, dice: &mut Dice, id: usize) {
    let len = writer.script.len_utf16();
    let at = below(dice, len + 1);
    match dice.below(14) {
        0 => writer.lock(),
        1 => writer.unlock(),
        2 => {
            writer.revise("");
        }
        3 if writer.production().revising.is_some() => {
            let paragraph = writer.script.paragraph_at(at);
            let end =
                writer.script.paragraph_start(paragraph) + writer.script.paragraph(paragraph).len;
            writer.mark(&format!("{}-{id}", writer.script.client_id()), at..end);
        }
        4 | 5 => {
            let to = (at + below(dice, 12)).min(len);
            writer.edit(Edit::text(at, to, ""));
        }
        6 => {
            let scenes = writer.script.scenes();
            if scenes.len() > 1 {
                let scene = &scenes[dice.below(scenes.len())];
                let before = scenes
                    .get(dice.below(scenes.len() + 1))
                    .map(|scene| &scene.id);
                let change = writer.script.move_scene(&scene.id, before, 0).unwrap();
                writer.note(change);
            }
        }
        7 => {
            if let Some(change) = writer.script.undo() {
                writer.note(change);
            }
        }
        8 => {
            let scenes = writer.script.scenes();
            if let Some(scene) = scenes.first() {
                let shade = dice.below(3) as u8;
                set(writer, scene.paragraph, |attributes| {
                    attributes.omitted = !attributes.omitted;
                    attributes.color = (shade > 0).then_some(Color([shade; 3]));
                });
            }
        }
        9 => {
            let lines = i32::try_from(dice.below(6)).unwrap();
            writer.set_page("lines", SettingValue::Number(lines + 3));
        }
        10 | 11 => {
            let line = |text: &str| InsertedLine::of(ElementType::General, text);
            let insert = vec![line("x"), line("new"), line("")];
            writer.edit(Edit::Replace {
                from: at,
                to: at,
                insert,
            });
        }
        _ => writer.edit(Edit::text(at, at, "word ")),
    }
}

#[test]
fn whatever_two_do_at_once_they_come_to_the_same_sound_pages() {
    let rounds =
        std::env::var("SCRIPTROOM_PRODUCTION_ROUNDS").map_or(25, |rounds| rounds.parse().unwrap());
    for seed in 0..rounds {
        let mut dice = Dice::new(seed);
        let mut two = Two::with_ids(
            scenes(&[6, 9, 5, 7]),
            if seed % 2 == 0 { [1, 2] } else { [2, 1] },
        );
        for id in 0..30 {
            let writer = if dice.below(2) == 0 {
                &mut two.anna
            } else {
                &mut two.ben
            };
            act(writer, &mut dice, id);
            check_pages(writer);
            if dice.below(4) == 0 {
                two.meet();
            }
        }
        two.meet();
    }
}
