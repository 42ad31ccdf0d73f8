//! From source to tree, in one pass that always ends.

use crate::fdx::DecodeError;
use crate::fdx::diagnostic::too_much;

use super::{Node, NodeId, Tree};

/// Real files have ten levels; what nests deeper is no script.
const MAX_DEPTH: usize = 200;
/// A script of 250 pages has some 40,000 elements.
const MAX_ELEMENTS: usize = 1_000_000;
/// Further remarks about one file tell nobody anything new.
const MAX_REMARKS: usize = 100;

/// Something that is not as XML has it, and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// The elements of `source`, and what was odd.
pub(crate) fn scan(source: &str) -> Result<(Tree, Vec<Remark>), DecodeError> {
    let mut scanner = Scanner {
        source,
        tree: Tree::default(),
        open: Vec::new(),
        remarks: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = source[at..].find('<') {
        at = scanner.markup(at + found)?;
    }
    scanner.close_to(0, source.len(), source.len());
    Ok((scanner.tree, scanner.remarks))
}

struct Scanner<'a> {
    source: &'a str,
    tree: Tree,
    open: Vec<NodeId>,
    remarks: Vec<Remark>,
}

impl Scanner<'_> {
    fn remark(&mut self, at: usize, message: impl Into<String>) {
        if self.remarks.len() < MAX_REMARKS {
            let message = message.into();
            self.remarks.push(Remark { at, message });
        }
    }

    /// Reads what starts with the `<` at `at`; where to go on.
    fn markup(&mut self, at: usize) -> Result<usize, DecodeError> {
        let rest = &self.source[at..];
        let until = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        for (open, close) in until {
            if rest.starts_with(open) {
                return Ok(self.passed(at, open, close));
            }
        }
        if rest.starts_with("<!") {
            self.remark(at, "a document type declaration is passed over");
            return Ok(at + declaration_len(rest));
        }
        if rest.starts_with("</") {
            return Ok(self.close_tag(at));
        }
        let name_len = name_len(&rest[1..]);
        let Some(tag_len) = tag_len(rest).filter(|_| name_len > 0) else {
            self.remark(at, "expected a tag after `<`: read as text");
            return Ok(at + 1);
        };
        self.open_tag(at, name_len, tag_len)
    }

    fn passed(&mut self, at: usize, open: &str, close: &str) -> usize {
        let inner = at + open.len();
        match self.source[inner..].find(close) {
            Some(len) => inner + len + close.len(),
            None => {
                self.remark(at, format!("expected `{close}`, got the end of the file"));
                self.source.len()
            }
        }
    }

    fn open_tag(
        &mut self,
        at: usize,
        name_len: usize,
        tag_len: usize,
    ) -> Result<usize, DecodeError> {
        let too_much = |what| Err(too_much(self.source, at, what));
        if self.tree.nodes.len() >= MAX_ELEMENTS {
            return too_much("one more");
        }
        if self.open.len() >= MAX_DEPTH {
            return too_much("one deeper");
        }
        let id = NodeId(u32::try_from(self.tree.nodes.len()).expect("there are at most 1,000,000"));
        let end = at + tag_len;
        self.tree.nodes.push(Node {
            start: at,
            open_end: end,
            inner_end: end,
            end,
            name_len: u32::try_from(name_len).expect("a source is shorter than 4 GiB"),
            first_child: None,
            last_child: None,
            next: None,
        });
        self.attach(id);
        if !self.source[..end].ends_with("/>") {
            self.open.push(id);
        }
        Ok(end)
    }

    fn attach(&mut self, id: NodeId) {
        let Some(&parent) = self.open.last() else {
            self.tree.top.push(id);
            return;
        };
        let last = self.tree.nodes[parent.index()].last_child.replace(id);
        match last {
            Some(last) => self.tree.nodes[last.index()].next = Some(id),
            None => self.tree.nodes[parent.index()].first_child = Some(id),
        }
    }

    fn close_tag(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        let name = &rest[2..2 + name_len(&rest[2..])];
        let Some(len) = rest.find('>') else {
            self.remark(at, "expected `>`, got the end of the file");
            return self.source.len();
        };
        let end = at + len + 1;
        let same = |&id: &NodeId| self.tree.name(id, self.source) == name;
        match self.open.iter().rposition(same) {
            Some(depth) => self.close_to(depth, at, end),
            None => self.remark(at, format!("`</{name}>` closes nothing")),
        }
        end
    }

    /// Closes the open elements down to that depth: the outermost with the tag from `at` to `end`.
    fn close_to(&mut self, depth: usize, at: usize, end: usize) {
        while self.open.len() > depth {
            let id = self.open.pop().expect("it is longer than `depth`");
            let by_tag = self.open.len() == depth && end > at;
            if !by_tag {
                let name = self.tree.name(id, self.source);
                let got = match &self.source[at..end] {
                    "" => "the end of the file".to_owned(),
                    tag => format!("`{tag}`"),
                };
                self.remark(at, format!("expected `</{name}>`, got {got}"));
            }
            let node = &mut self.tree.nodes[id.index()];
            node.inner_end = at;
            node.end = if by_tag { end } else { at };
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')
}

fn name_len(rest: &str) -> usize {
    if !rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) {
        return 0;
    }
    rest.find(|c| !is_name(c)).unwrap_or(rest.len())
}

/// The length of a start tag. No `<` is in one: where a quotation mark is missing, the tag doesn't swallow the next.
fn tag_len(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (_, b'<') => return None,
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The length of `<!…>` with all that it declares in `[…]`.
fn declaration_len(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
