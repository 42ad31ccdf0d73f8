//! Who asks: a token, given or kept where no list of processes shows it.

use std::fs;

use anyhow::{Context as _, Result, bail};

/// The variable that has a token where the command line says nothing of one.
const VARIABLE: &str = "SCRIPTROOM_TOKEN";

/// Where a command's token is.
#[derive(Clone, Debug)]
pub(crate) enum Token {
    /// On the command line.
    Given(String),
    /// In a file, with nothing else than white space around it.
    InFile(String),
    /// In the environment, or nowhere.
    Environment,
}

impl Token {
    /// The token; none where there is none in the environment.
    pub(crate) fn read(&self) -> Result<Option<String>> {
        Ok(match self {
            Token::Given(token) => Some(token.clone()).filter(|token| !token.is_empty()),
            Token::InFile(file) => Some(from_file(file)?),
            Token::Environment => std::env::var(VARIABLE)
                .ok()
                .filter(|token| !token.is_empty()),
        })
    }
}

fn from_file(file: &str) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    let token = text.trim();
    // What goes wrong is not shown: it may be another secret.
    if token.is_empty() || token.contains(|letter: char| !letter.is_ascii_graphic()) {
        bail!("expected a token and nothing else in {file}");
    }
    Ok(token.to_owned())
}
