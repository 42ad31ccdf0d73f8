//! What a writer does: one edit of any kind on a replica, told to the oracle.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles, TitleEntry};
use scriptroom_script::{Change, Edit, InsertedLine, Script};

use crate::dice::Dice;
use crate::oracle::Oracle;
use crate::weather::Habit;

/// A writer at a replica.
pub struct Writer<'a> {
    /// The replica.
    pub script: &'a mut Script,
    /// What is told what was meant.
    pub oracle: &'a mut Oracle,
    /// What decides.
    pub dice: &'a mut Dice,
    /// The writer's clock.
    pub now_ms: u64,
}

impl Writer<'_> {
    /// Makes one edit; the updates of it.
    pub fn act(&mut self, habit: Habit) -> Vec<Vec<u8>> {
        let at = self.offset();
        let changes = match habit {
            Habit::Type => self.insert(at),
            Habit::Enter => self.enter(at),
            Habit::Delete => self.delete(at),
            Habit::Merge => self.merge(),
            Habit::Retype => self.retype(),
            Habit::Move => self.move_scene(),
            Habit::Format => self.format(at),
            Habit::Undo => self.travel(Script::undo),
            Habit::Redo => self.travel(Script::redo),
            Habit::Paste => self.paste(),
            Habit::Title => self.title(),
        };
        changes
            .into_iter()
            .filter_map(|change| change.update)
            .collect()
    }

    fn edit(&mut self, edit: Edit) -> Vec<Change> {
        let made = self.script.edit(&[edit], self.now_ms);
        vec![made.expect("the edit was made for this script")]
    }

    /// A place between two characters.
    fn offset(&mut self) -> u32 {
        let len = self.script.len_utf16();
        let at = self.dice.below(len as usize + 1) as u32;
        self.whole(at)
    }

    /// That place, or the one before it if it lies inside a surrogate pair.
    fn whole(&self, at: u32) -> u32 {
        let before = self.script.slice(at.saturating_sub(2)..at);
        match before.ends_with('\u{fffd}') {
            true => at - 1,
            false => at,
        }
    }

    fn insert(&mut self, at: u32) -> Vec<Change> {
        let text = self.oracle.fresh(self.dice);
        self.edit(Edit::text(at, at, text))
    }

    /// Enter, often at a paragraph's end, then a line.
    fn enter(&mut self, at: u32) -> Vec<Change> {
        let paragraph = self.script.paragraph_at(at);
        let end = self.script.paragraph_start(paragraph) + self.script.paragraph(paragraph).len;
        let at = if self.dice.chance(500) { end } else { at };
        let text = self.oracle.fresh(self.dice);
        let insert = vec![
            InsertedLine::default(),
            InsertedLine::of(self.element(), text),
        ];
        self.edit(Edit::Replace {
            from: at,
            to: at,
            insert,
        })
    }

    fn delete(&mut self, at: u32) -> Vec<Change> {
        let to = self.short_range(at);
        self.oracle.delete(&self.script.slice(at..to));
        self.edit(Edit::text(at, to, ""))
    }

    fn short_range(&mut self, at: u32) -> u32 {
        let to = at + self.dice.below(9) as u32;
        self.whole(to.min(self.script.len_utf16())).max(at)
    }

    /// Backspace at a paragraph's start.
    fn merge(&mut self) -> Vec<Change> {
        let paragraph = self.paragraph();
        let start = self.script.paragraph_start(paragraph);
        self.edit(Edit::text(start.saturating_sub(1), start, ""))
    }

    fn paragraph(&mut self) -> usize {
        self.dice.below(self.script.paragraph_count())
    }

    fn retype(&mut self) -> Vec<Change> {
        let paragraph = self.paragraph();
        let element = match self.dice.chance(500) {
            true => ElementType::SceneHeading,
            false => self.element(),
        };
        if element == ElementType::SceneHeading {
            let start = self.script.paragraph_start(paragraph);
            let len = self.script.paragraph(paragraph).len;
            self.oracle.carry(&self.script.slice(start..start + len));
        }
        let paragraphs = paragraph..paragraph + 1;
        self.edit(Edit::SetElement {
            paragraphs,
            element,
        })
    }

    fn move_scene(&mut self) -> Vec<Change> {
        let scenes = self.script.scenes();
        if scenes.is_empty() {
            return Vec::new();
        }
        let scene = self.dice.pick(&scenes).id.clone();
        let before = scenes.get(self.dice.below(scenes.len() + 1));
        let range = self
            .script
            .scene_paragraphs(&scene)
            .expect("it was just there");
        for paragraph in self.script.paragraphs(range) {
            paragraph
                .runs
                .iter()
                .for_each(|run| self.oracle.carry(&run.text));
        }
        let before = before.map(|scene| &scene.id);
        let moved = self.script.move_scene(&scene, before, self.now_ms);
        vec![moved.expect("both scenes are there")]
    }

    fn format(&mut self, at: u32) -> Vec<Change> {
        let edit = Edit::Format {
            from: at,
            to: self.short_range(at),
            style: *self.dice.pick(&[Styles::BOLD, Styles::ITALIC]),
            on: self.dice.chance(600),
        };
        self.edit(edit)
    }

    fn travel(&mut self, step: impl Fn(&mut Script) -> Option<Change>) -> Vec<Change> {
        let before = self.script.text();
        let change = step(self.script);
        if let Some(change) = &change {
            self.oracle.travel(&before, &self.script.text(), change);
        }
        change.into_iter().collect()
    }

    /// A scene of a file, behind the end.
    fn paste(&mut self) -> Vec<Change> {
        let elements = [
            ElementType::SceneHeading,
            ElementType::Action,
            ElementType::Dialogue,
        ];
        let lines = elements.map(|element| Paragraph {
            element,
            runs: vec![Run::plain(self.oracle.fresh(self.dice))],
            ..Paragraph::default()
        });
        self.script.import(&PlainScript {
            paragraphs: lines.into(),
            ..PlainScript::default()
        })
    }

    fn title(&mut self) -> Vec<Change> {
        let line = format!("Draft {}", self.dice.below(1_000));
        let title = TitleEntry {
            key: "Title".to_owned(),
            lines: vec![line],
        };
        vec![self.script.set_title_page(&[title])]
    }

    fn element(&mut self) -> ElementType {
        use ElementType::{Action, Character, Dialogue, Parenthetical, SceneHeading};
        *self
            .dice
            .pick(&[SceneHeading, Action, Character, Dialogue, Parenthetical])
    }
}
