//! The title page, which in Final Draft is paragraphs anywhere on a page.
//!
//! What a line is follows from what it says and where it stands ([`Reading`]). The same reading tells the writer which
//! line has to name its key (`Contact: …`) in order to come back as what it was. In an entry styles are marks, as in Fountain.

use scriptroom_paragraphs::{Paragraph, Styles, TitleEntry};

use crate::fountain::write_line;
use crate::outline::title_line;

use super::document::Document;
use super::rewrite::{NewParagraph, opened, rewrite};
use super::unit::{Styled, Unit};
use super::xml::NodeId;

/// The title page as the file has it.
#[derive(Clone, Debug, Default)]
pub(super) struct TitlePage {
    /// What the paragraphs stand in.
    pub(super) content: Option<NodeId>,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    node: NodeId,
    key: String,
    /// The `Key: ` that it begins with.
    named: Vec<Styled>,
    text: String,
    opens_entry: bool,
}

impl TitlePage {
    pub(super) fn read(document: &Document) -> TitlePage {
        let page = document.child(document.root, "TitlePage");
        let Some(content) = page.and_then(|page| document.child(page, "Content")) else {
            return TitlePage::default();
        };
        let mut reading = Reading::default();
        let mut lines: Vec<Line> = Vec::new();
        for node in document.children_named(content, "Paragraph") {
            let alignment = document.attribute(node, "Alignment");
            let centered = alignment.is_none_or(|alignment| alignment == "Center");
            let text = document.text(node, true).shown;
            for line in text.split(|(c, _)| *c == '\n') {
                let text: String = line.iter().map(|(c, _)| *c).collect();
                let Some((key, named)) = reading.line(&text, centered) else {
                    continue;
                };
                let opens_entry = lines.last().is_none_or(|last| last.key != key);
                let (named, said) = line.split_at(named.chars().count());
                lines.push(Line {
                    node,
                    text: marked(said),
                    key,
                    named: named.to_vec(),
                    opens_entry,
                });
            }
        }
        TitlePage {
            content: Some(content),
            lines,
        }
    }

    pub(super) fn entries(&self) -> Vec<TitleEntry> {
        let mut entries: Vec<TitleEntry> = Vec::new();
        for line in &self.lines {
            if line.opens_entry {
                entries.push(TitleEntry {
                    key: line.key.clone(),
                    lines: Vec::new(),
                });
            }
            let entry = entries.last_mut().expect("the first line opens an entry");
            entry.lines.push(line.text.clone());
        }
        entries
    }

    /// The paragraphs to write anew, where each line is still there; nothing where lines came or went.
    pub(super) fn changed_lines(
        &self,
        document: &Document,
        now: &[TitleEntry],
    ) -> Option<Vec<(NodeId, String)>> {
        let lines: Vec<(&str, &String, bool)> = now
            .iter()
            .flat_map(|entry| {
                let lines = entry.lines.iter().enumerate();
                lines.map(|(index, line)| (entry.key.as_str(), line, index == 0))
            })
            .collect();
        let same = |(was, is): (&Line, &(&str, &String, bool))| {
            was.key == is.0 && was.opens_entry == is.2 && was.text.is_empty() == is.1.is_empty()
        };
        let is_same_shape = lines.len() == self.lines.len()
            && now.iter().all(|entry| !entry.lines.is_empty())
            && self.lines.iter().zip(&lines).all(same);
        if !is_same_shape {
            return None;
        }
        let mut changed: Vec<(NodeId, String)> = Vec::new();
        let pairs: Vec<(&Line, &String)> = self
            .lines
            .iter()
            .zip(lines.iter().map(|line| line.1))
            .collect();
        for pairs in pairs.chunk_by(|a, b| a.0.node == b.0.node) {
            if pairs.iter().all(|(was, is)| was.text == **is) {
                continue;
            }
            let mut text: Vec<Styled> = Vec::new();
            for (at, (was, is)) in pairs.iter().enumerate() {
                text.extend((at > 0).then_some(('\n', Styles::NONE)));
                text.extend(&was.named);
                text.extend(styled(is));
            }
            let node = pairs[0].0.node;
            changed.push((node, with_text(document, node, text)));
        }
        Some(changed)
    }
}

/// A line of the file as one of an entry, with marks for its styles.
fn marked(line: &[Styled]) -> String {
    let mut paragraph = Paragraph::default();
    for (c, styles) in line {
        paragraph.push(c.encode_utf8(&mut [0; 4]), *styles);
    }
    write_line(paragraph.runs)
}

/// A line of an entry as one of the file.
fn styled(line: &str) -> Vec<Styled> {
    let runs = title_line(line).into_iter();
    runs.flat_map(|run| {
        run.text
            .chars()
            .map(|c| (c, run.styles))
            .collect::<Vec<_>>()
    })
    .collect()
}

/// A paragraph with another text.
fn with_text(document: &Document, node: NodeId, text: Vec<Styled>) -> String {
    let was = document.text(node, true);
    let head = opened(document.tree.open_tag(node, &document.source));
    let now = Unit {
        text,
        ..Unit::default()
    };
    rewrite(document, node, head, &was, &now, &[])
}

/// The paragraphs of a whole title page.
pub(super) fn paragraphs(entries: &[TitleEntry]) -> Vec<NewParagraph> {
    let mut reading = Reading::default();
    let mut paragraphs = Vec::new();
    for entry in entries {
        let centered = is_centered(&entry.key);
        let attributes = |centered: bool| {
            let alignment = if centered { "Center" } else { "Left" };
            vec![("Alignment".to_owned(), alignment.to_owned())]
        };
        reading.line("", centered);
        paragraphs.push(NewParagraph {
            attributes: attributes(centered),
            ..NewParagraph::default()
        });
        for line in &entry.lines {
            let line = styled(line);
            let said: String = line.iter().map(|(c, _)| *c).collect();
            let mut trial = reading.clone();
            let read = trial.line(&said, centered);
            let named = match read {
                Some((key, named)) if !named.is_empty() || !is_same_key(&key, &entry.key) => {
                    format!("{}: ", key_as_written(&entry.key))
                }
                _ => String::new(),
            };
            reading.line(&format!("{named}{said}"), centered);
            let named = named.chars().map(|c| (c, Styles::NONE));
            paragraphs.push(NewParagraph {
                attributes: attributes(centered),
                text: named.chain(line).collect(),
                ..NewParagraph::default()
            });
        }
    }
    paragraphs
}

/// The keys of what stands in the middle of the page, and of what stands at its foot.
const CENTERED: [&str; 5] = ["title", "credit", "author", "authors", "source"];
const KEYS: [&str; 6] = [
    "draft date",
    "date",
    "contact",
    "copyright",
    "notes",
    "revision",
];

fn is_centered(key: &str) -> bool {
    CENTERED.iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn is_same_key(read: &str, key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    read.to_ascii_lowercase() == key || (read == "Author" && key == "authors")
}

/// A key that reads back as one.
fn key_as_written(key: &str) -> String {
    let is_fine = |c: &char| c.is_alphanumeric() || *c == ' ';
    let kept: String = key.chars().filter(is_fine).take(30).collect();
    let kept = kept.trim();
    if kept.is_empty() { "Entry" } else { kept }.to_owned()
}

/// Reads a title page line by line.
#[derive(Clone, Debug, Default)]
struct Reading {
    has_title: bool,
    /// What the line before was, if no empty one came since.
    block: Option<(String, bool)>,
    credited: bool,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

impl Reading {
    /// The key of a line, and the `Key: ` that it begins with; nothing of an empty line.
    fn line(&mut self, text: &str, centered: bool) -> Option<(String, String)> {
        if text.trim().is_empty() {
            self.block = None;
            return None;
        }
        let named = named_key(text).filter(|(key, _)| self.may_be_named(key, centered));
        let (key, named) = match named {
            Some((key, named)) => (key, named),
            None => (self.key(text, centered).to_owned(), String::new()),
        };
        self.has_title |= key == "Title";
        self.credited =
            key == "Credit" || (self.credited && self.block.is_none() && key != "Author");
        self.block = Some((key.clone(), centered));
        Some((key, named))
    }

    /// Whether a line may say that it is of an entry with this key. A title has a colon, too, and so has a line of an
    /// address: a key of the writer's own begins a block at the foot.
    fn may_be_named(&self, key: &str, centered: bool) -> bool {
        let mut known = KEYS.iter().chain(&CENTERED);
        let goes_on = |(block, _): &(String, bool)| block.eq_ignore_ascii_case(key);
        known.any(|known| known.eq_ignore_ascii_case(key))
            || self.block.as_ref().map_or(!centered, goes_on)
    }

    fn key(&self, text: &str, centered: bool) -> String {
        let lower = text.trim().to_ascii_lowercase();
        let starts = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let key = if lower == "by" || lower.ends_with(" by") {
            "Credit"
        } else if starts(&["based on", "based upon", "adapted from", "inspired by"]) {
            "Source"
        } else if starts(&["©", "(c)", "copyright"]) {
            "Copyright"
        } else if self.credited {
            "Author"
        } else if !self.has_title && centered {
            "Title"
        } else if has(&["draft", "revision", "revised"]) || is_date(&lower) {
            "Draft date"
        } else {
            match &self.block {
                Some((key, was_centered)) if *was_centered == centered && goes_on(key) => key,
                _ if centered => "Notes",
                _ => "Contact",
            }
        };
        key.to_owned()
    }
}

/// Whether the next line of a block is more of the same.
fn goes_on(key: &str) -> bool {
    !["Draft date", "Copyright", "Credit"].contains(&key)
}

/// `May 4, 2026` or `2026-05-04`, and no telephone number.
fn is_date(lower: &str) -> bool {
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_year =
        |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let is_month = |word: &&str| MONTHS.iter().any(|month| word.starts_with(month));
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let years = words
        .iter()
        .filter(|word| is_number(word))
        .filter(|word| is_year(word));
    words.len() <= 4
        && years.count() == 1
        && words.iter().all(|word| is_number(word) || is_month(word))
}

/// `Episode: Pilot`. A key is a few words; `http:` is none.
fn named_key(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once(": ")?;
    let is_key = !key.is_empty()
        && key.chars().count() <= 30
        && key.trim() == key
        && key.chars().all(|c| c.is_alphanumeric() || c == ' ')
        && !value.trim().is_empty();
    is_key.then(|| (key.to_owned(), format!("{key}: ")))
}
