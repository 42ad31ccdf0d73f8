//! Input made to hurt: it is read, all of it, in time in proportion to its length.
//!
//! No test asserts a time. What takes quadratic time on these inputs takes hours, which nobody
//! overlooks; that they end at all is the assertion.

use scriptroom_formats::fountain::{carried, parse, print};
use scriptroom_paragraphs::Paragraph;

const MEGABYTE: usize = 1 << 20;

/// Reads the text, and writes and reads it again.
fn check(text: &str) {
    let script = parse(text).script;
    assert_eq!(carried(&script), script);
    assert_eq!(parse(&print(&script)).script, script);
}

/// The unit twenty thousand times; and often, as lines and behind each kind of line.
fn check_repeated(unit: &str) {
    check(&unit.repeat(20_000));
    let text = unit.repeat(2000);
    for before in [
        "BOB\n",
        "BOB\n(",
        "!",
        ".",
        "@",
        "> ",
        "~ ",
        "=== ",
        "[[",
        "/*",
        "Title: x\n    ",
    ] {
        check(&format!("{before}{text}"));
    }
    check(&format!("{unit}\n").repeat(2000));
    check(&format!("{unit}\n\n").repeat(2000));
}

#[test]
fn a_line_of_ten_megabytes() {
    let text = "word ".repeat(2 * MEGABYTE);
    let script = parse(&text).script;
    assert_eq!(
        script
            .paragraphs
            .iter()
            .map(Paragraph::text)
            .collect::<String>(),
        text
    );
    assert_eq!(parse(&print(&script)).script, script);
}

#[test]
fn a_hundred_thousand_opening_marks() {
    for unit in ["[[", "/*", "*", "_", "\\"] {
        check(&unit.repeat(100_000));
    }
}

#[test]
fn opening_marks_that_never_close() {
    for unit in [
        "[[", "/*", "*", "**", "_", "~~", "\\", "(", "*a ", "_a ", "/* [[ ",
    ] {
        check_repeated(unit);
    }
}

#[test]
fn closing_marks_and_pairs() {
    for unit in [
        "]]", "*/", "/**/", "[[]]", "*a*", "**a*", "***a**", "_a*", "[[/*]]*/", "\\*", "#1#", "^",
        ">", " ",
    ] {
        check_repeated(unit);
    }
}

#[test]
fn blank_lines_and_line_breaks_of_all_kinds() {
    for unit in [
        "\n", "\r", "\r\n", "\u{2028}", "  \n", "\u{a0}\n", "a\n\n\n", "[[a\n", "/*\n", "!\n\n",
    ] {
        check_repeated(unit);
    }
}

#[test]
fn boneyards_before_a_long_blank_tail() {
    check(&format!(
        "{}{}",
        "/**/".repeat(MEGABYTE / 16),
        " ".repeat(MEGABYTE / 4)
    ));
    check(&format!(
        "BOB\n{}{}",
        "/*x*/".repeat(MEGABYTE / 16),
        " ".repeat(MEGABYTE / 4)
    ));
}
