//! Final Draft files (FDX, versions 8 to 13), in and out.
//!
//! [`decode`] reads a file into a [`Document`]: its bytes, and the script in it as plain paragraphs.
//! [`Document::encode`] writes the script back as it is by then; [`encode`] writes one that has no file yet.
//!
//! # The file is the truth
//!
//! A script from Final Draft goes back to Final Draft, and there is more in the file than we know of. So the file
//! itself is kept, and writing replaces ranges of it. Each paragraph remembers where in [`Document::script`] it was
//! ([`Sourced::source`]). What it says now is compared with what it said there:
//!
//! - **the same**: its bytes are written, wherever it stands now;
//! - **changed**: its start tag and what else is in it stay; of its `<Text>`s those stay byte for byte whose characters
//!   do, and what is new takes the attributes of the one before it (a tag, a revision, a font);
//! - **new**: a paragraph that looks like those around it.
//!
//! Nothing asks whether there was an edit. From that follows: without one the file comes back byte for byte; an
//! edit changes its own paragraph and the ranges behind it; an edit that is taken back changes nothing. A new file is
//! written into an empty one, by the same code.
//!
//! Two paragraphs with one memory: the first has it. A memory is worth what the paragraph says: a note never takes a
//! printed paragraph's place.
//!
//! # What is what
//!
//! | in the file | in the script |
//! |---|---|
//! | `Type` | the element, in any capitals; a writer's own is what its settings say it is laid out as (`PaginateAs`), an unknown one action |
//! | several `<Text>`s, `Style="Bold+Italic"` | runs. `AllCaps` reads in capitals |
//! | a line break in the text | a joined paragraph; a space in headings and cues |
//! | `Alignment="Center"` on action | centred |
//! | `StartsNewPage="Yes"` | a page break before the paragraph |
//! | `Outline 2`, `Summary` | a section, a synopsis |
//! | `<DualDialogue>` | the second cue is dual |
//! | `Color` of the heading's `<SceneProperties>` | the scene's colour, with eight of its sixteen bits a channel. What is no colour is none |
//! | `<OmittedScene>` under a card that says `OMITTED` | the scene itself, omitted, with the card's number; where it is not one whole scene, boneyard behind the card |
//! | `<ScriptNote>` | a note behind the paragraph in which its range starts, or behind that speech; cut text where its `Type` is `Boneyard` |
//! | the title page's paragraphs | entries: what a line is follows from what it says and where it stands. Styles are marks there, as in Fountain |
//! | page layout, element settings, mores and continueds, locked pages, revisions | entries of the script: see below |
//! | everything else | stays in the file: see [`Document::production`] for what can be asked of it |
//!
//! # Production
//!
//! [`Document::entries`] is what the file says of its pages, locks, scene numbers and revisions, in the words of
//! [`scriptroom_pages::Production`]; it is written into the script that is imported. From then on the script says it:
//! [`Document::encode_produced`] writes what differs from the file, attribute by attribute, and what doesn't stays as it
//! is. So two laws are one: without a change the file comes back byte for byte, and another page setup changes its own
//! attributes.
//!
//! | in the file | in the script |
//! |---|---|
//! | `PageLayout`, `PageSize`, `HeaderAndFooter`, `MoresAndContinueds`, `ElementSettings` | the page setup, as a preset and what differs from it |
//! | `ElementSettings` of a writer's own elements, `LeftIndent` and the like of a `Paragraph` | looks of these paragraphs |
//! | `LockedPage` | a locked page. `Position` counts as ranges do, and moves with the text as they do |
//! | `Number` of every scene, where pages are locked or one has a letter | scene numbers that are locked |
//! | `Revision`, as far as it is used | a revision; `RevisionMode` and `ActiveSet` say which is being written |
//! | `RevisionID` of a `<Text>` | what that revision changed |
//!
//! Paragraphs of a writer's own elements, and those that have indents or spaces of their own, stand as the file says: by
//! [looks](scriptroom_pages::Look), which are read and not written, since the file keeps what it says of them. Of locked pages
//! between two others we know those with one letter (`locks`). What was taken out in a revision has no place in the file.
//!
//! # Ranges
//!
//! The range of a note counts UTF-16 units over the whole script, one for the break behind each paragraph. What is
//! embedded in a paragraph (two speeches side by side, an omitted scene) counts two where it stands and its own text
//! nothing. A range moves with its text; what is typed at either edge stays outside; a range whose text is deleted is
//! empty, where the next paragraph begins.
//!
//! # What is not carried
//!
//! | what | happens |
//! |---|---|
//! | the ids of scenes | not written |
//! | the leading, the gap of dual dialogue, printing of notes, characters an inch | not written; a count of lines becomes the margin below |
//! | a note or cut text inside a paragraph | becomes a script note on that place, so behind the paragraph when it is read again |
//! | new notes without a paragraph before them | stand on the first one, so behind it when it is read again |
//! | the text of a page break | dropped |
//! | a page break that no printed paragraph follows | one of an empty line |
//! | `joined` on headings and cues, and where the paragraph before is another element | dropped |
//! | `dual` on a cue without a speech before it | dropped |
//! | notes and cut text of the title page | not written |
//! | characters that XML has no way to say (most below U+0020) | U+FFFD |
//!
//! # Odd files
//!
//! Text from people is no error: unclosed and stray tags, a missing quotation mark, a file that is cut in half read as
//! well as they can be, each with a [`Diagnostic`] that has line and column. UTF-8 and UTF-16 with and without a byte
//! order mark and Windows-1252 come back in the encoding that they had. No entity is expanded but XML's own five.
//! An [error](DecodeError) is what is no Final Draft file, or more than any script.

mod arrange;
mod attributes;
mod color;
pub(crate) mod diagnostic;
mod document;
mod element;
mod encode;
mod encoding;
mod entries;
mod locks;
mod looks;
mod moves;
mod notes;
mod page;
mod production;
mod revised;
mod rewrite;
mod template;
mod title_page;
mod unit;
mod write_notes;
pub(crate) mod xml;

pub use arrange::Sourced;
pub use diagnostic::{DecodeError, Diagnostic};
pub use document::{Document, decode};
pub use entries::{COLORED, PRODUCED, is_colored, is_produced};
pub use production::{
    Alternate, ElementSettings, Production, Properties, SceneProperties, ScriptNote, SmartTypeList,
    Tag,
};
pub use template::{encode, encode_produced};
