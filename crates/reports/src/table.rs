//! Reports as tables, and tables as CSV and JSON.

use serde_json::{Value, json};

use crate::count::Report;

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole script in figures.
    Summary,
    /// Every scene with its page, its length and who speaks.
    Scenes,
    /// Everybody who speaks: how much, where.
    Characters,
    /// Every place with its scenes and their length.
    Locations,
    /// Whose part of what is spoken is how large.
    Dialogue,
    /// How often who speaks in which scene.
    Matrix,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [
        Kind::Summary,
        Kind::Scenes,
        Kind::Characters,
        Kind::Locations,
        Kind::Dialogue,
        Kind::Matrix,
    ];

    /// Its name on command lines and in requests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Summary => "summary",
            Kind::Scenes => "scenes",
            Kind::Characters => "characters",
            Kind::Locations => "locations",
            Kind::Dialogue => "dialogue",
            Kind::Matrix => "matrix",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What stands in a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A figure.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<usize> for Cell {
    #[expect(
        clippy::cast_precision_loss,
        reason = "nothing in a script is counted to 2^53"
    )]
    fn from(count: usize) -> Cell {
        Cell::Number(count as f64)
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Cell {
        Cell::Number(count.into())
    }
}

impl From<f64> for Cell {
    fn from(figure: f64) -> Cell {
        Cell::Number(figure)
    }
}

/// A report as rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What each column has: names that programs may rely on, or, in a matrix, scenes.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    fn new(columns: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Table {
        Table {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows.collect(),
        }
    }

    /// The table as RFC 4180 has CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it:
    /// whoever may write in a script must not calculate in a producer's spreadsheet.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        let columns = self.columns.iter().map(|column| escaped(column));
        line(&mut csv, columns);
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => escaped(text),
                Cell::Number(number) => number.to_string(),
            });
            line(&mut csv, cells);
        }
        csv
    }

    /// The table as a list of objects, one a row.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => json!(text),
                Cell::Number(number) => whole(*number),
            });
            let fields = self.columns.iter().cloned().zip(cells);
            Value::Object(fields.collect())
        });
        format!("{:#}\n", Value::Array(rows.collect()))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only what is whole becomes so"
)]
fn whole(number: f64) -> Value {
    match number.fract() == 0.0 {
        true => json!(number as i64),
        false => json!(number),
    }
}

fn line(csv: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    csv.push_str(&cells.join(","));
    csv.push_str("\r\n");
}

fn escaped(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
        false => format!("{guard}{text}"),
    }
}

impl Report {
    /// One of the reports.
    #[must_use]
    pub fn table(&self, kind: Kind) -> Table {
        match kind {
            Kind::Summary => self.summary(),
            Kind::Scenes => self.scene_table(),
            Kind::Characters => self.character_table(),
            Kind::Locations => self.location_table(),
            Kind::Dialogue => self.dialogue_table(),
            Kind::Matrix => self.matrix(),
        }
    }

    fn summary(&self) -> Table {
        let eighths: u32 = self.scenes.iter().map(|scene| scene.eighths).sum();
        let speeches: usize = self.characters.iter().map(|who| who.speeches).sum();
        let figures: [(&str, Cell); 8] = [
            ("pages", self.pages.into()),
            ("scenes", self.scenes.len().into()),
            ("minutes", Report::minutes(eighths).into()),
            ("characters", self.characters.len().into()),
            ("locations", self.location_table().rows.len().into()),
            ("speeches", speeches.into()),
            ("words", self.words.into()),
            ("spoken_words", self.spoken_words.into()),
        ];
        let rows = figures
            .into_iter()
            .map(|(name, figure)| vec![name.into(), figure]);
        Table::new(&["figure", "value"], rows)
    }

    fn scene_table(&self) -> Table {
        let columns = [
            "scene",
            "number",
            "setting",
            "location",
            "time",
            "page",
            "eighths",
            "minutes",
            "words",
            "speeches",
            "characters",
        ];
        let rows = self.scenes.iter().enumerate().map(|(index, scene)| {
            let names: Vec<&str> = scene
                .speeches
                .iter()
                .map(|(who, _)| self.characters[*who].name.as_str())
                .collect();
            let speeches: usize = scene.speeches.iter().map(|(_, count)| count).sum();
            vec![
                (index + 1).into(),
                scene.number.as_deref().unwrap_or_default().into(),
                scene.parts.setting.as_str().into(),
                scene.parts.location.as_str().into(),
                scene.parts.time.as_str().into(),
                scene.page.as_str().into(),
                scene.eighths.into(),
                Report::minutes(scene.eighths).into(),
                scene.words.into(),
                speeches.into(),
                names.join("; ").as_str().into(),
            ]
        });
        Table::new(&columns, rows)
    }

    fn character_table(&self) -> Table {
        let columns = [
            "character",
            "speeches",
            "words",
            "scenes",
            "first_page",
            "last_page",
        ];
        let mut characters: Vec<_> = self.characters.iter().collect();
        characters.sort_by_key(|who| std::cmp::Reverse(who.words));
        let rows = characters.into_iter().map(|who| {
            vec![
                who.name.as_str().into(),
                who.speeches.into(),
                who.words.into(),
                who.scenes.into(),
                who.first_page.as_str().into(),
                who.last_page.as_str().into(),
            ]
        });
        Table::new(&columns, rows)
    }

    fn location_table(&self) -> Table {
        let mut places: Vec<(&str, Vec<&str>, usize, u32)> = Vec::new();
        for scene in &self.scenes {
            let (location, setting) = (scene.parts.location.as_str(), scene.parts.setting.as_str());
            let at = places.iter().position(|(known, ..)| *known == location);
            let at = at.unwrap_or_else(|| {
                places.push((location, Vec::new(), 0, 0));
                places.len() - 1
            });
            let (_, settings, scenes, eighths) = &mut places[at];
            if !settings.contains(&setting) {
                settings.push(setting);
            }
            *scenes += 1;
            *eighths += scene.eighths;
        }
        let rows = places
            .into_iter()
            .map(|(location, settings, scenes, eighths)| {
                vec![
                    location.into(),
                    settings.join("; ").as_str().into(),
                    scenes.into(),
                    eighths.into(),
                    Report::minutes(eighths).into(),
                ]
            });
        Table::new(
            &["location", "settings", "scenes", "eighths", "minutes"],
            rows,
        )
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "nothing in a script is counted to 2^53"
    )]
    fn dialogue_table(&self) -> Table {
        let mut characters: Vec<_> = self.characters.iter().collect();
        characters.sort_by_key(|who| std::cmp::Reverse(who.words));
        let all: usize = characters.iter().map(|who| who.words).sum();
        let rows = characters.into_iter().map(|who| {
            let share = who.words as f64 / all.max(1) as f64;
            let percent = (share * 1000.0).round() / 10.0;
            vec![who.name.as_str().into(), who.words.into(), percent.into()]
        });
        Table::new(&["character", "words", "percent"], rows)
    }

    fn matrix(&self) -> Table {
        let scenes = self.scenes.iter().enumerate().map(|(index, scene)| {
            scene
                .number
                .clone()
                .unwrap_or_else(|| (index + 1).to_string())
        });
        let columns: Vec<String> = std::iter::once("character".to_owned())
            .chain(scenes)
            .collect();
        let rows = self.characters.iter().enumerate().map(|(who, character)| {
            let counts = self.scenes.iter().map(|scene| {
                let found = scene.speeches.iter().find(|(known, _)| *known == who);
                found.map_or(0, |(_, count)| *count).into()
            });
            std::iter::once(character.name.as_str().into())
                .chain(counts)
                .collect()
        });
        Table {
            rows: rows.collect(),
            columns,
        }
    }
}
