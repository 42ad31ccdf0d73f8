//! The command line, parsed: what was asked for, or what is wrong with it.

use std::fmt;
use std::str::FromStr;

use anyhow::Result;
use scriptroom_pages::{Override, Preset, SettingValue, Settings};

use scriptroom_print::{PdfOptions, SceneNumbers};
use scriptroom_reports::Kind;

use crate::files::{Format, Paper, Place, Way};
use crate::relay::{RelayAddress, ScriptAddress, Token};
use crate::shell::{self, Shell};

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Convert(Box<Convert>),
    Pages(Box<Pages>),
    Report(Box<ReportOf>),
    Check(Place),
    Generate(Generate),
    AtRelay(Box<AtRelay>),
    Completions(Shell),
    Manual,
}

#[derive(Debug)]
pub(crate) struct Convert {
    pub(crate) input: Place,
    pub(crate) output: Place,
    pub(crate) paper: Paper,
}

#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) input: Place,
    /// Where other pages are wanted than the script's own.
    pub(crate) settings: Option<Settings>,
    pub(crate) is_json: bool,
}

/// A report that was asked for.
#[derive(Debug)]
pub(crate) struct ReportOf {
    pub(crate) kind: Kind,
    pub(crate) input: Place,
    pub(crate) settings: Option<Settings>,
    pub(crate) is_json: bool,
}

/// Something that is done at a relay, and as whom.
#[derive(Debug)]
pub(crate) struct AtRelay {
    pub(crate) deed: Deed,
    pub(crate) token: Token,
}

/// What is counted in a script at a relay.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Counted {
    /// What it says now.
    Now(Kind),
    /// How long it was over time.
    Length,
}

#[derive(Debug)]
pub(crate) enum Deed {
    New {
        relay: RelayAddress,
        title: String,
    },
    Open {
        script: ScriptAddress,
        is_json: bool,
    },
    Report {
        counted: Counted,
        script: ScriptAddress,
        settings: Option<Box<Settings>>,
        is_json: bool,
    },
    Import {
        input: Place,
        script: ScriptAddress,
        replaces: bool,
    },
    Export {
        script: ScriptAddress,
        output: Place,
        paper: Box<Paper>,
    },
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
        "report" => report(rest),
        "check" => check(rest),
        "generate" => generate(rest),
        "new" | "open" | "import" | "export" => at_relay(name, rest),
        "completions" => completions(rest),
        "man" => Ok(Command::Manual),
        other => usage(format!(
            "expected one of {}, got `{other}`",
            shell::COMMANDS.join(", ")
        )),
    }
}

fn convert(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, shell::CONVERT)?;
    let input = line.place("the file to read", "--from", Way::In)?;
    let output = line.place("the file to write", "--to", Way::Out)?;
    let paper = line.paper()?;
    line.end()?;
    Ok(Command::Convert(Box::new(Convert {
        input,
        output,
        paper,
    })))
}

fn pages(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, shell::PAGES)?;
    let input = line.place("the file to read", "--from", Way::In)?;
    let settings = line.settings()?;
    let is_json = line.one_of("--as", shell::TEXT_OR_JSON)? == Some("json");
    line.end()?;
    Ok(Command::Pages(Box::new(Pages {
        input,
        settings,
        is_json,
    })))
}

fn report(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, shell::REPORT)?;
    let counted = line.counted()?;
    let settings = line.settings()?;
    let is_json = line.one_of("--as", shell::CSV_OR_JSON)? == Some("json");
    let file = line.files.first().map(String::as_str);
    let is_address = file.is_some_and(|file| ScriptAddress::parse(file).is_some());
    if let Counted::Now(kind) = counted
        && !is_address
    {
        let input = line.place("the file to read", "--from", Way::In)?;
        line.end()?;
        return Ok(Command::Report(Box::new(ReportOf {
            kind,
            input,
            settings,
            is_json,
        })));
    }
    let deed = Deed::Report {
        counted,
        script: line.script()?,
        settings: settings.map(Box::new),
        is_json,
    };
    line.asked(deed)
}

fn check(arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, shell::CHECK)?;
    let input = line.place("the file to check", "--from", Way::In)?;
    line.end()?;
    Ok(Command::Check(input))
}

/// What is done with a script at a relay.
fn at_relay(name: &str, arguments: &[String]) -> Result<Command> {
    let mut line = Line::split(arguments, shell::options(name))?;
    let deed = match name {
        "new" => Deed::New {
            relay: line.relay()?,
            title: line.option("--title").unwrap_or_default(),
        },
        "open" => Deed::Open {
            script: line.script()?,
            is_json: line.one_of("--as", shell::TEXT_OR_JSON)? == Some("json"),
        },
        "import" => Deed::Import {
            input: line.place("the file to import", "--from", Way::In)?,
            script: line.script()?,
            replaces: line.one_of("--replace", shell::YES_OR_NO)? == Some("yes"),
        },
        _ => Deed::Export {
            script: line.script()?,
            output: line.place("the file to write", "--to", Way::Out)?,
            paper: Box::new(line.paper()?),
        },
    };
    line.asked(deed)
}

fn completions(arguments: &[String]) -> Result<Command> {
    let name = arguments.first().map_or("nothing", String::as_str);
    match Shell::named(name) {
        Some(shell) => Ok(Command::Completions(shell)),
        None => usage(format!("expected bash, zsh or fish, got `{name}`")),
    }
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
    let mut line = Line::split(arguments, shell::GENERATE)?;
    let pages = line.number("--pages")?.unwrap_or(120);
    if pages > 10_000 {
        return usage(format!("expected at most 10000 after --pages, got {pages}"));
    }
    let seed = line.number("--seed")?.unwrap_or(1);
    if line.files.is_empty() {
        line.files.push("-".to_owned());
    }
    let output = line.place("the file to write", "--to", Way::Out)?;
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

    /// All values of an option that may be given more than once.
    fn all(&self, name: &str) -> Vec<String> {
        let options = self.options.iter().filter(|(given, _)| given == name);
        options.map(|(_, value)| value.clone()).collect()
    }

    /// The option's value, which is one of these.
    fn one_of(&self, name: &str, known: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(value) = self.option(name) else {
            return Ok(None);
        };
        match known.iter().find(|known| **known == value) {
            Some(known) => Ok(Some(known)),
            None => usage(format!(
                "expected one of {} after {name}, got `{value}`",
                known.join(", ")
            )),
        }
    }

    fn scene_numbers(&self) -> Result<SceneNumbers> {
        Ok(match self.one_of("--scene-numbers", shell::SIDES)? {
            Some("none") => SceneNumbers::None,
            Some("left") => SceneNumbers::Left,
            Some("right") => SceneNumbers::Right,
            _ => SceneNumbers::Both,
        })
    }

    /// How a script is to be printed.
    fn paper(&self) -> Result<Paper> {
        Ok(Paper {
            settings: self.settings()?,
            options: PdfOptions {
                without_title_page: self.one_of("--title-page", shell::YES_OR_NO)? == Some("no"),
                scene_numbers: self.scene_numbers()?,
                watermark: self.option("--watermark"),
                language: self.option("--language"),
                ..PdfOptions::default()
            },
            fonts: self.all("--font"),
        })
    }

    fn next(&mut self, what: &str) -> Result<String> {
        match self.files.is_empty() {
            true => usage(format!("expected {what}, got nothing")),
            false => Ok(self.files.remove(0)),
        }
    }

    fn relay(&mut self) -> Result<RelayAddress> {
        let text = self.next("the address of a relay")?;
        match RelayAddress::parse(&text) {
            Some(relay) => Ok(relay),
            None => usage(format!(
                "expected the address of a relay such as https://relay.example, got `{text}`"
            )),
        }
    }

    fn script(&mut self) -> Result<ScriptAddress> {
        let text = self.next("the address of a script")?;
        match ScriptAddress::parse(&text) {
            Some(script) => Ok(script),
            None => usage(format!(
                "expected the address of a script such as https://relay.example/s/ID, got `{text}`"
            )),
        }
    }

    /// What a report is about.
    fn counted(&mut self) -> Result<Counted> {
        let names = shell::reports().join(", ");
        let name = self.next(&format!("one of {names}"))?;
        match (Kind::named(&name), name.as_str()) {
            (Some(kind), _) => Ok(Counted::Now(kind)),
            (None, shell::LENGTH) => Ok(Counted::Length),
            (None, _) => usage(format!("expected one of {names}, got `{name}`")),
        }
    }

    /// What is asked of a relay, as whom.
    fn asked(self, deed: Deed) -> Result<Command> {
        let token = match (self.option("--token"), self.option("--token-file")) {
            (None, None) => Token::Environment,
            (Some(token), None) => Token::Given(token),
            (None, Some(file)) => Token::InFile(file),
            (Some(_), Some(_)) => return usage("expected --token or --token-file, got both"),
        };
        self.end()?;
        Ok(Command::AtRelay(Box::new(AtRelay { deed, token })))
    }

    /// The layout's settings, where some are given: a preset and what is changed of it.
    fn settings(&self) -> Result<Option<Settings>> {
        let is_given = |(name, _): &(String, String)| name == "--preset" || name == "--set";
        if !self.options.iter().any(is_given) {
            return Ok(None);
        }
        let preset = match self.option("--preset") {
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
        settings(preset, self).map(Some)
    }

    /// The next file, in the format that `option` or its name says.
    fn place(&mut self, what: &str, option: &str, way: Way) -> Result<Place> {
        if self.files.is_empty() {
            return usage(format!("expected {what}, got nothing"));
        }
        let file = self.files.remove(0);
        let format = match self.option(option) {
            Some(name) => Format::named(&name, way),
            None => Format::of_file(&file, way),
        };
        let names = Format::names(way).join(", ");
        match format {
            Some(format) => Ok(Place { file, format }),
            None => match self.option(option) {
                Some(name) => usage(format!(
                    "expected one of {names} after {option}, got `{name}`"
                )),
                None => usage(format!(
                    "expected a name whose ending tells its format ({names}), got `{file}`; or say {option}"
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
