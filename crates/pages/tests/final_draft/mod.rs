//! Documents as Final Draft paginated them, imported from the files that they were.

mod fdx;

use scriptroom_formats::fdx::decode;
use scriptroom_pages::Production;
use serde_json::Value;
use std::fmt;
use std::path::PathBuf;

/// One document.
pub(crate) struct Document(Value);

/// How a document came out.
pub(crate) struct Outcome {
    pub(crate) id: String,
    pub(crate) scenes: usize,
    pub(crate) on_page: usize,
    pub(crate) lengths: usize,
    /// The first scene that is on another page: its number, the page there, the page here.
    pub(crate) first_wrong: Option<(usize, String, String)>,
}

impl Outcome {
    pub(crate) fn is_exact(&self) -> bool {
        self.scenes == self.on_page
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            id,
            on_page,
            scenes,
            ..
        } = self;
        write!(f, "{id}: {on_page} of {scenes} scenes on their page")?;
        match &self.first_wrong {
            Some((scene, there, here)) => {
                write!(
                    f,
                    "; the first wrong is scene {scene}: page {there} there, {here} here"
                )
            }
            None => Ok(()),
        }
    }
}

/// The samples, wherever they are; `None` without them.
pub(crate) fn documents() -> Option<Vec<Document>> {
    let text = samples_folders()
        .into_iter()
        .find_map(|folder| std::fs::read_to_string(folder.join("final-draft-pages.json")).ok())?;
    let documents: Vec<Value> = serde_json::from_str(&text).expect("the samples are JSON");
    Some(documents.into_iter().map(Document).collect())
}

fn samples_folders() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    match std::env::var_os("SCRIPTROOM_SAMPLES") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![
            root.join("../shared/samples"),
            root.join("../../shared/samples"),
        ],
    }
}

impl Document {
    /// Imports the document's file and lays out the script that comes of it, which knows nothing but its paragraphs and
    /// entries.
    pub(crate) fn run(&self) -> Outcome {
        let file = decode(fdx::file(&self.0).as_bytes()).expect("a sound file");
        let mut script = file.script().paragraphs.clone();
        for (source, paragraph) in file.sources().iter().zip(&mut script) {
            paragraph.attributes.source = u32::try_from(*source).ok();
        }
        let production = Production::of_writes(&file.entries());
        assert_eq!(production.problems, []);
        let layout = production.pages(&script).layout();
        let lengths = layout.scene_lengths();
        let mut outcome = Outcome {
            id: self.0["id"].as_str().unwrap_or("?").to_owned(),
            scenes: 0,
            on_page: 0,
            lengths: 0,
            first_wrong: None,
        };
        for scene in fdx::scenes(&self.0) {
            outcome.scenes += 1;
            let number = Some(outcome.scenes.to_string());
            let mut paragraphs = script.iter();
            let heading =
                paragraphs.position(|paragraph| paragraph.attributes.scene_number == number);
            let heading = heading.expect("every heading is imported");
            let there = scene["page"].as_str().unwrap_or("?");
            let here = layout.label(layout.page_at(heading, 0));
            let length = lengths.iter().find(|length| length.heading == heading);
            let length = length.map(|length| length.label());
            if length.as_deref() == scene["len"].as_str() {
                outcome.lengths += 1;
            }
            match there == here {
                true => outcome.on_page += 1,
                false if outcome.first_wrong.is_none() => {
                    outcome.first_wrong = Some((outcome.scenes, there.to_owned(), here.to_owned()));
                }
                false => {}
            }
        }
        outcome
    }
}
