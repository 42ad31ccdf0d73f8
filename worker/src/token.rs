//! Tokens: who sent a request, as somebody says whom this relay trusts.
//!
//! A token is a JWT, signed either with a secret that its issuer shares with this relay (HS256) or with a key
//! whose public half its issuer publishes (RS256, ES256). Which of the two is looked at follows from the algorithm in
//! the token's head, and a key of the one kind is never used for the other. Begin with [`verify`].

mod crypto;
mod keys;

use jsonwebtoken::errors::{Error as JwtError, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use scriptroom_room::session::ANONYMOUS;
use scriptroom_room::wire::MAX_TOKEN_BYTES;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;
use worker::Env;

use self::keys::KeysError;
use crate::settings;

/// The issuer, audience and key of the tokens of the relay's own sign-in.
pub(crate) const LOCAL: &str = "scriptroom";
/// How the persons of that sign-in begin; no other issuer's do.
const LOCAL_PERSONS: [&str; 2] = [DEVELOPER, ACCOUNTS];
/// A person with an account.
pub(crate) const ACCOUNTS: &str = "mail:";
/// A person of a sign-in by name alone.
const DEVELOPER: &str = "dev:";

/// The clocks of an issuer and of this relay may differ by so much.
const DEFAULT_LEEWAY_S: u64 = 60;
/// A longer subject fits no attachment well, and is nobody's.
const MAX_SUBJECT_BYTES: usize = 200;
/// So long after its end a token of the relay's own sign-in is still renewed: who comes back within 30 days need not sign in.
const RENEWABLE_S: u64 = 30 * 24 * 60 * 60;
/// The end of the year 9999: what expires later has no end.
const LATEST_MS: u64 = 253_402_300_799_000;

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Who.
    pub(crate) person: String,
    /// When it is no longer good, the leeway included.
    pub(crate) expires_ms: u64,
    /// The only script that it is good for, if it names one.
    pub(crate) script: Option<String>,
    /// Of a token of the relay's own: the account's life in which it was issued.
    pub(crate) life: u64,
}

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TokenError {
    #[error("expected a JSON Web Token")]
    Malformed,
    #[error("the token's algorithm is none that this relay takes")]
    Algorithm,
    #[error("the token names a key that its issuer does not have")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another audience")]
    Audience,
    #[error("expected the claim {0} in the token")]
    Claim(String),
    #[error("expected a subject of at most 200 visible ASCII characters in the token")]
    Subject,
    #[error("the issuer's keys cannot be had now")]
    KeysUnavailable,
}

/// Whom this relay trusts.
pub(crate) struct Trust {
    secret: Option<String>,
    /// Where the issuer's public keys lie.
    keys_url: Option<String>,
    issuers: Vec<String>,
    audiences: Vec<String>,
    leeway_s: u64,
}

impl Trust {
    pub(crate) fn of(env: &Env) -> Trust {
        Trust {
            secret: settings::variable(env, "JWT_SECRET"),
            keys_url: settings::variable(env, "JWKS_URL"),
            issuers: settings::list(env, "JWT_ISSUER"),
            audiences: settings::list(env, "JWT_AUDIENCE"),
            leeway_s: settings::number(env, "JWT_LEEWAY_S").unwrap_or(DEFAULT_LEEWAY_S),
        }
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = self.leeway_s;
        validation.validate_nbf = true;
        let mut required = vec!["exp", "sub"];
        if !self.issuers.is_empty() {
            validation.set_issuer(&self.issuers);
            required.push("iss");
        }
        if !self.audiences.is_empty() {
            validation.set_audience(&self.audiences);
            required.push("aud");
        }
        validation.set_required_spec_claims(&required);
        validation
    }

    /// An issuer whose keys are public signs for everybody who asks it: only with issuer and audience is a token ours.
    fn published_keys(&self) -> Option<&str> {
        let url = self.keys_url.as_deref()?;
        (!self.issuers.is_empty() && !self.audiences.is_empty()).then_some(url)
    }
}

#[derive(Deserialize)]
struct Claims {
    /// Where it is due and missing, or is no text, the library says so: reading it must not fail before.
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    exp: Value,
    script: Option<String>,
    #[serde(default)]
    life: Value,
}

/// What a token says, if it is good now.
///
/// # Errors
/// [`TokenError`] says what is wrong with it; [`TokenError::KeysUnavailable`] is no fault of the token.
pub(crate) async fn verify(env: &Env, token: &str) -> Result<Verified, TokenError> {
    verify_with(env, token, 0).await
}

/// What a token says that is to be renewed: one of the relay's own sign-in may have ended in the last 30 days.
///
/// # Errors
/// As [`verify`].
pub(crate) async fn verify_renewable(env: &Env, token: &str) -> Result<Verified, TokenError> {
    verify_with(env, token, RENEWABLE_S).await
}

async fn verify_with(env: &Env, token: &str, own_grace_s: u64) -> Result<Verified, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    prepare();
    let trust = Trust::of(env);
    let head = decode_header(token).map_err(head_error)?;
    if head.alg == Algorithm::HS256 && head.kid.as_deref() == Some(LOCAL) {
        return verify_own(env, token, trust.leeway_s + own_grace_s);
    }
    let key = match head.alg {
        Algorithm::HS256 => {
            let secret = trust.secret.as_ref().ok_or(TokenError::Algorithm)?;
            DecodingKey::from_secret(secret.as_bytes())
        }
        Algorithm::RS256 | Algorithm::ES256 => {
            let url = trust.published_keys().ok_or(TokenError::Algorithm)?;
            keys::find(env, url, head.kid.as_deref(), head.alg)
                .await
                .map_err(keys_error)?
        }
        _ => return Err(TokenError::Algorithm),
    };
    let data = decode::<Claims>(token, &key, &trust.validation(head.alg)).map_err(token_error)?;
    let verified = verified(data.claims, trust.leeway_s)?;
    match is_local(&verified.person) {
        true => Err(TokenError::Subject),
        false => Ok(verified),
    }
}

/// A token of the relay's own sign-in.
fn verify_own(env: &Env, token: &str, leeway_s: u64) -> Result<Verified, TokenError> {
    let secret = settings::sign_in(env).ok_or(TokenError::Algorithm)?;
    let own = Trust {
        secret: None,
        keys_url: None,
        issuers: vec![LOCAL.to_owned()],
        audiences: vec![LOCAL.to_owned()],
        leeway_s,
    };
    let key = DecodingKey::from_secret(secret.as_bytes());
    let validation = own.validation(Algorithm::HS256);
    let data = decode::<Claims>(token, &key, &validation).map_err(token_error)?;
    let verified = verified(data.claims, leeway_s)?;
    let developer = verified.person.starts_with(DEVELOPER);
    match is_local(&verified.person) && (!developer || settings::is_development(env)) {
        true => Ok(verified),
        false => Err(TokenError::Subject),
    }
}

/// Whether this is a person of the relay's own sign-in.
pub(crate) fn is_local(person: &str) -> bool {
    LOCAL_PERSONS
        .iter()
        .any(|prefix| person.starts_with(prefix))
}

/// Says how tokens are signed and verified; before the first of either.
pub(crate) fn prepare() {
    crypto::install();
}

/// Whether two secrets are the same, in a time that says nothing about where they differ.
pub(crate) fn are_equal(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes()) == Sha256::digest(other.as_bytes())
}

fn verified(claims: Claims, leeway_s: u64) -> Result<Verified, TokenError> {
    let person = claims.sub.as_str().ok_or(TokenError::Subject)?;
    let visible = person.bytes().all(|byte| byte.is_ascii_graphic());
    let length = person.len();
    if !visible || length == 0 || length > MAX_SUBJECT_BYTES || person == ANONYMOUS {
        return Err(TokenError::Subject);
    }
    let expires_s = claims
        .exp
        .as_f64()
        .ok_or(TokenError::Claim("exp".to_owned()))?;
    let expires_ms = (expires_s * 1000.0) as u64;
    Ok(Verified {
        person: person.to_owned(),
        expires_ms: expires_ms.saturating_add(leeway_s * 1000).min(LATEST_MS),
        script: claims.script.map(|script| script.to_ascii_lowercase()),
        life: claims.life.as_u64().unwrap_or(0),
    })
}

/// A head that cannot be read: either no token at all, or one with an algorithm that nobody should take (`none`).
fn head_error(error: JwtError) -> TokenError {
    match error.kind() {
        ErrorKind::Json(_) => TokenError::Algorithm,
        _ => TokenError::Malformed,
    }
}

fn keys_error(error: KeysError) -> TokenError {
    match error {
        KeysError::Unknown => TokenError::UnknownKey,
        KeysError::Unavailable => TokenError::KeysUnavailable,
    }
}

fn token_error(error: JwtError) -> TokenError {
    match error.kind() {
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYet,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
            TokenError::Claim(claim.clone())
        }
        _ => TokenError::Malformed,
    }
}
