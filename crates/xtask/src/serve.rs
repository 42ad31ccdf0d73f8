//! `cargo xtask serve`: the relay as it is run for others, behind a proxy that speaks TLS. It is the relay of
//! [`crate::dev`] without what is for development: nobody gets in whom the secrets do not let in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::dev::{self, Environment};
use crate::setup::Setup;

/// What stands before the name of a setting in the environment.
const PREFIX: &str = "SCRIPTROOM_";
/// Beside the data: which life of them this is. A copy that was brought back without a new one goes by the old name.
const GENERATION_FILE: &str = "generation";

/// What can be chosen on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    relay: dev::Options,
    secrets: PathBuf,
    restored: bool,
}

impl Options {
    /// Reads `--secrets FILE`, which is due, `--restored`, `--port N` and `--data DIR`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Options> {
        let mut secrets = None;
        let mut restored = false;
        let mut rest = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--secrets" => secrets = Some(words.next().context("--secrets needs a value")?),
                "--restored" => restored = true,
                _ => rest.push(word.clone()),
            }
        }
        let secrets = secrets.context(
            "serve needs --secrets FILE, with a line NAME=value for each setting of worker/README.md",
        )?;
        Ok(Options {
            relay: dev::Options::parse(&rest)?,
            secrets: PathBuf::from(secrets),
            restored,
        })
    }
}

/// Serves until Ctrl-C.
pub(crate) fn run(setup: &Setup<'_>, options: &Options) -> Result<()> {
    let path = setup.project.path(&options.secrets);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("reading the secrets in {}", path.display()))?;
    let mut environment = environment(&text, std::env::vars_os().map(|(name, _)| name))?;
    dev::run(setup, "serve", &options.relay, |data| {
        let generation = generation(data, options.restored)?;
        let named = ("SCRIPTROOM_GENERATION".to_owned(), generation);
        environment.set.push(named);
        Ok(environment)
    })
}

/// The settings of a file and no others: what a shell has left over from development would open the relay to everybody.
fn environment(text: &str, inherited: impl Iterator<Item = OsString>) -> Result<Environment> {
    let names = inherited.filter_map(|name| name.into_string().ok());
    Ok(Environment {
        without: names.filter(|name| name.starts_with(PREFIX)).collect(),
        set: variables(text)?,
    })
}

/// The settings of a file, as workerd takes them: each with `SCRIPTROOM_` before its name.
fn variables(text: &str) -> Result<Vec<(String, String)>> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .enumerate()
        .map(|(at, line)| {
            let (name, value) = line.split_once('=').with_context(|| {
                format!("setting {} of the secrets: expected NAME=value", at + 1)
            })?;
            let name = name.trim();
            let name = name.strip_prefix(PREFIX).unwrap_or(name);
            if name == "DEV" {
                bail!("DEV is for development only: use `cargo xtask dev`");
            }
            Ok((format!("{PREFIX}{name}"), value.trim().to_owned()))
        })
        .collect()
}

/// The name of this life of the data; a new one when there is none, or when they were restored.
fn generation(data: &Path, restored: bool) -> Result<String> {
    let path = data.join(GENERATION_FILE);
    if !restored && let Ok(known) = std::fs::read_to_string(&path) {
        return Ok(known.trim().to_owned());
    }
    let mut bytes = [0; 16];
    let mut random = std::fs::File::open("/dev/urandom")?;
    std::io::Read::read_exact(&mut random, &mut bytes)?;
    let name = format!("{:032x}", u128::from_le_bytes(bytes));
    std::fs::write(&path, &name).with_context(|| format!("writing {}", path.display()))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Task;
    use crate::project::Project;

    #[test]
    fn the_secrets_are_named_as_workerd_takes_them() {
        let text = "# who gets in\nJWT_SECRET = a=b \n\nSCRIPTROOM_MAX_CONNECTIONS=9\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            variables(text).unwrap(),
            [
                pair("SCRIPTROOM_JWT_SECRET", "a=b"),
                pair("SCRIPTROOM_MAX_CONNECTIONS", "9")
            ]
        );
        let error = variables("JWT_SECRET=x\nsomething secret").unwrap_err();
        assert_eq!(
            error.to_string(),
            "setting 2 of the secrets: expected NAME=value"
        );
        assert!(variables("SCRIPTROOM_DEV=1").is_err());
    }

    #[test]
    fn the_relay_has_no_setting_of_the_shell_that_the_secrets_do_not_name() {
        let shell = ["SCRIPTROOM_DEV", "SCRIPTROOM_JWT_SECRET", "PATH"].map(OsString::from);
        let environment = environment("JWT_SECRET=x", shell.into_iter()).unwrap();
        let script = "env | grep -e ^SCRIPTROOM_DEV= -e ^SCRIPTROOM_JWT_SECRET=";
        let program = Task::new("sh").args(["-c", script]);
        let program = program.env("SCRIPTROOM_DEV", "1");
        let program = program.env("SCRIPTROOM_JWT_SECRET", "y");
        let lines = environment.given_to(program).capture().unwrap();
        assert_eq!(lines, "SCRIPTROOM_JWT_SECRET=x\n");
    }

    #[test]
    fn serving_needs_secrets_and_takes_what_dev_takes() {
        let parse = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            Options::parse(&words)
        };
        assert!(parse(&["--port", "9"]).is_err());
        assert!(parse(&["--secrets", "s", "--prot", "9"]).is_err());
        let options = parse(&["--restored", "--secrets", "s", "--port", "9"]).unwrap();
        assert!(options.restored);
        assert_eq!(options.secrets, PathBuf::from("s"));
    }

    #[test]
    fn data_keep_their_generation_until_they_are_restored() {
        let data = Project::find().unwrap().scratch("unit/generation");
        std::fs::create_dir_all(&data).unwrap();
        let first = generation(&data, true).unwrap();
        assert_eq!(generation(&data, false).unwrap(), first);
        let second = generation(&data, true).unwrap();
        assert_ne!(first, second);
        assert_eq!(generation(&data, false).unwrap(), second);
    }
}
