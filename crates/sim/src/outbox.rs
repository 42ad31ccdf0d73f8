//! The gate between an edit and the network, as `pkg/src/outbox.ts` is: updates are written in order, and what is to be sent waits
//! until every edit made before it is on the device's disk. When the disk fails, the gate opens.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::device::NewLife;

/// Something to do with the device's disk.
#[derive(Debug, Clone)]
pub enum Task {
    /// Keep an update; whether it was made here, and is to be noted as unsaved.
    Write(Rc<[u8]>, bool),
    /// The relay's log is another one; in which life of the document that was heard.
    Epoch(String, u64),
    /// Put this in the place of the log so far.
    Merge(Rc<[u8]>),
    /// Put a new life in its place.
    StartOver(NewLife),
    /// Let go of the copies of what was offered again.
    Forget,
}

/// What is written, and what waits for it.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: VecDeque<Task>,
    /// What the disk is busy with: all writes up to something else, or that one thing.
    pub writing: Option<Vec<Task>>,
    given: u64,
    done: u64,
    /// The disk has failed.
    pub failed: bool,
    waiting: VecDeque<(u64, Frame)>,
}

/// A frame, and for which connection of the tab it was made.
pub type Frame = (u64, Vec<u8>);

impl Outbox {
    /// Whether everything given is on the disk.
    pub fn is_stored(&self) -> bool {
        !self.failed && self.done == self.given
    }

    /// Takes a task.
    pub fn give(&mut self, task: Task) {
        self.queue.push_back(task);
        self.given += 1;
    }

    /// Begins with the next tasks, if the disk has nothing to do. `true`: it has now.
    pub fn begin(&mut self) -> bool {
        if self.writing.is_some() || self.queue.is_empty() {
            return false;
        }
        let other = |task: &Task| !matches!(task, Task::Write(..));
        let count = match self.queue.iter().position(other) {
            None => self.queue.len(),
            Some(at) => at.max(1),
        };
        self.writing = Some(self.queue.drain(..count).collect());
        true
    }

    /// What was begun is done, well or not.
    pub fn done(&mut self, tasks: usize) {
        self.done += tasks as u64;
    }

    /// Sends a frame when everything given so far is on the disk; gives it back if that is now, or cannot be. Frames keep their order.
    pub fn send(&mut self, frame: Frame) -> Option<Frame> {
        if self.waiting.is_empty() && (self.failed || self.done == self.given) {
            return Some(frame);
        }
        self.waiting.push_back((self.given, frame));
        None
    }

    /// The frames that have waited long enough: all of them when the disk has failed.
    pub fn ready(&mut self) -> Vec<Frame> {
        let waiting = self.waiting.iter();
        let ready = waiting.take_while(|(after, _)| self.failed || *after <= self.done);
        let ready = ready.count();
        self.waiting
            .drain(..ready)
            .map(|(_, frame)| frame)
            .collect()
    }

    /// What was given and is not done: the page is gone.
    pub fn undone(&self) -> impl Iterator<Item = &Task> {
        self.writing.iter().flatten().chain(&self.queue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer would be taken for that to another question.
    #[test]
    fn what_waits_for_a_disk_that_fails_goes_out_before_what_is_said_then() {
        let mut outbox = Outbox::default();
        outbox.give(Task::Forget);
        outbox.begin();
        outbox.give(Task::Forget);
        assert_eq!(outbox.send((1, vec![1])), None);
        outbox.failed = true;
        assert_eq!(outbox.send((1, vec![2])), None);
        outbox.done(1);
        assert_eq!(outbox.ready(), [(1, vec![1]), (1, vec![2])]);
        assert_eq!(outbox.send((1, vec![3])), Some((1, vec![3])));
    }
}
