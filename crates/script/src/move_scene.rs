//! Moving a scene, and the carves that it may take.

use std::ops::Range;
use std::sync::Arc;

use crate::carve::Target;
use crate::change::Change;
use crate::error::EditError;
use crate::mark::SceneId;
use crate::schema;
use crate::script::{Cause, Script, Steps};
use crate::sum_tree::Handle;
use crate::undo::Kind;

impl Script {
    /// Moves a scene to right before another, or to the end. Of two who move a scene at once,
    /// one wins; text typed into the scene meanwhile goes with it.
    ///
    /// # Errors
    ///
    /// If one of the scenes is not in the script.
    pub fn move_scene(
        &mut self,
        scene: &SceneId,
        before: Option<&SceneId>,
        now_ms: u64,
    ) -> Result<Change, EditError> {
        let paragraphs = self.index.scene_range(scene);
        let paragraphs = paragraphs.ok_or_else(|| EditError::NoScene(scene.clone()))?;
        let target = match before {
            Some(id) => {
                let heading = self.index.heading_of(id);
                heading.ok_or_else(|| EditError::NoScene(id.clone()))?
            }
            None => self.paragraph_count(),
        };
        if (paragraphs.start..=paragraphs.end).contains(&target) {
            return Ok(Change::default());
        }
        self.undo.begin(Kind::Other, 0, 0, now_ms);
        self.settle_selection();
        let mut steps = Steps::default();
        self.make_final_mark(&mut steps);
        let start = self.index.paragraph_start(paragraphs.start);
        let end = self.index.paragraph_end(paragraphs.end - 1) + 1;
        let to = self.index.paragraph_start(target);
        self.divide(to, &mut steps);
        self.move_range(start..end, to, &mut steps);
        Ok(self.finish(steps))
    }

    /// Sees to it that a strip begins at `offset`, where a paragraph starts.
    fn divide(&mut self, offset: u32, steps: &mut Steps) {
        let Some(place) = self.index.unit_at(offset).filter(|place| place.at > 0) else {
            return;
        };
        let name = Arc::clone(&self.index.strip(place.strip).name);
        let tail = place.at..self.index.strip(place.strip).len();
        let new = self.new_strip(Some(place.strip), steps);
        let old = self.index.named(&name).expect("it only was re-keyed");
        self.carve_into(old, tail, new, steps, |_| ());
    }

    /// Moves a range of whole paragraphs to `to`, where a strip begins.
    fn move_range(&mut self, range: Range<u32>, to: u32, steps: &mut Steps) {
        let before = to.checked_sub(1).and_then(|o| self.index.unit_at(o));
        let count = self.index.parts(range.clone()).len();
        let keys = self.keys_after(before.map(|place| place.strip), count, steps);
        // Names, not handles: a strip that is re-keyed has another one.
        let parts: Vec<(Arc<str>, Range<u32>)> = self
            .index
            .parts(range)
            .into_iter()
            .map(|(strip, part)| (Arc::clone(&self.index.strip(strip).name), part))
            .collect();
        for ((name, part), key) in parts.into_iter().zip(keys) {
            let strip = self.index.named(&name).expect("strips stay");
            if part.len() == self.index.strip(strip).len() as usize {
                self.set_keys(&[strip], vec![key], steps, Cause::Writer);
            } else {
                let new = self.add_strip_at(&key, steps);
                let strip = self.index.named(&name).expect("strips stay");
                self.carve_into(strip, part, new, steps, |_| ());
            }
        }
    }

    /// Carries a part of a strip into an empty one.
    fn carve_into(
        &mut self,
        from: Handle,
        part: Range<u32>,
        into: Handle,
        steps: &mut Steps,
        remark: impl Fn(&mut crate::mark::Mark),
    ) {
        let source = self.index.strip(from).text_id;
        let name = Arc::clone(&self.index.strip(into).name);
        let start = self.index.before(from).len;
        let taken = start + part.start..start + part.end;
        let held = self.places_within(&taken);
        let made = self.step(steps, Cause::Writer, |working, txn| {
            let target = working.index.strip(into);
            let target = Target {
                map: &target.map,
                text: &target.text,
                at: 0,
            };
            working.carve(txn, from, part, &target, remark)
        });
        self.remember(source, &name, Some(made));
        let into = self.index.named(&name).expect("it was filled");
        let copied_to = self.index.before(into).len;
        self.carry_places(held, &taken, copied_to, steps);
    }

    /// Where the last paragraph of a strip becomes a scene heading, carries it into a new strip,
    /// so that scenes that are typed become strips of their own. Says whether it did.
    pub(crate) fn carry(&mut self, paragraph: usize, steps: &mut Steps) -> bool {
        let Some((strip, slot)) = self.index.mark_of(paragraph) else {
            return false;
        };
        let len = self.index.strip(strip).len();
        let start = self.index.paragraph_start(paragraph);
        let strip_start = self.index.before(strip).len;
        let carried = !slot.mark.is_heading()
            && slot.at + 1 == len
            && start > strip_start
            && len - (start - strip_start) <= schema::CARRIED;
        if !carried {
            return false;
        }
        let name = Arc::clone(&self.index.strip(strip).name);
        let scene = slot.mark.scene.clone();
        let scene = scene.unwrap_or_else(|| SceneId::new(self.rng.uuid()));
        let part = start - strip_start..len;
        let new = self.new_strip(Some(strip), steps);
        let strip = self.index.named(&name).expect("it only was re-keyed");
        self.carve_into(strip, part, new, steps, |mark| {
            mark.element = scriptroom_paragraphs::ElementType::SceneHeading;
            mark.unknown = None;
            mark.scene = Some(scene.clone());
        });
        true
    }
}

impl Script {
    fn add_strip_at(&mut self, key: &str, steps: &mut Steps) -> Handle {
        let name: Arc<str> = self.rng.short_id().into();
        self.step(steps, Cause::Upkeep, |working, txn| {
            working.add_strip(txn, &name, key);
        });
        self.index.named(&name).expect("the index followed")
    }

    /// Makes an empty strip right after another, or before all; returns it.
    pub(crate) fn new_strip(&mut self, after: Option<Handle>, steps: &mut Steps) -> Handle {
        let key = self.key_after(after, steps);
        self.add_strip_at(&key, steps)
    }
}
