//! What the integration tests share: dice, and an editor that knows only the changes.

#![allow(dead_code, reason = "each test binary uses a part of this module")]

use scriptroom_paragraphs::{ElementType, Styles};
use scriptroom_script::{Change, ParagraphInfo, Script};

/// The histories to run: `SCRIPTROOM_SEEDS=from..to` where that is set.
pub(crate) fn seeds(usually: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let Ok(range) = std::env::var("SCRIPTROOM_SEEDS") else {
        return usually;
    };
    let (from, to) = range.split_once("..").expect("from..to");
    let number = |text: &str| text.parse().expect("a number");
    number(from)..number(to)
}

/// Seeded dice.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn element(&mut self) -> ElementType {
        use ElementType::{Action, Character, Dialogue, Parenthetical, SceneHeading};
        [SceneHeading, Action, Character, Dialogue, Parenthetical][self.below(5)]
    }
}

/// An editor, pages and a sidebar that apply what changes say and never look at the script.
pub(crate) struct Editor {
    units: Vec<u16>,
    styles: Vec<Styles>,
    paragraphs: Vec<ParagraphInfo>,
    scenes: Vec<String>,
}

impl Editor {
    /// One that shows the script as it is.
    pub(crate) fn of(script: &Script) -> Editor {
        Editor {
            units: script.text().encode_utf16().collect(),
            styles: styles(script),
            paragraphs: (0..script.paragraph_count())
                .map(|i| script.paragraph(i))
                .collect(),
            scenes: scenes(script),
        }
    }

    /// Applies a change as CodeMirror does: all offsets are from before it.
    pub(crate) fn apply(&mut self, change: &Change) {
        let mut end = 0;
        for edit in &change.text {
            assert!(
                end <= edit.from && edit.from <= edit.to,
                "in order: {change:?}"
            );
            end = edit.to;
        }
        for edit in change.text.iter().rev() {
            let range = edit.from as usize..edit.to as usize;
            let insert: Vec<u16> = edit.insert.encode_utf16().collect();
            self.styles
                .splice(range.clone(), vec![Styles::NONE; insert.len()]);
            self.units.splice(range, insert);
        }
        for format in &change.formats {
            let mut at = format.from as usize;
            for run in &format.runs {
                self.styles[at..at + run.len as usize].fill(run.styles);
                at += run.len as usize;
            }
            assert_eq!(at, format.to as usize, "the runs fill the range");
        }
        for splice in change.paragraphs.iter().rev() {
            let range = splice.from..splice.from + splice.removed;
            self.paragraphs.splice(range, splice.inserted.clone());
        }
        for id in &change.scenes.removed {
            self.scenes.retain(|scene| scene != id.as_str());
        }
        self.scenes
            .extend(change.scenes.added.iter().map(ToString::to_string));
    }

    /// Whether it shows what the script holds.
    pub(crate) fn check(&self, script: &Script) {
        assert_eq!(
            String::from_utf16_lossy(&self.units),
            script.text(),
            "the editor's text"
        );
        for (index, info) in self.paragraphs.iter().enumerate() {
            assert_eq!(
                *info,
                script.paragraph(index),
                "paragraph {index} of the editor"
            );
        }
        assert_eq!(self.paragraphs.len(), script.paragraph_count());
        // Line breaks may carry styles that nobody sees.
        let shown = |styles: &[Styles]| -> Vec<Styles> {
            styles
                .iter()
                .zip(&self.units)
                .filter(|(_, unit)| **unit != 10)
                .map(|(styles, _)| *styles)
                .collect()
        };
        assert_eq!(
            shown(&self.styles),
            shown(&styles(script)),
            "the editor's styles"
        );
        let mut known = self.scenes.clone();
        let mut there = scenes(script);
        known.sort();
        there.sort();
        assert_eq!(known, there, "the sidebar's scenes");
    }
}

fn styles(script: &Script) -> Vec<Styles> {
    script
        .runs(0..script.len_utf16())
        .iter()
        .flat_map(|run| vec![run.styles; run.len as usize])
        .collect()
}

fn scenes(script: &Script) -> Vec<String> {
    script
        .scenes()
        .iter()
        .map(|scene| scene.id.to_string())
        .collect()
}
