//! A script as plain data: what the document, the pages and the file formats hand to each other.
//!
//! Nothing here knows of CRDTs, files or pages. Begin with [`Paragraph`]; [`PlainScript`] is a
//! list of them with a title page, and [`bytes`] carries both from one wasm module into another.

pub mod bytes;
mod color;
mod element;
mod paragraph;
mod setting;
mod style;

pub use color::{Color, NoColor};
pub use element::{ElementType, UnknownElement};
pub use paragraph::{Attributes, Paragraph, PlainScript, TitleEntry};
pub use setting::SettingValue;
pub use style::{Run, Styles};
