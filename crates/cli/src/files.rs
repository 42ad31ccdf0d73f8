//! Scripts in files and pipes: which format, read, written.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use scriptroom_formats::fdx::{self, Document, Sourced};
use scriptroom_formats::text::{self, Encoding, TooMuch};
use scriptroom_formats::{blocks, docx, fountain, html, osf, pdf};
use scriptroom_pages::{Paginator, Production, Settings};
use scriptroom_paragraphs::PlainScript;
use scriptroom_print::{Fonts, PdfOptions, PdfWriter, plain_text};
use scriptroom_reports::{Kind, Report, Table};

use crate::progress::Progress;

/// A format that we read, write, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Fountain,
    FinalDraft,
    Osf,
    Json,
    Pdf,
    Word,
    Html,
    Text,
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    In,
    Out,
}

impl Format {
    const NAMED: [(&'static str, Format); 8] = [
        ("fountain", Format::Fountain),
        ("fdx", Format::FinalDraft),
        ("osf", Format::Osf),
        ("json", Format::Json),
        ("pdf", Format::Pdf),
        ("docx", Format::Word),
        ("html", Format::Html),
        ("text", Format::Text),
    ];

    /// The names of the formats that go that way.
    pub(crate) fn names(way: Way) -> Vec<&'static str> {
        let formats = Format::NAMED.into_iter();
        formats
            .filter(|(_, format)| format.goes(way))
            .map(|(name, _)| name)
            .collect()
    }

    fn goes(self, way: Way) -> bool {
        way == Way::Out || !matches!(self, Format::Word | Format::Html | Format::Text)
    }

    pub(crate) fn named(name: &str, way: Way) -> Option<Format> {
        let found = Format::NAMED.into_iter().find(|(known, _)| *known == name);
        found
            .map(|(_, format)| format)
            .filter(|format| format.goes(way))
    }

    /// The format that a file's name tells; a pipe's is Fountain. A text that is read is Fountain, too; one that is
    /// written is laid out as on paper.
    pub(crate) fn of_file(file: &str, way: Way) -> Option<Format> {
        if file == "-" {
            return Some(Format::Fountain);
        }
        let ending = Path::new(file).extension()?.to_str()?.to_ascii_lowercase();
        let format = match ending.as_str() {
            "fountain" | "spmd" => Format::Fountain,
            "txt" if way == Way::In => Format::Fountain,
            "txt" => Format::Text,
            "htm" => Format::Html,
            other => Format::named(other, way)?,
        };
        format.goes(way).then_some(format)
    }

    /// Whether it is not for a terminal.
    fn is_binary(self) -> bool {
        matches!(self, Format::Pdf | Format::Word)
    }
}

/// A script that was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) script: PlainScript,
    /// What had to be guessed, each with its place.
    pub(crate) remarks: Vec<String>,
    /// What is said of it: the page, locks, numbers, revisions.
    pub(crate) production: Production,
    /// The Final Draft file that it came from, for what else is in it.
    pub(crate) original: Option<Original>,
}

/// A Final Draft file that a script came from.
#[derive(Debug)]
pub(crate) struct Original {
    pub(crate) document: Document,
    pub(crate) bytes: Vec<u8>,
    /// Whether the script has what the file says of its production.
    pub(crate) is_produced: bool,
}

impl From<PlainScript> for Read {
    fn from(script: PlainScript) -> Read {
        Read {
            script,
            remarks: Vec::new(),
            production: Production::default(),
            original: None,
        }
    }
}

impl Read {
    /// The script of a Final Draft file, in which each paragraph knows which one of the file it is.
    fn of_source(document: Document, file: Vec<u8>) -> Read {
        let mut script = document.script().clone();
        for (source, paragraph) in document.sources().iter().zip(&mut script.paragraphs) {
            paragraph.attributes.source = u32::try_from(*source).ok();
        }
        let remarks = document.diagnostics().iter().map(ToString::to_string);
        Read {
            remarks: remarks.collect(),
            production: Production::of_writes(&document.entries()),
            original: Some(Original {
                document,
                bytes: file,
                is_produced: true,
            }),
            ..script.into()
        }
    }

    /// The script with the numbers that its scenes show.
    pub(crate) fn numbered(&self) -> PlainScript {
        let mut script = self.script.clone();
        self.production.number_scenes(&mut script.paragraphs);
        script
    }

    /// The script's pages: by its own page setup, unless these settings are asked for.
    pub(crate) fn pages(&self, settings: Option<&Settings>) -> Paginator {
        let mut pages = match settings {
            Some(settings) => Paginator::new(&self.script.paragraphs, settings.clone()),
            None => return self.production.pages(&self.script.paragraphs),
        };
        pages.set_locks(&self.production.locks);
        pages
    }

    /// A report on it, on its pages.
    pub(crate) fn report(&self, kind: Kind, settings: Option<&Settings>) -> Table {
        Report::of(&self.numbered().paragraphs, &self.pages(settings)).table(kind)
    }

    /// A Final Draft file of it: the one that it came from, or a new one; with other pages where these are asked for.
    fn final_draft(&self, settings: Option<&Settings>) -> Vec<u8> {
        let mut production = self.production.clone();
        if let Some(settings) = settings {
            production.settings = settings.clone();
        }
        let title_page = &self.script.title_page;
        let paragraphs: Vec<Sourced<'_>> =
            self.script.paragraphs.iter().map(Sourced::from).collect();
        match &self.original {
            None => fdx::encode_produced(&self.script, &production),
            Some(original) if original.is_produced => {
                let document = &original.document;
                document.encode_produced(title_page, &paragraphs, &production)
            }
            Some(original) => original.document.encode(title_page, &paragraphs),
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

    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        if self.is_pipe() {
            "standard input"
        } else {
            &self.file
        }
    }

    /// Reads the script; what had to be guessed is said on standard error.
    pub(crate) fn read(&self) -> Result<Read> {
        let read = self.read_quietly()?;
        for remark in &read.remarks {
            eprintln!("{}: {remark}", self.name());
        }
        Ok(read)
    }

    /// Reads the script; what had to be guessed comes with it.
    pub(crate) fn read_quietly(&self) -> Result<Read> {
        let name = self.name();
        let cannot = || format!("cannot read {name}");
        let bytes = self.read_bytes().with_context(cannot)?;
        match self.format {
            Format::Json => {
                let decoded = blocks::decode(&bytes).with_context(cannot)?;
                Ok(Read {
                    remarks: decoded.ignored.iter().map(ToString::to_string).collect(),
                    ..decoded.script.into()
                })
            }
            Format::FinalDraft => {
                let document = fdx::decode(&bytes).with_context(cannot)?;
                Ok(Read::of_source(document, bytes))
            }
            Format::Osf => {
                let decoded = osf::decode(&bytes).with_context(cannot)?;
                let remarks = decoded.diagnostics.iter().map(ToString::to_string);
                Ok(Read {
                    remarks: remarks.collect(),
                    ..decoded.script.into()
                })
            }
            Format::Pdf => {
                let decoded = pdf::decode(&bytes).with_context(cannot)?;
                Ok(Read {
                    remarks: decoded
                        .diagnostics
                        .iter()
                        .map(ToString::to_string)
                        .collect(),
                    ..decoded.script.into()
                })
            }
            Format::Fountain | Format::Text | Format::Word | Format::Html => {
                read_fountain(&bytes).with_context(cannot)
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
    pub(crate) fn write(&self, read: &Read, paper: &Paper) -> Result<()> {
        if self.is_pipe() && self.format.is_binary() && io::stdout().is_terminal() {
            bail!("expected a file or a pipe to write to, got a terminal");
        }
        let bytes = match self.format {
            Format::Fountain => fountain::print(&read.script).into_bytes(),
            Format::FinalDraft => read.final_draft(paper.settings.as_ref()),
            Format::Osf => osf::encode(&read.numbered()),
            Format::Json => (blocks::encode(&read.script) + "\n").into_bytes(),
            Format::Html => html::print(&read.numbered()).into_bytes(),
            Format::Word => docx::encode(&read.numbered()),
            Format::Text => paper.text(read).into_bytes(),
            Format::Pdf => paper.pdf(read)?,
        };
        if self.is_pipe() {
            return print(&bytes);
        }
        fs::write(&self.file, bytes).with_context(|| format!("cannot write {}", self.file))
    }
}

/// How a script is printed.
#[derive(Debug, Default)]
pub(crate) struct Paper {
    /// Where it is to be on other pages than its own.
    pub(crate) settings: Option<Settings>,
    pub(crate) options: PdfOptions,
    /// Files of fonts for letters that Courier Prime lacks.
    pub(crate) fonts: Vec<String>,
}

impl Paper {
    fn options_for(&self, read: &Read) -> PdfOptions {
        self.options.clone().with_revisions_of(&read.production)
    }

    fn text(&self, read: &Read) -> String {
        let pages = read.pages(self.settings.as_ref());
        plain_text(&read.numbered(), &pages, &self.options_for(read))
    }

    fn pdf(&self, read: &Read) -> Result<Vec<u8>> {
        let mut fonts = Fonts::default();
        for file in &self.fonts {
            let font = fs::read(file).with_context(|| format!("cannot read {file}"))?;
            fonts
                .add(font)
                .with_context(|| format!("cannot read {file}"))?;
        }
        let pages = read.pages(self.settings.as_ref());
        let mut writer = PdfWriter::new(read.numbered(), pages, fonts, self.options_for(read));
        let progress = Progress::of("page", writer.page_count(), 50);
        let mut page = 0;
        while writer.write_page() {
            page += 1;
            progress.show(page);
        }
        progress.end();
        if !writer.missing().is_empty() {
            let missing: String = writer.missing().iter().take(20).collect();
            eprintln!(
                "no font has these letters, so a box stands for each: {missing} (say --font FILE)"
            );
        }
        Ok(writer.finish())
    }
}

fn read_fountain(bytes: &[u8]) -> Result<Read, TooMuch> {
    let (text, encoding) = text::decode(bytes)?;
    let parsed = fountain::parse(&text);
    let guessed = match encoding {
        Encoding::Guessed { line, column } => Some(format!(
            "line {line}, column {column}: expected UTF-8; read as Windows-1252"
        )),
        Encoding::Known => None,
    };
    let remarks = parsed.diagnostics.iter().map(ToString::to_string);
    Ok(Read {
        remarks: guessed.into_iter().chain(remarks).collect(),
        ..parsed.script.into()
    })
}

/// Writes to standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}
