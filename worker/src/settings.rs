//! What the operator has set: variables and secrets of the environment, read by name.

use worker::Env;

/// What development signs with: known to everybody, and only used where SCRIPTROOM_DEV says so.
const DEVELOPMENT_SECRET: &str = "development only";

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
    variable(env, "SIGN_IN_SECRET").filter(|secret| chosen && secret.len() >= 32)
}

/// The ways to sign in that the relay itself has, by the names that apps know them by.
pub(crate) fn sign_in_kinds(env: &Env) -> Vec<&'static str> {
    let by_name = is_development(env).then_some("name");
    let by_password = password_secret(env).map(|_| "password");
    by_name.into_iter().chain(by_password).collect()
}

/// What somebody must know to make an account.
pub(crate) fn invitation(env: &Env) -> Option<String> {
    variable(env, "SIGN_IN_INVITATION").filter(|secret| secret.len() >= 16)
}

/// What an operator's program shows to read the metrics; `None` where nobody may.
pub(crate) fn metrics_token(env: &Env) -> Option<String> {
    variable(env, "METRICS_TOKEN").filter(|secret| secret.len() >= 16)
}

/// What the operator shows for what is theirs alone; `None` where nobody may.
pub(crate) fn operator_token(env: &Env) -> Option<String> {
    variable(env, "OPERATOR_TOKEN").filter(|secret| secret.len() >= 32)
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
