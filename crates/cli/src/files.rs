//! Scripts in files and pipes: which format, read, written.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use scriptroom_formats::fdx::{self, Document, Sourced};
use scriptroom_formats::{blocks, fountain};
use scriptroom_paragraphs::PlainScript;

/// A format that we read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Fountain,
    FinalDraft,
    Json,
}

impl Format {
    pub(crate) fn named(name: &str) -> Option<Format> {
        match name {
            "fountain" => Some(Format::Fountain),
            "fdx" => Some(Format::FinalDraft),
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
            "fdx" => Some(Format::FinalDraft),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// A script that was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) script: PlainScript,
    /// The Final Draft file that it came from, for what else is in it.
    original: Option<Document>,
}

impl From<PlainScript> for Read {
    fn from(script: PlainScript) -> Read {
        Read {
            script,
            original: None,
        }
    }
}

impl Read {
    /// A Final Draft file of it: the one that it came from, or a new one.
    fn final_draft(&self) -> Vec<u8> {
        let Some(original) = &self.original else {
            return fdx::encode(&self.script);
        };
        let paragraphs: Vec<Sourced<'_>> = self
            .script
            .paragraphs
            .iter()
            .enumerate()
            .map(|(at, paragraph)| Sourced {
                paragraph,
                source: Some(at),
            })
            .collect();
        original.encode(&self.script.title_page, &paragraphs)
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
    pub(crate) fn read(&self) -> Result<Read> {
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
                Ok(decoded.script.into())
            }
            Format::FinalDraft => {
                let document =
                    fdx::decode(&bytes).with_context(|| format!("cannot read {name}"))?;
                for diagnostic in document.diagnostics() {
                    eprintln!("{name}: {diagnostic}");
                }
                Ok(Read {
                    script: document.script().clone(),
                    original: Some(document),
                })
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
                Ok(parsed.script.into())
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
    pub(crate) fn write(&self, read: &Read) -> Result<()> {
        let bytes = match self.format {
            Format::Fountain => fountain::print(&read.script).into_bytes(),
            Format::FinalDraft => read.final_draft(),
            Format::Json => (blocks::encode(&read.script) + "\n").into_bytes(),
        };
        if self.is_pipe() {
            return print(&bytes);
        }
        fs::write(&self.file, bytes).with_context(|| format!("cannot write {}", self.file))
    }
}

/// Writes to standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}
