//! A document of the samples as the file that it was: what an import begins with. Its scenes are numbered, from 1 on.

use serde_json::Value;
use std::fmt::Write;

/// The seven attributes by which a paragraph, or an element, stands on the page.
const SPEC: [&str; 7] = [
    "Alignment",
    "FirstIndent",
    "LeftIndent",
    "RightIndent",
    "SpaceBefore",
    "Spacing",
    "StartsNewPage",
];

/// The file, in XML.
pub(crate) fn file(document: &Value) -> String {
    let mut file = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    file.push_str(r#"<FinalDraft DocumentType="Script" Template="No" Version="2"><Content>"#);
    let mut scenes = 0;
    for value in list(&document["paragraphs"]) {
        paragraph(&mut file, value, &mut scenes);
    }
    file.push_str("</Content>");
    let size = tag("PageSize", &document["pageSize"]);
    element(&mut file, "PageLayout", &document["pageLayout"], &size);
    let mores = &document["mores"];
    let breaks: String = ["DialogueBreaks", "SceneBreaks"]
        .map(|name| tag(name, &mores[name]))
        .concat();
    element(&mut file, "MoresAndContinueds", &Value::Null, &breaks);
    for (name, settings) in document["elements"].as_object().expect("elements") {
        let behavior = serde_json::json!({ "PaginateAs": settings["PaginateAs"] });
        let inner = format!(
            "<ParagraphSpec{}/>{}",
            attributes(settings, &SPEC),
            tag("Behavior", &behavior)
        );
        let named = serde_json::json!({ "Type": name });
        element(&mut file, "ElementSettings", &named, &inner);
    }
    file.push_str("</FinalDraft>");
    file
}

/// The scene headings that the file says the page of, in order.
pub(crate) fn scenes(document: &Value) -> Vec<&Value> {
    let paragraphs = list(&document["paragraphs"]).iter();
    let each = paragraphs.flat_map(|value| match list(&value["dual"]) {
        [] => std::slice::from_ref(value),
        speeches => speeches,
    });
    each.filter(|value| value["page"].is_string()).collect()
}

fn paragraph(file: &mut String, value: &Value, scenes: &mut usize) {
    let mut inner = String::new();
    if !list(&value["dual"]).is_empty() {
        inner.push_str("<DualDialogue>");
        for spoken in list(&value["dual"]) {
            if spoken["t"] != "" {
                paragraph(&mut inner, spoken, scenes);
            }
        }
        inner.push_str("</DualDialogue>");
    } else {
        let text = escaped(value["x"].as_str().unwrap_or(""));
        write!(inner, "<Text>{text}</Text>").expect("a string takes everything");
    }
    let mut own = attributes(value, &SPEC);
    if value["page"].is_string() {
        *scenes += 1;
        write!(own, " Number=\"{scenes}\"").expect("a string takes everything");
    }
    let name = escaped(value["t"].as_str().unwrap_or(""));
    write!(file, "<Paragraph{own} Type=\"{name}\">{inner}</Paragraph>")
        .expect("a string takes everything");
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn element(file: &mut String, name: &str, values: &Value, inner: &str) {
    let attributes = all_attributes(values);
    write!(file, "<{name}{attributes}>{inner}</{name}>").expect("a string takes everything");
}

fn tag(name: &str, values: &Value) -> String {
    match values {
        Value::Null => String::new(),
        values => format!("<{name}{}/>", all_attributes(values)),
    }
}

fn all_attributes(values: &Value) -> String {
    let names: Vec<&str> = values
        .as_object()
        .map(|values| values.keys().map(String::as_str).collect())
        .unwrap_or_default();
    attributes(values, &names)
}

fn attributes(values: &Value, names: &[&str]) -> String {
    let said = names
        .iter()
        .filter_map(|name| Some((name, values[*name].as_str()?)));
    said.map(|(name, value)| format!(" {name}=\"{}\"", escaped(value)))
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\r', "&#13;")
}
