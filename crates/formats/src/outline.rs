//! What formats share that show a script rather than keep it: printed paragraphs, with speeches that stand side by side.

use scriptroom_pages::TitleText;
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, TitleEntry};

use crate::fountain;

/// What stands on its own in a script that is read.
pub(crate) enum Block<'a> {
    /// A paragraph.
    One(&'a Paragraph),
    /// Two speeches, side by side.
    Pair([&'a [Paragraph]; 2]),
}

/// The paragraphs as they are given out: of an omitted scene only that it is.
pub(crate) fn given_out(paragraphs: &[Paragraph]) -> Vec<Paragraph> {
    let mut omitted = false;
    let mut out = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let is_heading = paragraph.element == ElementType::SceneHeading;
        if is_heading {
            omitted = paragraph.attributes.omitted;
        }
        match (omitted, is_heading) {
            (false, _) => out.push(paragraph.clone()),
            (true, true) => out.push(Paragraph {
                runs: vec![Run::plain("OMITTED")],
                ..paragraph.clone()
            }),
            (true, false) => {}
        }
    }
    out
}

/// The script's printed paragraphs, in order, and where pages are forced to end.
pub(crate) fn blocks(paragraphs: &[Paragraph]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < paragraphs.len() {
        let left = at + speech_len(&paragraphs[at..]);
        let right = left + speech_len(&paragraphs[left..]);
        let is_pair = left > at && right > left && paragraphs[left].attributes.dual;
        if is_pair {
            blocks.push(Block::Pair([
                &paragraphs[at..left],
                &paragraphs[left..right],
            ]));
            at = right;
            continue;
        }
        let paragraph = &paragraphs[at];
        if paragraph.element.is_printed() || paragraph.element == ElementType::PageBreak {
            blocks.push(Block::One(paragraph));
        }
        at += 1;
    }
    blocks
}

/// How many paragraphs the speech takes that begins here; none where none does.
fn speech_len(paragraphs: &[Paragraph]) -> usize {
    let is_cue = |paragraph: &Paragraph| paragraph.element == ElementType::Character;
    if !paragraphs.first().is_some_and(is_cue) {
        return 0;
    }
    let is_spoken = |paragraph: &&Paragraph| {
        use ElementType::{Dialogue, Lyrics, Parenthetical};
        matches!(paragraph.element, Dialogue | Lyrics | Parenthetical)
    };
    1 + paragraphs[1..].iter().take_while(is_spoken).count()
}

/// The runs that are printed.
pub(crate) fn printed(paragraph: &Paragraph) -> impl Iterator<Item = &Run> {
    paragraph.runs.iter().filter(|run| run.styles.is_printed())
}

/// The entries of the title page that stand in its middle, and those at its foot.
pub(crate) fn title_page(script: &PlainScript) -> (Vec<&TitleEntry>, Vec<&TitleEntry>) {
    let entries = script.title_page.iter();
    entries.partition(|entry| scriptroom_pages::is_centred(&entry.key))
}

/// The entries of a title page as they are laid out: their lines are written as in Fountain.
#[must_use]
pub fn title_texts(entries: &[TitleEntry]) -> Vec<TitleText> {
    let text = |entry: &TitleEntry| TitleText {
        key: entry.key.clone(),
        lines: entry.lines.iter().map(|line| title_line(line)).collect(),
    };
    entries.iter().map(text).collect()
}

/// The runs of a line of the title page, which is written as in Fountain; without the blanks around it, also those beside what is not printed.
pub(crate) fn title_line(line: &str) -> Vec<Run> {
    let runs = fountain::read_line(line.trim()).into_iter();
    let mut runs: Vec<Run> = runs.filter(|run| run.styles.is_printed()).collect();
    let blank = runs.iter().take_while(|run| run.text.trim().is_empty());
    runs.drain(..blank.count());
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    while let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    runs
}

/// An entry in one line, as plain text.
pub fn in_one_line(script: &PlainScript, key: &str) -> String {
    let entries = script.title_page.iter();
    let lines = entries
        .filter(|entry| entry.key.eq_ignore_ascii_case(key))
        .flat_map(|entry| &entry.lines);
    let lines: Vec<String> = lines
        .map(|line| {
            title_line(line)
                .iter()
                .map(|run| run.text.as_str())
                .collect()
        })
        .collect();
    lines.join(" ").trim().to_owned()
}

/// Text as HTML and XML have it: without what would be markup, and without characters that XML cannot say.
pub(crate) fn escape(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\t' => into.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => into.push('\u{fffd}'),
            letter => into.push(letter),
        }
    }
}
