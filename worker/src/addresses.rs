//! Every address of the relay's HTTP side, in one list: what is not in it is not served.
//!
//! `worker/openapi.json` describes the same addresses to others; a test below holds the two against each other, and
//! `tests/relay/openapi.test.mjs` what the running relay answers against the document.

use worker::Method;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// This Worker: is the relay up.
    Health,
    /// This Worker: how people come here.
    Config,
    /// The registries: how the logs of all scripts are.
    Persistence,
    /// This Worker: the document that describes the addresses.
    Description,
    /// This Worker: a guest's id.
    Guest,
    /// This Worker: what it has done.
    Metrics,
    /// The relay's own sign-in.
    SignIn,
    /// A person's object, or the object of a new script.
    Own,
    /// A script's object.
    Script,
    /// A script's object, over a socket.
    Socket,
}

use To::{Config, Description, Guest, Health, Metrics, Own, Persistence, Script, SignIn, Socket};
use worker::Method::{Delete, Get, Patch, Post, Put};

/// A method, an address whose parts in braces stand for anything, and who answers.
type Route = (Method, &'static str, To);

const ROUTES: &[Route] = &[
    (Get, "/api/health", Health),
    (Get, "/api/config", Config),
    (Get, "/api/openapi.json", Description),
    (Get, "/api/health/persistence", Persistence),
    (Post, "/api/guest", Guest),
    (Get, "/metrics", Metrics),
    (Post, "/api/signin", SignIn),
    (Post, "/api/signin/renew", SignIn),
    (Post, "/api/account", SignIn),
    (Post, "/api/account/resets", SignIn),
    (Post, "/api/account/reset", SignIn),
    (Get, "/api/me", Own),
    (Put, "/api/me/settings", Own),
    (Get, "/api/scripts", Own),
    (Post, "/api/scripts", Own),
    (Get, "/api/ws/scripts/{id}", Socket),
    (Get, "/api/ws/scripts/{id}/threads", Socket),
    (Get, "/api/scripts/{id}", Script),
    (Patch, "/api/scripts/{id}", Script),
    (Delete, "/api/scripts/{id}", Script),
    (Get, "/api/scripts/{id}/card", Script),
    (Patch, "/api/scripts/{id}/card", Script),
    (Post, "/api/scripts/{id}/duplicate", Script),
    (Post, "/api/scripts/{id}/trash", Script),
    (Post, "/api/scripts/{id}/restore", Script),
    (Get, "/api/scripts/{id}/members", Script),
    (Put, "/api/scripts/{id}/members/{person}", Script),
    (Delete, "/api/scripts/{id}/members/{person}", Script),
    (Get, "/api/scripts/{id}/links", Script),
    (Post, "/api/scripts/{id}/links", Script),
    (Delete, "/api/scripts/{id}/links/{link}", Script),
    (Post, "/api/scripts/{id}/accept", Script),
    (Get, "/api/scripts/{id}/webhooks", Script),
    (Post, "/api/scripts/{id}/webhooks", Script),
    (Delete, "/api/scripts/{id}/webhooks/{webhook}", Script),
    (Get, "/api/scripts/{id}/scenes", Script),
    (Get, "/api/scripts/{id}/export.fountain", Script),
    (Get, "/api/scripts/{id}/export.json", Script),
    (Post, "/api/scripts/{id}/import", Script),
    (Get, "/api/scripts/{id}/updates", Script),
    (Post, "/api/scripts/{id}/updates", Script),
    (Get, "/api/scripts/{id}/threads/updates", Script),
    (Post, "/api/scripts/{id}/threads/updates", Script),
    (Get, "/api/scripts/{id}/sources/{digest}", Script),
    (Put, "/api/scripts/{id}/sources/{digest}", Script),
    (Get, "/api/scripts/{id}/health", Script),
    (Post, "/api/scripts/{id}/snapshot", Script),
    (Post, "/api/scripts/{id}/verify", Script),
    (Get, "/api/scripts/{id}/history", Script),
    (Get, "/api/scripts/{id}/history/authors", Script),
    (Get, "/api/scripts/{id}/history/compare", Script),
    (Post, "/api/scripts/{id}/history/names", Script),
    (Post, "/api/scripts/{id}/history/restore", Script),
    (Post, "/api/scripts/{id}/history/rollback", Script),
];

/// What the list says of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    To(To),
    /// The address is there for these methods only.
    OtherMethod(String),
    Nothing,
}

/// Looks a request up.
pub(crate) fn find(method: &Method, path: &str) -> Found {
    let fitting = || ROUTES.iter().filter(|(_, address, _)| fits(address, path));
    if let Some((_, _, to)) = fitting().find(|(known, _, _)| known == method) {
        return Found::To(*to);
    }
    let methods: Vec<&str> = fitting().map(|(known, _, _)| known.as_ref()).collect();
    match methods.is_empty() {
        true => Found::Nothing,
        false => Found::OtherMethod(methods.join(", ")),
    }
}

/// What stands for an address in the logs: the part of a script's id, of a person or of a link is not in it.
pub(crate) fn pattern(path: &str) -> &'static str {
    let known = ROUTES.iter().find(|(_, address, _)| fits(address, path));
    match known {
        Some((_, address, _)) => address,
        None if path.starts_with("/api/") => "/api/*",
        None => "/*",
    }
}

fn fits(address: &str, path: &str) -> bool {
    let (mut parts, mut words) = (address.split('/'), path.split('/'));
    loop {
        match (parts.next(), words.next()) {
            (None, None) => return true,
            (Some(part), Some(word)) if part == word => {}
            (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;

    use super::*;

    fn document() -> Json {
        serde_json::from_str(include_str!("../openapi.json")).expect("it is JSON")
    }

    #[test]
    fn the_document_describes_the_addresses_that_there_are_and_no_others() {
        let mut described = BTreeSet::new();
        let document = document();
        for (address, operations) in document["paths"].as_object().expect("there are paths") {
            for method in operations.as_object().expect("there are methods").keys() {
                described.insert(format!("{} {address}", method.to_uppercase()));
            }
        }
        let listed = ROUTES.iter();
        let listed = listed.map(|(method, address, _)| format!("{} {address}", method.as_ref()));
        assert_eq!(described, listed.collect::<BTreeSet<String>>());
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }

    #[test]
    fn the_document_names_the_parts_of_an_address() {
        let document = document();
        let shared = &document["components"]["parameters"];
        for (address, operations) in document["paths"].as_object().expect("there are paths") {
            let parts = address.split('/').filter(|part| part.starts_with('{'));
            let parts: BTreeSet<&str> = parts.map(|part| &part[1..part.len() - 1]).collect();
            for operation in operations.as_object().expect("methods").values() {
                let named = operation["parameters"].as_array().into_iter().flatten();
                let named = named.map(|one| match one["$ref"].as_str() {
                    Some(place) => &shared[place.rsplit('/').next().expect("a name")],
                    None => one,
                });
                let named = named.filter(|one| one["in"] == "path");
                let named: BTreeSet<&str> = named.filter_map(|one| one["name"].as_str()).collect();
                assert_eq!(named, parts, "{address}");
            }
        }
    }

    #[test]
    fn o3_what_stands_for_an_address_has_nothing_of_it() {
        for (path, expected) in [
            (
                "/api/scripts/x/members/ada",
                "/api/scripts/{id}/members/{person}",
            ),
            ("/api/ws/scripts/x", "/api/ws/scripts/{id}"),
            ("/api/nowhere/ada", "/api/*"),
            ("/assets/core.js", "/*"),
        ] {
            assert_eq!(pattern(path), expected);
        }
    }

    #[test]
    fn a_request_is_found_by_its_method_and_the_parts_of_its_address() {
        assert_eq!(find(&Get, "/api/scripts/x/card"), Found::To(Script));
        assert_eq!(find(&Get, "/api/scripts"), Found::To(Own));
        let other = Found::OtherMethod("GET, PATCH".to_owned());
        assert_eq!(find(&Delete, "/api/scripts/x/card"), other);
        for nowhere in [
            "/api/scripts/",
            "/api/scripts//card",
            "/api/scripts/x/card/",
            "/api/scripts/x/nothing",
            "/api",
        ] {
            assert_eq!(find(&Get, nowhere), Found::Nothing, "{nowhere}");
        }
    }
}
