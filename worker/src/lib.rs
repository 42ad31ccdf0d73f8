//! The Cloudflare Worker: routes, tokens, the app's files, and the Durable Objects of scripts and people.
//!
//! It is a shell: what a room does is decided in `scriptroom-room`. Begin with [`routes`].

mod addresses;
mod answers;
mod assets;
mod body;
mod card;
mod events;
mod guest;
mod health;
mod hooks;
mod identity;
mod limits;
mod members;
mod metrics;
mod object;
mod operator;
mod origin;
mod person;
mod reader;
mod registry;
mod requests;
mod routes;
mod scripts;
mod settings;
mod signin;
mod store;
mod together;
mod token;
mod webhook;

use worker::{Context, Env, Request, Response, Result, event};

/// Answers every request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    events::begin(&env);
    routes::answer(request, &env).await
}
