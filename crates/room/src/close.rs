//! Why a relay ends a connection: the codes of SPEC.md's table, and whether connecting again helps.

/// Why the relay closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1011: the relay's own fault.
    Internal,
    /// 1012: the relay restarts.
    Restart,
    /// 1013: the relay cannot take it now.
    TryAgainLater,
    /// 4001: the token is missing where one is due, not good, or no longer good.
    NotSignedIn,
    /// 4003: this person may not do that, or may not be here.
    NotAllowed,
    /// 4004: there is no such script, or it was deleted.
    NoSuchScript,
    /// 4008: more messages than anybody types.
    TooFast,
    /// 4009: a message is larger than the relay takes.
    TooLarge,
    /// 4010: a message is not one of the table's, or its update is malformed.
    Malformed,
    /// 4011: an update claims clocks of a client id that belongs to somebody else.
    ClockConflict,
    /// 4012: this script, or this person, has as many connections as may be.
    TooManyConnections,
}

impl CloseCode {
    /// All of them, by number.
    pub const ALL: [CloseCode; 11] = [
        CloseCode::Internal,
        CloseCode::Restart,
        CloseCode::TryAgainLater,
        CloseCode::NotSignedIn,
        CloseCode::NotAllowed,
        CloseCode::NoSuchScript,
        CloseCode::TooFast,
        CloseCode::TooLarge,
        CloseCode::Malformed,
        CloseCode::ClockConflict,
        CloseCode::TooManyConnections,
    ];

    /// The number on the wire.
    pub fn code(self) -> u16 {
        match self {
            CloseCode::Internal => 1011,
            CloseCode::Restart => 1012,
            CloseCode::TryAgainLater => 1013,
            CloseCode::NotSignedIn => 4001,
            CloseCode::NotAllowed => 4003,
            CloseCode::NoSuchScript => 4004,
            CloseCode::TooFast => 4008,
            CloseCode::TooLarge => 4009,
            CloseCode::Malformed => 4010,
            CloseCode::ClockConflict => 4011,
            CloseCode::TooManyConnections => 4012,
        }
    }

    /// Whether connecting again, after a while, can help. Any other code counts as a lost connection: it can.
    pub fn may_retry(code: u16) -> bool {
        !matches!(code, 4001 | 4003 | 4004 | 4009 | 4010 | 4011)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of SPEC.md's table of close codes: the number, and whether its last column says no.
    fn table() -> Vec<(u16, bool)> {
        let spec = include_str!("../SPEC.md");
        let section = spec.split("### Close codes").nth(1).expect("the section");
        let section = section.split("\n## ").next().expect("it ends");
        let rows = section.lines().filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let code = cells.get(1)?.parse().ok()?;
            Some((code, !cells.get(3)?.starts_with("no")))
        });
        rows.collect()
    }

    #[test]
    fn c4_every_close_code_stands_in_the_table_with_whether_to_retry() {
        let expected: Vec<(u16, bool)> = CloseCode::ALL
            .into_iter()
            .map(|code| (code.code(), CloseCode::may_retry(code.code())))
            .collect();
        assert_eq!(table(), expected);
    }
}
