//! Scriptroom on the command line: converts files, counts pages, generates scripts to try.
//!
//! Each command is a function from its arguments to what it writes; `main` turns errors into
//! messages and exit codes: 0 done, 1 a file could not be read, written or understood, 2 the
//! command line is not one.

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod files;

use std::io::ErrorKind;
use std::process::ExitCode;

use arguments::{Command, UsageError};

const HELP: &str = "\
Scriptroom on the command line.

Usage:
  scriptroom convert IN OUT [--from FORMAT] [--to FORMAT]
      Reads a script and writes it in another format.
  scriptroom pages IN [--from FORMAT] [--preset NAME] [--set SETTING=VALUE]…
      Lists the pages: where each one starts, and how many there are.
  scriptroom generate [--pages N] [--seed N] [--to FORMAT] [OUT]
      Writes a made-up script of about N pages (120); the same seed (1) gives the same script.
  scriptroom help
  scriptroom --version

IN and OUT are files; - is standard input or output.
FORMAT is fountain, fdx (Final Draft) or json. A file's name tells it (.fountain, .spmd, .txt, .fdx,
.json); - is fountain unless it is said.
NAME is a page setup: final-draft (the default), final-draft-a4, fountain, fountain-a4,
stage-modern, stage-traditional or bbc. A SETTING of it is set by its name, such as
lines=55, dialogue.right=600 (hundredths of an inch), action.space-before=12 (points),
break-at-sentences=false, scene-top=CONTINUED:; a text that is not wanted is false.

What could be read only with a guess is said on standard error.
Exit codes: 0 done, 1 a file could not be read, written or understood, 2 wrong usage.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scriptroom: {error:#}");
            if error.is::<UsageError>() {
                eprintln!("Try `scriptroom help`.");
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> anyhow::Result<()> {
    match arguments::parse(arguments)? {
        Command::Help => files::print(HELP.as_bytes()),
        Command::Version => {
            files::print(concat!("scriptroom ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())
        }
        Command::Convert(convert) => commands::convert(&convert),
        Command::Pages(pages) => commands::pages(&pages),
        Command::Generate(generate) => commands::generate(&generate),
    }
}

/// Whoever read our output has seen enough, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}
