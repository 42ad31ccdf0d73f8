//! The element types that a paragraph can have, and their names in the document.

use std::fmt;
use std::str::FromStr;

/// What a paragraph is: a scene heading, a line of dialogue, …
///
/// The names (see [`ElementType::name`]) are part of the document's schema and never change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ElementType {
    /// `INT. HOUSE - DAY`: opens a scene.
    SceneHeading,
    /// What is seen and heard. Also what an unknown type reads as.
    #[default]
    Action,
    /// The cue: who speaks the dialogue that follows.
    Character,
    /// `(beat)`: how a line is spoken.
    Parenthetical,
    /// What is spoken.
    Dialogue,
    /// `CUT TO:`
    Transition,
    /// A heading for one shot inside a scene.
    Shot,
    /// Text that fits no other element.
    General,
    /// A sung line.
    Lyrics,
    /// Centred text, such as `THE END`.
    Centered,
    /// The list of who is in a scene, under its heading.
    CastList,
    /// `ACT ONE`: starts a page.
    NewAct,
    /// `END OF ACT ONE`
    EndOfAct,
    /// An outline heading that is not printed; its depth is [`crate::Attributes::depth`].
    Section,
    /// What a scene or section is about; not printed.
    Synopsis,
    /// A note that stands as a paragraph of its own; not printed.
    Note,
    /// Text that was cut but is kept; not printed.
    Boneyard,
    /// A forced page break. Its text, if any, is a label.
    PageBreak,
}

impl ElementType {
    /// All of them, in the order of their declaration.
    pub const ALL: [ElementType; 18] = [
        ElementType::SceneHeading,
        ElementType::Action,
        ElementType::Character,
        ElementType::Parenthetical,
        ElementType::Dialogue,
        ElementType::Transition,
        ElementType::Shot,
        ElementType::General,
        ElementType::Lyrics,
        ElementType::Centered,
        ElementType::CastList,
        ElementType::NewAct,
        ElementType::EndOfAct,
        ElementType::Section,
        ElementType::Synopsis,
        ElementType::Note,
        ElementType::Boneyard,
        ElementType::PageBreak,
    ];

    /// The name that stands in documents and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ElementType::SceneHeading => "scene-heading",
            ElementType::Action => "action",
            ElementType::Character => "character",
            ElementType::Parenthetical => "parenthetical",
            ElementType::Dialogue => "dialogue",
            ElementType::Transition => "transition",
            ElementType::Shot => "shot",
            ElementType::General => "general",
            ElementType::Lyrics => "lyrics",
            ElementType::Centered => "centered",
            ElementType::CastList => "cast-list",
            ElementType::NewAct => "new-act",
            ElementType::EndOfAct => "end-of-act",
            ElementType::Section => "section",
            ElementType::Synopsis => "synopsis",
            ElementType::Note => "note",
            ElementType::Boneyard => "boneyard",
            ElementType::PageBreak => "page-break",
        }
    }

    /// Whether it takes room on a page.
    #[must_use]
    pub const fn is_printed(self) -> bool {
        !matches!(
            self,
            ElementType::Section
                | ElementType::Synopsis
                | ElementType::Note
                | ElementType::Boneyard
                | ElementType::PageBreak
        )
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no element type's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownElement(pub String);

impl fmt::Display for UnknownElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected an element type such as `action`, got `{}`",
            self.0
        )
    }
}

impl std::error::Error for UnknownElement {}

impl FromStr for ElementType {
    type Err = UnknownElement;

    fn from_str(name: &str) -> Result<Self, UnknownElement> {
        ElementType::ALL
            .into_iter()
            .find(|element| element.name() == name)
            .ok_or_else(|| UnknownElement(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for element in ElementType::ALL {
            assert_eq!(element.name().parse(), Ok(element));
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_what_came() {
        let error = "soliloquy".parse::<ElementType>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected an element type such as `action`, got `soliloquy`"
        );
    }
}
