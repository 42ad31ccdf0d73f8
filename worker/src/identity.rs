//! Who knocks: the token of a request, and what it says.
//!
//! A token comes as `Authorization: Bearer`, as `?token=`, or as a subprotocol `token.…`: a browser's socket can set no
//! header. It is a JWT ([`crate::token`]) or, on a relay that is open to everybody, a guest's ([`crate::guest`]).

use serde::{Deserialize, Serialize};
use thiserror::Error;
use worker::{Env, Request, Result};

use scriptroom_room::session::ANONYMOUS;

use crate::token::TokenError;
use crate::{guest, settings, token};

/// How a subprotocol that carries a token begins.
const TOKEN_PROTOCOL: &str = "token.";

/// Who a request is from. It travels to the object in a header, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Caller {
    /// The person; [`ANONYMOUS`] without a token.
    pub(crate) person: String,
    /// When their token is no longer good.
    pub(crate) expires_ms: Option<u64>,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum CallerError {
    #[error("expected a token")]
    NoToken,
    #[error("expected a token of a person, got a guest's")]
    Guest,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the token is for another script")]
    OtherScript,
}

/// Who a request is from. `script`: what it is about, which the token may be bound to.
pub(crate) async fn caller(
    request: &Request,
    env: &Env,
    script: Option<&str>,
) -> Result<std::result::Result<Caller, CallerError>> {
    Ok(match token_of(request)? {
        Some(token) => caller_of(env, &token, script).await,
        None if settings::is_open(env) => Ok(Caller {
            person: ANONYMOUS.to_owned(),
            expires_ms: None,
        }),
        None => Err(CallerError::NoToken),
    })
}

/// Whose token this is.
pub(crate) async fn caller_of(
    env: &Env,
    token: &str,
    script: Option<&str>,
) -> std::result::Result<Caller, CallerError> {
    // A guest's token has two parts, a JWT three.
    if token.bytes().filter(|&byte| byte == b'.').count() == 1 {
        let secret = settings::guest_secret(env).ok_or(CallerError::Guest)?;
        let person = guest::verify(&secret, token).ok_or(TokenError::Signature)?;
        return Ok(Caller {
            person,
            expires_ms: None,
        });
    }
    let verified = token::verify(env, token).await?;
    match &verified.script {
        Some(bound) if script != Some(bound.as_str()) => Err(CallerError::OtherScript),
        _ => Ok(Caller {
            person: verified.person,
            expires_ms: Some(verified.expires_ms),
        }),
    }
}

/// The token, wherever it is.
pub(crate) fn token_of(request: &Request) -> Result<Option<String>> {
    if let Some(token) = bearer(request)? {
        return Ok(Some(token));
    }
    let url = request.url()?;
    if let Some((_, token)) = url.query_pairs().find(|(key, _)| key == "token") {
        return Ok(Some(token.into_owned()));
    }
    let protocols = request.headers().get("sec-websocket-protocol")?;
    Ok(protocols.and_then(|list| token_in_protocols(&list)))
}

/// The token of the header that is made for tokens.
pub(crate) fn bearer(request: &Request) -> Result<Option<String>> {
    let header = request.headers().get("authorization")?;
    Ok(header.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)))
}

fn token_in_protocols(list: &str) -> Option<String> {
    list.split(',')
        .find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_be_one_of_the_subprotocols() {
        assert_eq!(
            token_in_protocols("scriptroom.1, token.abc.def").as_deref(),
            Some("abc.def")
        );
        assert_eq!(token_in_protocols("scriptroom.1"), None);
    }
}
