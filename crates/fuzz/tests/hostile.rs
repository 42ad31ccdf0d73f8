//! The corpus against a room: a refusal with its code, nothing changed, nobody else disturbed, memory bounded by the bytes
//! that came, and no row that cannot be read afterwards.

#[path = "../../room/tests/support/mod.rs"]
mod support;

use scriptroom_fuzz::builder::{self, Place};
use scriptroom_fuzz::corpus::presence::{ADAS_PRESENCE, ADAS_STATE};
use scriptroom_fuzz::corpus::{self, ADA, ADAS_WORDS, Case, EVE, EVES_WORDS, Input, Verdict};
use scriptroom_fuzz::memory::{Counted, peak_of};
use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::check::Update;
use scriptroom_room::wire::Message;
use scriptroom_room::{Access, Config, Input as RoomInput, Lane, Origin, Role, SessionId, Write};
use support::{Replica, World};

#[global_allocator]
static MEMORY: Counted = Counted;

/// What a room may take besides: its tables, and a bounded answer.
const FREE_BYTES: usize = 256 << 10;
/// How many bytes a room may take for each that came: ranges of a few bytes are kept as eight, in sets that are cut and joined.
const BYTES_FOR_EACH: usize = 40;

/// How an update comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Live,
    Batch,
    Step2,
    Http,
    Frames,
}

/// A room in which Ada, Bob and Eve are.
struct Scene {
    world: World,
    ada: SessionId,
    bob: SessionId,
    eve: SessionId,
    typing: Replica,
}

impl Scene {
    fn new(way: Way) -> Scene {
        let mut world = World::new(Config::default());
        let ada = world.join("ada", true);
        let bob = world.join("bob", false);
        let ours = matches!(way, Way::Batch | Way::Frames);
        let eve = world.join_as("eve", ours, Access::lasting(Role::Editor));
        let typing = Replica::new(ADA);
        world.update(ada, &typing.insert(0, ADAS_WORDS));
        world.update(eve, &Replica::new(EVE).insert(0, EVES_WORDS));
        let here = Presence {
            client: ADAS_PRESENCE,
            clock: 1,
            state: ADAS_STATE.to_owned(),
        };
        world.send(ada, &Message::Awareness(&encode([here].iter())));
        world.read_all();
        Scene {
            world,
            ada,
            bob,
            eve,
            typing,
        }
    }

    /// Sends the case; returns what Eve was told, the largest memory, and the bytes that came.
    fn send(&mut self, case: &Case, way: Way) -> (Vec<String>, usize, usize) {
        let frames = match (&case.input, way) {
            (Input::Update(bytes) | Input::Live(bytes), Way::Http) => return self.write(bytes),
            (Input::Update(bytes) | Input::Live(bytes), way) => vec![frame(bytes, way)],
            (Input::Frames(frames), _) => frames.clone(),
        };
        let (world, eve) = (&mut self.world, self.eve);
        let ((), peak) = peak_of(|| {
            for frame in &frames {
                world.handle(RoomInput::Frame(eve, frame));
            }
        });
        let told = plain(world.mailboxes.get_mut(&eve).expect("Eve was here"));
        (told, peak, frames.iter().map(Vec::len).sum())
    }

    fn write(&mut self, bytes: &[u8]) -> (Vec<String>, usize, usize) {
        let write = Write {
            person: "eve",
            lane: Lane::Script,
            origin: Origin::Autosave,
            bytes,
        };
        let world = &mut self.world;
        let (_, peak) = peak_of(|| world.handle(RoomInput::Write(write)));
        let told = format!("{:?}", self.world.written.pop().expect("it was answered"));
        (vec![told], peak, bytes.len())
    }

    /// What Ada and Bob were shown of it.
    fn shown(&mut self) -> usize {
        let world = &self.world;
        [self.ada, self.bob]
            .map(|id| {
                world.mailboxes[&id].frames.len()
                    + usize::from(world.mailboxes[&id].closed.is_some())
            })
            .iter()
            .sum()
    }

    /// Ada types on, and Bob sees it; also when the room has slept and what is held has been given up.
    fn goes_on(&mut self) {
        for words in [" there", ", you"] {
            self.world.read_all();
            let update = self.typing.append(words);
            self.world.send(
                self.ada,
                &Message::Batch {
                    number: 1,
                    update: &update,
                },
            );
            assert_eq!(self.world.seen(self.ada), ["ack 1 Stored"]);
            assert_eq!(
                self.world.mailboxes[&self.bob].frames.len(),
                1,
                "Bob sees what Ada types"
            );
            for held in &self.world.disks.script.held {
                assert!(
                    Update::decode(&held.bytes).is_ok(),
                    "what is held can be read"
                );
            }
            self.world.now_ms += self.world.config.hold_ms;
            self.world.sleep();
            self.world.handle(RoomInput::Alarm);
            assert!(
                self.world.disks.script.held.is_empty(),
                "what is held is given up"
            );
        }
    }
}

fn frame(update: &[u8], way: Way) -> Vec<u8> {
    match way {
        Way::Live => Message::Update(update).encode(),
        Way::Step2 => Message::Step2(update).encode(),
        Way::Batch | Way::Http | Way::Frames => Message::Batch { number: 1, update }.encode(),
    }
}

/// What came, in words that do not depend on what is in it.
fn plain(mailbox: &mut support::Mailbox) -> Vec<String> {
    let mut told = Vec::new();
    for frame in std::mem::take(&mut mailbox.frames) {
        match Message::decode(&frame).expect("the room sends messages") {
            Message::Ack { status, .. } => told.push(format!("{status:?}")),
            Message::Step1(_) => told.push("asked".to_owned()),
            Message::Denied(_) => {}
            _ => told.push("answered".to_owned()),
        }
    }
    if let Some((code, reason)) = mailbox.closed.take() {
        assert!(!reason.is_empty(), "a refusal has a reason");
        told.push(code.code().to_string());
    }
    told
}

/// What Eve is to be told.
fn expected(verdict: Verdict, way: Way) -> Vec<String> {
    let words: &[&str] = match (verdict, way) {
        (Verdict::Malformed | Verdict::OthersClocks, Way::Batch) => &["Refused"],
        (Verdict::TooLarge, Way::Batch) => &["Refused"],
        (Verdict::Held, Way::Batch) => &["Held", "asked"],
        (Verdict::Held, Way::Live) => &["asked"],
        (Verdict::Nothing | Verdict::Stored, Way::Batch) => &["Stored"],
        (verdict, _) => {
            return verdict
                .close_code()
                .map(|code| code.to_string())
                .into_iter()
                .collect();
        }
    };
    words.iter().map(|&word| word.to_owned()).collect()
}

fn over_http(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Malformed | Verdict::OthersClocks => "Refused",
        Verdict::TooLarge => "TooLarge",
        Verdict::Held => "Incomplete",
        Verdict::Nothing | Verdict::Stored | Verdict::Answered | Verdict::TooFast => "Stored",
    }
}

fn ways(case: &Case) -> &'static [Way] {
    match case.input {
        Input::Update(_) => &[Way::Live, Way::Batch, Way::Step2, Way::Http],
        Input::Live(_) => &[Way::Live, Way::Batch],
        Input::Frames(_) => &[Way::Frames],
    }
}

/// Sends a case one way, and checks all that must hold.
fn try_one(case: &Case, way: Way) {
    let mut scene = Scene::new(way);
    let before = scene.world.disks.script.entries.clone();
    let (mut told, peak, sent) = scene.send(case, way);
    let most = FREE_BYTES + BYTES_FOR_EACH * sent;
    assert!(peak <= most, "{peak} bytes of memory for {sent}");
    if way == Way::Http {
        assert!(told[0].starts_with(over_http(case.verdict)), "{told:?}");
    } else if case.verdict == Verdict::Answered {
        assert!(told.iter().all(|word| word == "answered"), "{told:?}");
    } else {
        if case.verdict == Verdict::TooLarge && way == Way::Frames {
            told.retain(|word| word != "answered");
        }
        assert_eq!(told, expected(case.verdict, way));
    }
    match case.verdict {
        Verdict::Stored => assert_eq!(scene.world.disks.script.entries.len(), before.len() + 1),
        _ => assert_eq!(scene.world.disks.script.entries, before, "nothing changed"),
    }
    let undisturbed = match (case.verdict, &case.input) {
        (Verdict::Stored | Verdict::Answered, _) => true,
        (Verdict::TooFast | Verdict::TooLarge, Input::Frames(_)) => true,
        _ => scene.shown() == 0,
    };
    assert!(undisturbed, "somebody else was told");
    scene.goes_on();
    readable(&scene.world);
}

/// What is stored can be loaded as what it is, and by the reader, and says what Ada and Eve have typed.
fn readable(world: &World) {
    let text = world.text();
    for words in [ADAS_WORDS, EVES_WORDS, " there, you"] {
        assert!(text.contains(words), "{text:?}");
    }
    readable_rows(world);
}

fn readable_rows(world: &World) {
    let options = scriptroom_script::Options {
        client_id: 1,
        seed: 1,
    };
    let rows = world.disks.script.bytes();
    let script = scriptroom_script::Script::load(options, &rows).expect("the rows are updates");
    assert!(!script.has_pending());
}

#[test]
fn every_case_meets_its_verdict_and_nobody_else_notices() {
    let mut failed = Vec::new();
    for case in corpus::all() {
        for &way in ways(&case) {
            let tried = std::panic::catch_unwind(|| try_one(&case, way));
            if tried.is_err() {
                failed.push(format!("{} {way:?}", case.name));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_case_has_a_name_of_its_own_and_what_it_is() {
    let mut names: Vec<&str> = corpus::all().iter().map(|case| case.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(corpus::all().iter().all(|case| !case.what.is_empty()));
}

/// Something of Eve's that hangs in the next thing that Ada makes.
fn hangs_in_what_is_next() -> Vec<u8> {
    let place = Place::KeyIn((ADA, ADAS_WORDS.len() as u64), "key");
    builder::single(corpus::NOBODY, place, &builder::embed("1"))
}

#[test]
fn u1_what_is_held_and_then_hangs_in_a_letter_is_given_up() {
    let mut scene = Scene::new(Way::Live);
    scene.world.update(scene.eve, &hangs_in_what_is_next());
    assert_eq!(scene.world.disks.script.held.len(), 1);
    scene.world.sleep();
    let update = scene.typing.append("!");
    scene.world.update(scene.ada, &update);
    assert!(scene.world.disks.script.held.is_empty());
    assert_eq!(scene.world.disks.script.entries.len(), 3);
    readable_rows(&scene.world);
}

#[test]
fn u1_what_is_held_and_then_hangs_in_a_type_is_stored() {
    let mut scene = Scene::new(Way::Live);
    scene.world.update(scene.eve, &hangs_in_what_is_next());
    scene.world.sleep();
    let next = ADAS_WORDS.len() as u64;
    let map = builder::item(Place::Key("map", "key"), &builder::shared(1));
    let update = builder::update(&[builder::section(ADA, next, &[map])], &[]);
    scene.world.update(scene.ada, &update);
    assert!(scene.world.disks.script.held.is_empty());
    assert_eq!(scene.world.disks.script.entries.len(), 4);
    readable_rows(&scene.world);
}

#[test]
fn u1_types_that_lie_too_deep_are_refused_also_one_by_one() {
    let mut scene = Scene::new(Way::Live);
    let own = EVES_WORDS.len() as u64;
    for level in 0..80 {
        let place = match level {
            0 => Place::Root("elsewhere"),
            level => Place::KeyIn((EVE, own + level - 1), "k"),
        };
        let one = builder::item(place, &builder::shared(1));
        let update = builder::update(&[builder::section(EVE, own + level, &[one])], &[]);
        scene.world.update(scene.eve, &update);
        if level % 7 == 0 {
            scene.world.sleep();
        }
        if scene.world.mailboxes[&scene.eve].closed.is_some() {
            assert_eq!(level, 65);
            return readable_rows(&scene.world);
        }
    }
    panic!("nothing was refused");
}

#[test]
fn u1_a_format_beside_what_came_before_under_a_key_is_refused() {
    let mut scene = Scene::new(Way::Live);
    let own = EVES_WORDS.len() as u64;
    let value = builder::item(Place::Key("elsewhere", "key"), &builder::embed("1"));
    let format = builder::item(Place::After((EVE, own)), &builder::format("bold", "true"));
    for (clock, one) in [(own, value), (own + 1, format)] {
        let update = builder::update(&[builder::section(EVE, clock, &[one])], &[]);
        scene.world.update(scene.eve, &update);
        scene.world.sleep();
    }
    let closed = scene.world.mailboxes[&scene.eve].closed.clone();
    assert_eq!(closed.map(|(code, _)| code.code()), Some(4010));
    readable_rows(&scene.world);
}
