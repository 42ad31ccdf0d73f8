//! The presets, as data: a script names one and may override it.

use crate::settings::{Alignment, Continueds, ElementStyle, ElementStyles, PageSetup};
use crate::units::{Inches, Points};
use scriptroom_paragraphs::ElementType;

/// A named page setup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Final Draft's defaults on US Letter.
    #[default]
    FinalDraft,
    /// Final Draft's defaults on A4.
    FinalDraftA4,
    /// What the Fountain programs afterwriting and betterfountain print, on US Letter.
    Fountain,
    /// The same on A4.
    FountainA4,
    /// A stage play as the Dramatists Guild has it now.
    StageModern,
    /// A stage play in the traditional format.
    StageTraditional,
    /// The BBC's screenplay format, on A4.
    Bbc,
}

impl Preset {
    /// All of them.
    pub const ALL: [Preset; 7] = [
        Preset::FinalDraft,
        Preset::FinalDraftA4,
        Preset::Fountain,
        Preset::FountainA4,
        Preset::StageModern,
        Preset::StageTraditional,
        Preset::Bbc,
    ];

    /// The name that stands in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Preset::FinalDraft => "final-draft",
            Preset::FinalDraftA4 => "final-draft-a4",
            Preset::Fountain => "fountain",
            Preset::FountainA4 => "fountain-a4",
            Preset::StageModern => "stage-modern",
            Preset::StageTraditional => "stage-traditional",
            Preset::Bbc => "bbc",
        }
    }

    /// The preset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Its page setup.
    #[must_use]
    pub fn setup(self) -> PageSetup {
        match self {
            Preset::FinalDraft => final_draft(),
            Preset::FinalDraftA4 => on_a4(final_draft(), 58),
            Preset::Fountain => fountain(55, 61),
            Preset::FountainA4 => on_a4(fountain(57, 58), 57),
            Preset::StageModern => stage(4.25, 7.50),
            Preset::StageTraditional => stage(3.00, 6.50),
            Preset::Bbc => bbc(),
        }
    }
}

const LINE: i32 = 12;

/// A row of a preset's table: left, right in inches, blank lines before.
const fn style(left: f64, right: f64, blank_lines: i32, breaks_as: ElementType) -> ElementStyle {
    ElementStyle {
        left: inches(left),
        right: inches(right),
        first_indent: Inches::hundredths(0),
        alignment: Alignment::Left,
        space_before: Points(blank_lines * LINE),
        line_spacing: 100,
        starts_page: false,
        breaks_as,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a preset's inches are small"
)]
const fn inches(inches: f64) -> Inches {
    Inches::hundredths((inches * 100.0 + 0.5) as i32)
}

/// Final Draft 13's defaults. Elements that it does not have stand as their nearest one.
fn final_draft_style(element: ElementType) -> ElementStyle {
    use ElementType as E;
    let row = |left, right, blank_lines| style(left, right, blank_lines, element);
    match element {
        E::SceneHeading => row(1.50, 7.50, 2),
        E::Action | E::Shot => row(1.50, 7.50, 1),
        E::Character => row(3.50, 7.25, 1),
        E::Parenthetical => ElementStyle {
            first_indent: Inches::hundredths(-10),
            ..row(3.00, 5.50, 0)
        },
        E::Dialogue | E::Lyrics => row(2.50, 6.00, 0),
        E::Transition => ElementStyle {
            alignment: Alignment::Right,
            ..row(5.50, 7.10, 1)
        },
        E::Centered => ElementStyle {
            alignment: Alignment::Center,
            ..row(1.50, 7.50, 1)
        },
        E::NewAct => ElementStyle {
            alignment: Alignment::Center,
            starts_page: true,
            ..row(1.00, 7.50, 1)
        },
        E::EndOfAct => ElementStyle {
            alignment: Alignment::Center,
            ..row(1.00, 7.50, 2)
        },
        E::General | E::CastList => row(1.50, 7.50, 0),
        E::Section | E::Synopsis | E::Note | E::Boneyard | E::PageBreak => row(1.50, 7.50, 1),
    }
}

fn final_draft() -> PageSetup {
    PageSetup {
        width: inches(8.5),
        height: Points(792),
        top_margin: Points(72),
        bottom_margin: Points(72),
        lines: None,
        leading: Points(LINE),
        chars_per_ten_inches: 102,
        elements: ElementStyles::from_fn(final_draft_style),
        continueds: Continueds {
            more: Some("(MORE)".to_owned()),
            contd: Some("(CONT'D)".to_owned()),
            automatic_contd: true,
            scene_bottom: None,
            scene_top: None,
            scene_numbers: false,
        },
        break_at_sentences: true,
        prints_hidden_text: false,
        dual_gap: inches(0.5),
        first_page_number: 1,
    }
}

fn on_a4(setup: PageSetup, lines: u32) -> PageSetup {
    PageSetup {
        width: inches(8.27),
        height: Points(842),
        lines: Some(lines),
        ..setup
    }
}

/// The right edge that leaves exactly `chars` characters from `left` at ten an inch.
const fn right_for(left: Inches, chars: i32) -> Inches {
    Inches::hundredths(left.in_hundredths() + chars * 10)
}

fn fountain(lines: u32, action_chars: i32) -> PageSetup {
    let mut setup = PageSetup {
        lines: Some(lines),
        chars_per_ten_inches: 100,
        ..final_draft()
    };
    for (element, chars) in [
        (ElementType::SceneHeading, action_chars),
        (ElementType::Action, action_chars),
        (ElementType::Shot, action_chars),
        (ElementType::General, action_chars),
        (ElementType::Dialogue, 36),
        (ElementType::Lyrics, 36),
        (ElementType::Parenthetical, 26),
    ] {
        let style = setup.elements.of_mut(element);
        style.right = right_for(style.left, chars);
        style.first_indent = Inches::hundredths(0);
    }
    setup
        .elements
        .of_mut(ElementType::SceneHeading)
        .space_before = Points(LINE);
    setup
}

/// A stage play: dialogue over the whole width, directions from `left` to `right`.
fn stage(left: f64, right: f64) -> PageSetup {
    let mut setup = final_draft();
    for element in [ElementType::Dialogue, ElementType::Lyrics] {
        *setup.elements.of_mut(element) = style(1.50, 7.50, 0, element);
    }
    for element in [ElementType::Action, ElementType::Parenthetical] {
        let space = setup.elements.of(element).space_before;
        *setup.elements.of_mut(element) = ElementStyle {
            space_before: space,
            ..style(left, right, 0, element)
        };
    }
    setup.elements.of_mut(ElementType::Character).left = inches(4.00);
    setup
}

fn bbc() -> PageSetup {
    let mut setup = on_a4(final_draft(), 58);
    setup.elements.of_mut(ElementType::Character).left = inches(3.67);
    setup
        .elements
        .of_mut(ElementType::SceneHeading)
        .space_before = Points(LINE);
    setup
}
