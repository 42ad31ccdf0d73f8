//! What the check accepts does no harm to yrs, in a process of its own; what real clients send is never refused.

use std::path::Path;

use fastrand::Rng;
use scriptroom_fuzz::builder::{Place, item, section, text, update, values};
use scriptroom_fuzz::oracle::parent::Oracle;
use scriptroom_fuzz::oracle::run::{Run, failure};
use scriptroom_fuzz::store::Store;
use scriptroom_fuzz::{corpus, real};
use scriptroom_room::Written;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_scriptroom-fuzz"))
}

#[test]
fn u1_what_is_accepted_harms_nobody_who_reads_it() {
    let run = Run {
        seed: 0,
        cases: 600,
        time: None,
    };
    let sum = run.run(program()).unwrap();
    assert!(sum.failures.is_empty(), "{:#?}", sum.failures);
    assert_eq!(sum.cases, 600);
}

#[test]
fn u1_the_corpus_harms_nobody_who_reads_what_is_stored_of_it() {
    let mut oracle = Oracle::new(program());
    for (name, update) in corpus::updates() {
        let answer = failure(&mut oracle, &[update]).unwrap();
        assert!(answer.is_ok(), "{name}: {answer:?}");
    }
}

#[test]
fn u1_what_once_harmed_somebody_harms_nobody() {
    let mut oracle = Oracle::new(program());
    for (name, case) in found() {
        let answer = failure(&mut oracle, &case).unwrap();
        assert!(answer.is_ok(), "{name}: {answer:?}");
    }
}

/// The cases that were found: `found/oracle-….bin`, as the child is given them.
fn found() -> Vec<(String, Vec<Vec<u8>>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let files = std::fs::read_dir(folder).expect("there are some").flatten();
    let named = files.map(|file| (file.file_name().to_string_lossy().into_owned(), file.path()));
    let cases = named.filter(|(name, _)| name.starts_with("oracle-"));
    let cases: Vec<_> = cases
        .map(|(name, path)| (name, updates(&std::fs::read(path).expect("it was listed"))))
        .collect();
    assert!(!cases.is_empty());
    cases
}

fn updates(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let number = |bytes: &mut &[u8]| {
        let (number, rest) = bytes.split_first_chunk().expect("another number");
        *bytes = rest;
        u32::from_le_bytes(*number) as usize
    };
    let count = number(&mut bytes);
    let mut next = || {
        let len = number(&mut bytes);
        let (update, rest) = bytes.split_at(len);
        bytes = rest;
        update.to_vec()
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn u1_what_real_clients_send_is_never_refused() {
    for seed in 0..300 {
        let mut store = Store::default();
        for update in real::updates(&mut Rng::with_seed(seed)) {
            let written = store.offer("a peer", &update);
            assert_eq!(written, Written::Stored, "seed {seed}");
        }
    }
}

#[test]
fn an_oracle_can_fail() {
    let mut oracle = Oracle::new("/bin/false");
    let death = oracle.ask(&[vec![0, 0]]).unwrap().unwrap_err();
    assert!(death.0.starts_with("it died"), "{death:?}");
}

#[test]
fn u1_a_log_with_what_would_be_refused_now_is_looked_at_all_the_same() {
    // A letter between neighbours of two types, and values at the beginning of a list, merged into one entry.
    let there = item(Place::Root("elsewhere"), &text("x"));
    let between = item(Place::Between((11, 0), (7, 0)), &text("y"));
    let list = item(Place::Root("list"), &values(&[vec![120]]));
    let hello = item(Place::Root("text"), &text("hello"));
    let stored = update(
        &[
            section(12, 0, &[list]),
            section(11, 0, &[there, between]),
            section(7, 0, &[hello]),
        ],
        &[],
    );
    let mut store = Store::of(vec![stored]);
    let hangs = item(Place::In((12, 0)), &text("z"));
    let written = store.offer("eve", &update(&[section(13, 0, &[hangs])], &[]));
    assert!(matches!(written, Written::Refused(_)), "{written:?}");
}
