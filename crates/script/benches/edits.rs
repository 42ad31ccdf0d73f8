//! What an edit costs through the whole path: change → document → index → editor changes and
//! scenes → encoded update; at the start, the middle and the end of scripts of 120 and 250 pages,
//! fresh and after 200,000 edits made as people edit. And what loading costs.
//!
//! A keystroke is measured in a burst: twenty that type, some of them typos that are taken back,
//! then backspaces until the text is what it was. So every burst finds the same script, and before
//! it could fill with what was deleted, the script is loaded anew. The first key at a place that
//! nobody has touched is measured by itself: it cuts an item of the document in two.

#[path = "edits/table.rs"]
mod table;
#[path = "edits/wear.rs"]
mod wear;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use scriptroom_script::{Change, Edit, EditError, Script, Selection};
use table::Row;
use wear::{Dice, fresh, open, people_edit, styled, worn};

/// How many places stand for the start of a script, for its middle and for its end.
const PLACES: usize = 16;
/// So many bursts are made at a place before the next one.
const VISIT: usize = 8;
/// A script is loaded anew after so many keystrokes.
const LIFE: u64 = 6_000;

/// A script that is measured.
struct Subject {
    name: String,
    state: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    /// The writer's own edit.
    Local,
    /// A co-writer's update.
    Remote,
}

const SIDES: [(&str, Side); 2] = [("local", Side::Local), ("remote", Side::Remote)];
const PARTS: [&str; 3] = ["start", "middle", "end"];

/// Places in one part of the script: within three pages.
fn places(script: &Script, part: &str) -> Vec<u32> {
    let len = script.len_utf16();
    let reach = 4_500;
    let from = match part {
        "start" => 0,
        "middle" => len / 2 - reach / 2,
        _ => len - reach,
    };
    let mut dice = Dice(77);
    (0..PLACES).map(|_| from + dice.below(reach)).collect()
}

/// The script, and the replica that a co-writer types in.
struct Bed {
    here: Script,
    there: Script,
    now_ms: u64,
    made: u64,
}

impl Bed {
    fn new(state: &[u8]) -> Bed {
        Bed {
            here: open(2_000_000, state),
            there: open(2_000_001, state),
            now_ms: 0,
            made: 0,
        }
    }

    /// Makes edits on one side; returns what the script needed for them.
    fn make(&mut self, side: Side, edits: &[Edit]) -> Duration {
        self.made += edits.len() as u64;
        self.now_ms += 5_000;
        match side {
            Side::Local => {
                let start = Instant::now();
                for edit in edits {
                    self.now_ms += 150;
                    let change = edit_selected(&mut self.here, edit, self.now_ms);
                    black_box(change.expect("it is in range"));
                }
                start.elapsed()
            }
            Side::Remote => {
                let mut updates = Vec::with_capacity(edits.len());
                for edit in edits {
                    self.now_ms += 150;
                    let change = self.there.edit(std::slice::from_ref(edit), self.now_ms);
                    updates.extend(change.expect("it is in range").update);
                }
                let start = Instant::now();
                for update in &updates {
                    black_box(self.here.apply_update(update).expect("it is an update"));
                }
                start.elapsed()
            }
        }
    }
}

/// Makes an edit as an editor's binding does: with the caret before and after it.
fn edit_selected(script: &mut Script, edit: &Edit, now_ms: u64) -> Result<Change, EditError> {
    let Edit::Replace { from, to, insert } = edit else {
        return script.edit(std::slice::from_ref(edit), now_ms);
    };
    let caret = |at| Selection {
        anchor: at,
        head: at,
    };
    let after = from + insert.iter().map(|line| line.len()).sum::<u32>();
    script.edit_selected(std::slice::from_ref(edit), caret(*to), caret(after), now_ms)
}

/// Keystrokes at a place that leave the text as it was.
fn burst(place: u32) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = place;
    let backspace = |edits: &mut Vec<Edit>, at: &mut u32| {
        edits.push(Edit::text(*at - 1, *at, ""));
        *at -= 1;
    };
    for key in 0..20u8 {
        edits.push(Edit::text(at, at, char::from(b'a' + key)));
        at += 1;
        if key % 5 == 4 {
            backspace(&mut edits, &mut at);
        }
    }
    while at > place {
        backspace(&mut edits, &mut at);
    }
    edits
}

/// Types on and on in one part of a script.
struct Typing<'a> {
    subject: &'a Subject,
    part: &'a str,
    side: Side,
    bed: Option<Bed>,
    places: Vec<u32>,
    visits: usize,
    samples: Vec<f64>,
}

impl Typing<'_> {
    /// Makes so many keystrokes in bursts, and notes what each burst needed for one.
    fn go_on(&mut self, count: u64) -> Duration {
        let mut sum = Duration::ZERO;
        let mut made = 0;
        while made < count {
            if self.bed.as_ref().is_none_or(|bed| bed.made > LIFE) {
                self.bed = Some(self.fresh_bed());
            }
            let bed = self.bed.as_mut().expect("it was made");
            let burst = burst(self.places[self.visits % PLACES]);
            self.visits += 1;
            for _ in 0..VISIT {
                let needed = bed.make(self.side, &burst);
                sum += needed;
                self.samples
                    .push(needed.as_nanos() as f64 / burst.len() as f64);
                made += burst.len() as u64;
            }
        }
        sum.mul_f64(count as f64 / made as f64)
    }

    /// A script in which the places have been touched.
    fn fresh_bed(&mut self) -> Bed {
        let mut bed = Bed::new(&self.subject.state);
        self.places = places(&bed.here, self.part);
        for &place in &self.places {
            bed.make(self.side, &burst(place));
        }
        bed
    }
}

/// Times edits at places that nobody has touched since the script was loaded.
fn untouched(subjects: &[Subject], edits_at: impl Fn(&Script, u32) -> Vec<Edit>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, side) in SIDES {
        for subject in subjects {
            for part in PARTS {
                let mut samples = Vec::new();
                for _ in 0..6 {
                    let mut bed = Bed::new(&subject.state);
                    for place in places(&bed.here, part) {
                        let edits = edits_at(&bed.here, place);
                        let needed = bed.make(side, &edits);
                        samples.push(needed.as_nanos() as f64 / edits.len() as f64);
                    }
                }
                let name = format!("{name}, {}, {part}", subject.name);
                rows.push(Row { name, samples });
            }
        }
    }
    rows
}

fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for pages in [120, 250] {
        let state = fresh(pages);
        let old = worn(&state, 200_000);
        let mut add = |age: &str, state| {
            let name = format!("{pages} pages, {age}");
            subjects.push(Subject { name, state });
        };
        add("fresh", state);
        add("200,000 edits", old);
    }
    subjects
}

fn keystrokes(c: &mut Criterion, subjects: &[Subject]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (group_name, side) in SIDES {
        let mut group = c.benchmark_group(group_name);
        group.sampling_mode(SamplingMode::Flat);
        group.sample_size(20);
        group.warm_up_time(Duration::from_millis(500));
        group.measurement_time(Duration::from_secs(2));
        for subject in subjects {
            for part in PARTS {
                let mut typing = Typing {
                    subject,
                    part,
                    side,
                    bed: None,
                    places: Vec::new(),
                    visits: 0,
                    samples: Vec::new(),
                };
                group.bench_function(format!("{}, {part}", subject.name), |b| {
                    b.iter_custom(|count| typing.go_on(count));
                });
                rows.push(Row {
                    name: format!("{group_name}, {}, {part}", subject.name),
                    samples: typing.samples,
                });
            }
        }
        group.finish();
    }
    rows
}

fn loading(c: &mut Criterion, subjects: &[Subject]) {
    let mut group = c.benchmark_group("load");
    group.sample_size(20);
    for subject in subjects {
        let size = subject.state.len() / 1_000;
        group.bench_function(format!("{}, {size} kB", subject.name), |b| {
            b.iter(|| black_box(open(3_000_000, &subject.state)));
        });
    }
    group.finish();
}

fn edits(c: &mut Criterion) {
    let subjects = subjects();
    let rows = keystrokes(c, &subjects);
    loading(c, &subjects);
    table::print("one keystroke", &rows);
    let as_people_edit =
        |script: &Script, place| people_edit(script, place, &mut Dice(u64::from(place)));
    table::print(
        "an edit, as people make them at places that nobody has touched",
        &untouched(&subjects, as_people_edit),
    );
    table::print(
        "the first key at a place",
        &untouched(&subjects, |_, place| vec![Edit::text(place, place, "e")]),
    );
    let styled: Vec<Subject> = subjects
        .iter()
        .map(|subject| Subject {
            name: format!("{}, italics", subject.name),
            state: styled(&subject.state),
        })
        .collect();
    table::print(
        "one keystroke where some words are in italics",
        &keystrokes(c, &styled),
    );
}

criterion_group!(benches, edits);
criterion_main!(benches);
