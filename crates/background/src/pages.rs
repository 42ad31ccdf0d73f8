//! The handle that the page worker holds: paragraphs in, splices of them in, what that did to the page breaks out.

use js_sys::Array;
use scriptroom_pages::{Delta, Page, Paginator, Settings};
use scriptroom_paragraphs::{Paragraph, bytes};
use wasm_bindgen::prelude::*;

use crate::objects::{number, object};

/// The pages of one script.
#[wasm_bindgen]
pub struct PagesCore {
    paginator: Paginator,
    /// The length of each paragraph in UTF-16 units, its end counted.
    lengths: Vec<u32>,
    /// For each page, where the paragraph that it begins in starts in the flow.
    starts: Vec<u32>,
    /// The number of each page.
    labels: Vec<String>,
}

#[wasm_bindgen]
impl PagesCore {
    /// Lays out these paragraphs, as bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(paragraphs: &[u8]) -> Result<PagesCore, JsError> {
        console_error_panic_hook::set_once();
        let paragraphs = bytes::decode(paragraphs)?;
        let paginator = Paginator::new(&paragraphs, Settings::default());
        let pages = paginator.page_count();
        let mut core = PagesCore {
            lengths: paragraphs.iter().map(length).collect(),
            starts: vec![0; pages],
            labels: paginator.labels(),
            paginator,
        };
        core.find_starts(0, pages);
        Ok(core)
    }

    /// All breaks, as a change of none: see `PagesChange` in pages.ts.
    pub fn pages(&self) -> Result<JsValue, JsValue> {
        self.change(0, self.starts.len(), 0, Moved::default())
    }

    /// The length of each scene in eighths of a page, in order.
    #[wasm_bindgen(js_name = sceneLengths)]
    pub fn scene_lengths(&self) -> Vec<u32> {
        let scenes = self.paginator.scene_lengths();
        scenes.iter().map(|scene| scene.eighths).collect()
    }

    /// `removed` paragraphs from index `from` on became `inserted`. Returns what that did to the breaks.
    pub fn splice(&mut self, from: u32, removed: u32, inserted: &[u8]) -> Result<JsValue, JsValue> {
        let (from, removed) = (from as usize, removed as usize);
        if from + removed > self.lengths.len() {
            return Err(JsError::new("expected a splice within the paragraphs").into());
        }
        let inserted = bytes::decode(inserted).map_err(JsError::from)?;
        let lengths: Vec<u32> = inserted.iter().map(length).collect();
        let added: u32 = lengths.iter().sum();
        let replaced = self.lengths.splice(from..from + removed, lengths);
        let moved = Moved {
            offset: i64::from(added) - replaced.map(i64::from).sum::<i64>(),
            paragraph: inserted.len() as i64 - removed as i64,
        };
        let delta = self.paginator.splice(from, removed, &inserted);
        self.take(&delta, from, from + inserted.len(), moved)
    }
}

/// How far what is behind an edit moved.
#[derive(Clone, Copy, Default)]
struct Moved {
    offset: i64,
    paragraph: i64,
}

impl PagesCore {
    /// Takes in what an edit of the paragraphs `from … to`, as they are now, did to the pages.
    fn take(
        &mut self,
        delta: &Delta,
        from: usize,
        to: usize,
        moved: Moved,
    ) -> Result<JsValue, JsValue> {
        let gone = delta.from..delta.from + delta.removed;
        let came = delta.from + delta.pages.len();
        self.starts
            .splice(gone.clone(), std::iter::repeat_n(0, delta.pages.len()));
        // A page that stayed may begin behind the edit, or in what was inserted.
        let mut first = self.first_page(|page| page.start.paragraph <= from);
        let mut end = self.first_page(|page| page.start.paragraph < to);
        if !gone.is_empty() || came > delta.from {
            first = first.min(delta.from);
            // Whether the break behind them says `(MORE)` is theirs to say.
            end = end.max((came + 1).min(self.starts.len()));
        }
        let end = end.max(first);
        self.find_starts(first, end);
        for start in &mut self.starts[end..] {
            *start = u32::try_from(i64::from(*start) + moved.offset)
                .expect("what is behind an edit is in the flow");
        }
        let (pages, before) = (self.starts.len(), self.labels.len());
        if pages != before {
            self.labels = self.paginator.labels();
        }
        match pages == before {
            true => self.change(first, end, end - first, moved),
            // The numbers of all pages behind it are others.
            false => self.change(first, pages, before - first, moved),
        }
    }

    /// The number of pages from the first on that are `before` something: where the next one is.
    fn first_page(&self, before: impl Fn(&Page) -> bool) -> usize {
        self.paginator.pages_while(before)
    }

    /// Adds up where the pages `first … end` begin, from the one before them.
    fn find_starts(&mut self, first: usize, end: usize) {
        let (mut paragraph, mut start) = match first.checked_sub(1) {
            Some(before) => (
                self.paginator.page(before).start.paragraph,
                self.starts[before],
            ),
            None => (0, 0),
        };
        for page in first..end {
            let begins = self.paginator.page(page).start.paragraph;
            start += self.lengths[paragraph..begins].iter().sum::<u32>();
            (paragraph, self.starts[page]) = (begins, start);
        }
    }

    /// The breaks before the pages `first … end`, in place of those before `removed` pages. No break is before page 0.
    fn change(
        &self,
        first: usize,
        end: usize,
        removed: usize,
        moved: Moved,
    ) -> Result<JsValue, JsValue> {
        let breaks = first.max(1)..end;
        let inserted: Result<Array, JsValue> = breaks.map(|page| self.page_break(page)).collect();
        let removed = removed.saturating_sub(usize::from(first == 0));
        let shift = object(&[
            ("offset", whole(moved.offset)),
            ("paragraph", whole(moved.paragraph)),
        ])?;
        object(&[
            ("count", number(self.starts.len())),
            ("from", number(first.saturating_sub(1))),
            ("removed", number(removed)),
            ("inserted", inserted?.into()),
            ("shift", shift),
        ])
    }

    fn page_break(&self, index: usize) -> Result<JsValue, JsValue> {
        let page = self.paginator.page(index);
        let before = self.paginator.page(index - 1);
        let contd = page.contd.as_deref();
        object(&[
            ("page", self.labels[index].as_str().into()),
            (
                "offset",
                (self.starts[index] + page.start.offset_utf16).into(),
            ),
            ("paragraph", number(page.start.paragraph)),
            ("line", page.start.line.into()),
            ("more", before.more.into()),
            ("contd", contd.map_or(JsValue::NULL, JsValue::from_str)),
        ])
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no script has 2^53 UTF-16 units"
)]
fn whole(number: i64) -> JsValue {
    JsValue::from_f64(number as f64)
}

fn length(paragraph: &Paragraph) -> u32 {
    let units = paragraph
        .runs
        .iter()
        .map(|run| run.text.encode_utf16().count());
    u32::try_from(units.sum::<usize>() + 1).expect("a paragraph is shorter than 4 GiB")
}
