//! The paper says what the layout says: each page's text in a PDF against the lines that the editor shows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use scriptroom_formats::{fountain, pdf as reader, title_texts};
use scriptroom_pages::{
    FlowPlace, Lane, Paginator, Preset, Production, RevisedText, Revision, Settings, title_page,
};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, SettingValue, Styles};
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
            let body = lines.into_iter();
            let body = body.filter(|line| (40.0..height - 62.0).contains(&line.y));
            let body = body.filter(|line| (100.0..520.0).contains(&line.x));
            // A mark beside a line that fills its page's width reads as its end.
            body.map(|line| letters(line.text.trim_end_matches('*')))
                .collect()
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
    check_pages(script, pages, &Production::default());
}

fn check_pages(script: &PlainScript, pages: Paginator, production: &Production) {
    let expected = laid_out(&pages);
    let height = f64::from(pages.settings().setup().height.0);
    let options = PdfOptions {
        without_title_page: true,
        watermark: Some("Ana's copy".to_owned()),
        // On the right it would stand on a line with its heading.
        scene_numbers: SceneNumbers::Left,
        ..PdfOptions::default()
    };
    let options = options.with_revisions_of(production);
    let mut writer = PdfWriter::new(script.clone(), pages, Fonts::default(), options);
    while writer.write_page() {}
    let got = printed(&writer.finish(), height);
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

/// The pages of a script on A4 are locked, then more is written on the third, a scene is omitted and a line revised.
#[test]
fn the_locked_and_revised_pages_of_a_production_are_those_of_its_layout() {
    let options = scriptroom_samples::Options { seed: 3, pages: 12 };
    let mut script = scriptroom_samples::generate(&options);
    let value = |name: &str, value| (name.to_owned(), value);
    let entries = [
        value("preset", SettingValue::Text("final-draft-a4".to_owned())),
        value("locked", SettingValue::Flag(true)),
        value("numbered", SettingValue::Flag(true)),
        value("v:1.date", SettingValue::Text("21 May".to_owned())),
    ];
    let before = Production::of(&script.paragraphs, &entries, &[]).pages(&script.paragraphs);
    let third = before.page(2).start.paragraph + 2;
    let mut locks = before.to_lock();
    let more = Paragraph::new(ElementType::Action, "Wind. ".repeat(700));
    script.paragraphs.insert(third, more);
    for lock in &mut locks {
        lock.start.paragraph += usize::from(lock.start.paragraph >= third);
    }
    let last_scene = script
        .paragraphs
        .iter()
        .rposition(|paragraph| paragraph.element == ElementType::SceneHeading)
        .unwrap();
    script.paragraphs[last_scene].attributes.omitted = true;

    let mut starts = vec![0_u32];
    for paragraph in &script.paragraphs {
        let len = paragraph.text().encode_utf16().count() + 1;
        starts.push(starts.last().unwrap() + u32::try_from(len).unwrap());
    }
    let mut places: Vec<FlowPlace> = (0..)
        .zip(&locks)
        .map(|(number, lock)| {
            let at = starts[lock.start.paragraph] + lock.start.offset_utf16;
            FlowPlace {
                name: format!("l:{}", lock.label),
                range: at..at,
                number,
            }
        })
        .collect();
    places.push(FlowPlace {
        name: "m:a".to_owned(),
        range: starts[third]..starts[third] + 4,
        number: 1,
    });
    let production = Production::of(&script.paragraphs, &entries, &places);
    production.number_scenes(&mut script.paragraphs);
    let pages = production.pages(&script.paragraphs);
    let labels = pages.labels();
    assert_eq!(labels[2..6], ["3", "3A", "3B", "4"]);

    let options = PdfOptions::default().with_revisions_of(&production);
    let mut writer = PdfWriter::new(
        script.clone(),
        production.pages(&script.paragraphs),
        Fonts::default(),
        options,
    );
    while writer.write_page() {}
    let file = writer.finish();
    let sheets = reader::lines(&file).unwrap();
    for (label, sheet) in labels.iter().zip(&sheets[1..]).skip(1) {
        let number = format!("{label}.");
        assert!(
            sheet[..2].iter().any(|line| line.text == number),
            "{number}"
        );
    }
    assert_eq!(sheets[3][0].text, "Blue Rev. 21 May");
    let feet = sheets[1..].iter().map(|sheet| {
        let last = sheet.last().map(|line| line.text.as_str());
        last.is_some_and(|last| last == "Blue · 21 May")
    });
    assert_eq!(
        feet.collect::<Vec<bool>>()[..4],
        [false, false, true, false]
    );
    let marked = sheets[1..].iter().map(|sheet| {
        let lines = sheet.iter();
        lines.filter(|line| line.text.ends_with('*')).count()
    });
    assert_eq!(marked.collect::<Vec<usize>>()[..4], [0, 0, 1, 0]);
    check_pages(&script, pages, &production);
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
        revisions: [(1, Revision::standard(1, "11/21/26"))].into(),
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

/// The title page is the layout's, in every setup: each line at its place, the date at the right, an address with its `_`.
#[test]
fn the_title_page_stands_as_it_is_laid_out() {
    let script = fountain::parse(
        "Contact: nora_vale@example.org\n  12 Quay Street\nTitle: _**The Night Ferry**_\nAuthor: Nora Vale\nDraft date: 1/2/26\n\nRain.\n",
    )
    .script;
    for preset in Preset::ALL {
        let settings = Settings::new(preset.setup()).unwrap();
        let setup = settings.setup();
        let (height, top) = (setup.height.0, setup.top_margin.0);
        let laid_out = title_page(&title_texts(&script.title_page), &settings);
        let mut expected: Vec<(String, i32, i32)> = laid_out
            .iter()
            .map(|line| {
                let x = line.left.in_hundredths() * 72 / 100;
                (line.text(), x, top + line.top.0)
            })
            .collect();
        let options = PdfOptions::default();
        let file = pdf(script.clone(), settings, Fonts::default(), options);
        let pages = reader::lines(&file).unwrap();
        let printed = pages[0].iter().map(|line| {
            // 9 points below its top are a line's feet.
            let y = height - 9 - line.y.round() as i32;
            (line.text.clone(), line.x as i32, y)
        });
        let mut printed: Vec<(String, i32, i32)> = printed.collect();
        expected.sort();
        printed.sort();
        assert_eq!(printed, expected, "{preset:?}");
    }
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
        let pages = Paginator::new(&script.paragraphs, Settings::default());
        let _ = plain_text(&script, &pages, &PdfOptions::default());
        let file = pdf(script, Settings::default(), Fonts::default(), PdfOptions::default());
        prop_assert!(file.ends_with(b"%%EOF"));
        let read = reader::lines(&file);
        prop_assert!(!matches!(read, Err(reader::DecodeError::NoPdf | reader::DecodeError::Encrypted)));
    });
}
