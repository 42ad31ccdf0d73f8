//! The repository's own rules, each a named check over its files.
//!
//! A rule is a function from the files to complaints. A complaint says where, what, and what to do instead.

mod spec;
mod texts;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::{Log, Task};
use crate::project::Project;
use crate::test::Counts;

/// How long a file of code may be. Data is exempt.
const MOST_LINES: usize = 600;
/// How long a suite may be, and a language of the app: many named cases are found best in one file.
const MOST_LINES_OF_A_SUITE: usize = 1000;

/// What lies at the top: a newcomer reads this list first.
const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitignore",
    ".npmrc",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "package-lock.json",
    "package.json",
    "pkg",
    "tests",
    "worker",
    "wrangler.toml",
    "www",
];

/// Licences under which foreign code may come in, for Rust (deny.toml says the same) and npm alike.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that come under another licence, with the reason: development tools that are not shipped, and a font.
const LICENCE_EXCEPTIONS: &[(&str, &str)] = &[
    (
        "@img/sharp-",
        "LGPL-3.0-or-later: libvips behind wrangler's local image service, run and never shipped",
    ),
    (
        "axe-core",
        "MPL-2.0: looks at the app's pages in browser tests, run and never shipped",
    ),
    (
        "dejavu-fonts-ttf",
        "Bitstream Vera: may be bundled with its notice, which the build copies beside the font; no other free one has Arabic in letters of one width",
    ),
    (
        "png-js",
        "MIT by its text, which its manifest does not say: of a program that a benchmark runs beside ours",
    ),
];

/// A file of the repository.
struct Source {
    path: String,
    text: String,
}

type Rule = fn(&[Source]) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    ("top level", top_level),
    ("lengths", lengths),
    ("tests that do not run", silenced_tests),
    ("sleeping tests", sleeping_tests),
    ("lock files", lock_files),
    ("places of a machine", machine_places),
    ("first lines", first_lines),
    ("licences of npm packages", npm_licences),
    ("manifests", manifests),
    ("pages that code names", pages_named),
    ("rules of the wire", spec::rules),
    ("texts of the app", texts::texts_elsewhere),
];

/// Checks all rules; each counts as a test.
pub(crate) fn check(project: &Project, log: &Log) -> Result<Counts> {
    let sources = sources(project)?;
    let mut counts = Counts::default();
    for (name, rule) in RULES {
        let complaints = rule(&sources);
        counts += if complaints.is_empty() {
            Counts::PASSED
        } else {
            Counts::FAILED
        };
        for complaint in complaints {
            log.line(&format!("{name}: {complaint}"))?;
        }
    }
    Ok(counts)
}

/// All text files that git knows or would take in.
fn sources(project: &Project) -> Result<Vec<Source>> {
    let task = Task::new("git").args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]);
    let listed = task
        .dir(project.path("."))
        .capture()
        .context("the rules need git to list the files")?;
    let mut sources = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // What is deleted but not committed yet cannot be read; pictures and fonts are no text.
        if let Ok(text) = std::fs::read_to_string(project.path(path)) {
            sources.push(Source {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(sources)
}

fn top_level(sources: &[Source]) -> Vec<String> {
    let entries: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.path.split('/').next())
        .collect();
    let unknown = entries
        .into_iter()
        .filter(|entry| !TOP_LEVEL.contains(entry));
    unknown
        .map(|entry| {
            format!("{entry} is not among the entries of the top level; put it into one of them")
        })
        .collect()
}

fn lengths(sources: &[Source]) -> Vec<String> {
    let code = sources.iter().filter(|source| is_code(&source.path));
    code.map(|source| (source, source.text.lines().count()))
        .filter(|(source, lines)| *lines > most_lines(&source.path))
        .map(|(source, lines)| {
            format!(
                "{} has {lines} lines, over {}: divide it by what it is about",
                source.path,
                most_lines(&source.path)
            )
        })
        .collect()
}

fn most_lines(path: &str) -> usize {
    if is_test(path) || path.starts_with("www/src/words/") {
        MOST_LINES_OF_A_SUITE
    } else {
        MOST_LINES
    }
}

fn silenced_tests(sources: &[Source]) -> Vec<String> {
    let rust = [concat!("#[ign", "ore")];
    let script = [
        ".skip(",
        ".only(",
        ".fixme(",
        ".todo(",
        "skip: true",
        "only: true",
    ];
    let looked_at = |source: &&Source| !source.path.starts_with("crates/xtask/");
    let mut complaints = Vec::new();
    for source in sources.iter().filter(looked_at) {
        let words: &[&str] = match extension(&source.path) {
            "rs" => &rust,
            "ts" | "js" | "mjs" if is_test(&source.path) => &script,
            _ => continue,
        };
        complaints.extend(found(source, words, "every test runs, or it is deleted"));
    }
    complaints
}

fn sleeping_tests(sources: &[Source]) -> Vec<String> {
    let words = [
        concat!("thread::", "sleep("),
        concat!("waitFor", "Timeout("),
    ];
    let looked_at = sources.iter().filter(|source| is_test(&source.path));
    looked_at
        .flat_map(|source| found(source, &words, "wait for what is expected, not for a time"))
        .collect()
}

fn lock_files(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        let words: &[&str] = match source.path.as_str() {
            path if is_npm_lock(path) => &["\"resolved\": \"http", "\"resolved\": \"git"],
            path if path.ends_with(".npmrc") => &["registry=", "_auth", "cafile"],
            ".cargo/config.toml" => &["replace-with", "registry", "[source"],
            _ => continue,
        };
        complaints.extend(found(
            source,
            words,
            "where packages come from is each machine's own business",
        ));
    }
    let lock = sources.iter().find(|source| source.path == "Cargo.lock");
    let foreign = lock
        .into_iter()
        .flat_map(|source| source.text.lines())
        .filter(|line| {
            line.starts_with("source = ")
                && !line.contains("registry+https://github.com/rust-lang/crates.io-index")
        });
    complaints
        .extend(foreign.map(|line| format!("Cargo.lock: {line}: only crates.io is a source")));
    complaints
}

fn machine_places(sources: &[Source]) -> Vec<String> {
    let words = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/wo", "rk/"),
    ];
    let looked_at = sources.iter().filter(|source| !is_npm_lock(&source.path));
    looked_at
        .flat_map(|source| found(source, &words, "no other machine has this folder"))
        .collect()
}

fn first_lines(sources: &[Source]) -> Vec<String> {
    let rust = sources
        .iter()
        .filter(|source| extension(&source.path) == "rs");
    rust.filter(|source| !source.text.starts_with("//!"))
        .map(|source| format!("{}: a file starts with //! and what it is", source.path))
        .collect()
}

fn npm_licences(sources: &[Source]) -> Vec<String> {
    let locks = sources.iter().filter(|source| is_npm_lock(&source.path));
    locks.flat_map(licences_of).collect()
}

fn licences_of(lock: &Source) -> Vec<String> {
    let Ok(read) = serde_json::from_str::<Value>(&lock.text) else {
        return vec![format!("{} is no JSON", lock.path)];
    };
    let packages = read["packages"].as_object().into_iter().flatten();
    let foreign = packages
        .filter(|(path, package)| path.contains("node_modules/") && package["link"] != true);
    foreign
        .filter_map(|(path, package)| refused(path, package["license"].as_str().unwrap_or("none")))
        .collect()
}

fn is_npm_lock(path: &str) -> bool {
    path.ends_with("package-lock.json")
}

fn refused(path: &str, licence: &str) -> Option<String> {
    let name = path.rsplit("node_modules/").next().unwrap_or(path);
    let excepted = LICENCE_EXCEPTIONS
        .iter()
        .any(|(prefix, _)| name.starts_with(prefix));
    let allowed = excepted || is_allowed(licence);
    (!allowed).then(|| {
        format!(
            "{name} comes under {licence:?}, which is not among those that this project takes in"
        )
    })
}

/// Whether an SPDX expression can be satisfied: each part of an AND by one of the parts of its OR.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "");
    plain.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|licence| LICENCES.contains(&licence.trim()))
    })
}

fn manifests(sources: &[Source]) -> Vec<String> {
    let crates = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml") && !source.path.contains("fuzz"));
    crates
        .filter(|source| !source.text.contains("[lints]\nworkspace = true"))
        .map(|source| {
            format!(
                "{}: takes the workspace's lints ([lints] workspace = true)",
                source.path
            )
        })
        .collect()
}

/// Whoever reads of a page, such as SPEC.md, finds it.
fn pages_named(sources: &[Source]) -> Vec<String> {
    let is_there = |page: &str| {
        let path = page.trim_start_matches("../");
        let mut paths = sources.iter().map(|source| source.path.as_str());
        paths.any(|one| {
            one.strip_suffix(path)
                .is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        })
    };
    let mut complaints = Vec::new();
    for source in sources.iter().filter(|source| is_code(&source.path)) {
        for (index, line) in source.text.lines().enumerate() {
            let words = line
                .split(|letter: char| !(letter.is_ascii_alphanumeric() || "_-./".contains(letter)));
            let pages = words.map(|word| word.trim_end_matches('.'));
            let missing = pages.filter(|word| word.len() > 3 && word.ends_with(".md"));
            complaints.extend(
                missing
                    .filter(|page| !is_there(page))
                    .map(|page| format!("{}:{}: there is no {page}", source.path, index + 1)),
            );
        }
    }
    complaints
}

/// A complaint for each line that holds one of the words.
fn found(source: &Source, words: &[&str], advice: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        for word in words.iter().filter(|word| line.contains(**word)) {
            complaints.push(format!("{}:{}: {word:?}: {advice}", source.path, index + 1));
        }
    }
    complaints
}

fn is_code(path: &str) -> bool {
    matches!(
        extension(path),
        "rs" | "ts" | "tsx" | "js" | "mjs" | "css" | "html" | "sh"
    )
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.contains("/test/")
        || path.contains(".test.")
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Vec<Source> {
        vec![Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }]
    }

    #[test]
    fn a_new_top_level_entry_is_a_decision() {
        assert_eq!(top_level(&source("crates/x/src/lib.rs", "")).len(), 0);
        assert_eq!(top_level(&source("notes.txt", "")).len(), 1);
    }

    #[test]
    fn long_files_are_named() {
        assert_eq!(lengths(&source("a.rs", &"x\n".repeat(MOST_LINES))).len(), 0);
        assert_eq!(
            lengths(&source("a.rs", &"x\n".repeat(MOST_LINES + 1))).len(),
            1
        );
        assert_eq!(
            lengths(&source("tests/a.rs", &"x\n".repeat(MOST_LINES + 1))).len(),
            0
        );
        assert_eq!(
            lengths(&source("a.json", &"x\n".repeat(MOST_LINES + 1))).len(),
            0
        );
    }

    #[test]
    fn silenced_tests_are_named_but_iterators_may_skip() {
        assert_eq!(
            silenced_tests(&source("crates/a/src/lib.rs", "list.iter().skip(1)")).len(),
            0
        );
        assert_eq!(
            silenced_tests(&source("crates/a/src/lib.rs", concat!("#[ign", "ore]"))).len(),
            1
        );
        assert_eq!(
            silenced_tests(&source("tests/browser/a.spec.ts", "test.only('x')")).len(),
            1
        );
        assert_eq!(
            silenced_tests(&source("www/src/a.ts", "queue.skip(1)")).len(),
            0
        );
    }

    #[test]
    fn addresses_in_lock_files_are_named() {
        assert_eq!(
            lock_files(&source("package-lock.json", "\"resolved\": \"pkg\",\n")).len(),
            0
        );
        assert_eq!(
            lock_files(&source(
                "package-lock.json",
                "\"resolved\": \"https://x/y.tgz\""
            ))
            .len(),
            1
        );
        assert_eq!(
            lock_files(&source("Cargo.lock", "source = \"git+https://x\"")).len(),
            1
        );
    }

    #[test]
    fn a_page_that_code_names_is_there() {
        let page = |name: &str| Source {
            path: "crates/a/src/lib.rs".to_owned(),
            text: format!("//! See {name}{}.", concat!(".m", "d")),
        };
        let mut sources = source(concat!("crates/a/SPEC", ".m", "d"), "");
        sources.push(page("SPEC"));
        sources.push(page("../SPEC"));
        sources.push(page("crates/a/SPEC"));
        assert_eq!(pages_named(&sources).len(), 0);
        sources.push(page("DESIGN"));
        sources.push(page("b/SPEC"));
        sources.push(page("PEC"));
        assert_eq!(pages_named(&sources).len(), 3);
    }

    #[test]
    fn licences_are_read_as_expressions() {
        assert!(is_allowed("MIT OR GPL-3.0-only"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed("none"));
        assert_eq!(
            refused("node_modules/@img/sharp-linux-x64", "LGPL-3.0-or-later"),
            None
        );
        assert!(refused("node_modules/x", "LGPL-3.0-or-later").is_some());
    }
}
