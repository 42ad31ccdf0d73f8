//! Inside a line, writing: runs become text with marks and escapes. The inverse of `inline`.

use scriptroom_paragraphs::{Paragraph, Run, Styles};

use super::inline::escapable;

/// How a paragraph's text stands in its line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// The line is inside a note already, or opens one, or both.
    pub(super) note: bool,
    pub(super) opens_note: bool,
    pub(super) closes_note: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Text(char, Styles),
    Mark {
        mark: &'static str,
        opens: bool,
        closes: bool,
    },
}

/// The paragraph's text, encoded.
pub(super) fn encode(paragraph: &Paragraph, frame: Frame) -> String {
    let plain = |run: &Run| run.styles.is_empty() && !run.text.bytes().any(needs_care);
    if let ([run], false) = (&paragraph.runs[..], frame.note)
        && plain(run)
    {
        return run.text.clone();
    }
    let pieces = pieces(paragraph, frame);
    Encoder {
        pieces: &pieces,
        frame,
        out: String::new(),
    }
    .run()
}

const fn needs_care(byte: u8) -> bool {
    matches!(byte, b'\\' | b'*' | b'_' | b'~' | b'[' | b']' | b'/')
}

fn pieces(paragraph: &Paragraph, frame: Frame) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if frame.opens_note {
        switch(&mut pieces, "[[");
    }
    let mut styles = Styles::NONE;
    for run in &paragraph.runs {
        boundary(&mut pieces, styles, run.styles);
        styles = run.styles;
        pieces.extend(run.text.chars().map(|c| Piece::Text(c, styles)));
    }
    boundary(&mut pieces, styles, Styles::NONE);
    if frame.closes_note {
        switch(&mut pieces, "]]");
    }
    pieces
}

fn switch(pieces: &mut Vec<Piece>, mark: &'static str) {
    pieces.push(Piece::Mark {
        mark,
        opens: false,
        closes: false,
    });
}

/// The marks between two runs: what ends, then what begins, emphasis always next to its text.
fn boundary(pieces: &mut Vec<Piece>, before: Styles, after: Styles) {
    let closes = |style| before.contains(style) && !after.contains(style);
    let opens = |style| !before.contains(style) && after.contains(style);
    let mut emphasis = |mark, opens, closes| {
        pieces.push(Piece::Mark {
            mark,
            opens,
            closes,
        })
    };
    let star_opens = opens(Styles::BOLD) || opens(Styles::ITALIC);
    let star_closes = closes(Styles::BOLD) || closes(Styles::ITALIC);
    let bold = opens(Styles::BOLD) || closes(Styles::BOLD);
    let italic = opens(Styles::ITALIC) || closes(Styles::ITALIC);
    let stars = match (bold, italic) {
        (false, false) => "",
        (false, true) => "*",
        (true, false) => "**",
        (true, true) => "***",
    };
    for (style, mark) in [(Styles::STRIKE, "~~"), (Styles::UNDERLINE, "_")] {
        if closes(style) {
            emphasis(mark, false, true);
        }
    }
    // Stars that end something stand on this side of the note's and the boneyard's marks.
    if star_closes {
        emphasis(stars, star_opens, true);
    }
    if closes(Styles::NOTE) {
        emphasis("]]", false, false);
    }
    if closes(Styles::BONEYARD) {
        emphasis("*/", false, false);
    }
    if opens(Styles::BONEYARD) {
        emphasis("/*", false, false);
    }
    if opens(Styles::NOTE) {
        emphasis("[[", false, false);
    }
    if star_opens && !star_closes {
        emphasis(stars, true, false);
    }
    for (style, mark) in [(Styles::UNDERLINE, "_"), (Styles::STRIKE, "~~")] {
        if opens(style) {
            emphasis(mark, true, false);
        }
    }
}

struct Encoder<'a> {
    pieces: &'a [Piece],
    frame: Frame,
    out: String,
}

impl Encoder<'_> {
    fn run(mut self) -> String {
        let mut index = 0;
        while index < self.pieces.len() {
            index = match self.pieces[index] {
                Piece::Mark { mark, .. } => {
                    self.out.push_str(mark);
                    index + 1
                }
                Piece::Text(..) => self.text(index),
            };
        }
        self.out
    }

    /// Writes the backslashes at `index`, if any, and the piece behind them.
    fn text(&mut self, index: usize) -> usize {
        let slashes = self.pieces[index..]
            .iter()
            .take_while(|piece| matches!(piece, Piece::Text('\\', _)))
            .count();
        let next = index + slashes;
        let before = self.out.chars().next_back();
        let (doubled, escaped) = match self.pieces.get(next) {
            None | Some(Piece::Mark { mark: "*/", .. }) => (false, false),
            Some(Piece::Mark { .. }) => (true, false),
            Some(&Piece::Text(c, styles)) => {
                let escaped = self.needs_escape(next, c, styles, slashes, before, index);
                (escaped, escaped)
            }
        };
        let count = if doubled { 2 * slashes } else { slashes } + usize::from(escaped);
        self.out.extend(std::iter::repeat_n('\\', count));
        match self.pieces.get(next) {
            Some(&Piece::Text(c, _)) => {
                self.out.push(c);
                next + 1
            }
            _ => next,
        }
    }

    fn needs_escape(
        &self,
        at: usize,
        c: char,
        styles: Styles,
        slashes: usize,
        before: Option<char>,
        run_from: usize,
    ) -> bool {
        let opens_note =
            run_from > 0 && matches!(self.pieces[run_from - 1], Piece::Mark { mark: "[[", .. });
        let could = escapable(c, before, self.raw_next(at), opens_note);
        let previous = at.checked_sub(1).map(|at| self.pieces[at]);
        let needs = match c {
            '*' | '_' => true,
            '~' => self.is_strike_risk(at),
            '[' => self.followed_by(at, '[', "[["),
            ']' => {
                (self.frame.note || styles.contains(Styles::NOTE))
                    && self.followed_by(at, ']', "]]")
            }
            '/' | '=' => true,
            c if c.is_whitespace() => {
                matches!(previous, Some(Piece::Mark { opens: true, .. }))
                    || matches!(
                        self.pieces.get(at + 1),
                        Some(Piece::Mark { closes: true, .. })
                    )
            }
            _ => false,
        };
        could && (needs || slashes > 0)
    }

    fn followed_by(&self, at: usize, c: char, mark: &str) -> bool {
        match self.pieces.get(at + 1) {
            Some(&Piece::Text(next, _)) => next == c,
            Some(Piece::Mark { mark: next, .. }) => *next == mark,
            None => false,
        }
    }

    /// Two tildes are a mark; and one at the start of a line would make it lyrics.
    fn is_strike_risk(&self, at: usize) -> bool {
        let is_tilde = |piece: Option<&Piece>| {
            matches!(
                piece,
                Some(Piece::Text('~', _) | Piece::Mark { mark: "~~", .. })
            )
        };
        let before = at.checked_sub(1).and_then(|at| self.pieces.get(at));
        before.is_none() || is_tilde(before) || is_tilde(self.pieces.get(at + 1))
    }

    /// The character that will stand behind the piece at `at`, as far as marks go.
    fn raw_next(&self, at: usize) -> Option<char> {
        match *self.pieces.get(at + 1)? {
            Piece::Mark { mark: "*/", .. } => None,
            Piece::Mark { mark, .. } => mark.chars().next(),
            Piece::Text('*' | '_', _) => Some('\\'),
            Piece::Text('~', _) if self.is_strike_risk(at + 1) => Some('\\'),
            Piece::Text(c, _) => Some(c),
        }
    }
}
