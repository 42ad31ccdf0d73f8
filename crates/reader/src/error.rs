//! Why a request has no answer.

use thiserror::Error;

/// Why a request has no answer.
#[derive(Debug, Error)]
pub enum ReaderError {
    /// The request is not one.
    #[error("expected a request of the reader: {0}")]
    Request(String),
    /// A stored update does not apply.
    #[error("{0}")]
    Update(#[from] scriptroom_script::UpdateError),
    /// The content that was sent is none.
    #[error("{0}")]
    Blocks(#[from] scriptroom_formats::blocks::DecodeError),
    /// The edits that should lead to a content led elsewhere.
    #[error("expected the edits to make {expected}, they made {got}")]
    Elsewhere {
        /// What was wanted.
        expected: String,
        /// What came.
        got: String,
    },
}

impl ReaderError {
    /// Its name in an answer.
    pub fn code(&self) -> &'static str {
        match self {
            ReaderError::Request(_) => "internal",
            ReaderError::Update(_) => "unreadable",
            ReaderError::Blocks(_) => "malformed_blocks",
            ReaderError::Elsewhere { .. } => "internal",
        }
    }
}
