//! How far the pages agree with Final Draft's own, on documents that it paginated itself.
//!
//! The documents are not part of the project: without them this prints that none ran.

mod final_draft;

use final_draft::{Document, Outcome};

/// What was reached, in thousandths; these may only rise.
const SCENES_ON_PAGE: usize = 997;
const SCENES_OF_LENGTH: usize = 925;
const DOCUMENTS_EXACT: usize = 971;

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
    assert!(on_page * 1000 >= scenes * SCENES_ON_PAGE);
    assert!(lengths * 1000 >= scenes * SCENES_OF_LENGTH);
    assert!(exact * 1000 >= documents.len() * DOCUMENTS_EXACT);
}
