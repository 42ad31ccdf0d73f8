//! The suite of screenplay-tools: its dumps against our reading, difference by difference.
//!
//! Both sides become lines of `TYPE text`, emphasis as its marks, without empty lines (which they
//! merge differently), notes and boneyard behind the rest (where the dumps have them). Where we
//! differ, [`DIFFERENCES`] has what each side says at the place, by types only, and why.

use std::fs;

use scriptroom_formats::fountain::parse;
use scriptroom_paragraphs::Paragraph;

use crate::reading::{differences, our_asides, our_lines, title_key};
use crate::{samples, say};

/// File, what differs as `theirs > ours` for each line, our reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "Boneyards",
        "ACTION > TRANSITION",
        "the boneyard behind CUT TO: is not there for the reader: an empty line is",
    ),
    (
        "Character",
        "CHARACTER > CHARACTER",
        "we keep (CONT'D): it was written",
    ),
    ("Character", "CHARACTER > CHARACTER", "we keep (CONT'D)"),
    (
        "Character",
        "CHARACTER > CHARACTER",
        "we keep (CONT'D) with a curly apostrophe",
    ),
    (
        "Character",
        "ACTION, ACTION > CHARACTER, DIALOGUE",
        "3CPO has a letter: the syntax asks for no more",
    ),
    (
        "Notes",
        "DIALOGUE, DIALOGUE, DIALOGUE > ACTION, ACTION, ACTION, ACTION",
        "an empty line ends the speech, so what follows is action; we keep a line of it that they drop",
    ),
    (
        "Parenthetical",
        "DIALOGUE > PARENTHETICAL",
        "two parentheticals may follow each other",
    ),
    (
        "Sections",
        "TITLEKEY > TRANSITION",
        "CUT TO: is no key of a title page",
    ),
];

/// Dumps that say nothing about a reader of Fountain, and why.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "Tags",
        "hashtags are an extension of theirs; to Fountain they are text",
    ),
    ("SimpleCallbackParser", "the log of their own interface"),
    ("Formatted", "HTML, compared in its own test"),
    ("Action-Merged", "the same file as Action-Unmerged"),
    ("Dialogue-Merged", "the same file as Dialogue-Unmerged"),
];

/// How many dumps are run.
const DUMPS: usize = 15;

#[test]
fn their_dumps_are_ours_but_for_listed_differences() {
    let Some(folder) = samples("screenplay-tools", DUMPS, "dumps") else {
        return;
    };
    let (mut seen, mut count) = (Vec::new(), 0);
    for dump in crate::files(&folder, "txt") {
        let name = dump.file_stem().unwrap().to_str().unwrap().to_owned();
        if NOT_RUN.iter().any(|(other, _)| *other == name) {
            continue;
        }
        let theirs = their_lines(&fs::read_to_string(&dump).unwrap());
        let file = format!("{}.fountain", name.trim_end_matches("-Unmerged"));
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let ours = [our_lines(&text), our_asides(&text)].concat();
        count += 1;
        for difference in differences(&theirs, &ours) {
            seen.push((name.clone(), difference));
        }
    }
    let listed: Vec<(String, String)> = DIFFERENCES
        .iter()
        .map(|(file, what, _)| ((*file).to_owned(), (*what).to_owned()))
        .collect();
    assert_eq!(seen, listed);
    assert_eq!(count, DUMPS, "the dumps of the suite");
    say(&format!(
        "samples: {count} of {DUMPS} dumps of screenplay-tools run"
    ));
}

/// The entries of a dump: `TYPE:"text"`, whose text may have several lines, and what follows it.
fn their_lines(dump: &str) -> Vec<String> {
    let is_start = |line: &str| {
        let kind = line.trim_start_matches(|c: char| "[]/*".contains(c) || c.is_ascii_digit());
        kind.split_once(":\"")
            .is_some_and(|(kind, _)| kind.bytes().all(|b| b.is_ascii_uppercase()))
    };
    let mut entries: Vec<String> = Vec::new();
    for line in dump.lines() {
        match entries.last_mut() {
            Some(entry) if !is_start(line) => entry.push_str(&format!("\n{line}")),
            _ => entries.push(line.to_owned()),
        }
    }
    entries
        .iter()
        .flat_map(|entry| their_entry(entry))
        .collect()
}

fn their_entry(entry: &str) -> Vec<String> {
    let (kind, rest) = entry.split_once(":\"").unwrap();
    let (text, suffix) = rest.rsplit_once('"').unwrap();
    let text = text.replace("\" \"", " ").replace("\":\"", "\n");
    let kind = if suffix.contains("(centered)") {
        "CENTERED"
    } else {
        kind
    };
    if kind == "PAGEBREAK" {
        return vec![kind.to_owned()];
    }
    // A note and what was cut stand behind the rest, with the placeholder of their place before.
    let kind = kind.trim_start_matches(|c: char| "[]/*".contains(c) || c.is_ascii_digit());
    let text = without_placeholders(&text);
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty());
    let number = suffix.trim();
    lines
        .map(|(at, line)| match kind {
            "TITLEENTRY" if at == 0 => title_key(line),
            "HEADING" if !number.is_empty() => format!("{kind} {line} {number}"),
            _ => format!("{kind} {line}"),
        })
        .collect()
}

fn without_placeholders(text: &str) -> String {
    (0..10).fold(text.to_owned(), |text, number| {
        let text = text.replace(&format!("[[{number}]]"), "");
        text.replace(&format!("/*{number}*/"), "")
    })
}

/// Emphasis, against their HTML.
#[test]
fn their_html_is_our_emphasis() {
    let Some(folder) = samples("screenplay-tools", 1, "page of HTML") else {
        return;
    };
    let theirs = fs::read_to_string(folder.join("Formatted.txt")).unwrap();
    let script = parse(&fs::read_to_string(folder.join("Formatted.fountain")).unwrap()).script;
    let theirs: Vec<&str> = theirs.lines().filter(|line| !line.is_empty()).collect();
    let ours: Vec<String> = script.paragraphs.iter().map(html).collect();
    assert_eq!(theirs.len(), ours.len());
    let differing: Vec<usize> = (0..ours.len())
        .filter(|&at| theirs[at] != ours[at])
        .collect();
    // The one with `*` inside `_`: we read both, as the syntax has it ("mix and match").
    assert_eq!(differing, [4], "{ours:#?}");
}

fn html(paragraph: &Paragraph) -> String {
    let mut html = String::new();
    for run in &paragraph.runs {
        let tags: Vec<&str> = run.styles.names().map(|name| &name[..1]).collect();
        let open: String = tags.iter().map(|tag| format!("<{tag}>")).collect();
        let close: String = tags.iter().rev().map(|tag| format!("</{tag}>")).collect();
        html.push_str(&format!("{open}{}{close}", run.text));
    }
    html
}
