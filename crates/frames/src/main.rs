//! `scriptroom-frames RECORDING`: reads what is asked from the standard input, as JSON ([`scriptroom_frames::plan::Asked`]),
//! sends until that is done or the relay fails, and prints lines of JSON: how far it is, and at the end the counts.

use std::io::Read;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fastrand::Rng;
use scriptroom_frames::counts::Counts;
use scriptroom_frames::life::{self, Kind, Trouble};
use scriptroom_frames::plan::{Asked, Run};
use scriptroom_frames::{http, recording};
use serde_json::json;

/// How often it says how far it is.
const TELL: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("scriptroom-frames: {what}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let path = std::env::args()
        .nth(1)
        .ok_or("expected the recording's path")?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let sessions = recording::read(&text).map_err(|error| format!("{path}: {error}"))?;
    let mut asked = String::new();
    let read = std::io::stdin().read_to_string(&mut asked);
    read.map_err(|error| error.to_string())?;
    let asked: Asked = serde_json::from_str(&asked).map_err(|error| error.to_string())?;
    let run = Run::new(asked, sessions);
    let started = Instant::now();
    let (sum, troubles) = (Mutex::default(), Mutex::default());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..run.asked.connections)
            .map(|number| {
                scope.spawn({
                    let (run, sum, troubles) = (&run, &sum, &troubles);
                    move || connections(run, number, sum, troubles)
                })
            })
            .collect();
        let mut told = Instant::now();
        while threads.iter().any(|thread| !thread.is_finished()) {
            std::thread::park_timeout(Duration::from_millis(20));
            if told.elapsed() >= TELL {
                told = Instant::now();
                println!("{}", json!({ "mutated": run.done() }));
            }
        }
    });
    let counts = sum.into_inner().expect("no thread has panicked");
    let troubles: Vec<String> = troubles.into_inner().expect("no thread has panicked");
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "counts": counts, "troubles": troubles, "seconds": seconds })
    );
    Ok(troubles.is_empty())
}

/// One connection after the other, until there is enough. What is sent follows from the seed and the thread's number.
fn connections(run: &Run, number: u64, sum: &Mutex<Counts>, troubles: &Mutex<Vec<String>>) {
    let mut dice = Rng::with_seed(run.asked.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
    while !run.is_over() {
        let target = run.room(&mut dice);
        let (counts, outcome): (Counts, Result<(), Trouble>) = match dice.u32(0..100) {
            0..40 => http::live(run, target, &mut dice),
            40..45 => life::live(run, target, Kind::Stock, &mut dice),
            45..48 => life::live(run, target, Kind::Threads, &mut dice),
            _ => life::live(run, target, Kind::Ours, &mut dice),
        };
        sum.lock().expect("no thread has panicked").add(&counts);
        if let Err(trouble) = outcome {
            troubles
                .lock()
                .expect("no thread has panicked")
                .push(trouble.to_string());
            run.stop();
        }
    }
}
