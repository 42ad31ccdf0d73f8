//! What a key costs a writer who keeps a last line and writes a whole script before it, so that all of it is one strip:
//! after sixty paragraphs and after six thousand. One of the words is in italics.

#[path = "edits/table.rs"]
mod table;

use std::hint::black_box;
use std::time::Instant;

use scriptroom_paragraphs::{ElementType, Styles};
use scriptroom_script::{Edit, InsertedLine, Options, Script, Selection};
use table::Row;

const LENGTHS: [usize; 2] = [60, 6_000];
/// So many more are measured behind them.
const MEASURED: usize = 300;
/// Every so manieth is a scene heading.
const SCENE: usize = 13;
const WORDS: &str = "She looks up.";

/// What a row is about.
const KINDS: [&str; 6] = [
    "the first letter of a paragraph",
    "another letter",
    "a completion",
    "Enter",
    "another element",
    "a co-writer's Enter",
];

const FIRST: usize = 0;
const LETTER: usize = 1;
const COMPLETION: usize = 2;
const ENTER: usize = 3;
const ELEMENT: usize = 4;
const OTHERS_ENTER: usize = 5;

struct Writer {
    script: Script,
    /// The updates, once it is measured, and of what kind each is.
    updates: Vec<(usize, Vec<u8>)>,
    at: u32,
    now_ms: u64,
    samples: [Vec<f64>; KINDS.len()],
}

fn caret(at: u32) -> Selection {
    Selection {
        anchor: at,
        head: at,
    }
}

impl Writer {
    fn new() -> Writer {
        let mut script = Script::new(Options {
            client_id: 1,
            seed: 1,
        });
        let insert = vec![
            InsertedLine::new("FADE IN:"),
            InsertedLine::of(ElementType::Transition, "FADE OUT."),
        ];
        let (from, to) = (0, 0);
        let lines = Edit::Replace { from, to, insert };
        script.edit(&[lines], 0).expect("it is in range");
        let (to, style, on) = (4, Styles::ITALIC, true);
        let italics = Edit::Format {
            from,
            to,
            style,
            on,
        };
        script.edit(&[italics], 0).expect("it is in range");
        Writer {
            script,
            updates: Vec::new(),
            at: 8,
            now_ms: 0,
            samples: Default::default(),
        }
    }

    /// Makes an edit that leaves the caret so much farther on.
    fn make(&mut self, kind: usize, edit: Edit, by: u32) {
        self.now_ms += 150;
        let (before, after) = (caret(self.at), caret(self.at + by));
        self.at += by;
        let start = Instant::now();
        let change = self
            .script
            .edit_selected(&[edit], before, after, self.now_ms);
        let change = black_box(change.expect("it is in range"));
        self.samples[kind].push(start.elapsed().as_nanos() as f64);
        let update = change.update.expect("it changed something");
        self.updates.push((kind, update));
    }

    fn text(&mut self, kind: usize, back: u32, words: &str) {
        let edit = Edit::text(self.at - back, self.at, words);
        self.make(kind, edit, words.len() as u32 - back);
    }

    /// Begins a paragraph; each scene has some.
    fn enter(&mut self, number: usize) {
        let element = [ElementType::Action, ElementType::Dialogue][number % 2];
        let insert = vec![InsertedLine::default(), InsertedLine::of(element, "")];
        let (from, to) = (self.at, self.at);
        self.make(ENTER, Edit::Replace { from, to, insert }, 1);
        if number.is_multiple_of(SCENE) {
            let paragraph = self.script.paragraph_at(self.at);
            let paragraphs = paragraph..paragraph + 1;
            let element = ElementType::SceneHeading;
            let edit = Edit::SetElement {
                paragraphs,
                element,
            };
            self.make(ELEMENT, edit, 0);
        }
    }
}

fn main() {
    let mut rows: [Vec<Row>; KINDS.len()] = Default::default();
    for length in LENGTHS {
        let mut writer = Writer::new();
        for number in 0..length {
            writer.enter(number);
            writer.text(LETTER, 0, WORDS);
        }
        let options = Options {
            client_id: 2,
            seed: 2,
        };
        let state = writer.script.encode_state();
        let mut other = Script::load(options, &[state]).expect("it is an update");
        writer.samples = Default::default();
        writer.updates.clear();
        for number in 0..MEASURED {
            writer.enter(number);
            writer.text(FIRST, 0, "N");
            writer.text(COMPLETION, 1, "Nobody is there. ");
            for letter in WORDS.chars() {
                writer.text(LETTER, 0, letter.encode_utf8(&mut [0; 4]));
            }
        }
        for (kind, update) in writer.updates {
            let start = Instant::now();
            black_box(other.apply_update(&update).expect("it is an update"));
            if kind == ENTER {
                writer.samples[OTHERS_ENTER].push(start.elapsed().as_nanos() as f64);
            }
        }
        for (rows, samples) in rows.iter_mut().zip(writer.samples) {
            let name = format!("after {length} paragraphs");
            rows.push(Row { name, samples });
        }
    }
    for (kind, rows) in KINDS.iter().zip(&rows) {
        table::print(&format!("{kind}, before a last line"), rows);
    }
}
