//! Cues: who speaks, and whether the same one goes on.

use crate::block::Block;
use scriptroom_paragraphs::ElementType;

/// The cue with its mark for a speech that goes on. A cue that has the mark keeps it once.
pub(crate) fn continued(cue: &str, suffix: &str) -> String {
    let cue = cue.trim_end();
    match has_suffix(cue, suffix) {
        true => cue.to_owned(),
        false => format!("{cue} {suffix}"),
    }
}

/// Whether a cue ends with the mark, as people write it too: either case, either apostrophe.
fn has_suffix(cue: &str, suffix: &str) -> bool {
    let plain = |character: char| match character {
        '’' => '\'',
        other => other.to_lowercase().next().unwrap_or(other),
    };
    let mut cue = cue.chars().rev().map(plain);
    let mut suffix = suffix.chars().rev().map(plain);
    suffix.all(|character| cue.next() == Some(character))
}

/// Who speaks: the cue without its extensions.
fn name(cue: &str) -> &str {
    cue.split('(').next().unwrap_or(cue).trim()
}

/// Whether the cue at `index` belongs to the one who spoke last in the scene.
pub(crate) fn speaks_again(blocks: &[Block], index: usize, suffix: &str) -> bool {
    let cue = &blocks[index];
    let name = name(cue.own_text());
    if cue.is_dual || name.is_empty() {
        return false;
    }
    let before = blocks[..index].iter().rev();
    let mut scene = before.take_while(|block| !block.opens_scene && !block.starts_page);
    let last = scene.find(|block| block.is_printed && block.class == ElementType::Character);
    last.is_some_and(|last| same_name(self::name(last.own_text()), name))
        && !has_suffix(cue.own_text().trim_end(), suffix)
}

/// Names are the same in either case, in any alphabet.
fn same_name(one: &str, other: &str) -> bool {
    let lower = |name: &'_ str| {
        name.chars()
            .flat_map(char::to_lowercase)
            .collect::<Vec<_>>()
    };
    match one.is_ascii() || other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one == other || lower(one) == lower(other),
    }
}

/// The next cue from `index` on whose speaker may be the one who spoke last before `index`.
pub(crate) fn next_in_scene(blocks: &[Block], index: usize) -> Option<usize> {
    let after = blocks.iter().enumerate().skip(index);
    after
        .take_while(|(_, block)| !block.opens_scene && !block.starts_page)
        .find(|(_, block)| block.is_printed && block.class == ElementType::Character)
        .map(|(index, _)| index)
}
