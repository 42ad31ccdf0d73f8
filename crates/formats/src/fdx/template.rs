//! A script without a file of its own: written into an empty one.

use scriptroom_paragraphs::PlainScript;

use super::arrange::Sourced;
use super::document::decode;

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
    let document = decode(TEMPLATE.as_bytes()).expect("the template is a Final Draft file");
    let paragraphs: Vec<Sourced<'_>> = script
        .paragraphs
        .iter()
        .map(|paragraph| Sourced {
            paragraph,
            source: None,
        })
        .collect();
    document.encode(&script.title_page, &paragraphs)
}
