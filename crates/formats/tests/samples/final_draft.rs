//! Files as Final Draft and Fade In write them, against the Fountain of the same script.

use std::fs;

use scriptroom_formats::fdx::{Sourced, decode};
use scriptroom_formats::fountain;
use scriptroom_pages::Production;
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};

use super::{files, samples, say};

fn printed(script: &PlainScript) -> Vec<(ElementType, Option<String>, String)> {
    let paragraphs = script.paragraphs.iter().filter(|p| p.element.is_printed());
    paragraphs
        .map(|p| (p.element, p.attributes.scene_number.clone(), p.text()))
        .collect()
}

#[test]
fn final_draft_files_come_back_and_each_edit_stays_in_its_paragraph() {
    let Some(folder) = samples("screenplay-tools", 2, "Final Draft files") else {
        return;
    };
    let mut count = 0;
    let files = files(&folder, "fdx");
    assert_eq!(files.len(), 2);
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let document = decode(&bytes).unwrap();
        assert_eq!(document.diagnostics(), [], "{}", path.display());
        let script = document.script();
        let encode = |paragraphs: &[Paragraph]| {
            let sourced: Vec<Sourced<'_>> = paragraphs
                .iter()
                .zip(document.sources())
                .map(|(paragraph, source)| Sourced {
                    paragraph,
                    source: Some(*source),
                })
                .collect();
            document.encode(&script.title_page, &sourced)
        };
        assert!(encode(&script.paragraphs) == bytes, "{}", path.display());
        let mut remembered = script.paragraphs.clone();
        for (paragraph, source) in remembered.iter_mut().zip(document.sources()) {
            paragraph.attributes.source = u32::try_from(*source).ok();
        }
        let sourced: Vec<Sourced<'_>> = remembered.iter().map(Sourced::from).collect();
        let production = Production::of_writes(&document.entries());
        assert_eq!(production.problems, []);
        let produced = document.encode_produced(&script.title_page, &sourced, &production);
        assert!(produced == bytes, "{}", path.display());
        let whole = String::from_utf8(bytes).unwrap();
        for at in 0..script.paragraphs.len() {
            let mut paragraphs = script.paragraphs.clone();
            let text = paragraphs[at].text();
            let styles = paragraphs[at].runs.last().unwrap().styles;
            paragraphs[at].push("!", styles);
            let now = String::from_utf8(encode(&paragraphs)).unwrap();
            let end_of_text = format!("{text}</Text>");
            let mut expected = whole.match_indices(&end_of_text).map(|(found, _)| {
                let end = found + text.len();
                format!("{}!{}", &whole[..end], &whole[end..])
            });
            assert!(
                expected.any(|expected| expected == now),
                "{}: {text}",
                path.display()
            );
            count += 1;
        }
    }
    say(&format!(
        "samples: 2 of 2 Final Draft files run, {count} paragraphs edited"
    ));
}

#[test]
fn final_draft_files_say_what_the_fountain_of_the_same_script_says() {
    let Some(folder) = samples("screenplay-tools", 2, "Final Draft files") else {
        return;
    };
    let files = files(&folder, "fdx");
    assert_eq!(files.len(), 2);
    for path in files {
        let document = decode(&fs::read(&path).unwrap()).unwrap();
        let text = fs::read_to_string(path.with_extension("fountain")).unwrap();
        let fountain = fountain::parse(&text).script;
        assert_eq!(
            printed(document.script()),
            printed(&fountain),
            "{}",
            path.display()
        );
    }
}
