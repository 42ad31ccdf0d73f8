//! What the reader of a file should be told.

use std::fmt;

/// Something in a file that was read as best it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in that line, counted from 1.
    pub column: usize,
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

impl DiagnosticKind {
    /// What stands where it is diagnosed.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            DiagnosticKind::UnclosedNote => "[[",
            DiagnosticKind::UnclosedBoneyard => "/*",
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.kind {
            DiagnosticKind::UnclosedNote => {
                "expected `]]` before the blank line; the note that starts with `[[` ends there"
            }
            DiagnosticKind::UnclosedBoneyard => "expected `*/` after `/*`; it is read as text",
        };
        write!(f, "line {}, column {}: {message}", self.line, self.column)
    }
}
