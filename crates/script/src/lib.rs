//! The document: strips, marks, edits, undo and the scene index, on yrs.
