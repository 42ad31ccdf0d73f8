//! The built-in sign-in: for development by a name alone, for a relay of one's own by e-mail and password. It issues tokens
//! like any other issuer ([`crate::token`]), signed with a secret of its own.
//!
//! It is off unless the operator has set all that it needs; a name alone is enough in development only. Who may make an
//! account is said by an invitation: a secret that the operator gives to those who may come.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value as Json, json};
use worker::{Date, Env, Method, Request, RequestInit, Response, Result};

use crate::answers::{failure, json};
use crate::guest::random_id;
use crate::identity;
use crate::person::{self, ACCOUNT, RESET_MS};
use crate::token::{self, ACCOUNTS, LOCAL};
use crate::{body, operator, settings};

/// How long a token of the relay's own is good. It is renewed while it is, and a while after.
const LIFE_S: u64 = 60 * 60;
const MAX_BODY_BYTES: usize = 4 * 1024;
const MAX_NAME_CHARS: usize = 60;
const MAX_EMAIL_BYTES: usize = 190;
/// NIST SP 800-63B: at least eight characters, and room for a sentence.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=200;

/// Answers a request about signing in.
pub(crate) async fn answer(mut request: Request, env: &Env, path: &str) -> Result<Response> {
    if path == "/api/signin/renew" {
        return renew(&request, env).await;
    }
    if path == "/api/account/resets"
        && let Some(refusal) = operator::refusal(&request, settings::operator_token(env))?
    {
        return Ok(refusal);
    }
    // In development there always is one.
    if settings::sign_in(env).is_none() {
        return off();
    }
    let Some(bytes) = body::read(&mut request, MAX_BODY_BYTES).await? else {
        return body::too_large(MAX_BODY_BYTES);
    };
    let body: Option<Json> = serde_json::from_slice(&bytes).ok();
    let Some(body) = body.filter(Json::is_object) else {
        return failure(400, "malformed", "expected a JSON object");
    };
    match (path, body["name"].as_str()) {
        ("/api/signin", Some(name)) if settings::is_development(env) => by_name(env, name),
        ("/api/account", _) => make_account(env, &body).await,
        ("/api/account/resets", _) => open_reset(env, &body).await,
        ("/api/account/reset", _) => reset(env, &body).await,
        _ => enter(env, &body).await,
    }
}

fn off() -> Result<Response> {
    let message = "expected a relay with a sign-in of its own, this one takes tokens of others";
    failure(403, "no_sign_in", message)
}

/// In development everybody is who they say.
fn by_name(env: &Env, name: &str) -> Result<Response> {
    let name: String = name
        .trim()
        .to_lowercase()
        .chars()
        .take(MAX_NAME_CHARS)
        .collect();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(plain).collect();
    match name.is_empty() {
        true => failure(400, "malformed", "expected a name"),
        false => issue(env, &format!("dev:{name}"), 0),
    }
}

async fn make_account(env: &Env, body: &Json) -> Result<Response> {
    let Some((person, password)) = credentials(body) else {
        return no_credentials();
    };
    if !is_invited(env, body["invitation"].as_str().unwrap_or_default()) {
        return failure(403, "not_invited", "expected the invitation of this relay");
    }
    if !fits(password) {
        return unfit_password();
    }
    let asked = json!({ "what": "make", "password": password });
    match ask(env, &person, &asked).await? {
        (200, told) => issue(env, &person, life(&told)),
        _ => {
            let message = "expected a new address, there is an account with this one";
            failure(409, "exists", message)
        }
    }
}

async fn enter(env: &Env, body: &Json) -> Result<Response> {
    let Some((person, password)) = credentials(body) else {
        return no_credentials();
    };
    let asked = json!({ "what": "enter", "password": password });
    match ask(env, &person, &asked).await? {
        (200, told) => issue(env, &person, life(&told)),
        (429, told) => too_fast(&told),
        _ => failure(401, "not_signed_in", "the address or the password is wrong"),
    }
}

/// The operator lets somebody choose another password: a code for a while, which is in the answer and nowhere else.
async fn open_reset(env: &Env, body: &Json) -> Result<Response> {
    let Some(email) = body["email"].as_str().and_then(email) else {
        return failure(400, "malformed", "expected an e-mail address");
    };
    let (person, code) = (person_of(&email), random_id()?);
    let expires_ms = Date::now().as_millis() + RESET_MS;
    let asked = json!({ "what": "open", "code": code });
    match ask(env, &person, &asked).await? {
        (200, _) => json(
            201,
            &json!({ "person": person, "code": code, "expires": expires_ms }),
        ),
        _ => failure(
            404,
            "no_such_account",
            "there is no account with this address",
        ),
    }
}

/// Another password, with the code that the operator gave, once.
async fn reset(env: &Env, body: &Json) -> Result<Response> {
    let (Some((person, password)), Some(code)) = (credentials(body), body["code"].as_str()) else {
        let message = "expected an e-mail address, a code and a password";
        return failure(400, "malformed", message);
    };
    if !fits(password) {
        return unfit_password();
    }
    let asked = json!({ "what": "reset", "code": code, "password": password });
    match ask(env, &person, &asked).await? {
        (200, told) => issue(env, &person, life(&told)),
        _ => failure(403, "no_such_reset", "the code is not good, or no longer"),
    }
}

/// Who somebody says that they are, and the password.
fn credentials(body: &Json) -> Option<(String, &str)> {
    let email = body["email"].as_str().and_then(email)?;
    Some((person_of(&email), body["password"].as_str()?))
}

fn no_credentials() -> Result<Response> {
    let message = "expected an e-mail address and a password";
    failure(400, "malformed", message)
}

fn unfit_password() -> Result<Response> {
    let message = "expected a password of 8 to 200 characters";
    failure(400, "malformed", message)
}

fn fits(password: &str) -> bool {
    PASSWORD_CHARS.contains(&password.chars().count())
}

fn person_of(email: &str) -> String {
    format!("{ACCOUNTS}{email}")
}

/// The account's life, as its person's object tells it.
fn life(told: &Json) -> u64 {
    told["life"].as_u64().unwrap_or(0)
}

/// Asks a person's object about their account: it keeps the password's hash, and counts what fails.
async fn ask(env: &Env, person: &str, asked: &Json) -> Result<(u16, Json)> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post);
    init.with_body(Some(asked.to_string().into()));
    let request = Request::new_with_init(&format!("http://person{ACCOUNT}"), &init)?;
    let people = env.durable_object(person::BINDING)?;
    let object = people.get_by_name(person)?;
    let mut answer = object.fetch_with_request(request).await?;
    Ok((answer.status_code(), answer.json().await?))
}

fn too_fast(answer: &Json) -> Result<Response> {
    let wait_s = answer["wait_ms"].as_u64().unwrap_or(0).div_ceil(1000);
    let message = format!("too many wrong passwords: try again in {wait_s} s");
    let mut response = failure(429, "too_fast", &message)?;
    let headers = response.headers_mut();
    headers.set("retry-after", &wait_s.to_string())?;
    Ok(response)
}

/// The address as it is kept: what differs in case only is one.
fn email(text: &str) -> Option<String> {
    let email = text.trim().to_ascii_lowercase();
    let (name, host) = email.split_once('@')?;
    let fits = email.len() <= MAX_EMAIL_BYTES
        && email.bytes().all(|byte| byte.is_ascii_graphic())
        && !name.is_empty()
        && host.contains('.')
        && !host.contains('@');
    fits.then_some(email)
}

fn is_invited(env: &Env, invitation: &str) -> bool {
    settings::invitation(env).is_some_and(|secret| token::are_equal(&secret, invitation))
}

/// A token of the relay's own, for another hour, for whoever has one that is good or was lately.
async fn renew(request: &Request, env: &Env) -> Result<Response> {
    let Some(token) = identity::token_of(request)? else {
        return failure(401, "not_signed_in", "expected a token");
    };
    match token::verify_renewable(env, &token).await {
        Ok(verified) if verified.person.starts_with(ACCOUNTS) => {
            let (person, asked) = (verified.person, json!({ "what": "life" }));
            match ask(env, &person, &asked).await? {
                (200, told) if life(&told) == verified.life => issue(env, &person, verified.life),
                _ => failure(
                    401,
                    "not_signed_in",
                    "the password was reset: sign in again",
                ),
            }
        }
        Ok(verified) if token::is_local(&verified.person) => issue(env, &verified.person, 0),
        Ok(_) => failure(
            403,
            "not_allowed",
            "expected a token of this relay, got another issuer's",
        ),
        Err(error) => failure(401, "not_signed_in", &error.to_string()),
    }
}

fn issue(env: &Env, person: &str, life: u64) -> Result<Response> {
    let Some(secret) = settings::sign_in(env) else {
        return off();
    };
    let expires_s = Date::now().as_millis() / 1000 + LIFE_S;
    let head = Header {
        kid: Some(LOCAL.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let claims =
        json!({ "sub": person, "iss": LOCAL, "aud": LOCAL, "exp": expires_s, "life": life });
    token::prepare();
    match encode(&head, &claims, &EncodingKey::from_secret(secret.as_bytes())) {
        Ok(token) => json(
            200,
            &json!({ "person": person, "token": token, "expires": expires_s * 1000 }),
        ),
        Err(error) => failure(500, "internal", &error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_way() {
        assert_eq!(
            email(" Ada@Example.org ").as_deref(),
            Some("ada@example.org")
        );
        for wrong in [
            "",
            "ada",
            "@example.org",
            "ada@example",
            "a@b@c.org",
            "a b@c.org",
            "é@c.org",
        ] {
            assert_eq!(email(wrong), None, "{wrong:?}");
        }
    }
}
