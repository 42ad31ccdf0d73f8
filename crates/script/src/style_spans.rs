//! Which units of a strip's text have styles: known beside the document, so that typing in styled
//! text need not read it.

use std::ops::Range;

use scriptroom_paragraphs::Styles;

/// The styled stretches, in order: none is empty, and two that touch differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StyleSpans(Vec<(Range<u32>, Styles)>);

impl StyleSpans {
    /// Adds a stretch behind all others.
    pub(crate) fn push(&mut self, range: Range<u32>, styles: Styles) {
        if styles.is_empty() || range.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, same)) if last.end == range.start && *same == styles => {
                last.end = range.end
            }
            _ => self.0.push((range, styles)),
        }
    }

    /// The styles of a unit.
    pub(crate) fn at(&self, unit: u32) -> Styles {
        let spans = &self.0;
        let behind = spans.partition_point(|(range, _)| range.end <= unit);
        match spans.get(behind) {
            Some((range, styles)) if range.start <= unit => *styles,
            _ => Styles::NONE,
        }
    }

    /// Follows text that went and text that came in its place.
    pub(crate) fn replace(&mut self, at: u32, removed: u32, inserted: u32, styles: Styles) {
        if self.0.is_empty() && styles.is_empty() {
            return;
        }
        let end = at + removed;
        let mut after = StyleSpans::default();
        let old = std::mem::take(&mut self.0);
        for (range, own) in &old {
            after.push(range.start.min(at)..range.end.min(at), *own);
        }
        after.push(at..at + inserted, styles);
        let moved = |offset: u32| offset.max(end) - removed + inserted;
        for (range, own) in &old {
            after.push(moved(range.start)..moved(range.end), *own);
        }
        *self = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn it_says_what_a_list_of_units_says() {
        let mut rng = Rng::new(3);
        let choices = [Styles::NONE, Styles::BOLD, Styles::ITALIC];
        for _ in 0..300 {
            let mut spans = StyleSpans::default();
            let mut units: Vec<Styles> = Vec::new();
            for _ in 0..30 {
                let at = rng.below(units.len() as u64 + 1) as usize;
                let removed = (rng.below(4) as usize).min(units.len() - at);
                let inserted = rng.below(4) as usize;
                let styles = choices[rng.below(3) as usize];
                units.splice(at..at + removed, vec![styles; inserted]);
                spans.replace(at as u32, removed as u32, inserted as u32, styles);
                let said: Vec<Styles> = (0..units.len()).map(|u| spans.at(u as u32)).collect();
                assert_eq!(said, units);
                let mut anew = StyleSpans::default();
                for (unit, styles) in (0..).zip(&units) {
                    anew.push(unit..unit + 1, *styles);
                }
                assert_eq!(spans, anew, "there is one way to say it");
            }
        }
    }
}
