//! Elements in one list, each with its place in the source.

use std::ops::Range;

use super::text::{Attribute, attributes, decode};

/// An element, by its place in the tree's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where an element stands: `start < open_end <= inner_end <= end`. Of `<a/>` and of an element that the file
/// doesn't close, the last three are the same.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) start: usize,
    pub(crate) open_end: usize,
    pub(crate) inner_end: usize,
    pub(crate) end: usize,
    pub(super) name_len: u32,
    pub(super) first_child: Option<NodeId>,
    pub(super) last_child: Option<NodeId>,
    pub(super) next: Option<NodeId>,
}

impl Node {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(crate) fn inner(&self) -> Range<usize> {
        self.open_end..self.inner_end
    }
}

/// The elements of a file. Their order is that of their start tags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) top: Vec<NodeId>,
}

impl Tree {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> Option<NodeId> {
        self.top.first().copied()
    }

    pub(crate) fn name<'a>(&self, id: NodeId, source: &'a str) -> &'a str {
        let node = self.node(id);
        &source[node.start + 1..node.start + 1 + node.name_len as usize]
    }

    pub(crate) fn open_tag<'a>(&self, id: NodeId, source: &'a str) -> &'a str {
        let node = self.node(id);
        &source[node.start..node.open_end]
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let first = self.node(id).first_child;
        std::iter::successors(first, |&child| self.node(child).next)
    }

    /// The elements that stand behind one, beside it.
    pub(crate) fn behind(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let next = self.node(id).next;
        std::iter::successors(next, |&node| self.node(node).next)
    }

    pub(crate) fn children_named<'a>(
        &'a self,
        id: NodeId,
        name: &'a str,
        source: &'a str,
    ) -> impl Iterator<Item = NodeId> + 'a {
        self.children(id)
            .filter(move |&child| self.name(child, source) == name)
    }

    pub(crate) fn child(&self, id: NodeId, name: &str, source: &str) -> Option<NodeId> {
        self.children(id)
            .find(|&child| self.name(child, source) == name)
    }

    /// The attributes of an element, their places counted from its start.
    pub(crate) fn attributes<'a>(
        &self,
        id: NodeId,
        source: &'a str,
    ) -> impl Iterator<Item = Attribute<'a>> {
        attributes(self.open_tag(id, source))
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, id: NodeId, name: &str, source: &str) -> Option<String> {
        self.attributes(id, source)
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value())
    }

    /// The characters of an element, without the tags in it.
    pub(crate) fn text(&self, id: NodeId, source: &str) -> String {
        decode(&source[self.node(id).inner()])
    }
}
