//! The set-up: each thing that the other tasks need is looked for, installed where it is missing, and kept.
//!
//! Nothing is installed before a task asks for it, and nothing twice. What cannot be installed is an error that says
//! what is missing and how a person can get it; whoever asks again gets the same answer at once. One file per thing.

mod browser;
mod node;
mod rust_tools;
mod wasm_target;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Error, Result, anyhow};

use crate::process::{Log, Task, in_path};
use crate::project::Project;

pub(crate) use browser::Browser;
pub(crate) use node::Node;
pub(crate) use wasm_target::WasmToolchain;

/// What has been looked for so far.
pub(crate) struct Setup<'a> {
    /// The repository that is set up.
    pub(crate) project: &'a Project,
    wasm: Item<WasmToolchain>,
    node: Item<Node>,
    wasm_bindgen: Item<PathBuf>,
    wasm_bindgen_test_runner: Item<PathBuf>,
    worker_build: Item<PathBuf>,
    browser: Item<Browser>,
}

/// A thing that is there, or the reason why it is not.
type Item<T> = OnceCell<std::result::Result<T, String>>;

impl<'a> Setup<'a> {
    /// A set-up that has looked for nothing yet.
    pub(crate) fn new(project: &'a Project) -> Setup<'a> {
        Setup {
            project,
            wasm: OnceCell::new(),
            node: OnceCell::new(),
            wasm_bindgen: OnceCell::new(),
            wasm_bindgen_test_runner: OnceCell::new(),
            worker_build: OnceCell::new(),
            browser: OnceCell::new(),
        }
    }

    /// Looks for everything, goes on where something is missing, and names all that is.
    pub(crate) fn all(&self) -> Result<()> {
        let missing: Vec<String> = [
            self.wasm().err(),
            self.node().err(),
            self.wasm_bindgen().err(),
            self.worker_build().err(),
            self.browser().err(),
        ]
        .into_iter()
        .flatten()
        .map(|error| format!("{error:#}"))
        .collect();
        if missing.is_empty() {
            println!("Everything is set up.");
            return Ok(());
        }
        Err(anyhow!(
            "the set-up is not complete:\n\n{}",
            missing.join("\n\n")
        ))
    }

    /// The toolchain that builds for wasm32-unknown-unknown.
    pub(crate) fn wasm(&self) -> Result<&WasmToolchain> {
        once(&self.wasm, || wasm_target::ensure(self.project))
    }

    /// Node and the npm packages.
    pub(crate) fn node(&self) -> Result<&Node> {
        once(&self.node, || node::ensure(self.project))
    }

    /// The program `wasm-bindgen`, in the version of the crate.
    pub(crate) fn wasm_bindgen(&self) -> Result<&PathBuf> {
        once(&self.wasm_bindgen, || {
            rust_tools::wasm_bindgen(self.project, "wasm-bindgen")
        })
    }

    /// The program that runs tests built for wasm in a browser.
    pub(crate) fn wasm_bindgen_test_runner(&self) -> Result<&PathBuf> {
        let install = || rust_tools::wasm_bindgen(self.project, "wasm-bindgen-test-runner");
        once(&self.wasm_bindgen_test_runner, install)
    }

    /// The program `worker-build`, in the version of the crate `worker`.
    pub(crate) fn worker_build(&self) -> Result<&PathBuf> {
        once(&self.worker_build, || {
            rust_tools::worker_build(self.project)
        })
    }

    /// Chromium and its driver.
    pub(crate) fn browser(&self) -> Result<&Browser> {
        once(&self.browser, || browser::ensure(self.project))
    }
}

fn once<T>(item: &Item<T>, find: impl FnOnce() -> Result<T>) -> Result<&T> {
    let found = item.get_or_init(|| find().map_err(|error| format!("{error:#}")));
    found.as_ref().map_err(|reason| Error::msg(reason.clone()))
}

/// Says what is being installed and how long it took.
pub(crate) fn announced<T>(what: &str, install: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("set-up: {what}");
    let started = Instant::now();
    let result = install();
    let outcome = if result.is_ok() { "done" } else { "failed" };
    println!("      {outcome} after {} s", started.elapsed().as_secs());
    result
}

/// Installs Debian packages, as root or through a `sudo` that asks no questions.
fn install_debian_packages(project: &Project, packages: &[&str]) -> Result<()> {
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if in_path("apt-get").is_none() {
        return Err(anyhow!(
            "this machine has no apt-get; install what Debian calls {}",
            packages.join(", ")
        ));
    }
    let log = Log::create(project, "setup-apt")?;
    let Some(first_words) = as_root() else {
        return Err(anyhow!(
            "installing Debian packages needs root; run this, then try again:\n    {by_hand}"
        ));
    };
    let apt = |arguments: &[&str]| {
        let task = Task::new(first_words[0]).args(&first_words[1..]);
        task.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
            .args(arguments)
            .logged(&log)
    };
    announced(&format!("apt-get install {}", packages.join(" ")), || {
        apt(&["update", "-q"])?;
        let mut arguments = vec!["install", "-y", "-q", "--no-install-recommends"];
        arguments.extend(packages);
        apt(&arguments)
    })
    .map_err(|error| {
        anyhow!(
            "{error:#}\n{}\nTo do it by hand:\n    {by_hand}",
            log.tail(8)
        )
    })
}

/// The words that make a command run as root, if there are any; variables of its environment may follow them.
fn as_root() -> Option<&'static [&'static str]> {
    if rustix::process::geteuid().is_root() {
        return Some(&["env"]);
    }
    let silent_sudo =
        in_path("sudo").is_some() && Task::new("sudo").args(["-n", "true"]).capture().is_ok();
    silent_sudo.then_some(&["sudo", "-n", "env"])
}
