//! What reading a large file takes in memory, a file made to hurt among them. That each ends is the bound on time: what takes
//! quadratic time takes hours at these lengths.

use expect_test::expect;
use scriptroom_fuzz::large::{ALL, Case};
use scriptroom_fuzz::memory::Counted;

#[global_allocator]
static MEMORY: Counted = Counted;

/// Reads so many bytes of it, and holds it to what it may take.
fn check(case: &Case, bytes: usize) -> String {
    let file = (case.file)(bytes);
    assert!(file.len() > bytes / 2, "{}", case.name);
    let taken = case.take(&file);
    let most = case.most(file.len());
    let (peak, name) = (taken.peak_bytes, case.name);
    assert!(
        peak <= most,
        "{name}: {peak} of {most} bytes, for {}",
        file.len()
    );
    taken.said
}

fn named(name: &str) -> &'static Case {
    let found = ALL.iter().find(|case| case.name == name);
    found.expect("there is such a case")
}

#[test]
fn what_a_file_takes_grows_with_its_bytes() {
    for case in ALL {
        for bytes in [20_000, 300_000] {
            check(case, bytes);
        }
    }
}

#[test]
fn scripts_of_many_megabytes_are_read() {
    for (name, megabytes) in [
        ("Fountain, a script", 4),
        ("Fountain, one line", 10),
        ("Final Draft, a script", 2),
        ("Final Draft, one paragraph", 2),
    ] {
        let said = check(named(name), megabytes * 1_000_000);
        assert!(
            said.ends_with(" paragraphs") && said != "0 paragraphs",
            "{name}: {said}"
        );
    }
}

#[test]
fn a_small_pdf_that_draws_without_end_is_refused() {
    for name in [
        "PDF, a page that is named over and over",
        "PDF, a packed page that is named over and over",
    ] {
        expect!["page 1: expected at most 64 MiB of drawing and 2000000 strings, got more"]
            .assert_eq(&check(named(name), 300_000));
    }
}
