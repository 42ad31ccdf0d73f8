//! wasm-bindgen and worker-build: taken from the PATH where the version fits, else built into `target/tools`.
//!
//! Their versions are those of the crates in Cargo.lock, since a program and a crate of different versions refuse
//! each other. So a version is raised in one place.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::announced;
use crate::process::{Log, Task, in_path};
use crate::project::Project;

/// One of the programs of wasm-bindgen-cli, in the version of the crate `wasm-bindgen`.
pub(super) fn wasm_bindgen(project: &Project, program: &str) -> Result<PathBuf> {
    let version = project.locked_version("wasm-bindgen")?;
    ensure(project, program, "wasm-bindgen-cli", &version)
}

/// worker-build, in the version of the crate `worker`.
pub(super) fn worker_build(project: &Project) -> Result<PathBuf> {
    let version = project.locked_version("worker")?;
    ensure(project, "worker-build", "worker-build", &version)
}

fn ensure(project: &Project, program: &str, package: &str, version: &str) -> Result<PathBuf> {
    let installed = project.tool(program);
    let candidates = [Some(installed.clone()), in_path(program)];
    if let Some(found) = candidates
        .into_iter()
        .flatten()
        .find(|candidate| has_version(candidate, version))
    {
        return Ok(found);
    }
    let log = Log::create(project, &format!("setup-{package}"))?;
    announced(
        &format!("{package} {version} (built once, some minutes)"),
        || {
            project
                .cargo()
                .args([
                    "install",
                    package,
                    "--version",
                    version,
                    "--locked",
                    "--force",
                    "--root",
                ])
                .arg(project.path("target/tools"))
                .env("CARGO_TARGET_DIR", project.path("target/tools-build"))
                // Speed of these programs is no concern, the time to build them is.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .logged(&log)
        },
    )
    .map_err(|error| {
        anyhow!(
            "{package} {version} could not be installed: {error:#}\n{}\nTo do it by hand:\n    \
             cargo install {package} --version {version}",
            log.tail(12)
        )
    })?;
    // The intermediate results are half a gigabyte that nothing needs again.
    let _ = std::fs::remove_dir_all(project.path("target/tools-build"));
    Ok(installed)
}

fn has_version(program: &Path, version: &str) -> bool {
    let printed = Task::new(program).arg("--version").capture();
    printed.is_ok_and(|printed| printed.split_whitespace().last() == Some(version))
}
