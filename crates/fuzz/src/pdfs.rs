//! PDFs that strangers made, as a fuzz target: read or refused, and what is read can be written as text.

use scriptroom_formats::{fountain, pdf};

/// Tries bytes as a file.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(decoded) = pdf::decode(bytes) else {
        return;
    };
    let pages = pdf::lines(bytes).expect("what can be read has lines");
    for diagnostic in &decoded.diagnostics {
        assert!((1..=pages.len()).contains(&diagnostic.page));
    }
    let printed = fountain::print(&decoded.script);
    let _ = fountain::parse(&printed);
}

/// Files of one page, small enough to be changed everywhere: each with something else that a reader must follow.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let lines = [
        (54, 720, "12"),
        (108, 720, "INT. FERRY - NIGHT"),
        (108, 696, "Rain on steel."),
        (252, 672, "ANA \\(V.O.\\)"),
        (180, 660, "Late."),
    ];
    let lines = lines.map(|(x, y, text)| format!("1 0 0 1 {x} {y} Tm ({text}) Tj\n"));
    let typed = format!("BT /F 12 Tf\n{}ET", lines.concat());
    let courier = "<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    let coded = "<</Type/Font/Subtype/Type1/FirstChar 65/Widths[600 600]/Encoding<</Differences[65/a/Adieresis/uni0416]>>>>";
    let wide = "<</Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</DW 600/W[1[600 300]3 9 500]>>]/ToUnicode 6 0 R>>";
    let to_unicode = "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfrange <0001> <0004> <0041> \
        <0005> <0006> [<d83cdfac> <00660069>] endbfrange 1 beginbfchar <0007> <0020> endbfchar";
    let moved = "q BT /F 9 Tf 2 Tc 1 Tw 90 Tz 14 TL 3 Ts 72 700 Td [(RA) -120 (IN)] TJ T* (WIND) ' 1 2 (AND) \" 0 -14 TD <41> Tj ET Q \
        BI /W 1 ID \u{1} EI BT /F 12 Tf 1 0 0 1 90 90 Tm (END) Tj ET";
    let hex: String = typed.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        file("", &typed, courier, ""),
        file("", moved, coded, ""),
        file(
            "",
            "BT /F 12 Tf 108 700 Td <000100020005000700090003> Tj ET",
            wide,
            to_unicode,
        ),
        file("/Filter/AHx", &format!("{hex}>"), courier, ""),
        file("/Filter[/ASCIIHexDecode/FlateDecode]", FLATE, courier, ""),
        in_a_stream(),
    ]
}

/// `BT /F 12 Tf 108 700 Td (RAIN) Tj ET`, as zlib packs it when it is told to store.
const FLATE: &str = "7801012300dcff4254202f462031322054662031303820373030205464202852\
    41494e2920546a2045548a100803>";

fn file(filter: &str, content: &str, font: &str, to_unicode: &str) -> Vec<u8> {
    let stream = |number: u8, filter: &str, content: &str| {
        let length = content.len();
        format!("{number} 0 obj<<{filter}/Length {length}>>stream\n{content}\nendstream endobj\n")
    };
    let head = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/Contents[4 0 R]/Resources<</Font<</F 5 0 R>>>>>>endobj\n";
    let content = stream(4, filter, content);
    let to_unicode = stream(6, "", to_unicode);
    format!("{head}{content}5 0 obj{font}endobj\n{to_unicode}trailer<</Root 1 0 R>>\n").into_bytes()
}

/// One whose objects lie in the stream of another.
fn in_a_stream() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Page/Contents 5 0 R/Resources<</Font<</F<</Subtype/Type1>>>>>>>>",
    ];
    let (mut index, mut at) = (String::new(), 0);
    for (object, number) in objects.iter().zip(1..) {
        index.push_str(&format!("{number} {at} "));
        at += object.len();
    }
    let (first, length) = (index.len(), index.len() + at);
    let content = "BT /F 12 Tf 108 700 Td (RAIN) Tj ET";
    let content_length = content.len();
    format!(
        "%PDF-1.5\n4 0 obj<</Type/ObjStm/N 3/First {first}/Length {length}>>stream\n{index}{}\nendstream endobj\n\
         5 0 obj<</Length {content_length}>>stream\n{content}\nendstream endobj\n",
        objects.concat()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_can_be_read() {
        for seed in seeds() {
            let shown = String::from_utf8_lossy(&seed);
            let read = pdf::decode(&seed);
            assert!(
                read.is_ok_and(|read| !read.script.paragraphs.is_empty()),
                "{shown}"
            );
        }
    }
}
