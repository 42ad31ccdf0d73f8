//! Frames that are no message, messages that are not a client's to send, and state vectors.

use scriptroom_room::wire::{AckStatus, Message};

use super::{Case, Verdict, frames};
use crate::builder::{counted, uint};

fn malformed(name: &'static str, what: &'static str, frame: Vec<u8>) -> Case {
    frames(name, what, vec![frame], Verdict::Malformed)
}

pub(super) fn cases() -> Vec<Case> {
    [forms(), not_for_clients(), state_vectors()].concat()
}

fn forms() -> Vec<Case> {
    vec![
        malformed("frame-empty", "a frame of no bytes", Vec::new()),
        malformed("frame-type-unknown", "a type that does not exist", vec![9]),
        malformed(
            "frame-type-2-to-53",
            "a type as large as a number can be",
            uint((1 << 53) - 1),
        ),
        malformed(
            "frame-kind-unknown",
            "a kind of synchronising that does not exist",
            vec![0, 3, 0],
        ),
        malformed(
            "frame-longer",
            "a byte after the end of a message",
            vec![3, 0],
        ),
        malformed(
            "frame-shorter",
            "an update that is shorter than it says",
            vec![0, 2, 200, 1, 0],
        ),
        malformed(
            "frame-4-gigabytes",
            "an update that is 4 gigabytes by what it says",
            [vec![0, 2], uint(u64::from(u32::MAX)), vec![0, 0]].concat(),
        ),
        malformed(
            "frame-2-to-53",
            "an update whose length is as large as a number can be",
            [vec![0, 2], uint((1 << 53) - 1)].concat(),
        ),
        malformed(
            "batch-without-update",
            "a batch that ends after its number",
            vec![101, 1],
        ),
        malformed(
            "threads-in-threads",
            "a message about the threads within one",
            vec![106, 106, 0, 0, 1, 0],
        ),
        malformed(
            "threads-presence",
            "presence as a message about the threads",
            vec![106, 1, 1, 0],
        ),
        malformed(
            "threads-nothing",
            "a message about the threads that is none",
            vec![106],
        ),
    ]
}

fn not_for_clients() -> Vec<Case> {
    let hello = Message::Hello {
        epoch: "mine",
        version: 3,
        max_update_bytes: 1,
    };
    let ack = Message::Ack {
        number: 1,
        status: AckStatus::Stored,
        reason: "",
    };
    let access = Message::Access {
        role: scriptroom_room::Role::Owner,
        expires_in_ms: 0,
    };
    let large = "a".repeat(8 * 1024 + 1);
    vec![
        malformed(
            "hello-from-a-client",
            "the relay's greeting",
            hello.encode(),
        ),
        malformed(
            "ack-from-a-client",
            "the relay's acknowledgement",
            ack.encode(),
        ),
        malformed(
            "access-from-a-client",
            "a role that somebody gives themselves",
            access.encode(),
        ),
        malformed(
            "owners-from-a-client",
            "whose client ids are whose, said by a client",
            Message::Owners(&[0]).encode(),
        ),
        malformed(
            "denied-from-a-client",
            "a refusal of the relay",
            Message::Denied("no").encode(),
        ),
        frames(
            "token-too-long",
            "a token of more than 8 KiB",
            vec![Message::Renew(&large).encode()],
            Verdict::Answered,
        ),
    ]
}

fn state_vectors() -> Vec<Case> {
    let step1 = |vector: &[u8]| Message::Step1(vector).encode();
    let many: Vec<Vec<u8>> = (0..150_000u64)
        .map(|client| [uint(1 << 40 | client), uint(1)].concat())
        .collect();
    let known = |name, what, frame| frames(name, what, vec![frame], Verdict::Answered);
    vec![
        malformed(
            "state-vector-4-billion",
            "a state vector of 2³²−1 clients, then one",
            step1(&[uint(u64::from(u32::MAX)), vec![7, 1]].concat()),
        ),
        malformed(
            "state-vector-clock-2-to-53",
            "a state vector with a clock over what can be counted",
            step1(&counted(1, &[uint(7), uint((1 << 53) - 1)])),
        ),
        malformed(
            "state-vector-client-2-to-53",
            "a state vector with a client id that JavaScript cannot hold",
            step1(&counted(1, &[uint(1 << 53), uint(1)])),
        ),
        malformed(
            "state-vector-cut-short",
            "a state vector of fewer clients than it says",
            step1(&counted(3, &[uint(7), uint(1)])),
        ),
        known(
            "state-vector-150000",
            "a state vector of 150,000 clients that nobody has heard of",
            step1(&counted(many.len() as u64, &many)),
        ),
        known(
            "state-vector-ahead",
            "a state vector that has more of everybody than there is",
            step1(&counted(1, &[uint(7), uint((1 << 31) - 1)])),
        ),
        known(
            "state-vector-twice",
            "a state vector that names a client twice",
            step1(&counted(2, &[uint(7), uint(1), uint(7), uint(2)])),
        ),
    ]
}
