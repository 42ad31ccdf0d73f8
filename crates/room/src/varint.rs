//! Reading and writing lib0's variable-length encoding, bounded by the bytes that are there.
//!
//! A [`Reader`] borrows: nothing that it reads is copied, so no length on the wire can make it allocate.

use thiserror::Error;

/// Why bytes could not be read. Offsets count from the start of what the reader was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The bytes end in the middle of something.
    #[error("expected {expected} more bytes at offset {at}, but the bytes end")]
    End {
        /// Where the missing bytes would begin.
        at: usize,
        /// How many are missing at least.
        expected: usize,
    },
    /// A number is larger than what may stand there.
    #[error("the number at offset {at} is larger than {max}")]
    TooLarge {
        /// Where the number begins.
        at: usize,
        /// The largest number allowed there.
        max: u64,
    },
    /// A string is not UTF-8.
    #[error("the string at offset {at} is not UTF-8")]
    Utf8 {
        /// Where the string begins.
        at: usize,
    },
}

/// The largest integer that JavaScript holds exactly; client ids lie below or at it.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A position in bytes that somebody else wrote.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    /// Starts at byte `at`, which must not lie past the end.
    pub fn starting_at(bytes: &'a [u8], at: usize) -> Reader<'a> {
        assert!(at <= bytes.len());
        Reader { bytes, at }
    }

    /// The offset of the next byte.
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The bytes from `from` up to the next byte.
    pub fn since(&self, from: usize) -> &'a [u8] {
        &self.bytes[from..self.at]
    }

    /// One byte.
    ///
    /// # Errors
    /// [`ReadError::End`].
    pub fn byte(&mut self) -> Result<u8, ReadError> {
        let &byte = self.bytes.get(self.at).ok_or(ReadError::End {
            at: self.at,
            expected: 1,
        })?;
        self.at += 1;
        Ok(byte)
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// [`ReadError::End`].
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], ReadError> {
        if len > self.left() {
            return Err(ReadError::End {
                at: self.at,
                expected: len - self.left(),
            });
        }
        let slice = &self.bytes[self.at..self.at + len];
        self.at += len;
        Ok(slice)
    }

    /// An unsigned variable-length integer that is at most `max`.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`], [`ReadError::End`].
    pub fn uint(&mut self, max: u64) -> Result<u64, ReadError> {
        let at = self.at;
        let mut value: u64 = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            // Nine groups of seven bits are 63: the tenth byte could only say what is too large anyway.
            if shift > 56 {
                return Err(ReadError::TooLarge { at, max });
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
            shift += 7;
        }
        if value > max {
            return Err(ReadError::TooLarge { at, max });
        }
        Ok(value)
    }

    /// A count of things that take at least `least_bytes` (more than none) each: never more than can still follow.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`], [`ReadError::End`].
    pub fn count(&mut self, least_bytes: usize) -> Result<usize, ReadError> {
        let at = self.at;
        let count = self.uint(MAX_SAFE_INTEGER)?;
        let max = (self.left() / least_bytes) as u64;
        if count > max {
            return Err(ReadError::TooLarge { at, max });
        }
        Ok(count as usize)
    }

    /// Bytes with their length before them.
    ///
    /// # Errors
    /// [`ReadError::TooLarge`], [`ReadError::End`].
    pub fn buffer(&mut self) -> Result<&'a [u8], ReadError> {
        let len = self.uint(u64::from(u32::MAX))?;
        self.take(usize::try_from(len).unwrap_or(usize::MAX))
    }

    /// A string with its length in bytes before it.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn string(&mut self) -> Result<&'a str, ReadError> {
        let at = self.at;
        std::str::from_utf8(self.buffer()?).map_err(|_| ReadError::Utf8 { at })
    }
}

/// Appends an unsigned variable-length integer.
pub fn write_uint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends bytes with their length before them.
pub fn write_buffer(out: &mut Vec<u8>, bytes: &[u8]) {
    write_uint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a string with its length in bytes before it.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    write_buffer(out, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(value in 0..=MAX_SAFE_INTEGER, text in ".*") {
            let mut out = Vec::new();
            write_uint(&mut out, value);
            write_string(&mut out, &text);
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.uint(MAX_SAFE_INTEGER), Ok(value));
            prop_assert_eq!(reader.string(), Ok(text.as_str()));
            prop_assert_eq!(reader.left(), 0);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            while reader.left() > 0 {
                let before = reader.position();
                let _ = reader.string();
                prop_assert!(reader.position() > before && reader.position() <= bytes.len());
            }
        }
    }

    #[test]
    fn a_number_that_never_ends_is_too_large() {
        assert_eq!(
            Reader::new(&[0xff; 20]).uint(9),
            Err(ReadError::TooLarge { at: 0, max: 9 })
        );
    }

    #[test]
    fn a_count_is_bounded_by_what_can_follow() {
        assert!(Reader::new(&[5, 0, 0, 0, 0]).count(1).is_err());
        assert_eq!(Reader::new(&[4, 0, 0, 0, 0]).count(1), Ok(4));
    }
}
