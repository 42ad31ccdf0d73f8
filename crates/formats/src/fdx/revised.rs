//! Revisions: the sets that a file has, and which text each changed.
//!
//! A file lists more sets than were ever used. The script has those that changed something, and the one that is being
//! written. Where a set's name tells the date (`Blue Rev. (11/21/26)`), it is the date of the revision.

use std::collections::{BTreeMap, BTreeSet};

use scriptroom_pages::{Production, RevisedText, Revision, RevisionColor};
use scriptroom_paragraphs::{ElementType, Paragraph};

use super::document::{Document, Place, is_break};
use super::encode::Edit;
use super::rewrite::{deeper, gap_before, one_line};
use super::unit::Unit;
use super::write_notes::end_of_children;
use super::xml::NodeId;
use super::xml::text::with_attribute;

/// A production has fewer, and a script has a name for no more.
const MOST_REVISIONS: usize = 999;

/// What a script keeps of a name.
const MOST_CHARS: usize = 60;

/// The colours in which Final Draft writes the text of its standard sets.
const COLORS: [(RevisionColor, &str); 10] = [
    (RevisionColor::White, "#000000000000"),
    (RevisionColor::Blue, "#00000000FFFF"),
    (RevisionColor::Pink, "#FFFF0000FFFF"),
    (RevisionColor::Yellow, "#A0A0A0A00000"),
    (RevisionColor::Green, "#000080800000"),
    (RevisionColor::Goldenrod, "#CCCC7F7F3232"),
    (RevisionColor::Buff, "#8E8E6B6B2323"),
    (RevisionColor::Salmon, "#A7A742424242"),
    (RevisionColor::Cherry, "#D5D523236B6B"),
    (RevisionColor::Tan, "#DBDB93937070"),
];

impl Document {
    /// The revisions of the file, by number, and the one that is being written.
    pub(super) fn revisions(&self) -> (BTreeMap<usize, Revision>, Option<usize>) {
        let in_flow = self.units.iter().filter(|unit| is_of_script(unit.place));
        let used = in_flow.flat_map(|unit| unit.unit.revised.iter().flatten().copied());
        let mut used: BTreeSet<usize> = used
            .filter(|id| (1..=MOST_REVISIONS).contains(id))
            .collect();
        let revising = self.revising();
        used.extend(revising);
        let sets = self.revision_sets();
        let revision = |number: usize| match sets.get(&number) {
            Some(&node) => self.revision(number, node),
            None => Revision::standard(number, ""),
        };
        let revisions = used.into_iter().map(|number| (number, revision(number)));
        (revisions.collect(), revising)
    }

    /// The stretches that revisions changed, in order.
    pub(super) fn revised(&self) -> Vec<RevisedText> {
        let mut revised = Vec::new();
        let mut paragraph = 0;
        while paragraph < self.unit_of.len() {
            let id = self.unit_of[paragraph];
            let same = self.unit_of[paragraph..].iter().take_while(|of| **of == id);
            let next = paragraph + same.count();
            let unit = &self.units[id.0];
            if is_of_script(unit.place) {
                let first = paragraph + usize::from(unit.unit.page_break);
                stretches(&unit.unit, first, &mut revised);
            }
            paragraph = next;
        }
        revised
    }

    /// What makes the file say these revisions.
    pub(super) fn write_revisions(&self, production: &Production) -> Vec<Edit> {
        let (own, revising) = self.revisions();
        let sets = self.revision_sets();
        let list = self.child(self.root, "Revisions");
        let mut edits = Vec::new();
        let mut added = Vec::new();
        for (&number, revision) in &production.revisions {
            match (sets.get(&number), own.get(&number)) {
                (_, Some(own)) if same(own, revision) => {}
                (Some(&node), _) if same(&self.revision(number, node), revision) => {}
                (Some(&node), _) => {
                    let place = self.node(node);
                    let tag = self.tree.open_tag(node, &self.source);
                    edits.push((place.start..place.open_end, with_revision(tag, revision)));
                }
                (None, _) => added.push(new_set(number, revision)),
            }
        }
        let mode = (production.revising != revising).then_some(production.revising);
        match list {
            Some(list) => edits.extend(self.add_sets(list, &added, mode)),
            None if added.is_empty() && mode.is_none() => {}
            None => edits.push(self.new_list(&added, production.revising)),
        }
        edits
    }

    fn revision_sets(&self) -> BTreeMap<usize, NodeId> {
        let sets = self.child(self.root, "Revisions").into_iter();
        let sets = sets.flat_map(|list| self.children_named(list, "Revision"));
        let known = sets.filter_map(|node| {
            let number = self.attribute(node, "ID")?.trim().parse().ok()?;
            (1..=MOST_REVISIONS)
                .contains(&number)
                .then_some((number, node))
        });
        known.collect()
    }

    fn revising(&self) -> Option<usize> {
        let list = self.child(self.root, "Revisions")?;
        let is_on = self.attribute(list, "RevisionMode").as_deref() == Some("Yes");
        let active = self.attribute(list, "ActiveSet")?.trim().parse().ok()?;
        (is_on && (1..=MOST_REVISIONS).contains(&active)).then_some(active)
    }

    fn revision(&self, number: usize, node: NodeId) -> Revision {
        let standard = Revision::standard(number, "");
        let name = self.attribute(node, "Name").unwrap_or_default();
        let (name, date) = match name.split_once(" Rev. (") {
            Some((name, date)) if date.ends_with(')') => (name, &date[..date.len() - 1]),
            _ => (name.as_str(), ""),
        };
        let color = self.attribute(node, "Color");
        let of_text = COLORS
            .iter()
            .skip(1)
            .find(|(_, text)| Some(*text) == color.as_deref());
        let of_name = name
            .split_whitespace()
            .last()
            .and_then(RevisionColor::named);
        let color = of_text.map(|(color, _)| *color).or(of_name);
        Revision {
            name: match name {
                "" => standard.name,
                name => shortened(name),
            },
            color: color.unwrap_or(standard.color),
            date: shortened(date),
            mark: self
                .attribute(node, "Mark")
                .map_or(standard.mark, |mark| shortened(&mark)),
        }
    }

    fn add_sets(&self, list: NodeId, added: &[String], mode: Option<Option<usize>>) -> Vec<Edit> {
        let mut edits = Vec::new();
        let tag = self.tree.open_tag(list, &self.source);
        let place = self.node(list);
        let now = mode.map_or_else(|| tag.to_owned(), |revising| with_mode(tag, revising));
        let around = gap_before(&self.source, place.start);
        let gap = deeper(around);
        let inner: String = added.iter().map(|set| format!("{gap}{set}")).collect();
        if tag.ends_with("/>") && !inner.is_empty() {
            let tag = super::rewrite::opened(&now);
            let written = format!("{tag}{inner}{}</Revisions>", one_line(around));
            return vec![(place.range(), written)];
        }
        if now != tag {
            edits.push((place.start..place.open_end, now));
        }
        if !inner.is_empty() {
            let at = end_of_children(self, list);
            edits.push((at..at, inner));
        }
        edits
    }

    fn new_list(&self, added: &[String], revising: Option<usize>) -> Edit {
        let gap = one_line(gap_before(&self.source, self.node(self.content).start));
        let inside = deeper(gap);
        let inner: String = added.iter().map(|set| format!("{inside}{set}")).collect();
        let tag = with_mode("<Revisions>", revising);
        let at = end_of_children(self, self.root);
        (at..at, format!("{gap}{tag}{inner}{gap}</Revisions>"))
    }
}

fn is_of_script(place: Place) -> bool {
    matches!(place, Place::Block(_))
}

/// Whether a script that says the one says the other.
fn same(one: &Revision, other: &Revision) -> bool {
    one == other
}

fn shortened(text: &str) -> String {
    text.chars().take(MOST_CHARS).collect()
}

fn with_mode(tag: &str, revising: Option<usize>) -> String {
    match revising {
        None => with_attribute(tag, "RevisionMode", Some("No")),
        Some(number) => {
            let tag = with_attribute(tag, "ActiveSet", Some(&number.to_string()));
            with_attribute(&tag, "RevisionMode", Some("Yes"))
        }
    }
}

fn new_set(number: usize, revision: &Revision) -> String {
    let tag = with_attribute("<Revision/>", "Color", Some(""));
    let tag = with_attribute(&tag, "FullRevision", Some("No"));
    let tag = with_attribute(&tag, "ID", Some(&number.to_string()));
    with_attribute(&with_revision(&tag, revision), "Style", Some(""))
}

fn with_revision(tag: &str, revision: &Revision) -> String {
    let color = COLORS.iter().find(|(color, _)| *color == revision.color);
    let color = color.map_or("#000000000000", |(_, text)| text);
    let name = match revision.date.as_str() {
        "" => revision.name.clone(),
        date => format!("{} Rev. ({date})", revision.name),
    };
    let tag = with_attribute(tag, "Color", Some(color));
    let tag = with_attribute(&tag, "Mark", Some(&revision.mark));
    with_attribute(&tag, "Name", Some(&name))
}

/// The stretches of a unit whose text begins in this paragraph.
fn stretches(unit: &Unit, first: usize, out: &mut Vec<RevisedText>) {
    let Some(revised) = &unit.revised else {
        return;
    };
    let (mut paragraph, mut at) = (first, 0_u32);
    let mut open: Option<RevisedText> = None;
    for ((c, _), &revision) in unit.text.iter().zip(revised) {
        let len = u32::from(c.len_utf16() == 2) + 1;
        let goes_on = |open: &RevisedText| open.revision == revision && !is_break(*c);
        if !open.as_ref().is_some_and(goes_on) {
            out.extend(open.take());
        }
        if is_break(*c) {
            (paragraph, at) = (paragraph + 1, 0);
            continue;
        }
        at += len;
        match &mut open {
            Some(open) => open.to_utf16 = at,
            None if (1..=MOST_REVISIONS).contains(&revision) => {
                open = Some(RevisedText {
                    paragraph,
                    from_utf16: at - len,
                    to_utf16: at,
                    revision,
                });
            }
            None => {}
        }
    }
    out.extend(open);
}

/// The revision of each character of the unit that these paragraphs make, the first of which is the script's `first`th.
/// Of several the latest one counts.
pub(super) fn of_unit(
    paragraphs: &[Paragraph],
    first: usize,
    revised: &[RevisedText],
) -> Vec<usize> {
    let mut of = Vec::new();
    let page_break = usize::from(paragraphs[0].element == ElementType::PageBreak);
    for (index, paragraph) in (0..).zip(paragraphs).skip(page_break) {
        if index > page_break {
            of.push(0);
        }
        let at = first + index;
        let from = revised.partition_point(|stretch| stretch.paragraph < at);
        let here = revised[from..]
            .iter()
            .take_while(|stretch| stretch.paragraph == at);
        let here: Vec<&RevisedText> = here.collect();
        let mut offset = 0;
        for c in paragraph.runs.iter().flat_map(|run| run.text.chars()) {
            let holds =
                |stretch: &&&RevisedText| stretch.from_utf16 <= offset && offset < stretch.to_utf16;
            let holding = here.iter().filter(holds).map(|stretch| stretch.revision);
            of.push(holding.max().unwrap_or(0));
            offset += u32::from(c.len_utf16() == 2) + 1;
        }
    }
    of
}
