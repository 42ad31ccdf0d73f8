//! `scriptroom-fuzz`: hostile input for whatever it can be tried on.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use scriptroom_fuzz::corpus::{self, Input};
use scriptroom_fuzz::large;
use scriptroom_fuzz::memory::Counted;
use scriptroom_fuzz::oracle::run::Run;
use scriptroom_fuzz::oracle::{child, costs};
use serde_json::{Value, json};

const USAGE: &str = "\
usage: scriptroom-fuzz corpus DIR | oracle [--seed N] [--cases N | --minutes M] [--commit C] [--report FILE] | large [--commit C] [--report FILE]
  oracle         gives yrs, in a process of its own, what the check accepts: a thousand cases, so many, or for so long
  large          reads large files of every kind, and measures what that takes
  corpus DIR     writes each case of the corpus to a file, and corpus.json, which says what it is and what must become of it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scriptroom-fuzz: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["child"] => child::serve(),
        ["corpus", folder] => write_corpus(Path::new(folder)),
        ["oracle", ref options @ ..] => ask_oracle(options),
        ["large", ref options @ ..] => read_large(options),
        _ => bail!("{USAGE}"),
    }
}

#[global_allocator]
static MEMORY: Counted = Counted;

fn ask_oracle(options: &[&str]) -> Result<()> {
    let mut run = Run {
        seed: 0,
        cases: 1_000,
        time: None,
    };
    let (mut commit, mut report) = ("", None);
    for option in options.chunks(2) {
        let &[name, value] = option else {
            bail!("expected a value after {}\n{USAGE}", option[0]);
        };
        let number = || {
            value
                .parse::<u64>()
                .with_context(|| format!("{name} {value}"))
        };
        match name {
            "--seed" => run.seed = number()?,
            "--cases" => run.cases = number()?,
            "--minutes" => {
                (run.cases, run.time) = (u64::MAX, Some(Duration::from_secs(60 * number()?)))
            }
            "--commit" => commit = value,
            "--report" => report = Some(value),
            _ => bail!("there is no option {name:?}\n{USAGE}"),
        }
    }
    let started = Instant::now();
    let sum = run.run(&std::env::current_exe()?)?;
    let report_of_run = json!({
        "commit": commit,
        "seed": run.seed,
        "seconds": started.elapsed().as_secs(),
        "found": sum.report(),
        "costs": costs::measure(),
    });
    println!("{report_of_run:#}");
    if let Some(path) = report {
        std::fs::write(path, format!("{report_of_run:#}\n"))?;
    }
    if sum.is_too_slow() || !sum.failures.is_empty() {
        bail!("what the check accepts does harm");
    }
    Ok(())
}

/// How many megabytes of each are read: what is taken in, and what is refused.
const LARGE: [usize; 2] = [50, 200];

fn read_large(options: &[&str]) -> Result<()> {
    let (mut commit, mut report) = ("", None);
    for option in options.chunks(2) {
        match *option {
            ["--commit", value] => commit = value,
            ["--report", value] => report = Some(value),
            _ => bail!("there is no option {:?}\n{USAGE}", option[0]),
        }
    }
    let measured = large::measure(&LARGE);
    let report_of_run =
        json!({ "commit": commit, "command": "cargo xtask fuzz large", "read": measured });
    println!("{report_of_run:#}");
    if let Some(path) = report {
        std::fs::write(path, format!("{report_of_run:#}\n"))?;
    }
    Ok(())
}

/// A case's update lies in `NAME.update`, its frames in `NAME.1.frame`, `NAME.2.frame`, ….
fn write_corpus(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut list = Vec::new();
    for case in corpus::all() {
        let (way, contents) = match &case.input {
            Input::Update(bytes) => ("update", std::slice::from_ref(bytes)),
            Input::Live(bytes) => ("live", std::slice::from_ref(bytes)),
            Input::Frames(frames) => ("frames", &frames[..]),
        };
        let names: Vec<String> = match way {
            "frames" => (1..=contents.len())
                .map(|number| format!("{}.{number}.frame", case.name))
                .collect(),
            _ => vec![format!("{}.update", case.name)],
        };
        for (name, bytes) in names.iter().zip(contents) {
            std::fs::write(folder.join(name), bytes)?;
        }
        list.push(json!({
            "name": case.name,
            "what": case.what,
            "way": way,
            "files": names,
            "verdict": format!("{:?}", case.verdict),
            "closeCode": case.verdict.close_code(),
            "ackStatus": case.verdict.ack_status(),
        }));
    }
    let list = format!("{:#}\n", Value::from(list));
    std::fs::write(folder.join("corpus.json"), list)?;
    Ok(())
}
