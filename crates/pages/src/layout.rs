//! The result: pages as data, cheap to send, enough to show the breaks and to print.

use crate::units::Points;

/// A place at which a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The paragraph's index.
    pub paragraph: usize,
    /// The offset into its text, in UTF-16 code units.
    pub offset_utf16: u32,
    /// How many of the paragraph's lines stand on earlier pages.
    pub line: u32,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where its text begins.
    pub start: Position,
    /// Where the right column's text begins, when the page goes on with dual dialogue of which
    /// both columns are left.
    pub right_start: Option<Position>,
    /// The cue that stands again above the rest of a speech, such as `ANNA (CONT'D)`.
    pub contd: Option<String>,
    /// The cue that stands again above the rest of the right column, where `right_start` is set.
    pub right_contd: Option<String>,
    /// Whether the page ends with `(MORE)`.
    pub more: bool,
    /// The line at its top when it goes on with a scene and the settings want it, such as
    /// `CONTINUED: (2)`.
    pub scene_top: Option<String>,
    /// Whether it ends with the line for a scene that goes on, where the settings want one.
    pub scene_bottom: bool,
    /// How far down its text goes.
    pub height: Points,
    /// The scenes on it, in order.
    pub scenes: Vec<SceneSpan>,
}

/// A stretch of a page that belongs to one scene, or to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SceneSpan {
    /// Which one.
    pub part: ScenePart,
    /// How much of the page it takes.
    pub height: Points,
}

/// To which scene a stretch of a page belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenePart {
    /// A scene begins with the heading at this paragraph.
    Heading(usize),
    /// What was open at the end of the page before goes on.
    GoesOn,
    /// An act's end, and what stands between it and the next heading: no scene's.
    Outside,
}

/// A scene's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SceneLength {
    /// The scene heading's paragraph.
    pub heading: usize,
    /// The index of the page on which the heading stands.
    pub page: usize,
    /// The length in eighths of a page; at least one.
    pub eighths: u32,
}

impl SceneLength {
    /// The length as productions write it: `4/8`, `1`, `2 1/8`.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.eighths / 8, self.eighths % 8) {
            (0, eighths) => format!("{eighths}/8"),
            (pages, 0) => pages.to_string(),
            (pages, eighths) => format!("{pages} {eighths}/8"),
        }
    }
}

/// Where every page of a script begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The pages, in order. A script without printed text has one, empty.
    pub pages: Vec<Page>,
    /// What is printed as the number of each.
    pub labels: Vec<String>,
    /// How much text a page holds.
    pub body_height: Points,
}

impl Layout {
    /// How many pages there are.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// What is printed as the number of the page with this index.
    #[must_use]
    pub fn label(&self, page: usize) -> &str {
        &self.labels[page]
    }

    /// The number in a page's corner: none on the first page.
    #[must_use]
    pub fn number(&self, page: usize) -> Option<&str> {
        (page > 0).then(|| self.label(page))
    }

    /// The index of the page on which a paragraph's offset stands.
    #[must_use]
    pub fn page_at(&self, paragraph: usize, offset_utf16: u32) -> usize {
        let at = (paragraph, offset_utf16);
        self.pages
            .partition_point(|page| (page.start.paragraph, page.start.offset_utf16) <= at)
            .saturating_sub(1)
    }

    /// Every scene's length, in order.
    #[must_use]
    pub fn scene_lengths(&self) -> Vec<SceneLength> {
        scene_lengths(self.pages.iter(), self.body_height)
    }
}

pub(crate) fn page_label(first: u32, page: usize) -> String {
    (page + first as usize).to_string()
}

pub(crate) fn scene_lengths<'a>(
    pages: impl Iterator<Item = &'a Page>,
    body_height: Points,
) -> Vec<SceneLength> {
    let mut lengths: Vec<(SceneLength, Points)> = Vec::new();
    let mut is_inside = false;
    for (page, spans) in pages.map(|page| &page.scenes).enumerate() {
        for span in spans {
            match span.part {
                ScenePart::Heading(heading) => {
                    let length = SceneLength {
                        heading,
                        page,
                        eighths: 0,
                    };
                    lengths.push((length, Points::ZERO));
                    is_inside = true;
                }
                ScenePart::GoesOn => {}
                ScenePart::Outside => is_inside = false,
            }
            if let (true, Some((_, height))) = (is_inside, lengths.last_mut()) {
                *height += span.height;
            }
        }
    }
    lengths
        .into_iter()
        .map(|(length, height)| SceneLength {
            eighths: eighths(height, body_height),
            ..length
        })
        .collect()
}

/// A height in eighths of a page, of which every one that was begun counts.
fn eighths(height: Points, body_height: Points) -> u32 {
    let body = i64::from(body_height.0.max(1));
    let eighths = (i64::from(height.0) * 8 + body - 1) / body;
    u32::try_from(eighths).unwrap_or(0).max(1)
}
