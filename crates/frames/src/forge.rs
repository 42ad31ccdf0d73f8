//! Frames for one connection: the recorded ones with client ids of its own, and damaged ones between them.

use std::collections::HashMap;

use fastrand::Rng;
use scriptroom_room::varint::{Reader, write_uint};
use scriptroom_room::wire::Message;

use crate::fields::{self, Payload, Role};
use crate::mutate::{self, Pool};

/// A frame to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it was made of.
    pub message: &'static str,
    /// How it was damaged; `None`: it is as it was recorded.
    pub mutation: Option<&'static str>,
}

/// What a frame carries, where that is something to damage by its fields.
pub fn payload_of(frame: &[u8]) -> Option<(Payload, Vec<u8>)> {
    match Message::decode(frame).ok()? {
        Message::Step1(bytes) => Some((Payload::Vector, bytes.to_vec())),
        Message::Step2(bytes) | Message::Update(bytes) => Some((Payload::Update, bytes.to_vec())),
        Message::Batch { update, .. } => Some((Payload::Update, update.to_vec())),
        Message::Awareness(bytes) => Some((Payload::Awareness, bytes.to_vec())),
        Message::Threads(inner) => payload_of(inner),
        _ => None,
    }
}

/// A frame's name in the report.
pub fn name_of(frame: &[u8]) -> &'static str {
    match Message::decode(frame) {
        Ok(Message::Step1(_)) => "step 1",
        Ok(Message::Step2(_)) => "step 2",
        Ok(Message::Update(_)) => "update",
        Ok(Message::Batch { .. }) => "batch",
        Ok(Message::Awareness(_)) => "awareness",
        Ok(Message::QueryAwareness) => "query awareness",
        Ok(Message::Renew(_)) => "renew",
        Ok(Message::Threads(_)) => "threads",
        Ok(_) => "the relay's own",
        Err(_) => "none",
    }
}

/// The same frame with another payload.
fn with_payload(frame: &[u8], payload: &[u8]) -> Vec<u8> {
    match Message::decode(frame) {
        Ok(Message::Step1(_)) => Message::Step1(payload).encode(),
        Ok(Message::Step2(_)) => Message::Step2(payload).encode(),
        Ok(Message::Update(_)) => Message::Update(payload).encode(),
        Ok(Message::Batch { number, .. }) => Message::Batch {
            number,
            update: payload,
        }
        .encode(),
        Ok(Message::Awareness(_)) => Message::Awareness(payload).encode(),
        Ok(Message::Threads(inner)) => Message::Threads(&with_payload(inner, payload)).encode(),
        _ => frame.to_vec(),
    }
}

/// Client ids of a connection's own in place of the recorded ones, so that what it sends is new to the room.
#[derive(Debug, Default)]
pub struct Renamed(HashMap<u64, u64>);

impl Renamed {
    /// The frame with this connection's ids.
    pub fn frame(&mut self, frame: &[u8], dice: &mut Rng) -> Vec<u8> {
        let Some((payload, bytes)) = payload_of(frame) else {
            return frame.to_vec();
        };
        match fields::read(payload, &bytes) {
            Some(found) => {
                let mut out = bytes.clone();
                let ids = found.of(&[Role::Client, Role::Deleted]).collect::<Vec<_>>();
                for field in ids.into_iter().rev() {
                    let mut reader = Reader::new(&bytes[field.range.clone()]);
                    let was = reader.uint(u64::MAX).expect("the field was read before");
                    let now = *self.0.entry(was).or_insert_with(|| dice.u64(1..1 << 32));
                    let mut by = Vec::new();
                    write_uint(&mut by, now);
                    out = mutate::replaced(&out, field.range.clone(), &by);
                }
                with_payload(frame, &out)
            }
            None => frame.to_vec(),
        }
    }
}

/// Damages a frame: what it carries, mostly, so that the damage gets behind the first look; or its outside.
pub fn damaged(frame: &[u8], pool: &Pool, dice: &mut Rng) -> Frame {
    let message = name_of(frame);
    let (bytes, mutation) = match payload_of(frame) {
        Some((payload, bytes)) if dice.u32(0..200) > 0 => {
            let (bytes, mutation) = mutate::mutate(payload, &bytes, pool, dice);
            (with_payload(frame, &bytes), mutation)
        }
        _ => (mutate::blindly(frame, pool, dice), "frame"),
    };
    Frame {
        bytes,
        message,
        mutation: Some(mutation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::committed;
    use scriptroom_room::check::Update;

    #[test]
    fn renamed_frames_are_as_good_as_the_recorded_ones() {
        let mut dice = Rng::with_seed(1);
        for session in committed() {
            let mut names = Renamed::default();
            for frame in &session.frames {
                let renamed = names.frame(frame, &mut dice);
                assert_eq!(name_of(&renamed), name_of(frame));
                if let Some((Payload::Update, update)) = payload_of(&renamed) {
                    assert!(Update::decode(&update).is_ok());
                }
            }
        }
    }

    #[test]
    fn a_damaged_frame_is_still_a_message_most_of_the_time() {
        let sessions = committed();
        let frame = &sessions[0].frames[4];
        let mut dice = Rng::with_seed(1);
        let readable = (0..1000)
            .map(|_| damaged(frame, &Pool::default(), &mut dice))
            .filter(|frame| Message::decode(&frame.bytes).is_ok());
        assert!(readable.count() > 900);
    }
}
