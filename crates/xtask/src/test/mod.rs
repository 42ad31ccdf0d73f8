//! `cargo xtask test`: every step, whatever became of those before, then a table and the line `N passed, N failed`.

mod counts;
mod steps;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::{Log, interrupted};
use crate::project::Project;
use crate::setup::Setup;
pub(crate) use counts::Counts;
pub(crate) use steps::Step;

/// What became of a step.
struct Report {
    name: &'static str,
    counts: Counts,
    time: Duration,
    note: Option<String>,
}

/// Runs all steps, or those that are named.
pub(crate) fn run(setup: &Setup<'_>, names: &[String]) -> Result<ExitCode> {
    if names.iter().any(|name| name == "--list") {
        for step in steps::ALL {
            println!("{:<12} {}", step.name, step.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = choose(names)?;
    let started = Instant::now();
    let mut reports = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        println!(
            "[{}/{}] {}: {}",
            index + 1,
            chosen.len(),
            step.name,
            step.what
        );
        reports.push(run_step(setup, step)?);
        if interrupted() {
            bail!("interrupted");
        }
    }
    Ok(print_summary(setup.project, &reports, started.elapsed()))
}

fn choose(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !steps::ALL.iter().any(|step| step.name == **name))
    {
        bail!("there is no step {unknown:?}; `cargo xtask test --list` names them");
    }
    Ok(steps::ALL
        .iter()
        .filter(|step| names.is_empty() || names.iter().any(|name| name == step.name))
        .collect())
}

fn run_step(setup: &Setup<'_>, step: &'static Step) -> Result<Report> {
    let log = Log::create(setup.project, step.name)?;
    let started = Instant::now();
    // A step that could not even run is one failed test, and the steps after it still run.
    let (counts, note) = match (step.run)(&steps::Context { setup, log: &log }) {
        Ok(counts) if counts.failed == 0 => (counts, None),
        Ok(counts) => (
            counts,
            Some(format!("see {}", setup.project.shown(log.path()))),
        ),
        Err(error) => (Counts::FAILED, Some(format!("{error:#}"))),
    };
    let report = Report {
        name: step.name,
        counts,
        time: started.elapsed(),
        note,
    };
    print_step(&report, &log);
    Ok(report)
}

fn print_step(report: &Report, log: &Log) {
    let seconds = report.time.as_secs_f64();
    if report.counts.failed == 0 {
        println!(
            "      ok: {} passed in {seconds:.1} s",
            report.counts.passed
        );
        return;
    }
    println!("{}", log.tail(60));
    if let Some(note) = &report.note {
        println!("{note}");
    }
    println!(
        "      FAILED: {} passed, {} failed in {seconds:.1} s",
        report.counts.passed, report.counts.failed
    );
}

/// Prints the table and, as the very last line, the sum.
fn print_summary(project: &Project, reports: &[Report], time: Duration) -> ExitCode {
    let mut sum = Counts::default();
    println!(
        "\n{:<12} {:>8} {:>8} {:>9}",
        "step", "passed", "failed", "seconds"
    );
    for report in reports {
        sum += report.counts;
        let mark = if report.counts.failed == 0 {
            ""
        } else {
            "  FAILED"
        };
        let Counts { passed, failed } = report.counts;
        println!(
            "{:<12} {passed:>8} {failed:>8} {:>9.1}{mark}",
            report.name,
            report.time.as_secs_f64()
        );
    }
    println!(
        "{:<12} {:>8} {:>8} {:>9.1}",
        "all",
        sum.passed,
        sum.failed,
        time.as_secs_f64()
    );
    println!(
        "The output of each step is in {}.\n",
        project.shown(&project.scratch("logs"))
    );
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_their_order_and_have_unique_names() {
        let names: Vec<&str> = steps::ALL.iter().map(|step| step.name).collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
        assert_eq!(choose(&[]).unwrap().len(), names.len());
        assert!(choose(&["nothing".to_owned()]).is_err());
    }
}
