//! The Worker: worker-build makes `worker/build` from the crate, for workerd, `wrangler dev` and a deployment alike.
//! Beside it goes the reader, the second wasm module, and `worker.js`, which hands it over.

use anyhow::Result;

use super::{Outcome, WASM_FEATURES, unless_unchanged, wasm_inputs};
use crate::process::{Log, Task};
use crate::setup::{Setup, WasmToolchain};
use crate::stamp::Stamp;

const READER: &str = "scriptroom-reader";
/// The module that the platform starts.
const ENTRY: &str = "worker/entry.js";
/// The description of the relay's addresses, which it hands out.
const DESCRIPTION: &str = "worker/openapi.json";

pub(super) fn build(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let toolchain = setup.wasm()?;
    let inputs = wasm_inputs(project, toolchain, &["scriptroom-worker", READER])?
        .file(&project.path(ENTRY))
        .file(&project.path(DESCRIPTION))
        .file(&project.path("package-lock.json"));
    let output = project.path("worker/build");
    unless_unchanged(
        &Stamp::new(project, "worker", output),
        &inputs.finish(),
        || {
            let node = setup.node()?;
            let modules = project.path("node_modules");
            // It would fetch these three by itself, in versions that nobody pinned.
            let task = project.for_cargo(Task::new(setup.worker_build()?));
            let task = node
                .apply(toolchain.apply(task))
                .args(["--profile", "relay"])
                .env("WASM_BINDGEN_BIN", setup.wasm_bindgen()?)
                .env("ESBUILD_BIN", modules.join(".bin/esbuild"))
                .env("WASM_OPT_BIN", modules.join(".bin/wasm-opt"))
                .dir(project.path("worker"));
            task.logged(log)?;
            build_reader(setup, toolchain, log)?;
            for (from, to) in [(ENTRY, "worker.js"), (DESCRIPTION, "openapi.json")] {
                std::fs::copy(project.path(from), project.path("worker/build").join(to))?;
            }
            Ok(())
        },
    )
}

fn build_reader(setup: &Setup<'_>, toolchain: &WasmToolchain, log: &Log) -> Result<()> {
    let project = setup.project;
    let cargo = project
        .cargo()
        .args(["build", "--package", READER, "--lib", "--profile", "wasm"]);
    toolchain
        .apply(cargo.args(["--target", "wasm32-unknown-unknown"]))
        .logged(log)?;
    // It has no glue, but its libraries know wasm-bindgen, whose descriptions have to go.
    let compiled = project.path("target/wasm32-unknown-unknown/wasm/scriptroom_reader.wasm");
    let folder = project.scratch("reader");
    let bindgen = Task::new(setup.wasm_bindgen()?).args(["--target", "web", "--out-dir"]);
    bindgen.arg(&folder).arg(&compiled).logged(log)?;
    let bound = folder.join("scriptroom_reader_bg.wasm");
    let optimise = setup
        .node()?
        .package_program("wasm-opt")
        .args(["-Os", "--low-memory-unused"])
        .args(WASM_FEATURES);
    let output = project.path("worker/build/reader.wasm");
    optimise.arg(&bound).arg("-o").arg(&output).logged(log)
}
