//! Script notes, written back: what the file has, what was changed in it, and new ones.

use std::ops::Range;

use scriptroom_paragraphs::ElementType;

use super::arrange::{Now, NowUnit};
use super::document::{Document, Place};
use super::encode::Edit;
use super::moves::Moves;
use super::notes::{BONEYARD, Note};
use super::rewrite::{NewParagraph, deeper, gap_before, one_line, opened, rewrite};
use super::unit::{Styled, Unit};
use super::xml::NodeId;
use super::xml::text::with_attribute;

pub(super) fn write_notes(document: &Document, now: &Now, moves: &Moves<'_>) -> Vec<Edit> {
    let mut kept: Vec<Option<&Unit>> = vec![None; document.notes.len()];
    let mut new: Vec<usize> = Vec::new();
    for (index, unit) in now
        .units
        .iter()
        .enumerate()
        .filter(|(_, unit)| unit.is_note)
    {
        match note_of(document, unit) {
            Some(note) => kept[note] = Some(&unit.unit),
            None => new.push(index),
        }
    }
    let notes = document.notes.iter().zip(kept);
    let mut edits: Vec<Edit> = notes
        .flat_map(|(note, unit)| match unit {
            Some(unit) => changed(document, note, unit, moves),
            None => vec![deleted(document, note.node)],
        })
        .collect();
    edits.extend(added(document, now, &new, moves));
    edits
}

fn note_of(document: &Document, unit: &NowUnit) -> Option<usize> {
    match document.units[unit.source?.0].place {
        Place::Note(note) => Some(note),
        Place::Block(_) => None,
    }
}

fn deleted(document: &Document, node: NodeId) -> Edit {
    let range = document.node(node).range();
    let gap = gap_before(&document.source, range.start).len();
    (range.start - gap..range.end, String::new())
}

fn changed(document: &Document, note: &Note, now: &Unit, moves: &Moves<'_>) -> Vec<Edit> {
    let was = &document.units[note.unit.0].unit;
    let tag = document.tree.open_tag(note.node, &document.source);
    let mut new_tag = tag.to_owned();
    if let Some(range) = &note.range {
        let moved = moves.of_range(range);
        if moved != *range {
            new_tag = with_attribute(&new_tag, "Range", Some(&range_value(&moved)));
        }
    }
    if was.kind != now.kind {
        new_tag = with_attribute(&new_tag, "Type", Some(category(now)));
    }
    let place = document.node(note.node);
    let mut edits = Vec::new();
    if was.text != now.text {
        edits = changed_text(document, note.node, now);
    }
    if new_tag == tag {
        return edits;
    }
    match edits.first_mut() {
        // Of `<ScriptNote/>` the text replaces the tag, too.
        Some((range, text)) if range.start == place.start => {
            let opened = new_tag.trim_end_matches("/>").trim_end().to_owned() + ">";
            let end = text.find('>').map_or(0, |at| at + 1);
            text.replace_range(..end, &opened);
        }
        _ => edits.push((place.start..place.open_end, new_tag)),
    }
    edits
}

/// Writes a note's paragraphs: each line into its own where they are as many, otherwise all like the first.
fn changed_text(document: &Document, node: NodeId, now: &Unit) -> Vec<Edit> {
    let lines: Vec<&[Styled]> = now.text.split(|(c, _)| *c == '\n').collect();
    let paragraphs: Vec<NodeId> = document.children_named(node, "Paragraph").collect();
    let (Some(&first), Some(&last)) = (paragraphs.first(), paragraphs.last()) else {
        let gap = deeper(gap_before(&document.source, document.node(node).start));
        return vec![document.fill(node, &new_lines(&now.text, &gap))];
    };
    let line = |node: NodeId, line: &[Styled]| {
        let head = opened(document.tree.open_tag(node, &document.source));
        let text = document.text(node, true);
        (text.shown != line).then(|| rewrite(document, node, head, &text, &unrevised(line), &[]))
    };
    if lines.len() == paragraphs.len() {
        let pairs = paragraphs.iter().zip(lines);
        let edits = pairs
            .filter_map(|(&node, text)| Some((document.node(node).range(), line(node, text)?)));
        return edits.collect();
    }
    let place = document.node(first);
    let gap = gap_before(&document.source, place.start);
    let like_first = lines.iter().map(|text| {
        let source = || document.source[place.range()].to_owned();
        with_attribute(&line(first, text).unwrap_or_else(source), "id", None)
    });
    let written: Vec<String> = like_first.collect();
    vec![(place.start..document.node(last).end, written.join(gap))]
}

/// A line of a note: revisions are of the script alone.
fn unrevised(line: &[Styled]) -> Unit {
    Unit {
        text: line.to_vec(),
        ..Unit::default()
    }
}

fn new_lines(text: &[Styled], gap: &str) -> String {
    let lines = text.split(|(c, _)| *c == '\n').map(|line| NewParagraph {
        text: line.to_vec(),
        ..NewParagraph::default()
    });
    lines
        .map(|line| format!("{gap}{}", line.write(gap)))
        .collect()
}

fn category(unit: &Unit) -> &'static str {
    if unit.kind.0 == ElementType::Boneyard {
        BONEYARD
    } else {
        ""
    }
}

fn range_value(range: &Range<usize>) -> String {
    format!("{},{}", range.start, range.end)
}

fn added(document: &Document, now: &Now, new: &[usize], moves: &Moves<'_>) -> Option<Edit> {
    if new.is_empty() {
        return None;
    }
    let list = document.child(document.root, "ScriptNotes");
    let beside = list.unwrap_or(document.content);
    let around = gap_before(&document.source, document.node(beside).start);
    let gap = deeper(around);
    let anchors = anchors(now, new, moves);
    let mut inner = String::new();
    for ((&index, anchor), id) in new.iter().zip(anchors).zip(next_id(document)..) {
        let unit = &now.units[index].unit;
        inner.push_str(&format!(
            "{gap}<ScriptNote Color=\"#000000000000\" Id=\"{id}\" Name=\"\" Range=\"{}\" Type=\"{}\">{}{gap}</ScriptNote>",
            range_value(&anchor),
            category(unit),
            new_lines(&unit.text, &deeper(&gap)),
        ));
    }
    let Some(list) = list else {
        let at = end_of_children(document, document.root);
        let written = format!(
            "{around}<ScriptNotes>{inner}{}</ScriptNotes>",
            one_line(around)
        );
        return Some((at..at, written));
    };
    if document.node(list).inner().is_empty() {
        return Some(document.fill(list, &format!("{inner}{}", one_line(around))));
    }
    let at = end_of_children(document, list);
    Some((at..at, inner))
}

/// Where a further child goes: before the white space at the end, but not into a child that the file doesn't close.
pub(super) fn end_of_children(document: &Document, node: NodeId) -> usize {
    let end = document.node(node).inner_end;
    let gap = gap_before(&document.source, end).len();
    let last = document.tree.children(node).last();
    let last = last.map_or(0, |child| document.node(child).end);
    last.max(end - gap)
}

fn next_id(document: &Document) -> u64 {
    let ids = document.notes.iter().filter_map(|note| {
        let id: u32 = document.attribute(note.node, "Id")?.parse().ok()?;
        Some(u64::from(id))
    });
    ids.max().unwrap_or_default() + 1
}

/// What new notes are on: the place in a paragraph where each stood, or the paragraph before it.
fn anchors(now: &Now, new: &[usize], moves: &Moves<'_>) -> Vec<Range<usize>> {
    let first = (0..now.units.len()).find_map(|index| moves.of_unit(index));
    let start = first.map_or(0, |first| first.start);
    let mut before = None;
    let mut from = 0;
    let mut anchors = Vec::with_capacity(new.len());
    for &index in new {
        before = (from..index)
            .rev()
            .find_map(|index| moves.of_unit(index))
            .or(before);
        from = index;
        anchors.push(match (&before, now.units[index].inside) {
            (Some(before), Some(at)) => {
                let at = (before.start + at).min(before.end);
                at..at
            }
            (Some(before), None) => before.clone(),
            (None, _) => start..start,
        });
    }
    anchors
}
