//! `cargo xtask sim`: the simulation for as long as is asked for, and its report.

use anyhow::Result;

use crate::project::Project;

/// Runs it with these arguments; `crates/sim/src/main.rs` says which there are.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
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
        .args(["--commit", &project.commit()?, "--report"])
        .arg(report);
    task.args(arguments).on_screen()
}
