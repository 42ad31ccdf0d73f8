//! Structs as bytes again: one client's run, without gap or overlap, with neighbours joined where Yjs would join them.
//!
//! Keystrokes come as one struct each; joined, a run of typing is one struct, as in a document that was saved whole.

use std::borrow::Cow;

use std::ops::Range;

use crate::check::{
    DELETED, HAS_ORIGIN, HAS_RIGHT_ORIGIN, Kind, MAX_DEPTH, SKIP, Section, Struct, read_value,
};
use crate::ids::{ClientId, Id};
use crate::varint::{MAX_SAFE_INTEGER, Reader, write_string, write_uint};

/// Writes the structs of one client in the order of their clocks.
#[derive(Debug)]
pub(crate) struct RunWriter<'g> {
    client: ClientId,
    cut: Option<Cut<'g>>,
    start: u32,
    next: u32,
    structs: u64,
    bytes: Vec<u8>,
    open: Option<Piece<'g>>,
}

/// The parts of a piece of a client, where some of it is among the ids that are gone.
type PartsOf = for<'p> fn(&'p Piece<'_>, ClientId, &[Range<u32>]) -> Option<Vec<Piece<'p>>>;

/// How letters that are gone become a length. Who never cuts does not carry the code for it: the client's wasm is small.
#[derive(Debug, Clone, Copy)]
struct Cut<'g> {
    /// Ids of the client, in order.
    gone: &'g [Range<u32>],
    parts: PartsOf,
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

impl<'g> RunWriter<'g> {
    /// A run of `client` that begins at clock `start`.
    pub(crate) fn new(client: ClientId, start: u32) -> RunWriter<'g> {
        RunWriter {
            client,
            cut: None,
            start,
            next: start,
            structs: 0,
            bytes: Vec::new(),
            open: None,
        }
    }

    /// The same, where letters that are among these ids (of the client, in order) become a length if that is shorter.
    pub(crate) fn cutting(client: ClientId, start: u32, gone: &'g [Range<u32>]) -> RunWriter<'g> {
        RunWriter {
            cut: Some(Cut {
                gone,
                parts: |piece, client, gone| piece.without(client, gone),
            }),
            ..RunWriter::new(client, start)
        }
    }

    /// The clock after what was written.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Adds a struct: what of it lies below the run's end is left out, what is missing before it becomes a Skip.
    pub(crate) fn push(&mut self, found: &Struct<'g>) {
        if let Some(offset) = self.reach(found) {
            self.add(Piece::of(found, offset));
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

    /// Adds a stretch of a client's structs as the bytes that it is, if all of it is new and none of it is to be cut. What comes
    /// after it is not joined with it: it is worth it where there is much of it.
    pub(crate) fn push_whole(&mut self, section: &Section, bytes: &[u8]) -> bool {
        debug_assert_eq!(section.client, self.client);
        let Some(cut) = self.cut.filter(|_| section.clock == self.next) else {
            return false;
        };
        let before = cut.gone.partition_point(|range| range.end <= section.clock);
        if cut.gone[before..]
            .first()
            .is_some_and(|range| range.start < section.end_clock)
        {
            return false;
        }
        self.close();
        self.structs += section.structs;
        self.bytes.extend_from_slice(bytes);
        self.next = section.end_clock;
        true
    }

    fn add(&mut self, piece: Piece<'g>) {
        let joined = self.open.as_mut().is_some_and(|open| open.join(&piece));
        if !joined {
            self.close();
            self.open = Some(piece);
        }
    }

    fn close(&mut self) {
        let Some(piece) = self.open.take() else {
            return;
        };
        let parts = self
            .cut
            .and_then(|cut| (cut.parts)(&piece, self.client, cut.gone));
        match parts {
            None => {
                self.structs += 1;
                piece.write(&mut self.bytes);
            }
            Some(parts) => {
                self.structs += parts.len() as u64;
                parts.iter().for_each(|part| part.write(&mut self.bytes));
            }
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
            Kind::Values | Kind::Type | Kind::Format | Kind::Unit => {
                Content::Raw(Cow::Borrowed(found.content))
            }
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
                (
                    Cow::Owned(head_after(found.info, origin, found.right_origin)),
                    Some(origin),
                )
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

    /// Its parts, where some of it is among the ids that are `gone`: that as a length, if it is shorter so. `None`: it is
    /// written as it is.
    fn without(&self, client: ClientId, gone: &[Range<u32>]) -> Option<Vec<Piece<'_>>> {
        let Content::Text(text) = &self.content else {
            return None;
        };
        let end = self.last.clock + 1;
        let reaching = gone.partition_point(|range| range.start < end);
        if gone[..reaching].last()?.end + text.len() as u32 <= end {
            return None;
        }
        let len = utf16_len(text);
        let start = end - len;
        let first = gone.partition_point(|range| range.end <= start);
        let cuts = gone[first..reaching]
            .iter()
            .map(|range| range.start.max(start) - start..range.end.min(end) - start);
        let cuts: Vec<Range<u32>> = cuts.collect();
        let places = bytes_at(text, cuts.iter().flat_map(|cut| [cut.start, cut.end]))?;
        let mut parts = Vec::new();
        let (mut next, mut at) = (0, 0);
        for (cut, place) in cuts.into_iter().zip(places.chunks_exact(2)) {
            let heads = usize::from(cut.start > 0) + usize::from(cut.end < len);
            if place[1] - place[0] <= heads * self.head_bytes(client) {
                continue;
            }
            if next < cut.start {
                let letters = Content::Text(Cow::Borrowed(&text[at..place[0]]));
                parts.push(self.part(client, start, next..cut.start, letters));
            }
            let length = Content::Deleted(cut.end - cut.start);
            (next, at) = (cut.end, place[1]);
            parts.push(self.part(client, start, cut, length));
        }
        if parts.is_empty() {
            return None;
        }
        if next < len {
            let letters = Content::Text(Cow::Borrowed(&text[at..]));
            parts.push(self.part(client, start, next..len, letters));
        }
        Some(parts)
    }

    /// What another struct takes beside its letters, about.
    fn head_bytes(&self, client: ClientId) -> usize {
        let id_bytes = |id: Id| {
            let bits = |number: u64| 64 - number.leading_zeros() as usize;
            bits(id.client).div_ceil(7).max(1) + bits(u64::from(id.clock)).div_ceil(7).max(1)
        };
        let own = id_bytes(Id {
            client,
            clock: self.last.clock,
        });
        2 + own + self.right_origin.map_or(0, id_bytes)
    }

    /// Some of the units of a text that begins at clock `start`.
    fn part<'b>(
        &'b self,
        client: ClientId,
        start: u32,
        units: Range<u32>,
        content: Content<'b>,
    ) -> Piece<'b> {
        let id = |unit: u32| Id {
            client,
            clock: start + unit,
        };
        let mut head = match units.start {
            0 => Cow::Borrowed(&self.head[..]),
            unit => Cow::Owned(head_after(self.head[0], id(unit - 1), self.right_origin)),
        };
        if matches!(content, Content::Deleted(_)) {
            let info = &mut head.to_mut()[0];
            *info = (*info & !0x1f) | DELETED;
        }
        Piece {
            last: id(units.end - 1),
            head,
            origin: None,
            right_origin: self.right_origin,
            content,
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

/// Where the bytes of a text begin at each of some of its UTF-16 units, in order; `None` where one lies within a character.
fn bytes_at(text: &str, units: impl Iterator<Item = u32>) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    let mut at_units = 0;
    let ends = text
        .char_indices()
        .map(|(at, c)| (at, c.len_utf16() as u32));
    let mut ends = ends.chain([(text.len(), 0)]);
    let mut here = ends.next()?;
    for unit in units {
        while at_units < unit {
            at_units += here.1;
            here = ends.next()?;
        }
        if at_units > unit {
            return None;
        }
        places.push(here.0);
    }
    Some(places)
}

/// The info byte and the place of what follows `origin` within a struct with this info byte, as Yjs writes it.
fn head_after(info: u8, origin: Id, right_origin: Option<Id>) -> Vec<u8> {
    let mut head = vec![(info & 0x1f) | HAS_ORIGIN | (info & HAS_RIGHT_ORIGIN)];
    for id in [Some(origin), right_origin].into_iter().flatten() {
        write_uint(&mut head, id.client);
        write_uint(&mut head, u64::from(id.clock));
    }
    head
}

fn utf16_len(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
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
