//! What was run and what came of it, for machines and for people.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use scriptroom_sim::weather::Fault;
use serde_json::{Value, json};

/// What all runs together came to.
#[derive(Default)]
pub(crate) struct Sum {
    pub(crate) runs: u64,
    pub(crate) simulated_ms: u64,
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) failures: Vec<Value>,
}

/// What was asked for, and of which tree.
pub(crate) struct Asked<'a> {
    pub(crate) commit: &'a str,
    pub(crate) command: &'a str,
    pub(crate) seed: u64,
}

impl Sum {
    fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    fn faults(&self) -> u64 {
        let faults = Fault::ALL.iter();
        faults.map(|fault| self.count(fault.name())).sum()
    }

    fn hours(&self) -> u64 {
        self.simulated_ms / 3_600_000
    }

    pub(crate) fn json(&self, asked: &Asked<'_>, took: Duration) -> Value {
        json!({
            "commit": asked.commit,
            "command": asked.command,
            "seeds": {"from": asked.seed, "runs": self.runs},
            "seconds": took.as_secs(),
            "simulatedHours": self.hours(),
            "faults": self.faults(),
            "counts": self.counts,
            "failures": self.failures,
        })
    }

    /// The page that lies beside the crate.
    pub(crate) fn page(&self, asked: &Asked<'_>, took: Duration) -> String {
        let mut page = String::from(
            "# What the simulation was run on\n\nWritten by the command below; nobody edits it. `crates/sim/src/lib.rs` says what is simulated and what is checked.\n\n",
        );
        let last = asked.seed + self.runs.max(1) - 1;
        let found = match self.failures.len() {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let rows = [
            ("commit", asked.commit.to_owned()),
            ("command", format!("`{}`", asked.command)),
            ("seeds", format!("{} to {last}", asked.seed)),
            ("runs", self.runs.to_string()),
            ("minutes", format!("{:.1}", took.as_secs_f64() / 60.0)),
            ("simulated hours", self.hours().to_string()),
            ("faults", self.faults().to_string()),
            ("promises found broken", found),
        ];
        table(&mut page, ("", ""), rows);
        page += "\n## Faults\n\n";
        let faults = Fault::ALL.iter();
        let faults = faults.map(|fault| (fault.name(), self.count(fault.name()).to_string()));
        table(&mut page, ("fault", "times"), faults);
        page += "\n## What else happened\n\n";
        let others = self.counts.iter();
        let others = others.filter(|(name, _)| Fault::from_name(name).is_none());
        let others = others.map(|(&name, count)| (name, count.to_string()));
        table(&mut page, ("what", "times"), others);
        for failure in &self.failures {
            let words = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
            let (check, command) = (words("check"), words("command"));
            writeln!(page, "\nBroken: {check}. `{command}`").expect("a string takes all");
        }
        page
    }
}

fn table<'a>(
    page: &mut String,
    (what, value): (&str, &str),
    rows: impl IntoIterator<Item = (&'a str, String)>,
) {
    writeln!(page, "| {what} | {value} |\n|---|---:|").expect("a string takes all");
    for (name, value) in rows {
        writeln!(page, "| {name} | {value} |").expect("a string takes all");
    }
}
