//! Word's styles, one for each element: Final Draft's places on a page of US Letter.

use scriptroom_paragraphs::ElementType;

use super::{HEAD, MAIN};

/// A style: its element, its name in Word's list, what it does to a paragraph and to its letters.
struct Style(ElementType, &'static str, &'static str, &'static str);

const KEEP: &str = "<w:keepNext/>";
const CAPS: &str = "<w:caps/>";

/// In twips from the text's left edge, which is an inch and a half from the paper's.
const STYLES: [Style; 13] = [
    Style(
        ElementType::SceneHeading,
        "Scene Heading",
        "<w:keepNext/><w:keepLines/><w:spacing w:before=\"480\"/><w:outlineLvl w:val=\"0\"/>",
        CAPS,
    ),
    Style(ElementType::Action, "Action", "", ""),
    Style(
        ElementType::Character,
        "Character",
        "<w:keepNext/><w:ind w:left=\"2880\"/>",
        CAPS,
    ),
    Style(
        ElementType::Parenthetical,
        "Parenthetical",
        "<w:keepNext/><w:spacing w:before=\"0\"/><w:ind w:left=\"2160\" w:right=\"2880\" w:hanging=\"144\"/>",
        "",
    ),
    Style(
        ElementType::Dialogue,
        "Dialogue",
        "<w:spacing w:before=\"0\"/><w:ind w:left=\"1440\" w:right=\"2160\"/>",
        "",
    ),
    Style(
        ElementType::Transition,
        "Transition",
        "<w:jc w:val=\"right\"/>",
        CAPS,
    ),
    Style(ElementType::Shot, "Shot", KEEP, CAPS),
    Style(
        ElementType::General,
        "General",
        "<w:spacing w:before=\"0\"/>",
        "",
    ),
    Style(
        ElementType::Lyrics,
        "Lyrics",
        "<w:spacing w:before=\"0\"/><w:ind w:left=\"1440\" w:right=\"2160\"/>",
        "<w:i/>",
    ),
    Style(
        ElementType::Centered,
        "Centered",
        "<w:jc w:val=\"center\"/>",
        "",
    ),
    Style(
        ElementType::CastList,
        "Cast List",
        "<w:spacing w:before=\"0\"/>",
        "",
    ),
    Style(
        ElementType::NewAct,
        "New Act",
        "<w:keepNext/><w:pageBreakBefore/><w:jc w:val=\"center\"/>",
        CAPS,
    ),
    Style(
        ElementType::EndOfAct,
        "End of Act",
        "<w:spacing w:before=\"480\"/><w:jc w:val=\"center\"/>",
        CAPS,
    ),
];

/// The name of an element's style in the file: that in Word's list without spaces.
pub(super) fn id(element: ElementType) -> String {
    let style = STYLES.iter().find(|style| style.0 == element);
    style.map_or("Action", |style| style.1).replace(' ', "")
}

pub(super) fn styles() -> String {
    let mut xml = format!(
        "{HEAD}<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Courier Prime\" w:hAnsi=\"Courier Prime\" w:cs=\"Courier New\"/><w:sz w:val=\"24\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before=\"240\" w:after=\"0\" w:line=\"240\" w:lineRule=\"exact\"/></w:pPr></w:pPrDefault></w:docDefaults>"
    );
    xml.push_str("<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>");
    for Style(element, name, paragraph, letters) in &STYLES {
        style(&mut xml, &id(*element), name, paragraph, letters);
    }
    style(
        &mut xml,
        "Title",
        "Title",
        "<w:spacing w:before=\"2880\"/><w:jc w:val=\"center\"/>",
        "",
    );
    style(
        &mut xml,
        "Subtitle",
        "Subtitle",
        "<w:jc w:val=\"center\"/>",
        "",
    );
    style(&mut xml, "TitleFoot", "Title Foot", "", "");
    style(
        &mut xml,
        "Header",
        "header",
        "<w:spacing w:before=\"0\"/><w:jc w:val=\"right\"/>",
        "",
    );
    xml.push_str("</w:styles>");
    xml
}

fn style(xml: &mut String, id: &str, name: &str, paragraph: &str, letters: &str) {
    xml.push_str(&format!(
        "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    ));
}
