//! Texts in which strings stand as embeds: no Yjs editor writes them, but a foreign client can.
//!
//! Such an embed counts one unit, and yrs shows it as it shows text. The text without its embeds
//! tells which is which.

use std::collections::BTreeSet;

use crate::strip::Piece;

/// More ways to read a text are not followed.
const MOST_WAYS: usize = 64;

/// Turns the pieces that are no part of `whole`, the text without embeds, into what stands for a
/// foreign embed. Pieces of one unit stay: for the length they make no difference. Changes nothing
/// where no reading fits.
pub(crate) fn tell_embeds(pieces: &mut [(Piece, scriptroom_paragraphs::Styles)], whole: &str) {
    // The lengths of text that the pieces so far may make.
    let mut ways: Vec<BTreeSet<usize>> = vec![BTreeSet::from([0])];
    for (piece, _) in pieces.iter() {
        let before = &ways[ways.len() - 1];
        let mut after = BTreeSet::new();
        for &at in before {
            match piece {
                Piece::Text(text, _) => {
                    if whole[at..].starts_with(text.as_str()) {
                        after.insert(at + text.len());
                    }
                    if piece.len() != 1 {
                        after.insert(at);
                    }
                }
                _ => {
                    after.insert(at);
                }
            }
        }
        if after.len() > MOST_WAYS {
            return;
        }
        ways.push(after);
    }
    let mut end = whole.len();
    if !ways[pieces.len()].contains(&end) {
        return;
    }
    for (index, (piece, _)) in pieces.iter_mut().enumerate().rev() {
        let Piece::Text(text, _) = piece else {
            continue;
        };
        let start = end.checked_sub(text.len()).filter(|start| {
            ways[index].contains(start) && whole[*start..].starts_with(text.as_str())
        });
        match start {
            Some(start) => end = start,
            None => *piece = Piece::Foreign,
        }
    }
}
