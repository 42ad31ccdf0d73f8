//! Updates at random that know their own form: every kind of struct at every kind of place, most of them such as could be,
//! some such as no client would write.

use std::collections::BTreeMap;

use fastrand::Rng;
use scriptroom_paragraphs::ElementType;
use scriptroom_room::check::{Kind, Update};
use scriptroom_script::{Edit, InsertedLine, Options, Script};

use crate::builder::{
    Content, Place, RawId, binary, content, deleted, deletions, embed, format, gc, item,
    section_of, shared, skip, text, update, values,
};

/// Low and high ones, next to each other, and as high as can be.
const CLIENTS: [u64; 6] = [1, 7, 8, 9, 1 << 32, (1 << 53) - 1];
const ROOTS: [&str; 4] = ["text", "strips", "map", "xml"];
const KEYS: [&str; 4] = ["at", "text", "type", "k"];
const TEXTS: [&str; 6] = ["a", "words", "é", "😀", "a\u{0}b", "\u{fffc}line\n"];
const JSON: [&str; 6] = ["null", "true", "1.5", "\"word\"", "{\"a\":[1]}", "[]"];

/// Somebody who writes updates, and remembers what there is.
struct Author<'r> {
    dice: &'r mut Rng,
    next: BTreeMap<u64, u64>,
    ids: Vec<RawId>,
    types: Vec<RawId>,
}

/// A few updates, one building on the other.
pub fn updates(dice: &mut Rng) -> Vec<Vec<u8>> {
    let mut author = Author {
        next: BTreeMap::new(),
        ids: Vec::new(),
        types: Vec::new(),
        dice,
    };
    let mut updates = Vec::new();
    if author.dice.bool() {
        updates.push(author.script());
    }
    for _ in 0..author.dice.usize(1..=4) {
        let update = author.update();
        updates.push(update);
    }
    updates
}

impl Author<'_> {
    /// A short script, as ours writes it, to hang things in.
    fn script(&mut self) -> Vec<u8> {
        let (client_id, seed) = (CLIENTS[1], self.dice.u64(..));
        let mut script = Script::new(Options { client_id, seed });
        let heading = InsertedLine::of(ElementType::SceneHeading, "INT. HALL");
        let insert = vec![
            InsertedLine::new("words"),
            heading,
            InsertedLine::new("more"),
        ];
        script
            .edit(
                &[Edit::Replace {
                    from: 0,
                    to: 0,
                    insert,
                }],
                0,
            )
            .expect("an empty script can be written in");
        let bytes = script.encode_state();
        let update = Update::decode(&bytes).expect("ours passes the check");
        for section in update.sections() {
            self.next
                .insert(section.client, u64::from(section.end_clock));
            for one in update.structs(section) {
                let id = (one.id.client, u64::from(one.id.clock));
                self.remember(id, u64::from(one.len));
                if one.kind == Kind::Type {
                    self.types.push(id);
                }
            }
        }
        bytes
    }

    fn update(&mut self) -> Vec<u8> {
        let mut clients = CLIENTS.to_vec();
        self.dice.shuffle(&mut clients);
        clients.truncate(self.dice.usize(0..=3));
        let sections: Vec<Vec<u8>> = clients.iter().map(|&client| self.section(client)).collect();
        let mut deleted = CLIENTS.to_vec();
        self.dice.shuffle(&mut deleted);
        deleted.truncate(match self.dice.u8(0..4) {
            0 => self.dice.usize(1..=3),
            _ => 0,
        });
        let deleted: Vec<Vec<u8>> = deleted
            .iter()
            .map(|&client| self.deletions(client))
            .collect();
        update(&sections, &deleted)
    }

    fn section(&mut self, client: u64) -> Vec<u8> {
        let next = self.next.get(&client).copied().unwrap_or(0);
        // Mostly on, sometimes again, sometimes after a gap.
        let start = match self.dice.u8(0..16) {
            0 => next.saturating_sub(self.dice.u64(1..5)),
            1 => next + self.dice.u64(1..5),
            2 => self.odd_number(),
            _ => next,
        };
        let mut clock = start;
        let mut structs = Vec::new();
        for _ in 0..self.dice.usize(1..=8) {
            let (bytes, len) = self.one((client, clock));
            structs.push(bytes);
            clock = clock.saturating_add(len);
        }
        self.next.insert(client, clock.max(next));
        let count = match self.dice.u8(0..40) {
            0 => self.odd_number(),
            _ => structs.len() as u64,
        };
        section_of(count, client, start, &structs)
    }

    fn one(&mut self, id: RawId) -> (Vec<u8>, u64) {
        match self.dice.u8(0..14) {
            0 => {
                let len = self.length();
                self.remember(id, len);
                (gc(len), len)
            }
            1 => {
                let len = self.length();
                (skip(len), len)
            }
            _ => {
                let (content, len) = self.content(id);
                let bytes = self.place(id, &content);
                self.remember(id, len);
                (bytes, len)
            }
        }
    }

    fn remember(&mut self, (client, clock): RawId, len: u64) {
        self.ids.push((client, clock));
        self.ids
            .push((client, clock.saturating_add(len.saturating_sub(1))));
    }

    fn content(&mut self, id: RawId) -> (Content, u64) {
        let json = *self.pick(&JSON);
        match self.dice.u8(0..20) {
            0..7 => {
                let words = *self.pick(&TEXTS);
                (text(words), words.encode_utf16().count() as u64)
            }
            7..12 => {
                self.types.push(id);
                (shared(*self.pick(&[0, 1, 1, 2, 2, 3, 4, 6])), 1)
            }
            12 => {
                let len = self.length();
                (deleted(len), len)
            }
            13 => (binary(&[1, 2, 3]), 1),
            14 => (embed(json), 1),
            15 => (format(self.key(), json), 1),
            16 => (content(self.dice.u8(0..16), &[1, 1, b'x', 1]), 1),
            _ => {
                let count = self.dice.usize(1..=3);
                let some: Vec<Vec<u8>> = (0..count).map(|_| self.value(3)).collect();
                (values(&some), count as u64)
            }
        }
    }

    fn value(&mut self, depth: usize) -> Vec<u8> {
        let plain: [&[u8]; 12] = [
            &[120],
            &[121],
            &[126],
            &[127],
            &[125, 0x41],
            &[125, 0xff, 0xff, 0x01],
            &[124, 0x7f, 0xc0, 0, 0],
            &[123, 0xff, 0xf0, 0, 0, 0, 0, 0, 0],
            &[122, 0x80, 0, 0, 0, 0, 0, 0, 0],
            &[119, 2, 0xc3, 0xa9],
            &[119, 0],
            &[116, 2, 0, 255],
        ];
        if depth == 0 || self.dice.u8(0..3) > 0 {
            return self.pick(&plain).to_vec();
        }
        let count = self.dice.u8(0..3);
        let is_map = self.dice.bool();
        let mut out = vec![if is_map { 118 } else { 117 }, count];
        for _ in 0..count {
            if is_map {
                out.extend([1, b'k']);
            }
            out.extend(self.value(depth - 1));
        }
        out
    }

    fn place(&mut self, id: RawId, content: &Content) -> Vec<u8> {
        let (root, key) = (*self.pick(&ROOTS), self.key());
        let place = match self.dice.u8(0..16) {
            0..2 => Place::Root(root),
            2..4 => Place::Key(root, key),
            4..6 => Place::In(self.a_type(id)),
            6..9 => Place::KeyIn(self.a_type(id), key),
            9..13 => Place::After(self.a_unit(id)),
            13 => Place::Before(self.a_unit(id)),
            _ => Place::Between(self.a_unit(id), self.a_unit(id)),
        };
        item(place, content)
    }

    fn a_type(&mut self, id: RawId) -> RawId {
        match self.dice.u8(0..12) {
            0 => self.a_unit(id),
            _ if self.types.is_empty() => self.a_unit(id),
            _ => self.types[self.dice.usize(0..self.types.len())],
        }
    }

    /// A unit that is there; seldom one that is not, or is this one.
    fn a_unit(&mut self, id: RawId) -> RawId {
        match self.dice.u8(0..40) {
            0 => (*self.pick(&CLIENTS), self.odd_number()),
            1 => id,
            2 => (id.0, id.1.saturating_add(1)),
            3..9 if id.1 > 0 => (id.0, id.1 - 1),
            _ if self.ids.is_empty() => (id.0, id.1.saturating_sub(1)),
            _ => self.ids[self.dice.usize(0..self.ids.len())],
        }
    }

    fn deletions(&mut self, client: u64) -> Vec<u8> {
        let count = self.dice.usize(1..=4);
        let ranges: Vec<(u64, u64)> = (0..count)
            .map(|_| match self.dice.u8(0..16) {
                0 => (self.odd_number(), self.odd_number()),
                _ => (self.dice.u64(0..24), self.dice.u64(0..8)),
            })
            .collect();
        deletions(client, &ranges)
    }

    fn length(&mut self) -> u64 {
        match self.dice.u8(0..24) {
            0 => self.odd_number(),
            _ => self.dice.u64(1..6),
        }
    }

    fn key(&mut self) -> &'static str {
        KEYS[self.dice.usize(0..KEYS.len())]
    }

    /// Where numbers turn into others.
    fn odd_number(&mut self) -> u64 {
        let power = *self.pick(&[0, 7, 8, 14, 16, 21, 28, 31, 32, 53, 63]);
        (1u64 << power)
            .wrapping_add(self.dice.u64(0..3))
            .wrapping_sub(1)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.dice.usize(0..of.len())]
    }
}
