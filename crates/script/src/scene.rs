//! Scenes as the index knows them.

use scriptroom_paragraphs::Color;

use crate::mark::SceneId;

/// A scene: a heading and what follows it up to the next heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Its id.
    pub id: SceneId,
    /// The text of its heading.
    pub heading: String,
    /// Its scene number, where it has one.
    pub number: Option<String>,
    /// Its colour, where it has one.
    pub color: Option<Color>,
    /// The index of its heading among the paragraphs.
    pub paragraph: usize,
    /// How many paragraphs it has, heading included.
    pub paragraphs: usize,
    /// Where its heading starts, in UTF-16 units.
    pub offset: u32,
}
