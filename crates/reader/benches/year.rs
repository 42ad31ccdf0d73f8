//! What a year of writing leaves: how much a join sends beside a fresh copy of the same text, what hours and authorship take
//! for good, and how long it takes to compare the first day with the last.
//!
//! Three people write on 250 days, each under a new client id every day, as `wear` says people do: they type, take typos
//! back, cut words, begin paragraphs. Every change of the document is an entry of the log.

#[path = "../../script/benches/edits/wear.rs"]
#[expect(dead_code, reason = "a part of it is for the edits' bench")]
mod wear;

use std::hint::black_box;
use std::time::Instant;

use scriptroom_reader::answer;
use scriptroom_room::archive::{self, Original};
use scriptroom_room::authorship::HOUR_MS;
use scriptroom_room::block::Block;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::{merge, merge_for_join};
use scriptroom_room::varint::write_buffer;
use scriptroom_script::{Options, Script};
use wear::{Dice, fresh, open, people_edit};

const PAGES: usize = 120;
const DAYS: u64 = 250;
const WRITERS: [&str; 3] = [
    "mail:ada@example.org",
    "mail:ben@example.org",
    "mail:cy@example.org",
];
/// What each of them does in a day; every fourth begins another hour.
const BURSTS: u64 = 16;

struct Year {
    log: Vec<Original>,
    last: Script,
    deleted: usize,
}

impl Year {
    fn push(&mut self, time_ms: u64, author: &str, bytes: Vec<u8>) {
        let sequence = self.log.len() as u64 + 1;
        self.log.push(Original {
            first: sequence,
            sequence,
            time_ms,
            author: author.to_owned(),
            bytes,
        });
    }
}

/// A client id as the package draws one.
fn client_id(dice: &mut Dice) -> u64 {
    u64::from(dice.below(1 << 21)) << 32 | u64::from(dice.below(u32::MAX))
}

fn write() -> Year {
    let mut dice = Dice(9);
    let first = fresh(PAGES);
    let mut year = Year {
        log: Vec::new(),
        last: open(client_id(&mut dice), &first),
        deleted: 0,
    };
    year.push(0, WRITERS[0], first);
    for day in 1..=DAYS {
        let state = year.last.encode_state();
        let mut writers: Vec<Script> = WRITERS
            .iter()
            .map(|_| open(client_id(&mut dice), &state))
            .collect();
        let areas: Vec<u32> = WRITERS.iter().map(|_| dice.below(1_000)).collect();
        for burst in 0..BURSTS {
            let time_ms = (day * 24 + 9 + burst / 4) * HOUR_MS;
            let made: Vec<Vec<Vec<u8>>> = writers
                .iter_mut()
                .zip(&areas)
                .map(|(script, area)| {
                    let len = u64::from(script.len_utf16());
                    let near = (len * u64::from(*area) / 1_000) as u32;
                    let at = (near + dice.below(3_000)).min(len as u32);
                    let edits = people_edit(script, at, &mut dice);
                    let deletions = edits.iter().filter(|edit| {
                        matches!(edit, scriptroom_script::Edit::Replace { from, to, .. } if to > from)
                    });
                    year.deleted += deletions.count();
                    let updates = edits.iter().zip(1..).map(|(edit, number)| {
                        let change = script.edit(std::slice::from_ref(edit), number * 150);
                        change.expect("it is in range").update
                    });
                    updates.flatten().collect()
                })
                .collect();
            for (from, updates) in made.into_iter().enumerate() {
                for (to, script) in writers.iter_mut().enumerate() {
                    for update in updates.iter().filter(|_| to != from) {
                        script.apply_update(update).expect("it is an update");
                    }
                }
                for bytes in updates {
                    year.push(time_ms, WRITERS[from], bytes);
                }
            }
        }
        year.last = writers.swap_remove(0);
    }
    year
}

fn kilobytes(bytes: usize) -> String {
    format!("{:>9.1} kB", bytes as f64 / 1000.0)
}

fn packed(bytes: &[u8]) -> usize {
    Block::of(bytes).bytes.len()
}

fn sizes(year: &Year, log: &[Vec<u8>], whole: &[u8], copy: &[u8]) {
    let updates: usize = log.iter().map(Vec::len).sum();
    let join = merge_for_join(log, &StateVector::default()).expect("updates");
    let hours = archive::hours(&year.log[1..], &[]);
    let authorship = archive::authorship(&year.log);
    let encoded = authorship.encode();
    let of = |size: fn(&[u8]) -> usize| hours.iter().map(|hour| size(&hour.bytes)).sum::<usize>();
    println!(
        "entries                        {:>9}, {} of them with deletions",
        log.len(),
        year.deleted
    );
    println!("as they came                   {}", kilobytes(updates));
    println!(
        "merged, with deleted words     {}, packed {}",
        kilobytes(whole.len()),
        kilobytes(packed(whole))
    );
    println!("a fresh copy of the text       {}", kilobytes(copy.len()));
    println!(
        "what a join sends              {}, {:.2} times a fresh copy",
        kilobytes(join.len()),
        join.len() as f64 / copy.len() as f64
    );
    println!(
        "{:>5} hours                    {}, packed {}",
        hours.len(),
        kilobytes(of(<[u8]>::len)),
        kilobytes(of(packed))
    );
    println!(
        "a whole state for each instead {}",
        kilobytes(hours.len() * packed(&join))
    );
    println!(
        "authorship, {:>6} runs        {}, packed {}",
        authorship.len(),
        kilobytes(encoded.len()),
        kilobytes(packed(&encoded))
    );
}

fn timed<T>(what: &str, make: impl Fn() -> T) -> T {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(make());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:<30} {:>9.1} ms", times[2]);
    make()
}

fn main() {
    let year = write();
    let log: Vec<Vec<u8>> = year.log.iter().map(|entry| entry.bytes.clone()).collect();
    let whole = merge(&log, &StateVector::default()).expect("updates");
    let mut dice = Dice(77);
    let mut copy = Script::new(Options {
        client_id: client_id(&mut dice),
        seed: 1,
    });
    copy.import(&year.last.to_plain());
    let copy = copy.encode_state();
    sizes(&year, &log, &whole, &copy);
    let authorship = timed("authorship of all entries", || {
        archive::authorship(&year.log)
    })
    .encode();
    let compared = timed("compare the first day with the last", || {
        let mut request = Vec::new();
        let parts: [&[u8]; 4] = [br#"{"operation":"compare"}"#, &log[0], &whole, &authorship];
        parts
            .iter()
            .for_each(|part| write_buffer(&mut request, part));
        answer(&request).expect("an answer")
    });
    println!(
        "its answer                     {}",
        kilobytes(compared.len())
    );
}
