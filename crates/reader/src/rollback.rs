//! Taking back what somebody did, and nothing of what others did meanwhile (H6): the log is played again, their entries as
//! if a writer here had made them, and then that writer undoes all of it.

use scriptroom_script::{Options, Script};

use crate::error::ReaderError;

/// The updates that take back the entries that are `theirs`, made on top of all of `entries`.
pub(crate) fn rollback(
    options: Options,
    base: &[u8],
    entries: &[(bool, &[u8])],
) -> Result<Vec<Vec<u8>>, ReaderError> {
    let mut script = Script::load(options, &[base])?;
    for (theirs, update) in entries {
        match theirs {
            true => script.apply_as_own(update)?,
            false => drop(script.apply_update(update)?),
        };
    }
    let mut updates = Vec::new();
    while let Some(change) = script.undo() {
        updates.extend(change.update);
    }
    Ok(updates)
}
