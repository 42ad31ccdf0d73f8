//! A request's body, up to a limit: plain workerd has none of its own, and what is read whole lies in memory twice.

use futures_util::StreamExt;
use worker::{Request, Response, Result};

use crate::answers::failure;

/// The largest body of any request: the largest step 2 as frames (J11).
pub(crate) const LARGEST_BYTES: usize = (32 << 20) + (1 << 10);
/// The largest body of a request that brings no part of a script.
pub(crate) const SMALL_BYTES: usize = 64 << 10;

/// Reads a body; `None` where it has more bytes than `max`, of which it then has read no more than that and a chunk.
pub(crate) async fn read(request: &mut Request, max: usize) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    if !fits(request, max)? {
        return Ok(None);
    }
    if request.inner().body().is_none() {
        return Ok(Some(bytes));
    }
    // Whatever length was said: beside `transfer-encoding` it counts for nothing.
    let mut stream = request.stream()?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > max {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// Whether a body may be as short as `max`, by the length that its sender says, if any. It is not read for that.
pub(crate) fn fits(request: &Request, max: usize) -> Result<bool> {
    let length = request.headers().get("content-length")?;
    let length = length.and_then(|length| length.parse::<u64>().ok());
    Ok(length.is_none_or(|length| length <= max as u64))
}

/// What whoever sends more is told.
pub(crate) fn expected(max: usize) -> String {
    format!("expected a body of at most {max} bytes")
}

/// The answer to them.
pub(crate) fn too_large(max: usize) -> Result<Response> {
    failure(413, "too_large", &expected(max))
}
