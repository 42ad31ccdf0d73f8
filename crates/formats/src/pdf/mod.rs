//! PDF in, as a courtesy: a screenplay that was printed to a PDF becomes paragraphs by where its lines stand.
//!
//! [`decode`] reads the text of a file ([`lines`] gives it line by line) and guesses: action stands at the margin, speeches
//! an inch and more from it, cues in capitals further in. What a guess was is told ([`Decoded::diagnostics`]). Styles are not
//! read. A file without text (a scan) and one with a password are refused; of a damaged one comes what can be read.
//!
//! Nothing takes more than its bounds: 64 MiB of what draws, unpacked, in 5,000 pages and 2,000,000 strings.

mod content;
mod file;
mod font;
mod lines;
mod object;
mod screenplay;

use std::fmt;

use scriptroom_paragraphs::PlainScript;

use content::Drawing;
use file::File;
pub use lines::TextLine;

/// More pages than any script has.
const MAX_PAGES: usize = 5000;
/// More strings than any has: a thousand pages of which each letter is drawn by itself.
const MAX_STRINGS: usize = 2_000_000;

/// A file that is no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It does not begin as PDFs do.
    #[error("expected a PDF, got a file without `%PDF-` in its first 1024 bytes")]
    NoPdf,
    /// It is locked.
    #[error("expected a PDF without a password, got an encrypted one")]
    Encrypted,
    /// There are no letters in it.
    #[error(
        "expected a PDF with text, got none on any page (of {pages}): they may be pictures of a script"
    )]
    NoText {
        /// How many pages there are.
        pages: usize,
    },
    /// More is drawn than a script has.
    #[error("page {page}: expected at most 64 MiB of drawing and {MAX_STRINGS} strings, got more")]
    TooMuch {
        /// On which sheet of the file, from 1.
        page: usize,
    },
}

/// Something that was guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// On which sheet of the file, from 1.
    pub page: usize,
    /// What it is.
    pub guess: Guess,
}

/// What was guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guess {
    /// That the first page is a title page, and which of its lines is what.
    TitlePage,
    /// That this line is action, since it stands where no element does.
    Line(String),
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "page {}: ", self.page)?;
        match &self.guess {
            Guess::TitlePage => write!(f, "taken for a title page"),
            Guess::Line(text) => write!(
                f,
                "expected a line where some element stands, got `{text}`; taken for action"
            ),
        }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The script.
    pub script: PlainScript,
    /// What was guessed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a screenplay.
///
/// # Errors
///
/// When the file is no PDF, is encrypted, has no text, or more than a script.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let (pages, height) = read_lines(bytes)?;
    let (script, diagnostics) = screenplay::read(&pages, height);
    Ok(Decoded {
        script,
        diagnostics,
    })
}

/// The lines of each page, from its top.
///
/// # Errors
///
/// When the file is no PDF, is encrypted, has no text, or more than a script.
pub fn lines(bytes: &[u8]) -> Result<Vec<Vec<TextLine>>, DecodeError> {
    Ok(read_lines(bytes)?.0)
}

fn read_lines(bytes: &[u8]) -> Result<(Vec<Vec<TextLine>>, f64), DecodeError> {
    let file = File::read(bytes)?;
    let dictionaries = file.pages();
    let height = dictionaries.first().and_then(|page| {
        let found = file.entry(page, "MediaBox");
        found.array().and_then(|numbers| numbers.get(3)?.number())
    });
    let mut pages: Vec<Vec<TextLine>> = Vec::new();
    let mut left = MAX_STRINGS;
    for (page, dictionary) in (1..).zip(&dictionaries) {
        let pieces = Drawing::pieces(&file, dictionary, left);
        let pieces = pieces.ok_or(DecodeError::TooMuch { page })?;
        left -= pieces.len();
        pages.push(lines::lines(pieces));
    }
    match pages.iter().all(Vec::is_empty) {
        true => Err(DecodeError::NoText { pages: pages.len() }),
        false => Ok((pages, height.unwrap_or(792.0))),
    }
}
