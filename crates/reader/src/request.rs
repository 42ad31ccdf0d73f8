//! Requests: an operation in JSON (`{"operation":"content"}`) and the bytes that it works on, each as lib0's varbytes.

use scriptroom_formats::{blocks, fountain};
use scriptroom_paragraphs::PlainScript;
use scriptroom_room::authorship::Authorship;
use scriptroom_room::check::Update;
use scriptroom_room::ids::StateVector;
use scriptroom_room::merge::merge;
use scriptroom_room::varint::Reader;
use scriptroom_script::{Options, Script};
use serde::Deserialize;

use crate::error::ReaderError;
use crate::hands::{self, Deed, Hands};
use crate::{compare, content, rewrite, rollback, scenes};

/// What is asked. The first of its bytes is always the state of the script, as one update.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub(crate) enum Operation {
    /// The content in JSON: `{"blocks": [...], "titlePage": [...], "scenes": n, "words": n}`.
    Content,
    /// The scenes in JSON, in order.
    Scenes,
    /// The content as JSON blocks.
    Blocks,
    /// The content in Fountain.
    Fountain,
    /// The update that makes the content that follows (JSON blocks) of the state.
    Rewrite {
        /// A client id that nobody has used.
        client: u64,
        /// For ids and order keys.
        seed: u64,
    },
    /// The same, where what follows is Fountain.
    Import {
        /// A client id that nobody has used.
        client: u64,
        /// For ids and order keys.
        seed: u64,
    },
    /// The same, where what follows is another state: its content is brought back.
    Restore {
        /// A client id that nobody has used.
        client: u64,
        /// For ids and order keys.
        seed: u64,
    },
    /// What differs between the state and the one that follows, and who did it by the authorship that follows.
    Compare,
    /// Who wrote what of the state, by the authorship that follows.
    Authors,
    /// The update that takes back entries of somebody: the state is what was before them, every later entry follows.
    Rollback {
        /// A client id that nobody has used.
        client: u64,
        /// For ids and order keys.
        seed: u64,
        /// Which of the entries to take back.
        theirs: Vec<bool>,
    },
}

/// Answers a request.
///
/// # Errors
/// [`ReaderError`].
///
/// # Panics
/// Where no document can be built of the bytes: see the crate.
pub fn answer(request: &[u8]) -> Result<Vec<u8>, ReaderError> {
    let mut reader = Reader::new(request);
    let operation = part(&mut reader)?;
    let operation: Operation = serde_json::from_slice(operation)
        .map_err(|error| ReaderError::Request(error.to_string()))?;
    let state = part(&mut reader)?;
    match operation {
        Operation::Content => Ok(content::json(&read(state)?).into_bytes()),
        Operation::Scenes => Ok(scenes::json(&read(state)?).into_bytes()),
        Operation::Blocks => Ok(blocks::encode(&read(state)?).into_bytes()),
        Operation::Fountain => Ok(fountain::print(&read(state)?).into_bytes()),
        Operation::Rewrite { client, seed } => {
            let wanted = blocks::decode(part(&mut reader)?)?.script;
            towards(
                state,
                Options {
                    client_id: client,
                    seed,
                },
                &wanted,
            )
        }
        Operation::Import { client, seed } => {
            let text = String::from_utf8_lossy(part(&mut reader)?);
            let wanted = fountain::parse(&text).script;
            towards(
                state,
                Options {
                    client_id: client,
                    seed,
                },
                &wanted,
            )
        }
        Operation::Compare => {
            let after = part(&mut reader)?;
            let known = authorship(part(&mut reader)?)?;
            let later = Update::decode(after).map_err(malformed)?;
            let sides = compare::Sides {
                old: &read(state)?,
                new: &read(after)?,
                deleted: Hands::of(state, &known, Deed::Deleted(&later))?,
                wrote: Hands::of(after, &known, Deed::Wrote)?,
            };
            Ok(compare::json(&sides).into_bytes())
        }
        Operation::Authors => {
            let known = authorship(part(&mut reader)?)?;
            let wrote = Hands::of(state, &known, Deed::Wrote)?;
            Ok(hands::json(&read(state)?.paragraphs, &wrote).into_bytes())
        }
        Operation::Rollback {
            client,
            seed,
            theirs,
        } => {
            let entries = theirs
                .into_iter()
                .map(|theirs| Ok((theirs, part(&mut reader)?)));
            let entries: Vec<(bool, &[u8])> = entries.collect::<Result<_, ReaderError>>()?;
            let options = Options {
                client_id: client,
                seed,
            };
            joined(&rollback::rollback(options, state, &entries)?)
        }
        Operation::Restore { client, seed } => {
            let wanted = read(part(&mut reader)?)?;
            towards(
                state,
                Options {
                    client_id: client,
                    seed,
                },
                &wanted,
            )
        }
    }
}

fn part<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], ReaderError> {
    let part = reader.buffer();
    part.map_err(|error| ReaderError::Request(error.to_string()))
}

fn authorship(bytes: &[u8]) -> Result<Authorship, ReaderError> {
    Authorship::decode(bytes).map_err(malformed)
}

fn malformed(error: impl std::fmt::Display) -> ReaderError {
    ReaderError::Request(error.to_string())
}

/// The content of a state. Who only reads needs no client id of their own.
pub(crate) fn read(state: &[u8]) -> Result<PlainScript, ReaderError> {
    let reader = Options {
        client_id: 0,
        seed: 0,
    };
    Ok(Script::load(reader, &[state])?.to_plain())
}

/// The update from a state to a content.
fn towards(state: &[u8], options: Options, wanted: &PlainScript) -> Result<Vec<u8>, ReaderError> {
    let mut script = Script::load(options, &[state])?;
    joined(&rewrite::rewrite(&mut script, wanted)?)
}

/// Updates of one writer, in order, as one.
fn joined(updates: &[Vec<u8>]) -> Result<Vec<u8>, ReaderError> {
    merge(updates, &StateVector::default()).map_err(|error| ReaderError::Request(error.to_string()))
}
