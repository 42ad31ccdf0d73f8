//! What a scene heading says: inside or outside, where, when.

/// The parts of a scene heading, in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// `INT`, `EXT`, `INT/EXT`, …; empty where the heading does not say.
    pub setting: String,
    /// Where it is.
    pub location: String,
    /// When it is; empty where the heading does not say.
    pub time: String,
}

/// What a heading may begin with, longest first, as Fountain has it and as German scripts do.
const SETTINGS: [&str; 11] = [
    "INT./EXT",
    "EXT./INT",
    "INT/EXT",
    "EXT/INT",
    "INNEN/AUSSEN",
    "AUSSEN",
    "INNEN",
    "I/E",
    "INT",
    "EXT",
    "EST",
];

/// What may stand before the time of day.
const DASHES: [&str; 3] = [" - ", " – ", " — "];

impl Heading {
    /// Reads a heading as it was written.
    #[must_use]
    pub fn of(text: &str) -> Heading {
        let text = text.trim().to_uppercase();
        let (setting, rest) = split_setting(&text);
        let dash = DASHES
            .iter()
            .filter_map(|dash| rest.rfind(dash).map(|at| (at, dash.len())))
            .max();
        let (location, time) = match dash {
            Some((at, len)) => (&rest[..at], &rest[at + len..]),
            None => (rest, ""),
        };
        Heading {
            setting: setting.replace('.', ""),
            location: location.trim().to_owned(),
            time: time.trim().to_owned(),
        }
    }
}

/// The setting and what follows it: only where a full stop or a space ends it.
fn split_setting(text: &str) -> (&str, &str) {
    for setting in SETTINGS {
        let Some(rest) = text.strip_prefix(setting) else {
            continue;
        };
        let behind = rest.trim_start_matches('.');
        if rest.len() > behind.len() || behind.starts_with(' ') {
            return (&text[..setting.len()], behind.trim_start());
        }
    }
    ("", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [String; 3] {
        let Heading {
            setting,
            location,
            time,
        } = Heading::of(text);
        [setting, location, time]
    }

    #[test]
    fn headings_have_parts() {
        assert_eq!(parts("int. ferry - night"), ["INT", "FERRY", "NIGHT"]);
        assert_eq!(parts("INT./EXT. CAR – DAY"), ["INT/EXT", "CAR", "DAY"]);
        assert_eq!(
            parts("EXT HOUSE - GARDEN - LATER"),
            ["EXT", "HOUSE - GARDEN", "LATER"]
        );
        assert_eq!(parts("INNEN. KÜCHE"), ["INNEN", "KÜCHE", ""]);
    }

    #[test]
    fn what_only_looks_like_a_setting_is_a_place() {
        assert_eq!(
            parts("INTERNAL AFFAIRS - DAY"),
            ["", "INTERNAL AFFAIRS", "DAY"]
        );
        assert_eq!(parts("ESTUARY"), ["", "ESTUARY", ""]);
        assert_eq!(parts(""), ["", "", ""]);
    }
}
