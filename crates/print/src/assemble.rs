//! What goes around the pages of a PDF: numbers of objects, compression, the catalog, bookmarks, page labels.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{NumberingStyle, PageMode};
use pdf_writer::writers::PageLabel;
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use crate::faces::Faces;
use crate::tags::Tags;

/// Object numbers, one after the other.
pub(crate) struct Ids(i32);

impl Ids {
    pub(crate) fn new() -> Ids {
        Ids(0)
    }

    pub(crate) fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }

    pub(crate) fn next_five(&mut self) -> [Ref; 5] {
        [(); 5].map(|()| self.next())
    }

    pub(crate) fn several(&mut self, count: usize) -> Vec<Ref> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// Compresses a stream. Level 6 is where more time no longer makes text much smaller.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, 6)
}

/// A bookmark.
pub(crate) struct Bookmark {
    pub(crate) title: String,
    pub(crate) page: usize,
    /// How far from the page's bottom it leads.
    pub(crate) top: f32,
}

/// A page that is done.
pub(crate) struct Done {
    /// What is drawn on it, compressed.
    pub(crate) content: Vec<u8>,
    /// Its number; none on the title page.
    pub(crate) label: Option<String>,
}

/// All of a file, before it is one.
pub(crate) struct Parts {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) pages: Vec<Done>,
    pub(crate) faces: Faces,
    pub(crate) tags: Tags,
    pub(crate) bookmarks: Vec<Bookmark>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) language: Option<String>,
}

impl Parts {
    pub(crate) fn assemble(self) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut ids = Ids::new();
        let [catalog, tree, resources, info, outline] = ids.next_five();
        let pages = ids.several(self.pages.len());
        self.write_resources(&mut pdf, &mut ids, resources);
        self.write_pages(&mut pdf, &mut ids, (tree, resources), &pages);
        let structure = self.tags.write(&mut pdf, &mut ids, &pages);
        self.write_bookmarks(&mut pdf, &mut ids, outline, &pages);
        let labels = self.write_labels(&mut pdf, &mut ids);
        self.write_info(&mut pdf, info);

        let mut root = pdf.catalog(catalog);
        root.pages(tree);
        if !self.bookmarks.is_empty() {
            root.outlines(outline).page_mode(PageMode::UseOutlines);
        }
        root.pair(Name(b"StructTreeRoot"), structure);
        root.mark_info().marked(true);
        root.viewer_preferences().display_doc_title(true);
        if let Some(language) = &self.language {
            root.lang(TextStr(language));
        }
        let mut tree = root.page_labels();
        let mut numbers = tree.nums();
        for (index, label) in labels {
            numbers.insert(index, label);
        }
        numbers.finish();
        tree.finish();
        root.finish();
        pdf.finish()
    }

    fn write_resources(&self, pdf: &mut Pdf, ids: &mut Ids, id: Ref) {
        let faces = self.faces.faces.iter();
        let fonts: Vec<(String, Ref)> = faces
            .map(|face| {
                let data = self.faces.fonts.data(face.font);
                (face.name(), face.write(pdf, ids, data))
            })
            .collect();
        let mut resources = pdf
            .indirect(id)
            .start::<pdf_writer::writers::Resources<'_>>();
        let mut names = resources.fonts();
        for (name, font) in &fonts {
            names.pair(Name(name.as_bytes()), *font);
        }
    }

    fn write_pages(
        &self,
        pdf: &mut Pdf,
        ids: &mut Ids,
        (tree, resources): (Ref, Ref),
        pages: &[Ref],
    ) {
        let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(pages.iter().copied()).count(count);
        for (index, (page, id)) in self.pages.iter().zip(pages).enumerate() {
            let content = ids.next();
            let mut dictionary = pdf.page(*id);
            dictionary
                .parent(tree)
                .media_box(Rect::new(0.0, 0.0, self.width, self.height))
                .contents(content)
                .struct_parents(i32::try_from(index).unwrap_or(i32::MAX))
                .pair(Name(b"Resources"), resources);
            dictionary.finish();
            pdf.stream(content, &page.content)
                .filter(Filter::FlateDecode);
        }
    }

    fn write_bookmarks(&self, pdf: &mut Pdf, ids: &mut Ids, outline: Ref, pages: &[Ref]) {
        let items = ids.several(self.bookmarks.len());
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return;
        };
        let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
        pdf.outline(outline).first(*first).last(*last).count(count);
        for (index, bookmark) in self.bookmarks.iter().enumerate() {
            let mut item = pdf.outline_item(items[index]);
            item.title(TextStr(&bookmark.title)).parent(outline);
            if let Some(before) = index.checked_sub(1) {
                item.prev(items[before]);
            }
            if let Some(next) = items.get(index + 1) {
                item.next(*next);
            }
            item.dest()
                .page(pages[bookmark.page])
                .xyz(0.0, bookmark.top, None);
        }
    }

    /// What a viewer shows as the number of each page: the one that is printed, not how many sheets came before.
    fn write_labels(&self, pdf: &mut Pdf, ids: &mut Ids) -> Vec<(i32, Ref)> {
        let mut labels = Vec::new();
        for (index, page) in self.pages.iter().enumerate() {
            let id = ids.next();
            let mut label = pdf.indirect(id).start::<PageLabel<'_>>();
            match &page.label {
                Some(number) => label.prefix(TextStr(number)),
                None => label.style(NumberingStyle::LowerRoman),
            };
            label.finish();
            labels.push((i32::try_from(index).unwrap_or(i32::MAX), id));
        }
        labels
    }

    fn write_info(&self, pdf: &mut Pdf, id: Ref) {
        let mut info = pdf.document_info(id);
        if let Some(title) = &self.title {
            info.title(TextStr(title));
        }
        if let Some(author) = &self.author {
            info.author(TextStr(author));
        }
        info.creator(TextStr("Scriptroom"))
            .producer(TextStr("Scriptroom"));
    }
}
