//! What a file says beside its script, as plain data.
//!
//! All of it stays in the file as it is; this is for whoever wants to show it, lay out by it or warn of it.

use std::ops::Range;

use super::document::{Document, Place};
use super::xml::NodeId;

/// The attributes of an element in their order.
pub type Properties = Vec<(String, String)>;

/// What stands in a file beside its script. What isn't there is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Production {
    /// The version of the format.
    pub version: Option<String>,
    /// Margins, the size of the paper and the like.
    pub page_layout: Properties,
    /// How elements look and behave, in the file's order.
    pub elements: Vec<ElementSettings>,
    /// What the file knows of scenes, in their order.
    pub scenes: Vec<SceneProperties>,
    /// The pages that are locked.
    pub locked_pages: Vec<Properties>,
    /// The revision sets.
    pub revisions: Vec<Properties>,
    /// The script notes.
    pub notes: Vec<ScriptNote>,
    /// What is tagged.
    pub tags: Vec<Tag>,
    /// Other wordings of lines.
    pub alternates: Vec<Alternate>,
    /// The lists that Final Draft completes words from.
    pub smart_type: Vec<SmartTypeList>,
}

/// How an element looks and behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementSettings {
    /// Final Draft's name for it, or the writer's.
    pub name: String,
    /// Font, size, style.
    pub font: Properties,
    /// Indents in inches, space before it in points, and the like.
    pub paragraph: Properties,
    /// What it is laid out as, and which element follows it.
    pub behavior: Properties,
}

/// What the file knows of a scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneProperties {
    /// Its heading, by its place in [`Document::script`].
    pub paragraph: usize,
    /// Its length in eighths of a page, where that can be read: `1 1/8` is 9.
    pub eighths: Option<u32>,
    /// All that is said, such as `Length`, `Page`, `Title` and `Color`.
    pub properties: Properties,
    /// What it is about, a paragraph a line.
    pub summary: Vec<String>,
}

/// A script note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptNote {
    /// Its first paragraph, by its place in [`Document::script`].
    pub paragraph: usize,
    /// What it is on, in UTF-16 units of Final Draft's script.
    pub range: Option<Range<usize>>,
    /// Who wrote it and when, its title (`Name`), its category (`Type`), its colour.
    pub properties: Properties,
}

/// Something that is tagged, such as a prop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// What it is called.
    pub label: String,
    /// The category's name.
    pub category: String,
    /// The numbers under which the script's text names it.
    pub numbers: Vec<String>,
}

/// Another wording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alternate {
    /// What the script's paragraphs call it.
    pub id: String,
    /// Its text, a paragraph a line.
    pub lines: Vec<String>,
}

/// A list that Final Draft completes words from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmartTypeList {
    /// Its name, such as `Characters`.
    pub name: String,
    /// Its entries.
    pub entries: Vec<String>,
}

impl Document {
    /// What the file says beside its script.
    #[must_use]
    pub fn production(&self) -> Production {
        let settings = self.children_named(self.root, "ElementSettings");
        Production {
            version: self.attribute(self.root, "Version"),
            page_layout: self.page_layout(),
            elements: settings.map(|node| self.element_settings(node)).collect(),
            scenes: self.scenes(),
            locked_pages: self.properties_in(&["LockedPages"], "LockedPage"),
            revisions: self.properties_in(&["Revisions"], "Revision"),
            notes: self.script_notes(),
            tags: self.tags(),
            alternates: self.alternates(),
            smart_type: self.smart_type(),
        }
    }

    fn properties(&self, node: NodeId) -> Properties {
        let attributes = self.tree.attributes(node, &self.source);
        attributes
            .map(|attribute| (attribute.name.to_owned(), attribute.value()))
            .collect()
    }

    fn child_properties(&self, node: NodeId, name: &str) -> Properties {
        let child = self.child(node, name);
        child.map(|node| self.properties(node)).unwrap_or_default()
    }

    /// The elements of that name at the end of a path from the outermost one.
    fn all_in(&self, path: &[&str], name: &str) -> Vec<NodeId> {
        let inside = path
            .iter()
            .try_fold(self.root, |node, name| self.child(node, name));
        let nodes = inside.map(|node| self.children_named(node, name).collect());
        nodes.unwrap_or_default()
    }

    fn properties_in(&self, path: &[&str], name: &str) -> Vec<Properties> {
        let nodes = self.all_in(path, name).into_iter();
        nodes.map(|node| self.properties(node)).collect()
    }

    fn page_layout(&self) -> Properties {
        let Some(layout) = self.child(self.root, "PageLayout") else {
            return Properties::new();
        };
        let mut properties = self.properties(layout);
        properties.extend(self.child_properties(layout, "PageSize"));
        properties
    }

    fn element_settings(&self, node: NodeId) -> ElementSettings {
        ElementSettings {
            name: self.attribute(node, "Type").unwrap_or_default(),
            font: self.child_properties(node, "FontSpec"),
            paragraph: self.child_properties(node, "ParagraphSpec"),
            behavior: self.child_properties(node, "Behavior"),
        }
    }

    fn lines(&self, node: NodeId) -> Vec<String> {
        let paragraphs = self.children_named(node, "Paragraph");
        let text = |node| {
            self.text(node, true)
                .shown
                .iter()
                .map(|(c, _)| *c)
                .collect()
        };
        paragraphs.map(text).collect()
    }

    fn scenes(&self) -> Vec<SceneProperties> {
        let mut scenes = Vec::new();
        for (paragraph, unit) in self.unit_of.iter().enumerate() {
            let is_first = paragraph == 0 || self.unit_of[paragraph - 1] != *unit;
            let Place::Block(block) = self.units[unit.0].place else {
                continue;
            };
            let node = self.blocks[block.0].node;
            let Some(node) = self.child(node, "SceneProperties").filter(|_| is_first) else {
                continue;
            };
            let properties = self.properties(node);
            let length = properties.iter().find(|(name, _)| name == "Length");
            let summary = self.child(node, "Summary");
            scenes.push(SceneProperties {
                paragraph: paragraph + usize::from(self.units[unit.0].unit.page_break),
                eighths: length.and_then(|(_, length)| eighths(length)),
                summary: summary.map(|node| self.lines(node)).unwrap_or_default(),
                properties,
            });
        }
        scenes
    }

    fn script_notes(&self) -> Vec<ScriptNote> {
        let mut first = vec![0; self.units.len()];
        for (paragraph, unit) in self.unit_of.iter().enumerate().rev() {
            first[unit.0] = paragraph;
        }
        let notes = self.notes.iter().map(|note| ScriptNote {
            paragraph: first[note.unit.0],
            range: note.range.clone(),
            properties: self.properties(note.node),
        });
        notes.collect()
    }

    fn tags(&self) -> Vec<Tag> {
        let named = |node, name| self.attribute(node, name).unwrap_or_default();
        let categories = self.all_in(&["TagData", "TagCategories"], "TagCategory");
        let uses = self.all_in(&["TagData", "Tags"], "Tag");
        let definitions = self.all_in(&["TagData", "TagDefinitions"], "TagDefinition");
        let tag = |node| {
            let (id, category) = (named(node, "Id"), named(node, "CatId"));
            let category = categories
                .iter()
                .find(|&&node| named(node, "Id") == category);
            let defines = |&&node: &&NodeId| {
                let mut ids = self.children_named(node, "DefId");
                ids.any(|node| self.tree.text(node, &self.source) == id)
            };
            let numbers = uses.iter().filter(defines);
            Tag {
                label: named(node, "Label"),
                category: category
                    .map(|&node| named(node, "Name"))
                    .unwrap_or_default(),
                numbers: numbers.map(|&node| named(node, "Number")).collect(),
            }
        };
        definitions.into_iter().map(tag).collect()
    }

    fn alternates(&self) -> Vec<Alternate> {
        let alternates = self.all_in(&["AltCollection"], "Alt").into_iter();
        let alternate = |node| Alternate {
            id: self.attribute(node, "Id").unwrap_or_default(),
            lines: self.lines(node),
        };
        alternates.map(alternate).collect()
    }

    fn smart_type(&self) -> Vec<SmartTypeList> {
        let Some(lists) = self.child(self.root, "SmartType") else {
            return Vec::new();
        };
        let text = |node| self.tree.text(node, &self.source);
        let list = |node| SmartTypeList {
            name: self.name(node).to_owned(),
            entries: self.tree.children(node).map(text).collect(),
        };
        self.tree.children(lists).map(list).collect()
    }
}

/// A length such as `1 1/8`, `3/8` or `2`, in eighths.
fn eighths(length: &str) -> Option<u32> {
    let mut eighths = 0_u32;
    for part in length.split_whitespace() {
        let part = match part.split_once('/') {
            Some((count, "8")) => count.parse().ok()?,
            Some(_) => return None,
            None => part.parse::<u32>().ok()?.checked_mul(8)?,
        };
        eighths = eighths.checked_add(part)?;
    }
    (!length.trim().is_empty()).then_some(eighths)
}
