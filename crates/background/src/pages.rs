//! The handle that the package holds for a script's pages: paragraphs in, splices of them in, what that did to the page breaks out.

use js_sys::Array;
use scriptroom_pages::{Anchor, Delta, Page, Paginator};
use scriptroom_paragraphs::{Paragraph, bytes};
use wasm_bindgen::prelude::*;

use crate::marks::{Marks, MarksChange};
use crate::objects::{number, object};
use crate::production::Kept;

/// The pages of one script.
#[wasm_bindgen]
pub struct PagesCore {
    pub(crate) paginator: Paginator,
    /// The length of each paragraph in UTF-16 units, its end counted.
    lengths: Vec<u32>,
    /// For each page, where the paragraph that it begins in starts in the flow.
    starts: Vec<u32>,
    /// The number of each page.
    pub(crate) labels: Vec<String>,
    /// Whether they may be others though no page is.
    relabel: bool,
    pub(crate) kept: Kept,
    pub(crate) marks: Marks,
}

#[wasm_bindgen]
impl PagesCore {
    /// Lays out these paragraphs, as bytes, by what the entries and places say, which are as the client's module has them.
    #[wasm_bindgen(constructor)]
    pub fn new(paragraphs: &[u8], entries: &Array, places: &Array) -> Result<PagesCore, JsError> {
        console_error_panic_hook::set_once();
        let paragraphs = bytes::decode(paragraphs)?;
        let lengths: Vec<u32> = paragraphs.iter().map(length).collect();
        let mut kept = Kept::default();
        kept.splice(0, 0, &paragraphs);
        kept.take(Some(entries), places, |offset| anchor(&lengths, offset));
        let settings = kept.production.settings.clone();
        let mut paginator = Paginator::new(&paragraphs, settings);
        paginator.set_locks(&kept.production.locks);
        let pages = paginator.page_count();
        let mut core = PagesCore {
            lengths,
            starts: vec![0; pages],
            labels: paginator.labels(),
            relabel: false,
            paginator,
            kept,
            marks: Marks::default(),
        };
        core.find_starts(0, pages);
        core.find_marks(0..pages, 0);
        Ok(core)
    }

    /// All breaks, as a change of none: see `PagesChange` in laid.ts.
    pub fn pages(&self) -> Result<JsValue, JsValue> {
        let change = self.change(0, self.starts.len(), 0, Moved::default())?;
        let marks = MarksChange {
            from: 0,
            removed: 0,
            inserted: self.marks.all().copied().collect(),
        };
        self.told(change, &marks, true)
    }

    /// Takes in entries and places: all entries, where some of them changed, and the places that did. Settings of the page
    /// are not among them: with others a script is laid out from its beginning.
    #[wasm_bindgen(js_name = takeEntries)]
    pub fn take_entries(
        &mut self,
        entries: Option<Array>,
        places: &Array,
    ) -> Result<JsValue, JsValue> {
        let lengths = &self.lengths;
        let kept = &mut self.kept;
        let changed = kept.take(entries.as_ref(), places, |offset| anchor(lengths, offset));
        let before = self.starts.len();
        let is_all = entries.is_some();
        let delta = match is_all || changed.locks {
            true => self.paginator.set_locks(&self.kept.production.locks),
            false => Delta::none(before),
        };
        if is_all || changed.locks {
            self.relabel = true;
        }
        let change = self.take(&delta, usize::MAX, Moved::default(), 0..0)?;
        let marks = match (is_all, changed.revised) {
            (true, _) => self.find_marks(0..self.starts.len(), before),
            (false, Some(revised)) => self.marks_after(revised, &delta, before),
            (false, None) if delta.is_empty() => MarksChange::none(),
            (false, None) => {
                let first = self.paginator.page(delta.from.min(self.starts.len() - 1));
                let first = first.start.paragraph;
                self.marks_after(first..first, &delta, before)
            }
        };
        self.told(change, &marks, is_all)
    }

    /// What a production says of the script, and what is wrong with it: see `ProductionState` in production-types.ts.
    pub fn production(&self) -> Result<JsValue, JsValue> {
        self.kept.state(&self.paginator)
    }

    /// What is to be written for a request: see `Request` in production.ts.
    pub fn writes(&self, request: &Array) -> Result<JsValue, JsValue> {
        let offset = |at: Anchor| {
            let before: u32 = self.lengths[..at.paragraph.min(self.lengths.len())]
                .iter()
                .sum();
            before + at.offset_utf16
        };
        self.kept.writes(request, &self.paginator, offset)
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
        let numbers = self.kept.splice(from, removed, &inserted);
        let delta = self.paginator.splice(from, removed, &inserted);
        let before = self.starts.len();
        let to = from + inserted.len();
        let change = self.take(&delta, from, moved, from..to)?;
        self.marks.shift(from + removed, moved.paragraph);
        let marks = self.marks_after(from..to, &delta, before);
        self.told(change, &marks, numbers)
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
        moved: Moved,
        edited: std::ops::Range<usize>,
    ) -> Result<JsValue, JsValue> {
        let to = edited.end;
        let before = self.starts.len();
        let gone = delta.from..delta.from + delta.removed;
        let came = delta.from + delta.pages.len();
        self.starts
            .splice(gone.clone(), std::iter::repeat_n(0, delta.pages.len()));
        // A page that stayed may begin behind the edit, or in what was inserted.
        let mut first = self.first_page(|page| page.start.paragraph <= from);
        let known = first;
        // So may a right column, of which the left one is in front of it.
        if let Some(page) = (0..first).find(|&page| self.right_paragraph(page) >= Some(from)) {
            first = page;
        }
        let mut end = self.first_page(|page| page.start.paragraph < to);
        if !gone.is_empty() || came > delta.from {
            first = first.min(delta.from);
            // Whether the break behind them says `(MORE)` is theirs to say.
            end = end.max((came + 1).min(self.starts.len()));
        }
        let end = end.max(known);
        self.find_starts(first, end);
        for start in &mut self.starts[end..] {
            *start = u32::try_from(i64::from(*start) + moved.offset)
                .expect("what is behind an edit is in the flow");
        }
        let pages = self.starts.len();
        // Where no page is another, no locked page begins elsewhere.
        let is_locked = self.kept.production.is_locked && !delta.is_empty();
        let is_new = std::mem::take(&mut self.relabel) || is_locked || pages != before;
        let labels = is_new
            .then(|| self.paginator.labels())
            .filter(|labels| *labels != self.labels);
        let mut end = end;
        if let Some(labels) = labels {
            // The breaks whose numbers are others are told anew, also before the edit: a page whose text is gone leaves its
            // number to one before it. Behind it locked pages keep theirs.
            let pairs = labels.iter().zip(&self.labels);
            first = first.min(pairs.take_while(|(now, was)| now == was).count());
            let pairs = labels.iter().rev().zip(self.labels.iter().rev());
            let same = pairs.take_while(|(now, was)| now == was).count();
            end = end.max(pages - same.min(pages - first).min(before - first));
            self.labels = labels;
        }
        self.change(first, end, end + before - pages - first, moved)
    }

    /// Finds the marks of pages anew, in place of those of `removed` pages.
    fn find_marks(&mut self, pages: std::ops::Range<usize>, removed: usize) -> MarksChange {
        let revised = &self.kept.production.revised;
        self.marks.find(&self.paginator, pages, removed, revised)
    }

    /// The marks after an edit: of the pages that changed, and of those that the edited paragraphs stand on.
    fn marks_after(
        &mut self,
        edited: std::ops::Range<usize>,
        delta: &Delta,
        before: usize,
    ) -> MarksChange {
        let first = self.first_page(|page| page.start.paragraph <= edited.start);
        // The last line of the page before may be another's, too.
        let mut first = first.saturating_sub(2);
        let mut end =
            self.first_page(|page| page.start.paragraph < edited.end.max(edited.start + 1));
        // That of no edit is behind the last page.
        if delta.removed > 0 || !delta.pages.is_empty() {
            first = first.min(delta.from);
            end = end.max(delta.from + delta.pages.len());
        }
        let pages = self.starts.len();
        let end = end.min(pages).max(first);
        let removed = (before + end - first).saturating_sub(pages);
        self.find_marks(first..end, removed)
    }

    /// A change with what it did to the marks, and the scenes' numbers where these may be others.
    fn told(
        &self,
        change: JsValue,
        marks: &MarksChange,
        numbers: bool,
    ) -> Result<JsValue, JsValue> {
        let set = |name: &str, value: &JsValue| js_sys::Reflect::set(&change, &name.into(), value);
        let first = self.labels.first().map_or("", String::as_str);
        set("first", &first.into())?;
        // Where no mark is another, those behind the edit have moved.
        if marks.removed > 0 || self.marks.all().next().is_some() {
            let (mut paragraph, mut start) = (0, 0);
            let mut offset = |at: (usize, u32)| {
                if at.0 < paragraph {
                    (paragraph, start) = (0, 0);
                }
                start += self.lengths[paragraph..at.0].iter().sum::<u32>();
                paragraph = at.0;
                start + at.1
            };
            let inserted = marks.inserted.iter();
            let inserted =
                inserted.flat_map(|mark| [offset(mark.at).into(), number(mark.revision)]);
            let marks = object(&[
                ("from", number(marks.from)),
                ("removed", number(marks.removed)),
                ("inserted", inserted.collect::<Array>().into()),
            ])?;
            set("marks", &marks)?;
        }
        if numbers {
            let numbers = self.kept.numbers();
            let pairs = numbers
                .into_iter()
                .flat_map(|(id, number)| [JsValue::from_str(id), number.into()]);
            set("numbers", &pairs.collect::<Array>().into())?;
        }
        Ok(change)
    }

    /// The number of pages from the first on that are `before` something: where the next one is.
    fn first_page(&self, before: impl Fn(&Page) -> bool) -> usize {
        self.paginator.pages_while(before)
    }

    /// The paragraph in which a page's right column goes on.
    fn right_paragraph(&self, page: usize) -> Option<usize> {
        let right = self.paginator.page(page).right_start;
        right.map(|right| right.paragraph)
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
        let top = page.scene_top.as_deref();
        let right = match page.right_start {
            Some(right) => {
                let between = &self.lengths[page.start.paragraph..right.paragraph];
                let begins = self.starts[index] + between.iter().sum::<u32>();
                let contd = page.right_contd.as_deref();
                object(&[
                    ("offset", (begins + right.offset_utf16).into()),
                    ("line", right.line.into()),
                    ("contd", contd.map_or(JsValue::NULL, JsValue::from_str)),
                ])?
            }
            None => JsValue::NULL,
        };
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
            ("sceneBottom", before.scene_bottom.into()),
            ("sceneTop", top.map_or(JsValue::NULL, JsValue::from_str)),
            ("right", right),
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

/// The paragraph in which an offset of the flow is, and where in it.
fn anchor(lengths: &[u32], offset: u32) -> Anchor {
    let mut left = offset;
    for (paragraph, &length) in lengths.iter().enumerate() {
        if left < length {
            return Anchor {
                paragraph,
                offset_utf16: left,
            };
        }
        left -= length;
    }
    let last = lengths.len().saturating_sub(1);
    Anchor {
        paragraph: last,
        offset_utf16: lengths
            .get(last)
            .map_or(0, |length| length.saturating_sub(1)),
    }
}
