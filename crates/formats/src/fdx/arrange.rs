//! Which paragraph of the file each unit of the script is now, and what stands inside what.

use scriptroom_pages::{Anchor, RevisedText};
use scriptroom_paragraphs::{ElementType, Paragraph, Styles};

use super::document::{BlockId, Document, EmbedId, EmbedKind, Place, UnitId};
use super::element::is_speech;
use super::revised;
use super::unit::{Styled, Unit, unit, unit_len};

/// A paragraph of the script as it is now, and the paragraph of the file that it remembers to come from.
#[derive(Clone, Copy, Debug)]
pub struct Sourced<'a> {
    /// What it is now.
    pub paragraph: &'a Paragraph,
    /// By which number of [`Document::sources`] it is remembered, if it was in the file.
    pub source: Option<usize>,
}

impl<'a> From<&'a Paragraph> for Sourced<'a> {
    /// A paragraph that remembers itself where it was.
    fn from(paragraph: &'a Paragraph) -> Sourced<'a> {
        let source = paragraph.attributes.source;
        Sourced {
            paragraph,
            source: source.and_then(|source| usize::try_from(source).ok()),
        }
    }
}

/// The script as it is now, in units, each with the unit of the file that it is.
#[derive(Debug, Default)]
pub(super) struct Now {
    pub(super) units: Vec<NowUnit>,
    /// Of each paragraph which unit it is in, and where in its text it begins.
    lines: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub(super) struct NowUnit {
    pub(super) unit: Unit,
    pub(super) source: Option<UnitId>,
    /// What it is to be arranged by. Text that was cut with an omitted scene is that of the scene, once it is written.
    kind: ElementType,
    /// Whether it is written beside the script: a note, or text that was cut outside of an omitted scene.
    pub(super) is_note: bool,
    /// Of a note inside a paragraph: where in the text of the unit before it, in UTF-16 units.
    pub(super) inside: Option<usize>,
}

/// What is written, in order.
#[derive(Debug)]
pub(super) enum Item {
    /// A paragraph, by its place among the units.
    Unit(usize),
    /// A paragraph of the file with what is embedded in it.
    Block {
        block: BlockId,
        own: Option<usize>,
        embeds: Vec<(EmbedId, Vec<Item>)>,
    },
    /// Two speeches side by side that were not so in the file.
    Dual(Vec<Item>),
    /// A scene that was not omitted in the file, beginning with its heading.
    Omitted(Vec<Item>),
}

impl Now {
    /// `revised` are the stretches that revisions changed, in order; nothing where nobody says which.
    pub(super) fn new(
        document: &Document,
        paragraphs: &[Sourced<'_>],
        revised: Option<&[RevisedText]>,
    ) -> Now {
        let plain: Vec<Paragraph> = paragraphs.iter().map(|p| p.paragraph.clone()).collect();
        let mut taken = vec![false; document.units.len()];
        let mut units = Vec::new();
        let mut lines = Vec::with_capacity(plain.len());
        let mut at = 0;
        while at < plain.len() {
            let len = unit_len(&plain[at..]);
            let mut unit = unit(&plain[at..at + len]);
            if let Some(revised) = revised {
                unit.revised = Some(revised::of_unit(&plain[at..at + len], at, revised));
            }
            let mut begins = 0;
            for line in &plain[at..at + len] {
                lines.push((units.len(), begins));
                begins += match line.element {
                    ElementType::PageBreak => 0,
                    _ => shown_len(line, usize::MAX) + 1,
                };
            }
            let is_cut = matches!(unit.kind.0, ElementType::Note | ElementType::Boneyard);
            let source = paragraphs[at..at + len]
                .iter()
                .find_map(|paragraph| paragraph.source)
                .and_then(|source| document.remembered.get(source).copied())
                .filter(|source| !taken[source.0] && fits(document, *source, is_cut));
            if let Some(source) = source {
                taken[source.0] = true;
            }
            push_unit(&mut units, unit, source, is_cut);
            at += len;
        }
        let mut now = Now { units, lines };
        now.keep_in_omitted_scenes(document);
        now
    }

    /// The unit that a place of the script is in, and where in its text, in UTF-16 units.
    pub(super) fn place(
        &self,
        paragraphs: &[Sourced<'_>],
        anchor: Anchor,
    ) -> Option<(usize, usize)> {
        let (unit, begins) = *self.lines.get(anchor.paragraph)?;
        let offset = usize::try_from(anchor.offset_utf16).unwrap_or(usize::MAX);
        let within = shown_len(paragraphs[anchor.paragraph].paragraph, offset);
        (unit < self.units.len()).then_some((unit, begins + within))
    }

    /// Cut text that came between two paragraphs of one omitted scene belongs there, too.
    fn keep_in_omitted_scenes(&mut self, document: &Document) {
        let mut before = None;
        let mut pending: Vec<usize> = Vec::new();
        for index in 0..self.units.len() {
            let unit = &self.units[index];
            let is_cut = unit.unit.kind.0 == ElementType::Boneyard;
            let scene = unit
                .source
                .and_then(|source| omitted_scene(document, source));
            if is_cut && scene.is_some() {
                self.stand_as_source(document, index);
                self.units[index].is_note = false;
                if scene == before {
                    for &index in &pending {
                        self.units[index].is_note = false;
                    }
                }
                pending.clear();
                before = scene;
            } else if is_cut && unit.source.is_none() {
                pending.push(index);
            } else {
                pending.clear();
                before = None;
            }
        }
    }

    /// Cut text of a scene that is omitted in the file stays what it is there.
    fn stand_as_source(&mut self, document: &Document, index: usize) {
        let unit = &mut self.units[index];
        if let Some(source) = unit.source {
            unit.unit.kind = document.units[source.0].unit.kind;
        }
    }

    /// The paragraphs of the script, arranged. Cut text whose omitted scene is no more becomes a note.
    pub(super) fn arrange(&mut self, document: &Document) -> Vec<Item> {
        let units: Vec<usize> = (0..self.units.len())
            .filter(|&index| !self.units[index].is_note)
            .collect();
        let arranger = Arranger {
            document,
            now: self,
        };
        let mut loose = Vec::new();
        let items = arranger.arrange(&units, None, false, &mut loose);
        for index in loose {
            self.units[index].is_note = true;
        }
        items
    }
}

/// The omitted scene that a unit of the file stands in.
fn omitted_scene(document: &Document, unit: UnitId) -> Option<EmbedId> {
    let Place::Block(block) = document.units[unit.0].place else {
        return None;
    };
    let mut inside = document.blocks[block.0].parent;
    while let Some(embed) = inside {
        let stands_in = &document.embeds[embed.0];
        if matches!(stands_in.kind, EmbedKind::Omitted | EmbedKind::Folded) {
            return Some(embed);
        }
        inside = document.blocks[stands_in.block.0].parent;
    }
    None
}

/// Adds a unit, and notes inside its text as units behind it: no paragraph of Final Draft's holds text that isn't printed.
fn push_unit(units: &mut Vec<NowUnit>, mut unit: Unit, source: Option<UnitId>, is_cut: bool) {
    let mut hidden: Vec<(usize, ElementType, Vec<Styled>)> = Vec::new();
    let mut at = 0;
    if let Some(revised) = &mut unit.revised
        && !is_cut
    {
        let mut text = unit.text.iter();
        revised.retain(|_| text.next().is_none_or(|(_, styles)| styles.is_printed()));
    }
    let kind = unit.kind.0;
    unit.text.retain_mut(|(c, styles)| {
        let element = match *styles {
            styles if styles.contains(Styles::BONEYARD) => ElementType::Boneyard,
            styles if styles.contains(Styles::NOTE) => ElementType::Note,
            _ => {
                at += c.len_utf16();
                return true;
            }
        };
        *styles = styles.with(Styles::BONEYARD | Styles::NOTE, false);
        if is_cut {
            return true;
        }
        match hidden.last_mut() {
            Some((place, kind, text)) if *place == at && *kind == element => {
                text.push((*c, *styles))
            }
            _ => hidden.push((at, element, vec![(*c, *styles)])),
        }
        false
    });
    let is_only_hidden = unit.text.is_empty() && !hidden.is_empty() && source.is_none();
    if !is_only_hidden {
        units.push(NowUnit {
            unit,
            source,
            kind,
            is_note: is_cut,
            inside: None,
        });
    }
    units.extend(hidden.into_iter().map(|(at, element, text)| NowUnit {
        unit: Unit {
            kind: (element, 0),
            text,
            ..Unit::default()
        },
        source: None,
        kind: element,
        is_note: true,
        inside: (!is_only_hidden).then_some(at),
    }));
}

/// Notes come from notes, and cut text from either; everything else from a paragraph.
fn fits(document: &Document, id: UnitId, is_cut: bool) -> bool {
    let source = &document.units[id.0];
    match source.place {
        Place::Note(_) => is_cut,
        Place::Block(_) => {
            !is_cut
                || source.unit.kind.0 == ElementType::Boneyard
                || omitted_scene(document, id).is_some()
        }
    }
}

/// How long the text before an offset is, without what isn't printed, in UTF-16 units.
fn shown_len(paragraph: &Paragraph, offset: usize) -> usize {
    let is_note = matches!(paragraph.element, ElementType::Note | ElementType::Boneyard);
    let mut left = offset;
    let mut len = 0;
    for run in &paragraph.runs {
        let whole = run.text.encode_utf16().count().min(left);
        left -= whole;
        if is_note || run.styles.is_printed() {
            len += whole;
        }
    }
    len
}

struct Arranger<'a> {
    document: &'a Document,
    now: &'a Now,
}

impl Arranger<'_> {
    fn kind(&self, index: usize) -> ElementType {
        self.now.units[index].kind
    }

    /// What stands in `parent`; `loose` takes the cut text that no omitted scene holds.
    fn arrange(
        &self,
        units: &[usize],
        parent: Option<EmbedId>,
        omitted: bool,
        loose: &mut Vec<usize>,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        let single = |index: usize, items: &mut Vec<Item>, loose: &mut Vec<usize>| {
            if omitted || self.kind(index) != ElementType::Boneyard {
                items.push(Item::Unit(index));
            } else {
                loose.push(index);
            }
        };
        let mut at = 0;
        while at < units.len() {
            if parent.is_none() && self.now.units[units[at]].unit.omitted.is_some() {
                let is_heading = |&&index: &&usize| self.kind(index) == ElementType::SceneHeading;
                let behind = units[at + 1..].iter();
                let end = at + 1 + behind.take_while(|index| !is_heading(index)).count();
                items.push(self.omitted(&units[at..end], loose));
                at = end;
                continue;
            }
            let block = self.block_in(units[at], parent);
            let Some(block) =
                block.filter(|block| !self.document.blocks[block.0].embeds.is_empty())
            else {
                single(units[at], &mut items, loose);
                at += 1;
                continue;
            };
            let end = at + self.extent(&units[at..], block, parent);
            match self.block(&units[at..end], block, omitted, loose) {
                Some(item) => items.push(item),
                None => {
                    for &index in &units[at..end] {
                        single(index, &mut items, loose);
                    }
                }
            }
            at = end;
        }
        let kind = parent.map(|parent| self.document.embeds[parent.0].kind);
        if kind == Some(EmbedKind::Dual) {
            return items;
        }
        self.pair(items)
    }

    /// An omitted scene: under the card that stood for it, if there was one.
    fn omitted(&self, units: &[usize], loose: &mut Vec<usize>) -> Item {
        let source = self.now.units[units[0]].source;
        let embed = source.and_then(|source| omitted_scene(self.document, source));
        let folded = embed.filter(|embed| {
            let embed = &self.document.embeds[embed.0];
            embed.kind == EmbedKind::Folded && self.document.blocks[embed.block.0].parent.is_none()
        });
        let (heading, rest) = units.split_at(1);
        let mut items = vec![Item::Unit(heading[0])];
        items.extend(self.arrange(rest, folded, false, loose));
        match folded {
            Some(embed) => Item::Block {
                block: self.document.embeds[embed.0].block,
                own: None,
                embeds: vec![(embed, items)],
            },
            None => Item::Omitted(items),
        }
    }

    /// The block in `parent` that the unit comes from or that it was inside of.
    fn block_in(&self, index: usize, parent: Option<EmbedId>) -> Option<BlockId> {
        let source = self.now.units[index].source?;
        let Place::Block(mut block) = self.document.units[source.0].place else {
            return None;
        };
        loop {
            let stands_in = self.document.blocks[block.0].parent;
            if stands_in == parent {
                return Some(block);
            }
            block = self.document.embeds[stands_in?.0].block;
        }
    }

    /// Which of a block's embeds the unit comes from.
    fn embed_in(&self, index: usize, block: BlockId) -> Option<EmbedId> {
        let source = self.now.units[index].source?;
        let Place::Block(mut inner) = self.document.units[source.0].place else {
            return None;
        };
        loop {
            let embed = self.document.blocks[inner.0].parent?;
            inner = self.document.embeds[embed.0].block;
            if inner == block {
                return Some(embed);
            }
        }
    }

    /// How many of the units belong to a block that the first one comes from: what came between others of it does, too,
    /// and what goes on with its last speech.
    fn extent(&self, units: &[usize], block: BlockId, parent: Option<EmbedId>) -> usize {
        let mut len = 1;
        for (at, &index) in units.iter().enumerate() {
            match self.block_in(index, parent) {
                Some(found) if found == block => len = at + 1,
                Some(_) => break,
                None if self.now.units[index].source.is_some() => break,
                None => {}
            }
        }
        let embeds = &self.document.blocks[block.0].embeds;
        let is_dual = |embed: &EmbedId| self.document.embeds[embed.0].kind == EmbedKind::Dual;
        if !embeds.iter().any(is_dual) {
            return len;
        }
        let more = units[len..].iter().take_while(|&&index| {
            self.now.units[index].source.is_none() && is_speech(self.kind(index))
        });
        len + more.count()
    }

    /// The block with these units, where it still holds together.
    fn block(
        &self,
        units: &[usize],
        block: BlockId,
        omitted: bool,
        loose: &mut Vec<usize>,
    ) -> Option<Item> {
        let source = &self.document.blocks[block.0];
        let is_own = |&&index: &&usize| {
            self.now.units[index].source.is_some() && self.now.units[index].source == source.unit
        };
        let own = units.iter().find(is_own).copied();
        let inside: Vec<usize> = units.iter().copied().filter(|&i| Some(i) != own).collect();
        let is_card = |unit: UnitId| self.document.units[unit.0].is_card;
        if own.is_none() && source.unit.is_some_and(is_card) {
            // The scene is no longer omitted.
            return None;
        }
        let had_inside = |embed: &EmbedId| !self.document.embeds[embed.0].blocks.is_empty();
        let is_emptied = inside.is_empty() && source.embeds.iter().any(had_inside);
        if own.is_some() != source.unit.is_some() || is_emptied {
            return None;
        }
        let mut lists: Vec<(EmbedId, Vec<usize>)> = source
            .embeds
            .iter()
            .map(|&embed| (embed, Vec::new()))
            .collect();
        let mut current = 0;
        for index in inside {
            let embed = self.embed_in(index, block);
            let place = embed.and_then(|embed| {
                let ids = &source.embeds;
                ids.binary_search_by_key(&embed.0, |embed| embed.0).ok()
            });
            current = place.unwrap_or(current);
            lists[current].1.push(index);
        }
        if !lists.iter().all(|(embed, units)| self.holds(*embed, units)) {
            return None;
        }
        let mut arranged = |(embed, units): (EmbedId, Vec<usize>)| {
            let omitted = omitted || self.document.embeds[embed.0].kind != EmbedKind::Dual;
            let items = self.arrange(&units, Some(embed), omitted, loose);
            (embed, items)
        };
        Some(Item::Block {
            block,
            own,
            embeds: lists.into_iter().map(&mut arranged).collect(),
        })
    }

    fn holds(&self, embed: EmbedId, units: &[usize]) -> bool {
        let source = &self.document.embeds[embed.0];
        match source.kind {
            EmbedKind::Omitted | EmbedKind::Folded => units
                .iter()
                .all(|&index| self.kind(index) == ElementType::Boneyard),
            EmbedKind::Dual => {
                let was_dual = source.blocks.iter().any(|block| {
                    let unit = self.document.blocks[block.0].unit;
                    unit.is_some_and(|unit| self.document.units[unit.0].unit.dual)
                });
                let is_dual = units.iter().any(|&index| self.now.units[index].unit.dual);
                is_dual || !was_dual
            }
        }
    }

    /// Puts a speech that stands to the right of the one before it beside that one.
    fn pair(&self, items: Vec<Item>) -> Vec<Item> {
        let mut out: Vec<Item> = Vec::with_capacity(items.len());
        let mut items = items.into_iter().peekable();
        while let Some(item) = items.next() {
            let left = match item {
                Item::Unit(index) if self.now.units[index].unit.dual => self.speech_before(&out),
                _ => None,
            };
            let Some(left) = left else {
                out.push(item);
                continue;
            };
            let mut both = out.split_off(left);
            both.push(item);
            while let Some(item) = items.next_if(|item| self.is_speech(item)) {
                both.push(item);
            }
            out.push(Item::Dual(both));
        }
        out
    }

    /// Where the speech begins that these items end with.
    fn speech_before(&self, items: &[Item]) -> Option<usize> {
        let cue = items.iter().rposition(|item| !self.is_speech(item))?;
        match items[cue] {
            Item::Unit(index) if self.kind(index) == ElementType::Character => Some(cue),
            _ => None,
        }
    }

    fn is_speech(&self, item: &Item) -> bool {
        matches!(item, Item::Unit(index) if is_speech(self.kind(*index)))
    }
}
