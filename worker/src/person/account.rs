//! An account of the built-in sign-in, in its person's object: the password's hash, how often somebody guessed wrong
//! ([`super::guesses`]), and the one reset that may be open.
//!
//! An account has a life: it begins anew with each reset, and tokens of an earlier one are not renewed.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use worker::{Date, Error, Request, Response, Result, SqlStorage, SqlStorageValue as Value};

use super::STEPS;
use super::guesses::Guesses;
use crate::answers::json;
use crate::store::schema::migrate_by;
use crate::store::text;

/// A reset is good for so long.
pub(crate) const RESET_MS: u64 = 30 * 60 * 1000;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    what: String,
    password: String,
    code: String,
}

/// What is done, by its name: `enter`, `make`, `life`, `open` (a reset) or `reset`. 200 where it is, with the account's life; 401
/// with a wrong password, 403 with a wrong code, 404 without an account, 409 where there is one already, and 429 with how
/// long to wait when it is too soon.
pub(super) async fn answer(sql: &SqlStorage, id: &str, mut request: Request) -> Result<Response> {
    let asked: Asked = request.json().await?;
    // Whoever asks for what is not there leaves no trace: tables would be a file for each address that somebody tries.
    let is_there = asked.what == "make" || is_made(sql)?;
    if is_there {
        migrate_by(sql, STEPS)?;
    }
    let known = match is_there {
        true => read(sql, "password")?,
        false => None,
    };
    let mut wait_ms = 0;
    let status = match (asked.what.as_str(), known) {
        ("make", Some(_)) => 409,
        ("make", None) => set_password(sql, &asked.password)?,
        ("enter", known) => {
            let now_ms = Date::now().as_millis();
            let guesses = match known {
                Some(_) => Guesses {
                    failures: number(sql, "failures")?,
                    not_before_ms: number(sql, "not_before")?,
                },
                None => Guesses::of_stranger(id),
            };
            wait_ms = guesses.not_before_ms.saturating_sub(now_ms);
            match (wait_ms, known) {
                (0, Some(known)) => check(sql, guesses, &known, &asked.password)?,
                (0, None) => {
                    // As long as it takes with an account, so that nobody can tell.
                    hash(&asked.password)?;
                    let now_ms = Date::now().as_millis();
                    guesses.and_another(now_ms).keep_of_stranger(id);
                    401
                }
                _ => 429,
            }
        }
        ("reset", Some(_)) => reset(sql, &asked)?,
        ("reset", None) => 403,
        ("open", Some(_)) => open_reset(sql, &asked.code)?,
        ("life", Some(_)) => 200,
        _ => 404,
    };
    let life = match is_there {
        true => number(sql, "life")?,
        false => 0,
    };
    json(
        status,
        &serde_json::json!({ "life": life, "wait_ms": wait_ms }),
    )
}

/// Whether anything is stored of this person.
fn is_made(sql: &SqlStorage) -> Result<bool> {
    let query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
    Ok(sql.exec(query, None)?.raw().next().transpose()?.is_some())
}

fn set_password(sql: &SqlStorage, password: &str) -> Result<u16> {
    write(sql, "password", &hash(password)?)?;
    Ok(200)
}

/// Only a hash of the code is kept. One that was open before is so no longer.
fn open_reset(sql: &SqlStorage, code: &str) -> Result<u16> {
    let until_ms = Date::now().as_millis() + RESET_MS;
    write(sql, "reset", &digest(code))?;
    write(sql, "reset_until", &until_ms.to_string())?;
    Ok(200)
}

/// Another password for whoever has the code, once.
fn reset(sql: &SqlStorage, asked: &Asked) -> Result<u16> {
    let is_open = Date::now().as_millis() < number(sql, "reset_until")?;
    if !is_open || read(sql, "reset")? != Some(digest(&asked.code)) {
        return Ok(403);
    }
    for key in ["reset_until", "failures", "not_before"] {
        write(sql, key, "0")?;
    }
    write(sql, "life", &(number(sql, "life")? + 1).to_string())?;
    set_password(sql, &asked.password)
}

fn digest(code: &str) -> String {
    let digest = Sha256::digest(code.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check(sql: &SqlStorage, guesses: Guesses, known: &str, password: &str) -> Result<u16> {
    if is_right(known, password)? {
        if guesses.failures > 0 {
            write(sql, "failures", "0")?;
        }
        return Ok(200);
    }
    let guesses = guesses.and_another(Date::now().as_millis());
    write(sql, "failures", &guesses.failures.to_string())?;
    write(sql, "not_before", &guesses.not_before_ms.to_string())?;
    Ok(401)
}

/// Argon2id with the library's parameters (19 MiB, two passes), as a PHC string that names them.
fn hash(password: &str) -> Result<String> {
    let mut salt = [0; 16];
    getrandom::getrandom(&mut salt).map_err(|error| Error::RustError(error.to_string()))?;
    let salt =
        SaltString::encode_b64(&salt).map_err(|error| Error::RustError(error.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash
        .map_err(|error| Error::RustError(error.to_string()))?
        .to_string())
}

fn is_right(known: &str, password: &str) -> Result<bool> {
    let known = PasswordHash::new(known).map_err(|error| Error::RustError(error.to_string()))?;
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &known)
        .is_ok())
}

fn number(sql: &SqlStorage, key: &str) -> Result<u64> {
    let text = read(sql, key)?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

fn read(sql: &SqlStorage, key: &str) -> Result<Option<String>> {
    let query = "SELECT value FROM meta WHERE key = ?";
    let row = sql
        .exec(query, vec![Value::from(key)])?
        .raw()
        .next()
        .transpose()?;
    row.map(|row| text(&row[0])).transpose()
}

fn write(sql: &SqlStorage, key: &str, value: &str) -> Result<()> {
    let statement = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)";
    sql.exec(statement, vec![key.into(), value.into()])
        .map(|_| ())
}
