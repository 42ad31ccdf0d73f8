//! Scripts that have no file yet, and the laws of reading and writing.

use expect_test::expect;
use proptest::collection::vec;
use proptest::prelude::*;
use scriptroom_formats::fdx::{Document, Sourced, decode, encode};
use scriptroom_pages::Production;
use scriptroom_paragraphs::{
    Attributes, Color, ElementType, Paragraph, PlainScript, Styles, TitleEntry,
};
use scriptroom_samples::{Options, generate};

use crate::fixtures::{COMPACT, EVERYTHING, Script};

/// A new file's script, and the part of the file between its `<Content>`s.
fn written(script: &PlainScript) -> (Document, String) {
    let bytes = encode(script);
    let document = decode(&bytes).unwrap();
    assert_eq!(document.diagnostics(), []);
    let text = String::from_utf8(bytes).unwrap();
    let content = text.split_once("<Content>").unwrap().1;
    let content = content.split_once("</Content>").unwrap().0;
    (document, content.trim().to_owned())
}

#[test]
fn a_new_file_has_the_script_in_it() {
    let mut heading = Paragraph::new(ElementType::SceneHeading, "INT. HOUSE - DAY");
    heading.attributes.scene_number = Some("12A".to_owned());
    let mut line = Paragraph::new(ElementType::Dialogue, "No & ");
    line.push("never", Styles::BOLD | Styles::UNDERLINE);
    let mut dual = Paragraph::new(ElementType::Character, "BEN");
    dual.attributes.dual = true;
    let script = PlainScript {
        title_page: vec![],
        paragraphs: vec![
            heading,
            Paragraph::new(ElementType::Character, "ANNA"),
            line,
            dual,
            Paragraph::new(ElementType::Dialogue, "Yes."),
            Paragraph::new(ElementType::Centered, "THE END"),
        ],
    };
    let (document, content) = written(&script);
    assert_eq!(*document.script(), script);
    expect![[r#"
        <Paragraph Number="12A" Type="Scene Heading">
              <Text>INT. HOUSE - DAY</Text>
            </Paragraph>
            <Paragraph Type="General">
              <DualDialogue>
                <Paragraph Type="Character">
                  <Text>ANNA</Text>
                </Paragraph>
                <Paragraph Type="Dialogue">
                  <Text>No &amp; </Text>
                  <Text Style="Bold+Underline">never</Text>
                </Paragraph>
                <Paragraph Type="Character">
                  <Text>BEN</Text>
                </Paragraph>
                <Paragraph Type="Dialogue">
                  <Text>Yes.</Text>
                </Paragraph>
              </DualDialogue>
            </Paragraph>
            <Paragraph Alignment="Center" Type="Action">
              <Text>THE END</Text>
            </Paragraph>"#]]
    .assert_eq(&content);
}

/// What is seen on the pages: no notes, nor those inside a paragraph.
fn printed(script: &PlainScript) -> Vec<(ElementType, String)> {
    let printed = script.paragraphs.iter().filter(|p| p.element.is_printed());
    let text = |paragraph: &Paragraph| -> String {
        let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
        runs.map(|run| run.text.as_str()).collect()
    };
    printed.map(|p| (p.element, text(p))).collect()
}

#[test]
fn generated_scripts_come_back() {
    for seed in 1..=8 {
        let script = generate(&Options { seed, pages: 12 });
        let (document, _) = written(&script);
        let once = document.script().clone();
        let (document, _) = written(&once);
        assert!(*document.script() == once, "seed {seed}");
        assert!(printed(&script) == printed(&once), "seed {seed}");
    }
}

/// Text as people write it, and what means something in XML.
fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        "<",
        ">",
        "&",
        "&amp;",
        "]]>",
        "\"",
        "'",
        " ",
        "\t",
        "a",
        "É",
        "ß",
        "word",
        "👩‍🚀",
        "\u{1}",
        "\u{fffe}",
        "\u{feff}",
        "<!--",
        "Title: x",
        "by",
        "©",
    ];
    prop_oneof![
        3 => vec(prop::sample::select(pieces), 0..5).prop_map(|pieces| pieces.concat()),
        1 => "[^\r\n\u{2028}\u{2029}]{0,8}",
    ]
}

fn paragraph() -> impl Strategy<Value = Paragraph> {
    let runs = vec((text(), prop_oneof![2 => Just(0), 1 => 0..64_u8]), 0..4);
    let number = prop::option::of(prop::sample::select(vec!["1", "12A", "\"<", ""]));
    let color = prop::option::of(any::<[u8; 3]>());
    let attributes = (
        any::<bool>(),
        0..8_u8,
        any::<bool>(),
        number,
        any::<bool>(),
        color,
    );
    (0..ElementType::ALL.len(), runs, attributes).prop_map(
        |(element, runs, (dual, depth, joined, number, omitted, color))| {
            let mut paragraph = Paragraph {
                element: ElementType::ALL[element],
                ..Paragraph::default()
            };
            for (text, styles) in runs {
                paragraph.push(&text, Styles::from_bits(styles));
            }
            paragraph.attributes = Attributes {
                scene: None,
                scene_number: number.map(str::to_owned),
                dual,
                depth,
                joined,
                omitted,
                color: color.map(Color),
                source: None,
            };
            paragraph
        },
    )
}

fn title_page() -> impl Strategy<Value = Vec<TitleEntry>> {
    let keys = vec![
        "Title",
        "Author",
        "Credit",
        "Draft date",
        "Foo",
        "a:b",
        "",
        "Contact",
    ];
    let entry = (prop::sample::select(keys), vec(text(), 0..3));
    let entry = entry.prop_map(|(key, lines)| TitleEntry {
        key: key.to_owned(),
        lines,
    });
    vec(entry, 0..3)
}

fn script() -> impl Strategy<Value = PlainScript> {
    (title_page(), vec(paragraph(), 0..8)).prop_map(|(title_page, paragraphs)| PlainScript {
        title_page,
        paragraphs,
    })
}

/// All letters of a script, in no order, with what XML cannot say as the writer has it.
fn letters(script: &PlainScript) -> Vec<char> {
    let kept = script
        .paragraphs
        .iter()
        .filter(|p| p.element != ElementType::PageBreak);
    let text: String = kept.map(Paragraph::text).collect();
    let said = |c: char| match c {
        '\t' => c,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c => c,
    };
    let mut letters: Vec<char> = text.chars().map(said).collect();
    letters.sort_unstable();
    letters
}

/// A file, changed a little here and there.
fn mutated() -> impl Strategy<Value = String> {
    let pieces = vec![
        "<",
        ">",
        "/>",
        "\"",
        "</Paragraph>",
        "<Paragraph>",
        "<Text>",
        "</Text>",
        "&",
        "<!--",
        "\n",
        "<DualDialogue>",
        "</DualDialogue>",
        "<OmittedScene>",
        "</OmittedScene>",
        "<![CDATA[",
        "é",
        "<ScriptNote Range=\"1,9\"/>",
        "</Content>",
        "<Content>",
        "\u{2028}",
        "",
    ];
    let change = (
        any::<prop::sample::Index>(),
        0..40_usize,
        prop::sample::select(pieces),
    );
    let file = prop::sample::select(vec![EVERYTHING, COMPACT]);
    (file, vec(change, 1..6)).prop_map(|(file, changes)| {
        let mut chars: Vec<char> = file.chars().collect();
        for (at, removed, piece) in changes {
            let at = at.index(chars.len().max(1)).min(chars.len());
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

/// That a file came back, or where it did not.
fn prop_same(file: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let now = String::from_utf8_lossy(bytes);
    let mut lines = file.lines().zip(now.lines());
    let other = lines.find(|(was, now)| was != now);
    prop_assert!(bytes == file.as_bytes(), "{other:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_written_reads_and_is_the_same_from_then_on(script in script()) {
        let (document, _) = written(&script);
        let once = document.script().clone();
        prop_assert_eq!(letters(&once), letters(&script));
        let (document, _) = written(&once);
        prop_assert_eq!(document.script(), &once);
    }

    #[test]
    fn whatever_comes_in_goes_out_byte_for_byte(file in mutated()) {
        if let Ok(document) = decode(file.as_bytes()) {
            let same = |bytes: Vec<u8>| prop_same(&file, &bytes);
            same(Script::of(&document).encode())?;
            let production = Production::of_writes(&document.entries());
            same(Script::of(&document).encode_produced(&production))?;
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let file = format!("<FinalDraft><Content>{text}</Content></FinalDraft>");
        if let Ok(document) = decode(file.as_bytes()) {
            prop_assert!(Script::of(&document).encode() == file.as_bytes());
        }
    }

    #[test]
    fn any_script_can_be_written_into_any_file(
        file in mutated(),
        script in script(),
        order in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 0..12),
    ) {
        let Ok(document) = decode(file.as_bytes()) else {
            return Ok(());
        };
        let sources = &document.script().paragraphs;
        if sources.is_empty() || script.paragraphs.is_empty() {
            return Ok(());
        }
        // A shuffle of the file's own paragraphs, some as they were and some changed, and of new ones.
        let paragraphs: Vec<Sourced<'_>> = order
            .iter()
            .map(|(source, new, changed)| {
                let source = source.index(sources.len());
                let new = &script.paragraphs[new.index(script.paragraphs.len())];
                Sourced {
                    paragraph: if *changed { new } else { &sources[source] },
                    source: Some(document.sources()[source]),
                }
            })
            .collect();
        let now = PlainScript {
            paragraphs: paragraphs.iter().map(|p| p.paragraph.clone()).collect(),
            ..PlainScript::default()
        };
        let bytes = document.encode(&script.title_page, &paragraphs);
        if document.diagnostics().is_empty() {
            let again = decode(&bytes).unwrap();
            prop_assert_eq!(letters(again.script()), letters(&now));
        }
    }
}
