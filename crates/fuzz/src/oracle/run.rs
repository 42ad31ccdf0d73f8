//! Case after case for the oracle, what came of them, and the smallest that fails as it did.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use super::cases::Cases;
use super::parent::Oracle;
use super::{Answer, MOST_US, judge};

/// How many runs end a search for something smaller.
const TRIES: usize = 3_000;

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The first seed: each has a thousand cases.
    pub seed: u64,
    /// How many cases, unless the time is over first.
    pub cases: u64,
    /// For how long.
    pub time: Option<Duration>,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Cases, and updates and bytes in them.
    pub cases: u64,
    updates: u64,
    bytes: u64,
    accepted: u64,
    stored: u64,
    compared: u64,
    slowest: Worst,
    largest: Worst,
    /// Cases that failed, and how.
    pub failures: Vec<Failure>,
}

/// The most that a case took.
#[derive(Debug, Clone, Copy, Default)]
struct Worst {
    amount: u64,
    case_bytes: usize,
    seed: u64,
}

/// A case that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed that it is of.
    pub seed: u64,
    /// How it failed.
    pub how: String,
    /// The smallest case that was found to fail.
    pub case: Vec<Vec<u8>>,
}

const CASES_OF_A_SEED: usize = 1_000;
/// So many failures are enough for one run.
const ENOUGH: usize = 5;

impl Run {
    /// Runs it with that program as the child.
    ///
    /// # Errors
    /// When the child cannot be started.
    pub fn run(self, program: &Path) -> Result<Sum> {
        let mut oracle = Oracle::new(program);
        let (mut sum, started) = (Sum::default(), Instant::now());
        for seed in self.seed.. {
            for case in Cases::of(seed).take(CASES_OF_A_SEED) {
                let over = self.time.is_some_and(|time| started.elapsed() >= time);
                if over || sum.cases >= self.cases || sum.failures.len() >= ENOUGH {
                    return Ok(sum);
                }
                sum.count(&case);
                match failure(&mut oracle, &case)? {
                    Ok(answer) => sum.note(answer, &case, seed),
                    Err(how) => {
                        let case = smallest(&mut oracle, case, &how)?;
                        eprintln!("seed {seed}: {how}\n  {case:?}");
                        sum.failures.push(Failure { seed, how, case });
                    }
                }
            }
        }
        Ok(sum)
    }
}

/// What becomes of a case; an error says what is wrong with that.
///
/// # Errors
/// When the child cannot be started.
pub fn failure(oracle: &mut Oracle, case: &[Vec<u8>]) -> Result<Result<Answer, String>> {
    let answer = match oracle.ask(case)? {
        Ok(answer) => answer,
        Err(death) => return Ok(Err(death.0)),
    };
    let bytes = case.iter().map(Vec::len).sum();
    if let Some(what) = judge(answer, bytes) {
        return Ok(Err(what));
    }
    Ok(Ok(answer))
}

impl Sum {
    fn count(&mut self, case: &[Vec<u8>]) {
        self.cases += 1;
        self.updates += case.len() as u64;
        self.bytes += case.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
    }

    fn note(&mut self, answer: Answer, case: &[Vec<u8>], seed: u64) {
        self.accepted += u64::from(answer.accepted);
        self.stored += u64::from(answer.stored);
        self.compared += u64::from(answer.is_compared);
        let case_bytes = case.iter().map(Vec::len).sum();
        let worst = |amount| Worst {
            amount,
            case_bytes,
            seed,
        };
        if answer.time_us > self.slowest.amount {
            self.slowest = worst(answer.time_us);
        }
        if answer.peak_bytes > self.largest.amount {
            self.largest = worst(answer.peak_bytes);
        }
    }

    /// Whether something took longer than it may, in processor time.
    pub fn is_too_slow(&self) -> bool {
        self.slowest.amount > MOST_US
    }

    /// What came of it, as JSON.
    pub fn report(&self) -> Value {
        let worst = |worst: Worst| json!({"amount": worst.amount, "caseBytes": worst.case_bytes, "seed": worst.seed});
        let failures = self.failures.iter();
        let failures: Vec<Value> = failures
            .map(|one| json!({"seed": one.seed, "how": one.how, "case": one.case}))
            .collect();
        json!({
            "cases": self.cases,
            "updates": self.updates,
            "bytes": self.bytes,
            "accepted": self.accepted,
            "stored": self.stored,
            "compared": self.compared,
            "slowestMicroseconds": worst(self.slowest),
            "largestBytes": worst(self.largest),
            "failures": failures,
        })
    }
}

/// Leaves out updates, then bytes, as long as it fails in the same way.
fn smallest(oracle: &mut Oracle, case: Vec<Vec<u8>>, how: &str) -> Result<Vec<Vec<u8>>> {
    let mut best = case;
    let mut tries = 0;
    let mut at_update = 0;
    while at_update < best.len() && tries < TRIES {
        let mut fewer = best.clone();
        fewer.remove(at_update);
        tries += 1;
        match fails_so(oracle, &fewer, how)? {
            true => best = fewer,
            false => at_update += 1,
        }
    }
    for update in 0..best.len() {
        for part in [64, 16, 4, 1] {
            let mut at = 0;
            while at < best[update].len() && tries < TRIES {
                let mut shorter = best.clone();
                let end = (at + part).min(shorter[update].len());
                shorter[update].drain(at..end);
                tries += 1;
                match fails_so(oracle, &shorter, how)? {
                    true => best = shorter,
                    false => at += part,
                }
            }
        }
    }
    Ok(best)
}

fn fails_so(oracle: &mut Oracle, case: &[Vec<u8>], how: &str) -> Result<bool> {
    let place = |how: &str| {
        how.lines()
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join(" ")
    };
    // The thread's number is another one each time.
    let plain = |how: &str| {
        place(how)
            .chars()
            .filter(|c| !c.is_ascii_digit())
            .collect::<String>()
    };
    Ok(failure(oracle, case)?.is_err_and(|other| plain(&other) == plain(how)))
}
