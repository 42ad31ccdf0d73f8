//! Every developer task of the project: `cargo xtask help` lists them.
//!
//! Start reading in the module of a command: [`dev`], [`test`], [`build`] or [`bench`]. Each of them takes what it
//! needs from [`setup::Setup`], which installs a thing the first time that somebody asks for it, and runs programs
//! through [`process::Task`], which keeps their output in a log and says how far they are.

mod bench;
mod build;
mod crash;
mod defects;
mod dev;
mod frames;
mod fuzz;
mod load;
mod process;
mod project;
mod serve;
mod setup;
mod shots;
mod sim;
mod sizes;
mod stamp;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::project::Project;
use crate::setup::Setup;

const HELP: &str = "\
usage: cargo xtask <command>

  dev [--port N] [--data DIR]   builds what is missing, starts the relay and serves the app; Ctrl-C stops it
  serve --secrets FILE [--port N] [--data DIR] [--restored]
                                runs the relay for others, behind a proxy; --restored: the data come from a backup
  test [STEP…]                  runs every test, or only the steps named; `test --list` names them
  ci                            the same as test
  build [PART…]                 builds client, package, worker and app, or only the parts named
  bench [NAME]                  runs the benchmarks, or only those of one crate or file
  bench --browser [PART…]       measures how the app feels in Chromium, and writes the report; see tests/bench
  bench --formats [memory] [--publish]
                                measures Fountain and PDF beside other programs, or memory alone; see tests/bench/formats
  crash [PART]                  kills the relay and a browser while people type, and writes the reports; see tests/crash
  load [SCENARIO…]              puts the relay and its peers under load, and writes the report; tests/load has the options
  sim [--seed N] [--minutes M]  runs the simulation; `sim --help` names its other options
  fuzz WHAT [--minutes M]       looks for harm: what the check accepts (`oracle`), large files (`large`), or a decoder (a target of crates/fuzz)
  defects [NAME…]               puts defects into a copy of the tree, and expects what is named for each to find it
  frames [--count N] [--seed S] [--keep]
                                sends mutated frames to a relay while people write; --keep: into tests/relay/frames
  shots [-g NAME]               takes pictures of every screen in every theme and size, into target/shots
  setup                         does the set-up alone: wasm target, Node, npm packages, tools, browser
  fmt                           formats the Rust code
  lint                          the steps `format`, `lint`, `lint-wasm` and `tidy` of test
";

fn main() -> ExitCode {
    process::watch_interrupts();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    if matches!(command.as_str(), "help" | "--help" | "-h") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let project = Project::find()?;
    let setup = Setup::new(&project);
    match command.as_str() {
        "dev" => dev::run(&setup, "dev", &dev::Options::parse(rest)?, dev::settings)?,
        "serve" => serve::run(&setup, &serve::Options::parse(rest)?)?,
        "test" | "ci" => return test::run(&setup, rest),
        "build" => build::run(&setup, rest)?,
        "bench" => bench::run(&setup, rest)?,
        "crash" => crash::run(&setup, rest)?,
        "load" => load::run(&setup, rest)?,
        "sim" => sim::run(&project, rest)?,
        "fuzz" => fuzz::run(&project, rest)?,
        "defects" => defects::run(&project, rest)?,
        "frames" => frames::run(&setup, rest)?,
        "shots" => shots::run(&setup, rest)?,
        "setup" => setup.all()?,
        "fmt" => format(&project)?,
        "lint" => {
            return test::run(
                &setup,
                &["format", "lint", "lint-wasm", "tidy"].map(String::from),
            );
        }
        other => bail!("there is no command {other:?}; `cargo xtask help` lists them"),
    }
    Ok(ExitCode::SUCCESS)
}

fn format(project: &Project) -> Result<()> {
    let log = process::Log::create(project, "fmt")?;
    project.cargo().args(["fmt", "--all"]).logged(&log)
}
