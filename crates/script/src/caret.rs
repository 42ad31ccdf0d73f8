//! Where people type on.
//!
//! yrs finds a place in a text by walking its items from the start, and a text that was worked on
//! for long has many. Who types, types on: of the next key at a caret it is known between which
//! units it goes, of the next backspace which unit goes, and of the next Enter what follows the
//! mark behind which the new one comes. A caret is dropped as soon as anything happens that it
//! does not understand; then the next key walks once.

use scriptroom_paragraphs::Styles;
use yrs::{ClientID, ID};

use crate::index::Place;
use crate::written;

/// More are not kept: the longest unused goes.
const MOST: usize = 8;
/// A caret remembers so many units before it.
const TYPED: usize = 2_000;

/// What a keystroke does to the text of one strip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke<'a> {
    pub(crate) place: Place,
    pub(crate) removed: u32,
    pub(crate) inserted: &'a str,
}

#[derive(Debug)]
struct Caret {
    client: ClientID,
    place: Place,
    /// The last unit that was typed here, there or deleted: what comes next comes behind it.
    left: ID,
    right: Option<ID>,
    /// The styles of what is typed here: those of `left`.
    styles: Styles,
    /// The units that stand right before the caret, as far as they are known.
    typed: Vec<ID>,
    /// Where `right` is the mark that ends the paragraph: what is known to follow that.
    behind: Option<Option<ID>>,
}

impl Caret {
    /// How many of the units that it knows stay, if a stroke is made at it and takes no others.
    fn kept(&self, stroke: &Stroke<'_>) -> Option<usize> {
        let Place { strip, at } = stroke.place;
        let at = at + stroke.removed;
        let kept = self.typed.len().checked_sub(stroke.removed as usize)?;
        (self.place == Place { strip, at }).then_some(kept)
    }
}

/// The carets of the writer here and of the co-writers.
#[derive(Default)]
pub(crate) struct Carets(Vec<Caret>);

impl Carets {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The update that makes this stroke of the writer with this id, if the caret knows it.
    pub(crate) fn update(&self, first: ID, stroke: &Stroke<'_>) -> Option<Vec<u8>> {
        let caret = self.0.iter().rfind(|caret| caret.client == first.client)?;
        let gone = &caret.typed[caret.kept(stroke)?..];
        Some(match stroke.inserted {
            "" => written::deletion(gone),
            typed => written::insertion(first, caret.left, caret.right, typed, gone),
        })
    }

    /// The unit behind the caret of a client, if that stands here: it may be deleted by now.
    pub(crate) fn behind(&self, client: ClientID, place: Place) -> Option<ID> {
        let mut carets = self.0.iter().rev();
        let caret = carets.find(|caret| caret.client == client && caret.place == place)?;
        caret.right
    }

    /// What follows this mark, if a client's caret that stands before it knows that.
    pub(crate) fn behind_mark(
        &self,
        client: ClientID,
        place: Place,
        mark: ID,
    ) -> Option<Option<ID>> {
        let caret = self.0.iter().rfind(|caret| caret.client == client)?;
        let is_there = caret.place == place && caret.right == Some(mark);
        caret.behind.filter(|_| is_there)
    }

    /// Where text comes to stand that a client types behind this unit, and its styles.
    pub(crate) fn place_behind(&self, client: ClientID, left: ID) -> Option<(Place, Styles)> {
        let mut carets = self.0.iter().rev();
        let caret = carets.find(|caret| caret.client == client && caret.left == left)?;
        Some((caret.place, caret.styles))
    }

    /// What is known, beyond its place, of what a client types on: what comes behind it, and its
    /// styles.
    pub(crate) fn of(&self, client: ClientID) -> Option<(Option<ID>, Styles)> {
        let caret = self.0.iter().rfind(|caret| caret.client == client)?;
        Some((caret.right, caret.styles))
    }

    /// Where a unit stands that was the last before a caret.
    pub(crate) fn place_of(&self, unit: ID) -> Option<Place> {
        let last = |caret: &&Caret| caret.typed.last() == Some(&unit);
        let place = self.0.iter().rev().find(last)?.place;
        Some(Place {
            at: place.at - 1,
            ..place
        })
    }

    /// Follows text that came.
    pub(crate) fn typed(
        &mut self,
        stroke: &Stroke<'_>,
        first: ID,
        right: Option<ID>,
        styles: Styles,
    ) {
        let ids = written::ids(first, stroke.inserted);
        let mine = |caret: &Caret| caret.client == first.client;
        let own = self.0.iter().position(mine).map(|at| self.0.remove(at));
        let kept = own.as_ref().and_then(|own| own.kept(stroke));
        self.follow(stroke);
        let (mut typed, behind) = match own.zip(kept) {
            Some((mut own, kept)) => {
                own.typed.truncate(kept);
                (own.typed, own.behind.filter(|_| own.right == right))
            }
            None => (Vec::new(), None),
        };
        typed.extend(ids);
        if typed.len() > TYPED {
            typed.drain(..typed.len() - TYPED / 2);
        }
        let Some(&left) = typed.last() else { return };
        let len = left.clock - first.clock + 1;
        self.push(Caret {
            client: first.client,
            place: Place {
                at: stroke.place.at + len,
                ..stroke.place
            },
            left,
            right,
            styles,
            typed,
            behind,
        });
    }

    /// Follows a client that has put a mark behind another one, which has no styles, and stands between the two now.
    pub(crate) fn entered(&mut self, place: Place, left: ID, mark: ID, behind: Option<ID>) {
        self.0.retain(|caret| caret.client != mark.client);
        self.follow(&Stroke {
            place,
            removed: 0,
            inserted: "\n",
        });
        self.push(Caret {
            client: mark.client,
            place,
            left,
            right: Some(mark),
            styles: Styles::NONE,
            typed: Vec::new(),
            behind: Some(behind),
        });
    }

    fn push(&mut self, caret: Caret) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(caret);
    }

    /// Follows text that went: backspaces at a caret, or any other deletion.
    pub(crate) fn removed(&mut self, stroke: &Stroke<'_>) {
        let at_caret = |caret: &Caret| caret.kept(stroke).is_some();
        let own = self.0.iter().position(at_caret);
        let own = own.map(|at| self.0.remove(at));
        self.follow(stroke);
        if let Some(mut caret) = own {
            let kept = caret.typed.len() - stroke.removed as usize;
            caret.typed.truncate(kept);
            caret.place = stroke.place;
            self.0.push(caret);
        }
    }

    /// Moves the carets behind a stroke, and drops those that it touches.
    fn follow(&mut self, stroke: &Stroke<'_>) {
        let Stroke {
            place,
            removed,
            inserted,
        } = *stroke;
        let came = crate::schema::utf16_len(inserted);
        self.0.retain_mut(|caret| {
            let at = caret.place.at;
            if caret.place.strip != place.strip || place.at > at {
                if place.at == at + 1 && came > 0 {
                    caret.behind = None;
                }
                return true;
            }
            if place.at == at {
                // Text that comes right here may stand between the caret and its neighbours.
                return came == 0;
            }
            let known_from = at - caret.typed.len() as u32;
            let before = place.at + removed <= known_from;
            if before {
                caret.place.at = at - removed + came;
            }
            before
        });
    }
}
