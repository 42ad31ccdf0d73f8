//! The rules of `crates/room/SPEC.md` are numbered, and a test's name begins with the number of the rule that it holds. So a rule
//! without a test is found here, and a test of a rule that there is not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, extension};

const SPEC: &str = "crates/room/SPEC.md";

/// Where tests of the rules are.
const TESTED_IN: &[&str] = &[
    "crates/room/",
    "crates/sim/",
    "crates/client/",
    "crates/reader/",
    "pkg/test/",
    "tests/relay/",
    "tests/browser/",
    "worker/",
];

pub(super) fn rules(sources: &[Source]) -> Vec<String> {
    let Some(spec) = sources.iter().find(|source| source.path == SPEC) else {
        return vec![format!("{SPEC} is not there")];
    };
    let rules: BTreeSet<String> = spec.text.lines().filter_map(numbered).collect();
    let mut held: BTreeMap<String, String> = BTreeMap::new();
    let suites = sources
        .iter()
        .filter(|source| TESTED_IN.iter().any(|of| source.path.starts_with(of)));
    for source in suites {
        for rule in names(source).flat_map(rules_of) {
            held.entry(rule).or_insert_with(|| source.path.clone());
        }
    }
    let untested = rules.iter().filter(|rule| !held.contains_key(*rule));
    let untested = untested.map(|rule| {
        let name = rule.to_lowercase();
        format!("no test holds the rule {rule}: write one, with a name that begins with {name}_")
    });
    let unknown = held.iter().filter(|(rule, _)| !rules.contains(*rule));
    let unknown = unknown.map(|(rule, path)| {
        format!("{path} has a test of the rule {rule}, which {SPEC} does not have")
    });
    untested.chain(unknown).collect()
}

/// The number of the rule that a line of the page states.
fn numbered(line: &str) -> Option<String> {
    let (number, _) = line.strip_prefix("- **")?.split_once("**")?;
    is_number(number).then(|| number.to_owned())
}

/// A capital letter and a number.
fn is_number(word: &str) -> bool {
    let mut letters = word.chars();
    let begins = letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase());
    let digits = letters.as_str();
    begins && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rules that a test of that name holds: mostly one.
fn rules_of(name: &str) -> impl Iterator<Item = String> {
    let words = name.split('_');
    words.map_while(|word| {
        let is_small = word.starts_with(|first: char| first.is_ascii_lowercase());
        let number = word.to_uppercase();
        (is_small && is_number(&number)).then_some(number)
    })
}

/// The names of a file's tests.
fn names(source: &Source) -> Box<dyn Iterator<Item = &str> + '_> {
    match extension(&source.path) {
        "rs" => Box::new(rust_names(&source.text)),
        "ts" | "mjs" => Box::new(script_names(&source.text)),
        _ => Box::new(std::iter::empty()),
    }
}

fn rust_names(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("#[test]").skip(1);
    after.filter_map(|after| {
        let (_, named) = after.split_once("fn ")?;
        named.split('(').next()
    })
}

fn script_names(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("test(").skip(1);
    after.filter_map(|after| {
        let named = after.strip_prefix(['"', '`'])?;
        named.split(['"', '`']).next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let sources = files.iter().map(|(path, text)| Source {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        rules(&sources.collect::<Vec<_>>())
    }

    const PAGE: (&str, &str) = (
        SPEC,
        "- **U1** *Checked.* First.\n- **U10** *Small.*\n- **Note** no rule\n",
    );

    #[test]
    fn a_rule_that_no_test_holds_is_named() {
        let suite = ("crates/room/tests/a.rs", "#[test]\nfn u1_is_checked() {}\n");
        let found = complaints(&[PAGE, suite]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("the rule U10"));
        let other = ("tests/relay/a.test.mjs", "test(\"u10_is_small\", () => {})");
        assert_eq!(complaints(&[PAGE, suite, other]), Vec::<String>::new());
    }

    #[test]
    fn a_test_of_no_rule_is_named_and_other_names_are_free() {
        let suite = (
            "crates/room/tests/a.rs",
            "#[test]\nfn u1_a() {}\n#[test]\nfn u10_b() {}\n#[test]\nfn u11_c() {}\n#[test]\nfn utf8_d() {}\nfn z9_helper() {}\n",
        );
        let found = complaints(&[PAGE, suite]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("the rule U11"));
    }
}
