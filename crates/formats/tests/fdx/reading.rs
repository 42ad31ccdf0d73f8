//! What a file reads as.

use expect_test::expect;
use scriptroom_formats::fdx::{decode, encode};
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
        Title = _The Harbour_
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

/// The title page of a file, a line for each: `-` at the left, else in the middle.
fn title_page(lines: &[&str]) -> String {
    let paragraph = |line: &&str| match line.strip_prefix('-') {
        Some(line) => format!("<Paragraph Alignment=\"Left\">{line}</Paragraph>"),
        None => format!("<Paragraph Alignment=\"Center\">{line}</Paragraph>"),
    };
    let lines: String = lines.iter().map(paragraph).collect();
    format!("<FinalDraft><Content/><TitlePage><Content>{lines}</Content></TitlePage></FinalDraft>")
}

#[test]
fn a_title_and_an_address_may_have_colons_stars_and_styles() {
    let file = title_page(&[
        "<Text Style=\"Bold+Underline\">Ferry:</Text><Text> The M*A*S*H Years</Text>",
        "",
        "<Text>by</Text>",
        "<Text>J</Text>",
        "-",
        "-<Text>Pier Agency</Text>",
        "-<Text>Phone: 555-1234</Text>",
        "-<Text>j_b@c.d, j_b_c@d.e</Text>",
        "-",
        "-<Text>Episode: 12: Pilot</Text>",
    ]);
    let document = decode(file.as_bytes()).unwrap();
    let expected = expect![[r"
        Title = **_Ferry:_** The M\*A\*S\*H Years
        Credit = by
        Author = J
        Contact = Pier Agency / Phone: 555-1234 / j\_b@c.d, j\_b\_c@d.e
        Episode = 12: Pilot
    "]];
    expected.assert_eq(&show(document.script()));
    assert_eq!(Script::of(&document).encode(), file.as_bytes());
    // A new file says it in its own words, and without a mark.
    let bytes = encode(document.script());
    expected.assert_eq(&show(decode(&bytes).unwrap().script()));
    let xml = String::from_utf8(bytes).unwrap();
    let page = &xml[xml.find("<TitlePage>").unwrap()..];
    let texts = page.lines().map(str::trim);
    let texts = texts.filter(|line| line.starts_with("<Text") && *line != "<Text></Text>");
    expect![[r#"
        <Text Style="Bold+Underline">Ferry:</Text>
        <Text> The M*A*S*H Years</Text>
        <Text>by</Text>
        <Text>J</Text>
        <Text>Pier Agency</Text>
        <Text>Phone: 555-1234</Text>
        <Text>j_b@c.d, j_b_c@d.e</Text>
        <Text>Episode: 12: Pilot</Text>"#]]
    .assert_eq(&texts.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_line_of_the_title_page_gets_and_loses_styles() {
    let file = title_page(&["<Text>Ferry</Text>", "", "<Text Style=\"Bold\">by</Text>"]);
    let document = decode(file.as_bytes()).unwrap();
    let mut entries = document.script().title_page.clone();
    entries[0].lines[0] = "*Ferry*".to_owned();
    entries[1].lines[0] = "by".to_owned();
    let now = Script::of(&document).encode_with(&entries);
    let expected = title_page(&[
        "<Text Style=\"Italic\">Ferry</Text>",
        "",
        "<Text Style=\"\">by</Text>",
    ]);
    assert_eq!(String::from_utf8(now).unwrap(), expected);
}
