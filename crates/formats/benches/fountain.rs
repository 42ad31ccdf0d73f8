//! Fountain and JSON blocks of 120 and 250 pages: how long reading and writing take.
//!
//! `cargo bench -p scriptroom-formats`. The aim: 250 pages are read in under 3 ms.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scriptroom_formats::{blocks, fountain};
use scriptroom_samples::{Options, generate};

fn formats(criterion: &mut Criterion) {
    for pages in [120, 250] {
        let script = generate(&Options { seed: 1, pages });
        let text = fountain::print(&script);
        let json = blocks::encode(&script);
        let mut group = criterion.benchmark_group("formats");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("fountain parse", pages), |b| {
            b.iter(|| fountain::parse(&text));
        });
        group.bench_function(BenchmarkId::new("fountain print", pages), |b| {
            b.iter(|| fountain::print(&script));
        });
        group.throughput(Throughput::Bytes(json.len() as u64));
        group.bench_function(BenchmarkId::new("blocks decode", pages), |b| {
            b.iter(|| blocks::decode(json.as_bytes()));
        });
        group.bench_function(BenchmarkId::new("blocks encode", pages), |b| {
            b.iter(|| blocks::encode(&script));
        });
        group.finish();
    }
}

criterion_group!(benches, formats);
criterion_main!(benches);
