//! Scriptroom on the command line: converts files, lays out, counts and checks scripts, generates some to try.
//!
//! Each command is a function from its arguments to what it writes; `main` turns errors into
//! messages and exit codes: 0 done, 1 a file could not be read, written or understood, 2 the
//! command line is not one, 3 `check` found something to remark, 4 a relay cannot be reached, 5 it refused.

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod files;
mod progress;
mod relay;
mod shell;

use std::io::ErrorKind;
use std::process::ExitCode;

use arguments::{Command, UsageError};
use relay::RelayError;

const HELP: &str = "\
Scriptroom on the command line.

Usage:
  scriptroom convert IN OUT [--from FORMAT] [--to FORMAT] [PAPER]
      Reads a script and writes it in another format.
  scriptroom pages IN [--from FORMAT] [--as text|json] [--preset NAME] [--set SETTING=VALUE]…
      Lists the pages: where each one starts, and how many there are.
  scriptroom report KIND IN|SCRIPT [--from FORMAT] [--as csv|json] [--preset NAME] [--set SETTING=VALUE]… [TOKEN]
      Counts: KIND is summary, scenes, characters, locations, dialogue, matrix, or, of a SCRIPT, length: pages, scenes
      and words of each day (of UTC) in which somebody wrote.
  scriptroom check IN [--from FORMAT]
      Says what could be read only with a guess, each with its place.
  scriptroom new RELAY [--title TITLE] [TOKEN]
      Makes a script at a relay and prints its address.
  scriptroom open SCRIPT [--as text|json] [TOKEN]
      Says what a script at a relay is: title, version, pages, scenes, words.
  scriptroom import IN SCRIPT [--from FORMAT] [--replace yes] [TOKEN]
      Puts a file's script into an empty one at a relay, or in the place of what it says.
  scriptroom export SCRIPT OUT [--to FORMAT] [PAPER] [TOKEN]
      Writes a script at a relay into a file.
  scriptroom generate [--pages N] [--seed N] [--to FORMAT] [OUT]
      Writes a made-up script of about N pages (120); the same seed (1) gives the same script.
  scriptroom completions bash|zsh|fish
  scriptroom man
  scriptroom help
  scriptroom --version

IN and OUT are files; - is standard input or output.
FORMAT is fountain, fdx (Final Draft), osf (Open Screenplay Format), json or pdf; what is written may
also be docx (Word), html or text. A file's name tells it; - is fountain unless it is said. A .txt is read as fountain and written
as text. A PDF is read by where its lines stand, which is a guess.
PAPER is for pdf and text: --preset and --set as below; for pdf also --watermark TEXT, --font FILE
(for letters that Courier Prime lacks; as often as needed), --scene-numbers none|left|right|both,
--title-page no, --language TAG (such as en-GB, for screen readers).
NAME is a page setup: final-draft (the default), final-draft-a4, fountain, fountain-a4,
stage-modern, stage-traditional or bbc. A SETTING of it is set by its name, such as
lines=55, dialogue.right=600 (hundredths of an inch), action.space-before=12 (points),
break-at-sentences=false, scene-top=CONTINUED:; a text that is not wanted is false.

A script has pages by its own page setup, with its locked pages, numbers and revisions, unless
--preset or --set say others.

RELAY is the address of a relay, such as https://relay.example, SCRIPT that of a script there, such as
https://relay.example/s/ID, as the app has it. TOKEN says who asks: --token TEXT, or --token-file FILE, which other
people of the machine do not see in its list of processes; without either SCRIPTROOM_TOKEN does, where it is set.
A Final Draft file that was imported is exported with all that it has.

What could be read only with a guess is said on standard error.
Exit codes: 0 done, 1 a file could not be read, written or understood, 2 wrong usage,
3 check found something to remark, 4 the relay cannot be reached, 5 the relay refused.
";

/// What `check` exits with where there is something to remark.
const REMARKS: u8 = 3;
/// What a command exits with whose relay does not answer, or says no.
const AWAY: u8 = 4;
const REFUSED: u8 = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scriptroom: {error:#}");
            match error.downcast_ref::<RelayError>() {
                Some(RelayError::Away { .. }) => return ExitCode::from(AWAY),
                Some(RelayError::Refused { .. }) => return ExitCode::from(REFUSED),
                None => {}
            }
            if error.is::<UsageError>() {
                eprintln!("Try `scriptroom help`.");
                return ExitCode::from(2);
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> anyhow::Result<ExitCode> {
    match arguments::parse(arguments)? {
        Command::Check(input) => {
            return Ok(match commands::check(&input)? {
                true => ExitCode::SUCCESS,
                false => ExitCode::from(REMARKS),
            });
        }
        Command::Help => files::print(HELP.as_bytes()),
        Command::Version => {
            files::print(concat!("scriptroom ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())
        }
        Command::Convert(convert) => commands::convert(&convert),
        Command::Pages(pages) => commands::pages(&pages),
        Command::Generate(generate) => commands::generate(&generate),
        Command::Report(report) => commands::report(&report),
        Command::AtRelay(asked) => commands::at_relay(&asked),
        Command::Completions(shell) => files::print(shell.completions().as_bytes()),
        Command::Manual => files::print(shell::manual().as_bytes()),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Whoever read our output has seen enough, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}
