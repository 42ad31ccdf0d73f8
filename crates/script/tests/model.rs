//! One replica against a toy: a `Vec` of paragraphs that follows the documented rules, and an
//! editor that applies only what the changes say.

mod support;

use scriptroom_paragraphs::ElementType;
use scriptroom_script::{Edit, InsertedLine, Options, Script};
use support::{Dice, Editor};

/// The toy: paragraphs of (type, text), in UTF-16.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Toy(Vec<(ElementType, Vec<u16>)>);

impl Toy {
    fn of(script: &Script) -> Toy {
        let paragraphs = script.paragraphs(0..usize::MAX);
        Toy(paragraphs
            .iter()
            .map(|p| (p.element, p.text().encode_utf16().collect()))
            .collect())
    }

    fn find(&self, offset: u32) -> (usize, usize) {
        let mut at = offset as usize;
        for (index, (_, text)) in self.0.iter().enumerate() {
            if at <= text.len() {
                return (index, at);
            }
            at -= text.len() + 1;
        }
        panic!("{offset} is in the document");
    }

    fn len(&self) -> u32 {
        self.0
            .iter()
            .map(|(_, text)| text.len() as u32 + 1)
            .sum::<u32>()
            - 1
    }

    fn replace(&mut self, from: u32, to: u32, lines: &[InsertedLine]) {
        let (first, start) = self.find(from);
        let (last, end) = self.find(to);
        let prefix = self.0[first].1[..start].to_vec();
        let suffix = self.0[last].1[end..].to_vec();
        let keeper = if prefix.is_empty() && !suffix.is_empty() {
            last
        } else {
            first
        };
        let element = self.0[keeper].0;
        let like = match element {
            ElementType::SceneHeading => ElementType::Action,
            other => other,
        };
        let text = |line: &InsertedLine| -> Vec<u16> {
            line.runs
                .iter()
                .flat_map(|run| run.text.encode_utf16())
                .collect()
        };
        let mut made: Vec<(ElementType, Vec<u16>)> = lines
            .iter()
            .map(|line| (line.element.unwrap_or(like), text(line)))
            .collect();
        made[0].0 = element;
        let count = made.len();
        let pushed = count > 1 && prefix.is_empty() && made[0].1.is_empty() && !suffix.is_empty();
        if pushed {
            made[0].0 = like;
            let last = &lines[count - 1];
            if last.is_empty() || last.element.is_none() {
                made[count - 1].0 = element;
            }
        }
        made[0].1.splice(0..0, prefix);
        made[count - 1].1.extend(suffix);
        self.0.splice(first..=last, made);
    }
}

fn line(dice: &mut Dice) -> InsertedLine {
    let text = ["", "x", "He runs.", "INT. HOUSE - DAY", "é👩‍🚀ü"][dice.below(5)];
    match dice.below(3) {
        0 => InsertedLine::new(text),
        _ => InsertedLine::of(dice.element(), text),
    }
}

#[test]
fn a_single_replica_does_what_the_toy_does() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let mut script = Script::new(Options { client_id: 1, seed });
        let mut toy = Toy(vec![(ElementType::Action, Vec::new())]);
        let mut editor = Editor::of(&script);
        for step in 0..150 {
            let now = step * 300;
            let change = match dice.below(8) {
                0 => {
                    let count = toy.0.len();
                    let at = dice.below(count);
                    let end = (at + 1 + dice.below(3)).min(count);
                    let element = dice.element();
                    for paragraph in &mut toy.0[at..end] {
                        paragraph.0 = element;
                    }
                    let edit = Edit::SetElement {
                        paragraphs: at..end,
                        element,
                    };
                    script.edit(&[edit], now).unwrap()
                }
                _ => {
                    let len = toy.len();
                    let from = script_boundary(&script, dice.below(len as usize + 1) as u32);
                    let reach = if dice.below(3) == 0 {
                        dice.below(40)
                    } else {
                        0
                    };
                    let to = script_boundary(&script, (from + reach as u32).min(len)).max(from);
                    let lines: Vec<_> = (0..1 + dice.below(4) / 2)
                        .map(|_| line(&mut dice))
                        .collect();
                    toy.replace(from, to, &lines);
                    let edit = Edit::Replace {
                        from,
                        to,
                        insert: lines,
                    };
                    script.edit(&[edit], now).unwrap()
                }
            };
            editor.apply(&change);
            assert_eq!(Toy::of(&script), toy, "seed {seed}, step {step}");
            script.check();
            editor.check(&script);
        }
    }
}

#[test]
fn undo_and_redo_come_back_to_the_same_script() {
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let mut script = Script::new(Options { client_id: 1, seed });
        let mut editor = Editor::of(&script);
        let mut states = vec![Toy::of(&script)];
        for step in 0..30u64 {
            let len = script.len_utf16();
            let from = script_boundary(&script, dice.below(len as usize + 1) as u32);
            let to = script_boundary(&script, (from + dice.below(12) as u32).min(len)).max(from);
            let lines: Vec<_> = (0..1 + dice.below(3)).map(|_| line(&mut dice)).collect();
            let edit = Edit::Replace {
                from,
                to,
                insert: lines,
            };
            editor.apply(&script.edit(&[edit], step * 60_000).unwrap());
            if states.last() != Some(&Toy::of(&script)) {
                states.push(Toy::of(&script));
            }
        }
        let mut seen = vec![Toy::of(&script)];
        while let Some(change) = script.undo() {
            editor.apply(&change);
            editor.check(&script);
            script.check();
            if seen.last() != Some(&Toy::of(&script)) {
                seen.push(Toy::of(&script));
            }
        }
        seen.reverse();
        assert_eq!(seen.last(), states.last(), "seed {seed}");
        assert_eq!(
            seen, states,
            "seed {seed}: undo goes back through every state"
        );
        while let Some(change) = script.redo() {
            editor.apply(&change);
            editor.check(&script);
        }
        script.check();
        assert_eq!(
            Some(&Toy::of(&script)),
            states.last(),
            "seed {seed}: redo comes back"
        );
    }
}

/// Moves an offset out of a surrogate pair.
fn script_boundary(script: &Script, offset: u32) -> u32 {
    let units: Vec<u16> = script.text().encode_utf16().collect();
    match units.get(offset as usize) {
        Some(unit) if (0xdc00..0xe000).contains(unit) => offset - 1,
        _ => offset,
    }
}
