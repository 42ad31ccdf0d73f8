//! What becomes of edits that the relay refuses for good: the document starts over from what the relay has, and the
//! writer's words go into it again as new edits, under another client id.
//!
//! The words, not the bytes: the refused structs are let go. What they changed is read off as a reader would see it (the
//! script with them against the script without), and made again with the edits that a writer has. Text thus stands
//! where a merge would have put it, and what it meant (elements, styles, numbers, the title page) is set after it.
//! When that is done both read the same, word for word; [`StartedOver::complete`] says so.

use std::collections::HashSet;

use scriptroom_paragraphs::{Attributes, Run, Styles};
use scriptroom_script::{
    Change, Edit, Entry, FormatChange, InsertedLine, Options, ParagraphsChanged, SceneChanges,
    SceneId, Script, TextChange, UpdateError,
};

use scriptroom_room::ids::StateVector;
use scriptroom_room::{fork, gaps};

/// Longer insertions are made in several edits, so that each goes out as a batch by itself.
const MAX_UNITS: u32 = 8_192;
/// A relay that takes so much takes any strip that an import makes, but for one of a single endless paragraph.
const WHOLE_STRIP_BYTES: u64 = 1 << 17;
/// What one UTF-16 unit may take in an update: three bytes of UTF-8, and its share of marks and styles.
const BYTES_PER_UNIT: u64 = 8;

/// What the relay refused, as every tab of the browser must see it.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// All that the relay has.
    pub theirs: &'a [u8],
    /// All that was [`written`] in the tab that was refused.
    pub mine: &'a [u8],
    /// Where other ids come from for what both have different things for.
    pub seed: u64,
}

/// How words are offered again.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The document's new client id, and its seed.
    pub options: Options,
    /// Whether they are offered at all.
    pub again: bool,
    /// What the relay takes in one batch.
    pub max_batch_bytes: u64,
    /// Any clock that does not run backwards.
    pub now_ms: u64,
}

/// A document that was started over.
pub struct StartedOver {
    /// It, under its new client id. It knows no steps to undo.
    pub script: Script,
    /// The words again: edits to keep and to send, in order.
    pub updates: Vec<Vec<u8>>,
    /// What changed for a reader.
    pub change: Change,
    /// Whether everything that was written is in the script again.
    pub complete: bool,
}

/// Starts over from what the relay has.
///
/// # Errors
/// [`UpdateError`] when what the relay has is no update.
pub fn start_over(
    old: &Script,
    refused: Refused<'_>,
    offer: Offer,
) -> Result<StartedOver, UpdateError> {
    let Offer { options, .. } = offer;
    let mut script = Script::load(options, &[refused.theirs])?;
    let mut updates = Vec::new();
    let mut complete = false;
    if offer.again {
        let mut wanted = Script::load(options, &[refused.theirs])?;
        let mine = refused.words(refused.mine);
        let words = wanted.apply_update(&mine.update)?;
        updates = write_again(&mut script, &wanted, &words, offer);
        complete = mine.all && !wanted.has_pending() && same(&script, &wanted);
    }
    finished(old, script, refused.theirs, updates, options, complete)
}

/// Starts over in another tab, the document and what was [`written`] in it: from what the tab that was refused has made of it, with the words that
/// only this tab has.
///
/// # Errors
/// [`UpdateError`] when one of these is no update.
pub fn follow_over<B: AsRef<[u8]>>(
    (old, own): (&Script, &[u8]),
    refused: Refused<'_>,
    made: &[B],
    offer: Offer,
) -> Result<StartedOver, UpdateError> {
    let Offer { options, .. } = offer;
    let made = slices(made);
    let mut script = Script::load(options, &made)?;
    // The script as it would be with what was refused: the same text, under the old ids that this tab's edits refer to.
    let lead = refused.words(refused.mine).update;
    let mut wanted = Script::load(options, &[refused.theirs, &lead])?;
    let offered = same(&script, &wanted);
    let own = refused.words(own);
    let words = wanted.apply_update(&own.update)?;
    let (updates, complete) = if offered {
        let updates = write_again(&mut script, &wanted, &words, offer);
        (updates, same(&script, &wanted))
    } else {
        // The tab that was refused has left its words out. There is no place for those that were typed among them.
        (Vec::new(), words.is_empty())
    };
    let base = merged(&made)?;
    let complete = complete && own.all && !wanted.has_pending();
    finished(old, script, &base, updates, options, complete)
}

/// All that was written in a document, as it was written: the updates that it was made of, as one.
///
/// Not what the document has made of them. Where somebody else used its client id, other people's words hang on what is something else here:
/// they may be gone in it, and what it says of itself would take them away where they are right. But where both together are nothing
/// that can be read, only the document knows which came first.
///
/// # Errors
/// [`UpdateError`] when one of them is no update.
pub fn written<B: AsRef<[u8]>>(updates: &[B]) -> Result<Vec<u8>, UpdateError> {
    let whole = scriptroom_room::merge::merge(updates, &StateVector::default());
    match whole {
        Ok(whole) if together(&[&whole]).is_ok() => Ok(whole),
        _ => merged(&slices(updates)),
    }
}

/// A copy of what was refused, for its writer to keep: what was [`written`] as it is, where that can be read alone. With all that the relay has where
/// it cannot: where the document `waits` for what has not come, and where the relay has something else under its ids. Other people's words hang on
/// that, and here on what is something else: they may hide the writer's. What the relay has something else for stands under another id in the copy.
///
/// # Errors
/// [`UpdateError`] when one of them is no update.
pub fn kept(refused: Refused<'_>, waits: bool) -> Result<Vec<u8>, UpdateError> {
    let mine = refused.words(refused.mine).update;
    match waits || mine != refused.mine {
        true => written(&[refused.theirs, &mine]),
        false => Ok(mine),
    }
}

fn merged(updates: &[&[u8]]) -> Result<Vec<u8>, UpdateError> {
    Ok(together(updates)?.encode_state())
}

#[inline(never)]
pub(crate) fn slices<B: AsRef<[u8]>>(updates: &[B]) -> Vec<&[u8]> {
    updates.iter().map(AsRef::as_ref).collect()
}

/// Whether both read the same. The wasm has it once.
#[inline(never)]
fn same(script: &Script, wanted: &Script) -> bool {
    script.to_plain() == wanted.to_plain()
}

/// The document that these updates make. The wasm has it once.
#[inline(never)]
pub(crate) fn together(updates: &[&[u8]]) -> Result<Script, UpdateError> {
    let options = Options {
        client_id: 1,
        seed: 1,
    };
    Script::load(options, updates)
}

/// What was written, as it can be read with what the relay has.
struct Words {
    update: Vec<u8>,
    /// Whether nothing is left out.
    all: bool,
}

impl Refused<'_> {
    /// What stands in `mine` under ids that the relay has something else for gets others, and what builds on what nobody has, which nobody sees, is left
    /// out: nothing else waits with it. What the relay's own check does not take is left as it is: it cannot be told apart.
    fn words(&self, mine: &[u8]) -> Words {
        let mine =
            fork::disentangled(self.theirs, mine, self.seed).unwrap_or_else(|_| mine.to_vec());
        match gaps::readable(self.theirs, &mine) {
            Ok(Some(update)) => Words { update, all: false },
            _ => Words {
                update: mine,
                all: true,
            },
        }
    }
}

/// Loads the document anew, so that the words offered again are no step that undo takes back.
fn finished(
    old: &Script,
    script: Script,
    base: &[u8],
    updates: Vec<Vec<u8>>,
    options: Options,
    complete: bool,
) -> Result<StartedOver, UpdateError> {
    drop(script);
    let all: Vec<&[u8]> = std::iter::once(base)
        .chain(updates.iter().map(Vec::as_slice))
        .collect();
    let script = Script::load(options, &all)?;
    Ok(StartedOver {
        change: difference(old, &script),
        script,
        updates,
        complete,
    })
}

/// Makes `script` read like `wanted`, of which it differs by `words`, and returns the updates of that.
fn write_again(script: &mut Script, wanted: &Script, words: &Change, offer: Offer) -> Vec<Vec<u8>> {
    if script.state_vector() == [0] && offer.max_batch_bytes >= WHOLE_STRIP_BYTES {
        let changes = script.import(&wanted.to_plain());
        let updates = changes.into_iter().filter_map(|change| change.update);
        return updates.collect();
    }
    let mut again = Again {
        script,
        wanted,
        offer,
        updates: Vec::new(),
    };
    again.text(&words.text);
    again.paragraphs();
    again.styles();
    again.title_page();
    again.entries();
    again.updates
}

/// Words on their way into the script again.
struct Again<'a> {
    script: &'a mut Script,
    wanted: &'a Script,
    offer: Offer,
    updates: Vec<Vec<u8>>,
}

impl Again<'_> {
    /// One edit. What cannot be made is left out, and shows when both are compared at the end.
    fn edit(&mut self, edits: &[Edit]) {
        if let Ok(change) = self.script.edit(edits, self.offer.now_ms) {
            self.updates.extend(change.update);
        }
    }

    /// From the last to the first, so that the offsets before stay true.
    fn text(&mut self, changes: &[TextChange]) {
        let most = u32::try_from(self.offer.max_batch_bytes / BYTES_PER_UNIT).unwrap_or(MAX_UNITS);
        let most = most.clamp(1, MAX_UNITS);
        let mut shift = 0i64;
        let placed: Vec<(u32, &TextChange)> = changes
            .iter()
            .map(|change| {
                let at =
                    u32::try_from(i64::from(change.from) + shift).expect("offsets have 32 bits");
                shift += i64::from(units(&change.insert)) - i64::from(change.to - change.from);
                (at, change)
            })
            .collect();
        for (at, change) in placed.into_iter().rev() {
            let mut done = 0;
            let mut to = change.to;
            for piece in pieces(&change.insert, most) {
                let from = change.from + done;
                let insert = self.lines(at + done, piece);
                self.edit(&[Edit::Replace {
                    from,
                    to: to.max(from),
                    insert,
                }]);
                done += units(piece);
                to = 0;
            }
        }
    }

    /// Text of the wanted script from `at` on, as lines that say what their paragraphs are.
    fn lines(&self, at: u32, text: &str) -> Vec<InsertedLine> {
        let first = self.wanted.paragraph_at(at);
        let mut at = at;
        let mut lines = Vec::new();
        for (number, line) in text.split('\n').enumerate() {
            let info = self.wanted.paragraph(first + number);
            let end = at + units(line);
            lines.push(InsertedLine {
                runs: self.runs(line, at..end),
                element: Some(info.element),
                attributes: attributes(info),
            });
            at = end + 1;
        }
        lines
    }

    fn runs(&self, line: &str, range: std::ops::Range<u32>) -> Vec<Run> {
        let mut rest = line;
        let mut runs = Vec::new();
        for styled in self.wanted.runs(range) {
            let (text, after) = rest.split_at(bytes_of_units(rest, styled.len));
            rest = after;
            runs.push(Run {
                text: text.to_owned(),
                styles: styled.styles,
            });
        }
        runs
    }

    fn paragraphs(&mut self) {
        let count = self
            .script
            .paragraph_count()
            .min(self.wanted.paragraph_count());
        for index in 0..count {
            let (has, wanted) = (self.script.paragraph(index), self.wanted.paragraph(index));
            if has.element != wanted.element {
                self.edit(&[Edit::SetElement {
                    paragraphs: index..index + 1,
                    element: wanted.element,
                }]);
            }
            let wanted = attributes(wanted);
            if attributes(self.script.paragraph(index)) != wanted {
                self.edit(&[Edit::SetAttributes {
                    paragraph: index,
                    attributes: wanted,
                }]);
            }
        }
    }

    fn styles(&mut self) {
        let end = self.script.len_utf16().min(self.wanted.len_utf16());
        let (has, wanted) = (self.script.runs(0..end), self.wanted.runs(0..end));
        let (mut has, mut wanted) = (spread(&has).peekable(), spread(&wanted).peekable());
        let mut edits = Vec::new();
        let mut from = 0;
        while let (Some(&(has_end, has_styles)), Some(&(wanted_end, wanted_styles))) =
            (has.peek(), wanted.peek())
        {
            let to = has_end.min(wanted_end);
            for (style, _) in Styles::NAMED {
                let on = wanted_styles.contains(style);
                if on != has_styles.contains(style) && from < to {
                    edits.push(Edit::Format {
                        from,
                        to,
                        style,
                        on,
                    });
                }
            }
            if has_end == to {
                has.next();
            }
            if wanted_end == to {
                wanted.next();
            }
            from = to;
        }
        for edit in edits {
            self.edit(&[edit]);
        }
    }

    /// What is said of the script by name, and of places in it, where these are now.
    fn entries(&mut self) {
        let (has, wanted) = (entries(self.script), entries(self.wanted));
        let differ = wanted.iter().filter(|entry| !has.contains(entry)).cloned();
        let is_wanted = |name: &str| wanted.iter().any(|(wanted, _)| wanted == name);
        let gone = has.iter().filter(|(name, _)| !is_wanted(name));
        let gone = gone.map(|(name, _)| (name.clone(), Entry::Gone));
        let writes: Vec<(String, Entry)> = differ.chain(gone).collect();
        if !writes.is_empty() {
            let change = self.script.write_entries(&writes);
            self.updates.extend(change.update);
        }
    }

    fn title_page(&mut self) {
        let wanted = self.wanted.title_page();
        if self.script.title_page() != wanted {
            let change = self.script.set_title_page(&wanted);
            self.updates.extend(change.update);
        }
    }
}

fn entries(script: &Script) -> Vec<(String, Entry)> {
    let values = script.entries().into_iter();
    let values = values.map(|(name, value)| (name, Entry::Value(value)));
    let places = script.places().into_iter();
    values
        .chain(places.map(|place| (place.name.clone(), place.entry())))
        .collect()
}

fn attributes(info: scriptroom_script::ParagraphInfo) -> Attributes {
    Attributes {
        scene: info.scene.map(|id| id.as_str().to_owned()),
        scene_number: info.scene_number,
        dual: info.dual,
        depth: info.depth,
        joined: info.joined,
        omitted: info.omitted,
        color: info.color,
        source: info.source,
    }
}

/// Runs as their ends and their styles.
fn spread(
    runs: &[scriptroom_script::StyledRange],
) -> impl Iterator<Item = (u32, Styles)> + use<'_> {
    runs.iter().scan(0, |at, run| {
        *at += run.len;
        Some((*at, run.styles))
    })
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).expect("offsets have 32 bits")
}

fn bytes_of_units(text: &str, wanted: u32) -> usize {
    let mut left = wanted as usize;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(character.len_utf16());
    }
    text.len()
}

/// Text in pieces of a bounded length, cut before a line break where there is one in the second half: an edit that
/// begins with one adds paragraphs behind a paragraph's end, where long strips are left for new ones.
fn pieces(text: &str, most: u32) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut len) = (0, 0);
    for (at, character) in text.char_indices() {
        if len >= most || (character == '\n' && len >= most / 2) {
            pieces.push(&text[start..at]);
            (start, len) = (at, 0);
        }
        len += u32::from(character.len_utf16() == 2) + 1;
    }
    pieces.push(&text[start..]);
    pieces
}

/// What changed from one script to another that knows nothing of its ids, as one stretch of paragraphs.
fn difference(old: &Script, new: &Script) -> Change {
    let (a, b) = (
        old.paragraphs(0..old.paragraph_count()),
        new.paragraphs(0..new.paragraph_count()),
    );
    let mut before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    if before == a.len() && before == b.len() {
        return Change::default();
    }
    // One paragraph at least on either side.
    before = before.min(a.len() - 1).min(b.len() - 1);
    let most = (a.len() - before).min(b.len() - before) - 1;
    let pairs = a.iter().rev().zip(b.iter().rev());
    let after = pairs.take(most).take_while(|(a, b)| a == b).count();
    let (removed, inserted) = (before..a.len() - after, before..b.len() - after);
    let (from, to) = (start_of(new, inserted.start), end_of(new, inserted.end - 1));
    Change {
        update: None,
        // Any of them may be another: whoever starts over reads them all.
        entries: Vec::new(),
        selection: None,
        text: text_difference(old, new, from, end_of(old, removed.end - 1), to),
        formats: vec![FormatChange {
            from,
            to,
            runs: new.runs(from..to),
        }],
        scenes: scene_difference(old, new, &inserted),
        paragraphs: vec![ParagraphsChanged {
            from: before,
            removed: removed.len(),
            inserted: inserted.map(|index| new.paragraph(index)).collect(),
        }],
    }
}

fn start_of(script: &Script, paragraph: usize) -> u32 {
    script.paragraph_start(paragraph)
}

fn end_of(script: &Script, paragraph: usize) -> u32 {
    script.paragraph_start(paragraph) + script.paragraph(paragraph).len
}

fn text_difference(
    old: &Script,
    new: &Script,
    from: u32,
    old_to: u32,
    new_to: u32,
) -> Vec<TextChange> {
    let (was, is) = (old.slice(from..old_to), new.slice(from..new_to));
    let same = |(a, b): &(char, char)| a == b;
    let start: usize = was
        .chars()
        .zip(is.chars())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (was, is) = (&was[start..], &is[start..]);
    let tail = was.chars().rev().zip(is.chars().rev()).take_while(same);
    let end: usize = tail.map(|(a, _)| a.len_utf8()).sum();
    let (was, insert) = (&was[..was.len() - end], &is[..is.len() - end]);
    if was.is_empty() && insert.is_empty() {
        return Vec::new();
    }
    let from = from + units(&old.slice(from..old_to)[..start]);
    vec![TextChange {
        from,
        to: from + units(was),
        insert: insert.to_owned(),
    }]
}

fn scene_difference(old: &Script, new: &Script, range: &std::ops::Range<usize>) -> SceneChanges {
    let ids = |script: &Script| -> Vec<SceneId> {
        script.scenes().into_iter().map(|scene| scene.id).collect()
    };
    let (was, is) = (ids(old), ids(new));
    let (had, has): (HashSet<_>, HashSet<_>) = (was.iter().collect(), is.iter().collect());
    let stayed = |id: &&SceneId| had.contains(id) && has.contains(id);
    let pairs = was.iter().filter(stayed).zip(is.iter().filter(stayed));
    let moved: Vec<SceneId> = pairs
        .filter(|(a, b)| a != b)
        .map(|(_, b)| b.clone())
        .collect();
    let touched = new.scenes().into_iter().filter(|scene| {
        scene.paragraph < range.end && scene.paragraph + scene.paragraphs > range.start
    });
    SceneChanges {
        added: is.iter().filter(|id| !had.contains(id)).cloned().collect(),
        removed: was.iter().filter(|id| !has.contains(id)).cloned().collect(),
        changed: touched
            .map(|scene| scene.id)
            .filter(|id| had.contains(id) && !moved.contains(id))
            .collect(),
        moved,
    }
}
