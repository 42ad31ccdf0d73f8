//! Counts and lengths that claim more than follows: each makes a trusting decoder reserve or read what is not there.

use super::{Case, NOBODY, TEXT, malformed};
use crate::builder::{
    Content, Place, content, counted, gc, item, section, section_of, single, uint, update,
};

const HUGE: u64 = u32::MAX as u64;

fn root(content: &Content) -> Vec<u8> {
    single(NOBODY, Place::Root(TEXT), content)
}

fn value(bytes: &[u8]) -> Vec<u8> {
    root(&content(8, &[uint(1), bytes.to_vec()].concat()))
}

pub(super) fn cases() -> Vec<Case> {
    let sections = |count: u64| [uint(count), section(NOBODY, 0, &[gc(1)]), uint(0)].concat();
    let structs = |count: u64| update(&[section_of(count, NOBODY, 0, &[gc(1)])], &[]);
    vec![
        malformed(
            "sections-4-billion",
            "a count of clients of 2³²−1, then one",
            sections(HUGE),
        ),
        malformed(
            "sections-2-to-53",
            "a count of clients that is as large as a number can be",
            sections((1 << 53) - 1),
        ),
        malformed(
            "sections-one-more",
            "one client more than there is",
            sections(2),
        ),
        malformed(
            "structs-4-billion",
            "a count of structs of 2³²−1, then one",
            structs(HUGE),
        ),
        malformed(
            "structs-one-more",
            "one struct more than there is",
            structs(2),
        ),
        malformed(
            "structs-none",
            "a client with no structs at all",
            structs(0),
        ),
        malformed(
            "seven-bytes",
            "seven bytes that make yrs reserve a gigabyte: a count of structs",
            vec![1, 0xff, 0xff, 0xff, 0x0f, 1, 0],
        ),
        malformed(
            "text-4-gigabytes",
            "a text whose length is 2³²−1",
            root(&content(4, &uint(HUGE))),
        ),
        malformed(
            "text-2-to-53",
            "a text whose length is 2⁵³−1",
            root(&content(4, &uint((1 << 53) - 1))),
        ),
        malformed(
            "name-4-gigabytes",
            "a root type whose name is 2³²−1 bytes long",
            update(
                &[section(NOBODY, 0, &[[vec![4, 1], uint(HUGE)].concat()])],
                &[],
            ),
        ),
        malformed(
            "buffer-4-gigabytes",
            "bytes whose length is 2³²−1",
            root(&content(3, &uint(HUGE))),
        ),
        malformed(
            "values-4-billion",
            "2³²−1 values, then one",
            root(&content(8, &counted(HUGE, &[vec![127]]))),
        ),
        malformed(
            "values-none",
            "an item of no values",
            root(&content(8, &uint(0))),
        ),
        malformed(
            "array-4-billion",
            "a value that is an array of 2³²−1",
            value(&counted(117, &[uint(HUGE), vec![127]])),
        ),
        malformed(
            "map-4-billion",
            "a value that is a map of 2³²−1",
            value(&counted(118, &[uint(HUGE), vec![1, b'k', 127]])),
        ),
        malformed(
            "value-text-4-gigabytes",
            "a value that is a text of 2³²−1 bytes",
            value(&counted(119, &[uint(HUGE)])),
        ),
        malformed(
            "value-buffer-4-gigabytes",
            "a value that is 2³²−1 bytes",
            value(&counted(116, &[uint(HUGE)])),
        ),
        malformed(
            "deleted-clients-4-billion",
            "deletions of 2³²−1 clients, then one",
            [uint(0), uint(HUGE), uint(NOBODY), uint(1), uint(0), uint(1)].concat(),
        ),
        malformed(
            "deleted-ranges-4-billion",
            "2³²−1 deleted ranges of a client, then one",
            [uint(0), uint(1), uint(NOBODY), uint(HUGE), uint(0), uint(1)].concat(),
        ),
        malformed(
            "number-without-end",
            "a number whose every byte says that another follows",
            [uint(1), vec![0xff; 40]].concat(),
        ),
        malformed(
            "number-of-eleven-bytes",
            "a number of eleven bytes, more than 64 bits",
            [vec![0x80; 10], vec![1, 0]].concat(),
        ),
        malformed(
            "integer-without-end",
            "a value that is a signed integer without end",
            value(&[vec![125], vec![0xff; 20]].concat()),
        ),
        malformed(
            "item-cut-short",
            "an item that ends in the middle of its text",
            {
                let whole = update(
                    &[section(
                        NOBODY,
                        0,
                        &[item(Place::Root(TEXT), &crate::builder::text("words"))],
                    )],
                    &[],
                );
                whole[..whole.len() - 3].to_vec()
            },
        ),
    ]
}
