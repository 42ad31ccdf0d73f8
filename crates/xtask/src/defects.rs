//! `cargo xtask defects`: puts one defect after the other into a copy of the tree, and expects the simulation to find each.
//!
//! A proof that cannot fail is none. The copy lies in the scratch folder, with a target folder of its own; the tree stays as it is.

mod list;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::list::{ALL, Defect};
use crate::process::{Log, Task, interrupted};
use crate::project::Project;

/// What the simulation needs to be built.
const COPIED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    "crates",
    "worker",
];
/// So many seeds are tried with a defect.
const SEEDS: &str = "400";
/// And so many without one, where nothing may be found.
const SEEDS_WITHOUT: &str = "40";

/// Puts in all of them, or those with `names` in their names.
pub(crate) fn run(project: &Project, names: &[String]) -> Result<()> {
    let log = Log::create(project, "defects")?;
    let copy = Copy {
        project,
        log: &log,
        tree: project.scratch("defects/tree"),
    };
    copy.make()?;
    if let Some(found) = copy.simulate(SEEDS_WITHOUT)? {
        bail!("the simulation finds something where nothing was put in: {found}");
    }
    let wanted =
        |defect: &&Defect| names.is_empty() || names.iter().any(|name| defect.name.contains(name));
    let mut report = Vec::new();
    let mut missed = Vec::new();
    for defect in ALL.iter().filter(wanted) {
        let found = copy.with(defect)?;
        println!(
            "{:<52} {}",
            defect.name,
            found.as_deref().unwrap_or("NOT FOUND")
        );
        if found.is_none() {
            missed.push(defect.name);
        }
        report.push(json!({"defect": defect.name, "file": defect.file, "found": found}));
        if interrupted() {
            bail!("interrupted");
        }
    }
    let path = project.scratch("defects.json");
    std::fs::write(&path, format!("{:#}\n", Value::from(report)))?;
    println!(
        "{} defects, {} not found; {}",
        ALL.len(),
        missed.len(),
        project.shown(&path)
    );
    match missed.is_empty() {
        true => Ok(()),
        false => bail!("nothing finds: {}", missed.join(", ")),
    }
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

    /// What the simulation finds with a defect.
    fn with(&self, defect: &Defect) -> Result<Option<String>> {
        let path = self.tree.join(defect.file);
        let text = std::fs::read_to_string(&path)?;
        if text.matches(defect.find).count() != 1 {
            bail!("{}: expected its text once in {}", defect.name, defect.file);
        }
        std::fs::write(&path, text.replace(defect.find, defect.put))?;
        let found = self.simulate(SEEDS);
        std::fs::write(&path, text)?;
        found.with_context(|| format!("with the defect {:?}", defect.name))
    }

    /// The first seed that finds something, and what.
    fn simulate(&self, seeds: &str) -> Result<Option<String>> {
        let build = self.cargo().args(["build", "--package", "scriptroom-sim"]);
        build.logged(self.log)?;
        let report = self.tree.join("report.json");
        let program = self.target().join("debug/scriptroom-sim");
        let task = Task::new(program).args(["--seed", "0", "--runs", seeds, "--first", "--report"]);
        task.arg(&report).status(self.log)?;
        let report: Value = serde_json::from_str(&std::fs::read_to_string(report)?)?;
        let failure = &report["failures"][0];
        let words = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
        Ok(failure
            .is_object()
            .then(|| format!("seed {}: {}", failure["seed"], words("check"))))
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
