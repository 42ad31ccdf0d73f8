//! A file that was read: its source, where everything stands in it, and the script that it holds.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Styles};

use crate::text::MAX_BYTES;

use super::element::{self, OwnNames, is_speech};
use super::encoding::{self, Encoding};
use super::notes::Note;
use super::title_page::TitlePage;
use super::unit::{Card, Styled, Unit, has_lines};
use super::xml::{Node, NodeId, Tree, scan};
use super::{DecodeError, Diagnostic, diagnostic};

/// Each is looked at for a name that isn't Final Draft's.
const MAX_OWN_NAMES: usize = 200;

/// A Final Draft file, kept byte for byte, and the script in it.
///
/// [`Document::encode`] writes the script back as it is now.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) source: String,
    pub(super) encoding: Encoding,
    pub(super) tree: Tree,
    pub(super) root: NodeId,
    /// `<Content>`, and what stands in it.
    pub(super) content: NodeId,
    pub(super) flow: Vec<BlockId>,
    pub(super) flow_len: usize,
    pub(super) blocks: Vec<Block>,
    pub(super) embeds: Vec<Embed>,
    pub(super) notes: Vec<Note>,
    pub(super) units: Vec<SourceUnit>,
    /// The unit of each paragraph of the script.
    pub(super) unit_of: Vec<UnitId>,
    /// The unit that each number stands for by which a paragraph is remembered.
    pub(super) remembered: Vec<UnitId>,
    /// The number of each paragraph of the script.
    sources: Vec<usize>,
    pub(super) title_page: TitlePage,
    pub(super) own_names: OwnNames,
    script: PlainScript,
    diagnostics: Vec<Diagnostic>,
}

macro_rules! index {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) struct $name(pub(super) usize);
    };
}
index!(BlockId, "A block, by its place in the document's list.");
index!(
    EmbedId,
    "Blocks inside a block, by their place in the list."
);
index!(UnitId, "A unit, by its place in the order of reading.");

/// A `<Paragraph>` of the script.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) node: NodeId,
    /// What it stands in; nothing where that is the script itself.
    pub(super) parent: Option<EmbedId>,
    /// Its own text. The paragraph around a dual dialogue has none.
    pub(super) unit: Option<UnitId>,
    pub(super) embeds: Vec<EmbedId>,
    /// Where it starts in the flow, in UTF-16 units as ranges count them; blocks inside others aren't counted.
    pub(super) start: usize,
    /// Its length there, the break behind it not counted.
    pub(super) len: usize,
}

/// Paragraphs inside a paragraph.
#[derive(Clone, Debug)]
pub(super) struct Embed {
    pub(super) block: BlockId,
    pub(super) node: NodeId,
    pub(super) kind: EmbedKind,
    /// Where in the block's own text it stands, in UTF-16 units.
    pub(super) at: usize,
    pub(super) blocks: Vec<BlockId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EmbedKind {
    /// Two speeches side by side.
    Dual,
    /// Text that was cut, under the heading that says so.
    Omitted,
    /// One scene that was omitted, under the card that stands for it.
    Folded,
}

/// What the card of an omitted scene says.
pub(super) const OMITTED: &str = "OMITTED";

/// How long an embed is in ranges, whatever is in it.
pub(super) const EMBED_LEN: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct SourceUnit {
    pub(super) unit: Unit,
    pub(super) place: Place,
    /// Whether it is but the card that stands for an omitted scene: no paragraph of the script.
    pub(super) is_card: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Block(BlockId),
    /// A note, by its place among the notes.
    Note(usize),
}

/// Text of a paragraph as its source has it.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceText {
    /// As it reads.
    pub(super) shown: Vec<Styled>,
    /// The same characters as they stand in the source: in small letters under `AllCaps`, with its own line breaks.
    pub(super) raw: Vec<char>,
    /// Each `<Text>` and where its characters end.
    pub(super) runs: Vec<(NodeId, usize)>,
    /// Of each character the number of the revision that changed it, 0 for none.
    pub(super) revised: Vec<usize>,
}

/// Reads a Final Draft file.
///
/// What is no XML is read as well as it can be and remarked; nothing that the file declares is expanded.
///
/// # Errors
///
/// Where the bytes are no Final Draft file, in no encoding that is known, or more than a script can be.
pub fn decode(bytes: &[u8]) -> Result<Document, DecodeError> {
    if bytes.len() > MAX_BYTES {
        let got = format!("{} bytes", bytes.len());
        return Err(DecodeError::TooMuch { got });
    }
    let (source, encoding, remark) = encoding::decode(bytes)?;
    let (tree, remarks) = scan(&source)?;
    let root = tree
        .root()
        .filter(|&id| tree.name(id, &source) == "FinalDraft");
    let Some(root) = root else {
        return Err(diagnostic::not_final_draft(&source, &tree, &remarks));
    };
    let content = tree
        .child(root, "Content", &source)
        .ok_or(DecodeError::NoContent)?;
    let diagnostics = diagnostic::diagnostics(&source, remark, remarks);
    let mut document = Document {
        own_names: own_names(&tree, root, &source),
        title_page: TitlePage::default(),
        source,
        encoding,
        tree,
        root,
        content,
        flow: Vec::new(),
        flow_len: 0,
        blocks: Vec::new(),
        embeds: Vec::new(),
        notes: Vec::new(),
        units: Vec::new(),
        unit_of: Vec::new(),
        remembered: Vec::new(),
        sources: Vec::new(),
        script: PlainScript::default(),
        diagnostics,
    };
    document.read();
    Ok(document)
}

fn own_names(tree: &Tree, root: NodeId, source: &str) -> OwnNames {
    let settings = tree.children_named(root, "ElementSettings", source);
    let settings = settings.take(MAX_OWN_NAMES);
    let named = settings.filter_map(|settings| {
        let behavior = tree.child(settings, "Behavior", source)?;
        let name = tree.attribute(settings, "Type", source)?;
        Some((name, tree.attribute(behavior, "PaginateAs", source)?))
    });
    named.collect()
}

impl Document {
    /// The script in the file.
    #[must_use]
    pub fn script(&self) -> &PlainScript {
        &self.script
    }

    /// By which number each paragraph of the script is remembered ([`Sourced::source`](super::Sourced::source)). It stays
    /// the same whatever else of the file is read one day.
    #[must_use]
    pub fn sources(&self) -> &[usize] {
        &self.sources
    }

    /// What in the file was odd, in its order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.tree.node(id)
    }

    pub(super) fn name(&self, id: NodeId) -> &str {
        self.tree.name(id, &self.source)
    }

    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<String> {
        self.tree.attribute(id, name, &self.source)
    }

    pub(super) fn child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child(id, name, &self.source)
    }

    pub(super) fn children_named<'a>(
        &'a self,
        id: NodeId,
        name: &'a str,
    ) -> impl Iterator<Item = NodeId> + 'a {
        self.tree.children_named(id, name, &self.source)
    }

    fn read(&mut self) {
        self.flow = self.read_blocks(self.content, None, false);
        let mut start = 0;
        for index in 0..self.flow.len() {
            let block = self.flow[index];
            let own = self.blocks[block.0].unit;
            let own = own.map_or(0, |unit| self.units[unit.0].unit.len_utf16());
            let block = &mut self.blocks[block.0];
            block.start = start;
            block.len = own + EMBED_LEN * block.embeds.len();
            start += block.len + 1;
        }
        self.flow_len = start.saturating_sub(1);
        self.notes = self.read_notes();
        self.title_page = TitlePage::read(self);
        self.script.title_page = self.title_page.entries();
        self.list_paragraphs();
    }

    /// Reads the paragraphs that stand in an element.
    fn read_blocks(
        &mut self,
        container: NodeId,
        parent: Option<EmbedId>,
        omitted: bool,
    ) -> Vec<BlockId> {
        let children: Vec<NodeId> = self.tree.children(container).collect();
        let mut blocks = Vec::new();
        for node in children {
            let block = match self.name(node) {
                "Paragraph" => Some(self.read_block(node, parent, omitted)),
                // Some programs write it without a paragraph around it.
                "DualDialogue" => self.read_bare_dual(node, parent, omitted),
                _ => None,
            };
            blocks.extend(block);
        }
        blocks
    }

    fn read_block(&mut self, node: NodeId, parent: Option<EmbedId>, omitted: bool) -> BlockId {
        let block = self.new_block(node, parent);
        let unit = self.read_unit(node, omitted);
        if !(unit.text.is_empty() && self.is_around_dual(node)) {
            self.blocks[block.0].unit = Some(UnitId(self.units.len()));
            let place = Place::Block(block);
            self.units.push(SourceUnit {
                unit,
                place,
                is_card: false,
            });
        }
        let children: Vec<NodeId> = self.tree.children(node).collect();
        let is_card = !omitted && self.is_card(node, block);
        let mut at = 0;
        for child in children {
            match self.name(child) {
                "Text" => at += self.tree.text(child, &self.source).encode_utf16().count(),
                "DualDialogue" => self.read_embed(child, block, EmbedKind::Dual, at, omitted),
                "OmittedScene" if is_card => {
                    self.read_embed(child, block, EmbedKind::Folded, at, false);
                }
                "OmittedScene" => self.read_embed(child, block, EmbedKind::Omitted, at, true),
                _ => {}
            }
        }
        block
    }

    /// Whether a paragraph but stands for the one scene that was omitted in it, with nothing else embedded.
    fn is_card(&self, node: NodeId, block: BlockId) -> bool {
        let Some(unit) = self.blocks[block.0].unit.map(|id| &self.units[id.0].unit) else {
            return false;
        };
        let text: String = unit.text.iter().map(|(c, _)| *c).collect();
        let says_so = text.trim().eq_ignore_ascii_case(OMITTED);
        let is_embed = |node: &NodeId| matches!(self.name(*node), "OmittedScene" | "DualDialogue");
        let mut embeds = self.tree.children(node).filter(is_embed);
        let (Some(scene), None) = (embeds.next(), embeds.next()) else {
            return false;
        };
        says_so
            && self.name(scene) == "OmittedScene"
            && self.blocks[block.0].parent.is_none()
            && unit.kind.0 == ElementType::SceneHeading
            && !unit.page_break
            && self.is_one_scene(node, scene)
    }

    /// Whether what was omitted is a heading, with nothing embedded in it and no number of its own, and its scene: no
    /// other one is in it, and the script goes on with the next.
    fn is_one_scene(&self, card: NodeId, scene: NodeId) -> bool {
        let is_read = |&node: &NodeId| matches!(self.name(node), "Paragraph" | "DualDialogue");
        let Some(first) = self.tree.children(scene).find(is_read) else {
            return false;
        };
        let mut inside: Vec<NodeId> = self.tree.children(scene).collect();
        inside.retain(|node| *node != first);
        while let Some(node) = inside.pop() {
            if self.is_heading(node) {
                return false;
            }
            inside.extend(self.tree.children(node));
        }
        let next = self.tree.behind(card).find(is_read);
        let mut embedded = self.tree.children(first).map(|node| self.name(node));
        self.is_heading(first)
            && next.is_none_or(|next| self.is_heading(next))
            && self.attribute(first, "Number").is_none()
            && !embedded.any(|name| matches!(name, "DualDialogue" | "OmittedScene"))
    }

    fn is_heading(&self, node: NodeId) -> bool {
        let name = || self.attribute(node, "Type").unwrap_or_default();
        let kind = || element::kind(&name(), false, &self.own_names).0;
        self.name(node) == "Paragraph" && kind() == ElementType::SceneHeading
    }

    fn is_around_dual(&self, node: NodeId) -> bool {
        self.children_named(node, "DualDialogue")
            .any(|dual| self.child(dual, "Paragraph").is_some())
    }

    fn read_bare_dual(
        &mut self,
        node: NodeId,
        parent: Option<EmbedId>,
        omitted: bool,
    ) -> Option<BlockId> {
        self.child(node, "Paragraph")?;
        let block = self.new_block(node, parent);
        self.read_embed(node, block, EmbedKind::Dual, 0, omitted);
        Some(block)
    }

    fn new_block(&mut self, node: NodeId, parent: Option<EmbedId>) -> BlockId {
        self.blocks.push(Block {
            node,
            parent,
            unit: None,
            embeds: Vec::new(),
            start: 0,
            len: 0,
        });
        BlockId(self.blocks.len() - 1)
    }

    fn read_embed(
        &mut self,
        node: NodeId,
        block: BlockId,
        kind: EmbedKind,
        at: usize,
        omitted: bool,
    ) {
        let embed = EmbedId(self.embeds.len());
        self.embeds.push(Embed {
            block,
            node,
            kind,
            at,
            blocks: Vec::new(),
        });
        self.blocks[block.0].embeds.push(embed);
        let blocks = self.read_blocks(node, Some(embed), omitted);
        match kind {
            EmbedKind::Dual if !omitted => self.mark_dual(&blocks),
            EmbedKind::Folded => self.mark_omitted(block, &blocks),
            _ => {}
        }
        self.embeds[embed.0].blocks = blocks;
    }

    /// The second cue of a dual dialogue is the one that says so.
    fn mark_dual(&mut self, blocks: &[BlockId]) {
        let units = blocks.iter().filter_map(|block| self.blocks[block.0].unit);
        let is_cue = |unit: &UnitId| self.units[unit.0].unit.kind.0 == ElementType::Character;
        if let Some(second) = units.filter(is_cue).nth(1) {
            self.units[second.0].unit.dual = true;
        }
    }

    /// The heading of an omitted scene has the number of the card that stands for it.
    fn mark_omitted(&mut self, card: BlockId, blocks: &[BlockId]) {
        let heading = blocks.first().and_then(|block| self.blocks[block.0].unit);
        let (Some(card), Some(heading)) = (self.blocks[card.0].unit, heading) else {
            return;
        };
        let number = self.units[card.0].unit.number.clone();
        self.units[card.0].is_card = true;
        let heading = &mut self.units[heading.0].unit;
        // A number that stands on it nevertheless is its own once it is there again.
        heading.omitted = Some(Card { number });
    }

    fn read_unit(&self, node: NodeId, omitted: bool) -> Unit {
        if omitted {
            return Unit {
                kind: (ElementType::Boneyard, 0),
                text: self.text(node, true).shown,
                ..Unit::default()
            };
        }
        let value = |name| self.attribute(node, name);
        let centered = value("Alignment").as_deref() == Some("Center");
        let name = value("Type").unwrap_or_default();
        let kind = element::kind(&name, centered, &self.own_names);
        let number = value("Number").filter(|number| !number.is_empty());
        let text = self.text(node, has_lines(kind.0));
        let is_heading = kind.0 == ElementType::SceneHeading;
        Unit {
            kind,
            number: number.filter(|_| is_heading),
            color: self.scene_color(node).filter(|_| is_heading),
            page_break: kind.0.is_printed() && value("StartsNewPage").as_deref() == Some("Yes"),
            text: text.shown,
            revised: Some(text.revised),
            ..Unit::default()
        }
    }

    /// The text of a paragraph: that of all its `<Text>`s.
    pub(super) fn text(&self, paragraph: NodeId, lines: bool) -> SourceText {
        let mut text = SourceText::default();
        for node in self.children_named(paragraph, "Text") {
            let style = self.attribute(node, "Style").unwrap_or_default();
            let styles = element::styles(&style);
            let all_caps = element::is_all_caps(&style);
            let revision = self.attribute(node, "RevisionID");
            let revision = revision.and_then(|id| id.trim().parse().ok());
            for c in self.tree.text(node, &self.source).chars() {
                text.raw.push(c);
                let shown = shown(c, lines, all_caps);
                // In the script a line break stands between two paragraphs, in no style.
                let styles = if shown == '\n' { Styles::NONE } else { styles };
                text.shown.push((shown, styles));
                text.revised.push(revision.unwrap_or(0));
            }
            text.runs.push((node, text.raw.len()));
        }
        text
    }

    fn list_paragraphs(&mut self) {
        let mut paragraphs = Vec::new();
        let order = self.reading_order();
        for unit in order {
            let lines: Vec<Paragraph> = self.units[unit.0].unit.paragraphs();
            let first = self.remembered.len();
            self.remembered.extend(lines.iter().map(|_| unit));
            if !self.units[unit.0].is_card {
                self.sources.extend(first..self.remembered.len());
                self.unit_of.extend(lines.iter().map(|_| unit));
                paragraphs.extend(lines);
            }
        }
        self.script.paragraphs = paragraphs;
    }

    /// The units as they read: a note behind the paragraph that its range starts in, with what is embedded there and
    /// with the rest of its speech.
    fn reading_order(&self) -> Vec<UnitId> {
        let ends = self.ends_of_speeches();
        let mut behind: Vec<Vec<UnitId>> = vec![Vec::new(); self.flow.len() + 1];
        for note in &self.notes {
            let place = note.range.as_ref().map(|range| self.block_at(range.start));
            let place = place.and_then(|index| ends.get(index)).copied();
            behind[place.unwrap_or(self.flow.len())].push(note.unit);
        }
        let mut order = Vec::with_capacity(self.units.len());
        for (&block, notes) in self.flow.iter().zip(&behind) {
            self.push_units_of(block, &mut order);
            order.extend(notes);
        }
        order.extend(&behind[self.flow.len()]);
        order
    }

    /// For each block of the flow the last one of its speech, and itself where nobody speaks.
    fn ends_of_speeches(&self) -> Vec<usize> {
        let mut ends: Vec<usize> = (0..self.flow.len()).collect();
        for index in (1..self.flow.len()).rev() {
            let before = self.element_of(self.flow[index - 1]);
            let goes_on = self.element_of(self.flow[index]).is_some_and(is_speech);
            let speaks = |element| element == ElementType::Character || is_speech(element);
            if goes_on && before.is_some_and(speaks) {
                ends[index - 1] = ends[index];
            }
        }
        ends
    }

    fn element_of(&self, block: BlockId) -> Option<ElementType> {
        let unit = self.blocks[block.0].unit?;
        Some(self.units[unit.0].unit.kind.0)
    }

    /// What stands in the script for an omitted scene of the file.
    pub(super) fn card(&self, block: BlockId) -> Option<&Unit> {
        let unit = &self.units[self.blocks[block.0].unit?.0];
        unit.is_card.then_some(&unit.unit)
    }

    pub(super) fn push_units_of(&self, block: BlockId, order: &mut Vec<UnitId>) {
        let block = &self.blocks[block.0];
        order.extend(block.unit);
        for embed in &block.embeds {
            for &inner in &self.embeds[embed.0].blocks {
                self.push_units_of(inner, order);
            }
        }
    }

    /// The place in the flow's list of the block that an offset is in; past the end where it is.
    pub(super) fn block_at(&self, offset: usize) -> usize {
        if offset > self.flow_len {
            return self.flow.len();
        }
        let starts_before = |block: &BlockId| self.blocks[block.0].start <= offset;
        self.flow.partition_point(starts_before).saturating_sub(1)
    }
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// How a character of the source reads. No character becomes longer: ranges count them.
pub(super) fn shown(c: char, lines: bool, all_caps: bool) -> char {
    if is_break(c) {
        return if lines { '\n' } else { ' ' };
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if all_caps && upper.len_utf16() == c.len_utf16() => upper,
        _ => c,
    }
}
