//! What each command does.

use std::fmt::Write as _;

use anyhow::Result;
use scriptroom_pages::Layout;
use scriptroom_paragraphs::PlainScript;
use scriptroom_reports::Table;
use scriptroom_samples::Options;

use crate::arguments::{AtRelay, Convert, Deed, Generate, Pages, ReportOf};
use crate::files::{self, Paper, Place};
use crate::relay;

pub(crate) fn convert(convert: &Convert) -> Result<()> {
    convert.output.write(&convert.input.read()?, &convert.paper)
}

/// Says what there is to remark about a file. Whether there was nothing.
pub(crate) fn check(input: &Place) -> Result<bool> {
    let read = input.read_quietly()?;
    let name = input.name();
    let lines = read
        .remarks
        .iter()
        .map(|remark| format!("{name}: {remark}\n"));
    files::print(lines.collect::<String>().as_bytes())?;
    Ok(read.remarks.is_empty())
}

pub(crate) fn report(report: &ReportOf) -> Result<()> {
    let read = report.input.read()?;
    let table = read.report(report.kind, report.settings.as_ref());
    print_table(&table, report.is_json)
}

fn print_table(table: &Table, is_json: bool) -> Result<()> {
    let text = match is_json {
        true => table.to_json(),
        false => table.to_csv(),
    };
    files::print(text.as_bytes())
}

/// Does something at a relay, as whom the token says.
pub(crate) fn at_relay(asked: &AtRelay) -> Result<()> {
    let token = asked.token.read()?;
    let token = token.as_deref();
    match &asked.deed {
        Deed::New { relay, title } => relay::new(relay, title, token),
        Deed::Open { script, is_json } => relay::open(script, *is_json, token),
        Deed::Report {
            counted,
            script,
            settings,
            is_json,
        } => {
            let table = relay::report(*counted, script, settings.as_deref(), token)?;
            print_table(&table, *is_json)
        }
        Deed::Import {
            input,
            script,
            replaces,
        } => relay::import(input, script, *replaces, token),
        Deed::Export {
            script,
            output,
            paper,
        } => relay::export(script, output, paper, token),
    }
}

pub(crate) fn generate(generate: &Generate) -> Result<()> {
    let options = Options {
        seed: generate.seed,
        pages: generate.pages,
    };
    generate.output.write(
        &scriptroom_samples::generate(&options).into(),
        &Paper::default(),
    )
}

/// One line a page: its number and the text that it starts with. Or, for programs, where each begins.
pub(crate) fn pages(pages: &Pages) -> Result<()> {
    let read = pages.input.read()?;
    let (script, layout) = (&read.script, read.pages(pages.settings.as_ref()).layout());
    if pages.is_json {
        return files::print(breaks(&layout).as_bytes());
    }
    let mut text = String::new();
    for (index, page) in layout.pages.iter().enumerate() {
        let start = opening(script, page.start.paragraph);
        let _ = writeln!(text, "{:>5}  {start}", layout.label(index));
    }
    let count = layout.page_count();
    let _ = writeln!(text, "{count} page{}", if count == 1 { "" } else { "s" });
    files::print(text.as_bytes())
}

fn breaks(layout: &Layout) -> String {
    let pages: Vec<serde_json::Value> = layout
        .pages
        .iter()
        .enumerate()
        .map(|(index, page)| {
            serde_json::json!({
                "page": layout.label(index),
                "paragraph": page.start.paragraph,
                "offset": page.start.offset_utf16,
                "line": page.start.line,
                "more": page.more,
                "contd": page.contd,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(pages))
}

fn opening(script: &PlainScript, paragraph: usize) -> String {
    let text = script
        .paragraphs
        .get(paragraph)
        .map(|paragraph| paragraph.text())
        .unwrap_or_default();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
