//! How large the wasm is, as it lies there and as it travels, held against `crates/xtask/sizes.json`.
//!
//! A limit there is what a build may not exceed. It is some 1 % above what was built when it was set: a mend of a few lines
//! moves what is inlined, and with it a module by that much in either direction. The aim for the client, which is what
//! opening a script needs, is 200 kB in brotli: whoever comes nearer to it lowers the limit in the same commit.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::setup::Setup;

/// Prints the three sizes of a file. Node has both compressors, so no crate needs to be built for them.
const MEASURE: &str = "const z = require('node:zlib'), bytes = require('node:fs').readFileSync(process.argv[1]);
const brotli = z.brotliCompressSync(bytes, { params: { [z.constants.BROTLI_PARAM_QUALITY]: 11,
  [z.constants.BROTLI_PARAM_LGWIN]: 24, [z.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
console.log(JSON.stringify({ raw: bytes.length, gzip: z.gzipSync(bytes, { level: 9 }).length, brotli: brotli.length }));";

/// The wasm files that are measured, by their names in the file of limits.
const MEASURED: [(&str, &str); 6] = [
    ("client", "pkg/dist/wasm/scriptroom_client_bg.wasm"),
    ("background", "pkg/dist/wasm/scriptroom_background_bg.wasm"),
    ("files", "pkg/dist/wasm/scriptroom_files_bg.wasm"),
    ("branch", "pkg/dist/wasm/scriptroom_branch_bg.wasm"),
    ("worker", "worker/build/index_bg.wasm"),
    ("reader", "worker/build/reader.wasm"),
];

/// What every browser fetches: the first to open a script, the second after that.
const BROWSERS: [&str; 2] = ["client", "background"];

/// One of the ways in which a file is measured.
const KINDS: [&str; 3] = ["raw", "gzip", "brotli"];

/// Prints the sizes of what is built, and fails where one is over its limit.
pub(crate) fn check(setup: &Setup<'_>) -> Result<()> {
    let limits = std::fs::read_to_string(setup.project.path("crates/xtask/sizes.json"))?;
    let limits: Value = serde_json::from_str(&limits).context("reading sizes.json")?;
    let mut over = Vec::new();
    let mut browsers = Vec::new();
    for (name, file) in MEASURED {
        let file = setup.project.path(file);
        if file.is_file() {
            let sizes = measure(setup, &file)?;
            println!("size of {name:<11} {}", shown(&sizes));
            over.extend(excesses(name, &sizes, &limits[name]));
            if BROWSERS.contains(&name) {
                browsers.push(sizes);
            }
        }
    }
    if browsers.len() == BROWSERS.len() {
        println!("size of both {:<6} {}", "", shown(&sum(&browsers)));
    }
    if !over.is_empty() {
        bail!(
            "{} (the limits are in crates/xtask/sizes.json)",
            over.join("; ")
        );
    }
    Ok(())
}

fn measure(setup: &Setup<'_>, file: &Path) -> Result<Value> {
    let printed = setup
        .node()?
        .node()
        .args(["-e", MEASURE])
        .arg(file)
        .capture()?;
    serde_json::from_str(&printed).context("reading the sizes")
}

fn shown(sizes: &Value) -> String {
    let words: Vec<String> = KINDS
        .iter()
        .map(|kind| {
            format!(
                "{:>7.1} kB {kind}",
                sizes[kind].as_f64().unwrap_or_default() / 1000.0
            )
        })
        .collect();
    words.join("  ")
}

fn sum(sizes: &[Value]) -> Value {
    let of = |kind: &str| {
        sizes
            .iter()
            .filter_map(|sizes| sizes[kind].as_u64())
            .sum::<u64>()
    };
    let kinds = KINDS.iter();
    kinds.map(|kind| (*kind, Value::from(of(kind)))).collect()
}

fn excesses(name: &str, sizes: &Value, limits: &Value) -> Vec<String> {
    let over = |kind: &&&str| matches!((sizes[**kind].as_u64(), limits[**kind].as_u64()), (Some(size), Some(limit)) if size > limit);
    KINDS
        .iter()
        .filter(over)
        .map(|kind| {
            format!(
                "{name}: {} bytes {kind}, over {}",
                sizes[kind], limits[kind]
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_over_its_limit_is_named() {
        let sizes = serde_json::json!({ "raw": 10, "gzip": 5, "brotli": 4 });
        let limits = serde_json::json!({ "gzip": 5, "brotli": 3 });
        assert_eq!(
            excesses("client", &sizes, &limits),
            ["client: 4 bytes brotli, over 3"]
        );
        assert_eq!(
            excesses("client", &sizes, &Value::Null),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_a_browser_fetches_is_added_up() {
        let client = serde_json::json!({ "raw": 10, "gzip": 5, "brotli": 4 });
        let background = serde_json::json!({ "raw": 3, "gzip": 2, "brotli": 1 });
        assert_eq!(
            sum(&[client, background]),
            serde_json::json!({ "raw": 13, "gzip": 7, "brotli": 5 })
        );
    }

    #[test]
    fn every_limit_belongs_to_something_measured() {
        let limits: Value = serde_json::from_str(include_str!("../sizes.json")).unwrap();
        let limited = limits.as_object().unwrap().keys();
        let mut measured = MEASURED.map(|(name, _)| name);
        measured.sort_unstable();
        assert_eq!(limited.collect::<Vec<_>>(), measured);
    }
}
