//! The lines that stand on a page: the one layout that both the editor and the paper show.

use crate::block::{self, Block};
use crate::column::{self, Column, Filling, Pair, Place, Row};
use crate::fill::{Body, Filler, Start};
use crate::flow::Flow;
use crate::layout::Page;
use crate::settings::{Alignment, ElementStyle, Settings};
use crate::units::{Inches, Points};
use crate::{direction, width};
use scriptroom_paragraphs::ElementType;

/// A line on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedLine {
    /// How far below the top of the text its own top is.
    pub top: Points,
    /// How far from the page's left edge it begins, at its left.
    pub left: Inches,
    /// How many cells of the grid it takes, without the spaces that hang over its end.
    pub cells: u32,
    /// Whether it is read from right to left.
    pub is_right_to_left: bool,
    /// In which column it stands.
    pub lane: Lane,
    /// What it says.
    pub text: LineText,
}

/// The column in which a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// That of its element.
    Full,
    /// The left one of dual dialogue.
    Left,
    /// The right one of dual dialogue.
    Right,
}

/// What a line says, and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineText {
    /// Text of the script (and the automatic continued behind a cue).
    Text {
        /// Its paragraph.
        paragraph: usize,
        /// Where it begins there, in UTF-16 code units.
        offset_utf16: u32,
        /// What is printed, trailing spaces included.
        text: String,
    },
    /// The cue above the rest of a speech.
    Contd(String),
    /// The line below a speech that goes on.
    More(String),
    /// The line above a scene that goes on.
    SceneTop(String),
    /// The line below a scene that goes on.
    SceneBottom(String),
}

impl LineText {
    /// What it says.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            LineText::Text { text, .. }
            | LineText::Contd(text)
            | LineText::More(text)
            | LineText::SceneTop(text)
            | LineText::SceneBottom(text) => text,
        }
    }
}

/// The lines of the page that begins at `start`.
pub(crate) fn lines(
    flow: &Flow<'_>,
    settings: &Settings,
    start: Start,
    page: &Page,
) -> Vec<PrintedLine> {
    let body = Filler::new(flow, settings, start).body();
    let mut printer = Printer {
        flow,
        settings,
        lines: Vec::new(),
    };
    printer.above(&body, start, page);
    printer.rows(&body);
    printer.below(&body, page);
    printer.lines
}

struct Printer<'a, 'b> {
    flow: &'b Flow<'a>,
    settings: &'b Settings,
    lines: Vec<PrintedLine>,
}

impl<'a, 'b> Printer<'a, 'b> {
    fn push(&mut self, top: Points, lane: Lane, style: &ElementStyle, text: LineText) {
        let is_right_to_left = match &text {
            LineText::Text { paragraph, .. } => {
                let block = self.flow.get(*paragraph);
                block.is_some_and(|block| direction::is_right_to_left(&block.text))
            }
            other => direction::is_right_to_left(other.as_str()),
        };
        let cells = width::of_text(text.as_str().trim_end());
        let style = match lane {
            Lane::Full => *style,
            lane => self.in_column(lane, style),
        };
        let is_first = matches!(
            &text,
            LineText::Text {
                offset_utf16: 0,
                ..
            }
        );
        self.lines.push(PrintedLine {
            top,
            left: self.left(&style, cells, is_right_to_left, is_first),
            cells,
            is_right_to_left,
            lane,
            text,
        });
    }

    /// Where a line of so many cells begins.
    fn left(
        &self,
        style: &ElementStyle,
        cells: u32,
        is_right_to_left: bool,
        is_first: bool,
    ) -> Inches {
        let per_ten_inches = i64::from(self.settings.setup().chars_per_ten_inches);
        let width = i64::from(cells) * 1000 / per_ten_inches;
        let width = Inches::hundredths(i32::try_from(width).unwrap_or(i32::MAX));
        let indent = match is_first {
            true => style.first_indent,
            false => Inches::default(),
        };
        let left = style.left + indent;
        match (style.alignment, is_right_to_left) {
            (Alignment::Left, false) | (Alignment::Right, true) => left,
            (Alignment::Center, _) => left + (style.right - left - width).half(),
            (Alignment::Right, false) | (Alignment::Left, true) => style.right - width,
        }
    }

    /// The style in a column of dual dialogue: the column's width, without an indent.
    fn in_column(&self, lane: Lane, style: &ElementStyle) -> ElementStyle {
        let setup = self.settings.setup();
        let action = setup.elements.of(ElementType::Action);
        let width = (action.right - action.left - setup.dual_gap).half();
        let left = match lane {
            Lane::Right => action.right - width,
            _ => action.left,
        };
        ElementStyle {
            left,
            right: left + width,
            first_indent: Inches::default(),
            ..*style
        }
    }

    fn style_of(&self, element: ElementType) -> &'b ElementStyle {
        self.settings.setup().elements.of(element)
    }

    fn leading(&self) -> Points {
        self.settings.setup().leading
    }

    fn above(&mut self, body: &Body<'a>, start: Start, page: &Page) {
        let mut top = Points::ZERO;
        if let Some(text) = &page.scene_top {
            let style = self.style_of(ElementType::SceneHeading);
            self.push(top, Lane::Full, style, LineText::SceneTop(text.clone()));
            top += self.leading();
        }
        // A pair repeats its cues in its columns.
        if let (Some(text), None) = (&page.contd, start.pair) {
            let style = self.style_of(ElementType::Character);
            self.push(top, Lane::Full, style, LineText::Contd(text.clone()));
        }
        debug_assert!(top <= body.filling.top, "what was reserved is used");
    }

    fn below(&mut self, body: &Body<'a>, page: &Page) {
        let continueds = &self.settings.setup().continueds;
        let mut top = body.end.bottom;
        if let (true, Some(text), None) = (page.more, &continueds.more, body.end.pair) {
            let style = self.style_of(ElementType::Character);
            self.push(top, Lane::Full, style, LineText::More(text.clone()));
            top += self.leading();
        }
        if let (true, Some(text)) = (page.scene_bottom, &continueds.scene_bottom) {
            let at_the_right = ElementStyle {
                alignment: Alignment::Right,
                ..*self.style_of(ElementType::Action)
            };
            let text = LineText::SceneBottom(text.clone());
            self.push(top, Lane::Full, &at_the_right, text);
        }
    }

    fn rows(&mut self, body: &Body<'a>) {
        let rows = &body.column.rows[..body.end.rows.min(body.column.rows.len())];
        for row in rows {
            match row.pair {
                Some(pair) => self.pair(body, row, &pair),
                None => {
                    let until = until(row, Some(body.end.next));
                    self.row(row, until, Lane::Full, block::Lane::Full);
                }
            }
        }
    }

    fn row(&mut self, row: &Row<'a>, until: Option<usize>, lane: Lane, width: block::Lane) {
        let mut top = row.text_top;
        let bytes = row.from.byte..until.unwrap_or(row.until);
        let mut known = (0, 0);
        for (start, end) in row.block.lines_between(bytes, width) {
            known = (start, row.block.offset_utf16_from(known, start));
            let text = LineText::Text {
                paragraph: row.from.paragraph,
                offset_utf16: known.1,
                text: row.block.text[start..end].to_owned(),
            };
            self.push(top, lane, row.block.style(self.settings), text);
            top += row.block.line_height;
        }
    }

    fn pair(&mut self, body: &Body<'a>, row: &Row<'a>, pair: &Pair) {
        let rest = body.end.pair.filter(|rest| rest.left_cue == pair.left_cue);
        let left = pair.left_half(&body.filling, row.text_top);
        let right = pair.right_half(self.flow, &body.filling, row.text_top);
        let left_rest = rest.and_then(|rest| rest.left);
        let right_rest = rest.and_then(|rest| rest.right);
        if let Some(half) = left {
            self.half(&half, row.text_top, pair.left_cue, left_rest, Lane::Left);
        }
        if let Some(half) = right {
            self.half(&half, row.text_top, pair.right_cue, right_rest, Lane::Right);
        }
    }

    fn half(&mut self, half: &Filling, top: Points, cue: usize, rest: Option<Place>, lane: Lane) {
        let Column { rows, .. } = column::stack(self.flow, half);
        if let (true, Some(cue)) = (half.top > top, self.flow.get(cue)) {
            self.contd(cue, top, lane);
        }
        let mut bottom = half.top;
        let on_page = |row: &&Row<'_>| match rest {
            Some(rest) => (row.from.paragraph, row.from.byte) < (rest.paragraph, rest.byte),
            None => true,
        };
        for row in rows.iter().take_while(on_page) {
            let until = until(row, rest);
            self.row(row, until, lane, half.lane);
            bottom = self.lines.last().map_or(bottom, |line| line.top) + row.block.line_height;
        }
        if let (Some(_), Some(text)) = (rest, &self.settings.setup().continueds.more) {
            let style = self.style_of(ElementType::Character);
            self.push(bottom, lane, style, LineText::More(text.clone()));
        }
    }

    fn contd(&mut self, cue: &Block, top: Points, lane: Lane) {
        if let Some(suffix) = &self.settings.setup().continueds.contd {
            let text = crate::cue::continued(&cue.text, suffix);
            let style = self.style_of(ElementType::Character);
            self.push(top, lane, style, LineText::Contd(text));
        }
    }
}

/// Where a row's text ends on its page, when the next page begins inside of it.
fn until(row: &Row<'_>, next: Option<Place>) -> Option<usize> {
    next.filter(|next| next.paragraph == row.from.paragraph && next.byte > row.from.byte)
        .map(|next| next.byte)
}
