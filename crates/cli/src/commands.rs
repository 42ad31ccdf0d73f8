//! What each command does.

use std::fmt::Write as _;

use anyhow::Result;
use scriptroom_pages::layout;
use scriptroom_paragraphs::PlainScript;
use scriptroom_samples::Options;

use crate::arguments::{Convert, Generate, Pages};
use crate::files;

pub(crate) fn convert(convert: &Convert) -> Result<()> {
    convert.output.write(&convert.input.read()?)
}

pub(crate) fn generate(generate: &Generate) -> Result<()> {
    let options = Options {
        seed: generate.seed,
        pages: generate.pages,
    };
    generate
        .output
        .write(&scriptroom_samples::generate(&options).into())
}

/// One line a page: its number and the text that it starts with.
pub(crate) fn pages(pages: &Pages) -> Result<()> {
    let script = pages.input.read()?.script;
    let layout = layout(&script.paragraphs, &pages.settings);
    let mut text = String::new();
    for (index, page) in layout.pages.iter().enumerate() {
        let start = opening(&script, page.start.paragraph);
        let _ = writeln!(text, "{:>5}  {start}", layout.label(index));
    }
    let count = layout.page_count();
    let _ = writeln!(text, "{count} page{}", if count == 1 { "" } else { "s" });
    files::print(text.as_bytes())
}

fn opening(script: &PlainScript, paragraph: usize) -> String {
    let text = script
        .paragraphs
        .get(paragraph)
        .map(|paragraph| paragraph.text())
        .unwrap_or_default();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
