//! What of the comments is held against what was meant, in the end.

use std::collections::BTreeMap;

use scriptroom_room::{Config, Lane};
use scriptroom_script::{Thread, Threads};

use crate::remarks::Remark;
use crate::world::{Page, World};

impl World {
    /// The threads as the relay's log has them; every edit counts.
    fn relay_threads(&self) -> Vec<Thread> {
        let threads = Threads::load(1, &self.relay.disks.threads.log());
        threads.expect("they were checked").list(&|_, _| true)
    }

    /// Whether a client does not have what the relay has of the comments, or the relay not what it has.
    pub(crate) fn lacks_comments(&self, at: usize) -> bool {
        let Page::Ours(tab) = &self.clients[at].page else {
            return false;
        };
        let Some(talk) = &tab.talk else {
            return false;
        };
        // Of what it may not say the relay knows nothing.
        let here = Threads::load(1, &self.clients[at].device.shelf.updates());
        let here = here.expect("they were written by a tab").list(&|_, _| true);
        let differs = talk.stuck.is_none() && here != self.relay_threads();
        differs || !talk.is_settled()
    }

    /// Each comment that somebody made and did not take away is there, once, with its author; nothing else is.
    pub(crate) fn check_comments(&mut self) {
        let threads = self.relay_threads();
        let comments = threads.iter().flat_map(|thread| &thread.comments);
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for comment in comments {
            *found.entry(&comment.text).or_default() += 1;
        }
        let shown = |remark: &Remark| {
            let times = remark.texts.iter().map(|text| found.get(text.as_str()));
            times.flatten().sum::<usize>()
        };
        let remarks = &self.remarks;
        let due = remarks.all.iter().filter(|remark| !remark.removed);
        let lost = due.filter(|remark| shown(remark) == 0 && !self.is_kept(remark));
        let lost: Vec<&str> = lost.map(|remark| remark.texts[0].as_str()).collect();
        let too_late = self.may_recover_too_late();
        let twice = remarks
            .all
            .iter()
            .filter(|remark| shown(remark) > 1 && !too_late);
        let twice: Vec<&str> = twice.map(|remark| remark.texts[0].as_str()).collect();
        let strange: Vec<&&str> = found
            .keys()
            .filter(|text| remarks.of(text).is_none())
            .collect();
        self.ledger
            .expect(lost.is_empty(), "no comment is lost", || {
                format!("{lost:?} are gone")
            });
        self.ledger.expect(twice.is_empty(), "comments", || {
            format!("{twice:?} are there twice")
        });
        self.ledger.expect(strange.is_empty(), "comments", || {
            format!("nobody said {strange:?}")
        });
        self.check_authors();
    }

    /// Whether a device keeps it whose person may not say it, or may not be here; maybe as something that an earlier log has.
    fn is_kept(&self, remark: &Remark) -> bool {
        let epoch = self.relay.disks.script.epoch();
        let theirs = self.clients.iter();
        let mut theirs = theirs.filter(|client| client.person == remark.person);
        theirs.any(|client| {
            let threads = Threads::load(1, &client.device.shelf.updates());
            let threads = threads.expect("they were written by a tab");
            let shelf = &client.device.shelf;
            let waits = !shelf.unsaved().is_empty() || !shelf.is_of(&epoch);
            let role = self.relay.members.get(&client.person);
            let may = role.is_some_and(|role| role.writes(Lane::Threads));
            let mut said = threads.list(&|_, _| true);
            let said = said.iter_mut().flat_map(|thread| &mut thread.comments);
            waits && !may && said.into_iter().any(|one| remark.texts.contains(&one.text))
        })
    }

    /// D4: everybody is told whose each comment is. A relay that was restored may not know whose an id was; one that puts off what
    /// somebody offers one by one hears it with the rest, where it does not say whose it is.
    fn check_authors(&mut self) {
        let puts_off = self.weather.config.updates != Config::default().updates;
        if self.restored || puts_off {
            return;
        }
        let mut wrong = Vec::new();
        for (at, client) in self.clients.iter().enumerate() {
            let (Page::Ours(tab), true) = (&client.page, client.is_open) else {
                continue;
            };
            let Some(talk) = tab.talk.as_ref().filter(|talk| talk.stuck.is_none()) else {
                continue;
            };
            let shown = talk.comments.list(&tab.script);
            let comments = shown.iter().flat_map(|shown| &shown.thread.comments);
            for comment in comments {
                let said = self.remarks.of(&comment.text);
                let author = talk.comments.owner(comment.client);
                if said.map(|remark| remark.person.as_str()) != author {
                    wrong.push(format!("{at} shows {:?} as of {author:?}", comment.text));
                }
            }
        }
        self.ledger
            .expect(wrong.is_empty(), "authors", || wrong.join("; "));
    }
}
