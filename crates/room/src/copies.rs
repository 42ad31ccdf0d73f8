//! The one thing in a script's values that names units of their own client: the records of what was copied (`carve_record` in
//! `crates/script`), by which two copies of the same text are known and one is taken back. What gets other ids is a copy under these.

use std::ops::Range;

use crate::check::{Kind, Struct};
use crate::fork::{Fork, Forks};
use crate::ids::Id;
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_buffer, write_uint};

/// The tag of a value that is bytes.
const BUFFER: u8 = 116;

/// Whether that is such a record, of copies under its own client id.
pub(crate) fn is_record(found: &Struct<'_>) -> bool {
    runs(found).is_some()
}

/// A record as it has to be after `forks` have given units other ids; `None` if it is no record, or none of its units has moved.
///
/// Its copies have moved along with it: they get their new ids. What was copied may have moved, too. Then the record names that under both
/// ids, since other people's records still have the old one; but only under the new one where the old id means something else at the
/// relay, for there others' records are of that ([`Fork::is_other`]).
pub(crate) fn moved(found: &Struct<'_>, forks: &Forks) -> Option<Vec<u8>> {
    let fork = forks.get(&found.id.client);
    let fork = fork.filter(|fork| fork.clocks.contains(&found.id.clock));
    let (client, from) = fork.map_or((found.id.client, 0), |fork| (fork.to, fork.clocks.start));
    let runs = runs(found)?;
    let is_other = |run: &Copied| forks.get(&run.old.client).is_some_and(|fork| fork.is_other);
    if fork.is_none() && !runs.iter().any(is_other) {
        return None;
    }
    let mut record = Vec::new();
    write_uint(&mut record, client);
    for run in runs.into_iter().filter_map(|run| run.copied_to(from)) {
        let other = forks.get(&run.old.client);
        let parts = other.map_or_else(|| vec![run.clone()], |fork| run.as_was(fork));
        let now = other.and_then(|fork| run.copied_from(fork));
        for part in parts.into_iter().chain(now) {
            part.write(from, &mut record);
        }
    }
    let mut content = vec![1, BUFFER];
    write_buffer(&mut content, &record);
    Some(content)
}

/// Units in a row whose copies are in a row, too.
#[derive(Clone)]
struct Copied {
    old: Id,
    len: u32,
    new: u32,
}

impl Copied {
    /// The part whose copies have clocks from that one on.
    fn copied_to(&self, clock: u32) -> Option<Copied> {
        self.without(clock.saturating_sub(self.new))
    }

    /// The part that was copied of units which the fork has moved, with these under their new ids.
    fn copied_from(&self, fork: &Fork) -> Option<Copied> {
        let Range { start, end } = fork.clocks;
        let rest = self
            .until(end)?
            .without(start.saturating_sub(self.old.clock))?;
        let clock = rest.old.clock - start;
        let client = fork.to;
        let old = Id { client, clock };
        Some(Copied { old, ..rest })
    }

    /// The parts that are still true of the old ids.
    fn as_was(&self, fork: &Fork) -> Vec<Copied> {
        if !fork.is_other {
            return vec![self.clone()];
        }
        let Range { start, end } = fork.clocks;
        let behind = self.without(end.saturating_sub(self.old.clock));
        self.until(start).into_iter().chain(behind).collect()
    }

    /// What of it was copied of units before a clock.
    fn until(&self, clock: u32) -> Option<Copied> {
        let len = self.len.min(clock.saturating_sub(self.old.clock));
        let (old, new) = (self.old, self.new);
        (len > 0).then_some(Copied { old, len, new })
    }

    /// It without some of its first units.
    fn without(&self, units: u32) -> Option<Copied> {
        let len = self.len.checked_sub(units).filter(|&len| len > 0)?;
        let clock = self.old.clock.checked_add(units)?;
        Some(Copied {
            old: Id { clock, ..self.old },
            len,
            new: self.new.checked_add(units)?,
        })
    }

    fn write(&self, from: u32, record: &mut Vec<u8>) {
        write_uint(record, self.old.client);
        for number in [self.old.clock, self.len, self.new - from] {
            write_uint(record, u64::from(number));
        }
    }
}

fn runs(found: &Struct<'_>) -> Option<Vec<Copied>> {
    let &[1, BUFFER, ref record @ ..] = found.content else {
        return None;
    };
    let is_named = found.key.is_none_or(|key| key.starts_with(['c', 'u']));
    let mut record = Reader::new(Reader::new(record).buffer().ok()?);
    let own = found.kind == Kind::Values && is_named;
    if !own || record.uint(MAX_SAFE_INTEGER) != Ok(found.id.client) {
        return None;
    }
    let mut runs = Vec::new();
    while record.left() > 0 {
        runs.push(read_run(&mut record).ok()?);
    }
    Some(runs)
}

fn read_run(record: &mut Reader<'_>) -> Result<Copied, ReadError> {
    let client = record.uint(MAX_SAFE_INTEGER)?;
    let mut number = || record.uint(u64::from(u32::MAX)).map(|number| number as u32);
    let (clock, len, new) = (number()?, number()?, number()?);
    let old = Id { client, clock };
    Ok(Copied { old, len, new })
}
