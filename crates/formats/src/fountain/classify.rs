//! What a line of Fountain looks like, on its own. What it is depends on its neighbours too:
//! see `parse`.

use std::borrow::Cow;

use scriptroom_paragraphs::ElementType;

/// `INT. HOUSE`, `ext house`, `I/E. CAR`: the prefix, then a full stop or a space.
pub(super) fn is_heading(line: &str) -> bool {
    const PREFIXES: [&str; 11] = [
        "int./ext", "ext./int", "int/ext", "ext/int", "i./e", "e./i", "i/e", "e/i", "int", "ext",
        "est",
    ];
    let bytes = line.as_bytes();
    if !matches!(bytes.first(), Some(b'i' | b'I' | b'e' | b'E')) {
        return false;
    }
    PREFIXES.iter().any(|prefix| {
        bytes.len() > prefix.len()
            && bytes[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
            && matches!(bytes[prefix.len()], b'.' | b' ')
    })
}

/// `.SNIPER SCOPE POV`, but not `...` or `. a`.
pub(super) fn is_forced_heading(line: &str) -> bool {
    line.strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c != '.' && !c.is_whitespace()))
}

/// `CUT TO:`, with nothing behind the colon, not even a space.
pub(super) fn is_transition(line: &str) -> bool {
    line.ends_with("TO:") && is_upper(line)
}

/// `MR. SMITH`, `23 SKIDOO`, `HANS (on the radio)`, `ANNA ^`: no lower-case letter outside of
/// parentheses and notes, and a capital one somewhere.
pub(super) fn is_cue(line: &str) -> bool {
    let name = line.strip_suffix('^').unwrap_or(line);
    if ["TO:", " IN:", " OUT:"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        return false;
    }
    let (mut depth, mut has_capital) = (0_usize, false);
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '^' => return false,
            _ if depth > 0 => {}
            c if c.is_lowercase() => return false,
            c if c.is_uppercase() => has_capital = true,
            _ => {}
        }
    }
    has_capital && depth == 0
}

fn is_upper(line: &str) -> bool {
    line.chars().any(char::is_uppercase) && !line.chars().any(char::is_lowercase)
}

/// `===`, `=== 12A`
pub(super) fn is_page_break(line: &str) -> bool {
    line.starts_with("===")
}

/// `~ la la`; two tildes strike text out instead.
pub(super) fn is_lyrics(line: &str) -> bool {
    line.starts_with('~') && !line.starts_with("~~")
}

/// `(beat)`
pub(super) fn is_parenthetical(line: &str) -> bool {
    line.len() >= 2 && line.starts_with('(') && line.ends_with(')')
}

/// What stands around a line that has no forcing mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbours {
    /// A heading or a cue may stand here: an empty line, or something unprinted, is before it.
    pub(super) fresh: bool,
    /// The next line has something to read.
    pub(super) next_visible: bool,
    /// The next line is empty or boneyard, or there is none.
    pub(super) next_ends_block: bool,
}

/// What a line without a forcing mark is.
pub(super) fn natural(line: &str, around: Neighbours) -> ElementType {
    let trimmed = line.trim();
    if !around.fresh {
        ElementType::Action
    } else if is_heading(trimmed) {
        ElementType::SceneHeading
    } else if around.next_ends_block && is_transition(line.trim_start()) {
        ElementType::Transition
    } else if around.next_visible && is_cue(trimmed) {
        ElementType::Character
    } else {
        ElementType::Action
    }
}

/// Whether a line (without the spaces before it) starts with a mark that forces an element.
pub(super) fn is_forced(line: &str) -> bool {
    line.starts_with(['!', '>', '#', '=', '@'])
        || line.starts_with("[[")
        || line.starts_with("/*")
        || is_lyrics(line)
        || is_forced_heading(line)
}

/// Whether nothing is to be seen.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

/// A line of spaces, at least two: it keeps a speech going.
pub(super) fn is_spacer(line: &str) -> bool {
    is_blank(line) && line.chars().nth(1).is_some()
}

/// A heading without its number, and the number: `INT. HOUSE #12A#`, `INT. HOUSE #12A# [[a note]]`.
pub(super) fn split_number(line: &str) -> (Cow<'_, str>, Option<&str>) {
    let note = line.rfind("[[").filter(|_| line.ends_with("]]"));
    let (head, note) = line.split_at(note.unwrap_or(line.len()));
    let split = || {
        let inner = head.trim_end().strip_suffix('#')?;
        let (text, number) = inner.rsplit_once('#')?;
        is_scene_number(number).then_some((text.trim_end(), number))
    };
    match split() {
        Some((text, number)) if note.is_empty() => (text.into(), Some(number)),
        Some((text, number)) => ([text, note].join(" ").into(), Some(number)),
        None => (line.into(), None),
    }
}

/// Letters, digits and `-._/()`.
pub(super) fn is_scene_number(number: &str) -> bool {
    !number.is_empty()
        && number
            .chars()
            .all(|c| c.is_alphanumeric() || "-._/()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        for line in [
            "INT HOUSE",
            "INT. HOUSE",
            "ext. x",
            "EST BUCKET",
            "INT./EXT. CAR",
            "I/E CAR",
            "i/e. car",
            "INT/EXT CAR",
        ] {
            assert!(is_heading(line), "{line}");
        }
        for line in ["INTERNAL", "EXTRA", "INT", "ESTHER ENTERS", "I/EYE", ""] {
            assert!(!is_heading(line), "{line}");
        }
        assert!(is_forced_heading(".X"));
        assert!(!is_forced_heading("..."));
        assert!(!is_forced_heading(". X"));
    }

    #[test]
    fn cues() {
        for line in [
            "MR. SMITH",
            "O'BRIEN",
            "DEALER #2",
            "23 SKIDOO",
            "HANS (on the radio)",
            "R2D2",
            "ANNA ^",
            "ÉLODIE",
            "JACK[[who?]]",
        ] {
            assert!(is_cue(line), "{line}");
        }
        for line in [
            "23",
            "McCLANE",
            "Han (O. S.)",
            "(JACK)",
            "AND ^ (Dual)",
            "花子",
            "CUT TO:",
            "...",
        ] {
            assert!(!is_cue(line), "{line}");
        }
    }

    #[test]
    fn numbers() {
        for (line, text, number) in [
            ("INT. X #A3-1#", "INT. X", Some("A3-1")),
            ("INT. X #😆#", "INT. X #😆#", None),
            ("INT. X ##", "INT. X ##", None),
            ("INT. X #4# [[a]]", "INT. X [[a]]", Some("4")),
            ("INT. X [[a]] #4#", "INT. X [[a]]", Some("4")),
            ("INT. X #4# \\[[a]]", "INT. X #4# \\[[a]]", None),
        ] {
            assert_eq!(split_number(line), (text.into(), number));
        }
    }
}
