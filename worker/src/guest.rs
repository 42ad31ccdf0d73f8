//! Guests: a signed id per browser stands for the person, where the operator lets everybody in who has a script's address.
//!
//! A token is `{guest id}.{HMAC-SHA256 of the id, in hexadecimal}`. It grants nothing; it only says
//! that the same browser is back, so that client ids can be bound to it.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use worker::{Error, Result};

/// A guest id that nobody has yet: 128 random bits in hexadecimal.
pub(crate) fn random_id() -> Result<String> {
    let crypto = js_sys::Reflect::get(&js_sys::global(), &"crypto".into())?;
    let make: js_sys::Function = js_sys::Reflect::get(&crypto, &"randomUUID".into())?.into();
    let uuid = make.call0(&crypto)?;
    let uuid = uuid
        .as_string()
        .ok_or_else(|| Error::RustError("expected a string from randomUUID".to_owned()))?;
    Ok(uuid.replace('-', ""))
}

/// The token for a guest.
pub(crate) fn sign(secret: &str, guest: &str) -> String {
    let signature = keyed(secret, guest).finalize().into_bytes();
    format!("{guest}.{}", hex(&signature))
}

/// The guest of a token; `None` where this secret did not sign it.
pub(crate) fn verify(secret: &str, token: &str) -> Option<String> {
    let (guest, signature) = token.split_once('.')?;
    let signature = unhex(signature)?;
    keyed(secret, guest)
        .verify_slice(&signature)
        .ok()
        .map(|()| guest.to_owned())
}

fn keyed(secret: &str, guest: &str) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(secret.as_bytes())
        .expect("HMAC takes a key of any length");
    // What is signed says what it is for, so that no other token of this secret passes for a guest's.
    mac.update(b"scriptroom guest\0");
    mac.update(guest.as_bytes());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gives_its_guest_back() {
        let token = sign("secret", "0af3");
        assert_eq!(verify("secret", &token).as_deref(), Some("0af3"));
    }

    #[test]
    fn another_secret_guest_or_form_is_refused() {
        let token = sign("secret", "0af3");
        assert_eq!(verify("other", &token), None);
        assert_eq!(verify("secret", &token.replace("0af3", "0af4")), None);
        for malformed in [
            "",
            ".",
            "0af3",
            "0af3.",
            "0af3.zz",
            "0af3.0",
            &token[..token.len() - 2],
        ] {
            assert_eq!(verify("secret", malformed), None, "{malformed:?}");
        }
    }
}
