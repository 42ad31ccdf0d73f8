//! What there is to say about a file: why it is none, and what in it was odd.

use std::fmt;

use thiserror::Error;

use super::xml::{Remark, Tree};

/// Why bytes are no Final Draft file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Characters that nobody knows how to read.
    #[error("expected UTF-8, UTF-16 or Windows-1252, got {got}")]
    Encoding {
        /// What came.
        got: String,
    },
    /// Something else than a Final Draft file.
    #[error("{place}: expected `<FinalDraft>`, got {got}")]
    NotFinalDraft {
        /// Where, as in `line 3, column 7`.
        place: String,
        /// What came.
        got: String,
    },
    /// A Final Draft file without a script.
    #[error("expected `<Content>` in `<FinalDraft>`, got none")]
    NoContent,
    /// More than any script.
    #[error("expected at most 64 MiB with 1,000,000 elements that nest 200 deep, got {got}")]
    TooMuch {
        /// What came, and where.
        got: String,
    },
}

/// Something odd in a file, and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What was expected and what came.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", place(self.line, self.column), self.message)
    }
}

fn place(line: usize, column: usize) -> String {
    format!("line {line}, column {column}")
}

/// Counts lines and columns up to ever later places, so that a hundred places are one walk.
struct Places<'a> {
    source: &'a str,
    at: usize,
    line: usize,
    column: usize,
}

impl Places<'_> {
    fn of(&mut self, at: usize) -> (usize, usize) {
        for c in self.source[self.at..at].chars() {
            self.column += 1;
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            }
        }
        self.at = at;
        (self.line, self.column)
    }
}

fn places(source: &str) -> Places<'_> {
    Places {
        source,
        at: 0,
        line: 1,
        column: 1,
    }
}

pub(crate) fn diagnostics(
    source: &str,
    encoding: Option<String>,
    remarks: Vec<Remark>,
) -> Vec<Diagnostic> {
    let mut places = places(source);
    let encoding = encoding.map(|message| Remark { at: 0, message });
    let remarks = encoding.into_iter().chain(remarks);
    let diagnostic = |remark: Remark| {
        let (line, column) = places.of(remark.at);
        let message = remark.message;
        Diagnostic {
            line,
            column,
            message,
        }
    };
    remarks.map(diagnostic).collect()
}

/// A file with an element too many.
pub(crate) fn too_much(source: &str, at: usize, what: &str) -> DecodeError {
    let (line, column) = places(source).of(at);
    let got = format!("{what} at {}", place(line, column));
    DecodeError::TooMuch { got }
}

/// Where the first element, or else the first character, is that shows that this is something else.
pub(super) fn not_final_draft(source: &str, tree: &Tree, remarks: &[Remark]) -> DecodeError {
    let root = tree.root();
    let text_at = source.len() - source.trim_start_matches('\u{feff}').trim_start().len();
    let (at, got) = match root {
        Some(root) => {
            let name: String = tree.name(root, source).chars().take(40).collect();
            (tree.node(root).start, format!("`<{name}>`"))
        }
        None if text_at == source.len() => (text_at, "nothing".to_owned()),
        None => {
            let odd = remarks.first().map_or(text_at, |remark| remark.at);
            (odd, "no XML".to_owned())
        }
    };
    let (line, column) = places(source).of(at);
    let place = place(line, column);
    DecodeError::NotFinalDraft { place, got }
}
