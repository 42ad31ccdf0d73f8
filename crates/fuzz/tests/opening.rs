//! What opening a script takes in memory beyond what the script is: what wasm once had stays the page's, so that a peak of a
//! moment is paid for as long as the page is open.

use scriptroom_fuzz::memory::{Counted, peak_of};
use scriptroom_samples::{Options as Sample, generate};
use scriptroom_script::{Options, Script};

#[global_allocator]
static MEMORY: Counted = Counted;

fn options(client_id: u64) -> Options {
    Options {
        client_id,
        seed: client_id,
    }
}

/// A script of some pages.
fn written() -> Script {
    let mut script = Script::new(options(1));
    script.import(&generate(&Sample { seed: 1, pages: 40 }));
    script
}

#[test]
fn the_bytes_that_a_script_comes_as_are_let_go_of_before_it_is_followed() {
    let state = written().encode_state();
    let (_, without) = peak_of(|| Script::load(options(2), &[&state]).expect("a state"));
    let given = || [state.clone()].into_iter();
    let (_, with) = peak_of(|| Script::load_each(options(2), given()).expect("a state"));
    assert!(
        with < without + state.len() / 4,
        "loaded: {with}, {without} without the bytes"
    );

    let new = || Script::new(options(3));
    let (_, without) = peak_of(|| new().apply_update(&state).expect("an update"));
    let given = || state.clone();
    let (_, with) = peak_of(|| new().apply_given(given(), true).expect("an update"));
    assert!(
        with < without + state.len() / 4,
        "applied: {with}, {without} without the bytes"
    );
}

#[test]
fn the_text_is_made_at_its_length() {
    let script = written();
    let (text, peak) = peak_of(|| script.text());
    assert!(peak < text.len() * 5 / 4, "{peak} for {}", text.len());
}
