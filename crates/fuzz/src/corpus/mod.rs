//! Malformed and malicious input, each with its name, what it is, and what must become of it.
//!
//! It is sent by Eve, an editor, to a script in which Ada has typed [`ADAS_WORDS`] as client [`ADA`] and she herself
//! [`EVES_WORDS`] as client [`EVE`], both at the beginning of the root text [`TEXT`].

mod clocks;
mod counts;
mod forms;
mod frames;
pub mod presence;
mod references;

/// The client id under which Ada types.
pub const ADA: u64 = 7;
/// The client id under which Eve does.
pub const EVE: u64 = 9;
/// A client id that nobody has used.
pub const NOBODY: u64 = 11;
/// The root text.
pub const TEXT: &str = "text";
/// What Ada has typed.
pub const ADAS_WORDS: &str = "hello";
/// What Eve has typed.
pub const EVES_WORDS: &str = "evil";

/// One piece of hostile input.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name: lower case, with dashes, unique.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// What is sent.
    pub input: Input,
    /// What must become of it.
    pub verdict: Verdict,
}

/// What is sent, and how.
#[derive(Debug, Clone)]
pub enum Input {
    /// An update: live or as a step 2 from a stock client, as a batch from ours, or over HTTP.
    Update(Vec<u8>),
    /// An update that counts as it does only when it is sent live.
    Live(Vec<u8>),
    /// Frames, one after the other, from our own client.
    Frames(Vec<Vec<u8>>),
}

/// What must become of a case. Closes and statuses are SPEC.md's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Closed with 4010; a batch is acknowledged as refused.
    Malformed,
    /// Closed with 4009; a batch likewise.
    TooLarge,
    /// Closed with 4011; a batch likewise.
    OthersClocks,
    /// Closed with 4008.
    TooFast,
    /// Held for what it builds on; nothing of it is stored.
    Held,
    /// Taken without a word, because nothing of it is new.
    Nothing,
    /// Stored and shown. What was there reads as before.
    Stored,
    /// Answered or shown; nothing is stored.
    Answered,
}

impl Verdict {
    /// The code with which the connection is closed, if it is.
    pub fn close_code(self) -> Option<u16> {
        match self {
            Verdict::Malformed => Some(4010),
            Verdict::TooLarge => Some(4009),
            Verdict::OthersClocks => Some(4011),
            Verdict::TooFast => Some(4008),
            Verdict::Held | Verdict::Nothing | Verdict::Stored | Verdict::Answered => None,
        }
    }

    /// The status of the acknowledgement, where it is one batch.
    pub fn ack_status(self) -> Option<u64> {
        match self {
            Verdict::Malformed | Verdict::TooLarge | Verdict::OthersClocks => Some(2),
            Verdict::Held => Some(1),
            Verdict::Nothing | Verdict::Stored => Some(0),
            Verdict::TooFast | Verdict::Answered => None,
        }
    }
}

/// All cases.
pub fn all() -> Vec<Case> {
    [
        counts::cases(),
        clocks::cases(),
        forms::cases(),
        references::cases(),
        frames::cases(),
        presence::cases(),
    ]
    .concat()
}

/// The updates among them.
pub fn updates() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    all().into_iter().filter_map(|case| match case.input {
        Input::Update(bytes) | Input::Live(bytes) => Some((case.name, bytes)),
        Input::Frames(_) => None,
    })
}

fn update(name: &'static str, what: &'static str, bytes: Vec<u8>, verdict: Verdict) -> Case {
    Case {
        name,
        what,
        input: Input::Update(bytes),
        verdict,
    }
}

fn malformed(name: &'static str, what: &'static str, bytes: Vec<u8>) -> Case {
    update(name, what, bytes, Verdict::Malformed)
}

fn frames(name: &'static str, what: &'static str, frames: Vec<Vec<u8>>, verdict: Verdict) -> Case {
    Case {
        name,
        what,
        input: Input::Frames(frames),
        verdict,
    }
}
