//! The colour of a scene: the `Color` in the `<SceneProperties>` of its heading, which has sixteen bits a channel.

use scriptroom_paragraphs::Color;

use super::document::Document;
use super::rewrite::gap_before;
use super::xml::NodeId;
use super::xml::text::with_attribute;

impl Document {
    /// Forgets what colours the file says: they stay as they are in it wherever the script has none. For a script that
    /// [`COLORED`](super::COLORED) was not written into.
    pub fn leave_colors(&mut self) {
        for source in &mut self.units {
            source.unit.color = None;
        }
    }

    /// What a paragraph's scene properties say; nothing where they say no colour, or none that is known.
    pub(super) fn scene_color(&self, paragraph: NodeId) -> Option<Color> {
        let properties = self.child(paragraph, "SceneProperties")?;
        read(&self.attribute(properties, "Color")?)
    }

    /// Scene properties of the file, all as they are but for the colour.
    pub(super) fn recolored(&self, properties: NodeId, color: Option<Color>) -> String {
        let tag = self.tree.open_tag(properties, &self.source);
        let tag = with_attribute(tag, "Color", color.map(written).as_deref());
        let place = self.node(properties);
        format!("{tag}{}", &self.source[place.open_end..place.end])
    }

    /// Scene properties for a paragraph of the file that has none, with what stands before its first element.
    pub(super) fn new_properties(&self, paragraph: NodeId, color: Option<Color>) -> String {
        let first = self.tree.children(paragraph).next();
        let lead = first.map_or("", |first| gap_before(&self.source, self.node(first).start));
        color.map_or_else(String::new, |color| {
            format!("{lead}{}", scene_properties(color))
        })
    }
}

/// Scene properties that no file has yet.
pub(super) fn scene_properties(color: Color) -> String {
    with_attribute("<SceneProperties/>", "Color", Some(&written(color)))
}

/// `#D0D0E1E1F2F2`, or with two digits a channel as other programs write it.
fn read(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return text.parse().ok();
    }
    let high = [0, 4, 8].map(|at| &digits[at..at + 2]);
    format!("#{}", high.concat()).parse().ok()
}

fn written(color: Color) -> String {
    let digits = color.to_string().to_ascii_uppercase();
    let channels = [1, 3, 5].map(|at| digits[at..at + 2].repeat(2));
    format!("#{}", channels.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_from_four_or_two_digits_a_channel_and_written_with_four() {
        let color = Color([0xd0, 0xe1, 0xf2]);
        for text in ["#D0D0E1E1F2F2", "#d000E1FFf280", "#D0E1F2"] {
            assert_eq!(read(text), Some(color), "{text}");
        }
        assert_eq!(written(color), "#D0D0E1E1F2F2");
        for text in [
            "",
            "#",
            "red",
            "#D0D0E1E1F2F",
            "#D0D0E1E1F2FG",
            "#ééé123123",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
