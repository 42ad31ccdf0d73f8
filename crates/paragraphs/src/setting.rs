//! A value that is said of a whole script under a name.

use std::fmt;

/// What a setting is set to, such as one of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A length or a count.
    Number(i32),
    /// Whether something is so; `false` also where there is to be no text and no count.
    Flag(bool),
    /// A text, or a name.
    Text(String),
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingValue::Number(number) => number.fmt(f),
            SettingValue::Flag(flag) => flag.fmt(f),
            SettingValue::Text(text) => write!(f, "{text:?}"),
        }
    }
}
