//! What is kept with a socket while its object sleeps.

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// A session's bytes as the platform keeps them: one array of bytes, not a list of numbers.
pub(super) struct Attachment(pub(super) Vec<u8>);

impl Serialize for Attachment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Attachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Attachment;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> std::result::Result<Attachment, E> {
                Ok(Attachment(bytes.to_vec()))
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> std::result::Result<Attachment, E> {
                Ok(Attachment(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}
