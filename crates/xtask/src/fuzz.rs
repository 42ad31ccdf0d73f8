//! `cargo xtask fuzz`: hostile input for as long as is asked for, and its report in `crates/fuzz/reports`.
//!
//! `oracle` asks yrs in a process of its own, and `large` reads large files; every other name is a decoder's, which libFuzzer looks for harm in. That needs the
//! code built with counters, which stable Rust does by flags of LLVM, and a C++ compiler; it is built in a folder of its own.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::process::{Log, Task};
use crate::project::Project;

/// Where the reports are, each named after what was run.
const REPORTS: &str = "crates/fuzz/reports";
/// What ended a target is kept here, and tried again by every test run.
const FOUND: &str = "crates/fuzz/found";

/// What libFuzzer needs of the code: a counter on each edge, a table of them, and what is compared.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Runs what the first argument names; `crates/fuzz/src/targets.rs` has the targets, and `all` is each of them in turn.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let Some((what, options)) = arguments.split_first() else {
        bail!(
            "usage: cargo xtask fuzz oracle [--seed N] [--cases N | --minutes M], fuzz large, or fuzz TARGET|all [--seed N] [--minutes M | --seconds S]"
        );
    };
    let commit = project.commit()?;
    std::fs::create_dir_all(project.path(REPORTS))?;
    if what == "oracle" || what == "large" {
        return ask(project, what, options, &commit);
    }
    let log = Log::create(project, "fuzz")?;
    let program = build(project, &log)?;
    let asked = Asked::parse(options)?;
    if what != "all" {
        let found = asked.run(project, &program, what, &log)?;
        println!("{found:#}");
        return all_ended_well([(what.as_str(), &found)]);
    }
    let mut found = serde_json::Map::new();
    for target in targets(&program)? {
        println!("{target}");
        let of_target = asked.run(project, &program, &target, &log)?;
        found.insert(target, of_target);
    }
    let report = json!({
        "commit": commit,
        "command": format!("cargo xtask fuzz {}", arguments.join(" ")),
        "seed": asked.seed,
        "secondsEach": asked.seconds,
        "targets": found,
    });
    let path = project.path(REPORTS).join("targets.json");
    std::fs::write(path, format!("{report:#}\n"))?;
    println!("{report:#}");
    all_ended_well(found.iter().map(|(name, found)| (name.as_str(), found)))
}

fn all_ended_well<'a>(found: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<()> {
    let ended = found
        .into_iter()
        .filter(|(_, found)| found["ended"] != "well");
    let ended: Vec<&str> = ended.map(|(name, _)| name).collect();
    match ended.is_empty() {
        true => Ok(()),
        false => bail!("ended: {}; see {FOUND} and the log", ended.join(", ")),
    }
}

/// Every target that there is.
fn targets(program: &Path) -> Result<Vec<String>> {
    let said = Task::new(program)
        .env("SCRIPTROOM_FUZZ_LIST", "1")
        .capture()?;
    Ok(said.lines().map(str::to_owned).collect())
}

/// What is no fuzz target, but measured in a release build.
fn ask(project: &Project, what: &str, options: &[String], commit: &str) -> Result<()> {
    let report = project.path(REPORTS).join(format!("{what}.json"));
    let task = project.cargo().args(["run", "--quiet", "--release"]);
    let task = task.args(["--package", "scriptroom-fuzz", "--bin", "scriptroom-fuzz"]);
    let task = task.args(["--", what, "--commit", commit, "--report"]);
    task.arg(report).args(options).on_screen()
}

/// How libFuzzer is to be run.
struct Asked {
    seed: u64,
    seconds: u64,
}

impl Asked {
    fn parse(options: &[String]) -> Result<Asked> {
        let mut asked = Asked {
            seed: 1,
            seconds: 60,
        };
        for option in options.chunks(2) {
            let [name, value] = option else {
                bail!("expected a value after {}", option[0]);
            };
            let number = value.parse().with_context(|| format!("{name} {value}"))?;
            match name.as_str() {
                "--seed" => asked.seed = number,
                "--minutes" => asked.seconds = 60 * number,
                "--seconds" => asked.seconds = number,
                _ => bail!("there is no option {name:?}"),
            }
        }
        Ok(asked)
    }

    /// What libFuzzer says at its end.
    fn run(&self, project: &Project, program: &Path, target: &str, log: &Log) -> Result<Value> {
        let corpus = project.scratch("fuzz").join(target);
        std::fs::create_dir_all(&corpus)?;
        std::fs::create_dir_all(project.path(FOUND))?;
        let artifacts = project.path(FOUND).join(format!("{target}-"));
        let start = log.len();
        let task = Task::new(program).arg(&corpus).args([
            format!("-max_total_time={}", self.seconds),
            format!("-seed={}", self.seed),
            format!("-artifact_prefix={}", artifacts.display()),
        ]);
        let task = task.args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=1024"]);
        let task = task.env("SCRIPTROOM_FUZZ_TARGET", target);
        let status = task.env("SCRIPTROOM_FUZZ_SEEDS", &corpus).status(log)?;
        let said = log.text_from(start)?;
        let number = |name: &str| -> Value {
            let line = said.lines().rev().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.trim().parse::<u64>().ok()).into()
        };
        let last = said
            .lines()
            .rev()
            .find_map(|line| line.split_once(" cov: "));
        let edges = last.and_then(|(_, rest)| rest.split(' ').next()?.parse::<u64>().ok());
        Ok(json!({
            "ended": if status.success() { "well".to_owned() } else { status.to_string() },
            "inputs": number("stat::number_of_executed_units:"),
            "slowestSeconds": number("stat::slowest_unit_time_sec:"),
            "peakMegabytes": number("stat::peak_rss_mb:"),
            "edges": edges,
        }))
    }
}

fn build(project: &Project, log: &Log) -> Result<std::path::PathBuf> {
    let folder = project.path("target/fuzz");
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let task = project
        .cargo()
        .args(["build", "--profile", "fuzz", "--target", &host]);
    let task = task.args(["--package", "scriptroom-fuzz", "--features", "libfuzzer"]);
    let task = task.args(["--bin", "libfuzzer"]).env("RUSTFLAGS", FLAGS);
    task.env("CARGO_TARGET_DIR", &folder).logged(log)?;
    Ok(folder.join(host).join("fuzz/libfuzzer"))
}
