//! Plain text as it stands on paper.

use expect_test::expect;
use scriptroom_formats::fountain;
use scriptroom_pages::Settings;
use scriptroom_print::plain_text;

#[test]
fn elements_stand_where_they_do_on_paper() {
    let text = "Title: The Ferry\n\nInt. ferry - night\n\nRain on *steel*.\n\nANA\n(softly)\nWe are late.\n\n> CUT TO:\n";
    let text = plain_text(&fountain::parse(text).script, Settings::default());
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
    .assert_eq(&text.replace('\u{c}', "\n--- page\n"));
}

#[test]
fn two_columns_stand_beside_each_other() {
    let text = "ANA\nYes.\n\nBEN ^\nNo.\n";
    let text = plain_text(&fountain::parse(text).script, Settings::default());
    expect![[r#"
        ANA                              BEN
        Yes.                             No.
    "#]]
    .assert_eq(&text);
}
