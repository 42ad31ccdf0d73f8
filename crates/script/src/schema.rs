//! The names under which a script stands in its Y.Doc: the one table that other clients need.
//!
//! ```text
//! Y.Doc
//! ├─ Y.Map "script"   schema: 1, title: [[key, line, …], …], and entries by name (`entries`)
//! └─ Y.Map "strips"   strip id → Y.Map { at: order key, text: Y.Text, c…: record of a carve, u…: of what was restored }
//!                     in the text, a Y.Map for each mark { t, s, n, d, l, j, o, c, f }
//! ```

/// The root map of what belongs to the whole script.
pub(crate) const SCRIPT: &str = "script";
/// The root map of strips.
pub(crate) const STRIPS: &str = "strips";

/// In `script`: the version of this schema.
pub(crate) const SCHEMA: &str = "schema";
/// The version that this crate writes.
pub(crate) const SCHEMA_VERSION: i64 = 1;
/// In `script`: the title page, an array of arrays `[key, line, …]`.
pub(crate) const TITLE: &str = "title";

/// In a strip: its order key.
pub(crate) const AT: &str = "at";
/// In a strip: its text.
pub(crate) const TEXT: &str = "text";
/// In a mark: the element type's name.
pub(crate) const TYPE: &str = "t";
/// In a mark: the scene's id.
pub(crate) const SCENE: &str = "s";
/// In a mark: the scene number.
pub(crate) const NUMBER: &str = "n";
/// In a mark: `true` on a cue that stands to the right.
pub(crate) const DUAL: &str = "d";
/// In a mark: the depth of a section.
pub(crate) const DEPTH: &str = "l";
/// In a mark: `true` where no blank line stands before the paragraph.
pub(crate) const JOINED: &str = "j";
/// In a mark: `true` on the heading of a scene that is left out.
pub(crate) const OMITTED: &str = "o";
/// In a mark: the colour of the scene, `#rrggbb`, on its heading.
pub(crate) const COLOR: &str = "c";
/// In a mark: which paragraph of the file that the script was imported from this one was.
pub(crate) const SOURCE: &str = "f";

/// A strip of this many units is long: what is added after it goes into a new one.
pub(crate) const LONG_STRIP: u32 = 2_000;
/// A last paragraph that becomes a scene heading is carried into a new strip up to this length.
pub(crate) const CARRIED: u32 = 400;

/// What stands in the flow for an embed that is no mark: one unit, like the embed itself.
pub(crate) const FOREIGN: &str = "\u{fffc}";

/// Whether a character may not stand inside a paragraph.
pub(crate) fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// How a character of the text reads: foreign line breaks read as spaces, of the same length.
pub(crate) fn readable(text: &str) -> String {
    if text.contains(is_line_break) {
        text.replace(is_line_break, " ")
    } else {
        text.to_owned()
    }
}

/// The length in UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> u32 {
    u32::try_from(text.chars().map(char::len_utf16).sum::<usize>())
        .expect("a script is shorter than 2^32 units")
}
