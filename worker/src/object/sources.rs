//! Files that the script was imported from, beside its log: under their digests, which its document names (SPEC.md, "Sources").

use scriptroom_room::Lane;
use sha2::{Digest, Sha256};
use worker::{Date, Method, Response};

use super::ScriptRoom;
use super::content::hex;
use super::request::{Answered, Asked, Stop};
use crate::answers;
use crate::store::Store;

/// What precedes the digest in an address.
const PATH: &str = "sources/";
/// The largest file: twenty times what Final Draft makes of a long script.
const MAX_FILE_BYTES: usize = 16 << 20;
/// What all files of a script may take together, as they are stored.
const MAX_STORED_BYTES: u64 = 48 << 20;

/// The digest that a request is about.
pub(super) fn digest_of(path: &str) -> Option<&str> {
    let digest = path.strip_prefix(PATH)?;
    let is_digest = digest.len() == 64
        && digest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_digest.then_some(digest)
}

/// Whether a request is about such a file, however it is named.
pub(super) fn is_about_one(path: &str) -> bool {
    path.starts_with(PATH)
}

impl ScriptRoom {
    /// Gives or takes a file. Who may, was looked at before.
    pub(super) fn source(&self, asked: &Asked) -> Answered<Response> {
        let Some(digest) = digest_of(&asked.path) else {
            let message = "expected the SHA-256 of the file in 64 small hexadecimal digits";
            return Err(Stop::malformed(message));
        };
        // The tables are there once the room is awake.
        self.awaken()?;
        let store = Store::new(self.state.storage().sql(), Lane::Script);
        match asked.method {
            Method::Get => match store.source(digest)? {
                Some(Ok(file)) => Ok(answers::file(file)?),
                Some(Err(damage)) => Err(missing(&format!(
                    ", what was stored of it is damaged: {damage}"
                ))),
                None => Err(missing("")),
            },
            Method::Put => take(&store, asked, digest),
            _ => Err(Stop::method()),
        }
    }
}

fn missing(why: &str) -> Stop {
    let message = format!("there is no such file beside this script{why}");
    Stop::new(404, "no_such_source", message)
}

fn take(store: &Store, asked: &Asked, digest: &str) -> Answered<Response> {
    if asked.body.is_empty() || asked.body.len() > MAX_FILE_BYTES {
        let got = asked.body.len();
        let message = format!("expected a file of 1 to {MAX_FILE_BYTES} bytes, got {got}");
        return Err(Stop::new(413, "too_large", message));
    }
    if hex(&Sha256::digest(&asked.body)) != digest {
        let message = "expected the file whose SHA-256 is in the address, got another";
        return Err(Stop::new(422, "refused", message));
    }
    // A file that is damaged is taken anew.
    if !matches!(store.source(digest)?, Some(Ok(_))) {
        store.remove_source(digest)?;
        let room = MAX_STORED_BYTES.saturating_sub(store.source_bytes()?);
        if asked.body.len() as u64 > room {
            let message = format!(
                "expected a file that fits into the {room} bytes that are left of {MAX_STORED_BYTES} for this script's files"
            );
            return Err(Stop::new(413, "too_large", message));
        }
        store.keep_source(digest, &asked.body, &asked.person, Date::now().as_millis())?;
    }
    Ok(answers::json(
        200,
        &serde_json::json!({ "digest": digest }),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_a_file_is_named_by_its_digest_alone() {
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(digest_of(&format!("sources/{digest}")), Some(&*digest));
        for wrong in [
            "sources/".to_owned(),
            format!("sources/{}", digest.to_uppercase()),
            format!("sources/{digest}0"),
            format!("sources/{}", &digest[1..]),
            digest.clone(),
        ] {
            assert_eq!(digest_of(&wrong), None, "{wrong}");
        }
    }
}
