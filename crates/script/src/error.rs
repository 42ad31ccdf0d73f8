//! What can go wrong with bytes and calls from outside.

use crate::mark::SceneId;

/// Bytes that are no update, state vector or position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// The bytes do not decode.
    #[error("expected an update in the encoding v1 of Yjs, but {0}")]
    Malformed(String),
    /// The bytes decode, but say what no document can hold.
    #[error("expected an update that fits the document, but {0}")]
    Refused(String),
}

impl UpdateError {
    pub(crate) fn malformed(error: impl std::fmt::Display) -> UpdateError {
        UpdateError::Malformed(error.to_string())
    }

    pub(crate) fn refused(error: impl std::fmt::Display) -> UpdateError {
        UpdateError::Refused(error.to_string())
    }
}

/// An edit that cannot be made. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A range does not lie in the document, or its end lies before its start.
    #[error("expected a range within 0..{len}, got {from}..{to}")]
    OutOfRange {
        /// Where the range starts.
        from: usize,
        /// Where it ends.
        to: usize,
        /// The document's length, or the number of its paragraphs.
        len: usize,
    },
    /// Two edits overlap, or are not in order.
    #[error("expected edits in order that do not overlap, got one at {from} before {end}")]
    Overlap {
        /// Where the later edit starts.
        from: u32,
        /// Where the earlier one ends.
        end: u32,
    },
    /// Text holds a line break.
    #[error("expected text without line breaks, got {text:?}")]
    LineBreak {
        /// The text.
        text: String,
    },
    /// A replacement without a line; one empty line deletes.
    #[error("expected at least one line to insert, got none")]
    NoLine,
    /// There is no scene with this id.
    #[error("expected a scene of the script, got {0}")]
    NoScene(SceneId),
}
