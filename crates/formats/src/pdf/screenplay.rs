//! Lines to paragraphs: what an element is follows from where it stands on the page, as a person reads it.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, TitleEntry};

use crate::fountain::write_line;

use super::TextLine;
use super::{Diagnostic, Guess};

/// In points: what is above or below is a page's number or a header.
const TOP: f64 = 62.0;
const BOTTOM: f64 = 40.0;

/// A line's place, in inches from where action begins.
fn inches(line: &TextLine, margin: f64) -> f64 {
    (line.x - margin) / 72.0
}

pub(super) fn read(pages: &[Vec<TextLine>], height: f64) -> (PlainScript, Vec<Diagnostic>) {
    let bodies: Vec<Vec<&TextLine>> = pages
        .iter()
        .map(|lines| lines.iter().filter(|line| is_body(line, height)).collect())
        .collect();
    let margin = margin(&bodies);
    let mut reading = Reading {
        script: PlainScript::default(),
        diagnostics: Vec::new(),
        margin,
        last: None,
        number: None,
    };
    for (index, lines) in bodies.iter().enumerate() {
        if index == 0 && pages.len() > 1 && is_title_page(lines, margin) {
            reading.title_page(lines);
            continue;
        }
        reading.page(index, lines);
    }
    (reading.script, reading.diagnostics)
}

fn is_body(line: &TextLine, height: f64) -> bool {
    line.y < height - TOP && line.y > BOTTOM
}

/// Where action begins: the leftmost place at which many lines do that are longer than a scene's number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a page is smaller than a number counts"
)]
fn margin(pages: &[Vec<&TextLine>]) -> f64 {
    let mut starts: Vec<i64> = pages
        .iter()
        .flatten()
        .filter(|line| line.text.len() > 6)
        .map(|line| line.x.round() as i64)
        .collect();
    starts.sort_unstable();
    let many = (starts.len() / 12).max(1);
    let found = starts
        .chunk_by(|one, next| next - one <= 1)
        .find(|near| near.len() >= many);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a page is smaller than a float counts"
    )]
    found.map_or(108.0, |near| near[near.len() / 2] as f64)
}

/// A page of a few lines that stand away from the margin, without a scene.
fn is_title_page(lines: &[&TextLine], margin: f64) -> bool {
    let away = lines
        .iter()
        .filter(|line| inches(line, margin) > 0.4)
        .count();
    lines.len() < 25
        && away * 2 >= lines.len().min(6)
        && !lines.iter().any(|line| is_heading(&line.text))
}

fn is_heading(text: &str) -> bool {
    let text = text.to_uppercase();
    let starts = [
        "INT.", "EXT.", "INT ", "EXT ", "EST.", "I/E", "INT/", "EXT/",
    ];
    starts.iter().any(|start| text.starts_with(start))
}

struct Reading {
    script: PlainScript,
    diagnostics: Vec<Diagnostic>,
    margin: f64,
    /// The last line that was read, as what and where.
    last: Option<(ElementType, f64)>,
    /// The number left of the heading that comes.
    number: Option<(f64, String)>,
}

impl Reading {
    fn title_page(&mut self, lines: &[&TextLine]) {
        let mut keys = ["Title", "Credit", "Author"].into_iter();
        let mut before: Option<f64> = None;
        for line in lines {
            let is_foot = line.y < 260.0;
            let is_new = before.is_none_or(|y| y - line.y > 15.0);
            before = Some(line.y);
            let text = write_line(vec![Run::plain(&line.text)]);
            let entries = &mut self.script.title_page;
            match entries.last_mut() {
                Some(entry) if !is_new || (is_foot && entry.key == "Contact") => {
                    entry.lines.push(text)
                }
                _ => {
                    let key = if is_foot {
                        "Contact"
                    } else {
                        keys.next().unwrap_or("Source")
                    };
                    entries.push(TitleEntry {
                        key: key.to_owned(),
                        lines: vec![text],
                    });
                }
            }
        }
        self.guess(0, Guess::TitlePage);
    }

    fn guess(&mut self, page: usize, guess: Guess) {
        self.diagnostics.push(Diagnostic {
            page: page + 1,
            guess,
        });
    }

    fn page(&mut self, page: usize, lines: &[&TextLine]) {
        let mut is_first = true;
        for line in lines {
            if is_decoration(&line.text) || is_margin_number(line, self.margin) {
                if inches(line, self.margin) < -0.2 {
                    self.number = Some((line.y, line.text.trim_end_matches('.').to_owned()));
                }
                continue;
            }
            if is_first && self.is_repeated_cue(line) {
                // The speech goes on from the page before.
                self.last = self.last.map(|(element, _)| (element, line.y));
                is_first = false;
                continue;
            }
            self.line(page, line, is_first);
            is_first = false;
        }
    }

    fn is_repeated_cue(&self, line: &TextLine) -> bool {
        let text = line.text.to_uppercase().replace('’', "'");
        let spoke = matches!(
            self.last,
            Some((ElementType::Dialogue | ElementType::Parenthetical, _))
        );
        spoke && text.ends_with("(CONT'D)") && inches(line, self.margin) > 1.6
    }

    fn line(&mut self, page: usize, line: &TextLine, is_first: bool) {
        let element = self.element(page, line);
        let (goes_on, follows) = match self.last {
            Some((before, y)) => (before == element, is_first || y - line.y < 16.0),
            None => (false, false),
        };
        self.last = Some((element, line.y));
        let last = self.script.paragraphs.last_mut();
        match last {
            Some(last)
                if goes_on
                    && follows
                    && !is_one_line(element)
                    && (!is_first || !ends_sentence(&last.text())) =>
            {
                let gap = if last.text().ends_with(['-', '—', ' ']) {
                    ""
                } else {
                    " "
                };
                last.push(
                    &format!("{gap}{}", line.text),
                    scriptroom_paragraphs::Styles::NONE,
                );
            }
            _ => {
                let mut paragraph = Paragraph::new(element, line.text.clone());
                if element == ElementType::SceneHeading
                    && let Some((y, number)) = self.number.take()
                    && (y - line.y).abs() < 3.0
                {
                    paragraph.attributes.scene_number = Some(number);
                }
                self.script.paragraphs.push(paragraph);
            }
        }
    }

    /// What a line is.
    fn element(&mut self, page: usize, line: &TextLine) -> ElementType {
        let at = inches(line, self.margin);
        let text = &line.text;
        let is_capitals =
            !text.chars().any(char::is_lowercase) && text.chars().any(char::is_alphabetic);
        let under_cue = matches!(
            self.last,
            Some((
                ElementType::Character | ElementType::Dialogue | ElementType::Parenthetical,
                _
            ))
        );
        let is_close = self
            .last
            .is_some_and(|(_, y)| y - line.y < 16.0 && y > line.y);
        match at {
            at if at < 0.35 && is_heading(text) => ElementType::SceneHeading,
            at if at < 0.35 && is_capitals && text.ends_with(" TO:") => ElementType::Transition,
            at if at < 0.5 => ElementType::Action,
            _ if under_cue && is_close && text.starts_with('(') => ElementType::Parenthetical,
            at if under_cue
                && is_close
                && at < 1.9
                && matches!(self.last, Some((ElementType::Parenthetical, _)))
                && !self.closed() =>
            {
                ElementType::Parenthetical
            }
            at if at < 1.6 && (under_cue || !is_capitals) => ElementType::Dialogue,
            at if is_capitals && text.ends_with(':') && at > 3.0 => ElementType::Transition,
            at if (1.6..3.4).contains(&at) && is_cue(text) => ElementType::Character,
            _ if (line.x + line.end - 2.0 * (self.margin + 216.0)).abs() < 30.0 => {
                ElementType::Centered
            }
            _ => {
                self.guess(page, Guess::Line(text.clone()));
                ElementType::Action
            }
        }
    }

    /// Whether the parenthetical that was read last has its end.
    fn closed(&self) -> bool {
        let last = self.script.paragraphs.last();
        last.is_some_and(|paragraph| paragraph.text().trim_end().ends_with(')'))
    }
}

fn is_cue(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or(text);
    name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase)
}

fn is_one_line(element: ElementType) -> bool {
    matches!(
        element,
        ElementType::Character | ElementType::Transition | ElementType::Centered
    )
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end()
        .ends_with(['.', '!', '?', '"', '”', ':', ')', '…'])
}

/// What a program put there: `(MORE)`, `CONTINUED:`, marks of revisions.
fn is_decoration(text: &str) -> bool {
    let text = text.trim().to_uppercase();
    matches!(
        text.as_str(),
        "(MORE)" | "(CONTINUED)" | "CONTINUED:" | "*" | "**"
    ) || text.strip_prefix("CONTINUED: (").is_some_and(|rest| {
        rest.trim_end_matches(')')
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    })
}

/// A scene's number, in the margin left or right of the text.
fn is_margin_number(line: &TextLine, margin: f64) -> bool {
    let at = inches(line, margin);
    let text = line.text.trim_end_matches('.');
    let is_number = text.len() <= 6
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_number && !(-0.2..=5.0).contains(&at)
}
