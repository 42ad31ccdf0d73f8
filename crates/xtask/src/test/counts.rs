//! How many tests passed and failed, read from what each kind of runner prints.

use std::ops::AddAssign;

/// The runners whose output can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `cargo test`, also under wasm-bindgen-test-runner.
    Cargo,
    /// `node --test`, with either of its reporters.
    Node,
    /// `playwright test --reporter=list`.
    Playwright,
    /// Anything else: the program as a whole is one test.
    Single,
}

/// The tests of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that ran and held.
    pub(crate) passed: u64,
    /// Tests that did not hold, did not run, or were skipped: none is meant to be.
    pub(crate) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// One test that held.
    pub(crate) const PASSED: Counts = Counts {
        passed: 1,
        failed: 0,
    };
    /// One test that did not.
    pub(crate) const FAILED: Counts = Counts {
        passed: 0,
        failed: 1,
    };

    /// Reads the output of a program that ended with success or not. A failure that no test explains (a build that
    /// broke, a crash) counts as one failed test; so does a success in which nothing ran.
    pub(crate) fn read(runner: Runner, output: &str, success: bool) -> Counts {
        let mut counts = match runner {
            Runner::Cargo => cargo(output),
            Runner::Node => node(output),
            Runner::Playwright => playwright(output),
            Runner::Single if success => Counts::PASSED,
            Runner::Single => Counts::FAILED,
        };
        let unexplained = !success && counts.failed == 0;
        let nothing_ran = counts == Counts::default();
        if unexplained || nothing_ran {
            counts.failed += 1;
        }
        counts
    }
}

/// Sums lines like `test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; …`.
fn cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some((_, numbers)) = line
            .split_once("test result: ")
            .and_then(|(_, rest)| rest.split_once(". "))
        else {
            continue;
        };
        for part in numbers.split(';') {
            add_word(&mut counts, part, "passed", &["failed", "ignored"]);
        }
    }
    counts
}

/// Reads `# pass 5` (TAP) or `ℹ pass 5` (spec): the totals that each run prints at its end.
fn node(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some(rest) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) else {
            continue;
        };
        let Some((word, number)) = rest.split_once(' ') else {
            continue;
        };
        let Ok(number) = number.trim().parse::<u64>() else {
            continue;
        };
        match word {
            "pass" => counts.passed += number,
            "fail" | "cancelled" | "skipped" | "todo" => counts.failed += number,
            _ => {}
        }
    }
    counts
}

/// Reads the totals at the end of the list reporter: `  5 passed (10.3s)`, `  1 failed`, `  2 did not run`.
fn playwright(output: &str) -> Counts {
    let mut counts = Counts::default();
    let bad = ["failed", "flaky", "skipped", "interrupted", "did not run"];
    for line in output
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("    "))
    {
        let words = line.split(" (").next().unwrap_or_default();
        add_word(&mut counts, words, "passed", &bad);
    }
    counts
}

/// Adds `5 passed` to one side or `1 failed` to the other.
fn add_word(counts: &mut Counts, text: &str, good: &str, bad: &[&str]) {
    let Some((number, word)) = text.trim().split_once(' ') else {
        return;
    };
    let Ok(number) = number.parse::<u64>() else {
        return;
    };
    if word == good {
        counts.passed += number;
    } else if bad.contains(&word) {
        counts.failed += number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runner: Runner, output: &str, success: bool, passed: u64, failed: u64) {
        assert_eq!(
            Counts::read(runner, output, success),
            Counts { passed, failed },
            "{output}"
        );
    }

    #[test]
    fn cargo_sums_its_binaries() {
        let output = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                      \ntest result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        check(Runner::Cargo, output, false, 5, 1);
    }

    #[test]
    fn an_ignored_test_counts_as_failed() {
        check(
            Runner::Cargo,
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n",
            true,
            2,
            1,
        );
    }

    #[test]
    fn a_build_that_breaks_is_a_failure() {
        check(
            Runner::Cargo,
            "error[E0308]: mismatched types\n",
            false,
            0,
            1,
        );
        check(
            Runner::Cargo,
            "test result: ok. 2 passed; 0 failed\nerror: could not compile\n",
            false,
            2,
            1,
        );
    }

    #[test]
    fn success_without_any_test_is_a_failure() {
        check(
            Runner::Cargo,
            "test result: ok. 0 passed; 0 failed; 0 ignored\n",
            true,
            0,
            1,
        );
        check(Runner::Node, "", true, 0, 1);
    }

    #[test]
    fn node_in_both_dialects() {
        check(
            Runner::Node,
            "1..2\n# tests 3\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n",
            false,
            2,
            1,
        );
        check(
            Runner::Node,
            "ℹ tests 3\nℹ pass 2\nℹ fail 0\nℹ skipped 1\nℹ duration_ms 12.5\n",
            true,
            2,
            1,
        );
    }

    #[test]
    fn playwright_totals_but_not_its_list() {
        let output = "Running 3 tests using 1 worker\n\n  ✓  1 a.spec.ts:3:1 › two write (1.2s)\n  ✘  2 a.spec.ts:9:1 › 5 passed (2s)\n\n\
                      \n    3 failed attempts\n\n  1 failed\n    a.spec.ts:9:1 › 5 passed\n  1 did not run\n  1 passed (10.3s)\n";
        check(Runner::Playwright, output, false, 1, 2);
    }

    #[test]
    fn a_single_check_is_one_test() {
        check(Runner::Single, "anything", true, 1, 0);
        check(Runner::Single, "anything", false, 0, 1);
    }
}
