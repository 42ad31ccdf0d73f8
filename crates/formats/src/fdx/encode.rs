//! The script as it is now, written into the file that it came from.
//!
//! Everything is a replacement of a range of the source; where a paragraph is what it was, the replacement is the
//! source. Nothing asks whether there was an edit at all.

use std::ops::Range;

use scriptroom_pages::Production;
use scriptroom_paragraphs::{ElementType, Paragraph, TitleEntry};

use super::arrange::{Item, Now, Sourced};
use super::document::{BlockId, Document, EMBED_LEN, EmbedId, OMITTED, Place};
use super::element::{self, OwnNames};
use super::encoding;
use super::moves::Moves;
use super::rewrite::{NewParagraph, deeper, gap_before, one_line, opened, rewrite};
use super::title_page;
use super::unit::{Unit, has_lines};
use super::write_notes::write_notes;
use super::xml::NodeId;
use super::xml::text::with_attribute;

/// A range of the source and what stands there now.
pub(super) type Edit = (Range<usize>, String);

impl Document {
    /// Writes the script back into the file: what it was where it is the same, in the file's own encoding.
    ///
    /// Each paragraph may say where in [`Document::script`] it was. One that still is what it was there is written byte
    /// for byte; one that was changed keeps what the file has beside its text; a new one looks like those around it.
    /// Ranges of script notes move with the text.
    #[must_use]
    pub fn encode(&self, title_page: &[TitleEntry], paragraphs: &[Sourced<'_>]) -> Vec<u8> {
        self.written(title_page, paragraphs, None)
    }

    /// Writes the script and its production: likewise what the file says of it stays where the script says the same, and
    /// nothing else of it does. Only for a script that [`Document::entries`] were written into.
    #[must_use]
    pub fn encode_produced(
        &self,
        title_page: &[TitleEntry],
        paragraphs: &[Sourced<'_>],
        production: &Production,
    ) -> Vec<u8> {
        if !production.is_numbered {
            return self.written(title_page, paragraphs, Some(production));
        }
        let plain = paragraphs.iter().map(|sourced| sourced.paragraph.clone());
        let mut numbered: Vec<Paragraph> = plain.collect();
        production.number_scenes(&mut numbered);
        let sourced = numbered.iter().zip(paragraphs);
        let sourced: Vec<Sourced<'_>> = sourced
            .map(|(paragraph, Sourced { source, .. })| Sourced {
                paragraph,
                source: *source,
            })
            .collect();
        self.written(title_page, &sourced, Some(production))
    }

    fn written(
        &self,
        title_page: &[TitleEntry],
        paragraphs: &[Sourced<'_>],
        production: Option<&Production>,
    ) -> Vec<u8> {
        let revised = production.map(|production| production.revised.as_slice());
        let mut now = Now::new(self, paragraphs, revised);
        let items = now.arrange(self);
        let mut writer = Writer {
            document: self,
            now: &now,
            moves: Moves::new(self, now.units.len()),
        };
        let inner = writer.container(self.content, &self.flow, None, &items);
        let moves = writer.moves.finish();
        let mut edits = vec![self.fill(self.content, &inner)];
        edits.extend(self.write_title_page(title_page));
        edits.extend(write_notes(self, &now, &moves));
        if let Some(production) = production {
            edits.extend(self.write_page(&production.settings));
            edits.extend(self.write_locks(
                production,
                |anchor| {
                    let (unit, offset) = now.place(paragraphs, anchor)?;
                    let at = moves.of_unit(unit)?;
                    let source = now.units[unit].source;
                    let offset = match source.is_some_and(|source| self.is_embedded(source)) {
                        true => 0,
                        false => offset,
                    };
                    Some((at.start + offset).min(at.end))
                },
                &moves,
            ));
            edits.extend(self.write_revisions(production));
        }
        encoding::encode(&self.apply(edits), self.encoding)
    }

    /// An element with another content.
    pub(super) fn fill(&self, node: NodeId, inner: &str) -> Edit {
        let place = self.node(node);
        if !inner.is_empty() && self.tree.open_tag(node, &self.source).ends_with("/>") {
            let tag = opened(self.tree.open_tag(node, &self.source));
            let filled = format!("{tag}{inner}</{}>", self.name(node));
            return (place.range(), filled);
        }
        (place.inner(), inner.to_owned())
    }

    fn apply(&self, edits: Vec<Edit>) -> String {
        let mut sorted: Vec<Edit> = Vec::with_capacity(edits.len());
        for edit in edits {
            // Nearly all come in order.
            let at = sorted.partition_point(|(range, _)| range.start <= edit.0.start);
            sorted.insert(at, edit);
        }
        let mut out = String::with_capacity(self.source.len() + 1024);
        let mut cursor = 0;
        for (range, text) in sorted {
            out.push_str(&self.source[cursor..range.start]);
            out.push_str(&text);
            cursor = range.end;
        }
        out.push_str(&self.source[cursor..]);
        out
    }

    fn write_title_page(&self, now: &[TitleEntry]) -> Vec<Edit> {
        if let Some(changed) = self.title_page.changed_lines(self, now) {
            let edit = |(node, text): (NodeId, String)| (self.node(node).range(), text);
            return changed.into_iter().map(edit).collect();
        }
        let content = self.title_page.content;
        let around = content.unwrap_or(self.content);
        let gap = one_line(gap_before(&self.source, self.node(around).start)).to_owned();
        let inside = deeper(&gap);
        let write = |inside: &str| {
            let paragraphs = title_page::paragraphs(now).into_iter();
            paragraphs
                .map(|paragraph| format!("{inside}{}", paragraph.write(inside)))
                .collect::<String>()
        };
        match content {
            Some(content) => vec![self.fill(content, &format!("{}{gap}", write(&inside)))],
            None => {
                let deep = deeper(&inside);
                let page = format!(
                    "{gap}<TitlePage>{inside}<Content>{}{inside}</Content>{gap}</TitlePage>",
                    write(&deep)
                );
                let end = self.node(self.content).end;
                vec![(end..end, page)]
            }
        }
    }
}

struct Writer<'a> {
    document: &'a Document,
    now: &'a Now,
    moves: Moves<'a>,
}

impl Writer<'_> {
    /// What stands in an element that held `blocks`.
    fn container(
        &mut self,
        node: NodeId,
        blocks: &[BlockId],
        parent: Option<EmbedId>,
        items: &[Item],
    ) -> String {
        let document = self.document;
        let place = document.node(node);
        let source = &document.source;
        let mut leads = Leads::new(document, node, blocks);
        let here = |item: &Item| {
            let block = self.block_of(item)?;
            blocks.binary_search_by_key(&block.0, |block| block.0).ok()
        };
        let places: Vec<Option<usize>> = items.iter().map(here).collect();
        for place in places.iter().flatten() {
            leads.used[*place] = true;
        }
        let mut out = String::new();
        for (item, place) in items.iter().zip(places) {
            leads.before(place, &mut out);
            let gap = leads.gap.clone();
            let body = self.item(item, &gap, parent.is_none());
            out.push_str(&body);
        }
        leads.rest(&mut out);
        let end = blocks.last().map_or(place.open_end, |block| {
            document.node(document.blocks[block.0].node).end
        });
        let tail = &source[end..place.inner_end];
        if tail.is_empty() && blocks.is_empty() && !items.is_empty() {
            out.push_str(gap_before(source, place.start));
        }
        out.push_str(tail);
        out
    }

    /// The block that an item is, or comes from.
    fn block_of(&self, item: &Item) -> Option<BlockId> {
        match item {
            Item::Unit(index) => self.source_block(*index),
            Item::Block { block, .. } => Some(*block),
            Item::Dual(_) | Item::Omitted(_) => None,
        }
    }

    fn source_block(&self, index: usize) -> Option<BlockId> {
        match self.document.units[self.now.units[index].source?.0].place {
            Place::Block(block) => Some(block),
            Place::Note(_) => None,
        }
    }

    fn item(&mut self, item: &Item, gap: &str, in_flow: bool) -> String {
        match item {
            Item::Unit(index) => {
                let unit = &self.now.units[*index].unit;
                if in_flow {
                    self.moves.unit(*index, self.source_block(*index), unit);
                }
                self.unit(*index, gap)
            }
            Item::Block { block, own, embeds } => {
                let kept: Vec<bool> = embeds.iter().map(|embed| self.is_kept(embed)).collect();
                if in_flow {
                    let now = self.now;
                    let document = self.document;
                    let own = own.map(|own| &now.units[own].unit);
                    let own = own.or_else(|| document.card(*block));
                    self.moves.block(*block, own, &kept, &inside(item));
                }
                self.block(*block, *own, embeds)
            }
            Item::Dual(items) => {
                if in_flow {
                    let units = inside(item);
                    let blocks = units.iter().filter_map(|&unit| self.source_block(unit));
                    self.moves.together(EMBED_LEN, blocks.collect(), &units);
                }
                self.dual(items, gap)
            }
            Item::Omitted(items) => {
                let units = inside(item);
                if in_flow {
                    let blocks = units.iter().filter_map(|&unit| self.source_block(unit));
                    let len = OMITTED.len() + EMBED_LEN;
                    self.moves.together(len, blocks.collect(), &units);
                }
                self.omitted(items, units.first().copied(), gap)
            }
        }
    }

    /// A scene under a new card, which takes its number.
    fn omitted(&mut self, items: &[Item], heading: Option<usize>, gap: &str) -> String {
        let (wrapper, inner) = (deeper(gap), deeper(&deeper(gap)));
        let mut tag = "<Paragraph>".to_owned();
        let heading = heading.and_then(|heading| self.now.units[heading].unit.omitted.as_ref());
        if let Some(number) = heading.and_then(|card| card.number.as_deref()) {
            tag = with_attribute(&tag, "Number", Some(number));
        }
        tag = with_attribute(&tag, "Type", Some("Scene Heading"));
        let mut out = format!("{tag}{wrapper}<Text>{OMITTED}</Text>{wrapper}<OmittedScene>");
        for item in items {
            out.push_str(&inner);
            out.push_str(&self.item(item, &inner, false));
        }
        out.push_str(&format!("{wrapper}</OmittedScene>{gap}</Paragraph>"));
        out
    }

    fn dual(&mut self, items: &[Item], gap: &str) -> String {
        let (wrapper, inner) = (deeper(gap), deeper(&deeper(gap)));
        let mut out = format!("<Paragraph Type=\"General\">{wrapper}<DualDialogue>");
        for item in items {
            out.push_str(&inner);
            out.push_str(&self.item(item, &inner, false));
        }
        out.push_str(&format!("{wrapper}</DualDialogue>{gap}</Paragraph>"));
        out
    }

    fn unit(&self, index: usize, gap: &str) -> String {
        let unit = &self.now.units[index].unit;
        let Some(block) = self.source_block(index) else {
            return new_paragraph(unit, &self.document.own_names).write(gap);
        };
        let document = self.document;
        let block = &document.blocks[block.0];
        let source = self.now.units[index]
            .source
            .map(|id| &document.units[id.0].unit);
        let is_same = source.is_some_and(|source| source.says_the_same(unit));
        if is_same && block.embeds.is_empty() {
            return document.source[document.node(block.node).range()].to_owned();
        }
        let embeds = block.embeds.iter();
        let dropped: Vec<(NodeId, Option<String>)> = embeds
            .map(|embed| (document.embeds[embed.0].node, None))
            .collect();
        self.changed(block.node, source, unit, &dropped)
    }

    /// A paragraph of the file with another text or other attributes.
    fn changed(
        &self,
        node: NodeId,
        was: Option<&Unit>,
        now: &Unit,
        embeds: &[(NodeId, Option<String>)],
    ) -> String {
        let document = self.document;
        let mut tag = document.tree.open_tag(node, &document.source).to_owned();
        if let Some(was) = was {
            tag = with_attributes(tag, was, now, &document.own_names);
        }
        let text = document.text(node, has_lines(was.map_or(now.kind.0, |was| was.kind.0)));
        let mut head = opened(&tag);
        let mut replaced = embeds.to_vec();
        let color = was.map_or_else(|| document.scene_color(node), |was| was.color);
        if color != now.color {
            match document.child(node, "SceneProperties") {
                Some(properties) => {
                    let start = |node: NodeId| document.node(node).start;
                    let at = replaced.partition_point(|(one, _)| start(*one) < start(properties));
                    let recolored = document.recolored(properties, now.color);
                    replaced.insert(at, (properties, Some(recolored)));
                }
                None => head.push_str(&document.new_properties(node, now.color)),
            }
        }
        rewrite(document, node, head, &text, now, &replaced)
    }

    fn block(
        &mut self,
        block: BlockId,
        own: Option<usize>,
        embeds: &[(EmbedId, Vec<Item>)],
    ) -> String {
        let document = self.document;
        let node = document.blocks[block.0].node;
        let mut written: Vec<(NodeId, Option<String>)> = Vec::new();
        for (embed, items) in embeds {
            let source = &document.embeds[embed.0];
            let text =
                (!items.is_empty() || source.blocks.is_empty()).then(|| self.embed(*embed, items));
            written.push((source.node, text));
        }
        if let Some(own) = own {
            let unit = &self.now.units[own].unit;
            let was = self.now.units[own]
                .source
                .map(|id| &document.units[id.0].unit);
            if !was.is_some_and(|was| was.says_the_same(unit)) {
                return self.changed(node, was, unit, &written);
            }
        }
        let place = document.node(node);
        let tag = self.card_tag(block, own, embeds);
        let mut cursor = tag.as_ref().map_or(place.start, |_| place.open_end);
        let mut out = tag.unwrap_or_default();
        for (embed, text) in written {
            let range = document.node(embed).range();
            out.push_str(&document.source[cursor..range.start]);
            out.push_str(&text.unwrap_or_default());
            cursor = range.end;
        }
        out.push_str(&document.source[cursor..place.end]);
        out
    }

    /// The start tag of a card whose scene has another number now.
    fn card_tag(
        &self,
        block: BlockId,
        own: Option<usize>,
        embeds: &[(EmbedId, Vec<Item>)],
    ) -> Option<String> {
        let node = self.document.blocks[block.0].node;
        let tag = self.document.tree.open_tag(node, &self.document.source);
        let items = embeds.iter().flat_map(|(_, items)| items);
        let mut units = items.flat_map(inside);
        let heading = units.find_map(|unit| self.now.units[unit].unit.omitted.as_ref());
        match (own, self.document.card(block), heading) {
            (None, Some(was), Some(now)) if was.number != now.number => {
                Some(with_attribute(tag, "Number", now.number.as_deref()))
            }
            _ => None,
        }
    }

    /// An embed goes with the last paragraph in it.
    fn is_kept(&self, (embed, items): &(EmbedId, Vec<Item>)) -> bool {
        !items.is_empty() || self.document.embeds[embed.0].blocks.is_empty()
    }

    fn embed(&mut self, embed: EmbedId, items: &[Item]) -> String {
        let document = self.document;
        let source = &document.embeds[embed.0];
        let inner = self.container(source.node, &source.blocks, Some(embed), items);
        let place = document.node(source.node);
        let (range, text) = document.fill(source.node, &inner);
        let before = &document.source[place.start..range.start];
        let behind = &document.source[range.end..place.end];
        format!("{before}{text}{behind}")
    }
}

/// All units in an item.
fn inside(item: &Item) -> Vec<usize> {
    match item {
        Item::Unit(index) => vec![*index],
        Item::Dual(items) | Item::Omitted(items) => items.iter().flat_map(inside).collect(),
        Item::Block { own, embeds, .. } => {
            let embedded = embeds.iter().flat_map(|(_, items)| items);
            own.iter()
                .copied()
                .chain(embedded.flat_map(inside))
                .collect()
        }
    }
}

/// The white space and whatever else stands before each block.
struct Leads<'a> {
    leads: Vec<&'a str>,
    used: Vec<bool>,
    next: usize,
    /// What stands before a new paragraph.
    gap: String,
}

impl<'a> Leads<'a> {
    fn new(document: &'a Document, node: NodeId, blocks: &[BlockId]) -> Leads<'a> {
        let source = &document.source;
        let mut cursor = document.node(node).open_end;
        let mut leads = Vec::with_capacity(blocks.len());
        for block in blocks {
            let range = document.node(document.blocks[block.0].node).range();
            leads.push(&source[cursor..range.start]);
            cursor = range.end;
        }
        let gap = match blocks.first() {
            Some(block) => {
                let start = document.node(document.blocks[block.0].node).start;
                one_line(gap_before(source, start)).to_owned()
            }
            None => deeper(gap_before(source, document.node(node).start)),
        };
        Leads {
            used: vec![false; blocks.len()],
            leads,
            next: 0,
            gap,
        }
    }

    /// Writes what stands before an item: a block's lead goes where it goes.
    fn before(&mut self, place: Option<usize>, out: &mut String) {
        let Some(place) = place else {
            out.push_str(&self.gap);
            return;
        };
        self.up_to(place, out);
        out.push_str(self.leads[place]);
    }

    fn rest(&mut self, out: &mut String) {
        self.up_to(self.leads.len(), out);
    }

    /// Of the leads of deleted blocks stays what is no white space.
    fn up_to(&mut self, place: usize, out: &mut String) {
        while self.next < place {
            let lead = self.leads[self.next];
            if !self.used[self.next] && !lead.trim().is_empty() {
                out.push_str(lead.trim_end());
            }
            self.next += 1;
        }
    }
}

fn new_paragraph(unit: &Unit, names: &OwnNames) -> NewParagraph {
    let mut attributes = Vec::new();
    let mut set = |name: &str, value: &str| attributes.push((name.to_owned(), value.to_owned()));
    if unit.kind.0 == ElementType::Centered {
        set("Alignment", "Center");
    }
    if let Some(number) = &unit.number {
        set("Number", number);
    }
    if unit.page_break {
        set("StartsNewPage", "Yes");
    }
    set("Type", &element::name(unit.kind, names));
    NewParagraph {
        attributes,
        text: unit.text.clone(),
        color: unit.color,
        revised: unit.revised.clone(),
    }
}

/// A start tag that says what changed, and nothing else anew.
fn with_attributes(mut tag: String, was: &Unit, now: &Unit, names: &OwnNames) -> String {
    if was.kind != now.kind {
        tag = with_attribute(&tag, "Type", Some(&element::name(now.kind, names)));
        let is_centered = now.kind.0 == ElementType::Centered;
        if is_centered || was.kind.0 == ElementType::Centered {
            tag = with_attribute(&tag, "Alignment", is_centered.then_some("Center"));
        }
    }
    if was.number != now.number {
        tag = with_attribute(&tag, "Number", now.number.as_deref());
    }
    if was.page_break != now.page_break {
        let value = if now.page_break { "Yes" } else { "No" };
        tag = with_attribute(&tag, "StartsNewPage", Some(value));
    }
    tag
}

/// The length in ranges of a paragraph with so many things embedded in it.
pub(super) fn len_with(own: Option<&Unit>, embeds: usize) -> usize {
    own.map_or(0, Unit::len_utf16) + EMBED_LEN * embeds
}
