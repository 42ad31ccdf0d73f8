//! Whose hands are in a text: for each unit of its paragraphs who wrote it, or who deleted it later (H5, H7).
//!
//! Nothing outside the CRDT knows which id stands where in a text. So a document is built a second time, from an update
//! that is the same but for its letters: each is replaced by a character that stands for a person and an hour. What that
//! twin reads at a place is the answer for the letter there.

use std::collections::HashMap;
use std::ops::Range;

use scriptroom_paragraphs::Paragraph;
use scriptroom_room::authorship::{Authorship, HOUR_MS, Run, Stamp};
use scriptroom_room::check::{Kind, Update};
use scriptroom_room::ids::ClientId;
use scriptroom_room::varint::{write_string, write_uint};
use serde_json::{Map, Value, json};

use crate::error::ReaderError;
use crate::request::read;

/// What stands for a letter of which nothing is known.
const NOBODY: char = '\u{4e00}';
/// So many characters from there on are letters of one unit that no reader changes.
const LETTERS: usize = 20_000;

/// Who did something to each unit of each paragraph.
pub(crate) struct Hands {
    stamps: Vec<Stamp>,
    paragraphs: Vec<Vec<char>>,
}

/// What is asked of each id.
#[derive(Clone, Copy)]
pub(crate) enum Deed<'a> {
    /// Who wrote it.
    Wrote,
    /// Who deleted it, of what is deleted in this later state.
    Deleted(&'a Update<'a>),
}

impl Hands {
    /// Of every unit of a state.
    pub(crate) fn of(
        state: &[u8],
        known: &Authorship,
        deed: Deed<'_>,
    ) -> Result<Hands, ReaderError> {
        let update =
            Update::decode(state).map_err(|error| ReaderError::Request(error.to_string()))?;
        let mut letters = Letters::new(known);
        let twin = twin(&update, |client, ids, out| {
            let runs = match deed {
                Deed::Wrote => known.written(client),
                Deed::Deleted(_) => known.deleted(client),
            };
            match deed {
                Deed::Wrote => letters.spell(ids, runs, out),
                Deed::Deleted(later) => {
                    for (ids, gone) in divided(ids, later.deletions().ranges(client)) {
                        letters.spell(ids, if gone { runs } else { &[] }, out);
                    }
                }
            }
        });
        let paragraphs = read(&twin)?.paragraphs;
        Ok(Hands {
            paragraphs: paragraphs
                .iter()
                .map(|twin| twin.text().chars().collect())
                .collect(),
            stamps: letters.stamps,
        })
    }

    /// A part of a paragraph's text, that begins at this unit, in pieces of one hand each.
    pub(crate) fn pieces<'a>(
        &self,
        paragraph: usize,
        start: usize,
        text: &'a str,
    ) -> Vec<(&'a str, Option<&Stamp>)> {
        let mut pieces = Vec::new();
        let (mut from, mut unit) = (0, start);
        let mut open: Option<char> = None;
        for (at, c) in text.char_indices() {
            let letter = self.letter(paragraph, unit);
            if open.is_some_and(|open| open != letter) {
                pieces.push((&text[from..at], self.stamp(open)));
                from = at;
            }
            open = Some(letter);
            unit += c.len_utf16();
        }
        if from < text.len() {
            pieces.push((&text[from..], self.stamp(open)));
        }
        pieces
    }

    fn letter(&self, paragraph: usize, unit: usize) -> char {
        let letters = self.paragraphs.get(paragraph);
        letters
            .and_then(|letters| letters.get(unit))
            .copied()
            .unwrap_or(NOBODY)
    }

    fn stamp(&self, letter: Option<char>) -> Option<&Stamp> {
        let at = (letter? as usize).checked_sub(NOBODY as usize + 1)?;
        self.stamps.get(at)
    }
}

/// The text of every paragraph in pieces: who wrote it, and when.
pub(crate) fn json(paragraphs: &[Paragraph], hands: &Hands) -> String {
    let paragraphs = paragraphs.iter().enumerate().map(|(at, paragraph)| {
        let text = paragraph.text();
        let pieces = hands.pieces(at, 0, &text).into_iter();
        let pieces: Vec<Value> = pieces
            .map(|(text, stamp)| Value::Object(signed(text, stamp)))
            .collect();
        json!({ "block": at, "type": paragraph.element.name(), "text": pieces })
    });
    Value::Array(paragraphs.collect()).to_string()
}

/// A text with who did it and when, where that is known.
pub(crate) fn signed(text: &str, stamp: Option<&Stamp>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("text".to_owned(), json!(text));
    object.insert("by".to_owned(), json!(stamp.map(|stamp| &stamp.author)));
    object.insert(
        "hour".to_owned(),
        json!(stamp.map(|stamp| stamp.hour * HOUR_MS)),
    );
    object
}

/// The characters that stand for stamps, given out as they are needed.
struct Letters<'a> {
    known: &'a Authorship,
    given: HashMap<usize, char>,
    stamps: Vec<Stamp>,
}

impl<'a> Letters<'a> {
    fn new(known: &'a Authorship) -> Letters<'a> {
        Letters {
            known,
            given: HashMap::new(),
            stamps: Vec::new(),
        }
    }

    /// Writes a letter for each id.
    fn spell(&mut self, ids: Range<u32>, runs: &[Run], out: &mut String) {
        let mut next = ids.start;
        let first = runs.partition_point(|run| run.ids.end <= ids.start);
        for run in runs[first..]
            .iter()
            .take_while(|run| run.ids.start < ids.end)
        {
            let (from, to) = (run.ids.start.max(next), run.ids.end.min(ids.end));
            push(NOBODY, from - next, out);
            push(self.letter(run.stamp), to - from, out);
            next = to;
        }
        push(NOBODY, ids.end - next, out);
    }

    /// More stamps than there are letters: those that come last are not told.
    fn letter(&mut self, stamp: usize) -> char {
        if let Some(&letter) = self.given.get(&stamp) {
            return letter;
        }
        if self.stamps.len() == LETTERS {
            return NOBODY;
        }
        self.stamps.push(self.known.stamps()[stamp].clone());
        let letter = char::from_u32(NOBODY as u32 + self.stamps.len() as u32);
        let letter = letter.expect("it is one of the letters");
        self.given.insert(stamp, letter);
        letter
    }
}

fn push(letter: char, times: u32, out: &mut String) {
    out.extend(std::iter::repeat_n(letter, times as usize));
}

/// The ids in stretches, each with whether it is among the ranges that are gone.
fn divided(ids: Range<u32>, gone: &[Range<u32>]) -> Vec<(Range<u32>, bool)> {
    let mut parts = Vec::new();
    let mut next = ids.start;
    let first = gone.partition_point(|range| range.end <= ids.start);
    for range in gone[first..]
        .iter()
        .take_while(|range| range.start < ids.end)
    {
        let (from, to) = (range.start.max(next), range.end.min(ids.end));
        parts.extend([(next..from, false), (from..to, true)]);
        next = to;
    }
    parts.push((next..ids.end, false));
    parts
}

/// The same update with other letters: `spell` writes them for the ids of a text.
fn twin(update: &Update<'_>, mut spell: impl FnMut(ClientId, Range<u32>, &mut String)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut letters = String::new();
    write_uint(&mut out, update.sections().len() as u64);
    for section in update.sections() {
        write_uint(&mut out, update.structs(section).count() as u64);
        write_uint(&mut out, section.client);
        write_uint(&mut out, u64::from(section.clock));
        for found in update.structs(section) {
            let Kind::Text(_) = found.kind else {
                out.extend_from_slice(found.bytes);
                continue;
            };
            out.extend_from_slice(&found.bytes[..found.bytes.len() - found.content.len()]);
            letters.clear();
            spell(section.client, found.id.clock..found.end(), &mut letters);
            write_string(&mut out, &letters);
        }
    }
    update.deletions().encode(&mut out);
    out
}
