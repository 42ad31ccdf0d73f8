//! Parents and neighbours that are missing, in a circle, or not what they should be.

use super::{ADA, Case, EVE, EVES_WORDS, NOBODY, TEXT, Verdict, malformed, update as case};
use crate::builder::{
    Content, Place, RawId, binary, deleted, deletions, embed, format, gc, item, section, shared,
    skip, text, update, values,
};

const UNSEEN: RawId = (12_345, 6);

/// One item of a client that nobody has used.
fn one(place: Place<'_>) -> Vec<u8> {
    two(item(place, &text("x")), &[])
}

fn two(first: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    update(
        &[section(NOBODY, 0, &[vec![first], more.to_vec()].concat())],
        &[],
    )
}

pub(super) fn cases() -> Vec<Case> {
    [missing(), circles(), not_types(), nested()].concat()
}

fn missing() -> Vec<Case> {
    let held = |name, what, bytes| case(name, what, bytes, Verdict::Held);
    vec![
        held(
            "parent-missing",
            "a parent that nobody has seen",
            one(Place::In(UNSEEN)),
        ),
        held(
            "parent-missing-with-key",
            "a key in a parent that nobody has seen",
            one(Place::KeyIn(UNSEEN, "key")),
        ),
        held(
            "left-missing",
            "a left neighbour that nobody has seen",
            one(Place::After(UNSEEN)),
        ),
        held(
            "right-missing",
            "a right neighbour that nobody has seen",
            one(Place::Before(UNSEEN)),
        ),
        held(
            "both-missing",
            "neighbours that nobody has seen",
            one(Place::Between(UNSEEN, (54_321, 0))),
        ),
        held(
            "left-of-known-not-yet",
            "a left neighbour that Ada has yet to type",
            one(Place::After((ADA, 1 << 20))),
        ),
        held(
            "after-a-gap",
            "what follows on a gap",
            two(skip(5), &[item(Place::Root(TEXT), &text("x"))]),
        ),
    ]
}

fn circles() -> Vec<Case> {
    let held = |name, what, bytes| case(name, what, bytes, Verdict::Held);
    let pair = |place: &dyn Fn(RawId) -> Vec<u8>| {
        update(
            &[
                section(NOBODY + 1, 0, &[place((NOBODY, 0))]),
                section(NOBODY, 0, &[place((NOBODY + 1, 0))]),
            ],
            &[],
        )
    };
    vec![
        held(
            "parent-is-itself",
            "a type that lies in itself",
            two(item(Place::In((NOBODY, 0)), &shared(1)), &[]),
        ),
        held(
            "left-is-itself",
            "an item after itself",
            one(Place::After((NOBODY, 0))),
        ),
        held(
            "right-is-itself",
            "an item before itself",
            one(Place::Before((NOBODY, 0))),
        ),
        held(
            "parent-is-later",
            "a type that lies in one that its client makes later",
            two(
                item(Place::In((NOBODY, 1)), &shared(1)),
                &[item(Place::In((NOBODY, 0)), &shared(1))],
            ),
        ),
        held(
            "left-is-later",
            "an item after one that its client makes later",
            two(
                item(Place::After((NOBODY, 1)), &text("x")),
                &[item(Place::Root(TEXT), &text("y"))],
            ),
        ),
        held(
            "parents-in-a-circle",
            "two types that lie in each other",
            pair(&|other| item(Place::In(other), &shared(1))),
        ),
        held(
            "neighbours-in-a-circle",
            "two items after each other",
            pair(&|other| item(Place::After(other), &text("x"))),
        ),
    ]
}

/// What hangs in something that is no type is refused: yrs gives up in the middle of such an update. The others can be stored, because
/// the relay does not look at what is there; they must not harm whoever reads them.
/// Something between two letters of a text that lies under a key.
fn in_a_text(content: &Content) -> Vec<u8> {
    two(
        item(Place::Key("elsewhere", "key"), &shared(2)),
        &[
            item(Place::In((NOBODY, 0)), &text("xy")),
            item(Place::Between((NOBODY, 1), (NOBODY, 2)), content),
        ],
    )
}

fn not_types() -> Vec<Case> {
    let stored = |name, what, bytes| case(name, what, bytes, Verdict::Stored);
    let then = |first: Vec<u8>, place: Place<'_>| two(first, &[item(place, &text("x"))]);
    let inside = |content| {
        then(
            item(Place::Root("elsewhere"), &content),
            Place::In((NOBODY, 0)),
        )
    };
    vec![
        malformed(
            "parent-is-text",
            "a parent that is a letter",
            one(Place::In((ADA, 0))),
        ),
        malformed(
            "parent-is-text-with-key",
            "a key in a letter",
            one(Place::KeyIn((ADA, 0), "key")),
        ),
        stored(
            "parent-is-gc",
            "a parent that is collected",
            then(gc(1), Place::In((NOBODY, 0))),
        ),
        stored(
            "parent-is-deleted",
            "a parent that is deleted",
            inside(deleted(1)),
        ),
        malformed(
            "parent-is-an-embed",
            "a parent that is an embed",
            inside(embed("1")),
        ),
        malformed(
            "parent-is-a-format",
            "a parent that is a format",
            inside(format("bold", "true")),
        ),
        stored(
            "left-is-gc",
            "a left neighbour that is collected",
            then(gc(1), Place::After((NOBODY, 0))),
        ),
        stored(
            "right-is-gc",
            "a right neighbour that is collected",
            then(gc(1), Place::Before((NOBODY, 0))),
        ),
        stored(
            "format-after-gc",
            "a format after what is collected",
            two(
                gc(1),
                &[item(Place::After((NOBODY, 0)), &format("bold", "true"))],
            ),
        ),
        malformed(
            "neighbours-of-two-types",
            "neighbours that lie in two types",
            then(
                item(Place::Root("elsewhere"), &text("x")),
                Place::Between((NOBODY, 0), (ADA, 0)),
            ),
        ),
        malformed(
            "neighbours-the-wrong-way-round",
            "neighbours of which the left one was typed on from the right one",
            then(gc(1), Place::Between((ADA, 4), (ADA, 0))),
        ),
        malformed(
            "left-of-what-is-known-between-two-types",
            "words of which the first are known, and stand elsewhere than the others would",
            known_elsewhere(),
        ),
        malformed(
            "between-what-is-collected-and-a-letter",
            "words between what is collected and a letter that is there",
            then(gc(1), Place::Between((NOBODY, 0), (ADA, 0))),
        ),
        malformed(
            "between-a-letter-and-what-is-collected",
            "words between a letter that is there and what is collected",
            then(gc(1), Place::Between((ADA, 0), (NOBODY, 0))),
        ),
        malformed(
            "neighbours-the-same",
            "a unit that is both neighbours",
            one(Place::Between((ADA, 1), (ADA, 1))),
        ),
        malformed(
            "neighbours-the-wrong-way-round-within",
            "the same of what the update itself brings, in two structs",
            two(
                item(Place::Root(TEXT), &text("x")),
                &[
                    item(Place::After((NOBODY, 0)), &embed("1")),
                    item(Place::Between((NOBODY, 1), (NOBODY, 0)), &text("y")),
                ],
            ),
        ),
        stored(
            "neighbours-of-which-the-left-is-newer",
            "somebody who went before their own words, typed, and types on",
            two(
                item(Place::Root(TEXT), &text("x")),
                &[
                    item(Place::Before((NOBODY, 0)), &text("y")),
                    item(Place::Between((NOBODY, 1), (NOBODY, 0)), &text("z")),
                ],
            ),
        ),
        stored(
            "key-in-a-text",
            "a key in the text that Ada types in",
            two(item(Place::Key(TEXT, "key"), &values(&[vec![120]])), &[]),
        ),
        malformed(
            "letters-under-a-key",
            "letters under a key, where the text that Ada types in has another value",
            one(Place::Key(TEXT, "key")),
        ),
        malformed(
            "letters-in-a-list",
            "letters in a list, among its values",
            two(
                item(Place::Key("elsewhere", "key"), &shared(0)),
                &[item(Place::In((NOBODY, 0)), &text("\u{1f600}"))],
            ),
        ),
        malformed(
            "bytes-in-a-text",
            "bytes between the letters of a text that lies in a map",
            in_a_text(&binary(&[1, 2, 3])),
        ),
        malformed(
            "values-in-a-text",
            "a value between the letters of a text that lies in a map",
            in_a_text(&values(&[vec![120]])),
        ),
        stored("embed-in-a-text", "an embed there", in_a_text(&embed("{}"))),
        malformed(
            "format-beside-a-value-in-a-map",
            "a format beside a value that stands under a key",
            two(
                item(Place::Key("elsewhere", "key"), &embed("1")),
                &[item(Place::After((NOBODY, 0)), &format("bold", "true"))],
            ),
        ),
        malformed(
            "format-in-a-map",
            "a format under a key",
            two(
                item(Place::Key("elsewhere", "key"), &format("bold", "true")),
                &[],
            ),
        ),
    ]
}

/// Of the words before something that lies elsewhere the first two are the last two of Eve's.
fn known_elsewhere() -> Vec<u8> {
    let there = item(Place::Root("elsewhere"), &text("x"));
    let words = item(Place::Before((NOBODY, 0)), &text("ilxx"));
    update(
        &[section(NOBODY, 0, &[there]), section(EVE, 2, &[words])],
        &[],
    )
}

/// Deleting the outermost goes down all of them, a frame of the stack each.
fn nested() -> Vec<Case> {
    let own = EVES_WORDS.len() as u64;
    let types = |count: u64, place: &dyn Fn(u64) -> Vec<u8>| -> Vec<Vec<u8>> {
        let first = item(Place::Root("elsewhere"), &shared(1));
        let more = (own + 1..own + count).map(|clock| place(clock - 1));
        std::iter::once(first).chain(more).collect()
    };
    let under_keys = |count| {
        types(count, &|last| {
            item(Place::KeyIn((EVE, last), "k"), &shared(1))
        })
    };
    let in_texts = |count| types(count, &|last| item(Place::In((EVE, last)), &shared(2)));
    let whole = |structs: &[Vec<u8>]| update(&[section(EVE, own, structs)], &[]);
    let outermost = [deletions(EVE, &[(own, 1)])];
    vec![
        malformed(
            "types-66-deep",
            "types in types, one deeper than they may be",
            whole(&under_keys(66)),
        ),
        malformed(
            "types-60000-deep",
            "types in types, as deep as a live update can hold",
            whole(&under_keys(60_000)),
        ),
        malformed(
            "texts-80000-deep",
            "texts in texts, as deep as a live update can hold",
            whole(&in_texts(80_000)),
        ),
        malformed(
            "types-deep-and-deleted",
            "types in types, the outermost of them deleted",
            update(&[section(EVE, own, &under_keys(60_000))], &outermost),
        ),
        case(
            "types-65-deep",
            "types in types, as deep as they may be",
            whole(&under_keys(65)),
            Verdict::Stored,
        ),
    ]
}
