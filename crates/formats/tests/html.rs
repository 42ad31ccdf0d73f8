//! HTML pages: their structure, as a reader of XML has it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use expect_test::{Expect, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use scriptroom_formats::{fountain, html};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles, TitleEntry};
use scriptroom_samples::DEMO;

/// What is between two tags of a page, with them. Elements that have no end in HTML have one, as XML wants it.
fn between(script: &PlainScript, tag: &str) -> String {
    let page = html::print(script);
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let (from, to) = (page.find(&open).unwrap(), page.rfind(&close).unwrap());
    page[from..to + close.len()]
        .replace("<hr>", "<hr/>")
        .replace("<br>", "<br/>")
}

/// The elements of a body, each in a line with its class: what is in it further in, or its text.
fn outline(script: &PlainScript) -> String {
    let xml = between(script, "body");
    let document = Document::parse(&xml).unwrap();
    let mut lines = String::new();
    for node in document.root_element().children() {
        describe(node, 0, &mut lines);
    }
    lines
}

fn describe(node: Node<'_, '_>, depth: usize, lines: &mut String) {
    if node.is_text() {
        assert_eq!(
            node.text().unwrap().trim(),
            "",
            "text outside of a paragraph"
        );
        return;
    }
    let name = node.tag_name().name();
    let class = node.attribute("class").map(|class| format!(".{class}"));
    lines.push_str(&format!(
        "{}{name}{}",
        "  ".repeat(depth),
        class.unwrap_or_default()
    ));
    if ["header", "footer", "main", "div"].contains(&name) {
        lines.push('\n');
        for child in node.children() {
            describe(child, depth + 1, lines);
        }
    } else {
        let text = text(node);
        lines.push_str(&format!(" {text:?}\n"));
    }
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect()
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&outline(&fountain::parse(source).script));
}

/// What a screen reader reads out.
fn read_out(node: Node<'_, '_>) -> String {
    if node.attribute("aria-hidden") == Some("true") {
        return String::new();
    }
    match node.is_text() {
        true => node.text().unwrap_or_default().to_owned(),
        false => node.children().map(read_out).collect(),
    }
}

#[test]
fn a_scenes_number_stands_on_both_sides_and_is_read_out_once() {
    let script = fountain::parse("INT. FERRY #12A#\n\nEXT. PIER\n").script;
    let main = between(&script, "main");
    let document = Document::parse(&main).unwrap();
    let headings = document
        .descendants()
        .filter(|node| node.has_tag_name("h2"));
    let headings: Vec<(String, String)> =
        headings.map(|node| (text(node), read_out(node))).collect();
    let numbered = ("12A12AINT. FERRY".to_owned(), "12AINT. FERRY".to_owned());
    let plain = "EXT. PIER".to_owned();
    assert_eq!(headings, [numbered, (plain.clone(), plain)]);
}

#[test]
fn headings_are_headings_and_each_paragraph_is_an_element_of_its_class() {
    check(
        "Title: The Ferry\nAuthor: Ana\nContact: a@b.example\n\nINT. FERRY #1#\n\nRain.\n\nANA\n(low)\nNow.\n\n\
         BEN\nYes.\n\nEVE ^\nNo.\n\n===\n\n# Not printed\n\n> CUT TO:\n",
        expect![[r#"
            header
              h1 "The Ferry"
              p "Ana"
            footer
              p "a@b.example"
            main
              h2.scene-heading "11INT. FERRY"
              p.action "Rain."
              div.speech
                p.character "ANA"
                p.parenthetical "(low)"
                p.dialogue "Now."
              div.dual
                div.speech
                  p.character "BEN"
                  p.dialogue "Yes."
                div.speech
                  p.character "EVE"
                  p.dialogue "No."
              hr ""
              p.transition "CUT TO:"
        "#]],
    );
    let printed = ElementType::ALL
        .into_iter()
        .filter(|element| element.is_printed());
    let paragraphs = printed.map(|element| Paragraph::new(element, element.name()));
    let script = PlainScript {
        paragraphs: paragraphs.collect(),
        ..PlainScript::default()
    };
    let xml = between(&script, "main");
    let document = Document::parse(&xml).unwrap();
    let paragraphs = document
        .descendants()
        .filter(|node| node.has_tag_name("p") || node.has_tag_name("h2"));
    let classes: Vec<(String, &str)> = paragraphs
        .map(|node| (text(node), node.attribute("class").unwrap()))
        .collect();
    assert_eq!(classes.len(), 13);
    assert!(
        classes.iter().all(|(name, class)| name == class),
        "{classes:?}"
    );
}

#[test]
fn a_page_asks_for_nothing_from_elsewhere() {
    let page = html::print(&fountain::parse(DEMO).script);
    assert!(page.starts_with("<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"));
    for part in [
        "<script", "<link", "<img", "src=", "href=", "url(", "@import", "//",
    ] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn styles_are_elements_that_close_in_their_order() {
    check_styled("**bold *both***", "<b>bold </b><b><i>both</i></b>");
    check_styled("_under_ ~~gone~~", "<u>under</u> <s>gone</s>");
    check_styled("seen [[unseen]]", "seen ");
}

fn check_styled(source: &str, expected: &str) {
    let script = fountain::parse(source).script;
    let main = between(&script, "main");
    assert_eq!(
        main,
        format!("<main>\n<p class=\"action\">{expected}</p>\n</main>")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_text(lines in vec(("(\\PC|[<>&\"']){0,12}", 0..ElementType::ALL.len(), 0..64_u8), 0..8)) {
        let mut script = PlainScript::default();
        let mut expected = Vec::new();
        for (text, element, styles) in lines {
            let mut paragraph = Paragraph::new(ElementType::ALL[element], "");
            // What ends a line ends a paragraph, and is in none.
            let text = text.replace(['\u{2028}', '\u{2029}'], " ");
            let styles = Styles::from_bits(styles);
            paragraph.push(&text, styles);
            // A heading has its number on both sides.
            let is_numbered = paragraph.element == ElementType::SceneHeading;
            paragraph.attributes.scene_number = is_numbered.then(|| "<1&>".to_owned());
            if paragraph.element.is_printed() {
                let number = if is_numbered { "<1&><1&>" } else { "" };
                let text = if styles.is_printed() { text.as_str() } else { "" };
                expected.push(format!("{number}{text}"));
            }
            script.paragraphs.push(paragraph);
        }
        script.title_page = vec![TitleEntry { key: "Title".to_owned(), lines: vec!["<i>&amp;</i>".to_owned()] }];
        let xml = between(&script, "body");
        let document = Document::parse(&xml).map_err(|error| TestCaseError::fail(format!("{error} in {xml}")))?;
        let title = document.descendants().find(|node| node.has_tag_name("h1")).map(text);
        prop_assert_eq!(title.as_deref(), Some("<i>&amp;</i>"));
        let paragraphs = document.descendants().filter(|node| node.has_tag_name("p") || node.has_tag_name("h2"));
        prop_assert_eq!(paragraphs.map(text).collect::<Vec<String>>(), expected);
        let page = html::print(&script);
        prop_assert!(page.contains("<title>&lt;i&gt;&amp;amp;&lt;/i&gt;</title>"));
    }
}
