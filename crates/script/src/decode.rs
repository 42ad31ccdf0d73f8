//! Bytes of others that yrs would take at their word: how many entries follow, and that a client id has 53 bits.

use yrs::encoding::read::Read;
use yrs::updates::decoder::{Decode, DecoderV1};
use yrs::{ClientID, StateVector, StickyIndex, Update};

use crate::error::UpdateError;

/// Longer encoded positions are refused.
const MAX_POSITION_BYTES: usize = 256;

/// An update. Who may send one to others has had it checked before.
///
/// # Errors
/// If the bytes are none.
pub(crate) fn update(bytes: &[u8]) -> Result<Update, UpdateError> {
    Update::decode_v1(bytes).map_err(UpdateError::malformed)
}

/// A position; none where it is none.
pub(crate) fn position(bytes: &[u8]) -> Option<StickyIndex> {
    if bytes.len() > MAX_POSITION_BYTES {
        return None;
    }
    let mut reader = DecoderV1::from(bytes);
    let scope: u8 = reader.read_var().ok()?;
    // A root is named; everything else has an id.
    if scope != 1 {
        client(reader.read_var().ok()?)?;
    }
    StickyIndex::decode_v1(bytes).ok()
}

/// A state vector.
///
/// # Errors
/// If the bytes are none.
pub(crate) fn state_vector(bytes: &[u8]) -> Result<StateVector, UpdateError> {
    let mut reader = DecoderV1::from(bytes);
    let count: u32 = reader.read_var().map_err(UpdateError::malformed)?;
    let mut vector = StateVector::default();
    for _ in 0..count {
        let id: u64 = reader.read_var().map_err(UpdateError::malformed)?;
        let client = client(id).ok_or_else(|| {
            UpdateError::malformed(format_args!("expected a client id of 53 bits, got {id}"))
        })?;
        let clock = reader.read_var().map_err(UpdateError::malformed)?;
        vector.set_max(client, clock);
    }
    Ok(vector)
}

fn client(id: u64) -> Option<ClientID> {
    (id < 1 << 53).then(|| ClientID::new(id))
}

#[cfg(test)]
mod tests {
    use yrs::updates::encoder::Encode;

    use super::*;

    const TOO_LARGE: [u8; 8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];

    #[test]
    fn a_state_vector_is_read_as_yrs_writes_it() {
        let vector = state_vector(&[2, 7, 3, 9, 1]).unwrap();
        assert_eq!(vector.get(&ClientID::new(7)), 3);
        assert_eq!(state_vector(&vector.encode_v1()), Ok(vector));
    }

    #[test]
    fn what_claims_more_than_is_there_or_than_can_be_is_refused() {
        assert!(state_vector(&[0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
        assert!(state_vector(&[&[1][..], &TOO_LARGE, &[1]].concat()).is_err());
        assert!(position(&[&[0][..], &TOO_LARGE, &[1, 0]].concat()).is_none());
        assert!(position(&[&[2][..], &TOO_LARGE, &[1, 0]].concat()).is_none());
        assert!(position(&[0, 7, 1, 0]).is_some());
        assert!(position(&[0; 1_000]).is_none());
    }
}
