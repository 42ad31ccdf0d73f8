//! Fountain 1.1, in and out.
//!
//! [`parse`] never fails and never loses text; [`print`] writes what it reads back. Between
//! them stands [`carried`]: what Fountain can carry of a script. For every script,
//! `parse(&print(&script)).script == carried(&script)`, and `carried` changes nothing that
//! `parse` has made.
//!
//! # How lines are read
//!
//! - A heading, a cue and a transition need an empty line before them (or the start, an
//!   unprinted line, the boneyard). A cue needs a line with text behind it, a transition an
//!   empty one. A speech goes on until an empty line; two spaces keep it going.
//! - A scene's number ends its heading; a note may stand behind it.
//! - `FADE IN:` is no line of a title page. Lines of the title page are kept as written.
//! - Empty lines beyond the first are empty paragraphs of action, except at the start, at the
//!   end and before a heading.
//! - An emphasis mark opens before and closes behind something that is no space. Styles may
//!   overlap; they end with the line.
//! - A note may run over lines but not over an empty one: it ends there. `/*` without `*/` is
//!   text.
//!
//! # Beyond Fountain
//!
//! | what | is written as |
//! |---|---|
//! | struck-out text | `~~text~~` |
//! | `\*`, `\_` literally; also `[[`, `]]`, `/*`, `~~` | a backslash before it, two for a backslash in front of it |
//! | a space beside an emphasis mark (`**bold **`) | `**bold\ **` |
//! | text whose edge would be trimmed or read as a mark | a backslash at that edge: `.\ HOUSE`, `INT. HOUSE -␠\` |
//! | a shot | `!! text` |
//! | general text, a cast list | `![[=general]]text`, `![[=cast-list]]text` |
//! | a new act, the end of an act | `> [[=new-act]]ACT ONE <`, `> [[=end-of-act]]END <` |
//! | dialogue or a parenthetical without a cue | a line `@` before it |
//! | a parenthetical without parentheses | `(\text\)` |
//! | empty action where an empty line would not be read as such | `!` |
//! | a page break with a label | `=== label` |
//!
//! # What it does not carry
//!
//! | what | happens |
//! |---|---|
//! | the ids and colours of scenes, and which are omitted | dropped |
//! | scene numbers of other characters than letters, digits and `-._/()` | dropped |
//! | `joined` on headings, cues, dialogue, parentheticals, lyrics under a cue, on the first paragraph, after a speech | dropped |
//! | `dual`, `depth`, a number on elements where they mean nothing | dropped; a section without a depth has 1 |
//! | the note style inside boneyard or on a note, the boneyard style on boneyard | dropped: they go without saying |
//! | characters in a key of the title page other than letters, digits and common punctuation, and such as `FADE IN` | `Entry` before and a full stop behind, `-` in their place |
//! | the only line of a title page's first entry, where that is no title page yet (`Foo:`) | an empty line is added |

mod carried;
mod classify;
mod diagnostic;
mod encode;
mod guard;
mod inline;
mod markers;
mod parse;
mod print;
mod title_page;

use scriptroom_paragraphs::{Paragraph, Run};

pub use carried::carried;
pub use diagnostic::{Diagnostic, DiagnosticKind};
pub use parse::{Parsed, parse};
pub use print::print;

/// The runs of a line by itself, whatever element it would be.
pub(crate) fn read_line(line: &str) -> Vec<Run> {
    let mut paragraph = Paragraph::default();
    inline::parse(line, inline::Context::default(), &mut paragraph);
    paragraph.runs
}

/// A line that reads as these runs; without backslashes where it needs none.
pub(crate) fn write_line(runs: Vec<Run>) -> String {
    let plain: String = runs.iter().map(|run| run.text.as_str()).collect();
    if read_line(&plain) == runs {
        return plain;
    }
    let paragraph = Paragraph {
        runs,
        ..Paragraph::default()
    };
    encode::encode(&paragraph, encode::Frame::default())
}
