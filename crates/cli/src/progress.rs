//! How far long work is, on a terminal; elsewhere nothing is said.

use std::io::{IsTerminal as _, Write as _};

/// Work of fewer words about it is done before anybody has read one.
const LONG: usize = 4;

pub(crate) struct Progress {
    what: &'static str,
    total: usize,
    /// So many steps are told at once.
    each: usize,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn of(what: &'static str, total: usize, each: usize) -> Progress {
        Progress {
            what,
            total,
            each,
            is_shown: total >= LONG * each && std::io::stderr().is_terminal(),
        }
    }

    pub(crate) fn show(&self, done: usize) {
        if self.is_shown && done.is_multiple_of(self.each) {
            let Progress { what, total, .. } = self;
            let _ = write!(std::io::stderr(), "\r{what} {done} of {total}");
        }
    }

    /// Leaves the line as it was.
    pub(crate) fn end(&self) {
        if self.is_shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}
