//! Which pages may talk to this relay: a browser says from which origin a page is, and sends along what it has for the
//! relay whoever asks. Pages of the relay's own origin may, others where the operator says so; programs send no origin.

use worker::{Env, Headers, Method, Request, Response, Result, Url};

use crate::settings;

/// What a request's origin means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The relay's own page, or no page at all.
    Own,
    /// Another page that may.
    Allowed(String),
    /// Another page.
    Foreign,
}

/// Where a request comes from.
pub(crate) fn of(request: &Request, env: &Env) -> Result<Origin> {
    let Some(origin) = request.headers().get("origin")? else {
        return Ok(Origin::Own);
    };
    let allowed = settings::list(env, "ALLOWED_ORIGINS");
    Ok(judge(&origin, &request.url()?, &allowed))
}

fn judge(origin: &str, own: &Url, allowed: &[String]) -> Origin {
    if allowed.iter().any(|one| one == origin) {
        return Origin::Allowed(origin.to_owned());
    }
    // Behind a proxy that speaks TLS, the relay itself is asked by http: the scheme says nothing here.
    let same = origin.parse::<Url>().is_ok_and(|origin| {
        origin.host_str() == own.host_str()
            && (origin.port() == own.port() || origin.port_or_known_default() == own.port())
            && matches!(origin.scheme(), "http" | "https")
    });
    if same { Origin::Own } else { Origin::Foreign }
}

/// Lets an allowed page of another origin read the answer.
pub(crate) async fn reveal(origin: &str, mut response: Response) -> Result<Response> {
    // An object's answer cannot be changed, only copied.
    let headers = Headers::new();
    for (name, value) in response.headers().entries() {
        headers.append(&name, &value)?;
    }
    headers.set("access-control-allow-origin", origin)?;
    headers.set(
        "access-control-expose-headers",
        "retry-after, x-scriptroom-version",
    )?;
    headers.append("vary", "origin")?;
    let status = response.status_code();
    let bytes = response.bytes().await?;
    Ok(Response::from_bytes(bytes)?
        .with_status(status)
        .with_headers(headers))
}

/// The answer to a browser that asks before it sends the request of such a page.
pub(crate) fn preflight(request: &Request, origin: &str) -> Result<Option<Response>> {
    if request.method() != Method::Options {
        return Ok(None);
    }
    let headers = Headers::new();
    headers.set("access-control-allow-origin", origin)?;
    headers.set("vary", "origin")?;
    headers.set(
        "access-control-allow-methods",
        "GET, POST, PUT, PATCH, DELETE",
    )?;
    headers.set(
        "access-control-allow-headers",
        "authorization, content-type, idempotency-key",
    )?;
    headers.set("access-control-max-age", "86400")?;
    Ok(Some(
        Response::empty()?.with_status(204).with_headers(headers),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_only_the_relays_own_pages_and_those_that_are_named_may() {
        let own: Url = "http://relay.example:8787/api/health"
            .parse()
            .expect("an address");
        let allowed = ["https://app.example".to_owned()];
        let judge = |origin| super::judge(origin, &own, &allowed);
        assert_eq!(judge("http://relay.example:8787"), Origin::Own);
        assert_eq!(judge("https://relay.example:8787"), Origin::Own);
        let named: Url = "http://relay.example:443/".parse().expect("an address");
        assert_eq!(
            super::judge("https://relay.example", &named, &[]),
            Origin::Own
        );
        assert_eq!(
            judge("https://app.example"),
            Origin::Allowed("https://app.example".to_owned())
        );
        for foreign in [
            "http://relay.example",
            "https://relay.example.evil:8787",
            "https://app.example.evil",
            "http://app.example",
            "null",
            "",
        ] {
            assert_eq!(judge(foreign), Origin::Foreign, "{foreign:?}");
        }
    }
}
