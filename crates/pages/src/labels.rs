//! Numbers that stay when something comes between them: `12A` is between 12 and 13, `A12A` between
//! 12 and 12A. I and O are no such letters: they look like 1 and 0.

const LETTERS: [char; 24] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U',
    'V', 'W', 'X', 'Y', 'Z',
];

/// The letters of the `index`th that comes between: A … Z, then AA, AB, ….
fn letters(index: usize) -> String {
    let last = LETTERS[index % LETTERS.len()];
    match index / LETTERS.len() {
        0 => last.to_string(),
        before => {
            let mut letters = letters(before - 1);
            letters.push(last);
            letters
        }
    }
}

/// The first `count` labels for what comes between two that are fixed: letters behind `before`,
/// or, where these are taken, in front of `after`.
///
/// With neither of them these are 1, 2, ….
pub(crate) fn between(
    before: Option<&str>,
    after: Option<&str>,
    is_taken: &impl Fn(&str) -> bool,
    count: usize,
) -> Vec<String> {
    let behind = |before: &str| {
        let labels = (0..count).map(|index| format!("{before}{}", letters(index)));
        labels.collect::<Vec<_>>()
    };
    let in_front = |after: &str| {
        let labels = (0..).map(|index| format!("{}{after}", letters(index)));
        labels
            .filter(|label| !is_taken(label))
            .take(count)
            .collect()
    };
    match (before.map(behind), before, after) {
        (Some(labels), ..) if !labels.iter().any(|label| is_taken(label)) => labels,
        (_, _, Some(after)) => in_front(after),
        (_, Some(before), None) => {
            let labels = (0..).map(|index| format!("{before}{}", letters(index)));
            labels
                .filter(|label| !is_taken(label))
                .take(count)
                .collect()
        }
        (_, None, None) => (1..=count).map(|number| number.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fixed: &[&str], before: Option<&str>, after: Option<&str>, expected: &str) {
        let count = expected.split(' ').count();
        let labels = between(before, after, &|label| fixed.contains(&label), count);
        assert_eq!(labels.join(" "), expected);
    }

    #[test]
    fn letters_go_behind_the_one_before() {
        check(&["12", "13"], Some("12"), Some("13"), "12A 12B 12C");
        check(&["12A", "12B"], Some("12A"), Some("12B"), "12AA 12AB");
        check(&["12"], Some("12"), None, "12A 12B");
        check(&["12", "12A"], Some("12A"), None, "12AA");
    }

    #[test]
    fn i_and_o_are_left_out_and_after_z_there_are_two() {
        let labels = between(Some("7"), None, &|_| false, 50);
        assert_eq!(labels[7..9], ["7H", "7J"]);
        assert_eq!(labels[12..14], ["7N", "7P"]);
        assert_eq!(labels[23..26], ["7Z", "7AA", "7AB"]);
        assert_eq!(labels[47..50], ["7AZ", "7BA", "7BB"]);
    }

    #[test]
    fn letters_go_in_front_where_they_are_taken_behind() {
        let fixed = ["12", "A12A", "12A"];
        check(&["12", "12A"], Some("12"), Some("12A"), "A12A B12A");
        check(&fixed, Some("A12A"), Some("12A"), "A12AA");
        check(&fixed, Some("12"), Some("A12A"), "AA12A");
        check(&["1"], None, Some("1"), "A1 B1");
    }

    #[test]
    fn what_is_fixed_is_not_given_again() {
        check(&["12", "12B"], Some("12"), Some("12B"), "12A");
        check(&["12", "12B"], Some("12"), Some("12B"), "A12B B12B");
        check(&["12", "12A"], Some("12"), None, "12B 12C");
        check(&[], None, None, "1 2 3");
    }
}
