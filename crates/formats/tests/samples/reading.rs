//! A reading as lines of `TYPE text`, to hold it against others' readings.
//!
//! With emphasis as its marks, without empty lines; notes and boneyard have lines of their own,
//! [`our_asides`]. Keys of a title page are in small letters: the syntax makes no difference.

use scriptroom_formats::fountain::parse;
use scriptroom_paragraphs::{ElementType, Paragraph, Run, Styles};

/// Our reading of what is printed, and of the outline.
pub(crate) fn our_lines(text: &str) -> Vec<String> {
    let script = parse(text).script;
    let entries = script.title_page.iter().flat_map(|entry| {
        let key = std::iter::once(title_key(&entry.key));
        let lines = entry.lines.iter().map(|line| line.trim());
        let lines = lines.filter(|line| !line.is_empty());
        key.chain(lines.map(|line| format!("TITLEENTRY {line}")))
    });
    entries
        .chain(script.paragraphs.iter().filter_map(our_line))
        .collect()
}

/// A key of a title page.
pub(crate) fn title_key(key: &str) -> String {
    format!("TITLEKEY {}", key.to_lowercase())
}

/// Our reading of notes and of what was cut, line by line.
pub(crate) fn our_asides(text: &str) -> Vec<String> {
    let paragraphs = parse(text).script.paragraphs;
    let mut asides = Vec::new();
    for paragraph in &paragraphs {
        let own = match paragraph.element {
            ElementType::Note => Styles::NOTE,
            ElementType::Boneyard => Styles::BONEYARD,
            _ => Styles::NONE,
        };
        for (style, kind) in [(Styles::NOTE, "NOTE"), (Styles::BONEYARD, "BONEYARD")] {
            let stretches = paragraph
                .runs
                .split(|run| !(run.styles | own).contains(style));
            let lines = stretches.map(|runs| runs.iter().map(|run| run.text.as_str()).collect());
            let lines = lines.map(|line: String| line.trim().to_owned());
            let lines = lines.filter(|line| !line.is_empty());
            asides.extend(lines.map(|line| format!("{kind} {line}")));
        }
    }
    asides
}

fn our_line(paragraph: &Paragraph) -> Option<String> {
    let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
    let text = with_marks(runs);
    let text = text.trim();
    let kind = match paragraph.element {
        ElementType::SceneHeading => "HEADING",
        ElementType::Centered => "CENTERED",
        ElementType::Character => "CHARACTER",
        ElementType::Parenthetical => {
            return Some(format!("PARENTHETICAL {}", text.trim_matches(['(', ')'])));
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
    let mut line = format!("{kind} {text}");
    if let Some(number) = &paragraph.attributes.scene_number {
        line.push_str(&format!(" ({number})"));
    }
    (!text.is_empty()).then_some(line)
}

/// Emphasis as marks, an outer one not closed and opened again where an inner one begins or ends.
fn with_marks<'a>(runs: impl Iterator<Item = &'a Run>) -> String {
    const MARKS: [(Styles, &str); 3] = [
        (Styles::UNDERLINE, "_"),
        (Styles::BOLD, "**"),
        (Styles::ITALIC, "*"),
    ];
    let (mut text, mut open) = (String::new(), Vec::new());
    let stretches = runs.map(|run| (run.styles, run.text.as_str()));
    for (styles, letters) in stretches.chain([(Styles::NONE, "")]) {
        let marks = MARKS.iter().filter(|(style, _)| styles.contains(*style));
        let marks: Vec<&str> = marks.map(|(_, mark)| *mark).collect();
        let kept = open.iter().zip(&marks).take_while(|(a, b)| a == b).count();
        text.extend(open.drain(kept..).rev());
        text += &marks[kept..].concat();
        text += letters;
        open = marks;
    }
    text
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
