//! What was edited while a replica was away, and comes to it as one update.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run};
use scriptroom_script::{Edit, Options, Script};
use support::Editor;

fn options(client_id: u64) -> Options {
    Options {
        client_id,
        seed: client_id,
    }
}

fn import(script: &mut Script, element: ElementType, line: &str) {
    script.import(&PlainScript {
        paragraphs: vec![Paragraph {
            element,
            runs: vec![Run::plain(line.to_owned())],
            ..Paragraph::default()
        }],
        ..PlainScript::default()
    });
}

fn retype(script: &mut Script, paragraph: usize, element: ElementType) -> Vec<u8> {
    let retyped = Edit::SetElement {
        paragraphs: paragraph..paragraph + 1,
        element,
    };
    script.edit(&[retyped], 0).unwrap().update.unwrap()
}

/// Where two have retyped it, and one takes that back, a heading has no id but that of its mark. When its strip moved, that was given out for
/// what the mark had said before.
#[test]
fn a_heading_that_is_moved_and_becomes_action_opens_no_scene() {
    let mut anna = Script::new(options(1));
    import(&mut anna, ElementType::Action, "INT. ONE");
    import(&mut anna, ElementType::SceneHeading, "INT. TWO");
    retype(&mut anna, 0, ElementType::SceneHeading);
    let mut ben = Script::load(options(2), &[anna.encode_state()]).unwrap();
    for element in [ElementType::Action, ElementType::SceneHeading] {
        let update = retype(&mut ben, 0, element);
        anna.apply_update(&update).unwrap();
    }
    let undone = anna.undo().unwrap().update.unwrap();
    ben.apply_update(&undone).unwrap();
    let [one, _] = &ben.scenes()[..] else {
        panic!("there are two scenes");
    };
    let known = anna.state_vector();
    ben.move_scene(&one.id, None, 0).unwrap();
    retype(&mut ben, 1, ElementType::Action);
    let mut editor = Editor::of(&anna);
    let update = ben.encode_diff(&known).unwrap();
    editor.apply(&anna.apply_update(&update).unwrap());
    editor.check(&anna);
    anna.check();
    assert_eq!(anna.text(), "INT. TWO\nINT. ONE");
    assert_eq!(anna.scenes(), ben.scenes());
    assert_eq!(anna.scenes().len(), 1);
}
