//! Presence: floods, what is too large, others' client ids, and what a browser must not be given as style or markup.

use scriptroom_room::awareness::{Presence, encode};
use scriptroom_room::wire::Message;

use super::{Case, EVE, Verdict, frames};
use crate::builder::{counted, uint};

/// The client id of Ada's presence.
pub const ADAS_PRESENCE: u64 = 700;
/// The name that she shows.
pub const ADAS_STATE: &str = r##"{"user":{"name":"Ada","color":"#2f6f4e"}}"##;

fn presence(client: u64, clock: u64, state: &str) -> Presence {
    Presence {
        client,
        clock,
        state: state.to_owned(),
    }
}

fn tell(presences: &[Presence]) -> Vec<u8> {
    Message::Awareness(&encode(presences.iter())).encode()
}

fn one(state: &str) -> Vec<Vec<u8>> {
    vec![tell(&[presence(EVE, 1, state)])]
}

fn user(name: &str, color: &str) -> String {
    serde_json::json!({ "user": { "name": name, "color": color } }).to_string()
}

pub(super) fn cases() -> Vec<Case> {
    [refused(), passed_on()].concat()
}

fn refused() -> Vec<Case> {
    let raw = |bytes: Vec<u8>| vec![Message::Awareness(&bytes).encode()];
    let too_large = |name, what, sent| frames(name, what, sent, Verdict::TooLarge);
    let malformed = |name, what, sent| frames(name, what, sent, Verdict::Malformed);
    let flood: Vec<Vec<u8>> = (1..=1_101)
        .map(|clock| tell(&[presence(EVE, clock, "{}")]))
        .collect();
    let ids = |from: u64, count: u64| -> Vec<Presence> {
        (from..from + count)
            .map(|client| presence(client, 1, "{}"))
            .collect()
    };
    let hoard: Vec<Vec<u8>> = (0..20).map(|at| tell(&ids(1_000 + 16 * at, 16))).collect();
    let large = user(&"A".repeat(4_000), "#000000");
    let brackets = format!("{}{}", "[".repeat(17), "]".repeat(17));
    vec![
        malformed(
            "presence-4-billion",
            "presence of 2³²−1 clients, then one",
            raw([uint(u64::from(u32::MAX)), vec![9, 1, 2, b'{', b'}']].concat()),
        ),
        malformed(
            "presence-not-json",
            "presence that is not JSON",
            one("{name: 'Eve'}"),
        ),
        malformed(
            "presence-not-utf-8",
            "presence that is not UTF-8",
            raw(counted(1, &[uint(EVE), uint(1), vec![2, 0xc3, 0x28]])),
        ),
        malformed(
            "presence-deep",
            "presence one deeper than it may be",
            one(&brackets),
        ),
        malformed(
            "presence-clock-2-to-53",
            "the last clock there is: nobody could say that she has left",
            raw(counted(
                1,
                &[uint(EVE), uint((1 << 53) - 1), vec![2, b'{', b'}']],
            )),
        ),
        too_large(
            "presence-name-100000",
            "a name of 100,000 letters",
            one(&user(&"A".repeat(100_000), "#000000")),
        ),
        too_large(
            "presence-1000-clients",
            "presence of 1,000 clients at once",
            vec![tell(&ids(1_000, 1_000))],
        ),
        too_large(
            "presence-hoard",
            "presence of ever more clients, sixteen at a time",
            hoard,
        ),
        too_large(
            "presence-four-large",
            "presence of four clients, each as large as it may be",
            vec![tell(
                &(1_000..1_004)
                    .map(|client| presence(client, 1, &large))
                    .collect::<Vec<_>>(),
            )],
        ),
        frames(
            "presence-flood",
            "more than a thousand changes of presence at once",
            flood,
            Verdict::TooFast,
        ),
    ]
}

/// What the relay passes on as it is: JSON of a bounded length. What it says is for the client to judge:
/// `pkg/test/presence.test.ts` has the same ones.
fn passed_on() -> Vec<Case> {
    let shown = |name, what, state: &str| frames(name, what, one(state), Verdict::Answered);
    vec![
        shown(
            "color-css",
            "CSS instead of a colour",
            &user("Eve", "red; background: url(https://example.com/seen)"),
        ),
        shown(
            "color-breaks-out",
            "a colour that closes its rule and begins another",
            &user("Eve", "#fff} body { display: none"),
        ),
        shown(
            "color-variable",
            "a colour that takes another property's value",
            &user("Eve", "var(--ink)"),
        ),
        shown(
            "color-no-text",
            "a colour that is no text",
            r##"{"user":{"name":"Eve","color":{"toString":"#ffffff"}}}"##,
        ),
        shown(
            "name-markup",
            "a name with markup in it",
            &user("<img src=x onerror=alert(1)>", "#ffffff"),
        ),
        shown(
            "name-3000",
            "a name of 3,000 letters",
            &user(&"A".repeat(3_000), "#ffffff"),
        ),
        shown(
            "name-turns-around",
            "a name that turns the direction of what follows",
            &user("\u{202e}adA\u{2066}", "#ffffff"),
        ),
        shown(
            "name-lines",
            "a name of many lines",
            &user("Eve\n\n\n\u{2028}Ada", "#ffffff"),
        ),
        shown(
            "name-prototype",
            "a state that names an object's prototype",
            r#"{"__proto__":{"user":{"name":"Ada"}},"constructor":1}"#,
        ),
        shown("presence-no-object", "presence that is a number", "7"),
        frames(
            "presence-of-another",
            "presence under Ada's client id",
            vec![tell(&[presence(ADAS_PRESENCE, 9, &user("Eve", "#ffffff"))])],
            Verdict::Nothing,
        ),
        frames(
            "presence-removes-another",
            "word that Ada has left",
            vec![tell(&[presence(ADAS_PRESENCE, 9, "null")])],
            Verdict::Nothing,
        ),
    ]
}
