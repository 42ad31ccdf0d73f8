//! The title page: who and what in the middle, dates and addresses at the foot.

use scriptroom_formats::fountain;
use scriptroom_pages::clusters;
use scriptroom_paragraphs::{PlainScript, Styles, TitleEntry};

/// A line of it, with its styles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TitleLine {
    pub(crate) letters: Vec<(char, Styles)>,
    pub(crate) is_title: bool,
}

impl TitleLine {
    pub(crate) fn cells(&self) -> u32 {
        let text: String = self.letters.iter().map(|(letter, _)| letter).collect();
        clusters(&text).map(|(_, cells)| cells).sum()
    }
}

/// What stands where; an empty line is one without letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TitlePage {
    pub(crate) centered: Vec<TitleLine>,
    pub(crate) foot: Vec<TitleLine>,
}

/// The entries that stand in the middle, in this order.
const CENTERED: [&str; 5] = ["title", "credit", "author", "authors", "source"];

impl TitlePage {
    /// None without an entry that has text.
    pub(crate) fn of(script: &PlainScript, width: u32) -> Option<TitlePage> {
        let mut page = TitlePage::default();
        for key in CENTERED {
            for entry in named(script, key) {
                part(&mut page.centered, entry, key == "title", width);
            }
        }
        let is_centered =
            |entry: &TitleEntry| CENTERED.contains(&entry.key.to_lowercase().as_str());
        for entry in script.title_page.iter().filter(|entry| !is_centered(entry)) {
            part(&mut page.foot, entry, false, width);
        }
        (page != TitlePage::default()).then_some(page)
    }
}

/// The entries of a name.
pub(crate) fn named<'a>(
    script: &'a PlainScript,
    key: &'a str,
) -> impl Iterator<Item = &'a TitleEntry> {
    let entries = script.title_page.iter();
    entries.filter(move |entry| entry.key.eq_ignore_ascii_case(key))
}

/// An entry in one line, as plain text.
pub(crate) fn in_one_line(script: &PlainScript, keys: &[&str]) -> Option<String> {
    let lines: Vec<String> = keys
        .iter()
        .flat_map(|key| named(script, key))
        .flat_map(|entry| entry.lines.iter())
        .map(|line| styled(line).iter().map(|(letter, _)| letter).collect())
        .collect();
    let text = lines.join(" ").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn part(lines: &mut Vec<TitleLine>, entry: &TitleEntry, is_title: bool, width: u32) {
    if entry.lines.iter().all(|line| line.trim().is_empty()) {
        return;
    }
    if !lines.is_empty() {
        lines.push(TitleLine {
            letters: Vec::new(),
            is_title: false,
        });
    }
    for line in &entry.lines {
        let pieces = wrapped(&styled(line.trim()), width);
        lines.extend(
            pieces
                .into_iter()
                .map(|letters| TitleLine { letters, is_title }),
        );
    }
}

/// The letters of a line, which is written as in Fountain.
fn styled(line: &str) -> Vec<(char, Styles)> {
    let parsed = fountain::parse(&format!("!{line}"));
    let runs = parsed
        .script
        .paragraphs
        .iter()
        .flat_map(|paragraph| &paragraph.runs);
    runs.filter(|run| run.styles.is_printed())
        .flat_map(|run| run.text.chars().map(|letter| (letter, run.styles)))
        .collect()
}

/// Lines of at most `width` letters, broken at spaces where there are any.
fn wrapped(letters: &[(char, Styles)], width: u32) -> Vec<Vec<(char, Styles)>> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut lines = Vec::new();
    let mut rest = letters;
    while rest.len() > width {
        let space = rest[..=width]
            .iter()
            .rposition(|(letter, _)| *letter == ' ');
        let end = space.filter(|space| *space > 0).unwrap_or(width);
        lines.push(rest[..end].to_vec());
        rest = &rest[end..];
        while let [(' ', _), behind @ ..] = rest {
            rest = behind;
        }
    }
    lines.push(rest.to_vec());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &TitleLine) -> String {
        line.letters.iter().map(|(letter, _)| letter).collect()
    }

    #[test]
    fn titles_stand_in_the_middle_and_addresses_at_the_foot() {
        let script = fountain::parse(
            "Contact: a@b.example\nTitle:\n    _**THE FERRY**_\n    a film\nAuthor: Ana\nDraft date: 1/2\n\nRain.\n",
        );
        let page = TitlePage::of(&script.script, 60).unwrap();
        let centered: Vec<String> = page.centered.iter().map(text).collect();
        assert_eq!(centered, ["THE FERRY", "a film", "", "Ana"]);
        assert!(page.centered[0].letters[0].1.contains(Styles::BOLD));
        let foot: Vec<String> = page.foot.iter().map(text).collect();
        assert_eq!(foot, ["a@b.example", "", "1/2"]);
        assert_eq!(
            in_one_line(&script.script, &["title"]).unwrap(),
            "THE FERRY a film"
        );
    }

    #[test]
    fn without_words_there_is_no_title_page() {
        let script = fountain::parse("Title:\n\nRain.\n").script;
        assert_eq!(TitlePage::of(&script, 60), None);
    }

    #[test]
    fn long_lines_are_wrapped() {
        let letters: Vec<(char, Styles)> =
            "aa bb cccccc".chars().map(|c| (c, Styles::NONE)).collect();
        let lines = wrapped(&letters, 5);
        let lines: Vec<String> = lines
            .iter()
            .map(|line| line.iter().map(|(c, _)| c).collect())
            .collect();
        assert_eq!(lines, ["aa bb", "ccccc", "c"]);
    }
}
