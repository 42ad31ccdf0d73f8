//! The document of a script: strips, marks, edits, undo and the scene index, on yrs.
//!
//! A [`Script`] is one replica. It holds a whole screenplay as one document that several people
//! edit at once, and an index beside it that answers where paragraphs and scenes are without
//! reading the text. It does no I/O and has no clock; `schema` says how the document is built.
//!
//! - [`Script::edit`] makes edits, [`Script::undo`] takes one's own back, and
//!   [`Script::apply_update`] brings those of others. Each returns a [`Change`]: what an editor,
//!   the pages and a sidebar have to do, and the bytes to store and send.
//! - [`Script::text`] is the editor's document, paragraphs with `\n` between them; all offsets
//!   are UTF-16 units of it.
//! - [`Script::entries`] are what is said of the whole script, [`Script::places`] what is said of a
//!   place in it, by name; what a name means is for others to say.
//! - [`Script::scenes`], [`Script::scene_at`] and [`Script::scene_paragraphs`] answer for scenes.
//!
//! [`Threads`] are the comments on a script, a document of their own.
//!
//! What it does not do: it never shows initial content on opening, and does not check who may
//! write. An update from a careless or hostile client that decodes is
//! applied, and whatever it leaves reads as a valid script.
//!
//! ```
//! use scriptroom_script::{Edit, InsertedLine, Options, Script};
//! use scriptroom_paragraphs::ElementType;
//!
//! let mut anna = Script::new(Options { client_id: 1, seed: 11 });
//! let heading = InsertedLine::of(ElementType::SceneHeading, "INT. KITCHEN - NIGHT");
//! let written = anna.edit(
//!     &[Edit::Replace { from: 0, to: 0, insert: vec![InsertedLine::new("FADE IN:"), heading] }],
//!     0,
//! )?;
//!
//! // Ben opens what Anna has stored.
//! let mut ben = Script::load(Options { client_id: 2, seed: 22 }, &[anna.encode_state()])?;
//! assert_eq!(ben.scenes()[0].heading, "INT. KITCHEN - NIGHT");
//!
//! // Both type at once.
//! let from_anna = anna.edit(&[Edit::text(8, 8, " slowly")], 10)?;
//! let from_ben = ben.edit(&[Edit::text(29, 29, " DARK")], 10)?;
//! anna.apply_update(&from_ben.update.expect("it changed something"))?;
//! let seen = ben.apply_update(&from_anna.update.expect("it changed something"))?;
//! assert_eq!(anna.text(), ben.text());
//!
//! // What Ben's editor has to do.
//! assert_eq!((seen.text[0].from, seen.text[0].insert.as_str()), (8, " slowly"));
//!
//! // Ben's undo takes back Ben's word only.
//! ben.undo();
//! assert_eq!(ben.text(), "FADE IN: slowly\nINT. KITCHEN - NIGHT");
//! # assert!(written.update.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod anchor;
mod bring;
mod caret;
mod carve;
mod carve_record;
mod change;
mod check;
mod decode;
mod diff;
mod edit;
mod entries;
mod error;
mod follow;
mod gaps;
mod history;
mod import;
mod in_order;
mod index;
mod keystroke;
mod make_strip;
mod mark;
mod move_scene;
mod odd_text;
mod order_key;
mod position;
mod read;
mod reorder;
mod replace;
mod rng;
mod scene;
mod scene_table;
mod schema;
mod script;
mod splice;
mod strip;
mod style_spans;
mod sum_tree;
mod threads;
mod typing;
mod undo;
mod written;

pub use anchor::{Anchor, Anchored, Nth};
pub use change::{
    Change, FormatChange, ParagraphInfo, ParagraphsChanged, SceneChanges, Selection, StyledRange,
    TextChange,
};
pub use edit::{Edit, InsertedLine};
pub use entries::{Entry, EntryPlace};
pub use error::{EditError, UpdateError};
pub use mark::SceneId;
pub use position::Side;
pub use scene::Scene;
pub use script::{Options, Script};
pub use threads::{Comment, Name, Thread, Threads};
