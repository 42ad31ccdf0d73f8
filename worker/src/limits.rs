//! The limits of this deployment: a room's defaults, except what variables set. README.md lists them.

use scriptroom_room::{Config, JoinMemory};
use worker::Env;

use crate::settings;

/// How long after an edit the scenes are looked at.
const REFRESH_MS: u64 = 60_000;

thread_local! {
    /// Scripts that were opened of late, of all the objects in this isolate: U12's 8 MiB.
    static JOINS: JoinMemory = JoinMemory::new(8 << 20);
}

/// What a room of this deployment takes.
pub(crate) fn config(env: &Env) -> Config {
    let mut config = Config {
        refresh_ms: Some(settings::number(env, "REFRESH_MS").unwrap_or(REFRESH_MS)),
        join_memory: JOINS.with(JoinMemory::clone),
        ..Config::default()
    };
    let set = |name: &str, limit: &mut u64| {
        if let Some(number) = settings::number(env, name) {
            *limit = number;
        }
    };
    let set_count = |name: &str, limit: &mut usize| {
        let mut number = *limit as u64;
        set(name, &mut number);
        *limit = usize::try_from(number).unwrap_or(usize::MAX);
    };
    set("COMPACT_ENTRIES", &mut config.compact_entries);
    set("COMPACT_AGE_MS", &mut config.compact_age_ms);
    set("COMPACT_DELAY_MS", &mut config.compact_delay_ms);
    set("UPDATES_AT_ONCE", &mut config.updates.at_once);
    set("UPDATES_PER_S", &mut config.updates.per_second);
    set("BYTES_AT_ONCE", &mut config.bytes.at_once);
    set("BYTES_PER_S", &mut config.bytes.per_second);
    set("PRESENCE_AT_ONCE", &mut config.presence.at_once);
    set("PRESENCE_PER_S", &mut config.presence.per_second);
    set("RECOVER_MS", &mut config.recover_ms);
    set("MAX_UNREAD_BYTES", &mut config.max_unread_bytes);
    set("MAX_SCRIPT_BYTES", &mut config.max_script_bytes);
    set("MAX_THREADS_BYTES", &mut config.max_threads_bytes);
    set_count("MAX_CONNECTIONS", &mut config.max_sessions);
    let of_person = &mut config.max_sessions_of_person;
    set_count("MAX_CONNECTIONS_OF_PERSON", of_person);
    // The defaults are the most: rows, and messages of the platform, take no more.
    let (update, sync) = (config.max_update_bytes, config.max_sync_bytes);
    set_count("MAX_UPDATE_BYTES", &mut config.max_update_bytes);
    set_count("MAX_SYNC_BYTES", &mut config.max_sync_bytes);
    config.max_update_bytes = config.max_update_bytes.min(update);
    config.max_sync_bytes = config.max_sync_bytes.min(sync);
    config
}
