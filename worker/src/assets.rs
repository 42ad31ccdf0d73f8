//! The app's files: from wrangler's static assets, or from plain workerd's `disk` service.
//!
//! Both are asked for a name and give bytes; what type they are, how long they may be kept and
//! what the page may do is said here, so that it is the same in both places.

use worker::{Env, Fetcher, Headers, Response, Result};

/// The binding of the files in either place.
const FILES: &str = "ASSETS";
const PAGE: &str = "/index.html";

/// The app loads from its own origin only. CodeMirror puts its styles into the page, hence
/// `unsafe-inline` there; `wasm-unsafe-eval` lets it compile the core.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; \
    connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The file at a path; the page itself for every address inside the app.
pub(crate) async fn answer(env: &Env, path: &str) -> Result<Response> {
    let Some(name) = file_name(path) else {
        return not_found();
    };
    let Ok(files) = env.service(FILES) else {
        return not_found();
    };
    let mut found = fetch(&files, name).await?;
    if found.status_code() != 200 {
        return not_found();
    }
    let bytes = found.bytes().await?;
    Ok(Response::from_bytes(bytes)?.with_headers(headers(name)?))
}

async fn fetch(files: &Fetcher, name: &str) -> Result<Response> {
    files.fetch(format!("http://files{name}"), None).await
}

fn not_found() -> Result<Response> {
    Ok(Response::ok("there is no such file\n")?.with_status(404))
}

/// The file that answers a path: names are plain, and a path without an extension is the page's.
fn file_name(path: &str) -> Option<&str> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    if !plain || hidden || path.contains("//") {
        return None;
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    Some(if last.contains('.') { path } else { PAGE })
}

fn headers(name: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", content_type(name))?;
    headers.set("cache-control", caching(name))?;
    headers.set("x-content-type-options", "nosniff")?;
    // The address of a script is what grants access to it.
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cross-origin-opener-policy", "same-origin")?;
    if name == PAGE {
        headers.set("content-security-policy", POLICY)?;
    }
    Ok(headers)
}

/// Names under `/assets/` carry a hash of the content; the others are asked for anew each time.
fn caching(name: &str) -> &'static str {
    if name.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("fountain" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_the_app_are_the_page() {
        for path in ["/", "/s/6f9619ff-8b86-d011-b42d-00c04fc964ff"] {
            assert_eq!(file_name(path), Some("/index.html"));
        }
        assert_eq!(file_name("/assets/main-X.js"), Some("/assets/main-X.js"));
    }

    #[test]
    fn no_path_leaves_the_folder() {
        for path in [
            "/../secret.txt",
            "/%2e%2e/x.js",
            "//x.js",
            "/.env",
            "/a/.git/x.js",
            "/a\\b.js",
        ] {
            assert_eq!(file_name(path), None, "{path:?}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept_for_long() {
        assert!(caching("/assets/main-X.js").contains("immutable"));
        assert_eq!(caching("/index.html"), "no-cache");
        assert_eq!(caching("/serviceworker.js"), "no-cache");
    }
}
