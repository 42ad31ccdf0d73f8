//! Where relays and scripts are: `https://relay.example`, and `https://relay.example/s/ID` as the app has it.

use std::fmt;

/// A relay's own address, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelayAddress(String);

/// A script at a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptAddress {
    pub(crate) relay: RelayAddress,
    pub(crate) id: String,
}

impl RelayAddress {
    /// What a person typed, if it is an address of the web.
    pub(crate) fn parse(text: &str) -> Option<RelayAddress> {
        let host = ["https://", "http://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))?;
        let is_address = !host.is_empty() && !host.starts_with('/') && !host.contains(['?', '#']);
        is_address.then(|| RelayAddress(text.trim_end_matches('/').to_owned()))
    }

    /// The address of one of its scripts.
    pub(crate) fn script(&self, id: &str) -> ScriptAddress {
        ScriptAddress {
            relay: self.clone(),
            id: id.to_owned(),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl ScriptAddress {
    /// What a person copied from the app.
    pub(crate) fn parse(text: &str) -> Option<ScriptAddress> {
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let (before, id) = text.trim_end_matches('/').rsplit_once('/')?;
        let relay = RelayAddress::parse(before.strip_suffix("/s").unwrap_or(before))?;
        is_uuid(id).then(|| relay.script(&id.to_ascii_lowercase()))
    }
}

impl fmt::Display for ScriptAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s/{}", self.relay.0, self.id)
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_group = |(group, len): (&&str, usize)| {
        group.len() == len && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(is_group)
}

/// An id that nobody has: a UUID of version 4.
pub(crate) fn random_id() -> String {
    let mut bytes = random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (a, rest) = hex.split_at(8);
    format!(
        "{a}-{}-{}-{}-{}",
        &rest[..4],
        &rest[4..8],
        &rest[8..12],
        &rest[12..]
    )
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).expect("every system that this runs on has randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_the_app_shows_it() {
        let id = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
        for text in [
            format!("https://relay.example/s/{id}"),
            format!("https://relay.example/s/{}/", id.to_uppercase()),
            format!("https://relay.example/{id}#comments"),
        ] {
            let address = ScriptAddress::parse(&text).expect("it is one");
            assert_eq!(address.to_string(), format!("https://relay.example/s/{id}"));
        }
        for wrong in ["", id, "https://relay.example/s/hamlet", "file:///s/x"] {
            assert_eq!(ScriptAddress::parse(wrong), None, "{wrong}");
        }
        assert_eq!(RelayAddress::parse("http://"), None);
        assert!(is_uuid(&random_id()));
        assert_ne!(random_id(), random_id());
    }
}
