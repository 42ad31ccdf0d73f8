//! How an entry of the log lies in a row: compressed where that pays, and with a checksum over what lies there, so that a
//! disk or a program that changed it is found out before anything reads it (L4, L5).

use std::borrow::Cow;

use thiserror::Error;

/// Shorter entries stay as they are: a keystroke has nothing to gain.
const LEAST_BYTES: usize = 1024;
/// Nothing larger is ever unpacked: a damaged length must not take the memory of the room.
const MOST_BYTES: usize = 64 << 20;

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// What lies in the row.
    pub bytes: Cow<'a, [u8]>,
    /// Whether that is compressed (LZ4, block format).
    pub packed: bool,
    /// The CRC-32 of `bytes`. `None`: stored before there were checksums.
    pub checksum: Option<u32>,
    /// The length of the entry itself.
    pub size: usize,
}

/// Why a block cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Damage {
    /// The bytes are others than were stored.
    #[error("expected the checksum {expected:08x}, got {got:08x}")]
    Checksum {
        /// What was stored with it.
        expected: u32,
        /// What the bytes have.
        got: u32,
    },
    /// The bytes are no packed entry of that size.
    #[error("expected a packed entry of {0} bytes")]
    Packing(usize),
}

impl<'a> Block<'a> {
    /// Packs an entry, unless that saves less than an eighth.
    pub fn of(entry: &'a [u8]) -> Block<'a> {
        let packed = (entry.len() >= LEAST_BYTES)
            .then(|| lz4_flex::block::compress(entry))
            .filter(|packed| packed.len() <= entry.len() / 8 * 7);
        let bytes = packed.map_or(Cow::Borrowed(entry), Cow::Owned);
        Block {
            packed: matches!(bytes, Cow::Owned(_)),
            checksum: Some(crc32fast::hash(&bytes)),
            size: entry.len(),
            bytes,
        }
    }

    /// The entry.
    ///
    /// # Errors
    /// [`Damage`] when it is not what was stored.
    pub fn open(self) -> Result<Vec<u8>, Damage> {
        let got = crc32fast::hash(&self.bytes);
        if let Some(expected) = self.checksum.filter(|&expected| expected != got) {
            return Err(Damage::Checksum { expected, got });
        }
        if !self.packed {
            return Ok(self.bytes.into_owned());
        }
        let damage = Damage::Packing(self.size);
        if self.size > MOST_BYTES {
            return Err(damage);
        }
        let entry = lz4_flex::block::decompress(&self.bytes, self.size);
        entry
            .ok()
            .filter(|entry| entry.len() == self.size)
            .ok_or(damage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn l4_a_block_opens_to_its_entry(words in prop::collection::vec(any::<u8>(), 0..64), times in 1..200usize) {
            let entry = words.repeat(times);
            let block = Block::of(&entry);
            prop_assert!(block.bytes.len() <= entry.len());
            prop_assert_eq!(block.open(), Ok(entry));
        }

        #[test]
        fn l5_a_changed_bit_is_damage(times in 1..200usize, at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let entry = b"INT. HOUSE - DAY ".repeat(times);
            let mut block = Block::of(&entry);
            let at = at.index(block.bytes.len());
            block.bytes.to_mut()[at] ^= 1 << bit;
            prop_assert!(block.open().is_err());
        }
    }

    #[test]
    fn l4_only_what_gains_is_packed() {
        assert!(!Block::of(&b"key".repeat(10)).packed);
        assert!(Block::of(&b"key".repeat(1000)).packed);
    }

    #[test]
    fn l5_a_length_that_is_a_lie_takes_no_memory() {
        let mut block = Block::of(&[7; 4096]);
        block.size = usize::MAX;
        assert_eq!(block.open(), Err(Damage::Packing(usize::MAX)));
    }
}
