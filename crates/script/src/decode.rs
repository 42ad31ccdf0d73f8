//! Bytes of others that yrs would take at their word: how many entries follow, and that a client id has 53 bits.

use yrs::updates::decoder::Decode;
use yrs::{ClientID, StateVector, StickyIndex, Update};

use crate::error::UpdateError;
use crate::keystroke::read;

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
    let mut left = bytes;
    // A root is named; everything else has an id. A byte follows that says the side.
    if read(&mut left)? == 1 {
        let len = usize::try_from(read(&mut left)?).ok()?;
        left = left.get(len..)?;
    } else {
        client(read(&mut left)?)?;
        u32::try_from(read(&mut left)?).ok()?;
    }
    if left.len() != 1 {
        return None;
    }
    StickyIndex::decode_v1(bytes).ok()
}

/// A state vector.
///
/// # Errors
/// If the bytes are none.
pub(crate) fn state_vector(bytes: &[u8]) -> Result<StateVector, UpdateError> {
    let ended = || UpdateError::malformed("expected another number in a state vector");
    let mut left = bytes;
    let mut vector = StateVector::default();
    for _ in 0..read(&mut left).ok_or_else(ended)? {
        let id = read(&mut left).ok_or_else(ended)?;
        let client = client(id).ok_or_else(|| {
            UpdateError::malformed(format_args!("expected a client id of 53 bits, got {id}"))
        })?;
        let clock = read(&mut left).and_then(|clock| u32::try_from(clock).ok());
        vector.set_max(client, clock.ok_or_else(ended)?);
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
        let too_long = [
            2, 3, 0x41, 0x80, 0xff, 0xff, 0xf0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        ];
        assert!(position(&[&too_long[..], &[2, 3, 0x41]].concat()).is_none());
        assert!(state_vector(&[&[1, 7][..], &[0x80; 12], &[1]].concat()).is_err());
    }
}
