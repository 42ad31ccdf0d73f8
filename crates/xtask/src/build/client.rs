//! The client's four wasm modules: cargo, wasm-bindgen, then wasm-opt, into `pkg/dist/wasm`.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, WASM_FEATURES, replace_folder, unless_unchanged, wasm_inputs};
use crate::process::{Log, Task};
use crate::setup::Setup;
use crate::stamp::Stamp;

/// The document, which opening a script needs; what can come later; what comes with a file that few have; and what only
/// comes when a relay refuses.
const PACKAGES: [&str; 4] = [
    "scriptroom-client",
    "scriptroom-background",
    "scriptroom-files",
    "scriptroom-branch",
];

/// Smaller in brotli and faster than `-Oz`: a function that has one caller, put into it, gives a few huge functions with
/// many locals, in which nothing repeats. That alone cost a tenth of what travels; 40 keeps it to small ones. No pointer of
/// Rust's is below 1024, where its stack ends: so a number that is added to one may become the load's own offset.
const OPTIMISE: [&str; 5] = [
    "-O3",
    "--one-caller-inline-max-function-size",
    "40",
    "--low-memory-unused",
    "--converge",
];

pub(super) fn build(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let toolchain = setup.wasm()?;
    let inputs = wasm_inputs(project, toolchain, &PACKAGES)?
        .file(&project.path("package-lock.json"))
        .finish();
    let output = project.path("pkg/dist/wasm");
    unless_unchanged(
        &Stamp::new(project, "client", output.clone()),
        &inputs,
        || {
            let cargo = project
                .cargo()
                .args(["build", "--lib", "--profile", "wasm", "--config"])
                .arg(short_paths());
            let cargo = cargo.args(PACKAGES.iter().flat_map(|name| ["--package", name]));
            toolchain
                .apply(cargo.args(["--target", "wasm32-unknown-unknown"]))
                .logged(log)?;

            let folder = project.scratch("client");
            let _ = std::fs::remove_dir_all(&folder);
            for package in PACKAGES {
                finish(setup, log, &package.replace('-', "_"), &folder)?;
            }
            replace_folder(&folder, &output)
        },
    )
}

/// Panics name their files: without this each has the folder on this machine in which cargo keeps the sources of others.
fn short_paths() -> String {
    let home = std::env::var("CARGO_HOME");
    let home = home.or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let sources = Path::new(&home.unwrap_or_default()).join("registry/src");
    let registries = std::fs::read_dir(sources).into_iter().flatten().flatten();
    let flags: Vec<String> = registries
        .map(|registry| format!("'--remap-path-prefix={}='", registry.path().display()))
        .collect();
    format!("build.rustflags=[{}]", flags.join(", "))
}

/// Makes the JavaScript around a module that cargo has built, and shrinks it.
fn finish(setup: &Setup<'_>, log: &Log, module: &str, folder: &Path) -> Result<()> {
    let compiled = format!("target/wasm32-unknown-unknown/wasm/{module}.wasm");
    // After a trap the package starts the module anew (`pkg/src/core.ts`).
    let bindgen = Task::new(setup.wasm_bindgen()?).args([
        "--experimental-reset-state-function",
        "--target",
        "web",
        "--out-dir",
    ]);
    let bindgen = bindgen.arg(folder).arg(setup.project.path(compiled));
    bindgen.logged(log)?;

    let module = folder.join(format!("{module}_bg.wasm"));
    let optimise = setup
        .node()?
        .package_program("wasm-opt")
        .args(OPTIMISE)
        .args(WASM_FEATURES);
    optimise.arg(&module).arg("-o").arg(&module).logged(log)
}
