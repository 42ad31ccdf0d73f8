//! What was sent and what came back, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

/// The figures of one connection, or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Mutated frames that the relay is known to have handled: answered, or followed by one that was answered, or what
    /// closed the connection.
    pub mutated: u64,
    /// Of these, by how they were made.
    pub by_mutation: BTreeMap<String, u64>,
    /// Of these, by what they were made of.
    pub by_message: BTreeMap<String, u64>,
    /// Of these, by what became of them: an acknowledgement with its reason, the close code, or nothing that is told.
    pub by_answer: BTreeMap<String, u64>,
    /// Frames as they were recorded, between those.
    pub genuine: u64,
    /// Sent after what closed the connection, so nobody knows.
    pub in_vain: u64,
    /// Connections, by kind.
    pub connections: BTreeMap<String, u64>,
    /// Which of them the relay closed, by code.
    pub closes: BTreeMap<String, u64>,
    /// Requests over HTTP, by status and code.
    pub requests: BTreeMap<String, u64>,
    /// Frames that the relay sent.
    pub received: u64,
}

/// Counts one more.
pub fn count(of: &mut BTreeMap<String, u64>, name: &str) {
    match of.get_mut(name) {
        Some(known) => *known += 1,
        None => drop(of.insert(name.to_owned(), 1)),
    }
}

impl Counts {
    /// Adds the figures of another connection.
    pub fn add(&mut self, other: &Counts) {
        self.mutated += other.mutated;
        self.genuine += other.genuine;
        self.in_vain += other.in_vain;
        self.received += other.received;
        for (mine, theirs) in [
            (&mut self.by_mutation, &other.by_mutation),
            (&mut self.by_message, &other.by_message),
            (&mut self.by_answer, &other.by_answer),
            (&mut self.connections, &other.connections),
            (&mut self.closes, &other.closes),
            (&mut self.requests, &other.requests),
        ] {
            for (name, count) in theirs {
                *mine.entry(name.clone()).or_default() += count;
            }
        }
    }
}

/// A reason without what differs each time: numbers become `#`.
pub fn plain(reason: &str) -> String {
    let mut out = String::new();
    for letter in reason.chars() {
        match letter.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_apart_by_their_words() {
        assert_eq!(
            plain("malformed update: content 12 at offset 345"),
            "malformed update: content # at offset #"
        );
    }

    #[test]
    fn figures_add_up() {
        let mut one = Counts {
            mutated: 1,
            ..Counts::default()
        };
        count(&mut one.closes, "4010");
        let mut sum = one.clone();
        sum.add(&one);
        assert_eq!((sum.mutated, sum.closes["4010"]), (2, 2));
    }
}
