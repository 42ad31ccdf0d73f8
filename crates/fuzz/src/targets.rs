//! Every decoder as a fuzz target: bytes in, and nothing may panic, whatever they are. What can be said of the answer is asserted.
//!
//! `cargo xtask fuzz TARGET` has libFuzzer look for such bytes; `tests/targets.rs` runs each target on its seeds and on
//! changed ones, so that none can rot.

use fastrand::Rng;
use scriptroom_client::session::{Input as Told, Replica, Session as Connection};
use scriptroom_formats::{blocks, fdx, fountain, osf, text};
use scriptroom_pages::Production;
use scriptroom_paragraphs::bytes::decode_script;
use scriptroom_room::admission::admit;
use scriptroom_room::authorship::Authorship;
use scriptroom_room::block::Block;
use scriptroom_room::check::Update;
use scriptroom_room::ground::Ground;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::{merge, merge_for_join};
use scriptroom_room::varint::{write_buffer, write_uint};
use scriptroom_room::wire::{Message, decode_owners};
use scriptroom_room::{Access, Input, Role, Session, SessionId, awareness};
use scriptroom_samples::DEMO;
use scriptroom_script::{Options, Script, Side, Threads};

use crate::builder::uint;
use crate::corpus::{self, Input as Hostile};
use crate::fonts;
use crate::pdfs;
use crate::real;
use crate::store::Store;
use crate::tokens;

/// A decoder.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Tries it on bytes.
    pub run: fn(&[u8]),
    /// What to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const ALL: &[Target] = &[
    Target {
        name: "wire",
        run: wire,
        seeds: frames,
    },
    Target {
        name: "update",
        run: update,
        seeds: updates,
    },
    Target {
        name: "state-vector",
        run: state_vector,
        seeds: state_vectors,
    },
    Target {
        name: "deletions",
        run: deletions,
        seeds: lists_of_deletions,
    },
    Target {
        name: "awareness",
        run: presence,
        seeds: presences,
    },
    Target {
        name: "attachment",
        run: attachment,
        seeds: attachments,
    },
    Target {
        name: "authorship",
        run: authorship,
        seeds: authorships,
    },
    Target {
        name: "block",
        run: block,
        seeds: stored_blocks,
    },
    Target {
        name: "room",
        run: room,
        seeds: frames,
    },
    Target {
        name: "script",
        run: script,
        seeds: updates,
    },
    Target {
        name: "position",
        run: position,
        seeds: positions,
    },
    Target {
        name: "reader",
        run: reader,
        seeds: updates,
    },
    Target {
        name: "fountain",
        run: read_fountain,
        seeds: fountains,
    },
    Target {
        name: "final-draft",
        run: read_final_draft,
        seeds: final_drafts,
    },
    Target {
        name: "open-screenplay",
        run: read_open_screenplay,
        seeds: open_screenplays,
    },
    Target {
        name: "pdf",
        run: pdfs::run,
        seeds: pdfs::seeds,
    },
    Target {
        name: "font",
        run: fonts::run,
        seeds: fonts::seeds,
    },
    Target {
        name: "blocks",
        run: read_blocks,
        seeds: lists_of_blocks,
    },
    Target {
        name: "token",
        run: tokens::run,
        seeds: tokens::seeds,
    },
    Target {
        name: "client",
        run: client,
        seeds: frames,
    },
];

/// The target of that name.
pub fn named(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

fn wire(bytes: &[u8]) {
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
    if let Ok(owners) = decode_owners(bytes) {
        assert!(owners.len() <= bytes.len());
    }
}

fn update(bytes: &[u8]) {
    let Ok(update) = Update::decode(bytes) else {
        return;
    };
    let nobody = StateVector::default();
    for ground in [None, Some(&Ground::default())] {
        let Ok(admission) = admit(&update, &nobody, None, ground) else {
            continue;
        };
        for part in [admission.stored, admission.rest].into_iter().flatten() {
            assert!(Update::decode(&part).is_ok(), "what is written can be read");
            let merged = merge(&[&part, &part], &nobody).expect("it can be merged");
            assert!(Update::decode(&merged).is_ok());
            let cut = merge_for_join(&[&part], &nobody).expect("it can be joined");
            assert!(Update::decode(&cut).is_ok());
        }
    }
}

fn state_vector(bytes: &[u8]) {
    if let Ok(vector) = StateVector::decode(bytes) {
        assert_eq!(StateVector::decode(&vector.encode()), Ok(vector));
    }
}

/// Deletions are the end of an update; here of one without structs.
fn deletions(bytes: &[u8]) {
    update(&[&[0], bytes].concat());
}

fn presence(bytes: &[u8]) {
    if let Ok(presences) = awareness::decode(bytes, 64) {
        let again = awareness::encode(presences.iter());
        assert_eq!(awareness::decode(&again, 64), Ok(presences));
    }
}

fn attachment(bytes: &[u8]) {
    if let Ok(session) = Session::decode(bytes) {
        assert!(Session::decode(&session.encode()).is_ok());
    }
}

fn authorship(bytes: &[u8]) {
    if let Ok(known) = Authorship::decode(bytes) {
        assert!(Authorship::decode(&known.encode()).is_ok());
    }
}

/// The first byte says how a row's bytes lie there.
fn block(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let block = Block {
        bytes: bytes.into(),
        packed: first & 1 == 1,
        checksum: None,
        size: usize::from(first) * 8,
    };
    if let Ok(entry) = block.open() {
        let stored = Block::of(&entry);
        assert_eq!(stored.open(), Ok(entry));
    }
}

/// Frames to a room, each with its length in a byte before it, from two connections by turns.
fn room(bytes: &[u8]) {
    let mut store = Store::default();
    let ids = [SessionId(1), SessionId(2)];
    for (id, ours) in ids.into_iter().zip([true, false]) {
        let access = Access::lasting(Role::Editor);
        store.handle(Input::Join(
            id,
            Session::new(format!("{id:?}"), ours, access),
        ));
    }
    let mut left = bytes;
    for id in ids.into_iter().cycle() {
        let Some((&len, rest)) = left.split_first() else {
            break;
        };
        let (frame, rest) = rest.split_at(usize::from(len).min(rest.len()));
        store.handle(Input::Frame(id, frame));
        left = rest;
    }
    for entry in store.entries() {
        assert!(Update::decode(entry).is_ok(), "what is stored can be read");
    }
    store.handle(Input::Alarm);
}

fn options() -> Options {
    Options {
        client_id: 1 << 50,
        seed: 1,
    }
}

/// What a room stores of an update, as a script and as comments.
fn script(bytes: &[u8]) {
    let mut store = Store::default();
    store.offer("somebody", bytes);
    let script = Script::load(options(), store.entries()).expect("what is stored is a script");
    assert!(!script.has_pending());
    script.check();
    let threads = Threads::load(1 << 50, store.entries()).expect("and comments");
    for thread in threads.list(&|one, other| one == other) {
        let anchor = thread.anchor.unwrap_or_default();
        let _ = script.anchored(&anchor, &thread.quote);
    }
}

thread_local! {
    /// A script to point into.
    static WRITTEN: Script = {
        let mut script = Script::new(options());
        let words = "INT. HALL\n\nSome words.\n\nMore of them.";
        script.import(&fountain::parse(words).script);
        script
    };
}

/// Where a co-writer says they are, and what somebody says they have.
fn position(bytes: &[u8]) {
    WRITTEN.with(|script| {
        if let Some(offset) = script.resolve(bytes) {
            assert!(offset <= script.len_utf16());
        }
        if let Ok(diff) = script.encode_diff(bytes) {
            assert!(Update::decode(&diff).is_ok(), "what it lacks is an update");
        }
    });
}

fn request(operation: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    write_buffer(
        &mut out,
        format!("{{\"operation\":{operation}}}").as_bytes(),
    );
    parts.iter().for_each(|part| write_buffer(&mut out, part));
    out
}

fn reader(bytes: &[u8]) {
    let _ = scriptroom_reader::answer(&[&[1], &bytes[..bytes.len().min(1)]].concat());
    let mut store = Store::default();
    store.offer("somebody", bytes);
    let state =
        merge(store.entries(), &StateVector::default()).expect("what is stored can be merged");
    for operation in ["\"content\"", "\"scenes\"", "\"blocks\"", "\"fountain\""] {
        let answer = scriptroom_reader::answer(&request(operation, &[&state]));
        assert!(answer.is_ok(), "{operation}: {:?}", answer.err());
    }
    let import = "\"import\",\"client\":5,\"seed\":5";
    let answer = scriptroom_reader::answer(&request(import, &[&state, b"INT. HALL\n\nWords."]));
    assert!(answer.is_ok(), "{:?}", answer.err());
    let _ = scriptroom_reader::answer(&request("\"authors\"", &[&state, bytes]));
}

fn read_fountain(bytes: &[u8]) {
    let Ok((text, encoding)) = text::decode(bytes) else {
        return;
    };
    if let text::Encoding::Guessed { line, column } = encoding {
        assert!(std::str::from_utf8(bytes).is_err() && line > 0 && column > 0);
        assert_eq!(
            text.chars().count(),
            without_mark(bytes).len(),
            "a byte, a character"
        );
    }
    let little = text.encode_utf16().flat_map(u16::to_le_bytes);
    let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
    let known = (text.clone(), text::Encoding::Known);
    assert_eq!(text::decode(&marked), Ok(known));
    let script = fountain::parse(&text).script;
    let printed = fountain::print(&script);
    assert_eq!(fountain::parse(&printed).script, fountain::carried(&script));
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// What is read goes out as it came, and as a new file that reads the same from then on.
fn read_final_draft(bytes: &[u8]) {
    let Ok(document) = fdx::decode(bytes) else {
        return;
    };
    let script = document.script();
    let paragraphs = script.paragraphs.iter().zip(document.sources());
    let unedited: Vec<fdx::Sourced<'_>> = paragraphs
        .map(|(paragraph, source)| fdx::Sourced {
            paragraph,
            source: Some(*source),
        })
        .collect();
    assert!(document.encode(&script.title_page, &unedited) == bytes);
    let production = Production::of_writes(&document.entries());
    assert!(document.encode_produced(&script.title_page, &unedited, &production) == bytes);
    let again = |script| fdx::decode(&fdx::encode(script)).expect("what is written can be read");
    let once = again(script);
    assert_eq!(again(once.script()).script(), once.script());
    let _ = document.production();
}

/// What is read and written reads the same from then on.
fn read_open_screenplay(bytes: &[u8]) {
    let Ok(decoded) = osf::decode(bytes) else {
        return;
    };
    let again = |script| osf::decode(&osf::encode(script)).expect("what is written can be read");
    let once = again(&decoded.script).script;
    assert_eq!(again(&once).script, once);
}

fn read_blocks(bytes: &[u8]) {
    if let Ok(decoded) = blocks::decode(bytes) {
        let again = blocks::decode(blocks::encode(&decoded.script).as_bytes());
        assert_eq!(
            again.expect("what is written can be read").script,
            decoded.script
        );
    }
    let _ = decode_script(bytes);
}

/// A document that has nothing.
struct Nothing;

impl Replica for Nothing {
    fn state_vector(&self) -> Vec<u8> {
        vec![0]
    }

    fn diff(&self, state_vector: &[u8]) -> Option<Vec<u8>> {
        StateVector::decode(state_vector).ok().map(|_| vec![0, 0])
    }

    fn has_pending(&self) -> bool {
        false
    }
}

/// Frames from a relay, each with its length in a byte before it.
fn client(bytes: &[u8]) {
    for ours in [true, false] {
        let mut connection = Connection::new(1, None);
        connection.handle(Told::Connected { ours }, &Nothing);
        let mut left = bytes;
        while let Some((&len, rest)) = left.split_first() {
            let (frame, rest) = rest.split_at(usize::from(len).min(rest.len()));
            connection.handle(Told::Frame(frame), &Nothing);
            left = rest;
        }
        connection.handle(Told::Waited, &Nothing);
    }
}

/// Smaller ones say as much, and are faster.
fn small(seeds: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    seeds.filter(|seed| seed.len() <= 2_048).collect()
}

fn updates() -> Vec<Vec<u8>> {
    let real = (0..8).flat_map(|seed| real::updates(&mut Rng::with_seed(seed)));
    small(corpus::updates().map(|(_, bytes)| bytes).chain(real))
}

/// Single ones, and several with their lengths before them.
fn frames() -> Vec<Vec<u8>> {
    let hostile = corpus::all().into_iter().flat_map(|case| match case.input {
        Hostile::Frames(frames) => frames,
        Hostile::Update(bytes) | Hostile::Live(bytes) => vec![Message::Update(&bytes).encode()],
    });
    let real = real::updates(&mut Rng::with_seed(1)).into_iter();
    let real = real.zip(1..).map(|(update, number)| {
        Message::Batch {
            number,
            update: &update,
        }
        .encode()
    });
    let single = small(hostile.chain(real));
    let several = single.iter().filter(|frame| frame.len() < 256);
    let several = several.map(|frame| [&[frame.len() as u8], &frame[..]].concat().repeat(2));
    single.iter().cloned().chain(several).collect()
}

fn state_vectors() -> Vec<Vec<u8>> {
    vec![
        vec![0],
        vec![2, 7, 1, 9, 200, 1],
        [uint(1), uint((1 << 53) - 1), uint((1 << 31) - 1)].concat(),
    ]
}

fn positions() -> Vec<Vec<u8>> {
    let stuck = WRITTEN.with(|script| [0, 5, 20].map(|at| script.position(at, Side::Before)));
    let odd = [vec![1, 4, b't', b'e', b'x', b't', 0], vec![2, 7, 1, 0]];
    [&stuck[..], &odd[..], &state_vectors()].concat()
}

fn lists_of_deletions() -> Vec<Vec<u8>> {
    vec![
        vec![0],
        vec![1, 7, 2, 0, 1, 5, 3],
        vec![2, 7, 1, 0, 1, 9, 1, 1, 1],
    ]
}

fn presences() -> Vec<Vec<u8>> {
    let frames = frames();
    let contents = frames
        .iter()
        .filter_map(|frame| match Message::decode(frame) {
            Ok(Message::Awareness(states)) => Some(states.to_vec()),
            _ => None,
        });
    contents.collect()
}

fn attachments() -> Vec<Vec<u8>> {
    let session = |ours| Session::new("ada".to_owned(), ours, Access::lasting(Role::Editor));
    vec![
        session(true).encode(),
        session(false).encode(),
        vec![1],
        vec![0],
    ]
}

fn authorships() -> Vec<Vec<u8>> {
    let mut known = Authorship::default();
    for (update, hour) in real::updates(&mut Rng::with_seed(2)).iter().zip(0..) {
        let update = Update::decode(update).expect("a real one passes the check");
        known.add(["ada", "ben"][hour as usize % 2], hour * 3_600_000, &update);
    }
    vec![known.encode(), Authorship::default().encode()]
}

fn stored_blocks() -> Vec<Vec<u8>> {
    let words = DEMO.as_bytes()[..2_040].to_vec();
    let block = Block::of(&words);
    let mut packed = vec![255];
    packed.extend_from_slice(&block.bytes);
    let mut plain = Vec::new();
    write_uint(&mut plain, 2);
    vec![packed, plain]
}

fn fountains() -> Vec<Vec<u8>> {
    let page: String = DEMO.chars().take(1_500).collect();
    let odd = "Title: x\n\n!INT. *A* **B _C_**\n\n@McX ^\n(y)\n[[note]] /* boneyard */\n\n~la\n\n> END <\n\n# one\n\n= two\n\n===\n";
    let little = odd.encode_utf16().flat_map(u16::to_le_bytes);
    let marked = format!("\u{feff}{odd}");
    let big = marked.encode_utf16().flat_map(u16::to_be_bytes);
    let old = b"INT. CAF\xc9 \x96 DAY\n\nZO\xcb\n\x93*Two*\x94 \x80.\n\n/* cut\x85 */\n";
    vec![
        page.into_bytes(),
        odd.as_bytes().to_vec(),
        little.collect(),
        big.collect(),
        old.to_vec(),
    ]
}

fn open_screenplays() -> Vec<Vec<u8>> {
    let script = fountain::parse(&DEMO.chars().take(600).collect::<String>()).script;
    let wide = String::from_utf8_lossy(&osf::encode(&script)).into_owned();
    let wide = wide.encode_utf16().flat_map(u16::to_le_bytes);
    vec![osf::encode(&script), wide.collect()]
}

fn final_drafts() -> Vec<Vec<u8>> {
    let script = fountain::parse(&DEMO.chars().take(600).collect::<String>()).script;
    let odd = "<FinalDraft><Content><Paragraph><DualDialogue><Paragraph Type=\"Character\"><Text>A</Text></Paragraph></DualDialogue>\
        </Paragraph><Paragraph Type='Scene Heading' Number=\"1\"><Text Style='AllCaps'>a&amp;b</Text><OmittedScene><Paragraph/>\
        </OmittedScene></Paragraph></Content><ScriptNotes><ScriptNote Range=\"0,3\"/></ScriptNotes></FinalDraft>";
    let wide = odd.encode_utf16().flat_map(u16::to_le_bytes);
    vec![fdx::encode(&script), odd.into(), wide.collect()]
}

fn lists_of_blocks() -> Vec<Vec<u8>> {
    let script = fountain::parse(&DEMO.chars().take(600).collect::<String>()).script;
    vec![
        blocks::encode(&script).into_bytes(),
        b"[]".to_vec(),
        br#"[{"type":"action","children":[{"text":"x"}]}]"#.to_vec(),
    ]
}
