//! An estimate of how many lines a paragraph takes on paper: enough to aim for a page count.
//! The layout itself is the business of the crate that lays out pages.

use scriptroom_paragraphs::{ElementType, Paragraph};

/// The lines of a paragraph, with the blank lines before it.
pub(crate) fn estimate(paragraph: &Paragraph) -> usize {
    if !paragraph.element.is_printed() {
        return 0;
    }
    let (width, before) = match paragraph.element {
        ElementType::SceneHeading => (61, 2),
        ElementType::Dialogue | ElementType::Lyrics => (35, 0),
        ElementType::Parenthetical => (25, 0),
        ElementType::Transition => (16, 1),
        _ => (61, 1),
    };
    let before = if paragraph.attributes.joined {
        0
    } else {
        before
    };
    before + wrapped(&printed_text(paragraph), width)
}

fn printed_text(paragraph: &Paragraph) -> String {
    let printed = paragraph.runs.iter().filter(|run| run.styles.is_printed());
    printed.map(|run| run.text.as_str()).collect()
}

/// How many lines the text takes when words are wrapped at `width` cells.
fn wrapped(text: &str, width: usize) -> usize {
    let (mut lines, mut column) = (1, 0);
    for word in text.split(' ') {
        let cells: usize = word.chars().map(cells).sum();
        if column > 0 && column + 1 + cells > width {
            lines += 1;
            column = 0;
        }
        column += cells + usize::from(column > 0);
        // A text without spaces breaks anywhere.
        lines += column.saturating_sub(1) / width;
        column -= column.saturating_sub(1) / width * width;
    }
    lines
}

const fn cells(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe0f}' => 0,
        '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_long_words_break() {
        assert_eq!(wrapped("", 5), 1);
        assert_eq!(wrapped("one two", 7), 1);
        assert_eq!(wrapped("one two", 6), 2);
        assert_eq!(wrapped("abcdefghijk", 5), 3);
        assert_eq!(wrapped("映画の夜", 4), 2);
    }
}
