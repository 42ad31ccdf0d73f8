//! The client's wasm: cargo, wasm-bindgen, then wasm-opt, into `pkg/dist/wasm`.

use anyhow::Result;

use super::{Outcome, replace_folder, unless_unchanged, wasm_inputs};
use crate::process::{Log, Task};
use crate::setup::Setup;
use crate::stamp::Stamp;

const PACKAGE: &str = "scriptroom-client";
const MODULE: &str = "scriptroom_client";

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

pub(super) fn build(setup: &Setup<'_>, log: &Log) -> Result<Outcome> {
    let project = setup.project;
    let toolchain = setup.wasm()?;
    let inputs = wasm_inputs(project, toolchain, PACKAGE)?
        .file(&project.path("package-lock.json"))
        .finish();
    let output = project.path("pkg/dist/wasm");
    unless_unchanged(
        &Stamp::new(project, "client", output.clone()),
        &inputs,
        || {
            let wasm_bindgen = setup.wasm_bindgen()?;
            let node = setup.node()?;
            let cargo =
                project
                    .cargo()
                    .args(["build", "--package", PACKAGE, "--lib", "--profile", "wasm"]);
            toolchain
                .apply(cargo.args(["--target", "wasm32-unknown-unknown"]))
                .logged(log)?;

            let folder = project.scratch("client");
            let _ = std::fs::remove_dir_all(&folder);
            let compiled =
                project.path(format!("target/wasm32-unknown-unknown/wasm/{MODULE}.wasm"));
            // After a trap the package starts the module anew (`pkg/src/core.ts`).
            let bindgen = Task::new(wasm_bindgen).args([
                "--experimental-reset-state-function",
                "--target",
                "web",
                "--out-dir",
            ]);
            bindgen.arg(&folder).arg(&compiled).logged(log)?;

            let module = folder.join(format!("{MODULE}_bg.wasm"));
            let optimise = node
                .package_program("wasm-opt")
                .args(["-Os", "--converge"])
                .args(WASM_FEATURES);
            optimise.arg(&module).arg("-o").arg(&module).logged(log)?;
            replace_folder(&folder, &output)
        },
    )
}
