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
//! A production's pages are the same function told more: pages that are locked
//! ([`Paginator::set_locks`]), scenes that keep their numbers ([`scene_numbers`]), text that a
//! revision changed ([`Paginator::line_marks`]). What of this a script's document says is in [`Production`].
//!
//! It knows nothing of fonts: a line is a number of cells of a grid. It reads no files and keeps no
//! clock. Begin reading with [`Settings`] and `fill` (one page), then `breaks` (the rules).

//! # What Final Draft's own pages say
//!
//! The rules are those of the trade; these details were inferred from 70 documents that Final Draft
//! paginated itself, each by trying the alternatives on all of them (`tests/fidelity.rs` reports
//! how far we agree):
//!
//! - Its Courier has 10.2 characters an inch: at 10.1 or 10.3 fewer scenes stand on their page.
//! - Blank lines at the top of a page are dropped, but an element that *always starts a page* keeps
//!   its space above: act titles are made to stand a third down the page.
//! - Blank paragraphs at the end of a page hang below it, as spaces hang over the end of a line:
//!   the next page begins with text, and the scene's length counts them all the same. (How many,
//!   the documents do not say: as many as fit in the margin, so that a writer who goes on
//!   pressing Enter gets a page.)
//! - A scene that goes on takes one line at the top of the next page (`CONTINUED:`), not two.
//! - Files that count a line as 11 points mean that for all their spaces, so that 12 points there
//!   are more than a line. An importer multiplies them by 12/11.
//! - A scene's length is every eighth of the page's own height that was begun, from the blank
//!   lines above its heading to those above the next; cues and lines that are repeated at the top
//!   of a page do not count, and an act's end ends it. Of 712 scenes eight have another length there, by one eighth or two:
//!   for two of them another file with the same paragraphs and settings, of another version, says what we say; the others
//!   follow no rule that holds elsewhere, and five of them stand in files with double-spaced dialogue.
//! - A break at a sentence ends the line there: what comes after it begins the next page's first.

#![forbid(unsafe_code)]

mod block;
mod breaks;
mod check;
mod column;
mod cue;
mod delta;
mod direction;
mod fill;
mod flow;
mod labels;
mod layout;
mod locks;
mod looks;
mod on_paper;
mod overrides;
mod paginator;
mod presets;
mod print;
mod production;
mod revisions;
mod scene_numbers;
mod sentences;
mod settings;
mod title_page;
mod units;
mod width;
mod wrap;

pub use check::SettingsError;
pub use delta::{Delta, Shift};
pub use layout::{Layout, Page, Position, SceneLength, ScenePart, SceneSpan};
pub use locks::{Anchor, LockDiagnostic, LockedPage};
pub use looks::Look;
pub use on_paper::{FlowOffsets, FlowPlace};
pub use overrides::{Override, OverrideError, SettingKind};
pub use paginator::Paginator;
pub use presets::Preset;
pub use print::{Lane, LineText, PrintedLine};
pub use production::{LOOK, PRESET, PlaceEntry, Production, SETTING, Write, Writes};
pub use revisions::{RevisedText, Revision, RevisionColor};
pub use scene_numbers::scene_numbers;
pub use settings::{Alignment, Continueds, ElementStyle, ElementStyles, PageSetup, Settings};
pub use title_page::{TitleLine, TitleText, is_centred, title_page};
pub use units::{Inches, Points};
pub use width::clusters;

use scriptroom_paragraphs::Paragraph;
pub use scriptroom_paragraphs::SettingValue;

/// Lays out a whole script.
#[must_use]
pub fn layout(paragraphs: &[Paragraph], settings: &Settings) -> Layout {
    Paginator::new(paragraphs, settings.clone()).layout()
}
