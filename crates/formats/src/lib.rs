//! Fountain and JSON blocks, into and out of plain paragraphs.
