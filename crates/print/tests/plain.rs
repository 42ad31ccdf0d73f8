//! Plain text as it stands on paper.

use expect_test::expect;
use scriptroom_formats::fountain;
use scriptroom_pages::{Anchor, LockedPage, Paginator, RevisedText, Revision, Settings};
use scriptroom_print::{PdfOptions, plain_text};

fn printed(text: &str, locks: &[LockedPage], options: &PdfOptions) -> String {
    let script = fountain::parse(text).script;
    let mut pages = Paginator::new(&script.paragraphs, Settings::default());
    pages.set_locks(locks);
    plain_text(&script, &pages, options).replace('\u{c}', "--- page\n")
}

#[test]
fn elements_stand_where_they_do_on_paper() {
    let text = "Title: The Ferry\n\nInt. ferry - night\n\nRain on *steel*.\n\nANA\n(softly)\nWe are late.\n\n> CUT TO:\n";
    let text = printed(text, &[], &PdfOptions::default());
    expect![[r#"


















                                  The Ferry
        --- page
        INT. FERRY - NIGHT

        Rain on steel.

                             ANA
                       (softly)
                   We are late.

                                                          CUT TO:
    "#]]
    .assert_eq(&text);
}

#[test]
fn two_columns_stand_beside_each_other() {
    let text = "ANA\nYes.\n\nBEN ^\nNo.\n";
    let text = printed(text, &[], &PdfOptions::default());
    expect![[r#"
        ANA                              BEN
        Yes.                             No.
    "#]]
    .assert_eq(&text);
}

#[test]
fn locked_pages_scene_numbers_and_revisions_stand_in_the_margins() {
    let begins = |label: &str, paragraph| LockedPage {
        label: label.to_owned(),
        start: Anchor {
            paragraph,
            offset_utf16: 0,
        },
        right_start: None,
    };
    let options = PdfOptions {
        without_title_page: true,
        revisions: [(3, Revision::standard(3, "21 May"))].into(),
        revised: vec![RevisedText {
            paragraph: 2,
            from_utf16: 0,
            to_utf16: 4,
            revision: 3,
        }],
        ..PdfOptions::default()
    };
    let text = "Title: The Ferry\n\nINT. FERRY #12#\n\nRain.\n\nWind.\n";
    expect![[r#"
        INT. FERRY                                                     12

        Rain.
        --- page
        Yellow Rev. 21 May                                       12A.

        Wind.                                                                 *
    "#]]
    .assert_eq(&printed(
        text,
        &[begins("12", 0), begins("12A", 2)],
        &options,
    ));
}
