//! What history asks: comparing two states, and taking back what one person did.

use expect_test::{Expect, expect};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_reader::answer;
use scriptroom_room::authorship::{Authorship, HOUR_MS};
use scriptroom_room::check::Update;
use scriptroom_room::varint::write_buffer;
use scriptroom_script::{Edit, InsertedLine, Options, Script};
use serde_json::Value;

fn ask(operation: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut request = Vec::new();
    write_buffer(&mut request, operation.as_bytes());
    parts
        .iter()
        .for_each(|part| write_buffer(&mut request, part));
    answer(&request).expect("an answer")
}

fn script(words: &[&str]) -> Script {
    let mut paragraphs = vec![Paragraph::new(ElementType::SceneHeading, "INT. HOUSE")];
    let action = words.iter();
    paragraphs.extend(action.map(|words| Paragraph::new(ElementType::Action, *words)));
    let mut script = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    script.import(&PlainScript {
        paragraphs,
        ..PlainScript::default()
    });
    script
}

fn check(old: &[&str], new: &[&str], expected: Expect) {
    let (old, new) = (script(old).encode_state(), script(new).encode_state());
    let nobody = Authorship::default();
    expected.assert_eq(&compared(&old, &new, &nobody));
}

/// Two states compared, a line for each hunk.
fn compared(old: &[u8], new: &[u8], known: &Authorship) -> String {
    let hunks = ask(r#"{"operation":"compare"}"#, &[old, new, &known.encode()]);
    let hunks: Vec<Value> = serde_json::from_slice(&hunks).expect("a list");
    let lines: Vec<String> = hunks
        .iter()
        .map(|hunk| match hunk["kind"].as_str() {
            Some("same") => format!("= {}", hunk["count"]),
            Some("changed") => format!("~ {}", words(&hunk["words"])),
            Some(kind) => format!("{kind} {}", words(&hunk["words"])),
            None => panic!("a hunk has a kind"),
        })
        .collect();
    lines.join("\n")
}

fn words(words: &Value) -> String {
    let words = words.as_array().expect("a list").iter();
    let words = words.map(
        |word| match (word["kind"].as_str(), word["text"].as_str()) {
            (Some("removed"), Some(text)) => format!("[-{text}-]{}", signature(word)),
            (Some("added"), Some(text)) => format!("[+{text}+]{}", signature(word)),
            (_, text) => text.unwrap_or_default().to_owned(),
        },
    );
    words.collect()
}

/// Who, and in which hour, where that is known.
fn signature(word: &Value) -> String {
    match (word["by"].as_str(), word["hour"].as_u64()) {
        (Some(who), Some(ms)) => format!("{who}@{}", ms / HOUR_MS),
        _ => String::new(),
    }
}

#[test]
fn h5_two_states_are_compared_by_paragraphs_and_words() {
    check(&["It rains."], &["It rains."], expect!["= 2"]);
    check(
        &["It rains.", "Anna waits by the door.", "He leaves."],
        &["It rains.", "Anna sits by the old door.", "Night.", "Dark."],
        expect![[r#"
            = 2
            ~ Anna [-waits-][+sits+] by the [+old +]door.
            removed [-He leaves.-]
            added [+Night.+]
            added [+Dark.+]"#]],
    );
}

/// People who write by turns, each edit an hour after the one before.
struct Room {
    writers: Vec<(&'static str, Script)>,
    known: Authorship,
    hour: u64,
}

impl Room {
    fn new(words: &[&str], people: &[&'static str]) -> Room {
        let base = script(words).encode_state();
        let writers = (7..).zip(people).map(|(client_id, who)| {
            let seed = client_id;
            let script = Script::load(Options { client_id, seed }, &[&base]);
            (*who, script.expect("a state"))
        });
        let mut room = Room {
            writers: writers.collect(),
            known: Authorship::default(),
            hour: 1,
        };
        room.log("origin", &base);
        room
    }

    fn log(&mut self, who: &str, update: &[u8]) {
        let update = Update::decode(update).expect("an update");
        self.known.add(who, self.hour * HOUR_MS, &update);
        self.hour += 1;
    }

    fn state(&self) -> Vec<u8> {
        self.writers[0].1.encode_state()
    }

    /// Somebody replaces words.
    fn edit(&mut self, who: &str, find: &str, len: u32, insert: Vec<InsertedLine>) {
        let writer = self.writers.iter().position(|(name, _)| *name == who);
        let (_, script) = &mut self.writers[writer.expect("a writer")];
        let text = script.text();
        let at = text.find(find).expect("the words are there");
        let from = text[..at].encode_utf16().count() as u32;
        let to = from + len;
        let update = script.edit(&[Edit::Replace { from, to, insert }], 0);
        let update = update.expect("an edit").update.expect("something changed");
        for (name, script) in &mut self.writers {
            if *name != who {
                script.apply_update(&update).expect("an update");
            }
        }
        self.log(who, &update);
    }
}

#[test]
fn h5_every_word_has_who_wrote_it_and_who_deleted_it() {
    let words = ["It rains 🎬 on the roof.", "He leaves.", "She stays."];
    let mut room = Room::new(&words, &["ada", "ben"]);
    let first = room.state();
    room.edit("ada", "rains", 5, line("snows"));
    room.edit("ben", "snows", 0, line("hardly "));
    room.edit("ben", "roof", 4, line("street"));
    room.edit("ada", "\nHe leaves.", 11, vec![InsertedLine::new("")]);
    room.edit(
        "ben",
        "She",
        0,
        vec![InsertedLine::new("Night."), InsertedLine::new("")],
    );
    room.edit("ada", "Night", 0, line("Dark "));
    let last = room.state();
    expect![[r#"
        = 1
        ~ It [-rains-]ada@2[+hardly +]ben@3[+snows+]ada@2 🎬 on the [-roof-]ben@4[+street+]ben@4.
        removed [-He leaves.-]ada@5
        added [+Dark +]ada@7[+Night.+]ben@6
        = 1"#]]
    .assert_eq(&compared(&first, &last, &room.known));
    // Backwards nobody has deleted anything, and what comes is by who wrote it first.
    expect![[r#"
        = 1
        ~ It [-hardly snows-][+rains+]origin@1 🎬 on the [-street-][+roof+]origin@1.
        removed [-Dark Night.-]
        added [+He leaves.+]origin@1
        = 1"#]]
    .assert_eq(&compared(&last, &first, &room.known));
}

#[test]
fn h5_what_is_not_known_is_nobodys() {
    let mut room = Room::new(&["It rains on the roof."], &["ada"]);
    let first = room.state();
    room.known = Authorship::default();
    room.edit("ada", "rains", 5, line("snows"));
    room.known = Authorship::default();
    room.edit("ada", "snows", 0, line("never "));
    let last = room.state();
    expect![[r#"
        = 1
        ~ It [-rains-][+never +]ada@3[+snows+] on the roof."#]]
    .assert_eq(&compared(&first, &last, &room.known));
}

#[test]
fn h7_a_text_says_who_wrote_what() {
    let mut room = Room::new(&["It rains."], &["ada", "ben"]);
    room.edit("ada", "rains", 0, line("hardly "));
    room.edit("ben", "rains", 5, line("snows"));
    let operation = r#"{"operation":"authors"}"#;
    let answer = ask(operation, &[&room.state(), &room.known.encode()]);
    let blocks: Vec<Value> = serde_json::from_slice(&answer).expect("a list");
    let pieces = blocks[1]["text"].as_array().expect("a list").iter();
    let pieces = pieces.map(|piece| format!("{}{}", piece["text"], signature(piece)));
    let pieces: Vec<String> = pieces.collect();
    assert_eq!(
        (pieces.join(" "), &blocks[1]["type"]),
        (
            r#""It "origin@1 "hardly "ada@2 "snows"ben@3 "."origin@1"#.to_owned(),
            &Value::from("action")
        )
    );
}

/// Two people write by turns; then what one of them did is taken back.
struct Table {
    ada: Script,
    ben: Script,
    base: Vec<u8>,
    log: Vec<(bool, Vec<u8>)>,
}

impl Table {
    fn new(words: &[&str]) -> Table {
        let base = script(words).encode_state();
        let open = |client_id| {
            let seed = client_id;
            Script::load(Options { client_id, seed }, &[&base]).expect("a state")
        };
        Table {
            ada: open(7),
            ben: open(8),
            base: base.clone(),
            log: Vec::new(),
        }
    }

    fn edit(&mut self, ada: bool, find: &str, len: u32, insert: Vec<InsertedLine>) {
        let (writer, other) = match ada {
            true => (&mut self.ada, &mut self.ben),
            false => (&mut self.ben, &mut self.ada),
        };
        let from = writer.text().find(find).expect("the words are there") as u32;
        let edit = Edit::Replace {
            from,
            to: from + len,
            insert,
        };
        let update = writer.edit(&[edit], 0).expect("an edit").update;
        let update = update.expect("something changed");
        other.apply_update(&update).expect("an update");
        self.log.push((ada, update));
    }

    /// Takes Ada's edits back; the text that everybody has then.
    fn without_ada(mut self) -> String {
        let theirs: Vec<String> = self.log.iter().map(|(ada, _)| ada.to_string()).collect();
        let operation = format!(
            r#"{{"operation":"rollback","client":99,"seed":3,"theirs":[{}]}}"#,
            theirs.join(",")
        );
        let mut parts = vec![&self.base[..]];
        parts.extend(self.log.iter().map(|(_, update)| &update[..]));
        let update = ask(&operation, &parts);
        self.ada.apply_update(&update).expect("an update");
        self.ben.apply_update(&update).expect("an update");
        assert_eq!(self.ada.text(), self.ben.text());
        self.ben.text()
    }
}

fn line(text: &str) -> Vec<InsertedLine> {
    vec![InsertedLine::new(text)]
}

#[test]
fn h6_what_one_wrote_and_deleted_is_taken_back_and_the_others_words_stay() {
    let mut table = Table::new(&["It rains on the roof.", "He leaves."]);
    table.edit(true, "rains", 5, line("snows"));
    table.edit(false, "leaves", 0, line("never "));
    table.edit(true, "roof", 0, line("old "));
    table.edit(false, "old", 0, line("very "));
    assert_eq!(
        table.without_ada(),
        "INT. HOUSE\nIt rains on the very roof.\nHe never leaves."
    );
}

#[test]
fn h6_paragraphs_that_one_made_and_joined_are_taken_back() {
    let mut table = Table::new(&["One.", "Two.", "Three."]);
    // Ada joins two paragraphs and makes a new one; Ben writes into both.
    table.edit(true, "\nTwo", 1, line(" "));
    table.edit(false, "Two", 0, line("and "));
    table.edit(
        true,
        "Three",
        0,
        vec![InsertedLine::new("Before."), InsertedLine::new("")],
    );
    table.edit(false, "Three", 0, line("not "));
    assert_eq!(
        table.without_ada(),
        "INT. HOUSE\nOne.\nand Two.\nnot Three."
    );
}
