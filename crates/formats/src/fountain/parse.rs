//! Fountain, reading: lines become paragraphs. Never fails, never loses text, one pass.
//!
//! Begin with [`parse`]. What a line is depends on the line itself (`classify`), on whether it
//! stands in a speech, in a note or in the boneyard, and on the empty lines around it. What is
//! inside the line is read by `inline`.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};

use super::classify::{
    Neighbours, is_blank, is_forced_heading, is_lyrics, is_page_break, is_parenthetical, is_spacer,
    natural, split_number,
};
use super::diagnostic::{Diagnostic, DiagnosticKind};
use super::guard::unguard;
use super::inline::{self, Context, Ending, Outcome};
use super::markers;
use super::title_page;

/// A script that was read, and what is to be said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The script: the best reading.
    pub script: PlainScript,
    /// What the writer may want to look at.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads Fountain.
///
/// Takes time in proportion to the text, whatever is in it.
///
/// ```
/// use scriptroom_formats::fountain;
/// use scriptroom_paragraphs::ElementType;
///
/// let parsed = fountain::parse("INT. HOUSE - DAY #7#\n\nRain.\n");
/// let heading = &parsed.script.paragraphs[0];
/// assert_eq!(heading.element, ElementType::SceneHeading);
/// assert_eq!(heading.attributes.scene_number.as_deref(), Some("7"));
/// ```
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let lines = split_lines(text.strip_prefix('\u{feff}').unwrap_or(text));
    let (title_page, first) = title_page::parse(&lines);
    let mut parser = Parser::new(&lines, first);
    while let Some(line) = parser.lines.get(parser.at) {
        parser.line(line);
        parser.at += 1;
    }
    if parser.in_note {
        parser.diagnose(DiagnosticKind::UnclosedNote);
    }
    Parsed {
        script: PlainScript {
            title_page,
            paragraphs: parser.paragraphs,
        },
        diagnostics: parser.diagnostics,
    }
}

/// Lines, however they end: `\n`, `\r\n`, `\r` or one of Unicode's separators.
fn split_lines(text: &str) -> Vec<&str> {
    const ODD_BREAKS: [char; 3] = ['\r', '\u{2028}', '\u{2029}'];
    // One search each: a search for several characters at once decodes the whole text.
    if !ODD_BREAKS.iter().any(|&c| text.contains(c)) {
        return text.split('\n').collect();
    }
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        lines.extend(line.split(ODD_BREAKS));
    }
    lines
}

struct Parser<'a> {
    lines: &'a [&'a str],
    at: usize,
    /// The last line that holds a `*/`.
    last_boneyard_end: Option<usize>,
    paragraphs: Vec<Paragraph>,
    diagnostics: Vec<Diagnostic>,
    /// Empty lines since the last paragraph.
    blanks: usize,
    in_speech: bool,
    in_note: bool,
    note_line: usize,
    in_boneyard: bool,
}

impl<'a> Parser<'a> {
    fn new(lines: &'a [&'a str], at: usize) -> Parser<'a> {
        Parser {
            lines,
            at,
            last_boneyard_end: lines
                .iter()
                .rposition(|line| line.contains('/') && line.contains("*/")),
            paragraphs: Vec::new(),
            diagnostics: Vec::new(),
            blanks: 0,
            in_speech: false,
            in_note: false,
            note_line: 0,
            in_boneyard: false,
        }
    }

    fn diagnose(&mut self, kind: DiagnosticKind) {
        let line = if kind == DiagnosticKind::UnclosedNote {
            self.note_line
        } else {
            self.at
        };
        let text = self.lines.get(line).copied().unwrap_or_default();
        let before = text.rfind(kind.mark()).unwrap_or(0);
        self.diagnostics.push(Diagnostic {
            line: line + 1,
            column: text[..before].chars().count() + 1,
            kind,
        });
    }

    fn line(&mut self, line: &'a str) {
        let Some(line) = self.boneyard_line(line) else {
            return;
        };
        let spacer = is_spacer(line);
        if is_blank(line) && !(spacer && (self.in_speech || self.in_note)) {
            return self.blank();
        }
        if self.in_note {
            self.note_line(line);
        } else if spacer {
            self.push(
                Paragraph::new(ElementType::Dialogue, without_spacer(line)),
                false,
            );
        } else if self.in_speech {
            self.speech_line(line);
        } else {
            self.block_line(line);
        }
    }

    fn blank(&mut self) {
        if self.in_note {
            self.in_note = false;
            self.diagnose(DiagnosticKind::UnclosedNote);
        }
        self.in_speech = false;
        self.blanks += 1;
    }

    // Paragraphs

    /// Adds a paragraph behind the empty lines before it: each beyond the first is an empty
    /// paragraph, but not at the start and not before a heading, where writers leave two.
    fn push(&mut self, mut paragraph: Paragraph, can_be_joined: bool) {
        paragraph.attributes.joined =
            can_be_joined && self.blanks == 0 && !self.paragraphs.is_empty();
        match paragraph.element {
            ElementType::Dialogue | ElementType::Parenthetical => {
                paragraph.attributes.joined = false
            }
            ElementType::SceneHeading => self.blanks = 0,
            _ => {}
        }
        self.push_empty_ones();
        self.paragraphs.push(paragraph);
    }

    fn push_empty_ones(&mut self) {
        if !self.paragraphs.is_empty() {
            let count = self.blanks.saturating_sub(1);
            self.paragraphs
                .extend(std::iter::repeat_n(Paragraph::default(), count));
        }
        self.blanks = 0;
    }

    /// Reads the inside of a line into a paragraph, and remembers what runs on behind it.
    fn inline(&mut self, element: ElementType, content: &str) -> (Paragraph, Outcome) {
        let context = Context {
            in_note: self.in_note,
            in_boneyard: false,
            boneyard_ends_later: self.boneyard_ends_later(),
        };
        let mut paragraph = Paragraph {
            element,
            ..Paragraph::default()
        };
        let outcome = inline::parse(content, context, &mut paragraph);
        if outcome.stray_boneyard {
            self.diagnose(DiagnosticKind::UnclosedBoneyard);
        }
        if outcome.ending == Ending::Note && !(self.in_note && outcome.note_end.is_none()) {
            self.note_line = self.at;
        }
        self.in_note = outcome.ending == Ending::Note;
        if outcome.ending == Ending::Boneyard {
            self.in_boneyard = true;
        }
        (paragraph, outcome)
    }

    fn add(&mut self, element: ElementType, content: &str) {
        let (paragraph, _) = self.inline(element, content);
        self.push(paragraph, true);
    }

    fn boneyard_ends_later(&self) -> bool {
        self.last_boneyard_end.is_some_and(|last| last > self.at)
    }

    // The boneyard

    /// Takes the boneyard off the line's start; the rest of the line, if there is any.
    fn boneyard_line(&mut self, mut line: &'a str) -> Option<&'a str> {
        loop {
            if self.in_boneyard {
                let Some((text, rest)) = line.split_once("*/") else {
                    self.boneyard_text(line);
                    return None;
                };
                if !is_blank(text) {
                    self.boneyard_text(text);
                }
                self.in_boneyard = false;
                if is_blank(rest) {
                    return None;
                }
                line = rest;
            }
            let Some(content) = line
                .trim_start()
                .strip_prefix("/*")
                .filter(|_| !self.in_note)
            else {
                return Some(line);
            };
            match content.find("*/") {
                // Inside a line of dialogue: a matter of style.
                Some(end) if self.in_speech && !is_blank(&content[end + 2..]) => return Some(line),
                None if !self.boneyard_ends_later() => return Some(line),
                None if is_blank(content) => {
                    self.in_boneyard = true;
                    return None;
                }
                _ => self.in_boneyard = true,
            }
            line = content;
        }
    }

    fn boneyard_text(&mut self, text: &str) {
        let mut paragraph = Paragraph {
            element: ElementType::Boneyard,
            ..Paragraph::default()
        };
        let context = Context {
            in_boneyard: true,
            ..Context::default()
        };
        inline::parse(text, context, &mut paragraph);
        self.push(paragraph, true);
    }

    // Notes

    /// A line that starts inside a note.
    fn note_line(&mut self, line: &str) {
        let content = if is_spacer(line) {
            without_spacer(line)
        } else {
            line
        };
        let Some(note) = self.whole_note(content) else {
            let element = if self.in_speech {
                ElementType::Dialogue
            } else {
                ElementType::Action
            };
            return self.add(element, content);
        };
        let (paragraph, _) = self.inline(ElementType::Note, note);
        self.push(as_note(paragraph), true);
    }

    /// A line that starts with `[[`: a note of its own, or `other` with a note in it.
    fn line_with_note(&mut self, line: &str, other: ElementType, content: &str) {
        let Some(note) = self.whole_note(line.trim_start()) else {
            return self.add(other, content);
        };
        // A note right under another is one of its own, not the other's next line.
        let follows_note = self
            .paragraphs
            .last()
            .is_some_and(|last| last.element == ElementType::Note);
        let (paragraph, _) = self.inline(ElementType::Note, note);
        self.push(as_note(paragraph), self.in_speech || !follows_note);
    }

    /// The line up to the end of its note, if there is nothing else in the line.
    fn whole_note<'b>(&self, line: &'b str) -> Option<&'b str> {
        let context = Context {
            in_note: self.in_note,
            in_boneyard: false,
            boneyard_ends_later: self.boneyard_ends_later(),
        };
        let outcome = inline::parse(line, context, &mut Paragraph::default());
        match (outcome.note_end, outcome.ending) {
            (_, Ending::Boneyard) | (None, Ending::Closed) => None,
            (None, Ending::Note) => Some(line),
            (Some(end), _) => is_blank(&line[end..]).then(|| &line[..end]),
        }
    }

    // Speeches

    fn speech_line(&mut self, untrimmed: &str) {
        let line = untrimmed.trim();
        if is_page_break(line) {
            self.in_speech = false;
            return self.page_break(line, false);
        }
        if is_lyrics(line) {
            return self.lyrics(line);
        }
        if line.starts_with("[[") {
            return self.line_with_note(untrimmed, ElementType::Dialogue, unguard(line));
        }
        if is_parenthetical(line) {
            return self.add(ElementType::Parenthetical, markers::parenthetical(line));
        }
        self.add(ElementType::Dialogue, unguard(line));
    }

    /// A sung line. Right behind a cue it is what the cue says, even with an empty line between.
    fn lyrics(&mut self, line: &str) {
        let last = self.paragraphs.last().map(|last| last.element);
        let after_cue = matches!(
            last,
            Some(ElementType::Character | ElementType::Parenthetical)
        );
        let after_cue = after_cue && self.blanks <= 1;
        let (paragraph, _) = self.inline(ElementType::Lyrics, unguard(line[1..].trim_start()));
        self.push(paragraph, !after_cue);
        self.in_speech |= after_cue;
    }

    // Everything else

    fn block_line(&mut self, line: &'a str) {
        let trimmed = line.trim();
        let fresh = self.is_fresh();
        let first = trimmed.as_bytes()[0];
        match first {
            b'!' => self.forced_action(line.trim_start()),
            b'.' if fresh && is_forced_heading(trimmed) => self.heading(&trimmed[1..]),
            b'@' if fresh && trimmed == "@" => self.speech_without_cue(line),
            b'@' if fresh => self.cue(&trimmed[1..]),
            b'>' => self.angled(&trimmed[1..]),
            b'=' if is_page_break(trimmed) => self.page_break(trimmed, true),
            b'=' => self.add(ElementType::Synopsis, unguard(trimmed[1..].trim_start())),
            b'#' => self.section(trimmed),
            b'~' if is_lyrics(trimmed) => self.lyrics(trimmed),
            b'[' if trimmed.starts_with("[[") => {
                self.line_with_note(line, ElementType::Action, line)
            }
            _ => self.natural(line, fresh),
        }
    }

    fn is_fresh(&self) -> bool {
        self.blanks > 0
            || self.paragraphs.last().is_none_or(|last| {
                matches!(
                    last.element,
                    ElementType::Section
                        | ElementType::Synopsis
                        | ElementType::PageBreak
                        | ElementType::Boneyard
                        | ElementType::Note
                )
            })
    }

    fn natural(&mut self, line: &str, fresh: bool) {
        let next = self.lines.get(self.at + 1).filter(|line| !is_blank(line));
        let around = Neighbours {
            fresh,
            next_visible: next.is_some(),
            next_ends_block: next.is_none_or(|line| line.trim_start().starts_with("/*")),
        };
        match natural(line, around) {
            ElementType::SceneHeading => self.heading(line.trim()),
            ElementType::Character => self.cue(line.trim()),
            ElementType::Transition => self.add(ElementType::Transition, unguard(line.trim())),
            _ => self.add(ElementType::Action, line),
        }
    }

    fn heading(&mut self, line: &str) {
        let (text, number) = split_number(line);
        let (mut paragraph, _) = self.inline(ElementType::SceneHeading, unguard(&text));
        paragraph.attributes.scene_number = number.map(str::to_owned);
        self.push(paragraph, false);
    }

    fn cue(&mut self, line: &str) {
        let name = line.strip_suffix('^');
        let text = unguard(name.unwrap_or(line).trim());
        let (mut paragraph, _) = self.inline(ElementType::Character, text);
        paragraph.attributes.dual = name.is_some();
        self.push(paragraph, false);
        self.in_speech = true;
    }

    /// A lone `@`: what follows is spoken, by nobody named. Without a next line it is text.
    fn speech_without_cue(&mut self, line: &str) {
        let next = self.lines.get(self.at + 1);
        if !next.is_some_and(|next| !is_blank(next) || is_spacer(next)) {
            return self.add(ElementType::Action, line);
        }
        self.push_empty_ones();
        self.in_speech = true;
    }

    /// Behind `!`: action, or a shot behind two, or an element that Fountain does not know.
    fn forced_action(&mut self, line: &str) {
        let text = &line[1..];
        if let Some(shot) = text.strip_prefix('!') {
            self.add(ElementType::Shot, unguard(shot.trim()));
        } else if let Some((element, text)) = markers::strip(text, &markers::IN_ACTION) {
            self.add(element, text);
        } else {
            self.add(ElementType::Action, markers::unguard_action(text));
        }
    }

    /// Behind `>`: a transition, or centred text if it ends with `<`.
    fn angled(&mut self, rest: &str) {
        let Some(text) = rest.strip_suffix('<') else {
            return self.add(ElementType::Transition, unguard(rest.trim()));
        };
        match markers::strip(text.trim(), &markers::IN_CENTERED) {
            Some((element, text)) => self.add(element, unguard(text)),
            None => self.add(ElementType::Centered, unguard(text.trim())),
        }
    }

    fn page_break(&mut self, line: &str, can_be_joined: bool) {
        let label = unguard(line.trim_start_matches('=').trim());
        let (paragraph, _) = self.inline(ElementType::PageBreak, label);
        self.push(paragraph, can_be_joined);
    }

    fn section(&mut self, line: &str) {
        let depth = line.bytes().take(6).take_while(|&b| b == b'#').count();
        let (mut paragraph, _) = self.inline(ElementType::Section, unguard(line[depth..].trim()));
        paragraph.attributes.depth = u8::try_from(depth).expect("at most 6");
        self.push(paragraph, true);
    }
}

/// What a line of spaces says beside being there.
fn without_spacer(line: &str) -> &str {
    let mut chars = line.chars();
    chars.nth(1);
    chars.as_str()
}

/// The element says that it is a note; its text need not.
fn as_note(mut paragraph: Paragraph) -> Paragraph {
    let mut note = Paragraph {
        element: ElementType::Note,
        ..Paragraph::default()
    };
    for run in paragraph.runs.drain(..) {
        note.push(&run.text, run.styles.with(Styles::NOTE, false));
    }
    note
}
