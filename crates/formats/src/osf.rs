//! Open Screenplay Format, version 4 and those before it: the XML that Fade In keeps in its files and writes by itself (`.osf`).
//!
//! Described by its makers in a document that says of itself what it shows (`OSF-4.0.xml` of their SDK). What a file has
//! beside the script isn't kept: it is read as a script, and written anew.
//!
//! | in the file | in the script |
//! |---|---|
//! | `basestyle` of a `<para>` | the element; a writer's own style is what it is based on, down to a built-in one |
//! | `<text bold="1" italic="1" …>` | runs in their styles |
//! | a line break in the text | a joined paragraph; a space in headings and cues |
//! | `align="center"` on action | centred |
//! | `pagebreakbefore="1"` | a page break before it |
//! | `dualdialogue="1"` on a cue | its speech and the next one stand side by side |
//! | `number` of a scene heading | its number |
//! | `note`, `synopsis` | a note, a synopsis behind the paragraph; what stands within one, or before the first, goes there, too |
//! | the title page's lines | entries, as far as a line tells what it is |
//!
//! Not read: fonts and colours, columns, revisions and their marks, locked page numbers, lists, bookmarks. Not written besides:
//! sections, cut text, which scenes are omitted (they are left out as they are on paper), `joined` where the element differs.

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles, TitleEntry};
use thiserror::Error;

use crate::fdx::Diagnostic;
use crate::fdx::diagnostic::diagnostics;
use crate::fdx::xml::text::escaped;
use crate::fdx::xml::{NodeId, Tree, scan};
use crate::fountain::write_line;
use crate::outline::{given_out, title_line};
use crate::text::{self, LINE_BREAKS};

/// A style that is based on another, and so on: no further than this.
const MOST_STEPS: usize = 8;

const ELEMENTS: [(ElementType, &str); 13] = [
    (ElementType::General, "Normal Text"),
    (ElementType::SceneHeading, "Scene Heading"),
    (ElementType::Action, "Action"),
    (ElementType::Character, "Character"),
    (ElementType::Parenthetical, "Parenthetical"),
    (ElementType::Dialogue, "Dialogue"),
    (ElementType::Transition, "Transition"),
    (ElementType::Shot, "Shot"),
    // Writers' own, which we write so.
    (ElementType::Lyrics, "Lyrics"),
    (ElementType::CastList, "Cast List"),
    (ElementType::NewAct, "New Act"),
    (ElementType::EndOfAct, "End of Act"),
    (ElementType::Synopsis, "Synopsis"),
];

const STYLES: [(Styles, &str); 4] = [
    (Styles::BOLD, "bold"),
    (Styles::ITALIC, "italic"),
    (Styles::UNDERLINE, "underline"),
    (Styles::STRIKE, "strikethrough"),
];

/// What was read.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The script.
    pub script: PlainScript,
    /// What was odd, in its order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a file is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It is something else.
    #[error("expected an Open Screenplay Format document, got something else")]
    NotOsf,
    /// More than any script.
    #[error(transparent)]
    TooMuch(#[from] text::TooMuch),
    /// No such XML.
    #[error("{0}")]
    Xml(String),
}

/// Reads a file.
///
/// # Errors
///
/// Where it is no such file, or more than a script can be.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let (source, _) = text::decode(bytes)?;
    let (tree, remarks) = scan(&source).map_err(|error| DecodeError::Xml(error.to_string()))?;
    let file = File {
        tree: &tree,
        source: &source,
    };
    let root = tree.root().filter(|&root| file.is_osf(root));
    let root = root.ok_or(DecodeError::NotOsf)?;
    Ok(Decoded {
        script: file.script(root),
        diagnostics: diagnostics(&source, None, remarks),
    })
}

struct File<'a> {
    tree: &'a Tree,
    source: &'a str,
}

impl File<'_> {
    fn is_osf(&self, root: NodeId) -> bool {
        let kind = self.value(root, "type").unwrap_or_default();
        self.tree.name(root, self.source) == "document" && kind.contains("Open Screenplay")
    }

    fn value(&self, node: NodeId, name: &str) -> Option<String> {
        // Version 2.1 writes capitals within names.
        let mut attributes = self.tree.attributes(node, self.source);
        attributes
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
            .map(|attribute| attribute.value())
    }

    fn is_set(&self, node: NodeId, name: &str) -> bool {
        matches!(self.value(node, name).as_deref(), Some("1" | "true"))
    }

    fn styles(&self, run: NodeId) -> Styles {
        let set = STYLES.iter().filter(|(_, name)| self.is_set(run, name));
        set.fold(Styles::NONE, |styles, (style, _)| styles | *style)
    }

    fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child(node, name, self.source)
    }

    fn paras(&self, root: NodeId, list: &str) -> Vec<NodeId> {
        let list = self.child(root, list).into_iter();
        list.flat_map(|list| self.tree.children_named(list, "para", self.source))
            .collect()
    }

    fn script(&self, root: NodeId) -> PlainScript {
        let own = self.own_styles(root);
        let mut paragraphs = Vec::new();
        // Which cue of a pair the next one is.
        let mut is_second = false;
        for para in self.paras(root, "paragraphs") {
            let first = paragraphs.len();
            self.push(para, &own, &mut paragraphs);
            let style = self.child(para, "style");
            let cue = paragraphs[first..]
                .iter_mut()
                .find(|paragraph| paragraph.element == ElementType::Character);
            if let Some(cue) = cue {
                cue.attributes.dual = is_second;
                is_second =
                    !is_second && style.is_some_and(|style| self.is_set(style, "dualdialogue"));
            }
        }
        PlainScript {
            title_page: self.title_page(root),
            paragraphs,
        }
    }

    /// The writer's own styles, each with the one that it is based on.
    fn own_styles(&self, root: NodeId) -> Vec<(String, String)> {
        let list = self.child(root, "styles").into_iter();
        let styles = list.flat_map(|list| self.tree.children_named(list, "style", self.source));
        let named = styles.take(500).filter_map(|style| {
            let name = self.value(style, "name")?;
            Some((name, self.value(style, "basestyle")?))
        });
        named.collect()
    }

    fn element(&self, style: Option<NodeId>, own: &[(String, String)]) -> ElementType {
        let mut name = style
            .and_then(|style| self.value(style, "basestyle"))
            .unwrap_or_default();
        let mut element = None;
        for _ in 0..MOST_STEPS {
            element = ELEMENTS.iter().find(|(_, known)| *known == name);
            if element.is_some() {
                break;
            }
            let Some((_, base)) = own.iter().find(|(own, _)| *own == name) else {
                break;
            };
            name.clone_from(base);
        }
        let is_centered = style
            .and_then(|style| self.value(style, "align"))
            .is_some_and(|align| align == "center");
        match element.map_or(ElementType::Action, |(element, _)| *element) {
            ElementType::Action if is_centered => ElementType::Centered,
            element => element,
        }
    }

    fn push(&self, para: NodeId, own: &[(String, String)], out: &mut Vec<Paragraph>) {
        let style = self.child(para, "style");
        let element = self.element(style, own);
        if style.is_some_and(|style| self.is_set(style, "pagebreakbefore")) {
            out.push(Paragraph::new(ElementType::PageBreak, ""));
        }
        let mut lines = vec![Paragraph {
            element,
            ..Paragraph::default()
        }];
        if element == ElementType::SceneHeading {
            let number = self.value(para, "number");
            lines[0].attributes.scene_number = number.filter(|number| !number.is_empty());
        }
        for run in self.tree.children_named(para, "text", self.source) {
            let styles = self.styles(run);
            let text = self.tree.text(run, self.source);
            let text = match element {
                ElementType::SceneHeading | ElementType::Character => in_one_line(&text),
                _ => text,
            };
            for (index, line) in text.split(LINE_BREAKS).enumerate() {
                if index > 0 {
                    let mut next = Paragraph {
                        element,
                        ..Paragraph::default()
                    };
                    next.attributes.joined = true;
                    lines.push(next);
                }
                if let Some(last) = lines.last_mut() {
                    last.push(line, styles);
                }
            }
        }
        out.append(&mut lines);
        for (name, element) in [
            ("synopsis", ElementType::Synopsis),
            ("note", ElementType::Note),
        ] {
            let text = self.value(para, name).filter(|text| !text.is_empty());
            out.extend(text.map(|text| Paragraph::new(element, in_one_line(&text))));
        }
    }

    fn title_page(&self, root: NodeId) -> Vec<TitleEntry> {
        let mut entries: Vec<TitleEntry> = Vec::new();
        let mut key = "Title".to_owned();
        for para in self.paras(root, "titlepage") {
            let mut line = Paragraph::default();
            for run in self.tree.children_named(para, "text", self.source) {
                let text = in_one_line(&self.tree.text(run, self.source));
                line.push(&text, self.styles(run));
            }
            let line = write_line(line.runs).trim().to_owned();
            if line.is_empty() {
                continue;
            }
            if let Some(bookmark) = self.value(para, "bookmark").filter(|name| !name.is_empty()) {
                key = in_one_line(&bookmark);
            } else if is_credit(&line) {
                key = "Credit".to_owned();
            }
            match entries.last_mut().filter(|entry| entry.key == key) {
                Some(entry) => entry.lines.push(line),
                None => entries.push(TitleEntry {
                    key: key.clone(),
                    lines: vec![line],
                }),
            }
            key = match key.as_str() {
                "Title" => "Title".to_owned(),
                "Credit" => "Author".to_owned(),
                "Author" => "Contact".to_owned(),
                other => other.to_owned(),
            };
        }
        entries
    }
}

fn in_one_line(text: &str) -> String {
    text.replace(LINE_BREAKS, " ")
}

fn is_credit(line: &str) -> bool {
    let line = line.to_lowercase();
    let credits = [
        "by",
        "written by",
        "screenplay by",
        "story by",
        "a screenplay by",
    ];
    credits.contains(&line.as_str())
}

/// Writes a script as a file of version 4.
#[must_use]
pub fn encode(script: &PlainScript) -> Vec<u8> {
    let mut xml = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<document type=\"Open Screenplay Format document\" version=\"40\">\n",
        "  <info/>\n  <settings page_width=\"2159\" page_height=\"2794\"/>\n  <styles>\n",
    ));
    for (index, (element, name)) in (0..).zip(ELEMENTS) {
        let style = match own_base(element) {
            None => format!("builtin=\"1\" builtin_index=\"{index}\""),
            Some(base) => format!("basestyle=\"{base}\""),
        };
        xml.push_str(&format!("    <style name=\"{name}\" {style}/>\n"));
    }
    xml.push_str("  </styles>\n  <paragraphs>\n");
    body(&given_out(&script.paragraphs), &mut xml);
    xml.push_str("  </paragraphs>\n  <titlepage>\n");
    for entry in &script.title_page {
        for (index, line) in entry.lines.iter().enumerate() {
            let bookmark = match index {
                0 => format!(" bookmark=\"{}\"", escaped(&entry.key, true)),
                _ => String::new(),
            };
            xml.push_str(&format!(
                "    <para{bookmark}>\n      <style basestyle=\"Action\"/>\n"
            ));
            for Run { text, styles } in title_line(line) {
                write_run(styles, &text, &mut xml);
            }
            xml.push_str("    </para>\n");
        }
    }
    xml.push_str("  </titlepage>\n</document>\n");
    xml.into_bytes()
}

/// What an element of ours is based on that the format has not.
fn own_base(element: ElementType) -> Option<&'static str> {
    match element {
        ElementType::Lyrics => Some("Dialogue"),
        ElementType::CastList | ElementType::Synopsis => Some("Action"),
        ElementType::NewAct | ElementType::EndOfAct => Some("Transition"),
        _ => None,
    }
}

/// A paragraph of the file: what its lines are, and what stands beside it.
#[derive(Default)]
struct Para<'a> {
    lines: Vec<&'a Paragraph>,
    after_break: bool,
    first_of_pair: bool,
    notes: Vec<String>,
    synopses: Vec<String>,
}

fn body(paragraphs: &[Paragraph], xml: &mut String) {
    let mut paras: Vec<Para<'_>> = Vec::new();
    let mut after_break = false;
    let mut cue: Option<usize> = None;
    // What stands before the first paragraph is said of it.
    let mut first = Para::default();
    for paragraph in paragraphs {
        let last = paras.last_mut();
        match (paragraph.element, last) {
            (ElementType::PageBreak, _) => after_break = true,
            (ElementType::Section | ElementType::Boneyard, _) => {}
            (ElementType::Note, last) => {
                last.unwrap_or(&mut first).notes.push(paragraph.text());
            }
            (ElementType::Synopsis, last) => {
                last.unwrap_or(&mut first).synopses.push(paragraph.text());
            }
            (element, Some(last))
                if paragraph.attributes.joined
                    && !after_break
                    && last.lines[0].element == element =>
            {
                last.lines.push(paragraph);
            }
            (element, _) => {
                if element == ElementType::Character {
                    if let Some(cue) = cue.filter(|_| paragraph.attributes.dual) {
                        paras[cue].first_of_pair = true;
                    }
                    cue = Some(paras.len());
                }
                paras.push(Para {
                    lines: vec![paragraph],
                    after_break: std::mem::take(&mut after_break),
                    ..std::mem::take(&mut first)
                });
            }
        }
    }
    let empty = Paragraph::default();
    if !first.notes.is_empty() || !first.synopses.is_empty() {
        first.lines.push(&empty);
        paras.push(first);
    }
    for para in &paras {
        para.write(xml);
    }
}

impl Para<'_> {
    fn write(&self, xml: &mut String) {
        let first = self.lines[0];
        let set = |name: &str, value: Option<String>| {
            value.map_or_else(String::new, |value| {
                format!(" {name}=\"{}\"", escaped(&value, true))
            })
        };
        let joined = |lines: &[String]| (!lines.is_empty()).then(|| lines.join(" "));
        let within = self.lines.iter().flat_map(|line| &line.runs).filter(|run| {
            run.styles.contains(Styles::NOTE) && !run.styles.contains(Styles::BONEYARD)
        });
        let within = within.map(|run| run.text.clone());
        let notes: Vec<String> = within.chain(self.notes.iter().cloned()).collect();
        let number = first.attributes.scene_number.clone();
        let number = number.filter(|_| first.element == ElementType::SceneHeading);
        let para = [
            set("number", number),
            set("synopsis", joined(&self.synopses)),
            set("note", joined(&notes)),
        ];
        let is = |is: bool| is.then(|| "1".to_owned());
        let element = match first.element {
            ElementType::Centered => ElementType::Action,
            element => element,
        };
        let name = ELEMENTS.iter().find(|(known, _)| *known == element);
        let name = name.map_or("Action", |(_, name)| name);
        let is_centered = first.element == ElementType::Centered;
        let style = [
            set("align", is_centered.then(|| "center".to_owned())),
            set("pagebreakbefore", is(self.after_break)),
            set("dualdialogue", is(self.first_of_pair)),
        ];
        xml.push_str(&format!(
            "    <para{}>\n      <style basestyle=\"{name}\"{}/>\n",
            para.concat(),
            style.concat()
        ));
        self.write_text(xml);
        xml.push_str("    </para>\n");
    }

    fn write_text(&self, xml: &mut String) {
        let mut runs: Vec<(Styles, String)> = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            if index > 0 {
                match runs.last_mut() {
                    Some((_, text)) => text.push('\n'),
                    None => runs.push((Styles::NONE, "\n".to_owned())),
                }
            }
            let printed = line.runs.iter().filter(|run| run.styles.is_printed());
            runs.extend(printed.map(|run| (run.styles, run.text.clone())));
        }
        if runs.is_empty() {
            runs.push((Styles::NONE, String::new()));
        }
        for (styles, text) in runs {
            write_run(styles, &text, xml);
        }
    }
}

fn write_run(styles: Styles, text: &str, xml: &mut String) {
    let on = STYLES.iter().filter(|(style, _)| styles.contains(*style));
    let on: String = on.map(|(_, name)| format!(" {name}=\"1\"")).collect();
    let text = escaped(text, false);
    xml.push_str(&format!("      <text{on}>{text}</text>\n"));
}
