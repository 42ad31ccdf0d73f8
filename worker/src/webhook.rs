//! Messages to other people's servers: how they are signed, where they may go, and how long is waited between two tries.
//!
//! Signed as the Standard Webhooks specification (1.0.0) says, so that its libraries verify them. Nothing here talks to
//! anybody: [`crate::object`] does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;
use worker::Url;

/// How a secret begins, in that specification.
const SECRET_PREFIX: &str = "whsec_";
/// It wants 24 to 64 bytes of it.
pub(crate) const SECRET_BYTES: usize = 32;
const MAX_URL_BYTES: usize = 2_000;
/// The longest wait between two tries.
const LONGEST_WAIT_MS: u64 = 60 * 60 * 1000;

/// A secret as its owner gets it.
pub(crate) fn secret(bytes: &[u8; SECRET_BYTES]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes))
}

/// The header that says that a message is from whoever has the secret; `None` where that is no secret.
pub(crate) fn signature(secret: &str, id: &str, time_s: u64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{time_s}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

/// How long to wait after so many failures. `random`, up to 255, adds up to a quarter: relays that failed together do not
/// come back together.
pub(crate) fn wait_ms(failures: u64, first_ms: u64, random: u8) -> u64 {
    let longest_ms = LONGEST_WAIT_MS.max(first_ms);
    let times = 3u64.saturating_pow(failures.saturating_sub(1).min(40) as u32);
    let wait_ms = first_ms.saturating_mul(times).min(longest_ms);
    wait_ms + wait_ms / 4 * u64::from(random) / 255
}

/// Over which network an address is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// The operator has named the host: it may stand in the same house.
    House,
    /// Nobody has: it is reached as anybody on the public network is.
    Public,
}

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum AddressError {
    #[error(
        "expected an http or https URL of at most 2000 bytes, without a name, a password or a fragment"
    )]
    Malformed,
    #[error("expected a host that the operator of this relay allows webhooks to")]
    NotAllowed,
}

/// The hosts that the operator allows: `host` (the port that goes with the scheme), `host:port`, `host:*`, or `*`, which is
/// every public name by https.
pub(crate) struct Hosts(pub(crate) Vec<String>);

impl Hosts {
    /// The address, and how it is reached.
    pub(crate) fn find(&self, text: &str) -> Result<(Url, Network), AddressError> {
        let url: Url = text.parse().map_err(|_| AddressError::Malformed)?;
        let plain = url.username().is_empty() && url.password().is_none();
        let fits = text.len() <= MAX_URL_BYTES && plain && url.fragment().is_none();
        let (Some(host), true) = (url.host_str(), fits) else {
            return Err(AddressError::Malformed);
        };
        let known_port = match url.scheme() {
            "http" => 80,
            "https" => 443,
            _ => return Err(AddressError::Malformed),
        };
        let port = url.port().unwrap_or(known_port);
        let named = self.0.iter().any(|allowed| {
            let rest = allowed.strip_prefix(host);
            rest.is_some_and(|rest| match rest.strip_prefix(':') {
                None => rest.is_empty() && port == known_port,
                Some("*") => true,
                Some(number) => number.parse() == Ok(port),
            })
        });
        if named {
            return Ok((url, Network::House));
        }
        // An address of the house can hide behind a number, a name without a dot is never public.
        let is_name = host.contains('.') && host.ends_with(|c: char| c.is_ascii_alphabetic());
        let secure = url.scheme() == "https" && port == 443;
        match is_name && secure && self.0.iter().any(|allowed| allowed == "*") {
            true => Ok((url, Network::Public)),
            false => Err(AddressError::NotAllowed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k2_a_message_is_signed_as_others_verify_it() {
        // The example of the specification's own libraries.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed.as_deref(), Some(expected));
        assert_eq!(signature("no secret", "msg_1", 1, "{}"), None);
        let own = secret(&[7; SECRET_BYTES]);
        assert!(own.starts_with("whsec_"));
        assert!(signature(&own, "msg_1", 1, "{}").is_some());
    }

    fn find(allowed: &[&str], url: &str) -> Result<Network, AddressError> {
        let hosts = Hosts(allowed.iter().map(|&host| host.to_owned()).collect());
        hosts.find(url).map(|(_, network)| network)
    }

    #[test]
    fn k5_only_hosts_that_the_operator_names_are_reached_in_the_house() {
        let allowed = ["hooks.example.org", "127.0.0.1:9000", "pipeline:*"];
        for good in [
            "https://hooks.example.org/a?b=c",
            "http://hooks.example.org/",
            "https://HOOKS.example.org:443/",
            "http://127.0.0.1:9000/",
            "http://2130706433:9000/",
            "http://pipeline:1/",
        ] {
            assert_eq!(find(&allowed, good), Ok(Network::House), "{good}");
        }
        for other in [
            "https://hooks.example.org:8443/",
            "https://hooks.example.org.evil.net/",
            "https://evil.hooks.example.org/",
            "http://127.0.0.1/",
            "http://127.0.0.1:90000001/",
            "http://127.0.0.2:9000/",
            "http://[::1]:9000/",
            "https://example.org/",
        ] {
            assert!(find(&allowed, other).is_err(), "{other}");
        }
        for malformed in [
            "",
            "hooks.example.org",
            "ftp://hooks.example.org/",
            "javascript:alert(1)",
            "https://ada:secret@hooks.example.org/",
            "https://hooks.example.org/#part",
        ] {
            let expected = Err(AddressError::Malformed);
            assert_eq!(find(&allowed, malformed), expected, "{malformed}");
        }
        let long = format!("https://hooks.example.org/{}", "x".repeat(2_000));
        assert_eq!(find(&allowed, &long), Err(AddressError::Malformed));
        assert_eq!(
            find(&[], "https://example.org/"),
            Err(AddressError::NotAllowed)
        );
    }

    #[test]
    fn k5_a_star_is_every_public_name_and_no_address_of_the_house() {
        let public = |url| find(&["*"], url);
        assert_eq!(public("https://example.org/"), Ok(Network::Public));
        for other in [
            "http://example.org/",
            "https://example.org:8443/",
            "https://10.0.0.1/",
            "https://[fd00::1]/",
            "https://localhost/",
            "https://intranet/",
        ] {
            assert_eq!(public(other), Err(AddressError::NotAllowed), "{other}");
        }
    }

    #[test]
    fn k3_waits_grow_up_to_an_hour() {
        let waits: Vec<u64> = (1..=5).map(|n| wait_ms(n, 5_000, 0) / 1000).collect();
        assert_eq!(waits, [5, 15, 45, 135, 405]);
        assert_eq!(wait_ms(1_000, 5_000, 0), LONGEST_WAIT_MS);
        assert_eq!(wait_ms(1, 8_000, 255), 10_000);
    }
}
