//! What was meant with the comments: who said what, and what somebody took back. Every text that is said is unique.

use std::collections::BTreeMap;

use scriptroom_client::comments::Comments;
use scriptroom_script::{Comment, Script, Thread};

use crate::dice::Dice;

/// Something that somebody said, with all that they have made of it since.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Who.
    pub person: String,
    /// Its texts: each edit has another.
    pub texts: Vec<String>,
    /// Its author has taken it away.
    pub removed: bool,
}

/// Everything that was said.
#[derive(Debug, Default)]
pub struct Remarks {
    /// All of them, in order.
    pub all: Vec<Remark>,
    by_text: BTreeMap<String, usize>,
}

impl Remarks {
    /// Whose text that is, and of which remark.
    pub fn of(&self, text: &str) -> Option<&Remark> {
        self.by_text.get(text).map(|&at| &self.all[at])
    }

    fn fresh(&mut self, remark: usize) -> String {
        let text = format!("remark {}", self.by_text.len() + 1);
        self.by_text.insert(text.clone(), remark);
        text
    }

    fn begin(&mut self, person: &str) -> String {
        let text = self.fresh(self.all.len());
        self.all.push(Remark {
            person: person.to_owned(),
            texts: vec![text.clone()],
            removed: false,
        });
        text
    }

    fn again(&mut self, before: &str) -> String {
        let at = self.by_text[before];
        let text = self.fresh(at);
        self.all[at].texts.push(text.clone());
        text
    }

    /// Somebody says something, or changes what they have said; the updates of it.
    pub fn speak(
        &mut self,
        comments: &mut Comments,
        script: &Script,
        dice: &mut Dice,
        (person, now_ms): (&str, u64),
    ) -> Vec<Vec<u8>> {
        let shown = comments.list(script);
        let threads: Vec<&Thread> = shown.iter().map(|shown| &shown.thread).collect();
        let all = threads.iter();
        let all = all.flat_map(|thread| thread.comments.iter().map(|one| (thread.id.clone(), one)));
        let own: Vec<(String, &Comment)> = all
            .filter(|(_, comment)| comments.is_mine(comment.client))
            .collect();
        let update = match dice.below(6) {
            0 if !own.is_empty() => {
                let (thread, comment) = dice.pick(&own);
                let text = self.again(&comment.text);
                comments.edit(thread, &comment.id, &text, now_ms)
            }
            1 if !own.is_empty() => {
                let (thread, comment) = dice.pick(&own);
                let at = self.by_text[&comment.text];
                self.all[at].removed = true;
                comments.remove(thread, &comment.id)
            }
            2 if !threads.is_empty() => {
                let thread = dice.pick(&threads);
                comments.threads().resolve(&thread.id, !thread.resolved)
            }
            3 | 4 if !threads.is_empty() => {
                let text = self.begin(person);
                let thread = dice.pick(&threads);
                comments.threads().reply(&thread.id, &text, now_ms)
            }
            _ => {
                let text = self.begin(person);
                let at = script.paragraph_start(dice.below(script.paragraph_count()));
                let anchor = script.anchor_at(at..at);
                let (_, update) = comments.threads().add(&anchor, "", &text, now_ms);
                Some(update)
            }
        };
        update.into_iter().collect()
    }
}
