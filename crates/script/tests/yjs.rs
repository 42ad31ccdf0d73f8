//! The same document in `yjs`, the npm package: as a peer in both directions, as oracle for what
//! is rendered, and as the client that leaves odd things in a document.
//!
//! It needs node and `npm ci`; without them it fails and says so.

#![expect(clippy::unwrap_used, reason = "tests unwrap what they have just built")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use scriptroom_paragraphs::{ElementType, Styles};
use scriptroom_script::{Edit, InsertedLine, Options, Script, Side};
use serde_json::{Value, json};
use support::{Dice, Editor};

/// A yjs replica in a process of its own.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn new(client: u64) -> Peer {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        assert!(
            root.join("node_modules/yjs/package.json").exists(),
            "yjs is not installed: run `npm ci` in the workspace's root first"
        );
        let mut child = Command::new("node")
            .arg("tests/yjs/peer.js")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is on the PATH");
        let input = child.stdin.take().expect("it was piped");
        let output = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut peer = Peer {
            child,
            input,
            output,
        };
        peer.ask(json!({"command": "client", "id": client}));
        peer
    }

    fn ask(&mut self, question: Value) -> Value {
        writeln!(self.input, "{question}").expect("the peer listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        let answer: Value = serde_json::from_str(&line).expect("it answers in JSON");
        assert!(answer.get("error").is_none(), "{question}: {answer}");
        answer["ok"].clone()
    }

    /// Brings what the script has to the peer.
    fn pull(&mut self, script: &Script) {
        let vector = decode(&self.ask(json!({"command": "vector"})));
        let update = script.encode_diff(&vector).unwrap();
        self.ask(json!({"command": "apply", "update": encode(&update)}));
    }

    /// Brings what the peer has to the script.
    fn push(&mut self, script: &mut Script, editor: &mut Editor) {
        let vector = encode(&script.state_vector());
        let update = decode(&self.ask(json!({"command": "diff", "vector": vector})));
        editor.apply(&script.apply_update(&update).unwrap());
        script.check();
        editor.check(script);
    }

    /// Whether both render the same.
    fn check(&mut self, script: &Script) {
        let ours: Vec<Value> = script
            .paragraphs(0..usize::MAX)
            .iter()
            .map(|paragraph| {
                let runs = paragraph.runs.iter().map(|run| {
                    let mut names: Vec<&str> = run.styles.names().collect();
                    names.sort_unstable();
                    json!([run.text, names])
                });
                json!([paragraph.element.name(), runs.collect::<Vec<_>>()])
            })
            .collect();
        let theirs = self.ask(json!({"command": "render"}));
        assert_eq!(Value::Array(ours), theirs, "yjs renders the same");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let filled = place <= chunk.len();
            text.push(if filled {
                ALPHABET[digit as usize] as char
            } else {
                '='
            });
        }
    }
    text
}

fn decode(text: &Value) -> Vec<u8> {
    let text = text
        .as_str()
        .expect("bytes come as text")
        .trim_end_matches('=');
    let digit = |c| ALPHABET.iter().position(|d| *d == c).expect("base64") as u32;
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let bits = chunk.iter().fold(0, |bits, c| bits << 6 | digit(*c)) << (6 * (4 - chunk.len()));
        bytes.extend(&bits.to_be_bytes()[1..chunk.len()]);
    }
    bytes
}

fn script(seed: u64, client_id: u64) -> Script {
    Script::new(Options { client_id, seed })
}

fn edit_ours(script: &mut Script, dice: &mut Dice, step: u64) -> scriptroom_script::Change {
    let offset = dice.below(script.len_utf16() as usize + 1) as u32;
    let reach = (offset + dice.below(6) as u32).min(script.len_utf16());
    let scenes = script.scenes();
    match dice.below(8) {
        0 if scenes.len() > 1 => {
            let scene = &scenes[dice.below(scenes.len())].id;
            let before = scenes
                .get(dice.below(scenes.len() + 1))
                .map(|scene| &scene.id);
            script.move_scene(scene, before, step * 5_000).unwrap()
        }
        1 => {
            let paragraph = dice.below(script.paragraph_count());
            let edit = Edit::SetElement {
                paragraphs: paragraph..paragraph + 1,
                element: dice.element(),
            };
            script.edit(&[edit], step * 5_000).unwrap()
        }
        2 => {
            let edit = Edit::Format {
                from: offset,
                to: reach,
                style: Styles::BOLD,
                on: dice.below(2) == 0,
            };
            script.edit(&[edit], step * 5_000).unwrap()
        }
        3 => script.undo().unwrap_or_default(),
        4 => {
            let edit = Edit::Replace {
                from: offset,
                to: reach,
                insert: vec![
                    InsertedLine::new("é👩‍🚀"),
                    InsertedLine::of(dice.element(), "next"),
                ],
            };
            script.edit(&[edit], step * 5_000).unwrap()
        }
        _ => script
            .edit(&[Edit::text(offset, offset, "word")], step * 5_000)
            .unwrap(),
    }
}

fn edit_theirs(peer: &mut Peer, script: &Script, dice: &mut Dice) {
    let offset = dice.below(script.len_utf16() as usize + 1);
    let question = match dice.below(6) {
        0 => json!({"command": "mark", "offset": offset, "type": dice.element().name()}),
        1 => json!({"command": "remove", "offset": offset, "length": dice.below(4)}),
        2 => json!({"command": "format", "offset": offset, "length": dice.below(5),
                    "attributes": {"italic": if dice.below(2) == 0 { json!(true) } else { Value::Null }}}),
        3 => json!({"command": "move", "index": dice.below(4), "key": "Q"}),
        _ => json!({"command": "insert", "offset": offset, "text": "мир"}),
    };
    peer.ask(question);
}

#[test]
fn a_yjs_peer_and_a_replica_converge_and_render_the_same() {
    for seed in 0..12 {
        let mut dice = Dice::new(seed);
        // The order of client ids must not matter.
        let (ours, theirs) = if seed % 2 == 0 { (1, 2) } else { (2, 1) };
        let mut script = script(seed, ours);
        let mut editor = Editor::of(&script);
        let mut peer = Peer::new(theirs);
        for step in 0..60 {
            match dice.below(6) {
                0..=2 => {
                    let change = edit_ours(&mut script, &mut dice, step);
                    editor.apply(&change);
                    editor.check(&script);
                }
                3 => edit_theirs(&mut peer, &script, &mut dice),
                4 => peer.pull(&script),
                _ => peer.push(&mut script, &mut editor),
            }
        }
        // An update may make this replica answer: until both have everything.
        for _ in 0..3 {
            peer.push(&mut script, &mut editor);
            peer.pull(&script);
        }
        peer.check(&script);
    }
}

#[test]
fn a_script_that_yjs_wrote_reads() {
    let mut peer = Peer::new(5);
    peer.ask(
        json!({"command": "strip", "id": "b", "key": "V", "text": "He runs.", "type": "action"}),
    );
    peer.ask(json!({"command": "strip", "id": "a", "key": "V", "text": "INT. HALL", "type": "scene-heading"}));
    let mut script = script(1, 6);
    let mut editor = Editor::of(&script);
    peer.push(&mut script, &mut editor);
    assert_eq!(script.text(), "INT. HALL\nHe runs.");
    assert_eq!(script.paragraph(0).element, ElementType::SceneHeading);
    assert_eq!(
        script.scenes().len(),
        1,
        "a heading without an id is a scene"
    );
    // Between equal keys there is no room: one strip gets another key.
    let scene = script.scenes()[0].id.clone();
    editor.apply(&script.move_scene(&scene, None, 0).unwrap());
    editor.check(&script);
    peer.pull(&script);
    peer.check(&script);
}

#[test]
fn positions_mean_the_same_to_yjs() {
    let mut script = script(1, 1);
    for text in ["Anna", "\u{1f680} up", "é"] {
        let edit = Edit::Replace {
            from: 0,
            to: 0,
            insert: vec![InsertedLine::new(text), InsertedLine::default()],
        };
        script.edit(&[edit], 0).unwrap();
    }
    let mut peer = Peer::new(2);
    peer.pull(&script);
    for offset in 0..=script.len_utf16() {
        for side in [Side::Before, Side::After] {
            let position = script.position(offset, side);
            let there = peer.ask(json!({"command": "position", "position": encode(&position)}));
            assert_eq!(there, json!(offset), "{side:?}");
            assert_eq!(script.resolve(&position), Some(offset), "{side:?}");
        }
    }
}

#[test]
fn whatever_a_foreign_client_leaves_reads_as_a_script() {
    let all = [
        "noText",
        "noMap",
        "noKey",
        "oddKey",
        "oddEmbed",
        "stringEmbed",
        "arrayEmbed",
        "emptyMark",
        "oddMark",
        "oddFormat",
        "lineBreaks",
        "replaceText",
        "textIsArray",
        "deleteStrip",
    ];
    for what in all {
        let mut script = script(1, 1);
        script
            .edit(&[Edit::text(0, 0, "Anna looks up.")], 0)
            .unwrap();
        let mut editor = Editor::of(&script);
        let mut peer = Peer::new(2);
        peer.pull(&script);
        peer.ask(json!({"command": "vandalise", "what": what}));
        peer.push(&mut script, &mut editor);
        assert!(!script.text().contains(['\r', '\u{2028}']), "{what}");
        let loaded = Script::load(
            Options {
                client_id: 9,
                seed: 9,
            },
            &[script.encode_state()],
        )
        .unwrap();
        loaded.check();
        assert_eq!(loaded.to_plain(), script.to_plain(), "{what}");
        // And it can be edited and emptied.
        for edit in [
            Edit::text(0, 0, "x"),
            Edit::text(0, script.len_utf16() + 1, ""),
            Edit::text(0, 0, "again"),
        ] {
            editor.apply(&script.edit(&[edit], 0).unwrap());
            script.check();
            editor.check(&script);
        }
        assert_eq!(script.text(), "again", "{what}");
    }
}
