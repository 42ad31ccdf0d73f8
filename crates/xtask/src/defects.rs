//! `cargo xtask defects`: puts one defect after the other into a copy of the tree, and expects the test that is named in the
//! list, or the simulation, to find it.
//!
//! A proof that cannot fail is none. The copy lies in the scratch folder, with a target folder of its own; the tree stays as it is.

mod defect;
mod list;
mod recovered;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::defect::{Catcher, Defect};
use self::list::all;
use crate::process::{Log, Task, interrupted};
use crate::project::Project;

/// What the simulation and the tests need to be built.
const COPIED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    "crates",
    "worker",
];
/// So many runs are tried.
const SEEDS: &str = "200";
/// What `--publish` writes.
const PAGE: &str = "crates/xtask/src/defects/REPORT.md";

/// Puts in all of them, or those with one of `arguments` in their names. `--search`: looks which run finds each, whatever the list says.
/// `--publish`: writes the report of all of them.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let (options, names): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| argument.starts_with("--"));
    let is_set = |name: &str| options.iter().any(|option| *option == name);
    let (searches, publishes) = (is_set("--search"), is_set("--publish"));
    if options.len() != usize::from(searches) + usize::from(publishes) {
        bail!("expected [--search] [--publish] [NAME…], got {options:?}");
    }
    if publishes && !names.is_empty() {
        bail!("expected all defects for a report, got {names:?}");
    }
    let wanted = |defect: &&Defect| {
        names.is_empty() || names.iter().any(|name| defect.name.contains(name.as_str()))
    };
    let wanted: Vec<&Defect> = all().filter(wanted).collect();
    let log = Log::create(project, "defects")?;
    let copy = Copy {
        project,
        log: &log,
        tree: project.scratch("defects/tree"),
    };
    copy.make()?;
    copy.check_whole(&wanted)?;
    let mut report = Vec::new();
    let mut missed = Vec::new();
    for defect in wanted {
        let found = copy.with(defect, searches)?;
        let words = found.as_deref().unwrap_or("NOT FOUND");
        println!("{:<52} {words}", defect.name);
        if found.is_none() {
            missed.push(defect.name);
        }
        report.push(json!({"defect": defect.name, "file": defect.file, "found": found}));
        if interrupted() {
            bail!("interrupted");
        }
    }
    let path = project.scratch("defects.json");
    let count = report.len();
    if publishes {
        std::fs::write(project.path(PAGE), page(project, arguments, &report)?)?;
    }
    std::fs::write(&path, format!("{:#}\n", Value::from(report)))?;
    println!(
        "{count} defects, {} not found; {}",
        missed.len(),
        project.shown(&path)
    );
    match missed.is_empty() {
        true => Ok(()),
        false => bail!("nothing finds: {}", missed.join(", ")),
    }
}

/// The report, for people.
fn page(project: &Project, arguments: &[String], report: &[Value]) -> Result<String> {
    let mut page = format!(
        "# What finds the defects that are put in on purpose\n\n\
         Written by the command below; nobody edits it. `crates/xtask/src/defects/list.rs` says where each is put in, and what instead of what.\n\n\
         | | |\n|---|---|\n| commit | {} |\n| command | `cargo xtask defects {}` |\n| defects | {} |\n| not found | {} |\n\n\
         | defect | in | found by |\n|---|---|---|\n",
        project.commit()?,
        arguments.join(" "),
        report.len(),
        report.iter().filter(|one| one["found"].is_null()).count(),
    );
    for one in report {
        let word = |name: &str| one[name].as_str().unwrap_or("**nothing**").to_owned();
        let (defect, file, found) = (word("defect"), word("file"), word("found"));
        writeln!(page, "| {defect} | `{file}` | {found} |")?;
    }
    Ok(page)
}

/// The tree that defects are put into.
struct Copy<'a> {
    project: &'a Project,
    log: &'a Log,
    tree: PathBuf,
}

impl Copy<'_> {
    fn make(&self) -> Result<()> {
        if self.tree.exists() {
            std::fs::remove_dir_all(&self.tree)?;
        }
        let files =
            Task::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let files = files.args(COPIED).dir(self.project.path(".")).capture()?;
        for file in files.lines() {
            let (from, to) = (self.project.path(file), self.tree.join(file));
            std::fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            // What is deleted but not committed is not copied.
            if from.exists() {
                std::fs::copy(from, to)?;
            }
        }
        Ok(())
    }

    /// Where nothing was put in, nothing may be found.
    fn check_whole(&self, defects: &[&Defect]) -> Result<()> {
        let mut done: Vec<&Catcher> = Vec::new();
        for by in defects.iter().map(|defect| &defect.caught_by) {
            if done.contains(&by) {
                continue;
            }
            done.push(by);
            if let Some(found) = self.catch(by)? {
                bail!("something is found where nothing was put in: {found}");
            }
        }
        Ok(())
    }

    /// What is found with a defect.
    fn with(&self, defect: &Defect, searches: bool) -> Result<Option<String>> {
        let path = self.tree.join(defect.file);
        let text = std::fs::read_to_string(&path)?;
        if text.matches(defect.find).count() != 1 {
            bail!("{}: expected its text once in {}", defect.name, defect.file);
        }
        std::fs::write(&path, text.replace(defect.find, defect.put))?;
        let found = match searches {
            true => self.simulate(),
            false => self.catch(&defect.caught_by),
        };
        std::fs::write(&path, text)?;
        found.with_context(|| format!("with the defect {:?}", defect.name))
    }

    fn catch(&self, by: &Catcher) -> Result<Option<String>> {
        match *by {
            Catcher::Simulation => self.simulate(),
            Catcher::Test {
                package,
                suite,
                name,
            } => self.test(package, suite, name),
        }
    }

    /// The first run that finds something, and what. Built as the tests are: an optimised build would take longer than its runs save.
    fn simulate(&self) -> Result<Option<String>> {
        let build = ["build", "--package", "scriptroom-sim"];
        self.cargo().args(build).logged(self.log)?;
        let report = self.tree.join("report.json");
        let program = self.target().join("debug/scriptroom-sim");
        let task = Task::new(program).args(["--seed", "0", "--runs", SEEDS, "--first"]);
        let task = task.args(["--report"]).arg(&report);
        task.status(self.log)?;
        let report: Value = serde_json::from_str(&std::fs::read_to_string(report)?)?;
        let failure = &report["failures"][0];
        let words = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
        Ok(failure
            .is_object()
            .then(|| format!("seed {}: {}", failure["seed"], words("check"))))
    }

    /// Whether that test fails.
    fn test(&self, package: &str, suite: &str, name: &str) -> Result<Option<String>> {
        let suite = match suite {
            "" => vec!["--lib"],
            suite => vec!["--test", suite],
        };
        let test = || {
            let task = self.cargo().args(["test", "--package", package]);
            task.args(&suite)
        };
        // What does not compile is not found.
        test().arg("--no-run").logged(self.log)?;
        let before = self.log.len();
        let status = test().args([name, "--", "--exact"]).status(self.log)?;
        let said = self.log.text_from(before)?;
        if !said.contains("running 1 test") {
            bail!("{package} has no test {name}");
        }
        Ok((!status.success()).then(|| format!("{package}: {name}")))
    }

    fn target(&self) -> PathBuf {
        self.project.scratch("defects/target")
    }

    fn cargo(&self) -> Task {
        let tree: &Path = &self.tree;
        let task = self.project.cargo().dir(tree);
        task.env("CARGO_TARGET_DIR", self.target())
    }
}
