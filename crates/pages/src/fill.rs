//! One page: filled from where the one before it ended, broken where the rules allow.

use crate::block::{Block, Lane};
use crate::breaks::{Break, Breaker};
use crate::column::{self, Boundary, Column, Filling, Pair, Place, Row, Stop};
use crate::cue;
use crate::flow::Flow;
use crate::layout::{Page, Position, ScenePart, SceneSpan};
use crate::settings::Settings;
use crate::units::Points;
use scriptroom_paragraphs::ElementType;

/// All that a page depends on beside the paragraphs from its start on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// Where its text begins: always a printed paragraph, or the end of the script.
    pub(crate) place: Place,
    /// The two speeches side by side with which it goes on.
    pub(crate) pair: Option<Pair>,
    /// The cue of the speech with which it goes on.
    pub(crate) cue: Option<usize>,
    /// On how many pages the scene with which it goes on stands already. 0 when it begins with a
    /// scene, and always where the settings do not want to know.
    pub(crate) scene_pages: u32,
}

impl Start {
    pub(crate) const BEGINNING: Start = Start {
        place: Place {
            paragraph: 0,
            byte: 0,
            line: 0,
        },
        pair: None,
        cue: None,
        scene_pages: 0,
    };

    /// The same start after all paragraphs from `from` on moved by `shift`. `None` when it depends
    /// on one of `edited`.
    pub(crate) fn shifted(self, edited: &std::ops::Range<usize>, shift: isize) -> Option<Start> {
        let index = |paragraph: usize| match paragraph {
            p if p < edited.start => Some(p),
            p if p >= edited.end => Some(p.wrapping_add_signed(shift)),
            _ => None,
        };
        let place = |place: Place| {
            Some(Place {
                paragraph: index(place.paragraph)?,
                ..place
            })
        };
        let optional = |option: Option<Place>| match option {
            Some(at) => place(at).map(Some),
            None => Some(None),
        };
        let pair = match self.pair {
            None => None,
            Some(pair) => Some(Pair {
                left_cue: index(pair.left_cue)?,
                right_cue: index(pair.right_cue)?,
                end: index(pair.end)?,
                left: optional(pair.left)?,
                right: optional(pair.right)?,
            }),
        };
        let cue = match self.cue {
            None => None,
            Some(cue) => Some(index(cue)?),
        };
        Some(Start {
            place: place(self.place)?,
            pair,
            cue,
            scene_pages: self.scene_pages,
        })
    }
}

/// A page and where the next one starts.
pub(crate) struct Filled {
    pub(crate) page: Page,
    pub(crate) next: Option<Start>,
}

/// Where a page ends.
pub(crate) struct End {
    /// Where the next page's text begins.
    pub(crate) next: Place,
    /// The two speeches side by side with which it goes on.
    pub(crate) pair: Option<Pair>,
    cue: Option<usize>,
    more: bool,
    /// Where the text ends.
    pub(crate) bottom: Points,
    /// The room of the blank paragraphs that hang below it.
    hanging: Points,
    /// The rows up to this one stand on the page, at least in part.
    pub(crate) rows: usize,
}

/// Fills the page that begins at `start`.
pub(crate) fn fill(flow: &Flow<'_>, settings: &Settings, start: Start) -> Filled {
    Filler::new(flow, settings, start).fill()
}

/// What must fit on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Its text and the lines that say that it goes on.
    WithContinueds,
    /// Its text.
    WithoutContinueds,
}

/// The page that begins at one start.
pub(crate) struct Filler<'a, 'b> {
    flow: &'b Flow<'a>,
    settings: &'b Settings,
    start: Start,
    leading: Points,
}

/// A page's rows and its end: what is printed on it.
pub(crate) struct Body<'a> {
    pub(crate) filling: Filling,
    pub(crate) column: Column<'a>,
    pub(crate) end: End,
}

impl<'a, 'b> Filler<'a, 'b> {
    pub(crate) fn new(flow: &'b Flow<'a>, settings: &'b Settings, start: Start) -> Self {
        Filler {
            flow,
            settings,
            start,
            leading: settings.setup().leading,
        }
    }

    /// The rows that stand on the page.
    pub(crate) fn body(&self) -> Body<'a> {
        let filling = self.filling(self.flow.boundary_after(self.start.place));
        let column = column::stack(self.flow, &filling);
        let end = self.end(&column, &filling);
        Body {
            filling,
            column,
            end,
        }
    }

    fn fill(&self) -> Filled {
        let continueds = &self.settings.setup().continueds;
        let Body {
            filling,
            column,
            end,
        } = self.body();
        let end = self.without_blanks_below(&column, &filling, end);
        let next = self.next(&column, &end);
        let scene_goes_on = next.as_ref().is_some_and(|next| next.scene_pages > 0);
        // What waits for a later page does not go on here.
        let has_right = |pair: &Pair| pair.right_half(self.flow, &filling, filling.top).is_some();
        let right = self
            .start
            .pair
            .filter(|pair| pair.left.is_some() && has_right(pair));
        let page = Page {
            start: self.position(self.start.place),
            right_start: right.and_then(|pair| Some(self.position(pair.right?))),
            contd: self.contd().map(|(text, _)| text),
            right_contd: right.and_then(|pair| self.right_contd(pair)),
            more: end.more && next.is_some(),
            scene_top: self.scene_top(),
            scene_bottom: scene_goes_on && continueds.scene_bottom.is_some(),
            height: end.bottom,
            scenes: scenes(&column, &end, filling.top),
        };
        Filled { page, next }
    }

    fn filling(&self, boundary: Option<Boundary>) -> Filling {
        let mut top = self.contd().map_or(Points::ZERO, |(_, height)| height);
        if self.scene_top().is_some() {
            top += self.leading;
        }
        let repeats_cue = self.settings.setup().continueds.contd.is_some();
        Filling {
            from: self.start.place,
            pair: self.start.pair,
            until: boundary.map_or(Place::beginning(usize::MAX), |boundary| boundary.place),
            boundary,
            top,
            height: self.settings.body_height(),
            lane: Lane::Full,
            half_chars: self.settings.half_chars(),
            half_contd: match repeats_cue {
                true => self.leading,
                false => Points::ZERO,
            },
        }
    }

    /// The repeated cue and its height.
    fn contd(&self) -> Option<(String, Points)> {
        let suffix = self.settings.setup().continueds.contd.as_ref()?;
        let (cue, is_pair) = match (self.start.cue, self.start.pair) {
            (Some(cue), _) => (cue, false),
            (None, Some(pair)) => (pair.interrupted_cue()?, true),
            (None, None) => return None,
        };
        let block = self.flow.get(cue)?;
        let text = cue::continued(&block.text, suffix);
        let height = match is_pair {
            // The columns of a pair reserve the room each for itself.
            true => Points::ZERO,
            false => block.line_height.times(block.lines_of(&text)),
        };
        Some((text, height))
    }

    /// The line for a scene that goes on, at the top of the page.
    fn scene_top(&self) -> Option<String> {
        let continueds = &self.settings.setup().continueds;
        let text = continueds.scene_top.as_ref()?;
        match self.start.scene_pages {
            0 => None,
            pages if continueds.scene_numbers && pages > 1 => Some(format!("{text} ({pages})")),
            _ => Some(text.clone()),
        }
    }

    fn end(&self, column: &Column<'a>, filling: &Filling) -> End {
        let rows = column.rows.len();
        let bottom = column.rows.last().map_or(filling.top, |row| row.bottom);
        let whole = |next| End {
            next: Place::beginning(next),
            pair: None,
            cue: None,
            more: false,
            bottom,
            hanging: Points::ZERO,
            rows,
        };
        match column.stop {
            Stop::Forced(next) => whole(next),
            Stop::End if filling.boundary.is_none() => whole(usize::MAX),
            Stop::End | Stop::Overflow => {
                match self.end_at_boundary(column, filling, Room::WithContinueds) {
                    Some(end) => end,
                    None => self.overflow(column, filling),
                }
            }
        }
    }

    /// The end where the next locked page begins, if all that is before it fits.
    fn end_at_boundary(&self, column: &Column<'a>, filling: &Filling, room: Room) -> Option<End> {
        let boundary = filling.boundary?;
        let place = boundary.place;
        let (rows, hanging) = match column.stop {
            Stop::End => (&column.rows[..], Points::ZERO),
            Stop::Overflow => self.without_blanks_before(&column.rows, place)?,
            Stop::Forced(_) => return None,
        };
        let last = rows.last()?;
        let rest = last.pair.filter(|pair| pair.is_parted_by(boundary));
        let rest = rest.map(|pair| pair.behind(self.flow, boundary));
        let breaker = self.breaker(rows, filling, self.start.cue);
        let next = self.flow.get(place.paragraph)?;
        // Blank lines that hang below may end the speech.
        let between = last.after().paragraph..place.paragraph;
        let goes_on = next.is_spoken()
            && between
                .filter_map(|index| self.flow.get(index))
                .all(|block| !block.is_printed || block.is_spoken());
        // Between two paragraphs a cut of last resort says nothing of the speech.
        let is_inside = place.byte > 0 && rows.len() == 1;
        let says_so = room == Room::WithContinueds || is_inside;
        let cue = match goes_on && rest.is_none() && says_so {
            true => breaker.cue_of(rows.len()),
            false => None,
        };
        let is_more = self.settings.setup().continueds.more.is_some();
        let interrupted = cue.or(rest.and_then(|rest| rest.interrupted_cue()));
        let opens_scene = next.opens_scene && place.byte == 0;
        let reserved = match room {
            // What ends a page by itself asks for no room.
            _ if next.starts_page && place.byte == 0 => Points::ZERO,
            Room::WithContinueds => breaker.reserved_at_end(interrupted, opens_scene),
            Room::WithoutContinueds => Points::ZERO,
        };
        (last.bottom + reserved <= filling.height).then_some(End {
            next: place,
            pair: rest,
            cue,
            more: is_more && interrupted.is_some(),
            bottom: last.bottom,
            hanging,
            rows: rows.len(),
        })
    }

    /// The rows without the blank one that does not fit, when all between it and `place` hangs
    /// below the page, and the room of these.
    fn without_blanks_before<'d>(
        &self,
        rows: &'d [Row<'a>],
        place: Place,
    ) -> Option<(&'d [Row<'a>], Points)> {
        let (overflowing, rows) = rows.split_last()?;
        if place.byte > 0 || overflowing.from.byte > 0 || rows.is_empty() {
            return None;
        }
        let (next, hanging) = self.hanging(overflowing.from.paragraph, place.paragraph)?;
        let (after, _) = self.flow.printed_from(next)?;
        (after == place.paragraph).then_some((rows, hanging))
    }

    /// The end without the blank paragraphs that the next page would begin with.
    fn without_blanks_below(&self, column: &Column<'_>, filling: &Filling, end: End) -> End {
        let is_forced = matches!(column.stop, Stop::Forced(_));
        if is_forced || end.pair.is_some() || end.next.byte > 0 {
            return end;
        }
        let found = self.hanging(end.next.paragraph, filling.until.paragraph);
        let Some((next, hanging)) = found else {
            return end;
        };
        let after = self.flow.printed_from(next);
        let goes_on = after.is_some_and(|(_, block)| block.is_spoken());
        End {
            next: Place::beginning(next),
            cue: end.cue.filter(|_| goes_on),
            more: end.more && goes_on,
            hanging,
            ..end
        }
    }

    /// The blank paragraphs from `from` on hang below the page, as the spaces of a line hang over its end:
    /// where they end, and their room. More of them than the margin has room for are lines of the next page.
    fn hanging(&self, from: usize, until: usize) -> Option<(usize, Points)> {
        let mut next = from;
        let mut room = Points::ZERO;
        for paragraph in from..until {
            match self.flow.get(paragraph) {
                Some(block) if block.is_blank() => {
                    room += block.space_before + block.line_height;
                    next = paragraph + 1;
                }
                Some(block) if !block.is_printed && block.class != ElementType::PageBreak => {}
                _ => break,
            }
            if room > self.settings.setup().bottom_margin {
                return None;
            }
        }
        (room > Points::ZERO).then_some((next, room))
    }

    fn overflow(&self, column: &Column<'a>, filling: &Filling) -> End {
        if let Some(end) = self.split_pair(column, filling) {
            return end;
        }
        let breaker = self.breaker(&column.rows, filling, self.start.cue);
        if let Some(found) = breaker.some() {
            return self.end_at(&column.rows, found);
        }
        // A page too small for its continueds was locked without them.
        match self.end_at_boundary(column, filling, Room::WithoutContinueds) {
            Some(end) => end,
            None => self.end_at(&column.rows, breaker.cut()),
        }
    }

    /// The end at a break between rows or inside one.
    fn end_at(&self, rows: &[Row<'a>], found: Break) -> End {
        let row = rows.get(found.row);
        let pair = row
            .and_then(|row| row.pair)
            .filter(|_| row.is_some_and(|row| row.from == found.next));
        let is_inside = row.is_some_and(|row| row.from != found.next);
        let continueds = &self.settings.setup().continueds;
        End {
            next: found.next,
            // A pair that moves whole is found again; the rest of one is not.
            pair: pair.filter(|pair| pair.is_rest()),
            cue: found.cue,
            more: found.cue.is_some() && continueds.more.is_some(),
            bottom: found.bottom,
            hanging: Points::ZERO,
            rows: found.row + usize::from(is_inside),
        }
    }

    fn breaker<'d>(
        &'d self,
        rows: &'d [Row<'a>],
        filling: &'d Filling,
        cue: Option<usize>,
    ) -> Breaker<'a, 'd> {
        let continueds = &self.settings.setup().continueds;
        let scene_bottom = continueds.scene_bottom.as_ref();
        Breaker {
            flow: self.flow,
            rows,
            filling,
            cue,
            more: self.more(),
            continued: scene_bottom.map_or(Points::ZERO, |_| self.leading),
            in_scene: self.start.scene_pages > 0,
            at_sentences: self.settings.setup().break_at_sentences,
        }
    }

    /// The room for `(MORE)`.
    fn more(&self) -> Points {
        let more = self.settings.setup().continueds.more.as_ref();
        more.map_or(Points::ZERO, |_| self.leading)
    }

    /// The end inside the pair that overflows, if each column can be broken by itself.
    fn split_pair(&self, column: &Column<'a>, filling: &Filling) -> Option<End> {
        let row = column.rows.last()?;
        let pair = row.pair?;
        let is_alone = column.rows.len() == 1;
        let halves = [
            (
                pair.left_half(filling, row.text_top),
                pair.left_cue,
                pair.right_cue,
            ),
            (
                pair.right_half(self.flow, filling, row.text_top),
                pair.right_cue,
                pair.end,
            ),
        ];
        // What is at a locked page already waits for that.
        let mut rests = [pair.left, pair.right];
        let mut bottom = row.text_top;
        for (rest, (half, cue, end)) in rests.iter_mut().zip(halves) {
            let Some(half) = half else { continue };
            let end = Place::beginning(end);
            let (next, below) = self.split_half(&half, cue, end, is_alone)?;
            *rest = Some(next).filter(|next| next.is_before(end));
            bottom = bottom.max(below);
        }
        let [left, right] = rests;
        let next = left.or(right).unwrap_or(Place::beginning(pair.end));
        let rest = Pair {
            left,
            right,
            ..pair
        };
        Some(End {
            next,
            pair: (left.is_some() || right.is_some()).then_some(rest),
            cue: None,
            more: self.settings.setup().continueds.more.is_some(),
            bottom,
            hanging: Points::ZERO,
            rows: column.rows.len(),
        })
    }

    /// Where the next page goes on with one of two speeches, which is at `end` where it does not, and where its text ends here.
    fn split_half(
        &self,
        half: &Filling,
        cue: usize,
        end: Place,
        is_alone: bool,
    ) -> Option<(Place, Points)> {
        let Column { rows, stop } = column::stack(self.flow, half);
        let below = rows.last().map_or(half.top, |row| row.bottom);
        let whole = Some((half.until, below));
        let more = match half.until.is_before(end) {
            true => self.more(),
            false => Points::ZERO,
        };
        if stop != Stop::Overflow && below + more <= half.height {
            return whole;
        }
        let breaker = self.breaker(&rows, half, Some(cue));
        let found = match (breaker.lawful(), is_alone, stop) {
            (Some(found), ..) => found,
            (None, false, _) => return None,
            (None, true, Stop::Overflow) => breaker.any(),
            // A page too small for its continueds was locked without them.
            (None, true, _) => match breaker.some() {
                Some(found) => found,
                None => return whole,
            },
        };
        match found.next.is_before(half.until) {
            true => Some((found.next, found.bottom)),
            false => Some((half.until, found.bottom)),
        }
    }

    fn next(&self, column: &Column<'_>, end: &End) -> Option<Start> {
        let (paragraph, block) = match end.next.paragraph {
            usize::MAX => return None,
            paragraph => self.flow.printed_from(paragraph)?,
        };
        let place = match paragraph == end.next.paragraph {
            true => end.next,
            false => Place::beginning(paragraph),
        };
        Some(Start {
            place,
            pair: end.pair,
            cue: end.cue,
            scene_pages: self.scene_pages(column, end, place, block),
        })
    }

    fn scene_pages(&self, column: &Column<'_>, end: &End, next: Place, block: &Block) -> u32 {
        let continueds = &self.settings.setup().continueds;
        if continueds.scene_bottom.is_none() && continueds.scene_top.is_none() {
            return 0;
        }
        if block.opens_scene && next.byte == 0 {
            return 0;
        }
        let mut rows = column.rows[..end.rows.min(column.rows.len())].iter();
        match (
            rows.any(|row| row.block.opens_scene),
            self.start.scene_pages,
        ) {
            (true, _) => 1,
            (false, 0) => 0,
            (false, pages) => pages.saturating_add(1),
        }
    }

    fn position(&self, place: Place) -> Position {
        let block = self.flow.get(place.paragraph);
        Position {
            paragraph: place.paragraph,
            offset_utf16: block.map_or(0, |block| block.offset_utf16(place.byte)),
            line: place.line,
        }
    }

    fn right_contd(&self, pair: Pair) -> Option<String> {
        let suffix = self.settings.setup().continueds.contd.as_ref()?;
        let goes_on = pair.right? != Place::beginning(pair.right_cue);
        let cue = self.flow.get(pair.right_cue).filter(|_| goes_on)?;
        Some(cue::continued(&cue.text, suffix))
    }
}

/// The scenes on a page, and how much of it each takes.
fn scenes(column: &Column<'_>, end: &End, top: Points) -> Vec<SceneSpan> {
    let rows = &column.rows[..end.rows.min(column.rows.len())];
    let mut scenes = Vec::new();
    let mut open = SceneSpan {
        part: ScenePart::GoesOn,
        height: Points::ZERO,
    };
    let mut top = top;
    let mut close = |open: SceneSpan, height: Points| {
        if height > Points::ZERO {
            scenes.push(SceneSpan { height, ..open });
        }
    };
    for row in rows.iter().filter(|row| row.from.byte == 0) {
        let part = match row.block {
            block if block.opens_scene => ScenePart::Heading(row.from.paragraph),
            block if block.ends_scene() => ScenePart::Outside,
            _ => continue,
        };
        close(open, row.top - top);
        open.part = part;
        top = row.top;
    }
    close(open, end.bottom + end.hanging - top);
    scenes
}
