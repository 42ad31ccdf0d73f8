//! A script on paper: PDF ([`pdf`], [`PdfWriter`]) and plain text ([`plain_text`]).
//!
//! Where a page breaks and where each line stands is said by `scriptroom-pages`, and nothing here moves it: the editor
//! and the paper have one layout. What comes in is a script and its pages, what comes out is bytes; there is no I/O and no
//! clock, so the same script gives the same file.
//!
//! ```
//! use scriptroom_pages::Settings;
//! use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
//! use scriptroom_print::{Fonts, PdfOptions, pdf};
//!
//! let script = PlainScript {
//!     paragraphs: vec![Paragraph::new(ElementType::Action, "She waits.")],
//!     ..PlainScript::default()
//! };
//! let file = pdf(script, Settings::default(), Fonts::default(), PdfOptions::default());
//! assert!(file.starts_with(b"%PDF-1.7"));
//! ```
//!
//! # What is in a PDF
//!
//! - Courier Prime, embedded, with the glyphs that the script needs; letters that it lacks come from the fonts that
//!   [`Fonts::add`] was given, and a box stands for those that none has ([`PdfWriter::missing`] tells them).
//! - The title page, page numbers, scene numbers where a heading has one, marks and headers of revisions, a watermark.
//! - Text that can be selected and searched, with a bookmark for each scene and the numbers of its pages.
//! - A structure for screen readers: scenes are sections with a heading, everything else paragraphs in reading order, over
//!   pages and columns; numbers, `(MORE)`, continueds and watermarks are marked as what is not read out.
//!
//! Letters of fonts that were added stand in the grid of Courier's: in the middle of their cells, narrower where they are too
//! wide for them, bold and italic by being drawn so. Arabic letters join where the font has their forms as characters of
//! their own; what needs a font's own rules for its letters to melt (Devanagari) is drawn letter by letter.

#![forbid(unsafe_code)]

mod arabic;
mod assemble;
mod face;
mod faces;
mod fonts;
mod line;
mod plain;
mod sheet;
mod tags;
mod woff;
mod writer;

pub use fonts::{FontError, Fonts};
pub use plain::plain_text;
pub use writer::{PdfOptions, PdfWriter, SceneNumbers, pdf};
