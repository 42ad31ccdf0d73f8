//! Where sentences end, for breaks between them.
//!
//! This is Final Draft's idea of a sentence, not a linguist's: a full stop, question or
//! exclamation mark, closing quotes and brackets, then a space. `Mr. Smith` is two of them.

/// The bytes at which a sentence begins after another one.
pub(crate) fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut state = State::Inside;
    text.char_indices().filter_map(move |(index, character)| {
        let before = state;
        state = before.after(character);
        let starts = match before {
            State::Spaces => state != State::Spaces,
            State::EndedWide => !is_closing(character) && state != State::Spaces,
            State::Inside | State::Ended => false,
        };
        (starts && index > 0).then_some(index)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Inside,
    /// After a mark that ends a sentence, if a space follows.
    Ended,
    /// After a mark of East Asian text, which no space follows.
    EndedWide,
    /// Between two sentences.
    Spaces,
}

impl State {
    fn after(self, character: char) -> State {
        match character {
            '.' | '?' | '!' | '…' => State::Ended,
            '。' | '？' | '！' => State::EndedWide,
            ' ' | '\t' | '\u{3000}' if self != State::Inside => State::Spaces,
            character if is_closing(character) && self != State::Spaces => self,
            _ => State::Inside,
        }
    }
}

fn is_closing(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | ')' | ']' | '}' | '”' | '’' | '»' | '」' | '』' | '）'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let mut marked = String::new();
        let mut last = 0;
        for start in starts(text) {
            marked += &text[last..start];
            marked.push('|');
            last = start;
        }
        marked += &text[last..];
        expected.assert_eq(&marked);
    }

    #[test]
    fn a_mark_and_a_space_end_a_sentence() {
        check(
            "He runs.  She (the pilot) waves!  Why? \"Go.\" No... 3.5 miles.",
            expect![[r#"He runs.  |She (the pilot) waves!  |Why? |"Go." |No... |3.5 miles."#]],
        );
        check(
            "彼は走る。彼女は「行け！」と言う。なぜ？",
            expect!["彼は走る。|彼女は「行け！」|と言う。|なぜ？"],
        );
    }
}
