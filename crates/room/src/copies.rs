//! The one thing in a script's values that names units of their own client: the records of what was copied (`carve_record` in
//! `crates/script`), by which two copies of the same text are known and one is taken back. What gets other ids is a copy under these.

use crate::check::{Kind, Struct};
use crate::fork::Forks;
use crate::ids::{ClientId, Id};
use crate::varint::{MAX_SAFE_INTEGER, ReadError, Reader, write_buffer, write_uint};

/// The tag of a value that is bytes.
const BUFFER: u8 = 116;

/// Whether that is such a record, of copies under its own client id.
pub(crate) fn is_record(found: &Struct<'_>) -> bool {
    runs(found).is_some()
}

/// The content of a record whose copies have moved with it, as far as they have. What was copied is named as it is now, too: others' records have it under
/// the id that it had. `None`: it is no record.
pub(crate) fn moved(found: &Struct<'_>, forks: &Forks) -> Option<Vec<u8>> {
    let fork = forks.get(&found.id.client)?;
    let from = fork.clocks.start;
    let mut record = Vec::new();
    write_uint(&mut record, fork.to);
    let runs = runs(found)?.into_iter();
    for run in runs.filter_map(|run| run.copied_to(from)) {
        run.write(from, &mut record);
        let other = forks.get(&run.old.client);
        let now = other.and_then(|fork| run.copied_from(fork.clocks.start, fork.to));
        if let Some(now) = now {
            now.write(from, &mut record);
        }
    }
    let mut content = vec![1, BUFFER];
    write_buffer(&mut content, &record);
    Some(content)
}

/// Units in a row whose copies are in a row, too.
struct Copied {
    old: Id,
    len: u32,
    new: u32,
}

impl Copied {
    /// What of it has copies from a clock on.
    fn copied_to(&self, clock: u32) -> Option<Copied> {
        self.without(clock.saturating_sub(self.new))
    }

    /// What of it was copied of units from a clock on that have moved, under their new ids.
    fn copied_from(&self, clock: u32, client: ClientId) -> Option<Copied> {
        let rest = self.without(clock.saturating_sub(self.old.clock))?;
        let clock = rest.old.clock - clock;
        let old = Id { client, clock };
        Some(Copied { old, ..rest })
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
