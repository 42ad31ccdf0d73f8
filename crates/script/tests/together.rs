//! What was edited while a replica was away, and comes to it as one update.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles};
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

/// Styles that come together with the deletion of what they were given show nowhere, until somebody's key from before comes between them.
#[test]
fn a_key_that_comes_into_styles_around_nothing_has_them() {
    let mut anna = Script::new(options(1));
    import(&mut anna, ElementType::Action, "The light goes out.");
    let state = anna.encode_state();
    let mut ben = Script::load(options(2), std::slice::from_ref(&state)).unwrap();
    let mut cara = Script::load(options(3), &[state]).unwrap();
    let known = ben.state_vector();
    let italic = Edit::Format {
        from: 4,
        to: 9,
        style: Styles::ITALIC,
        on: true,
    };
    let styled = anna.edit(&[italic], 0).unwrap().update.unwrap();
    cara.apply_update(&styled).unwrap();
    let key = cara.edit(&[Edit::text(6, 6, "x")], 0).unwrap();
    anna.edit(&[Edit::text(4, 9, "")], 0).unwrap();
    let mut editor = Editor::of(&ben);
    let rest = anna.encode_diff(&known).unwrap();
    for update in [rest, key.update.unwrap()] {
        editor.apply(&ben.apply_update(&update).unwrap());
        editor.check(&ben);
        ben.check();
    }
    assert_eq!(ben.text(), "The x goes out.");
    assert_eq!(ben.runs(4..5)[0].styles, Styles::ITALIC);
}
