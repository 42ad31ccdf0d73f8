//! Revised pages: which lines have a mark, which pages are printed again, what is at their top.

use crate::notation::{page_of, script};
use expect_test::{Expect, expect};
use scriptroom_pages::{PageSetup, Paginator, RevisedText, Revision, Settings};

fn revised(paragraph: usize, from: u32, to: u32, revision: usize) -> RevisedText {
    RevisedText {
        paragraph,
        from_utf16: from,
        to_utf16: to,
        revision,
    }
}

/// Pages of 6 lines, each line behind the number of the revision that marks it; then the pages that the revisions
/// print again.
fn check(setup: PageSetup, notation: &str, revised: &[RevisedText], expected: Expect) {
    let settings = Settings::new(setup).expect("the case's settings leave room");
    let paginator = Paginator::new(&script(notation), settings);
    let mut text = String::new();
    for page in 0..paginator.page_count() {
        let revision = paginator.page_revision(page, revised);
        let header = revision.map(|number| Revision::standard(number, "11/21/26").header());
        text += &format!(
            "--- {} {}\n",
            paginator.labels()[page],
            header.unwrap_or_default()
        );
        let marks = paginator.line_marks(page, revised);
        for (line, mark) in paginator.printed_lines(page).iter().zip(marks) {
            let mark = mark.map_or(" ".to_owned(), |revision| revision.to_string());
            let printed = line.text.as_str();
            text += format!("{mark} {printed}").trim_end();
            text.push('\n');
        }
    }
    let again = |revision| paginator.revised_pages(revision, revised);
    text += &format!("again: {:?} {:?}", again(1), again(2));
    expected.assert_eq(&text);
}

const LONG: &str = "! She runs down the stairs and out into the street, and there nobody is to be seen, and she waits under the lamp until it goes out.";

#[test]
fn a_line_has_the_mark_of_the_last_revision_that_changed_it() {
    let changed = [
        revised(0, 0, 3, 1),
        revised(0, 1, 2, 2),
        revised(0, 70, 71, 1),
    ];
    check(
        page_of(6),
        LONG,
        &changed,
        expect![[r#"
        --- 1 Pink Rev. 11/21/26
        2 She runs down the stairs and out into the street, and there
        1 nobody is to be seen, and she waits under the lamp until it
          goes out.
        again: [0] [0]"#]],
    );
}

#[test]
fn text_that_was_taken_out_marks_the_line_that_it_is_missing_from() {
    let at_the_start_of_the_second_line = 62;
    let changed = [revised(
        0,
        at_the_start_of_the_second_line,
        at_the_start_of_the_second_line,
        1,
    )];
    check(
        page_of(6),
        LONG,
        &changed,
        expect![[r#"
        --- 1 Blue Rev. 11/21/26
          She runs down the stairs and out into the street, and there
        1 nobody is to be seen, and she waits under the lamp until it
          goes out.
        again: [0] []"#]],
    );
    let at_the_very_end = 130;
    let changed = [revised(0, at_the_very_end, at_the_very_end, 1)];
    check(
        page_of(6),
        LONG,
        &changed,
        expect![[r#"
        --- 1 Blue Rev. 11/21/26
          She runs down the stairs and out into the street, and there
          nobody is to be seen, and she waits under the lamp until it
        1 goes out.
        again: [0] []"#]],
    );
}

#[test]
fn only_changed_pages_are_printed_again() {
    let changed = [
        revised(8, 0, 1, 1),
        revised(14, 2, 2, 2),
        revised(9, 0, 1, 2),
    ];
    check(
        page_of(6),
        "_18",
        &changed,
        expect![[r#"
        --- 1 
          line 1
          line 2
          line 3
          line 4
          line 5
          line 6
        --- 2 Pink Rev. 11/21/26
          line 7
          line 8
        1 line 9
        2 line 10
          line 11
          line 12
        --- 3 Pink Rev. 11/21/26
          line 13
          line 14
        2 line 15
          line 16
          line 17
          line 18
        again: [1] [1, 2]"#]],
    );
}

#[test]
fn what_is_repeated_at_the_top_of_a_page_has_no_mark() {
    let speech = "I was never there. Nobody was there at all. It was raining, and the whole street had gone to bed. And then I saw him. Him!";
    let changed = [revised(1, 0, 4, 1), revised(2, 60, 70, 1)];
    let notation = format!("_1\n@ ANNA\n- {speech}\n! Silence.");
    check(
        page_of(6),
        &notation,
        &changed,
        expect![[r#"
        --- 1 Blue Rev. 11/21/26
          line 1
        1 ANNA
          I was never there. Nobody was there
          at all.
          (MORE)
        --- 2 Blue Rev. 11/21/26
          ANNA (CONT'D)
        1 It was raining, and the whole
          street had gone to bed. And then I
          saw him. Him!
          Silence.
        again: [0, 1] []"#]],
    );
}

#[test]
fn a_line_without_text_can_have_a_mark() {
    check(
        page_of(6),
        "! One.\n!\n! Two.",
        &[revised(1, 0, 0, 1)],
        expect![[r#"
            --- 1 Blue Rev. 11/21/26
              One.
            1
              Two.
            again: [0] []"#]],
    );
}
