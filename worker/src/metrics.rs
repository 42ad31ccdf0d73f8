//! What the relay has done, for the operator's Prometheus (O1): `GET /metrics`, for whoever has the operator's token.
//!
//! Counted in the isolate's memory by all objects that it holds; [`figures`] has what is counted. There is nothing in it of
//! any one script or person.

mod figures;

use std::cell::RefCell;

use worker::{Env, Request, Response, Result};

pub(crate) use self::figures::Metrics;
use crate::{operator, settings};

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

thread_local! {
    static METRICS: RefCell<Metrics> = RefCell::default();
}

/// Counts something.
pub(crate) fn count(note: impl FnOnce(&mut Metrics)) {
    METRICS.with_borrow_mut(note);
}

/// Does something and notes how long that took.
pub(crate) async fn timed<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let from_ms = js_sys::Date::now();
    let done = work.await;
    let to_ms = js_sys::Date::now();
    count(|metrics| metrics.handled(what, from_ms, to_ms));
    done
}

/// Answers whoever asks for the figures.
pub(crate) fn answer(request: &Request, env: &Env) -> Result<Response> {
    if let Some(refusal) = operator::refusal(request, settings::metrics_token(env))? {
        return Ok(refusal);
    }
    let mut response = Response::ok(METRICS.with_borrow(Metrics::to_string))?;
    response.headers_mut().set("content-type", CONTENT_TYPE)?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}
