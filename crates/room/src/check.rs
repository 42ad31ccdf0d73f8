//! The check of an update (encoding v1) before anything else touches it: SPEC.md, U1.
//!
//! [`Update::decode`] walks the bytes once. What it keeps is where each client's structs lie and which ids are deleted,
//! both bounded by the bytes that are really there; the structs themselves stay bytes and are walked again, as
//! [`Struct`]s, by those who need them. yrs is not safe on what it has not been shown to accept, so nothing is accepted
//! here that yrs and Yjs would read differently.

use std::ops::Range;

use thiserror::Error;

use crate::ids::{ClientId, Id, IdSet, MAX_CLOCK};
use crate::json::is_json;
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader};

/// How deep values may be nested: one level of a value is one frame of a decoder's stack.
pub const MAX_DEPTH: usize = 64;

/// Why bytes are no update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CheckError {
    /// The parts do not add up.
    #[error("malformed update: {0}")]
    Read(#[from] ReadError),
    /// A struct, content or value of a kind that does not exist or is not taken.
    #[error("malformed update: {what} {tag} at offset {at} is not supported")]
    Unsupported {
        /// What has that tag.
        what: &'static str,
        /// The tag.
        tag: u8,
        /// Where it stands.
        at: usize,
    },
    /// An item that hangs in something that is no shared type.
    #[error("malformed update: expected a shared type at clock {} of client {}, to hold an item", .0.clock, .0.client)]
    Parent(Id),
    /// Shared types in each other, more than [`MAX_DEPTH`].
    #[error("malformed update: expected at most {MAX_DEPTH} types in each other")]
    Nesting,
    /// Neighbours that do not stand side by side, or the left one right of the other, and an item between them.
    #[error("malformed update: expected two neighbours of one parent, the left one first, at clock {} of client {}", .0.clock, .0.client)]
    Neighbours(Id),
    /// A format of text under a key, where there is no text.
    #[error("malformed update: expected a value under a key, got the format at clock {} of client {}", .0.clock, .0.client)]
    KeyedFormat(Id),
    /// Bytes or values in a text.
    #[error("malformed update: expected what a text can hold at clock {} of client {}", .0.clock, .0.client)]
    NoText(Id),
    /// Letters under a key, or in a type that holds values.
    #[error("malformed update: expected the letters of a text at clock {} of client {}, got letters where values are", .0.clock, .0.client)]
    Letters(Id),
    /// Something that breaks a rule of the format.
    #[error("malformed update: {what} at offset {at}")]
    Invalid {
        /// The rule that was broken.
        what: &'static str,
        /// Where.
        at: usize,
    },
}

/// The structs of one client within an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Whose structs.
    pub client: ClientId,
    /// The clock of the first.
    pub clock: u32,
    /// The clock after the last.
    pub end_clock: u32,
    /// How many there are.
    pub structs: u64,
    /// Where their bytes lie.
    pub bytes: Range<usize>,
    /// Where a struct begins, about every [`STRETCH_BYTES`]: clock, structs before it, place of its bytes.
    stops: Vec<(u32, u64, usize)>,
}

/// What of a section is left alone or taken over as one, about, in bytes.
pub(crate) const STRETCH_BYTES: usize = 4 << 10;

impl Section {
    /// It and the one that goes on where it ends, whose bytes lie there together.
    pub fn followed_by(&self, next: &Section, bytes: Range<usize>) -> Section {
        debug_assert_eq!((self.client, self.end_clock), (next.client, next.clock));
        Section {
            end_clock: next.end_clock,
            structs: self.structs + next.structs,
            bytes,
            stops: Vec::new(),
            ..*self
        }
    }

    /// Its structs in pieces of about [`STRETCH_BYTES`], each a section.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Section> + '_ {
        let first = (self.clock, 0, self.bytes.start);
        let last = (self.end_clock, self.structs, self.bytes.end);
        let starts = std::iter::once(first).chain(self.stops.iter().copied());
        let ends = self.stops.iter().copied().chain([last]);
        starts.zip(ends).map(|(start, end)| Section {
            client: self.client,
            clock: start.0,
            end_clock: end.0,
            structs: end.1 - start.1,
            bytes: start.2..end.2,
            stops: Vec::new(),
        })
    }
}

/// An update that has passed the check.
#[derive(Debug, Clone)]
pub struct Update<'a> {
    bytes: &'a [u8],
    sections: Vec<Section>,
    deletions: IdSet,
}

/// What a struct holds, as far as the relay must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A run that was collected.
    Gc,
    /// A run that the update leaves out.
    Skip,
    /// Deleted content, of which only the length is left.
    Deleted,
    /// Text.
    Text(&'a str),
    /// Values, one unit each.
    Values,
    /// A shared type: one unit.
    Type,
    /// A format of text: one unit that is not counted.
    Format,
    /// Anything else: one unit.
    Unit,
}

/// One struct, as a view of an update's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Struct<'a> {
    /// Its first unit.
    pub id: Id,
    /// How many units.
    pub len: u32,
    /// What it holds.
    pub kind: Kind<'a>,
    /// The info byte.
    pub info: u8,
    /// The unit it was inserted after.
    pub origin: Option<Id>,
    /// The unit it was inserted before.
    pub right_origin: Option<Id>,
    /// The type that it lies in, where that is named by an id.
    pub parent: Option<Id>,
    /// The root type that it lies in, where it says so.
    pub root: Option<&'a str>,
    /// The key under which it stands, where it says so.
    pub key: Option<&'a str>,
    /// All its bytes.
    pub bytes: &'a [u8],
    /// Its bytes from the content on.
    pub content: &'a [u8],
}

impl<'a> Struct<'a> {
    /// What is left of it from a clock on, but for its bytes: that stands after the part that is cut off, whatever the whole said.
    pub(crate) fn left_at(self, clock: u32) -> Struct<'a> {
        let Some(cut) = clock.checked_sub(self.id.clock).filter(|&cut| cut > 0) else {
            return self;
        };
        let before = Id {
            clock: clock - 1,
            ..self.id
        };
        Struct {
            id: Id { clock, ..self.id },
            len: self.len - cut,
            origin: Some(before),
            parent: None,
            root: None,
            key: None,
            ..self
        }
    }
}

impl Struct<'_> {
    /// The clock after its last unit.
    pub fn end(&self) -> u32 {
        self.id.clock + self.len
    }

    /// Whether no text has such content: values, or bytes. Yjs embeds both as JSON.
    pub(crate) fn is_no_text(&self) -> bool {
        matches!(self.info & TAG, BINARY | VALUES) && !matches!(self.kind, Kind::Gc | Kind::Skip)
    }

    /// Whether it is a type that holds text, of the kinds that hold any.
    pub(crate) fn is_text_type(&self) -> bool {
        matches!(self.content.first(), Some(&TYPE_TEXT | &TYPE_XML_TEXT))
    }

    /// The ids that it refers to.
    pub fn references(&self) -> impl Iterator<Item = Id> {
        [self.origin, self.right_origin, self.parent]
            .into_iter()
            .flatten()
    }
}

/// The bit of the info byte that says an origin follows.
pub(crate) const HAS_ORIGIN: u8 = 0x80;
/// The bit that says a right origin follows.
pub(crate) const HAS_RIGHT_ORIGIN: u8 = 0x40;
const HAS_PARENT_SUB: u8 = 0x20;
const GC: u8 = 0;
pub(crate) const SKIP: u8 = 10;
pub(crate) const DELETED: u8 = 1;
const TEXT: u8 = 4;
const BINARY: u8 = 3;
const VALUES: u8 = 8;
/// The bits of the info byte that say what the content is.
const TAG: u8 = 0x1f;
const TYPE_TEXT: u8 = 2;
const TYPE_XML_TEXT: u8 = 6;

impl<'a> Update<'a> {
    /// Checks an update.
    ///
    /// # Errors
    /// [`CheckError`] when it breaks a part of U1.
    pub fn decode(bytes: &'a [u8]) -> Result<Update<'a>, CheckError> {
        let mut reader = Reader::new(bytes);
        // A section is a count, a client, a clock and one struct of two bytes at least.
        let count = reader.count(5)?;
        let mut sections = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            sections.push(read_section(&mut reader)?);
        }
        reject_doubles(&sections)?;
        let deletions = read_deletions(&mut reader)?;
        if reader.left() > 0 {
            let at = reader.position();
            let what = "bytes after the end";
            return Err(CheckError::Invalid { what, at });
        }
        Ok(Update {
            bytes,
            sections,
            deletions,
        })
    }

    /// What it has, to be put together with its bytes again ([`Update::of_contents`]).
    pub(crate) fn into_contents(self) -> (Vec<Section>, IdSet) {
        (self.sections, self.deletions)
    }

    /// The update of these bytes, which were decoded before, and this was in them.
    pub(crate) fn of_contents(
        bytes: &'a [u8],
        (sections, deletions): (Vec<Section>, IdSet),
    ) -> Update<'a> {
        Update {
            bytes,
            sections,
            deletions,
        }
    }

    /// The clients' sections, in the order of the bytes.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The ids that it deletes.
    pub fn deletions(&self) -> &IdSet {
        &self.deletions
    }

    /// The bytes of a section's structs, which must be one of this update's.
    pub fn bytes_of(&self, section: &Section) -> &'a [u8] {
        &self.bytes[section.bytes.clone()]
    }

    /// The structs of a section, which must be one of this update's.
    pub fn structs(&self, section: &Section) -> Structs<'a> {
        Structs {
            reader: Reader::starting_at(&self.bytes[..section.bytes.end], section.bytes.start),
            next: Id {
                client: section.client,
                clock: section.clock,
            },
        }
    }
}

/// The structs of a section, one after the other.
#[derive(Debug, Clone)]
pub struct Structs<'a> {
    reader: Reader<'a>,
    next: Id,
}

impl<'a> Iterator for Structs<'a> {
    type Item = Struct<'a>;

    fn next(&mut self) -> Option<Struct<'a>> {
        if self.reader.left() == 0 {
            return None;
        }
        let found = read_struct(&mut self.reader, self.next).expect("the section was checked");
        self.next.clock = found.end();
        Some(found)
    }
}

#[inline(always)]
fn read_clock(reader: &mut Reader<'_>) -> Result<u32, ReadError> {
    Ok(reader.uint(u64::from(MAX_CLOCK - 1))? as u32)
}

#[inline(always)]
fn read_id(reader: &mut Reader<'_>) -> Result<Id, ReadError> {
    Ok(Id {
        client: reader.uint(MAX_SAFE_INTEGER)?,
        clock: read_clock(reader)?,
    })
}

fn read_section(reader: &mut Reader<'_>) -> Result<Section, CheckError> {
    let at = reader.position();
    let structs = reader.count(2)?;
    if structs == 0 {
        let what = "a client without structs";
        return Err(CheckError::Invalid { what, at });
    }
    let client = reader.uint(MAX_SAFE_INTEGER)?;
    let clock = read_clock(reader)?;
    let start = reader.position();
    let mut next = Id { client, clock };
    let mut stops = Vec::new();
    let mut stop_at = start + STRETCH_BYTES;
    for before in 0..structs as u64 {
        if reader.position() >= stop_at {
            stop_at = reader.position() + STRETCH_BYTES;
            stops.push((next.clock, before, reader.position()));
        }
        next.clock = read_struct(reader, next)?.end();
    }
    Ok(Section {
        client,
        clock,
        end_clock: next.clock,
        structs: structs as u64,
        bytes: start..reader.position(),
        stops,
    })
}

fn reject_doubles(sections: &[Section]) -> Result<(), CheckError> {
    let mut clients: Vec<ClientId> = sections.iter().map(|section| section.client).collect();
    clients.sort_unstable();
    match clients.windows(2).any(|pair| pair[0] == pair[1]) {
        true => Err(CheckError::Invalid {
            what: "a client that occurs twice",
            at: 0,
        }),
        false => Ok(()),
    }
}

// Once for all who walk: it is much code.
#[inline(never)]
fn read_struct<'a>(reader: &mut Reader<'a>, id: Id) -> Result<Struct<'a>, CheckError> {
    let at = reader.position();
    let info = reader.byte()?;
    let mut found = Struct {
        id,
        len: 0,
        kind: Kind::Unit,
        info,
        origin: None,
        right_origin: None,
        parent: None,
        root: None,
        key: None,
        bytes: &[],
        content: &[],
    };
    let mut content_at = reader.position();
    match info {
        GC => (found.kind, found.len) = (Kind::Gc, read_clock(reader)?),
        SKIP => (found.kind, found.len) = (Kind::Skip, read_clock(reader)?),
        _ => {
            read_place(reader, &mut found)?;
            content_at = reader.position();
            (found.kind, found.len) = read_content(reader, info & TAG)?;
        }
    }
    if found.len == 0 {
        let what = "an empty struct";
        return Err(CheckError::Invalid { what, at });
    }
    // The end is below, too: runs that are joined have it as their length.
    if found.len >= MAX_CLOCK - id.clock {
        let what = "a clock that is too large";
        return Err(CheckError::Invalid { what, at });
    }
    found.bytes = reader.since(at);
    found.content = reader.since(content_at);
    Ok(found)
}

#[inline(always)]
fn read_place<'a>(reader: &mut Reader<'a>, found: &mut Struct<'a>) -> Result<(), CheckError> {
    if found.info & HAS_ORIGIN != 0 {
        found.origin = Some(read_id(reader)?);
    }
    if found.info & HAS_RIGHT_ORIGIN != 0 {
        found.right_origin = Some(read_id(reader)?);
    }
    if found.info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN) == 0 {
        match reader.uint(1)? {
            1 => found.root = Some(reader.string()?),
            _ => found.parent = Some(read_id(reader)?),
        }
        if found.info & HAS_PARENT_SUB != 0 {
            found.key = Some(reader.string()?);
        }
    }
    Ok(())
}

fn read_content<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<(Kind<'a>, u32), CheckError> {
    let at = reader.position();
    match tag {
        DELETED => return Ok((Kind::Deleted, read_clock(reader)?)),
        BINARY => {
            reader.buffer()?;
        }
        TEXT => {
            let text = reader.string()?;
            return Ok((Kind::Text(text), utf16_len(text)));
        }
        5 => read_json(reader)?,
        6 => {
            reader.string()?;
            read_json(reader)?;
            return Ok((Kind::Format, 1));
        }
        7 => {
            read_type(reader)?;
            return Ok((Kind::Type, 1));
        }
        VALUES => {
            let count = reader.count(1)?;
            for _ in 0..count {
                read_value(reader, MAX_DEPTH)?;
            }
            return Ok((Kind::Values, count as u32));
        }
        tag => {
            let what = "content";
            return Err(CheckError::Unsupported { what, tag, at });
        }
    }
    Ok((Kind::Unit, 1))
}

fn utf16_len(text: &str) -> u32 {
    // Most text is, and that is found out eight bytes at a time.
    if text.is_ascii() {
        return text.len() as u32;
    }
    // A UTF-16 unit for each byte that begins a character, and another for those of four bytes.
    text.bytes()
        .map(|byte| u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0))
        .sum()
}

fn read_json(reader: &mut Reader<'_>) -> Result<(), CheckError> {
    let at = reader.position();
    match is_json(reader.string()?, MAX_DEPTH) {
        true => Ok(()),
        false => Err(CheckError::Invalid {
            what: "a value that is not JSON",
            at,
        }),
    }
}

fn read_type(reader: &mut Reader<'_>) -> Result<(), CheckError> {
    let at = reader.position();
    match reader.byte()? {
        0 | 1 | 2 | 4 | 6 => Ok(()),
        3 => {
            reader.string()?;
            Ok(())
        }
        tag => Err(CheckError::Unsupported {
            what: "type",
            tag,
            at,
        }),
    }
}

pub(crate) fn read_value(reader: &mut Reader<'_>, depth: usize) -> Result<(), CheckError> {
    let at = reader.position();
    match reader.byte()? {
        120 | 121 | 126 | 127 => Ok(()),
        122 => Ok(reader.take(8).map(|_| ())?),
        123 => is_number(f64::from_be_bytes(read_array(reader)?).is_nan(), at),
        124 => is_number(f32::from_be_bytes(read_array(reader)?).is_nan(), at),
        125 => read_signed(reader),
        119 => Ok(reader.string().map(|_| ())?),
        116 => Ok(reader.buffer().map(|_| ())?),
        tag @ (117 | 118) => {
            let Some(depth) = depth.checked_sub(1) else {
                let what = "a value that is nested too deep";
                return Err(CheckError::Invalid { what, at });
            };
            for _ in 0..reader.count(if tag == 118 { 2 } else { 1 })? {
                if tag == 118 {
                    reader.string()?;
                }
                read_value(reader, depth)?;
            }
            Ok(())
        }
        tag => Err(CheckError::Unsupported {
            what: "value",
            tag,
            at,
        }),
    }
}

fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[u8; N], ReadError> {
    let bytes = reader.take(N)?;
    Ok(bytes.try_into().expect("so many were asked for"))
}

/// What is not the same as itself yrs does not find where it puts two values of one key together: it reads what it has freed.
fn is_number(is_nan: bool, at: usize) -> Result<(), CheckError> {
    match is_nan {
        true => Err(CheckError::Invalid {
            what: "a value that is not a number",
            at,
        }),
        false => Ok(()),
    }
}

/// lib0's signed integer: as long as a 53-bit one can be; its value does not matter here.
fn read_signed(reader: &mut Reader<'_>) -> Result<(), CheckError> {
    let at = reader.position();
    for _ in 0..8 {
        if reader.byte()? < 0x80 {
            return Ok(());
        }
    }
    Err(CheckError::Invalid {
        what: "an integer that is too long",
        at,
    })
}

fn read_deletions(reader: &mut Reader<'_>) -> Result<IdSet, CheckError> {
    let mut deletions = IdSet::default();
    for _ in 0..reader.count(2)? {
        let at = reader.position();
        let client = reader.uint(MAX_SAFE_INTEGER)?;
        if deletions.contains_client(client) {
            let what = "deletions of a client that occurs twice";
            return Err(CheckError::Invalid { what, at });
        }
        let count = reader.count(2)?;
        let mut ranges = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.position();
            let start = read_clock(reader)?;
            let len = read_clock(reader)?;
            if len >= MAX_CLOCK - start {
                let what = "a deletion that is too long";
                return Err(CheckError::Invalid { what, at });
            }
            ranges.push(start..start + len);
        }
        deletions.add(client, ranges);
    }
    Ok(deletions)
}
