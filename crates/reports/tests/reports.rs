//! Scripts in, reports out.

use expect_test::{Expect, expect};
use scriptroom_formats::fountain;
use scriptroom_pages::{Paginator, Settings};
use scriptroom_reports::{Kind, Report};

const SCRIPT: &str = "\
INT. FERRY, CAR DECK - NIGHT #7A#

Rain. [[not counted]]

ANA (V.O.)
We are late.

BEN ^
(looking up)
=SUM(A1) is late!

EXT. FERRY, CAR DECK - DAY

ANA
Ben \"the boat\" waits, too.

INT. HARBOUR

Nobody, but

=BEN
";

fn report(text: &str) -> Report {
    let script = fountain::parse(text).script.paragraphs;
    Report::of(&script, &Paginator::new(&script, Settings::default()))
}

fn check(kind: Kind, expected: Expect) {
    expected.assert_eq(&report(SCRIPT).table(kind).to_csv().replace("\r\n", "\n"));
}

#[test]
fn the_whole_in_figures() {
    check(
        Kind::Summary,
        expect![[r#"
        figure,value
        pages,1
        scenes,3
        minutes,0.5
        characters,2
        locations,2
        speeches,3
        words,32
        spoken_words,11
    "#]],
    );
}

#[test]
fn scenes() {
    check(
        Kind::Scenes,
        expect![[r#"
        scene,number,setting,location,time,page,eighths,minutes,words,speeches,characters
        1,7A,INT,"FERRY, CAR DECK",NIGHT,1,2,0.25,17,2,ANA; BEN
        2,,EXT,"FERRY, CAR DECK",DAY,1,1,0.125,11,1,ANA
        3,,INT,HARBOUR,,1,1,0.125,4,0,
    "#]],
    );
}

#[test]
fn characters() {
    check(
        Kind::Characters,
        expect![[r#"
        character,speeches,words,scenes,first_page,last_page
        ANA,2,8,2,1,1
        BEN,1,3,1,1,1
    "#]],
    );
}

#[test]
fn locations() {
    check(
        Kind::Locations,
        expect![[r#"
        location,settings,scenes,eighths,minutes
        "FERRY, CAR DECK",INT; EXT,2,3,0.375
        HARBOUR,INT,1,1,0.125
    "#]],
    );
}

#[test]
fn who_speaks_how_much() {
    check(
        Kind::Dialogue,
        expect![[r#"
        character,words,percent
        ANA,8,72.7
        BEN,3,27.3
    "#]],
    );
}

#[test]
fn who_speaks_where() {
    check(
        Kind::Matrix,
        expect![[r#"
        character,7A,2,3
        ANA,1,1,0
        BEN,1,0,0
    "#]],
    );
}

#[test]
fn a_script_without_anything_has_reports() {
    for kind in Kind::ALL {
        let table = report("").table(kind);
        assert_eq!(Kind::named(kind.name()), Some(kind));
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.columns.len())
        );
    }
}

#[test]
fn no_cell_is_a_formula_to_a_spreadsheet() {
    let report = report("INT. HOUSE\n\n@=HYPERLINK(\"x\")\nYes.\n\n@-2+3\nNo.\n");
    let csv = report.table(Kind::Characters).to_csv();
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
    assert!(csv.contains("'-2+3"), "{csv}");
}

#[test]
fn sums_agree_with_each_other() {
    let options = scriptroom_samples::Options { seed: 3, pages: 40 };
    let script = scriptroom_samples::generate(&options).paragraphs;
    let report = Report::of(&script, &Paginator::new(&script, Settings::default()));
    let of_scenes: usize = report
        .scenes
        .iter()
        .flat_map(|scene| &scene.speeches)
        .map(|(_, count)| count)
        .sum();
    let of_characters: usize = report.characters.iter().map(|who| who.speeches).sum();
    assert_eq!(of_scenes, of_characters);
    assert!(of_characters > 100);
    let appearances: usize = report.scenes.iter().map(|scene| scene.speeches.len()).sum();
    assert_eq!(
        appearances,
        report
            .characters
            .iter()
            .map(|who| who.scenes)
            .sum::<usize>()
    );
    let of_each: usize = report.characters.iter().map(|who| who.words).sum();
    assert_eq!(of_each, report.spoken_words);
}
