//! The steps of `cargo xtask test`, in order: quick checks first, browsers last.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::counts::{Counts, Runner};
use crate::build;
use crate::frames;
use crate::process::{Log, Task};
use crate::setup::Setup;
use crate::sizes;
use crate::tidy;

/// What the browser runs as wasm.
const CLIENT_PACKAGES: [&str; 8] = [
    "--package",
    "scriptroom-client",
    "--package",
    "scriptroom-background",
    "--package",
    "scriptroom-files",
    "--package",
    "scriptroom-branch",
];

/// What a browser may fetch before somebody writes in a script for the first time: scripts, wasm and fonts, in bytes of brotli.
/// 450 kB are what it may ever be.
const FIRST_LOAD: &str = "450000";

/// The folder of the corpus of hostile input.
const CORPUS: &str = "corpus";

/// A step, its name on the command line, and what it does.
pub(crate) struct Step {
    /// Its name on the command line and in the table.
    pub(crate) name: &'static str,
    /// What it does, in a line.
    pub(crate) what: &'static str,
    /// Runs it.
    pub(crate) run: fn(&Context<'_>) -> Result<Counts>,
}

/// What a step runs with.
pub(crate) struct Context<'a> {
    /// Where it takes its tools from.
    pub(crate) setup: &'a Setup<'a>,
    /// Where its output goes.
    pub(crate) log: &'a Log,
}

/// All of them.
pub(crate) const ALL: &[Step] = &[
    Step {
        name: "format",
        what: "the Rust code is formatted",
        run: format,
    },
    Step {
        name: "tidy",
        what: "the repository's own rules",
        run: tidy_rules,
    },
    Step {
        name: "lint",
        what: "clippy without a warning, native crates",
        run: lint,
    },
    Step {
        name: "native",
        what: "unit, property, integration and doc tests of the native crates",
        run: native,
    },
    Step {
        name: "lint-wasm",
        what: "clippy without a warning, client and worker",
        run: lint_wasm,
    },
    Step {
        name: "build",
        what: "client, package, worker and app, the sizes of the wasm and of a first load",
        run: build_all,
    },
    Step {
        name: "types",
        what: "the TypeScript of package, app and tests",
        run: types,
    },
    Step {
        name: "client",
        what: "the client's tests in Chromium",
        run: client,
    },
    Step {
        name: "package-unit",
        what: "the npm package's own tests",
        run: package_unit,
    },
    Step {
        name: "relay",
        what: "real Yjs clients against the running relay",
        run: relay,
    },
    Step {
        name: "package",
        what: "the npm package packed, installed and run in bundlers",
        run: package,
    },
    Step {
        name: "deploy",
        what: "wrangler deploy --dry-run",
        run: deploy,
    },
    Step {
        name: "browser",
        what: "what writers do, in Chromium",
        run: browser,
    },
];

impl Context<'_> {
    /// Runs a program and counts its tests.
    fn count(&self, runner: Runner, task: Task) -> Result<Counts> {
        let start = self.log.len();
        let status = task.status(self.log)?;
        Ok(Counts::read(
            runner,
            &self.log.text_from(start)?,
            status.success(),
        ))
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.setup.project.path(relative)
    }

    fn cargo(&self) -> Task {
        self.setup.project.cargo()
    }
}

fn format(context: &Context<'_>) -> Result<Counts> {
    context.count(
        Runner::Single,
        context.cargo().args(["fmt", "--all", "--check"]),
    )
}

fn tidy_rules(context: &Context<'_>) -> Result<Counts> {
    tidy::check(context.setup.project, context.log)
}

fn lint(context: &Context<'_>) -> Result<Counts> {
    let task = context
        .cargo()
        .args(["clippy", "--all-targets", "--", "--deny", "warnings"]);
    context.count(Runner::Single, task)
}

fn lint_wasm(context: &Context<'_>) -> Result<Counts> {
    let toolchain = context.setup.wasm()?;
    let mut task = context.cargo();
    if toolchain.has_clippy() {
        task = task.arg("clippy");
    } else {
        context
            .log
            .line("this toolchain has no clippy: its warnings alone are checked")?;
        task = task.args([
            "check",
            "--config",
            "build.rustflags=['--deny', 'warnings']",
        ]);
    }
    task = task
        .args(CLIENT_PACKAGES)
        .args(["--package", "scriptroom-worker"])
        .args(["--package", "scriptroom-reader"]);
    task = task.args(["--target", "wasm32-unknown-unknown", "--all-targets"]);
    if toolchain.has_clippy() {
        task = task.args(["--", "--deny", "warnings"]);
    }
    context.count(Runner::Single, toolchain.apply(task))
}

/// Some native tests drive a Yjs peer, so Node and the npm packages come first.
fn native(context: &Context<'_>) -> Result<Counts> {
    let node = context.setup.node()?;
    let mut counts = context.count(
        Runner::Cargo,
        node.apply(context.cargo().args(["test", "--no-fail-fast"])),
    )?;
    // Made for wasm, but what it decides without the platform can be tested here.
    let worker = ["test", "--no-fail-fast", "--package", "scriptroom-worker"];
    counts += context.count(Runner::Cargo, context.cargo().args(worker))?;
    Ok(counts)
}

fn build_all(context: &Context<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    for part in build::Part::ALL {
        counts += outcome(context, build::build_part(context.setup, part))?;
    }
    counts += outcome(context, sizes::check(context.setup))?;
    counts += first_load(context)?;
    Ok(counts)
}

/// What a browser fetches, as it fetches it.
fn first_load(context: &Context<'_>) -> Result<Counts> {
    let task = context.setup.node()?.node();
    let task = task
        .arg(context.path("tests/browser/first-load.mjs"))
        .arg(FIRST_LOAD);
    context.count(Runner::Single, context.setup.browser()?.apply(task))
}

/// One check that held or did not; the reason goes to the log.
fn outcome(context: &Context<'_>, result: Result<()>) -> Result<Counts> {
    let Err(error) = result else {
        return Ok(Counts::PASSED);
    };
    context.log.line(&format!("{error:#}"))?;
    Ok(Counts::FAILED)
}

fn types(context: &Context<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    for folder in ["pkg", "www", "tests"] {
        let task =
            context
                .setup
                .node()?
                .package_program("tsc")
                .args(["--noEmit", "--project", folder]);
        counts += context.count(Runner::Single, task)?;
    }
    Ok(counts)
}

fn client(context: &Context<'_>) -> Result<Counts> {
    let toolchain = context.setup.wasm()?;
    let browser = context.setup.browser()?;
    let task = context
        .cargo()
        .args(["test", "--no-fail-fast"])
        .args(CLIENT_PACKAGES)
        .args(["--target", "wasm32-unknown-unknown"]);
    let task = task
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            context.setup.wasm_bindgen_test_runner()?,
        )
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    context.count(Runner::Cargo, browser.apply(toolchain.apply(task)))
}

fn package_unit(context: &Context<'_>) -> Result<Counts> {
    build::everything(context.setup)?;
    let task = context
        .setup
        .node()?
        .npm()
        .args(["test", "--workspace", "pkg"]);
    context.count(Runner::Node, context.setup.browser()?.apply(task))
}

fn relay(context: &Context<'_>) -> Result<Counts> {
    frames::build(context.setup.project).logged(context.log)?;
    build_program(context)?;
    write_corpus(context)?;
    let mut counts = node_tests(context, "tests/relay")?;
    counts += node_tests(context, "tests/load")?;
    Ok(counts)
}

/// The command line, which tests run: what it takes to build it, on a new machine minutes, is not to count as the time of the test that is first.
fn build_program(context: &Context<'_>) -> Result<()> {
    let build = ["build", "--quiet", "--package", "scriptroom"];
    context.cargo().args(build).logged(context.log)
}

/// The corpus of hostile input, as files.
fn write_corpus(context: &Context<'_>) -> Result<()> {
    let write = [
        "run",
        "--quiet",
        "--package",
        "scriptroom-fuzz",
        "--bin",
        "scriptroom-fuzz",
        "--",
        "corpus",
    ];
    let folder = context.setup.project.scratch(CORPUS);
    context.cargo().args(write).arg(folder).logged(context.log)
}

fn package(context: &Context<'_>) -> Result<Counts> {
    node_tests(context, "tests/package")
}

/// Runs the tests of a folder with Node's own runner, one file after the other: they start relays and browsers.
fn node_tests(context: &Context<'_>, folder: &str) -> Result<Counts> {
    build::everything(context.setup)?;
    let files = test_files(&context.path(folder));
    if files.is_empty() {
        bail!("{folder} has no tests");
    }
    let task = context
        .setup
        .node()?
        .node()
        .args([
            "--test",
            "--test-concurrency=1",
            "--test-timeout=300000",
            "--test-reporter=tap",
        ])
        .args(files);
    let project = context.setup.project;
    let task = task
        .env(frames::SENDER, frames::built(project))
        .env("SCRIPTROOM_CORPUS", project.scratch(CORPUS));
    context.count(Runner::Node, context.setup.browser()?.apply(task))
}

/// The files `*.test.{ts,mjs,js}` of a folder, in order.
fn test_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let endings = [".test.ts", ".test.mjs", ".test.js"];
    let is_test = |path: &PathBuf| {
        endings
            .iter()
            .any(|ending| path.to_string_lossy().ends_with(ending))
    };
    let mut files: Vec<PathBuf> = entries.filter(is_test).collect();
    files.sort();
    files
}

fn deploy(context: &Context<'_>) -> Result<Counts> {
    build::everything(context.setup)?;
    let output = context.setup.project.scratch("deploy");
    let task = context
        .setup
        .node()?
        .package_program("wrangler")
        .args(["deploy", "--dry-run", "--outdir"])
        .arg(output);
    context.count(Runner::Single, task)
}

fn browser(context: &Context<'_>) -> Result<Counts> {
    build::everything(context.setup)?;
    build_program(context)?;
    let task = context
        .setup
        .node()?
        .package_program("playwright")
        .args(["test", "--reporter=list"]);
    let task = context
        .setup
        .browser()?
        .apply(task.dir(context.path("tests/browser")));
    context.count(Runner::Playwright, task)
}
