//! A script that is imported reads back as it was.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles};
use scriptroom_script::{Edit, InsertedLine, Options, Script};

#[test]
fn styles_end_with_the_text_that_has_them() {
    let mut italic = Paragraph::new(ElementType::Action, "She waits ");
    italic.push("for ever.", Styles::ITALIC);
    let paragraphs = vec![
        italic,
        Paragraph::new(ElementType::Action, "It rains."),
        Paragraph::default(),
        Paragraph::new(ElementType::Character, "ANNA"),
    ];
    let plain = PlainScript {
        paragraphs,
        ..PlainScript::default()
    };
    let options = Options {
        client_id: 1,
        seed: 1,
    };
    let mut script = Script::new(options);
    script.import(&plain);
    assert_eq!(script.to_plain(), plain);
    let update = script.encode_state();
    let other = Options {
        client_id: 2,
        seed: 2,
    };
    let read = Script::load(other, &[update]).expect("a state");
    assert_eq!(read.to_plain(), plain);
}

/// Lines that are inserted together: at a paragraph's end, and in the middle of a styled one.
#[test]
fn styles_end_with_the_inserted_line_that_has_them() {
    let bold = InsertedLine {
        runs: vec![Run {
            text: "Loud.".to_owned(),
            styles: Styles::BOLD,
        }],
        ..InsertedLine::default()
    };
    let lines = [InsertedLine::new(""), bold, InsertedLine::new("A sign.")];
    let mut script = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    let mut insert = |at: u32, insert: &[InsertedLine]| {
        let (from, to, insert) = (at, at, insert.to_vec());
        script
            .edit(&[Edit::Replace { from, to, insert }], 0)
            .expect("an edit");
        let plain = script.to_plain();
        let styled = |paragraph: &Paragraph| {
            let runs = paragraph.runs.iter();
            let bold = runs.filter(|run| run.styles == Styles::BOLD);
            bold.map(|run| run.text.clone()).collect::<String>()
        };
        plain.paragraphs.iter().map(styled).collect::<Vec<_>>()
    };
    assert_eq!(insert(0, &lines), ["", "Loud.", ""]);
    // Behind a line break that has come within the bold words, too.
    assert_eq!(insert(6, &lines[1..]), ["", "Loud.Loud.", "", ""]);
    let plain = ["one ", "two", "three "].map(InsertedLine::new);
    assert_eq!(insert(4, &plain), ["", "Louone ", "", "d.Loud.", "", ""]);
}
