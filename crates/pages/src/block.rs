//! A paragraph as the breaking rules see it: its class, its lines, the space above it.

use crate::sentences;
use crate::settings::{ElementStyle, Settings};
use crate::units::{Inches, Points};
use crate::wrap::{self, LineWidths};
use scriptroom_paragraphs::{ElementType, Paragraph};
use std::ops::Range;

/// What stands for a scene that is left out.
const OMITTED: &str = "OMITTED";

/// A measured paragraph. Unprinted ones are blocks without room, so that a block's index is its
/// paragraph's.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// What it is.
    element: ElementType,
    /// Its style, where that is not its element's.
    own_style: Option<Box<ElementStyle>>,
    /// The element by whose rules it breaks.
    pub(crate) class: ElementType,
    /// Whether it takes room.
    pub(crate) is_printed: bool,
    /// What the three are that an omitted scene takes from its paragraphs: class, printed, starting a page.
    own: (ElementType, bool, bool),
    /// Whether it is in an omitted scene, below its heading.
    is_left_out: bool,
    /// Whether it is the heading of an omitted scene, of which it says nothing else.
    omits: bool,
    /// Whether it opens a scene.
    pub(crate) opens_scene: bool,
    /// On cues: stands to the right of the speech before.
    pub(crate) is_dual: bool,
    /// Whether it always starts a page.
    pub(crate) starts_page: bool,
    /// Whether it is one block of text with the paragraph before it.
    pub(crate) is_joined: bool,
    /// What is printed of it, with the automatic continued that a cue may have got.
    pub(crate) text: Box<str>,
    /// How much of the end of `text` is no text of the paragraph.
    added_bytes: usize,
    /// The unprinted stretches of its text.
    hidden: Box<[Hidden]>,
    widths: LineWidths,
    /// How many lines its text takes in its full width.
    lines: u32,
    /// The height of each.
    pub(crate) line_height: Points,
    /// What stays free above it, except at the top of a page.
    pub(crate) space_before: Points,
}

/// An unprinted stretch: where it would stand in the printed text, and its length.
#[derive(Clone, Copy, Debug)]
struct Hidden {
    at_byte: usize,
    len_utf16: u32,
}

/// In which width a paragraph is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Its own.
    Full,
    /// That of a column of dual dialogue, in characters.
    Half(u32),
}

impl Block {
    /// Measures a paragraph in the style of its element, or in its own.
    pub(crate) fn new(paragraph: &Paragraph, settings: &Settings) -> Block {
        let setup = settings.setup();
        let own_style = settings.look_of(paragraph);
        let style = own_style.unwrap_or_else(|| setup.elements.of(paragraph.element));
        let (class, is_printed) = match paragraph.element {
            ElementType::PageBreak => (ElementType::PageBreak, false),
            element => (
                style.breaks_as,
                element.is_printed() || setup.prints_hidden_text,
            ),
        };
        let starts_page = style.starts_page && is_printed;
        let opens_scene = paragraph.element == ElementType::SceneHeading;
        let mut block = Block {
            element: paragraph.element,
            own: (class, is_printed, starts_page),
            is_left_out: false,
            omits: opens_scene && paragraph.attributes.omitted,
            own_style: own_style.copied().map(Box::new),
            class,
            is_printed,
            opens_scene,
            is_dual: paragraph.attributes.dual && class == ElementType::Character,
            starts_page,
            is_joined: paragraph.attributes.joined && is_printed,
            text: Box::default(),
            added_bytes: 0,
            hidden: Box::default(),
            widths: line_widths(settings, style),
            lines: 0,
            line_height: Points((setup.leading.0.saturating_mul(style.line_spacing) / 100).max(1)),
            space_before: match paragraph.attributes.joined {
                true => Points::ZERO,
                false => style.space_before.max(Points::ZERO),
            },
        };
        if block.omits {
            block.added_bytes = OMITTED.len();
            block.put_text(OMITTED.into());
        } else if is_printed {
            block.set_text(paragraph, setup.prints_hidden_text);
        }
        block
    }

    fn set_text(&mut self, paragraph: &Paragraph, prints_hidden: bool) {
        if let [run] = &paragraph.runs[..]
            && run.styles.is_printed()
        {
            self.put_text(run.text.as_str().into());
            return;
        }
        let mut text = String::new();
        let mut hidden = Vec::new();
        for run in &paragraph.runs {
            if run.styles.is_printed() || prints_hidden {
                text.push_str(&run.text);
            } else {
                hidden.push(Hidden {
                    at_byte: text.len(),
                    len_utf16: len_utf16(&run.text),
                });
            }
        }
        self.hidden = hidden.into();
        self.put_text(text.into());
    }

    fn put_text(&mut self, text: Box<str>) {
        self.lines = wrap::count(&text, 0, self.widths, u32::MAX);
        self.text = text;
    }

    /// Leaves it out with its scene, or prints it again. Says whether that is new.
    pub(crate) fn leave_out(&mut self, is_left_out: bool) -> bool {
        let is_new = self.is_left_out != is_left_out;
        self.is_left_out = is_left_out;
        (self.class, self.is_printed, self.starts_page) = match is_left_out {
            // A note has no rule of its own.
            true => (ElementType::Note, false, false),
            false => self.own,
        };
        is_new
    }

    /// Whether what follows is left out, where it begins or ends something.
    pub(crate) fn begins_omission(&self) -> Option<bool> {
        let ends_scene = matches!(self.element, ElementType::NewAct | ElementType::EndOfAct);
        (self.opens_scene || ends_scene).then_some(self.omits)
    }

    /// Its style.
    pub(crate) fn style<'a>(&'a self, settings: &'a Settings) -> &'a ElementStyle {
        let of_element = settings.setup().elements.of(self.element);
        self.own_style.as_deref().unwrap_or(of_element)
    }

    /// The printed text of the paragraph itself.
    pub(crate) fn own_text(&self) -> &str {
        &self.text[..self.text.len() - self.added_bytes]
    }

    /// Puts `suffix` behind the paragraph's own text (or nothing). Says whether that is new.
    pub(crate) fn set_suffix(&mut self, suffix: Option<&str>) -> bool {
        let has = &self.text[self.text.len() - self.added_bytes..];
        if has.strip_prefix(' ').unwrap_or(has) == suffix.unwrap_or("") {
            return false;
        }
        let mut text = self.own_text().to_owned();
        let own = text.len();
        if let Some(suffix) = suffix {
            text.push(' ');
            text.push_str(suffix);
        }
        self.added_bytes = text.len() - own;
        self.put_text(text.into());
        true
    }

    /// How many lines there are in `bytes`; past `limit` it may stop counting.
    pub(crate) fn lines_in(&self, bytes: Range<usize>, lane: Lane, limit: u32) -> u32 {
        match (bytes.start, lane) {
            (0, Lane::Full) if bytes.end == self.text.len() => self.lines,
            _ => {
                let widths = self.widths_from(bytes.start, lane);
                wrap::count(&self.text[..bytes.end], bytes.start, widths, limit)
            }
        }
    }

    /// How many lines another text would take in its place.
    pub(crate) fn lines_of(&self, text: &str) -> u32 {
        wrap::count(text, 0, self.widths, u32::MAX)
    }

    /// The bytes at which the first `limit` lines of `bytes` begin.
    pub(crate) fn line_starts(&self, bytes: Range<usize>, lane: Lane, limit: usize) -> Vec<usize> {
        let widths = self.widths_from(bytes.start, lane);
        wrap::starts(&self.text[..bytes.end], bytes.start, widths, limit)
    }

    /// The widths for what follows `byte`: only a paragraph's own first line is indented.
    fn widths_from(&self, byte: usize, lane: Lane) -> LineWidths {
        let (first, rest) = match lane {
            Lane::Full => (self.widths.first, self.widths.rest),
            Lane::Half(chars) => (chars.min(self.widths.first), chars.min(self.widths.rest)),
        };
        LineWidths {
            first: if byte == 0 { first } else { rest },
            rest,
        }
    }

    /// The bytes at which sentences begin, after `byte` and up to `last`.
    pub(crate) fn sentence_starts(&self, byte: usize, last: usize) -> impl Iterator<Item = usize> {
        let first_after = self.text[last..].chars().next().map_or(0, char::len_utf8);
        sentences::starts(&self.text[byte..last + first_after]).map(move |start| byte + start)
    }

    /// A byte of the printed text as an offset into the paragraph. What is unprinted and stands
    /// there comes before it.
    pub(crate) fn offset_utf16(&self, byte: usize) -> u32 {
        self.offset_utf16_from((0, 0), byte)
    }

    /// The same from a byte before it on, whose offset is known: a paragraph may be as long as a book.
    pub(crate) fn offset_utf16_from(&self, known: (usize, u32), byte: usize) -> u32 {
        let (from, offset) = known;
        let printed = offset.saturating_add(len_utf16(&self.text[from..byte]));
        let is_counted = |at: usize| from > 0 && at <= from;
        self.hidden
            .iter()
            .filter(|hidden| byte > 0 && hidden.at_byte <= byte && !is_counted(hidden.at_byte))
            .fold(printed, |sum, hidden| sum.saturating_add(hidden.len_utf16))
    }

    /// Where each of the lines of `bytes` begins and ends.
    pub(crate) fn lines_between(&self, bytes: Range<usize>, lane: Lane) -> Vec<(usize, usize)> {
        let starts = self.line_starts(bytes.clone(), lane, usize::MAX);
        let ends = starts.iter().skip(1).copied().chain([bytes.end]);
        starts.iter().copied().zip(ends).collect()
    }

    /// The byte of the printed text at which an offset into the paragraph stands; inside what is
    /// unprinted, where that would stand.
    pub(crate) fn byte_at(&self, offset_utf16: u32) -> usize {
        let own = self.own_text();
        let mut hidden = self.hidden.iter().peekable();
        let mut units = 0;
        for (byte, character) in own.char_indices() {
            while let Some(hidden) = hidden.next_if(|hidden| byte > 0 && hidden.at_byte <= byte) {
                units += hidden.len_utf16;
            }
            if units >= offset_utf16 {
                return byte;
            }
            units += if character < '\u{10000}' { 1 } else { 2 };
        }
        own.len()
    }

    /// Whether it may be split.
    pub(crate) fn splits(&self) -> bool {
        matches!(
            self.class,
            ElementType::Action
                | ElementType::Dialogue
                | ElementType::Lyrics
                | ElementType::General
        )
    }

    /// Whether it is a blank line in the running text.
    pub(crate) fn is_blank(&self) -> bool {
        self.is_printed && self.splits() && !self.starts_page && self.text.trim().is_empty()
    }

    /// Whether the scene before it is over, though no other begins.
    pub(crate) fn ends_scene(&self) -> bool {
        self.element == ElementType::EndOfAct
    }

    /// Whether it is what follows a cue.
    pub(crate) fn is_spoken(&self) -> bool {
        matches!(
            self.class,
            ElementType::Parenthetical | ElementType::Dialogue | ElementType::Lyrics
        )
    }
}

fn len_utf16(text: &str) -> u32 {
    let len = match text.is_ascii() {
        true => text.len(),
        false => text.encode_utf16().count(),
    };
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn line_widths(settings: &Settings, style: &ElementStyle) -> LineWidths {
    let chars = |left| {
        let chars = settings.setup().chars_between(left, style.right);
        u32::try_from(chars).unwrap_or(0).max(2)
    };
    let (left, indent) = (
        style.left.in_hundredths(),
        style.first_indent.in_hundredths(),
    );
    let first = left.saturating_add(indent);
    LineWidths {
        first: chars(Inches::hundredths(first)),
        rest: chars(style.left),
    }
}
