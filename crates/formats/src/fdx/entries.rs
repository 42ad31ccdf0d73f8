//! What a file says of a script's production, as entries of the script's document.

use std::collections::BTreeSet;

use scriptroom_pages::{Production, Write, Writes};
use scriptroom_paragraphs::{ElementType, SettingValue};

use super::document::Document;

/// The entry that says that [`Document::entries`] were written: only then the file is to say what the script says, and not
/// the other way round.
pub const PRODUCED: &str = "source-produced";

/// The entry that says that the script took the file's colours of scenes: one that was imported by an earlier version leaves
/// them to the file ([`Document::leave_colors`]).
pub const COLORED: &str = "source-colored";

/// Whether a script with these entries has them.
#[must_use]
pub fn is_produced(entries: &[(String, SettingValue)]) -> bool {
    is_set(entries, PRODUCED)
}

/// Whether a script with these entries has the file's colours.
#[must_use]
pub fn is_colored(entries: &[(String, SettingValue)]) -> bool {
    is_set(entries, COLORED)
}

fn is_set(entries: &[(String, SettingValue)], flag: &str) -> bool {
    let mut entries = entries.iter();
    entries.any(|(name, value)| name == flag && *value == SettingValue::Flag(true))
}

impl Document {
    /// What the file says of its production, as entries to write into a script that was just imported from it: the page
    /// setup, locked pages, locked scene numbers, revisions. Places are in the paragraphs of [`Document::script`].
    #[must_use]
    pub fn entries(&self) -> Writes {
        let is_there = Write::Value(SettingValue::Flag(true));
        let taken = [PRODUCED, COLORED].map(|name| (name.to_owned(), is_there.clone()));
        let mut writes = taken.to_vec();
        let (preset, settings) = self.page();
        let overrides = settings.setup().overrides_of(preset);
        let page = Production::set_page(&[], preset, &overrides);
        writes.extend(page.expect("the settings were checked"));
        writes.extend(Production::look_so(&settings));
        let locks = self.locks();
        if !locks.is_empty() {
            writes.extend(Production::lock_these(&locks));
        }
        if let Some(numbers) = self.locked_numbers(!locks.is_empty()) {
            writes.extend(Production::lock_numbers(&numbers));
        }
        let (revisions, revising) = self.revisions();
        for (number, revision) in &revisions {
            writes.extend(Production::revise(*number, revision));
        }
        writes.extend(Production::revising(revising));
        // Of nothing there is nothing to take away; each revision says that it is being written, and the last one counts.
        let is_last = |at: usize| {
            !writes[at + 1..]
                .iter()
                .any(|(name, _)| *name == writes[at].0)
        };
        let lasting: Vec<bool> = (0..writes.len()).map(is_last).collect();
        let mut lasting = lasting.into_iter();
        writes.retain(|(_, write)| lasting.next() == Some(true) && *write != Write::Gone);
        writes.extend(Production::mark_these(&self.revised()));
        writes
    }

    /// The numbers of all scenes, where they are to stay: the file doesn't say so, but pages are locked only after the
    /// scenes have their numbers, and a letter is given to a scene that came between two locked ones.
    fn locked_numbers(&self, has_locks: bool) -> Option<Vec<String>> {
        let paragraphs = &self.script().paragraphs;
        let headings = paragraphs
            .iter()
            .filter(|paragraph| paragraph.element == ElementType::SceneHeading);
        let numbers: Option<Vec<String>> = headings
            .map(|heading| heading.attributes.scene_number.clone())
            .collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
        let once: BTreeSet<&String> = numbers.iter().collect();
        let has_letter = |number: &String| number.chars().any(char::is_alphabetic);
        let is_locked = has_locks || numbers.iter().any(has_letter);
        (is_locked && once.len() == numbers.len()).then_some(numbers)
    }
}
