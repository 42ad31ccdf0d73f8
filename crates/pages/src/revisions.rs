//! Revisions: the colours they are printed on, the lines and pages that they changed.
//!
//! What was changed in which revision is data that comes with the script, as stretches of text; this finds the lines
//! that have a mark in the margin, and the pages that are printed again.

use crate::layout::Position;
use crate::print::{LineText, PrintedLine};

/// The colours of paper, in the order in which productions use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevisionColor {
    /// The script as it was first given out.
    White,
    /// The first revision.
    Blue,
    /// The second.
    Pink,
    /// The third.
    Yellow,
    /// The fourth.
    Green,
    /// The fifth.
    Goldenrod,
    /// The sixth.
    Buff,
    /// The seventh.
    Salmon,
    /// The eighth.
    Cherry,
    /// The ninth.
    Tan,
}

impl RevisionColor {
    /// All of them, in order.
    pub const ALL: [RevisionColor; 10] = [
        RevisionColor::White,
        RevisionColor::Blue,
        RevisionColor::Pink,
        RevisionColor::Yellow,
        RevisionColor::Green,
        RevisionColor::Goldenrod,
        RevisionColor::Buff,
        RevisionColor::Salmon,
        RevisionColor::Cherry,
        RevisionColor::Tan,
    ];

    /// The colour of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<RevisionColor> {
        RevisionColor::ALL
            .into_iter()
            .find(|color| color.name() == name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RevisionColor::White => "White",
            RevisionColor::Blue => "Blue",
            RevisionColor::Pink => "Pink",
            RevisionColor::Yellow => "Yellow",
            RevisionColor::Green => "Green",
            RevisionColor::Goldenrod => "Goldenrod",
            RevisionColor::Buff => "Buff",
            RevisionColor::Salmon => "Salmon",
            RevisionColor::Cherry => "Cherry",
            RevisionColor::Tan => "Tan",
        }
    }
}

/// A revision: what is said of it on the pages that it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What it is called, such as `Blue`.
    pub name: String,
    /// The paper that it is printed on.
    pub color: RevisionColor,
    /// When it was given out, as it is printed.
    pub date: String,
    /// What stands in the margin of the lines that it changed.
    pub mark: String,
}

impl Revision {
    /// The revision with this number as the custom has it: 0 is the white script, 1 the blue revision; after tan the
    /// colours come again, from `Double White` on.
    #[must_use]
    pub fn standard(number: usize, date: impl Into<String>) -> Revision {
        let colors = RevisionColor::ALL;
        let color = colors[number % colors.len()];
        let name = match number / colors.len() {
            0 => color.name().to_owned(),
            1 => format!("Double {}", color.name()),
            2 => format!("Triple {}", color.name()),
            rounds => format!("{} {}", rounds + 1, color.name()),
        };
        Revision {
            name,
            color,
            date: date.into(),
            mark: "*".to_owned(),
        }
    }

    /// What stands at the top of a page that it changed, such as `Blue Rev. 11/21/26`.
    #[must_use]
    pub fn header(&self) -> String {
        format!("{} Rev. {}", self.name, self.date)
            .trim_end()
            .to_owned()
    }

    /// What stands at its foot: which paper it is on and of when, such as `Blue · 11/21/26`.
    #[must_use]
    pub fn footer(&self) -> String {
        match self.date.as_str() {
            "" => self.color.name().to_owned(),
            date => format!("{} · {date}", self.color.name()),
        }
    }
}

/// A stretch of text that a revision changed. An empty one stands where text was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisedText {
    /// The paragraph.
    pub paragraph: usize,
    /// Where the stretch begins in it, in UTF-16 code units.
    pub from_utf16: u32,
    /// Where it ends.
    pub to_utf16: u32,
    /// The revision's number: the higher, the later.
    pub revision: usize,
}

/// For each line of a page the latest revision that changed it, told where the next page begins.
pub(crate) fn marks(
    lines: &[PrintedLine],
    next_page: Option<Position>,
    revised: &[RevisedText],
) -> Vec<Option<usize>> {
    let mark = |(index, line): (usize, &PrintedLine)| {
        let stretch = Stretch::of(line)?;
        let rest = lines[index + 1..]
            .iter()
            .filter(|other| other.lane == line.lane);
        let is_followed = match rest.filter_map(Stretch::of).next() {
            Some(next) => next.paragraph == stretch.paragraph,
            None => next_page.is_some_and(|next| {
                next.paragraph == stretch.paragraph && next.offset_utf16 > stretch.from
            }),
        };
        let touching = revised
            .iter()
            .filter(|revised| stretch.is_touched_by(revised, is_followed));
        touching.map(|revised| revised.revision).max()
    };
    lines.iter().enumerate().map(mark).collect()
}

/// The text of the script in a line.
struct Stretch {
    paragraph: usize,
    from: u32,
    to: u32,
}

impl Stretch {
    fn of(line: &PrintedLine) -> Option<Stretch> {
        let LineText::Text {
            paragraph,
            offset_utf16,
            text,
        } = &line.text
        else {
            return None;
        };
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        Some(Stretch {
            paragraph: *paragraph,
            from: *offset_utf16,
            to: offset_utf16.saturating_add(length),
        })
    }

    /// Text that was taken out at a line's end is the next line's, if its paragraph has one.
    fn is_touched_by(&self, revised: &RevisedText, is_followed: bool) -> bool {
        let (from, to) = (revised.from_utf16, revised.to_utf16);
        let is_here = match from == to {
            true => self.from <= from && (from < self.to || !is_followed),
            false => from < self.to && self.from < to,
        };
        revised.paragraph == self.paragraph && is_here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_in_the_order_of_the_trade_and_then_again() {
        let names = (0..22).map(|number| Revision::standard(number, "").name);
        let names: Vec<String> = names.collect();
        assert_eq!(names[..4], ["White", "Blue", "Pink", "Yellow"]);
        assert_eq!(names[9..12], ["Tan", "Double White", "Double Blue"]);
        assert_eq!(names[20], "Triple White");
        assert_eq!(
            Revision::standard(1, "11/21/26").header(),
            "Blue Rev. 11/21/26"
        );
    }
}
