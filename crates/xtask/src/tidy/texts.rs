//! What the app says stands in one file a language, `www/src/words/`. Here is looked for sentences that were written elsewhere.
//!
//! Letters say little about what a string is for, so only what can hardly be anything else is named: a string of several words
//! that begins like a sentence, and one that is given to an attribute which people read or hear.

use super::Source;

/// What people read or hear of a node.
const SPOKEN: &[&str] = &[
    "\"aria-label\": ",
    "title: ",
    "placeholder: ",
    "label: ",
    "alt: ",
];

/// Strings on such lines are for those who develop: errors, and what goes to the console.
const FOR_DEVELOPERS: &[&str] = &["Error(", "console."];

/// Names that others have given, which are compared and never shown: of a browser's own errors, and of what files have.
const NOT_SHOWN: &[&str] = &["ResizeObserver loop", "Draft date"];

pub(super) fn texts_elsewhere(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources.iter().filter(|source| is_looked_at(&source.path)) {
        for (index, line) in source.text.lines().enumerate() {
            for text in spoken(line) {
                complaints.push(format!(
                    "{}:{}: {text:?} is said to people: it belongs into www/src/words",
                    source.path,
                    index + 1
                ));
            }
        }
    }
    complaints
}

fn is_looked_at(path: &str) -> bool {
    path.starts_with("www/src/") && !path.starts_with("www/src/words/")
}

/// The strings on a line that people would read.
fn spoken(line: &str) -> Vec<&str> {
    let code = line.trim_start();
    let is_comment = code.starts_with("//") || code.starts_with('*') || code.starts_with("/*");
    if is_comment || FOR_DEVELOPERS.iter().any(|word| line.contains(word)) {
        return Vec::new();
    }
    literals(line)
        .into_iter()
        .filter(|(before, text)| {
            let given = SPOKEN.iter().any(|attribute| before.ends_with(attribute));
            let named = given && text.chars().any(char::is_alphabetic) && !text.starts_with("${");
            (named || is_sentence(text)) && !NOT_SHOWN.contains(text)
        })
        .map(|(_, text)| text)
        .collect()
}

/// Whether a text begins like a sentence and goes on: a capital, a small letter, and a space before another letter.
fn is_sentence(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase);
    begins
        && text
            .split(' ')
            .skip(1)
            .any(|word| word.starts_with(char::is_alphabetic))
}

/// The strings of a line, each with what stands before it.
fn literals(line: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].find(['"', '`']).map(|offset| at + offset) {
        let quote = line.as_bytes()[start];
        let inside = &line[start + 1..];
        let Some(length) = inside.bytes().position(|byte| byte == quote) else {
            break;
        };
        found.push((&line[..start], &inside[..length]));
        at = start + length + 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_read_is_found() {
        assert_eq!(
            spoken(r#"toast("The demo is not here.")"#),
            ["The demo is not here."]
        );
        assert_eq!(spoken(r#"el("a", { title: "Scenes" })"#), ["Scenes"]);
        assert_eq!(
            spoken(r#"el("a", { "aria-label": `Follow ${name}` })"#),
            ["Follow ${name}"]
        );
    }

    #[test]
    fn what_nobody_reads_is_left_alone() {
        for line in [
            r#"el("div", { class: "button primary" }, ui.shell.share)"#,
            r#"throw new Error("Expected a script")"#,
            r#"// She said "That is it." once."#,
            r#"title: `${label} (${keyLabel(key)})`"#,
            r#"  scenes: "M4 6h16M4 12h16","#,
            r#"  const times = ["DAY", "MOMENTS LATER"]"#,
        ] {
            assert_eq!(spoken(line), Vec::<&str>::new(), "{line}");
        }
    }
}
