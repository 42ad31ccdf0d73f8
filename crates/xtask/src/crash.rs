//! `cargo xtask crash [PART] [OPTION…]`: the relay and a writer's browser are killed while people type, and what a commit does
//! on the way to the disk is traced.
//!
//! What is done, and how, is `tests/crash`'s business; its README says what each part is asked with.

use anyhow::{Result, bail};

use crate::build;
use crate::setup::Setup;

/// The parts, each a program of `tests/crash` and a report beside it.
const PARTS: [&str; 3] = ["relay", "tab", "disk"];

/// Runs one part with these arguments; without any, all of them as their reports say, which are written.
pub(crate) fn run(setup: &Setup<'_>, arguments: &[String]) -> Result<()> {
    let Some((part, options)) = arguments.split_first() else {
        return PARTS
            .iter()
            .try_for_each(|part| run_part(setup, part, &["--publish".to_owned()]));
    };
    if !PARTS.contains(&part.as_str()) {
        bail!("crash has no part {part:?}, only {}", PARTS.join(", "));
    }
    run_part(setup, part, options)
}

fn run_part(setup: &Setup<'_>, part: &str, options: &[String]) -> Result<()> {
    build::everything(setup)?;
    let program = setup.project.path(format!("tests/crash/{part}.mjs"));
    let task = setup.node()?.node().arg(program);
    let task = task.args(["--commit", &setup.project.commit()?]);
    setup.browser()?.apply(task).args(options).on_screen()
}
