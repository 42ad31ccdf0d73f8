//! One run: a seed, a safety phase of so many steps, and the finale. What breaks is reported with what reproduces it.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::ledger::Violation;
use crate::weather::Fault;
use crate::world::World;

/// Which run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// It decides everything.
    pub seed: u64,
    /// How many steps the safety phase has.
    pub steps: u64,
    /// Faults that stay off.
    pub without: BTreeSet<Fault>,
    /// Tell on standard error what happens.
    pub traced: bool,
}

/// How many steps a run has if nobody says otherwise.
pub const STEPS: u64 = 2_500;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The promise that was broken.
    pub violation: Option<Violation>,
    /// How much time has passed in the world.
    pub simulated_ms: u64,
    /// How often what happened.
    pub counts: BTreeMap<&'static str, u64>,
}

impl Run {
    /// The run of that seed.
    pub fn of(seed: u64) -> Run {
        Run {
            seed,
            steps: STEPS,
            without: BTreeSet::new(),
            traced: false,
        }
    }

    /// How to see it again.
    pub fn command(&self) -> String {
        let mut command = format!("cargo xtask sim --seed {}", self.seed);
        if self.steps != STEPS {
            command += &format!(" --steps {}", self.steps);
        }
        if !self.without.is_empty() {
            let names: Vec<&str> = self.without.iter().map(|fault| fault.name()).collect();
            command += &format!(" --without {}", names.join(","));
        }
        command
    }

    /// Runs it.
    pub fn play(&self) -> Outcome {
        let played = catch_unwind(AssertUnwindSafe(|| self.play_through()));
        played.unwrap_or_else(|panic| Outcome {
            violation: Some(Violation {
                check: "no panic",
                what: words_of(&*panic),
            }),
            ..Outcome::default()
        })
    }

    fn play_through(&self) -> Outcome {
        let mut world = World::new(self.seed, &self.without);
        world.traced = self.traced;
        for step in 0..self.steps {
            if world.ledger.violation.is_some() || !world.step() {
                break;
            }
            if step % 64 == 0 {
                world.relay.check_log(&mut world.ledger);
            }
        }
        if world.ledger.violation.is_none() {
            world.finish();
        }
        let mut counts = world.counts;
        counts.insert("checks", world.ledger.checks);
        counts.insert("merges", world.relay.merges);
        Outcome {
            violation: world.ledger.violation,
            simulated_ms: world.now_ms,
            counts,
        }
    }

    /// A run with fewer steps and fewer faults that breaks the same promise.
    pub fn shrunk(&self, check: &str) -> Run {
        let breaks = |run: &Run| {
            run.play()
                .violation
                .is_some_and(|found| found.check == check)
        };
        let mut best = self.clone();
        for fault in Fault::ALL {
            let mut fewer = best.clone();
            fewer.without.insert(fault);
            if breaks(&fewer) {
                best = fewer;
            }
        }
        let mut by = best.steps / 2;
        while by > 0 {
            let shorter = Run {
                steps: best.steps.saturating_sub(by),
                ..best.clone()
            };
            match breaks(&shorter) {
                true => best = shorter,
                false => by /= 2,
            }
        }
        best
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned()
}
