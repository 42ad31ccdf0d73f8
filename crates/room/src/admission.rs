//! Which part of an update can be stored now: U3 (known is trimmed), U4 (gaps are held), U6 (clocks have an owner).
//!
//! The structs are tried in an order in which a document could take them: a section stops at the first struct that
//! refers to something not there yet, and goes on when that has come. What has stopped for good is the rest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::check::{CheckError, Kind, Struct, Structs, Update};
use crate::ground::{self, Around, Ground, Run, Standing};
use crate::ids::{ClientId, Id, IdSet, StateVector};
use crate::rewrite::RunWriter;
use crate::varint::write_uint;

/// What becomes of an update: a part that is stored, and a part that waits.
#[derive(Debug, Clone)]
pub struct Admission {
    /// What is new and can be stored: an update by itself.
    pub stored: Option<Vec<u8>>,
    /// The clients that it moves on, with their next clocks.
    pub advanced: Vec<(ClientId, u32)>,
    /// The deletions in it.
    pub deletions: IdSet,
    /// What must wait: an update by itself.
    pub rest: Option<Vec<u8>>,
    /// Where what is stored stands, if it was asked for.
    pub(crate) standing: Vec<(ClientId, Run)>,
}

/// One client's structs on their way in.
struct Walk<'a> {
    client: ClientId,
    structs: std::iter::Peekable<Structs<'a>>,
    accepted: RunWriter<'a>,
    standing: Run,
}

/// What an update is, as far as that says what may be stored of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// What one document has and another lacks.
    Difference,
    /// An edit, or what is held of one: while a part of it waits, so does all that it deletes. Whoever moves words copies them and deletes
    /// the old ones in one edit; if that deletion came in before the copies, the words would be gone.
    Edit,
    /// An entry of the log: nothing of it is refused.
    Entry,
}

/// What is known besides an update.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    pub(crate) nature: Nature,
    pub(crate) clocks: &'k StateVector,
    /// Clients of whom nothing new is stored now, nor what builds on that.
    pub(crate) waits: &'k BTreeSet<ClientId>,
    /// Deletions that are left out. `None`: not known.
    pub(crate) deleted: Option<&'k IdSet>,
    /// Where things stand is looked at if there is one that they can stand on.
    pub(crate) ground: Option<&'k Ground>,
}

/// Why a walk stopped.
enum Stop {
    /// Every struct is in.
    Done,
    /// The next struct refers to what this walk may still bring, up to this clock.
    Waits { walk: usize, clock: u32 },
    /// The next struct refers to what is not here at all.
    Stuck,
}

/// Sorts an update into what can be stored on top of `clocks` and what must wait. Deletions that are in `deleted`
/// (`None`: not known) are left out. Where things stand is looked at if there is a `ground` that they can stand on.
///
/// # Errors
/// [`CheckError`] when something cannot stand where it would; never without a `ground`.
pub fn admit(
    update: &Update<'_>,
    clocks: &StateVector,
    deleted: Option<&IdSet>,
    ground: Option<&Ground>,
) -> Result<Admission, CheckError> {
    let known = Known {
        nature: Nature::Difference,
        clocks,
        waits: &BTreeSet::new(),
        deleted,
        ground,
    };
    admit_as(update, known)
}

/// The same with all that is known.
///
/// # Errors
/// As [`admit`]; never for an entry of the log.
pub(crate) fn admit_as(update: &Update<'_>, known: Known<'_>) -> Result<Admission, CheckError> {
    let clocks = known.clocks;
    let mut walks: Vec<Walk<'_>> = update
        .sections()
        .iter()
        .filter(|section| section.end_clock > clocks.next(section.client))
        .map(|section| Walk {
            client: section.client,
            structs: update.structs(section).peekable(),
            accepted: RunWriter::new(section.client, clocks.next(section.client)),
            standing: Run::default(),
        })
        .collect();
    walks.sort_by_key(|walk| Reverse(walk.client));
    run_all(&mut walks, known)?;

    // Of the clients whose deletions these are: a log may have clocks of a hundred thousand.
    let mut after = StateVector::default();
    for (client, _) in update.deletions().iter() {
        after.advance(client, clocks.next(client));
    }
    let mut advanced = Vec::new();
    for walk in &walks {
        let next = walk.accepted.next();
        if next > clocks.next(walk.client) {
            after.advance(walk.client, next);
            advanced.push((walk.client, next));
        }
    }
    let standing = walks
        .iter_mut()
        .map(|walk| (walk.client, std::mem::take(&mut walk.standing)))
        .collect();
    let (accepted, rest) = split(walks);
    let (reachable, unreachable) = match known.nature == Nature::Edit && !rest.is_empty() {
        true => (IdSet::default(), update.deletions().clone()),
        false => update.deletions().split_at(&after),
    };
    let deletions = match known.deleted {
        Some(deleted) => reachable.without(deleted),
        None => reachable,
    };
    Ok(Admission {
        standing,
        stored: encode(accepted, &deletions),
        advanced,
        deletions,
        rest: encode(rest, &unreachable),
    })
}

/// Lets every walk go as far as it can; one that waits for another goes on when that has come far enough.
fn run_all(walks: &mut [Walk<'_>], known: Known<'_>) -> Result<(), CheckError> {
    let index: BTreeMap<ClientId, usize> = walks
        .iter()
        .enumerate()
        .map(|(at, walk)| (walk.client, at))
        .collect();
    let mut waiting: Vec<BinaryHeap<Reverse<(u32, usize)>>> =
        walks.iter().map(|_| BinaryHeap::new()).collect();
    let mut ready: Vec<usize> = (0..walks.len()).collect();
    while let Some(at) = ready.pop() {
        if let Stop::Waits { walk, clock } = run(walks, at, &index, known)? {
            waiting[walk].push(Reverse((clock, at)));
        }
        let next = walks[at].accepted.next();
        while let Some(&Reverse((clock, waiter))) = waiting[at].peek() {
            if clock >= next {
                break;
            }
            waiting[at].pop();
            ready.push(waiter);
        }
    }
    Ok(())
}

fn run(
    walks: &mut [Walk<'_>],
    at: usize,
    index: &BTreeMap<ClientId, usize>,
    known: Known<'_>,
) -> Result<Stop, CheckError> {
    loop {
        let next = walks[at].accepted.next();
        let Some(found) = walks[at].structs.peek().copied() else {
            return Ok(Stop::Done);
        };
        if found.end() > next {
            let gap = found.id.clock > next || found.kind == Kind::Skip;
            if gap || known.waits.contains(&found.id.client) {
                return Ok(Stop::Stuck);
            }
            if let Some(stop) = missing(walks, &found, index, known.clocks) {
                return Ok(stop);
            }
            if let Some(ground) = known.ground {
                let (clocks, left) = (known.clocks, found.left_at(next));
                let around = Standings {
                    ground,
                    walks,
                    index,
                    clocks,
                };
                let standing = match ground::standing(&left, &around) {
                    Err(_) if known.nature == Nature::Entry => ground::of_stored(&left),
                    standing => standing?,
                };
                walks[at].standing.push(&left, standing);
            }
            walks[at].accepted.push(&found);
        }
        walks[at].structs.next();
    }
}

/// What is stored, and above that what has got in.
struct Standings<'w, 'a> {
    ground: &'w Ground,
    walks: &'w [Walk<'a>],
    index: &'w BTreeMap<ClientId, usize>,
    clocks: &'w StateVector,
}

impl Standings<'_, '_> {
    fn here(&self, client: ClientId) -> Option<&Run> {
        self.index.get(&client).map(|&at| &self.walks[at].standing)
    }
}

impl Around for Standings<'_, '_> {
    fn at(&self, id: Id) -> Standing {
        let is_new = id.clock >= self.clocks.next(id.client);
        let here = self.here(id.client).filter(|_| is_new);
        here.map_or_else(|| self.ground.at(id), |run| run.at(id.clock))
    }

    fn is_chain(&self, client: ClientId, first: u32, last: u32) -> bool {
        let next = self.clocks.next(client);
        let stored = first + 1 >= next || self.ground.is_chain(client, first, last);
        let here = self.here(client);
        stored && here.is_none_or(|run| last < next || run.is_chain(first, last))
    }
}

fn missing(
    walks: &[Walk<'_>],
    found: &Struct<'_>,
    index: &BTreeMap<ClientId, usize>,
    clocks: &StateVector,
) -> Option<Stop> {
    found.references().find_map(|id: Id| {
        if id.client == found.id.client {
            return (id.clock >= found.id.clock).then_some(Stop::Stuck);
        }
        match index.get(&id.client) {
            None => (id.clock >= clocks.next(id.client)).then_some(Stop::Stuck),
            Some(&walk) => (id.clock >= walks[walk].accepted.next()).then_some(Stop::Waits {
                walk,
                clock: id.clock,
            }),
        }
    })
}

/// What got in, and what is left of each walk (without a leading Skip: the gap says as much).
fn split(walks: Vec<Walk<'_>>) -> (Vec<RunWriter<'_>>, Vec<RunWriter<'_>>) {
    let (mut accepted, mut rest) = (Vec::new(), Vec::new());
    for walk in walks {
        let next = walk.accepted.next();
        let mut left = walk
            .structs
            .skip_while(|found| found.kind == Kind::Skip)
            .peekable();
        if let Some(first) = left.peek() {
            let mut run = RunWriter::new(walk.client, first.id.clock.max(next));
            left.for_each(|found| run.push(&found));
            rest.push(run);
        }
        accepted.push(walk.accepted);
    }
    (accepted, rest)
}

fn encode(runs: Vec<RunWriter<'_>>, deletions: &IdSet) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let mut count = 0;
    for run in runs {
        count += u64::from(run.finish(&mut body));
    }
    if count == 0 && deletions.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() + 16);
    write_uint(&mut out, count);
    out.extend_from_slice(&body);
    deletions.encode(&mut out);
    Some(out)
}
