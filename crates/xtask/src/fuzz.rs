//! `cargo xtask fuzz`: hostile input for as long as is asked for, and its report in `crates/fuzz/reports`.

use anyhow::{Context, Result, bail};

use crate::process::Task;
use crate::project::Project;

/// Where the reports are, each named after what was run.
const REPORTS: &str = "crates/fuzz/reports";

/// Runs what the first argument names, with those after it; `crates/fuzz/src/main.rs` says which there are.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let Some((what, options)) = arguments.split_first() else {
        bail!("usage: cargo xtask fuzz oracle [--seed N] [--cases N | --minutes M]");
    };
    let commit = Task::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]);
    let commit = commit.dir(project.path(".")).capture();
    let commit = commit.context("the report names the commit")?;
    let reports = project.path(REPORTS);
    std::fs::create_dir_all(&reports)?;
    let task = project.cargo().args(["run", "--quiet", "--release"]);
    let task = task
        .args(["--package", "scriptroom-fuzz", "--", what])
        .args(options);
    let report = reports.join(format!("{what}.json"));
    task.args(["--commit", commit.trim(), "--report"])
        .arg(report)
        .on_screen()
}
