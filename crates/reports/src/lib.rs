//! What there is to count in a script: its scenes, characters and locations, who speaks how much and where.
//!
//! [`Report::of`] reads a script and its pages once; each [`Kind`] of report is a [`Table`] of it, which goes out as CSV,
//! as JSON, or as a page that somebody shows. Pages and lengths are the layout's.
//!
//! ```
//! use scriptroom_pages::{Paginator, Settings};
//! use scriptroom_paragraphs::{ElementType, Paragraph};
//! use scriptroom_reports::{Kind, Report};
//!
//! let script = [
//!     Paragraph::new(ElementType::SceneHeading, "INT. FERRY - NIGHT"),
//!     Paragraph::new(ElementType::Character, "ANA (V.O.)"),
//!     Paragraph::new(ElementType::Dialogue, "We are late."),
//! ];
//! let pages = Paginator::new(&script, Settings::default());
//! let report = Report::of(&script, &pages);
//! assert_eq!(
//!     report.table(Kind::Characters).to_csv(),
//!     "character,speeches,words,scenes,first_page,last_page\r\nANA,1,3,1,1,1\r\n"
//! );
//! ```
//!
//! # How it counts
//!
//! - A **speech** is a cue with what is spoken under it. Its character is the cue without what stands in parentheses and
//!   without a caret, in capitals: `Ana (V.O.)` and `ANA (CONT'D)` are one.
//! - A **word** is what stands between spaces and has a letter or a digit. Notes and cut text are not counted.
//! - A **location** is a heading without `INT.`, `EXT.` and the like before it and without the time of day behind its last
//!   dash.
//! - A scene's **length** is the layout's, in eighths of a page; a page is a **minute**, as the trade estimates it.

#![forbid(unsafe_code)]

mod count;
mod heading;
mod table;

pub use count::{Character, Report, Scene};
pub use heading::Heading;
pub use table::{Cell, Kind, Table};
