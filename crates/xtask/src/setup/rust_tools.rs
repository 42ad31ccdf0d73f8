//! wasm-bindgen and worker-build: taken from the PATH where the version fits, else built into `target/tools`.
//!
//! Their versions are those of the crates in Cargo.lock, since a program and a crate of different versions refuse
//! each other. So a version is raised in one place.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::{announced, install_debian_packages};
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
    if let Some(found) = present(project, "worker-build", &version) {
        return Ok(found);
    }
    // It downloads through the system's OpenSSL, though nothing is downloaded here.
    if Task::new("pkg-config")
        .args(["--exists", "openssl"])
        .capture()
        .is_err()
    {
        install_debian_packages(project, &["pkg-config", "libssl-dev"])
            .context("worker-build is built with OpenSSL, whose headers are missing")?;
    }
    ensure(project, "worker-build", "worker-build", &version)
}

fn ensure(project: &Project, program: &str, package: &str, version: &str) -> Result<PathBuf> {
    if let Some(found) = present(project, program, version) {
        return Ok(found);
    }
    let installed = project.tool(program);
    let log = Log::create(project, &format!("setup-{package}"))?;
    announced(
        &format!("{package} {version} (built once, some minutes)"),
        || {
            // With the versions that its authors tested; a registry that has no longer all of them still has others.
            install(project, package, version, &["--locked"], &log)
                .or_else(|_| install(project, package, version, &[], &log))
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

fn present(project: &Project, program: &str, version: &str) -> Option<PathBuf> {
    let candidates = [Some(project.tool(program)), in_path(program)];
    candidates
        .into_iter()
        .flatten()
        .find(|candidate| has_version(candidate, version))
}

fn install(
    project: &Project,
    package: &str,
    version: &str,
    options: &[&str],
    log: &Log,
) -> Result<()> {
    project
        .cargo()
        .args([
            "install",
            package,
            "--version",
            version,
            "--force",
            "--root",
        ])
        .arg(project.path("target/tools"))
        .args(options)
        .env("CARGO_TARGET_DIR", project.path("target/tools-build"))
        // Speed of these programs is no concern, the time to build them is.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .logged(log)
}

fn has_version(program: &Path, version: &str) -> bool {
    let printed = Task::new(program).arg("--version").capture();
    printed.is_ok_and(|printed| printed.split_whitespace().last() == Some(version))
}
