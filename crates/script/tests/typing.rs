//! Writers who type on: bursts at carets that others type at, before and behind, in the same
//! paragraph, with backspaces into their own words and into older ones, and on into new paragraphs.
//!
//! Debug builds compare each keystroke's bytes with what yrs encodes, and each place that is known
//! by a caret with what yrs finds, so this test is also about those.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_paragraphs::{ElementType, Styles};
use scriptroom_script::{Change, Edit, InsertedLine, Options, Script, Side};
use support::{Dice, Editor};

struct Writer {
    script: Script,
    editor: Editor,
    /// Where they type: a position that sticks to what they typed last.
    caret: Vec<u8>,
    /// What the others made that has not come yet, in order.
    inbox: Vec<Vec<u8>>,
    now: u64,
}

impl Writer {
    fn new(script: Script) -> Writer {
        Writer {
            editor: Editor::of(&script),
            caret: script.position(0, Side::Before),
            script,
            inbox: Vec::new(),
            now: 0,
        }
    }

    fn made(&mut self, change: &Change) {
        self.editor.apply(change);
        self.editor.check(&self.script);
        self.script.check();
    }

    fn receive(&mut self, count: usize) {
        let count = count.min(self.inbox.len());
        for update in self.inbox.drain(..count).collect::<Vec<_>>() {
            let change = self.script.apply_update(&update).unwrap();
            assert!(!self.script.has_pending());
            self.made(&change);
        }
    }
}

/// What was meant: every character that is typed is another one.
#[derive(Default)]
struct Oracle {
    typed: BTreeSet<char>,
    deleted: BTreeSet<char>,
}

impl Oracle {
    fn text(&mut self, dice: &mut Dice) -> String {
        let next = self.typed.len() as u32;
        // Some of two units, some words at once.
        let fresh = (next..next + [1, 1, 1, 3][dice.below(4)]).map(|n| {
            let base = if n % 5 == 0 { 0x2_0000 } else { 0x4e00 };
            char::from_u32(base + n).unwrap()
        });
        let fresh: String = fresh.collect();
        self.typed.extend(fresh.chars());
        fresh
    }
}

/// The start of the character that ends at `offset`.
fn character_before(script: &Script, offset: u32) -> u32 {
    let from = offset.saturating_sub(2);
    let two = script.slice(from..offset);
    offset - two.chars().last().map_or(0, |c| c.len_utf16() as u32)
}

const ELEMENTS: [ElementType; 3] = [
    ElementType::SceneHeading,
    ElementType::Action,
    ElementType::Dialogue,
];

fn enter(at: u32, element: ElementType) -> Edit {
    let insert = vec![InsertedLine::default(), InsertedLine::of(element, "")];
    let (from, to) = (at, at);
    Edit::Replace { from, to, insert }
}

/// One edit near the writer's caret, or at that of someone else.
fn act(writer: &mut Writer, other: &[u8], oracle: &mut Oracle, dice: &mut Dice) -> Option<Change> {
    writer.now += 100 + dice.below(700) as u64;
    let (script, now) = (&mut writer.script, writer.now);
    let mut at = script.resolve(&writer.caret).unwrap_or(0);
    if dice.below(5) == 0 {
        at = script.resolve(other).unwrap_or(at);
    }
    if dice.below(12) == 0 {
        at = dice.below(script.len_utf16() as usize + 1) as u32;
        at = character_before(script, at) + u32::from(at == 0);
        at = at.min(script.len_utf16());
        if script.slice(0..at).ends_with('\u{fffd}') {
            at -= 1;
        }
    }
    let (edit, caret) = match dice.below(30) {
        0..=13 => {
            let text = oracle.text(dice);
            let len: u32 = text.chars().map(|c| c.len_utf16() as u32).sum();
            (Edit::text(at, at, text), at + len)
        }
        14..=19 if at > 0 => {
            let from = character_before(script, at);
            oracle.deleted.extend(script.slice(from..at).chars());
            (Edit::text(from, at, ""), from)
        }
        20 if at > 0 => {
            // Types over what stands before.
            let from = character_before(script, at);
            oracle.deleted.extend(script.slice(from..at).chars());
            let text = oracle.text(dice);
            let len: u32 = text.chars().map(|c| c.len_utf16() as u32).sum();
            (Edit::text(from, at, text), from + len)
        }
        21 => (enter(at, ElementType::Action), at + 1),
        22..=25 => {
            // Goes on with a new paragraph, or right before the next one.
            let paragraph = script.paragraph_at(at);
            let end = script.paragraph_start(paragraph) + script.paragraph(paragraph).len;
            match dice.below(6) {
                0 => {
                    let text = oracle.text(dice);
                    let start = (end + 1).min(script.len_utf16());
                    let len: u32 = text.chars().map(|c| c.len_utf16() as u32).sum();
                    (Edit::text(start, start, text), start + len)
                }
                n => (enter(end, ELEMENTS[n % 3]), end + 1),
            }
        }
        26 | 27 => {
            let paragraph = script.paragraph_at(at);
            let edit = Edit::SetElement {
                paragraphs: paragraph..paragraph + 1,
                // A heading would be carried into a strip of its own.
                element: ELEMENTS[1 + dice.below(2)],
            };
            (edit, at)
        }
        28 => {
            let from = character_before(script, at);
            let (style, on) = (Styles::BOLD, dice.below(2) == 0);
            let to = at;
            (
                Edit::Format {
                    from,
                    to,
                    style,
                    on,
                },
                at,
            )
        }
        _ => {
            let before: BTreeSet<char> = script.text().chars().collect();
            let change = script.undo()?;
            let after: BTreeSet<char> = script.text().chars().collect();
            oracle.deleted.extend(before.difference(&after));
            return Some(change);
        }
    };
    let change = script.edit(&[edit], now).unwrap();
    writer.caret = script.position(caret, Side::Before);
    Some(change)
}

/// A script that somebody else has begun.
fn two_paragraphs(seed: u64) -> Vec<u8> {
    let mut first = Script::new(Options {
        client_id: 900,
        seed,
    });
    let words = "One paragraph, and\nanother one.";
    let lines = words.split('\n').map(InsertedLine::new).collect();
    let (from, to) = (0, 0);
    let insert = lines;
    first
        .edit(&[Edit::Replace { from, to, insert }], 0)
        .unwrap();
    first.encode_state()
}

fn run(seed: u64) {
    let mut dice = Dice::new(seed);
    let mut oracle = Oracle::default();
    let count = 2 + dice.below(2);
    let state = two_paragraphs(seed);
    let mut writers: Vec<Writer> = (0..count as u64)
        .map(|n| {
            let client_id = if seed.is_multiple_of(2) {
                1 + n
            } else {
                99 - n
            };
            let options = Options { client_id, seed: n };
            Writer::new(Script::load(options, &[&state]).unwrap())
        })
        .collect();
    for _ in 0..90 {
        let at = dice.below(count);
        let other = writers[(at + 1) % count].caret.clone();
        // Mostly several keys in a row, then what came meanwhile.
        for _ in 0..=dice.below(6) {
            let Some(change) = act(&mut writers[at], &other, &mut oracle, &mut dice) else {
                continue;
            };
            writers[at].made(&change);
            // To everyone in the order in which they were made: that is causal.
            let Some(update) = change.update else {
                continue;
            };
            for (to, writer) in writers.iter_mut().enumerate() {
                if to != at {
                    writer.inbox.push(update.clone());
                }
            }
        }
        let reader = dice.below(count);
        let number = dice.below(8);
        writers[reader].receive(number);
    }
    for writer in &mut writers {
        writer.receive(usize::MAX);
    }
    let text = writers[0].script.text();
    for writer in &writers[1..] {
        assert_eq!(writer.script.to_plain(), writers[0].script.to_plain());
    }
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
    }
    for c in oracle.typed.difference(&oracle.deleted) {
        assert_eq!(counts.get(c), Some(&1), "{c:?} was typed and never deleted");
    }
}

/// Runs a small number of histories; `SCRIPTROOM_SEEDS=from..to` runs others, on demand.
#[test]
fn who_types_on_loses_nothing_and_shows_what_is_there() {
    for seed in support::seeds(0..16) {
        eprintln!("seed {seed}");
        run(seed);
    }
}

/// A replica that has typed nothing yet has no caret: yrs looks for the place.
fn made_anew(script: &Script, edit: &Edit) -> Option<Vec<u8>> {
    let options = Options {
        client_id: script.client_id(),
        seed: 0,
    };
    let mut anew = Script::load(options, &[script.encode_state()]).unwrap();
    anew.edit(std::slice::from_ref(edit), 0).unwrap().update
}

#[test]
fn a_new_paragraph_stands_where_yrs_would_put_it() {
    for seed in support::seeds(0..60) {
        let mut dice = Dice::new(seed);
        let ids = if seed.is_multiple_of(2) {
            [1, 2]
        } else {
            [2, 1]
        };
        let state = two_paragraphs(seed);
        let mut scripts =
            ids.map(|client_id| Script::load(Options { client_id, seed }, &[&state]).unwrap());
        let mut at = 0;
        for step in 0..80 {
            let who = usize::from(dice.below(4) == 0);
            let len = scripts[0].len_utf16();
            let beside = match dice.below(3) {
                0 => dice.below(len as usize + 1) as u32,
                // Right behind the mark that the writer's caret stands before, and at that caret.
                n => (at + n as u32 - 1).min(len),
            };
            let (edit, then) = match (who, dice.below(8)) {
                (1, 0) if beside > 0 => (Edit::text(beside - 1, beside, ""), None),
                (1, 1) => (enter(beside, ElementType::Action), None),
                (1, _) => (Edit::text(beside, beside, "them"), None),
                (_, 0) if at > 0 => (Edit::text(at - 1, at, ""), Some(at - 1)),
                (_, 1) if at > 1 => (Edit::text(at - 2, at, "whole"), Some(at + 3)),
                (_, 2) => {
                    let paragraph = scripts[0].paragraph_at(at);
                    let edit = Edit::SetElement {
                        paragraphs: paragraph..paragraph + 1,
                        element: ELEMENTS[1 + dice.below(2)],
                    };
                    (edit, None)
                }
                (_, 3..5) => (enter(at, ElementType::Dialogue), Some(at + 1)),
                _ => (Edit::text(at, at, "I"), Some(at + 1)),
            };
            let expected = matches!(&edit, Edit::Replace { insert, .. } if insert.len() > 1)
                .then(|| made_anew(&scripts[who], &edit));
            let position = scripts[0].position(at, Side::Before);
            let change = scripts[who].edit(&[edit], step * 300).unwrap();
            if let Some(expected) = expected {
                assert_eq!(change.update, expected, "seed {seed}, step {step}");
            }
            if let Some(update) = change.update {
                scripts[1 - who].apply_update(&update).unwrap();
            }
            at = then.or(scripts[0].resolve(&position)).unwrap_or(0);
            for script in &scripts {
                script.check();
            }
            assert_eq!(scripts[0].to_plain(), scripts[1].to_plain());
        }
    }
}
