//! Files that are written back, edited or not.

use expect_test::expect;
use proptest::prelude::*;
use proptest::sample::Index;
use scriptroom_formats::fdx::decode;
use scriptroom_paragraphs::{Color, ElementType, Paragraph, Styles, TitleEntry};

use crate::fixtures::{EVERYTHING, OWN_LOOKS, Script, files};

/// The file as characters from which the same bytes come again, told by its name among [`files`].
fn units(name: &str, bytes: &[u8]) -> String {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let (pairs, []) = bytes.as_chunks() else {
            panic!("{name}: half a unit");
        };
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).unwrap()
    };
    if name.ends_with("in UTF-16") {
        utf16(u16::from_le_bytes)
    } else if name.ends_with("in UTF-16, the other way round") {
        utf16(u16::from_be_bytes)
    } else if name.ends_with("in Windows-1252") {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    } else {
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

/// The part of `now` that differs from `was`.
fn difference<'a>(was: &'a str, now: &'a str) -> (&'a str, &'a str) {
    let before = same_len(was.chars().zip(now.chars()));
    let (was, now) = (&was[before..], &now[before..]);
    let behind = same_len(was.chars().rev().zip(now.chars().rev()));
    (&was[..was.len() - behind], &now[..now.len() - behind])
}

/// How many bytes the first pairs have that are the same character.
fn same_len(pairs: impl Iterator<Item = (char, char)>) -> usize {
    let same = pairs.take_while(|(a, b)| a == b);
    same.map(|(a, _)| a.len_utf8()).sum()
}

/// A file without the numbers of its ranges.
fn without_ranges(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("Range=\"") {
        let value = at + "Range=\"".len();
        out.push_str(&rest[..value]);
        rest = &rest[value..];
        rest = &rest[rest.find('"').unwrap()..];
    }
    out + rest
}

/// Where each note's range begins and ends.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    let values = text
        .split("Range=\"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0);
    let pair = |value: &str| {
        let (from, to) = value.split_once(',').unwrap();
        (from.parse().unwrap(), to.parse().unwrap())
    };
    values.map(pair).collect()
}

/// The paragraphs that ranges count, as another reader of XML finds them: all that each says, and how long it is in UTF-16 units,
/// blocks in it as two.
fn counted(text: &str) -> Vec<(String, usize)> {
    let file = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).unwrap();
    let mut elements = file.root_element().children();
    let content = elements
        .find(|element| element.has_tag_name("Content"))
        .unwrap();
    let len = |element: roxmltree::Node<'_, '_>| match element.tag_name().name() {
        "Text" => element.text().unwrap_or_default().encode_utf16().count(),
        "DualDialogue" | "OmittedScene" => 2,
        _ => 0,
    };
    let paragraphs = content
        .children()
        .filter(|element| element.has_tag_name("Paragraph"));
    let counted = paragraphs.map(|paragraph| {
        let says = paragraph.descendants().filter_map(|node| node.text());
        (says.collect(), paragraph.children().map(len).sum())
    });
    counted.collect()
}

/// Asserts that ranges before the paragraph that was edited are as they were, and those behind it as much further as it is longer.
/// How many there were of each.
fn assert_ranges_moved(was: &str, now: &str, context: &str) -> [usize; 2] {
    let (old, new) = (counted(was), counted(now));
    let (mut start, mut end, mut longer) = (usize::MAX, usize::MAX, 0);
    if let Some(edited) = old.iter().zip(&new).position(|(old, new)| old.0 != new.0) {
        start = old[..edited].iter().map(|(_, len)| len + 1).sum();
        end = start + old[edited].1;
        longer = new[edited].1.cast_signed() - old[edited].1.cast_signed();
    }
    let mut count = [0; 2];
    for (old, new) in ranges(was).into_iter().zip(ranges(now)) {
        if old.1 <= start {
            assert_eq!(new, old, "{context}: a range before it");
            count[0] += 1;
        } else if old.0 >= end {
            let moved = |place: usize| place.checked_add_signed(longer).unwrap();
            assert_eq!(
                new,
                (moved(old.0), moved(old.1)),
                "{context}: a range behind it"
            );
            count[1] += 1;
        }
    }
    count
}

#[test]
fn what_was_not_edited_comes_back_byte_for_byte() {
    for (name, bytes) in files() {
        let document = decode(&bytes).unwrap();
        assert!(!document.script().paragraphs.is_empty(), "{name}");
        assert!(Script::of(&document).encode() == bytes, "{name}");
    }
}

/// Asserts that the two files are the same but for one paragraph's inside, and the numbers of ranges.
fn assert_one_paragraph_differs(was: &str, now: &str, context: &str) {
    let (was, now) = (without_ranges(was), without_ranges(now));
    let (old, new) = difference(&was, &now);
    assert!(!old.contains("<Paragraph"), "{context}: {old} became {new}");
    assert!(!new.contains("<Paragraph"), "{context}: {old} became {new}");
}

#[test]
fn an_edit_changes_its_own_paragraph_and_taking_it_back_changes_nothing() {
    let mut ranges = [0; 2];
    for (name, bytes) in files() {
        let document = decode(&bytes).unwrap();
        let source = units(&name, &bytes);
        for at in 0..document.script().paragraphs.len() {
            let mut script = Script::of(&document);
            if script.paragraphs[at].0.element == ElementType::PageBreak {
                continue;
            }
            let before = script.clone();
            let text = script.paragraphs[at].0.text();
            for new in [format!("{text}<é>"), format!("<é>{text}"), "<é>".to_owned()] {
                let context = format!("{name}: paragraph {at} {text:?} is now {new:?}");
                script.set_text(at, &new);
                let seen = assert_edited(&name, &source, &script, &context);
                ranges = [ranges[0] + seen[0], ranges[1] + seen[1]];
            }
            script.paragraphs[at] = before.paragraphs[at].clone();
            assert!(script.encode() == bytes, "{name}: paragraph {at} {text:?}");
        }
    }
    assert!(
        ranges[0] > 100 && ranges[1] > 100,
        "ranges before and behind: {ranges:?}"
    );
}

/// What is written of an edited script is the source but for one paragraph and the ranges behind it, and reads as edited. How many
/// ranges were before it and behind it.
fn assert_edited(name: &str, source: &str, script: &Script<'_>, context: &str) -> [usize; 2] {
    let now = units(name, &script.encode());
    assert_one_paragraph_differs(source, &now, context);
    let again = script.again();
    let read = &again.script().paragraphs;
    let expected = script.paragraphs.iter().map(|(paragraph, _)| paragraph);
    assert!(read.iter().eq(expected), "{context}");
    assert_ranges_moved(source, &now, context)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn so_does_any_edit_anywhere(
        (file, paragraph, run) in (any::<Index>(), any::<Index>(), any::<Index>()),
        (from, to) in (any::<Index>(), any::<Index>()),
        letters in "[a-zA-Z <>&;\"'é€–ÿ駅👩\u{301}]{0,6}",
    ) {
        let files = files();
        let (name, bytes) = &files[file.index(files.len())];
        let document = decode(bytes).unwrap();
        let mut script = Script::of(&document);
        let at = paragraph.index(script.paragraphs.len());
        let runs = script.paragraphs[at].0.runs.clone();
        prop_assume!(!runs.is_empty());
        let run = run.index(runs.len());
        let mut text: Vec<char> = runs[run].text.chars().collect();
        let places = text.len() + 1;
        let (from, to) = (from.index(places), to.index(places));
        text.splice(from.min(to)..from.max(to), letters.chars());
        let edited = &mut script.paragraphs[at].0;
        edited.runs.clear();
        for (number, old) in runs.iter().enumerate() {
            let text = if number == run { text.iter().collect() } else { old.text.clone() };
            edited.push(&text, old.styles);
        }
        let context = format!("{name}: paragraph {at}, {runs:?} with {letters:?} at {from} to {to} of {run}");
        assert_edited(name, &units(name, bytes), &script, &context);
        script.paragraphs[at].0.runs = runs;
        prop_assert!(script.encode() == *bytes, "{}", context);
    }
}

/// The file after one change to its script, as a difference.
fn check(change: impl Fn(&mut Script<'_>)) -> String {
    check_in(EVERYTHING, change)
}

fn check_in(file: &str, change: impl Fn(&mut Script<'_>)) -> String {
    let document = decode(file.as_bytes()).unwrap();
    let mut script = Script::of(&document);
    change(&mut script);
    let now = script.text();
    let again = script.again();
    let once_more = Script::of(&again).text();
    assert_eq!(once_more, now, "what was written comes back");
    let lines: Vec<&str> = file.lines().collect();
    let new: Vec<&str> = now.lines().collect();
    changed_lines(&lines, &new)
}

/// The lines that differ, each old one with `-` and each new one with `+`: the shortest list of them.
fn changed_lines(old: &[&str], new: &[&str]) -> String {
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            out += &format!("-{}\n", old[i]);
            i += 1;
        } else {
            out += &format!("+{}\n", new[j]);
            j += 1;
        }
    }
    out
}

#[test]
fn typing_in_a_heading_keeps_its_properties_and_moves_the_notes_behind_it() {
    let diff = check(|script| {
        let at = script.find("Ext. Harbour & Pier - Night");
        let paragraph = &mut script.paragraphs[at].0;
        paragraph.runs[0].text = "Ext. Old Harbour & Pier - ".to_owned();
    });
    expect![[r##"
        -      <Text>Ext. Harbour &amp; Pier - </Text>
        +      <Text>Ext. Old Harbour &amp; Pier - </Text>
        -    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="83,89" Type="Research" WriterName="Mara">
        +    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="87,93" Type="Research" WriterName="Mara">
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="316,323" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "##]].assert_eq(&diff);
}

#[test]
fn a_paragraphs_own_indents_spaces_and_alignment_stay_when_its_text_changes() {
    let diff = check_in(OWN_LOOKS, |script| {
        for (was, now) in [
            ("INT. FERRY", "INT. OLD FERRY"),
            ("They wait for the boat.", "They wait."),
            ("CUT TO:", "FADE TO:"),
        ] {
            let at = script.find(was);
            script.set_text(at, now);
        }
        let at = script.find("Rain. Wind.");
        script.paragraphs[at].0.runs[1].text = "No wind.".to_owned();
        let at = script.find("ANA");
        script.paragraphs[at].0.element = ElementType::Action;
        let at = script.find("We are late.");
        script.paragraphs.remove(at);
    });
    expect![[r#"
        -    <Paragraph Type="Scene Heading" SpaceBefore="36" FirstIndent="-0.25" LeftIndent="1 1/8"><Text>INT. FERRY</Text></Paragraph>
        +    <Paragraph Type="Scene Heading" SpaceBefore="36" FirstIndent="-0.25" LeftIndent="1 1/8"><Text>INT. OLD FERRY</Text></Paragraph>
        -      <Text>Wind.</Text>
        +      <Text>No wind.</Text>
        -    <Paragraph Alignment="Justify" FirstIndent="0.50" Type="Action"><Text>They wait for the boat.</Text></Paragraph>
        -    <Paragraph Leading="Exact" LeftIndent="3.00" Type="Character"><Text>ANA</Text></Paragraph>
        -    <Paragraph RightIndent="6.00" SpaceAfter="6" Type="Dialogue"><Text>We are late.</Text></Paragraph>
        -    <Paragraph Alignment="Left" Type="Transition"><Text>CUT TO:</Text></Paragraph>
        +    <Paragraph Alignment="Justify" FirstIndent="0.50" Type="Action"><Text>They wait.</Text></Paragraph>
        +    <Paragraph Leading="Exact" LeftIndent="3.00" Type="Action"><Text>ANA</Text></Paragraph>
        +    <Paragraph Alignment="Left" Type="Transition"><Text>FADE TO:</Text></Paragraph>
    "#]].assert_eq(&diff);
}

#[test]
fn a_scenes_colour_is_set_and_taken_and_the_rest_of_its_properties_stays() {
    let recolored = |heading: &str, color: Option<[u8; 3]>| {
        check(|script| {
            let at = script.find(heading);
            script.paragraphs[at].0.attributes.color = color.map(Color);
        })
    };
    let heading = "Ext. Harbour & Pier - Night";
    expect![[r##"
        -      <SceneProperties Color="#D0D0E1E1F2F2" Length="1 1/8" Page="1" Title="Harbour">
        +      <SceneProperties Color="#1F1F6F6F4343" Length="1 1/8" Page="1" Title="Harbour">
    "##]]
    .assert_eq(&recolored(heading, Some([0x1f, 0x6f, 0x43])));
    expect![[r##"
        -      <SceneProperties Color="#D0D0E1E1F2F2" Length="1 1/8" Page="1" Title="Harbour">
        +      <SceneProperties Length="1 1/8" Page="1" Title="Harbour">
    "##]]
    .assert_eq(&recolored(heading, None));
    // Of a scene that is omitted, and of one that has no properties yet.
    expect![[r##"
        -          <SceneProperties Length="3/8" Page="2" Title=""/>
        +          <SceneProperties Length="3/8" Page="2" Title="" Color="#1F1F6F6F4343"/>
    "##]]
    .assert_eq(&recolored("INT. SHED - DAY", Some([0x1f, 0x6f, 0x43])));
    expect![[r##"
        -    <Paragraph Number="3A" StartsNewPage="Yes" Type="Scene Heading"><Text>INT. CABIN - LATER</Text></Paragraph>
        +    <Paragraph Number="3A" StartsNewPage="Yes" Type="Scene Heading"><SceneProperties Color="#1F1F6F6F4343"/><Text>INT. CABIN - LATER</Text></Paragraph>
    "##]]
    .assert_eq(&recolored("INT. CABIN - LATER", Some([0x1f, 0x6f, 0x43])));
}

#[test]
fn colours_that_a_script_never_took_stay_in_the_file() {
    let mut document = decode(EVERYTHING.as_bytes()).unwrap();
    document.leave_colors();
    let mut script = Script::of(&document);
    for (paragraph, _) in &mut script.paragraphs {
        paragraph.attributes.color = None;
    }
    let at = script.find("Ext. Harbour & Pier - Night");
    assert_eq!(script.text(), EVERYTHING);
    script.set_text(at, "EXT. SEA");
    assert!(script.text().contains("Color=\"#D0D0E1E1F2F2\""));
    script.paragraphs[at].0.attributes.color = Some(Color([0x1f, 0x6f, 0x43]));
    assert!(script.text().contains("Color=\"#1F1F6F6F4343\""));
}

#[test]
fn sixteen_bits_of_a_colour_stay_where_the_eight_that_are_read_do() {
    let file = EVERYTHING.replace("#D0D0E1E1F2F2", "#D00FE11FF22F");
    let document = decode(file.as_bytes()).unwrap();
    let mut script = Script::of(&document);
    let at = script.find("Ext. Harbour & Pier - Night");
    let color = script.paragraphs[at].0.attributes.color;
    assert_eq!(color, Some(Color([0xd0, 0xe1, 0xf2])));
    script.set_text(at, "EXT. SEA");
    assert!(script.text().contains("Color=\"#D00FE11FF22F\""));
    script.paragraphs[at].0.attributes.color = Some(Color([0xd0; 3]));
    assert!(script.text().contains("Color=\"#D0D0D0D0D0D0\""));
    script.paragraphs[at].0.attributes.color = color;
    assert!(script.text().contains("Color=\"#D00FE11FF22F\""));
}

#[test]
fn typing_in_tagged_and_revised_text_keeps_the_tags_beside_it() {
    let diff = check(|script| {
        let at = script.find("Rain. A boat rolls on 👩‍🚀 black <water> & oil…");
        let paragraph = &mut script.paragraphs[at].0;
        paragraph.runs[0].text = "Rain. A big boat".to_owned();
    });
    expect![[r##"
        -      <Text AdornmentStyle="0" RevisionID="2" TagNumber="7">A boat</Text>
        +      <Text AdornmentStyle="0" RevisionID="2" TagNumber="7">A big boat</Text>
        -    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="83,89" Type="Research" WriterName="Mara">
        +    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="83,93" Type="Research" WriterName="Mara">
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="316,323" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "##]].assert_eq(&diff);
}

#[test]
fn a_style_is_set_and_taken_without_a_word_about_it_elsewhere() {
    let diff = check(|script| {
        let at = script.find("CUT TO:");
        script.paragraphs[at].0.runs[0].styles = Styles::BOLD;
        let at = script.find("ACT ONE");
        script.paragraphs[at].0.runs[0].styles = Styles::NONE;
    });
    expect![[r#"
        -      <Text Style="Underline+AllCaps">Act One</Text>
        +      <Text Style="AllCaps">ACT ONE</Text>
        -    <Paragraph Type="Transition"><Text>CUT TO:</Text></Paragraph>
        +    <Paragraph Type="Transition"><Text Style="Bold">CUT TO:</Text></Paragraph>
    "#]]
    .assert_eq(&diff);
}

#[test]
fn a_paragraph_that_is_deleted_takes_its_notes_to_the_next_one() {
    let diff = check(|script| {
        let at = script.find("Rain. A boat rolls on 👩‍🚀 black <water> & oil…");
        script.paragraphs.remove(at);
    });
    expect![[r##"
        -    <Paragraph Type="Action" id="p-2">
        -      <Text AdornmentStyle="-1">Rain. </Text>
        -      <Text AdornmentStyle="0" RevisionID="2" TagNumber="7">A boat</Text>
        -      <Text Background="#FFFFFFFFFFFF" Color="#0000FFFF0000" Font="Courier Final Draft" Size="12" Style="Bold+Italic"> rolls</Text>
        -      <Text> on 👩‍🚀 black <![CDATA[<water> & ]]>oil&#8230;</Text>
        -    </Paragraph>
        -    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="83,89" Type="Research" WriterName="Mara">
        +    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="77,77" Type="Research" WriterName="Mara">
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="263,270" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "##]].assert_eq(&diff);
}

#[test]
fn new_paragraphs_look_like_those_around_them() {
    let diff = check(|script| {
        let at = script.find("MARA");
        let mut joined = Paragraph::new(ElementType::Action, "Two lines.");
        joined.attributes.joined = true;
        let new = [
            Paragraph::new(ElementType::Action, "A new line & more."),
            joined,
            Paragraph::new(ElementType::PageBreak, ""),
            Paragraph::new(ElementType::SceneHeading, "INT. NEW"),
        ];
        let new = new.map(|paragraph| (paragraph, None));
        script.paragraphs.splice(at..at, new);
    });
    expect![[r#"
        +    <Paragraph Type="Action">
        +      <Text>A new line &amp; more.
        +Two lines.</Text>
        +    </Paragraph>
        +    <Paragraph StartsNewPage="Yes" Type="Scene Heading">
        +      <Text>INT. NEW</Text>
        +    </Paragraph>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="351,358" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "#]].assert_eq(&diff);
}

#[test]
fn a_speech_that_is_side_by_side_grows_shrinks_and_comes_apart() {
    let grows = check(|script| {
        let at = script.find("Not yet!");
        let new = Paragraph::new(ElementType::Parenthetical, "(waits)");
        script.paragraphs.insert(at + 1, (new, None));
        let at = script.find("(shouting)");
        script.paragraphs.remove(at);
    });
    expect![[r#"
        -        <Paragraph Type="Parenthetical">
        -          <Text>(shouting)</Text>
        -        </Paragraph>
        +        <Paragraph Type="Parenthetical">
        +          <Text>(waits)</Text>
        +        </Paragraph>
    "#]]
    .assert_eq(&grows);
    let apart = check(|script| {
        let at = script.find("JON");
        script.paragraphs[at].0.attributes.dual = false;
    });
    expect![[r#"
        -    <Paragraph Type="General">
        -      <DualDialogue>
        -        <Paragraph Type="Character" id="p-d1">
        +    <Paragraph Type="Character" id="p-d1">
        -        <Paragraph Type="Parenthetical">
        +    <Paragraph Type="Parenthetical">
        -        <Paragraph Type="Dialogue">
        +    <Paragraph Type="Dialogue">
        -        <Paragraph Type="Character" id="p-d2">
        +    <Paragraph Type="Character" id="p-d2">
        -        <Paragraph Type="Dialogue">
        +    <Paragraph Type="Dialogue">
        -      </DualDialogue>
        -    </Paragraph>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="343,350" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "#]].assert_eq(&apart);
}

#[test]
fn two_speeches_are_put_side_by_side() {
    let diff = check(|script| {
        let at = script.find("Hum.");
        let mut cue = Paragraph::new(ElementType::Character, "JON");
        cue.attributes.dual = true;
        let line = Paragraph::new(ElementType::Dialogue, "Hum, too.");
        let new = [(cue, None), (line, None)];
        script.paragraphs.splice(at + 1..at + 1, new);
    });
    expect![[r#"
        -    <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
        -    <Paragraph Type="Dialogue"><Text>Hum.</Text><AltIds><AltId>1</AltId></AltIds></Paragraph>
        +    <Paragraph Type="General">
        +      <DualDialogue>
        +        <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>Hum.</Text><AltIds><AltId>1</AltId></AltIds></Paragraph>
        +        <Paragraph Type="Character">
        +          <Text>JON</Text>
        +        </Paragraph>
        +        <Paragraph Type="Dialogue">
        +          <Text>Hum, too.</Text>
        +        </Paragraph>
        +      </DualDialogue>
        +    </Paragraph>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="305,312" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "#]].assert_eq(&diff);
}

#[test]
fn an_omitted_scene_is_edited_and_without_its_heading_it_is_there_again() {
    let edited = check(|script| {
        let at = script.find("Dust.");
        script.set_text(at, "Dust and light.");
        let new = Paragraph::new(ElementType::Action, "More dust.");
        script.paragraphs.insert(at + 1, (new, None));
    });
    expect![[r#"
        -          <Text>Dust.</Text>
        +          <Text>Dust and light.</Text>
        +        <Paragraph Type="Action">
        +          <Text>More dust.</Text>
        +        </Paragraph>
    "#]]
    .assert_eq(&edited);
    let bare = check(|script| {
        let at = script.find("INT. SHED - DAY");
        script.paragraphs.remove(at);
    });
    let restored = check(|script| {
        let at = script.find("INT. SHED - DAY");
        script.paragraphs[at].0.attributes.omitted = false;
        script.paragraphs[at].0.attributes.scene_number = Some("2B".to_owned());
    });
    expect![[r#"
        -    <Paragraph Number="2" Type="Scene Heading">
        -      <SceneProperties Length="0" Page="2" Title=""/>
        -      <Text>OMITTED</Text>
        -      <OmittedScene>
        -        <Paragraph Type="Scene Heading">
        +    <Paragraph Type="Scene Heading" Number="2B">
        -        <Paragraph Type="Action">
        +    <Paragraph Type="Action">
        -        <Paragraph>
        -          <DualDialogue>
        -            <Paragraph Type="Character"><Text>A</Text></Paragraph>
        -            <Paragraph Type="Dialogue"><Text>One.</Text></Paragraph>
        -            <Paragraph Type="Character"><Text>B</Text></Paragraph>
        -            <Paragraph Type="Dialogue"><Text>Two.</Text></Paragraph>
        -          </DualDialogue>
        -        </Paragraph>
        -      </OmittedScene>
        +    <Paragraph Type="General">
        +      <DualDialogue>
        +        <Paragraph Type="Character"><Text>A</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>One.</Text></Paragraph>
        +        <Paragraph Type="Character"><Text>B</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>Two.</Text></Paragraph>
        +      </DualDialogue>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="327,334" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "#]].assert_eq(&restored);
    let renumbered = check(|script| {
        let at = script.find("INT. SHED - DAY");
        script.paragraphs[at].0.attributes.scene_number = Some("2B".to_owned());
        let new = Paragraph::new(ElementType::Action, "At its end.");
        let end = script.find("Two.") + 1;
        script.paragraphs.insert(end, (new, None));
    });
    expect![[r#"
        -    <Paragraph Number="2" Type="Scene Heading">
        +    <Paragraph Number="2B" Type="Scene Heading">
        +        <Paragraph Type="Action">
        +          <Text>At its end.</Text>
        +        </Paragraph>
    "#]]
    .assert_eq(&renumbered);
    let omitted = check(|script| {
        let at = script.find("Ext. Harbour & Pier - Night");
        script.paragraphs[at].0.attributes.omitted = true;
    });
    expect![[r##"
        -    <Paragraph Number="1" Type="Scene Heading" id="p-1">
        +    <Paragraph Number="1" Type="Scene Heading">
        +      <Text>OMITTED</Text>
        +      <OmittedScene>
        +        <Paragraph Type="Scene Heading" id="p-1">
        -    <Paragraph Type="Action" id="p-2">
        +        <Paragraph Type="Action" id="p-2">
        -    <!-- Between two paragraphs. -->
        -    <Paragraph Type="Action">
        +        <Paragraph Type="Action">
        -    <Paragraph Type="General">
        +        <Paragraph Type="General">
        -    <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
        -    <Paragraph Type="Dialogue"><Text>Hum.</Text><AltIds><AltId>1</AltId></AltIds></Paragraph>
        +        <Paragraph Type="Character"><Text>MARA</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>Hum.</Text><AltIds><AltId>1</AltId></AltIds></Paragraph>
        +      </OmittedScene>
        +    </Paragraph>
        +    <!-- Between two paragraphs. -->
        -    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="83,89" Type="Research" WriterName="Mara">
        +    <ScriptNote Color="#6363A7A7EFEF" DateTime="20260104T120000" Id="3" Name="Weather" Range="49,58" Type="Research" WriterName="Mara">
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="191,198" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "##]].assert_eq(&omitted);

    expect![[r#"
        -    <Paragraph Number="2" Type="Scene Heading">
        -      <SceneProperties Length="0" Page="2" Title=""/>
        -      <Text>OMITTED</Text>
        -      <OmittedScene>
        -        <Paragraph Type="Scene Heading">
        -          <SceneProperties Length="3/8" Page="2" Title=""/>
        -          <Text TagNumber="9">INT. SHED - DAY</Text>
        -        </Paragraph>
        -        <Paragraph Type="Action">
        +    <Paragraph Type="Action">
        -        <Paragraph>
        -          <DualDialogue>
        -            <Paragraph Type="Character"><Text>A</Text></Paragraph>
        -            <Paragraph Type="Dialogue"><Text>One.</Text></Paragraph>
        -            <Paragraph Type="Character"><Text>B</Text></Paragraph>
        -            <Paragraph Type="Dialogue"><Text>Two.</Text></Paragraph>
        -          </DualDialogue>
        -        </Paragraph>
        -      </OmittedScene>
        +    <Paragraph Type="General">
        +      <DualDialogue>
        +        <Paragraph Type="Character"><Text>A</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>One.</Text></Paragraph>
        +        <Paragraph Type="Character"><Text>B</Text></Paragraph>
        +        <Paragraph Type="Dialogue"><Text>Two.</Text></Paragraph>
        +      </DualDialogue>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Id="5" Name="" Range="311,318" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
    "#]].assert_eq(&bare);
}

#[test]
fn a_scene_that_is_moved_takes_its_bytes_along() {
    let diff = check(|script| {
        let from = script.find("CLOSE ON THE LAMP");
        let moved: Vec<_> = script.paragraphs.drain(from..from + 2).collect();
        let to = script.find("Three days later");
        script.paragraphs.splice(to..to, moved);
    });
    expect![[r#"
        +    <Paragraph Type="Shot"><Text>CLOSE ON THE LAMP</Text></Paragraph>
        +    <Paragraph Type="Cast List"><Text>Mara, Jon</Text></Paragraph>
        -    <Paragraph Type="Shot"><Text>CLOSE ON THE LAMP</Text></Paragraph>
        -    <Paragraph Type="Cast List"><Text>Mara, Jon</Text></Paragraph>
    "#]]
    .assert_eq(&diff);
}

#[test]
fn notes_are_edited_added_and_deleted() {
    let diff = check(|script| {
        let at = script.find("at night?");
        script.set_text(at, "by night?");
        let at = script.find("Behind both blocks.");
        script.paragraphs.remove(at);
        let at = script.find("CUT TO:");
        let new = Paragraph::new(ElementType::Note, "Is it too soon?");
        script.paragraphs.insert(at + 1, (new, None));
        let line = &mut script.paragraphs[at - 1].0;
        line.push("(who sings?)", Styles::NOTE);
    });
    expect![[r##"
        -      <Paragraph><Text>at night?</Text></Paragraph>
        +      <Paragraph><Text>by night?</Text></Paragraph>
        -    <ScriptNote Id="5" Name="" Range="312,319" Type=""><Paragraph><Text>Behind both blocks.</Text></Paragraph></ScriptNote>
        +    <ScriptNote Color="#000000000000" Id="7" Name="" Range="300,300" Type="">
        +      <Paragraph>
        +        <Text>(who sings?)</Text>
        +      </Paragraph>
        +    </ScriptNote>
        +    <ScriptNote Color="#000000000000" Id="8" Name="" Range="301,308" Type="">
        +      <Paragraph>
        +        <Text>Is it too soon?</Text>
        +      </Paragraph>
        +    </ScriptNote>
    "##]].assert_eq(&diff);
}

#[test]
fn an_element_a_number_and_a_page_break_change_one_tag() {
    let diff = check(|script| {
        let at = script.find("Three days later");
        script.paragraphs[at].0.element = ElementType::Centered;
        let at = script.find("THE END");
        script.paragraphs[at].0.element = ElementType::Transition;
        let at = script.find("INT. CABIN - LATER");
        script.paragraphs[at].0.attributes.scene_number = None;
        script.paragraphs.remove(at - 1);
    });
    expect![[r#"
        -    <Paragraph Number="3A" StartsNewPage="Yes" Type="Scene Heading"><Text>INT. CABIN - LATER</Text></Paragraph>
        -    <Paragraph Type="Telop"><Text>Three days later</Text></Paragraph>
        +    <Paragraph StartsNewPage="No" Type="Scene Heading"><Text>INT. CABIN - LATER</Text></Paragraph>
        +    <Paragraph Type="Action" Alignment="Center"><Text>Three days later</Text></Paragraph>
        -    <Paragraph Alignment="Center" Type="Action"><Text>THE END</Text></Paragraph>
        +    <Paragraph Type="Transition"><Text>THE END</Text></Paragraph>
    "#]].assert_eq(&diff);
}

#[test]
fn a_line_of_the_title_page_changes_alone() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    let script = Script::of(&document);
    let mut title_page = document.script().title_page.clone();
    let author = title_page.iter_mut().find(|entry| entry.key == "Author");
    author.unwrap().lines[0] = "Mara, Ana & Jon".to_owned();
    let now = String::from_utf8(script.encode_with(&title_page)).unwrap();
    let (lines, new): (Vec<&str>, Vec<&str>) =
        (EVERYTHING.lines().collect(), now.lines().collect());
    expect![[r#"
        -        <Text>Mara &amp; Jon</Text>
        +        <Text>Mara, Ana &amp; Jon</Text>
    "#]]
    .assert_eq(&changed_lines(&lines, &new));
    assert_eq!(
        decode(now.as_bytes()).unwrap().script().title_page,
        title_page
    );
}

#[test]
fn a_title_page_that_is_written_anew_reads_as_it_was() {
    let document = decode(EVERYTHING.as_bytes()).unwrap();
    let mut title_page = document.script().title_page.clone();
    title_page.remove(3);
    title_page[0].lines.push("A play".to_owned());
    title_page.push(TitleEntry {
        key: "Season".to_owned(),
        lines: vec!["2".to_owned()],
    });
    let now = Script::of(&document).encode_with(&title_page);
    assert_eq!(decode(&now).unwrap().script().title_page, title_page);
}
