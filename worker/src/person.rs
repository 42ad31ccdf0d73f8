//! A person's Durable Object: their settings, the list of their scripts, and their account where the relay has its own sign-in.
//!
//! The list is derived: each script's object tells this one of its changes ([`crate::object`]), numbered, so that what
//! comes late or twice changes nothing. Whether somebody may do something is never asked here.

mod account;
mod guesses;

pub(crate) use account::RESET_MS;

use scriptroom_room::Role;
use serde_json::{Value as Json, json};
use worker::{
    Date, DurableObject, Env, Error, Method, Request, Response, Result, SqlStorage,
    SqlStorageValue as Value, State, durable_object,
};

use crate::answers::{failure, json};
use crate::body;
use crate::card::Listing;
use crate::events;
use crate::identity::Caller;
use crate::routes::CALLER_HEADER;
use crate::store::schema::migrate_by;
use crate::store::{integer, number, text};

/// The binding of the Durable Objects, one a person.
pub(crate) const BINDING: &str = "PEOPLE";
/// Where an object hears of a script. No address of the relay leads there.
pub(crate) const LISTING: &str = "/listing";

/// Where the sign-in asks about an account. No address of the relay leads there either.
pub(crate) const ACCOUNT: &str = "/account";

const MAX_SETTINGS_BYTES: usize = 16 * 1024;
const DEFAULT_PAGE: u64 = 50;
const LARGEST_PAGE: u64 = 200;
/// Later than anything: the largest whole number that JavaScript holds.
const LATEST: u64 = (1 << 53) - 1;

const STEPS: &[&[&str]] = &[
    // 1: the list. `folded` is the title in lower case, for searching; a row without a role is kept for its number.
    &[
        "CREATE TABLE scripts (id TEXT PRIMARY KEY, change INTEGER NOT NULL, title TEXT NOT NULL, folded TEXT NOT NULL,
            role TEXT, made INTEGER NOT NULL, changed INTEGER NOT NULL, trashed INTEGER)",
        "CREATE INDEX newest ON scripts (changed DESC, id) WHERE role IS NOT NULL",
    ],
];

/// The Durable Object of a person.
#[durable_object]
pub struct Person {
    state: State,
}

impl DurableObject for Person {
    fn new(state: State, env: Env) -> Self {
        events::begin(&env);
        Person { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let sql = self.state.storage().sql();
        let path = request.path();
        if path == LISTING {
            let listing: Listing = request.json().await?;
            migrate_by(&sql, STEPS)?;
            note(&sql, &listing)?;
            return json(200, &json!({}));
        }
        if path == ACCOUNT {
            let id = self.state.id().to_string();
            return account::answer(&sql, &id, request).await;
        }
        let header = request.headers().get(CALLER_HEADER)?.unwrap_or_default();
        let caller: Caller = serde_json::from_str(&header)?;
        match (request.method(), path.as_str()) {
            (Method::Get, "/api/scripts") => {
                migrate_by(&sql, STEPS)?;
                list(&sql, &request)
            }
            (Method::Get, "/api/me") => {
                migrate_by(&sql, STEPS)?;
                json(
                    200,
                    &json!({ "person": caller.person, "settings": settings(&sql)? }),
                )
            }
            (Method::Put, "/api/me/settings") => {
                let Some(bytes) = body::read(&mut request, MAX_SETTINGS_BYTES).await? else {
                    return body::too_large(MAX_SETTINGS_BYTES);
                };
                let Some(settings) = object(&bytes) else {
                    return failure(400, "malformed", "expected a JSON object");
                };
                migrate_by(&sql, STEPS)?;
                let statement = "INSERT OR REPLACE INTO meta (key, value) VALUES ('settings', ?)";
                sql.exec(statement, vec![Value::from(settings.to_string())])?;
                json(
                    200,
                    &json!({ "person": caller.person, "settings": settings }),
                )
            }
            _ => failure(404, "not_found", "there is no such address"),
        }
    }
}

fn object(bytes: &[u8]) -> Option<Json> {
    let settings: Json = serde_json::from_slice(bytes).ok()?;
    settings.is_object().then_some(settings)
}

fn settings(sql: &SqlStorage) -> Result<Json> {
    let query = "SELECT value FROM meta WHERE key = 'settings'";
    match sql.exec(query, None)?.raw().next().transpose()? {
        Some(row) => Ok(serde_json::from_str(&text(&row[0])?)?),
        None => Ok(json!({})),
    }
}

/// Takes in what a script's object tells, unless something newer is known of that script.
fn note(sql: &SqlStorage, listing: &Listing) -> Result<()> {
    let statement = "INSERT INTO scripts (id, change, title, folded, role, made, changed, trashed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET change = excluded.change, title = excluded.title,
        folded = excluded.folded, role = excluded.role, changed = excluded.changed, trashed = excluded.trashed
        WHERE excluded.change > scripts.change";
    let values = vec![
        listing.script.as_str().into(),
        integer(listing.change),
        listing.title.as_str().into(),
        listing.title.to_lowercase().into(),
        listing.role.clone().into(),
        integer(listing.made_ms),
        integer(listing.changed_ms),
        listing.trashed_ms.map_or(Value::Null, integer),
    ];
    sql.exec(statement, values).map(|_| ())
}

/// One page of the list, newest first. `after` is what the page before gave as `next`.
fn list(sql: &SqlStorage, request: &Request) -> Result<Response> {
    let url = request.url()?;
    let value = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    };
    let limit = value("limit").and_then(|text| text.parse::<u64>().ok());
    let limit = limit.unwrap_or(DEFAULT_PAGE).clamp(1, LARGEST_PAGE);
    let after = match value("after").map(|text| cursor(&text)) {
        None => (LATEST, String::new()),
        Some(Some(after)) => after,
        Some(None) => return failure(400, "malformed", "expected after as a page gave it in next"),
    };
    let trashed = value("trashed").as_deref() == Some("1");
    let sought = value("q").unwrap_or_default().to_lowercase();
    let query = "SELECT id, title, role, made, changed, trashed FROM scripts
        WHERE role IS NOT NULL AND (trashed IS NOT NULL) = ? AND instr(folded, ?) > 0
            AND (changed < ? OR (changed = ? AND id > ?))
        ORDER BY changed DESC, id LIMIT ?";
    let values = vec![
        integer(u64::from(trashed)),
        sought.into(),
        integer(after.0),
        integer(after.0),
        after.1.into(),
        integer(limit + 1),
    ];
    let rows: Vec<Vec<Value>> = sql.exec(query, values)?.raw().collect::<Result<_>>()?;
    let page = rows.iter().take(limit as usize).map(|row| script(row));
    let page: Vec<Json> = page.collect::<Result<_>>()?;
    let more = rows.len() as u64 > limit;
    let next = page.last().filter(|_| more);
    let next = next.map(|last| {
        format!(
            "{}.{}",
            last["changed"],
            last["id"].as_str().unwrap_or_default()
        )
    });
    json(
        200,
        &json!({ "scripts": page, "next": next, "now": Date::now().as_millis() }),
    )
}

fn cursor(text: &str) -> Option<(u64, String)> {
    let (changed, id) = text.split_once('.')?;
    let changed = changed.parse().ok().filter(|&changed| changed <= LATEST)?;
    Some((changed, id.to_owned()))
}

fn script(row: &[Value]) -> Result<Json> {
    let role = text(&row[2])?;
    let role = Role::from_name(&role)
        .ok_or_else(|| Error::RustError(format!("expected a role in the list, got {role:?}")))?;
    Ok(json!({
        "id": text(&row[0])?,
        "title": text(&row[1])?,
        "role": role.name(),
        "made": number(&row[3])?,
        "changed": number(&row[4])?,
        "trashed": number(&row[5]).ok(),
    }))
}
