//! `scriptroom-sim`: runs of the simulation, by seed, for as long as is asked for. `cargo xtask sim` calls it.

mod report;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use scriptroom_sim::Run;
use scriptroom_sim::weather::Fault;
use serde_json::json;

use crate::report::Sum;

const USAGE: &str = "\
usage: cargo xtask sim [--seed N] [--runs N | --minutes M] [--steps N] [--without FAULT,…] [--first] [--shrink] [--trace] [--report FILE]
  one run of the seed (0), or so many from it on, or as many as fit into so many minutes
  --steps N           so many steps before everything heals
  --without a,b       these faults stay off
  --first             stops at the first that is found
  --shrink            looks for fewer steps and faults that break the same promise
  --trace             tells what happens
  --report FILE       writes what was run, as JSON
  --publish           writes it to crates/sim/REPORT.md";

/// What was asked for.
struct Asked {
    run: Run,
    runs: u64,
    time: Option<Duration>,
    shrinks: bool,
    /// The first broken promise is enough.
    first: bool,
    report: Option<String>,
    /// Where the page for people is.
    page: Option<String>,
    commit: String,
    command: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = match parse(&arguments) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!("{what}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    // A panic is an outcome, told with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let started = Instant::now();
    let mut sum = Sum::default();
    let more = |runs: u64| match asked.time {
        Some(time) => started.elapsed() < time,
        None => runs < asked.runs,
    };
    while more(sum.runs) && (sum.failures.is_empty() || !asked.first) {
        let seed = asked.run.seed + sum.runs;
        play(
            &Run {
                seed,
                ..asked.run.clone()
            },
            &asked,
            &mut sum,
        );
    }
    if let Err(error) = tell(&asked, &sum, started.elapsed()) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    match sum.failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn tell(asked: &Asked, sum: &Sum, took: Duration) -> std::io::Result<()> {
    let of = report::Asked {
        commit: &asked.commit,
        command: &asked.command,
        seed: asked.run.seed,
    };
    let report = sum.json(&of, took);
    println!("{report:#}");
    if let Some(path) = &asked.report {
        std::fs::write(path, format!("{report:#}\n"))?;
    }
    if let Some(path) = &asked.page {
        std::fs::write(path, sum.page(&of, took))?;
    }
    Ok(())
}

fn play(run: &Run, asked: &Asked, sum: &mut Sum) {
    let outcome = run.play();
    sum.runs += 1;
    sum.simulated_ms += outcome.simulated_ms;
    for (what, count) in outcome.counts {
        *sum.counts.entry(what).or_default() += count;
    }
    let Some(violation) = outcome.violation else {
        return;
    };
    let found = match asked.shrinks {
        true => run.shrunk(violation.check),
        false => run.clone(),
    };
    let command = found.command();
    eprintln!(
        "seed {}: {}: {}\n  {command}",
        run.seed, violation.check, violation.what
    );
    sum.failures.push(json!({
        "seed": run.seed, "check": violation.check, "what": violation.what, "command": command,
    }));
}

fn parse(arguments: &[String]) -> Result<Asked, String> {
    let mut asked = Asked {
        run: Run::of(0),
        runs: 1,
        time: None,
        shrinks: false,
        first: false,
        report: None,
        page: None,
        commit: String::new(),
        command: String::new(),
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || {
            rest.next()
                .ok_or_else(|| format!("expected a value after {name}"))
        };
        let number = |text: &String| {
            text.parse::<u64>()
                .map_err(|_| format!("expected a number after {name}, got {text:?}"))
        };
        match name.as_str() {
            "--seed" => asked.run.seed = number(value()?)?,
            "--runs" => asked.runs = number(value()?)?,
            "--minutes" => asked.time = Some(Duration::from_secs(60 * number(value()?)?)),
            "--steps" => asked.run.steps = number(value()?)?,
            "--without" => asked.run.without = faults(value()?)?,
            "--first" => asked.first = true,
            "--shrink" => asked.shrinks = true,
            "--trace" => asked.run.traced = true,
            "--report" => asked.report = Some(value()?.clone()),
            "--page" => asked.page = Some(value()?.clone()),
            "--commit" => asked.commit.clone_from(value()?),
            "--command" => asked.command.clone_from(value()?),
            _ => return Err(format!("there is no option {name:?}")),
        }
    }
    Ok(asked)
}

fn faults(names: &str) -> Result<BTreeSet<Fault>, String> {
    let fault = |name| Fault::from_name(name).ok_or_else(|| format!("there is no fault {name:?}"));
    names.split(',').map(fault).collect()
}
