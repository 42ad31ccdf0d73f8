//! What a reader gives to the package.

use js_sys::{Array, Uint8Array};
use scriptroom_paragraphs::{PlainScript, bytes};

/// The script as bytes, then a line (or page) and a message for each remark.
pub(crate) fn read(script: &PlainScript, remarks: impl Iterator<Item = (usize, String)>) -> Array {
    let read = Array::of1(&Uint8Array::from(bytes::encode_script(script).as_slice()));
    for (line, message) in remarks {
        let line = u32::try_from(line).expect("a file has fewer than 2^32 lines");
        read.push(&line.into());
        read.push(&message.into());
    }
    read
}
