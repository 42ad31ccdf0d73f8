//! Builds what runs outside of cargo: the client's wasm, the npm package, the Worker and the web app.
//!
//! Each part remembers what it was built from ([`Stamp`]), so that a second build is the time to hash the sources.

mod client;
mod scripts;
mod worker;

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};

use crate::process::Log;
use crate::project::Project;
use crate::setup::{Setup, WasmToolchain};
use crate::sizes;
use crate::stamp::{Fingerprint, Stamp};

/// What rustc's target may use by default, and every browser of the last years has. wasm-opt needs to be told, since
/// stripping takes away the section that says so.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A part, in the order in which they are built: each uses those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `crates/client`, `crates/background` and `crates/branch` as wasm with their JavaScript glue, in `pkg/dist/wasm`.
    Client,
    /// The npm package, in `pkg/dist`.
    Package,
    /// The Worker and its reader, in `worker/build`.
    Worker,
    /// The web app, in `www/dist`.
    App,
}

impl Part {
    /// All of them, in order.
    pub(crate) const ALL: [Part; 4] = [Part::Client, Part::Package, Part::Worker, Part::App];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Part::Client => "client",
            Part::Package => "package",
            Part::Worker => "worker",
            Part::App => "app",
        }
    }

    fn build(self, setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
        match self {
            Part::Client => client::build(setup, log),
            Part::Package => scripts::build_package(setup, log),
            Part::Worker => worker::build(setup, log),
            Part::App => scripts::build_app(setup, log),
        }
    }
}

/// What a build came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Built,
    Unchanged,
}

/// `cargo xtask build [PART…]`.
pub(crate) fn run(setup: &Setup<'_>, names: &[String]) -> Result<()> {
    let parts = chosen(names)?;
    for part in parts {
        build_part(setup, part)?;
    }
    sizes::check(setup)
}

/// Builds everything that is not built yet.
pub(crate) fn everything(setup: &Setup<'_>) -> Result<()> {
    Part::ALL
        .into_iter()
        .try_for_each(|part| build_part(setup, part))
}

/// Builds one part where it is not built yet.
pub(crate) fn build_part(setup: &Setup<'_>, part: Part) -> Result<()> {
    let log = Log::create(setup.project, &format!("build-{}", part.name()))?;
    let started = Instant::now();
    match part.build(setup, &log) {
        Ok(Outcome::Unchanged) => println!("build: {:<8} unchanged", part.name()),
        Ok(Outcome::Built) => println!(
            "build: {:<8} done in {:.1} s",
            part.name(),
            started.elapsed().as_secs_f64()
        ),
        Err(error) => {
            return Err(anyhow!(
                "building {}: {error:#}\n{}",
                part.name(),
                log.tail(40)
            ));
        }
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<Part>> {
    for name in names {
        if !Part::ALL.iter().any(|part| part.name() == name) {
            bail!("there is no part {name:?}; the parts are client, package, worker and app");
        }
    }
    Ok(Part::ALL
        .into_iter()
        .filter(|part| names.is_empty() || names.iter().any(|name| name == part.name()))
        .collect())
}

/// Builds unless a stamp says that just this was built from these inputs.
fn unless_unchanged(
    stamp: &Stamp,
    inputs: &str,
    build: impl FnOnce() -> Result<()>,
) -> Result<Outcome> {
    if stamp.holds(inputs)? {
        return Ok(Outcome::Unchanged);
    }
    println!("build: {:<8} …", stamp.name());
    build()?;
    stamp.write(inputs)?;
    Ok(Outcome::Built)
}

/// What the wasm of these workspace packages depends on.
fn wasm_inputs(
    project: &Project,
    toolchain: &WasmToolchain,
    packages: &[&str],
) -> Result<Fingerprint> {
    let mut print = Fingerprint::new().text(&toolchain.version(project)?);
    for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        print = print.file(&project.path(file));
    }
    for package in packages {
        for folder in project.package_folders(package)? {
            print = print.sources(&folder, &["tests", "benches", "build"])?;
        }
    }
    Ok(print)
}

/// Replaces the folder `to` by `from`, so that a build that failed half-way leaves the old result whole.
fn replace_folder(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::rename(from, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_built_in_their_order_whatever_was_typed() {
        let names = ["app", "client"].map(String::from);
        assert_eq!(chosen(&names).unwrap(), [Part::Client, Part::App]);
        assert_eq!(chosen(&[]).unwrap(), Part::ALL);
        assert!(chosen(&["clients".to_owned()]).is_err());
    }
}
