//! Where every page of a script breaks.
//!
//! A pure function from paragraphs to pages: [`layout`] for a whole script, [`Paginator`] for one
//! that is being edited. The result is data ([`Layout`], [`Page`]); what shows or prints it adds
//! nothing of its own, so that the editor and the paper agree.
//!
//! ```
//! use scriptroom_pages::{Settings, layout};
//! use scriptroom_paragraphs::{ElementType, Paragraph};
//!
//! let action = Paragraph::new(ElementType::Action, "She waits. ".repeat(400));
//! let layout = layout(&[action], &Settings::default());
//! assert_eq!(layout.page_count(), 2);
//! assert_eq!(layout.pages[1].start.line, 54);
//! ```
//!
//! It knows nothing of fonts: a line is a number of cells of a grid. It reads no files and keeps no
//! clock. Begin reading with [`Settings`] and `fill` (one page), then `breaks` (the rules).

#![forbid(unsafe_code)]

mod block;
mod breaks;
mod check;
mod column;
mod cue;
mod delta;
mod fill;
mod flow;
mod layout;
mod paginator;
mod presets;
mod print;
mod sentences;
mod settings;
mod units;
mod width;
mod wrap;

pub use check::SettingsError;
pub use delta::{Delta, Shift};
pub use layout::{Layout, Page, Position, SceneLength, ScenePart, SceneSpan};
pub use paginator::Paginator;
pub use presets::Preset;
pub use print::{Lane, LineText, PrintedLine};
pub use settings::{Alignment, Continueds, ElementStyle, ElementStyles, PageSetup, Settings};
pub use units::{Inches, Points};

use scriptroom_paragraphs::Paragraph;

/// Lays out a whole script.
#[must_use]
pub fn layout(paragraphs: &[Paragraph], settings: &Settings) -> Layout {
    Paginator::new(paragraphs, settings.clone()).layout()
}
