//! Pages of a search, and the tokens that lead from one to the next.

use alloc::{string::String, vec::Vec};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{
    Fault, Service,
    json::{Json, Object},
};

/// How many results a page has where no limit is told.
const USUAL_LIMIT: u32 = 100;
/// The most results of one page.
const MAX_LIMIT: u32 = 1_000;
/// The longest token that is looked at.
const MAX_TOKEN_CHARACTERS: usize = 2_048;
/// What a token's authentication begins with, so that the key serves nothing else by accident.
const PURPOSE: &[u8] = b"keyrack authzen page 1\0";
const MAC_BYTES: usize = 32;
const LIMIT_BYTES: usize = 4;

/// The page that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Page {
    /// Whether the caller speaks of pages at all.
    pub asked: bool,
    /// The most results.
    pub limit: u32,
    /// The last result of the page before; nothing before the first.
    pub after: Option<String>,
}

/// What a search is: tokens of another one are refused.
#[derive(Clone, Debug)]
pub(super) struct Search<'s> {
    service: &'s Service,
    /// A digest of what is searched, and of the policy's version.
    about: [u8; 32],
}

impl<'s> Search<'s> {
    /// A search by an endpoint, a request, and a version of a tenant's policy. `sought`: the entity
    /// that is searched for, of which only the type counts.
    pub fn new(
        service: &'s Service,
        endpoint: u8,
        body: &Object<'_>,
        sought: Option<(&str, &str)>,
        (tenant, version): (&str, u64),
    ) -> Self {
        let mut hash = Sha256::new();
        let mut feed = |bytes: &[u8]| hash.update(bytes);
        feed(&[endpoint]);
        feed(&version.to_le_bytes());
        Json::String(tenant.into()).feed(&mut feed);
        for member in ["subject", "action", "resource", "context"] {
            match (sought, body.find(member)) {
                (Some((name, kind)), _) if name == member => {
                    Json::String(kind.into()).feed(&mut feed);
                }
                (_, Some(value)) => value.feed(&mut feed),
                (_, None) => Json::Null.feed(&mut feed),
            }
        }
        Self {
            service,
            about: hash.finalize().into(),
        }
    }

    /// The page that a request asks for.
    ///
    /// # Errors
    /// If its form is wrong, or its token is of another search, version or limit.
    pub fn page(&self, body: &Object<'_>) -> Result<Page, Fault> {
        let first = Page {
            asked: false,
            limit: USUAL_LIMIT,
            after: None,
        };
        let page = match body.find("page") {
            None | Some(Json::Null) => return Ok(first),
            Some(Json::Object(page)) => page,
            Some(_) => return Err(Fault::bad("page is not an object")),
        };
        let limit = match page.find("limit") {
            None | Some(Json::Null) => None,
            Some(Json::Integer(limit)) => match u64::try_from(*limit) {
                Ok(limit) => Some(u32::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT)),
                Err(_) => return Err(Fault::bad("page.limit is negative")),
            },
            Some(_) => return Err(Fault::bad("page.limit is not a whole number")),
        };
        let token = match page.find("token") {
            None | Some(Json::Null) => None,
            Some(Json::String(token)) => Some(&**token).filter(|token| !token.is_empty()),
            Some(_) => return Err(Fault::bad("page.token is not a string")),
        };
        let Some(token) = token else {
            return Ok(Page {
                asked: true,
                limit: limit.unwrap_or(USUAL_LIMIT),
                ..first
            });
        };
        let (first_limit, after) = self
            .open(token)
            .ok_or_else(|| Fault::bad("page.token does not belong to this search"))?;
        if limit.is_some_and(|limit| limit != first_limit) {
            return Err(Fault::bad("page.limit is not that of the first page"));
        }
        Ok(Page {
            asked: true,
            limit: first_limit,
            after,
        })
    }

    /// The token of the page after a result; after none, of the first.
    pub fn token(&self, limit: u32, after: Option<&str>) -> String {
        let mut bytes = limit.to_be_bytes().to_vec();
        if let Some(after) = after {
            bytes.push(1);
            bytes.extend_from_slice(after.as_bytes());
        }
        let mac = self.mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        encode(&bytes)
    }

    fn open(&self, token: &str) -> Option<(u32, Option<String>)> {
        if token.len() > MAX_TOKEN_CHARACTERS {
            return None;
        }
        let bytes = decode(token)?;
        let (told, mac) = bytes.split_last_chunk::<MAC_BYTES>()?;
        self.mac(told).verify_slice(mac).ok()?;
        let (limit, after) = told.split_first_chunk::<LIMIT_BYTES>()?;
        let after = match after.split_first() {
            None => None,
            Some((_, name)) => Some(String::from_utf8(name.to_vec()).ok()?),
        };
        Some((u32::from_be_bytes(*limit), after))
    }

    fn mac(&self, told: &[u8]) -> Hmac<Sha256> {
        let mut mac = keyed(&self.service.key);
        mac.update(PURPOSE);
        mac.update(&self.about);
        mac.update(told);
        mac
    }
}

/// Any number of bytes is a key of HMAC.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default()))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 for addresses, without padding.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = word(0) << 16 | word(1) << 8 | word(2);
        for place in 0..=chunk.len() {
            let shift = [18, 12, 6, 0].get(place).copied().unwrap_or(0);
            let digit = usize::try_from(bits >> shift & 63).unwrap_or(0);
            text.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'A')));
        }
    }
    text
}

/// One spelling for each token: bits that encode nothing have to be zero.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for place in 0..4 {
            let digit = match chunk.get(place) {
                None => 0,
                Some(byte) => DIGITS.iter().position(|digit| digit == byte)?,
            };
            bits = bits << 6 | u32::try_from(digit).ok()?;
        }
        let whole = bits.to_be_bytes();
        let (kept, rest) = match chunk.len() {
            4 => (3, &[][..]),
            3 => (2, whole.get(3..)?),
            2 => (1, whole.get(2..)?),
            _ => return None,
        };
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(whole.iter().skip(1).take(kept));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{decode, encode};

    #[test]
    fn bytes_come_back_and_nothing_else_is_read() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(37)).collect();
            let text = encode(&bytes);
            assert_eq!(decode(&text).as_deref(), Some(&*bytes), "{text}");
        }
        assert_eq!(encode(b"\xfb\xff"), "-_8");
        for wrong in ["A", "-_9", "-_8=", "+/8", "AAAAA", "é"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
