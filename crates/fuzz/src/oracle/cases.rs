//! Cases for the oracle, by seed: updates at random, real ones that are changed, and the corpus among others' words.

use fastrand::Rng;

use crate::mutate::mutated;
use crate::{corpus, generate, real};

/// Larger updates of the corpus have a run of their own.
const SMALL_BYTES: usize = 4 << 10;

/// Makes case after case.
pub struct Cases {
    dice: Rng,
    corpus: Vec<Vec<u8>>,
    /// Real updates, a few at a time: many cases are made of each.
    real: Vec<Vec<u8>>,
}

impl Cases {
    /// Those of a seed.
    pub fn of(seed: u64) -> Cases {
        let corpus = corpus::updates().map(|(_, bytes)| bytes);
        Cases {
            dice: Rng::with_seed(seed),
            corpus: corpus.filter(|bytes| bytes.len() <= SMALL_BYTES).collect(),
            real: Vec::new(),
        }
    }

    fn pick(&mut self, of: impl Fn(&Cases) -> &[Vec<u8>]) -> Vec<u8> {
        let at = self.dice.usize(0..of(self).len());
        of(self)[at].clone()
    }

    /// Real updates, of which at most one is changed.
    fn changed(&mut self) -> Vec<Vec<u8>> {
        let from = self.dice.usize(0..self.real.len());
        let to = (from + self.dice.usize(1..=6)).min(self.real.len());
        let mut case = self.real[from..to].to_vec();
        let at = self.dice.usize(0..case.len());
        let other = self.pick(|cases| &cases.real);
        case[at] = mutated(&case[at], &other, &mut self.dice);
        case
    }
}

impl Iterator for Cases {
    type Item = Vec<Vec<u8>>;

    fn next(&mut self) -> Option<Vec<Vec<u8>>> {
        if self.real.is_empty() || self.dice.u8(..) == 0 {
            self.real = real::updates(&mut self.dice);
        }
        Some(match self.dice.u8(0..10) {
            0..4 => generate::updates(&mut self.dice),
            4 | 5 => {
                let mut case = generate::updates(&mut self.dice);
                let at = self.dice.usize(0..case.len());
                let other = self.pick(|cases| &cases.corpus);
                case[at] = mutated(&case[at], &other, &mut self.dice);
                case
            }
            6..9 => self.changed(),
            _ => {
                let one = self.pick(|cases| &cases.corpus);
                let other = self.pick(|cases| &cases.corpus);
                vec![mutated(&one, &other, &mut self.dice), other]
            }
        })
    }
}
