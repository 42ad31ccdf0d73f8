//! yrs in a process of its own, as oracle: what the check accepts must not make it panic, overflow its stack, hang, or take
//! much more memory than the bytes that came.
//!
//! [`child`] is what runs there, [`parent`] asks it, and [`judge`] says what it may take. A case is a few updates, one after the
//! other, and once more the last by itself: what a room stores of them is applied, in its order and merged.

pub mod cases;
pub mod child;
pub mod content;
pub mod costs;
pub mod parent;
mod places;
pub mod run;

/// What became of a case in the child.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answer {
    /// How many of its updates passed the check.
    pub accepted: u32,
    /// How many entries the room stored.
    pub stored: u32,
    /// Whether everybody must read the same of it: it names no neighbours that nobody could have had.
    pub is_compared: bool,
    /// Processor time, in microseconds.
    pub time_us: u64,
    /// The most bytes that it had allocated at once.
    pub peak_bytes: u64,
}

/// Longer may nothing take, for a case of a few kilobytes.
pub const MOST_US: u64 = 50_000;
/// So much memory a document takes by itself.
pub const FREE_BYTES: u64 = 128 << 10;
/// And so many bytes for each that came: the smallest struct has two, and an item of a document some two hundred.
pub const BYTES_FOR_EACH: u64 = 400;

/// What is wrong with an answer, if anything is.
pub fn judge(answer: Answer, case_bytes: usize) -> Option<String> {
    let most = FREE_BYTES + BYTES_FOR_EACH * case_bytes as u64;
    (answer.peak_bytes > most).then(|| {
        format!(
            "{} bytes of memory for {case_bytes} that came",
            answer.peak_bytes
        )
    })
}
