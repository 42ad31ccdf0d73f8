//! Content in, update out: the update makes just that content of the state, and of a co-writer's state as well.

use proptest::prelude::*;
use scriptroom_formats::blocks;
use scriptroom_paragraphs::{Attributes, Color, ElementType, Paragraph, PlainScript, Styles};
use scriptroom_reader::answer;
use scriptroom_room::varint::write_buffer;
use scriptroom_script::{Edit, Options, Script};

fn request(operation: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    write_buffer(&mut out, operation.as_bytes());
    parts.iter().for_each(|part| write_buffer(&mut out, part));
    out
}

fn state_of(script: &PlainScript) -> Vec<u8> {
    let mut made = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    made.import(script);
    made.encode_state()
}

fn open(client_id: u64, updates: &[&[u8]]) -> Script {
    Script::load(
        Options {
            client_id,
            seed: client_id,
        },
        updates,
    )
    .expect("updates of a script")
}

fn rewritten(state: &[u8], wanted: &PlainScript) -> Vec<u8> {
    let wanted = blocks::encode(wanted);
    let operation = r#"{"operation":"rewrite","client":77,"seed":5}"#;
    answer(&request(operation, &[state, wanted.as_bytes()])).expect("an update")
}

fn without_ids(mut script: PlainScript) -> PlainScript {
    script
        .paragraphs
        .iter_mut()
        .for_each(|paragraph| paragraph.attributes.scene = None);
    script
}

fn paragraphs() -> impl Strategy<Value = Vec<Paragraph>> {
    let element = prop::sample::select(
        &[
            ElementType::SceneHeading,
            ElementType::Action,
            ElementType::Character,
            ElementType::Dialogue,
        ][..],
    );
    let words = prop::collection::vec(
        prop::sample::select(&["rain", "Anna", "🎬", "waits", "the"][..]),
        0..7,
    );
    let runs = prop::collection::vec((words, 0..4u8), 0..3);
    let color = prop::option::of(prop::sample::select(&[[0; 3], [1; 3]][..]));
    let paragraph =
        (element, runs, any::<bool>(), color).prop_map(|(element, runs, dual, color)| {
            let mut paragraph = Paragraph {
                element,
                attributes: Attributes {
                    dual: dual && element == ElementType::Character,
                    color: color
                        .map(Color)
                        .filter(|_| element == ElementType::SceneHeading),
                    ..Attributes::default()
                },
                ..Paragraph::default()
            };
            for (words, styles) in runs {
                paragraph.push(&words.join(" "), Styles::from_bits(styles));
            }
            paragraph
        });
    prop::collection::vec(paragraph, 1..12)
}

fn plain(paragraphs: Vec<Paragraph>) -> PlainScript {
    PlainScript {
        paragraphs,
        ..PlainScript::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn j4_any_content_becomes_any_other(old in paragraphs(), new in paragraphs()) {
        let (old, new) = (plain(old), plain(new));
        let state = state_of(&old);
        let update = rewritten(&state, &new);
        prop_assert_eq!(without_ids(open(9, &[&state, &update]).to_plain()), new);
    }

    #[test]
    fn j4_a_few_changes_leave_the_rest_alone(old in paragraphs(), new in paragraphs(), at in any::<prop::sample::Index>()) {
        let mut changed = old.clone();
        let at = at.index(old.len());
        changed.splice(at..at + 1, new);
        let state = state_of(&plain(old));
        let wanted = plain(changed);
        let update = rewritten(&state, &wanted);
        prop_assert_eq!(without_ids(open(9, &[&state, &update]).to_plain()), wanted);
    }
}

fn scene(words: &[&str]) -> PlainScript {
    let mut paragraphs = vec![Paragraph::new(
        ElementType::SceneHeading,
        "INT. HOUSE - DAY",
    )];
    paragraphs.extend(
        words
            .iter()
            .map(|words| Paragraph::new(ElementType::Action, *words)),
    );
    plain(paragraphs)
}

#[test]
fn j4_who_types_meanwhile_loses_nothing_and_the_words_that_stay_are_the_same() {
    let old = scene(&[
        "She waits by the door.",
        "It rains on the roof.",
        "He leaves.",
    ]);
    let state = state_of(&old);
    // A co-writer types into the line that stays and into the one that changes.
    let mut ben = open(2, &[&state]);
    let at = ben.text().find("waits").unwrap() as u32;
    ben.edit(&[Edit::text(at, at, "still ")], 0).unwrap();
    let at = ben.text().find("rains").unwrap() as u32;
    ben.edit(&[Edit::text(at, at, "always ")], 0).unwrap();
    let wanted = scene(&[
        "She waits by the door.",
        "It rains on the old roof.",
        "He goes.",
        "Dark.",
    ]);
    let update = rewritten(&state, &wanted);
    ben.apply_update(&update).unwrap();
    assert_eq!(
        ben.text(),
        "INT. HOUSE - DAY\nShe still waits by the door.\nIt always rains on the old roof.\nHe goes.\nDark."
    );
}

#[test]
fn j4_scenes_keep_their_ids_when_others_come_and_go() {
    let mut old = scene(&["One."]);
    old.paragraphs.extend(scene(&["Two."]).paragraphs);
    old.paragraphs[2] = Paragraph::new(ElementType::SceneHeading, "EXT. ROOF - NIGHT");
    let state = state_of(&old);
    let before = open(3, &[&state]);
    let ids: Vec<_> = before.scenes().into_iter().map(|scene| scene.id).collect();
    let mut wanted = without_ids(old.clone());
    wanted
        .paragraphs
        .insert(0, Paragraph::new(ElementType::Action, "FADE IN:"));
    wanted.paragraphs.insert(
        3,
        Paragraph::new(ElementType::SceneHeading, "INT. CELLAR - DAY"),
    );
    let after = open(4, &[&state, &rewritten(&state, &wanted)]);
    let scenes = after.scenes();
    assert_eq!(scenes.len(), 3);
    assert_eq!((&scenes[0].id, &scenes[2].id), (&ids[0], &ids[1]));
    assert_eq!(without_ids(after.to_plain()), wanted);
}

#[test]
fn j4_a_small_change_in_a_long_script_is_a_small_update() {
    let old = scriptroom_samples::generate(&scriptroom_samples::Options {
        seed: 7,
        pages: 120,
    });
    let state = state_of(&old);
    let mut wanted = old.clone();
    let last = wanted.paragraphs.len() - 3;
    wanted.paragraphs[last] = Paragraph::new(wanted.paragraphs[last].element, "Another line.");
    let update = rewritten(&state, &wanted);
    assert!(update.len() < 400, "{} bytes", update.len());
}
