//! Letters that join their neighbours: which of its forms each letter of a line has.
//!
//! Unicode has the forms of Arabic letters as characters of their own (Arabic Presentation Forms), which fonts whose
//! letters are all of one width draw so that they meet. So a line is joined without a font's own rules.

/// A letter, the first of its forms (alone, at the end, at the beginning, in the middle), and whether it joins what comes
/// behind it: those that do not have the first two forms alone.
type Forms = (char, u32, bool);

/// In the order of the letters: Arabic, then those of Persian and Urdu.
const FORMS: [Forms; 50] = [
    ('\u{622}', 0xFE81, false),
    ('\u{623}', 0xFE83, false),
    ('\u{624}', 0xFE85, false),
    ('\u{625}', 0xFE87, false),
    ('\u{626}', 0xFE89, true),
    ('\u{627}', 0xFE8D, false),
    ('\u{628}', 0xFE8F, true),
    ('\u{629}', 0xFE93, false),
    ('\u{62a}', 0xFE95, true),
    ('\u{62b}', 0xFE99, true),
    ('\u{62c}', 0xFE9D, true),
    ('\u{62d}', 0xFEA1, true),
    ('\u{62e}', 0xFEA5, true),
    ('\u{62f}', 0xFEA9, false),
    ('\u{630}', 0xFEAB, false),
    ('\u{631}', 0xFEAD, false),
    ('\u{632}', 0xFEAF, false),
    ('\u{633}', 0xFEB1, true),
    ('\u{634}', 0xFEB5, true),
    ('\u{635}', 0xFEB9, true),
    ('\u{636}', 0xFEBD, true),
    ('\u{637}', 0xFEC1, true),
    ('\u{638}', 0xFEC5, true),
    ('\u{639}', 0xFEC9, true),
    ('\u{63a}', 0xFECD, true),
    ('\u{640}', 0x640, true),
    ('\u{641}', 0xFED1, true),
    ('\u{642}', 0xFED5, true),
    ('\u{643}', 0xFED9, true),
    ('\u{644}', 0xFEDD, true),
    ('\u{645}', 0xFEE1, true),
    ('\u{646}', 0xFEE5, true),
    ('\u{647}', 0xFEE9, true),
    ('\u{648}', 0xFEED, false),
    ('\u{649}', 0xFEEF, false),
    ('\u{64a}', 0xFEF1, true),
    ('\u{679}', 0xFB66, true),
    ('\u{67e}', 0xFB56, true),
    ('\u{686}', 0xFB7A, true),
    ('\u{688}', 0xFB88, false),
    ('\u{691}', 0xFB8C, false),
    ('\u{698}', 0xFB8A, false),
    ('\u{6a9}', 0xFB8E, true),
    ('\u{6af}', 0xFB92, true),
    ('\u{6ba}', 0xFB9E, false),
    ('\u{6be}', 0xFBAA, true),
    ('\u{6c0}', 0xFBA4, false),
    ('\u{6c1}', 0xFBA6, true),
    ('\u{6cc}', 0xFBFC, true),
    ('\u{6d2}', 0xFBAE, false),
];

/// The line that letters are drawn out with; it has one form.
const TATWEEL: char = '\u{640}';
/// What keeps two letters from joining.
const NON_JOINER: char = '\u{200c}';

fn forms(cluster: &str) -> Option<&'static Forms> {
    let letter = cluster.chars().next()?;
    let at = FORMS.binary_search_by_key(&letter, |(letter, ..)| *letter);
    at.ok().map(|at| &FORMS[at])
}

/// The form of a cluster's letter between its neighbours in the text, where it has forms.
pub(crate) fn form(before: Option<&str>, cluster: &str, behind: Option<&str>) -> Option<char> {
    let (letter, first, joins) = forms(cluster)?;
    if *letter == TATWEEL {
        return None;
    }
    let is_joined = |one: &str| !one.contains(NON_JOINER);
    let from_before =
        before.is_some_and(|before| is_joined(before) && forms(before).is_some_and(|one| one.2));
    let to_behind = *joins && is_joined(cluster) && behind.is_some_and(|one| forms(one).is_some());
    char::from_u32(first + u32::from(from_before) + 2 * u32::from(to_behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scriptroom_pages::clusters;

    fn joined(text: &str) -> Vec<u32> {
        let all: Vec<&str> = clusters(text).map(|(cluster, _)| cluster).collect();
        let at = |index: usize| all.get(index).copied();
        let form = |index: usize| {
            form(index.checked_sub(1).and_then(at), all[index], at(index + 1))
                .map_or(0, |form| form as u32)
        };
        (0..all.len()).map(form).collect()
    }

    #[test]
    fn letters_are_in_order() {
        assert!(FORMS.is_sorted_by_key(|(letter, ..)| *letter));
    }

    #[test]
    fn a_letter_has_the_form_of_its_place() {
        // Beh alone; beh, beh, beh; dal joins nothing behind it.
        assert_eq!(joined("ب"), [0xFE8F]);
        assert_eq!(joined("ببب"), [0xFE91, 0xFE92, 0xFE90]);
        assert_eq!(joined("بدب"), [0xFE91, 0xFEAA, 0xFE8F]);
        assert_eq!(joined("ب ب"), [0xFE8F, 0, 0xFE8F]);
    }

    #[test]
    fn vowel_marks_are_no_neighbours_and_a_non_joiner_parts() {
        assert_eq!(joined("بَب"), [0xFE91, 0xFE90]);
        assert_eq!(joined("می\u{200c}خ"), [0xFEE3, 0xFBFD, 0xFEA5]);
        assert_eq!(joined("بـب"), [0xFE91, 0, 0xFE90]);
    }
}
