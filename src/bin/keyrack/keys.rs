//! Keys as files: a private key is one line that says what it is, a public key is base64url.

use std::{fs, io::ErrorKind, path::Path};

use keyrack::snapshot::container::{SigningKey, VerifyingKey};

use crate::failure::Failure;

/// What a private key's file begins with, so that nobody takes it for a public one.
pub(crate) const PRIVATE_PREFIX: &str = "keyrack-private-key:";
/// Longer files are no keys.
const MAX_KEY_FILE_BYTES: usize = 4_096;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as base64url without padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        group <<= 3_usize.saturating_sub(chunk.len()).saturating_mul(8);
        for place in 0..=chunk.len() {
            let shift = 3_usize.saturating_sub(place).saturating_mul(6);
            let letter = usize::try_from(group >> shift & 63).unwrap_or_default();
            text.push(
                LETTERS
                    .get(letter)
                    .map_or('A', |letter| char::from(*letter)),
            );
        }
    }
    text
}

/// The bytes of base64url text of any length.
pub(crate) fn decode_any(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=');
    let mut bytes = Vec::new();
    let (mut group, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let place = LETTERS.iter().position(|known| *known == letter)?;
        group = group << 6 | u32::try_from(place).ok()?;
        held = held.saturating_add(6);
        if let Some(left) = held.checked_sub(8) {
            bytes.push(u8::try_from(group >> left & 0xff).ok()?);
            held = left;
            group &= 0xff >> 8_u32.saturating_sub(left);
        }
    }
    (group == 0).then_some(bytes)
}

/// The 32 bytes of base64url or hexadecimal text.
pub(crate) fn decode(text: &str) -> Option<[u8; 32]> {
    let text = text.trim().trim_end_matches('=');
    let bits = match text.len() {
        43 => 6,
        64 => 4,
        _ => return None,
    };
    let mut bytes = [0_u8; 32];
    let mut places = bytes.iter_mut();
    let (mut group, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = if bits == 4 {
            char::from(letter).to_digit(16)?
        } else {
            let place = LETTERS.iter().position(|known| *known == letter)?;
            u32::try_from(place).ok()?
        };
        group = group << bits | value;
        held = held.saturating_add(bits);
        if let Some(left) = held.checked_sub(8) {
            *places.next()? = u8::try_from(group >> left & 0xff).ok()?;
            held = left;
            group &= 0xff >> 8_u32.saturating_sub(left);
        }
    }
    // What is left over of the last letter must be nothing, or one key had several spellings.
    (group == 0 && places.next().is_none()).then_some(bytes)
}

/// A key's id as containers name it.
pub(crate) fn id_text(id: [u8; 8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a public key: a file, or the key itself.
pub(crate) fn public(given: &str) -> Result<VerifyingKey, Failure> {
    let wrong = |message: String| {
        Failure::new(
            "key_invalid",
            message,
            "a public key is 43 letters of base64url, as `keyrack keygen` prints it",
        )
    };
    let text = match fs::read(given) {
        Ok(bytes) if bytes.len() <= MAX_KEY_FILE_BYTES => {
            String::from_utf8(bytes).map_err(|_| wrong(format!("`{given}` is no public key")))?
        }
        Ok(_) => return Err(wrong(format!("`{given}` is no public key"))),
        Err(error) if error.kind() == ErrorKind::NotFound && decode(given).is_some() => {
            given.to_owned()
        }
        Err(error) => return Err(Failure::unreadable(Path::new(given), &error)),
    };
    if text.trim_start().starts_with(PRIVATE_PREFIX) {
        return Err(Failure::new(
            "key_private",
            format!("`{given}` is the private key"),
            "name the public one, which ends in `.pub`; the private one belongs to `compile` and `sign` only",
        ));
    }
    decode(&text)
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes))
        .ok_or_else(|| wrong(format!("`{given}` is no public key")))
}

/// Reads a private key's file.
pub(crate) fn private(path: &Path) -> Result<SigningKey, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.trim().strip_prefix(PRIVATE_PREFIX))
        .and_then(decode)
        .map(|seed| SigningKey::from_seed(&seed))
        .ok_or_else(|| {
            Failure::new(
                "key_invalid",
                format!("`{}` is no private key", path.display()),
                "make one with `keyrack keygen`",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn what_is_encoded_is_decoded() {
        for first in 0..=255 {
            let mut bytes = [first; 32];
            bytes[31] = 255 - first;
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn a_key_has_one_spelling() {
        let text = encode(&[0; 32]);
        let other = format!("{}B", text.strip_suffix('A').unwrap());
        assert_eq!(decode(&other), None);
        assert_eq!(decode(text.strip_prefix('A').unwrap()), None);
    }
}
