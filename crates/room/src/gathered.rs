//! What a turn sends, in fewer frames (U11): of the updates that one connection is sent in a row it gets one, and one message of presence.
//!
//! A frame costs its receiver, and the relay for each receiver, much the same whether there is one letter in it or ten. When
//! fifty people type at once, that is most of what a relay does.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::awareness::{self, Presence};
use crate::ids::StateVector;
use crate::merge::merge;
use crate::session::SessionId;
use crate::wire::Message;

/// Frames that are larger than this stay alone: what their receivers are spared is nothing beside them.
const MAX_JOINED_BYTES: usize = 16 << 10;

/// A frame and who gets it.
pub type Addressed = (Vec<SessionId>, Rc<Vec<u8>>);

/// The frames of a turn.
#[derive(Debug, Default)]
pub struct Gathered {
    frames: Vec<Addressed>,
}

impl Gathered {
    /// Adds a frame after those that are there.
    pub fn push(&mut self, to: Vec<SessionId>, frame: Vec<u8>) {
        self.frames.push((to, Rc::new(frame)));
    }

    /// Takes them all. Each connection gets, in this order, frames that tell it what those that were added for it tell, in
    /// their order; but presence comes after the updates beside it, in which the places are that it names.
    pub fn take(&mut self) -> Vec<Addressed> {
        let frames = std::mem::take(&mut self.frames);
        if frames.len() < 2 {
            return frames;
        }
        let mut lists: BTreeMap<SessionId, Vec<usize>> = BTreeMap::new();
        for (at, (to, _)) in frames.iter().enumerate() {
            for &id in to {
                lists.entry(id).or_default().push(at);
            }
        }
        let mut alike: BTreeMap<Vec<usize>, Vec<SessionId>> = BTreeMap::new();
        for (id, list) in lists {
            alike.entry(list).or_default().push(id);
        }
        let mut fewer = Vec::new();
        for (list, to) in alike {
            let frames = joined(list.iter().map(|&at| &frames[at].1));
            fewer.extend(frames.into_iter().map(|frame| (to.clone(), frame)));
        }
        fewer
    }
}

/// Neighbours that can be one frame.
#[derive(Default)]
struct Run<'a> {
    updates: Vec<(&'a Rc<Vec<u8>>, &'a [u8])>,
    /// The same about the threads, among messages about the script.
    of_threads: Vec<(&'a Rc<Vec<u8>>, &'a [u8])>,
    presence: Vec<&'a Rc<Vec<u8>>>,
}

fn joined<'a>(frames: impl Iterator<Item = &'a Rc<Vec<u8>>>) -> Vec<Rc<Vec<u8>>> {
    let mut out = Vec::new();
    let mut run = Run::default();
    for frame in frames {
        if !run.takes(frame) {
            std::mem::take(&mut run).end(&mut out);
            out.push(Rc::clone(frame));
        }
    }
    run.end(&mut out);
    out
}

impl<'a> Run<'a> {
    fn takes(&mut self, frame: &'a Rc<Vec<u8>>) -> bool {
        if frame.len() > MAX_JOINED_BYTES {
            return false;
        }
        match Message::decode(frame) {
            Ok(Message::Update(bytes)) => self.updates.push((frame, bytes)),
            Ok(Message::Awareness(_)) => self.presence.push(frame),
            Ok(Message::Threads(inner)) => match Message::decode(inner) {
                Ok(Message::Update(bytes)) => self.of_threads.push((frame, bytes)),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    fn end(self, out: &mut Vec<Rc<Vec<u8>>>) {
        one_update(&self.updates, out, |update| update);
        one_update(&self.of_threads, out, |update| {
            Message::Threads(&update).encode()
        });
        one_presence(&self.presence, out);
    }
}

fn one_update(
    updates: &[(&Rc<Vec<u8>>, &[u8])],
    out: &mut Vec<Rc<Vec<u8>>>,
    wrap: impl Fn(Vec<u8>) -> Vec<u8>,
) {
    let bytes: Vec<&[u8]> = updates.iter().map(|(_, bytes)| *bytes).collect();
    match merge(&bytes, &StateVector::default()) {
        Ok(merged) if bytes.len() > 1 => {
            out.push(Rc::new(wrap(Message::Update(&merged).encode())));
        }
        _ => out.extend(updates.iter().map(|(frame, _)| Rc::clone(frame))),
    }
}

/// Of each client id the last state.
fn one_presence(frames: &[&Rc<Vec<u8>>], out: &mut Vec<Rc<Vec<u8>>>) {
    let mut last: BTreeMap<u64, Presence> = BTreeMap::new();
    for frame in frames {
        let Ok(Message::Awareness(states)) = Message::decode(frame) else {
            continue;
        };
        for presence in awareness::decode(states, usize::MAX).unwrap_or_default() {
            last.insert(presence.client, presence);
        }
    }
    match frames {
        [] => {}
        [one] => out.push(Rc::clone(one)),
        _ => {
            let states = awareness::encode(last.values());
            out.push(Rc::new(Message::Awareness(&states).encode()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: SessionId = SessionId(1);
    const BOB: SessionId = SessionId(2);
    const EVE: SessionId = SessionId(3);

    /// An update of one letter: `client` writes it at `clock`, into the root "text".
    fn letter(client: u8, clock: u8, letter: u8) -> Vec<u8> {
        let root = [1, 4, b't', b'e', b'x', b't'];
        let after = [client, clock.wrapping_sub(1)];
        let (info, place): (u8, &[u8]) = match clock {
            0 => (0x04, &root),
            _ => (0x84, &after),
        };
        let head = [1, 1, client, clock, info];
        [&head[..], place, &[1, letter, 0]].concat()
    }

    fn update(bytes: &[u8]) -> Vec<u8> {
        Message::Update(bytes).encode()
    }

    fn presence(client: u64, clock: u64) -> Vec<u8> {
        let state = "{}".to_owned();
        let states = [Presence {
            client,
            clock,
            state,
        }];
        Message::Awareness(&awareness::encode(states.iter())).encode()
    }

    fn taken(frames: &[(&[SessionId], Vec<u8>)]) -> BTreeMap<SessionId, Vec<Vec<u8>>> {
        let mut gathered = Gathered::default();
        for (to, frame) in frames {
            gathered.push(to.to_vec(), frame.clone());
        }
        let mut boxes: BTreeMap<SessionId, Vec<Vec<u8>>> = BTreeMap::new();
        for (to, frame) in gathered.take() {
            for id in to {
                boxes.entry(id).or_default().push(frame.to_vec());
            }
        }
        assert!(gathered.take().is_empty());
        boxes
    }

    fn merged(updates: &[Vec<u8>]) -> Vec<u8> {
        update(&merge(updates, &StateVector::default()).unwrap())
    }

    #[test]
    fn u11_each_gets_one_update_of_all_that_others_wrote() {
        let (a, b, c) = (letter(1, 0, b'a'), letter(2, 0, b'b'), letter(1, 1, b'c'));
        let boxes = taken(&[
            (&[BOB, EVE], update(&a)),
            (&[ADA, EVE], update(&b)),
            (&[BOB, EVE], update(&c)),
        ]);
        assert_eq!(boxes[&EVE], [merged(&[a.clone(), b.clone(), c.clone()])]);
        assert_eq!(boxes[&BOB], [merged(&[a, c])]);
        assert_eq!(boxes[&ADA], [update(&b)]);
    }

    #[test]
    fn u11_what_is_no_update_keeps_its_place_among_them() {
        let (a, b, c) = (letter(1, 0, b'a'), letter(2, 0, b'b'), letter(3, 0, b'c'));
        let ack = Message::Ack {
            number: 1,
            status: crate::wire::AckStatus::Stored,
            reason: "",
        };
        let ack = ack.encode();
        let boxes = taken(&[
            (&[ADA], update(&a)),
            (&[ADA], update(&b)),
            (&[ADA], ack.clone()),
            (&[ADA], update(&c)),
        ]);
        assert_eq!(boxes[&ADA], [merged(&[a, b]), ack, update(&c)]);
    }

    #[test]
    fn u11_presence_comes_once_for_each_client_and_after_the_words_that_it_points_into() {
        let (a, b) = (letter(1, 0, b'a'), letter(2, 0, b'b'));
        let boxes = taken(&[
            (&[EVE], update(&a)),
            (&[EVE], presence(1, 1)),
            (&[EVE], update(&b)),
            (&[EVE], presence(2, 1)),
            (&[EVE], presence(1, 2)),
        ]);
        let state = || "{}".to_owned();
        let states = [(1, 2), (2, 1)].map(|(client, clock)| Presence {
            client,
            clock,
            state: state(),
        });
        let states = Message::Awareness(&awareness::encode(states.iter())).encode();
        assert_eq!(boxes[&EVE], [merged(&[a, b]), states]);
    }

    #[test]
    fn u11_the_script_and_its_threads_stay_apart() {
        let (a, b) = (letter(1, 0, b'a'), letter(2, 0, b'b'));
        let threads = |bytes: &[u8]| Message::Threads(&update(bytes)).encode();
        let boxes = taken(&[
            (&[EVE], update(&a)),
            (&[EVE], threads(&a)),
            (&[EVE], update(&b)),
            (&[EVE], threads(&b)),
        ]);
        let both = merged(&[a, b]);
        let of_threads = Message::Threads(&both).encode();
        assert_eq!(boxes[&EVE], [both, of_threads]);
    }

    #[test]
    fn u11_what_is_large_stays_alone() {
        let long: Vec<u8> = vec![b'x'; MAX_JOINED_BYTES];
        let boxes = taken(&[
            (&[EVE], update(&letter(1, 0, b'a'))),
            (&[EVE], update(&long)),
            (&[EVE], update(&letter(2, 0, b'b'))),
        ]);
        assert_eq!(boxes[&EVE].len(), 3);
        assert_eq!(boxes[&EVE][1], update(&long));
    }
}
