//! HTML out: one page that reads well on a screen, on a phone and on paper, without a script or anything from elsewhere.
//!
//! Notes, sections, synopses and what was cut are not in it: it is for who reads the script.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles};

use crate::outline::{
    Block, blocks, escape, given_out, in_one_line, printed, title_line, title_page,
};

const STYLE: &str = "\
:root { color-scheme: light dark; }
body { font: 16px/1.25 'Courier Prime', Courier, monospace; max-width: 61ch; margin: 2rem auto; padding: 0 1rem; }
p, h1, h2 { font: inherit; margin: 1.25em 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
header { text-align: center; margin: 4rem 0; } footer { margin: 4rem 0; } h1 { font-weight: bold; }
h2 { margin-top: 2.5em; } .joined, .speech p + p { margin-top: 0; }
h2, .character, .transition, .shot, .new-act, .end-of-act { text-transform: uppercase; }
.speech { margin: 1.25em 0 0; } .speech .character { margin: 0 0 0 33%; } .dialogue, .lyrics { margin-left: 16%; margin-right: 25%; }
.parenthetical { margin-left: 25%; margin-right: 30%; } .transition { text-align: right; }
.centered, .new-act, .end-of-act { text-align: center; } .lyrics { font-style: italic; }
.number { float: left; margin-left: -6ch; } .number + .number { float: right; margin-right: -6ch; }
.dual { display: flex; gap: 2ch; } .dual .speech { flex: 1; }
.dual p { margin-left: 0; margin-right: 0; } .dual .character { margin-left: 16%; }
hr { border: 0; border-top: 1px dashed; margin: 2.5em 0; }
@media print { body { max-width: none; font-size: 12pt; } hr { border: 0; break-after: page; } h2, .character { break-after: avoid; } }
";

/// Writes a script as an HTML page.
#[must_use]
pub fn print(script: &PlainScript) -> String {
    let mut html = String::from("<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    escape(&in_one_line(script, "title"), &mut html);
    html.push_str("</title>\n<style>\n");
    html.push_str(STYLE);
    html.push_str("</style>\n</head>\n<body>\n");
    title(script, &mut html);
    html.push_str("<main>\n");
    body(&given_out(&script.paragraphs), &mut html);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn title(script: &PlainScript, html: &mut String) {
    let (centered, foot) = title_page(script);
    for (tag, entries) in [("header", centered), ("footer", foot)] {
        if entries.is_empty() {
            continue;
        }
        html.push_str(&format!("<{tag}>\n"));
        for entry in entries {
            let inner = if entry.key.eq_ignore_ascii_case("title") {
                "h1"
            } else {
                "p"
            };
            html.push_str(&format!("<{inner}>"));
            for (index, line) in entry.lines.iter().enumerate() {
                if index > 0 {
                    html.push_str("<br>");
                }
                title_line(line).iter().for_each(|one| run(one, html));
            }
            html.push_str(&format!("</{inner}>\n"));
        }
        html.push_str(&format!("</{tag}>\n"));
    }
}

fn body(paragraphs: &[Paragraph], html: &mut String) {
    let mut in_speech = false;
    for block in blocks(paragraphs) {
        let begins = matches!(&block, Block::One(one) if one.element == ElementType::Character);
        let goes_on = matches!(&block, Block::One(one) if is_spoken(one.element));
        if in_speech && !goes_on {
            html.push_str("</div>\n");
            in_speech = false;
        }
        if begins {
            html.push_str("<div class=\"speech\">\n");
            in_speech = true;
        }
        match block {
            Block::One(one) => paragraph(one, html),
            Block::Pair(speeches) => {
                html.push_str("<div class=\"dual\">\n");
                for speech in speeches {
                    html.push_str("<div class=\"speech\">\n");
                    speech.iter().for_each(|one| paragraph(one, html));
                    html.push_str("</div>\n");
                }
                html.push_str("</div>\n");
            }
        }
    }
    if in_speech {
        html.push_str("</div>\n");
    }
}

fn is_spoken(element: ElementType) -> bool {
    matches!(
        element,
        ElementType::Dialogue | ElementType::Parenthetical | ElementType::Lyrics
    )
}

fn paragraph(one: &Paragraph, html: &mut String) {
    let (tag, number) = match one.element {
        ElementType::PageBreak => {
            html.push_str("<hr>\n");
            return;
        }
        ElementType::SceneHeading => ("h2", one.attributes.scene_number.as_deref()),
        _ => ("p", None),
    };
    let joined = if one.attributes.joined { " joined" } else { "" };
    html.push_str(&format!("<{tag} class=\"{}{joined}\">", one.element.name()));
    // It stands on both sides for the eye, and is read out once.
    for hidden in ["", " aria-hidden=\"true\""] {
        if let Some(number) = number {
            html.push_str(&format!("<span class=\"number\"{hidden}>"));
            escape(number, html);
            html.push_str("</span>");
        }
    }
    printed(one).for_each(|one| run(one, html));
    html.push_str(&format!("</{tag}>\n"));
}

fn run(run: &Run, html: &mut String) {
    const TAGS: [(Styles, &str); 4] = [
        (Styles::BOLD, "b"),
        (Styles::ITALIC, "i"),
        (Styles::UNDERLINE, "u"),
        (Styles::STRIKE, "s"),
    ];
    let tags = TAGS.iter().filter(|(style, _)| run.styles.contains(*style));
    for (_, tag) in tags.clone() {
        html.push_str(&format!("<{tag}>"));
    }
    escape(&run.text, html);
    for (_, tag) in tags.rev() {
        html.push_str(&format!("</{tag}>"));
    }
}
