//! The objects that a PDF is made of, read from bytes. Whatever comes, reading ends: each step goes forward.

use std::collections::BTreeMap;

/// How deep arrays and dictionaries may lie in each other.
const MAX_DEPTH: usize = 32;

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The number of another object.
    Reference(u32),
    /// A word that is none of these: an operator, `obj`, `stream`.
    Word(String),
}

pub(super) type Dictionary = BTreeMap<String, Object>;

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> Option<&[Object]> {
        match self {
            Object::Array(items) => Some(items),
            _ => None,
        }
    }
}

/// A place in the bytes from which objects are read.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Reader<'a> {
        Reader {
            bytes,
            at: at.min(bytes.len()),
        }
    }

    /// The next object; none at the end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'%' => {
                    while self
                        .peek(0)
                        .is_some_and(|byte| byte != b'\n' && byte != b'\r')
                    {
                        self.at += 1;
                    }
                }
                byte if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.skip_space();
        let first = self.peek(0)?;
        match first {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.peek(1) == Some(b'<') => {
                self.at += 2;
                Some(self.dictionary(depth))
            }
            b'<' => Some(Object::Text(self.hexadecimal())),
            b'[' => {
                self.at += 1;
                Some(self.array(depth))
            }
            b']' | b'{' | b'}' | b')' => {
                self.at += 1;
                Some(Object::Word(char::from(first).to_string()))
            }
            b'>' => {
                self.at += if self.peek(1) == Some(b'>') { 2 } else { 1 };
                Some(Object::Word(">>".to_owned()))
            }
            _ => Some(self.word_or_number()),
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let from = self.at;
        while self
            .peek(0)
            .is_some_and(|byte| !is_space(byte) && !is_delimiter(byte))
        {
            self.at += 1;
        }
        &self.bytes[from..self.at]
    }

    fn name(&mut self) -> String {
        self.at += 1;
        let raw = self.regular();
        let mut bytes = Vec::with_capacity(raw.len());
        let mut at = 0;
        while at < raw.len() {
            let code = (raw[at] == b'#')
                .then(|| Some(hex(*raw.get(at + 1)?)? * 16 + hex(*raw.get(at + 2)?)?))
                .flatten();
            bytes.push(code.unwrap_or(raw[at]));
            at += if code.is_some() { 3 } else { 1 };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn word_or_number(&mut self) -> Object {
        let from = self.at;
        let word = self.regular();
        if word.is_empty() {
            // No byte is read twice.
            self.at = from + 1;
            return Object::Null;
        }
        let text = String::from_utf8_lossy(word);
        let Ok(number) = text.parse::<f64>() else {
            return match &*text {
                "null" => Object::Null,
                _ => Object::Word(text.into_owned()),
            };
        };
        if word
            .iter()
            .any(|byte| !byte.is_ascii_digit() && !b"+-.".contains(byte))
        {
            return Object::Word(text.into_owned());
        }
        match word.iter().all(u8::is_ascii_digit) {
            true => self.reference(&text).unwrap_or(Object::Number(number)),
            false => Object::Number(number),
        }
    }

    /// `12 0 R`, of which the first number was read.
    fn reference(&mut self, first: &str) -> Option<Object> {
        let number = first.parse().ok()?;
        let behind = self.at;
        self.skip_space();
        let generation = self.regular();
        let is_generation = !generation.is_empty() && generation.iter().all(u8::is_ascii_digit);
        self.skip_space();
        if is_generation
            && self.peek(0) == Some(b'R')
            && self
                .peek(1)
                .is_none_or(|byte| is_space(byte) || is_delimiter(byte))
        {
            self.at += 1;
            return Some(Object::Reference(number));
        }
        self.at = behind;
        None
    }

    fn array(&mut self, depth: usize) -> Object {
        let mut items = Vec::new();
        if depth < MAX_DEPTH {
            while let Some(item) = self.object(depth + 1) {
                match item {
                    Object::Word(word) if word == "]" => break,
                    item => items.push(item),
                }
            }
        }
        Object::Array(items)
    }

    fn dictionary(&mut self, depth: usize) -> Object {
        let mut entries = Dictionary::new();
        if depth < MAX_DEPTH {
            while let Some(Object::Name(key)) = self.object(depth + 1) {
                match self.object(depth + 1) {
                    Some(Object::Word(word)) if word == ">>" => break,
                    Some(value) => {
                        entries.insert(key, value);
                    }
                    None => break,
                }
            }
        }
        Object::Dictionary(entries)
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut digits = Vec::new();
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            digits.extend(hex(byte));
        }
        let pairs = digits.chunks(2);
        pairs
            .map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0))
            .collect()
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = Vec::new();
        let mut depth = 1;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek(0) else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' if self.peek(0) == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek(0) else {
                        break;
                    };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push((code & 255) as u8);
            }
            other => text.push(other),
        }
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Object> {
        let mut reader = Reader::new(bytes, 0);
        std::iter::from_fn(|| reader.next()).collect()
    }

    #[test]
    fn objects_are_read() {
        assert_eq!(
            all(b"12 0 R -1.5 /A#20b % no\n(a\\(b\\051 (c))")[..],
            [
                Object::Reference(12),
                Object::Number(-1.5),
                Object::Name("A b".to_owned()),
                Object::Text(b"a(b) (c)".to_vec()),
            ]
        );
        let Object::Dictionary(entries) = &all(b"<</K[1 2]/T<41 4>>>")[0] else {
            panic!("a dictionary")
        };
        assert_eq!(entries["T"], Object::Text(b"A@".to_vec()));
        assert_eq!(entries["K"].array().unwrap().len(), 2);
    }

    #[test]
    fn reading_ends_whatever_comes() {
        for bytes in [
            &b"<<<<<<"[..],
            b"[[[[[[[[",
            b"<</A",
            b"(((",
            b"\\)>}{<",
            b"<</A>>]",
            b"1 0",
        ] {
            assert!(all(bytes).len() <= bytes.len());
        }
        assert!(all(&b"[".repeat(10_000)).len() <= 10_000);
    }
}
