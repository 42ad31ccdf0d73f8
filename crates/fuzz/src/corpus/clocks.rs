//! Clocks, run lengths and deletions: numbers that are too large, others' client ids, and ids that are used again.

use super::{
    ADA, ADAS_WORDS, Case, EVE, EVES_WORDS, Input, NOBODY, TEXT, Verdict, malformed, update as case,
};
use crate::builder::{Place, deleted, deletions, gc, item, section, single, skip, text, update};

const OVER: u64 = 1 << 31;

/// As many ranges as fit into the largest live update.
const RANGES: u64 = 250_000;

pub(super) fn cases() -> Vec<Case> {
    [too_large(), of_others(), deleting()].concat()
}

fn run(client: u64, clock: u64, part: Vec<u8>) -> Vec<u8> {
    update(&[section(client, clock, &[part])], &[])
}

fn too_large() -> Vec<Case> {
    let root = |content| item(Place::Root(TEXT), &content);
    vec![
        malformed(
            "clock-2-to-31",
            "a clock over what can be counted",
            run(NOBODY, OVER, gc(1)),
        ),
        malformed(
            "clock-2-to-53",
            "a clock as large as a number can be",
            run(NOBODY, (1 << 53) - 1, gc(1)),
        ),
        malformed(
            "client-2-to-53",
            "a client id that JavaScript cannot hold",
            run(1 << 53, 0, gc(1)),
        ),
        malformed(
            "gc-2-to-31",
            "a collected run over what can be counted",
            run(NOBODY, 0, gc(OVER)),
        ),
        malformed(
            "skip-2-to-31",
            "a skipped run over what can be counted",
            run(NOBODY, 0, skip(OVER)),
        ),
        malformed(
            "deleted-2-to-31",
            "a deleted run over what can be counted",
            run(NOBODY, 0, root(deleted(OVER))),
        ),
        malformed(
            "gc-past-the-end",
            "a run that ends over what can be counted",
            run(NOBODY, OVER - 2, gc(5)),
        ),
        malformed(
            "runs-past-the-end",
            "two runs that together are over what can be counted",
            update(&[section(NOBODY, 0, &[gc(OVER - 1), gc(1)])], &[]),
        ),
        malformed(
            "text-past-the-end",
            "text that ends over what can be counted",
            run(NOBODY, OVER - 2, root(text("words"))),
        ),
        malformed(
            "gc-of-nothing",
            "a collected run of no units",
            run(NOBODY, 0, gc(0)),
        ),
        malformed(
            "skip-of-nothing",
            "a skipped run of no units",
            run(NOBODY, 0, skip(0)),
        ),
        malformed(
            "deleted-of-nothing",
            "a deleted run of no units",
            run(NOBODY, 0, root(deleted(0))),
        ),
        malformed(
            "text-of-nothing",
            "text of no units",
            run(NOBODY, 0, root(text(""))),
        ),
        case(
            "clock-far-ahead",
            "the last clock that can be counted, of a client id that nobody has used",
            run(NOBODY, OVER - 2, gc(1)),
            Verdict::Held,
        ),
        case(
            "own-clock-far-ahead",
            "the last clock that can be counted, of one's own client id",
            run(EVE, OVER - 2, gc(1)),
            Verdict::Held,
        ),
        case(
            "gc-as-long-as-can-be",
            "a collected run of nearly all clocks that can be counted",
            run(NOBODY, 0, gc(OVER - 2)),
            Verdict::Stored,
        ),
        case(
            "deleted-as-long-as-can-be",
            "a deleted run of nearly all clocks that can be counted",
            run(NOBODY, 0, root(deleted(OVER - 2))),
            Verdict::Stored,
        ),
    ]
}

fn of_others() -> Vec<Case> {
    let next = ADAS_WORDS.len() as u64;
    let own = EVES_WORDS.len() as u64;
    let claim = |clock: u64| item(Place::After((ADA, clock - 1)), &text("mine"));
    let reused = |client: u64, words: &str| single(client, Place::Root(TEXT), &text(words));
    let both = update(
        &[
            section(EVE, own, &[item(Place::After((EVE, own - 1)), &text("x"))]),
            section(ADA, next, &[claim(next)]),
        ],
        &[],
    );
    vec![
        case(
            "others-next-clock",
            "clocks claimed for a co-writer: what Ada types next would vanish",
            run(ADA, next, claim(next)),
            Verdict::OthersClocks,
        ),
        case(
            "others-next-clocks-collected",
            "eleven bytes that claim a co-writer's clocks as collected",
            run(ADA, next, gc(1 << 20)),
            Verdict::OthersClocks,
        ),
        case(
            "others-clocks-overlapping",
            "what is known of Ada, and words that she has not written",
            run(
                ADA,
                next - 2,
                item(Place::After((ADA, next - 3)), &text("lo, and more")),
            ),
            Verdict::OthersClocks,
        ),
        case(
            "others-clocks-beside-own",
            "clocks claimed for a co-writer beside one's own",
            both,
            Verdict::OthersClocks,
        ),
        case(
            "others-words-again",
            "a co-writer's live client id reused with other content",
            reused(ADA, "HELLO"),
            Verdict::Nothing,
        ),
        case(
            "others-words-collected",
            "a co-writer's words, said to be collected",
            run(ADA, 0, gc(next)),
            Verdict::Nothing,
        ),
        case(
            "own-words-again",
            "one's own live client id reused with other content",
            reused(EVE, "EVIL"),
            Verdict::Nothing,
        ),
    ]
}

fn deleting() -> Vec<Case> {
    let of = |client: u64, ranges: &[(u64, u64)]| update(&[], &[deletions(client, ranges)]);
    let every_other: Vec<(u64, u64)> = (0..RANGES).map(|at| (2 * at, 1)).collect();
    let overlapping: Vec<(u64, u64)> = (0..RANGES).map(|at| (at % 5, 3)).collect();
    let clients: Vec<Vec<u8>> = (0..RANGES / 3)
        .map(|at| deletions(1000 + at, &[(0, 1)]))
        .collect();
    vec![
        malformed(
            "deletion-past-the-end",
            "a deletion that ends over what can be counted",
            of(NOBODY, &[(OVER - 2, 5)]),
        ),
        malformed(
            "deletion-2-to-31",
            "a deletion of 2³¹ units",
            of(NOBODY, &[(0, OVER)]),
        ),
        malformed(
            "deletion-of-client-2-to-53",
            "a deletion of a client id that JavaScript cannot hold",
            of(1 << 53, &[(0, 1)]),
        ),
        malformed(
            "deletions-twice",
            "two lists of deletions of one client",
            update(
                &[],
                &[deletions(NOBODY, &[(0, 1)]), deletions(NOBODY, &[(1, 1)])],
            ),
        ),
        case(
            "deletion-of-everything-unseen",
            "a deletion of nearly all clocks of a client that nobody has heard of",
            of(NOBODY, &[(0, OVER - 1)]),
            Verdict::Held,
        ),
        case(
            "deletions-250000-unseen",
            "250,000 deletions, every other unit of a client that nobody has heard of",
            of(NOBODY, &every_other),
            Verdict::Held,
        ),
        case(
            "deletions-250000-overlapping",
            "250,000 deletions of the same few units",
            of(NOBODY, &overlapping),
            Verdict::Held,
        ),
        case(
            "deletions-of-100000-clients",
            "deletions of 100,000 clients that nobody has heard of",
            update(&[], &clients),
            Verdict::Held,
        ),
        case(
            "deletion-of-nothing",
            "a deletion of no units",
            of(ADA, &[(0, 0)]),
            Verdict::Nothing,
        ),
        Case {
            name: "larger-than-may-be",
            what: "a live update of more than a megabyte",
            input: Input::Live(single(EVE, Place::Root(TEXT), &text(&"x".repeat(1 << 20)))),
            verdict: Verdict::TooLarge,
        },
    ]
}
