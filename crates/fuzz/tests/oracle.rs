//! What the check accepts does no harm to yrs, in a process of its own; what real clients send is never refused.

use std::path::Path;

use fastrand::Rng;
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
