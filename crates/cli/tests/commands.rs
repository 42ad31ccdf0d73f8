//! The program as it is used: run in a shell's way, with files, pipes and mistakes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use expect_test::expect;
use scriptroom_samples::DEMO;

use program::{check_error, folder, out, run, text};

#[test]
fn a_file_goes_to_json_and_back() {
    let folder = folder("json");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(file("a.fountain"), DEMO).unwrap();
    assert_eq!(
        out(&["convert", &file("a.fountain"), &file("b.json")], ""),
        ""
    );
    assert!(
        fs::read_to_string(file("b.json"))
            .unwrap()
            .starts_with("{\"blocks\":[")
    );
    assert_eq!(
        out(&["convert", &file("b.json"), &file("c.fountain")], ""),
        ""
    );
    let printed = out(&["convert", &file("a.fountain"), "-"], "");
    assert_eq!(fs::read_to_string(file("c.fountain")).unwrap(), printed);
}

#[test]
fn a_final_draft_file_is_written_read_and_left_as_it_is() {
    let folder = folder("fdx");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(file("a.fountain"), DEMO).unwrap();
    let convert = |from: &str, to: &str| out(&["convert", &file(from), &file(to)], "");
    convert("a.fountain", "b.fdx");
    convert("b.fdx", "c.fountain");
    convert("c.fountain", "d.fdx");
    convert("d.fdx", "e.fountain");
    let read = |name: &str| fs::read_to_string(file(name)).unwrap();
    assert_eq!(read("e.fountain"), read("c.fountain"));
    // What we know nothing of is still there, and so is how it is written.
    let foreign = read("b.fdx").replace("<ScriptNotes/>", "<Moon Phase='3'/><ScriptNotes/>");
    fs::write(file("f.fdx"), &foreign).unwrap();
    convert("f.fdx", "g.fdx");
    assert_eq!(read("g.fdx"), foreign);
    assert_eq!(
        out(&["convert", "-", "-", "--from=fdx"], &foreign),
        read("c.fountain")
    );
}

#[test]
fn what_is_odd_in_a_final_draft_file_is_said_with_its_place() {
    let cut = "<FinalDraft><Content>\n<Paragraph Type=\"Action\"><Text>Ra";
    let output = run(&["convert", "-", "-", "--from", "fdx"], cut.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "Ra\n");
    let first = "standard input: line 2, column 34: expected `</Text>`, got the end of the file\n";
    assert!(text(&output.stderr).starts_with(first));
    check_error(
        &["convert", "-", "-", "--from", "fdx"],
        b"INT. HOUSE",
        1,
        expect![[r#"
            scriptroom: cannot read standard input: line 1, column 1: expected `<FinalDraft>`, got no XML
        "#]],
    );
}

#[test]
fn pipes() {
    assert_eq!(
        out(&["convert", "-", "-"], "int. house\r\n\r\nRain."),
        "int. house\n\nRain.\n"
    );
    let json = out(&["convert", "-", "-", "--to", "json"], "Rain.");
    assert_eq!(
        json,
        "[{\"children\":[{\"text\":\"Rain.\"}],\"type\":\"action\"}]\n"
    );
    assert_eq!(out(&["convert", "-", "-", "--from=json"], &json), "Rain.\n");
}

#[test]
fn generated_scripts_have_the_pages_asked_for() {
    for (seed, pages) in [("1", 120), ("2", 120), ("3", 250), ("4", 30)] {
        let count = pages.to_string();
        let script = out(&["generate", "--pages", &count, "--seed", seed], "");
        assert_eq!(
            out(&["generate", "--pages", &count, "--seed", seed, "-"], ""),
            script
        );
        let listing = out(&["pages", "-"], &script);
        let last = listing.lines().last().unwrap();
        let laid_out: usize = last.strip_suffix(" pages").unwrap().parse().unwrap();
        assert!(
            laid_out.abs_diff(pages) * 20 <= pages,
            "{laid_out} pages for {pages}, seed {seed}"
        );
        assert_eq!(listing.lines().count(), laid_out + 1);
    }
}

#[test]
fn pages_are_listed() {
    expect![[r#"
            1  Rain.
        1 page
    "#]]
    .assert_eq(&out(&["pages", "-", "--preset", "bbc"], "Rain."));
}

#[test]
fn a_presets_settings_are_set_by_name() {
    let set = ["--set", "lines=3", "--set=action.space-before=0"];
    expect![[r#"
            1  Rain.
            2  Rain.
        2 pages
    "#]]
    .assert_eq(&out(
        &[&["pages", "-"], &set[..]].concat(),
        &"Rain.\n\n".repeat(6),
    ));
    check_error(
        &[
            "pages",
            "-",
            "--set",
            "lines=0",
            "--set",
            "font=Courier",
            "--set",
            "more=1",
        ],
        b"",
        2,
        expect![[r#"
            scriptroom: expected the name of a setting, got "font"; expected a text of one line, or false for more, got 1; expected lines from 1 to 66 lines, got 0
            Try `scriptroom help`.
        "#]],
    );
    check_error(
        &["pages", "-", "--set", "lines"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected a setting such as `lines=55` after --set, got `lines`
        Try `scriptroom help`.
    "#]],
    );
}

#[test]
fn guesses_are_said_and_do_no_harm() {
    let output = run(&["convert", "-", "-"], b"One [[note\n\nTw\xff.\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "One [[note]]\n\nTwÿ.\n");
    expect![[r#"
        standard input: line 3, column 3: expected UTF-8; read as Windows-1252
        standard input: line 1, column 5: expected `]]` before the blank line; the note that starts with `[[` ends there
    "#]].assert_eq(&text(&output.stderr));
    let json = br#"[{"type":"aside","children":[]}]"#;
    let output = run(&["convert", "-", "-", "--from", "json"], json);
    expect![[r#"
        standard input: block 0: ignored the type `aside`, which reads as `action`
    "#]]
    .assert_eq(&text(&output.stderr));
}

#[test]
fn wrong_usage_exits_with_2_and_says_what_was_expected() {
    check_error(
        &[],
        b"",
        2,
        expect![[r#"
        scriptroom: expected a command, got nothing
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["shred"],
        b"",
        2,
        expect![[r#"
            scriptroom: expected one of convert, pages, report, check, new, open, import, export, generate, completions, man, help, got `shred`
            Try `scriptroom help`.
        "#]],
    );
    check_error(
        &["convert", "a.fountain"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected the file to write, got nothing
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["convert", "a.doc", "-"],
        b"",
        2,
        expect![[r#"
            scriptroom: expected a name whose ending tells its format (fountain, fdx, osf, json, pdf), got `a.doc`; or say --from
            Try `scriptroom help`.
        "#]],
    );
    check_error(
        &["convert", "-", "-", "-"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected no further file, got `-`
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["convert", "-", "-", "--to", "doc"],
        b"",
        2,
        expect![[r#"
            scriptroom: expected one of fountain, fdx, osf, json, pdf, docx, html, text after --to, got `doc`
            Try `scriptroom help`.
        "#]],
    );
    check_error(
        &["generate", "--pages", "many"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected a number after --pages, got `many`
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["generate", "--seed"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected a value after --seed, got nothing
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["generate", "--sead", "1"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected one of --pages, --seed, --to, got `--sead`
        Try `scriptroom help`.
    "#]],
    );
    check_error(
        &["pages", "-", "--preset", "x"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected one of final-draft, final-draft-a4, fountain, fountain-a4, stage-modern, stage-traditional, bbc after --preset, got `x`
        Try `scriptroom help`.
    "#]],
    );
}

#[test]
fn files_that_fail_exit_with_1_and_say_why() {
    check_error(
        &["convert", "no/such.fountain", "-"],
        b"",
        1,
        expect![[r#"
        scriptroom: cannot read no/such.fountain: No such file or directory (os error 2)
    "#]],
    );
    check_error(
        &["convert", "-", "no/such/out.json"],
        b"Rain.",
        1,
        expect![[r#"
            scriptroom: cannot write no/such/out.json: No such file or directory (os error 2)
        "#]],
    );
    check_error(
        &["convert", "-", "-", "--from", "json"],
        b"[{}]",
        1,
        expect![[r#"
            scriptroom: cannot read standard input: block 0: expected an element type in `type`, got nothing
        "#]],
    );
    check_error(
        &["pages", "-", "--from", "json"],
        b"{",
        1,
        expect![[r#"
            scriptroom: cannot read standard input: expected JSON: EOF while parsing an object at line 1 column 1
        "#]],
    );
}

#[test]
fn input_that_fails_leaves_the_output_alone() {
    let folder = folder("alone");
    let target = folder.join("kept.fountain");
    fs::write(&target, "Kept.\n").unwrap();
    let output = run(
        &["convert", "-", target.to_str().unwrap(), "--from", "json"],
        b"[",
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&target).unwrap(), "Kept.\n");
}

#[test]
fn help_and_version() {
    for arguments in [&["help"][..], &["--help"], &["convert", "--help"]] {
        assert!(out(arguments, "").contains("scriptroom convert IN OUT"));
    }
    assert_eq!(
        out(&["--version"], ""),
        concat!("scriptroom ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_scriptroom"))
        .args(["generate", "--pages", "300"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_script_is_printed_and_read_back() {
    let folder = folder("pdf");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(file("a.fountain"), DEMO).unwrap();
    out(
        &[
            "convert",
            &file("a.fountain"),
            &file("a.pdf"),
            "--watermark",
            "Ana",
            "--language",
            "en",
        ],
        "",
    );
    let pdf = fs::read(file("a.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7") && pdf.ends_with(b"%%EOF"));
    let pages = scriptroom_formats::pdf::lines(&pdf).unwrap();
    let listing = out(&["pages", &file("a.fountain")], "");
    assert_eq!(
        listing.lines().count() - 1,
        pages.len() - 1,
        "the title page has no number"
    );
    let output = run(&["convert", &file("a.pdf"), "-"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("a.pdf: page 1: taken for a title page"));
    let headings = |script: &str| {
        script
            .lines()
            .filter(|line| line.starts_with("INT. ") || line.starts_with("EXT. "))
            .count()
    };
    assert!(headings(DEMO) > 3);
    assert_eq!(headings(&text(&output.stdout)), headings(DEMO));
    let no_font = [
        "convert",
        "-",
        &file("b.pdf"),
        "--font",
        &file("a.fountain"),
    ];
    let output = run(&no_font, b"Rain.");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr)
            .contains("expected a TrueType, OpenType or WOFF 1 font, got 6884 bytes that are none")
    );
    assert!(!PathBuf::from(file("b.pdf")).exists());
}

#[test]
fn what_is_only_written_has_the_script_in_it() {
    let html = out(
        &["convert", "-", "-", "--to", "html"],
        "INT. A & B\n\nRain, *again*.\n",
    );
    assert!(
        html.contains("<h2 class=\"scene-heading\">INT. A &amp; B</h2>"),
        "{html}"
    );
    assert!(html.contains("Rain, <i>again</i>."));
    let paper = out(&["convert", "-", "-", "--to=text"], "ANA\nYes.\n");
    assert_eq!(paper, "                     ANA\n           Yes.\n");
    let output = run(&["convert", "-", "-", "--to", "docx"], b"Rain.");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"PK"));
    check_error(
        &["convert", "a.docx", "-"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected a name whose ending tells its format (fountain, fdx, osf, json, pdf), got `a.docx`; or say --from
        Try `scriptroom help`.
    "#]],
    );
}

#[test]
fn a_files_ending_tells_what_is_written() {
    let folder = folder("endings");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(file("a.fountain"), DEMO).unwrap();
    let endings = [
        ("docx", "docx"),
        ("html", "html"),
        ("htm", "html"),
        ("txt", "text"),
        ("text", "text"),
        ("pdf", "pdf"),
    ];
    for (ending, format) in endings {
        let named = file(&format!("{ending}-by-name.{ending}"));
        assert_eq!(out(&["convert", &file("a.fountain"), &named], ""), "");
        let piped = run(&["convert", &file("a.fountain"), "-", "--to", format], b"");
        assert_eq!(piped.status.code(), Some(0));
        let written = fs::read(named).unwrap();
        assert!(written == piped.stdout, "{ending}");
        let head: &[u8] = match format {
            "docx" => b"PK\x03\x04",
            "html" => b"<!doctype html>",
            "pdf" => b"%PDF-",
            _ => b"",
        };
        assert!(written.starts_with(head), "{ending}");
    }
    // Each heading is on paper, with its number in the margin or not; in HTML it is a heading.
    let read = |name: &str| fs::read_to_string(file(name)).unwrap();
    let headings: Vec<&str> = DEMO
        .lines()
        .filter(|line| line.starts_with("INT. ") || line.starts_with("EXT. "))
        .collect();
    assert!(headings.len() > 3);
    let (paper, html) = (read("txt-by-name.txt"), read("html-by-name.html"));
    for heading in &headings {
        let heading = heading.split(" #").next().unwrap();
        assert!(paper.contains(heading), "{heading}");
    }
    assert_eq!(
        html.matches("<h2 class=\"scene-heading").count(),
        headings.len()
    );
}

/// A font with one letter, which looks like one of Courier Prime's.
fn font_with(letter: char) -> Vec<u8> {
    const GLYPH: u32 = 60;
    let courier = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../print/fonts/CourierPrime-Regular.ttf"
    );
    let mut font = fs::read(courier).unwrap();
    // One table of the kind that has all of Unicode (format 12), with one group.
    let mut letters = vec![0, 0, 0, 1, 0, 3, 0, 10];
    let words = [12, 12 << 16, 28, 0, 1, letter.into(), letter.into(), GLYPH];
    letters.extend(words.into_iter().flat_map(u32::to_be_bytes));
    let entry = font.windows(4).position(|tag| tag == b"cmap").unwrap();
    let place = [font.len(), letters.len()].map(|number| u32::try_from(number).unwrap());
    font.splice(
        entry + 8..entry + 16,
        place.into_iter().flat_map(u32::to_be_bytes),
    );
    font.extend(letters);
    font
}

#[test]
fn a_font_that_is_given_has_the_letters_that_ours_lacks() {
    let folder = folder("font");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(file("a.ttf"), font_with('Ж')).unwrap();
    let printed = |name: &str, font: &[&str]| {
        let pdf = file(name);
        let output = run(
            &[&["convert", "-", &pdf], font].concat(),
            "Rain Ж, Я.".as_bytes(),
        );
        assert_eq!(output.status.code(), Some(0));
        let pdf = fs::read(&pdf).unwrap();
        let fonts = pdf.windows(10).filter(|name| name == b"/FontFile2").count();
        let lines = scriptroom_formats::pdf::lines(&pdf).unwrap();
        (text(&output.stderr), fonts, lines[0][0].text.clone())
    };
    let (remark, fonts, _) = printed("without.pdf", &[]);
    expect![[r#"
        no font has these letters, so a box stands for each: ЖЯ (say --font FILE)
    "#]]
    .assert_eq(&remark);
    assert_eq!(fonts, 1);
    let (remark, fonts, line) = printed("with.pdf", &["--font", &file("a.ttf")]);
    expect![[r#"
        no font has these letters, so a box stands for each: Я (say --font FILE)
    "#]]
    .assert_eq(&remark);
    assert_eq!(fonts, 2);
    assert!(line.starts_with("Rain Ж, "), "{line}");
    // As many as are given.
    fs::write(file("b.ttf"), font_with('Я')).unwrap();
    let both = ["--font", &file("a.ttf"), "--font", &file("b.ttf")];
    let all = printed("both.pdf", &both);
    assert_eq!(all, (String::new(), 3, "Rain Ж, Я.".to_owned()));
}

#[test]
fn reports_are_csv_or_json() {
    let script = "INT. FERRY - NIGHT\n\nANA\nWe are late.\n";
    expect![[r#"
        scene,number,setting,location,time,page,eighths,minutes,words,speeches,characters
        1,,INT,FERRY,NIGHT,1,1,0.125,7,1,ANA
    "#]]
    .assert_eq(&out(&["report", "scenes", "-"], script).replace("\r\n", "\n"));
    expect![[r#"
        [
          {
            "character": "ANA",
            "first_page": "1",
            "last_page": "1",
            "scenes": 1,
            "speeches": 1,
            "words": 3
          }
        ]
    "#]]
    .assert_eq(&out(&["report", "characters", "-", "--as", "json"], script));
    check_error(
        &["report", "props", "-"],
        b"",
        2,
        expect![[r#"
            scriptroom: expected one of summary, scenes, characters, locations, dialogue, matrix, length, got `props`
            Try `scriptroom help`.
        "#]],
    );
    check_error(
        &["report", "scenes", "-", "--as", "xml"],
        b"",
        2,
        expect![[r#"
            scriptroom: expected one of csv, json after --as, got `xml`
            Try `scriptroom help`.
        "#]],
    );
}

#[test]
fn pages_are_listed_for_programs() {
    expect![[r#"
        [
          {
            "contd": null,
            "line": 0,
            "more": false,
            "offset": 0,
            "page": "1",
            "paragraph": 0
          },
          {
            "contd": null,
            "line": 52,
            "more": false,
            "offset": 3120,
            "page": "2",
            "paragraph": 1
          }
        ]
    "#]]
    .assert_eq(&out(
        &["pages", "-", "--as=json"],
        &format!("Rain.\n\n{}", "Wind. ".repeat(800)),
    ));
}

#[test]
fn check_says_what_was_guessed_and_exits_with_3() {
    let output = run(&["check", "-"], b"Rain.\n\nOne [[note\n\nTwo.\n");
    expect![[r#"
        standard input: line 3, column 5: expected `]]` before the blank line; the note that starts with `[[` ends there
    "#]].assert_eq(&text(&output.stdout));
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(out(&["check", "-"], "Rain.\n"), "");
    check_error(
        &["check", "-", "--from", "pdf"],
        b"no",
        1,
        expect![[r#"
        scriptroom: cannot read standard input: expected a PDF, got a file without `%PDF-` in its first 1024 bytes
    "#]],
    );
}

/// What bash offers for a command line, its last word begun, in a folder with some files.
fn offered(folder: &std::path::Path, words: &[&str]) -> Vec<String> {
    fs::write(
        folder.join("scriptroom.bash"),
        out(&["completions", "bash"], ""),
    )
    .unwrap();
    let ask = "source ./scriptroom.bash && COMP_WORDS=(\"$@\") && COMP_CWORD=$(($# - 1)) && \
        $(complete -p scriptroom | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--norc", "-uc", ask, "bash", "scriptroom"])
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_files() {
    let folder = folder("completions");
    fs::write(folder.join("ferry one.fountain"), "").unwrap();
    let offered = |words: &[&str]| offered(&folder, words).join("|");
    assert_eq!(offered(&["con"]), "convert");
    assert_eq!(offered(&["convert", "--w"]), "--watermark");
    assert_eq!(offered(&["convert", "fer"]), "ferry one.fountain");
    assert_eq!(offered(&["report", "ch"]), "characters");
    assert_eq!(offered(&["new", "--t"]), "--title|--token|--token-file");
    assert_eq!(offered(&["completions", "z"]), "zsh");
    assert_eq!(offered(&["check", "--"]), "--from");
}

#[test]
fn bash_completes_what_an_option_may_be() {
    let folder = folder("values");
    fs::write(folder.join("page one.fountain"), "").unwrap();
    let offered = |words: &[&str]| offered(&folder, words).join("|");
    assert_eq!(offered(&["convert", "--to", "p"]), "pdf");
    assert_eq!(offered(&["convert", "--from", "d"]), "");
    assert_eq!(offered(&["pages", "-", "--as", ""]), "text|json");
    assert_eq!(offered(&["report", "matrix", "--as", ""]), "csv|json");
    assert_eq!(
        offered(&["pages", "--preset", "fo"]),
        "fountain|fountain-a4"
    );
    // As bash splits `--scene-numbers=` and `--scene-numbers=l`.
    assert_eq!(
        offered(&["export", "--scene-numbers", "="]),
        "none|left|right|both"
    );
    assert_eq!(offered(&["export", "--scene-numbers", "=", "l"]), "left");
    // A font is a file.
    assert_eq!(offered(&["convert", "--font", "page"]), "page one.fountain");
}

#[test]
fn an_option_that_is_a_question_takes_no_other_answer() {
    check_error(
        &["convert", "-", "-", "--title-page", "maybe"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected one of yes, no after --title-page, got `maybe`
        Try `scriptroom help`.
    "#]],
    );
}

/// A program of the system reads this without a complaint; nothing is asked where there is no such program.
fn is_read_by(program: &str, arguments: &[&str], file: &std::path::Path) {
    match Command::new(program).args(arguments).arg(file).output() {
        Ok(output) => {
            assert_eq!(text(&output.stderr), "", "{program}");
            assert!(output.status.success(), "{program}");
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{program}"),
    }
}

#[test]
fn completions_and_the_manual_are_read_by_the_programs_that_there_are() {
    let folder = folder("shells");
    for shell in ["bash", "zsh", "fish"] {
        let file = folder.join(shell);
        fs::write(&file, out(&["completions", shell], "")).unwrap();
        is_read_by(shell, &["-n"], &file);
    }
    // Every order of the manual is one of those that `man` has, and no line is taken for another.
    let manual = out(&["man"], "");
    let orders = manual.lines().filter(|line| line.starts_with(['.', '\'']));
    let orders: Vec<&str> = orders.map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(orders, [".TH", ".SH", ".SH", ".nf", ".fi"]);
    let file = folder.join("scriptroom.1");
    fs::write(&file, manual).unwrap();
    is_read_by("man", &["--warnings", "-l"], &file);
    is_read_by("mandoc", &["-T", "lint", "-W", "error"], &file);
    is_read_by("groff", &["-man", "-Tutf8", "-ww", "-z"], &file);
}

#[test]
fn shells_are_told_the_commands() {
    let bash = out(&["completions", "bash"], "");
    let asked = format!(
        "{bash}\nCOMP_WORDS=(scriptroom re); COMP_CWORD=1; cd /; __scriptroom; echo \"${{COMPREPLY[0]}}\""
    );
    let answer = Command::new("bash").args(["-c", &asked]).output().unwrap();
    assert_eq!(text(&answer.stdout), "report\n");
    for shell in ["zsh", "fish"] {
        assert!(out(&["completions", shell], "").contains("watermark"));
    }
    check_error(
        &["completions", "tcsh"],
        b"",
        2,
        expect![[r#"
        scriptroom: expected bash, zsh or fish, got `tcsh`
        Try `scriptroom help`.
    "#]],
    );
    let manual = out(&["man"], "");
    assert!(manual.starts_with(".TH SCRIPTROOM 1"));
    assert!(manual.contains("scriptroom convert IN OUT"));
    for all in [&bash, &manual.replace("\\-", "-")] {
        assert!(all.contains("--token-file") && all.contains("length"));
    }
}
