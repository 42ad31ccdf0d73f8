//! A script without a file of its own: written into an empty one.

use scriptroom_pages::Production;
use scriptroom_paragraphs::PlainScript;

use super::arrange::Sourced;
use super::document::{Document, decode};

/// An empty script with Final Draft's usual elements on US Letter.
const TEMPLATE: &str = include_str!("template.xml");

/// Writes a script as a new Final Draft file.
///
/// ```
/// use scriptroom_formats::fdx;
/// use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
///
/// let script = PlainScript {
///     paragraphs: vec![Paragraph::new(ElementType::Action, "Rain & wind.")],
///     ..PlainScript::default()
/// };
/// let bytes = fdx::encode(&script);
/// assert_eq!(*fdx::decode(&bytes).unwrap().script(), script);
/// ```
#[must_use]
pub fn encode(script: &PlainScript) -> Vec<u8> {
    empty().encode(&script.title_page, &sourced(script))
}

/// Writes a script and its production as a new Final Draft file.
#[must_use]
pub fn encode_produced(script: &PlainScript, production: &Production) -> Vec<u8> {
    empty().encode_produced(&script.title_page, &sourced(script), production)
}

fn empty() -> Document {
    decode(TEMPLATE.as_bytes()).expect("the template is a Final Draft file")
}

fn sourced(script: &PlainScript) -> Vec<Sourced<'_>> {
    let paragraphs = script.paragraphs.iter();
    let new = |paragraph| Sourced {
        paragraph,
        source: None,
    };
    paragraphs.map(new).collect()
}
