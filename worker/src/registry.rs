//! A registry's Durable Object: how the logs of those scripts are that fall to it ([`crate::health`]).
//!
//! What it knows is derived: each script's object tells it, numbered by the clock, so that what comes late or twice changes
//! nothing.

use serde_json::{Value as Json, json};
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue as Value, State,
    durable_object,
};

use crate::answers::{failure, json};
use crate::events;
use crate::health::{FIGURES, MOST_NAMED, REPORT, STANDINGS, SUMMARY, Together};
use crate::store::schema::migrate_by;
use crate::store::{integer, number, text};

const STEPS: &[&[&str]] = &[
    // 1: a row without a status is of a script that was deleted, and kept for its number.
    &[
        "CREATE TABLE logs (script TEXT PRIMARY KEY, change INTEGER NOT NULL, status INTEGER, live INTEGER, unmerged INTEGER,
            covered INTEGER, bytes INTEGER, damaged INTEGER, held INTEGER, lost INTEGER, merged INTEGER, stale INTEGER,
            verified INTEGER, differed INTEGER)",
        "CREATE INDEX ill ON logs (status DESC, script) WHERE status > 0",
    ],
];

/// What is told of a log: the columns of its row, and the fields of the report.
const COLUMNS: [&str; 12] = [
    "status", "live", "unmerged", "covered", "bytes", "damaged", "held", "lost", "merged", "stale",
    "verified", "differed",
];

/// The Durable Object of a share of the scripts.
#[durable_object]
pub struct Registry {
    state: State,
}

impl DurableObject for Registry {
    fn new(state: State, env: Env) -> Self {
        events::begin(&env);
        Registry { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let sql = self.state.storage().sql();
        match request.path().as_str() {
            REPORT => {
                let report: Json = request.json().await?;
                migrate_by(&sql, STEPS)?;
                note(&sql, &report)?;
                json(200, &json!({}))
            }
            SUMMARY => {
                migrate_by(&sql, STEPS)?;
                json(
                    200,
                    &json!({ "figures": figures(&sql)?, "ill": ill(&sql)? }),
                )
            }
            _ => failure(404, "not_found", "there is no such address"),
        }
    }
}

/// Takes in what a script's object tells, unless something newer is known.
fn note(sql: &SqlStorage, report: &Json) -> Result<()> {
    let names = COLUMNS.join(", ");
    let set = COLUMNS.map(|name| format!("{name} = excluded.{name}"));
    let set = set.join(", ");
    let statement = format!(
        "INSERT INTO logs (script, change, {names}) VALUES (?, ?{}) ON CONFLICT (script)
         DO UPDATE SET change = excluded.change, {set} WHERE excluded.change >= logs.change",
        ", ?".repeat(COLUMNS.len())
    );
    let number = |value: &Json| value.as_u64().map_or(Value::Null, integer);
    let script = report["script"].as_str().unwrap_or_default();
    let mut values = vec![script.into(), number(&report["change"])];
    values.extend(COLUMNS.iter().map(|name| number(&report["log"][name])));
    sql.exec(&statement, values).map(|_| ())
}

fn figures(sql: &SqlStorage) -> Result<Vec<Option<u64>>> {
    let sums = FIGURES.iter().map(|(_, figure, together)| match together {
        Together::Sum => format!("COALESCE({figure}, 0)"),
        Together::Least | Together::Most => (*figure).to_owned(),
    });
    let sums: Vec<String> = sums.collect();
    let query = format!(
        "SELECT {} FROM logs WHERE status IS NOT NULL",
        sums.join(", ")
    );
    let row = sql.exec(&query, None)?.raw().next().transpose()?;
    Ok(row
        .unwrap_or_default()
        .iter()
        .map(|sum| number(sum).ok())
        .collect())
}

fn ill(sql: &SqlStorage) -> Result<Vec<Json>> {
    let query = "SELECT script, status, damaged, lost, unmerged, change FROM logs WHERE status > 0
        ORDER BY status DESC, script LIMIT ?";
    let rows = sql.exec(query, vec![integer(MOST_NAMED as u64)])?.raw();
    let ill = rows.map(|row| {
        let row = row?;
        Ok(json!({
            "script": text(&row[0])?,
            "status": STANDINGS[number(&row[1])?.min(2) as usize],
            "damaged": number(&row[2])?,
            "lost": number(&row[3])? > 0,
            "unmerged": number(&row[4])?,
            "told": number(&row[5])?,
        }))
    });
    ill.collect()
}
