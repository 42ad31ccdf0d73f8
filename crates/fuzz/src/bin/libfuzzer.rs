//! libFuzzer on the target that `SCRIPTROOM_FUZZ_TARGET` names, with its seeds written to the folder `SCRIPTROOM_FUZZ_SEEDS`
//! first. With `SCRIPTROOM_FUZZ_LIST` it says which targets there are. `cargo xtask fuzz TARGET` builds and runs it.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scriptroom_fuzz::targets::{ALL, Target, named};

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var("SCRIPTROOM_FUZZ_TARGET").unwrap_or_default();
    named(&name).unwrap_or_else(|| panic!("there is no target {name:?}"))
});

fn begin() {
    if std::env::var_os("SCRIPTROOM_FUZZ_LIST").is_some() {
        ALL.iter().for_each(|target| println!("{}", target.name));
        std::process::exit(0);
    }
    write_seeds();
}

fn write_seeds() {
    let Some(folder) = std::env::var_os("SCRIPTROOM_FUZZ_SEEDS") else {
        return;
    };
    for (number, seed) in (TARGET.seeds)().iter().enumerate() {
        let file = Path::new(&folder).join(format!("seed-{number}"));
        std::fs::write(file, seed).expect("the folder is there");
    }
}

fuzz_target!(init: begin(), |bytes: &[u8]| (TARGET.run)(bytes));
