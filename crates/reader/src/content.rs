//! A script's content in JSON.

use scriptroom_formats::blocks;
use scriptroom_paragraphs::{ElementType, PlainScript};
use serde_json::{Value, json};

/// The blocks, the title page, and figures of them.
pub(crate) fn json(script: &PlainScript) -> String {
    let scenes = script.paragraphs.iter();
    let scenes = scenes.filter(|paragraph| paragraph.element == ElementType::SceneHeading);
    let words: usize = script
        .paragraphs
        .iter()
        .map(|paragraph| words(&paragraph.text()))
        .sum();
    let encoded = blocks::encode(script);
    let encoded: Value = serde_json::from_str(&encoded).expect("blocks are JSON");
    let (title_page, blocks) = match encoded {
        Value::Object(mut object) => (object.remove("titlePage"), object.remove("blocks")),
        list => (None, Some(list)),
    };
    json!({
        "blocks": blocks,
        "titlePage": title_page.unwrap_or_else(|| json!([])),
        "scenes": scenes.count(),
        "words": words,
    })
    .to_string()
}

/// How many words a text has, as people count them.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| word.contains(char::is_alphanumeric))
        .count()
}
