//! What a layout is told: the page, each element's place on it, and the options for its breaks.
//!
//! [`PageSetup`] is plain data that anyone may fill in: a preset's ([`crate::Preset::setup`]), a
//! file's own, a person's overrides. [`Settings`] is a setup that was checked, so that a layout
//! cannot meet a page without room for a line.

use crate::looks::{Look, Looks};
use crate::units::{Inches, Points};
use scriptroom_paragraphs::{ElementType, Paragraph};

/// The page and the options, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSetup {
    /// The page's width.
    pub width: Inches,
    /// The page's height.
    pub height: Points,
    /// What stays free above the text.
    pub top_margin: Points,
    /// What stays free below the text.
    pub bottom_margin: Points,
    /// The lines of a page, where they do not follow from the height and the margins.
    pub lines: Option<u32>,
    /// A line's height.
    pub leading: Points,
    /// The characters in ten inches of a line. Final Draft's Courier has 102, most others 100.
    pub chars_per_ten_inches: i32,
    /// Each element's place on the page.
    pub elements: ElementStyles,
    /// How long speeches and scenes go on over a page's end.
    pub continueds: Continueds,
    /// Whether action and dialogue are split between sentences only, where that is possible.
    pub break_at_sentences: bool,
    /// Whether notes and cut text inside a paragraph, and paragraphs of notes, sections and
    /// synopses, stand on the page too.
    pub prints_hidden_text: bool,
    /// The gap between the two columns of dual dialogue, which share action's width.
    pub dual_gap: Inches,
    /// The number of the first page.
    pub first_page_number: u32,
}

/// How an element stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementStyle {
    /// Where its lines begin, from the page's left edge.
    pub left: Inches,
    /// Where they end, from the page's left edge.
    pub right: Inches,
    /// How much further in its first line begins; negative where it hangs out.
    pub first_indent: Inches,
    /// How it stands between `left` and `right`.
    pub alignment: Alignment,
    /// What stays free above it, except at the top of a page.
    pub space_before: Points,
    /// The distance of its lines in hundredths of the leading: 100 single, 200 double.
    pub line_spacing: i32,
    /// Whether it always starts a page.
    pub starts_page: bool,
    /// The element by whose rules it is kept together and broken.
    pub breaks_as: ElementType,
}

/// How lines stand between an element's left and right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// At the left (in a right-to-left paragraph: at the right).
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// One style for each element type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementStyles([ElementStyle; ElementType::ALL.len()]);

impl ElementStyles {
    /// The styles that `style` gives.
    #[must_use]
    pub fn from_fn(mut style: impl FnMut(ElementType) -> ElementStyle) -> ElementStyles {
        ElementStyles(ElementType::ALL.map(&mut style))
    }

    /// The style of one element.
    #[must_use]
    pub fn of(&self, element: ElementType) -> &ElementStyle {
        &self.0[element as usize]
    }

    /// The style of one element, to change it.
    pub fn of_mut(&mut self, element: ElementType) -> &mut ElementStyle {
        &mut self.0[element as usize]
    }
}

/// How speeches and scenes that go on over a page's end are marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continueds {
    /// The line below a speech that goes on, such as `(MORE)`; `None` for no such line.
    pub more: Option<String>,
    /// What follows the cue that is repeated above the rest of a speech, such as `(CONT'D)`;
    /// `None` where the cue is not repeated.
    pub contd: Option<String>,
    /// Whether a cue gets `contd` when the same character speaks again in the scene, with
    /// nothing but action in between.
    pub automatic_contd: bool,
    /// The line at the end of a page in the middle of a scene, such as `(CONTINUED)`.
    pub scene_bottom: Option<String>,
    /// The line at the top of a page that goes on with a scene, such as `CONTINUED:`.
    pub scene_top: Option<String>,
    /// Whether `scene_top` is followed by how many pages the scene has gone on, from `(2)`.
    pub scene_numbers: bool,
}

/// A setup that leaves room for text: what layouts take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    setup: PageSetup,
    looks: Looks,
}

impl Settings {
    /// The settings of a setup that was checked.
    fn of(setup: PageSetup) -> Settings {
        Settings {
            setup,
            looks: Looks::default(),
        }
    }

    /// The checked setup.
    ///
    /// # Errors
    ///
    /// Every field that is out of its range, by name.
    pub fn new(setup: PageSetup) -> Result<Settings, Vec<crate::SettingsError>> {
        match crate::check::errors(&setup) {
            errors if errors.is_empty() => Ok(Settings::of(setup)),
            errors => Err(errors),
        }
    }

    /// The setup with each field that is out of its range taken from `preset` instead, and what
    /// was wrong: for values that come from others and must not stop a layout.
    #[must_use]
    pub fn with_fallback(
        setup: PageSetup,
        preset: crate::Preset,
    ) -> (Settings, Vec<crate::SettingsError>) {
        let (setup, errors) = crate::check::mend(setup, &preset.setup());
        (Settings::of(setup), errors)
    }

    /// The setup that was checked.
    #[must_use]
    pub fn setup(&self) -> &PageSetup {
        &self.setup
    }

    /// The settings with these looks instead of all that there were. Where two are for the same paragraph, one of them counts.
    #[must_use]
    pub fn with_looks(self, looks: Vec<Look>) -> Settings {
        Settings {
            looks: Looks::new(looks),
            ..self
        }
    }

    /// How the paragraphs stand that do not stand as their element does.
    #[must_use]
    pub fn looks(&self) -> &[Look] {
        self.looks.all()
    }

    /// The style of a paragraph that has a look.
    pub(crate) fn look_of(&self, paragraph: &Paragraph) -> Option<&ElementStyle> {
        self.looks.style_of(paragraph)
    }

    /// How much text a page holds.
    #[must_use]
    pub fn body_height(&self) -> Points {
        self.setup.body_height()
    }

    /// The characters of a line in a column of dual dialogue.
    pub(crate) fn half_chars(&self) -> u32 {
        let action = self.setup.elements.of(ElementType::Action);
        let width = (action.right - action.left - self.setup.dual_gap).in_hundredths() / 2;
        let chars = self
            .setup
            .chars_between(Inches::hundredths(0), Inches::hundredths(width));
        u32::try_from(chars).unwrap_or(0).max(2)
    }

    /// How many lines a page holds.
    #[must_use]
    pub fn lines_per_page(&self) -> u32 {
        self.body_height().lines_of(self.setup.leading)
    }
}

impl PageSetup {
    pub(crate) fn body_height(&self) -> Points {
        match self.lines {
            Some(lines) => self.leading.times(lines),
            None => self.height - self.top_margin - self.bottom_margin,
        }
    }

    /// The characters that fit between `left` and `right`.
    pub(crate) fn chars_between(&self, left: Inches, right: Inches) -> i32 {
        let hundredths = i64::from((right - left).in_hundredths());
        let chars = (hundredths * i64::from(self.chars_per_ten_inches)).div_euclid(1000);
        i32::try_from(chars).unwrap_or(i32::MAX)
    }
}

impl Default for Settings {
    /// Final Draft's, on US Letter.
    fn default() -> Settings {
        Settings::of(crate::Preset::FinalDraft.setup())
    }
}
