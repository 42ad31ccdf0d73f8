//! The page of a file as the page setup of a script, and what of it is written where the script says another.
//!
//! | in the file | in the setup |
//! |---|---|
//! | `PageSize`, `PageLayout` | the paper, its margins, breaks at sentences |
//! | `HeaderAndFooter` | the number of the first page |
//! | `MoresAndContinueds` | how speeches and scenes go on over a page's end |
//! | `ElementSettings` | each element's place, its spacing, what it is laid out as |
//!
//! Final Draft has no name for the rest of a setup (the leading, the gap of dual dialogue, whether notes are printed). A
//! count of lines becomes the margin below that leaves them.

use scriptroom_pages::{
    Alignment, Continueds, ElementStyle, Inches, PageSetup, Points, Preset, Settings,
};
use scriptroom_paragraphs::ElementType;

use super::attributes::Attributes;
use super::document::Document;
use super::element;
use super::encode::Edit;

/// Elements that a file may have settings for.
const MOST_ELEMENTS: usize = 200;

/// An inch in points.
const INCH: f64 = 72.0;

/// Where in a file a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Layout,
    Size,
    Header,
    Speeches,
    Scenes,
    /// How an element stands on the page.
    Style(ElementType),
    /// What it is laid out as.
    Behavior(ElementType),
}

/// An attribute for a setting; without a value the file may keep what it has.
type Said = (At, &'static str, Option<String>);

impl Document {
    /// The page setup of the file: the preset that is nearest to it, and its settings. What the file doesn't say, or what
    /// leaves no room for text, is the preset's.
    #[must_use]
    pub fn page(&self) -> (Preset, Settings) {
        let setup = self.page_setup();
        let presets = [Preset::FinalDraft, Preset::FinalDraftA4];
        let nearest = presets
            .into_iter()
            .min_by_key(|preset| setup.overrides_of(*preset).len());
        let preset = nearest.unwrap_or_default();
        let (settings, _) = Settings::with_fallback(setup, preset);
        let looks = self.looks(settings.setup());
        (preset, settings.with_looks(looks))
    }

    /// What makes the file say this page setup; nothing where it is the file's own.
    pub(super) fn write_page(&self, settings: &Settings) -> Vec<Edit> {
        let line = self.line();
        let (_, own) = self.page();
        let own = said(own.setup(), line);
        let wanted = said(settings.setup(), line);
        let mut attributes = Attributes::default();
        for ((at, name, value), (_, _, before)) in wanted.into_iter().zip(own) {
            if let Some(value) = value.filter(|value| Some(value) != before.as_ref()) {
                at.set(&mut attributes, name, value);
            }
        }
        attributes.write(self)
    }

    fn page_setup(&self) -> PageSetup {
        let preset = Preset::FinalDraft.setup();
        let value = |path: &[&str], name: &str| self.value_at(path, name);
        let layout = |name| value(&["PageLayout"], name);
        let speech = |name| value(&["MoresAndContinueds", "DialogueBreaks"], name);
        let scene = |name| value(&["MoresAndContinueds", "SceneBreaks"], name);
        let size = |name| value(&["PageLayout", "PageSize"], name);
        let margin = |name, own| points(layout(name)).map_or(own, Points);
        let height = size("Height").and_then(|inches| inches.trim().parse::<f64>().ok());
        let mark = |on: Option<String>, text: Option<String>, own: &Option<String>| match on {
            Some(on) if is_yes(&on) => text.or_else(|| own.clone()),
            Some(_) => None,
            None => own.as_ref().map(|own| text.unwrap_or_else(|| own.clone())),
        };
        let own = &preset.continueds;
        let mut elements = preset.elements.clone();
        for element in ElementType::ALL {
            *elements.of_mut(element) = self.style_of(element, elements.of(element));
        }
        PageSetup {
            width: hundredths(size("Width")).map_or(preset.width, Inches::hundredths),
            height: height.map_or(preset.height, in_points),
            top_margin: margin("TopMargin", preset.top_margin),
            bottom_margin: margin("BottomMargin", preset.bottom_margin),
            continueds: Continueds {
                more: mark(speech("BottomOfPage"), speech("DialogueBottom"), &own.more),
                contd: mark(speech("TopOfNext"), speech("DialogueTop"), &own.contd),
                automatic_contd: flag(speech("AutomaticCharacterContinueds"), own.automatic_contd),
                scene_bottom: mark(
                    scene("SceneBottomOfPage"),
                    scene("SceneBottom"),
                    &own.scene_bottom,
                ),
                scene_top: mark(scene("SceneTopOfNext"), scene("SceneTop"), &own.scene_top),
                scene_numbers: flag(scene("ContinuedNumber"), own.scene_numbers),
            },
            break_at_sentences: flag(
                layout("BreakDialogueAndActionAtSentences"),
                preset.break_at_sentences,
            ),
            first_page_number: value(&["HeaderAndFooter"], "StartingPage")
                .and_then(|number| number.trim().parse().ok())
                .unwrap_or(preset.first_page_number),
            elements,
            ..preset
        }
    }

    fn value_at(&self, path: &[&str], name: &str) -> Option<String> {
        let inside = path
            .iter()
            .try_fold(self.root, |node, name| self.child(node, name));
        self.attribute(inside?, name)
    }

    fn settings_of(&self, element: ElementType, inner: &str, name: &str) -> Option<String> {
        self.settings_named(settings_name(element)?, inner, name)
    }

    pub(super) fn settings_named(&self, named: &str, inner: &str, name: &str) -> Option<String> {
        let is = |same: fn(&str, &str) -> bool| {
            let mut settings = self
                .children_named(self.root, "ElementSettings")
                .take(MOST_ELEMENTS);
            settings.find(|&node| same(&self.attribute(node, "Type").unwrap_or_default(), named))
        };
        let found = is(str::eq).or_else(|| is(str::eq_ignore_ascii_case));
        self.attribute(self.child(found?, inner)?, name)
    }

    /// How an element stands, where the file says so; `own` is the preset's.
    fn style_of(&self, element: ElementType, own: &ElementStyle) -> ElementStyle {
        let value = |name: &str| self.settings_of(element, "ParagraphSpec", name);
        ElementStyle {
            breaks_as: self.breaks_as(element).unwrap_or(own.breaks_as),
            ..self.style_by(&value, element, own)
        }
    }

    /// The style that these attributes say; what they don't say is as in `own`.
    pub(super) fn style_by(
        &self,
        value: &dyn Fn(&str) -> Option<String>,
        element: ElementType,
        own: &ElementStyle,
    ) -> ElementStyle {
        let is_centered = element == ElementType::Centered;
        ElementStyle {
            left: hundredths(value("LeftIndent")).map_or(own.left, Inches::hundredths),
            right: hundredths(value("RightIndent")).map_or(own.right, Inches::hundredths),
            first_indent: hundredths(value("FirstIndent"))
                .map_or(own.first_indent, Inches::hundredths),
            alignment: match value("Alignment").as_deref() {
                _ if is_centered => Alignment::Center,
                Some("Center") => Alignment::Center,
                Some("Right") => Alignment::Right,
                Some(_) => Alignment::Left,
                None => own.alignment,
            },
            space_before: points(value("SpaceBefore")).map_or(own.space_before, |space| {
                Points(as_lines(space, self.line()))
            }),
            line_spacing: hundredths(value("Spacing")).unwrap_or(own.line_spacing),
            starts_page: flag(value("StartsNewPage"), own.starts_page),
            breaks_as: own.breaks_as,
        }
    }

    fn breaks_as(&self, element: ElementType) -> Option<ElementType> {
        if element == ElementType::Centered {
            return None;
        }
        let name = self.settings_of(element, "Behavior", "PaginateAs")?;
        let (kind, _) = element::kind(&name, false, &self.own_names);
        Some(kind)
    }

    /// The points that the file counts a line as: older versions of Final Draft wrote 11.
    fn line(&self) -> i32 {
        let action = points(self.settings_of(ElementType::Action, "ParagraphSpec", "SpaceBefore"));
        match action {
            Some(space) if space > 0 && space % 11 == 0 => 11,
            _ => 12,
        }
    }
}

impl At {
    fn set(self, attributes: &mut Attributes, name: &'static str, value: String) {
        let mut set = |outer, of, inner| attributes.set(outer, of, inner, name, value.clone());
        match self {
            At::Layout => set("PageLayout", None, None),
            At::Size => set("PageLayout", None, Some("PageSize")),
            At::Header => set("HeaderAndFooter", None, None),
            At::Speeches => set("MoresAndContinueds", None, Some("DialogueBreaks")),
            At::Scenes => set("MoresAndContinueds", None, Some("SceneBreaks")),
            At::Style(element) => set(
                "ElementSettings",
                settings_name(element),
                Some("ParagraphSpec"),
            ),
            At::Behavior(element) => {
                set("ElementSettings", settings_name(element), Some("Behavior"));
            }
        }
    }
}

/// What a file says of a setup, each setting in its place and always in the same order.
fn said(setup: &PageSetup, line: i32) -> Vec<Said> {
    let mut said = said_of_pages(setup);
    for element in ElementType::ALL {
        if element != ElementType::Centered && settings_name(element).is_some() {
            said.extend(said_of_element(element, setup.elements.of(element), line));
        }
    }
    said
}

fn said_of_pages(setup: &PageSetup) -> Vec<Said> {
    let bottom = match setup.lines {
        None => setup.bottom_margin,
        Some(lines) => setup.height - setup.top_margin - body(setup, lines),
    };
    let continueds = &setup.continueds;
    vec![
        (At::Size, "Width", Some(inches(setup.width))),
        (At::Size, "Height", Some(in_inches(setup.height))),
        (At::Layout, "TopMargin", number(setup.top_margin.0)),
        (At::Layout, "BottomMargin", number(bottom.0)),
        (
            At::Layout,
            "BreakDialogueAndActionAtSentences",
            yes(setup.break_at_sentences),
        ),
        (
            At::Header,
            "StartingPage",
            Some(setup.first_page_number.to_string()),
        ),
        (At::Speeches, "BottomOfPage", yes(continueds.more.is_some())),
        (At::Speeches, "DialogueBottom", continueds.more.clone()),
        (At::Speeches, "TopOfNext", yes(continueds.contd.is_some())),
        (At::Speeches, "DialogueTop", continueds.contd.clone()),
        (
            At::Speeches,
            "AutomaticCharacterContinueds",
            yes(continueds.automatic_contd),
        ),
        (
            At::Scenes,
            "SceneBottomOfPage",
            yes(continueds.scene_bottom.is_some()),
        ),
        (At::Scenes, "SceneBottom", continueds.scene_bottom.clone()),
        (
            At::Scenes,
            "SceneTopOfNext",
            yes(continueds.scene_top.is_some()),
        ),
        (At::Scenes, "SceneTop", continueds.scene_top.clone()),
        (At::Scenes, "ContinuedNumber", yes(continueds.scene_numbers)),
    ]
}

fn said_of_element(element: ElementType, style: &ElementStyle, line: i32) -> [Said; 8] {
    let alignment = match style.alignment {
        Alignment::Left => "Left",
        Alignment::Center => "Center",
        Alignment::Right => "Right",
    };
    let space = as_written(style.space_before.0, line);
    let breaks_as = settings_name(style.breaks_as).unwrap_or("General");
    let at = At::Style(element);
    [
        (at, "LeftIndent", Some(inches(style.left))),
        (at, "RightIndent", Some(inches(style.right))),
        (at, "FirstIndent", Some(inches(style.first_indent))),
        (at, "Alignment", Some(alignment.to_owned())),
        (at, "SpaceBefore", number(space)),
        (at, "Spacing", Some(spacing(style.line_spacing))),
        (at, "StartsNewPage", yes(style.starts_page)),
        (
            At::Behavior(element),
            "PaginateAs",
            Some(breaks_as.to_owned()),
        ),
    ]
}

fn yes(is: bool) -> Option<String> {
    Some(if is { "Yes" } else { "No" }.to_owned())
}

fn number(number: i32) -> Option<String> {
    Some(number.to_string())
}

fn body(setup: &PageSetup, lines: u32) -> Points {
    let lines = i32::try_from(lines).unwrap_or(i32::MAX);
    Points(setup.leading.0.saturating_mul(lines))
}

/// The element that a file has settings for; centred text stands as its action does.
fn settings_name(element: ElementType) -> Option<&'static str> {
    match element {
        ElementType::Centered => Some("Action"),
        ElementType::Synopsis => None,
        element => element::known_name(element),
    }
}

fn is_yes(value: &str) -> bool {
    value == "Yes"
}

fn flag(value: Option<String>, own: bool) -> bool {
    value.map_or(own, |value| is_yes(&value))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and what is no length of a page is refused by the settings"
)]
fn hundredths(value: Option<String>) -> Option<i32> {
    let number: f64 = value?.trim().parse().ok()?;
    Some((number * 100.0).round() as i32)
}

fn points(value: Option<String>) -> Option<i32> {
    let value = value?;
    value.trim().parse().ok()
}

/// A height of so many inches: what is begun of a point is none.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and what is no height of a page is refused by the settings"
)]
fn in_points(inches: f64) -> Points {
    Points((inches * INCH + 0.005).floor() as i32)
}

/// A height in inches, with as many digits as it takes to be read as the same.
fn in_inches(points: Points) -> String {
    let inches = f64::from(points.0) / INCH;
    let short = format!("{inches:.2}");
    match short.parse::<f64>().map(in_points) {
        Ok(read) if read == points => short,
        _ => format!("{:.4}", inches + 0.00005),
    }
}

fn inches(inches: Inches) -> String {
    format!("{:.2}", f64::from(inches.in_hundredths()) / 100.0)
}

fn spacing(hundredths: i32) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        _ => format!("{:.2}", f64::from(hundredths) / 100.0),
    }
}

fn as_lines(written: i32, line: i32) -> i32 {
    match line {
        11 => written.saturating_mul(12).saturating_add(5) / 11,
        _ => written,
    }
}

fn as_written(space: i32, line: i32) -> i32 {
    match line {
        11 => space.saturating_mul(11).saturating_add(6) / 12,
        _ => space,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_read_as_they_are_written() {
        for height in 400..1500 {
            let written = in_inches(Points(height));
            let read: f64 = written.parse().expect("a number");
            assert_eq!(in_points(read), Points(height), "{written}");
        }
        assert_eq!(in_inches(Points(792)), "11.00");
        assert_eq!(in_points(11.69), Points(841));
    }

    #[test]
    fn a_line_of_eleven_points_is_one_of_twelve() {
        for lines in 0..6 {
            assert_eq!(as_lines(lines * 11, 11), lines * 12);
            assert_eq!(as_written(lines * 12, 11), lines * 11);
        }
    }
}
