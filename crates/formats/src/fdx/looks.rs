//! How paragraphs of a file stand that do not stand as their element does: those of a writer's own elements, and those that
//! say it themselves.

use scriptroom_pages::{ElementStyle, Look, PageSetup};
use scriptroom_paragraphs::ElementType;

use super::document::{Document, Place};
use super::xml::NodeId;

/// A file has a look for each of its own elements, and few others: paragraphs with still another one stand as their
/// element does.
const MOST_LOOKS: usize = 500;

impl Document {
    /// The looks of the paragraphs, on the page that the file sets up.
    pub(super) fn looks(&self, setup: &PageSetup) -> Vec<Look> {
        let mut looks: Vec<Look> = Vec::new();
        let mut named: Vec<(String, ElementStyle)> = Vec::new();
        let paragraphs = self.script().paragraphs.iter();
        let numbers = self.unit_of.iter().zip(self.sources());
        for (paragraph, (unit, &source)) in paragraphs.zip(numbers) {
            let element = paragraph.element;
            let of_element = setup.elements.of(element);
            let (Place::Block(block), true) = (self.units[unit.0].place, element.is_printed())
            else {
                continue;
            };
            let node = self.blocks[block.0].node;
            let name = self.attribute(node, "Type").unwrap_or_default();
            let known = named.iter().find(|(known, _)| *known == name);
            let of_name = known.map(|(_, style)| *style).unwrap_or_else(|| {
                let style = self.style_named(&name, element, of_element);
                named.push((name, style));
                style
            });
            let style = self.own_style(node, element, &of_name);
            let Ok(source) = u32::try_from(source) else {
                continue;
            };
            if style == *of_element {
                continue;
            }
            let same = |look: &Look| look.element == element && look.style == style;
            match looks.iter().position(same) {
                Some(known) => add(&mut looks[known], source),
                None if looks.len() < MOST_LOOKS => looks.push(Look {
                    element,
                    style,
                    sources: vec![source..=source],
                }),
                None => {}
            }
        }
        looks.retain(|look| look.is_sound(setup));
        looks
    }

    /// How paragraphs of a name stand.
    fn style_named(
        &self,
        name: &str,
        element: ElementType,
        of_element: &ElementStyle,
    ) -> ElementStyle {
        let setting = |setting: &str| self.settings_named(name, "ParagraphSpec", setting);
        self.style_by(&setting, element, of_element)
    }

    /// How a paragraph stands that says so itself. That it starts a page is a page break before it.
    fn own_style(
        &self,
        node: NodeId,
        element: ElementType,
        of_name: &ElementStyle,
    ) -> ElementStyle {
        let style = self.style_by(&|setting| self.attribute(node, setting), element, of_name);
        ElementStyle {
            starts_page: style.starts_page && of_name.starts_page,
            ..style
        }
    }
}

fn add(look: &mut Look, source: u32) {
    match look.sources.last_mut() {
        Some(last) if last.end() + 1 == source => *last = *last.start()..=source,
        _ => look.sources.push(source..=source),
    }
}
