//! JSON blocks: nothing is lost, and what is wrong is named.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use expect_test::{Expect, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use scriptroom_formats::blocks::{decode, encode};
use scriptroom_paragraphs::{
    Attributes, Color, ElementType, Paragraph, PlainScript, Styles, TitleEntry,
};
use scriptroom_samples::{Options, generate};

fn text() -> impl Strategy<Value = String> {
    "[^\r\n\u{2028}\u{2029}]{0,12}"
}

fn paragraph() -> impl Strategy<Value = Paragraph> {
    let attributes = (
        prop::option::of(text()),
        prop::option::of(text()),
        any::<bool>(),
        any::<u8>(),
        any::<bool>(),
        prop::option::of(any::<[u8; 3]>()),
    );
    (
        0..ElementType::ALL.len(),
        vec((text(), 0..64_u8), 0..4),
        attributes,
    )
        .prop_map(
            |(element, runs, (scene, scene_number, dual, depth, joined, color))| {
                let mut paragraph = Paragraph {
                    element: ElementType::ALL[element],
                    ..Paragraph::default()
                };
                for (text, styles) in runs {
                    paragraph.push(&text, Styles::from_bits(styles));
                }
                paragraph.attributes = Attributes {
                    scene,
                    scene_number,
                    dual,
                    depth,
                    joined,
                    omitted: joined && dual,
                    color: color.map(Color),
                    source: None,
                };
                paragraph
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_script_comes_back(
        keys in vec((text(), vec(text(), 0..3)), 0..3),
        paragraphs in vec(paragraph(), 0..8),
    ) {
        let title_page = keys.into_iter().map(|(key, lines)| TitleEntry { key, lines }).collect();
        let script = PlainScript { title_page, paragraphs };
        let decoded = decode(encode(&script).as_bytes()).unwrap();
        prop_assert_eq!(decoded.script, script);
        prop_assert_eq!(decoded.ignored, vec![]);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..100)) {
        // An answer is all that is asked for: it must not panic.
        drop(decode(&bytes));
    }
}

#[test]
fn a_generated_script_comes_back() {
    let script = generate(&Options { seed: 9, pages: 20 });
    assert_eq!(decode(encode(&script).as_bytes()).unwrap().script, script);
}

fn check_error(json: &str, expected: Expect) {
    expected.assert_eq(&decode(json.as_bytes()).unwrap_err().to_string());
}

#[test]
fn errors_say_what_was_expected_what_came_and_where() {
    check_error(
        "{",
        expect!["expected JSON: EOF while parsing an object at line 1 column 1"],
    );
    check_error(
        "3",
        expect!["the document: expected a list of blocks, got 3"],
    );
    check_error(
        "{}",
        expect!["the document: expected a list in `blocks`, got nothing"],
    );
    check_error(
        r#"[{"type":"action","children":[]}, 7]"#,
        expect!["block 1: expected an object, got 7"],
    );
    check_error(
        r#"[{"children":[]}]"#,
        expect!["block 0: expected an element type in `type`, got nothing"],
    );
    check_error(
        r#"[{"type":"action"}]"#,
        expect!["block 0: expected a list in `children`, got nothing"],
    );
    check_error(
        r#"[{"type":"action","children":[{"text":"a"},{"text":5}]}]"#,
        expect!["block 0, child 1: expected text in `text`, got 5"],
    );
    check_error(
        r#"[{"type":"action","children":[{"text":"a","bold":"yes"}]}]"#,
        expect![[r#"block 0, child 0: expected true or false in a style, got the text "yes""#]],
    );
    check_error(
        r#"[{"type":"section","children":[],"metadata":{"depth":-1}}]"#,
        expect!["block 0: expected a number up to 255 in `depth`, got -1"],
    );
    check_error(
        r#"[{"type":"scene-heading","children":[],"metadata":{"color":7}}]"#,
        expect!["block 0: expected text in `color`, got 7"],
    );
    let deep = "[".repeat(100_000);
    check_error(
        &deep,
        expect!["expected JSON: recursion limit exceeded at line 1 column 128"],
    );
}

#[test]
fn what_is_foreign_is_passed_over_and_listed() {
    let json = r##"{"version":2,"titlePage":[{"key":"Title","lines":["One\r\nTwo\u2028Three"]}],"blocks":[
        {"type":"soliloquy","id":1,"children":[{"text":"To be\nor not","color":"#f00"}],"metadata":{"uuid":null,"tag":"x","color":"url(//x)"}}
    ]}"##;
    let decoded = decode(json.as_bytes()).unwrap();
    let texts: Vec<String> = decoded
        .script
        .paragraphs
        .iter()
        .map(Paragraph::text)
        .collect();
    assert_eq!(texts, ["To be", "or not"]);
    assert_eq!(decoded.script.title_page[0].lines, ["One", "Two", "Three"]);
    assert_eq!(decoded.script.paragraphs[0].attributes.color, None);
    let ignored: Vec<String> = decoded.ignored.iter().map(ToString::to_string).collect();
    expect![[r#"
        the document: ignored the field `version`
        title page entry 0: ignored a line break; a new line starts there
        block 0: ignored the type `soliloquy`, which reads as `action`
        block 0: ignored the colour `url(//x)`
        block 0: ignored the field `tag`
        block 0, child 0: ignored the field `color`
        block 0, child 0: ignored a line break; a new paragraph starts there
        block 0: ignored the field `id`"#]]
    .assert_eq(&ignored.join("\n"));
}
