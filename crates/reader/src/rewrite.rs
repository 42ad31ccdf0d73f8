//! Edits that make one content of another, as few as there are differences: who is typing elsewhere keeps their place,
//! and words that stay are the same words, not copies.
//!
//! Two passes: the first makes the text and the number of paragraphs right, the second what each paragraph is.

use scriptroom_paragraphs::{Attributes, ElementType, Paragraph, PlainScript, Styles};
use scriptroom_script::{Change, Edit, EditError, InsertedLine, Script};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::error::ReaderError;
use crate::pairing::pairs;

/// Makes the script say what is wanted, and returns the updates of that, in order. An empty title page is left alone.
pub(crate) fn rewrite(
    script: &mut Script,
    wanted: &PlainScript,
) -> Result<Vec<Vec<u8>>, ReaderError> {
    let empty = [Paragraph::default()];
    let new = match wanted.paragraphs.is_empty() {
        true => &empty[..],
        false => &wanted.paragraphs,
    };
    let mut updates = Vec::new();
    if script.is_empty() {
        // A strip for each scene, where there is nothing yet that could be kept.
        let imported = script.import(wanted);
        updates.extend(imported.into_iter().filter_map(|change| change.update));
    }
    let old = script.paragraphs(0..script.paragraph_count());
    let pairs = pairs(&old, new);
    let mut made = |change: Result<Change, EditError>| {
        let change = change.map_err(|error| ReaderError::Request(error.to_string()))?;
        updates.extend(change.update);
        Ok::<(), ReaderError>(())
    };
    made(script.edit(&text_edits(script, &old, new, &pairs), 0))?;
    check_texts(script, new)?;
    let homes = homes(&old, new, &pairs);
    made(script.edit(&element_edits(script, new), 0))?;
    made(script.edit(&attribute_edits(script, new, &homes), 0))?;
    made(script.edit(&style_edits(script, new), 0))?;
    if !wanted.title_page.is_empty() && wanted.title_page != script.title_page() {
        made(Ok(script.set_title_page(&wanted.title_page)))?;
    }
    check_texts(script, new)?;
    Ok(updates)
}

/// The edits that make the texts right.
fn text_edits(
    script: &Script,
    old: &[Paragraph],
    new: &[Paragraph],
    pairs: &[(usize, usize)],
) -> Vec<Edit> {
    let start = |at: usize| script.paragraph_start(at);
    let end = |at: usize| start(at) + utf16_len(&old[at].text());
    let mut edits = Vec::new();
    let Some(&(first_old, first_new)) = pairs.first() else {
        let insert = lines(new);
        return vec![Edit::Replace {
            from: 0,
            to: script.len_utf16(),
            insert,
        }];
    };
    if first_old > 0 || first_new > 0 {
        let mut insert = lines(&new[..first_new]);
        insert.push(InsertedLine::default());
        edits.push(Edit::Replace {
            from: 0,
            to: start(first_old),
            insert,
        });
    }
    for (at, &(i, j)) in pairs.iter().enumerate() {
        word_edits(start(i), &old[i].text(), &new[j].text(), &mut edits);
        let (next_old, next_new) = pairs.get(at + 1).copied().unwrap_or((old.len(), new.len()));
        if next_old > i + 1 || next_new > j + 1 {
            let mut insert = vec![InsertedLine::default()];
            insert.extend(lines(&new[j + 1..next_new]));
            edits.push(Edit::Replace {
                from: end(i),
                to: end(next_old - 1),
                insert,
            });
        }
    }
    edits
}

fn lines(paragraphs: &[Paragraph]) -> Vec<InsertedLine> {
    let lines = paragraphs.iter().map(|paragraph| InsertedLine {
        runs: paragraph.runs.clone(),
        element: Some(paragraph.element),
        attributes: paragraph.attributes.clone(),
    });
    lines.collect()
}

/// The edits between two texts of one paragraph, by words.
fn word_edits(start: u32, old: &str, new: &str, edits: &mut Vec<Edit>) {
    if old == new {
        return;
    }
    let (old, new) = (tokens(old), tokens(new));
    let mut at = start;
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, come) = (&old[op.old_range()], &new[op.new_range()]);
        let gone_len: u32 = gone.iter().map(|token| utf16_len(token)).sum();
        if !matches!(op, DiffOp::Equal { .. }) {
            edits.push(Edit::text(at, at + gone_len, come.concat()));
        }
        at += gone_len;
    }
}

/// Words, and each character that is in none by itself.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let word = c.is_alphanumeric();
        if at > 0 && !(word && in_word) {
            tokens.push(&text[start..at]);
            start = at;
        }
        in_word = word;
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

fn check_texts(script: &Script, new: &[Paragraph]) -> Result<(), ReaderError> {
    let wanted: Vec<String> = new.iter().map(Paragraph::text).collect();
    let (expected, got) = (wanted.join("\n"), script.text());
    match expected == got {
        true => Ok(()),
        false => Err(ReaderError::Elsewhere {
            expected: format!("{} paragraphs of {} bytes", new.len(), expected.len()),
            got: format!("{} of {}", script.paragraph_count(), got.len()),
        }),
    }
}

/// For each new paragraph the scene id that it should have, where there is one: its own, or that of the old one.
fn homes(old: &[Paragraph], new: &[Paragraph], pairs: &[(usize, usize)]) -> Vec<Option<String>> {
    let mut homes: Vec<Option<String>> = new
        .iter()
        .map(|paragraph| paragraph.attributes.scene.clone())
        .collect();
    for &(i, j) in pairs {
        let heading = new[j].element == ElementType::SceneHeading;
        if heading && homes[j].is_none() {
            homes[j].clone_from(&old[i].attributes.scene);
        }
    }
    homes
}

fn element_edits(script: &Script, new: &[Paragraph]) -> Vec<Edit> {
    let wrong = (0..new.len()).filter(|&at| script.paragraph(at).element != new[at].element);
    wrong
        .map(|at| Edit::SetElement {
            paragraphs: at..at + 1,
            element: new[at].element,
        })
        .collect()
}

fn attribute_edits(script: &Script, new: &[Paragraph], homes: &[Option<String>]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, paragraph) in new.iter().enumerate() {
        let has = script.paragraph(at);
        let heading = paragraph.element == ElementType::SceneHeading;
        let has_scene = has.scene.map(|id| id.as_str().to_owned());
        let scene = homes[at].clone().filter(|_| heading);
        let moved = scene.is_some() && scene != has_scene;
        let wanted = Attributes {
            scene,
            ..paragraph.attributes.clone()
        };
        let same = has.scene_number == wanted.scene_number
            && has.dual == wanted.dual
            && has.depth == wanted.depth
            && has.joined == wanted.joined
            && has.omitted == wanted.omitted
            && has.color == wanted.color;
        if moved || !same {
            edits.push(Edit::SetAttributes {
                paragraph: at,
                attributes: wanted,
            });
        }
    }
    edits
}

fn style_edits(script: &Script, new: &[Paragraph]) -> Vec<Edit> {
    let old = script.paragraphs(0..script.paragraph_count());
    let mut edits = Vec::new();
    for (at, (old, new)) in old.iter().zip(new).enumerate() {
        if old.runs == new.runs {
            continue;
        }
        let (has, wanted) = (styles(old), styles(new));
        for (style, _) in Styles::NAMED {
            let differs = |at: usize| {
                let on = wanted[at].contains(style);
                (on != has[at].contains(style)).then_some(on)
            };
            let start = script.paragraph_start(at);
            for (from, to, on) in stretches(wanted.len(), differs) {
                let (from, to) = (start + from as u32, start + to as u32);
                edits.push(Edit::Format {
                    from,
                    to,
                    style,
                    on,
                });
            }
        }
    }
    edits
}

/// The styles of each UTF-16 unit.
fn styles(paragraph: &Paragraph) -> Vec<Styles> {
    let units = paragraph.runs.iter();
    units
        .flat_map(|run| std::iter::repeat_n(run.styles, utf16_len(&run.text) as usize))
        .collect()
}

/// The stretches of one value, where there is one.
fn stretches(len: usize, value: impl Fn(usize) -> Option<bool>) -> Vec<(usize, usize, bool)> {
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    for at in 0..len {
        let Some(on) = value(at) else { continue };
        match found.last_mut() {
            Some(last) if last.1 == at && last.2 == on => last.1 = at + 1,
            _ => found.push((at, at + 1, on)),
        }
    }
    found
}

fn utf16_len(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}
