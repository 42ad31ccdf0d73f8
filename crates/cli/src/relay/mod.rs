//! Scripts at a relay: their addresses, the requests about them, and what each command does there.

mod address;
mod document;
mod length;
mod requests;
mod token;

use std::fmt::Write as _;

use anyhow::{Result, bail};
use scriptroom_formats::blocks;
use scriptroom_pages::Settings;
use scriptroom_reports::Table;
use serde_json::json;

pub(crate) use address::{RelayAddress, ScriptAddress};
use document::Document;
use requests::Relay;
pub(crate) use requests::RelayError;
pub(crate) use token::Token;

use crate::arguments::Counted;
use crate::files::{self, Paper, Place};

/// Makes a script and prints its address.
pub(crate) fn new(relay: &RelayAddress, title: &str, token: Option<&str>) -> Result<()> {
    let requests = Relay::new(relay, token);
    // Where guests are let in, a script is its address: whoever knows it may write, and nobody has it before.
    let id = match requests.has_token() || !requests.lets_guests_in()? {
        true => requests.make_script(title)?,
        false => address::random_id(),
    };
    files::print(format!("{}\n", relay.script(&id)).as_bytes())
}

/// Prints what a script is.
pub(crate) fn open(script: &ScriptAddress, is_json: bool, token: Option<&str>) -> Result<()> {
    let requests = Relay::new(&script.relay, token);
    let (document, version) = Document::read(&requests, &script.id)?;
    let mut facts = document.facts();
    if facts.title.is_empty() && requests.has_token() {
        facts.title = requests.title(&script.id)?;
    }
    if is_json {
        let object = json!({
            "title": facts.title,
            "version": version,
            "pages": facts.pages,
            "scenes": facts.scenes,
            "words": facts.words,
        });
        return files::print(format!("{object:#}\n").as_bytes());
    }
    let mut text = String::new();
    for (name, value) in [
        ("title", facts.title),
        ("version", version.to_string()),
        ("pages", facts.pages.to_string()),
        ("scenes", facts.scenes.to_string()),
        ("words", facts.words.to_string()),
    ] {
        let _ = writeln!(text, "{}", format!("{name:<8} {value}").trim_end());
    }
    files::print(text.as_bytes())
}

/// Counts what is in a script, or how long it was over time.
pub(crate) fn report(
    counted: Counted,
    script: &ScriptAddress,
    settings: Option<&Settings>,
    token: Option<&str>,
) -> Result<Table> {
    let requests = Relay::new(&script.relay, token);
    let (document, _) = Document::read(&requests, &script.id)?;
    match counted {
        Counted::Now(kind) => Ok(document
            .into_read(&requests, &script.id)?
            .report(kind, settings)),
        Counted::Length => length::length(&requests, &script.id, &document, settings),
    }
}

/// Puts a file's script into an empty one, or in the place of what one says.
pub(crate) fn import(
    input: &Place,
    script: &ScriptAddress,
    replaces: bool,
    token: Option<&str>,
) -> Result<()> {
    let read = input.read()?;
    let requests = Relay::new(&script.relay, token);
    let (mut document, _) = Document::read(&requests, &script.id)?;
    match (document.is_empty(), replaces) {
        (true, _) => document.import(&requests, &script.id, &read),
        (false, true) => requests.replace(&script.id, &blocks::encode(&read.script)),
        (false, false) => bail!(
            "expected an empty script, got one of {} paragraphs (say --replace yes to put the file in its place)",
            document.paragraph_count()
        ),
    }
}

/// Writes a script that is at a relay into a file.
pub(crate) fn export(
    script: &ScriptAddress,
    output: &Place,
    paper: &Paper,
    token: Option<&str>,
) -> Result<()> {
    let requests = Relay::new(&script.relay, token);
    let (document, _) = Document::read(&requests, &script.id)?;
    output.write(&document.into_read(&requests, &script.id)?, paper)
}
