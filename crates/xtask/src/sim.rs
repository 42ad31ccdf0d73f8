//! `cargo xtask sim`: the simulation for as long as is asked for, and its report.

use anyhow::{Context, Result};

use crate::project::Project;

/// What `--publish` writes.
const PAGE: &str = "crates/sim/REPORT.md";

/// Runs it with these arguments; `crates/sim/src/main.rs` says which there are.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let scratch = project.scratch("");
    std::fs::create_dir_all(&scratch).with_context(|| format!("creating {}", scratch.display()))?;
    let report = scratch.join("sim.json");
    let task = project.cargo().args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "scriptroom-sim",
        "--",
    ]);
    let task = task
        .args(["--commit", &project.commit()?, "--report"])
        .arg(report);
    let command = format!("cargo xtask sim {}", arguments.join(" "));
    let task = task.args(["--command", command.trim()]);
    let (publish, others): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| *argument == "--publish");
    let task = match publish.is_empty() {
        true => task,
        false => task.arg("--page").arg(project.path(PAGE)),
    };
    task.args(others).on_screen()
}
