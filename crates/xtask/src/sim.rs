//! `cargo xtask sim`: the simulation for as long as is asked for, and its report.

use anyhow::{Context, Result};

use crate::process::Task;
use crate::project::Project;

/// Runs it with these arguments; `crates/sim/src/main.rs` says which there are.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let commit = Task::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]);
    let commit = commit.dir(project.path(".")).capture();
    let commit = commit.context("the report names the commit")?;
    let report = project.scratch("sim.json");
    let task = project.cargo().args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "scriptroom-sim",
        "--",
    ]);
    let task = task
        .args(["--commit", commit.trim(), "--report"])
        .arg(report);
    task.args(arguments).on_screen()
}
