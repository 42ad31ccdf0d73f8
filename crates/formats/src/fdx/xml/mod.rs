//! XML as byte ranges of its source.
//!
//! Not a validating parser: whatever a file does, it reads as a tree that covers every byte, and what was odd is
//! remarked. Nothing that a file declares is expanded. (Of a library's parser nothing but its tokens could be used: what is
//! needed is where each element of a possibly broken file starts and ends.) [`Tree`] has the elements, [`text`] what their bytes say.

mod scan;
pub(crate) mod text;
mod tree;

pub(crate) use scan::{Remark, scan};
pub(crate) use tree::{Node, NodeId, Tree};
