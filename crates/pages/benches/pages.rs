//! How long a full layout and a keystroke take, by the script's length.
//!
//! A full layout grows with the length; a keystroke must not.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scriptroom_pages::{Paginator, Settings};
use scriptroom_paragraphs::{Paragraph, Styles};
use scriptroom_samples::{Options, generate};
use std::hint::black_box;

const LENGTHS: [u32; 4] = [30, 120, 250, 500];

fn script(pages: u32) -> Vec<Paragraph> {
    generate(&Options { seed: 1, pages }).paragraphs
}

fn full(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pages/full");
    for pages in LENGTHS {
        let script = script(pages);
        let laid = Paginator::new(&script, Settings::default()).page_count();
        println!(
            "{pages} pages asked for: {laid} laid out, {} paragraphs",
            script.len()
        );
        group.throughput(Throughput::Elements(laid as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(pages),
            &script,
            |bench, script| {
                bench.iter(|| Paginator::new(black_box(script), Settings::default()).page_count());
            },
        );
    }
    group.finish();
}

fn keystroke(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pages/keystroke");
    for pages in LENGTHS {
        let script = script(pages);
        for (place, at) in [("start", 0.02), ("middle", 0.5), ("end", 0.98)] {
            let at = (script.len() as f64 * at) as usize;
            let mut paginator = Paginator::new(&script, Settings::default());
            let mut typed = script[at].clone();
            typed.push("x", Styles::NONE);
            let versions = [typed, script[at].clone()];
            let mut version = 0;
            group.bench_function(BenchmarkId::new(place, pages), |bench| {
                bench.iter(|| {
                    version ^= 1;
                    let paragraph = std::slice::from_ref(&versions[version]);
                    paginator.splice(black_box(at), 1, paragraph).pages.len()
                });
            });
        }
    }
    group.finish();
}

fn enter(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pages/enter");
    for pages in LENGTHS {
        let script = script(pages);
        let at = script.len() / 50;
        let mut paginator = Paginator::new(&script, Settings::default());
        let added = std::slice::from_ref(&script[at]);
        let mut is_there = false;
        group.bench_function(BenchmarkId::from_parameter(pages), |bench| {
            bench.iter(|| {
                is_there = !is_there;
                let (removed, inserted) = if is_there { (0, added) } else { (1, &[][..]) };
                paginator
                    .splice(black_box(at), removed, inserted)
                    .pages
                    .len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, full, keystroke, enter);
criterion_main!(benches);
