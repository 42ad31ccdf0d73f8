//! A balanced tree of leaves in order, each with a summary, where every node knows the sum of
//! its branch: an offset finds its leaf, and a leaf its offset, in O(log n).
//!
//! It is a treap in an arena. Leaves keep their [`Handle`] while others come and go, and nodes
//! know their parents, so that a leaf's place is found from the handle alone.
//!
//! The law: `prefix(h)` is the sum of the summaries of all leaves before `h`, and `total()` of all.

use std::cmp::Ordering;

use crate::rng::Rng;

/// What is summed: counts of units, marks and headings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Leaves.
    pub(crate) strips: u32,
    /// UTF-16 units; a mark counts 1.
    pub(crate) len: u32,
    /// Marks: ends of paragraphs.
    pub(crate) marks: u32,
    /// Marks of scene headings.
    pub(crate) headings: u32,
}

impl std::ops::Add for Summary {
    type Output = Summary;

    fn add(self, other: Summary) -> Summary {
        Summary {
            strips: self.strips + other.strips,
            len: self.len + other.len,
            marks: self.marks + other.marks,
            headings: self.headings + other.headings,
        }
    }
}

/// A leaf of the tree.
pub(crate) trait Leaf {
    /// What the leaf adds to the sums. It may change only inside [`SumTree::update`].
    fn summary(&self) -> Summary;
}

/// Names a leaf as long as it is in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Handle(u32);

const NIL: u32 = u32::MAX;

struct Node<T> {
    leaf: T,
    own: Summary,
    total: Summary,
    priority: u64,
    parent: u32,
    left: u32,
    right: u32,
}

/// The tree; see the module's page.
pub(crate) struct SumTree<T> {
    nodes: Vec<Option<Node<T>>>,
    free: Vec<u32>,
    root: u32,
    count: usize,
    priorities: Rng,
}

impl<T: Leaf> SumTree<T> {
    pub(crate) fn new() -> SumTree<T> {
        SumTree {
            nodes: Vec::new(),
            free: Vec::new(),
            root: NIL,
            count: 0,
            priorities: Rng::new(0x5eed),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn get(&self, handle: Handle) -> &T {
        &self.node(handle.0).leaf
    }

    pub(crate) fn total(&self) -> Summary {
        self.sum(self.root)
    }

    /// Puts a leaf in its place: `order` compares another leaf to the new one.
    pub(crate) fn insert(&mut self, leaf: T, order: impl Fn(&T, &T) -> Ordering) -> Handle {
        let mut parent = NIL;
        let mut at = self.root;
        let mut goes_left = false;
        while at != NIL {
            parent = at;
            goes_left = order(&self.node(at).leaf, &leaf) == Ordering::Greater;
            at = if goes_left {
                self.node(at).left
            } else {
                self.node(at).right
            };
        }
        let new = self.allocate(leaf, parent);
        if parent == NIL {
            self.root = new;
        } else if goes_left {
            self.node_mut(parent).left = new;
        } else {
            self.node_mut(parent).right = new;
        }
        self.count += 1;
        self.refresh_upwards(parent);
        self.rise(new);
        Handle(new)
    }

    /// Takes a leaf out.
    pub(crate) fn remove(&mut self, handle: Handle) -> T {
        let at = handle.0;
        loop {
            let (left, right) = (self.node(at).left, self.node(at).right);
            let child = match (left, right) {
                (NIL, NIL) => break,
                (NIL, only) | (only, NIL) => only,
                _ if self.node(left).priority > self.node(right).priority => left,
                _ => right,
            };
            self.rotate_up(child);
        }
        let parent = self.node(at).parent;
        self.replace_child(parent, at, NIL);
        self.refresh_upwards(parent);
        self.free.push(at);
        self.count -= 1;
        self.nodes[at as usize]
            .take()
            .expect("a handle names a leaf in the tree")
            .leaf
    }

    /// Changes a leaf and all sums above it.
    pub(crate) fn update<R>(&mut self, handle: Handle, change: impl FnOnce(&mut T) -> R) -> R {
        let node = self.node_mut(handle.0);
        let result = change(&mut node.leaf);
        let own = node.leaf.summary();
        if own != node.own {
            node.own = own;
            self.refresh_upwards(handle.0);
        }
        result
    }

    /// The sum of all leaves before this one.
    pub(crate) fn prefix(&self, handle: Handle) -> Summary {
        let mut at = handle.0;
        let mut sum = self.sum(self.node(at).left);
        loop {
            let parent = self.node(at).parent;
            if parent == NIL {
                return sum;
            }
            if self.node(parent).right == at {
                sum = sum + self.sum(self.node(parent).left) + self.node(parent).own;
            }
            at = parent;
        }
    }

    /// The leaf in which the `target`th unit of a dimension lies, with the sum before it; none
    /// when there are not so many.
    pub(crate) fn seek(
        &self,
        target: u32,
        dimension: impl Fn(Summary) -> u32,
    ) -> Option<(Handle, Summary)> {
        let mut at = self.root;
        let mut before = Summary::default();
        while at != NIL {
            let node = self.node(at);
            let own_start = before + self.sum(node.left);
            let own_end = own_start + node.own;
            if target < dimension(own_start) {
                at = node.left;
            } else if target < dimension(own_end) {
                return Some((Handle(at), own_start));
            } else {
                before = own_end;
                at = node.right;
            }
        }
        None
    }

    pub(crate) fn first(&self) -> Option<Handle> {
        (self.root != NIL).then(|| Handle(self.leftmost(self.root)))
    }

    pub(crate) fn last(&self) -> Option<Handle> {
        (self.root != NIL).then(|| Handle(self.rightmost(self.root)))
    }

    pub(crate) fn next(&self, handle: Handle) -> Option<Handle> {
        let right = self.node(handle.0).right;
        if right != NIL {
            return Some(Handle(self.leftmost(right)));
        }
        let mut at = handle.0;
        loop {
            let parent = self.node(at).parent;
            if parent == NIL {
                return None;
            }
            if self.node(parent).left == at {
                return Some(Handle(parent));
            }
            at = parent;
        }
    }

    pub(crate) fn previous(&self, handle: Handle) -> Option<Handle> {
        let left = self.node(handle.0).left;
        if left != NIL {
            return Some(Handle(self.rightmost(left)));
        }
        let mut at = handle.0;
        loop {
            let parent = self.node(at).parent;
            if parent == NIL {
                return None;
            }
            if self.node(parent).right == at {
                return Some(Handle(parent));
            }
            at = parent;
        }
    }

    /// All leaves in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Handle, &T)> {
        std::iter::successors(self.first(), |&handle| self.next(handle))
            .map(|handle| (handle, self.get(handle)))
    }

    fn node(&self, at: u32) -> &Node<T> {
        self.nodes[at as usize]
            .as_ref()
            .expect("a handle names a leaf in the tree")
    }

    fn node_mut(&mut self, at: u32) -> &mut Node<T> {
        self.nodes[at as usize]
            .as_mut()
            .expect("a handle names a leaf in the tree")
    }

    fn allocate(&mut self, leaf: T, parent: u32) -> u32 {
        let own = leaf.summary();
        let node = Some(Node {
            own,
            total: own,
            leaf,
            priority: self.priorities.next_u64(),
            parent,
            left: NIL,
            right: NIL,
        });
        match self.free.pop() {
            Some(at) => {
                self.nodes[at as usize] = node;
                at
            }
            None => {
                self.nodes.push(node);
                u32::try_from(self.nodes.len() - 1).expect("fewer than 2^32 leaves")
            }
        }
    }

    fn sum(&self, at: u32) -> Summary {
        if at == NIL {
            Summary::default()
        } else {
            self.node(at).total
        }
    }

    fn refresh(&mut self, at: u32) {
        let node = self.node(at);
        let total = self.sum(node.left) + node.own + self.sum(node.right);
        self.node_mut(at).total = total;
    }

    fn refresh_upwards(&mut self, mut at: u32) {
        while at != NIL {
            self.refresh(at);
            at = self.node(at).parent;
        }
    }

    fn rise(&mut self, at: u32) {
        loop {
            let parent = self.node(at).parent;
            if parent == NIL || self.node(parent).priority >= self.node(at).priority {
                return;
            }
            self.rotate_up(at);
        }
    }

    fn rotate_up(&mut self, at: u32) {
        let parent = self.node(at).parent;
        let above = self.node(parent).parent;
        if self.node(parent).left == at {
            let inner = self.node(at).right;
            self.node_mut(parent).left = inner;
            self.set_parent(inner, parent);
            self.node_mut(at).right = parent;
        } else {
            let inner = self.node(at).left;
            self.node_mut(parent).right = inner;
            self.set_parent(inner, parent);
            self.node_mut(at).left = parent;
        }
        self.node_mut(parent).parent = at;
        self.node_mut(at).parent = above;
        self.replace_child(above, parent, at);
        self.refresh(parent);
        self.refresh(at);
    }

    fn set_parent(&mut self, at: u32, parent: u32) {
        if at != NIL {
            self.node_mut(at).parent = parent;
        }
    }

    fn replace_child(&mut self, parent: u32, old: u32, new: u32) {
        if parent == NIL {
            self.root = new;
        } else if self.node(parent).left == old {
            self.node_mut(parent).left = new;
        } else {
            self.node_mut(parent).right = new;
        }
    }

    fn leftmost(&self, mut at: u32) -> u32 {
        while self.node(at).left != NIL {
            at = self.node(at).left;
        }
        at
    }

    fn rightmost(&self, mut at: u32) -> u32 {
        while self.node(at).right != NIL {
            at = self.node(at).right;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Leaf for (u32, u32) {
        fn summary(&self) -> Summary {
            Summary {
                strips: 1,
                len: self.1,
                marks: 1,
                headings: 0,
            }
        }
    }

    fn check(tree: &SumTree<(u32, u32)>, model: &[(u32, u32)]) {
        assert_eq!(tree.count(), model.len());
        let leaves: Vec<(u32, u32)> = tree.iter().map(|(_, leaf)| *leaf).collect();
        assert_eq!(leaves, model);
        let mut len = 0;
        for (index, (handle, leaf)) in tree.iter().enumerate() {
            let prefix = tree.prefix(handle);
            assert_eq!((prefix.len, prefix.marks), (len, index as u32));
            for offset in len..len + leaf.1 {
                assert_eq!(tree.seek(offset, |s| s.len), Some((handle, prefix)));
            }
            len += leaf.1;
        }
        assert_eq!(tree.seek(len, |s| s.len), None);
        assert_eq!(tree.total().len, len);
    }

    #[test]
    fn agrees_with_a_sorted_vec_through_random_changes() {
        let mut rng = Rng::new(7);
        let mut tree = SumTree::new();
        let mut model: Vec<(u32, u32)> = Vec::new();
        let mut handles: Vec<(Handle, u32)> = Vec::new();
        for key in 0..400u32 {
            let leaf = (rng.below(1 << 20) as u32 * 512 + key, rng.below(4) as u32);
            let at = model.partition_point(|other| other.0 <= leaf.0);
            model.insert(at, leaf);
            handles.push((tree.insert(leaf, |a, b| a.0.cmp(&b.0)), leaf.0));
            if key % 3 == 2 {
                let (handle, gone) = handles.swap_remove(rng.below(handles.len() as u64) as usize);
                assert_eq!(tree.remove(handle).0, gone);
                model.retain(|other| other.0 != gone);
            }
            if let Some(&(handle, changed)) = handles.first() {
                tree.update(handle, |leaf| leaf.1 += 1);
                model
                    .iter_mut()
                    .find(|leaf| leaf.0 == changed)
                    .expect("both have it")
                    .1 += 1;
            }
            check(&tree, &model);
        }
    }
}
