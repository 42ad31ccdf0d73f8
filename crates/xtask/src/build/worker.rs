//! The Worker: worker-build makes `worker/build` from the crate, for workerd, `wrangler dev` and a deployment alike.

use anyhow::Result;

use super::{Outcome, unless_unchanged, wasm_inputs};
use crate::process::{Log, Task};
use crate::setup::Setup;
use crate::stamp::Stamp;

pub(super) fn build(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let toolchain = setup.wasm()?;
    let inputs = wasm_inputs(project, toolchain, &["scriptroom-worker"])?
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
                .args(["--profile", "wasm"])
                .env("WASM_BINDGEN_BIN", setup.wasm_bindgen()?)
                .env("ESBUILD_BIN", modules.join(".bin/esbuild"))
                .env("WASM_OPT_BIN", modules.join(".bin/wasm-opt"))
                .dir(project.path("worker"));
            task.logged(log)
        },
    )
}
