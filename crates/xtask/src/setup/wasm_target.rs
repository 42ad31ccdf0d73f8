//! The wasm target: from rustup where it can reach its server, else from Debian's compiler with a std built here.
//!
//! No `rust-toolchain.toml` lists the target: that would break every cargo command on machines of the second kind.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::{announced, as_root, install_debian_packages};
use crate::process::{Log, Task, in_path};
use crate::project::Project;

const TARGET: &str = "wasm32-unknown-unknown";
/// The name that rustup gets for Debian's compiler.
const DEBIAN_TOOLCHAIN: &str = "debian-web";
/// The packages with Debian's newest compiler, the sources of its std, and the linker for wasm.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];
/// Where Debian's compiler looks for the std of a target.
const DEBIAN_RUSTLIB: &str = "/usr/lib/rustlib";
/// How long rustup may try to reach its server.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(120);

/// A toolchain that has a std for wasm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WasmToolchain {
    /// The one that builds everything else, too.
    Default,
    /// A second one, of this name in rustup.
    Named(&'static str),
}

impl WasmToolchain {
    /// Makes a task use it. Only tasks that build for wasm may: the rest stays on the default toolchain.
    pub(crate) fn apply(&self, task: Task) -> Task {
        match self {
            WasmToolchain::Default => task,
            WasmToolchain::Named(name) => task.env("RUSTUP_TOOLCHAIN", name),
        }
    }

    /// Whether it has clippy: Debian's has not.
    pub(crate) fn has_clippy(&self) -> bool {
        matches!(self, WasmToolchain::Default)
    }

    /// The compiler's version, on which everything that it built depends.
    pub(crate) fn version(&self, project: &Project) -> Result<String> {
        self.apply(Task::new("rustc").arg("--version").dir(project.path(".")))
            .capture()
    }
}

/// Finds a toolchain with the target, or makes one.
pub(super) fn ensure(project: &Project) -> Result<WasmToolchain> {
    if let Some(found) = present(project) {
        return Ok(found);
    }
    let log = Log::create(project, "setup-wasm-target")?;
    let from_rustup = announced("the wasm target, from rustup", || {
        let task = Task::new("rustup")
            .args(["target", "add", TARGET])
            .dir(project.path("."));
        task.limit(RUSTUP_PATIENCE).logged(&log)
    });
    if from_rustup.is_ok()
        && let Some(found) = present(project)
    {
        return Ok(found);
    }
    println!("      rustup could not bring it; taking the compiler that Debian has");
    from_debian(project, &log)
        .map_err(|error| anyhow!("the wasm target is missing.\n{error:#}\n{}", by_hand()))?;
    present(project).context("the wasm target was installed, but the compiler does not find it")
}

/// The toolchain that has the target already, the default one first.
fn present(project: &Project) -> Option<WasmToolchain> {
    [
        WasmToolchain::Default,
        WasmToolchain::Named(DEBIAN_TOOLCHAIN),
    ]
    .into_iter()
    .find(|toolchain| {
        let task = Task::new("rustc")
            .args(["--print", "target-libdir", "--target", TARGET])
            .dir(project.path("."));
        let folder = toolchain.apply(task).capture();
        folder.is_ok_and(|folder| has_std(Path::new(folder.trim())))
    })
}

/// Whether a folder holds a compiled std.
fn has_std(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .any(|name| is_std(&name))
}

fn is_std(file: &str) -> bool {
    file.starts_with("libstd-") && file.ends_with(".rlib")
}

fn from_debian(project: &Project, log: &Log) -> Result<()> {
    let missing = !Path::new("/usr/bin/rustc").exists() || !Path::new("/usr/bin/cargo").exists();
    if missing || in_path("lld").is_none() || !Path::new(DEBIAN_RUSTLIB).join("src").exists() {
        install_debian_packages(project, &DEBIAN_PACKAGES)?;
    }
    let root = as_root()
        .ok_or_else(|| anyhow!("copying the std of the target into {DEBIAN_RUSTLIB} needs root"))?;
    let built = announced("a std for wasm (once, about two minutes)", || {
        build_std(project, log)
    })?;
    let run = |words: &[&str]| Task::new(root[0]).args(&root[1..]).args(words).logged(log);
    let libraries = format!("{DEBIAN_RUSTLIB}/{TARGET}/lib");
    let linkers = format!("{DEBIAN_RUSTLIB}/x86_64-unknown-linux-gnu/bin");
    // Two of them there, after an upgrade of the compiler, and it would not know which std to take.
    run(&["rm", "-rf", &libraries])?;
    run(&["mkdir", "-p", &libraries, &linkers])?;
    for library in &built {
        run(&["cp", &library.to_string_lossy(), &libraries])?;
    }
    run(&["ln", "-sf", "/usr/bin/lld", &format!("{linkers}/rust-lld")])?;
    Task::new("rustup")
        .args(["toolchain", "link", DEBIAN_TOOLCHAIN, "/usr"])
        .logged(log)
}

/// Builds std from an empty crate, since cargo builds it only for something.
fn build_std(project: &Project, log: &Log) -> Result<Vec<PathBuf>> {
    let folder = project.scratch("std-for-wasm");
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    // A workspace of its own: the folder lies inside ours.
    let manifest = "[package]\nname = \"stdbuild\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\n[workspace]\n\
                    [profile.release]\npanic = \"abort\"\n";
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    let output = folder.join("target");
    // Debian ships the sources of std under the bootstrap flag only; LTO needs the bitcode in the libraries.
    Task::new("/usr/bin/cargo")
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort,test",
            "--target",
            TARGET,
        ])
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &output)
        .without_env("RUSTUP_TOOLCHAIN")
        .dir(&folder)
        .logged(log)
        .with_context(|| log.tail(12))?;
    let entries = std::fs::read_dir(output.join(TARGET).join("release/deps"))?;
    let mut libraries = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

fn by_hand() -> String {
    format!(
        "Where rustup reaches its server, this is enough:\n    rustup target add {TARGET}\n\
         On Debian, let root install the compiler and run the set-up once as root:\n    \
         sudo apt-get install -y --no-install-recommends {}\n    sudo -E env PATH=\"$PATH\" cargo xtask setup",
        DEBIAN_PACKAGES.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_compiled_std_counts() {
        assert!(is_std("libstd-0123456789abcdef.rlib"));
        assert!(!is_std("libstd_detect-0123.rlib"));
        assert!(!is_std("libstd-0123456789abcdef.rmeta"));
        assert!(!has_std(Path::new("/nowhere")));
    }
}
