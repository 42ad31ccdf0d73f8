//! The paragraph, and a whole script as a list of them.

use crate::{Color, ElementType, Run, Styles};

/// What no paragraph's text holds.
pub(crate) const LINE_BREAKS: [char; 4] = ['\r', '\n', '\u{2028}', '\u{2029}'];

/// What a paragraph carries beside its type and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The scene's id (a UUID), on scene headings.
    pub scene: Option<String>,
    /// The scene's number as printed, such as `12A`, on scene headings.
    pub scene_number: Option<String>,
    /// On scene headings: the scene is left out. Its number stays, its text is not printed.
    pub omitted: bool,
    /// The scene's colour, on scene headings.
    pub color: Option<Color>,
    /// On cues: this speech stands to the right of the one before it.
    pub dual: bool,
    /// The depth of a section, 1 to 6; 0 on every other element.
    pub depth: u8,
    /// No blank line between the paragraph before and this one of the same block, as in
    /// action of several lines.
    pub joined: bool,
    /// Which paragraph of the file that the script was imported from this one was, counted from 0.
    pub source: Option<u32>,
}

/// One paragraph: its element type, its text in styled runs, its attributes.
///
/// Runs are not empty and neighbours differ in style; [`Paragraph::push`] keeps it so.
/// Text never holds a line break (`\r`, `\n`, U+2028, U+2029).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// What it is.
    pub element: ElementType,
    /// Its text.
    pub runs: Vec<Run>,
    /// The rest.
    pub attributes: Attributes,
}

impl Paragraph {
    /// A paragraph of unstyled text.
    #[must_use]
    pub fn new(element: ElementType, text: impl Into<String>) -> Paragraph {
        let mut paragraph = Paragraph {
            element,
            ..Paragraph::default()
        };
        paragraph.push(&text.into(), Styles::NONE);
        paragraph
    }

    /// Adds text at the end, to the last run where the styles agree.
    pub fn push(&mut self, text: &str, styles: Styles) {
        debug_assert!(
            !text.contains(LINE_BREAKS),
            "a line break inside a paragraph: {text:?}"
        );
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.styles == styles => last.text.push_str(text),
            _ => {
                // Most paragraphs have one style, and a vector's first step is space for four.
                if self.runs.is_empty() {
                    self.runs.reserve_exact(1);
                }
                self.runs.push(Run {
                    text: text.to_owned(),
                    styles,
                });
            }
        }
    }

    /// The text without its styles.
    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }
}

/// One entry of the title page, such as `Credit`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TitleEntry {
    /// Its key as written, such as `Title` or `Draft date`.
    pub key: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// A whole script as plain data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainScript {
    /// The title page, in order; empty when there is none.
    pub title_page: Vec<TitleEntry>,
    /// The paragraphs, in order.
    pub paragraphs: Vec<Paragraph>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_the_same_style_become_one() {
        let mut paragraph = Paragraph::new(ElementType::Action, "He ");
        paragraph.push("runs", Styles::NONE);
        paragraph.push("", Styles::BOLD);
        paragraph.push("!", Styles::BOLD);
        assert_eq!(paragraph.runs.len(), 2);
        assert_eq!(paragraph.text(), "He runs!");
    }
}
