//! Structs as bytes again: one client's run, without gap or overlap, with neighbours joined where Yjs would join them.
//!
//! Keystrokes come as one struct each; joined, a run of typing is one struct, as in a document that was saved whole.

use std::borrow::Cow;

use std::ops::Range;

use crate::check::{
    DELETED, HAS_ORIGIN, HAS_RIGHT_ORIGIN, Kind, MAX_DEPTH, SKIP, Struct, read_value,
};
use crate::ids::{ClientId, Id};
use crate::varint::{MAX_SAFE_INTEGER, Reader, write_string, write_uint};

/// Writes the structs of one client in the order of their clocks.
#[derive(Debug)]
pub(crate) struct RunWriter {
    client: ClientId,
    start: u32,
    next: u32,
    structs: u64,
    bytes: Vec<u8>,
    open: Option<Piece<'static>>,
}

/// A struct whose content may still grow.
#[derive(Debug)]
struct Piece<'a> {
    last: Id,
    head: Cow<'a, [u8]>,
    origin: Option<Id>,
    right_origin: Option<Id>,
    content: Content<'a>,
}

#[derive(Debug)]
enum Content<'a> {
    Gc(u32),
    Skip(u32),
    Deleted(u32),
    Text(Cow<'a, str>),
    Raw(Cow<'a, [u8]>),
}

impl RunWriter {
    /// A run of `client` that begins at clock `start`.
    pub(crate) fn new(client: ClientId, start: u32) -> RunWriter {
        RunWriter {
            client,
            start,
            next: start,
            structs: 0,
            bytes: Vec::new(),
            open: None,
        }
    }

    /// The clock after what was written.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Adds a struct: what of it lies below the run's end is left out, what is missing before it becomes a Skip.
    pub(crate) fn push(&mut self, found: &Struct<'_>) {
        if let Some(offset) = self.reach(found) {
            self.add(Piece::of(found, offset));
        }
    }

    /// The same, where text that is among the ids that are `gone` (of this client, in order) becomes a length.
    pub(crate) fn push_without(&mut self, found: &Struct<'_>, gone: &[Range<u32>]) {
        let Some(offset) = self.reach(found) else {
            return;
        };
        match parts(found, offset, gone) {
            Some(parts) => parts.into_iter().for_each(|part| self.add(part)),
            None => self.add(Piece::of(found, offset)),
        }
    }

    /// Comes to the struct, and says from which of its units on it is new; `None`: none is.
    fn reach(&mut self, found: &Struct<'_>) -> Option<u32> {
        debug_assert_eq!(found.id.client, self.client);
        if found.end() <= self.next {
            return None;
        }
        if found.id.clock > self.next {
            let gap = found.id.clock - self.next;
            self.next = found.id.clock;
            self.add(Piece::skip(gap, found.id));
        }
        let offset = self.next - found.id.clock;
        self.next = found.end();
        Some(offset)
    }

    fn add(&mut self, piece: Piece<'_>) {
        let joined = self.open.as_mut().is_some_and(|open| open.join(&piece));
        if !joined {
            self.close();
            self.open = Some(piece.into_owned());
        }
    }

    fn close(&mut self) {
        if let Some(piece) = self.open.take() {
            self.structs += 1;
            piece.write(&mut self.bytes);
        }
    }

    /// Appends the section; nothing when the run is empty. Says whether there was one.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> bool {
        self.close();
        if self.structs == 0 {
            return false;
        }
        write_uint(out, self.structs);
        write_uint(out, self.client);
        write_uint(out, u64::from(self.start));
        out.extend_from_slice(&self.bytes);
        true
    }
}

impl<'a> Piece<'a> {
    /// What is left out before `before`.
    fn skip(len: u32, before: Id) -> Piece<'a> {
        Piece {
            last: Id {
                clock: before.clock - 1,
                ..before
            },
            head: Cow::Borrowed(&[SKIP]),
            origin: None,
            right_origin: None,
            content: Content::Skip(len),
        }
    }

    /// The struct from its unit `offset` on.
    fn of(found: &Struct<'a>, offset: u32) -> Piece<'a> {
        let content = match found.kind {
            Kind::Gc => Content::Gc(found.len - offset),
            Kind::Skip => Content::Skip(found.len - offset),
            Kind::Deleted => Content::Deleted(found.len - offset),
            Kind::Text(text) => Content::Text(text_from(text, offset)),
            Kind::Values if offset > 0 => Content::Raw(values_from(found.content, offset)),
            Kind::Values | Kind::Unit => Content::Raw(Cow::Borrowed(found.content)),
        };
        let head_len = found.bytes.len() - found.content.len();
        let placed = !matches!(found.kind, Kind::Gc | Kind::Skip);
        let (head, origin) = match offset {
            0 => (Cow::Borrowed(&found.bytes[..head_len]), found.origin),
            _ if !placed => (Cow::Borrowed(&found.bytes[..1]), None),
            offset => {
                let origin = Id {
                    client: found.id.client,
                    clock: found.id.clock + offset - 1,
                };
                (Cow::Owned(head_after(found, origin)), Some(origin))
            }
        };
        Piece {
            last: Id {
                clock: found.end() - 1,
                ..found.id
            },
            head,
            origin,
            right_origin: found.right_origin,
            content,
        }
    }

    /// Some of the units of a text, as text or as a length.
    fn part(found: &Struct<'a>, text: &'a str, units: Range<u32>, gone: bool) -> Option<Piece<'a>> {
        let words = text_between(text, units.clone())?;
        let mut piece = Piece::of(found, units.start);
        piece.last.clock = found.id.clock + units.end - 1;
        piece.content = match gone {
            true => Content::Deleted(units.end - units.start),
            false => Content::Text(Cow::Borrowed(words)),
        };
        if gone {
            let info = &mut piece.head.to_mut()[0];
            *info = (*info & !0x1f) | DELETED;
        }
        Some(piece)
    }

    fn into_owned(self) -> Piece<'static> {
        Piece {
            last: self.last,
            head: Cow::Owned(self.head.into_owned()),
            origin: self.origin,
            right_origin: self.right_origin,
            content: match self.content {
                Content::Gc(len) => Content::Gc(len),
                Content::Skip(len) => Content::Skip(len),
                Content::Deleted(len) => Content::Deleted(len),
                Content::Text(text) => Content::Text(Cow::Owned(text.into_owned())),
                Content::Raw(raw) => Content::Raw(Cow::Owned(raw.into_owned())),
            },
        }
    }

    /// Takes `next` in when Yjs would have made one struct of both: it was inserted right after, before the same unit.
    fn join(&mut self, next: &Piece<'_>) -> bool {
        let follows = next.origin == Some(self.last) && next.right_origin == self.right_origin;
        match (&mut self.content, &next.content) {
            (Content::Gc(len), Content::Gc(more)) | (Content::Skip(len), Content::Skip(more)) => {
                *len += more;
            }
            (Content::Deleted(len), Content::Deleted(more)) if follows => *len += more,
            (Content::Text(text), Content::Text(more)) if follows => text.to_mut().push_str(more),
            _ => return false,
        }
        self.last = next.last;
        true
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head);
        match &self.content {
            Content::Gc(len) | Content::Skip(len) | Content::Deleted(len) => {
                write_uint(out, u64::from(*len));
            }
            Content::Text(text) => write_string(out, text),
            Content::Raw(raw) => out.extend_from_slice(raw),
        }
    }
}

/// A text from its unit `offset` on, in parts: what is gone as a length, the rest as it is. `None` where nothing of it is
/// gone, or a part would begin within a character.
fn parts<'a>(found: &Struct<'a>, offset: u32, gone: &[Range<u32>]) -> Option<Vec<Piece<'a>>> {
    let Kind::Text(text) = found.kind else {
        return None;
    };
    let first = gone.partition_point(|range| range.end <= found.id.clock + offset);
    let gone = gone[first..]
        .iter()
        .take_while(|range| range.start < found.end());
    let mut parts = Vec::new();
    let mut next = offset;
    for range in gone {
        let from = range.start.saturating_sub(found.id.clock).max(next);
        let to = (range.end - found.id.clock).min(found.len);
        if from > next {
            parts.push(Piece::part(found, text, next..from, false)?);
        }
        parts.push(Piece::part(found, text, from..to, true)?);
        next = to;
    }
    if parts.is_empty() {
        return None;
    }
    if next < found.len {
        parts.push(Piece::part(found, text, next..found.len, false)?);
    }
    Some(parts)
}

/// The text between two of its UTF-16 units; `None` where one of them lies within a character.
fn text_between(text: &str, units: Range<u32>) -> Option<&str> {
    let mut at_units = 0;
    let mut start = None;
    let ends = text
        .char_indices()
        .map(|(at, c)| (at, c.len_utf16() as u32));
    for (at, len) in ends.chain([(text.len(), 0)]) {
        if at_units == units.start {
            start = start.or(Some(at));
        }
        if at_units == units.end {
            return Some(&text[start?..at]);
        }
        at_units += len;
    }
    None
}

/// The info byte and the place of what follows `origin` within the same struct, as Yjs writes it.
fn head_after(found: &Struct<'_>, origin: Id) -> Vec<u8> {
    let mut head = vec![(found.info & 0x1f) | HAS_ORIGIN | (found.info & HAS_RIGHT_ORIGIN)];
    for id in [Some(origin), found.right_origin].into_iter().flatten() {
        write_uint(&mut head, id.client);
        write_uint(&mut head, u64::from(id.clock));
    }
    head
}

/// The text from UTF-16 unit `offset` on. The half of a pair that a cut leaves reads as U+FFFD, as in Yjs.
fn text_from(text: &str, offset: u32) -> Cow<'_, str> {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        if units == offset {
            return Cow::Borrowed(&text[at..]);
        }
        units += character.len_utf16() as u32;
        if units > offset {
            let rest = &text[at + character.len_utf8()..];
            return Cow::Owned(format!("\u{fffd}{rest}"));
        }
    }
    Cow::Borrowed("")
}

fn values_from(content: &[u8], offset: u32) -> Cow<'_, [u8]> {
    let mut reader = Reader::new(content);
    let count = reader.uint(MAX_SAFE_INTEGER).expect("checked content");
    for _ in 0..offset {
        read_value(&mut reader, MAX_DEPTH).expect("checked content");
    }
    let mut out = Vec::with_capacity(reader.left() + 4);
    write_uint(&mut out, count - u64::from(offset));
    out.extend_from_slice(&content[reader.position()..]);
    Cow::Owned(out)
}
