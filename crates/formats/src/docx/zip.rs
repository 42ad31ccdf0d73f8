//! The archive that a Word document is: a few deflated parts, without dates, so that the same script gives the same file.

use miniz_oxide::deflate::compress_to_vec;

/// The first of January 1980, the earliest that the format can say.
const DATE: u16 = 0x21;
const DEFLATED: u16 = 8;
const VERSION: u16 = 20;

/// An archive of these parts, by their names.
pub(super) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in parts {
        let packed = compress_to_vec(text.as_bytes(), 6);
        let mut entry = Vec::new();
        numbers(&mut entry, &[VERSION, 0, DEFLATED, 0, DATE]);
        for length in [
            crc32fast::hash(text.as_bytes()),
            len(packed.len()),
            len(text.len()),
        ] {
            entry.extend(length.to_le_bytes());
        }
        numbers(&mut entry, &[len16(name.len()), 0]);

        directory.extend(b"PK\x01\x02");
        numbers(&mut directory, &[VERSION]);
        directory.extend(&entry);
        numbers(&mut directory, &[0, 0, 0, 0, 0]);
        directory.extend(len(file.len()).to_le_bytes());
        directory.extend(name.as_bytes());

        file.extend(b"PK\x03\x04");
        file.extend(&entry);
        file.extend(name.as_bytes());
        file.extend(packed);
    }
    let start = len(file.len());
    let count = len16(parts.len());
    file.extend(&directory);
    file.extend(b"PK\x05\x06");
    numbers(&mut file, &[0, 0, count, count]);
    file.extend(len(directory.len()).to_le_bytes());
    file.extend(start.to_le_bytes());
    numbers(&mut file, &[0]);
    file
}

fn numbers(bytes: &mut Vec<u8>, numbers: &[u16]) {
    for number in numbers {
        bytes.extend(number.to_le_bytes());
    }
}

fn len(length: usize) -> u32 {
    u32::try_from(length).expect("a script is smaller than 4 GiB")
}

fn len16(length: usize) -> u16 {
    u16::try_from(length).expect("the parts are few, with short names")
}
