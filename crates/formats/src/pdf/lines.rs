//! Pieces of text to lines, as a reader sees them.

use super::content::Piece;
use crate::text::LINE_BREAKS;

/// A line of a page: what stands on one height without a wide gap.
#[derive(Clone, Debug, PartialEq)]
pub struct TextLine {
    /// From the page's left edge to its first letter, in points.
    pub x: f64,
    /// From the page's bottom to its letters' feet.
    pub y: f64,
    /// From the left edge to where its last letter ends.
    pub end: f64,
    /// What it says.
    pub text: String,
}

/// Pieces nearer than this, in points, stand on one line.
const SAME_LINE: f64 = 2.5;
/// A gap of more letters than this begins a line of its own: a scene's number, the other column.
const WIDE_GAP: f64 = 3.5;

/// The lines of a page, from its top.
pub(super) fn lines(mut pieces: Vec<Piece>) -> Vec<TextLine> {
    pieces.retain(|piece| !piece.text.is_empty() && piece.size > 0.5);
    // A string may have a line break within, which draws nothing: what begins a line is where it stands.
    for piece in &mut pieces {
        let is_break = |c: char| c.is_control() || LINE_BREAKS.contains(&c);
        piece.text = piece.text.replace(is_break, " ");
    }
    pieces.sort_by(|one, next| next.y.total_cmp(&one.y));
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some(row) if (row[0].y - piece.y).abs() < SAME_LINE => row.push(piece),
            _ => rows.push(vec![piece]),
        }
    }
    rows.into_iter().flat_map(row_lines).collect()
}

fn row_lines(mut row: Vec<Piece>) -> Vec<TextLine> {
    row.sort_by(|one, next| one.x.total_cmp(&next.x));
    let mut lines: Vec<TextLine> = Vec::new();
    for piece in row {
        let letter = piece.size * 0.6;
        match lines.last_mut() {
            Some(line) if piece.x - line.end < letter * WIDE_GAP => {
                let gap = piece.x - line.end;
                if gap > letter * 0.4 && !line.text.ends_with(' ') && !piece.text.starts_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(&piece.text);
                line.end = line.end.max(piece.end);
            }
            _ => lines.push(TextLine {
                x: piece.x,
                y: piece.y,
                end: piece.end,
                text: piece.text,
            }),
        }
    }
    for line in &mut lines {
        let spaces = line.text.len() - line.text.trim_start().len();
        let count = line.text.chars().count().max(1);
        // What begins with spaces begins behind them.
        #[expect(
            clippy::cast_precision_loss,
            reason = "a line has fewer letters than a float counts"
        )]
        let width = (line.end - line.x) / count as f64 * spaces as f64;
        line.x += width;
        line.text = line.text.trim().to_owned();
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}
