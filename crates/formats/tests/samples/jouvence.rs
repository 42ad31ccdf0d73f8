//! The suite of jouvence: what its cases expect against our reading, difference by difference.

use std::fs;

use crate::reading::{differences, our_lines, title_key};
use crate::{samples, say};

/// Case, what differs as `theirs > ours` for each line, our reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[(
    "test_lyrics 1",
    "ACTION > LYRIC",
    "a line that starts with ~ is sung, whatever the next line is",
)];

/// How many cases the suite has, and how many entries of title pages they expect.
const CASES: usize = 46;
const TITLE_ENTRIES: usize = 10;

#[test]
fn their_cases_are_read_as_they_expect_but_for_listed_differences() {
    let Some(folder) = samples("jouvence", CASES, "cases") else {
        return;
    };
    let (mut seen, mut count, mut entries) = (Vec::new(), 0, 0);
    for file in crate::files(&folder, "yaml") {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        for (index, case) in text
            .split("---\n")
            .filter(|case| !case.trim().is_empty())
            .enumerate()
        {
            let (input, theirs) = read_case(case);
            let ours = our_lines(&input);
            count += 1;
            entries += theirs
                .iter()
                .filter(|line| line.starts_with("TITLEKEY"))
                .count();
            for difference in differences(&theirs, &ours) {
                seen.push((format!("{name} {index}"), difference));
            }
        }
    }
    let listed: Vec<(String, String)> = DIFFERENCES
        .iter()
        .map(|(case, what, _)| ((*case).to_owned(), (*what).to_owned()))
        .collect();
    assert_eq!(seen, listed);
    assert_eq!(count, CASES, "the cases of the suite");
    assert_eq!(
        entries, TITLE_ENTRIES,
        "and what they expect of title pages"
    );
    say(&format!(
        "samples: {count} of {CASES} cases of jouvence run"
    ));
}

/// As much YAML as the cases use: `in:` quoted or as a block, `title:` as keys with text in one
/// line, `out:` as a list of quoted lines.
fn read_case(case: &str) -> (String, Vec<String>) {
    let (mut input, mut expected, mut part) = (String::new(), Vec::new(), "");
    for line in case.lines() {
        if let Some(rest) = line.strip_prefix("in:") {
            part = "in";
            if rest.trim() != "|" {
                input = unquote(rest.trim());
                part = "";
            }
        } else if line.starts_with("out:") || line.starts_with("title:") {
            part = if line.starts_with("out:") {
                "out"
            } else {
                "title"
            };
        } else if part == "in" {
            input.push_str(line.strip_prefix("    ").unwrap_or(line));
            input.push('\n');
        } else if let ("title", Some((key, value))) = (part, line.split_once(':')) {
            expected.push(title_key(key.trim()));
            let lines = unquote(value.trim());
            let lines = lines.lines().filter(|line| !line.is_empty());
            expected.extend(lines.map(|line| format!("TITLEENTRY {line}")));
        } else if let ("out", Some(item)) = (part, line.trim().strip_prefix("- ")) {
            expected.extend(their_lines(&unquote(item.trim())));
        }
    }
    (input, expected)
}

fn unquote(text: &str) -> String {
    match text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        Some(text) => text.replace("\\n", "\n"),
        None => text.trim_matches('\'').replace("''", "'"),
    }
}

fn their_lines(item: &str) -> Vec<String> {
    if item == "<pagebreak>" {
        return vec!["PAGEBREAK".to_owned()];
    }
    const KINDS: [(&str, &str); 10] = [
        ("!><", "CENTERED"),
        ("!", "ACTION"),
        (".", "HEADING"),
        ("@", "CHARACTER"),
        ("=", "DIALOGUE"),
        ("_", "PARENTHETICAL"),
        (">", "TRANSITION"),
        ("~", "LYRIC"),
        ("#", "SECTION"),
        ("+", "SYNOPSIS"),
    ];
    let (text, kind) = KINDS
        .iter()
        .find_map(|(mark, kind)| Some((item.strip_prefix(mark)?, *kind)))
        .unwrap_or_else(|| panic!("an expectation of a known kind, not {item:?}"));
    let text = if kind == "PARENTHETICAL" {
        text.trim_matches(['(', ')'])
    } else {
        text
    };
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{kind} {line}"))
        .collect()
}
