//! Which setups leave room for text: every field's range, and what stands in for a bad one.

use crate::settings::{ElementStyle, PageSetup};
use crate::units::Points;
use scriptroom_paragraphs::ElementType;

/// A field of a [`PageSetup`] that is out of its range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {field} from {from} to {to}{unit}, got {got}")]
pub struct SettingsError {
    /// The field, such as `dialogue.right`.
    pub field: String,
    /// The smallest value that it may have.
    pub from: i32,
    /// The largest value that it may have.
    pub to: i32,
    /// The value that it had.
    pub got: i32,
    /// What the numbers count, such as ` points`.
    pub unit: &'static str,
}

const HUNDREDTHS: &str = " hundredths of an inch";
const POINTS: &str = " points";

/// The ranges' outer limits: a page of 1″ to 100″, so that no sum overflows.
const PAGE_POINTS: (i32, i32) = (72, 7_200);
const PAGE_HUNDREDTHS: (i32, i32) = (100, 10_000);

/// All that is wrong. What an element may be depends on how wide the page is, and on nothing else of it.
pub(crate) fn errors(setup: &PageSetup) -> Vec<SettingsError> {
    let mut errors = page_errors(setup);
    let decides =
        |error: &SettingsError| matches!(error.field.as_str(), "width" | "chars-per-ten-inches");
    if !errors.iter().any(decides) {
        for element in ElementType::ALL {
            errors.extend(style_errors(
                setup,
                element.name(),
                setup.elements.of(element),
            ));
        }
    }
    errors
}

/// The setup with what is wrong taken from `fallback`, and what was wrong. The page is taken as
/// a whole, since its size, margins and lines belong together; so is each element's style.
pub(crate) fn mend(mut setup: PageSetup, fallback: &PageSetup) -> (PageSetup, Vec<SettingsError>) {
    let mut errors = page_errors(&setup);
    if !errors.is_empty() {
        setup = PageSetup {
            elements: setup.elements,
            continueds: setup.continueds,
            break_at_sentences: setup.break_at_sentences,
            prints_hidden_text: setup.prints_hidden_text,
            ..fallback.clone()
        };
    }
    for element in ElementType::ALL {
        let wrong = style_errors(&setup, element.name(), setup.elements.of(element));
        if wrong.is_empty() {
            continue;
        }
        errors.extend(wrong);
        *setup.elements.of_mut(element) = *fallback.elements.of(element);
        if !style_errors(&setup, "", setup.elements.of(element)).is_empty() {
            // The preset's style does not fit on this page: then the whole preset it is.
            return (fallback.clone(), errors);
        }
    }
    (setup, errors)
}

/// Collects the values that are out of range.
struct Ranges(Vec<SettingsError>);

impl Ranges {
    fn expect(&mut self, field: &str, got: i32, (from, to): (i32, i32), unit: &'static str) {
        if !(from..=to).contains(&got) {
            self.0.push(SettingsError {
                field: field.to_owned(),
                from,
                to,
                got,
                unit,
            });
        }
    }
}

fn page_errors(setup: &PageSetup) -> Vec<SettingsError> {
    let mut ranges = Ranges(Vec::new());
    let Points(height) = setup.height;
    let Points(leading) = setup.leading;
    let width = setup.width.in_hundredths();
    ranges.expect("width", width, PAGE_HUNDREDTHS, HUNDREDTHS);
    ranges.expect("height", height, PAGE_POINTS, POINTS);
    ranges.expect("leading", leading, (4, 144), POINTS);
    ranges.expect(
        "chars-per-ten-inches",
        setup.chars_per_ten_inches,
        (10, 1_000),
        " characters",
    );
    let page_number = i32::try_from(setup.first_page_number).unwrap_or(i32::MAX);
    ranges.expect("first-page-number", page_number, (0, 100_000), "");
    if !ranges.0.is_empty() {
        return ranges.0;
    }
    let room = height - leading;
    ranges.expect("top-margin", setup.top_margin.0, (0, room), POINTS);
    ranges.expect("bottom-margin", setup.bottom_margin.0, (0, room), POINTS);
    if ranges.0.is_empty() {
        let room = room - setup.top_margin.0;
        ranges.expect("bottom-margin", setup.bottom_margin.0, (0, room), POINTS);
    }
    if let Some(lines) = setup.lines {
        let lines = i32::try_from(lines).unwrap_or(i32::MAX);
        ranges.expect("lines", lines, (1, height / leading), " lines");
    }
    ranges.0
}

/// What is wrong with one element's style on this page.
pub(crate) fn style_errors(
    setup: &PageSetup,
    name: &str,
    style: &ElementStyle,
) -> Vec<SettingsError> {
    let mut ranges = Ranges(Vec::new());
    let field = |field: &str| format!("{name}.{field}");
    let page = setup.width.in_hundredths();
    let left = style.left.in_hundredths();
    // The narrowest line that holds a wide character.
    let narrowest = 2_000 / setup.chars_per_ten_inches + 1;
    ranges.expect(&field("left"), left, (0, page - narrowest), HUNDREDTHS);
    if ranges.0.is_empty() {
        let right = style.right.in_hundredths();
        let limits = (left + narrowest, page.max(left + narrowest));
        ranges.expect(&field("right"), right, limits, HUNDREDTHS);
    }
    if ranges.0.is_empty() {
        let right = style.right.in_hundredths();
        let first = style.first_indent.in_hundredths();
        let limits = (-left, (right - left - narrowest).max(-left));
        ranges.expect(&field("first-indent"), first, limits, HUNDREDTHS);
    }
    let Points(space) = style.space_before;
    ranges.expect(&field("space-before"), space, (0, 7_200), POINTS);
    ranges.expect(
        &field("line-spacing"),
        style.line_spacing,
        (50, 400),
        " hundredths",
    );
    ranges.0
}
