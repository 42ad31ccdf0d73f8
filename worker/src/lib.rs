//! The Cloudflare Worker: routes, tokens, the app's files, and the Durable Object around a room.
//!
//! It is a shell: what a room does is decided in `scriptroom-room`. Begin with [`routes`].

mod answers;
mod assets;
mod guest;
mod identity;
mod object;
mod routes;
mod settings;
mod store;
mod token;

use worker::{Context, Env, Request, Response, Result, event};

/// Answers every request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    console_error_panic_hook::set_once();
    routes::answer(request, &env).await
}
