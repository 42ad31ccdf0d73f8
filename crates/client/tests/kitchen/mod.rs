//! A short script for tests of comments: words before the first scene, and a scene in a kitchen.

use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Edit, InsertedLine, Options, Script};

/// The script, as client 1 has written it.
pub(crate) fn script() -> Script {
    let mut script = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    let edit = Edit::Replace {
        from: 0,
        to: 0,
        insert: vec![
            InsertedLine::new("FADE IN:"),
            InsertedLine::of(ElementType::SceneHeading, "INT. KITCHEN - DAY"),
            InsertedLine::of(ElementType::Action, "She waits at the window."),
        ],
    };
    script.edit(&[edit], 0).expect("it can be made");
    script
}
