//! In which direction a paragraph is read.

/// Whether a text is read from right to left: as its first letter is that has a direction.
pub(crate) fn is_right_to_left(text: &str) -> bool {
    let mut letters = text.chars().filter(|letter| letter.is_alphabetic());
    letters.next().is_some_and(is_right_to_left_letter)
}

/// Letters of Hebrew, Arabic, Syriac, Thaana, N’Ko and the others of these blocks, which Unicode keeps for scripts of
/// this direction.
fn is_right_to_left_letter(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_says_the_direction() {
        assert!(is_right_to_left("היא רצה to the door"));
        assert!(is_right_to_left("12 - \"مرحبا"));
        assert!(!is_right_to_left("She says שלום."));
        assert!(!is_right_to_left("彼女は走る"));
        assert!(!is_right_to_left("..."));
    }
}
