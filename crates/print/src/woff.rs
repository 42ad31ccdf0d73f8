//! Fonts as web pages have them (WOFF 1.0): the tables of a TrueType or OpenType font, each packed by itself.
//!
//! <https://www.w3.org/TR/WOFF/>

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

const SIGNATURE: &[u8] = b"wOFF";
const HEADER: usize = 44;
const ENTRY: usize = 20;
/// More than the largest fonts that there are: a few bytes cannot become gigabytes.
const MOST_BYTES: usize = 64 << 20;

/// A font as TrueType and OpenType have it; what is packed in no way stays what it is.
///
/// `None` where a packed one is damaged.
pub(crate) fn unpacked(font: Vec<u8>) -> Option<Vec<u8>> {
    match font.starts_with(SIGNATURE) {
        true => unpack(&font),
        false => Some(font),
    }
}

fn unpack(font: &[u8]) -> Option<Vec<u8>> {
    let count = u16_at(font, 12)?;
    let entries = font.get(HEADER..HEADER + usize::from(count) * ENTRY)?;
    let mut head = font.get(4..8)?.to_vec();
    // What a search by halves starts from: its largest power of two.
    let power = count.checked_ilog2()?;
    let range = 16_u16.checked_shl(power)?;
    for value in [
        count,
        range,
        u16::try_from(power).ok()?,
        (count.checked_mul(16)?).checked_sub(range)?,
    ] {
        head.extend(value.to_be_bytes());
    }
    let start = head.len() + usize::from(count) * 16;
    let mut body: Vec<u8> = Vec::new();
    for entry in entries.chunks(ENTRY) {
        let table = table(font, entry, MOST_BYTES.checked_sub(body.len())?)?;
        let offset = u32::try_from(start + body.len()).ok()?;
        let len = u32::try_from(table.len()).ok()?;
        head.extend(&entry[..4]);
        head.extend(&entry[16..20]);
        head.extend(offset.to_be_bytes());
        head.extend(len.to_be_bytes());
        body.extend(&*table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    head.extend(body);
    Some(head)
}

/// One table: as it is where it would not have become smaller.
fn table<'a>(font: &'a [u8], entry: &[u8], most: usize) -> Option<Cow<'a, [u8]>> {
    let [from, packed, len] = [4, 8, 12].map(|at| u32_at(entry, at));
    let (from, packed, len) = (from?, packed?, len?);
    let bytes = font.get(from..from.checked_add(packed)?)?;
    if len > most {
        return None;
    }
    if packed == len {
        return Some(bytes.into());
    }
    let table = decompress_to_vec_zlib_with_limit(bytes, len).ok()?;
    (table.len() == len).then(|| table.into())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The font packed, as the format has it.
    fn packed(font: &[u8]) -> Vec<u8> {
        let count = usize::from(u16_at(font, 4).unwrap());
        let mut entries = Vec::new();
        let mut body = Vec::new();
        for record in font[12..].chunks(16).take(count) {
            let (from, len) = (u32_at(record, 8).unwrap(), u32_at(record, 12).unwrap());
            let table = &font[from..from + len];
            let small = miniz_oxide::deflate::compress_to_vec_zlib(table, 9);
            let bytes = if small.len() < len { &small } else { table };
            let offset = HEADER + count * ENTRY + body.len();
            entries.extend(&record[..4]);
            for value in [offset, bytes.len(), len] {
                entries.extend(u32::try_from(value).unwrap().to_be_bytes());
            }
            entries.extend(&record[4..8]);
            body.extend(bytes);
        }
        let mut file = [SIGNATURE, &font[..4]].concat();
        file.extend([0; 4]);
        file.extend(u16::try_from(count).unwrap().to_be_bytes());
        file.resize(HEADER, 0);
        [file, entries, body].concat()
    }

    fn letters(font: &[u8]) -> Vec<Option<u16>> {
        let face = ttf_parser::Face::parse(font, 0).unwrap();
        let glyph = |letter| face.glyph_index(letter).map(|glyph| glyph.0);
        ('A'..'z').map(glyph).collect()
    }

    #[test]
    fn a_packed_font_has_the_glyphs_that_it_had() {
        let font = include_bytes!("../fonts/CourierPrime-Italic.ttf").as_slice();
        let small = packed(font);
        assert!(small.len() < font.len());
        let whole = unpacked(small).unwrap();
        assert_eq!(letters(&whole), letters(font));
        assert_eq!(unpacked(font.to_vec()).unwrap(), font);
    }

    #[test]
    fn what_is_cut_or_says_that_it_is_huge_is_refused() {
        let small = packed(include_bytes!("../fonts/CourierPrime-Italic.ttf"));
        for end in [4, 12, 40, 60, small.len() / 2, small.len() - 1] {
            assert_eq!(unpacked(small[..end].to_vec()), None, "{end} bytes");
        }
        let mut huge = small;
        huge[HEADER + 12..HEADER + 16].copy_from_slice(&[0xff; 4]);
        assert_eq!(unpacked(huge), None);
    }
}
