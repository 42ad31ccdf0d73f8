//! Reads a Fountain file with Scriptroom and with rustwell, in turns, and says in nanoseconds how long each took; or once
//! with Scriptroom, and says in bytes how much memory the process ever had before and after it. So for Final Draft files and PDFs, and
//! for printing a PDF.

use std::hint::black_box;
use std::time::Instant;

use scriptroom_formats::{fdx, fountain, pdf};
use scriptroom_pages::Settings;
use scriptroom_print::{Fonts, PdfOptions};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, file, how] = arguments.as_slice() else {
        panic!("expected `time FILE ROUNDS` or `memory FILE fountain|fdx|pdf|print`");
    };
    let bytes = std::fs::read(file).expect("the file reads");
    if what == "memory" {
        let before = peak_bytes();
        work(how, &bytes);
        println!("[{},{before},{}]", bytes.len(), peak_bytes());
        return;
    }
    let text = String::from_utf8(bytes).expect("Fountain is UTF-8");
    let rounds: usize = how.parse().expect("a number of rounds");
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

/// Reads a file as what it is, or prints a Fountain file.
fn work(how: &str, bytes: &[u8]) {
    let fountain = || fountain::parse(std::str::from_utf8(bytes).expect("Fountain is UTF-8"));
    match how {
        "fountain" => drop(black_box(fountain())),
        "fdx" => drop(black_box(fdx::decode(bytes))),
        "pdf" => drop(black_box(pdf::decode(bytes))),
        _ => {
            let (settings, options) = (Settings::default(), PdfOptions::default());
            let script = fountain().script;
            drop(black_box(scriptroom_print::pdf(script, settings, Fonts::default(), options)));
        }
    }
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
