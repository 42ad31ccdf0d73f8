//! What an edit costs through the whole path: change → document → index → editor changes and
//! scenes → encoded update; at the start, the middle and the end of scripts of 120 and 250 pages,
//! fresh and after 200,000 edits made as people edit. And what loading costs.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_script::{Edit, InsertedLine, Options, Script};

/// Seeded dice.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) % u64::from(bound)) as u32
    }
}

/// A screenplay of so many pages: 30 paragraphs and 1,500 units a page, a scene every 1.3 pages.
fn screenplay(pages: usize) -> PlainScript {
    let mut paragraphs = Vec::new();
    for index in 0..pages * 30 {
        let (element, text) = match index % 39 {
            0 => (ElementType::SceneHeading, format!("INT. ROOM {index} - DAY")),
            n if n % 3 == 1 => (ElementType::Action, "She looks up. Nobody is there but the rain on the window, and the hum of the old refrigerator.".into()),
            n if n % 3 == 2 => (ElementType::Character, "ANNA".into()),
            _ => (ElementType::Dialogue, "I told you that they would come back, one day or another.".into()),
        };
        paragraphs.push(Paragraph::new(element, text));
    }
    PlainScript {
        title_page: Vec::new(),
        paragraphs,
    }
}

fn fresh(pages: usize) -> Script {
    let mut script = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    script.import(&screenplay(pages), 0);
    script
}

/// Edits as people make them: bursts of typing at a place, some backspaces, a new paragraph now
/// and then, few jumps; by several people who open the script anew.
fn worn(pages: usize, edits: usize) -> Script {
    let mut script = fresh(pages);
    let mut dice = Dice(9);
    let mut made = 0;
    let mut client = 1;
    let mut now = 0;
    while made < edits {
        if made / 2_000 >= client {
            client += 1;
            let options = Options {
                client_id: client as u64,
                seed: client as u64,
            };
            script = Script::load(options, &[script.encode_state()]).expect("it is an update");
        }
        let mut at = dice.below(script.len_utf16());
        for _ in 0..5 + dice.below(40) {
            now += 150;
            let change = match dice.below(12) {
                0 if at > 0 => {
                    at -= 1;
                    Edit::text(at, at + 1, "")
                }
                1 if dice.below(4) == 0 => {
                    let line = InsertedLine::of(ElementType::Action, "");
                    let edit = Edit::Replace {
                        from: at,
                        to: at,
                        insert: vec![InsertedLine::default(), line],
                    };
                    at += 1;
                    edit
                }
                _ => {
                    at += 1;
                    Edit::text(at - 1, at - 1, "e")
                }
            };
            script.edit(&[change], now).expect("it is in range");
            made += 1;
        }
    }
    script
}

fn places(script: &Script) -> [(&'static str, u32); 3] {
    let len = script.len_utf16();
    [("start", 40), ("middle", len / 2), ("end", len - 10)]
}

fn local(c: &mut Criterion, name: &str, script: &mut Script) {
    let mut group = c.benchmark_group("local");
    for (place, offset) in places(script) {
        let mut now = 0;
        let mut typed = 0;
        group.bench_function(format!("{name}/{place}"), |b| {
            b.iter(|| {
                // A word of typing, then backspaces, so that the script keeps its size.
                now += 150;
                typed = (typed + 1) % 20;
                let edit = if typed < 10 {
                    Edit::text(offset + typed, offset + typed, "e")
                } else {
                    let at = offset + 19 - typed;
                    Edit::text(at, at + 1, "")
                };
                black_box(script.edit(&[edit], now).expect("it is in range"))
            });
        });
    }
    group.finish();
}

fn remote(c: &mut Criterion, name: &str, script: &Script) {
    let mut group = c.benchmark_group("remote");
    let state = script.encode_state();
    for (place, offset) in places(script) {
        let mut here = load(2_000_000, &state);
        let mut there = load(2_000_001, &state);
        let mut typed = 0;
        let mut now = 0;
        group.bench_function(format!("{name}/{place}"), |b| {
            b.iter_batched(
                || {
                    now += 150;
                    typed = (typed + 1) % 20;
                    let edit = if typed < 10 {
                        Edit::text(offset + typed, offset + typed, "e")
                    } else {
                        let at = offset + 19 - typed;
                        Edit::text(at, at + 1, "")
                    };
                    let change = there.edit(&[edit], now).expect("it is in range");
                    change.update.expect("it changed something")
                },
                |update| black_box(here.apply_update(&update).expect("it is an update")),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn load(client_id: u64, state: &[u8]) -> Script {
    let options = Options {
        client_id,
        seed: client_id,
    };
    Script::load(options, &[state]).expect("it is an update")
}

fn edits(c: &mut Criterion) {
    for pages in [120, 250] {
        let name = format!("{pages} pages, fresh");
        let mut script = fresh(pages);
        remote(c, &name, &script);
        local(c, &name, &mut script);
        let name = format!("{pages} pages, 200000 edits");
        let mut script = worn(pages, 200_000);
        remote(c, &name, &script);
        local(c, &name, &mut script);
    }
}

fn loading(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    group.sample_size(20);
    for (name, script) in [
        ("250 pages, fresh", fresh(250)),
        ("250 pages, 200000 edits", worn(250, 200_000)),
    ] {
        let state = script.encode_state();
        group.bench_function(name, |b| b.iter(|| black_box(load(3_000_000, &state))));
    }
    group.finish();
}

criterion_group!(benches, edits, loading);
criterion_main!(benches);
