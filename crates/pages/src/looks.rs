//! Looks: how paragraphs stand that do not stand as their element does.
//!
//! An import brings them along: what a file says of a writer's own element, or of a single paragraph. A look belongs to
//! paragraphs by their number in that file ([`Attributes::source`](scriptroom_paragraphs::Attributes::source)), as long as
//! they are of its element; so it goes wherever they go, and one that becomes another element stands as that does.
//!
//! As an entry of the script it is a text: the element, what of its style is another, by the names of [`crate::Override`],
//! and the paragraphs: `general left=100 alignment=center of 12 15-18`.

use crate::check;
use crate::overrides::{self, OverrideError, SettingKind};
use crate::settings::{ElementStyle, PageSetup};
use scriptroom_paragraphs::{ElementType, Paragraph, SettingValue};
use std::fmt::Write;
use std::ops::RangeInclusive;

/// How some paragraphs of a file stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What they are.
    pub element: ElementType,
    /// How they stand instead of as that does.
    pub style: ElementStyle,
    /// Their numbers.
    pub sources: Vec<RangeInclusive<u32>>,
}

impl Look {
    /// The settings of its style, by the names that they have behind their element's.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, SettingValue)> {
        overrides::style_settings(&self.style)
    }

    /// Whether it leaves room for text on this page.
    #[must_use]
    pub fn is_sound(&self, setup: &PageSetup) -> bool {
        check::style_errors(setup, "", &self.style).is_empty()
    }

    /// The look as an entry's text, told what its element's style is.
    #[must_use]
    pub fn text(&self, setup: &PageSetup) -> String {
        let mut text = self.element.name().to_owned();
        let of_element = setup.elements.of(self.element);
        let theirs: Vec<_> = overrides::style_settings(of_element).collect();
        for (name, value) in self.settings().filter(|setting| !theirs.contains(setting)) {
            let value = match value {
                SettingValue::Text(text) => text,
                value => value.to_string(),
            };
            write!(text, " {name}={value}").expect("a string takes everything");
        }
        text.push_str(" of");
        for source in &self.sources {
            let (first, last) = (source.start(), source.end());
            match first == last {
                true => write!(text, " {first}"),
                false => write!(text, " {first}-{last}"),
            }
            .expect("a string takes everything");
        }
        text
    }

    /// The look that the entry of this name says.
    ///
    /// # Errors
    ///
    /// What it says that is no look, or leaves no room for text.
    pub(crate) fn read(
        name: &str,
        entry: &SettingValue,
        setup: &PageSetup,
    ) -> Result<Look, Vec<OverrideError>> {
        let wrong = || {
            vec![OverrideError::Value {
                name: name.to_owned(),
                expected: SettingKind::Look,
                got: entry.clone(),
            }]
        };
        let SettingValue::Text(text) = entry else {
            return Err(wrong());
        };
        let look = parsed(text, setup).ok_or_else(wrong)?;
        let errors = check::style_errors(setup, name, &look.style);
        match errors.is_empty() {
            true => Ok(look),
            false => Err(errors.into_iter().map(OverrideError::Range).collect()),
        }
    }
}

fn parsed(text: &str, setup: &PageSetup) -> Option<Look> {
    let (said, sources) = text.split_once(" of ")?;
    let mut said = said.split(' ');
    let element: ElementType = said.next()?.parse().ok()?;
    let mut style = *setup.elements.of(element);
    for setting in said {
        let (name, value) = setting.split_once('=')?;
        overrides::set_style(&mut style, name, &value_of(value)).ok()?;
    }
    let sources = sources.split(' ').map(|numbers| {
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        Some(first.parse().ok()?..=last.parse().ok()?)
    });
    Some(Look {
        element,
        style,
        sources: sources.collect::<Option<_>>()?,
    })
}

fn value_of(text: &str) -> SettingValue {
    match (text.parse(), text) {
        (Ok(number), _) => SettingValue::Number(number),
        (Err(_), "true") => SettingValue::Flag(true),
        (Err(_), "false") => SettingValue::Flag(false),
        (Err(_), text) => SettingValue::Text(text.to_owned()),
    }
}

/// The looks of a script, by the paragraphs that have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    all: Vec<Look>,
    /// Paragraphs and their look, in order.
    places: Vec<(RangeInclusive<u32>, usize)>,
}

impl Looks {
    pub(crate) fn new(all: Vec<Look>) -> Looks {
        let numbers = all.iter().enumerate().flat_map(|(index, look)| {
            let numbers = look.sources.iter().cloned();
            numbers.map(move |numbers| (numbers, index))
        });
        let mut places: Vec<(RangeInclusive<u32>, usize)> = numbers.collect();
        places.sort_by_key(|(numbers, _)| *numbers.start());
        Looks { all, places }
    }

    pub(crate) fn all(&self) -> &[Look] {
        &self.all
    }

    /// The style of a paragraph that has a look.
    pub(crate) fn style_of(&self, paragraph: &Paragraph) -> Option<&ElementStyle> {
        let source = paragraph.attributes.source?;
        let behind = self
            .places
            .partition_point(|(numbers, _)| *numbers.start() <= source);
        let (numbers, look) = &self.places[behind.checked_sub(1)?];
        let look = &self.all[*look];
        let is_its = numbers.contains(&source) && look.element == paragraph.element;
        is_its.then_some(&look.style)
    }
}
