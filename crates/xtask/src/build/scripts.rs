//! What is written in TypeScript: the npm package and the web app, each built by its own `npm run build`.

use anyhow::Result;

use super::{Outcome, unless_unchanged};
use crate::process::Log;
use crate::project::Project;
use crate::setup::Setup;
use crate::stamp::{Fingerprint, Stamp};

pub(super) fn build_package(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let inputs = inputs(project, "pkg")?
        .tree(&project.path("pkg/dist/wasm"), &[])?
        .finish();
    let stamp = Stamp::new(project, "package", project.path("pkg/dist")).without("wasm");
    unless_unchanged(&stamp, &inputs, || npm_build(setup, log, "pkg"))
}

pub(super) fn build_app(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let inputs = inputs(project, "www")?
        .tree(&project.path("pkg/dist"), &[])?
        .file(&project.path("crates/samples/demo.fountain"))
        .finish();
    let stamp = Stamp::new(project, "app", project.path("www/dist"));
    unless_unchanged(&stamp, &inputs, || npm_build(setup, log, "www"))
}

fn inputs(project: &Project, folder: &str) -> Result<Fingerprint> {
    Fingerprint::new()
        .file(&project.path("package-lock.json"))
        .sources(&project.path(folder), &["test", "tests"])
}

fn npm_build(setup: &Setup<'_>, log: &Log, workspace: &str) -> Result<()> {
    setup
        .node()?
        .npm()
        .args(["run", "build", "--workspace", workspace])
        .logged(log)
}
