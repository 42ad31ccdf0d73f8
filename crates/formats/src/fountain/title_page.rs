//! The title page: `Key: value` lines at the top of the file, up to the first empty line.

use scriptroom_paragraphs::TitleEntry;

use super::classify::is_heading;

/// Keys that are known to have no other meaning, so that they may stand alone.
const KNOWN_KEYS: [&str; 9] = [
    "title",
    "credit",
    "author",
    "authors",
    "source",
    "draft date",
    "date",
    "contact",
    "copyright",
];

/// Reads the title page; also how many lines it takes.
pub(super) fn parse(lines: &[&str]) -> (Vec<TitleEntry>, usize) {
    let mut entries: Vec<TitleEntry> = Vec::new();
    if !starts(lines) {
        return (entries, 0);
    }
    for (index, line) in lines.iter().enumerate() {
        if line.is_empty() {
            return (entries, index + 1);
        }
        match (split(line), entries.last_mut()) {
            (Some((key, value)), _) => entries.push(TitleEntry {
                key: key.to_owned(),
                lines: (!value.is_empty())
                    .then(|| value.to_owned())
                    .into_iter()
                    .collect(),
            }),
            (None, Some(entry)) if line.starts_with([' ', '\t']) => {
                entry.lines.push(unindent(line).to_owned());
            }
            (None, _) => return (entries, index),
        }
    }
    (entries, lines.len())
}

/// Whether the first line starts a title page rather than a script: `FADE IN:` does not.
fn starts(lines: &[&str]) -> bool {
    let Some((key, value)) = lines.first().and_then(|line| split(line)) else {
        return false;
    };
    if KNOWN_KEYS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
    {
        return true;
    }
    let goes_on = lines
        .get(1)
        .is_some_and(|next| next.starts_with([' ', '\t']) || split(next).is_some());
    !value.is_empty() || goes_on
}

/// The key and the value of a `Key: value` line.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    (is_key(key) && !is_heading(line)).then(|| (key, value.trim()))
}

/// `FADE IN:` begins the script, whatever stands before it.
fn is_key(key: &str) -> bool {
    let is_transition =
        [" IN", " OUT", " TO"].iter().any(|end| key.ends_with(end)) || key == "FADE";
    let ends_well = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !is_transition
        && key.chars().count() <= 40
        && ends_well(key.chars().next())
        && !key.ends_with(char::is_whitespace)
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || " -_'’/().#&,".contains(c))
}

/// Takes one level of indentation off: a tab, or up to four spaces.
fn unindent(line: &str) -> &str {
    line.strip_prefix('\t').unwrap_or_else(|| {
        let spaces = line.bytes().take(4).take_while(|&b| b == b' ').count();
        &line[spaces..]
    })
}

/// Whether the line would be read as a title page if it stood first.
pub(super) fn looks_like_one(line: &str) -> bool {
    split(line).is_some()
}

/// The key as Fountain can carry it: see the table in the module's documentation.
pub(super) fn carried_key(key: &str) -> String {
    if is_key(key) && !is_heading(&format!("{key}:")) {
        return key.to_owned();
    }
    let kept: String = key
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || " -_'’/().#&,".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(33)
        .collect();
    format!("Entry {kept}.")
}

/// Writes the title page, without the empty line behind it.
pub(super) fn print(entries: &[TitleEntry], out: &mut String) {
    for entry in entries {
        out.push_str(&entry.key);
        out.push(':');
        match &entry.lines[..] {
            [line] if !line.is_empty() && line.trim() == line => {
                out.push(' ');
                out.push_str(line);
                out.push('\n');
            }
            lines => {
                out.push('\n');
                for line in lines {
                    out.push_str("    ");
                    out.push_str(line);
                    out.push('\n');
                }
            }
        }
    }
}

/// Whether the entries, written down, are read as a title page: the first one must show it.
pub(super) fn is_recognised(entries: &[TitleEntry]) -> bool {
    let mut text = String::new();
    print(entries, &mut text);
    let lines: Vec<&str> = text.lines().collect();
    starts(&lines)
}
