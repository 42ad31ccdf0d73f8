//! What is asked of a run, and what every connection of it shares.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fastrand::Rng;
use serde::Deserialize;

use crate::mutate::Pool;
use crate::recording::Session;

/// What is asked: whoever starts the relay writes it, as JSON.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Host and port of the relay.
    pub host: String,
    /// How many mutated frames.
    pub count: u64,
    /// What decides all but the order in which connections take turns.
    pub seed: u64,
    /// How many connections at a time.
    pub connections: u64,
    /// How long the relay may take to answer.
    pub patience_ms: u64,
    /// Where to.
    pub rooms: Vec<Target>,
}

/// A script, and who may send to it.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// The script's id.
    pub id: String,
    /// How much of all goes there.
    pub share: u32,
    /// The tokens of those who send: each connection takes one.
    pub tokens: Vec<String>,
}

/// A run: what it was asked, what it takes its frames from, and how far it is.
#[derive(Debug)]
pub struct Run {
    /// What was asked.
    pub asked: Asked,
    /// What real clients sent.
    pub sessions: Vec<Session>,
    /// Pieces for splices.
    pub pool: Pool,
    done: AtomicU64,
    stopped: AtomicBool,
}

impl Run {
    /// A run that has not begun.
    pub fn new(asked: Asked, sessions: Vec<Session>) -> Run {
        let frames = sessions.iter().flat_map(|session| &session.frames);
        let payloads = frames.filter_map(|frame| crate::forge::payload_of(frame));
        let pool = Pool {
            payloads: payloads.map(|(_, bytes)| bytes).collect(),
            others: Vec::new(),
        };
        Run {
            asked,
            sessions,
            pool,
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Notes that so many mutated frames were handled.
    pub fn note(&self, handled: u64) {
        self.done.fetch_add(handled, Ordering::Relaxed);
    }

    /// How many were handled so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Ends it early.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether there is nothing left to do.
    pub fn is_over(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.done() >= self.asked.count
    }

    /// One of the rooms, by their shares.
    pub fn room(&self, dice: &mut Rng) -> &Target {
        let all: u32 = self.asked.rooms.iter().map(|room| room.share).sum();
        let mut at = dice.u32(0..all);
        for room in &self.asked.rooms {
            match at.checked_sub(room.share) {
                Some(left) => at = left,
                None => return room,
            }
        }
        unreachable!("the dice stay below the sum of the shares")
    }
}
