//! All that a document holds, as data that can be compared: what is in a map or among attributes has no order.

use serde_json::{Map as Object, Value, json};
use yrs::types::Attrs;
use yrs::types::text::YChange;
use yrs::{Any, Array, Doc, Map, Out, ReadTxn, Text, Transact, WriteTxn, Xml, XmlFragment, XmlOut};

/// What the roots hold that the cases write in, each read as every kind of type: what stands under its keys, and its sequence.
pub fn read(doc: &Doc) -> Value {
    let mut transaction = doc.transact_mut();
    let text = transaction.get_or_insert_text("text");
    let strips = transaction.get_or_insert_map("strips");
    let map = transaction.get_or_insert_map("map");
    let xml = transaction.get_or_insert_xml_fragment("xml");
    let array = transaction.get_or_insert_array("array");
    let txn = &transaction;
    json!([
        of_text(&text, txn),
        of_map(&strips, txn),
        of_map(&map, txn),
        xml.children(txn)
            .map(|child| of_xml(child, txn))
            .collect::<Vec<_>>(),
        of_array(&array, txn),
    ])
}

fn of(value: &Out, txn: &impl ReadTxn) -> Value {
    match value {
        Out::Any(any) => of_any(any),
        Out::YText(text) => of_text(text, txn),
        Out::YArray(array) => of_array(array, txn),
        Out::YMap(map) => of_map(map, txn),
        Out::YXmlElement(element) => of_xml(XmlOut::Element(element.clone()), txn),
        Out::YXmlFragment(fragment) => of_xml(XmlOut::Fragment(fragment.clone()), txn),
        Out::YXmlText(text) => of_xml(XmlOut::Text(text.clone()), txn),
        Out::YDoc(_) | Out::UndefinedRef(_) => json!("neither is accepted"),
    }
}

/// A stretch of a text with the same attributes.
enum Chunk {
    Text(String, Value),
    Other(Value, Value),
}

impl From<Chunk> for Value {
    fn from(chunk: Chunk) -> Value {
        match chunk {
            Chunk::Text(text, attributes) => json!([text, attributes]),
            Chunk::Other(value, attributes) => json!([{ "embed": value }, attributes]),
        }
    }
}

fn of_text(text: &impl Text, txn: &impl ReadTxn) -> Value {
    let mut chunks: Vec<Chunk> = Vec::new();
    for chunk in text.diff(txn, YChange::identity) {
        let attributes = of_attributes(chunk.attributes.as_deref());
        match (&chunk.insert, chunks.last_mut()) {
            // Where one ends and the next begins may be where a format was that changes nothing.
            (Out::Any(Any::String(more)), Some(Chunk::Text(text, same))) if *same == attributes => {
                text.push_str(more);
            }
            (Out::Any(Any::String(text)), _) => {
                chunks.push(Chunk::Text(text.to_string(), attributes));
            }
            (other, _) => chunks.push(Chunk::Other(of(other, txn), attributes)),
        }
    }
    let chunks: Vec<Value> = chunks.into_iter().map(Value::from).collect();
    json!({"text": chunks, "len": text.len(txn)})
}

fn of_attributes(attributes: Option<&Attrs>) -> Value {
    let attributes = attributes.into_iter().flatten();
    attributes
        .map(|(name, value)| (name.to_string(), of_any(value)))
        .collect()
}

fn of_array(array: &impl Array, txn: &impl ReadTxn) -> Value {
    array.iter(txn).map(|value| of(&value, txn)).collect()
}

fn of_map(map: &impl Map, txn: &impl ReadTxn) -> Value {
    let entries = map.iter(txn);
    let entries: Object<_, _> = entries
        .map(|(key, value)| (key.to_string(), of(&value, txn)))
        .collect();
    entries.into()
}

fn of_xml(xml: XmlOut, txn: &impl ReadTxn) -> Value {
    let children = |of: &dyn Fn() -> Vec<XmlOut>| -> Vec<Value> {
        of().into_iter().map(|child| of_xml(child, txn)).collect()
    };
    match xml {
        XmlOut::Element(element) => json!({
            "tag": format!("{:?}", element.try_tag()),
            "attributes": of_xml_attributes(&element, txn),
            "children": children(&|| element.children(txn).collect()),
        }),
        XmlOut::Fragment(fragment) => {
            json!({"children": children(&|| fragment.children(txn).collect())})
        }
        XmlOut::Text(text) => {
            json!({"attributes": of_xml_attributes(&text, txn), "words": of_text(&text, txn)})
        }
    }
}

fn of_xml_attributes(xml: &impl Xml, txn: &impl ReadTxn) -> Value {
    let attributes = xml.attributes(txn);
    let attributes: Object<_, _> = attributes
        .map(|(name, value)| (name.to_owned(), of(&value, txn)))
        .collect();
    attributes.into()
}

/// Numbers as they are written: none is equal to another that is not the same.
fn of_any(any: &Any) -> Value {
    match any {
        Any::Map(entries) => {
            let entries = entries.iter();
            let entries: Object<_, _> = entries
                .map(|(key, value)| (key.clone(), of_any(value)))
                .collect();
            entries.into()
        }
        Any::Array(values) => values.iter().map(of_any).collect(),
        other => format!("{other:?}").into(),
    }
}
