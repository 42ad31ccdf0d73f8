//! The mark: the embedded Y.Map at the end of a paragraph, as data.
//!
//! Reading is total: whatever stands under a key that should not, reads as if it were not there.

use std::sync::Arc;

use scriptroom_paragraphs::{Attributes, Color, ElementType};
use yrs::{Any, ID, Map, MapPrelim, MapRef, Out, ReadTxn, Text, TextRef, TransactionMut};

use crate::rng::format_uuid;
use crate::schema;

/// The id of a scene: a UUID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SceneId(Arc<str>);

/// How derived ids begin: by it they are told from ids that someone chose.
const DERIVED_PREFIX: &str = "e3f092f5-";
const DERIVED_TAG: u128 = 0xe3f0_92f5 << 5;

impl SceneId {
    /// The id with this text.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> SceneId {
        SceneId(text.into())
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a heading that has none of its own, from its mark's id: the same on every
    /// replica, and different for every mark.
    pub(crate) fn derived(mark: &ID) -> SceneId {
        let (client, clock) = (u128::from(mark.client.get()), u128::from(mark.clock));
        // 37 bits of tag, 53 of client id and 32 of clock, around the six bits that say UUID.
        let payload = DERIVED_TAG << 85 | client << 32 | clock;
        let high = payload >> 74;
        let middle = (payload >> 62) & 0xfff;
        let low = payload & 0x3fff_ffff_ffff_ffff;
        SceneId(format_uuid(high << 80 | middle << 64 | low, 8).into())
    }

    /// An id that a document or a file gave: none when it has the form of a derived one, which
    /// only reading may give out, or no sensible form at all.
    pub(crate) fn chosen(text: &str) -> Option<SceneId> {
        let sensible = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic())
            && !text.starts_with(DERIVED_PREFIX);
        sensible.then(|| SceneId(text.into()))
    }
}

impl std::fmt::Display for SceneId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a mark says of its paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) element: ElementType,
    /// The type's name where it is none that we know: it reads as action and is kept.
    pub(crate) unknown: Option<Arc<str>>,
    /// The chosen scene id, kept while the paragraph is no heading.
    pub(crate) scene: Option<SceneId>,
    pub(crate) number: Option<Arc<str>>,
    pub(crate) dual: bool,
    pub(crate) depth: u8,
    pub(crate) joined: bool,
    pub(crate) omitted: bool,
    pub(crate) color: Option<Color>,
    pub(crate) source: Option<u32>,
}

impl Mark {
    pub(crate) fn new(element: ElementType) -> Mark {
        Mark {
            element,
            ..Mark::default()
        }
    }

    pub(crate) fn from_attributes(element: ElementType, attributes: &Attributes) -> Mark {
        Mark {
            element,
            unknown: None,
            scene: attributes.scene.as_deref().and_then(SceneId::chosen),
            number: attributes.scene_number.as_deref().map(Arc::from),
            dual: attributes.dual,
            depth: attributes.depth.min(6),
            joined: attributes.joined,
            omitted: attributes.omitted,
            color: attributes.color,
            source: attributes.source,
        }
    }

    pub(crate) fn is_heading(&self) -> bool {
        self.element == ElementType::SceneHeading
    }

    fn type_name(&self) -> &str {
        self.unknown.as_deref().unwrap_or(self.element.name())
    }

    pub(crate) fn read<T: ReadTxn>(map: &MapRef, txn: &T) -> Mark {
        let name = text(map, txn, schema::TYPE);
        let element = name.as_deref().and_then(|name| name.parse().ok());
        Mark {
            element: element.unwrap_or_default(),
            unknown: name.filter(|_| element.is_none()),
            scene: text(map, txn, schema::SCENE).and_then(|id| SceneId::chosen(&id)),
            number: text(map, txn, schema::NUMBER).map(|n| schema::readable(&n).into()),
            dual: flag(map, txn, schema::DUAL),
            depth: depth(map, txn),
            joined: flag(map, txn, schema::JOINED),
            omitted: flag(map, txn, schema::OMITTED),
            color: text(map, txn, schema::COLOR).and_then(|color| color.parse().ok()),
            source: source(map, txn),
        }
    }

    /// Puts a new mark at `index`.
    pub(crate) fn insert(&self, text: &TextRef, txn: &mut TransactionMut, index: u32) -> MapRef {
        let map = text.insert_embed(txn, index, MapPrelim::default());
        self.fill(&map, txn);
        map
    }

    /// Makes a new mark say this.
    pub(crate) fn fill(&self, map: &MapRef, txn: &mut TransactionMut) {
        map.insert(txn, schema::TYPE, self.type_name());
        Mark::default().write_rest(self, map, txn);
    }

    /// Makes `map`, which says `self`, say `wanted`. Only what differs is written.
    pub(crate) fn write(&self, wanted: &Mark, map: &MapRef, txn: &mut TransactionMut) {
        if self.type_name() != wanted.type_name() {
            map.insert(txn, schema::TYPE, wanted.type_name());
        }
        self.write_rest(wanted, map, txn);
    }

    fn write_rest(&self, wanted: &Mark, map: &MapRef, txn: &mut TransactionMut) {
        let set = |txn: &mut TransactionMut, key: &str, value: Option<Any>| match value {
            Some(value) => {
                map.insert(txn, key, value);
            }
            None => {
                map.remove(txn, key);
            }
        };
        if self.scene != wanted.scene {
            let scene = wanted.scene.as_ref().map(|id| Any::from(id.as_str()));
            set(txn, schema::SCENE, scene);
        }
        if self.number != wanted.number {
            set(txn, schema::NUMBER, wanted.number.as_deref().map(Any::from));
        }
        for (key, is, wanted) in [
            (schema::DUAL, self.dual, wanted.dual),
            (schema::JOINED, self.joined, wanted.joined),
            (schema::OMITTED, self.omitted, wanted.omitted),
        ] {
            if is != wanted {
                set(txn, key, wanted.then_some(Any::Bool(true)));
            }
        }
        if self.color != wanted.color {
            let color = wanted.color.map(|color| Any::from(color.to_string()));
            set(txn, schema::COLOR, color);
        }
        if self.depth != wanted.depth {
            let depth = (wanted.depth > 0).then(|| Any::from(i64::from(wanted.depth)));
            set(txn, schema::DEPTH, depth);
        }
        if self.source != wanted.source {
            let source = wanted.source.map(|source| Any::from(i64::from(source)));
            set(txn, schema::SOURCE, source);
        }
    }
}

fn text<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<Arc<str>> {
    match map.get(txn, key) {
        Some(Out::Any(Any::String(text))) => Some(text),
        _ => None,
    }
}

fn flag<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> bool {
    matches!(map.get(txn, key), Some(Out::Any(Any::Bool(true))))
}

fn depth<T: ReadTxn>(map: &MapRef, txn: &T) -> u8 {
    let depth = number(map, txn, schema::DEPTH).and_then(|number| {
        let mut depths = 1..=6;
        depths.rfind(|&depth| f64::from(depth) <= number)
    });
    depth.unwrap_or(0)
}

fn number<T: ReadTxn>(map: &MapRef, txn: &T, key: &str) -> Option<f64> {
    match map.get(txn, key) {
        Some(Out::Any(Any::Number(yrs::Number::Int(int)))) => Some(int as f64),
        Some(Out::Any(Any::Number(yrs::Number::Float(float)))) => Some(float),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and what is no whole number in range differs then"
)]
fn source<T: ReadTxn>(map: &MapRef, txn: &T) -> Option<u32> {
    let number = number(map, txn, schema::SOURCE)?;
    let source = number as u32;
    (f64::from(source) == number).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_differ_by_mark_and_are_never_chosen() {
        let id = |client, clock| SceneId::derived(&ID::new(yrs::ClientID::new(client), clock));
        assert_ne!(id(1, 2), id(2, 1));
        assert_ne!(id(1, 2), id(1, 3));
        assert_ne!(id((1 << 53) - 1, 0), id((1 << 52) - 1, 0));
        assert_eq!(id(9, 9), id(9, 9));
        assert_eq!(SceneId::chosen(id(1, 2).as_str()), None);
        assert!(SceneId::chosen("0e2c4b6a-0000-4000-8000-000000000001").is_some());
        assert_eq!(SceneId::chosen(""), None);
    }
}
