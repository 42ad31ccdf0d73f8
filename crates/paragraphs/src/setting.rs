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

impl SettingValue {
    /// A number as programs have it that know of no other; one that is not whole is none of ours.
    ///
    /// ```
    /// use scriptroom_paragraphs::SettingValue;
    /// assert_eq!(SettingValue::whole(54.0), Some(SettingValue::Number(54)));
    /// assert_eq!(SettingValue::whole(54.5), None);
    /// ```
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, and what is no whole number in range differs then"
    )]
    pub fn whole(number: f64) -> Option<SettingValue> {
        let whole = number as i32;
        (f64::from(whole) == number).then_some(SettingValue::Number(whole))
    }

    /// What stands for a number that is not whole, so that it is refused by name.
    #[must_use]
    pub fn not_whole() -> SettingValue {
        // Saying which would bring the printing of floats along, 8 kB of the module that comes first.
        SettingValue::Text("a number that is not whole".to_owned())
    }
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
