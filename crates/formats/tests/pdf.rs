//! PDF in: whatever comes is read or refused, in bounded time.

use expect_test::expect;
use scriptroom_formats::pdf::{DecodeError, decode, lines};

/// A file of one page that draws this.
fn page(content: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Courier>>\nendobj\n",
        content.len()
    )
    .into_bytes()
}

/// Lines of Courier, each at its place in inches from the left and lines from the top.
fn typed(lines: &[(f32, u32, &str)]) -> Vec<u8> {
    let mut content = String::from("BT /F 12 Tf\n");
    for (left, line, text) in lines {
        let (x, y) = (left * 72.0, 720 - 12 * line);
        content.push_str(&format!("1 0 0 1 {x} {y} Tm ({text}) Tj\n"));
    }
    content.push_str("ET");
    page(&content)
}

#[test]
fn what_a_line_is_follows_from_where_it_stands() {
    let file = typed(&[
        (0.75, 0, "12A"),
        (1.5, 0, "INT. FERRY - NIGHT"),
        (7.38, 0, "12A"),
        (1.5, 2, "Rain on steel. The deck is empty but for a"),
        (1.5, 3, "dog."),
        (3.5, 5, "ANA \\(V.O.\\)"),
        (3.0, 6, "\\(softly\\)"),
        (2.5, 7, "We are"),
        (2.5, 8, "late."),
        (6.0, 10, "CUT TO:"),
    ]);
    let script = decode(&file).unwrap().script;
    let read: Vec<String> = script
        .paragraphs
        .iter()
        .map(|paragraph| {
            let number = paragraph.attributes.scene_number.as_deref().unwrap_or("");
            format!("{} {number} {}", paragraph.element.name(), paragraph.text())
        })
        .collect();
    expect![[r#"
        scene-heading 12A INT. FERRY - NIGHT
        action  Rain on steel. The deck is empty but for a dog.
        character  ANA (V.O.)
        parenthetical  (softly)
        dialogue  We are late.
        transition  CUT TO:"#]]
    .assert_eq(&read.join("\n"));
}

#[test]
fn what_a_font_calls_a_line_break_is_a_space() {
    let file = String::from_utf8(typed(&[(1.5, 0, "One\\001two.")])).unwrap();
    let named = file.replace(
        "/BaseFont/Courier",
        "/BaseFont/Courier/Encoding<</Differences[1/uni2028]>>",
    );
    let script = decode(named.as_bytes()).unwrap().script;
    assert_eq!(script.paragraphs[0].text(), "One two.");
}

#[test]
fn what_is_no_pdf_or_has_no_text_is_refused() {
    let error = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
    expect!["expected a PDF, got a file without `%PDF-` in its first 1024 bytes"]
        .assert_eq(&error(b"INT. HOUSE"));
    expect![
        "expected a PDF with text, got none on any page (of 1): they may be pictures of a script"
    ]
    .assert_eq(&error(&page("0 0 10 10 re f")));
    let mut locked = typed(&[(1.5, 0, "Rain.")]);
    locked.extend(b"trailer\n<</Encrypt 9 0 R>>");
    expect!["expected a PDF without a password, got an encrypted one"].assert_eq(&error(&locked));
}

#[test]
fn a_file_that_is_cut_reads_as_far_as_it_goes() {
    let file = typed(&[(1.5, 0, "Rain."), (1.5, 2, "Wind.")]);
    let mut read = 0;
    for end in 0..file.len() {
        match decode(&file[..end]) {
            Ok(decoded) => read = read.max(decoded.script.paragraphs.len()),
            Err(error) => assert!(!matches!(error, DecodeError::TooMuch { .. })),
        }
    }
    assert_eq!(read, 2);
}

#[test]
fn mutated_files_end_nothing() {
    let file = typed(&[(1.5, 0, "INT. FERRY"), (3.5, 2, "ANA"), (2.5, 3, "Late.")]);
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).unwrap()
    };
    let mut read = 0;
    for _ in 0..3000 {
        let mut mutated = file.clone();
        for _ in 0..1 + next() % 6 {
            let at = next() % mutated.len();
            match next() % 3 {
                0 => mutated[at] = (next() % 256) as u8,
                1 => drop(mutated.remove(at)),
                _ => mutated.insert(at, b"<>[]()/0R "[next() % 10]),
            }
        }
        read += usize::from(lines(&mutated).is_ok());
    }
    assert!(read > 1000, "{read} of them could be read");
}

#[test]
fn pages_that_name_each_other_and_pages_without_end_are_read_once() {
    let round = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 1 0 R 2 0 R]>>endobj";
    assert!(matches!(decode(round), Err(DecodeError::NoText { .. })));
    let mut deep = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages ".to_vec();
    deep.extend(b"<</Kids[".repeat(100_000));
    assert!(decode(&deep).is_err());
    let chain: String = (2..60_000)
        .map(|number| format!("{number} 0 obj<</Kids[{} 0 R]>>endobj ", number + 1))
        .collect();
    assert!(
        decode(format!("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj {chain}").as_bytes())
            .is_err()
    );
    let each_in_the_next: String = (1..60_000)
        .map(|number| format!("{number} 0 obj["))
        .collect();
    assert!(decode(format!("%PDF-1.4\n{each_in_the_next}").as_bytes()).is_err());
}
