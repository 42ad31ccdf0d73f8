//! A unit: what stands in one paragraph of Final Draft's, compared and converted.
//!
//! Final Draft keeps the lines of a block in one paragraph, with line breaks in its text, and a page break as an
//! attribute of the paragraph behind it. Here the lines are paragraphs, the second and further ones
//! [`joined`](scriptroom_paragraphs::Attributes::joined), and a page break is one too.

use scriptroom_paragraphs::{Color, ElementType, Paragraph, Styles};

use super::document::is_break;
use super::element::Kind;

/// A character in its styles.
pub(super) type Styled = (char, Styles);

/// One paragraph of Final Draft's, as plain data. Its text has `\n` where a line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) kind: Kind,
    pub(super) number: Option<String>,
    /// What colour its `<SceneProperties>` say, on scene headings.
    pub(super) color: Option<Color>,
    pub(super) page_break: bool,
    pub(super) text: Vec<Styled>,
    /// For the arrangement only: the file says it by where the paragraph stands.
    pub(super) dual: bool,
    /// Likewise: the heading of an omitted scene, whose number stands on the card above it.
    pub(super) omitted: Option<Card>,
    /// Of each character the number of the revision that changed it, 0 for none; nothing where nobody says.
    pub(super) revised: Option<Vec<usize>>,
}

/// What stands for an omitted scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) number: Option<String>,
}

impl Unit {
    /// Whether the two are the same paragraph; where it stands isn't asked.
    pub(super) fn says_the_same(&self, other: &Unit) -> bool {
        self.kind == other.kind
            && self.number == other.number
            && self.color == other.color
            && self.page_break == other.page_break
            && self.text == other.text
            && self.is_revised_as(other)
    }

    /// Whether the same revisions changed the two, as far as both say so. A line break is in none.
    fn is_revised_as(&self, other: &Unit) -> bool {
        let (Some(one), Some(other)) = (&self.revised, &other.revised) else {
            return true;
        };
        let pairs = self.text.iter().zip(one.iter().zip(other));
        pairs
            .into_iter()
            .all(|((c, _), (a, b))| is_break(*c) || a == b)
    }

    pub(super) fn len_utf16(&self) -> usize {
        len_utf16(&self.text)
    }

    /// The paragraphs that it reads as.
    pub(super) fn paragraphs(&self) -> Vec<Paragraph> {
        let (element, depth) = self.kind;
        let mut paragraphs = Vec::new();
        if self.page_break {
            paragraphs.push(Paragraph::new(ElementType::PageBreak, ""));
        }
        for (index, line) in self.text.split(|(c, _)| *c == '\n').enumerate() {
            let mut paragraph = Paragraph {
                element,
                ..Paragraph::default()
            };
            paragraph.attributes.depth = depth;
            paragraph.attributes.joined = index > 0;
            if index == 0 {
                let card = self.omitted.as_ref();
                let number = card.map_or(&self.number, |card| &card.number);
                paragraph.attributes.scene_number.clone_from(number);
                paragraph.attributes.omitted = card.is_some();
                paragraph.attributes.color = self.color;
                paragraph.attributes.dual = self.dual;
            }
            for run in line.chunk_by(|a, b| a.1 == b.1) {
                let text: String = run.iter().map(|(c, _)| *c).collect();
                paragraph.push(&text, run[0].1);
            }
            paragraphs.push(paragraph);
        }
        paragraphs
    }
}

pub(super) fn len_utf16(text: &[Styled]) -> usize {
    text.iter().map(|(c, _)| c.len_utf16()).sum()
}

/// Whether a unit of this kind can have more than one line.
pub(super) fn has_lines(element: ElementType) -> bool {
    !matches!(
        element,
        ElementType::SceneHeading | ElementType::Character | ElementType::PageBreak
    )
}

/// How many of the first paragraphs make one unit.
pub(super) fn unit_len(paragraphs: &[Paragraph]) -> usize {
    let Some(first) = paragraphs.first() else {
        return 0;
    };
    if first.element == ElementType::PageBreak {
        let behind = &paragraphs[1..];
        let printed = behind.first().is_some_and(|next| next.element.is_printed());
        return if printed { 1 + unit_len(behind) } else { 1 };
    }
    if !has_lines(first.element) {
        return 1;
    }
    let same = |next: &&Paragraph| next.attributes.joined && next.element == first.element;
    1 + paragraphs[1..].iter().take_while(same).count()
}

/// The unit that these paragraphs make; they are as many as [`unit_len`] says. A page break that no printed paragraph
/// follows is one of an empty line.
pub(super) fn unit(paragraphs: &[Paragraph]) -> Unit {
    let page_break = paragraphs[0].element == ElementType::PageBreak;
    let lines = &paragraphs[usize::from(page_break)..];
    let Some(first) = lines.first() else {
        return Unit {
            page_break,
            ..Unit::default()
        };
    };
    let mut text = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push(('\n', Styles::NONE));
        }
        for run in &line.runs {
            text.extend(run.text.chars().map(|c| (c, run.styles)));
        }
    }
    let attributes = &first.attributes;
    let is_heading = first.element == ElementType::SceneHeading;
    let depth = match first.element {
        ElementType::Section => attributes.depth.clamp(1, 6),
        _ => 0,
    };
    let number = attributes
        .scene_number
        .clone()
        .filter(|number| is_heading && !number.is_empty());
    let (number, omitted) = match is_heading && attributes.omitted {
        true => (None, Some(Card { number })),
        false => (number, None),
    };
    Unit {
        kind: (first.element, depth),
        number,
        color: attributes.color.filter(|_| is_heading),
        page_break,
        text,
        dual: attributes.dual && first.element == ElementType::Character,
        omitted,
        revised: None,
    }
}
