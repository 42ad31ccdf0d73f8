//! Word documents (DOCX) out: the script in Word's own styles, one for each element, so that who edits it there changes a
//! style and not every paragraph.
//!
//! Pages are Word's: it breaks them by itself, with what the styles say of keeping lines together. Notes, sections,
//! synopses and what was cut are not in it.

mod styles;
mod zip;

use scriptroom_paragraphs::{ElementType, Paragraph, PlainScript, Run, Styles};

use crate::outline::{
    Block, blocks, escape, given_out, in_one_line, printed, title_line, title_page,
};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const PART: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// Writes a script as a Word document.
#[must_use]
pub fn encode(script: &PlainScript) -> Vec<u8> {
    zip::archive(&[
        ("[Content_Types].xml", &content_types()),
        (
            "_rels/.rels",
            &relations(&[
                (&format!("{OFFICE}/officeDocument"), "word/document.xml"),
                (
                    &format!("{PACKAGE}/relationships/metadata/core-properties"),
                    "docProps/core.xml",
                ),
            ]),
        ),
        ("docProps/core.xml", &properties(script)),
        ("word/document.xml", &document(script)),
        ("word/styles.xml", &styles::styles()),
        ("word/header1.xml", &header()),
        (
            "word/_rels/document.xml.rels",
            &relations(&[
                (&format!("{OFFICE}/styles"), "styles.xml"),
                (&format!("{OFFICE}/header"), "header1.xml"),
            ]),
        ),
    ])
}

fn content_types() -> String {
    let mut xml = format!("{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">");
    xml.push_str("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
    xml.push_str("<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("header1", "header"),
    ] {
        xml.push_str(&format!(
            "<Override PartName=\"/word/{part}.xml\" ContentType=\"{PART}.{kind}+xml\"/>"
        ));
    }
    xml.push_str("<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>");
    xml
}

fn relations(relations: &[(&str, &str)]) -> String {
    let mut xml = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (index, (kind, target)) in relations.iter().enumerate() {
        xml.push_str(&format!(
            "<Relationship Id=\"r{index}\" Type=\"{kind}\" Target=\"{target}\"/>"
        ));
    }
    xml.push_str("</Relationships>");
    xml
}

fn properties(script: &PlainScript) -> String {
    let mut xml = format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>"
    );
    escape(&in_one_line(script, "title"), &mut xml);
    xml.push_str("</dc:title><dc:creator>");
    let author = in_one_line(script, "author");
    let authors = if author.is_empty() {
        in_one_line(script, "authors")
    } else {
        author
    };
    escape(&authors, &mut xml);
    xml.push_str("</dc:creator></cp:coreProperties>");
    xml
}

/// The page's number at the right, as scripts have it; the first page has none.
fn header() -> String {
    format!(
        "{HEAD}<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t>.</w:t></w:r></w:p></w:hdr>"
    )
}

fn document(script: &PlainScript) -> String {
    let mut xml = format!("{HEAD}<w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><w:body>");
    let has_title_page = title(script, &mut xml);
    for block in blocks(&given_out(&script.paragraphs)) {
        match block {
            Block::One(one) => paragraph(one, &mut xml),
            Block::Pair(speeches) => pair(speeches, &mut xml),
        }
    }
    xml.push_str(&section(if has_title_page { "1" } else { "" }));
    xml.push_str("</w:body></w:document>");
    xml
}

/// The last thing in a section: its page. `first` is the number at which it begins to count.
fn section(first: &str) -> String {
    let start = match first {
        "" => String::new(),
        first => format!("<w:pgNumType w:start=\"{first}\"/>"),
    };
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"r1\"/><w:pgSz w:w=\"12240\" w:h=\"15840\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"2160\" w:header=\"720\" w:footer=\"720\" w:gutter=\"0\"/>{start}<w:titlePg/></w:sectPr>"
    )
}

/// The title page, as a section of its own. Says whether there is one.
fn title(script: &PlainScript, xml: &mut String) -> bool {
    let (centered, foot) = title_page(script);
    if centered.is_empty() && foot.is_empty() {
        return false;
    }
    for entry in centered {
        let style = if entry.key.eq_ignore_ascii_case("title") {
            "Title"
        } else {
            "Subtitle"
        };
        title_lines(style, &entry.lines, xml);
    }
    for entry in foot {
        title_lines("TitleFoot", &entry.lines, xml);
    }
    xml.push_str(&format!("<w:p><w:pPr>{}</w:pPr></w:p>", section("")));
    true
}

fn title_lines(style: &str, lines: &[String], xml: &mut String) {
    xml.push_str(&format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>"
    ));
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            xml.push_str("<w:r><w:br/></w:r>");
        }
        title_line(line).iter().for_each(|one| run(one, xml));
    }
    xml.push_str("</w:p>");
}

fn paragraph(one: &Paragraph, xml: &mut String) {
    if one.element == ElementType::PageBreak {
        xml.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
        return;
    }
    xml.push_str(&format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>",
        styles::id(one.element)
    ));
    if one.attributes.joined {
        xml.push_str("<w:spacing w:before=\"0\"/>");
    }
    xml.push_str("</w:pPr>");
    if let Some(number) = &one.attributes.scene_number {
        run(&Run::plain(format!("{number}  ")), xml);
    }
    printed(one).for_each(|one| run(one, xml));
    xml.push_str("</w:p>");
}

/// Two speeches, side by side: the cells of a table without lines.
fn pair(speeches: [&[Paragraph]; 2], xml: &mut String) {
    xml.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"8640\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4320\"/><w:gridCol w:w=\"4320\"/></w:tblGrid><w:tr>");
    for speech in speeches {
        xml.push_str("<w:tc><w:tcPr><w:tcW w:w=\"4320\" w:type=\"dxa\"/></w:tcPr>");
        for one in speech {
            let style = styles::id(one.element);
            let left = if one.element == ElementType::Character {
                1080
            } else {
                0
            };
            xml.push_str(&format!(
                "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:ind w:left=\"{left}\" w:right=\"0\"/></w:pPr>"
            ));
            printed(one).for_each(|one| run(one, xml));
            xml.push_str("</w:p>");
        }
        xml.push_str("</w:tc>");
    }
    xml.push_str("</w:tr></w:tbl>");
}

fn run(run: &Run, xml: &mut String) {
    const MARKS: [(Styles, &str); 4] = [
        (Styles::BOLD, "<w:b/>"),
        (Styles::ITALIC, "<w:i/>"),
        (Styles::STRIKE, "<w:strike/>"),
        (Styles::UNDERLINE, "<w:u w:val=\"single\"/>"),
    ];
    xml.push_str("<w:r>");
    let marks = MARKS
        .iter()
        .filter(|(style, _)| run.styles.contains(*style));
    let marks: String = marks.map(|(_, mark)| *mark).collect();
    if !marks.is_empty() {
        xml.push_str(&format!("<w:rPr>{marks}</w:rPr>"));
    }
    xml.push_str("<w:t xml:space=\"preserve\">");
    escape(&run.text, xml);
    xml.push_str("</w:t></w:r>");
}
