//! Scripts in files and pipes: which format, read, written.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use scriptroom_formats::{blocks, fountain};
use scriptroom_paragraphs::PlainScript;

/// A format that we read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Fountain,
    Json,
}

impl Format {
    pub(crate) fn named(name: &str) -> Option<Format> {
        match name {
            "fountain" => Some(Format::Fountain),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// The format that a file's name tells; a pipe's is Fountain.
    pub(crate) fn of_file(file: &str) -> Option<Format> {
        if file == "-" {
            return Some(Format::Fountain);
        }
        match Path::new(file)
            .extension()?
            .to_str()?
            .to_ascii_lowercase()
            .as_str()
        {
            "fountain" | "spmd" | "txt" => Some(Format::Fountain),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// A file or a pipe, and what is in it.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its name; `-` is standard input or output.
    pub(crate) file: String,
    pub(crate) format: Format,
}

impl Place {
    fn is_pipe(&self) -> bool {
        self.file == "-"
    }

    /// Reads the script; what had to be guessed is said on standard error.
    pub(crate) fn read(&self) -> Result<PlainScript> {
        let name = if self.is_pipe() {
            "standard input"
        } else {
            &self.file
        };
        let bytes = self
            .read_bytes()
            .with_context(|| format!("cannot read {name}"))?;
        match self.format {
            Format::Json => {
                let decoded =
                    blocks::decode(&bytes).with_context(|| format!("cannot read {name}"))?;
                for ignored in &decoded.ignored {
                    eprintln!("{name}: {ignored}");
                }
                Ok(decoded.script)
            }
            Format::Fountain => {
                let text = String::from_utf8_lossy(&bytes);
                if let Err(error) = std::str::from_utf8(&bytes) {
                    let line = bytes[..error.valid_up_to()]
                        .iter()
                        .filter(|&&byte| byte == b'\n')
                        .count()
                        + 1;
                    eprintln!("{name}: line {line}: expected UTF-8; what is not reads as \u{fffd}");
                }
                let parsed = fountain::parse(&text);
                for diagnostic in &parsed.diagnostics {
                    eprintln!("{name}: {diagnostic}");
                }
                Ok(parsed.script)
            }
        }
    }

    fn read_bytes(&self) -> io::Result<Vec<u8>> {
        if !self.is_pipe() {
            return fs::read(&self.file);
        }
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes the script.
    pub(crate) fn write(&self, script: &PlainScript) -> Result<()> {
        let text = match self.format {
            Format::Fountain => fountain::print(script),
            Format::Json => blocks::encode(script) + "\n",
        };
        if self.is_pipe() {
            return print(&text);
        }
        fs::write(&self.file, text).with_context(|| format!("cannot write {}", self.file))
    }
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}
