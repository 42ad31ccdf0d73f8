//! Final Draft's names for elements and styles, and ours.

use scriptroom_paragraphs::{ElementType, Styles};

/// The elements that Final Draft has under the same meaning.
const NAMES: [(ElementType, &str); 13] = [
    (ElementType::SceneHeading, "Scene Heading"),
    (ElementType::Action, "Action"),
    (ElementType::Character, "Character"),
    (ElementType::Parenthetical, "Parenthetical"),
    (ElementType::Dialogue, "Dialogue"),
    (ElementType::Transition, "Transition"),
    (ElementType::Shot, "Shot"),
    (ElementType::General, "General"),
    (ElementType::Lyrics, "Lyrics"),
    (ElementType::CastList, "Cast List"),
    (ElementType::NewAct, "New Act"),
    (ElementType::EndOfAct, "End of Act"),
    (ElementType::Synopsis, "Summary"),
];

/// What a paragraph is, with a section's depth.
pub(super) type Kind = (ElementType, u8);

/// The names of a file's elements, each with the one that it is laid out as. They are some twenty.
pub(super) type OwnNames = Vec<(String, String)>;

/// Versions differ in capitals: `End Of Act`.
fn known(name: &str) -> Option<Kind> {
    let mut names = NAMES.iter();
    let named = names.find(|(_, known)| known.eq_ignore_ascii_case(name));
    named
        .map(|(element, _)| (*element, 0))
        .or_else(|| outline(name))
}

/// What a paragraph of that name is. A writer's own element is what its settings say it is laid out as; what nobody
/// knows is action.
pub(super) fn kind(name: &str, centered: bool, own: &OwnNames) -> Kind {
    let kind = known(name).or_else(|| known(&own.iter().find(|(own, _)| own == name)?.1));
    match kind.unwrap_or_default() {
        (ElementType::Action, _) if centered => (ElementType::Centered, 0),
        kind => kind,
    }
}

/// `Outline 2`, which writers may call `Outline 2 (Sequences)`.
fn outline(name: &str) -> Option<Kind> {
    let depth = name
        .strip_prefix("Outline ")?
        .chars()
        .next()?
        .to_digit(10)?;
    let depth = u8::try_from(depth).ok()?;
    (1..=6)
        .contains(&depth)
        .then_some((ElementType::Section, depth))
}

/// The name that a paragraph of this kind gets, as the file writes it. What Final Draft has no element for is written by
/// other means.
pub(super) fn name((element, depth): Kind, own: &OwnNames) -> String {
    if element == ElementType::Section {
        return format!("Outline {}", depth.clamp(1, 6));
    }
    let name = known_name(element).unwrap_or("Action");
    let mut written = own.iter().map(|(own, _)| own.as_str());
    let written = written.find(|own| own.eq_ignore_ascii_case(name));
    written.unwrap_or(name).to_owned()
}

/// Final Draft's name for an element, where it has one.
pub(super) fn known_name(element: ElementType) -> Option<&'static str> {
    let found = NAMES.iter().find(|(named, _)| *named == element);
    found.map(|(_, name)| *name)
}

/// What belongs to the cue before it.
pub(super) fn is_speech(element: ElementType) -> bool {
    matches!(
        element,
        ElementType::Dialogue | ElementType::Parenthetical | ElementType::Lyrics
    )
}

const STYLES: [(Styles, &str); 4] = [
    (Styles::BOLD, "Bold"),
    (Styles::ITALIC, "Italic"),
    (Styles::UNDERLINE, "Underline"),
    (Styles::STRIKE, "Strikeout"),
];

/// The styles that a `Style` attribute names; `AllCaps` and others are no styles of ours.
pub(super) fn styles(value: &str) -> Styles {
    let mut styles = Styles::NONE;
    for word in value.split('+') {
        for (style, name) in STYLES {
            if word.trim() == name {
                styles |= style;
            }
        }
    }
    styles
}

pub(super) fn is_all_caps(value: &str) -> bool {
    value.split('+').any(|word| word.trim() == "AllCaps")
}

/// A `Style` attribute of text that is not in capitals.
pub(super) fn without_all_caps(value: &str) -> String {
    let words = value.split('+').filter(|word| word.trim() != "AllCaps");
    words.collect::<Vec<_>>().join("+")
}

/// The `Style` attribute for `styles`, with what `before` says beside ours; none where there was none and none is
/// needed: Final Draft takes an empty one for "not in capitals" where the element is.
pub(super) fn style_value(before: Option<&str>, styles: Styles) -> Option<String> {
    if before.is_none() && styles.is_empty() {
        return None;
    }
    let ours = STYLES
        .iter()
        .filter(|(style, _)| styles.contains(*style))
        .map(|(_, name)| *name);
    let theirs = before.unwrap_or_default().split('+').map(str::trim);
    let theirs = theirs.filter(|word| !word.is_empty() && STYLES.iter().all(|(_, n)| n != word));
    Some(ours.chain(theirs).collect::<Vec<_>>().join("+"))
}
