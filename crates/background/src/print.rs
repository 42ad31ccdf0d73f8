//! The pages as they are printed: the lines of the one layout, with what stands above and below them.

use js_sys::Array;
use scriptroom_formats::title_texts;
use scriptroom_pages::{LineText, PrintedLine, title_page};
use scriptroom_paragraphs::TitleEntry;
use wasm_bindgen::prelude::*;

use crate::files::run;
use crate::objects::{number, object};
use crate::pages::PagesCore;

#[wasm_bindgen]
impl PagesCore {
    /// Every page, line by line, and the title page of `title`, which is `[[key, line, …], …]`: see `PrintedScript` in
    /// production-types.ts.
    pub fn printed(&self, title: &Array) -> Result<JsValue, JsValue> {
        let pages: Result<Array, JsValue> = (0..self.paginator.page_count())
            .map(|page| self.printed_page(page))
            .collect();
        let setup = self.paginator.settings().setup();
        object(&[
            ("width", setup.width.in_hundredths().into()),
            ("height", setup.height.0.into()),
            ("topMargin", setup.top_margin.0.into()),
            ("leading", setup.leading.0.into()),
            ("charsPerTenInches", setup.chars_per_ten_inches.into()),
            ("title", self.title_lines(title)?.into()),
            ("pages", pages?.into()),
        ])
    }

    /// The lines of the title page of `title`, as [`PagesCore::printed`] has them.
    #[wasm_bindgen(js_name = titleLines)]
    pub fn title_lines(&self, title: &Array) -> Result<Array, JsValue> {
        let entry = |parts: JsValue| {
            let parts: Array = parts.unchecked_into();
            let mut parts = parts.iter().filter_map(|part| part.as_string());
            TitleEntry {
                key: parts.next().unwrap_or_default(),
                lines: parts.collect(),
            }
        };
        let entries: Vec<TitleEntry> = title.iter().map(entry).collect();
        let lines = title_page(&title_texts(&entries), self.paginator.settings());
        let object = |line: scriptroom_pages::TitleLine| {
            let runs: Result<Array, JsValue> = line.runs.iter().map(run).collect();
            object(&[
                ("top", line.top.0.into()),
                ("left", line.left.in_hundredths().into()),
                ("runs", runs?.into()),
            ])
        };
        lines.into_iter().map(object).collect()
    }

    fn printed_page(&self, page: usize) -> Result<JsValue, JsValue> {
        let revised = &self.kept.production.revised;
        let printed = self.paginator.marked_lines(page, revised);
        let lines: Result<Array, JsValue> = printed.map(line).collect();
        let revision = self.marks.revision_of(page);
        object(&[
            ("label", self.labels[page].as_str().into()),
            ("revision", revision.map_or(JsValue::NULL, number)),
            ("lines", lines?.into()),
        ])
    }
}

fn line((line, mark): (PrintedLine, Option<usize>)) -> Result<JsValue, JsValue> {
    let (paragraph, offset) = match &line.text {
        LineText::Text {
            paragraph,
            offset_utf16,
            ..
        } => (number(*paragraph), (*offset_utf16).into()),
        _ => (JsValue::NULL, 0.into()),
    };
    object(&[
        ("top", line.top.0.into()),
        ("left", line.left.in_hundredths().into()),
        ("text", line.text.as_str().into()),
        ("rightToLeft", line.is_right_to_left.into()),
        ("paragraph", paragraph),
        ("offset", offset),
        ("revision", mark.map_or(JsValue::NULL, number)),
    ])
}
