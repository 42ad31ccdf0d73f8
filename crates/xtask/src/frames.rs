//! `cargo xtask frames`: mutated frames against the running relay while people write, and the report of it.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build;
use crate::process::Task;
use crate::project::Project;
use crate::setup::Setup;

/// Runs it with these arguments; `tests/relay/frames/run.mjs` says which there are.
pub(crate) fn run(setup: &Setup<'_>, arguments: &[String]) -> Result<()> {
    let project = setup.project;
    build::everything(setup)?;
    let sender = project.cargo().args(["build", "--quiet", "--release"]);
    sender.args(["--package", PACKAGE]).on_screen()?;
    let commit = Task::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]);
    let commit = commit.dir(project.path(".")).capture();
    let commit = commit.context("the report names the commit")?;
    let task = setup.node()?.node().arg("tests/relay/frames/run.mjs");
    let task = task.arg(project.path("target/release").join(PACKAGE));
    let task = task.args(["--commit", commit.trim()]).args(arguments);
    task.on_screen()
}

const PACKAGE: &str = "scriptroom-frames";

/// What the tests name the sender by, in the environment.
pub(crate) const SENDER: &str = "SCRIPTROOM_FRAMES";

/// Where the sender lies that is built with everything else.
pub(crate) fn built(project: &Project) -> PathBuf {
    project.path("target/debug").join(PACKAGE)
}

/// Builds it the way the tests are built: what it depends on is built already.
pub(crate) fn build(project: &Project) -> Task {
    project.cargo().args(["build", "--package", PACKAGE])
}
