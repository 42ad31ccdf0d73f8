//! One walk over a script: what is in each scene, and who says how much.

use std::collections::HashMap;

use scriptroom_pages::{Layout, Paginator, SceneLength};
use scriptroom_paragraphs::{ElementType, Paragraph};

use crate::heading::Heading;

/// A scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Its number, where it has one.
    pub number: Option<String>,
    /// Its heading as it was written.
    pub heading: String,
    /// What the heading says.
    pub parts: Heading,
    /// The number of the page on which it begins.
    pub page: String,
    /// Its length in eighths of a page.
    pub eighths: u32,
    /// Its words, with those of the heading.
    pub words: usize,
    /// How often each character speaks in it, by index, in the order of their first speeches.
    pub speeches: Vec<(usize, usize)>,
}

/// Somebody who speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Character {
    /// As the cues name them.
    pub name: String,
    /// How often they speak.
    pub speeches: usize,
    /// How many words.
    pub words: usize,
    /// In how many scenes.
    pub scenes: usize,
    /// The number of the page on which they speak first.
    pub first_page: String,
    /// The number of the page on which they speak last.
    pub last_page: String,
}

/// A script, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The scenes, in order.
    pub scenes: Vec<Scene>,
    /// Who speaks, in the order of their first speeches.
    pub characters: Vec<Character>,
    /// How many pages there are.
    pub pages: usize,
    /// How many words are printed.
    pub words: usize,
    /// How many of them are spoken.
    pub spoken_words: usize,
}

impl Report {
    /// Counts a script, whose pages these are.
    #[must_use]
    pub fn of(script: &[Paragraph], pages: &Paginator) -> Report {
        let lengths = pages.scene_lengths();
        let mut counter = Counter {
            layout: pages.layout(),
            lengths: lengths
                .into_iter()
                .map(|length| (length.heading, length))
                .collect(),
            known: HashMap::new(),
            speaker: None,
            report: Report {
                pages: pages.page_count(),
                ..Report::default()
            },
        };
        for (index, paragraph) in script.iter().enumerate() {
            if paragraph.element.is_printed() {
                counter.take(index, paragraph);
            }
        }
        counter.report
    }

    /// The minutes that so many eighths take on the screen, as the trade estimates it: a page is one.
    #[must_use]
    pub fn minutes(eighths: u32) -> f64 {
        f64::from(eighths) / 8.0
    }
}

struct Counter {
    layout: Layout,
    lengths: HashMap<usize, SceneLength>,
    /// The index of each character by name.
    known: HashMap<String, usize>,
    /// Who speaks what follows.
    speaker: Option<usize>,
    report: Report,
}

impl Counter {
    fn take(&mut self, index: usize, paragraph: &Paragraph) {
        let text = printed(paragraph);
        let words = words(&text);
        self.report.words += words;
        match paragraph.element {
            ElementType::SceneHeading => self.scene(index, paragraph, &text),
            ElementType::Character => self.cue(index, &text),
            ElementType::Dialogue | ElementType::Lyrics => self.spoken(words),
            ElementType::Parenthetical => {}
            _ => self.speaker = None,
        }
        if let Some(scene) = self.report.scenes.last_mut() {
            scene.words += words;
        }
    }

    fn page(&self, paragraph: usize) -> String {
        self.layout
            .label(self.layout.page_at(paragraph, 0))
            .to_owned()
    }

    fn scene(&mut self, index: usize, paragraph: &Paragraph, text: &str) {
        self.speaker = None;
        self.report.scenes.push(Scene {
            number: paragraph.attributes.scene_number.clone(),
            heading: text.trim().to_owned(),
            parts: Heading::of(text),
            page: self.page(index),
            eighths: self.lengths.get(&index).map_or(0, |length| length.eighths),
            ..Scene::default()
        });
    }

    fn cue(&mut self, index: usize, text: &str) {
        let name = speaker(text);
        self.speaker = None;
        if name.is_empty() {
            return;
        }
        let page = self.page(index);
        let characters = &mut self.report.characters;
        let who = *self.known.entry(name.clone()).or_insert_with(|| {
            characters.push(Character {
                name,
                first_page: page.clone(),
                ..Character::default()
            });
            characters.len() - 1
        });
        characters[who].speeches += 1;
        characters[who].last_page = page;
        self.speaker = Some(who);
        if let Some(scene) = self.report.scenes.last_mut() {
            match scene.speeches.iter_mut().find(|(known, _)| *known == who) {
                Some((_, count)) => *count += 1,
                None => {
                    scene.speeches.push((who, 1));
                    characters[who].scenes += 1;
                }
            }
        }
    }

    fn spoken(&mut self, words: usize) {
        self.report.spoken_words += words;
        if let Some(who) = self.speaker {
            self.report.characters[who].words += words;
        }
    }
}

/// The text without notes and what was cut.
fn printed(paragraph: &Paragraph) -> String {
    let runs = paragraph.runs.iter().filter(|run| run.styles.is_printed());
    runs.map(|run| run.text.as_str()).collect()
}

fn words(text: &str) -> usize {
    let pieces = text.split_whitespace();
    pieces
        .filter(|piece| piece.contains(char::is_alphanumeric))
        .count()
}

/// Who a cue names: without extensions such as `(V.O.)`.
fn speaker(cue: &str) -> String {
    let mut name = String::new();
    let mut depth = 0;
    for letter in cue.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = (depth - 1).max(0),
            '^' => {}
            letter if depth == 0 => name.push(letter),
            _ => {}
        }
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_names_one_person_however_it_is_written() {
        for cue in [
            "ANA",
            "Ana (V.O.)",
            "ANA (O.S.) (CONT'D)",
            " ana ^",
            "ANA (into (old) phone)",
        ] {
            assert_eq!(speaker(cue), "ANA", "{cue}");
        }
        assert_eq!(speaker("DR. O'BRIEN #2"), "DR. O'BRIEN #2");
        assert_eq!(speaker("(V.O.)"), "");
    }

    #[test]
    fn words_have_letters() {
        assert_eq!(words("Well -- 23 of   them, isn't it?"), 6);
        assert_eq!(words(" … — "), 0);
    }
}
