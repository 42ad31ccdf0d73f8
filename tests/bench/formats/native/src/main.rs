//! Reads a Fountain file with Scriptroom and with rustwell, in turns, and says in nanoseconds how long each took; or once
//! with Scriptroom, and says in bytes how much memory the process ever had before and after it.

use std::hint::black_box;
use std::time::Instant;

use scriptroom_formats::fountain;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, file, rounds] = arguments.as_slice() else {
        panic!("expected `time FILE ROUNDS` or `memory FILE 1`");
    };
    let text = std::fs::read_to_string(file).expect("the file reads");
    if what == "memory" {
        let before = peak_bytes();
        let parsed = black_box(fountain::parse(&text));
        println!("[{},{before},{}]", text.len(), peak_bytes());
        drop(parsed);
        return;
    }
    let rounds: usize = rounds.parse().expect("a number of rounds");
    let mut lines = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        lines[0].push(timed(|| fountain::parse(black_box(&text))));
        lines[1].push(timed(|| rustwell::parse(black_box(&text))));
    }
    let list = |times: &Vec<u128>| format!("{times:?}");
    println!(
        "{{\"scriptroom\":{},\"rustwell\":{}}}",
        list(&lines[0]),
        list(&lines[1])
    );
}

/// What is read is given back before the clock stops and freed after it, for each alike.
fn timed<T>(read: impl FnOnce() -> T) -> u128 {
    let start = Instant::now();
    let read = black_box(read());
    let took = start.elapsed().as_nanos();
    drop(read);
    took
}

/// The most memory that the process has had, as Linux tells it.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let kibibytes: u64 = number.and_then(|number| number.parse().ok()).expect("a number");
    kibibytes * 1024
}
