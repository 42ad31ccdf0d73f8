//! A strip as the index knows it: its place, its length, and where its marks are.
//!
//! The text itself stays in the document; [`Strip::read`] and [`pieces`] read it from there.

use std::cell::Cell;
use std::sync::Arc;

use scriptroom_paragraphs::{ElementType, Styles};
use yrs::branch::Branch;
use yrs::types::text::YChange;
use yrs::types::{Attrs, Delta};
use yrs::{Any, BranchID, GetString, ID, Map, MapRef, Out, ReadTxn, Text, TextRef};

use crate::change::ParagraphInfo;
use crate::mark::{Mark, SceneId};
use crate::odd_text;
use crate::order_key::OrderKey;
use crate::schema;
use crate::style_spans::StyleSpans;
use crate::sum_tree::{Leaf, Summary};

/// A mark in its strip.
#[derive(Clone, Debug)]
pub(crate) struct MarkSlot {
    /// Its offset in the strip.
    pub(crate) at: u32,
    pub(crate) id: ID,
    pub(crate) map: MapRef,
    pub(crate) mark: Mark,
    /// The scene that it opens, on headings: chosen or derived, unique in the script.
    pub(crate) scene: Option<SceneId>,
}

/// One strip.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    pub(crate) name: Arc<str>,
    pub(crate) key: OrderKey,
    pub(crate) map: MapRef,
    pub(crate) map_id: ID,
    pub(crate) text: TextRef,
    pub(crate) text_id: ID,
    /// The text in UTF-16 units, as the editor's document has it: `\n` for marks.
    pub(crate) units: Vec<u16>,
    pub(crate) marks: Vec<MarkSlot>,
    /// Which of them was asked for last.
    near: Cell<usize>,
    /// Which of the marks are headings.
    pub(crate) headings: Vec<u32>,
    /// Whether any of its text has had a style since it was read.
    pub(crate) formatted: bool,
    /// Whether any of its text has had a character of two units since it was read.
    pub(crate) paired: bool,
    /// The styles of its units. A mark can have styles, too, which what is typed right behind it takes on.
    pub(crate) styles: StyleSpans,
}

impl Leaf for Strip {
    fn summary(&self) -> Summary {
        Summary {
            strips: 1,
            len: self.len(),
            marks: self.marks.len() as u32,
            headings: self.headings.len() as u32,
        }
    }
}

impl Strip {
    /// Reads the strip that stands under `name`; none where it is no map or has no text.
    pub(crate) fn read<T: ReadTxn>(name: Arc<str>, value: &Out, txn: &T) -> Option<Strip> {
        let Out::YMap(map) = value else { return None };
        let Some(Out::YText(text)) = map.get(txn, schema::TEXT) else {
            return None;
        };
        let mut strip = Strip {
            name,
            key: read_key(map, txn),
            map_id: nested_id(map)?,
            map: map.clone(),
            text_id: nested_id(&text)?,
            text,
            units: Vec::new(),
            marks: Vec::new(),
            near: Cell::default(),
            headings: Vec::new(),
            formatted: false,
            paired: false,
            styles: StyleSpans::default(),
        };
        strip.read_text(txn);
        // Units that are still counted in another way cannot be told apart by offsets: no Yjs
        // client writes such a text, and it reads as none.
        (strip.len() == strip.text.len(txn)).then_some(strip)
    }

    /// Whether the text has the length that it has after this delta.
    pub(crate) fn agrees_with<T: ReadTxn>(&self, delta: &[Delta], txn: &T) -> bool {
        let len = delta.iter().fold(i64::from(self.len()), |len, step| {
            len + match step {
                Delta::Deleted(removed) => -i64::from(*removed),
                Delta::Inserted(Out::Any(Any::String(text)), _) => {
                    i64::from(schema::utf16_len(text))
                }
                Delta::Inserted(..) => 1,
                Delta::Retain(..) => 0,
            }
        });
        len == i64::from(self.text.len(txn))
    }

    /// Whether this strip with that delta differs from what the document has, read anew. That happens where a character of two units (a
    /// surrogate pair) was cut in two by something that came in between: both halves read as other characters from then on, even when
    /// what cut them is gone again, and no event tells of it.
    pub(crate) fn is_cut<T: ReadTxn>(&self, delta: &[Delta], txn: &T) -> bool {
        if !self.paired {
            return false;
        }
        let mut after = self.clone();
        after.follow(delta.to_vec(), txn);
        let pieces = read_pieces(&self.text, txn).0;
        let units = pieces.iter().flat_map(|(piece, _)| piece.units());
        !units.eq(after.units)
    }

    fn read_text<T: ReadTxn>(&mut self, txn: &T) {
        let (pieces, formatted) = read_pieces(&self.text, txn);
        self.formatted |= formatted;
        self.units.reserve_exact(self.text.len(txn) as usize);
        for (piece, styles) in pieces {
            let at = self.len();
            if let Piece::Mark(map) = &piece {
                self.marks.extend(slot(map, at, txn));
            }
            self.units.extend(piece.units());
            self.styles.push(at..self.len(), styles);
        }
        self.paired = self.units.iter().any(|unit| unit & 0xf800 == 0xd800);
        self.count_headings();
    }

    /// Reads the styles anew.
    pub(crate) fn restyle<T: ReadTxn>(&mut self, txn: &T) {
        self.styles = StyleSpans::default();
        let mut at = 0;
        for (piece, styles) in read_pieces(&self.text, txn).0 {
            let end = at + piece.len();
            self.styles.push(at..end, styles);
            at = end;
        }
    }

    /// The length in UTF-16 units.
    pub(crate) fn len(&self) -> u32 {
        self.units.len() as u32
    }

    /// Whether the strip's text ends in a mark. An empty strip does not.
    pub(crate) fn ends_in_mark(&self) -> bool {
        self.marks
            .last()
            .is_some_and(|slot| slot.at + 1 == self.len())
    }

    /// How many marks stand before `at`.
    pub(crate) fn marks_before(&self, at: u32) -> usize {
        self.marks.partition_point(|slot| slot.at < at)
    }

    /// The index of a mark in this strip. It is looked for outwards from the one that was asked for last: most edits stay near each other.
    pub(crate) fn slot_of(&self, id: &ID) -> Option<usize> {
        let near = self.near.get();
        let steps = 0..near.max(self.marks.len()) + 1;
        let outwards = steps.flat_map(|step| [Some(near + step), near.checked_sub(step)]);
        let is_it = |&at: &usize| self.marks.get(at).is_some_and(|slot| slot.id == *id);
        let found = outwards.flatten().find(is_it);
        self.near.set(found.unwrap_or(near));
        found
    }

    /// Takes in what a mark says now; which scene it opens is settled anew.
    pub(crate) fn say(&mut self, at: usize, mark: Mark) {
        let before = self.headings_before(at);
        if self.marks[at].mark.is_heading() {
            self.headings.remove(before);
        }
        if mark.is_heading() {
            self.headings.insert(before, at as u32);
        }
        self.marks[at].mark = mark;
        self.marks[at].scene = None;
    }

    fn count_headings(&mut self) {
        let marks = (0..).zip(&self.marks);
        let headings = marks.filter(|(_, slot)| slot.mark.is_heading());
        self.headings = headings.map(|(index, _)| index).collect();
    }

    /// How many headings stand among the first of its marks.
    pub(crate) fn headings_before(&self, marks: usize) -> usize {
        self.headings
            .partition_point(|&heading| (heading as usize) < marks)
    }

    /// Takes in a mark without styles, right behind another one.
    pub(crate) fn take_in(&mut self, slot: MarkSlot) -> TextEdits {
        let (at, index) = (slot.at, self.marks_before(slot.at));
        let before = self.headings_before(index);
        for heading in &mut self.headings[before..] {
            *heading += 1;
        }
        if slot.mark.is_heading() {
            self.headings.insert(before, index as u32);
        }
        self.make_room(at, "\n");
        self.styles.replace(at, 0, 1, Styles::NONE);
        let came = vec![slot.id];
        self.marks.insert(index, slot);
        self.near.set(index);
        let edit = LocalEdit {
            from: at,
            removed: 0,
            marks_before: index as u32,
            marks_removed: 0,
            inserted: "\n".to_owned(),
            after: at,
        };
        TextEdits {
            edits: vec![edit],
            came,
            ..TextEdits::default()
        }
    }
}

/// A piece of a strip's text.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String, Styles),
    Mark(MapRef),
    /// An embed of someone else's that is no mark.
    Foreign,
}

impl Piece {
    /// The piece as the editor's document has it.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Piece::Text(text, _) => text,
            Piece::Mark(_) => "\n",
            Piece::Foreign => schema::FOREIGN,
        }
    }

    /// Its length in UTF-16 units.
    pub(crate) fn len(&self) -> u32 {
        schema::utf16_len(self.as_str())
    }

    /// Its styles; marks and foreign embeds have none.
    pub(crate) fn styles(&self) -> Styles {
        match self {
            Piece::Text(_, styles) => *styles,
            _ => Styles::NONE,
        }
    }

    /// A part of it, in UTF-16 units; a character that is cut in two is left out.
    pub(crate) fn cut(&self, range: std::ops::Range<u32>) -> (&str, Styles) {
        let text = self.as_str();
        let byte_at = |units: u32| {
            let mut at = 0;
            for (byte, c) in text.char_indices() {
                if at >= units {
                    return byte;
                }
                at += c.len_utf16() as u32;
            }
            text.len()
        };
        let (start, end) = (byte_at(range.start), byte_at(range.end));
        (&text[start..end.max(start)], self.styles())
    }

    fn units(&self) -> impl Iterator<Item = u16> {
        self.as_str().encode_utf16()
    }

    pub(crate) fn from_out(value: Out, attributes: Option<&Attrs>) -> Piece {
        match value {
            Out::Any(Any::String(text)) => {
                Piece::Text(schema::readable(&text), read_styles(attributes))
            }
            Out::YMap(map) => Piece::Mark(map),
            _ => Piece::Foreign,
        }
    }
}

/// The text of a strip, in order.
pub(crate) fn pieces<T: ReadTxn>(text: &TextRef, txn: &T) -> impl Iterator<Item = Piece> {
    read_pieces(text, txn).0.into_iter().map(|(piece, _)| piece)
}

/// The text of a strip with the styles of each piece, those of marks too, and whether there are
/// any formats, known or foreign.
fn read_pieces<T: ReadTxn>(text: &TextRef, txn: &T) -> (Vec<(Piece, Styles)>, bool) {
    let mut formatted = false;
    let diffs = text.diff(txn, YChange::identity).into_iter();
    let pieces = diffs.map(|diff| {
        formatted |= diff.attributes.is_some();
        let attributes = diff.attributes.as_deref();
        let styles = read_styles(attributes);
        (Piece::from_out(diff.insert, attributes), styles)
    });
    let mut pieces: Vec<(Piece, Styles)> = pieces.collect();
    let len: u32 = pieces.iter().map(|(piece, _)| piece.len()).sum();
    if len != text.len(txn) {
        let whole = schema::readable(&text.get_string(txn));
        odd_text::tell_embeds(&mut pieces, &whole);
    }
    (pieces, formatted)
}

/// What a transaction did to a strip's text.
#[derive(Debug, Default)]
pub(crate) struct TextEdits {
    pub(crate) edits: Vec<LocalEdit>,
    /// Ranges after the change whose styles are to be read again.
    pub(crate) restyled: Vec<std::ops::Range<u32>>,
    pub(crate) gone: Vec<MarkSlot>,
    pub(crate) came: Vec<ID>,
}

/// One replaced range of a strip's text, in offsets before the whole change.
#[derive(Debug)]
pub(crate) struct LocalEdit {
    pub(crate) from: u32,
    pub(crate) removed: u32,
    pub(crate) marks_before: u32,
    pub(crate) marks_removed: u32,
    pub(crate) inserted: String,
    /// Where it stands after the change.
    pub(crate) after: u32,
}

impl Strip {
    /// Follows a delta of the strip's text.
    pub(crate) fn follow<T: ReadTxn>(&mut self, delta: Vec<Delta>, txn: &T) -> TextEdits {
        let mut done = TextEdits::default();
        let mut before = 0;
        let mut after = 0;
        // Marks that the change brought or took so far, before `after`.
        let mut marks_came = 0;
        let mut marks_gone = 0;
        // What an editor shows that is told of the text alone.
        let mut shown = self.styles.clone();
        // An event that says nothing: a style came or went around text that is not there.
        self.formatted |= delta.is_empty();
        for step in delta {
            let marks_before =
                |strip: &Strip| (strip.marks_before(after) + marks_gone - marks_came) as u32;
            match step {
                Delta::Retain(len, attributes) => {
                    self.formatted |= attributes.is_some();
                    before += len;
                    after += len;
                }
                Delta::Deleted(len) => {
                    let marks_before = marks_before(self);
                    let gone = self.take(after, len);
                    marks_gone += gone.len();
                    let edit = edit_at(&mut done.edits, before, after, marks_before);
                    edit.removed += len;
                    edit.marks_removed += gone.len() as u32;
                    done.gone.extend(gone);
                    shown.replace(after, len, 0, Styles::NONE);
                    before += len;
                }
                Delta::Inserted(value, attributes) => {
                    let marks_before = marks_before(self);
                    let piece = Piece::from_out(value, attributes.as_deref());
                    let edit = edit_at(&mut done.edits, before, after, marks_before);
                    edit.inserted.push_str(piece.as_str());
                    let len = self.make_room(after, piece.as_str());
                    shown.replace(after, 0, len, Styles::NONE);
                    self.formatted |= attributes.is_some();
                    if let Piece::Mark(map) = &piece
                        && let Some(slot) = slot(map, after, txn)
                    {
                        done.came.push(slot.id);
                        self.marks.insert(self.marks_before(after), slot);
                        marks_came += 1;
                    }
                    after += len;
                }
            }
        }
        if !done.gone.is_empty() || !done.came.is_empty() {
            self.count_headings();
        }
        if self.formatted {
            // Deltas do not tell every style that comes or goes, least of all with a neighbour that is deleted.
            self.restyle(txn);
            if self.styles != shown {
                done.restyled.push(0..self.len());
            }
        }
        done
    }

    fn take(&mut self, at: u32, len: u32) -> Vec<MarkSlot> {
        let first = self.marks_before(at);
        let last = self.marks_before(at + len);
        let gone = self.marks.drain(first..last).collect();
        for slot in &mut self.marks[first..] {
            slot.at -= len;
        }
        self.units.drain(at as usize..(at + len) as usize);
        gone
    }

    /// Replaces text that holds no mark.
    pub(crate) fn type_over(&mut self, at: u32, removed: u32, inserted: &str, styles: Styles) {
        let gone = self.take(at, removed);
        debug_assert!(gone.is_empty(), "marks are no text");
        let len = self.make_room(at, inserted);
        self.styles.replace(at, removed, len, styles);
    }

    /// The styles that text takes on when it comes right behind the unit before `at`.
    pub(crate) fn styles_before(&self, at: u32) -> Styles {
        at.checked_sub(1)
            .map_or(Styles::NONE, |unit| self.styles.at(unit))
    }

    /// The styles that a unit of the document has, read from there.
    pub(crate) fn read_styles_at<T: ReadTxn>(&self, at: u32, txn: &T) -> Styles {
        let mut end = 0;
        for (piece, styles) in read_pieces(&self.text, txn).0 {
            end += piece.len();
            if at < end {
                return styles;
            }
        }
        Styles::NONE
    }

    fn make_room(&mut self, at: u32, text: &str) -> u32 {
        let before = self.len();
        // Of four bytes.
        self.paired |= text.bytes().any(|byte| byte >= 0xf0);
        let place = at as usize..at as usize;
        self.units.splice(place, text.encode_utf16());
        let len = self.len() - before;
        let first = self.marks_before(at);
        for slot in &mut self.marks[first..] {
            slot.at += len;
        }
        len
    }
}

/// The edit that goes on at this place, or a new one.
fn edit_at(
    edits: &mut Vec<LocalEdit>,
    before: u32,
    after: u32,
    marks_before: u32,
) -> &mut LocalEdit {
    let goes_on = edits
        .last()
        .is_some_and(|edit| edit.from + edit.removed == before);
    if !goes_on {
        edits.push(LocalEdit {
            from: before,
            removed: 0,
            marks_before,
            marks_removed: 0,
            inserted: String::new(),
            after,
        });
    }
    edits.last_mut().expect("one was pushed if there was none")
}

pub(crate) fn slot<T: ReadTxn>(map: &MapRef, at: u32, txn: &T) -> Option<MarkSlot> {
    Some(MarkSlot {
        at,
        id: nested_id(map)?,
        mark: Mark::read(map, txn),
        map: map.clone(),
        scene: None,
    })
}

pub(crate) fn read_key<T: ReadTxn>(map: &MapRef, txn: &T) -> OrderKey {
    OrderKey::read(match map.get(txn, schema::AT) {
        Some(Out::Any(Any::String(key))) => Some(key),
        _ => None,
    })
}

/// The CRDT id of a nested type; root types have none.
pub(crate) fn nested_id(branch: &impl AsRef<Branch>) -> Option<ID> {
    match branch.as_ref().id() {
        BranchID::Nested(id) => Some(id),
        BranchID::Root(_) => None,
    }
}

fn read_styles(attributes: Option<&Attrs>) -> Styles {
    let mut styles = Styles::NONE;
    for (name, value) in attributes.into_iter().flatten() {
        let on = !matches!(value, Any::Null | Any::Undefined | Any::Bool(false));
        if let (true, Some(style)) = (on, Styles::named(name)) {
            styles |= style;
        }
    }
    styles
}

impl MarkSlot {
    /// What is known of the paragraph, without its length.
    pub(crate) fn info(&self) -> ParagraphInfo {
        let heading = self.mark.is_heading();
        ParagraphInfo {
            element: self.mark.element,
            scene: self.scene.clone(),
            scene_number: self
                .mark
                .number
                .as_deref()
                .filter(|_| heading)
                .map(str::to_owned),
            dual: self.mark.dual,
            depth: match self.mark.element {
                ElementType::Section => self.mark.depth.max(1),
                _ => 0,
            },
            joined: self.mark.joined,
            omitted: heading && self.mark.omitted,
            color: self.mark.color.filter(|_| heading),
            source: self.mark.source,
            len: 0,
        }
    }
}
