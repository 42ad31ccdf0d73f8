//! What was sent to a connection and is not known to have been read (N7).
//!
//! The platform does not tell how much waits in a socket. But whoever is asked a step 1 answers with a step 2, in order: when
//! the answer comes, everything before the question was read. A room that sleeps forgets it (N6).

use std::collections::VecDeque;

use crate::wire::Message;

/// What a frame costs besides its bytes while it waits.
const FRAME_BYTES: u64 = 100;

/// What a frame means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A step 1.
    Question,
    /// A step 2.
    Answer,
    Other,
}

/// A frame that is sent, maybe to many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    bytes: u64,
    kind: Kind,
}

impl Sent {
    pub(crate) fn of(frame: &[u8]) -> Sent {
        Sent {
            bytes: frame.len() as u64 + FRAME_BYTES,
            kind: kind(frame),
        }
    }
}

fn kind(frame: &[u8]) -> Kind {
    match Message::decode(frame) {
        Ok(Message::Step1(_)) => Kind::Question,
        Ok(Message::Step2(_)) => Kind::Answer,
        Ok(Message::Threads(frame)) => kind(frame),
        _ => Kind::Other,
    }
}

/// How much was sent over one connection, and up to where it was read. Places are counted in bytes from its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    sent: u64,
    /// Up to here everything was read.
    read: u64,
    /// Where the questions stand that were not answered yet, and how many at each place.
    asked: VecDeque<(u64, u32)>,
    /// The largest answer to a step 1 that is not known to have been read: its size, and where it ends.
    answer: (u64, u64),
}

/// So many places are remembered; more questions in a row count as asked where the last of them was.
const MAX_PLACES: usize = 16;

impl Flow {
    /// Something was sent.
    pub(crate) fn note(&mut self, sent: Sent) {
        self.sent += sent.bytes;
        match sent.kind {
            Kind::Question => self.note_question(),
            Kind::Answer if sent.bytes >= self.answer.0 => {
                self.answer = (sent.bytes, self.sent);
            }
            Kind::Answer | Kind::Other => {}
        }
    }

    fn note_question(&mut self) {
        let full = self.asked.len() == MAX_PLACES;
        match self.asked.back_mut() {
            Some((place, times)) if full => {
                *place = self.sent;
                *times += 1;
            }
            _ => self.asked.push_back((self.sent, 1)),
        }
    }

    /// A step 2 came: the oldest question is answered.
    pub(crate) fn answered(&mut self) {
        let Some((place, times)) = self.asked.front_mut() else {
            return;
        };
        *times -= 1;
        if *times > 0 {
            return;
        }
        self.read = *place;
        self.asked.pop_front();
        if self.answer.1 <= self.read {
            self.answer = (0, 0);
        }
    }

    /// What is not known to have been read.
    pub(crate) fn unread(&self) -> u64 {
        self.sent - self.read
    }

    /// The same, without the largest answer that was asked for: it may be as large as the script, and take its time.
    pub(crate) fn unread_besides(&self) -> u64 {
        self.unread() - self.answer.0
    }

    /// Whether a question is under way.
    pub(crate) fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }
}
