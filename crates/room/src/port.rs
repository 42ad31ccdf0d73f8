//! What goes into a room and what comes out: the vocabulary between [`Room`](crate::room::Room) and its shell.
//!
//! Plain data without behaviour. What each input leads to is in [`crate::room`].

use crate::compaction::{LiveEntry, Merged, Tail};
use crate::ids::ClientId;
use crate::lane::{Lane, Lanes};
use crate::rate::Rate;
use crate::role::Role;
use crate::room::JoinMemory;
use crate::session::{Session, SessionId};
use crate::wire::{AckStatus, CloseCode};

/// The limits of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The largest live update, in bytes.
    pub max_update_bytes: usize,
    /// The largest answer to a step 1, in bytes.
    pub max_sync_bytes: usize,
    /// All held pieces together, in bytes.
    pub max_held_bytes: usize,
    /// How long a piece is held.
    pub hold_ms: u64,
    /// So many entries that are older than [`Config::compact_age_ms`] and not merged are.
    pub compact_entries: u64,
    /// How old an entry is before it is merged.
    pub compact_age_ms: u64,
    /// So many entries that are not merged are at whatever age: a join walks over all of them.
    pub long_tail_entries: u64,
    /// So many bytes of them, too.
    pub compact_bytes: u64,
    /// How long after it is due a merge begins, and how long after its first turn the second.
    pub compact_delay_ms: u64,
    /// How long covered entries are kept.
    pub retention_ms: u64,
    /// How many connections a script may have.
    pub max_sessions: usize,
    /// How many of them may be one person's. The anonymous are many.
    pub max_sessions_of_person: usize,
    /// How many live updates a connection may send (N2).
    pub updates: Rate,
    /// How many bytes (N3).
    pub bytes: Rate,
    /// How many changes of presence (N4).
    pub presence: Rate,
    /// What may be sent over a connection that has not said that it has read it, in bytes (N7).
    pub max_unread_bytes: u64,
    /// The stored entries that make up a script, together, in bytes (N5).
    pub max_script_bytes: u64,
    /// The same of its threads (D6).
    pub max_threads_bytes: u64,
    /// How long after an edit what is derived from the log is refreshed; `None`: nobody wants it.
    pub refresh_ms: Option<u64>,
    /// How long after a restored log has a new epoch others than their owners may bring words back (B2).
    pub recover_ms: u64,
    /// What may be kept of what was sent to who opened the script, for who opens it next (U12). A clone of it is a part in the same memory.
    pub join_memory: JoinMemory,
    /// How long a stock client that was refused is turned away at the door (R8).
    pub turn_away_ms: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            max_update_bytes: 1 << 20,
            max_sync_bytes: 32 << 20,
            max_held_bytes: 4 << 20,
            hold_ms: 60 * 60 * 1000,
            compact_entries: 100,
            compact_age_ms: 24 * 60 * 60 * 1000,
            long_tail_entries: 2_000,
            compact_bytes: 1 << 20,
            compact_delay_ms: 2_000,
            retention_ms: 30 * 24 * 60 * 60 * 1000,
            max_sessions: 500,
            max_sessions_of_person: 50,
            updates: Rate::new(1_000, 100),
            bytes: Rate::new(40 << 20, 4 << 20),
            presence: Rate::new(1_000, 100),
            max_unread_bytes: 8 << 20,
            max_script_bytes: 64 << 20,
            max_threads_bytes: 16 << 20,
            refresh_ms: None,
            recover_ms: 24 * 60 * 60 * 1000,
            join_memory: JoinMemory::new(8 << 20),
            turn_away_ms: 30_000,
        }
    }
}

/// Where an entry of the log came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Typed now.
    Live,
    /// The answer to a step 1: typed before, offline or elsewhere.
    Sync,
    /// Held until what it lacked had come.
    Held,
    /// A file was read in.
    Import,
    /// An earlier state was brought back, or somebody's edits were taken back.
    Restore,
    /// A program wrote through the JSON side.
    Autosave,
    /// Words that a restored log had forgotten, brought back by somebody else than who wrote them (B2).
    Recovered,
}

impl Origin {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Live => "live",
            Origin::Sync => "sync",
            Origin::Held => "held",
            Origin::Import => "import",
            Origin::Restore => "restore",
            Origin::Autosave => "autosave",
            Origin::Recovered => "recovered",
        }
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place: from 1, without gaps.
    pub sequence: u64,
    /// When it was stored.
    pub time_ms: u64,
    /// Who sent it.
    pub author: String,
    /// Over which connection; 0: over none.
    pub session: u64,
    /// How it came.
    pub origin: Origin,
    /// The update, checked and trimmed.
    pub bytes: Vec<u8>,
}

/// A client id's place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The client id.
    pub client: ClientId,
    /// The clock that it continues with.
    pub next: u32,
    /// Whose it is (U6); `None` until its first live update.
    pub owner: Option<String>,
    /// From which clock on it came since the log was set back (B2); `None`: nothing did.
    pub since: Option<u32>,
}

/// A client id that is somebody's although nothing is stored under it yet: they have shown it (U6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The client id.
    pub client: ClientId,
    /// Whose it is.
    pub person: String,
    /// Since when.
    pub time_ms: u64,
}

/// What of a client id somebody else than its owner has brought (B2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// The client id.
    pub client: ClientId,
    /// The first clock of that.
    pub from: u32,
    /// The clock after it.
    pub to: u32,
    /// Whether another document of the owner's than the one that wrote it has said that it is right.
    pub agreed: bool,
}

/// A piece of an update that waits for what it builds on (U4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub id: u64,
    /// When it is given up.
    pub expires_ms: u64,
    /// Who sent it.
    pub author: String,
    /// The piece: an update.
    pub bytes: Vec<u8>,
}

/// What the store knows of a room when it wakes.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The name of its logs: random, made with them.
    pub epoch: String,
    /// What it knows of each lane's log.
    pub logs: Lanes<StoredLog>,
    /// When the first entry came since what is derived from the script's log was refreshed.
    pub stale_since_ms: Option<u64>,
    /// Until when others than their owners may bring words back (B2); `None`: the logs are whole.
    pub recovering_until_ms: Option<u64>,
}

/// What the store knows of one lane's log.
#[derive(Debug, Clone, Default)]
pub struct StoredLog {
    /// Every client id's clock.
    pub clocks: Vec<Clock>,
    /// The client ids under which nothing was stored, and that are somebody's.
    pub claims: Vec<Claim>,
    /// The last entry's sequence number; 0 when there is none.
    pub last_sequence: u64,
    /// The bytes of the entries that make up the document.
    pub stored_bytes: u64,
    /// The entries that no merge has taken.
    pub tail: Tail,
    /// Whether a merge has had its first turn.
    pub staged: bool,
    /// Since when the entry is covered that is so for longest.
    pub oldest_covered_ms: Option<u64>,
    /// When the first of the originals was stored that are not put by (L7).
    pub unarchived_ms: Option<u64>,
    /// What is held.
    pub held: Vec<Held>,
    /// What was brought back by others than its owners, who have yet to bring their own copies.
    pub recovered: Vec<Recovered>,
}

/// Answers at once what one lane's log holds.
pub trait LogReader {
    /// The entries that make up the document now, in their order: merged ones, and those that none covers.
    fn live_entries(&mut self) -> Vec<Vec<u8>>;
    /// What is known of them without reading them.
    fn live(&mut self) -> Vec<LiveEntry>;
    /// Those of them from one place in the log to another.
    fn entries(&mut self, first: u64, last: u64) -> Vec<Vec<u8>>;
    /// What [`Effect::Stage`] stored, read back; `None` where it cannot be.
    fn staged(&mut self) -> Option<Merged>;
    /// Since when the entry is covered that is so for longest.
    fn oldest_covered_ms(&mut self) -> Option<u64>;
    /// When the first of the originals was stored that are not put by.
    fn unarchived_ms(&mut self) -> Option<u64>;
}

/// What a new token of a connection says (R6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Whose it is.
    pub person: String,
    /// When it is no longer good.
    pub expires_ms: Option<u64>,
}

/// What happens to a room.
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "one lives for one turn, and is never kept"
    )
)]
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// A connection was accepted.
    Join(SessionId, Session),
    /// A binary frame came.
    Frame(SessionId, &'a [u8]),
    /// A text frame came.
    Text(SessionId, &'a str),
    /// A connection ended.
    Leave(SessionId),
    /// A person has another role from now on, or none: was removed.
    Access(&'a str, Option<Role>),
    /// The script is gone for everybody, for this reason.
    Closed(&'a str),
    /// What came of [`Effect::Verify`]: the token's contents, or why it is refused and whether to try again.
    Renewed(SessionId, Result<Renewal, (AckStatus, String)>),
    /// Somebody writes without a connection: a program, or a client over plain HTTP. Answered by [`Effect::Written`].
    Write(Write<'a>),
    /// The alarm that was set.
    Alarm,
}

/// An update that comes without a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write<'a> {
    /// Who writes.
    pub person: &'a str,
    /// Which document it is about.
    pub lane: Lane,
    /// How it came.
    pub origin: Origin,
    /// The update.
    pub bytes: &'a [u8],
}

/// What became of a [`Write`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// All of it is stored, or was known.
    Stored,
    /// What of it does not build on what the relay lacks is stored; the rest is to be sent again with that.
    Incomplete,
    /// It, or the document with it, has more bytes than it may have: that says how many.
    TooLarge(String),
    /// It is not stored, for this reason.
    Refused(String),
}

/// What the shell must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Store the entry and these clocks in that lane's log, both or neither.
    Append(Lane, Entry, Vec<Clock>),
    /// Keep whose a client id is of which the script's log has nothing. The entry that brings something of it ends this.
    Claim(Claim),
    /// These are nobody's any more.
    Unclaim(Vec<ClientId>),
    /// Keep which words of that lane were brought back by others than their owners.
    Recovered(Lane, Vec<Recovered>),
    /// Store a held piece.
    Hold(Lane, Held),
    /// Forget a held piece.
    Release(Lane, u64),
    /// Send a frame to one.
    Send(SessionId, Vec<u8>),
    /// Send a frame to several.
    Broadcast(Vec<SessionId>, Vec<u8>),
    /// Send a text frame to one.
    SendText(SessionId, &'static str),
    /// Keep this session's bytes with its connection.
    Keep(SessionId, Vec<u8>),
    /// Close a connection. The shell need not report its leaving: the room has forgotten it.
    Close(SessionId, CloseCode, String),
    /// Look at this token, and answer with [`Input::Renewed`].
    Verify(SessionId, String),
    /// Wake the room at that time, or earlier.
    SetAlarm(u64),
    /// Store a merged entry beside those that it will cover; it is not live yet.
    Stage(Lane, Merged),
    /// What is staged is live from now on, and the live entries that it was made of are covered: all or nothing.
    TakeOver {
        /// In which log.
        lane: Lane,
        /// The first of them.
        first: u64,
        /// The last.
        last: u64,
    },
    /// Forget what is staged.
    Unstage(Lane),
    /// Put by what came before that time in the script's log (L7): a bounded piece of it.
    Archive(u64),
    /// Delete what is covered since before that time, and put by where it has to be: a bounded piece of it.
    Purge(Lane, u64),
    /// Refresh what is derived from the script's log.
    Refresh,
    /// Answer the [`Write`].
    Written(Written),
    /// Tell the operator. There is nothing of the script in it.
    Report(String),
}
