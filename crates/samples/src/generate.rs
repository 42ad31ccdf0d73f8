//! The generator: scenes of one to two pages in the proportions of real screenplays.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles, TitleEntry};

use crate::languages::{AWKWARD, LANGUAGES, Language};
use crate::lines::estimate;
use crate::rng::Rng;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The same seed gives the same script, for ever.
    pub seed: u64,
    /// How many pages it is to fill, within one in twenty (on US Letter, from 10 pages on).
    pub pages: u32,
}

/// Lines that a page takes on average: 54, less what keep-together rules leave blank at its foot.
const LINES_A_PAGE: usize = 53;

/// The chance in a hundred of each language, in the order of [`LANGUAGES`].
const LANGUAGE_SHARES: [usize; LANGUAGES.len()] = [62, 9, 9, 9, 3, 3, 2, 3];

/// Generates a screenplay.
///
/// Paragraphs are as parsers make them: no empty ones, cues before speeches, sections with a
/// depth. Scene headings have no ids: whoever imports the script gives them.
#[must_use]
pub fn generate(options: &Options) -> PlainScript {
    let mut writer = Writer::new(options);
    writer.push(ElementType::Transition, "FADE IN:");
    let mut scene = 0;
    while !writer.is_full() {
        if scene % 12 == 0 {
            writer.section(scene / 12 + 1);
        }
        scene += 1;
        writer.scene(scene);
    }
    writer.push(ElementType::Transition, "FADE OUT.");
    writer.push(ElementType::Centered, "THE END");
    PlainScript {
        title_page: title_page(options),
        paragraphs: writer.paragraphs,
    }
}

fn title_page(options: &Options) -> Vec<TitleEntry> {
    let entry = |key: &str, lines: &[&str]| TitleEntry {
        key: key.to_owned(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    };
    vec![
        entry("Title", &[&format!("Script {}", options.seed)]),
        entry("Credit", &["written by"]),
        entry("Author", &["The generator"]),
        entry("Contact", &["1 Seed Street", "Randomville"]),
    ]
}

struct Writer {
    rng: Rng,
    paragraphs: Vec<Paragraph>,
    lines: usize,
    budget: usize,
    numbered: bool,
}

impl Writer {
    fn new(options: &Options) -> Writer {
        let mut rng = Rng::new(options.seed);
        let numbered = rng.chance(50);
        Writer {
            rng,
            paragraphs: Vec::new(),
            lines: 0,
            budget: options.pages as usize * LINES_A_PAGE,
            numbered,
        }
    }

    fn is_full(&self) -> bool {
        self.lines + 4 >= self.budget
    }

    fn add(&mut self, paragraph: Paragraph) {
        self.lines += estimate(&paragraph);
        self.paragraphs.push(paragraph);
    }

    fn push(&mut self, element: ElementType, text: &str) {
        self.add(Paragraph::new(element, text));
    }

    fn section(&mut self, number: usize) {
        let mut section = Paragraph::new(ElementType::Section, format!("Part {number}"));
        section.attributes.depth = 1;
        self.add(section);
        let does = self.rng.pick(LANGUAGES[0].does);
        self.push(ElementType::Synopsis, &format!("Somebody {does}."));
    }

    fn language(&mut self) -> &'static Language {
        let mut left = self.rng.below(100);
        for (language, share) in LANGUAGES.iter().zip(LANGUAGE_SHARES) {
            if left < share {
                return language;
            }
            left -= share;
        }
        unreachable!("the shares add up to a hundred")
    }

    fn scene(&mut self, number: usize) {
        let language = self.language();
        let end = (self.lines + self.rng.between(28, 110)).min(self.budget);
        self.heading(language, number);
        self.action(language);
        while self.lines < end && !self.is_full() {
            self.beat(language);
        }
        if self.rng.chance(12) {
            let transition = ["CUT TO:", "DISSOLVE TO:", "SMASH CUT TO:", "MATCH CUT TO:"];
            let text = self.rng.pick(&transition);
            self.push(ElementType::Transition, text);
        }
    }

    fn heading(&mut self, language: &Language, number: usize) {
        let prefix = self
            .rng
            .pick(&["INT.", "INT.", "EXT.", "EXT.", "INT./EXT."]);
        let place = self.rng.pick(language.places);
        let time = self.rng.pick(language.times);
        let text = format!("{prefix} {place} - {time}");
        let mut heading = Paragraph::new(ElementType::SceneHeading, text);
        if self.numbered {
            heading.attributes.scene_number = Some(number.to_string());
        }
        self.add(heading);
    }

    fn beat(&mut self, language: &Language) {
        match self.rng.below(100) {
            0..48 => self.exchange(language),
            48..90 => self.action(language),
            90..94 => self.dual(language),
            94..96 => self.joined_action(language),
            96 => self.shot(language),
            97 => self.song(language),
            98 => self.note(language),
            _ => self.push(ElementType::Centered, "LATER"),
        }
    }

    /// A few people in turn.
    fn exchange(&mut self, language: &Language) {
        let mut last = usize::MAX;
        for _ in 0..self.rng.between(2, 6) {
            let mut who = self.rng.below(language.names.len());
            if who == last {
                who = (who + 1) % language.names.len();
            }
            last = who;
            self.speech(language, who, false);
        }
    }

    fn dual(&mut self, language: &Language) {
        self.speech(language, 0, false);
        self.speech(language, 1, true);
    }

    fn speech(&mut self, language: &Language, who: usize, dual: bool) {
        let mut cue = language.names[who].to_uppercase();
        cue.push_str(match self.rng.below(24) {
            0 | 1 => " (V.O.)",
            2 => " (O.S.)",
            3 => " (CONT'D)",
            _ => "",
        });
        let mut cue = Paragraph::new(ElementType::Character, cue);
        cue.attributes.dual = dual;
        self.add(cue);
        if self.rng.chance(12) {
            self.parenthetical(language);
        }
        self.dialogue(language);
        if self.rng.chance(5) {
            self.parenthetical(language);
            self.dialogue(language);
        }
    }

    fn parenthetical(&mut self, language: &Language) {
        let beat = self.rng.pick(language.beats);
        self.push(ElementType::Parenthetical, &format!("({beat})"));
    }

    fn dialogue(&mut self, language: &Language) {
        let mut dialogue = Paragraph::new(ElementType::Dialogue, "");
        let sentences = [1, 1, 1, 2, 2, 3][self.rng.below(6)];
        self.sentences(&mut dialogue, language, sentences, Writer::spoken);
        self.add(dialogue);
    }

    fn action(&mut self, language: &Language) {
        let mut action = Paragraph::new(ElementType::Action, "");
        let sentences = [1, 1, 2, 2, 3, 4][self.rng.below(6)];
        self.sentences(&mut action, language, sentences, Writer::seen);
        self.add(action);
    }

    fn joined_action(&mut self, language: &Language) {
        for line in 0..self.rng.between(2, 4) {
            let mut action = Paragraph::new(ElementType::Action, self.seen(language));
            action.attributes.joined = line > 0;
            self.add(action);
        }
    }

    fn shot(&mut self, language: &Language) {
        let place = self.rng.pick(language.places);
        self.push(ElementType::Shot, &format!("CLOSE ON - {place}"));
    }

    fn song(&mut self, language: &Language) {
        let who = self.rng.below(language.names.len());
        let cue = language.names[who].to_uppercase();
        self.push(ElementType::Character, &cue);
        for line in 0..2 {
            let mut lyrics = Paragraph::new(ElementType::Lyrics, self.rng.pick(language.says));
            lyrics.attributes.joined = line > 0;
            self.add(lyrics);
        }
    }

    fn note(&mut self, language: &Language) {
        let text = self.spoken(language);
        self.push(ElementType::Note, &text);
    }

    /// Sentences with now and then one in a style, or a note behind it.
    fn sentences(
        &mut self,
        paragraph: &mut Paragraph,
        language: &Language,
        count: usize,
        sentence: fn(&mut Writer, &Language) -> String,
    ) {
        for index in 0..count {
            if index > 0 {
                paragraph.push(" ", Styles::NONE);
            }
            let styles = match self.rng.below(60) {
                0 | 1 => Styles::ITALIC,
                2 => Styles::BOLD,
                3 => Styles::UNDERLINE,
                4 => Styles::BOLD | Styles::ITALIC,
                _ => Styles::NONE,
            };
            let text = sentence(self, language);
            paragraph.push(&text, styles);
            if self.rng.chance(1) {
                paragraph.push("Is this still true?", Styles::NOTE);
            }
        }
    }

    fn seen(&mut self, language: &Language) -> String {
        let name = self.rng.pick(language.names);
        let does = self.rng.pick(language.does);
        let space = language.space;
        if self.rng.chance(50) {
            return format!("{name}{space}{does}.");
        }
        let end = self.rng.pick(language.ends);
        format!("{name}{space}{does}{space}{end}.")
    }

    fn spoken(&mut self, language: &Language) -> String {
        let start = self.rng.pick(language.starts);
        let says = self.rng.pick(language.says);
        let space = language.space;
        if self.rng.chance(3) {
            let awkward = self.rng.pick(AWKWARD);
            return format!("{start}{space}{awkward} - {says}");
        }
        format!("{start}{space}{says}")
    }
}
