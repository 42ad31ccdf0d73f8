//! This program's own conventions: how Fountain carries what it has no syntax for.
//!
//! Other programs show the markers as notes, which are not printed.

use scriptroom_paragraphs::ElementType;

type Marker = (ElementType, &'static str);

/// At the start of forced action.
pub(super) const IN_ACTION: [Marker; 2] = [
    (ElementType::General, "[[=general]]"),
    (ElementType::CastList, "[[=cast-list]]"),
];

/// At the start of centred text.
pub(super) const IN_CENTERED: [Marker; 2] = [
    (ElementType::NewAct, "[[=new-act]]"),
    (ElementType::EndOfAct, "[[=end-of-act]]"),
];

/// The element that a marker names, and the text behind the marker.
pub(super) fn strip<'a>(text: &'a str, markers: &[Marker]) -> Option<(ElementType, &'a str)> {
    markers
        .iter()
        .find_map(|(element, marker)| Some((*element, text.strip_prefix(marker)?)))
}

/// The text of a parenthetical in a line that has parentheses: they belong to it, unless
/// backslashes beside them say that they do not, `(\beat\)`.
pub(super) fn parenthetical(line: &str) -> &str {
    if is_bare_parenthetical(line) {
        &line[2..line.len() - 2]
    } else {
        line
    }
}

pub(super) fn is_bare_parenthetical(line: &str) -> bool {
    line.len() >= 4 && line.starts_with("(\\") && line.ends_with("\\)")
}

/// Forced action that itself starts with `!` has a backslash between, or it would be a shot.
pub(super) fn unguard_action(text: &str) -> &str {
    match text.strip_prefix('\\') {
        Some(rest) if needs_action_guard(rest) => rest,
        _ => text,
    }
}

pub(super) fn needs_action_guard(text: &str) -> bool {
    text.trim_start_matches('\\').starts_with('!')
}
