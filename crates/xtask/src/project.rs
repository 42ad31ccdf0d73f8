//! Where things are: the root of the repository, what cargo knows of the workspace, and the folders that xtask owns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Task;

/// The checked-out repository.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the root: from cargo when started as `cargo xtask`, else upwards from the current directory.
    pub(crate) fn find() -> Result<Project> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(manifest) => PathBuf::from(manifest),
            None => std::env::current_dir()?,
        };
        for folder in start.ancestors() {
            if folder.join("crates/xtask/Cargo.toml").is_file() {
                return Ok(Project {
                    root: folder.to_owned(),
                });
            }
        }
        bail!(
            "this is not inside the Scriptroom repository: {}",
            start.display()
        )
    }

    /// A path in the repository.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path in `target/xtask`, where stamps, logs and half-built things lie.
    pub(crate) fn scratch(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join("target/xtask").join(relative)
    }

    /// The commit that a report is about, and whether anything was changed since.
    pub(crate) fn commit(&self) -> Result<String> {
        let describe = Task::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]);
        let commit = describe.dir(&self.root).capture();
        let commit = commit.context("the report names the commit")?;
        Ok(commit.trim().to_owned())
    }

    /// A program in `target/tools/bin`, where the set-up installs what the PATH does not have.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.root.join("target/tools/bin").join(name)
    }

    /// A path below the root as people write it: without the root.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// `cargo` in the root, on the default toolchain, with the target folder that every other part expects.
    pub(crate) fn cargo(&self) -> Task {
        self.for_cargo(Task::new("cargo").dir(&self.root))
    }

    /// The environment of cargo, also where another program starts it.
    pub(crate) fn for_cargo(&self, task: Task) -> Task {
        task.env("CARGO_TARGET_DIR", self.path("target"))
            .env("CARGO_TERM_COLOR", "never")
            // How many of how many crates are built, though no terminal is there to draw it on.
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "80")
    }

    /// The version of a package in Cargo.lock: the one place where the versions of the tools are pinned, too.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let lock =
            std::fs::read_to_string(self.path("Cargo.lock")).context("reading Cargo.lock")?;
        locked_version(&lock, package).with_context(|| {
            format!("Cargo.lock names no single version of the package {package:?}")
        })
    }

    /// The folders of a workspace package and of the workspace packages that it is built from, itself first.
    pub(crate) fn package_folders(&self, package: &str) -> Result<Vec<PathBuf>> {
        let text = self
            .cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .capture()?;
        let metadata: Value =
            serde_json::from_str(&text).context("reading what `cargo metadata` printed")?;
        package_folders(&metadata, package)
    }
}

/// The version of `package`, where the lock file has exactly one.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    let mut versions = BTreeSet::new();
    while let Some(line) = lines.next() {
        if line == wanted {
            let version = lines
                .next()?
                .strip_prefix("version = \"")?
                .strip_suffix('"')?;
            versions.insert(version.to_owned());
        }
    }
    if versions.len() == 1 {
        versions.pop_first()
    } else {
        None
    }
}

fn package_folders(metadata: &Value, package: &str) -> Result<Vec<PathBuf>> {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .context("`cargo metadata` printed no packages")?
        .iter()
        .filter_map(|package| Some((package["name"].as_str()?, package)))
        .collect();
    let mut waiting = vec![package];
    let mut seen = BTreeSet::new();
    let mut folders = Vec::new();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name) {
            continue;
        }
        let found = packages
            .get(name)
            .with_context(|| format!("the workspace has no package {name:?}"))?;
        let manifest = found["manifest_path"]
            .as_str()
            .context("a package without a manifest path")?;
        folders.push(
            Path::new(manifest)
                .parent()
                .context("a manifest without a folder")?
                .to_owned(),
        );
        let dependencies = found["dependencies"].as_array().into_iter().flatten();
        waiting.extend(
            dependencies
                .filter(|dependency| dependency["kind"] != "dev" && dependency["path"].is_string())
                .filter_map(|dependency| dependency["name"].as_str()),
        );
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_one_version() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"ab\"\nversion = \"4.0.0\"\n";
        assert_eq!(locked_version(lock, "a").as_deref(), Some("1.2.3"));
        assert_eq!(locked_version(lock, "b"), None);
    }

    #[test]
    fn two_versions_are_none() {
        let lock = "name = \"a\"\nversion = \"1.0.0\"\nname = \"a\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked_version(lock, "a"), None);
    }

    #[test]
    fn folders_follow_path_dependencies_once_and_leave_out_those_of_tests() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "top", "manifest_path": "/r/top/Cargo.toml", "dependencies": [
                { "name": "base", "kind": null, "path": "/r/base" },
                { "name": "samples", "kind": "dev", "path": "/r/samples" },
                { "name": "serde", "kind": null },
            ]},
            { "name": "base", "manifest_path": "/r/base/Cargo.toml", "dependencies": [] },
            { "name": "samples", "manifest_path": "/r/samples/Cargo.toml", "dependencies": [] },
        ]});
        let folders = package_folders(&metadata, "top").unwrap();
        assert_eq!(folders, [PathBuf::from("/r/top"), PathBuf::from("/r/base")]);
        assert!(package_folders(&metadata, "other").is_err());
    }
}
