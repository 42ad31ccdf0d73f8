//! Locked pages: a script that was locked, what is done to it then, and its pages. See `notation`
//! for the signs.

use crate::notation::{page_of, printed, script};
use expect_test::{Expect, expect};
use scriptroom_pages::{Anchor, LockedPage, PageSetup, Paginator, Settings};
use scriptroom_paragraphs::{Paragraph, Styles};

/// A script whose pages have been locked.
struct Locked {
    script: Vec<Paragraph>,
    paginator: Paginator,
}

impl Locked {
    /// On pages of 6 lines.
    fn new(notation: &str) -> Locked {
        Locked::with(page_of(6), notation)
    }

    fn with(setup: PageSetup, notation: &str) -> Locked {
        let script = script(notation);
        let settings = Settings::new(setup).expect("the case's settings leave room");
        let mut paginator = Paginator::new(&script, settings);
        let before = printed(&paginator, &script);
        let locks = paginator.to_lock();
        let delta = paginator.set_locks(&locks);
        assert_eq!(
            printed(&paginator, &script),
            before,
            "locking moves nothing"
        );
        assert!(delta.pages.is_empty(), "{delta:?}");
        Locked { script, paginator }
    }

    /// Puts paragraphs in place of others.
    fn splice(mut self, from: usize, removed: usize, notation: &str) -> Locked {
        let inserted = script(notation);
        self.paginator.splice(from, removed, &inserted);
        self.script.splice(from..from + removed, inserted);
        self
    }

    fn lock_again(mut self) -> Locked {
        let before = printed(&self.paginator, &self.script);
        let locks = self.paginator.to_lock();
        self.paginator.set_locks(&locks);
        assert_eq!(printed(&self.paginator, &self.script), before);
        self
    }

    fn check(&self, expected: Expect) {
        let mut text = printed(&self.paginator, &self.script);
        for diagnostic in self.paginator.lock_diagnostics() {
            text += &format!("{diagnostic}\n");
        }
        expected.assert_eq(&text);
    }
}

#[test]
fn what_no_longer_fits_overflows_to_pages_in_between() {
    let locked = Locked::new("_6\n! Two.\n! Too.\n! Still two.\n! Three.");
    locked
        .splice(8, 0, "! New.\n! Newer.\n! Newest.")
        .check(expect![[r#"
            --- 1
            line 1
            line 2
            line 3
            line 4
            line 5
            line 6
            --- 2
            Two.

            Too.

            New.
            --- 2A
            Newer.

            Newest.

            Still two.
            --- 3
            Three.
        "#]]);
}

#[test]
fn a_page_with_room_left_takes_nothing_from_the_next() {
    let locked = Locked::new("_6\n! Two.\n! Too.\n! Still two.\n! Three.");
    locked.splice(7, 2, "").check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        --- 2
        Two.
        --- 3
        Three.
    "#]]);
}

#[test]
fn a_page_whose_text_is_gone_leaves_its_number_to_the_next() {
    let locked = Locked::new("_6\n! Two.\n! Too.\n! Still two.\n! Three.");
    locked.splice(6, 3, "").check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        --- 2–3
        Three.
    "#]]);
}

#[test]
fn the_numbers_of_last_pages_that_are_gone_stay_with_the_last_one() {
    let locked = Locked::new("_6\n! Two.\n! Too.\n! Still two.\n! Three.");
    locked.splice(6, 4, "").check(expect![[r#"
        --- 1–3
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
    "#]]);
}

#[test]
fn what_is_written_in_front_of_everything_is_on_the_first_page() {
    let locked = Locked::new("_6\n! Two.");
    locked.splice(0, 0, "! New.").check(expect![[r#"
        --- 1
        New.
        line 1
        line 2
        line 3
        line 4
        line 5
        --- 1A
        line 6
        --- 2
        Two.
    "#]]);
}

#[test]
fn pages_in_between_can_be_locked_and_have_pages_in_between() {
    let locked = Locked::new("_6\n! Two.\n! Three.");
    let with_a = locked.splice(6, 0, "_3").lock_again();
    with_a.splice(4, 0, "_5").check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 1
        line 2
        --- A1A
        line 3
        line 4
        line 5
        line 5
        line 6
        --- 1A
        line 1
        line 2
        line 3
        --- 2
        Two.

        Three.
    "#]]);
}

#[test]
fn a_page_that_begins_in_a_speech_keeps_its_beginning() {
    let speech = "I was never there. Nobody was there at all. It was raining, and the whole street had gone to bed. And then I saw him. Him!";
    let locked = Locked::new(&format!("_1\n@ ANNA\n- {speech}\n! Silence."));
    locked.check(expect![[r#"
        --- 1
        line 1

                ANNA
            I was never there. Nobody was there
            at all.
                (MORE)
        --- 2
                ANNA (CONT'D)
            It was raining, and the whole
            street had gone to bed. And then I
            saw him. Him!

        Silence.
    "#]]);
    locked.splice(0, 1, "").check(expect![[r#"
        --- 1
                ANNA
            I was never there. Nobody was there
            at all.
                (MORE)
        --- 2
                ANNA (CONT'D)
            It was raining, and the whole
            street had gone to bed. And then I
            saw him. Him!

        Silence.
    "#]]);
}

#[test]
fn a_page_that_begins_in_both_columns_of_dual_dialogue_keeps_its_beginning() {
    let left = "I was there. You were not there. ".repeat(5);
    let right = "It was me. ".repeat(20);
    let setup = page_of(10);
    let locked = Locked::with(
        setup,
        &format!("_3\n@ ANNA\n- {left}\n^ BEN\n- {right}\n! Silence."),
    );
    locked.splice(0, 1, "").check(expect![[r#"
        --- 1
        line 2
        line 3

                <ANNA
            <I was there. You were not
            <there. I was there. You were
            <not there. I was there. You
            <were not there. I was there.
                <(MORE)
                >BEN
            >It was me. It was me. It was
            >me. It was me. It was me. It
            >was me. It was me. It was
            >me. It was me. It was me.
                >(MORE)
        --- 2
                <ANNA (CONT'D)
            <You were not there. I was
            <there. You were not there.
                >BEN (CONT'D)
            >It was me. It was me. It was
            >me. It was me. It was me. It
            >was me. It was me. It was
            >me. It was me. It was me.

        Silence.
    "#]]);
}

#[test]
fn columns_that_no_longer_fit_are_parted_where_they_fit() {
    let left = "I was there. You were not there. ".repeat(5);
    let right = "It was me. ".repeat(20);
    let locked = Locked::with(
        page_of(10),
        &format!("_3\n@ ANNA\n- {left}\n^ BEN\n- {right}\n! Silence.\n_12"),
    );
    locked.splice(0, 0, "_2").check(expect![[r#"
        --- 1
        line 1
        line 2
        line 1
        line 2
        line 3

                <ANNA
            <I was there. You were not
            <there. I was there.
                <(MORE)
                >BEN
            >It was me. It was me. It was
            >me. It was me. It was me.
                >(MORE)
        --- 1A
                <ANNA (CONT'D)
            <You were not there. I was
            <there. You were not there. I
            <was there.
                <(MORE)
                >BEN (CONT'D)
            >It was me. It was me. It was
            >me. It was me. It was me.
                >(MORE)
        --- 2
                <ANNA (CONT'D)
            <You were not there. I was
            <there. You were not there.
                >BEN (CONT'D)
            >It was me. It was me. It was
            >me. It was me. It was me. It
            >was me. It was me. It was
            >me. It was me. It was me.

        Silence.
        line 1
        line 2
        line 3
        --- 3
        line 4
        line 5
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        line 12
    "#]]);
}

#[test]
fn a_page_that_begins_in_a_left_column_keeps_its_beginning_when_the_right_one_grows() {
    let left = "I was there. You were not there. ".repeat(5);
    let right = "It was me. ".repeat(4);
    let locked = Locked::with(
        page_of(10),
        &format!("_3\n@ ANNA\n- {left}\n^ BEN\n- {right}\n! Silence."),
    );
    let longer = "It was me. ".repeat(20);
    // What of it has no room is on the locked page, beside the words with which that begins.
    locked
        .splice(6, 1, &format!("- {longer}"))
        .check(expect![[r#"
            --- 1
            line 1
            line 2
            line 3

                    <ANNA
                <I was there. You were not
                <there. I was there. You were
                <not there. I was there. You
                <were not there. I was there.
                    <(MORE)
                    >BEN
                >It was me. It was me. It was
                >me. It was me. It was me. It
                >was me. It was me. It was
                >me. It was me. It was me.
                    >(MORE)
            --- 2
                    <ANNA (CONT'D)
                <You were not there. I was
                <there. You were not there.
                    >BEN (CONT'D)
                >It was me. It was me. It was
                >me. It was me. It was me. It
                >was me. It was me. It was
                >me. It was me. It was me.

            Silence.
        "#]]);
}

#[test]
fn a_page_that_begins_with_a_speech_still_does_when_that_comes_to_stand_beside_another() {
    let locked = Locked::with(
        page_of(10),
        "_5\n@ ANNA\n- No.\n_1\n@ BEN\n- Yes.\n! Silence.",
    );
    // Without the line between them, and with BEN's to the right.
    let beside = locked.splice(7, 1, "").splice(7, 1, "^ BEN");
    beside.check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5

                <ANNA
            <No.
        --- 2
                >BEN
            >Yes.

        Silence.
    "#]]);
}

#[test]
fn pages_that_begin_in_an_omitted_scene_begin_with_what_stands_for_it_and_behind_it() {
    let mut locked = Locked::new(". ONE\n! One.\n! Too.\n. TWO\n! Two.\n! Too.\n! Three.\n. FOUR");
    let mut omitted = script(". TWO");
    omitted[0].attributes.omitted = true;
    locked.paginator.splice(3, 1, &omitted);
    locked.script[3] = omitted.remove(0);
    locked.check(expect![[r#"
        --- 1
        ONE

        One.

        Too.
        --- 2
        OMITTED
        --- 3
        FOUR
    "#]]);
}

#[test]
fn blank_lines_that_hang_between_two_speeches_interrupt_none() {
    let script = script("_3\n@ ANNA\n- No.\n!\n- Yes.");
    let settings = Settings::new(page_of(6)).expect("it leaves room");
    let mut paginator = Paginator::new(&script, settings);
    let before = printed(&paginator, &script);
    let locks = paginator.to_lock();
    paginator.set_locks(&locks);
    assert_eq!(printed(&paginator, &script), before);
    Locked { script, paginator }.check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3

                ANNA
            No.
        --- 2
            Yes.
    "#]]);
}

#[test]
fn what_overflows_from_a_page_with_two_numbers_has_letters_behind_the_second() {
    let locked = Locked::new("_6\n! Two.\n! Too.\n! Still two.\n! Three.");
    let both = locked.splice(6, 3, "").lock_again();
    both.splice(7, 0, "_12").check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        --- 2–3
        Three.
        line 1
        line 2
        line 3
        line 4
        line 5
        --- 3A
        line 6
        line 7
        line 8
        line 9
        line 10
        line 11
        --- 3B
        line 12
    "#]]);
}

#[test]
fn a_scene_that_is_moved_overflows_at_its_new_place_and_its_lock_is_passed_over() {
    let mut locked = Locked::new(". ONE\n! One.\n! Too.\n. TWO\n! Two.\n. THREE\n! Three.\n! Too.");
    locked.check(expect![[r#"
        --- 1
        ONE

        One.

        Too.
        --- 2
        TWO

        Two.
        --- 3
        THREE

        Three.

        Too.
    "#]]);
    let anchor = |paragraph| Anchor {
        paragraph,
        offset_utf16: 0,
    };
    let mut locks = locked.paginator.to_lock();
    // Scene two goes to the end, and what is anchored in it with it.
    locked.paginator.splice(3, 2, &[]);
    let moved: Vec<Paragraph> = locked.script.splice(3..5, []).collect();
    locked.paginator.splice(6, 0, &moved);
    locked.script.extend(moved);
    locks[1].start = anchor(6);
    locks[2].start = anchor(3);
    locked.paginator.set_locks(&locks);
    locked.check(expect![[r#"
        --- 1
        ONE

        One.

        Too.
        --- 3
        THREE

        Three.

        Too.
        --- 3A
        TWO

        Two.
        expected locked pages in the order of the text, got page 2 out of it
    "#]]);
}

#[test]
fn blank_paragraphs_in_front_of_a_page_that_is_locked_hang_below_the_one_before() {
    let script = script("_4\n# CLOSE ON THE DOOR\n!\n_3");
    let settings = Settings::new(page_of(6)).expect("it leaves room");
    let mut paginator = Paginator::new(&script, settings);
    assert_eq!(paginator.page(1).start.paragraph, 4);
    let lock = |label: &str, paragraph| LockedPage {
        label: label.to_owned(),
        start: Anchor {
            paragraph,
            offset_utf16: 0,
        },
        right_start: None,
    };
    paginator.set_locks(&[lock("1", 0), lock("2", 6)]);
    let locked = Locked { script, paginator };
    locked.check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4

        CLOSE ON THE DOOR
        --- 2
        line 1
        line 2
        line 3
    "#]]);
}

#[test]
fn two_locks_of_one_number_are_one() {
    let mut locked = Locked::new("_6\n! Two.");
    let mut locks = locked.paginator.to_lock();
    locks.push(locks[1].clone());
    locked.paginator.set_locks(&locks);
    locked.check(expect![[r#"
        --- 1
        line 1
        line 2
        line 3
        line 4
        line 5
        line 6
        --- 2
        Two.
        expected each locked page once, got page 2 again
    "#]]);
}

#[test]
fn a_script_that_is_unlocked_is_laid_out_anew() {
    let locked = Locked::new("_6\n! Two.\n! Three.");
    let mut locked = locked.splice(0, 4, "");
    locked.check(expect![[r#"
        --- 1
        line 5
        line 6
        --- 2
        Two.

        Three.
    "#]]);
    locked.paginator.set_locks(&[]);
    locked.check(expect![[r#"
        --- 1
        line 5
        line 6

        Two.

        Three.
    "#]]);
}

#[test]
fn a_lock_inside_a_paragraph_follows_the_text_when_it_is_told_where_it_went() {
    let text = "She runs down the stairs and out into the street and nobody is there. ";
    let mut locked = Locked::new(&format!("! {}", text.repeat(9)));
    locked.script[0] = {
        let mut longer = Paragraph::new(locked.script[0].element, "And then ");
        longer.push(&locked.script[0].text(), Styles::NONE);
        longer
    };
    let mut locks = locked.paginator.to_lock();
    for lock in &mut locks[1..] {
        lock.start.offset_utf16 += 9;
    }
    let paragraph = locked.script[0].clone();
    locked.paginator.splice(0, 1, &[paragraph]);
    locked.paginator.set_locks(&locks);
    let starts = |locks: &[LockedPage]| locks.iter().map(|lock| lock.start).collect::<Vec<_>>();
    let laid = locked.paginator.to_lock();
    let kept: Vec<_> = laid
        .iter()
        .filter(|page| locks.iter().any(|lock| lock.label == page.label))
        .cloned()
        .collect();
    assert_eq!(starts(&kept), starts(&locks));
}
