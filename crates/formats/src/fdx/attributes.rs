//! Attributes of elements beside the script, set where the file has them and added where it has not.

use super::document::Document;
use super::encode::Edit;
use super::rewrite::{deeper, gap_before, one_line, opened};
use super::write_notes::end_of_children;
use super::xml::NodeId;
use super::xml::text::with_attribute;

/// Attributes to set, by element.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    outer: Vec<Outer>,
}

/// An element below the file's outermost one.
#[derive(Debug)]
struct Outer {
    name: &'static str,
    /// Its `Type`, where there is one for each.
    of: Option<&'static str>,
    own: Vec<Set>,
    inner: Vec<(&'static str, Vec<Set>)>,
}

type Set = (&'static str, String);

impl Attributes {
    /// Sets an attribute of an element, or of the one in it.
    pub(super) fn set(
        &mut self,
        name: &'static str,
        of: Option<&'static str>,
        inner: Option<&'static str>,
        attribute: &'static str,
        value: String,
    ) {
        let is_this = |outer: &Outer| outer.name == name && outer.of == of;
        let at = self.outer.iter().position(is_this).unwrap_or_else(|| {
            self.outer.push(Outer {
                name,
                of,
                own: Vec::new(),
                inner: Vec::new(),
            });
            self.outer.len() - 1
        });
        let outer = &mut self.outer[at];
        let Some(inner) = inner else {
            outer.own.push((attribute, value));
            return;
        };
        match outer.inner.iter_mut().find(|(name, _)| *name == inner) {
            Some((_, sets)) => sets.push((attribute, value)),
            None => outer.inner.push((inner, vec![(attribute, value)])),
        }
    }

    pub(super) fn write(&self, document: &Document) -> Vec<Edit> {
        let edits = self.outer.iter().flat_map(|outer| outer.write(document));
        edits.collect()
    }
}

impl Outer {
    fn write(&self, document: &Document) -> Vec<Edit> {
        let source = &document.source;
        let mut named = document.children_named(document.root, self.name);
        let found = named.find(|&node| {
            let name = document.attribute(node, "Type").unwrap_or_default();
            self.of.is_none_or(|of| name.eq_ignore_ascii_case(of))
        });
        let Some(node) = found else {
            return vec![self.add(document)];
        };
        let tag = document.tree.open_tag(node, source);
        let gap = deeper(gap_before(source, document.node(node).start));
        let missing: String = self
            .inner
            .iter()
            .filter(|(name, _)| document.child(node, name).is_none())
            .map(|(name, sets)| format!("{gap}{}", new_element(name, sets)))
            .collect();
        if tag.ends_with("/>") && !missing.is_empty() {
            let around = one_line(gap_before(source, document.node(node).start));
            let opened = opened(&with_all(tag, &self.own));
            let written = format!("{opened}{missing}{around}</{}>", self.name);
            return vec![(document.node(node).range(), written)];
        }
        let mut edits = Vec::new();
        if !self.own.is_empty() {
            edits.push(tag_edit(document, node, &self.own));
        }
        for (name, sets) in &self.inner {
            edits.extend(
                document
                    .child(node, name)
                    .map(|inner| tag_edit(document, inner, sets)),
            );
        }
        if !missing.is_empty() {
            let at = end_of_children(document, node);
            edits.push((at..at, missing));
        }
        edits
    }

    /// The whole element, behind the last one of the file.
    fn add(&self, document: &Document) -> Edit {
        let gap = one_line(gap_before(
            &document.source,
            document.node(document.content).start,
        ));
        let inside = deeper(gap);
        let tag = match self.of {
            Some(of) => with_attribute(&format!("<{}>", self.name), "Type", Some(of)),
            None => format!("<{}>", self.name),
        };
        let inner: String = self
            .inner
            .iter()
            .map(|(name, sets)| format!("{inside}{}", new_element(name, sets)))
            .collect();
        let tag = with_all(&tag, &self.own);
        let at = end_of_children(document, document.root);
        (at..at, format!("{gap}{tag}{inner}{gap}</{}>", self.name))
    }
}

fn tag_edit(document: &Document, node: NodeId, sets: &[Set]) -> Edit {
    let place = document.node(node);
    let tag = document.tree.open_tag(node, &document.source);
    (place.start..place.open_end, with_all(tag, sets))
}

fn new_element(name: &str, sets: &[Set]) -> String {
    with_all(&format!("<{name}/>"), sets)
}

fn with_all(tag: &str, sets: &[Set]) -> String {
    sets.iter().fold(tag.to_owned(), |tag, (name, value)| {
        with_attribute(&tag, name, Some(value))
    })
}
