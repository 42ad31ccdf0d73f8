//! Which paragraph of one content is which of another: equal ones by the longest common run, changed ones by the words
//! that they share.

use std::ops::Range;

use scriptroom_paragraphs::Paragraph;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A hunk of so many pairs is compared pair by pair; in a larger one, place decides.
const MOST_COMPARED: usize = 40_000;

/// Pairs of indices, rising in both.
pub(crate) fn pairs(old: &[Paragraph], new: &[Paragraph]) -> Vec<(usize, usize)> {
    let (old_keys, new_keys) = (keys(old), keys(new));
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => pairs.extend((0..len).map(|at| (old_index + at, new_index + at))),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => pairs.extend(within(
                (old, old_index..old_index + old_len),
                (new, new_index..new_index + new_len),
            )),
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    pairs
}

fn keys(paragraphs: &[Paragraph]) -> Vec<(&'static str, String)> {
    let keys = paragraphs.iter();
    keys.map(|paragraph| (paragraph.element.name(), paragraph.text()))
        .collect()
}

type Part<'a> = (&'a [Paragraph], Range<usize>);

/// Pairs within a hunk of which nothing is equal: those that together share most.
fn within((old, left): Part<'_>, (new, right): Part<'_>) -> Vec<(usize, usize)> {
    let (rows, columns) = (left.len(), right.len());
    if rows * columns > MOST_COMPARED {
        return left.zip(right).collect();
    }
    let old_words: Vec<Vec<String>> = old[left.clone()].iter().map(sorted_words).collect();
    let new_words: Vec<Vec<String>> = new[right.clone()].iter().map(sorted_words).collect();
    // best[i][j]: the most that the paragraphs from i and j on can share.
    let mut best = vec![vec![0.0f32; columns + 1]; rows + 1];
    let mut shared = vec![vec![0.0f32; columns]; rows];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            shared[i][j] = likeness(&old_words[i], &new_words[j]);
            let paired = shared[i][j] + best[i + 1][j + 1];
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < rows && j < columns {
        if shared[i][j] > 0.0 && best[i][j] <= shared[i][j] + best[i + 1][j + 1] {
            pairs.push((left.start + i, right.start + j));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn sorted_words(paragraph: &Paragraph) -> Vec<String> {
    let text = paragraph.text();
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// The share of words that two texts have in common; 0 below a third, where they are two paragraphs and not one changed.
fn likeness(old: &[String], new: &[String]) -> f32 {
    if old.is_empty() && new.is_empty() {
        return 0.5;
    }
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < old.len() && j < new.len() {
        match old[i].cmp(&new[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    let share = common as f32 / old.len().max(new.len()) as f32;
    if share < 0.34 { 0.0 } else { share }
}
