//! Every fuzz target on its seeds, on what was once found, and on a few changed ones: none of them can rot.

use std::path::Path;

use fastrand::Rng;
use scriptroom_fuzz::mutate::mutated;
use scriptroom_fuzz::targets::{ALL, Target};

/// How many changed seeds each target is tried on.
const CHANGED: usize = 100;

/// What a target was once ended by: `found/TARGET-….bin`.
fn found(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let begins = format!("{}-", target.name);
    let files = files.filter(|file| file.file_name().to_string_lossy().starts_with(&begins));
    files
        .map(|file| std::fs::read(file.path()).expect("it was listed"))
        .collect()
}

#[test]
fn every_target_stands_its_seeds_and_what_is_near_them() {
    for target in ALL {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        for bytes in seeds.iter().chain(&found(target)) {
            try_one(target, bytes);
        }
        let mut dice = Rng::with_seed(0);
        for _ in 0..CHANGED {
            let [one, other] = [(); 2].map(|()| &seeds[dice.usize(0..seeds.len())]);
            try_one(target, &mutated(one, other, &mut dice));
        }
    }
}

fn try_one(target: &Target, bytes: &[u8]) {
    let tried = std::panic::catch_unwind(|| (target.run)(bytes));
    assert!(tried.is_ok(), "{} on {bytes:?}", target.name);
}
