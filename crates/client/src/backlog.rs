//! Edits that wait until the relay has stored some of those before them, and then go out as few.
//!
//! A relay that answers at once is sent each edit as it is made. One that is busy is not helped by a frame a letter: what is
//! typed meanwhile costs it, and everybody whom it is shown to, no more than one edit does.

use scriptroom_room::check::{Section, Update};
use scriptroom_room::varint::write_uint;

/// Updates that are larger than this stay as they are: what the relay is spared is nothing beside them.
const MAX_JOINED_BYTES: usize = 16 << 10;
/// How an update begins that brings something of one client id, and how one ends that deletes nothing.
const ONE_CLIENT: u64 = 1;
const NO_DELETIONS: u8 = 0;

/// Updates in their order.
#[derive(Debug, Default)]
pub(crate) struct Backlog(Vec<Waiting>);

/// An update that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) update: Vec<u8>,
    /// How many edits it is.
    pub(crate) edits: u64,
    /// The one client id's structs in it, if it deletes nothing: what others may be added to.
    open: Option<Section>,
}

impl Backlog {
    /// Adds an edit, to the update before it if both can be one of so many bytes: if the edit goes on where that ended. An
    /// update of several client ids would give its sender none of them (rule U6).
    #[inline(never)]
    pub(crate) fn push(&mut self, update: &[u8], max_bytes: u64) {
        let open = match Update::decode(update) {
            Ok(decoded) if decoded.deletions().is_empty() => match decoded.sections() {
                [section] => Some(section.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some(section) = &open
            && let Some(last) = self.0.last_mut()
            && last.update.len() + update.len() <= MAX_JOINED_BYTES.min(max_bytes as usize)
            && last.take_in(update, section)
        {
            return;
        }
        let update = update.to_vec();
        let edits = 1;
        self.0.push(Waiting {
            update,
            edits,
            open,
        });
    }

    /// Takes all that wait.
    pub(crate) fn take(&mut self) -> Vec<Waiting> {
        std::mem::take(&mut self.0)
    }
}

impl Waiting {
    /// Adds the structs of another update, if they go on where these end.
    fn take_in(&mut self, update: &[u8], section: &Section) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        if (open.client, open.end_clock) != (section.client, section.clock) {
            return false;
        }
        let structs = open.structs + section.structs;
        let mut out = Vec::new();
        for number in [ONE_CLIENT, structs, open.client, u64::from(open.clock)] {
            write_uint(&mut out, number);
        }
        let begin = out.len();
        out.extend_from_slice(&self.update[open.bytes.clone()]);
        out.extend_from_slice(&update[section.bytes.clone()]);
        *open = open.followed_by(section, begin..out.len());
        out.push(NO_DELETIONS);
        self.update = out;
        self.edits += 1;
        true
    }
}
