//! Files of other programs: their encodings, and what a Final Draft file says of its pages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::fs;

use expect_test::expect;

use program::{check_error, folder, out, run, text};

#[test]
fn fountain_is_read_in_the_encodings_of_other_programs() {
    let script = "INT. CAFÉ - DAY\n\n“Now” €.\n";
    let little = script.encode_utf16().flat_map(u16::to_le_bytes);
    let big = script.encode_utf16().flat_map(u16::to_be_bytes);
    for bytes in [
        script.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", script.as_bytes()].concat(),
        b"\xff\xfe".iter().copied().chain(little.clone()).collect(),
        b"\xfe\xff".iter().copied().chain(big).collect(),
        little.collect(),
    ] {
        let output = run(&["convert", "-", "-"], &bytes);
        assert_eq!(text(&output.stderr), "");
        assert_eq!(text(&output.stdout), script);
    }
    let old = b"INT. CAF\xc9 - DAY\n\n\x93Now\x94 \x80.\n";
    let output = run(&["convert", "-", "-"], old);
    assert_eq!(text(&output.stdout), script);
    expect![[r#"
        standard input: line 1, column 9: expected UTF-8; read as Windows-1252
    "#]]
    .assert_eq(&text(&output.stderr));
    assert_eq!(run(&["check", "-"], old).status.code(), Some(3));
}

#[test]
fn a_final_draft_file_has_its_own_pages() {
    let folder = folder("fdx-pages");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let lines = (1..=30).map(|n| format!("Line {n}.\n\n"));
    fs::write(file("a.fountain"), lines.collect::<String>()).unwrap();
    let pages = |name: &str, more: &[&str]| {
        let name = file(name);
        let arguments: Vec<&str> = ["pages", &name]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        out(&arguments, "")
    };
    let a = file("a.fountain");
    let convert = |to: &str, more: &[&str]| {
        let to = file(to);
        let arguments = ["convert", &a, &to].into_iter().chain(more.iter().copied());
        assert_eq!(out(&arguments.collect::<Vec<&str>>(), ""), "");
    };
    convert("b.fdx", &[]);
    convert(
        "c.fdx",
        &["--set", "lines=20", "--set", "first-page-number=7"],
    );
    assert_eq!(pages("b.fdx", &[]), pages("a.fountain", &[]));
    expect![[r#"
            7  Line 1.
            8  Line 11.
            9  Line 21.
        3 pages
    "#]]
    .assert_eq(&pages("c.fdx", &[]));
    // Other pages for once, and what a report and a text tell are those of the file.
    assert_eq!(
        pages("c.fdx", &["--preset", "final-draft"]),
        pages("a.fountain", &[])
    );
    let c = file("c.fdx");
    let summary = out(&["report", "summary", &c], "");
    assert!(summary.contains("pages,3"), "{summary}");
    let printed = out(&["convert", &c, "-", "--to", "text"], "");
    assert_eq!(printed.matches('\u{c}').count(), 2);
}

#[test]
fn a_script_goes_to_open_screenplay_format_and_back() {
    let folder = folder("osf");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let script = "INT. FERRY #3#\n\nRain, **hard**.\n\nANNA\nOne.\n\nBEN ^\nTwo.\n";
    fs::write(file("a.fountain"), script).unwrap();
    assert_eq!(
        out(&["convert", &file("a.fountain"), &file("b.osf")], ""),
        ""
    );
    assert_eq!(out(&["convert", &file("b.osf"), "-"], ""), script);
    let refused = run(&["convert", "-", "-", "--from", "osf"], b"INT. FERRY");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("expected an Open Screenplay Format document"));
}

#[test]
fn locked_pages_and_revisions_of_a_final_draft_file_count() {
    let file = include_str!("../../formats/tests/fdx/files/everything.fdx");
    expect![[r#"
            1  ACT ONE
            2  Rain. A boat rolls on 👩‍🚀 black <water> & oil…
           2A  INT. SHED - DAY
        3 pages
    "#]]
    .assert_eq(&out(&["pages", "-", "--from", "fdx"], file));
    let again = out(&["convert", "-", "-", "--from", "fdx", "--to", "fdx"], file);
    assert!(again == file);
    let printed = out(
        &["convert", "-", "-", "--from", "fdx", "--to", "text"],
        file,
    );
    let marked: Vec<&str> = printed.lines().filter(|line| line.contains('*')).collect();
    expect!["Rain. A boat rolls on 👩‍🚀 black <water> &                              *"]
        .assert_eq(&marked.join("\n"));
    let page = out(
        &["convert", "-", "-", "--from", "fdx", "--to", "html"],
        file,
    );
    for shown in [printed, page] {
        assert!(
            shown.contains("OMITTED") && !shown.contains("SHED"),
            "{shown}"
        );
        assert!(
            !shown.contains("Dust.") && shown.contains("CABIN"),
            "{shown}"
        );
    }
}

#[test]
fn what_no_script_can_be_is_refused_with_what_was_expected() {
    let folder = folder("large");
    let expected = [
        (
            "a.fountain",
            "expected at most 67108864 bytes of text, got 200000000",
        ),
        (
            "a.fdx",
            "expected at most 64 MiB with 1,000,000 elements that nest 200 deep, got 200000000 bytes",
        ),
        (
            "a.osf",
            "expected at most 67108864 bytes of text, got 200000000",
        ),
    ];
    for (name, expected) in expected {
        let file = folder.join(name);
        fs::File::create(&file)
            .unwrap()
            .set_len(200_000_000)
            .unwrap();
        let output = run(&["convert", file.to_str().unwrap(), "-"], b"");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(text(&output.stdout), "");
        let name = file.display();
        let said = format!("scriptroom: cannot read {name}: {expected}\n");
        assert_eq!(text(&output.stderr), said);
    }
    let many = "\n".repeat(2_000_001);
    check_error(
        &["check", "-"],
        many.as_bytes(),
        1,
        expect![[r#"
            scriptroom: cannot read standard input: expected at most 2000000 lines of text, got 2000002
        "#]],
    );
    // What is not too long is read, however it is written.
    let line = "word ".repeat(2_000_000);
    let output = run(&["convert", "-", "-"], line.as_bytes());
    assert!(text(&output.stdout) == format!("{line}\n"));
    let printed = run(
        &["convert", "-", "-", "--to", "pdf"],
        &line.as_bytes()[..500_000],
    );
    assert_eq!(printed.status.code(), Some(0));
}

#[test]
fn a_pdf_without_text_is_said_to_have_none() {
    let folder = folder("scan");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let picture = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
        2 0 obj\n<</Type/Pages/Kids[3 0 R 3 0 R]/Count 1/MediaBox[0 0 612 792]>>\nendobj\n\
        3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj\n\
        4 0 obj\n<</Length 14>>\nstream\n0 0 10 10 re f\nendstream\nendobj\n";
    fs::write(file("a.pdf"), picture).unwrap();
    let (from, to) = (file("a.pdf"), file("b.fountain"));
    for arguments in [&["convert", &from, &to][..], &["check", &from]] {
        let output = run(arguments, b"");
        assert_eq!(output.status.code(), Some(1));
        let said = "expected a PDF with text, got none on any page (of 1): they may be pictures of a script";
        let said = format!("scriptroom: cannot read {}: {said}\n", file("a.pdf"));
        assert_eq!(text(&output.stderr), said);
    }
    assert!(!folder.join("b.fountain").exists(), "and writes nothing");
}
