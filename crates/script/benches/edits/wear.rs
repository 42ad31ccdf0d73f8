//! The scripts that are measured: fresh ones, and ones that people have worked on for long.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};
use scriptroom_script::{Edit, InsertedLine, Options, Script};

/// Seeded dice.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) % u64::from(bound)) as u32
    }
}

/// A screenplay of so many pages: 30 paragraphs and 1,500 units a page, a scene every 1.3 pages.
fn screenplay(pages: usize) -> PlainScript {
    let mut paragraphs = Vec::new();
    for index in 0..pages * 30 {
        let (element, text) = match index % 39 {
            0 => (ElementType::SceneHeading, format!("INT. ROOM {index} - DAY")),
            n if n % 3 == 1 => (ElementType::Action, "She looks up. Nobody is there but the rain on the window, and the hum of the old refrigerator.".into()),
            n if n % 3 == 2 => (ElementType::Character, "ANNA".into()),
            _ => (ElementType::Dialogue, "I told you that they would come back, one day or another.".into()),
        };
        paragraphs.push(Paragraph::new(element, text));
    }
    PlainScript {
        title_page: Vec::new(),
        paragraphs,
    }
}

pub(crate) fn open(client_id: u64, state: &[u8]) -> Script {
    let options = Options {
        client_id,
        seed: client_id,
    };
    Script::load(options, &[state]).expect("it is an update")
}

/// A script as it was imported: its state.
pub(crate) fn fresh(pages: usize) -> Vec<u8> {
    let mut script = Script::new(Options {
        client_id: 1,
        seed: 1,
    });
    script.import(&screenplay(pages));
    script.encode_state()
}

/// The same with a word in italics on every fourth page, as far as styles go in screenplays.
pub(crate) fn styled(state: &[u8]) -> Vec<u8> {
    let mut script = open(2, state);
    for paragraph in (1..script.paragraph_count()).step_by(120) {
        let from = script.paragraph_start(paragraph);
        let edit = Edit::Format {
            from,
            to: from + 4,
            style: Styles::ITALIC,
            on: true,
        };
        script.edit(&[edit], 0).expect("it is in range");
    }
    script.encode_state()
}

/// Writers at once, on replicas of their own.
const WRITERS: usize = 3;
/// After so many bursts each closes the script and opens it again: under a new client id.
const SESSION: usize = 80;

struct Writer {
    script: Script,
    /// Where they work, as a part of the whole in thousandths.
    area: u32,
}

/// The script after `edits` edits made as people make them: three writers at once, each mostly
/// near one place for a session, who type in bursts, take back typos, add paragraphs, replace
/// and cut words, and open the script anew for every session.
pub(crate) fn worn(state: &[u8], edits: usize) -> Vec<u8> {
    let mut dice = Dice(9);
    let mut state = state.to_vec();
    let mut client = 1;
    let mut made = 0;
    while made < edits {
        let mut writers: Vec<Writer> = (0..WRITERS)
            .map(|_| {
                client += 1;
                let area = dice.below(1_000);
                let script = open(client, &state);
                Writer { script, area }
            })
            .collect();
        for _ in 0..SESSION {
            // None sees what the others write until the burst is over.
            let bursts: Vec<Vec<Vec<u8>>> = writers
                .iter_mut()
                .map(|writer| burst(writer, &mut dice))
                .collect();
            for (from, updates) in bursts.iter().enumerate() {
                made += updates.len();
                for (to, writer) in writers.iter_mut().enumerate() {
                    for update in updates.iter().filter(|_| to != from) {
                        writer.script.apply_update(update).expect("it is an update");
                    }
                }
            }
        }
        state = writers[0].script.encode_state();
        for writer in &writers[1..] {
            assert_eq!(writer.script.text(), writers[0].script.text());
        }
    }
    state
}

/// Some edits at one place; returns their updates.
fn burst(writer: &mut Writer, dice: &mut Dice) -> Vec<Vec<u8>> {
    let script = &mut writer.script;
    let len = script.len_utf16();
    let at = if dice.below(4) == 0 {
        dice.below(len)
    } else {
        // Within two pages of where they work.
        let area = u64::from(len) * u64::from(writer.area) / 1_000;
        (area as u32 + dice.below(3_000)).min(len)
    };
    let edits = people_edit(script, at, dice);
    let made = edits.iter().zip(1..).map(|(edit, number)| {
        let change = script.edit(std::slice::from_ref(edit), number * 150);
        change.expect("it is in range").update
    });
    made.flatten().collect()
}

/// What people do at a place, one after the other: type, take typos back, cut what stood there,
/// begin a paragraph.
pub(crate) fn people_edit(script: &Script, at: u32, dice: &mut Dice) -> Vec<Edit> {
    let mut at = at;
    let mut start = script.paragraph_start(script.paragraph_at(at));
    let mut edits = Vec::new();
    if dice.below(3) == 0 {
        let from = at.saturating_sub(3 + dice.below(40)).max(start);
        edits.push(Edit::text(from, at, ""));
        at = from;
    }
    for _ in 0..5 + dice.below(40) {
        match dice.below(50) {
            0 => {
                let element = [ElementType::Action, ElementType::Dialogue][dice.below(2) as usize];
                let insert = vec![InsertedLine::default(), InsertedLine::of(element, "")];
                let (from, to) = (at, at);
                edits.push(Edit::Replace { from, to, insert });
                at += 1;
                start = at;
            }
            1..=4 if at > start => {
                edits.push(Edit::text(at - 1, at, ""));
                at -= 1;
            }
            n => {
                let letter = char::from(b'a' + (n % 26) as u8);
                edits.push(Edit::text(at, at, letter));
                at += 1;
            }
        }
    }
    edits
}
