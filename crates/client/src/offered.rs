//! What of edits is offered again one by one: enough to say whose they are (rule U6).

use scriptroom_room::check::Update;
use scriptroom_room::varint::Reader;

/// The client ids of which something was offered since the last answer.
#[derive(Debug, Default)]
pub(crate) struct Offered(Vec<u64>);

impl Offered {
    /// Whether an edit is the first to bring something new of a client id, to a relay that has so much.
    pub(crate) fn is_first(&mut self, update: &[u8], relay_has: &[u8]) -> bool {
        let Ok(update) = Update::decode(update) else {
            return true;
        };
        update.sections().iter().any(|section| {
            let known = next_of(relay_has, section.client).unwrap_or(0);
            let new = u64::from(section.end_clock) > known && !self.0.contains(&section.client);
            if new {
                self.0.push(section.client);
            }
            new
        })
    }
}

/// A client's clock in a state vector.
fn next_of(vector: &[u8], client: u64) -> Option<u64> {
    let mut reader = Reader::new(vector);
    for _ in 0..reader.uint(u64::MAX).ok()? {
        let one = reader.uint(u64::MAX).ok()?;
        let next = reader.uint(u64::MAX).ok()?;
        if one == client {
            return Some(next);
        }
    }
    None
}
