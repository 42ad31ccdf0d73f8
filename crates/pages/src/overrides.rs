//! Settings by name: what a script says of its pages beside naming a preset.
//!
//! Each is an entry of its own, so that two people who change two of them at once have both. Lengths across the page are
//! hundredths of an inch, lengths down it points; `false` stands for "none".

use crate::presets::Preset;
use crate::settings::{Alignment, ElementStyle, PageSetup, Settings};
use crate::units::{Inches, Points};
use scriptroom_paragraphs::{ElementType, SettingValue};
use std::fmt;

/// A setting that a preset is changed by: its name, such as `dialogue.left`, and its value.
pub type Override = (String, SettingValue);

/// Why an override does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// There is no such setting.
    #[error("expected the name of a setting, got {name:?}")]
    Unknown {
        /// What it was called.
        name: String,
    },
    /// The setting takes other values.
    #[error("expected {expected} for {name}, got {got}")]
    Value {
        /// The setting.
        name: String,
        /// What it takes.
        expected: SettingKind,
        /// What came.
        got: SettingValue,
    },
    /// The page would have no room for text.
    #[error(transparent)]
    Range(#[from] crate::SettingsError),
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A length across the page, in hundredths of an inch.
    Hundredths,
    /// A length down the page, in points.
    Points,
    /// A whole number.
    Number,
    /// A whole number that is not negative.
    Count,
    /// A [`SettingKind::Count`], or `false` for none.
    OptionalCount,
    /// `true` or `false`.
    Flag,
    /// A short text of one line, or `false` for none.
    OptionalText,
    /// `left`, `center` or `right`.
    Alignment,
    /// The name of an element.
    Element,
    /// The name of a preset.
    Preset,
    /// A text that a [`crate::Look`] reads from.
    Look,
}

impl SettingKind {
    /// Its name, for programs, which say what it means in the language of whoever reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SettingKind::Hundredths => "hundredths",
            SettingKind::Points => "points",
            SettingKind::Number => "number",
            SettingKind::Count => "count",
            SettingKind::OptionalCount => "optional-count",
            SettingKind::Flag => "flag",
            SettingKind::OptionalText => "optional-text",
            SettingKind::Alignment => "alignment",
            SettingKind::Element => "element",
            SettingKind::Preset => "preset",
            SettingKind::Look => "look",
        }
    }
}

impl fmt::Display for SettingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            SettingKind::Hundredths => "hundredths of an inch",
            SettingKind::Points => "points",
            SettingKind::Number => "a whole number",
            SettingKind::Count => "a whole number that is not negative",
            SettingKind::OptionalCount => "a whole number, or false",
            SettingKind::Flag => "true or false",
            SettingKind::OptionalText => "a text of one line, or false",
            SettingKind::Alignment => "left, center or right",
            SettingKind::Element => "the name of an element",
            SettingKind::Preset => "the name of a preset",
            SettingKind::Look => "how paragraphs stand, such as `general left=100 of 12 15-18`",
        })
    }
}

impl Settings {
    /// A preset's settings with these overrides.
    ///
    /// # Errors
    ///
    /// All overrides that do not count, and why.
    pub fn with_overrides(
        preset: Preset,
        overrides: &[Override],
    ) -> Result<Settings, Vec<OverrideError>> {
        let (setup, mut errors) = overridden(preset, overrides);
        match Settings::new(setup) {
            Ok(settings) if errors.is_empty() => Ok(settings),
            Ok(_) => Err(errors),
            Err(ranges) => {
                errors.extend(ranges.into_iter().map(OverrideError::Range));
                Err(errors)
            }
        }
    }

    /// A preset's settings with those of the overrides that count, and what is wrong with the others: for values that
    /// come from others and must not stop a layout.
    #[must_use]
    pub fn with_sound_overrides(
        preset: Preset,
        overrides: &[Override],
    ) -> (Settings, Vec<OverrideError>) {
        let (setup, mut errors) = overridden(preset, overrides);
        let (settings, ranges) = Settings::with_fallback(setup, preset);
        errors.extend(ranges.into_iter().map(OverrideError::Range));
        (settings, errors)
    }
}

impl PageSetup {
    /// All settings, by name.
    #[must_use]
    pub fn settings(&self) -> Vec<Override> {
        let page = PAGE
            .iter()
            .map(|field| (field.name.to_owned(), (field.get)(self)));
        let styles = ElementType::ALL.into_iter().flat_map(|element| {
            let settings = style_settings(self.elements.of(element));
            settings.map(move |(name, value)| (format!("{}.{name}", element.name()), value))
        });
        page.chain(styles).collect()
    }

    /// What this setup says differently from a preset: with these overrides the preset becomes this setup.
    #[must_use]
    pub fn overrides_of(&self, preset: Preset) -> Vec<Override> {
        let own = self.settings().into_iter();
        let pairs = own.zip(preset.setup().settings());
        pairs
            .filter(|(own, theirs)| own != theirs)
            .map(|(own, _)| own)
            .collect()
    }
}

fn overridden(preset: Preset, overrides: &[Override]) -> (PageSetup, Vec<OverrideError>) {
    let mut setup = preset.setup();
    let set = |(name, value): &Override| set(&mut setup, name, value).err();
    let errors = overrides.iter().filter_map(set).collect();
    (setup, errors)
}

fn set(setup: &mut PageSetup, name: &str, value: &SettingValue) -> Result<(), OverrideError> {
    let wrong = |expected| OverrideError::Value {
        name: name.to_owned(),
        expected,
        got: value.clone(),
    };
    let unknown = || OverrideError::Unknown {
        name: name.to_owned(),
    };
    if let Some((element, of_style)) = name.split_once('.') {
        let element: ElementType = element.parse().map_err(|_| unknown())?;
        let style = setup.elements.of_mut(element);
        return set_style(style, of_style, value)
            .map_err(|expected| expected.map_or_else(unknown, wrong));
    }
    let field = PAGE.iter().find(|field| field.name == name);
    let field = field.ok_or_else(unknown)?;
    (field.set)(setup, value).ok_or_else(|| wrong(field.expected))
}

/// Sets what has this name of a style; else says what it takes, `None` where nothing has the name.
pub(crate) fn set_style(
    style: &mut ElementStyle,
    name: &str,
    value: &SettingValue,
) -> Result<(), Option<SettingKind>> {
    let field = STYLE.iter().find(|field| field.name == name).ok_or(None)?;
    (field.set)(style, value).ok_or(Some(field.expected))
}

/// All settings of a style, by name.
pub(crate) fn style_settings(
    style: &ElementStyle,
) -> impl Iterator<Item = (&'static str, SettingValue)> {
    STYLE.iter().map(|field| (field.name, (field.get)(style)))
}

/// A setting of `T`.
struct Field<T: 'static> {
    name: &'static str,
    expected: SettingKind,
    get: fn(&T) -> SettingValue,
    set: fn(&mut T, &SettingValue) -> Option<()>,
}

/// A row of the tables: the name of a setting, what it takes, and where it stands.
macro_rules! field {
    ($name:literal, $kind:ident, $($place:ident).+) => {
        Field {
            name: $name,
            expected: $kind::EXPECTED,
            get: |of| $kind::get(&of.$($place).+),
            set: |of, value| {
                of.$($place).+ = $kind::set(value)?;
                Some(())
            },
        }
    };
}

const PAGE: [Field<PageSetup>; 17] = [
    field!("width", hundredths, width),
    field!("height", points, height),
    field!("top-margin", points, top_margin),
    field!("bottom-margin", points, bottom_margin),
    field!("lines", optional_count, lines),
    field!("leading", points, leading),
    field!("chars-per-ten-inches", number, chars_per_ten_inches),
    field!("more", optional_text, continueds.more),
    field!("contd", optional_text, continueds.contd),
    field!("automatic-contd", flag, continueds.automatic_contd),
    field!("scene-bottom", optional_text, continueds.scene_bottom),
    field!("scene-top", optional_text, continueds.scene_top),
    field!("scene-numbers", flag, continueds.scene_numbers),
    field!("break-at-sentences", flag, break_at_sentences),
    field!("prints-hidden-text", flag, prints_hidden_text),
    field!("dual-gap", hundredths, dual_gap),
    field!("first-page-number", count, first_page_number),
];

const STYLE: [Field<ElementStyle>; 8] = [
    field!("left", hundredths, left),
    field!("right", hundredths, right),
    field!("first-indent", hundredths, first_indent),
    field!("alignment", alignment, alignment),
    field!("space-before", points, space_before),
    field!("line-spacing", number, line_spacing),
    field!("starts-page", flag, starts_page),
    field!("breaks-as", element, breaks_as),
];

mod hundredths {
    use super::{Inches, SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Hundredths;

    pub(super) fn get(inches: &Inches) -> SettingValue {
        SettingValue::Number(inches.in_hundredths())
    }

    pub(super) fn set(value: &SettingValue) -> Option<Inches> {
        super::number::set(value).map(Inches::hundredths)
    }
}

mod points {
    use super::{Points, SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Points;

    pub(super) fn get(points: &Points) -> SettingValue {
        SettingValue::Number(points.0)
    }

    pub(super) fn set(value: &SettingValue) -> Option<Points> {
        super::number::set(value).map(Points)
    }
}

mod number {
    use super::{SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Number;

    pub(super) fn get(number: &i32) -> SettingValue {
        SettingValue::Number(*number)
    }

    pub(super) fn set(value: &SettingValue) -> Option<i32> {
        match value {
            SettingValue::Number(number) => Some(*number),
            _ => None,
        }
    }
}

mod count {
    use super::{SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Count;

    pub(super) fn get(count: &u32) -> SettingValue {
        SettingValue::Number(i32::try_from(*count).unwrap_or(i32::MAX))
    }

    pub(super) fn set(value: &SettingValue) -> Option<u32> {
        u32::try_from(super::number::set(value)?).ok()
    }
}

mod flag {
    use super::{SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Flag;

    pub(super) fn get(flag: &bool) -> SettingValue {
        SettingValue::Flag(*flag)
    }

    pub(super) fn set(value: &SettingValue) -> Option<bool> {
        match value {
            SettingValue::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
}

mod optional_count {
    use super::{SettingKind, SettingValue, count};

    pub(super) const EXPECTED: SettingKind = SettingKind::OptionalCount;

    pub(super) fn get(lines: &Option<u32>) -> SettingValue {
        lines.as_ref().map_or(SettingValue::Flag(false), count::get)
    }

    pub(super) fn set(value: &SettingValue) -> Option<Option<u32>> {
        match value {
            SettingValue::Flag(false) => Some(None),
            value => count::set(value).map(Some),
        }
    }
}

mod optional_text {
    use super::{SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::OptionalText;
    /// A longer one is no mark but a mistake, and it is wrapped on no page.
    const MOST_BYTES: usize = 60;

    pub(super) fn get(text: &Option<String>) -> SettingValue {
        let text = text.clone();
        text.map_or(SettingValue::Flag(false), SettingValue::Text)
    }

    pub(super) fn set(value: &SettingValue) -> Option<Option<String>> {
        match value {
            SettingValue::Flag(false) => Some(None),
            SettingValue::Text(text) => {
                let is_sound = text.len() <= MOST_BYTES && !text.contains(char::is_control);
                is_sound.then(|| Some(text.clone()))
            }
            _ => None,
        }
    }
}

mod alignment {
    use super::{Alignment, SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Alignment;

    pub(super) fn get(alignment: &Alignment) -> SettingValue {
        let name = match alignment {
            Alignment::Left => "left",
            Alignment::Center => "center",
            Alignment::Right => "right",
        };
        SettingValue::Text(name.to_owned())
    }

    pub(super) fn set(value: &SettingValue) -> Option<Alignment> {
        let all = [Alignment::Left, Alignment::Center, Alignment::Right];
        all.into_iter().find(|alignment| get(alignment) == *value)
    }
}

mod element {
    use super::{ElementType, SettingKind, SettingValue};

    pub(super) const EXPECTED: SettingKind = SettingKind::Element;

    pub(super) fn get(element: &ElementType) -> SettingValue {
        SettingValue::Text(element.name().to_owned())
    }

    pub(super) fn set(value: &SettingValue) -> Option<ElementType> {
        match value {
            SettingValue::Text(name) => name.parse().ok(),
            _ => None,
        }
    }
}
