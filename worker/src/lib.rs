//! The Cloudflare Worker: routes and the Durable Object around a room.
