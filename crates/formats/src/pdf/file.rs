//! A PDF as a table of objects: found by looking for them, not by the file's own table, so that one that was cut or
//! changed reads as well as it can.

use std::collections::{BTreeMap, HashSet};

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::object::{Dictionary, Object, Reader};
use super::{DecodeError, MAX_PAGES};

/// More than the text of any script: what says more is a bomb.
const MAX_UNPACKED: usize = 64 << 20;
/// Steps from one object to the next that another one names.
const MAX_STEPS: usize = 32;

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Where it begins in the file.
    At(usize),
    /// In a packed list of objects: which list, and where in it.
    In(u32, usize),
}

/// The objects of a file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    lists: BTreeMap<u32, Vec<u8>>,
    /// How many bytes of streams may still be given out, those of one that is named again counted again.
    room: std::cell::Cell<usize>,
    /// How many bytes may still be read as objects: a file whose objects lie in each other is not read over and over.
    work: std::cell::Cell<usize>,
}

impl<'a> File<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<File<'a>, DecodeError> {
        let head = &bytes[..bytes.len().min(1024)];
        if !head.windows(5).any(|five| five == b"%PDF-") {
            return Err(DecodeError::NoPdf);
        }
        let mut file = File {
            bytes,
            places: BTreeMap::new(),
            lists: BTreeMap::new(),
            room: std::cell::Cell::new(MAX_UNPACKED),
            work: std::cell::Cell::new(64 * bytes.len() + MAX_UNPACKED),
        };
        file.find_objects();
        file.find_packed_objects();
        match contains(bytes, b"/Encrypt") {
            true => Err(DecodeError::Encrypted),
            false => Ok(file),
        }
    }

    /// Every `12 0 obj`; of two with one number the later counts, as files are changed by adding to them.
    fn find_objects(&mut self) {
        let mut from = 0;
        while let Some(found) = find(&self.bytes[from..], b"obj") {
            let at = from + found;
            from = at + 3;
            if let Some(number) = number_before(self.bytes, at) {
                self.places.insert(number, Place::At(at + 3));
            }
        }
    }

    fn find_packed_objects(&mut self) {
        let numbers: Vec<u32> = self.places.keys().copied().collect();
        for number in numbers {
            let Some(Object::Dictionary(entries)) = self.object(number) else {
                continue;
            };
            if entries.get("Type").and_then(Object::name) != Some("ObjStm") {
                continue;
            }
            let (Some(unpacked), Some(first)) =
                (self.stream(number), self.entry(&entries, "First").number())
            else {
                continue;
            };
            let count = self.entry(&entries, "N").number().unwrap_or(0.0);
            let mut reader = Reader::new(&unpacked, 0);
            for _ in 0..whole(count).min(unpacked.len()) {
                let (Some(Object::Number(packed)), Some(Object::Number(offset))) =
                    (reader.next(), reader.next())
                else {
                    break;
                };
                let place = Place::In(number, whole(first) + whole(offset));
                self.places
                    .entry(u32::try_from(whole(packed)).unwrap_or(0))
                    .or_insert(place);
            }
            self.lists.insert(number, unpacked);
        }
    }

    /// The object of a number.
    pub(super) fn object(&self, number: u32) -> Option<Object> {
        let (bytes, at) = match *self.places.get(&number)? {
            Place::At(at) => (self.bytes, at),
            Place::In(list, at) => (&self.lists.get(&list)?[..], at),
        };
        let mut reader = Reader::new(bytes, at);
        let object = match self.work.get() {
            0 => None,
            _ => reader.next(),
        };
        let read = reader.at.saturating_sub(at);
        self.work.set(self.work.get().saturating_sub(read));
        object
    }

    /// The object, or the one that it names.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..MAX_STEPS {
            match object {
                Object::Reference(number) => object = self.object(number).unwrap_or(Object::Null),
                object => return object,
            }
        }
        Object::Null
    }

    /// What a dictionary has under a key; `Null` for nothing.
    pub(super) fn entry(&self, entries: &Dictionary, key: &str) -> Object {
        entries
            .get(key)
            .map_or(Object::Null, |value| self.resolve(value))
    }

    pub(super) fn dictionary(&self, entries: &Dictionary, key: &str) -> Dictionary {
        match self.entry(entries, key) {
            Object::Dictionary(entries) => entries,
            _ => Dictionary::new(),
        }
    }

    /// Whether its streams have had all the room that there is.
    pub(super) fn is_full(&self) -> bool {
        self.room.get() == 0
    }

    /// What is in a stream, unpacked.
    pub(super) fn stream(&self, number: u32) -> Option<Vec<u8>> {
        let Place::At(at) = *self.places.get(&number)? else {
            return None;
        };
        let mut reader = Reader::new(self.bytes, at);
        let Some(Object::Dictionary(entries)) = reader.next() else {
            return None;
        };
        match reader.next()? {
            Object::Word(word) if word == "stream" => {}
            _ => return None,
        }
        let mut from = reader.at;
        from += match self.bytes.get(from..from + 2) {
            Some(b"\r\n") => 2,
            _ => 1,
        };
        let rest = self.bytes.get(from..)?;
        let told = self.entry(&entries, "Length").number().map(whole);
        let told = told.filter(|len| {
            rest.get(*len..)
                .is_some_and(|behind| contains(&behind[..behind.len().min(16)], b"endstream"))
        });
        let len = told
            .or_else(|| find(rest, b"endstream"))
            .unwrap_or(rest.len());
        self.unpack(&entries, &rest[..len])
    }

    fn unpack(&self, entries: &Dictionary, packed: &[u8]) -> Option<Vec<u8>> {
        let filters = match self.entry(entries, "Filter") {
            Object::Array(filters) => filters,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        let room = self.room.get();
        let mut bytes = packed[..packed.len().min(room)].to_vec();
        if filters.is_empty() {
            self.room.set(room - bytes.len());
        }
        for filter in &filters {
            let room = self.room.get();
            bytes = match self.resolve(filter).name()? {
                "FlateDecode" | "Fl" => match decompress_to_vec_zlib_with_limit(&bytes, room) {
                    Ok(bytes) => bytes,
                    // A stream that was cut has what was unpacked by then.
                    Err(error) => error.output,
                },
                "ASCIIHexDecode" | "AHx" => {
                    match Reader::new(&[b"<", &bytes[..]].concat(), 0).next() {
                        Some(Object::Text(bytes)) => bytes,
                        _ => return None,
                    }
                }
                // Pictures, and what nobody writes text with.
                _ => return None,
            };
            self.room.set(room.saturating_sub(bytes.len()));
        }
        Some(bytes)
    }

    /// The pages in order, each with what it inherits.
    pub(super) fn pages(&self) -> Vec<Dictionary> {
        let mut pages = Vec::new();
        let roots = self
            .places
            .keys()
            .filter_map(|number| match self.object(*number) {
                Some(Object::Dictionary(entries)) if is_type(&entries, "Catalog") => Some(entries),
                _ => None,
            });
        if let Some(catalog) = roots.last() {
            let mut seen = HashSet::new();
            if let Some(tree) = catalog.get("Pages") {
                self.collect(tree, &Dictionary::new(), 0, &mut seen, &mut pages);
            }
        }
        if pages.is_empty() {
            // Without a catalog the pages come as they lie in the file.
            let all = self.places.keys().filter_map(|number| self.object(*number));
            pages = all
                .filter_map(|object| match object {
                    Object::Dictionary(entries) if is_type(&entries, "Page") => Some(entries),
                    _ => None,
                })
                .take(MAX_PAGES)
                .collect();
        }
        pages
    }

    fn collect(
        &self,
        node: &Object,
        inherited: &Dictionary,
        depth: usize,
        seen: &mut HashSet<u32>,
        pages: &mut Vec<Dictionary>,
    ) {
        if let Object::Reference(number) = node
            && !seen.insert(*number)
        {
            return;
        }
        let Object::Dictionary(mut entries) = self.resolve(node) else {
            return;
        };
        if depth > MAX_STEPS || pages.len() >= MAX_PAGES || seen.len() > 4 * MAX_PAGES {
            return;
        }
        for key in ["Resources", "MediaBox"] {
            if let (None, Some(value)) = (entries.get(key), inherited.get(key)) {
                entries.insert(key.to_owned(), value.clone());
            }
        }
        match self.entry(&entries, "Kids") {
            Object::Array(kids) => kids
                .iter()
                .for_each(|kid| self.collect(kid, &entries, depth + 1, seen, pages)),
            _ => pages.push(entries),
        }
    }
}

fn is_type(entries: &Dictionary, name: &str) -> bool {
    entries.get("Type").and_then(Object::name) == Some(name)
}

/// The number in `12 0 ` before `obj`.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    let mut words = bytes[at.saturating_sub(24)..at]
        .rsplit(|byte| byte.is_ascii_whitespace())
        .filter(|word| !word.is_empty());
    let generation = words.next()?;
    if !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(words.next()?).ok()?.parse().ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no place in a file is none"
)]
fn whole(number: f64) -> usize {
    number.clamp(0.0, 4e9) as usize
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| *byte == word[0]) {
        let at = from + found;
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    find(bytes, word).is_some()
}
