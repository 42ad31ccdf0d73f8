//! `cargo xtask load [SCENARIO…]`: the relay and its peers under load, and the report.
//!
//! What is measured, and how, is `tests/load`'s business. The peers are packages that nothing else needs, so they are
//! installed the first time that this runs, in a folder of their own.

use anyhow::{Context, Result};

use crate::build;
use crate::process::Log;
use crate::project::Project;
use crate::setup::{Node, Setup, announced};
use crate::stamp::{Fingerprint, Stamp};

const PEERS: &str = "tests/load/peers";

/// Runs the harness with these arguments; without any, all of it, and the report is written.
pub(crate) fn run(setup: &Setup<'_>, arguments: &[String]) -> Result<()> {
    // Nobody looks at the app here, but `wrangler dev` wants its folder.
    match setup.project.path("www/dist").is_dir() {
        true => build::build_part(setup, build::Part::Worker)?,
        false => build::everything(setup)?,
    }
    let node = setup.node()?;
    install(setup.project, node, PEERS)?;
    let task = node
        .node()
        .arg(setup.project.path("tests/load/main.mjs"))
        .args(["--commit", &setup.project.commit()?]);
    let published: &[&str] = if arguments.is_empty() {
        &["--publish"]
    } else {
        &[]
    };
    task.args(arguments).args(published).on_screen()
}

/// Installs the packages of a folder that is no part of the workspace, unless they are there.
pub(crate) fn install(project: &Project, node: &Node, folder: &str) -> Result<()> {
    let name = format!("packages-{}", folder.replace('/', "-"));
    let folder = project.path(folder);
    let inputs = ["package.json", "package-lock.json", ".npmrc"]
        .iter()
        .fold(Fingerprint::new(), |print, name| {
            print.file(&folder.join(name))
        })
        .finish();
    let installed = folder.join("node_modules/.package-lock.json");
    let stamp = Stamp::new(project, &name, installed);
    if stamp.holds(&inputs)? {
        return Ok(());
    }
    let log = Log::create(project, &format!("setup-{name}"))?;
    announced("what is measured beside it (npm ci)", || {
        node.npm().arg("ci").dir(&folder).logged(&log)
    })
    .with_context(|| log.tail(12))?;
    stamp.write(&inputs)
}
