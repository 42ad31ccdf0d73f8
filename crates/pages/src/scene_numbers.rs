//! Scene numbers that stay when scenes come and go: 12A is between 12 and 13.

use crate::labels;
use std::collections::HashSet;

/// The number of each scene, told which have one that is locked.
///
/// Without any these are 1, 2, …. A scene that has none gets one between its neighbours'; a scene
/// keeps its own wherever it is moved. Of several scenes with the same one (a copy of a scene
/// brings it along) the first keeps it. `retired` are the numbers that locked scenes ever had: those of scenes that
/// are no longer there are not given again.
///
/// ```
/// use scriptroom_pages::scene_numbers;
///
/// let locked = [Some("1"), Some("2"), None, None, Some("3"), None];
/// assert_eq!(scene_numbers(&locked, &[]), ["1", "2", "2A", "2B", "3", "3A"]);
/// ```
#[must_use]
pub fn scene_numbers(locked: &[Option<&str>], retired: &[&str]) -> Vec<String> {
    let mut taken: HashSet<String> = retired.iter().map(|&number| number.to_owned()).collect();
    let own = locked.iter().enumerate().map(|(at, number)| {
        let number = number.filter(|number| !number.is_empty())?;
        let is_first = taken.insert(number.to_owned()) || !locked[..at].contains(&Some(number));
        is_first.then_some(number)
    });
    let own: Vec<Option<&str>> = own.collect();
    let mut numbers: Vec<String> = Vec::with_capacity(own.len());
    let mut before = None;
    let mut at = 0;
    while at < own.len() {
        if let Some(number) = own[at] {
            numbers.push(number.to_owned());
            (before, at) = (Some(number), at + 1);
            continue;
        }
        let without = own[at..]
            .iter()
            .take_while(|number| number.is_none())
            .count();
        let after = own.get(at + without).copied().flatten();
        let is_taken = |number: &str| taken.contains(number);
        let between = labels::between(before, after, &is_taken, without);
        taken.extend(between.iter().cloned());
        numbers.extend(between);
        at += without;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scenes by their locked numbers, `-` where there is none; the numbers of all.
    fn check(scenes: &str, retired: &[&str], expected: &str) {
        let locked = scenes
            .split(' ')
            .map(|number| Some(number).filter(|number| *number != "-"));
        let locked: Vec<Option<&str>> = locked.collect();
        assert_eq!(scene_numbers(&locked, retired).join(" "), expected);
    }

    #[test]
    fn unlocked_scenes_are_counted() {
        check("- - -", &[], "1 2 3");
        assert!(scene_numbers(&[], &[]).is_empty());
    }

    #[test]
    fn new_scenes_get_letters_without_i_and_o() {
        check("12 - 13", &[], "12 12A 13");
        check(
            "7 - - - - - - - - - 8",
            &[],
            "7 7A 7B 7C 7D 7E 7F 7G 7H 7J 8",
        );
        check("- 1", &[], "A1 1");
        check("12 - 12A 13", &[], "12 A12A 12A 13");
    }

    #[test]
    fn a_scene_that_moves_keeps_its_number() {
        check("1 3 - 2 -", &[], "1 3 3A 2 2A");
    }

    #[test]
    fn a_copy_gets_a_number_of_its_own() {
        check("1 2 2 3", &[], "1 2 2A 3");
        // A script remembers all numbers that it ever gave, also of the scenes that are there.
        check("1 2 2 - 3", &["1", "2", "3"], "1 2 2A 2B 3");
    }

    #[test]
    fn the_number_of_a_scene_that_is_gone_is_not_given_again() {
        check("12 - 13", &["12A"], "12 A13 13");
        check("1 - 3", &["2"], "1 1A 3");
    }
}
