//! What the operator has set: variables and secrets of the environment, read by name.

use worker::Env;

/// What development signs with: known to everybody, and only used where SCRIPTROOM_DEV says so.
const DEVELOPMENT_SECRET: &str = "development only";

/// What a setting has to be to count.
enum Expected {
    Number,
    /// So many bytes at least.
    Secret(usize),
    Word(&'static [&'static str]),
}

/// The settings that can be wrong: what is not as expected counts as not set. Others are taken as they are.
const SETTINGS: &[(&str, Expected)] = &[
    ("SCRIPTROOM_DEV", Expected::Word(&["1", "0"])),
    ("OPEN_SCRIPTS", Expected::Word(&["1", "0"])),
    ("SIGN_IN", Expected::Word(&["password"])),
    ("LOG_LEVEL", Expected::Word(&["error", "info"])),
    ("SIGN_IN_SECRET", Expected::Secret(32)),
    ("SIGN_IN_INVITATION", Expected::Secret(16)),
    ("METRICS_TOKEN", Expected::Secret(16)),
    ("OPERATOR_TOKEN", Expected::Secret(32)),
    ("JWT_LEEWAY_S", Expected::Number),
    ("MAX_CONNECTIONS", Expected::Number),
    ("MAX_CONNECTIONS_OF_PERSON", Expected::Number),
    ("UPDATES_PER_S", Expected::Number),
    ("UPDATES_AT_ONCE", Expected::Number),
    ("BYTES_AT_ONCE", Expected::Number),
    ("BYTES_PER_S", Expected::Number),
    ("PRESENCE_AT_ONCE", Expected::Number),
    ("PRESENCE_PER_S", Expected::Number),
    ("MAX_UNREAD_BYTES", Expected::Number),
    ("MOMENT_MS", Expected::Number),
    ("MAX_SCRIPT_BYTES", Expected::Number),
    ("MAX_THREADS_BYTES", Expected::Number),
    ("MAX_UPDATE_BYTES", Expected::Number),
    ("MAX_SYNC_BYTES", Expected::Number),
    ("RECOVER_MS", Expected::Number),
    ("COMPACT_ENTRIES", Expected::Number),
    ("COMPACT_AGE_MS", Expected::Number),
    ("COMPACT_DELAY_MS", Expected::Number),
    ("WEBHOOK_RETRY_MS", Expected::Number),
    ("WEBHOOK_GIVE_UP_MS", Expected::Number),
    ("REFRESH_MS", Expected::Number),
];

impl Expected {
    fn fits(&self, value: &str) -> bool {
        match self {
            Expected::Number => value.parse::<u64>().is_ok(),
            Expected::Secret(least) => value.len() >= *least,
            Expected::Word(words) => words.contains(&value),
        }
    }

    fn said(&self) -> String {
        match self {
            Expected::Number => "a whole number".to_owned(),
            Expected::Secret(least) => format!("at least {least} bytes"),
            Expected::Word(words) => words.join(" or "),
        }
    }
}

/// Which settings do not count, and what each would have to be. Never what it is: a word in the wrong place may be a secret.
pub(crate) fn ignored(env: &Env) -> Vec<(&'static str, String)> {
    let wrong = SETTINGS
        .iter()
        .filter(|(name, expected)| variable(env, name).is_some_and(|value| !expected.fits(&value)));
    wrong
        .map(|(name, expected)| (*name, expected.said()))
        .collect()
}

/// A variable or secret, where there is one. workerd binds an unset variable of the environment to null, which the
/// typed accessors take for text and panic on.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    let value = js_sys::Reflect::get(env.as_ref(), &name.into()).ok()?;
    value.as_string().filter(|text| !text.is_empty())
}

/// A variable that is a number.
pub(crate) fn number(env: &Env, name: &str) -> Option<u64> {
    variable(env, name)?.parse().ok()
}

/// A secret that is long enough.
fn secret(env: &Env, name: &str) -> Option<String> {
    let (_, expected) = SETTINGS.iter().find(|(known, _)| *known == name)?;
    variable(env, name).filter(|value| expected.fits(value))
}

/// A variable that is several words, with commas between them.
pub(crate) fn list(env: &Env, name: &str) -> Vec<String> {
    let text = variable(env, name).unwrap_or_default();
    let words = text.split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether this is a relay for development, on a machine of one's own.
pub(crate) fn is_development(env: &Env) -> bool {
    variable(env, "SCRIPTROOM_DEV").as_deref() == Some("1")
}

/// Whether everybody who knows a script's address may write in it: guests, and connections without a token.
pub(crate) fn is_open(env: &Env) -> bool {
    is_development(env) || variable(env, "OPEN_SCRIPTS").as_deref() == Some("1")
}

/// The secret that signs the tokens of the relay's own sign-in; `None` where it has none.
pub(crate) fn sign_in(env: &Env) -> Option<String> {
    password_secret(env).or_else(|| is_development(env).then(|| DEVELOPMENT_SECRET.to_owned()))
}

/// The same, where people sign in by password. It takes both a word and a long secret to switch it on, so that neither a
/// leftover nor a typing error does.
fn password_secret(env: &Env) -> Option<String> {
    let chosen = variable(env, "SIGN_IN").as_deref() == Some("password");
    secret(env, "SIGN_IN_SECRET").filter(|_| chosen)
}

/// The ways to sign in that the relay itself has, by the names that apps know them by.
pub(crate) fn sign_in_kinds(env: &Env) -> Vec<&'static str> {
    let by_name = is_development(env).then_some("name");
    let by_password = password_secret(env).map(|_| "password");
    by_name.into_iter().chain(by_password).collect()
}

/// What somebody must know to make an account.
pub(crate) fn invitation(env: &Env) -> Option<String> {
    secret(env, "SIGN_IN_INVITATION")
}

/// What an operator's program shows to read the metrics; `None` where nobody may.
pub(crate) fn metrics_token(env: &Env) -> Option<String> {
    secret(env, "METRICS_TOKEN")
}

/// What the operator shows for what is theirs alone; `None` where nobody may.
pub(crate) fn operator_token(env: &Env) -> Option<String> {
    secret(env, "OPERATOR_TOKEN")
}

/// The secret that signs guests; `None` where there are none.
pub(crate) fn guest_secret(env: &Env) -> Option<String> {
    if !is_open(env) {
        return None;
    }
    variable(env, "GUEST_SECRET")
        .or_else(|| is_development(env).then(|| DEVELOPMENT_SECRET.to_owned()))
}

/// What the operator calls this life of the data: another word than before after a restore from a backup.
pub(crate) fn generation(env: &Env) -> String {
    variable(env, "GENERATION").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any text is one of these.
    const FREE: &[&str] = &[
        "GUEST_SECRET",
        "ALLOWED_ORIGINS",
        "JWT_SECRET",
        "JWKS_URL",
        "JWT_ISSUER",
        "JWT_AUDIENCE",
        "GENERATION",
        "WEBHOOK_HOSTS",
    ];

    #[test]
    fn o3_of_each_setting_of_plain_workerd_it_is_known_what_it_has_to_be() {
        let config = include_str!("../workerd.capnp").lines();
        let names = config.filter_map(|line| {
            let (name, _) = line.split_once("\", fromEnvironment")?;
            name.trim().strip_prefix("(name = \"")
        });
        let mut names: Vec<&str> = names.collect();
        let mut known: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
        known.extend(FREE);
        names.sort_unstable();
        known.sort_unstable();
        assert_eq!(names, known);
    }

    #[test]
    fn o3_what_does_not_fit_is_told_by_what_would() {
        let said = |name, value| {
            let (_, expected) = SETTINGS.iter().find(|(known, _)| *known == name)?;
            (!expected.fits(value)).then(|| expected.said())
        };
        assert_eq!(said("MOMENT_MS", "22"), None);
        assert_eq!(said("MOMENT_MS", "22ms"), Some("a whole number".into()));
        assert_eq!(said("METRICS_TOKEN", "sixteen bytes!!!"), None);
        assert_eq!(
            said("METRICS_TOKEN", "fifteen bytes!!"),
            Some("at least 16 bytes".into())
        );
        assert_eq!(said("SIGN_IN", "passwort"), Some("password".into()));
        assert_eq!(said("OPEN_SCRIPTS", "true"), Some("1 or 0".into()));
    }
}
