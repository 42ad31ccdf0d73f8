//! Contents and values of kinds that do not exist or are not taken, nesting, bad UTF-8, bad JSON, and what breaks the form.

use super::{Case, NOBODY, TEXT, malformed};
use crate::builder::{
    Content, Place, content, counted, deletions, embed, format, gc, item, section, shared, single,
    text, uint, update, values,
};

fn root(content: &Content) -> Vec<u8> {
    single(NOBODY, Place::Root(TEXT), content)
}

fn value(bytes: Vec<u8>) -> Vec<u8> {
    root(&values(&[bytes]))
}

pub(super) fn cases() -> Vec<Case> {
    [kinds(), nesting(), words(), form()].concat()
}

fn kinds() -> Vec<Case> {
    vec![
        malformed(
            "content-unknown",
            "content of a kind that does not exist",
            root(&content(11, &[1, b'x'])),
        ),
        malformed(
            "content-json",
            "the old JSON content",
            root(&content(2, &[1, 1, b'1'])),
        ),
        malformed(
            "content-document",
            "a document in the document",
            root(&content(9, &[4, b'g', b'u', b'i', b'd', 118, 0])),
        ),
        malformed("type-hook", "an XML hook", root(&shared(5))),
        malformed(
            "type-weak-link",
            "a weak link",
            root(&content(7, &[7, 0, 1, 0, 1, 0])),
        ),
        malformed(
            "type-unknown",
            "a shared type that does not exist",
            root(&shared(99)),
        ),
        malformed(
            "value-unknown",
            "a value of a kind that does not exist",
            value(vec![1]),
        ),
        malformed(
            "parent-unknown",
            "a parent that is neither a name nor an id",
            update(&[section(NOBODY, 0, &[vec![4, 2, 1, b'x']])], &[]),
        ),
    ]
}

fn nesting() -> Vec<Case> {
    let arrays = |depth: usize| value([[117, 1].repeat(depth), vec![127]].concat());
    let maps = |depth: usize| value([[118, 1, 1, b'k'].repeat(depth), vec![127]].concat());
    let json = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"k\":".repeat(depth), "}".repeat(depth));
    vec![
        malformed(
            "arrays-65-deep",
            "arrays one deeper than they may be",
            arrays(65),
        ),
        malformed(
            "arrays-300000-deep",
            "arrays as deep as a live update can hold: a frame of the stack each",
            arrays(300_000),
        ),
        malformed(
            "maps-200000-deep",
            "maps as deep as a live update can hold",
            maps(200_000),
        ),
        malformed(
            "embed-65-deep",
            "an embed one deeper than it may be",
            root(&embed(&json(65))),
        ),
        malformed(
            "embed-400000-deep",
            "an embed as deep as a live update can hold",
            root(&embed(&json(400_000))),
        ),
        malformed(
            "format-100000-deep",
            "a format's value of objects in objects",
            root(&format("bold", &objects(100_000))),
        ),
        malformed(
            "embed-never-closed",
            "an embed of opening brackets alone",
            root(&embed(&"[".repeat(500_000))),
        ),
    ]
}

fn words() -> Vec<Case> {
    let bad = |tag: u8, before: &[u8]| content(tag, &[before, &[2, 0xc3, 0x28]].concat());
    vec![
        malformed(
            "text-not-utf-8",
            "text that is not UTF-8",
            root(&bad(4, &[])),
        ),
        malformed(
            "text-surrogate",
            "text with half a surrogate pair, as UTF-8 would write it",
            root(&content(4, &[3, 0xed, 0xa0, 0x80])),
        ),
        malformed(
            "text-overlong",
            "a zero in two bytes",
            root(&content(4, &[2, 0xc0, 0x80])),
        ),
        malformed(
            "format-key-not-utf-8",
            "a format whose name is not UTF-8",
            root(&bad(6, &[])),
        ),
        malformed(
            "embed-not-utf-8",
            "an embed that is not UTF-8",
            root(&bad(5, &[])),
        ),
        malformed(
            "value-not-a-number",
            "a value that is not the same as itself, of 32 bits",
            value(vec![124, 0x7f, 0xc0, 0, 0]),
        ),
        malformed(
            "value-not-a-number-within",
            "a value that is not the same as itself, of 64 bits, in an array",
            value(vec![117, 1, 123, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
        ),
        malformed(
            "value-not-utf-8",
            "a value that is text, but not UTF-8",
            value(vec![119, 2, 0xc3, 0x28]),
        ),
        malformed(
            "map-key-not-utf-8",
            "a map whose key is not UTF-8",
            value(vec![118, 1, 2, 0xc3, 0x28, 127]),
        ),
        malformed(
            "name-not-utf-8",
            "a root type whose name is not UTF-8",
            update(
                &[section(NOBODY, 0, &[vec![4, 1, 2, 0xc3, 0x28, 1, b'x']])],
                &[],
            ),
        ),
        malformed(
            "embed-not-json",
            "an embed that is not JSON: Yjs throws in the middle of it",
            root(&embed("{")),
        ),
        malformed(
            "embed-undefined",
            "an embed that says undefined",
            root(&embed("undefined")),
        ),
        malformed("embed-nothing", "an embed of no bytes", root(&embed(""))),
        malformed(
            "embed-lone-surrogate",
            "an embed with half a surrogate pair, which Yjs reads and yrs does not",
            root(&embed(r#""\ud83d""#)),
        ),
        malformed(
            "embed-64-bits",
            "an embed with a whole number of 64 bits, which Yjs reads and yrs does not",
            root(&embed("[9223372036854775808]")),
        ),
        malformed(
            "format-not-json",
            "a format whose value is not JSON",
            root(&format("bold", "yes")),
        ),
        malformed(
            "format-two-values",
            "a format whose value is two",
            root(&format("bold", "1 2")),
        ),
    ]
}

fn form() -> Vec<Case> {
    let word = || item(Place::Root(TEXT), &text("x"));
    vec![
        malformed("no-bytes", "nothing at all", Vec::new()),
        malformed(
            "no-deletions",
            "an update that ends before its deletions",
            uint(0),
        ),
        malformed(
            "bytes-after-the-end",
            "a byte after the end",
            counted(0, &[uint(0), uint(0)]),
        ),
        malformed(
            "client-twice",
            "two lists of structs of one client",
            update(
                &[section(NOBODY, 0, &[word()]), section(NOBODY, 1, &[gc(1)])],
                &[],
            ),
        ),
        malformed(
            "a-screenplay",
            "words instead of an update",
            b"INT. KITCHEN - NIGHT".to_vec(),
        ),
        malformed(
            "second-encoding",
            "the empty update of the second encoding",
            vec![0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        ),
        malformed("deletions-cut-short", "deletions that end in the middle", {
            let whole = update(&[], &[deletions(NOBODY, &[(0, 1), (500, 700)])]);
            whole[..whole.len() - 1].to_vec()
        }),
    ]
}
