//! What a session is told, what it reads and what comes of it; see [`crate::session`].

use scriptroom_room::Role;

/// What the session reads from the document.
pub trait Replica {
    /// What the document has.
    fn state_vector(&self) -> Vec<u8>;
    /// What someone with this state vector lacks; none when the bytes are no state vector.
    fn diff(&self, state_vector: &[u8]) -> Option<Vec<u8>>;
    /// Whether something that came in waits for something that did not.
    fn has_pending(&self) -> bool;
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The socket is open. `ours`: the relay agreed to `scriptroom.1` (rule C1).
    Connected {
        /// Whether batches are numbered and acknowledged.
        ours: bool,
    },
    /// A binary frame came.
    Frame(&'a [u8]),
    /// The socket is closed.
    Disconnected {
        /// The close code.
        code: u16,
        /// The reason, as the relay gave it.
        reason: &'a str,
    },
    /// An edit was made on this device, and this is its update.
    Edited(&'a [u8]),
    /// These are the edits that [`Effect::Reoffer`] asked for, where whose they are follows from how they come. An answer brings them, too.
    Reoffered(&'a [Vec<u8>]),
    /// What came in has been applied to the document.
    Applied,
    /// What came from the relay cannot be applied, and why: the document has something else under the same ids, such as what somebody had made up before the relay
    /// was restored.
    Unfit(&'a str),
    /// The wait that [`Effect::Wait`] asked for is over.
    Waited,
    /// The document has started over from what [`Effect::StartOver`] gave: its edits are made anew from here on.
    StartedOver,
    /// There is a new token: it is shown before the one of this connection expires (rule R6).
    Renew(&'a str),
    /// A client of this device shows itself to the others, as JSON; none when it leaves.
    Present {
        /// Its id.
        client: u64,
        /// Its state.
        state: Option<&'a str>,
    },
}

/// What the shell has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send this frame, when every edit made so far is on this device's disk.
    Send(Vec<u8>),
    /// Apply this update to the document when it suits, and keep it. One that says nothing has the document answer what came before.
    Incoming(Vec<u8>),
    /// Offer again what came from this device and is not yet applied to the document (see `Input::Edited`).
    Reoffer,
    /// Everything that was edited on this device is stored by the relay.
    Saved,
    /// Who is there changed.
    Presence,
    /// Whose client ids are is known better now.
    Owners,
    /// Call back with [`Input::Waited`] when the wait before the try with this number (from 1) is over.
    Wait(u32),
    /// Close the socket.
    Close(u16, String),
    /// The relay has refused edits for good, and said why. It is asked for all that it has.
    Branched(String),
    /// This is all that the relay has: start the document over from it, when it suits, and say
    /// [`Input::StartedOver`].
    StartOver(Vec<u8>),
    /// The log that the relay has is another one than before: nothing counts as stored until it says so again.
    NewLog(String),
    /// What this person may do from now on, and for how many milliseconds the token is good; 0 for one without an end.
    Access(Role, u64),
    /// The relay did not take the new token, and said why.
    NotRenewed(String),
    /// The relay has said no for good.
    Refused(String),
}
