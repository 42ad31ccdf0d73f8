//! Where every page of a script breaks.
