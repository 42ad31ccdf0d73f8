//! What a file reads as.

use expect_test::expect;
use scriptroom_formats::fdx::decode;
use scriptroom_paragraphs::{Paragraph, PlainScript};

use crate::fixtures::{COMPACT, EVERYTHING, Script};

fn line(paragraph: &Paragraph) -> String {
    let attributes = &paragraph.attributes;
    let mut line = format!("{}", paragraph.element);
    if attributes.depth > 0 {
        line += &format!(" {}", attributes.depth);
    }
    if let Some(number) = &attributes.scene_number {
        line += &format!(" #{number}");
    }
    if let Some(color) = attributes.color {
        line += &format!(" {color}");
    }
    for (on, name) in [(attributes.dual, " dual"), (attributes.joined, " joined")] {
        line += if on { name } else { "" };
    }
    line += ": ";
    for run in &paragraph.runs {
        let styles: Vec<&str> = run.styles.names().collect();
        line += &match styles.is_empty() {
            true => run.text.clone(),
            false => format!("{{{} {}}}", styles.join("+"), run.text),
        };
    }
    line
}

fn show(script: &PlainScript) -> String {
    let title = script.title_page.iter();
    let title = title.map(|entry| format!("{} = {}\n", entry.key, entry.lines.join(" / ")));
    let lines = script.paragraphs.iter().map(|p| line(p) + "\n");
    title.chain(lines).collect()
}

#[test]
fn everything_reads() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    assert_eq!(document.diagnostics(), []);
    expect![[r#"
        Title = The Harbour
        Credit = Written by
        Author = Mara & Jon
        Draft date = Second Draft
        Contact = 12 Pier Street / 555-1234
        new-act: {underline ACT ONE}
        note: On the act.
        section 2: The storm comes
        synopsis: Mara waits for the boat.
        scene-heading #1 #d0e1f2: Ext. Harbour & Pier - {bold Night}
        action: Rain. A boat{bold+italic  rolls} on 👩‍🚀 black <water> & oil…
        note: Can we see {bold rain}
        note joined: 
        note joined: at night?
        action: It sinks.
        action joined: It really does.
        action joined: {strike It comes back.}
        character: MARA
        parenthetical: (shouting)
        dialogue: Now!
        character dual: JON
        dialogue: Not {italic yet}!
        character: MARA
        dialogue: Hum.
        scene-heading #2: INT. SHED - DAY
        action: Dust.
        character: A
        dialogue: One.
        character dual: B
        dialogue: Two.
        page-break: 
        scene-heading #3A: INT. CABIN - LATER
        shot: Three days later
        action: A type that no settings know.
        action: 
        action: 
        shot: CLOSE ON THE LAMP
        cast-list: Mara, Jon
        lyrics:   Home, home  
        transition: CUT TO:
        centered: THE END
        note: Behind both blocks.
        end-of-act: END OF ACT ONE
        boneyard: Cut and kept, on nothing.
    "#]]
    .assert_eq(&show(document.script()));
}

#[test]
fn a_file_of_another_program_reads() {
    let document = decode(COMPACT.as_bytes()).unwrap();
    expect![[r#"
        scene-heading #1: INT. A
        action: No type.
        character: A
        dialogue: x
        character dual: B
        dialogue: y
        action: One{bold Two}
    "#]]
    .assert_eq(&show(document.script()));
}

#[test]
fn a_note_on_a_cue_does_not_part_it_from_its_speech() {
    let paragraph = |name: &str, text: &str| {
        format!("<Paragraph Type=\"{name}\"><Text>{text}</Text></Paragraph>")
    };
    let content = [
        paragraph("Character", "MARA"),
        paragraph("Parenthetical", "(low)"),
        paragraph("Dialogue", "Hum."),
        paragraph("Action", "Rain."),
    ];
    let note = format!(
        "<ScriptNote Range=\"0,4\">{}</ScriptNote>",
        paragraph("General", "Who?")
    );
    let file = format!(
        "<FinalDraft><Content>{}</Content><ScriptNotes>{note}</ScriptNotes></FinalDraft>",
        content.concat()
    );
    let document = decode(file.as_bytes()).unwrap();
    assert!(Script::of(&document).encode() == file.as_bytes());
    expect![[r#"
        character: MARA
        parenthetical: (low)
        dialogue: Hum.
        note: Who?
        action: Rain.
    "#]]
    .assert_eq(&show(document.script()));
}

#[test]
fn what_stands_beside_the_script_reads() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    let production = document.production();
    let text = |at: usize| document.script().paragraphs[at].text();
    let mut lines = vec![format!("version {:?}", production.version)];
    lines.push(format!("layout {:?}", production.page_layout));
    for element in production.elements {
        lines.push(format!("{} {:?}", element.name, element.behavior));
    }
    for scene in production.scenes {
        lines.push(format!(
            "{:?}: {:?} eighths, {:?}",
            text(scene.paragraph),
            scene.eighths,
            scene.summary
        ));
    }
    lines.push(format!("locked {:?}", production.locked_pages));
    lines.push(format!("revisions {:?}", production.revisions.len()));
    for note in production.notes {
        lines.push(format!(
            "note {:?} on {:?}",
            text(note.paragraph),
            note.range
        ));
    }
    lines.push(format!("{:?}", production.tags));
    lines.push(format!("{:?}", production.alternates));
    lines.push(format!("{:?}", production.smart_type));
    expect![[r#"
        version Some("6")
        layout [("BottomMargin", "72"), ("BreakDialogueAndActionAtSentences", "Yes"), ("DocumentLeading", "Normal"), ("TopMargin", "72"), ("Height", "11.00"), ("Width", "8.50")]
        Action [("PaginateAs", "Action"), ("ReturnKey", "Action"), ("Shortcut", "2")]
        Telop [("PaginateAs", "Shot"), ("ReturnKey", "Action"), ("Shortcut", "None")]
        "Ext. Harbour & Pier - Night": Some(9) eighths, ["What the scene is about."]
        "INT. SHED - DAY": Some(3) eighths, []
        locked [[("Deleted", "0"), ("LevelIndex", "0"), ("LockLevel", "0"), ("PageNumber", "1"), ("Position", "0")], [("Deleted", "0"), ("LevelIndex", "1"), ("LockLevel", "0"), ("PageNumber", "2"), ("Position", "120")], [("Deleted", "0"), ("LevelIndex", "0"), ("LockLevel", "1"), ("PageNumber", "2"), ("Position", "181")], [("Deleted", "1"), ("LevelIndex", "2"), ("LockLevel", "0"), ("PageNumber", "3"), ("Position", "190")]]
        revisions 2
        note "Can we see rain" on Some(83..89)
        note "On the act." on Some(0..7)
        note "Behind both blocks." on Some(312..319)
        note "Cut and kept, on nothing." on None
        [Tag { label: "The boat", category: "Vehicles", numbers: ["7"] }]
        [Alternate { id: "1", lines: ["Hum again."] }]
        [SmartTypeList { name: "Characters", entries: ["MARA", "JON"] }, SmartTypeList { name: "SceneIntros", entries: ["INT", "EXT"] }]"#]].assert_eq(&lines.join("\n"));
}
