//! How the logs of all scripts are, for the operator (O2): each script's object tells a registry, and here comes together what
//! the registries know.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use worker::{Env, Error, Method, Request, RequestInit, Response, Result};

use crate::answers::json;
use crate::events::{self, Event};
use crate::together::all;
use crate::{metrics, operator, settings};

/// The binding of the registries.
const REGISTRIES: &str = "REGISTRIES";
/// So many share the scripts. A script's registry follows from its id, so this is never changed.
const SHARES: u8 = 16;
/// Where a registry is told of a script, and asked for what it knows. No address of the relay leads there.
pub(crate) const REPORT: &str = "/report";
pub(crate) const SUMMARY: &str = "/summary";
/// So many scripts are named at most.
pub(crate) const MOST_NAMED: usize = 100;

/// How a log is, by its number, the worst last.
pub(crate) const STANDINGS: [&str; 3] = ["healthy", "degraded", "unhealthy"];

/// How the figures of two registries become one.
#[derive(Clone, Copy)]
pub(crate) enum Together {
    Sum,
    Least,
    Most,
}

/// The figures of many logs: where each stands in the answer, what it is of a registry's rows, and how it comes together.
pub(crate) const FIGURES: [((&str, &str), &str, Together); 15] = [
    (("scripts", "healthy"), "SUM(status = 0)", Together::Sum),
    (("scripts", "degraded"), "SUM(status = 1)", Together::Sum),
    (("scripts", "unhealthy"), "SUM(status = 2)", Together::Sum),
    (("log", "live"), "SUM(live)", Together::Sum),
    (("log", "covered"), "SUM(covered)", Together::Sum),
    (("log", "storedBytes"), "SUM(bytes)", Together::Sum),
    (("log", "damaged"), "SUM(damaged)", Together::Sum),
    (("log", "held"), "SUM(held)", Together::Sum),
    (("snapshots", "stale"), "COUNT(stale)", Together::Sum),
    (("snapshots", "oldestStale"), "MIN(stale)", Together::Least),
    (
        ("verification", "verified"),
        "COUNT(verified)",
        Together::Sum,
    ),
    (
        ("verification", "differed"),
        "SUM(differed > 0)",
        Together::Sum,
    ),
    (("verification", "last"), "MAX(verified)", Together::Most),
    (("compaction", "unmerged"), "SUM(unmerged)", Together::Sum),
    (("compaction", "last"), "MAX(merged)", Together::Most),
];

/// What registries know, together.
#[derive(Default)]
struct Whole {
    figures: [Option<u64>; FIGURES.len()],
    /// The scripts that are not healthy.
    ill: Vec<Json>,
    /// How many registries have not answered.
    silent: u64,
}

impl Whole {
    fn add(&mut self, summary: &Json) {
        for (at, (_, _, together)) in FIGURES.iter().enumerate() {
            let known = self.figures[at];
            let both = known.into_iter().chain(summary["figures"][at].as_u64());
            self.figures[at] = match together {
                Together::Sum => Some(both.sum()),
                Together::Least => both.min(),
                Together::Most => both.max(),
            };
        }
        self.ill
            .extend(summary["ill"].as_array().into_iter().flatten().cloned());
    }

    fn status(&self) -> &'static str {
        let [_, degraded, unhealthy, ..] = self.figures.map(|figure| figure > Some(0));
        match () {
            () if unhealthy => STANDINGS[2],
            () if degraded || self.silent > 0 => STANDINGS[1],
            () => STANDINGS[0],
        }
    }

    fn answer(mut self) -> Json {
        let mut answer = json!({ "status": self.status(), "silentRegistries": self.silent });
        for ((group, name), figure) in FIGURES.iter().map(|(place, ..)| place).zip(self.figures) {
            answer[*group][*name] = json!(figure);
        }
        let worst_first = |ill: &Json| {
            let standing = STANDINGS.iter().position(|name| ill["status"] == *name);
            (std::cmp::Reverse(standing), ill["script"].to_string())
        };
        self.ill.sort_by_cached_key(worst_first);
        self.ill.truncate(MOST_NAMED);
        answer["ill"] = Json::Array(self.ill);
        answer
    }
}

/// The registry of a script.
fn share_of(script: &str) -> u8 {
    Sha256::digest(script.as_bytes())[0] % SHARES
}

async fn ask(env: &Env, share: u8, path: &str, body: Option<String>) -> Result<Response> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post);
    init.with_body(body.map(Into::into));
    let request = Request::new_with_init(&format!("http://registry{path}"), &init)?;
    let registries = env.durable_object(REGISTRIES)?;
    let registry = registries.get_by_name(&share.to_string())?;
    let answer = registry.fetch_with_request(request).await?;
    match answer.status_code() {
        200 => Ok(answer),
        status => Err(Error::RustError(format!(
            "expected status 200, got {status}"
        ))),
    }
}

/// Tells the registry of a script how its log is: `{"script","change","log"}`, where `log` is null once it was deleted.
pub(crate) async fn tell(env: &Env, script: &str, report: &Json) -> Result<()> {
    let body = Some(report.to_string());
    ask(env, share_of(script), REPORT, body).await.map(|_| ())
}

/// Answers the operator.
pub(crate) async fn answer(request: &Request, env: &Env) -> Result<Response> {
    if let Some(refusal) = operator::refusal(request, settings::operator_token(env))? {
        return Ok(refusal);
    }
    let asked = (0..SHARES).map(|share| async move {
        let mut answer = ask(env, share, SUMMARY, None).await?;
        answer.json::<Json>().await
    });
    let mut whole = Whole::default();
    for summary in all(asked).await {
        match summary {
            Ok(summary) => whole.add(&summary),
            Err(error) => {
                metrics::count(|metrics| metrics.failed("registry"));
                let error = error.to_string();
                events::note(Event::RegistrySilent, &[("error", error.as_str().into())]);
                whole.silent += 1;
            }
        }
    }
    json(200, &whole.answer())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a registry knows of one script.
    fn one(standing: usize, script: &str, stale: Option<u64>) -> Json {
        let mut figures = vec![json!(0); FIGURES.len()];
        figures[standing] = json!(1);
        figures[9] = json!(stale);
        figures[14] = Json::Null;
        json!({ "figures": figures, "ill": [{ "script": script, "status": STANDINGS[standing] }] })
    }

    #[test]
    fn o2_together_they_are_as_the_worst_of_them() {
        let mut whole = Whole::default();
        assert_eq!(whole.status(), "healthy");
        whole.add(&one(1, "a", Some(7)));
        assert_eq!(whole.status(), "degraded");
        whole.add(&one(2, "b", None));
        whole.add(&one(1, "c", Some(5)));
        let answer = whole.answer();
        assert_eq!(answer["status"], "unhealthy");
        let named = answer["ill"].as_array().expect("a list");
        let named: Vec<&Json> = named.iter().map(|ill| &ill["script"]).collect();
        assert_eq!(named, ["b", "a", "c"]);
        assert_eq!(
            answer["scripts"],
            json!({ "healthy": 0, "degraded": 2, "unhealthy": 1 })
        );
        assert_eq!(answer["snapshots"]["oldestStale"], 5);
        assert_eq!(answer["compaction"]["last"], Json::Null);
    }

    #[test]
    fn o2_a_registry_that_does_not_answer_may_know_of_something() {
        let whole = Whole {
            silent: 1,
            ..Whole::default()
        };
        assert_eq!(whole.status(), "degraded");
    }

    #[test]
    fn o2_only_so_many_are_named() {
        let mut whole = Whole::default();
        (0..=MOST_NAMED).for_each(|_| whole.add(&one(1, "a", None)));
        let answer = whole.answer();
        assert_eq!(answer["ill"].as_array().map(Vec::len), Some(MOST_NAMED));
        assert_eq!(answer["scripts"]["degraded"], MOST_NAMED + 1);
    }

    #[test]
    fn o2_a_script_always_falls_to_the_same_registry() {
        assert_eq!(share_of("6f9619ff-8b86-d011-b42d-00c04fc964ff"), 10);
    }
}
