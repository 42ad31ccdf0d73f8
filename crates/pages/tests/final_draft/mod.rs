//! Documents as Final Draft paginated them, with their own settings.

use scriptroom_pages::{
    Alignment, Continueds, ElementStyle, Inches, Layout, PageSetup, Paginator, Points, Preset,
    Settings,
};
use scriptroom_paragraphs::{ElementType, Paragraph};
use serde_json::Value;
use std::fmt;
use std::path::PathBuf;

/// One document.
pub(crate) struct Document {
    value: Value,
    /// Its paragraphs, those of dual dialogue among them.
    list: Vec<Value>,
}

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
    Some(documents.into_iter().map(Document::new).collect())
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
    fn new(value: Value) -> Document {
        let list = value["paragraphs"]
            .as_array()
            .expect("a list of paragraphs");
        let list = list.iter().flat_map(flattened).collect();
        Document { value, list }
    }

    pub(crate) fn run(&self) -> Outcome {
        let paragraphs = self.paragraphs();
        let layout = self.layout(&paragraphs);
        let lengths = layout.scene_lengths();
        let mut outcome = Outcome {
            id: self.value["id"].as_str().unwrap_or("?").to_owned(),
            scenes: 0,
            on_page: 0,
            lengths: 0,
            first_wrong: None,
        };
        for (index, paragraph) in self.list.iter().enumerate() {
            let Some(there) = paragraph["page"].as_str() else {
                continue;
            };
            outcome.scenes += 1;
            let page = layout.page_at(index, 0);
            let here = layout.label(page);
            let length = lengths.iter().find(|length| length.heading == index);
            let length = length.map(|length| length.label());
            if length.as_deref() == paragraph["len"].as_str() {
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

    pub(crate) fn layout(&self, paragraphs: &[Paragraph]) -> Layout {
        let (settings, _) = Settings::with_fallback(self.setup(), Preset::FinalDraft);
        Paginator::with_styles(paragraphs, settings, |index| {
            let paragraph = &self.list[index];
            Some(self.style(paragraph["t"].as_str().unwrap_or(""), paragraph))
        })
        .layout()
    }

    pub(crate) fn paragraphs(&self) -> Vec<Paragraph> {
        let paragraph = |value: &Value| {
            let name = value["t"].as_str().unwrap_or("");
            let element = element(name).unwrap_or(ElementType::General);
            let mut paragraph = Paragraph::new(element, value["x"].as_str().unwrap_or(""));
            paragraph.attributes.joined = value["joined"].as_bool() == Some(true);
            paragraph.attributes.dual = value["right"].as_bool() == Some(true);
            paragraph
        };
        self.list.iter().map(paragraph).collect()
    }

    fn setup(&self) -> PageSetup {
        let document = &self.value;
        let layout = &document["pageLayout"];
        let speech = &document["mores"]["DialogueBreaks"];
        let scene = &document["mores"]["SceneBreaks"];
        let says_yes = |value: &Value| value.as_str() == Some("Yes");
        let text = |value: &Value, on: &Value| match says_yes(on) {
            true => value.as_str().map(str::to_owned),
            false => None,
        };
        let size = |value: &Value, default| hundredths(value).unwrap_or(default);
        PageSetup {
            width: Inches::hundredths(size(&document["pageSize"]["Width"], 850)),
            height: Points(size(&document["pageSize"]["Height"], 1100) * 72 / 100),
            top_margin: Points(points(&layout["TopMargin"]).unwrap_or(72)),
            bottom_margin: Points(points(&layout["BottomMargin"]).unwrap_or(72)),
            continueds: Continueds {
                more: text(&speech["DialogueBottom"], &speech["BottomOfPage"]),
                contd: text(&speech["DialogueTop"], &speech["TopOfNext"]),
                automatic_contd: says_yes(&speech["AutomaticCharacterContinueds"]),
                scene_bottom: text(&scene["SceneBottom"], &scene["SceneBottomOfPage"]),
                scene_top: text(&scene["SceneTop"], &scene["SceneTopOfNext"]),
                scene_numbers: says_yes(&scene["ContinuedNumber"]),
            },
            break_at_sentences: says_yes(&layout["BreakDialogueAndActionAtSentences"]),
            ..Preset::FinalDraft.setup()
        }
    }

    /// An element's style in this document, or a paragraph's own where it has one.
    fn style(&self, name: &str, own: &Value) -> ElementStyle {
        let element = &self.value["elements"][name];
        let value = |key: &str| match &own[key] {
            Value::Null => &element[key],
            own => own,
        };
        let inches = |key, default| Inches::hundredths(hundredths(value(key)).unwrap_or(default));
        ElementStyle {
            left: inches("LeftIndent", 150),
            right: inches("RightIndent", 750),
            first_indent: inches("FirstIndent", 0),
            alignment: match value("Alignment").as_str() {
                Some("Center") => Alignment::Center,
                Some("Right") => Alignment::Right,
                _ => Alignment::Left,
            },
            space_before: self.space(points(value("SpaceBefore")).unwrap_or(0)),
            line_spacing: hundredths(value("Spacing")).unwrap_or(100),
            starts_page: value("StartsNewPage").as_str() == Some("Yes"),
            breaks_as: self.breaks_as(name),
        }
    }

    /// A space of the document's in points. Older versions of Final Draft count a line as 11.
    fn space(&self, written: i32) -> Points {
        let action = points(&self.value["elements"]["Action"]["SpaceBefore"]);
        match action {
            Some(lines) if lines > 0 && lines % 11 == 0 => Points((written * 12 + 5) / 11),
            _ => Points(written),
        }
    }

    fn breaks_as(&self, name: &str) -> ElementType {
        let mut name = name;
        for _ in 0..4 {
            if let Some(element) = element(name) {
                return element;
            }
            name = self.value["elements"][name]["PaginateAs"]
                .as_str()
                .unwrap_or("");
        }
        ElementType::General
    }
}

/// A paragraph, or the paragraphs of the two speeches that one of dual dialogue holds.
fn flattened(paragraph: &Value) -> Vec<Value> {
    let Some(speeches) = paragraph["dual"].as_array() else {
        return lines(paragraph);
    };
    let mut cues = 0;
    let mut list = Vec::new();
    for spoken in speeches.iter().filter(|spoken| spoken["t"] != "") {
        let mut spoken = spoken.clone();
        if spoken["t"] == "Character" {
            cues += 1;
            spoken["right"] = Value::Bool(cues == 2);
        }
        list.extend(lines(&spoken));
    }
    list
}

/// A paragraph for each of its lines: ours have no line breaks.
fn lines(paragraph: &Value) -> Vec<Value> {
    let text = paragraph["x"].as_str().unwrap_or("");
    let lines = text.split(['\n', '\u{2028}']).enumerate();
    let line = |(index, text): (usize, &str)| {
        let mut line = paragraph.clone();
        line["x"] = Value::String(text.replace('\r', ""));
        if index > 0 {
            line["joined"] = Value::Bool(true);
            line["page"] = Value::Null;
        }
        line
    };
    lines.map(line).collect()
}

fn element(name: &str) -> Option<ElementType> {
    use ElementType as E;
    Some(match name {
        "Scene Heading" => E::SceneHeading,
        "Action" => E::Action,
        "Character" => E::Character,
        "Parenthetical" => E::Parenthetical,
        "Dialogue" => E::Dialogue,
        "Transition" => E::Transition,
        "Shot" => E::Shot,
        "General" => E::General,
        "Lyrics" => E::Lyrics,
        "Cast List" => E::CastList,
        "New Act" => E::NewAct,
        "End of Act" | "End Of Act" => E::EndOfAct,
        _ => return None,
    })
}

fn hundredths(value: &Value) -> Option<i32> {
    let number: f64 = value.as_str()?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "inches of a page")]
    let hundredths = (number * 100.0).round() as i32;
    Some(hundredths)
}

fn points(value: &Value) -> Option<i32> {
    value.as_str()?.parse().ok()
}
