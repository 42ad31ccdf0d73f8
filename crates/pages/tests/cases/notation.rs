//! A script in a few characters, and its pages as text.
//!
//! One paragraph a line, its element by the first character: `.` scene heading, `!` action,
//! `+` action joined to the one before, `@` cue, `^` cue to the right of the speech before, `(`
//! parenthetical, `-` dialogue, `>` transition, `#` shot, `&` cast list, `{` new act, `}` end of
//! act, `=` page break, `?` note; `_6` is six lines that no rule keeps together.
//!
//! A page is its number and its lines; the left of dual dialogue is marked `<`, the right `>`.

use scriptroom_pages::{Lane, LineText, PageSetup, Paginator, Preset, PrintedLine, Settings};
use scriptroom_paragraphs::{ElementType as E, Paragraph};

/// A Final Draft page of `lines` lines.
pub(crate) fn page_of(lines: u32) -> PageSetup {
    PageSetup {
        lines: Some(lines),
        ..Preset::FinalDraft.setup()
    }
}

pub(crate) fn script(notation: &str) -> Vec<Paragraph> {
    notation.lines().map(str::trim).flat_map(line).collect()
}

fn line(line: &str) -> Vec<Paragraph> {
    let Some(first) = line.chars().next() else {
        return Vec::new();
    };
    let text = line[first.len_utf8()..].trim();
    let element = match first {
        '.' => E::SceneHeading,
        '!' | '+' => E::Action,
        '@' | '^' => E::Character,
        '(' => E::Parenthetical,
        '-' => E::Dialogue,
        '>' => E::Transition,
        '#' => E::Shot,
        '&' => E::CastList,
        '{' => E::NewAct,
        '}' => E::EndOfAct,
        '=' => E::PageBreak,
        '?' => E::Note,
        '_' => return filler(text.parse().expect("a number of lines")),
        other => panic!("expected the sign of an element, got {other:?}"),
    };
    let text = match element {
        E::Parenthetical => line,
        _ => text,
    };
    let mut paragraph = Paragraph::new(element, text);
    paragraph.attributes.joined = first == '+';
    paragraph.attributes.dual = first == '^';
    vec![paragraph]
}

fn filler(lines: usize) -> Vec<Paragraph> {
    (1..=lines)
        .map(|line| Paragraph::new(E::General, format!("line {line}")))
        .collect()
}

/// The pages as text.
pub(crate) fn pages(script: &[Paragraph], setup: PageSetup) -> String {
    let settings = Settings::new(setup).expect("the case's settings leave room");
    printed(&Paginator::new(script, settings), script)
}

/// The pages that a paginator has for a script, as text.
pub(crate) fn printed(paginator: &Paginator, script: &[Paragraph]) -> String {
    let mut text = String::new();
    for (page, label) in paginator.labels().iter().enumerate() {
        text += &format!("--- {label}\n");
        text += &page_text(&paginator.printed_lines(page), script, paginator.settings());
    }
    text
}

fn page_text(lines: &[PrintedLine], script: &[Paragraph], settings: &Settings) -> String {
    let leading = settings.setup().leading.0;
    let mut text = String::new();
    let mut row = 0;
    for line in lines {
        // The right column begins again beside the left one.
        let top = line.top.0 / leading;
        for _ in row..top {
            text.push('\n');
        }
        row = top + 1;
        text += &line_text(line, script, settings);
        text.push('\n');
    }
    text
}

fn line_text(line: &PrintedLine, script: &[Paragraph], settings: &Settings) -> String {
    let indent = |element: E| {
        let left = settings.setup().elements.of(element).left.in_hundredths();
        " ".repeat(usize::try_from((left - 150).max(0) / 25).expect("not negative"))
    };
    let (element, text) = match &line.text {
        LineText::Text {
            paragraph, text, ..
        } => (script[*paragraph].element, text),
        LineText::Contd(text) | LineText::More(text) => (E::Character, text),
        LineText::SceneTop(text) | LineText::SceneBottom(text) => (E::Action, text),
    };
    let mark = match line.lane {
        Lane::Full => "",
        Lane::Left => "<",
        Lane::Right => ">",
    };
    let line = format!("{}{mark}{text}", indent(element));
    line.trim_end().to_owned()
}
