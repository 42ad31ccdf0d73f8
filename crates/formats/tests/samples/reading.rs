//! A reading as lines of `TYPE text`, to hold it against others' readings.
//!
//! Without emphasis marks, notes and boneyard, and without empty lines.

use scriptroom_formats::fountain::parse;
use scriptroom_paragraphs::{ElementType, Paragraph};

/// Our reading.
pub(crate) fn our_lines(text: &str) -> Vec<String> {
    let script = parse(text).script;
    let entries = script.title_page.iter().flat_map(|entry| {
        let key = std::iter::once(format!("TITLEENTRY {}", entry.key));
        key.chain(
            entry
                .lines
                .iter()
                .map(|line| format!("TITLEENTRY {}", plain(line.trim()))),
        )
    });
    entries
        .chain(script.paragraphs.iter().filter_map(our_line))
        .collect()
}

fn our_line(paragraph: &Paragraph) -> Option<String> {
    let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
    let text: String = runs.map(|run| run.text.as_str()).collect();
    let kind = match paragraph.element {
        ElementType::SceneHeading => "HEADING",
        ElementType::Centered => "CENTERED",
        ElementType::Character => "CHARACTER",
        ElementType::Parenthetical => {
            return Some(format!(
                "PARENTHETICAL {}",
                plain(text.trim_matches(['(', ')']))
            ));
        }
        ElementType::Dialogue => "DIALOGUE",
        ElementType::Lyrics => "LYRIC",
        ElementType::Transition => "TRANSITION",
        ElementType::Section => "SECTION",
        ElementType::Synopsis => "SYNOPSIS",
        ElementType::PageBreak => return Some("PAGEBREAK".to_owned()),
        ElementType::Note | ElementType::Boneyard => return None,
        _ => "ACTION",
    };
    let mut line = format!("{kind} {}", plain(&text));
    if let Some(number) = &paragraph.attributes.scene_number {
        line.push_str(&format!(" ({number})"));
    }
    (!plain(&text).is_empty()).then_some(line)
}

/// Text without emphasis marks and without their placeholders for notes and boneyard.
pub(crate) fn plain(text: &str) -> String {
    let mut text = text.replace(['*', '_'], "");
    for number in 0..10 {
        text = text
            .replace(&format!("[[{number}]]"), "")
            .replace(&format!("/{number}/"), "");
    }
    text.trim().to_owned()
}

/// Where the two sides part, by types: the lines between two that agree are one difference.
pub(crate) fn differences(theirs: &[String], ours: &[String]) -> Vec<String> {
    let agreed = longest_common(theirs, ours);
    let (mut their_from, mut our_from) = (0, 0);
    let mut found = Vec::new();
    for (their_to, our_to) in agreed.into_iter().chain([(theirs.len(), ours.len())]) {
        if their_to > their_from || our_to > our_from {
            found.push(format!(
                "{} > {}",
                kinds(&theirs[their_from..their_to]),
                kinds(&ours[our_from..our_to])
            ));
        }
        (their_from, our_from) = (their_to + 1, our_to + 1);
    }
    found
}

fn kinds(lines: &[String]) -> String {
    let kinds: Vec<&str> = lines
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    kinds.join(", ")
}

fn longest_common(a: &[String], b: &[String]) -> Vec<(usize, usize)> {
    let mut length = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            length[i][j] = if a[i] == b[j] {
                length[i + 1][j + 1] + 1
            } else {
                length[i + 1][j].max(length[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length[i + 1][j] >= length[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
