//! Open Screenplay Format, in and out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use expect_test::expect;
use proptest::prelude::*;
use scriptroom_formats::{fountain, osf};
use scriptroom_paragraphs::PlainScript;
use scriptroom_samples::{Options, generate};

/// As another program writes it: its own styles, attributes that we know nothing of.
const FILE: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<document type="Open Screenplay Format document" version="40">
  <info uuid="A" pagecount="1"/>
  <styles>
    <style name="Normal Text" builtin="1" builtin_index="0"/>
    <style name="Action" builtin="1" builtin_index="2" basestyle="Normal Text"/>
    <style name="Caption" basestyle="Deep" font="Times"/>
    <style name="Deep" basestyle="Shot"/>
    <style name="Round" basestyle="Round"/>
  </styles>
  <paragraphs>
    <para number="1A" page_number="1" synopsis="What it is about." synopsis_color="#40A0FF">
      <style basestyle="Scene Heading"/><text>Int. Ferry</text>
    </para>
    <para note="Is it &quot;dark&quot;?"><style basestyle="Action"/>
      <text>Rain, </text><text bold="1" italic="1" revision="2">hard</text><text>.
Again.</text>
      <marks><mark at="3" revision="2"/></marks></para>
    <para><style basestyle="Character" dualdialogue="1"/><text>ANNA</text></para>
    <para><style basestyle="Dialogue"/><text>One.</text></para>
    <para><style basestyle="Character"/><text>BEN</text></para>
    <para><style basestyle="Parenthetical"/><text>(low)</text></para>
    <para><style basestyle="Dialogue"/><text>Two &amp; three.</text></para>
    <para><style basestyle="Character"/><text>ANNA</text></para>
    <para><style basestyle="Dialogue"/><text>Four.</text></para>
    <para><style basestyle="Caption" pagebreakbefore="1"/><text>LATER</text></para>
    <para><style basestyle="Round"/><text>Whatever.</text></para>
    <para><style basestyle="Action" align="center"/><text>THE END</text></para>
  </paragraphs>
  <titlepage>
    <para><style basestyle="Normal Text"/><text></text></para>
    <para><style basestyle="Action"/><text>The Ferry</text></para>
    <para><style basestyle="Action"/><text>Written by</text></para>
    <para><style basestyle="Action"/><text>Mara</text></para>
    <para><style basestyle="Action"/><text>12 Pier Street</text></para>
  </titlepage>
</document>
"##;

#[test]
fn a_file_of_another_program_reads() {
    let decoded = osf::decode(FILE.as_bytes()).unwrap();
    assert_eq!(decoded.diagnostics, []);
    expect![[r#"
        Title: The Ferry
        Credit: Written by
        Author: Mara
        Contact: 12 Pier Street

        Int. Ferry #1A#

        = What it is about.

        Rain, ***hard***.
        Again.

        [[Is it "dark"?]]

        ANNA
        One.

        BEN ^
        (low)
        Two & three.

        ANNA
        Four.

        ===

        !! LATER

        Whatever.

        > THE END <
    "#]]
    .assert_eq(&fountain::print(&decoded.script));
    let utf16: Vec<u8> = FILE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(osf::decode(&utf16).unwrap().script, decoded.script);
    assert_eq!(again(&decoded.script), decoded.script);
}

fn again(script: &PlainScript) -> PlainScript {
    let decoded = osf::decode(&osf::encode(script)).unwrap();
    assert_eq!(decoded.diagnostics, []);
    decoded.script
}

#[test]
fn generated_scripts_come_back() {
    for seed in 1..=8 {
        let script = generate(&Options { seed, pages: 12 });
        let once = again(&script);
        assert_eq!(again(&once), once, "seed {seed}");
        let printed = |script: &PlainScript| -> String {
            let printed = script.paragraphs.iter().filter(|p| p.element.is_printed());
            let text = |paragraph: &scriptroom_paragraphs::Paragraph| -> String {
                let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
                runs.map(|run| run.text.as_str()).chain(["\n"]).collect()
            };
            printed.map(text).collect()
        };
        assert_eq!(printed(&once), printed(&script), "seed {seed}");
    }
}

#[test]
fn notes_before_the_first_paragraph_and_within_one_stay_notes() {
    let check = |text: &str, expected: expect_test::Expect| {
        let once = again(&fountain::parse(text).script);
        expected.assert_eq(&fountain::print(&once));
        assert_eq!(again(&once), once);
    };
    check(
        "[[Recast Ben.]]\n\n= What it is about.\n\nINT. FERRY\n\nShe [[who?]] runs.\n\n[[Where?]]\n",
        expect![[r"
            INT. FERRY

            = What it is about.

            [[Recast Ben.]]

            She  runs.

            [[who? Where?]]
        "]],
    );
    check(
        "[[Nothing yet.]]\n",
        expect![[r"
        !

        [[Nothing yet.]]
    "]],
    );
}

#[test]
fn styles_of_the_title_page_are_styles_and_no_marks() {
    let text = "Title: _**Ferry**_ 2\nContact: a\\_b\\_c@d.e\n";
    let script = fountain::parse(text).script;
    let xml = String::from_utf8(osf::encode(&script)).unwrap();
    for text in [
        "<text bold=\"1\" underline=\"1\">Ferry</text>",
        "<text>a_b_c@d.e</text>",
    ] {
        assert!(xml.contains(text), "{xml}");
    }
    expect![[r"
        Title: **_Ferry_** 2
        Contact: a\_b\_c@d.e
    "]]
    .assert_eq(&fountain::print(&again(&script)));
}

#[test]
fn a_line_ends_at_every_kind_of_line_break() {
    let para = |style: &str, text: &str| {
        format!(
            "<para note=\"a&#13;b&#x2028;c\"><style basestyle=\"{style}\"/><text>{text}</text></para>"
        )
    };
    let text = "One&#13;two\u{2028}three&#x2029;four";
    let file = format!(
        "<document type=\"Open Screenplay Format document\"><paragraphs>{}{}</paragraphs><titlepage>{}</titlepage></document>",
        para("Scene Heading", text),
        para("Action", text),
        para("Action", text),
    );
    let script = osf::decode(file.as_bytes()).unwrap().script;
    expect![[r"
        Title: One two three four

        .One two three four

        [[a b c]]

        One
        two
        three
        four

        [[a b c]]
    "]]
    .assert_eq(&fountain::print(&script));
}

#[test]
fn what_is_no_such_file_is_refused() {
    for wrong in [
        "",
        "INT. HOUSE",
        "<FinalDraft/>",
        "<document type=\"other\"/>",
    ] {
        assert!(osf::decode(wrong.as_bytes()).is_err(), "{wrong}");
    }
    let cut = &FILE[..FILE.len() / 2];
    let decoded = osf::decode(cut.as_bytes()).unwrap();
    assert!(!decoded.diagnostics.is_empty() && !decoded.script.paragraphs.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_comes_in_is_read_or_refused(at in any::<prop::sample::Index>(), removed in 0..60_usize, piece in "[<>/\"&a\n\r\u{2028}]{0,6}|&#13;|&#x2029;") {
        let mut chars: Vec<char> = FILE.chars().collect();
        let at = at.index(chars.len());
        let end = (at + removed).min(chars.len());
        chars.splice(at..end, piece.chars());
        let file: String = chars.into_iter().collect();
        if let Ok(decoded) = osf::decode(file.as_bytes()) {
            let once = osf::decode(&osf::encode(&decoded.script)).unwrap().script;
            let twice = osf::decode(&osf::encode(&once)).unwrap().script;
            prop_assert_eq!(twice, once);
        }
    }
}
