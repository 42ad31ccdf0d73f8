//! What the reader of a file should be told.

use std::fmt;

/// Something in a file that was read as best it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, counted from 1.
    pub line: usize,
    /// What was seen.
    pub kind: DiagnosticKind,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiagnosticKind {
    /// A `[[` without `]]` before the next blank line: the note ends there.
    UnclosedNote,
    /// A `/*` without `*/`: it is read as text.
    UnclosedBoneyard,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.kind {
            DiagnosticKind::UnclosedNote => {
                "expected `]]` before the blank line; the note that starts with `[[` ends there"
            }
            DiagnosticKind::UnclosedBoneyard => "expected `*/` after `/*`; it is read as text",
        };
        write!(f, "line {}: {message}", self.line)
    }
}
