//! Bytes as base64url without padding: one spelling for each.

use alloc::{string::String, vec::Vec};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as text.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let missing = 3_usize.saturating_sub(chunk.len());
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << missing.saturating_mul(8);
        for place in 0..=chunk.len() {
            let shift = 3_usize.saturating_sub(place).saturating_mul(6);
            let letter = usize::try_from(group >> shift & 63).unwrap_or_default();
            text.push(LETTERS.get(letter).map_or('A', |byte| char::from(*byte)));
        }
    }
    text
}

/// Text as so many bytes; `None` for any other spelling than [`encode`]'s.
pub(super) fn decode<const BYTES: usize>(text: &[u8]) -> Option<[u8; BYTES]> {
    let mut bytes = Vec::with_capacity(BYTES);
    let (mut group, mut held) = (0_u32, 0_u32);
    for letter in text {
        let place = LETTERS.iter().position(|known| known == letter)?;
        group = group << 6 | u32::try_from(place).ok()?;
        held = held.saturating_add(6);
        if let Some(left) = held.checked_sub(8) {
            bytes.push(u8::try_from(group >> left & 0xff).ok()?);
            held = left;
            group &= 0xff >> 8_u32.saturating_sub(left);
        }
    }
    // Six bits of nothing would be a second spelling; so would a bit in what is left over.
    (held < 6 && group == 0).then(|| bytes.try_into().ok())?
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn what_is_encoded_is_decoded_and_nothing_else_is() {
        for first in 0..=255 {
            let mut bytes = [first; 64];
            bytes[63] = 255 - first;
            let text = encode(&bytes);
            assert_eq!(text.len(), 86);
            assert_eq!(decode::<64>(text.as_bytes()), Some(bytes));
            assert_eq!(decode::<32>(text.as_bytes()), None);
        }
        let text = encode(&[0; 32]);
        assert_eq!(text.len(), 43);
        let other = format!("{}B", text.strip_suffix('A').unwrap());
        assert_eq!(decode::<32>(other.as_bytes()), None);
        assert_eq!(decode::<32>(format!("{text}A").as_bytes()), None);
        assert_eq!(decode::<32>(format!("{text}=").as_bytes()), None);
    }
}
