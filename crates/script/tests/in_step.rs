//! Two who write in turns, each with what the other has written: what comes of it is what one would have got alone. Nobody's words are anywhere else
//! because of what a replica does about carves (`bring_after`).

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script};
use support::Dice;

const ELEMENTS: [ElementType; 4] = [
    ElementType::Action,
    ElementType::Character,
    ElementType::Dialogue,
    ElementType::SceneHeading,
];

struct Two {
    scripts: [Script; 2],
    /// The paragraphs as they should be.
    expected: Vec<(ElementType, String)>,
    now: u64,
    typed: u32,
}

impl Two {
    fn new(seed: u64) -> Two {
        let ids = if seed.is_multiple_of(2) {
            [1, 2]
        } else {
            [9, 3]
        };
        Two {
            scripts: ids.map(|client_id| {
                Script::new(Options {
                    client_id,
                    seed: seed * 7 + client_id,
                })
            }),
            expected: vec![(ElementType::Action, String::new())],
            now: 0,
            typed: 0,
        }
    }

    /// Letters that nobody has typed yet, each of one unit.
    fn fresh(&mut self, dice: &mut Dice) -> String {
        let letters = 1 + dice.below(4) as u32;
        self.typed += letters;
        let last = 0x4e00 + self.typed;
        (last - letters..last)
            .map(|code| char::from_u32(code).unwrap())
            .collect()
    }

    fn len(&self, paragraph: usize) -> usize {
        self.expected[paragraph].1.chars().count()
    }

    fn start(&self, paragraph: usize) -> u32 {
        (0..paragraph)
            .map(|before| self.len(before) as u32 + 1)
            .sum()
    }

    /// The letters of a paragraph before and behind a place.
    fn halves(&self, paragraph: usize, at: usize) -> (String, String) {
        let letters = || self.expected[paragraph].1.chars();
        (letters().take(at).collect(), letters().skip(at).collect())
    }

    /// Does something on one of the scripts, and to what is expected; none where there is nothing to do.
    fn act(&mut self, who: usize, dice: &mut Dice) -> Option<Change> {
        let paragraph = dice.below(self.expected.len());
        let (start, len) = (self.start(paragraph), self.len(paragraph));
        let at = dice.below(len + 1);
        let place = start + at as u32;
        let (before, behind) = self.halves(paragraph, at);
        let edit = match dice.below(13) {
            0..=3 => {
                let words = self.fresh(dice);
                self.expected[paragraph].1 = before + &words + &behind;
                Edit::text(place, place, words)
            }
            4 if at < len => {
                self.expected[paragraph].1 = before + &behind.chars().skip(1).collect::<String>();
                Edit::text(place, place + 1, "")
            }
            5..=7 if at > 0 => {
                let (element, words) = (ELEMENTS[dice.below(4)], self.fresh(dice));
                self.expected[paragraph].1 = before;
                let new = (element, words.clone() + &behind);
                self.expected.insert(paragraph + 1, new);
                let insert = vec![InsertedLine::default(), InsertedLine::of(element, words)];
                let (from, to) = (place, place);
                Edit::Replace { from, to, insert }
            }
            8 | 9 if paragraph + 1 < self.expected.len() && len > 0 => {
                let (_, next) = self.expected.remove(paragraph + 1);
                self.expected[paragraph].1 += &next;
                let end = start + len as u32;
                Edit::text(end, end + 1, "")
            }
            10 => {
                let element = ELEMENTS[dice.below(4)];
                self.expected[paragraph].0 = element;
                let paragraphs = paragraph..paragraph + 1;
                Edit::SetElement {
                    paragraphs,
                    element,
                }
            }
            11 | 12 => return self.move_scene(who, dice),
            _ => return None,
        };
        Some(self.scripts[who].edit(&[edit], self.now).unwrap())
    }

    fn move_scene(&mut self, who: usize, dice: &mut Dice) -> Option<Change> {
        let is_heading = |at: &usize| self.expected[*at].0 == ElementType::SceneHeading;
        let headings: Vec<usize> = (0..self.expected.len()).filter(is_heading).collect();
        let from = dice.below(headings.len().max(1));
        let to = dice.below(headings.len() + 1);
        if headings.len() < 2 || to == from || to == from + 1 {
            return None;
        }
        let scenes = self.scripts[who].scenes();
        let before = scenes.get(to).map(|scene| &scene.id);
        let change = self.scripts[who].move_scene(&scenes[from].id, before, self.now);
        let begins = |scene: usize| headings.get(scene).copied().unwrap_or(self.expected.len());
        let (begin, end, mut place) = (begins(from), begins(from + 1), begins(to));
        let moved: Vec<_> = self.expected.drain(begin..end).collect();
        if place > begin {
            place -= moved.len();
        }
        self.expected.splice(place..place, moved);
        Some(change.unwrap())
    }

    /// The other takes what one has written, and each what the other answers.
    fn deliver(&mut self, who: usize, change: Change) {
        let mut waiting: Vec<(usize, Vec<u8>)> = Vec::new();
        waiting.extend(change.update.map(|update| (who, update)));
        while let Some((from, update)) = waiting.pop() {
            let change = self.scripts[1 - from].apply_update(&update).unwrap();
            waiting.extend(change.update.map(|update| (1 - from, update)));
        }
    }

    fn found(&self, who: usize) -> Vec<(ElementType, String)> {
        let script = &self.scripts[who];
        let paragraphs = script.paragraphs(0..script.paragraph_count());
        let found = paragraphs.into_iter().map(|one| {
            let text = one.runs.iter().map(|run| run.text.as_str()).collect();
            (one.element, text)
        });
        found.collect()
    }
}

#[test]
fn who_writes_in_turns_gets_what_one_would_have_got() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let mut two = Two::new(seed);
        for step in 0..40 {
            let who = dice.below(2);
            two.now += 2_000;
            if let Some(change) = two.act(who, &mut dice) {
                two.deliver(who, change);
            }
            for who in 0..2 {
                assert_eq!(two.found(who), two.expected, "seed {seed}, step {step}");
            }
        }
    }
}
