//! Many stored updates as one: the answer to a step 1 (U8) and what compaction stores (U9).
//!
//! Structs are taken over as bytes. No document is built and no values are decoded, so nothing in a stored update can
//! make it panic, and the cost is one walk over the bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::{CheckError, Kind, STRETCH_BYTES, Section, Update};
use crate::ids::{ClientId, IdSet, StateVector};
use crate::rewrite::RunWriter;
use crate::varint::write_uint;

/// The update of one byte pair: no structs, no deletions.
pub const EMPTY_UPDATE: &[u8] = &[0, 0];

/// One update with every struct of `updates` from the clocks of `since` on, and all their deletions.
///
/// # Errors
/// [`CheckError`] when one of them is no update.
pub fn merge<B: AsRef<[u8]>>(updates: &[B], since: &StateVector) -> Result<Vec<u8>, CheckError> {
    let decoded = updates
        .iter()
        .map(|bytes| Update::decode(bytes.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(merge_decoded(&decoded, since, |client, start, _| {
        RunWriter::new(client, start)
    }))
}

/// The same for somebody who joins: of text that is deleted only the length, as Yjs itself keeps it (U10).
///
/// # Errors
/// [`CheckError`] when one of them is no update.
pub fn merge_for_join<B: AsRef<[u8]>>(
    updates: &[B],
    since: &StateVector,
) -> Result<Vec<u8>, CheckError> {
    let decoded = updates
        .iter()
        .map(|bytes| Update::decode(bytes.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(merge_decoded_for_join(&decoded, since))
}

/// The same of updates that are decoded.
pub(crate) fn merge_decoded_for_join(updates: &[Update<'_>], since: &StateVector) -> Vec<u8> {
    merge_decoded(updates, since, |client, start, gone| {
        RunWriter::cutting(client, start, gone)
    })
}

/// Begins the run of a client at a clock; the ids are what is deleted of it.
type Begin = for<'g> fn(ClientId, u32, &'g [Range<u32>]) -> RunWriter<'g>;

fn merge_decoded(updates: &[Update<'_>], since: &StateVector, begin: Begin) -> Vec<u8> {
    let mut clients: BTreeMap<ClientId, Vec<(&Update<'_>, &Section)>> = BTreeMap::new();
    let mut deletions: BTreeMap<ClientId, Vec<Range<u32>>> = BTreeMap::new();
    for update in updates {
        for section in update.sections() {
            if section.end_clock > since.next(section.client) {
                let parts = clients.entry(section.client).or_default();
                parts.push((update, section));
            }
        }
        for (client, ranges) in update.deletions().iter() {
            deletions
                .entry(client)
                .or_default()
                .extend_from_slice(ranges);
        }
    }
    let mut all = IdSet::default();
    for (client, ranges) in deletions {
        all.add(client, ranges);
    }
    let mut body = Vec::new();
    let mut count = 0;
    // Higher ids first, as Yjs writes them.
    for (client, parts) in clients.into_iter().rev() {
        let from = since.next(client);
        let first = parts.iter().map(|(_, section)| section.clock).min();
        let start = from.max(first.unwrap_or(from));
        let run = begin(client, start, all.ranges(client));
        count += u64::from(write_client(run, parts, &mut body));
    }
    let mut out = Vec::with_capacity(body.len() + 16);
    write_uint(&mut out, count);
    out.extend_from_slice(&body);
    all.encode(&mut out);
    out
}

fn write_client<'g>(
    mut run: RunWriter<'g>,
    mut parts: Vec<(&Update<'g>, &Section)>,
    out: &mut Vec<u8>,
) -> bool {
    let in_order = parts.clone();
    parts.sort_by_key(|(_, section)| section.clock);
    if parts
        .windows(2)
        .any(|two| two[0].1.end_clock > two[1].1.clock)
    {
        write_shares(&mut run, &in_order);
        return run.finish(out);
    }
    for (update, section) in parts {
        for stretch in section.stretches() {
            let bytes = update.bytes_of(&stretch);
            if bytes.len() >= STRETCH_BYTES && run.push_whole(&stretch, bytes) {
                continue;
            }
            if stretch.end_clock > run.next() {
                update.structs(&stretch).for_each(|found| run.push(&found));
            }
        }
    }
    run.finish(out)
}

/// The same of parts that have the same clocks, in the order in which they came: of each unit the first one counts, as it does for a document
/// that takes them one after the other. A Skip is nothing that came.
fn write_shares<'g>(run: &mut RunWriter<'g>, parts: &[(&Update<'g>, &Section)]) {
    let mut taken = IdSet::default();
    let mut shares = Vec::new();
    for &(update, section) in parts {
        let mut share = IdSet::default();
        let structs = update.structs(section);
        let came = structs.filter(|one| one.kind != Kind::Skip);
        share.add(section.client, came.map(|one| one.id.clock..one.end()));
        let share = share.without(&taken);
        for range in share.ranges(section.client) {
            shares.push((range.clone(), update, section));
        }
        taken.add_all(&share);
    }
    shares.sort_by_key(|(range, ..)| range.start);
    for (range, update, section) in shares {
        for one in update.structs(section) {
            if one.kind != Kind::Skip && one.id.clock < range.end && one.end() > range.start {
                run.push(&one);
            }
        }
    }
}

/// What a merged entry must agree in with what it covers, before it takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    units: Vec<(ClientId, u32, u32)>,
    deletions: IdSet,
    text_bytes: usize,
}

impl Digest {
    /// The digest of contiguous entries of a log.
    ///
    /// # Errors
    /// [`CheckError`] when one of them is no update.
    pub fn of<B: AsRef<[u8]>>(updates: &[B]) -> Result<Digest, CheckError> {
        let mut ranges: BTreeMap<ClientId, (u32, u32)> = BTreeMap::new();
        let mut deletions = IdSet::default();
        let mut text_bytes = 0;
        for bytes in updates {
            let update = Update::decode(bytes.as_ref())?;
            for section in update.sections() {
                let range = ranges
                    .entry(section.client)
                    .or_insert((section.clock, section.end_clock));
                range.0 = range.0.min(section.clock);
                range.1 = range.1.max(section.end_clock);
                text_bytes += update
                    .structs(section)
                    .map(|found| match found.kind {
                        crate::check::Kind::Text(text) => text.len(),
                        _ => 0,
                    })
                    .sum::<usize>();
            }
            deletions.add_all(update.deletions());
        }
        Ok(Digest {
            units: ranges
                .into_iter()
                .map(|(client, (from, to))| (client, from, to))
                .collect(),
            deletions,
            text_bytes,
        })
    }
}
