//! Several replicas, random edits of every kind, random partial syncs in causal order, restarts.
//!
//! Every typed character is unique. The oracle knows only what was meant: which characters were
//! typed, and which someone deleted. It never looks into the CRDT.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_paragraphs::{Attributes, Color, ElementType, Styles};
use scriptroom_script::{Change, Edit, InsertedLine, Options, SceneId, Script};
use support::{Dice, Editor};

/// An update with what its author had seen when making it.
struct Sent {
    bytes: Vec<u8>,
    seen: Vec<usize>,
}

struct Replica {
    script: Script,
    editor: Editor,
    /// How many updates of each replica it has.
    seen: Vec<usize>,
    now: u64,
}

/// What was meant.
#[derive(Default)]
struct Oracle {
    next: u32,
    typed: BTreeSet<char>,
    /// Characters that someone deleted, or whose typing someone took back.
    deleted: BTreeSet<char>,
    /// Characters that stood in what someone carried elsewhere: in a scene that was moved, in a
    /// line that became a heading.
    carried: BTreeSet<char>,
    /// Characters that an undo or redo brought back, or to another place.
    brought_back: BTreeSet<char>,
}

impl Oracle {
    fn fresh(&mut self, dice: &mut Dice) -> String {
        (0..1 + dice.below(4))
            .map(|_| {
                self.next += 1;
                // Every third one is a surrogate pair.
                let base = if self.next.is_multiple_of(3) {
                    0x2_0000
                } else {
                    0x4e00
                };
                let c = char::from_u32(base + self.next).expect("an assigned range");
                self.typed.insert(c);
                c
            })
            .collect()
    }

    fn delete(&mut self, text: &str) {
        self.deleted.extend(text.chars());
    }

    /// An undo or redo, between the texts before and after it.
    fn travel(&mut self, before: &str, after: &str, change: &Change) {
        let chars = |text: &str| text.chars().collect::<BTreeSet<char>>();
        let gone: Vec<char> = chars(before).difference(&chars(after)).copied().collect();
        self.deleted.extend(gone);
        let came = change.text.iter().flat_map(|edit| edit.insert.chars());
        self.brought_back.extend(came);
    }

    /// Whether a character may stand there twice: who carries text copies it, and an undo that
    /// brings the old place back does not know that someone else carried it away too.
    fn may_be_doubled(&self, c: char) -> bool {
        self.carried.contains(&c) && self.brought_back.contains(&c)
    }
}

struct World {
    replicas: Vec<Replica>,
    logs: Vec<Vec<Sent>>,
    oracle: Oracle,
    clients: u64,
    seed: u64,
}

impl World {
    fn new(count: usize, seed: u64) -> World {
        let mut world = World {
            replicas: Vec::new(),
            logs: (0..count).map(|_| Vec::new()).collect(),
            oracle: Oracle::default(),
            clients: 0,
            seed,
        };
        for _ in 0..count {
            let script = Script::new(world.options());
            world.replicas.push(Replica {
                editor: Editor::of(&script),
                script,
                seen: vec![0; count],
                now: 0,
            });
        }
        world
    }

    fn options(&mut self) -> Options {
        self.clients += 1;
        // Ids go down for one seed and up for the other: order must not matter.
        let client_id = if self.seed.is_multiple_of(2) {
            self.clients
        } else {
            10_000 - self.clients
        };
        Options {
            client_id,
            seed: self.seed * 1_000 + self.clients,
        }
    }

    fn made(&mut self, at: usize, change: &Change) {
        let replica = &mut self.replicas[at];
        replica.editor.apply(change);
        replica.editor.check(&replica.script);
        replica.script.check();
        if let Some(bytes) = &change.update {
            self.logs[at].push(Sent {
                bytes: bytes.clone(),
                seen: replica.seen.clone(),
            });
            replica.seen[at] += 1;
        }
    }

    /// Brings up to `most` updates of `from` to `to` as one, if there are any that it can take; says whether.
    fn deliver(&mut self, from: usize, to: usize, most: usize) -> bool {
        let mut seen = self.replicas[to].seen.clone();
        let mut ready = Vec::new();
        for sent in self.logs[from].iter().skip(seen[from]).take(most) {
            if !sent.seen.iter().zip(&seen).all(|(a, b)| a <= b) {
                break;
            }
            ready.push(&sent.bytes);
            seen[from] += 1;
        }
        if ready.is_empty() {
            return false;
        }
        let bytes = match ready[..] {
            [one] => one.clone(),
            _ => yrs::merge_updates_v1(ready).expect("they are updates"),
        };
        let change = self.replicas[to]
            .script
            .apply_update(&bytes)
            .expect("it is an update");
        assert!(
            !self.replicas[to].script.has_pending(),
            "causal order leaves nothing pending"
        );
        if change.update.is_some() {
            // It answered: words that came to the old place were carried after.
            let came = change.text.iter().flat_map(|edit| edit.insert.chars());
            self.oracle.carried.extend(came);
        }
        self.replicas[to].seen[from] = seen[from];
        self.made(to, &change);
        true
    }

    fn deliver_all(&mut self) {
        let count = self.replicas.len();
        loop {
            let mut any = false;
            for from in 0..count {
                for to in 0..count {
                    any |= from != to && self.deliver(from, to, 1);
                }
            }
            if !any {
                return;
            }
        }
    }

    fn restart(&mut self, at: usize) {
        let options = self.options();
        let state = self.replicas[at].script.encode_state();
        let script = Script::load(options, &[state]).expect("it is an update");
        assert_eq!(
            script.text(),
            self.replicas[at].script.text(),
            "a restart shows the same"
        );
        script.check();
        self.replicas[at].editor = Editor::of(&script);
        self.replicas[at].script = script;
    }

    fn act(&mut self, at: usize, dice: &mut Dice) {
        self.replicas[at].now += dice.below(3_000) as u64;
        let now = self.replicas[at].now;
        let script = &mut self.replicas[at].script;
        let len = script.len_utf16();
        let offset = boundary(script, dice.below(len as usize + 1) as u32);
        let paragraphs = script.paragraph_count();
        let change = match dice.below(20) {
            0..=6 => {
                let text = self.oracle.fresh(dice);
                script
                    .edit(&[Edit::text(offset, offset, text)], now)
                    .unwrap()
            }
            7..=9 => {
                // Enter, often at a paragraph's end, then a line.
                let paragraph = script.paragraph_at(offset);
                let end = script.paragraph_start(paragraph) + script.paragraph(paragraph).len;
                let offset = if dice.below(2) == 0 { end } else { offset };
                let text = self.oracle.fresh(dice);
                let insert = vec![
                    InsertedLine::default(),
                    InsertedLine::of(dice.element(), text),
                ];
                let edit = Edit::Replace {
                    from: offset,
                    to: offset,
                    insert,
                };
                script.edit(&[edit], now).unwrap()
            }
            10 | 11 => {
                let to = boundary(script, (offset + dice.below(9) as u32).min(len)).max(offset);
                self.oracle.delete(&script.slice(offset..to));
                script.edit(&[Edit::text(offset, to, "")], now).unwrap()
            }
            12 => {
                // Backspace at a paragraph's start: a merge.
                let paragraph = dice.below(paragraphs);
                let start = script.paragraph_start(paragraph);
                script
                    .edit(&[Edit::text(start.saturating_sub(1), start, "")], now)
                    .unwrap()
            }
            13 | 14 => {
                let paragraph = dice.below(paragraphs);
                let element = if dice.below(2) == 0 {
                    ElementType::SceneHeading
                } else {
                    dice.element()
                };
                if element == ElementType::SceneHeading {
                    let start = script.paragraph_start(paragraph);
                    let line = script.slice(start..start + script.paragraph(paragraph).len);
                    self.oracle.carried.extend(line.chars());
                }
                let shade = (paragraph % 3) as u8;
                let retype = Edit::SetElement {
                    paragraphs: paragraph..paragraph + 1,
                    element,
                };
                let paint = Edit::SetAttributes {
                    paragraph,
                    attributes: Attributes {
                        color: (shade > 0).then_some(Color([shade; 3])),
                        ..Attributes::default()
                    },
                };
                script.edit(&[retype, paint], now).unwrap()
            }
            15 | 16 => {
                let scenes: Vec<SceneId> = script.scenes().into_iter().map(|s| s.id).collect();
                if scenes.is_empty() {
                    return;
                }
                let scene = &scenes[dice.below(scenes.len())];
                let before = scenes.get(dice.below(scenes.len() + 1));
                let lines = script.paragraphs(script.scene_paragraphs(scene).unwrap());
                let text = lines
                    .iter()
                    .flat_map(|line| &line.runs)
                    .map(|run| &run.text);
                self.oracle
                    .carried
                    .extend(text.flat_map(|text| text.chars()));
                script.move_scene(scene, before, now).unwrap()
            }
            17 => {
                let to = boundary(script, (offset + dice.below(9) as u32).min(len)).max(offset);
                let edit = Edit::Format {
                    from: offset,
                    to,
                    style: [Styles::BOLD, Styles::ITALIC][dice.below(2)],
                    on: dice.below(3) > 0,
                };
                script.edit(&[edit], now).unwrap()
            }
            18 => {
                let before = script.text();
                let Some(change) = script.undo() else {
                    return;
                };
                self.oracle.travel(&before, &script.text(), &change);
                change
            }
            _ => {
                let before = script.text();
                let Some(change) = script.redo() else {
                    return;
                };
                self.oracle.travel(&before, &script.text(), &change);
                change
            }
        };
        self.made(at, &change);
    }

    fn check(&self, label: &str) {
        let first = &self.replicas[0].script;
        for replica in &self.replicas[1..] {
            assert_eq!(
                replica.script.to_plain(),
                first.to_plain(),
                "{label}: they converge"
            );
            let scenes = |script: &Script| script.scenes();
            assert_eq!(
                scenes(&replica.script),
                scenes(first),
                "{label}: scenes converge"
            );
        }
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        for c in first.text().chars().filter(|c| *c != '\n') {
            *counts.entry(c).or_default() += 1;
        }
        for c in self.oracle.typed.difference(&self.oracle.deleted) {
            assert!(
                counts.contains_key(c),
                "{label}: {c:?} was typed and never deleted"
            );
        }
        for (c, count) in &counts {
            assert!(
                self.oracle.typed.contains(c),
                "{label}: {c:?} was never typed"
            );
            assert!(
                *count == 1 || self.oracle.may_be_doubled(*c),
                "{label}: {c:?} is there {count} times"
            );
        }
    }
}

fn boundary(script: &Script, offset: u32) -> u32 {
    let before = script.slice(0..offset);
    if before.ends_with('\u{fffd}') {
        offset - 1
    } else {
        offset
    }
}

fn run(seed: u64, count: usize, steps: usize) {
    let mut dice = Dice::new(seed);
    let mut world = World::new(count, seed);
    for _ in 0..steps {
        let at = dice.below(count);
        match dice.below(12) {
            0..=6 => world.act(at, &mut dice),
            7 if dice.below(6) == 0 => world.restart(at),
            _ => {
                let from = dice.below(count);
                let count = 1 + dice.below(6);
                // As they were made, or together, as whoever was away gets them.
                let (times, most) = [(count, 1), (1, count)][dice.below(2)];
                for _ in 0..times {
                    if from == at || !world.deliver(from, at, most) {
                        break;
                    }
                }
            }
        }
    }
    world.deliver_all();
    world.check(&format!("seed {seed}"));
}

/// Runs a small number of histories; `SCRIPTROOM_SEEDS=from..to` runs others, on demand.
#[test]
fn replicas_converge_and_lose_nothing() {
    for seed in support::seeds(0..60) {
        eprintln!("seed {seed}");
        run(seed, 2 + seed as usize % 3, 120);
    }
}

/// Words that an undo brought back were there twice, or not at all where two had each taken the other's back.
#[test]
fn what_is_undone_while_others_move_it_is_there_once() {
    for seed in [371, 1555, 2800] {
        run(seed, 2 + seed as usize % 3, 120);
    }
}

/// With the end of some text yrs took away that its style ends there, before a line break: that had the style of what stands around it then, in the document and not
/// in the index.
#[test]
fn what_goes_with_the_styles_around_it_is_shown_as_it_is() {
    run(3039, 2, 120);
}
