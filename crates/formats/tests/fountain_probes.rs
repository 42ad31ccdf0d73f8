//! What other parsers get wrong, and the rules that are easy to break: one case each.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use scriptroom_formats::fountain::{carried, parse, print};
use scriptroom_paragraphs::{PlainScript, Styles};

/// One line a paragraph: its type, its attributes, its text with styles in braces.
fn dump(script: &PlainScript) -> String {
    let mut out = String::new();
    for entry in &script.title_page {
        let _ = writeln!(out, "{}: {}", entry.key, entry.lines.join(" | "));
    }
    for paragraph in &script.paragraphs {
        let a = &paragraph.attributes;
        out.push_str(if a.joined { "+" } else { "" });
        out.push_str(paragraph.element.name());
        let _ = a
            .scene_number
            .iter()
            .try_for_each(|number| write!(out, " #{number}"));
        out.push_str(if a.dual { " ^" } else { "" });
        out.push_str(&"#".repeat(usize::from(a.depth)));
        out.push('|');
        for run in &paragraph.runs {
            if run.styles == Styles::NONE {
                out.push_str(&run.text);
            } else {
                let names: Vec<&str> = run.styles.names().collect();
                let _ = write!(out, "{{{}: {}}}", names.join(" "), run.text);
            }
        }
        out.push_str("|\n");
    }
    out
}

fn check(text: &str, expected: Expect) {
    let script = parse(text).script;
    expected.assert_eq(&dump(&script));
    assert_eq!(carried(&script), script);
    assert_eq!(dump(&parse(&print(&script)).script), dump(&script));
}

#[test]
fn text_after_the_boneyard_survives() {
    check(
        "/* gone */ He walks.\n",
        expect![[r#"
        boneyard| gone |
        +action| He walks.|
    "#]],
    );
    check(
        "He /* gone */ walks.\n",
        expect![[r#"
        action|He {boneyard:  gone } walks.|
    "#]],
    );
    check(
        "He walks. /* gone\nand gone\n\nINT. X */ home.\n",
        expect![[r#"
        action|He walks. {boneyard:  gone}|
        +boneyard|and gone|
        +boneyard||
        +boneyard|INT. X |
        +action| home.|
    "#]],
    );
    check(
        "One.\n\n/*\nINT. X\n\nTwo.\n*/\nEXT. Y\n\nThree.\n",
        expect![[r#"
        action|One.|
        boneyard|INT. X|
        +boneyard||
        +boneyard|Two.|
        scene-heading|EXT. Y|
        action|Three.|
    "#]],
    );
    check(
        "BOB\n/* a\nb */\nHello.\n/* c */ there.\n",
        expect![[r#"
        character|BOB|
        +boneyard| a|
        +boneyard|b |
        dialogue|Hello.|
        dialogue|{boneyard:  c } there.|
    "#]],
    );
    check(
        "Never /* closed.\n\nINT. X\n",
        expect![[r#"
        action|Never /* closed.|
        scene-heading|INT. X|
    "#]],
    );
}

#[test]
fn headings() {
    check(
        "INT HOUSE\n\nINTERNAL\n\nI/E CAR - DAY #12A#\n\n.CLOSER\n\n...and then\n\n.\n",
        expect![[r#"
        scene-heading|INT HOUSE|
        action|INTERNAL|
        scene-heading #12A|I/E CAR - DAY|
        scene-heading|CLOSER|
        action|...and then|
        action|.|
    "#]],
    );
    check(
        "A line.\nINT. NOT A HEADING\n\nint. cellar #1# \nRight under.\n",
        expect![[r#"
        action|A line.|
        +action|INT. NOT A HEADING|
        scene-heading #1|int. cellar|
        +action|Right under.|
    "#]],
    );
    check(
        "INT. X #104# [[COLOR BLUE]]\n\n.Y [[a]] #5#\n\nINT. Z #6# [[a]]\\\n",
        expect![[r#"
            scene-heading #104|INT. X {note: COLOR BLUE}|
            scene-heading #5|Y {note: a}|
            scene-heading|INT. Z #6# {note: a}|
        "#]],
    );
    check(
        "INT. X #1#\\\n\n.\\\n\n.\\ X\n",
        expect![[r#"
        scene-heading|INT. X #1#|
        scene-heading||
        scene-heading| X|
    "#]],
    );
}

#[test]
fn cues() {
    check(
        "MR. SMITH\na\n\nO'BRIEN\nb\n\nDEALER #2\nc\n\n23 SKIDOO\nd\n\n23\ne\n\nHANS (on the radio)\nf\n\n@McCLANE\ng\n",
        expect![[r#"
            character|MR. SMITH|
            dialogue|a|
            character|O'BRIEN|
            dialogue|b|
            character|DEALER #2|
            dialogue|c|
            character|23 SKIDOO|
            dialogue|d|
            action|23|
            +action|e|
            character|HANS (on the radio)|
            dialogue|f|
            character|McCLANE|
            dialogue|g|
        "#]],
    );
    check(
        "BOB\nLOUD WORDS\nMORE OF THEM\n\nSTEEL ^\nNow.\n\nBOSS\n",
        expect![[r#"
        character|BOB|
        dialogue|LOUD WORDS|
        dialogue|MORE OF THEM|
        character ^|STEEL|
        dialogue|Now.|
        action|BOSS|
    "#]],
    );
    check(
        "@\nNobody's words.\n\n@BOB\n\nHe leaves.\n\n@花子\nはい\n",
        expect![[r#"
        dialogue|Nobody's words.|
        character|BOB|
        action|He leaves.|
        character|花子|
        dialogue|はい|
    "#]],
    );
}

#[test]
fn speeches() {
    check(
        "DAN\n(beat)\nOne.\n  \nTwo.\n    \n(loud)\n~ la la\n\nAction.\n",
        expect![[r#"
        character|DAN|
        parenthetical|(beat)|
        dialogue|One.|
        dialogue||
        dialogue|Two.|
        dialogue|  |
        parenthetical|(loud)|
        lyrics|la la|
        action|Action.|
    "#]],
    );
    check(
        "DAN\n(\\beat\\)\n\\(not one)\n[[note]]\nOn.\n===\nNot spoken.\n",
        expect![[r#"
        character|DAN|
        parenthetical|beat|
        dialogue|(not one)|
        +note|note|
        dialogue|On.|
        page-break||
        +action|Not spoken.|
    "#]],
    );
}

#[test]
fn transitions() {
    check(
        "CUT TO:\n\nCUT TO: \n\n> FADE OUT.\n\n> CUT TO: \\\n\nCUT TO:\nAway.\n",
        expect![[r#"
        transition|CUT TO:|
        action|CUT TO: |
        transition|FADE OUT.|
        transition|CUT TO: |
        action|CUT TO:|
        +action|Away.|
    "#]],
    );
}

#[test]
fn notes() {
    check(
        "He [[why?]] leaves.\n\n[[Alone]]\n\n[[Two\nlines]]\n[[Another]]\n",
        expect![[r#"
        action|He {note: why?} leaves.|
        note|Alone|
        note|Two|
        +note|lines|
        note|Another|
    "#]],
    );
    check(
        "He leaves. [[One\n  \nlast.]] Bye.\n\nHe [[never ends.\n\nIt does.]]\n",
        expect![[r#"
        action|He leaves. {note: One}|
        +note||
        +action|{note: last.} Bye.|
        action|He {note: never ends.}|
        action|It does.]]|
    "#]],
    );
    check(
        "INT. X [[check]] #4#\n\nJACK [[who?]]\nHi.\n",
        expect![[r#"
        scene-heading #4|INT. X {note: check}|
        character|JACK {note: who?}|
        dialogue|Hi.|
    "#]],
    );
}

#[test]
fn the_title_page() {
    check(
        "FADE IN:\n\nINT. X\n",
        expect![[r#"
        action|FADE IN:|
        scene-heading|INT. X|
    "#]],
    );
    check(
        "Title: X\n \nFADE IN:\n\nINT. X\n",
        expect![[r#"
            Title: X | 
            action|FADE IN:|
            scene-heading|INT. X|
        "#]],
    );
    check(
        "FADE IN:\nA house.\n",
        expect![[r#"
            action|FADE IN:|
            +action|A house.|
        "#]],
    );
    check(
        "Title:\n    _**BIG**_\n\n    not part\n",
        expect![[r#"
        Title: _**BIG**_
        action|    not part|
    "#]],
    );
    check(
        "Title: A: B\nContact:\n\tx\n  \n      y\nNo entry.\n",
        expect![[r#"
        Title: A: B
        Contact: x |  |   y
        action|No entry.|
    "#]],
    );
}

#[test]
fn emphasis() {
    check(
        "*a* **b** ***c*** _d_ ~~e~~ **f *g* h**\n",
        expect![[r#"
        action|{italic: a} {bold: b} {bold italic: c} {underline: d} {strike: e} {bold: f }{bold italic: g}{bold:  h}|
    "#]],
    );
    check(
        "Spaces * beside * marks _ disable _ them, 2 * 3 * 4.\n",
        expect![[r#"
        action|Spaces * beside * marks _ disable _ them, 2 * 3 * 4.|
    "#]],
    );
    check(
        "He dialed *69 and then *23, and then hung up.\n",
        expect![[r#"
        action|He dialed *69 and then *23, and then hung up.|
    "#]],
    );
    check(
        "**\\*9765\\*** and *69\\*.\n",
        expect![[r#"
        action|{bold: *9765*} and *69*.|
    "#]],
    );
    check(
        "**over *lap** ping*, snake_case_name, C:\\dir\n",
        expect![[r#"
        action|{bold: over }{bold italic: lap}{italic:  ping}, snake{underline: case}name, C:\dir|
    "#]],
    );
    check(
        "*one\ntwo*\n",
        expect![[r#"
        action|*one|
        +action|two*|
    "#]],
    );
}

#[test]
fn breaks_shots_and_the_rest() {
    check(
        "===\n\n=== 12A\n\n!! CLOSE ON HAND\n\n!INT. NOT ONE\n\n!\n\n> mid <\n",
        expect![[r#"
        page-break||
        page-break|12A|
        shot|CLOSE ON HAND|
        action|INT. NOT ONE|
        action||
        centered|mid|
    "#]],
    );
    check(
        "# Act\n## Seq\n= What it is about.\nINT. X\n\n####### deep\n\n~ a\n~ b\n",
        expect![[r#"
        section#|Act|
        +section##|Seq|
        +synopsis|What it is about.|
        scene-heading|INT. X|
        section######|# deep|
        lyrics|a|
        +lyrics|b|
    "#]],
    );
    check(
        "![[=general]]Free.\n\n![[=cast-list]]ANN, BOB\n\n> [[=new-act]]ACT ONE <\n\n> [[=end-of-act]]END <\n",
        expect![[r#"
        general|Free.|
        cast-list|ANN, BOB|
        new-act|ACT ONE|
        end-of-act|END|
    "#]],
    );
}

#[test]
fn empty_lines() {
    check(
        "\n\nOne.\nTwo.\n\n\n\nThree.\n\n\nINT. X\n\n\n",
        expect![[r#"
        action|One.|
        +action|Two.|
        action||
        action||
        action|Three.|
        scene-heading|INT. X|
    "#]],
    );
}

#[test]
fn diagnostics_name_the_line() {
    let messages = |text: &str| {
        let diagnostics = parse(text).diagnostics;
        diagnostics
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    expect![
        "line 3, column 5: expected `]]` before the blank line; the note that starts with `[[` ends there"
    ]
    .assert_eq(&messages("One.\n\nTwo [[note\nmore\n\nThree.\n"));
    expect!["line 2, column 5: expected `*/` after `/*`; it is read as text"]
        .assert_eq(&messages("One.\nTwo /* x\n"));
    expect![""].assert_eq(&messages("[[a\nb]] /* c\n\nd */\n"));
}
