//! Inside a line, reading: emphasis, escapes, notes and the boneyard become styles of runs.
//!
//! One pass cuts the text into tokens, one pairs the emphasis marks, one emits. Each style is
//! switched on and off by its own marks, so that styles may overlap as they do in an editor;
//! a mark without a partner is text. All three passes are linear. The other direction is in
//! `encode`.

use scriptroom_paragraphs::{Paragraph, Styles};

/// Where a line stops inside something that runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Everything is closed.
    Closed,
    /// A note goes on in the next line.
    Note,
    /// The boneyard goes on in the next line.
    Boneyard,
}

/// What the surroundings say about a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// The line starts inside a note.
    pub(super) in_note: bool,
    /// Only emphasis counts: the line is boneyard.
    pub(super) in_boneyard: bool,
    /// A `/*` that does not end in this line ends in a later one.
    pub(super) boneyard_ends_later: bool,
}

/// What was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) ending: Ending,
    /// Where the first note ended, if it did: the byte behind `]]`.
    pub(super) note_end: Option<usize>,
    /// There is a `/*` that never ends.
    pub(super) stray_boneyard: bool,
}

/// The bytes that could mean something; everything else is text.
const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'*' | b'_' | b'~' | b'[' | b']' | b'/')
}

/// Whether one of them is there. Pieces without an early end: the compiler looks at many bytes
/// at once.
fn has_special(bytes: &[u8]) -> bool {
    let found = |piece: &[u8]| {
        piece
            .iter()
            .fold(false, |found, &byte| found | is_special(byte))
    };
    bytes.chunks(64).any(found)
}

/// The characters of emphasis marks.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '~')
}

/// Reads `content` into the runs of `paragraph`.
pub(super) fn parse(content: &str, context: Context, paragraph: &mut Paragraph) -> Outcome {
    if !context.in_note && !has_special(content.as_bytes()) {
        paragraph.push(content, Styles::NONE);
        return Outcome {
            ending: Ending::Closed,
            note_end: None,
            stray_boneyard: false,
        };
    }
    let mut tokenizer = Tokenizer::new(content, context);
    tokenizer.run();
    pair(&mut tokenizer.tokens);
    emit(&tokenizer, context, paragraph);
    tokenizer.outcome
}

#[derive(Clone, Copy, Debug)]
enum Token {
    /// Bytes from, to.
    Text(usize, usize),
    Emphasis(Emphasis),
    /// Switches the note or the boneyard style.
    Switch(Styles),
}

#[derive(Clone, Copy, Debug)]
struct Emphasis {
    from: usize,
    to: usize,
    can_open: bool,
    can_close: bool,
    /// The styles that its characters could switch.
    styles: Styles,
    /// Those of them that have a partner.
    paired: Styles,
}

struct Tokenizer<'a> {
    content: &'a str,
    context: Context,
    tokens: Vec<Token>,
    at: usize,
    /// Where the text that is not yet a token starts.
    text_from: usize,
    in_note: bool,
    /// Where the boneyard that we are in ends.
    boneyard_end: Option<usize>,
    /// No `*/` follows.
    no_boneyard_end: bool,
    /// The character before is a space that a mark may not stand beside.
    after_space: bool,
    /// Where a note was opened last: its first character.
    note_opened_at: usize,
    outcome: Outcome,
}

impl<'a> Tokenizer<'a> {
    fn new(content: &'a str, context: Context) -> Tokenizer<'a> {
        Tokenizer {
            content,
            context,
            tokens: Vec::new(),
            at: 0,
            text_from: 0,
            in_note: context.in_note,
            boneyard_end: None,
            no_boneyard_end: false,
            after_space: true,
            note_opened_at: usize::MAX,
            outcome: Outcome {
                ending: Ending::Closed,
                note_end: None,
                stray_boneyard: false,
            },
        }
    }

    fn run(&mut self) {
        let bytes = self.content.as_bytes();
        loop {
            if self.boneyard_end == Some(self.at) && self.outcome.ending != Ending::Boneyard {
                self.switch(2, Styles::BONEYARD);
                self.boneyard_end = None;
                continue;
            }
            let Some(&byte) = bytes.get(self.at) else {
                break;
            };
            match byte {
                b'\\' => self.backslashes(),
                b'*' => self.emphasis(3),
                b'_' => self.emphasis(1),
                b'~' => self.emphasis(2),
                b'[' => self.note_start(),
                b']' => self.note_end(),
                b'/' => self.boneyard_start(),
                _ => self.plain(),
            }
        }
        self.flush();
        if self.in_note && self.outcome.ending == Ending::Closed {
            self.outcome.ending = Ending::Note;
        }
    }

    /// The end of what may be looked at: a boneyard's text ends before its mark.
    fn limit(&self) -> usize {
        self.boneyard_end.unwrap_or(self.content.len())
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.content[..self.limit()].get(at..)?.chars().next()
    }

    fn plain(&mut self) {
        let rest = &self.content.as_bytes()[self.at..self.limit()];
        let length = rest
            .iter()
            .position(|&byte| is_special(byte))
            .unwrap_or(rest.len());
        self.at += length;
        self.note_last_char();
    }

    fn literal(&mut self, length: usize) {
        self.at += length;
        self.after_space = false;
    }

    fn note_last_char(&mut self) {
        let last = self.content[..self.at].chars().next_back();
        self.after_space = last.is_none_or(char::is_whitespace);
    }

    fn flush(&mut self) {
        if self.text_from < self.at {
            self.tokens.push(Token::Text(self.text_from, self.at));
        }
    }

    /// Ends the text before the next `length` bytes, which are not text.
    fn skip(&mut self, length: usize) {
        self.flush();
        self.at += length;
        self.text_from = self.at;
    }

    fn switch(&mut self, length: usize, style: Styles) {
        self.skip(length);
        self.tokens.push(Token::Switch(style));
        self.after_space = false;
    }

    /// A run of backslashes: pairs of them before something that can be escaped are one each,
    /// an odd one makes it text. Before anything else they are what they are.
    fn backslashes(&mut self) {
        let run = run_length(&self.content[self.at..self.limit()], b'\\');
        let before = self.content[..self.at].chars().next_back();
        let after_note_open = self.note_opened_at == self.at;
        let next = self.char_at(self.at + run);
        let Some(next) = next.filter(|&c| self.can_be_escaped(c, run, before, after_note_open))
        else {
            return self.literal(run);
        };
        self.at += run / 2;
        self.skip(run - run / 2);
        self.after_space = false;
        if run % 2 == 1 {
            self.literal(next.len_utf8());
        }
    }

    fn can_be_escaped(
        &self,
        c: char,
        run: usize,
        before: Option<char>,
        after_note_open: bool,
    ) -> bool {
        let behind = self.char_at(self.at + run + c.len_utf8());
        escapable(c, before, behind, after_note_open)
    }

    /// Up to `longest` marks of a kind; more are text.
    fn emphasis(&mut self, longest: usize) {
        let byte = self.content.as_bytes()[self.at];
        let run = run_length(&self.content[self.at..self.limit()], byte);
        let strike = byte == b'~';
        if run > longest || (strike && run != 2) {
            return self.literal(run);
        }
        let can_close = !self.after_space;
        let from = self.at;
        let can_open = self.content[from + run..]
            .chars()
            .next()
            .is_some_and(|c| !c.is_whitespace());
        self.skip(run);
        self.tokens.push(Token::Emphasis(Emphasis {
            from,
            to: from + run,
            can_open,
            can_close,
            styles: styles_of(&self.content[from..from + run]),
            paired: Styles::NONE,
        }));
        self.after_space = false;
    }

    fn starts_with(&self, mark: &str) -> bool {
        self.content[self.at..self.limit()].starts_with(mark)
    }

    fn note_start(&mut self) {
        let counts = !self.in_note && self.boneyard_end.is_none() && !self.context.in_boneyard;
        if !counts || !self.starts_with("[[") {
            return self.literal(1);
        }
        self.in_note = true;
        self.switch(2, Styles::NOTE);
        self.note_opened_at = self.at;
    }

    fn note_end(&mut self) {
        if !self.in_note || self.boneyard_end.is_some() || !self.starts_with("]]") {
            return self.literal(1);
        }
        self.in_note = false;
        self.switch(2, Styles::NOTE);
        self.outcome.note_end.get_or_insert(self.at);
    }

    fn boneyard_start(&mut self) {
        let counts = self.boneyard_end.is_none() && !self.context.in_boneyard;
        if !counts || !self.starts_with("/*") {
            return self.literal(1);
        }
        let end = if self.no_boneyard_end {
            None
        } else {
            self.content[self.at + 2..]
                .find("*/")
                .map(|end| self.at + 2 + end)
        };
        self.no_boneyard_end = end.is_none();
        if end.is_none() && !self.context.boneyard_ends_later {
            self.outcome.stray_boneyard = true;
            return self.literal(1);
        }
        if end.is_none() {
            self.outcome.ending = Ending::Boneyard;
        }
        self.switch(2, Styles::BONEYARD);
        self.boneyard_end = Some(end.unwrap_or(self.content.len()));
    }
}

fn run_length(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|&b| b == byte).count()
}

/// Whether a backslash before `c` is an escape: `before` stands before the backslashes,
/// `behind` behind `c`.
pub(super) fn escapable(
    c: char,
    before: Option<char>,
    behind: Option<char>,
    after_note_open: bool,
) -> bool {
    match c {
        '*' | '_' | '~' | '[' | ']' => true,
        '/' => before == Some('*') || behind == Some('*'),
        '=' => after_note_open,
        c if c.is_whitespace() => before.is_some_and(is_mark) || behind.is_some_and(is_mark),
        _ => false,
    }
}

const EMPHASES: [Styles; 4] = [
    Styles::ITALIC,
    Styles::BOLD,
    Styles::UNDERLINE,
    Styles::STRIKE,
];

/// The styles that a mark of these bytes switches.
fn styles_of(mark: &str) -> Styles {
    match mark {
        "*" => Styles::ITALIC,
        "**" => Styles::BOLD,
        "***" => Styles::BOLD | Styles::ITALIC,
        "_" => Styles::UNDERLINE,
        _ => Styles::STRIKE,
    }
}

fn pair(tokens: &mut [Token]) {
    let mut open: [Option<usize>; EMPHASES.len()] = [None; EMPHASES.len()];
    for index in 0..tokens.len() {
        let Token::Emphasis(mark) = tokens[index] else {
            continue;
        };
        for (slot, style) in open.iter_mut().zip(EMPHASES) {
            if !mark.styles.contains(style) {
                continue;
            }
            match *slot {
                Some(opener) if mark.can_close => {
                    add_pair(&mut tokens[opener], style);
                    add_pair(&mut tokens[index], style);
                    *slot = None;
                }
                _ if mark.can_open => *slot = Some(index),
                _ => {}
            }
        }
    }
}

fn add_pair(token: &mut Token, style: Styles) {
    if let Token::Emphasis(mark) = token {
        mark.paired |= style;
    }
}

fn emit(tokenizer: &Tokenizer, context: Context, paragraph: &mut Paragraph) {
    let mut styles = Styles::NONE.with(Styles::NOTE, context.in_note);
    for token in &tokenizer.tokens {
        match *token {
            Token::Text(from, to) => paragraph.push(&tokenizer.content[from..to], shown(styles)),
            Token::Switch(style) => styles = switched(styles, style),
            Token::Emphasis(mark) => {
                let text = &tokenizer.content[mark.from..mark.to];
                let left = &text[..text.len() - length_of(mark.paired)];
                let closes = styles.contains(mark.paired) && !mark.paired.is_empty();
                if !closes {
                    paragraph.push(left, shown(styles));
                }
                styles = EMPHASES
                    .into_iter()
                    .filter(|style| mark.paired.contains(*style))
                    .fold(styles, switched);
                if closes {
                    paragraph.push(left, shown(styles));
                }
            }
        }
    }
}

/// What is cut is cut, inside a note too.
fn shown(styles: Styles) -> Styles {
    let cut = styles.contains(Styles::BONEYARD);
    styles.with(Styles::NOTE, styles.contains(Styles::NOTE) && !cut)
}

/// Bytes of the mark that switches these styles.
fn length_of(styles: Styles) -> usize {
    [
        (Styles::ITALIC, 1),
        (Styles::BOLD, 2),
        (Styles::UNDERLINE, 1),
        (Styles::STRIKE, 2),
    ]
    .into_iter()
    .filter(|(style, _)| styles.contains(*style))
    .map(|(_, length)| length)
    .sum()
}

fn switched(styles: Styles, style: Styles) -> Styles {
    let on = !styles.contains(style);
    styles.with(style, on)
}
