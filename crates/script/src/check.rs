//! The index against the document: what tests and the simulator call after every step.

use yrs::{Text, Transact};

use crate::index::Index;
use crate::script::Script;
use crate::strip::Strip;
use crate::sum_tree::Summary;

impl Script {
    /// Checks that the index says what one built from scratch says, and that it agrees with
    /// itself. It reads the whole document: for tests.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn check(&self) {
        let fresh = self.index_from_scratch();
        assert_eq!(
            describe(&self.index),
            describe(&fresh),
            "the index is out of step"
        );
        assert_eq!(
            self.index.scenes.count(),
            fresh.scenes.count(),
            "ids without a heading"
        );
        self.check_sums();
        self.check_paragraphs();
    }

    fn check_sums(&self) {
        let txn = self.doc.transact();
        let mut sum = Summary::default();
        for (handle, strip) in self.index.tree.iter() {
            assert_eq!(self.index.before(handle), sum, "sums before a strip");
            assert_eq!(strip.len(), strip.text.len(&txn), "a strip's length");
            sum = sum + crate::sum_tree::Leaf::summary(strip);
        }
        assert_eq!(self.index.tree.total(), sum, "the sum of all strips");
    }

    fn check_paragraphs(&self) {
        let text = self.text();
        let lines: Vec<&str> = text.split('\n').collect();
        assert_eq!(lines.len(), self.paragraph_count(), "paragraphs are lines");
        let mut start = 0;
        for (index, line) in lines.iter().enumerate() {
            let len = crate::schema::utf16_len(line);
            assert_eq!(self.paragraph_start(index), start);
            assert_eq!(self.paragraph(index).len, len);
            assert_eq!(self.paragraph_at(start), index);
            assert_eq!(self.paragraph_at(start + len), index);
            start += len + 1;
        }
        assert_eq!(self.len_utf16(), start - 1);
        let scenes = self.scenes();
        for pair in scenes.windows(2) {
            assert_eq!(pair[0].paragraph + pair[0].paragraphs, pair[1].paragraph);
        }
        for scene in &scenes {
            let range = self
                .scene_paragraphs(&scene.id)
                .expect("a scene has paragraphs");
            assert_eq!(range, scene.paragraph..scene.paragraph + scene.paragraphs);
            assert_eq!(
                self.scene_at(scene.offset).map(|s| s.id),
                Some(scene.id.clone())
            );
        }
    }
}

fn describe(index: &Index) -> Vec<String> {
    let strip = |strip: &Strip| {
        let marks: Vec<String> = strip
            .marks
            .iter()
            .map(|slot| format!("{} {:?} {:?} {:?}", slot.at, slot.id, slot.mark, slot.scene))
            .collect();
        format!(
            "{} {:?} {:?} {:?} {:?} {marks:?}",
            strip.name,
            strip.key,
            strip.headings,
            strip.styles,
            String::from_utf16_lossy(&strip.units),
        )
    };
    index.tree.iter().map(|(_, leaf)| strip(leaf)).collect()
}
