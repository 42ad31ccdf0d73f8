//! The two documents of a room. Each has a lane of its own: a log, clocks with owners, what is held, and messages about it
//! (D1). What the room keeps for each lane is a value in [`Lanes`]; no code knows two ways of doing the same.

use std::ops::{Index, IndexMut};

use crate::role::Role;

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What is written.
    Script,
    /// What is said about it: threads of comments.
    Threads,
}

impl Lane {
    /// Both of them.
    pub const ALL: [Lane; 2] = [Lane::Script, Lane::Threads];

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Script => "script",
            Lane::Threads => "threads",
        }
    }

    /// The least role that writes there (D3).
    pub fn least_writer(self) -> Role {
        match self {
            Lane::Script => Role::Editor,
            Lane::Threads => Role::Commenter,
        }
    }
}

/// One of something for each lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lanes<T> {
    /// The script's.
    pub script: T,
    /// The threads'.
    pub threads: T,
}

impl<T> Lanes<T> {
    /// What `make` gives for each lane.
    pub fn new(mut make: impl FnMut(Lane) -> T) -> Lanes<T> {
        Lanes {
            script: make(Lane::Script),
            threads: make(Lane::Threads),
        }
    }

    /// Both, the script's first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.script, &self.threads].into_iter()
    }

    /// Both, the script's first, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        [&mut self.script, &mut self.threads].into_iter()
    }

    /// Something else made of each, the script's first.
    pub fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Lanes<U> {
        Lanes {
            script: turn(self.script),
            threads: turn(self.threads),
        }
    }
}

impl<T> Index<Lane> for Lanes<T> {
    type Output = T;

    fn index(&self, lane: Lane) -> &T {
        match lane {
            Lane::Script => &self.script,
            Lane::Threads => &self.threads,
        }
    }
}

impl<T> IndexMut<Lane> for Lanes<T> {
    fn index_mut(&mut self, lane: Lane) -> &mut T {
        match lane {
            Lane::Script => &mut self.script,
            Lane::Threads => &mut self.threads,
        }
    }
}
