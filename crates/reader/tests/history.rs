//! What history asks: comparing two states, and taking back what one person did.

use expect_test::{Expect, expect};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use scriptroom_reader::answer;
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
    let hunks = ask(r#"{"operation":"compare"}"#, &[&old, &new]);
    let hunks: Vec<Value> = serde_json::from_slice(&hunks).expect("a list");
    let lines: Vec<String> = hunks
        .iter()
        .map(|hunk| match hunk["kind"].as_str() {
            Some("same") => format!("= {}", hunk["count"]),
            Some("changed") => format!("~ {}", words(&hunk["words"])),
            Some(kind) => format!("{kind} {}", hunk["text"]),
            None => panic!("a hunk has a kind"),
        })
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

fn words(words: &Value) -> String {
    let words = words.as_array().expect("a list").iter();
    let words = words.map(
        |word| match (word["kind"].as_str(), word["text"].as_str()) {
            (Some("removed"), Some(text)) => format!("[-{text}-]"),
            (Some("added"), Some(text)) => format!("[+{text}+]"),
            (_, text) => text.unwrap_or_default().to_owned(),
        },
    );
    words.collect()
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
            removed "He leaves."
            added "Night."
            added "Dark.""#]],
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
