//! Reading a script.

use std::ops::Range;

use scriptroom_paragraphs::{Attributes, Paragraph, PlainScript, Run, Styles, TitleEntry};
use yrs::{Any, Map, Out, Transact};

use crate::change::{FormatChange, ParagraphInfo, StyledRange};
use crate::in_order;
use crate::mark::SceneId;
use crate::scene::Scene;
use crate::schema;
use crate::script::{Script, Steps};
use crate::strip::pieces;

impl Script {
    /// The length of the editor's document in UTF-16 units.
    #[must_use]
    pub fn len_utf16(&self) -> u32 {
        self.index.editor_len()
    }

    /// Whether the script has no text and one paragraph.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len_utf16() == 0
    }

    /// The editor's document.
    #[must_use]
    pub fn text(&self) -> String {
        self.index.slice(0..self.len_utf16())
    }

    /// A part of the editor's document; ends outside of it are moved into it.
    #[must_use]
    pub fn slice(&self, range: Range<u32>) -> String {
        let end = range.end.min(self.len_utf16());
        self.index.slice(range.start.min(end)..end)
    }

    /// How many paragraphs there are: one at least.
    #[must_use]
    pub fn paragraph_count(&self) -> usize {
        self.index.paragraph_count()
    }

    /// What is known of a paragraph.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    #[must_use]
    pub fn paragraph(&self, index: usize) -> ParagraphInfo {
        assert!(
            index < self.paragraph_count(),
            "there is no paragraph {index}"
        );
        self.index.info(index)
    }

    /// Paragraphs with their text and styles; a range that ends outside is cut off.
    #[must_use]
    pub fn paragraphs(&self, range: Range<usize>) -> Vec<Paragraph> {
        let end = range.end.min(self.paragraph_count());
        if range.start >= end {
            return Vec::new();
        }
        let start = self.index.paragraph_start(range.start);
        let stop = self.index.paragraph_end(end - 1);
        let mut infos = (range.start..end).map(|i| self.index.info(i));
        let mut paragraphs = Vec::with_capacity(end - range.start);
        let mut open = infos.next().map(empty);
        self.visit(start..stop, |text, styles| {
            if text == "\n" {
                paragraphs.extend(open.take());
                open = infos.next().map(empty);
            } else if let Some(open) = &mut open {
                open.push(text, styles);
            }
        });
        paragraphs.extend(open);
        paragraphs
    }

    /// The paragraph in which an offset lies; behind the end, the last one.
    #[must_use]
    pub fn paragraph_at(&self, offset: u32) -> usize {
        self.index.paragraph_at(offset.min(self.len_utf16()))
    }

    /// Where a paragraph starts, in UTF-16 units.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    #[must_use]
    pub fn paragraph_start(&self, index: usize) -> u32 {
        assert!(
            index < self.paragraph_count(),
            "there is no paragraph {index}"
        );
        self.index.paragraph_start(index)
    }

    /// All scenes, in order.
    #[must_use]
    pub fn scenes(&self) -> Vec<Scene> {
        (0..self.index.heading_count())
            .filter_map(|rank| self.scene_by_rank(rank))
            .collect()
    }

    /// The scene in which an offset lies; none before the first heading.
    #[must_use]
    pub fn scene_at(&self, offset: u32) -> Option<Scene> {
        let paragraph = self.paragraph_at(offset);
        let rank = self.index.headings_before(paragraph + 1).checked_sub(1)?;
        self.scene_by_rank(rank)
    }

    /// A scene.
    #[must_use]
    pub fn scene(&self, id: &SceneId) -> Option<Scene> {
        let paragraph = self.index.heading_of(id)?;
        self.scene_by_rank(self.index.headings_before(paragraph))
    }

    /// The paragraphs of a scene, heading included.
    #[must_use]
    pub fn scene_paragraphs(&self, id: &SceneId) -> Option<Range<usize>> {
        self.index.scene_range(id)
    }

    fn scene_by_rank(&self, rank: usize) -> Option<Scene> {
        let (paragraph, slot) = self.index.heading(rank)?;
        let next = self.index.heading(rank + 1);
        let end = next.map_or_else(|| self.paragraph_count(), |(paragraph, _)| paragraph);
        let offset = self.index.paragraph_start(paragraph);
        Some(Scene {
            id: slot
                .scene
                .clone()
                .expect("the index gave every heading an id"),
            heading: self
                .index
                .slice(offset..self.index.paragraph_end(paragraph)),
            number: slot.mark.number.as_deref().map(str::to_owned),
            color: slot.mark.color,
            paragraph,
            paragraphs: end - paragraph,
            offset,
        })
    }

    /// The title page, in order.
    #[must_use]
    pub fn title_page(&self) -> Vec<TitleEntry> {
        let txn = self.doc.transact();
        match self.root.get(&txn, schema::TITLE) {
            Some(Out::Any(Any::Array(entries))) => entries.iter().filter_map(entry).collect(),
            _ => Vec::new(),
        }
    }

    /// Sets the title page. It is one value: of two who set it at once, one wins.
    pub fn set_title_page(&mut self, entries: &[TitleEntry]) -> crate::Change {
        let entries = entries.iter().map(|entry| {
            let lines = entry.lines.iter().map(|line| Any::from(line.as_str()));
            let key = std::iter::once(Any::from(entry.key.as_str()));
            Any::Array(key.chain(lines).collect())
        });
        let mut steps = Steps::default();
        self.set_root(&mut steps, schema::TITLE, Any::Array(entries.collect()));
        self.finish(steps)
    }

    /// The whole script as plain data.
    #[must_use]
    pub fn to_plain(&self) -> PlainScript {
        PlainScript {
            title_page: self.title_page(),
            paragraphs: self.paragraphs(0..self.paragraph_count()),
        }
    }

    /// Calls `each` with the text of a range of the flow: line breaks by themselves, everything
    /// else with its styles.
    pub(crate) fn visit(&self, range: Range<u32>, mut each: impl FnMut(&str, Styles)) {
        let txn = self.doc.transact();
        for (strip, part) in self.index.parts(range) {
            let mut at = 0;
            for piece in pieces(&self.index.strip(strip).text, &txn) {
                let len = piece.len();
                let cut = at.max(part.start)..(at + len).min(part.end);
                if cut.start < cut.end {
                    let (text, styles) = piece.cut(cut.start - at..cut.end - at);
                    each(text, styles);
                }
                at += len;
            }
        }
    }

    /// The styled ranges of a part of the editor's document.
    #[must_use]
    pub fn runs(&self, range: Range<u32>) -> Vec<StyledRange> {
        let mut runs: Vec<StyledRange> = Vec::new();
        self.visit(range, |text, styles| {
            let len = schema::utf16_len(text);
            match runs.last_mut() {
                Some(last) if last.styles == styles => last.len += len,
                _ => runs.push(StyledRange { len, styles }),
            }
        });
        runs
    }

    pub(crate) fn format_changes(&self, ranges: Vec<Range<u32>>) -> Vec<FormatChange> {
        let ranges = in_order::by_key(ranges, |range| u64::from(range.start));
        let mut merged: Vec<Range<u32>> = Vec::new();
        for range in ranges.into_iter().filter(|range| range.start < range.end) {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
            .into_iter()
            .map(|range| FormatChange {
                from: range.start,
                to: range.end,
                runs: self.runs(range),
            })
            .collect()
    }
}

fn empty(info: ParagraphInfo) -> Paragraph {
    Paragraph {
        element: info.element,
        runs: Vec::<Run>::new(),
        attributes: Attributes {
            scene: info.scene.map(|id| id.as_str().to_owned()),
            scene_number: info.scene_number,
            dual: info.dual,
            depth: info.depth,
            joined: info.joined,
            omitted: info.omitted,
            color: info.color,
            source: info.source,
        },
    }
}

fn entry(value: &Any) -> Option<TitleEntry> {
    let Any::Array(parts) = value else {
        return None;
    };
    let mut parts = parts.iter().filter_map(|part| match part {
        Any::String(text) => Some(schema::readable(text)),
        _ => None,
    });
    Some(TitleEntry {
        key: parts.next()?,
        lines: parts.collect(),
    })
}
