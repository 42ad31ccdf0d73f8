//! What is for the operator alone: whoever brings the operator's own token.

use worker::{Request, Response, Result};

use crate::answers::failure;
use crate::{identity, token};

/// The answer to whoever may not; where the operator has set no token, there is no such address.
pub(crate) fn refusal(request: &Request, expected: Option<String>) -> Result<Option<Response>> {
    let Some(expected) = expected else {
        return failure(404, "not_found", "there is no such address").map(Some);
    };
    let given = identity::bearer(request)?;
    if given.is_some_and(|given| token::are_equal(&given, &expected)) {
        return Ok(None);
    }
    let mut response = failure(401, "not_signed_in", "expected the operator's token")?;
    response.headers_mut().set("www-authenticate", "Bearer")?;
    Ok(Some(response))
}
