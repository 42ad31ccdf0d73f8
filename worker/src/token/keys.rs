//! The public keys of an issuer: fetched from where it publishes them, kept for a while, and fetched anew when a token
//! names one that is not among them, as happens when an issuer changes its keys.
//!
//! Everything of an isolate shares them. A flood of tokens with made-up keys costs one request in [`MISS_MS`].

use std::cell::RefCell;
use std::time::Duration;

use futures_util::future::{Either, select};
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use worker::{Date, Delay, Env, Fetch, Response, Url};

use crate::events::{self, Event};

/// Keys are fetched anew after that time.
const FRESH_MS: u64 = 10 * 60 * 1000;
/// And used so long when they cannot be.
const STALE_MS: u64 = 24 * 60 * 60 * 1000;
/// An unknown key is asked for at most once in this time, and a server that fails likewise.
const MISS_MS: u64 = 30 * 1000;
const PATIENCE: Duration = Duration::from_secs(5);
const MAX_BYTES: usize = 256 * 1024;

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeysError {
    /// The issuer has none of that name and kind.
    Unknown,
    /// The issuer did not answer.
    Unavailable,
}

/// The keys of one address, as last fetched.
#[derive(Default)]
struct Ring {
    url: String,
    keys: Vec<Jwk>,
    /// 0: never.
    fetched_ms: u64,
    /// When a fetch was last tried because of an unknown key, or failed.
    missed_ms: Option<u64>,
}

/// What the ring says about a key.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Key(usize),
    /// It may be there now.
    Ask,
    /// It is not, and was asked for not long ago.
    Unknown,
    /// There are no keys that may still be used, and the issuer did not answer not long ago.
    Unavailable,
}

thread_local! {
    static RING: RefCell<Ring> = RefCell::default();
}

impl Ring {
    /// Whether the key is here, or may be had.
    fn look(&self, kid: Option<&str>, algorithm: Algorithm, now_ms: u64) -> Found {
        let age_ms = now_ms.saturating_sub(self.fetched_ms);
        let rested = self
            .missed_ms
            .is_none_or(|missed| now_ms >= missed + MISS_MS);
        match self.position(kid, algorithm) {
            Some(at) if age_ms < FRESH_MS => Found::Key(at),
            _ if rested => Found::Ask,
            _ if age_ms >= STALE_MS => Found::Unavailable,
            Some(at) => Found::Key(at),
            None => Found::Unknown,
        }
    }

    /// Takes the keys that lie at the address now. Only a key that was missing before counts as missed: the next change may
    /// follow a fetch that was made because the keys were old.
    fn renew(&mut self, keys: Vec<Jwk>, kid: Option<&str>, algorithm: Algorithm, now_ms: u64) {
        let missed = self.fetched_ms > 0 && self.position(kid, algorithm).is_none();
        self.keys = keys;
        self.fetched_ms = now_ms;
        self.missed_ms = missed.then_some(now_ms);
    }

    /// The key of that name; a token that names none means the only one of its kind.
    fn position(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<usize> {
        let mut fitting = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| fits(key, algorithm));
        match kid {
            Some(kid) => fitting.find(|(_, key)| key.common.key_id.as_deref() == Some(kid)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
        .map(|(at, _)| at)
    }
}

/// Whether a key is there to verify signatures of that algorithm.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let named = match algorithm {
        Algorithm::RS256 => KeyAlgorithm::RS256,
        _ => KeyAlgorithm::ES256,
    };
    let family = match algorithm {
        Algorithm::RS256 => AlgorithmFamily::Rsa,
        _ => AlgorithmFamily::Ec,
    };
    let common = &key.common;
    common
        .key_algorithm
        .as_ref()
        .is_none_or(|said| *said == named)
        && common
            .public_key_use
            .as_ref()
            .is_none_or(|said| *said == PublicKeyUse::Signature)
        && DecodingKey::from_jwk(key).is_ok_and(|key| key.family() == family)
}

/// The key that a token was signed with.
pub(super) async fn find(
    env: &Env,
    url: &str,
    kid: Option<&str>,
    algorithm: Algorithm,
) -> Result<DecodingKey, KeysError> {
    let now_ms = Date::now().as_millis();
    if let Some(answer) = known(url, kid, algorithm, now_ms) {
        return answer;
    }
    match fetch(env, url).await {
        Ok(keys) => RING.with_borrow_mut(|ring| {
            ring.renew(keys, kid, algorithm, now_ms);
            let at = ring.position(kid, algorithm).ok_or(KeysError::Unknown)?;
            decoding_key(&ring.keys[at])
        }),
        Err(reason) => {
            let fields = [("url", url.into()), ("error", reason.as_str().into())];
            events::note(Event::KeysUnavailable, &fields);
            RING.with_borrow_mut(|ring| {
                ring.url = url.to_owned();
                ring.missed_ms = Some(now_ms);
            });
            known(url, kid, algorithm, now_ms).unwrap_or(Err(KeysError::Unavailable))
        }
    }
}

/// The answer that needs no request.
fn known(
    url: &str,
    kid: Option<&str>,
    algorithm: Algorithm,
    now_ms: u64,
) -> Option<Result<DecodingKey, KeysError>> {
    RING.with_borrow_mut(|ring| {
        if ring.url != url {
            *ring = Ring {
                url: url.to_owned(),
                ..Ring::default()
            };
        }
        match ring.look(kid, algorithm, now_ms) {
            Found::Key(at) => Some(decoding_key(&ring.keys[at])),
            Found::Unknown => Some(Err(KeysError::Unknown)),
            Found::Unavailable => Some(Err(KeysError::Unavailable)),
            Found::Ask => None,
        }
    })
}

fn decoding_key(key: &Jwk) -> Result<DecodingKey, KeysError> {
    DecodingKey::from_jwk(key).map_err(|_| KeysError::Unknown)
}

/// What lies at the address now.
async fn fetch(env: &Env, url: &str) -> Result<Vec<Jwk>, String> {
    let url: Url = url.parse().map_err(|error| format!("{error}"))?;
    let host = url.host_str().unwrap_or_default();
    if url.scheme() != "https" && !matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
        return Err("expected an address that begins with https://".to_owned());
    }
    let asked = Box::pin(ask(env, url));
    match select(asked, Box::pin(Delay::from(PATIENCE))).await {
        Either::Left((answer, _)) => read(answer.map_err(|error| error.to_string())?).await,
        Either::Right(_) => Err("no answer in time".to_owned()),
    }
}

/// In plain workerd the service that reaches the issuer has a name of its own, so that nothing else reaches that far.
async fn ask(env: &Env, url: Url) -> worker::Result<Response> {
    match env.service("KEYS") {
        Ok(service) => service.fetch(url.to_string(), None).await,
        Err(_) => Fetch::Url(url).send().await,
    }
}

async fn read(mut answer: Response) -> Result<Vec<Jwk>, String> {
    if answer.status_code() != 200 {
        return Err(format!("expected status 200, got {}", answer.status_code()));
    }
    let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
    if bytes.len() > MAX_BYTES {
        return Err(format!(
            "expected at most {MAX_BYTES} bytes, got {}",
            bytes.len()
        ));
    }
    let set: JwkSet = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    Ok(set.keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str, algorithm: &str) -> Jwk {
        let json = serde_json::json!({
            "kty": "EC", "crv": "P-256", "kid": kid, "alg": algorithm, "use": "sig", "x": "AQ", "y": "AQ",
        });
        serde_json::from_value(json).expect("a key")
    }

    fn look(ring: &Ring, kid: &str, now_ms: u64) -> Found {
        ring.look(Some(kid), Algorithm::ES256, now_ms)
    }

    #[test]
    fn t5_keys_are_kept_asked_for_again_and_used_on_while_their_issuer_is_silent() {
        let start = 1_800_000_000_000;
        let mut ring = Ring::default();
        assert_eq!(look(&ring, "one", start), Found::Ask);
        ring.renew(
            vec![key("one", "ES256")],
            Some("one"),
            Algorithm::ES256,
            start,
        );
        assert_eq!(look(&ring, "one", start + FRESH_MS - 1), Found::Key(0));
        assert_eq!(look(&ring, "one", start + FRESH_MS), Found::Ask);
        // An unknown one is asked for at once, and then not again for a while.
        assert_eq!(look(&ring, "two", start + 1), Found::Ask);
        ring.renew(
            vec![key("one", "ES256")],
            Some("two"),
            Algorithm::ES256,
            start + 1,
        );
        assert_eq!(look(&ring, "two", start + MISS_MS), Found::Unknown);
        assert_eq!(look(&ring, "one", start + MISS_MS), Found::Key(0));
        assert_eq!(look(&ring, "two", start + 1 + MISS_MS), Found::Ask);
        // A fetch of old keys does not put off the next question.
        let later = start + 2 * FRESH_MS;
        ring.renew(
            vec![key("one", "ES256")],
            Some("one"),
            Algorithm::ES256,
            later,
        );
        assert_eq!(look(&ring, "two", later + 1), Found::Ask);
        // The issuer is silent from now on.
        for (after_ms, expected) in [
            (FRESH_MS, Found::Key(0)),
            (STALE_MS - 1, Found::Key(0)),
            (STALE_MS, Found::Unavailable),
        ] {
            ring.missed_ms = Some(later + after_ms);
            assert_eq!(look(&ring, "one", later + after_ms), expected, "{after_ms}");
        }
    }

    #[test]
    fn t4_a_key_serves_for_what_it_was_made_for_only() {
        for (algorithm, expected) in [("ES256", true), ("ES384", false), ("HS256", false)] {
            assert_eq!(
                fits(&key("one", algorithm), Algorithm::ES256),
                expected,
                "{algorithm}"
            );
        }
        assert!(!fits(&key("one", "ES256"), Algorithm::RS256));
        let shared = serde_json::json!({ "kty": "oct", "kid": "one", "k": "AQ" });
        let shared: Jwk = serde_json::from_value(shared).expect("a key");
        assert!(!fits(&shared, Algorithm::ES256) && !fits(&shared, Algorithm::RS256));
    }
}
