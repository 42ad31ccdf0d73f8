//! What a file says of a production, read as entries of the script and written where the script says another.

use std::fmt::Write as _;

use expect_test::expect;
use scriptroom_formats::fdx::{self, Document, decode};
use scriptroom_pages::{Anchor, LockedPage, Preset, Production, RevisedText, Revision, Write};
use scriptroom_paragraphs::{ElementType, Paragraph, SettingValue};
use scriptroom_samples::{Options, generate};

use crate::fixtures::{COMPACT, EVERYTHING, OWN_LOOKS, Script, files};

fn production_of(document: &Document) -> Production {
    Production::of_writes(&document.entries())
}

/// The entries, each place with the text that stands there.
fn show(document: &Document) -> String {
    let paragraphs = &document.script().paragraphs;
    let at = |anchor: &Anchor| -> String {
        let text: Vec<u16> = paragraphs[anchor.paragraph].text().encode_utf16().collect();
        let (before, behind) = text.split_at(anchor.offset_utf16 as usize);
        [before, behind].map(String::from_utf16_lossy).join("|")
    };
    let mut out = String::new();
    for (name, write) in document.entries() {
        let write = match write {
            Write::Gone => "gone".to_owned(),
            Write::Value(value) => value.to_string(),
            Write::Point(place, number) => format!("{} ({number})", at(&place)),
            Write::Stretch(from, to, number) => format!("{} .. {} ({number})", at(&from), at(&to)),
        };
        let _ = writeln!(out, "{name}: {write}");
    }
    out
}

#[test]
fn a_files_production_reads_as_entries() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    expect![[r#"
        source-produced: true
        source-colored: true
        preset: "final-draft"
        look:1: "centered breaks-as=action of 36"
        locked: true
        l:1: |ACT ONE (65536)
        l:2: Rain. A boat rolls on 👩‍🚀 black <water> &| oil… (131072)
        l:2A: |INT. SHED - DAY (196608)
        numbered: true
        n:1: true
        n:2: true
        n:3A: true
        v:2.name: "Pink"
        v:2.color: "Pink"
        v:2.date: ""
        v:2.mark: "*"
        m:0: Rain. |A boat rolls on 👩‍🚀 black <water> & oil… .. Rain. A boat| rolls on 👩‍🚀 black <water> & oil… (2)
    "#]].assert_eq(&show(&document));
    let document = decode(COMPACT.as_bytes()).unwrap();
    expect![[r#"
        source-produced: true
        source-colored: true
        preset: "final-draft"
    "#]]
    .assert_eq(&show(&document));
}

/// A file without the numbers of its ranges and positions.
fn without_places(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = ["Range=\"", "Position=\""]
        .iter()
        .filter_map(|name| Some(rest.find(name)? + name.len()))
        .min()
    {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('"').unwrap()..];
    }
    out + rest
}

#[test]
fn what_a_file_says_comes_back_byte_for_byte_and_an_edit_changes_its_paragraph_alone() {
    for (name, bytes) in files() {
        let document = decode(&bytes).unwrap();
        let production = production_of(&document);
        let unedited = Script::of(&document).encode_produced(&production);
        assert!(unedited == bytes, "{name}");
        let is_text = std::str::from_utf8(&bytes).is_ok()
            && !name.contains("Windows")
            && !name.contains("UTF-16");
        for at in 0..document.script().paragraphs.len() {
            let mut script = Script::of(&document);
            if !is_text || script.paragraphs[at].0.element == ElementType::PageBreak {
                continue;
            }
            let text = script.paragraphs[at].0.text();
            script.set_text(at, &format!("{text}<é>"));
            let now = String::from_utf8(script.encode_produced(&production)).unwrap();
            let (was, now) = (std::str::from_utf8(&bytes).unwrap(), now);
            let (was, now) = (without_places(was), without_places(&now));
            let before = was
                .bytes()
                .zip(now.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            let behind = was.bytes().rev().zip(now.bytes().rev());
            let left = was.len().min(now.len()) - before;
            let behind = behind.take(left).take_while(|(a, b)| a == b).count();
            let changed = &now[before..now.len() - behind];
            assert!(!changed.contains("<Paragraph"), "{name}, {at}: {changed}");
        }
    }
}

#[test]
fn a_lock_moves_with_its_text() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    let mut production = production_of(&document);
    let mut script = Script::of(&document);
    let new = Paragraph::new(ElementType::Action, "Before all of it. 👩‍🚀");
    script.paragraphs.insert(2, (new, None));
    for lock in &mut production.locks[1..] {
        lock.start.paragraph += 1;
    }
    for revised in &mut production.revised {
        revised.paragraph += 1;
    }
    let again = decode(&script.encode_produced(&production)).unwrap();
    let now = production_of(&again);
    assert_eq!(now.locks, production.locks);
    assert_eq!(now.revised, production.revised);
}

/// The lines of the file that are others once its script has this production.
fn check(change: impl Fn(&Document, &mut Production)) -> String {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    let mut production = production_of(&document);
    change(&document, &mut production);
    let bytes = Script::of(&document).encode_produced(&production);
    let again = decode(&bytes).unwrap();
    assert_eq!(again.script(), document.script());
    let read = production_of(&again);
    let settings = |production: &Production| production.settings.setup().settings();
    assert_eq!(settings(&read), settings(&production));
    assert_eq!(read.is_locked, production.is_locked);
    assert_eq!(read.locks, production.locks);
    assert_eq!(read.revisions, production.revisions);
    assert_eq!(read.revising, production.revising);
    assert_eq!(read.revised, production.revised);
    let same = Script::of(&again).encode_produced(&read);
    assert!(same == bytes, "what was written comes back");
    let now = String::from_utf8(bytes).unwrap();
    let old: Vec<&str> = EVERYTHING.lines().collect();
    let new: Vec<&str> = now.lines().collect();
    let gone = old.iter().filter(|line| !new.contains(line));
    let came = new.iter().filter(|line| !old.contains(line));
    let gone = gone.map(|line| format!("-{line}\n"));
    gone.chain(came.map(|line| format!("+{line}\n"))).collect()
}

#[test]
fn another_page_is_written_where_it_differs_and_nowhere_else() {
    let another = |_: &Document, production: &mut Production| {
        let number = SettingValue::Number;
        let text = |text: &str| SettingValue::Text(text.to_owned());
        let overrides = [
            ("height".to_owned(), number(842)),
            ("top-margin".to_owned(), number(60)),
            ("more".to_owned(), SettingValue::Flag(false)),
            ("contd".to_owned(), text("(cont’d)")),
            ("scene-top".to_owned(), text("\"CONTINUED\"")),
            ("first-page-number".to_owned(), number(4)),
            ("action.space-before".to_owned(), number(24)),
            ("dialogue.left".to_owned(), number(260)),
            ("dialogue.line-spacing".to_owned(), number(150)),
            ("shot.breaks-as".to_owned(), text("scene-heading")),
            ("centered.space-before".to_owned(), number(24)),
        ];
        production.settings =
            scriptroom_pages::Settings::with_overrides(Preset::FinalDraft, &overrides).unwrap();
    };
    expect![[r#"
        -  <PageLayout BottomMargin="72" BreakDialogueAndActionAtSentences="Yes" DocumentLeading="Normal" TopMargin="72">
        -    <PageSize Height="11.00" Width="8.50"/>
        +  <PageLayout BottomMargin="72" BreakDialogueAndActionAtSentences="Yes" DocumentLeading="Normal" TopMargin="60">
        +    <PageSize Height="11.6945" Width="8.50"/>
        +    <ParagraphSpec Alignment="Left" LeftIndent="1.50" RightIndent="7.50" SpaceBefore="24" Spacing="1" StartsNewPage="No"/>
        +  <HeaderAndFooter StartingPage="4">
        +  </HeaderAndFooter>
        +  <MoresAndContinueds>
        +    <DialogueBreaks BottomOfPage="No" DialogueTop="(cont’d)"/>
        +    <SceneBreaks SceneTopOfNext="Yes" SceneTop="&quot;CONTINUED&quot;"/>
        +  </MoresAndContinueds>
        +  <ElementSettings Type="Dialogue">
        +    <ParagraphSpec LeftIndent="2.60" Spacing="1.50"/>
        +  <ElementSettings Type="Shot">
        +    <Behavior PaginateAs="Scene Heading"/>
    "#]].assert_eq(&check(another));
}

#[test]
fn pages_are_locked_unlocked_and_locked_anew() {
    let unlocked = check(|_, production| {
        production.is_locked = false;
        production.locks.clear();
    });
    expect![[r#"
        -    <LockedPage Deleted="0" LevelIndex="0" LockLevel="0" PageNumber="1" Position="0"/>
        -    <LockedPage Deleted="0" LevelIndex="1" LockLevel="0" PageNumber="2" Position="120"/>
        -    <LockedPage Deleted="0" LevelIndex="0" LockLevel="1" PageNumber="2" Position="181"/>
        -    <LockedPage Deleted="1" LevelIndex="2" LockLevel="0" PageNumber="3" Position="190"/>
    "#]]
    .assert_eq(&unlocked);
    let more = check(|document, production| {
        let last = document.script().paragraphs.len() - 2;
        production.locks.remove(1);
        production.locks.push(LockedPage {
            label: "3".to_owned(),
            start: Anchor {
                paragraph: last,
                offset_utf16: 4,
            },
            right_start: None,
        });
    });
    expect![[r#"
        -    <LockedPage Deleted="0" LevelIndex="1" LockLevel="0" PageNumber="2" Position="120"/>
        +    <LockedPage Deleted="0" LevelIndex="2" LockLevel="0" PageNumber="3" Position="321"/>
    "#]]
    .assert_eq(&more);
}

/// Pages that come between lettered ones: in as a file has them, in another file, and out as they came.
#[test]
fn pages_with_more_than_one_letter_come_in_and_go_out() {
    let locked = |level: usize, index: usize, page: &str| {
        format!(
            "<LockedPage Deleted=\"0\" LevelIndex=\"{index}\" LockLevel=\"{level}\" PageNumber=\"{page}\" Position=\"181\"/>"
        )
    };
    let own = locked(1, 0, "2");
    let labels_with = |more: &[(usize, usize, &str)]| -> Vec<String> {
        let more = more
            .iter()
            .map(|(level, index, page)| locked(*level, *index, page));
        let file = EVERYTHING.replace(&own, &(own.clone() + &more.collect::<String>()));
        let document = decode(file.as_bytes()).unwrap();
        let production = production_of(&document);
        let script = Script::of(&document);
        assert!(script.encode_produced(&production) == file.as_bytes());
        let locks = production.locks.iter();
        locks.map(|lock| lock.label.clone()).collect()
    };
    assert_eq!(
        labels_with(&[(2, 0, "2A"), (2, 1, "2A"), (3, 0, "2AB"), (1, 1, "2")]),
        ["1", "2", "2A", "2AA", "2AB", "2ABA", "2B"]
    );
    // Where the number has no letters, it is behind the page that the file said before.
    assert_eq!(
        labels_with(&[(2, 0, "2"), (1, 1, "2"), (2, 2, "2")]),
        ["1", "2", "2A", "2AA", "2B", "2BC"]
    );
    // What is behind no page, or deeper than any label is long, stays what it is in the file.
    assert_eq!(
        labels_with(&[(2, 0, "7"), (4_000_000_000, 0, "2A"), (1, 24, "2")]),
        ["1", "2", "2A"]
    );
}

#[test]
fn a_revision_is_begun_written_and_taken_off() {
    let begun = check(|document, production| {
        let paragraphs = &document.script().paragraphs;
        let at = paragraphs
            .iter()
            .position(|p| p.text() == "It really does.");
        production.revised.push(RevisedText {
            paragraph: at.unwrap(),
            from_utf16: 3,
            to_utf16: 9,
            revision: 3,
        });
        let revision = Revision::standard(3, "11/22/26");
        production.revisions.insert(3, revision);
        production.revising = Some(3);
    });
    expect![[r##"
        -It really does.
        -  <Revisions ActiveSet="2" Location="7.75" RevisionMode="No" RevisionsShown="All">
        +It </Text>
        +      <Text RevisionID="3">really</Text>
        +      <Text> does.
        +  <Revisions ActiveSet="3" Location="7.75" RevisionMode="Yes" RevisionsShown="All">
        +    <Revision Color="#A0A0A0A00000" FullRevision="No" ID="3" Mark="*" Name="Yellow Rev. (11/22/26)" Style=""/>
    "##]].assert_eq(&begun);
    let off = check(|_, production| {
        production.revised.clear();
        production.revisions.clear();
    });
    expect![[r#"
        -      <Text AdornmentStyle="0" RevisionID="2" TagNumber="7">A boat</Text>
        +      <Text AdornmentStyle="0" RevisionID="0" TagNumber="7">A boat</Text>
    "#]]
    .assert_eq(&off);
}

#[test]
fn a_new_file_has_the_production() {
    let script = decode(&fdx::encode(&generate(&Options { seed: 5, pages: 6 })))
        .unwrap()
        .script()
        .clone();
    let mut production = Production::default();
    production.settings = scriptroom_pages::Settings::with_overrides(
        Preset::FinalDraft,
        &[("lines".to_owned(), SettingValue::Number(50))],
    )
    .unwrap();
    production.is_locked = true;
    let action = |nth: usize| {
        let paragraphs = script.paragraphs.iter().enumerate();
        let mut actions = paragraphs.filter(|(_, p)| p.element == ElementType::Action);
        actions.nth(nth).unwrap().0
    };
    let page = |label: &str, paragraph, offset_utf16| LockedPage {
        label: label.to_owned(),
        start: Anchor {
            paragraph,
            offset_utf16,
        },
        right_start: None,
    };
    production.locks = vec![
        page("1", 0, 0),
        page("2", action(5), 0),
        page("2A", action(9), 3),
        page("2AA", action(10), 0),
        page("2AAB", action(11), 1),
        page("A2B", action(12), 0),
        page("2B", action(13), 0),
    ];
    production.revisions.insert(1, Revision::standard(1, ""));
    production.revised = vec![RevisedText {
        paragraph: action(1),
        from_utf16: 0,
        to_utf16: 2,
        revision: 1,
    }];
    let document = decode(&fdx::encode_produced(&script, &production)).unwrap();
    let read = production_of(&document);
    assert_eq!(read.settings.lines_per_page(), 50);
    assert_eq!(read.locks, production.locks);
    assert_eq!(read.revisions, production.revisions);
    assert_eq!(read.revised, production.revised);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let plain = text(fdx::encode(&script));
    let produced = text(fdx::encode_produced(&script, &Production::default()));
    let mut lines = plain.lines().zip(produced.lines());
    assert_eq!(lines.find(|(plain, produced)| plain != produced), None);
}

#[test]
fn elements_and_paragraphs_that_stand_otherwise_have_looks() {
    let looks = |text: &str| {
        let document = decode(text.as_bytes()).unwrap();
        let entries = document.entries().into_iter();
        let texts = entries.filter_map(|(name, write)| match write {
            Write::Value(SettingValue::Text(text)) if name.starts_with("look:") => {
                Some(format!("{text}\n"))
            }
            _ => None,
        });
        texts.collect::<String>()
    };
    let file = r#"<FinalDraft><Content>
        <Paragraph Type="Episode"><Text>RAIN
AND WIND</Text></Paragraph>
        <Paragraph Type="Action"><Text>Rain.</Text></Paragraph>
        <Paragraph Type="Episode"><Text>ACT ONE</Text></Paragraph>
        <Paragraph Type="Action" StartsNewPage="Yes" SpaceBefore="22"><Text>Wind.</Text></Paragraph>
        <Paragraph Type="Episode" LeftIndent="9.00"><Text>NO ROOM</Text></Paragraph>
        <Paragraph Type="END OF ACT"><Text>END</Text></Paragraph>
        </Content>
        <ElementSettings Type="Action"><ParagraphSpec SpaceBefore="11"/></ElementSettings>
        <ElementSettings Type="End Of Act"><ParagraphSpec SpaceBefore="33"/></ElementSettings>
        <ElementSettings Type="Episode"><ParagraphSpec Alignment="Center" StartsNewPage="Yes" SpaceBefore="110"/>
        <Behavior PaginateAs="General"/></ElementSettings></FinalDraft>"#;
    // A line is 11 points there, and 12 here. A page break stands before the paragraph that says one.
    expect![[r#"
        general alignment=center space-before=120 starts-page=true of 0-1 3
        action space-before=24 of 5
    "#]]
    .assert_eq(&looks(file));
    expect![[r#"
        scene-heading first-indent=-25 space-before=36 of 0
        action left=200 right=500 alignment=right space-before=0 line-spacing=150 of 1
        action first-indent=50 of 2
        character left=300 of 3
        transition alignment=left of 5
    "#]]
    .assert_eq(&looks(OWN_LOOKS));
}

#[test]
fn end_of_act_is_one_element_however_a_version_spells_it() {
    let file = r#"<FinalDraft><Content>
        <Paragraph Type="End Of Act"><Text>END OF ACT ONE</Text></Paragraph>
        </Content><ElementSettings Type="End Of Act"><ParagraphSpec SpaceBefore="36"/><Behavior PaginateAs="General"/></ElementSettings></FinalDraft>"#;
    let document = decode(file.as_bytes()).unwrap();
    let mut script = Script::of(&document);
    assert_eq!(script.paragraphs[0].0.element, ElementType::EndOfAct);
    let (_, settings) = document.page();
    let style = settings.setup().elements.of(ElementType::EndOfAct);
    assert_eq!(style.space_before.0, 36);
    assert_eq!(script.text(), file);
    // What is written says it as the file does.
    let added = Paragraph::new(ElementType::EndOfAct, "END OF ACT TWO");
    script.paragraphs.push((added, None));
    let text = script.text();
    assert_eq!(
        text.matches(r#"<Paragraph Type="End Of Act">"#).count(),
        2,
        "{text}"
    );
    let writes = [("p:end-of-act.space-before", 48)];
    let mut entries: Vec<(String, Write)> = document.entries();
    entries.extend(
        writes.map(|(name, value)| (name.to_owned(), Write::Value(SettingValue::Number(value)))),
    );
    let production = Production::of_writes(&entries);
    let written = script.encode_produced(&production);
    let written = String::from_utf8(written).unwrap();
    assert!(
        written.contains(r#"<ElementSettings Type="End Of Act"><ParagraphSpec SpaceBefore="48""#),
        "{written}"
    );
}
