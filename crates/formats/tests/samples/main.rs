//! Other people's files and expectations, where they are at hand.
//!
//! They lie beside the project, not in it: `SCRIPTROOM_SAMPLES` names the folder, otherwise
//! `shared/samples` is looked for in the folders above. Without them each test says how many it
//! did not run, and passes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod final_draft;
mod jouvence;
mod reading;
mod screenplay_tools;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use scriptroom_formats::blocks;
use scriptroom_formats::fountain::{carried, parse, print};
use scriptroom_paragraphs::ElementType;

/// The folder of that name among the samples. Without it, what it would have been run for is said.
fn samples(name: &str, count: usize, what: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let near = ["../shared/samples", "../../shared/samples"].map(|path| root.join(path));
    let places = match std::env::var_os("SCRIPTROOM_SAMPLES") {
        Some(named) => vec![PathBuf::from(named)],
        None => near.to_vec(),
    };
    let mut places = places.into_iter().map(|path| path.join(name));
    let found = places.find(|path| path.is_dir());
    if found.is_none() {
        say(&format!(
            "samples: 0 of {count} {what} run: no `{name}` at hand (SCRIPTROOM_SAMPLES names their folder)"
        ));
    }
    found
}

/// Says it although the test passes, whose prints are not shown.
fn say(text: &str) {
    io::stderr()
        .write_all(format!("{text}\n").as_bytes())
        .unwrap();
}

/// The files in a folder with that ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    files.sort();
    files
}

fn check_round_trip(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let script = parse(&text).script;
    assert!(carried(&script) == script, "{}", path.display());
    let printed = print(&script);
    assert!(parse(&printed).script == script, "{}", path.display());
    assert!(
        blocks::decode(blocks::encode(&script).as_bytes())
            .unwrap()
            .script
            == script
    );
    assert_eq!(letters(&text), letters(&printed), "{}", path.display());
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn every_fountain_file_comes_back() {
    for (name, count) in [("fountain", 3), ("screenplay-tools", 22)] {
        let Some(folder) = samples(name, count, "Fountain files") else {
            continue;
        };
        let files = files(&folder, "fountain");
        assert_eq!(files.len(), count);
        files.iter().for_each(|file| check_round_trip(file));
        say(&format!(
            "samples: {count} of {count} Fountain files of {name} run"
        ));
    }
}

#[test]
fn a_screenplay_has_its_scenes() {
    let Some(folder) = samples("fountain", 1, "screenplay") else {
        return;
    };
    let text = fs::read_to_string(folder.join("barrier15-s01e01.fountain")).unwrap();
    let script = parse(&text).script;
    let count = |element| {
        script
            .paragraphs
            .iter()
            .filter(|p| p.element == element)
            .count()
    };
    // 114 by their prefix and a forced one.
    assert_eq!(count(ElementType::SceneHeading), 115);
    assert_eq!(script.title_page.len(), 6);
    assert_eq!(count(ElementType::Character), 775);
}
