//! A check that a string is JSON, without building anything: embeds and formats carry JSON, and a Yjs peer throws on
//! bad ones in the middle of an update.

/// No number from 1.798e308 on: beyond what a double holds yrs gives up in the middle of an update, and close to it its
/// reading of decimals is not exact. The digits are compared as text: std's reading of doubles weighs 12 kB in the client.
const TOO_LARGE: (i64, [u8; 4]) = (308, *b"1798");

/// Whether `text` is exactly one JSON value, nested at most `max_depth` deep.
pub(crate) fn is_json(text: &str, max_depth: usize) -> bool {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
    };
    scan.value(max_depth).is_some() && {
        scan.space();
        scan.at == scan.bytes.len()
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        let found = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.space();
        match self.peek()? {
            b'{' => self.members(depth.checked_sub(1)?, b'}', true),
            b'[' => self.members(depth.checked_sub(1)?, b']', false),
            b'"' => self.string(),
            b't' => self.expect("true"),
            b'f' => self.expect("false"),
            b'n' => self.expect("null"),
            _ => self.number(),
        }
    }

    fn members(&mut self, depth: usize, close: u8, keyed: bool) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            if keyed {
                self.space();
                self.string()?;
                self.space();
                self.expect(":")?;
            }
            self.value(depth)?;
            self.space();
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b',' => {}
                byte if byte == close => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.expect("\"")?;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// A lone surrogate (`\ud800`) is refused: JavaScript reads it, yrs does not, and the replicas would differ.
    fn escape(&mut self) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => match self.hex()? {
                0xd800..0xdc00 => {
                    self.expect("\\u")?;
                    (0xdc00..0xe000).contains(&self.hex()?).then_some(())
                }
                0xdc00..0xe000 => None,
                _ => Some(()),
            },
            _ => None,
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |value, &digit| {
            Some(value * 16 + char::from(digit).to_digit(16)?)
        })
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let number = &self.bytes[from..self.at];
        (!is_beyond_i64(number) && magnitude(number) < Some(TOO_LARGE)).then_some(())
    }
}

/// Whether a number is one of those that yrs refuses: whole, positive, and of 64 bits. Smaller and larger ones it reads.
fn is_beyond_i64(number: &[u8]) -> bool {
    let number = std::str::from_utf8(number).unwrap_or_default();
    number
        .parse::<u64>()
        .is_ok_and(|number| i64::try_from(number).is_err())
}

/// The power of ten of a number's first digit that is not zero, and the first digits from there on; `None`, the least, for zero.
fn magnitude(number: &[u8]) -> Option<(i64, [u8; 4])> {
    let mut parts = number.split(|byte| matches!(byte, b'e' | b'E'));
    let written = parts.next()?;
    let power = parts.next().map_or(0, power);
    let whole = written.split(|&byte| byte == b'.').next()?;
    let mut place = whole.iter().filter(|byte| byte.is_ascii_digit()).count() as i64;
    let mut digits = [b'0'; 4];
    let mut first = None;
    for &digit in written.iter().filter(|byte| byte.is_ascii_digit()) {
        place -= 1;
        if first.is_none() && digit == b'0' {
            continue;
        }
        let behind = *first.get_or_insert(place) - place;
        if let Some(slot) = digits.get_mut(behind as usize) {
            *slot = digit;
        }
    }
    Some((first?.saturating_add(power), digits))
}

/// A power of ten as it is written, such as `-12`.
fn power(written: &[u8]) -> i64 {
    let digits = written.iter().filter(|byte| byte.is_ascii_digit());
    let size = digits.fold(0_i64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    if written.first() == Some(&b'-') {
        -size
    } else {
        size
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_told_from_what_is_not() {
        for good in [
            "null",
            " true ",
            "-0.5e+3",
            "\"\\u00e9\\ud83d\\ude00\"",
            "[]",
            "{}",
            "[1,[2,{\"a\":[]}]]",
            "{\"a\" : \"b\", \"\":null}",
            "-1.796e308",
            "1e-999",
            "123456789012345678901234567890.5",
            "1.7976931348623157e+308",
            "0.0001797e312",
            "0e999999999999999999999",
            "[9223372036854775807,18446744073709551616]",
            "-9223372036854775809",
            "9223372036854775808.5",
        ] {
            assert!(is_json(good, 8), "{good}");
        }
        for bad in [
            "",
            "undefined",
            "01",
            "1.",
            "nul",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "\"\u{1}\"",
            "\"\\ud83d\"",
            "\"\\x\"",
            "[",
            "[[[[]]]]x",
            "1 2",
            "1e999",
            "[-1.798e308]",
            "0.00018e312",
            "1e99999999999999999999",
            "20000e304",
            "9223372036854775808",
            "[18446744073709551615]",
            "\"",
        ] {
            assert!(!is_json(bad, 8), "{bad}");
        }
        assert!(is_json("[[[]]]", 3) && !is_json("[[[[]]]]", 3));
        assert!(!is_json(&"[".repeat(100_000), 64));
    }
}
