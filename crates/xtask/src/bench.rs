//! `cargo xtask bench [NAME]`: the criterion benches of the crates, then the benches in `tests/bench`.
//!
//! `cargo xtask bench --browser` measures how the app feels, and writes the report: that is `tests/bench/browser`'s business.
//! `cargo xtask bench --formats` measures Fountain and PDF beside other programs, which it installs: `tests/bench/formats`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::load;
use crate::process::Task;
use crate::project::Project;
use crate::setup::Setup;

/// What the app is measured beside.
const RIVALS: &str = "tests/bench/rivals";
/// What files are read and printed beside.
const FORMATS: &str = "tests/bench/formats";

/// Runs the benches whose crate or file has `name` in its name. What they print goes to the screen: it is the result.
pub(crate) fn run(setup: &Setup<'_>, names: &[String]) -> Result<()> {
    if let Some((first, arguments)) = names.split_first()
        && first == "--browser"
    {
        return browser(setup, arguments);
    }
    if let Some((first, arguments)) = names.split_first()
        && first == "--formats"
    {
        return formats(setup, arguments);
    }
    let chosen =
        |name: &str| names.is_empty() || names.iter().any(|wanted| name.contains(wanted.as_str()));
    let mut found = 0;
    for (krate, bench) in crate_benches(setup.project)? {
        if chosen(&krate) || chosen(&bench) {
            found += 1;
            let task = setup.project.cargo().args([
                "bench",
                "--package",
                &format!("scriptroom-{krate}"),
                "--bench",
                &bench,
            ]);
            task.on_screen()?;
        }
    }
    let scripts: Vec<PathBuf> = script_benches(setup.project)
        .into_iter()
        .filter(|path| chosen(&stem(path)))
        .collect();
    if !scripts.is_empty() {
        build::everything(setup)?;
    }
    for script in scripts {
        found += 1;
        let node = setup.node()?.node().arg(&script);
        setup.browser()?.apply(node).on_screen()?;
    }
    if found == 0 {
        bail!("no benchmark has {names:?} in its name");
    }
    Ok(())
}

/// Runs the parts that are named; without any argument all of them, and the report is written.
fn browser(setup: &Setup<'_>, arguments: &[String]) -> Result<()> {
    build::everything(setup)?;
    let node = setup.node()?;
    load::install(setup.project, node, RIVALS)?;
    let task = node
        .node()
        .arg(setup.project.path("tests/bench/browser/main.mjs"))
        .args(["--commit", &setup.project.commit()?])
        .args(arguments);
    let published: &[&str] = if arguments.is_empty() {
        &["--publish"]
    } else {
        &[]
    };
    setup.browser()?.apply(task.args(published)).on_screen()
}

/// Measures reading and printing beside other programs; of `memory`, which takes none of them, nothing else.
fn formats(setup: &Setup<'_>, arguments: &[String]) -> Result<()> {
    let project = setup.project;
    let node = setup.node()?;
    let folder = project.path(FORMATS);
    let kept = project.path("target/bench-formats");
    let python = kept.join("venv/bin/python");
    if !arguments.iter().any(|argument| argument == "memory") {
        load::install(project, node, FORMATS)?;
        install_python(&python, &folder)?;
    }
    let native = folder.join("native/Cargo.toml").display().to_string();
    let target = kept.join("native").display().to_string();
    let build = project.cargo().args(["build", "--release", "--locked"]);
    let build = build.args(["--manifest-path", &native, "--target-dir", &target]);
    build.on_screen()?;
    let program = project.cargo();
    let program = program.args(["build", "--release", "--package", "scriptroom"]);
    program.on_screen()?;
    let path = |path: PathBuf| path.display().to_string();
    node.node()
        .arg(folder.join("main.mjs"))
        .args([
            "--native",
            &path(kept.join("native/release/scriptroom-bench-formats")),
        ])
        .args(["--python", &path(python)])
        .args([
            "--scriptroom",
            &path(project.path("target/release/scriptroom")),
        ])
        .args(["--commit", &project.commit()?])
        .args(arguments)
        .on_screen()
}

/// The programs in Python, in an environment of their own.
fn install_python(python: &Path, folder: &Path) -> Result<()> {
    if !python.exists() {
        let venv = python.ancestors().nth(2).context("it lies in its venv")?;
        let venv = venv.display().to_string();
        Task::new("python3")
            .args(["-m", "venv", &venv])
            .on_screen()?;
    }
    let requirements = folder.join("requirements.txt").display().to_string();
    let pip = Task::new(python).args(["-m", "pip", "install", "--quiet"]);
    pip.args(["--requirement", &requirements]).on_screen()
}

/// Crates and their benches, in order.
fn crate_benches(project: &Project) -> Result<Vec<(String, String)>> {
    let mut benches = Vec::new();
    for entry in std::fs::read_dir(project.path("crates"))? {
        let folder = entry?.path();
        for file in files_ending(&folder.join("benches"), &["rs"]) {
            benches.push((stem(&folder), stem(&file)));
        }
    }
    benches.sort();
    Ok(benches)
}

fn script_benches(project: &Project) -> Vec<PathBuf> {
    let files = files_ending(&project.path("tests/bench"), &["ts", "mjs", "js"]);
    files
        .into_iter()
        .filter(|file| stem(file).ends_with(".bench") || stem(file).ends_with("-bench"))
        .collect()
}

fn files_ending(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let wanted = |path: &PathBuf| {
        extensions
            .iter()
            .any(|extension| path.extension().is_some_and(|own| own == *extension))
    };
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.is_file() && wanted(path))
        .collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

impl Task {
    /// Runs it with its output on the screen.
    pub(crate) fn on_screen(self) -> Result<()> {
        let mut command = self.into_command();
        command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
        let status = command.status().context("starting what is to be seen")?;
        if !status.success() {
            bail!("it ended with {status}");
        }
        Ok(())
    }
}
