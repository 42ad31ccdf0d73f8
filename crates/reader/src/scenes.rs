//! The scenes of a script, as programs ask for them: where each is, how long, who speaks, and a checksum of its content.

use scriptroom_formats::blocks;
use scriptroom_pages::{Settings, layout};
use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript};
use serde_json::{Value, json};

use crate::content::words;

/// All scenes, in order, as a list.
pub(crate) fn json(script: &PlainScript) -> String {
    let paragraphs = &script.paragraphs;
    let starts: Vec<usize> = (0..paragraphs.len())
        .filter(|&at| paragraphs[at].element == ElementType::SceneHeading)
        .collect();
    let layout = layout(paragraphs, &Settings::default());
    let lengths = layout.scene_lengths();
    let scenes = starts.iter().enumerate().map(|(position, &start)| {
        let end = starts
            .get(position + 1)
            .copied()
            .unwrap_or(paragraphs.len());
        let scene = &paragraphs[start..end];
        let length = lengths.iter().find(|length| length.heading == start);
        let page = length.map_or_else(|| layout.page_at(start, 0), |length| length.page);
        json!({
            "id": scene[0].attributes.scene,
            "number": scene[0].attributes.scene_number,
            "heading": scene[0].text(),
            "position": position,
            "block": start,
            "blocks": scene.len(),
            "characters": speakers(scene),
            "words": scene.iter().map(|paragraph| words(&paragraph.text())).sum::<usize>(),
            "page": layout.label(page),
            "eighths": length.map(|length| length.eighths),
            "checksum": checksum(scene),
        })
    });
    Value::Array(scenes.collect()).to_string()
}

/// Who speaks, each once, in the order of their first cues.
fn speakers(scene: &[Paragraph]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let cues = scene
        .iter()
        .filter(|paragraph| paragraph.element == ElementType::Character);
    for cue in cues {
        // `ANNA (V.O.)` is Anna.
        let text = cue.text();
        let name = text.split('(').next().unwrap_or_default().trim();
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Of everything in the scene but its own id and place.
fn checksum(scene: &[Paragraph]) -> String {
    let mut paragraphs = scene.to_vec();
    paragraphs[0].attributes.scene = None;
    let script = PlainScript {
        paragraphs,
        ..PlainScript::default()
    };
    format!(
        "{:08x}",
        crc32fast::hash(blocks::encode(&script).as_bytes())
    )
}
