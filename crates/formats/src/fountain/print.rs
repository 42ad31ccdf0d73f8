//! Fountain, writing: paragraphs become lines, each as plain as it can be and forced where it
//! would be read as something else.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};

use super::carried::{Flow, carried};
use super::classify::{
    Neighbours, is_blank, is_forced, is_heading, is_page_break, is_parenthetical, natural,
    split_number,
};
use super::encode::{Frame, encode};
use super::guard::guard;
use super::markers;
use super::title_page;

/// Writes Fountain, with `\n` at the end of each line.
///
/// Reading it gives [`carried`]`(script)`: the same text in the same paragraphs.
///
/// ```
/// use scriptroom_formats::fountain;
/// use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
///
/// let script = PlainScript {
///     paragraphs: vec![
///         Paragraph::new(ElementType::Character, "McClane"),
///         Paragraph::new(ElementType::Dialogue, "It's 4*4."),
///     ],
///     ..PlainScript::default()
/// };
/// assert_eq!(fountain::print(&script), "@McClane\nIt's 4\\*4.\n");
/// ```
#[must_use]
pub fn print(script: &PlainScript) -> String {
    let script = carried(script);
    let mut printer = Printer {
        paragraphs: &script.paragraphs,
        out: String::new(),
        flow: Flow::default(),
        body: 0,
        forced_until: 0,
    };
    title_page::print(&script.title_page, &mut printer.out);
    if !script.title_page.is_empty() && !script.paragraphs.is_empty() {
        printer.out.push('\n');
    }
    printer.body = printer.out.len();
    let mut at = 0;
    while at < script.paragraphs.len() {
        at = printer.paragraph(at);
    }
    printer.out
}

struct Printer<'a> {
    paragraphs: &'a [Paragraph],
    out: String,
    flow: Flow,
    /// Where the script starts, behind the title page.
    body: usize,
    /// Empty paragraphs up to here are written with their mark.
    forced_until: usize,
}

impl Printer<'_> {
    /// Writes the paragraph at `at`, with those that share its lines; the next one to write.
    fn paragraph(&mut self, at: usize) -> usize {
        if let Some(next) = self.empty_lines(at) {
            return next;
        }
        let paragraph = &self.paragraphs[at];
        self.separate(paragraph);
        let next = match paragraph.element {
            ElementType::Note => self.note(at),
            ElementType::Boneyard => self.boneyard(at),
            _ => {
                let line = self.line(at);
                self.put(&line);
                at + 1
            }
        };
        for paragraph in &self.paragraphs[at..next] {
            self.flow
                .pass(paragraph.element, paragraph.attributes.joined);
        }
        next
    }

    fn put(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// The empty line before a paragraph, and the `@` before speech that nobody is named for.
    fn separate(&mut self, paragraph: &Paragraph) {
        let spoken = matches!(
            paragraph.element,
            ElementType::Dialogue | ElementType::Parenthetical
        );
        let sung = paragraph.element == ElementType::Lyrics && self.flow.is_after_cue();
        if paragraph.attributes.joined || sung || (spoken && self.flow.in_speech) {
            return;
        }
        if self.out.len() > self.body {
            self.out.push('\n');
        }
        if spoken {
            self.put("@");
        }
    }

    /// Empty action is a further empty line where the reader takes it for that.
    fn empty_lines(&mut self, at: usize) -> Option<usize> {
        if at < self.forced_until {
            return None;
        }
        let is_empty = |paragraph: &&Paragraph| **paragraph == Paragraph::default();
        let count = self.paragraphs[at..].iter().take_while(is_empty).count();
        // Looked at once: a run of a hundred thousand is not counted again for each of them.
        self.forced_until = at + count;
        let next = self.paragraphs.get(at + count)?;
        let counts = count > 0
            && self.out.len() > self.body
            && !next.attributes.joined
            && next.element != ElementType::SceneHeading;
        if !counts {
            return None;
        }
        self.out.extend(std::iter::repeat_n('\n', count));
        self.flow.pass(ElementType::Action, false);
        Some(at + count)
    }

    fn note(&mut self, at: usize) -> usize {
        let lines = self.lines_of(at);
        for index in at..lines {
            let last = index + 1 == lines;
            let frame = Frame {
                note: true,
                opens_note: index == at,
                closes_note: last,
            };
            let line = encode(&self.paragraphs[index], frame);
            if is_blank(&line) {
                self.out.push_str("  ");
            }
            self.put(&line);
        }
        lines
    }

    fn boneyard(&mut self, at: usize) -> usize {
        let lines = self.lines_of(at);
        self.put("/*");
        for index in at..lines {
            let line = encode(&self.paragraphs[index], Frame::default());
            self.put(&line);
        }
        self.put("*/");
        lines
    }

    /// Where the paragraphs end that belong to the one at `at`.
    fn lines_of(&self, at: usize) -> usize {
        let element = self.paragraphs[at].element;
        let more = self.paragraphs[at + 1..].iter();
        at + 1
            + more
                .take_while(|p| p.element == element && p.attributes.joined)
                .count()
    }

    fn line(&self, at: usize) -> String {
        let paragraph = &self.paragraphs[at];
        let text = encode(paragraph, Frame::default());
        match paragraph.element {
            ElementType::SceneHeading => heading(paragraph, &text),
            ElementType::Character => self.cue(at, &text),
            ElementType::Parenthetical => parenthetical(text),
            ElementType::Dialogue => dialogue(text),
            ElementType::Transition => self.transition(at, &text),
            ElementType::Shot => marked("!! ", &text, false),
            ElementType::Lyrics => marked("~ ", &text, false),
            ElementType::Centered => centered("", &text),
            ElementType::General | ElementType::CastList => {
                format!("!{}{text}", marker(paragraph.element, &markers::IN_ACTION))
            }
            ElementType::NewAct | ElementType::EndOfAct => {
                centered(marker(paragraph.element, &markers::IN_CENTERED), &text)
            }
            ElementType::Section => {
                let depth = usize::from(paragraph.attributes.depth);
                marked(&format!("{} ", "#".repeat(depth)), &text, false)
            }
            ElementType::Synopsis => marked("= ", &text, false),
            ElementType::PageBreak => marked("=== ", &text, text.starts_with('=')),
            ElementType::Action | ElementType::Note | ElementType::Boneyard => {
                self.action(at, text)
            }
        }
    }

    /// Whether the line that follows paragraph `at` has something to read.
    fn next_visible(&self, at: usize, in_speech: bool) -> bool {
        self.paragraphs
            .get(at + 1)
            .is_some_and(|next| match next.element {
                ElementType::Dialogue => {
                    in_speech && next.runs.iter().any(|run| !is_blank(&run.text))
                }
                ElementType::Parenthetical => in_speech,
                ElementType::Lyrics => in_speech || next.attributes.joined,
                _ => next.attributes.joined,
            })
    }

    fn next_ends_block(&self, at: usize) -> bool {
        let next = self.paragraphs.get(at + 1);
        next.is_none_or(|next| !next.attributes.joined || next.element == ElementType::Boneyard)
    }

    /// Whether the line, as it is, will be read as `element`.
    fn is_natural(&self, at: usize, line: &str, element: ElementType) -> bool {
        let is_first = self.out.is_empty();
        if is_blank(line)
            || is_forced(line.trim_start())
            || (is_first && is_read_otherwise_first(line))
        {
            return false;
        }
        let around = Neighbours {
            fresh: true,
            next_visible: self.next_visible(at, element == ElementType::Character),
            next_ends_block: self.next_ends_block(at),
        };
        natural(line, around) == element
    }

    fn action(&self, at: usize, text: String) -> String {
        if self.is_natural(at, &text, ElementType::Action) {
            return text;
        }
        let guard = if markers::needs_action_guard(&text) {
            "\\"
        } else {
            ""
        };
        format!("!{guard}{text}")
    }

    fn cue(&self, at: usize, text: &str) -> String {
        let dual = if self.paragraphs[at].attributes.dual {
            " ^"
        } else {
            ""
        };
        let name = guard(text, false, text.ends_with('^'));
        let line = format!("{name}{dual}");
        if self.is_natural(at, &line, ElementType::Character) {
            return line;
        }
        format!("@{line}")
    }

    fn transition(&self, at: usize, text: &str) -> String {
        let joined = self.paragraphs[at].attributes.joined;
        let line = guard(text, false, text.ends_with('<'));
        if !joined && self.is_natural(at, &line, ElementType::Transition) {
            return line;
        }
        format!("> {line}")
    }
}

/// Whether a line means something else at the very start of a file.
fn is_read_otherwise_first(line: &str) -> bool {
    title_page::looks_like_one(line) || line.starts_with('\u{feff}')
}

fn heading(paragraph: &Paragraph, text: &str) -> String {
    let is_numbered = split_number(text).1.is_some();
    let text = guard(text, text.starts_with('.'), is_numbered);
    let force = if is_heading(&text) { "" } else { "." };
    match &paragraph.attributes.scene_number {
        Some(number) => format!("{force}{text} #{number}#"),
        None => format!("{force}{text}"),
    }
}

fn parenthetical(text: String) -> String {
    if is_parenthetical(&text) && !markers::is_bare_parenthetical(&text) {
        return text;
    }
    format!("(\\{text}\\)")
}

fn dialogue(text: String) -> String {
    if is_blank(&text) {
        return format!("  {text}");
    }
    let is_all = |from: &str, to: &str| text.starts_with(from) && text.ends_with(to);
    let trailing = is_all("[[", "]]") || is_all("/*", "*/");
    guard(
        &text,
        is_parenthetical(&text) || is_page_break(&text),
        trailing,
    )
}

/// A line that starts with a mark; without a text it is the mark alone.
fn marked(mark: &str, text: &str, leading: bool) -> String {
    if text.is_empty() {
        return mark.trim_end().to_owned();
    }
    format!("{mark}{}", guard(text, leading, false))
}

fn centered(marker: &str, text: &str) -> String {
    format!("> {marker}{} <", guard(text, false, false))
}

fn marker(element: ElementType, markers: &[(ElementType, &'static str)]) -> &'static str {
    markers
        .iter()
        .find(|(marked, _)| *marked == element)
        .map_or("", |(_, marker)| marker)
}
