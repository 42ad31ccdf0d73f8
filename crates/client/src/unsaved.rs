//! How many edits of this device the relay has not said to have stored: those that have yet to go out, and those on their way.

use std::collections::VecDeque;

use scriptroom_room::wire::STEP2_NUMBER;

/// Counts of edits. Each edit is in one of them, until the relay has stored it.
#[derive(Debug)]
pub(crate) struct Unsaved {
    /// Edits that are in no frame of this connection.
    unsent: u64,
    /// Batches on their way: their numbers and counts of edits. They are few.
    batches: Vec<(u64, u64)>,
    /// Steps 2 on their way, oldest first, with their counts of edits.
    answers: VecDeque<u64>,
    next_number: u64,
}

impl Unsaved {
    /// So many edits of earlier openings, which have yet to go out.
    pub(crate) fn new(unsent: u64) -> Unsaved {
        Unsaved {
            unsent,
            batches: Vec::new(),
            answers: VecDeque::new(),
            next_number: 1,
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.not_answered() + self.answers.iter().sum::<u64>()
    }

    /// Whether the relay has said of all that went out what became of it, and nothing has yet to go out.
    pub(crate) fn is_settled(&self) -> bool {
        self.under_way() == 0 && self.unsent == 0
    }

    /// How many messages are on their way.
    pub(crate) fn under_way(&self) -> usize {
        self.batches.len() + self.answers.len()
    }

    /// Whether a batch is on its way.
    pub(crate) fn has_batches(&self) -> bool {
        !self.batches.is_empty()
    }

    /// These have yet to go out, or to go out again.
    pub(crate) fn add(&mut self, edits: u64) {
        self.unsent += edits;
    }

    /// Something has, whatever was counted before.
    pub(crate) fn at_least_one(&mut self) {
        self.unsent = self.unsent.max(1);
    }

    /// These go out as a batch: returns its number.
    pub(crate) fn batch(&mut self, edits: u64) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.unsent -= edits;
        self.batches.push((number, edits));
        number
    }

    /// All that the relay lacks goes out as an answer, whatever was in a batch included. It counts for one edit where the relay
    /// has `lost` what nobody waited for: that is not saved until it has it again.
    pub(crate) fn answer(&mut self, lost: bool) {
        let least = u64::from(lost && self.answers.is_empty());
        let covered = self.take_unanswered().max(least);
        self.answers.push_back(covered);
    }

    /// Takes those that are in no answer, and returns how many they are.
    pub(crate) fn take_unanswered(&mut self) -> u64 {
        let edits = self.not_answered();
        self.unsent = 0;
        self.batches.clear();
        edits
    }

    /// The relay has said what became of a message. Returns how many edits it was, which count no more; none where an answer
    /// has covered them since, and counts them.
    pub(crate) fn acknowledged(&mut self, number: u64) -> u64 {
        let edits = if number == STEP2_NUMBER {
            self.answers.pop_front()
        } else {
            let at = self.batches.iter().position(|&(known, _)| known == number);
            at.map(|at| self.batches.remove(at).1)
        };
        edits.unwrap_or(0)
    }

    /// Counts them with the last answer that is on its way. Says whether there is one.
    pub(crate) fn add_to_answer(&mut self, edits: u64) -> bool {
        let last = self.answers.back_mut();
        last.map(|covered| *covered += edits).is_some()
    }

    /// What was on its way may or may not have arrived: it counts as not sent.
    pub(crate) fn forget_sent(&mut self) {
        self.unsent = self.count();
        self.batches.clear();
        self.answers.clear();
    }

    /// None of those that have yet to go out counts any more: the document has left them behind.
    pub(crate) fn leave_behind(&mut self) {
        self.unsent = 0;
    }

    /// On another connection batches are numbered from 1.
    pub(crate) fn number_anew(&mut self) {
        self.next_number = 1;
    }

    fn not_answered(&self) -> u64 {
        self.unsent + self.batches.iter().map(|(_, edits)| edits).sum::<u64>()
    }
}
