//! What the relay tells its operator as it goes (O3): one JSON object a line, with a level, an event of the list below, and
//! ids, numbers and codes.
//!
//! Never what somebody wrote, a title, a token, a secret, an address of mail or a person: whoever reads logs need not be a
//! member of the scripts. So a text that came from outside is no field; [`crate::addresses`] has what stands for a path.

use std::cell::Cell;
use std::sync::Once;

use scriptroom_room::wire::CloseCode;
use serde_json::Value as Json;
use worker::{Env, console_error, console_log};

use crate::settings;

/// How much is told: each level has those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Error,
    Info,
}

macro_rules! events {
    ($($level:ident $event:ident $name:literal,)*) => {
        /// What can happen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Event {
            $($event,)*
        }

        impl Event {
            #[cfg(test)]
            const ALL: &[Event] = &[$(Event::$event,)*];

            fn about(self) -> (Level, &'static str) {
                match self {
                    $(Event::$event => (Level::$level, $name),)*
                }
            }
        }
    };
}

events! {
    Info RequestAnswered "request_answered",
    Info RequestRefused "request_refused",
    Info SocketJoined "socket_joined",
    Info SocketLeft "socket_left",
    Info SocketClosed "socket_closed",
    Info SocketRefused "socket_refused",
    Info UpdateRefused "update_refused",
    Info ObjectWoke "object_woke",
    Info MergeStaged "merge_staged",
    Info MergeDone "merge_done",
    Info LogRestored "log_restored",
    Info WebhookArrived "webhook_arrived",
    Info WebhookStopped "webhook_stopped",
    Error WebhookFailed "webhook_failed",
    Error WebhookGivenUp "webhook_given_up",
    Error EntryDamaged "entry_damaged",
    Error HourDamaged "hour_damaged",
    Error AuthorshipDamaged "authorship_damaged",
    Error LogLost "log_lost",
    Error LogDiffers "log_differs",
    Error EntriesQuarantined "entries_quarantined",
    Error QuarantineGivenUp "quarantine_given_up",
    Error QuarantineStopped "quarantine_stopped",
    Error ScenesStale "scenes_stale",
    Error MergeFailed "merge_failed",
    Error ArchiveFailed "archive_failed",
    Error StoreFailed "store_failed",
    Error DeliveryFailed "delivery_failed",
    Error RegistrySilent "registry_silent",
    Error KeysUnavailable "keys_unavailable",
    Error SettingIgnored "setting_ignored",
    Error Panicked "panicked",
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    /// Left out when it is empty.
    Text(&'a str),
    Number(u64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Text(text)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Value::Number(number)
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Value::Number(number as u64)
    }
}

impl From<u16> for Value<'_> {
    fn from(number: u16) -> Self {
        Value::Number(u64::from(number))
    }
}

thread_local! {
    static LEVEL: Cell<Level> = const { Cell::new(Level::Info) };
}

static BEGUN: Once = Once::new();

/// Reads what the operator has set. Whatever the platform starts in an isolate calls it first.
pub(crate) fn begin(env: &Env) {
    LEVEL.set(level(settings::variable(env, "LOG_LEVEL").as_deref()));
    // Once in an isolate. What a panic says may have a script's words in it, as when text is cut where it cannot be. Where it happened does not.
    BEGUN.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location();
            let place = place.map(|place| format!("{}:{}", place.file(), place.line()));
            let at = place.unwrap_or_default();
            note(Event::Panicked, &[("at", at.as_str().into())]);
        }));
        for (name, expected) in settings::ignored(env) {
            let fields = [
                ("name", name.into()),
                ("expected", expected.as_str().into()),
            ];
            note(Event::SettingIgnored, &fields);
        }
    });
}

/// A word that is no level is the default: nobody goes without logs for a typing error.
fn level(word: Option<&str>) -> Level {
    match word {
        Some("error") => Level::Error,
        _ => Level::Info,
    }
}

/// Tells of an event, where its level is told.
pub(crate) fn note(event: Event, fields: &[(&str, Value<'_>)]) {
    let (level, _) = event.about();
    if level > LEVEL.get() {
        return;
    }
    match level {
        Level::Error => console_error!("{}", line(event, fields)),
        Level::Info => console_log!("{}", line(event, fields)),
    }
}

fn line(event: Event, fields: &[(&str, Value<'_>)]) -> String {
    let (level, name) = event.about();
    let level = match level {
        Level::Error => "error",
        Level::Info => "info",
    };
    let mut line = format!("{{\"level\":\"{level}\",\"event\":\"{name}\"");
    for (name, value) in fields {
        let value = match value {
            Value::Text("") => continue,
            Value::Text(text) => Json::from(*text),
            Value::Number(number) => Json::from(*number),
        };
        line += &format!(",\"{name}\":{value}");
    }
    line.push('}');
    line
}

/// Why a connection was closed, in a word: the reason that its client is given is for people.
pub(crate) fn reason(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Internal => "internal",
        CloseCode::Restart => "restart",
        CloseCode::TryAgainLater => "try_again_later",
        CloseCode::NotSignedIn => "not_signed_in",
        CloseCode::NotAllowed => "not_allowed",
        CloseCode::NoSuchScript => "no_such_script",
        CloseCode::TooFast => "too_fast",
        CloseCode::TooLarge => "too_large",
        CloseCode::Malformed => "malformed",
        CloseCode::ClockConflict => "clock_conflict",
        CloseCode::TooManyConnections => "too_many_connections",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn o3_an_event_is_one_line_of_json() {
        let fields = [
            ("script", "".into()),
            ("error", "a \"quoted\"\nline".into()),
            ("ms", Value::Number(12)),
        ];
        assert_eq!(
            line(Event::StoreFailed, &fields),
            r#"{"level":"error","event":"store_failed","error":"a \"quoted\"\nline","ms":12}"#
        );
    }

    #[test]
    fn o3_errors_are_always_told_and_the_rest_unless_it_is_switched_off() {
        assert_eq!(level(Some("error")), Level::Error);
        for word in [None, Some("info"), Some("eror")] {
            assert_eq!(level(word), Level::Info, "{word:?}");
        }
        assert!(Level::Error < Level::Info);
    }

    #[test]
    fn o3_the_table_of_the_readme_has_every_event_with_its_level() {
        let readme = include_str!("../README.md");
        let section = readme
            .split("\n## Logs\n")
            .nth(1)
            .expect("there is the section");
        let section = section.split("\n## ").next().expect("it ends");
        let rows = section.lines().filter_map(|row| {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let (name, level) = (cells.next()?, cells.next()?);
            let name = name.strip_prefix('`')?.strip_suffix('`')?;
            Some((name.to_owned(), level.to_owned()))
        });
        let listed = Event::ALL.iter().map(|event| {
            let (level, name) = event.about();
            (name.to_owned(), format!("{level:?}").to_lowercase())
        });
        assert_eq!(
            rows.collect::<BTreeSet<_>>(),
            listed.collect::<BTreeSet<_>>()
        );
    }
}
