//! Word documents: what is in the archive, as another reader of XML has it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use scriptroom_formats::docx::encode;
use scriptroom_formats::fountain;
use scriptroom_paragraphs::{Attributes, ElementType, Paragraph, PlainScript, Styles, TitleEntry};
use scriptroom_samples::{DEMO, Options, generate};

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of an archive by its directory, each held against what its own header says.
fn parts(file: &[u8]) -> BTreeMap<String, String> {
    let two = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    let four = |at: usize| two(at) + (two(at + 2) << 16);
    let end = file.len() - 22;
    assert_eq!(&file[end..end + 4], b"PK\x05\x06");
    let mut at = four(end + 16);
    assert_eq!(
        at + four(end + 12),
        end,
        "the directory ends where its end begins"
    );
    let mut parts = BTreeMap::new();
    for _ in 0..two(end + 10) {
        assert_eq!(&file[at..at + 4], b"PK\x01\x02");
        let name = &file[at + 46..at + 46 + two(at + 28)];
        let header = four(at + 42);
        assert_eq!(&file[header..header + 4], b"PK\x03\x04");
        assert_eq!(file[header + 4..header + 30], file[at + 6..at + 32]);
        let start = header + 30 + two(header + 26) + two(header + 28);
        assert_eq!(&file[header + 30..start], name);
        assert_eq!(two(at + 10), 8, "deflated");
        let packed = &file[start..start + four(at + 20)];
        let text = miniz_oxide::inflate::decompress_to_vec(packed).unwrap();
        assert_eq!(text.len(), four(at + 24));
        assert_eq!(crc32fast::hash(&text) as usize, four(at + 16));
        let name = String::from_utf8(name.to_vec()).unwrap();
        parts.insert(name, String::from_utf8(text).unwrap());
        at += 46 + two(at + 28) + two(at + 30) + two(at + 32);
    }
    assert_eq!(at, end);
    parts
}

fn part(script: &PlainScript, name: &str) -> String {
    parts(&encode(script)).remove(name).unwrap()
}

fn document(script: &PlainScript) -> String {
    part(script, "word/document.xml")
}

fn named<'a, 'b: 'a>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.descendants()
        .filter(move |node| node.has_tag_name((MAIN, name)))
}

fn value<'a>(node: Node<'a, '_>) -> &'a str {
    node.attribute((MAIN, "val")).unwrap()
}

/// What is written in a node, with a line's end where there is one.
fn text(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    for node in node.descendants() {
        match node.tag_name().name() {
            "t" => {
                let space = ("http://www.w3.org/XML/1998/namespace", "space");
                assert_eq!(node.attribute(space), Some("preserve"));
                text.push_str(node.text().unwrap_or_default());
            }
            "br" => text.push('\n'),
            _ => {}
        }
    }
    text
}

fn style<'a>(paragraph: Node<'a, '_>) -> &'a str {
    named(paragraph, "pStyle").next().map_or("-", value)
}

/// A body as lines: each paragraph with its style, what stands in a table further in.
fn outline(script: &PlainScript) -> String {
    let xml = document(script);
    let document = Document::parse(&xml).unwrap();
    let body = named(document.root(), "body").next().unwrap();
    let mut lines = String::new();
    for node in body.children() {
        match node.tag_name().name() {
            "p" => lines.push_str(&format!("{}: {:?}\n", style(node), text(node))),
            "tbl" => {
                lines.push_str("table\n");
                for cell in named(node, "tc") {
                    lines.push_str("  cell\n");
                    for one in named(cell, "p") {
                        lines.push_str(&format!("    {}: {:?}\n", style(one), text(one)));
                    }
                }
            }
            other => assert_eq!(other, "sectPr"),
        }
    }
    lines
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&outline(&fountain::parse(source).script));
}

#[test]
fn the_parts_are_there_well_formed_and_name_each_other() {
    let all = parts(&encode(&fountain::parse(DEMO).script));
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/header1.xml",
            "word/styles.xml",
        ]
    );
    let read: BTreeMap<&str, Document<'_>> = all
        .iter()
        .map(|(name, xml)| (name.as_str(), Document::parse(xml).unwrap()))
        .collect();

    // Each part's type is said: for itself, or by its ending.
    let types = read["[Content_Types].xml"].root_element();
    let said = |attribute: &str| -> BTreeSet<String> {
        let values = types
            .children()
            .filter_map(|node| node.attribute(attribute));
        values.map(str::to_owned).collect()
    };
    let (own, by_ending) = (said("PartName"), said("Extension"));
    for name in &own {
        assert!(names.contains(&&name[1..]), "{name}");
    }
    for name in &names[1..] {
        let is_relations = name.ends_with(".rels") && by_ending.contains("rels");
        assert!(is_relations || own.contains(&format!("/{name}")), "{name}");
    }

    // What is related to what, and by which name the document asks for it.
    let related = |rels: &str, folder: &str| -> BTreeMap<String, String> {
        let relations = read[rels].root_element().children();
        relations
            .map(|node| {
                let target = format!("{folder}{}", node.attribute("Target").unwrap());
                assert!(names.contains(&target.as_str()), "{target}");
                let kind = node.attribute("Type").unwrap().rsplit_once('/').unwrap().1;
                let id = node.attribute("Id").unwrap().to_owned();
                (id, format!("{kind} {target}"))
            })
            .collect()
    };
    let of_all: Vec<String> = related("_rels/.rels", "").into_values().collect();
    assert_eq!(
        of_all,
        [
            "officeDocument word/document.xml",
            "core-properties docProps/core.xml"
        ]
    );
    let of_document = related("word/_rels/document.xml.rels", "word/");
    let document = read["word/document.xml"].root();
    let headers: Vec<Node<'_, '_>> = named(document, "headerReference").collect();
    assert_eq!(headers.len(), 2, "of the title page, and of the script");
    for header in headers {
        let id = header.attribute((RELATIONS, "id")).unwrap();
        assert_eq!(of_document[id], "header word/header1.xml");
    }
    assert!(
        of_document
            .values()
            .any(|part| part == "styles word/styles.xml")
    );

    // Every style that is asked for is defined, once.
    let styles = read["word/styles.xml"].root();
    let defined: Vec<&str> = named(styles, "style")
        .map(|style| style.attribute((MAIN, "styleId")).unwrap())
        .collect();
    let unique: BTreeSet<&str> = defined.iter().copied().collect();
    assert_eq!(unique.len(), defined.len());
    let header = read["word/header1.xml"].root();
    for asked in [document, header, styles] {
        let names = named(asked, "pStyle").chain(named(asked, "basedOn"));
        let names: Vec<&str> = names.map(value).collect();
        assert!(!names.is_empty());
        assert!(names.iter().all(|name| unique.contains(name)), "{names:?}");
    }
}

#[test]
fn each_element_is_a_paragraph_in_a_style_of_its_own() {
    let printed = ElementType::ALL
        .into_iter()
        .filter(|element| element.is_printed());
    let paragraphs = printed.map(|element| Paragraph::new(element, element.name()));
    let script = PlainScript {
        paragraphs: paragraphs.collect(),
        ..PlainScript::default()
    };
    expect![[r#"
        SceneHeading: "scene-heading"
        Action: "action"
        Character: "character"
        Parenthetical: "parenthetical"
        Dialogue: "dialogue"
        Transition: "transition"
        Shot: "shot"
        General: "general"
        Lyrics: "lyrics"
        Centered: "centered"
        CastList: "cast-list"
        NewAct: "new-act"
        EndofAct: "end-of-act"
    "#]]
    .assert_eq(&outline(&script));

    // What each style is called in Word's list, and what it says.
    let xml = part(&script, "word/styles.xml");
    let styles = Document::parse(&xml).unwrap();
    let mut said = String::new();
    for style in named(styles.root(), "style").skip(1).take(13) {
        assert_eq!(style.attribute((MAIN, "type")), Some("paragraph"));
        let name = named(style, "name").map(value).next().unwrap();
        let all = style
            .descendants()
            .filter(|node| ["pPr", "rPr"].contains(&node.tag_name().name()));
        let settings: Vec<String> = all
            .flat_map(|properties| properties.children())
            .map(|node| {
                let values = node.attributes().map(|attribute| attribute.value());
                let values: Vec<&str> = values.collect();
                format!("{} {}", node.tag_name().name(), values.join(" "))
            })
            .collect();
        let settings = settings.join(", ").replace(" ,", ",");
        said.push_str(format!("{name}: {settings}").trim_end());
        said.push('\n');
    }
    expect![[r#"
        Scene Heading: keepNext, keepLines, spacing 480, outlineLvl 0, caps
        Action:
        Character: keepNext, ind 2880, caps
        Parenthetical: keepNext, spacing 0, ind 2160 2880 144
        Dialogue: spacing 0, ind 1440 2160
        Transition: jc right, caps
        Shot: keepNext, caps
        General: spacing 0
        Lyrics: spacing 0, ind 1440 2160, i
        Centered: jc center
        Cast List: spacing 0
        New Act: keepNext, pageBreakBefore, jc center, caps
        End of Act: spacing 480, jc center, caps
    "#]]
    .assert_eq(&said);
}

#[test]
fn runs_have_the_marks_of_their_styles_and_no_others() {
    let mut paragraph = Paragraph::new(ElementType::Action, "");
    for bits in 0..16 {
        paragraph.push(&format!("w{bits} "), Styles::from_bits(bits));
    }
    paragraph.push("hidden", Styles::NOTE);
    paragraph.push("cut", Styles::BONEYARD);
    let script = PlainScript {
        paragraphs: vec![paragraph],
        ..PlainScript::default()
    };
    let xml = document(&script);
    let document = Document::parse(&xml).unwrap();
    let runs: Vec<(String, Vec<&str>)> = named(document.root(), "r")
        .map(|run| {
            let marks = named(run, "rPr").flat_map(|marks| marks.children());
            (
                text(run),
                marks.map(|mark| mark.tag_name().name()).collect(),
            )
        })
        .collect();
    // In the order that Word's schema has them.
    const MARKS: [(Styles, &str); 4] = [
        (Styles::BOLD, "b"),
        (Styles::ITALIC, "i"),
        (Styles::STRIKE, "strike"),
        (Styles::UNDERLINE, "u"),
    ];
    let expected: Vec<(String, Vec<&str>)> = (0..16)
        .map(|bits| {
            let has = |style: &Styles| Styles::from_bits(bits).contains(*style);
            let marks = MARKS.iter().filter(|(style, _)| has(style));
            (format!("w{bits} "), marks.map(|(_, mark)| *mark).collect())
        })
        .collect();
    assert_eq!(runs, expected);
    assert!(named(document.root(), "u").all(|line| value(line) == "single"));
}

#[test]
fn speeches_at_once_stand_in_the_cells_of_a_table() {
    check(
        "ANA\n(low)\nNow.\n\nBEN ^\nNot yet.\n\nRain.\n\nEVE\nAlone.\n",
        expect![[r#"
            table
              cell
                Character: "ANA"
                Parenthetical: "(low)"
                Dialogue: "Now."
              cell
                Character: "BEN"
                Dialogue: "Not yet."
            Action: "Rain."
            Character: "EVE"
            Dialogue: "Alone."
        "#]],
    );
    let xml = document(&fountain::parse("ANA\nNow.\n\nBEN ^\nNot yet.\n").script);
    let document = Document::parse(&xml).unwrap();
    let columns = named(document.root(), "gridCol").count();
    let rows: Vec<Node<'_, '_>> = named(document.root(), "tr").collect();
    assert_eq!((rows.len(), columns), (1, 2));
    // Each column is half as wide as a line is on the page.
    let wide = |node: Node<'_, '_>, name| -> u32 {
        node.attribute((MAIN, name)).unwrap().parse().unwrap()
    };
    let page = named(document.root(), "pgSz").next().unwrap();
    let margins = named(document.root(), "pgMar").next().unwrap();
    let line = wide(page, "w") - wide(margins, "left") - wide(margins, "right");
    for cell in named(document.root(), "tcW") {
        assert_eq!(wide(cell, "w") * 2, line);
    }
    // Who speaks at once twice has two tables, and nothing is written between them.
    check(
        "ANA\nOne.\n\nBEN ^\nTwo.\n\nANA\nThree.\n\nBEN ^\nFour.\n",
        expect![[r#"
            table
              cell
                Character: "ANA"
                Dialogue: "One."
              cell
                Character: "BEN"
                Dialogue: "Two."
            table
              cell
                Character: "ANA"
                Dialogue: "Three."
              cell
                Character: "BEN"
                Dialogue: "Four."
        "#]],
    );
}

#[test]
fn pages_end_where_the_script_says() {
    check(
        "Rain.\n\n===\n\nWind.\n",
        expect![[r#"
            Action: "Rain."
            -: "\n"
            Action: "Wind."
        "#]],
    );
    let xml = document(&fountain::parse("Rain.\n\n===\n\nWind.\n").script);
    let document = Document::parse(&xml).unwrap();
    let breaks: Vec<_> = named(document.root(), "br").collect();
    assert_eq!(breaks.len(), 1);
    assert_eq!(breaks[0].attribute((MAIN, "type")), Some("page"));
}

#[test]
fn a_title_page_is_a_section_of_its_own_and_the_script_begins_with_page_1() {
    let source =
        "Title:\n  **The <Ferry>**\n  & Others\nAuthor: Ana\nContact: a@b.example\n\nRain.\n";
    check(
        source,
        expect![[r#"
            Title: "The <Ferry>\n& Others"
            Subtitle: "Ana"
            TitleFoot: "a@b.example"
            -: ""
            Action: "Rain."
        "#]],
    );
    let script = fountain::parse(source).script;
    let xml = document(&script);
    let document = Document::parse(&xml).unwrap();
    let sections: Vec<Node<'_, '_>> = named(document.root(), "sectPr").collect();
    let starts: Vec<Option<&str>> = sections
        .iter()
        .map(|section| named(*section, "pgNumType").next())
        .map(|start| start.and_then(|start| start.attribute((MAIN, "start"))))
        .collect();
    assert_eq!(starts, [None, Some("1")]);
    assert_eq!(sections[0].parent().unwrap().tag_name().name(), "pPr");
    let xml = part(&script, "docProps/core.xml");
    let core = Document::parse(&xml).unwrap();
    let texts = core
        .root_element()
        .children()
        .map(|node| node.text().unwrap());
    assert_eq!(
        texts.collect::<Vec<&str>>(),
        ["The <Ferry> & Others", "Ana"]
    );
}

#[test]
fn an_omitted_scene_says_only_that_and_numbers_stand_before_headings() {
    let mut script = fountain::parse("INT. A #1#\n\nRain.\n\nINT. B #2#\n\nWind.\n").script;
    script.paragraphs[0].attributes.omitted = true;
    script.paragraphs[2].attributes.scene_number = Some("2<".to_owned());
    expect![[r#"
        SceneHeading: "1  OMITTED"
        SceneHeading: "2<  INT. B"
        Action: "Wind."
    "#]]
    .assert_eq(&outline(&script));
}

#[test]
fn what_is_markup_elsewhere_is_text_and_what_xml_cannot_say_is_replaced() {
    let script = PlainScript {
        title_page: vec![TitleEntry {
            key: "Title".to_owned(),
            lines: vec!["]]> <a & b>".to_owned()],
        }],
        paragraphs: vec![Paragraph::new(
            ElementType::Action,
            "  <w:t>&amp; \"x\" 'y' ]]>\u{1}\u{fffe} 👩\u{200d}🚀 ",
        )],
    };
    expect![[r#"
        Title: "]]> <a & b>"
        -: ""
        Action: "  <w:t>&amp; \"x\" 'y' ]]>�� 👩\u{200d}🚀 "
    "#]]
    .assert_eq(&outline(&script));
}

/// The words of a document, in order.
fn words_of(script: &PlainScript) -> Vec<String> {
    let xml = document(script);
    let document = Document::parse(&xml).unwrap();
    let paragraphs = named(document.root(), "p").map(text);
    paragraphs
        .flat_map(|text| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

fn paragraph() -> impl Strategy<Value = Paragraph> {
    let runs = vec((1..4_usize, 0..64_u8), 0..4);
    let attributes = (any::<bool>(), any::<bool>());
    (0..ElementType::ALL.len(), runs, attributes).prop_map(|(element, runs, (dual, joined))| {
        let mut paragraph = Paragraph::new(ElementType::ALL[element], "");
        for (words, styles) in runs {
            paragraph.push(&"w& ".repeat(words), Styles::from_bits(styles));
        }
        paragraph.attributes = Attributes {
            dual,
            joined,
            ..Attributes::default()
        };
        paragraph
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_that_is_printed_is_there_once_in_its_place(mut paragraphs in vec(paragraph(), 0..16)) {
        let mut count = 0;
        let mut expected = Vec::new();
        for paragraph in &mut paragraphs {
            for run in &mut paragraph.runs {
                let is_printed = paragraph.element.is_printed() && run.styles.is_printed();
                let words = run.text.split_whitespace().map(|word| {
                    count += 1;
                    format!("{word}{count}")
                });
                let words: Vec<String> = words.collect();
                run.text = format!("{} ", words.join(" "));
                expected.extend(words.into_iter().filter(|_| is_printed));
            }
        }
        let script = PlainScript { paragraphs, ..PlainScript::default() };
        prop_assert_eq!(words_of(&script), expected);
    }

    #[test]
    fn any_text_is_well_formed(text in "\\PC{0,20}[\u{0}-\u{20}\u{fffd}-\u{ffff}]{0,3}", element in 0..ElementType::ALL.len()) {
        let text = text.replace(['\r', '\n', '\u{2028}', '\u{2029}'], " ");
        let mut script = PlainScript {
            title_page: vec![TitleEntry { key: "Title".to_owned(), lines: vec![text.clone()] }],
            paragraphs: vec![Paragraph::new(ElementType::ALL[element], text.clone())],
        };
        script.paragraphs[0].attributes.scene_number = Some(text);
        for (name, xml) in parts(&encode(&script)) {
            let read = Document::parse(&xml).map(drop);
            prop_assert!(read.is_ok(), "{name}: {read:?} in {xml}");
        }
    }
}

#[test]
fn generated_scripts_have_all_their_words() {
    for seed in 0..3 {
        let script = generate(&Options { seed, pages: 30 });
        let mut expected = Vec::new();
        for paragraph in &script.paragraphs {
            if paragraph.element.is_printed() {
                expected.extend(paragraph.attributes.scene_number.clone());
                let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
                let text: String = runs.map(|run| run.text.as_str()).collect();
                expected.extend(text.split_whitespace().map(str::to_owned));
            }
        }
        let bare = PlainScript {
            paragraphs: script.paragraphs,
            ..PlainScript::default()
        };
        assert!(expected.len() > 3000);
        assert_eq!(words_of(&bare), expected);
    }
}
