//! The signed envelope around a payload.
//!
//! `magic "KYRK" | format | domain | key id [8] | payload length u32 | payload | signature [64]`,
//! signed with Ed25519 over the domain's prefix and everything before the signature.

use alloc::vec::Vec;
use core::fmt;

use super::{Snapshot, layout};

/// The first four bytes of every container.
pub const MAGIC: [u8; 4] = *b"KYRK";
/// The format this code reads and writes. Any change of the payload's schema is another one.
pub const FORMAT: u8 = 1;
/// Bytes before the payload.
pub const HEADER_BYTES: usize = 18;
/// Bytes after it.
pub const SIGNATURE_BYTES: usize = 64;
/// A clock may be so far behind the publisher's.
pub const CLOCK_LEEWAY_SECONDS: i64 = 60;

/// What a container holds. Each kind is signed under its own prefix, so that none passes as another.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Domain {
    /// A whole policy.
    #[default]
    Snapshot,
    /// One member's view of it.
    Slice,
    /// Revocations and suspensions.
    Overlay,
    /// Titles for people.
    Labels,
}

impl Domain {
    /// Its number in the container.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Snapshot => 0,
            Self::Slice => 1,
            Self::Overlay => 2,
            Self::Labels => 3,
        }
    }

    /// What the signature covers before the container's own bytes.
    #[must_use]
    pub const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Snapshot => b"keyrack/snapshot/v1\0",
            Self::Slice => b"keyrack/slice/v1\0",
            Self::Overlay => b"keyrack/overlay/v1\0",
            Self::Labels => b"keyrack/labels/v1\0",
        }
    }
}

/// Why bytes are not loaded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The payload says something impossible.
    Damaged,
    /// It asks for a newer engine.
    EngineTooOld,
    /// Its time is over.
    Expired,
    /// It is of a format that this code does not know.
    FormatUnknown,
    /// It was issued after now.
    IssuedInFuture,
    /// None of the keys made it.
    KeyUnknown,
    /// It is no container, or cut, or longer than it says.
    Malformed,
    /// It is older than what was seen before.
    Rollback,
    /// The signature is not by the key it names.
    SignatureInvalid,
    /// It belongs to another tenant.
    TenantMismatch,
    /// It is larger than any that is read.
    TooLarge,
    /// It has no signature.
    Unsigned,
    /// It holds another kind of thing.
    WrongDomain,
}

impl Failure {
    /// Its stable code, without the name of the thing that was loaded.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::EngineTooOld => "engine_too_old",
            Self::Expired => "expired",
            Self::FormatUnknown => "format_unknown",
            Self::IssuedInFuture => "issued_in_future",
            Self::KeyUnknown => "key_unknown",
            Self::Malformed => "malformed",
            Self::Rollback => "rollback",
            Self::SignatureInvalid => "signature_invalid",
            Self::TenantMismatch => "tenant_mismatch",
            Self::TooLarge => "too_large",
            Self::Unsigned => "unsigned",
            Self::WrongDomain => "wrong_domain",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl core::error::Error for Failure {}

impl From<super::Damaged> for Failure {
    fn from(_: super::Damaged) -> Self {
        Self::Damaged
    }
}

/// A container taken apart. Nothing in it has been believed yet.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// The first bytes of the SHA-256 of the key that should have signed it; zero: unsigned.
    pub key_id: [u8; 8],
    /// What is signed, without the domain's prefix.
    pub signed: &'a [u8],
    /// What it holds.
    pub payload: &'a [u8],
    /// The signature.
    pub signature: &'a [u8; SIGNATURE_BYTES],
}

impl<'a> Container<'a> {
    /// Takes a container apart.
    ///
    /// # Errors
    /// In this order: too large, malformed, format unknown, wrong domain, malformed length.
    pub fn parse(bytes: &'a [u8], domain: Domain) -> Result<Self, Failure> {
        if bytes.len() > layout::MAX_PAYLOAD_BYTES.saturating_add(HEADER_BYTES + SIGNATURE_BYTES) {
            return Err(Failure::TooLarge);
        }
        let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(Failure::Malformed)?;
        if *magic != MAGIC {
            return Err(Failure::Malformed);
        }
        let ([format, kind], rest) = rest.split_first_chunk().ok_or(Failure::Malformed)?;
        if *format != FORMAT {
            return Err(Failure::FormatUnknown);
        }
        if *kind != domain.code() {
            return Err(Failure::WrongDomain);
        }
        let (key_id, rest) = rest.split_first_chunk().ok_or(Failure::Malformed)?;
        let (length, rest) = rest.split_first_chunk().ok_or(Failure::Malformed)?;
        let (payload, signature) = rest.split_last_chunk().ok_or(Failure::Malformed)?;
        if usize::try_from(u32::from_le_bytes(*length)) != Ok(payload.len()) {
            return Err(Failure::Malformed);
        }
        let end = bytes.len().saturating_sub(SIGNATURE_BYTES);
        let signed = bytes.get(..end).ok_or(Failure::Malformed)?;
        Ok(Self {
            key_id: *key_id,
            signed,
            payload,
            signature,
        })
    }
}

/// What the loader knows and holds a snapshot against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectations<'a> {
    /// What the payload was signed as: [`open`] takes a member's view for nothing but a slice, and
    /// nothing but that for a slice.
    pub domain: Domain,
    /// Whose policy it has to be.
    pub tenant: Option<&'a str>,
    /// The least version that is not a step back.
    pub min_version: u64,
    /// Unix seconds. Without a clock, what expires has expired.
    pub now: Option<i64>,
}

/// Opens the payload of a container whose signature has been checked, or whose origin the caller
/// vouches for.
///
/// # Errors
/// Damage, then the checks of the header against what is expected.
pub fn open(payload: &[u8], expected: &Expectations<'_>) -> Result<Snapshot, Failure> {
    open_owned(payload.to_vec(), expected)
}

/// As [`open`], of bytes that nobody else needs: they are not copied.
///
/// # Errors
/// As [`open`].
pub fn open_owned(payload: Vec<u8>, expected: &Expectations<'_>) -> Result<Snapshot, Failure> {
    let snapshot = Snapshot::open(payload)?;
    let head = snapshot.head();
    if head.slice_of.is_some() != (expected.domain == Domain::Slice) {
        return Err(Failure::Damaged);
    }
    if head.min_engine > layout::ENGINE {
        return Err(Failure::EngineTooOld);
    }
    check_header(
        &head.tenant,
        head.version,
        (head.issued, head.expires),
        expected,
    )?;
    Ok(snapshot)
}

/// The checks that snapshots and overlays share.
pub(super) fn check_header(
    tenant: &str,
    version: u64,
    (issued, expires): (i64, Option<i64>),
    expected: &Expectations<'_>,
) -> Result<(), Failure> {
    if expected.tenant.is_some_and(|wanted| wanted != tenant) {
        return Err(Failure::TenantMismatch);
    }
    if let Some(now) = expected.now
        && issued > now.saturating_add(CLOCK_LEEWAY_SECONDS)
    {
        return Err(Failure::IssuedInFuture);
    }
    if expires.is_some_and(|end| expected.now.is_none_or(|now| now >= end)) {
        return Err(Failure::Expired);
    }
    if version < expected.min_version {
        Err(Failure::Rollback)
    } else {
        Ok(())
    }
}

/// The bytes of a container before the signature.
#[must_use]
pub fn unsigned_part(domain: Domain, key_id: [u8; 8], payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(
        payload
            .len()
            .saturating_add(HEADER_BYTES.saturating_add(SIGNATURE_BYTES)),
    );
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&[FORMAT, domain.code()]);
    bytes.extend_from_slice(&key_id);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// A container without a signature: it loads only where the loader says that this is allowed.
#[must_use]
pub fn unsigned(domain: Domain, payload: &[u8]) -> Vec<u8> {
    let mut bytes = unsigned_part(domain, [0; 8], payload);
    bytes.extend_from_slice(&[0; SIGNATURE_BYTES]);
    bytes
}

#[cfg(feature = "ed25519")]
pub use signing::{KeySet, SigningKey, VerifyingKey, sign, verify};

#[cfg(feature = "ed25519")]
mod signing {
    use super::{Container, Domain, Failure, unsigned_part};
    use alloc::vec::Vec;

    use ed25519_dalek::Signer;
    use sha2::Digest;

    /// A publisher's private key. It never reaches an edge or a browser.
    #[derive(Debug)]
    pub struct SigningKey(ed25519_dalek::SigningKey);

    /// The public half of a publisher's key.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

    /// The keys that a loader trusts.
    pub type KeySet = [VerifyingKey];

    impl SigningKey {
        /// The key of a 32-byte seed.
        #[must_use]
        pub fn from_seed(seed: &[u8; 32]) -> Self {
            Self(ed25519_dalek::SigningKey::from_bytes(seed))
        }

        /// The seed, for storing.
        #[must_use]
        pub fn seed(&self) -> [u8; 32] {
            self.0.to_bytes()
        }

        /// Signs bytes that are no container, under a domain of their own.
        #[must_use]
        pub fn sign_bytes(&self, domain: &[u8], bytes: &[u8]) -> [u8; 64] {
            self.0.sign(&[domain, bytes].concat()).to_bytes()
        }

        /// The public half.
        #[must_use]
        pub fn verifying_key(&self) -> VerifyingKey {
            VerifyingKey(self.0.verifying_key())
        }
    }

    impl VerifyingKey {
        /// The key of 32 public bytes; `None` where they are no point of the curve, or a weak one.
        #[must_use]
        pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
            ed25519_dalek::VerifyingKey::from_bytes(bytes)
                .ok()
                .filter(|key| !key.is_weak())
                .map(Self)
        }

        /// The 32 public bytes.
        #[must_use]
        pub fn to_bytes(&self) -> [u8; 32] {
            self.0.to_bytes()
        }

        /// Whether this key signed bytes that are no container. Only strict signatures count.
        #[must_use]
        pub fn has_signed(&self, domain: &[u8], bytes: &[u8], signature: &[u8; 64]) -> bool {
            let signature = ed25519_dalek::Signature::from_bytes(signature);
            self.0
                .verify_strict(&[domain, bytes].concat(), &signature)
                .is_ok()
        }

        /// The first eight bytes of their SHA-256: how containers name it.
        #[must_use]
        pub fn id(&self) -> [u8; 8] {
            let digest: [u8; 32] = sha2::Sha256::digest(self.to_bytes()).into();
            let [a, b, c, d, e, f, g, h, ..] = digest;
            [a, b, c, d, e, f, g, h]
        }
    }

    fn message(domain: Domain, signed: &[u8]) -> Vec<u8> {
        let mut message = domain.prefix().to_vec();
        message.extend_from_slice(signed);
        message
    }

    /// A signed container.
    #[must_use]
    pub fn sign(domain: Domain, payload: &[u8], key: &SigningKey) -> Vec<u8> {
        let mut bytes = unsigned_part(domain, key.verifying_key().id(), payload);
        let signature = key.0.sign(&message(domain, &bytes));
        bytes.extend_from_slice(&signature.to_bytes());
        bytes
    }

    /// The payload of a container, once its signature has been checked. Only strict signatures pass.
    ///
    /// # Errors
    /// Those of [`Container::parse`], then unsigned, key unknown, signature invalid.
    pub fn verify<'a>(bytes: &'a [u8], domain: Domain, keys: &KeySet) -> Result<&'a [u8], Failure> {
        let container = Container::parse(bytes, domain)?;
        if container.key_id == [0; 8] {
            return Err(Failure::Unsigned);
        }
        let key = keys
            .iter()
            .find(|key| key.id() == container.key_id)
            .ok_or(Failure::KeyUnknown)?;
        let signature = ed25519_dalek::Signature::from_bytes(container.signature);
        key.0
            .verify_strict(&message(domain, container.signed), &signature)
            .map_err(|_| Failure::SignatureInvalid)?;
        Ok(container.payload)
    }
}
