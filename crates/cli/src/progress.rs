//! How far long work is, on a terminal; elsewhere nothing is said.

use std::io::{IsTerminal as _, Write as _};

/// Work of fewer steps is done before anybody has read about it.
const LONG: usize = 200;

pub(crate) struct Progress {
    total: usize,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn of(total: usize) -> Progress {
        Progress {
            total,
            is_shown: total >= LONG && std::io::stderr().is_terminal(),
        }
    }

    pub(crate) fn show(&self, done: usize) {
        if self.is_shown && done.is_multiple_of(50) {
            let _ = write!(std::io::stderr(), "\rpage {done} of {}", self.total);
        }
    }

    /// Leaves the line as it was.
    pub(crate) fn end(&self) {
        if self.is_shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}
