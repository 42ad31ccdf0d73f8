//! The paper says what the layout says: each page's text in a PDF against the lines that the editor shows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use scriptroom_formats::{fountain, pdf as reader};
use scriptroom_pages::{Lane, Paginator, Preset, RevisedText, Revision, Settings};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use scriptroom_print::{Fonts, PdfOptions, PdfWriter, SceneNumbers, pdf, plain_text};

/// Capitals and spaces are the paper's business; the letters are not. A line with letters that go from right to left is
/// compared by what is in it: the reader has it as it is seen.
fn letters(text: &str) -> String {
    let upper = text.to_uppercase();
    let is_seen =
        |letter: &char| !letter.is_whitespace() && !matches!(letter, '\u{200d}' | '\u{fe0f}');
    let mut letters: Vec<char> = upper.chars().filter(is_seen).collect();
    if letters
        .iter()
        .any(|letter| ('\u{590}'..'\u{900}').contains(letter))
    {
        letters.sort_unstable();
    }
    letters.into_iter().collect()
}

/// What stands on each page between its margins, line by line from the top, as the file has it.
fn printed(file: &[u8], height: f64) -> Vec<Vec<String>> {
    let pages = reader::lines(file).unwrap();
    pages
        .into_iter()
        .map(|lines| {
            let body = lines.into_iter().filter(|line| line.y < height - 62.0);
            let body = body.filter(|line| (100.0..520.0).contains(&line.x));
            body.map(|line| letters(&line.text)).collect()
        })
        .collect()
}

/// The same, as the layout has it.
fn laid_out(pages: &Paginator) -> Vec<Vec<String>> {
    (0..pages.page_count())
        .map(|page| {
            let mut lines = pages.printed_lines(page);
            lines.sort_by_key(|line| (line.top, line.left, line.lane == Lane::Right));
            let texts = lines.iter().map(|line| letters(line.text.as_str()));
            texts.filter(|text| !text.is_empty()).collect()
        })
        .collect()
}

fn check(script: &PlainScript, settings: &Settings) {
    let pages = Paginator::new(&script.paragraphs, settings.clone());
    let expected = laid_out(&pages);
    let options = PdfOptions {
        without_title_page: true,
        watermark: Some("Ana's copy".to_owned()),
        // On the right it would stand on a line with its heading.
        scene_numbers: SceneNumbers::Left,
        ..PdfOptions::default()
    };
    let file = pdf(script.clone(), settings.clone(), Fonts::default(), options);
    let got = printed(&file, f64::from(settings.setup().height.0));
    assert_eq!(got.len(), expected.len());
    for (page, (got, expected)) in got.iter().zip(&expected).enumerate() {
        assert_eq!(got, expected, "page {page}");
    }
}

#[test]
fn every_page_of_a_pdf_has_the_lines_of_the_layout() {
    for seed in 1..6 {
        let options = scriptroom_samples::Options { seed, pages: 20 };
        let script = scriptroom_samples::generate(&options);
        check(&script, &Settings::default());
    }
    let demo = fountain::parse(scriptroom_samples::DEMO).script;
    for preset in [Preset::FinalDraft, Preset::Fountain, Preset::Bbc] {
        check(&demo, &Settings::new(preset.setup()).unwrap());
    }
}

#[test]
fn a_speech_over_a_page_has_its_continueds_there_too() {
    let mut script = PlainScript::default();
    script
        .paragraphs
        .push(Paragraph::new(ElementType::Character, "Ana"));
    script.paragraphs.push(Paragraph::new(
        ElementType::Dialogue,
        "She waits for the boat. ".repeat(120),
    ));
    let file = pdf(
        script.clone(),
        Settings::default(),
        Fonts::default(),
        PdfOptions::default(),
    );
    let pages = printed(&file, 792.0);
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0].last().unwrap(), "(MORE)");
    assert_eq!(pages[1][0], "ANA(CONT'D)");
    check(&script, &Settings::default());
}

#[test]
fn numbers_marks_and_headers_stand_in_the_margins() {
    let text = format!("INT. FERRY #12A#\n\nRain.\n\n{}", "Wind.\n\n".repeat(60));
    let script = fountain::parse(&text).script;
    let options = PdfOptions {
        revisions: vec![Revision::standard(0, ""), Revision::standard(1, "11/21/26")],
        revised: vec![RevisedText {
            paragraph: 1,
            from_utf16: 0,
            to_utf16: 4,
            revision: 1,
        }],
        ..PdfOptions::default()
    };
    let file = pdf(script, Settings::default(), Fonts::default(), options);
    let pages = reader::lines(&file).unwrap();
    let on = |page: usize| -> Vec<(String, i64)> {
        let lines = pages[page].iter();
        lines
            .take(6)
            .map(|line| (line.text.clone(), line.x.round() as i64))
            .collect()
    };
    assert_eq!(
        on(0)[..6],
        [
            ("Blue Rev. 11/21/26".to_owned(), 108),
            ("12A".to_owned(), 54),
            ("INT. FERRY".to_owned(), 108),
            ("12A".to_owned(), 531),
            ("Rain.".to_owned(), 108),
            ("*".to_owned(), 558),
        ]
    );
    assert_eq!(on(1)[0].0, "2.");
}

#[test]
fn the_title_page_comes_first_and_has_no_number() {
    let script = fountain::parse(
        "Title: _**The Ferry**_\nAuthor: Ana\nContact: a@b.example\n\nINT. FERRY\n\nRain.\n",
    )
    .script;
    let file = pdf(
        script.clone(),
        Settings::default(),
        Fonts::default(),
        PdfOptions::default(),
    );
    let pages = reader::lines(&file).unwrap();
    let texts: Vec<Vec<&str>> = pages
        .iter()
        .map(|lines| lines.iter().map(|line| line.text.as_str()).collect())
        .collect();
    assert_eq!(
        texts,
        [
            vec!["The Ferry", "Ana", "a@b.example"],
            vec!["INT. FERRY", "Rain."]
        ]
    );
    let read = reader::decode(&file).unwrap();
    assert_eq!(read.script.paragraphs.len(), script.paragraphs.len());
    assert_eq!(read.script.title_page[0].lines, ["The Ferry"]);
}

#[test]
fn the_file_has_bookmarks_and_a_structure() {
    let script = fountain::parse("INT. FERRY #1#\n\nRain.\n\nEXT. SEA\n\nWind.\n").script;
    let file = pdf(
        script,
        Settings::default(),
        Fonts::default(),
        PdfOptions::default(),
    );
    let text = String::from_utf8_lossy(&file);
    for part in [
        "/Title (1  INT. FERRY)",
        "/Title (EXT. SEA)",
        "/S /Sect",
        "/S /H2",
        "/S /P",
        "/Marked true",
        "/ParentTree",
        "/PageLabels",
        "/ToUnicode",
    ] {
        assert!(text.contains(part), "expected {part}");
    }
    assert_eq!(text.matches("/S /Sect").count(), 2);
}

#[test]
fn only_the_letters_that_are_used_are_embedded() {
    let of = |text: &str| {
        let script = fountain::parse(text).script;
        pdf(
            script,
            Settings::default(),
            Fonts::default(),
            PdfOptions::default(),
        )
        .len()
    };
    assert!(of("Rain.\n") < 8_000, "{} bytes", of("Rain.\n"));
    assert!(of("The *quick* **brown** _fox_, ***jumps***.\n") < 24_000);
}

#[test]
fn letters_that_no_font_has_are_told_and_the_rest_is_there() {
    let script = fountain::parse("Rain 漢 שלום.\n").script;
    let pages = Paginator::new(&script.paragraphs, Settings::default());
    let mut writer = PdfWriter::new(script, pages, Fonts::default(), PdfOptions::default());
    assert_eq!(writer.page_count(), 1);
    assert!(writer.write_page());
    assert!(!writer.write_page());
    assert_eq!(writer.missing(), ['漢', 'ש', 'ל', 'ו', 'ם']);
    let file = writer.finish();
    assert!(reader::lines(&file).unwrap()[0][0].text.starts_with("Rain"));
}

#[test]
fn any_text_becomes_a_file_that_can_be_read() {
    use proptest::prelude::*;
    proptest!(ProptestConfig::with_cases(40), |(lines in prop::collection::vec(("\\PC{0,80}", 0usize..18, 0u8..64), 0..12))| {
        let mut script = PlainScript::default();
        for (text, element, styles) in lines {
            let mut paragraph = Paragraph { element: ElementType::ALL[element], ..Paragraph::default() };
            paragraph.push(&text.replace(['\u{2028}', '\u{2029}'], " "), Styles::from_bits(styles));
            script.paragraphs.push(paragraph);
        }
        let _ = plain_text(&script, Settings::default());
        let file = pdf(script, Settings::default(), Fonts::default(), PdfOptions::default());
        prop_assert!(file.ends_with(b"%%EOF"));
        let read = reader::lines(&file);
        prop_assert!(!matches!(read, Err(reader::DecodeError::NoPdf | reader::DecodeError::Encrypted)));
    });
}
