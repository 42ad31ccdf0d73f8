//! A backslash at the edge of a line guards what would otherwise be trimmed or read as a mark.
//!
//! `.\ HOUSE` is the heading " HOUSE", `@\` an empty cue. Adding a guard and taking it off are
//! inverse: text that itself ends in backslashes gets one more.

/// What a leading guard can stand before.
const LEADING: [char; 9] = ['.', '(', '=', '!', '@', '#', '>', '<', '^'];
/// What a trailing guard can stand behind.
const TRAILING: [char; 6] = ['^', '<', '#', ']', '/', ')'];

/// Adds the guards that a line's trimmed text needs, or that text would be mistaken for.
pub(super) fn guard(text: &str, leading: bool, trailing: bool) -> String {
    let mut guarded = String::with_capacity(text.len() + 2);
    let needs = leading || text.starts_with(char::is_whitespace) || text.starts_with('\\');
    if needs && is_before(text.trim_start_matches('\\')) {
        guarded.push('\\');
    }
    guarded.push_str(text);
    let needs =
        trailing || text.is_empty() || text.ends_with(char::is_whitespace) || text.ends_with('\\');
    if needs && is_behind(text.trim_end_matches('\\')) {
        guarded.push('\\');
    }
    guarded
}

/// Takes the guards off.
pub(super) fn unguard(text: &str) -> &str {
    let text = match text.strip_prefix('\\') {
        Some(rest) if is_before(rest.trim_start_matches('\\')) => rest,
        _ => text,
    };
    match text.strip_suffix('\\') {
        Some(rest) if is_behind(rest.trim_end_matches('\\')) => rest,
        _ => text,
    }
}

fn is_before(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_whitespace() || LEADING.contains(&c))
}

fn is_behind(rest: &str) -> bool {
    rest.is_empty() || rest.ends_with(|c: char| c.is_whitespace() || TRAILING.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_comes_back() {
        for text in [
            "", " ", "\\", "\\\\", " a ", "\\ a", "a \\", "(a)", "\\(a)", "a^", "a^\\", "\\ \\",
            ".", "a",
        ] {
            for (leading, trailing) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let guarded = guard(text, leading, trailing);
                assert_eq!(guarded.trim(), guarded, "{text:?}");
                assert_eq!(unguard(&guarded), text, "{text:?} as {guarded:?}");
            }
        }
    }
}
