//! One paragraph, written anew: with as much of its source as still stands, or from nothing.

use std::ops::Range;

use scriptroom_paragraphs::{Color, Styles};

use super::color::scene_properties;
use super::document::{Document, SourceText, is_break, shown};
use super::element::{is_all_caps, style_value, styles, without_all_caps};
use super::unit::{Styled, Unit};
use super::xml::NodeId;
use super::xml::text::{attributes, escaped, with_attribute};

/// A paragraph that no file has yet.
#[derive(Clone, Debug, Default)]
pub(super) struct NewParagraph {
    /// Its attributes, in the order in which they are written.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: Vec<Styled>,
    /// The colour of the scene that it opens.
    pub(super) color: Option<Color>,
    /// Of each character the revision that changed it, where that is known.
    pub(super) revised: Option<Vec<usize>>,
}

impl NewParagraph {
    /// Its XML. `gap` is what stands before it, such as a line break and four spaces.
    pub(super) fn write(&self, gap: &str) -> String {
        let mut tag = "<Paragraph>".to_owned();
        for (name, value) in &self.attributes {
            tag = with_attribute(&tag, name, Some(value));
        }
        let inner = deeper(gap);
        let mut out = tag;
        if let Some(color) = self.color {
            out.push_str(&inner);
            out.push_str(&scene_properties(color));
        }
        for ((styles, revision), chunk) in chunks(&self.text, self.revised.as_deref()) {
            out.push_str(&inner);
            let tag = in_revision("<Text>", revision);
            out.push_str(&text_element(&tag, None, styles, &chunk));
        }
        if self.text.is_empty() {
            out.push_str(&inner);
            out.push_str("<Text></Text>");
        }
        out.push_str(gap);
        out.push_str("</Paragraph>");
        out
    }
}

/// A gap one level deeper; none where the file has its elements on one line.
pub(super) fn deeper(gap: &str) -> String {
    match one_line(gap) {
        "" => String::new(),
        gap => format!("{gap}  "),
    }
}

/// A gap without the empty lines in it: its last line break and what stands behind.
pub(super) fn one_line(gap: &str) -> &str {
    let Some(at) = gap.rfind('\n') else {
        return "";
    };
    let with_return = gap[..at].ends_with('\r');
    &gap[at - usize::from(with_return)..]
}

/// The white space before a place in the source.
pub(super) fn gap_before(source: &str, at: usize) -> &str {
    let before = &source[..at];
    let space = |c: char| c.is_ascii_whitespace();
    &before[before.trim_end_matches(space).len()..]
}

/// The text in stretches of one style. A line break has none of its own and goes with what stands beside it.
fn chunks(text: &[Styled], revised: Option<&[usize]>) -> Vec<((Styles, Option<usize>), String)> {
    let characters = text.iter().enumerate();
    stretches(characters.map(|(at, (c, styles))| (*c, (*styles, revision_at(revised, at)))))
}

fn revision_at(revised: Option<&[usize]>, at: usize) -> Option<usize> {
    revised?.get(at).copied()
}

/// A `<Text>` tag that names the revision, where one is known; that it is in none is said only in the place of another.
fn in_revision(tag: &str, revision: Option<usize>) -> String {
    let Some(revision) = revision.filter(|revision| *revision != revision_of(tag)) else {
        return tag.to_owned();
    };
    with_attribute(tag, "RevisionID", Some(&revision.to_string()))
}

/// The revision that a `<Text>` tag names; 0 for none.
fn revision_of(tag: &str) -> usize {
    let named = attributes(tag).find(|attribute| attribute.name == "RevisionID");
    let revision = named.and_then(|attribute| attribute.value().trim().parse().ok());
    revision.unwrap_or(0)
}

fn stretches<S: Copy + PartialEq>(text: impl Iterator<Item = (char, S)>) -> Vec<(S, String)> {
    let mut chunks: Vec<(S, String)> = Vec::new();
    for (c, style) in text {
        match chunks.last_mut() {
            Some((before, chunk)) if is_break(c) || *before == style => chunk.push(c),
            Some((before, chunk)) if chunk.chars().all(is_break) => {
                *before = style;
                chunk.push(c);
            }
            _ => chunks.push((style, c.into())),
        }
    }
    chunks
}

/// A `<Text>` with the attributes of `tag`, its `Style` changed only where it says something else.
fn text_element(tag: &str, style: Option<&str>, now: Styles, text: &str) -> String {
    let before = style.map_or(Styles::NONE, styles);
    let mut tag = opened(tag);
    if before != now {
        tag = with_attribute(&tag, "Style", style_value(style, now).as_deref());
    }
    format!("{tag}{}</Text>", escaped(text, false))
}

/// A start tag that something can stand behind.
pub(super) fn opened(tag: &str) -> String {
    match tag.strip_suffix("/>") {
        Some(tag) => format!("{}>", tag.trim_end()),
        None => tag.to_owned(),
    }
}

/// Writes a paragraph of the file that begins with `head`, which is its start tag, [opened], and has the text `now`. Each `<Text>` whose characters all stay is
/// its source; what came takes the attributes of what stands before it, but for `AllCaps` where it has small letters. `embeds` are what replaces elements in it; what
/// else there is stays.
pub(super) fn rewrite(
    document: &Document,
    node: NodeId,
    head: String,
    was: &SourceText,
    now: &Unit,
    embeds: &[(NodeId, Option<String>)],
) -> String {
    let source = &document.source;
    let place = document.node(node);
    let revised = now.revised.as_deref();
    let now = now.text.as_slice();
    let runs = Runs::new(document, was, now, revised);
    let mut out = head;
    let mut cursor = place.open_end;
    let mut next_run = (0..was.runs.len()).peekable();
    let mut embeds = embeds.iter().peekable();
    for child in document.tree.children(node) {
        let range = document.node(child).range();
        let lead = &source[cursor..range.start];
        cursor = range.end;
        let run = next_run.next_if(|&index| was.runs[index].0 == child);
        let embed = embeds.next_if(|(embed, _)| *embed == child);
        let body = match (run, embed) {
            (Some(index), _) => runs.write(index, lead),
            (None, Some((_, embed))) => embed.clone().unwrap_or_default(),
            (None, None) => source[range].to_owned(),
        };
        if !body.is_empty() || !lead.trim().is_empty() {
            out.push_str(lead);
        }
        out.push_str(&body);
    }
    if was.runs.is_empty() && !now.is_empty() {
        let gap = gap_before(source, place.start);
        for ((styles, revision), chunk) in chunks(now, revised) {
            out.push_str(&deeper(gap));
            let tag = in_revision("<Text>", revision);
            out.push_str(&text_element(&tag, None, styles, &chunk));
        }
        if cursor == place.inner_end && gap.contains('\n') {
            out.push_str(gap);
        }
    }
    out.push_str(&source[cursor..place.inner_end]);
    match &source[place.inner_end..place.end] {
        "" => out.push_str(&format!("</{}>", document.name(node))),
        close => out.push_str(close),
    }
    out
}

/// Which `<Text>` each character of the new text goes to.
struct Runs<'a> {
    document: &'a Document,
    was: &'a SourceText,
    now: &'a [Styled],
    /// Of each character the revision that changed it, where that is known.
    revised: Option<&'a [usize]>,
    /// How many characters at the start and at the end are those that were.
    before: usize,
    behind: usize,
    /// Where the characters of each run end in the new text.
    ends: Vec<usize>,
}

impl<'a> Runs<'a> {
    fn new(
        document: &'a Document,
        was: &'a SourceText,
        now: &'a [Styled],
        revised: Option<&'a [usize]>,
    ) -> Runs<'a> {
        let (before, behind) = common(&was.shown, now);
        let mut runs = Runs {
            document,
            was,
            now,
            revised,
            before,
            behind,
            ends: Vec::new(),
        };
        let middle = runs.run_of_middle();
        let moved = |end: usize| {
            if end > was.shown.len() - behind {
                return end + now.len() - was.shown.len();
            }
            end.min(before)
        };
        let ends = was.runs.iter().enumerate().map(|(index, (_, end))| {
            let reaches_middle = index >= middle;
            let end = moved(*end);
            if reaches_middle {
                end.max(now.len() - behind)
            } else {
                end
            }
        });
        runs.ends = ends.collect();
        if let Some(last) = runs.ends.last_mut() {
            *last = now.len();
        }
        runs
    }

    /// The run that takes what is new: that of the character before, unless only the one behind has its styles.
    fn run_of_middle(&self) -> usize {
        let of = |at: usize| {
            let is_behind = |(_, end): &&(NodeId, usize)| *end <= at;
            self.was.runs.iter().take_while(is_behind).count()
        };
        let len = self.was.shown.len();
        let styles = self.now.get(self.before).map(|c| c.1);
        let left = self.before.checked_sub(1);
        let right = Some(len - self.behind).filter(|at| *at < len);
        let fits = |at: &usize| Some(self.was.shown[*at].1) == styles;
        let taken = left.filter(fits).or(right.filter(fits)).or(left).or(right);
        taken.map_or(0, of)
    }

    fn write(&self, index: usize, lead: &str) -> String {
        let ends = |ends: &dyn Fn(usize) -> usize| {
            let start = index.checked_sub(1).map_or(0, ends);
            (start, ends(index))
        };
        let (start, end) = ends(&|index| self.ends[index]);
        let (was_start, was_end) = ends(&|index| self.was.runs[index].1);
        let (node, _) = self.was.runs[index];
        let source = &self.document.source;
        let len = self.now.len();
        let untouched = (end <= self.before && start == was_start && end == was_end)
            || (start >= len - self.behind
                && len - start == self.was.shown.len() - was_start
                && len - end == self.was.shown.len() - was_end);
        let tag = self.document.tree.open_tag(node, source);
        if untouched && self.is_in_revision(revision_of(tag), start..end) {
            return source[self.document.node(node).range()].to_owned();
        }
        let style = self.document.attribute(node, "Style");
        let style = style.as_deref();
        if start == end {
            // A paragraph without text keeps one, for what is typed next.
            let keeps = self.now.is_empty() && index == 0;
            let empty = || format!("{}</Text>", opened(tag));
            return if keeps { empty() } else { String::new() };
        }
        let all_caps = style.is_some_and(is_all_caps);
        let small_style = style.map(without_all_caps);
        let text = (start..end).map(|at| {
            let c = self.raw(at);
            let is_small = all_caps && !is_break(c) && shown(c, true, true) != self.now[at].0;
            let revision = revision_at(self.revised, at);
            (c, (self.now[at].1, is_small, revision))
        });
        let written: Vec<String> = stretches(text)
            .into_iter()
            .map(|((now, is_small, revision), text)| {
                let tag = in_revision(tag, revision);
                match &small_style {
                    Some(style) if is_small => {
                        let tag = with_attribute(&tag, "Style", Some(style));
                        text_element(&tag, Some(style), now, &text)
                    }
                    _ => text_element(&tag, style, now, &text),
                }
            })
            .collect();
        let between = if lead.trim().is_empty() { lead } else { "" };
        written.join(between)
    }

    /// Whether all of these characters are in one revision, as far as that is known.
    fn is_in_revision(&self, revision: usize, at: Range<usize>) -> bool {
        let Some(revised) = self.revised else {
            return true;
        };
        let pairs = self.now[at.clone()].iter().zip(&revised[at]);
        pairs
            .into_iter()
            .all(|((c, _), of)| is_break(*c) || *of == revision)
    }

    /// A character as the source has it, where it is from there.
    fn raw(&self, at: usize) -> char {
        if at < self.before {
            return self.was.raw[at];
        }
        let from_end = self.now.len() - at;
        if from_end <= self.behind {
            return self.was.raw[self.was.raw.len() - from_end];
        }
        self.now[at].0
    }
}

/// How many characters the two begin and end with in common.
pub(super) fn common(was: &[Styled], now: &[Styled]) -> (usize, usize) {
    let same = |(a, b): &(&Styled, &Styled)| a == b;
    let before = was.iter().zip(now).take_while(same).count();
    let left = was.len().min(now.len()) - before;
    let pairs = was.iter().rev().zip(now.iter().rev());
    (before, pairs.take(left).take_while(same).count())
}
