//! A script that is imported reads back as it was.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use scriptroom_script::{Options, Script};

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
