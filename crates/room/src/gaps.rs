//! What of an update can be read although other parts of it build on something that is missing.
//!
//! A document that applies such an update stops, for each client, at the first struct that builds on what is not there, and keeps back all that
//! follows it, even what builds on nothing missing. A document that was sent the same in small pieces shows the latter. So that both read
//! the same, what has to wait is left out here before the update is applied.

use crate::check::{CheckError, Kind, Struct, Update};
use crate::ids::{Id, IdSet};
use crate::rewrite::RunWriter;
use crate::varint::write_uint;

/// `update` without what builds, directly or through other parts of it, on what neither it nor `known` has; none if it has nothing of the kind.
///
/// # Errors
/// [`CheckError`] when one of them is no update that the relay would take.
pub fn readable(known: &[u8], update: &[u8]) -> Result<Option<Vec<u8>>, CheckError> {
    let (known, update) = (Update::decode(known)?, Update::decode(update)?);
    let mut here = IdSet::default();
    for one in [&known, &update] {
        for section in one.sections() {
            let structs = structs(one, section.client);
            here.add(section.client, structs.map(|one| one.id.clock..one.end()));
        }
    }
    let mut waits = IdSet::default();
    loop {
        let mut more = IdSet::default();
        for section in update.sections() {
            let stuck = structs(&update, section.client).filter(|one| {
                let lacks = |id: Id| !has(&here, id) || has(&waits, id) || has(&more, id);
                !has(&waits, one.id) && one.references().any(lacks)
            });
            let stuck: Vec<_> = stuck.map(|one| one.id.clock..one.end()).collect();
            more.add(section.client, stuck);
        }
        if more.is_empty() {
            break;
        }
        waits.add_all(&more);
    }
    Ok((!waits.is_empty()).then(|| without(&update, &waits)))
}

/// A client's structs, and none of its gaps.
fn structs<'a>(update: &'a Update<'a>, client: u64) -> impl Iterator<Item = Struct<'a>> {
    let sections = update.sections().iter();
    let own = sections.filter(move |section| section.client == client);
    let structs = own.flat_map(|section| update.structs(section));
    structs.filter(|one| one.kind != Kind::Skip)
}

fn has(ids: &IdSet, id: Id) -> bool {
    let ranges = ids.ranges(id.client);
    let at = ranges.partition_point(|range| range.end <= id.clock);
    ranges.get(at).is_some_and(|range| range.start <= id.clock)
}

fn without(update: &Update<'_>, waits: &IdSet) -> Vec<u8> {
    let mut body = Vec::new();
    let mut count = 0;
    for section in update.sections() {
        let mut left = structs(update, section.client).filter(|one| !has(waits, one.id));
        let Some(first) = left.next() else {
            continue;
        };
        let mut run = RunWriter::new(section.client, first.id.clock);
        run.push(&first);
        left.for_each(|one| run.push(&one));
        count += u64::from(run.finish(&mut body));
    }
    let mut out = Vec::with_capacity(body.len() + 16);
    write_uint(&mut out, count);
    out.extend_from_slice(&body);
    update.deletions().without(waits).encode(&mut out);
    out
}
