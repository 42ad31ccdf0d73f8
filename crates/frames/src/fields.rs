//! Where what lies in a payload that a real client made: the numbers, texts, structs and sections of an update (encoding
//! v1), of a state vector, of presence. So a mutation can change one thing and leave the rest readable.
//!
//! It reads what is well formed; of anything else there are no fields, and it is mutated blindly.

use std::ops::Range;

use scriptroom_room::varint::{MAX_SAFE_INTEGER, Reader};

/// What a field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// How many of something follow.
    Count,
    /// A client id: of a section, an origin, a parent, a presence.
    Client,
    /// A client id in the set of deletions.
    Deleted,
    /// A clock.
    Clock,
    /// How many units.
    Len,
    /// A struct's info byte.
    Info,
    /// The kind of a value, a type or a parent.
    Tag,
    /// A string with its length.
    Text,
    /// Bytes with their length.
    Bytes,
}

/// A stretch of a payload that means one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What.
    pub role: Role,
    /// Where.
    pub range: Range<usize>,
}

/// All that is known of a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// In the order of the bytes.
    pub fields: Vec<Field>,
    /// Each struct of an update, entry of a vector or of presence.
    pub structs: Vec<Range<usize>>,
    /// Each client's structs with their head.
    pub sections: Vec<Range<usize>>,
}

impl Fields {
    /// Those of some roles.
    pub fn of<'a>(&'a self, roles: &'a [Role]) -> impl Iterator<Item = &'a Field> {
        self.fields
            .iter()
            .filter(|field| roles.contains(&field.role))
    }
}

/// What kind of payload it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// An update.
    Update,
    /// A state vector.
    Vector,
    /// Presence.
    Awareness,
}

/// Reads a payload that is well formed.
pub fn read(payload: Payload, bytes: &[u8]) -> Option<Fields> {
    let mut walk = Walk {
        reader: Reader::new(bytes),
        found: Fields::default(),
    };
    match payload {
        Payload::Update => walk.update()?,
        Payload::Vector => walk.vector()?,
        Payload::Awareness => walk.awareness()?,
    }
    (walk.reader.left() == 0).then_some(walk.found)
}

/// How deep it follows a value: what nests deeper is mutated blindly.
const MAX_DEPTH: usize = 32;

struct Walk<'a> {
    reader: Reader<'a>,
    found: Fields,
}

impl Walk<'_> {
    fn note<T>(&mut self, role: Role, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.reader.position();
        let value = read(self)?;
        let range = start..self.reader.position();
        self.found.fields.push(Field { role, range });
        Some(value)
    }

    fn uint(&mut self, role: Role) -> Option<u64> {
        self.note(role, |walk| walk.reader.uint(MAX_SAFE_INTEGER).ok())
    }

    fn byte(&mut self, role: Role) -> Option<u8> {
        self.note(role, |walk| walk.reader.byte().ok())
    }

    fn buffer(&mut self, role: Role) -> Option<()> {
        self.note(role, |walk| walk.reader.buffer().ok().map(|_| ()))
    }

    fn id(&mut self) -> Option<()> {
        self.uint(Role::Client)?;
        self.uint(Role::Clock).map(|_| ())
    }

    fn update(&mut self) -> Option<()> {
        for _ in 0..self.uint(Role::Count)? {
            let start = self.reader.position();
            let structs = self.uint(Role::Count)?;
            self.id()?;
            for _ in 0..structs {
                let start = self.reader.position();
                self.one_struct()?;
                self.found.structs.push(start..self.reader.position());
            }
            self.found.sections.push(start..self.reader.position());
        }
        for _ in 0..self.uint(Role::Count)? {
            self.uint(Role::Deleted)?;
            for _ in 0..self.uint(Role::Count)? {
                self.uint(Role::Clock)?;
                self.uint(Role::Len)?;
            }
        }
        Some(())
    }

    fn one_struct(&mut self) -> Option<()> {
        let info = self.byte(Role::Info)?;
        if matches!(info, 0 | 10) {
            return self.uint(Role::Len).map(|_| ());
        }
        for bit in [0x80, 0x40] {
            if info & bit != 0 {
                self.id()?;
            }
        }
        if info & 0xc0 == 0 {
            match self.uint(Role::Tag)? {
                0 => self.id()?,
                _ => self.buffer(Role::Text)?,
            }
            if info & 0x20 != 0 {
                self.buffer(Role::Text)?;
            }
        }
        self.content(info & 0x1f)
    }

    fn content(&mut self, tag: u8) -> Option<()> {
        match tag {
            1 => self.uint(Role::Len).map(|_| ()),
            3 => self.buffer(Role::Bytes),
            4 | 5 => self.buffer(Role::Text),
            6 => {
                self.buffer(Role::Text)?;
                self.buffer(Role::Text)
            }
            7 => match self.byte(Role::Tag)? {
                3 | 5 => self.buffer(Role::Text),
                _ => Some(()),
            },
            8 => (0..self.uint(Role::Count)?).try_for_each(|_| self.value(MAX_DEPTH)),
            _ => None,
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.byte(Role::Tag)? {
            116 => self.buffer(Role::Bytes),
            117 => (0..self.uint(Role::Count)?).try_for_each(|_| self.value(depth.checked_sub(1)?)),
            118 => (0..self.uint(Role::Count)?).try_for_each(|_| {
                self.buffer(Role::Text)?;
                self.value(depth.checked_sub(1)?)
            }),
            119 => self.buffer(Role::Text),
            122 | 123 => self.reader.take(8).ok().map(|_| ()),
            124 => self.reader.take(4).ok().map(|_| ()),
            125 => {
                while self.reader.byte().ok()? >= 0x80 {}
                Some(())
            }
            120 | 121 | 126 | 127 => Some(()),
            _ => None,
        }
    }

    fn vector(&mut self) -> Option<()> {
        for _ in 0..self.uint(Role::Count)? {
            let start = self.reader.position();
            self.id()?;
            self.found.structs.push(start..self.reader.position());
        }
        Some(())
    }

    fn awareness(&mut self) -> Option<()> {
        for _ in 0..self.uint(Role::Count)? {
            let start = self.reader.position();
            self.id()?;
            self.buffer(Role::Text)?;
            self.found.structs.push(start..self.reader.position());
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::payload_of;
    use crate::recording::committed;

    #[test]
    fn every_recorded_payload_is_known_to_its_last_field() {
        let mut structs = 0;
        for frame in committed().iter().flat_map(|session| &session.frames) {
            let Some((payload, bytes)) = payload_of(frame) else {
                continue;
            };
            let found = read(payload, &bytes).expect("a real client's payload");
            structs += found.structs.len();
            let ends = found
                .fields
                .windows(2)
                .all(|pair| pair[0].range.end <= pair[1].range.start);
            assert!(ends, "fields lie one after the other");
        }
        assert!(structs > 100);
    }

    #[test]
    fn what_is_not_well_formed_has_no_fields() {
        assert_eq!(read(Payload::Update, &[1, 1, 1]), None);
        assert_eq!(read(Payload::Vector, &[0, 0]), None);
    }
}
