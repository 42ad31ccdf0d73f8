//! What was meant: which characters were typed, and which somebody deleted. It never looks into the CRDT, and every
//! typed character is unique.

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_script::Change;

use crate::dice::Dice;

/// What was meant.
#[derive(Debug, Default)]
pub struct Oracle {
    next: u32,
    /// Characters that somebody typed.
    pub typed: BTreeSet<char>,
    /// Characters that somebody deleted, or whose typing somebody took back.
    pub deleted: BTreeSet<char>,
    /// Characters that stood in what somebody carried elsewhere: a scene that was moved, a line that became a heading.
    pub carried: BTreeSet<char>,
    /// Characters that somebody wrote again who started over.
    pub said_again: BTreeSet<char>,
    /// Characters that undos and redos brought back, or to another place, and how often.
    pub brought_back: BTreeMap<char, u32>,
    /// Characters that somebody made up under another's client id.
    pub made_up: BTreeSet<char>,
    /// Characters that were lost with what nobody promised to keep: a page without a store, a relay without its disk.
    pub forgiven: BTreeSet<char>,
}

impl Oracle {
    /// A few characters that nobody has typed yet; some of them are surrogate pairs.
    pub fn fresh(&mut self, dice: &mut Dice) -> String {
        let count = 1 + dice.below(4);
        (0..count).map(|_| self.fresh_char()).collect()
    }

    fn fresh_char(&mut self) -> char {
        self.next += 1;
        let base = match self.next.is_multiple_of(3) {
            true => 0x2_0000,
            false if self.next < 20_000 => 0x4e00,
            false => 0x3_0000,
        };
        let fresh = char::from_u32(base + self.next).expect("an assigned range");
        self.typed.insert(fresh);
        fresh
    }

    /// Somebody deletes this.
    pub fn delete(&mut self, text: &str) {
        self.deleted.extend(text.chars());
    }

    /// Somebody carries this elsewhere.
    pub fn carry(&mut self, text: &str) {
        self.carried.extend(text.chars());
    }

    /// An undo or redo, between the texts before and after it.
    pub fn travel(&mut self, before: &str, after: &str, change: &Change) {
        let (before, after) = (chars(before), chars(after));
        self.deleted.extend(before.difference(&after));
        for c in inserted(change) {
            *self.brought_back.entry(c).or_default() += 1;
        }
    }

    /// A remote update was answered: words that came to the old place were carried after.
    pub fn answered(&mut self, change: &Change) {
        self.carried.extend(inserted(change));
    }

    /// Whether a character may stand there twice: two who have deleted the same and both take that back bring it back twice; who
    /// carries text copies it, and an undo that brings the old place back does not know that somebody else carried it away, too. Nor does who starts over:
    /// what they had carried they write again as words, which are no copies.
    pub fn may_be_doubled(&self, c: char) -> bool {
        let times = self.brought_back.get(&c).copied().unwrap_or(0);
        let anew = times == 1 || self.said_again.contains(&c);
        times > 1 || (anew && self.carried.contains(&c))
    }
}

/// The characters of a text, without the line breaks.
pub fn chars(text: &str) -> BTreeSet<char> {
    text.chars().filter(|&c| c != '\n').collect()
}

fn inserted(change: &Change) -> impl Iterator<Item = char> {
    change
        .text
        .iter()
        .flat_map(|edit| edit.insert.chars())
        .filter(|&c| c != '\n')
}
