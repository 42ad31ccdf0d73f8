//! A script's document, fetched from a relay: what it says, and a file brought into it.

use anyhow::{Context as _, Result};
use scriptroom_formats::fdx;
use scriptroom_pages::{FlowOffsets, FlowPlace, Paginator, Production, Settings, Write};
use scriptroom_paragraphs::{PlainScript, SettingValue, TitleEntry};
use scriptroom_reports::Report;
use scriptroom_script::{Entry, Options, Script};
use sha2::{Digest, Sha256};

use super::address::random;
use super::requests::Relay;
use crate::files::{Original, Read};

/// The entry that says the digest of the file that the script came from.
const SOURCE: &str = "source";

/// A replica of a script.
pub(super) struct Document(Script);

/// What is told of a script.
pub(super) struct Facts {
    pub(super) title: String,
    pub(super) pages: usize,
    pub(super) scenes: usize,
    pub(super) words: usize,
}

impl Document {
    /// The script as it is at the relay now, and its version.
    pub(super) fn read(relay: &Relay, id: &str) -> Result<(Document, u64)> {
        let state = relay.state(id)?;
        let options = Options {
            // Client ids have 53 bits; this one is used by this run alone.
            client_id: u64::from_le_bytes(random()) >> 11,
            seed: u64::from_le_bytes(random()),
        };
        let script = Script::load(options, &[state.body])
            .context("expected a script from the relay, got something else")?;
        Ok((Document(script), state.version))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn paragraph_count(&self) -> usize {
        self.0.paragraph_count()
    }

    fn production(&self) -> Production {
        let places: Vec<FlowPlace> = self
            .0
            .places()
            .into_iter()
            .map(|place| FlowPlace {
                range: place.from..place.to,
                number: place.number,
                name: place.name,
            })
            .collect();
        Production::of(&self.0.to_plain().paragraphs, &self.0.entries(), &places)
    }

    pub(super) fn facts(&self) -> Facts {
        let plain = self.0.to_plain();
        Document::facts_on(&plain, &self.production().pages(&plain.paragraphs))
    }

    /// What another text would be as this script: on its page, or on another, but without its locks and revisions, which are
    /// at places of the text as it is now.
    pub(super) fn facts_of(&self, plain: &PlainScript, settings: Option<&Settings>) -> Facts {
        let pages = match settings {
            Some(settings) => Paginator::new(&plain.paragraphs, settings.clone()),
            None => {
                Production::of(&plain.paragraphs, &self.0.entries(), &[]).pages(&plain.paragraphs)
            }
        };
        Document::facts_on(plain, &pages)
    }

    fn facts_on(plain: &PlainScript, pages: &Paginator) -> Facts {
        let is_title = |entry: &&TitleEntry| entry.key.eq_ignore_ascii_case("title");
        let title = plain.title_page.iter().find(is_title);
        let report = Report::of(&plain.paragraphs, pages);
        Facts {
            title: title.map(|entry| entry.lines.join(" ")).unwrap_or_default(),
            pages: report.pages,
            scenes: report.scenes.len(),
            words: report.words,
        }
    }

    /// Brings the script of a file into this empty one; the file too, where the script is to go back into it.
    pub(super) fn import(&mut self, relay: &Relay, id: &str, read: &Read) -> Result<()> {
        let before = self.0.state_vector();
        self.0.import(&read.script);
        if let Some(original) = &read.original {
            let digest: String = Sha256::digest(&original.bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            relay.keep_source(id, &digest, &original.bytes)?;
            let entry = Entry::Value(SettingValue::Text(digest));
            let offsets = FlowOffsets::of(&read.script.paragraphs);
            let produced = original.document.entries();
            let produced = produced.into_iter().map(|(name, write)| {
                let entry = entry_of(write, &offsets);
                (name, entry)
            });
            let mut entries: Vec<(String, Entry)> = produced.collect();
            entries.push((SOURCE.to_owned(), entry));
            self.0.write_entries(&entries);
        }
        let update = self
            .0
            .encode_diff(&before)
            .context("expected a state vector of our own")?;
        relay.bring(id, update)
    }

    /// The script as it was read, with what is said of it and the file that it came from.
    pub(super) fn into_read(self, relay: &Relay, id: &str) -> Result<Read> {
        let entries = self.0.entries();
        let is_produced = fdx::is_produced(&entries);
        let is_colored = fdx::is_colored(&entries);
        let digest = entries.into_iter().find_map(|(name, value)| match value {
            SettingValue::Text(digest) if name == SOURCE => Some(digest),
            _ => None,
        });
        let original = match digest {
            Some(digest) => relay.source(id, &digest)?,
            None => None,
        };
        let original = original
            .map(|bytes| {
                fdx::decode(&bytes).map(|mut document| {
                    if !is_colored {
                        document.leave_colors();
                    }
                    Original {
                        document,
                        bytes,
                        is_produced,
                    }
                })
            })
            .transpose()
            .context("expected a Final Draft file beside the script")?;
        Ok(Read {
            production: self.production(),
            original,
            ..Read::from(self.0.to_plain())
        })
    }
}

/// What is to be written, in units of the script's flow.
fn entry_of(write: Write, offsets: &FlowOffsets) -> Entry {
    let at = |anchor| offsets.offset(anchor);
    match write {
        Write::Gone => Entry::Gone,
        Write::Value(value) => Entry::Value(value),
        Write::Point(from, number) => Entry::Point(at(from), number),
        Write::Stretch(from, to, number) => Entry::Stretch(at(from)..at(to), number),
    }
}
