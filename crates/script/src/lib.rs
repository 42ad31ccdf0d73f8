//! The document: strips, marks, edits, undo and the scene index, on yrs.

mod bring;
mod carve;
mod carve_record;
mod change;
mod check;
mod edit;
mod error;
mod follow;
mod history;
mod import;
mod index;
mod keystroke;
mod make_strip;
mod mark;
mod move_scene;
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
mod sum_tree;
mod undo;

pub use change::{
    Change, FormatChange, ParagraphInfo, ParagraphsChanged, SceneChanges, StyledRange, TextChange,
};
pub use edit::{Edit, InsertedLine};
pub use error::{EditError, UpdateError};
pub use mark::SceneId;
pub use position::Side;
pub use scene::Scene;
pub use script::{Options, Script};
