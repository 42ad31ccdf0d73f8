//! How far the pages agree with Final Draft's own, on documents that it paginated itself.
//!
//! The documents are not part of the project: without them this prints that none ran.

mod final_draft;

use final_draft::{Document, Outcome};

/// What was reached; these may only rise.
const SCENES_PER_MILLE: usize = 900;
const DOCUMENTS_PER_MILLE: usize = 600;

#[test]
fn scenes_stand_on_final_drafts_pages() {
    let Some(documents) = final_draft::documents() else {
        println!("samples: 0 of 70 run");
        return;
    };
    let outcomes: Vec<Outcome> = documents.iter().map(Document::run).collect();
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_exact()) {
        println!("{outcome}");
    }
    let scenes: usize = outcomes.iter().map(|outcome| outcome.scenes).sum();
    let on_page: usize = outcomes.iter().map(|outcome| outcome.on_page).sum();
    let lengths: usize = outcomes.iter().map(|outcome| outcome.lengths).sum();
    let exact = outcomes.iter().filter(|outcome| outcome.is_exact()).count();
    println!("samples: {0} of {0} run", documents.len());
    println!("scenes on their page: {on_page} of {scenes}");
    println!("scenes of their length: {lengths} of {scenes}");
    println!("documents all exact: {exact} of {}", documents.len());
    assert!(on_page * 1000 >= scenes * SCENES_PER_MILLE);
    assert!(exact * 1000 >= documents.len() * DOCUMENTS_PER_MILLE);
}
