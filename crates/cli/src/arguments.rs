//! The command line, parsed: what was asked for, or what is wrong with it.

use std::fmt;
use std::str::FromStr;

use anyhow::Result;
use scriptroom_pages::{Override, Preset, SettingValue, Settings};

use crate::files::{Format, Place};

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Convert(Convert),
    Pages(Box<Pages>),
    Generate(Generate),
}

#[derive(Debug)]
pub(crate) struct Convert {
    pub(crate) input: Place,
    pub(crate) output: Place,
}

#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) input: Place,
    pub(crate) settings: Settings,
}

#[derive(Debug)]
pub(crate) struct Generate {
    pub(crate) pages: u32,
    pub(crate) seed: u64,
    pub(crate) output: Place,
}

/// The command line is not one of ours.
#[derive(Debug)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

fn usage<T>(message: impl Into<String>) -> Result<T> {
    Err(UsageError(message.into()).into())
}

pub(crate) fn parse(arguments: &[String]) -> Result<Command> {
    let Some((name, rest)) = arguments.split_first() else {
        return usage("expected a command, got nothing");
    };
    if rest
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        return Ok(Command::Help);
    }
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "--version" | "-V" | "version" => Ok(Command::Version),
        "convert" => convert(rest),
        "pages" => pages(rest),
        "generate" => generate(rest),
        other => usage(format!(
            "expected `convert`, `pages`, `generate` or `help`, got `{other}`"
        )),
    }
}

fn convert(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, &["--from", "--to"])?;
    let input = line.place("the file to read", "--from")?;
    let output = line.place("the file to write", "--to")?;
    line.end()?;
    Ok(Command::Convert(Convert { input, output }))
}

fn pages(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, &["--from", "--preset", "--set"])?;
    let preset = match line.option("--preset") {
        None => Preset::default(),
        Some(name) => match Preset::named(&name) {
            Some(preset) => preset,
            None => {
                let names: Vec<&str> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                return usage(format!(
                    "expected one of {} after --preset, got `{name}`",
                    names.join(", ")
                ));
            }
        },
    };
    let input = line.place("the file to read", "--from")?;
    let settings = settings(preset, &line)?;
    line.end()?;
    Ok(Command::Pages(Box::new(Pages { input, settings })))
}

/// The preset with what every `--set NAME=VALUE` changes of it.
fn settings(preset: Preset, line: &Line) -> Result<Settings> {
    let mut overrides: Vec<Override> = Vec::new();
    for (_, set) in line.options.iter().filter(|(name, _)| name == "--set") {
        match set.split_once('=') {
            Some((name, value)) => overrides.push((name.to_owned(), setting_value(value))),
            None => {
                return usage(format!(
                    "expected a setting such as `lines=55` after --set, got `{set}`"
                ));
            }
        }
    }
    Settings::with_overrides(preset, &overrides).or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        usage(errors.join("; "))
    })
}

fn setting_value(text: &str) -> SettingValue {
    match (text.parse(), text.parse()) {
        (Ok(number), _) => SettingValue::Number(number),
        (_, Ok(flag)) => SettingValue::Flag(flag),
        _ => SettingValue::Text(text.to_owned()),
    }
}

fn generate(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, &["--pages", "--seed", "--to"])?;
    let pages = line.number("--pages")?.unwrap_or(120);
    if pages > 10_000 {
        return usage(format!("expected at most 10000 after --pages, got {pages}"));
    }
    let seed = line.number("--seed")?.unwrap_or(1);
    if line.files.is_empty() {
        line.files.push("-".to_owned());
    }
    let output = line.place("the file to write", "--to")?;
    line.end()?;
    Ok(Command::Generate(Generate {
        pages,
        seed,
        output,
    }))
}

/// A command's arguments: files in order, options with their values.
struct Line {
    files: Vec<String>,
    options: Vec<(String, String)>,
}

impl Line {
    fn split(arguments: &[String], known: &[&str]) -> Result<Line> {
        let mut line = Line {
            files: Vec::new(),
            options: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == "-" || !argument.starts_with('-') {
                line.files.push(argument.clone());
                continue;
            }
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if !known.contains(&name) {
                return usage(format!(
                    "expected one of {}, got `{name}`",
                    known.join(", ")
                ));
            }
            let Some(value) = value.or_else(|| arguments.next().cloned()) else {
                return usage(format!("expected a value after {name}, got nothing"));
            };
            line.options.push((name.to_owned(), value));
        }
        Ok(line)
    }

    /// The option's value: the last one counts.
    fn option(&self, name: &str) -> Option<String> {
        self.options
            .iter()
            .rev()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.clone())
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.option(name) else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => usage(format!("expected a number after {name}, got `{value}`")),
        }
    }

    /// The next file, in the format that `option` or its name says.
    fn place(&mut self, what: &str, option: &str) -> Result<Place> {
        if self.files.is_empty() {
            return usage(format!("expected {what}, got nothing"));
        }
        let file = self.files.remove(0);
        let format = match self.option(option) {
            Some(name) => Format::named(&name),
            None => Format::of_file(&file),
        };
        match format {
            Some(format) => Ok(Place { file, format }),
            None => match self.option(option) {
                Some(name) => usage(format!(
                    "expected fountain, fdx or json after {option}, got `{name}`"
                )),
                None => usage(format!(
                    "expected a name that ends in .fountain, .spmd, .txt, .fdx or .json, got `{file}`; or say {option}"
                )),
            },
        }
    }

    fn end(self) -> Result<()> {
        match self.files.first() {
            None => Ok(()),
            Some(file) => usage(format!("expected no further file, got `{file}`")),
        }
    }
}
