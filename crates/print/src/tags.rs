//! The structure of a PDF, for who has it read out: a document of sections, each a scene with its heading and paragraphs.

use std::collections::HashMap;

use pdf_writer::types::StructRole;
use pdf_writer::writers::StructTreeRoot;
use pdf_writer::{Finish, Pdf, Ref};

use crate::assemble::Ids;

/// An element, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ElementId(usize);

#[derive(Debug)]
struct Element {
    role: StructRole,
    parent: Option<ElementId>,
    kids: Vec<Kid>,
}

#[derive(Clone, Copy, Debug)]
enum Kid {
    Element(ElementId),
    /// What is drawn on a page under a number.
    Drawn {
        page: usize,
        number: i32,
    },
}

/// The elements of a file and what is drawn of them on which page.
pub(crate) struct Tags {
    elements: Vec<Element>,
    /// For each page the elements that its marked contents belong to, by their numbers there.
    pages: Vec<Vec<ElementId>>,
    /// What a paragraph of the script is in here: it may go on over pages.
    paragraphs: HashMap<usize, ElementId>,
    section: ElementId,
}

impl Tags {
    /// The document itself.
    const DOCUMENT: ElementId = ElementId(0);

    pub(crate) fn new() -> Tags {
        Tags {
            elements: vec![Element {
                role: StructRole::Document,
                parent: None,
                kids: Vec::new(),
            }],
            pages: Vec::new(),
            paragraphs: HashMap::new(),
            section: Tags::DOCUMENT,
        }
    }

    /// What is drawn from now on is on a new page.
    pub(crate) fn next_page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// A line of the title page.
    pub(crate) fn title_line(&mut self, is_title: bool) -> ElementId {
        let role = if is_title {
            StructRole::H1
        } else {
            StructRole::P
        };
        self.add(role, Tags::DOCUMENT)
    }

    /// The element of a paragraph of the script.
    pub(crate) fn paragraph(&mut self, paragraph: usize, is_heading: bool) -> ElementId {
        if let Some(known) = self.paragraphs.get(&paragraph) {
            return *known;
        }
        let role = match is_heading {
            true => {
                self.section = self.add(StructRole::Sect, Tags::DOCUMENT);
                StructRole::H2
            }
            false => StructRole::P,
        };
        let element = self.add(role, self.section);
        self.paragraphs.insert(paragraph, element);
        element
    }

    fn add(&mut self, role: StructRole, parent: ElementId) -> ElementId {
        let id = ElementId(self.elements.len());
        self.elements.push(Element {
            role,
            parent: Some(parent),
            kids: Vec::new(),
        });
        self.elements[parent.0].kids.push(Kid::Element(id));
        id
    }

    /// The number under which a piece of an element is drawn on the last page.
    pub(crate) fn draw(&mut self, element: ElementId) -> i32 {
        let page = self.pages.len() - 1;
        let numbers = &mut self.pages[page];
        let number = i32::try_from(numbers.len()).unwrap_or(i32::MAX);
        numbers.push(element);
        self.elements[element.0]
            .kids
            .push(Kid::Drawn { page, number });
        number
    }

    pub(crate) fn role_name(&self, element: ElementId) -> pdf_writer::Name<'static> {
        self.elements[element.0].role.to_name()
    }

    /// Writes the structure; the reference is for the catalog.
    pub(crate) fn write(&self, pdf: &mut Pdf, ids: &mut Ids, pages: &[Ref]) -> Ref {
        let root = ids.next();
        let elements = ids.several(self.elements.len());
        for (element, id) in self.elements.iter().zip(&elements) {
            let mut written = pdf.struct_element(*id);
            let parent = element.parent.map_or(root, |parent| elements[parent.0]);
            written.kind(element.role).parent(parent);
            let mut kids = written.children();
            for kid in &element.kids {
                match kid {
                    Kid::Element(kid) => {
                        kids.struct_element(elements[kid.0]);
                    }
                    Kid::Drawn { page, number } => {
                        let mut drawn = kids.marked_content_ref();
                        drawn.page(pages[*page]).marked_content_id(*number);
                    }
                }
            }
        }
        let lists = ids.several(self.pages.len());
        for (page, id) in self.pages.iter().zip(&lists) {
            let refs = page.iter().map(|element| elements[element.0]);
            pdf.indirect(*id).array().items(refs);
        }
        let mut written = pdf.indirect(root).start::<StructTreeRoot<'_>>();
        written.child(elements[0]);
        let mut tree = written.parent_tree();
        let mut numbers = tree.nums();
        for (index, list) in lists.iter().enumerate() {
            numbers.insert(i32::try_from(index).unwrap_or(i32::MAX), *list);
        }
        numbers.finish();
        tree.finish();
        written.parent_tree_next_key(i32::try_from(lists.len()).unwrap_or(i32::MAX));
        written.finish();
        root
    }
}
