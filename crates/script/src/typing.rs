//! Keystrokes: the short way for the edits that are by far the most frequent.
//!
//! Text that comes or goes inside a paragraph, in one strip, changes one paragraph and one scene,
//! and its update is known beforehand or from its few bytes. Neither the document nor its event
//! has to be read for it. Whatever turns out to be anything else takes the long way through
//! [`crate::follow`].

use scriptroom_paragraphs::Styles;
use yrs::updates::decoder::Decode;
use yrs::{ID, IdSet, ReadTxn, Text, Transact, Update};

use crate::caret::Stroke;
use crate::change::{
    Change, FormatChange, ParagraphsChanged, SceneChanges, StyledRange, TextChange,
};
use crate::edit::{Edit, InsertedLine};
use crate::follow::Seen;
use crate::index::Place;
use crate::keystroke::Keystroke;
use crate::schema::utf16_len;
use crate::script::{Cause, Script, Steps};
use crate::written::Written;

impl Script {
    /// Makes an edit of the writer's that is a keystroke; none if it is anything else.
    pub(crate) fn make_keystroke(&mut self, edits: &[Edit]) -> Option<Change> {
        let [Edit::Replace { from, to, insert }] = edits else {
            return None;
        };
        let stroke = self.stroke(*from, *to, insert)?;
        let strip = self.index.strip(stroke.place.strip);
        let text_id = strip.text_id;
        self.noted.borrow_mut().keystroke = Some(Keystroke::Own(text_id));
        let mut txn = self.doc.transact_mut_with(Cause::Writer.origin());
        let first = ID::new(self.client, txn.store().get_local_state());
        let (update, right, styles) = match self.carets.update(first, &stroke) {
            Some(bytes) => {
                let update = Update::decode_v1(&bytes).expect("it was encoded here");
                txn.apply_update(update).expect("its neighbours are there");
                txn.commit();
                let (right, styles) = self.carets.of(self.client).expect("it knew the update");
                (bytes, right, styles)
            }
            None => {
                let at = stroke.place.at;
                if stroke.removed > 0 {
                    strip.text.remove_range(&mut txn, at, stroke.removed);
                }
                let typed = stroke.inserted;
                let written =
                    (!typed.is_empty()).then(|| Written::insert(strip, &mut txn, at, typed));
                txn.commit();
                let update = Written::update(written.as_ref(), txn.delete_set());
                let right = written.and_then(|written| written.right);
                (update, right, strip.styles_before(at))
            }
        };
        debug_assert_eq!(update, txn.encode_update_v1(), "what yrs would write");
        // With text yrs takes styles away that begin or end there, and takes no notice of line breaks that stand among them: they may have others now.
        let restyles = units_of(txn.delete_set()) != stroke.removed as usize;
        drop(txn);
        let seen = self.take_seen();
        if !matches!(seen.only_keystroke(), Some((text, _)) if text == text_id)
            || !self.has_length_after(&stroke)
        {
            let mut steps = Steps::default();
            steps.updates.push(update);
            self.follow(seen, &mut steps);
            return Some(self.finish(steps));
        }
        if stroke.inserted.is_empty() {
            self.carets.removed(&stroke);
        } else {
            self.carets.typed(&stroke, first, right, styles);
        }
        let change = self.follow_stroke(&stroke, styles);
        if restyles {
            let txn = self.doc.transact();
            let strip = stroke.place.strip;
            self.index.tree.update(strip, |strip| strip.restyle(&txn));
        }
        Some(Change {
            update: Some(update),
            ..change
        })
    }

    /// What a replacement is as a keystroke.
    fn stroke<'a>(&self, from: u32, to: u32, lines: &'a [InsertedLine]) -> Option<Stroke<'a>> {
        let [line] = lines else { return None };
        let inserted = match &line.runs[..] {
            [] => "",
            [run] if run.styles.is_empty() => &run.text,
            _ => return None,
        };
        let index = &self.index;
        let splits = |at| index.splits_a_character(at);
        if splits(from) || (from < to && splits(to)) {
            return None;
        }
        let place = match inserted.is_empty() {
            true => index.unit_at(from)?,
            false => index.insertion_at(from)?,
        };
        let removed = to - from;
        if removed > 0 && !inserted.is_empty() && index.unit_at(from) != Some(place) {
            return None;
        }
        let stroke = Stroke {
            place,
            removed,
            inserted,
        };
        self.is_inside_a_paragraph(&stroke).then_some(stroke)
    }

    /// Whether a stroke touches no mark, in a paragraph whose mark is a real one.
    fn is_inside_a_paragraph(&self, stroke: &Stroke<'_>) -> bool {
        let Place { strip: handle, at } = stroke.place;
        let strip = self.index.strip(handle);
        let end = at + stroke.removed;
        let slot = strip.marks_before(at);
        let paragraph = self.index.before(handle).marks + slot as u32;
        end <= strip.len()
            && strip.marks_before(end) == slot
            && paragraph < self.index.tree.total().marks
    }

    /// Whether the text in the document has the length that it has after this stroke.
    fn has_length_after(&self, stroke: &Stroke<'_>) -> bool {
        let strip = self.index.strip(stroke.place.strip);
        let len = strip.len() - stroke.removed + utf16_len(stroke.inserted);
        strip.text.len(&self.doc.transact()) == len
    }

    /// Follows an update that was one co-writer's keystroke; none if it was anything else.
    pub(crate) fn follow_keystroke(&mut self, seen: &Seen) -> Option<Change> {
        let (text, keystroke) = seen.only_keystroke()?;
        if self.carves.iter().any(|carve| carve.from == text) {
            return None;
        }
        let strip = self.index.with_text(&text)?;
        let known = match keystroke {
            Keystroke::Insert { first, left, .. } => {
                left.and_then(|left| self.carets.place_behind(first.client, left))
            }
            Keystroke::Remove(unit) => {
                let place = self.carets.place_of(*unit);
                place.map(|place| (place, Styles::NONE))
            }
            Keystroke::Own(_) => return None,
        };
        let txn = self.doc.transact();
        let known = known.filter(|(place, _)| place.strip == strip);
        debug_assert!(known.is_none_or(|(place, _)| keystroke.offset(&txn) == Some(place.at)));
        let (place, styles) = match known {
            Some(known) => known,
            None => {
                let at = keystroke.offset(&txn)?;
                if keystroke.parts(self.index.strip(strip), at, &txn) {
                    return None;
                }
                let place = Place { strip, at };
                (place, self.styles_of(keystroke, place, &txn))
            }
        };
        drop(txn);
        let (removed, inserted) = match keystroke {
            Keystroke::Insert { inserted, .. } => (0, inserted.as_str()),
            _ => (1, ""),
        };
        let stroke = Stroke {
            place,
            removed,
            inserted,
        };
        if !self.is_inside_a_paragraph(&stroke) || !self.has_length_after(&stroke) {
            return None;
        }
        match keystroke {
            Keystroke::Insert { first, right, .. } => {
                self.carets.typed(&stroke, *first, *right, styles);
            }
            _ => self.carets.removed(&stroke),
        }
        Some(self.follow_stroke(&stroke, styles))
    }

    /// The styles of what came with a keystroke.
    fn styles_of<T: ReadTxn>(&self, keystroke: &Keystroke, place: Place, txn: &T) -> Styles {
        let strip = self.index.strip(place.strip);
        match keystroke {
            Keystroke::Insert { .. } if strip.formatted => strip.read_styles_at(place.at, txn),
            _ => Styles::NONE,
        }
    }

    /// Brings the index up to date with a stroke and says what it changed.
    fn follow_stroke(&mut self, stroke: &Stroke<'_>, styles: Styles) -> Change {
        let Stroke {
            place,
            removed,
            inserted,
        } = *stroke;
        let index = &mut self.index;
        let before = index.before(place.strip);
        let from = before.len + place.at;
        let slot = index.strip(place.strip).marks_before(place.at);
        let paragraph = before.marks as usize + slot;
        index.tree.update(place.strip, |strip| {
            strip.type_over(place.at, removed, inserted, styles);
        });
        let len = utf16_len(inserted);
        let styled = (len > 0 && !styles.is_empty()).then(|| FormatChange {
            from,
            to: from + len,
            runs: vec![StyledRange { len, styles }],
        });
        Change {
            update: None,
            text: vec![TextChange {
                from,
                to: from + removed,
                insert: inserted.to_owned(),
            }],
            paragraphs: vec![ParagraphsChanged {
                from: paragraph,
                removed: 1,
                inserted: vec![index.info(paragraph)],
            }],
            formats: styled.into_iter().collect(),
            entries: Vec::new(),
            scenes: SceneChanges {
                changed: index.scene_of(paragraph).into_iter().collect(),
                ..SceneChanges::default()
            },
            selection: None,
        }
    }
}

/// How many units of all clients are in a set.
fn units_of(set: &IdSet) -> usize {
    let ranges = set.iter().flat_map(|(_, ranges)| ranges.iter());
    ranges.map(|range| range.len()).sum()
}
