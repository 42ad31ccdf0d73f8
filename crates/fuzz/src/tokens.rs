//! Access tokens and their issuers' keys, as the worker reads them: with its own choice of what computes signatures.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

#[path = "../../../worker/src/token/crypto.rs"]
mod crypto;

const SECRET: &[u8] = b"a secret that issuer and relay share";

/// The keys of each way of signing that the relay takes.
static KEYS: LazyLock<[(Algorithm, DecodingKey); 3]> = LazyLock::new(|| {
    let point = signing_key().verifying_key().to_encoded_point(false);
    // Of this one nobody has the other half.
    let rsa = DecodingKey::from_rsa_raw_components(&[0xc5; 256], &[1, 0, 1]);
    [
        (Algorithm::HS256, DecodingKey::from_secret(SECRET)),
        (Algorithm::ES256, DecodingKey::from_ec_der(point.as_bytes())),
        (Algorithm::RS256, rsa),
    ]
});

/// What was signed: head and claims of each good token.
static SIGNED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let tokens = seeds()
        .into_iter()
        .filter_map(|seed| String::from_utf8(seed).ok());
    tokens
        .filter_map(|token| Some(token.rsplit_once('.')?.0.to_owned()))
        .collect()
});

fn signing_key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a number below the curve's order")
}

fn claims() -> Value {
    json!({"sub": "ada", "exp": 4_000_000_000_u64, "iss": "issuer", "aud": ["relay"], "script": "s1", "life": 2})
}

/// A token that is read is one that was signed; a set of keys is read or not, and keys in it verify or do not.
pub(crate) fn run(bytes: &[u8]) {
    crypto::install();
    let token = String::from_utf8_lossy(bytes);
    let _ = decode_header(token.as_bytes());
    for (algorithm, key) in KEYS.iter() {
        if is_good(&token, key, *algorithm) {
            let signed = token.rsplit_once('.').map(|(signed, _)| signed);
            assert!(
                signed.is_some_and(|signed| SIGNED.contains(signed)),
                "forged: {token}"
            );
        }
    }
    if let Ok(set) = serde_json::from_slice::<JwkSet>(bytes) {
        let keys = set.keys.iter().take(4);
        for key in keys.filter_map(|key| DecodingKey::from_jwk(key).ok()) {
            for algorithm in [Algorithm::RS256, Algorithm::ES256] {
                let _ = SIGNED.iter().any(|signed| {
                    let token = format!("{signed}.{}", "A".repeat(86));
                    is_good(&token, &key, algorithm)
                });
            }
        }
    }
}

fn is_good(token: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
    let mut validation = Validation::new(algorithm);
    validation.validate_nbf = true;
    validation.set_issuer(&["issuer"]);
    validation.set_audience(&["relay"]);
    validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
    decode::<Value>(token, key, &validation).is_ok()
}

/// A good token of each kind that can be made here, one that nobody signed, and a set of keys.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    crypto::install();
    let shared = EncodingKey::from_secret(SECRET);
    let shared = encode(&Header::new(Algorithm::HS256), &claims(), &shared);
    let shared = shared.expect("the relay signs so itself");
    let claims = shared.split('.').nth(1).expect("three parts").to_owned();
    // {"alg":"ES256"} and {"alg":"RS256"}.
    let curve = format!("eyJhbGciOiJFUzI1NiJ9.{claims}");
    let signature: Signature = signing_key().sign(curve.as_bytes());
    let curve = format!("{curve}.{}", base64url(&signature.to_bytes()));
    let rsa = format!("eyJhbGciOiJSUzI1NiJ9.{claims}.{}", "A".repeat(342));
    let keys = json!({"keys": [
        {"kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "use": "sig", "x": "AQ", "y": "AQ"},
        {"kty": "RSA", "kid": "two", "alg": "RS256", "n": "xQ", "e": "AQAB"},
        {"kty": "oct", "kid": "three", "k": "AQ"},
    ]});
    vec![
        shared.into(),
        curve.into(),
        rsa.into(),
        keys.to_string().into(),
    ]
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letters = bytes.chunks(3).flat_map(|chunk| {
        let number = chunk.iter().enumerate();
        let number = number.fold(0u32, |sum, (at, &byte)| {
            sum | u32::from(byte) << (16 - 8 * at)
        });
        (0..=chunk.len()).map(move |at| LETTERS[(number >> (18 - 6 * at)) as usize & 63] as char)
    });
    letters.collect()
}
