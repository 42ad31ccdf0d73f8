//! One script's relay as a state machine without I/O.
