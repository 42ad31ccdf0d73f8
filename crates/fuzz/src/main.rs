//! `scriptroom-fuzz`: hostile input for whatever it can be tried on.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use scriptroom_fuzz::corpus::{self, Input};
use serde_json::{Value, json};

const USAGE: &str = "\
usage: scriptroom-fuzz corpus DIR
  corpus DIR     writes each case of the corpus to a file, and corpus.json, which says what it is and what must become of it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scriptroom-fuzz: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["corpus", folder] => write_corpus(Path::new(folder)),
        _ => bail!("{USAGE}"),
    }
}

/// A case's update lies in `NAME.update`, its frames in `NAME.1.frame`, `NAME.2.frame`, ….
fn write_corpus(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut list = Vec::new();
    for case in corpus::all() {
        let (way, contents) = match &case.input {
            Input::Update(bytes) => ("update", std::slice::from_ref(bytes)),
            Input::Live(bytes) => ("live", std::slice::from_ref(bytes)),
            Input::Frames(frames) => ("frames", &frames[..]),
        };
        let names: Vec<String> = match way {
            "frames" => (1..=contents.len())
                .map(|number| format!("{}.{number}.frame", case.name))
                .collect(),
            _ => vec![format!("{}.update", case.name)],
        };
        for (name, bytes) in names.iter().zip(contents) {
            std::fs::write(folder.join(name), bytes)?;
        }
        list.push(json!({
            "name": case.name,
            "what": case.what,
            "way": way,
            "files": names,
            "verdict": format!("{:?}", case.verdict),
            "closeCode": case.verdict.close_code(),
            "ackStatus": case.verdict.ack_status(),
        }));
    }
    let list = format!("{:#}\n", Value::from(list));
    std::fs::write(folder.join("corpus.json"), list)?;
    Ok(())
}
