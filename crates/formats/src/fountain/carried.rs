//! What Fountain carries of a script: the script that comes back when it is written and read.

use scriptroom_paragraphs::{Attributes, ElementType, Paragraph, PlainScript, Styles, TitleEntry};

use super::classify::is_scene_number;
use super::title_page;

/// The script as it comes back from Fountain: `parse(print(script)).script`, without doing it.
///
/// All text is in it, in the same paragraphs. What may be missing is in the table of the
/// [module's documentation](crate::fountain).
#[must_use]
pub fn carried(script: &PlainScript) -> PlainScript {
    let mut flow = Flow::default();
    let paragraphs = script.paragraphs.iter().map(|paragraph| {
        let joined = flow.carries_joined(paragraph);
        flow.pass(paragraph.element, joined);
        Paragraph {
            element: paragraph.element,
            runs: carried_runs(paragraph),
            attributes: Attributes {
                joined,
                ..carried_attributes(paragraph)
            },
        }
    });
    PlainScript {
        title_page: carried_title_page(&script.title_page),
        paragraphs: paragraphs.collect(),
    }
}

/// Where in a speech, or outside of one, a paragraph stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    previous: Option<ElementType>,
    /// What stands in the next line without an empty one before it is spoken.
    pub(super) in_speech: bool,
}

impl Flow {
    /// Whether the paragraph follows without an empty line, and has to say so to come back.
    fn carries_joined(self, paragraph: &Paragraph) -> bool {
        let possible = match paragraph.element {
            ElementType::SceneHeading
            | ElementType::Character
            | ElementType::Parenthetical
            | ElementType::Dialogue => false,
            ElementType::Note | ElementType::Boneyard => true,
            ElementType::Lyrics => !self.is_after_cue(),
            _ => !self.in_speech,
        };
        possible && paragraph.attributes.joined && self.previous.is_some()
    }

    /// Whether a sung line here is what the cue before it says.
    pub(super) fn is_after_cue(self) -> bool {
        matches!(
            self.previous,
            Some(ElementType::Character | ElementType::Parenthetical)
        )
    }

    /// Goes past a paragraph.
    pub(super) fn pass(&mut self, element: ElementType, joined: bool) {
        self.in_speech = match element {
            ElementType::Character | ElementType::Parenthetical | ElementType::Dialogue => true,
            ElementType::Lyrics => self.in_speech && (joined || self.is_after_cue()),
            ElementType::Note | ElementType::Boneyard => self.in_speech && joined,
            _ => false,
        };
        self.previous = Some(element);
    }
}

fn carried_runs(paragraph: &Paragraph) -> Vec<scriptroom_paragraphs::Run> {
    let redundant = match paragraph.element {
        ElementType::Note => Styles::NOTE,
        ElementType::Boneyard => Styles::NOTE | Styles::BONEYARD,
        _ => Styles::NONE,
    };
    let mut carried = Paragraph::default();
    for run in &paragraph.runs {
        let cut = run.styles.contains(Styles::BONEYARD);
        let styles = run.styles.with(redundant, false).with(Styles::NOTE, false);
        let is_note =
            run.styles.contains(Styles::NOTE) && !cut && !redundant.contains(Styles::NOTE);
        carried.push(&run.text, styles.with(Styles::NOTE, is_note));
    }
    carried.runs
}

fn carried_attributes(paragraph: &Paragraph) -> Attributes {
    let number = paragraph.attributes.scene_number.as_ref();
    Attributes {
        scene: None,
        scene_number: number
            .filter(|number| {
                paragraph.element == ElementType::SceneHeading && is_scene_number(number)
            })
            .cloned(),
        dual: paragraph.attributes.dual && paragraph.element == ElementType::Character,
        depth: match paragraph.element {
            ElementType::Section => paragraph.attributes.depth.clamp(1, 6),
            _ => 0,
        },
        joined: false,
        omitted: false,
        color: None,
        source: None,
    }
}

fn carried_title_page(entries: &[TitleEntry]) -> Vec<TitleEntry> {
    let mut carried: Vec<TitleEntry> = entries
        .iter()
        .map(|entry| TitleEntry {
            key: title_page::carried_key(&entry.key),
            lines: entry.lines.clone(),
        })
        .collect();
    if !carried.is_empty() && !title_page::is_recognised(&carried) {
        carried[0].lines = vec![String::new()];
    }
    carried
}
