//! Revocations and suspensions, ahead of the snapshot: a small signed document of its own.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};

use super::{
    Damaged,
    container::{Expectations, Failure, check_header},
    cursor::{Cursor, at},
};

/// Entries of one kind that are read. Whoever has more widens them to everybody.
pub const MAX_ENTRIES: usize = 65_536;

/// What is cut off, until the next snapshot says it or the cut is lifted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overlay {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every change.
    pub version: u64,
    /// Unix seconds.
    pub issued: i64,
    /// From this instant on it is stale; `None` was written as `never`.
    pub fresh_until: Option<i64>,
    /// Sessions that ended early.
    #[serde(deserialize_with = "capped")]
    pub session_revoked: Vec<SessionRevoked>,
    /// Members that are stopped.
    #[serde(deserialize_with = "capped")]
    pub member_suspended: Vec<MemberSuspended>,
    /// Operations that are stopped.
    #[serde(deserialize_with = "capped")]
    pub operation_suspended: Vec<OperationSuspended>,
}

/// Sign-ins of a member before an instant count no longer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRevoked {
    /// Whose.
    pub member: String,
    /// Sign-ins at or after this instant count.
    pub before: i64,
}

/// A member is stopped while `from` ≤ now < `to`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberSuspended {
    /// Who.
    pub member: String,
    /// The first instant.
    pub from: Option<i64>,
    /// The instant after the last.
    pub to: Option<i64>,
}

/// One permission is stopped while `from` ≤ now < `to`, for one member or for all.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperationSuspended {
    /// Who; everybody if absent.
    pub member: Option<String>,
    /// What. This permission only.
    pub permission: String,
    /// The first instant.
    pub from: Option<i64>,
    /// The instant after the last.
    pub to: Option<i64>,
}

/// A list that is refused as soon as it is known to be too long.
fn capped<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct Capped<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Capped<T> {
        type Value = Vec<T>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "at most {MAX_ENTRIES} entries")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut entries = Vec::new();
            let told = seq.size_hint().unwrap_or_default();
            if told > MAX_ENTRIES {
                return Err(A::Error::invalid_length(told, &self));
            }
            while let Some(entry) = seq.next_element()? {
                if entries.len() == MAX_ENTRIES {
                    return Err(A::Error::invalid_length(entries.len(), &self));
                }
                entries.push(entry);
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_seq(Capped(PhantomData))
}

/// A list behind its length, which is believed up to the cap alone.
fn entries<T>(
    bytes: &mut Cursor<'_>,
    read: impl Fn(&mut Cursor<'_>) -> Result<T, Damaged>,
) -> Result<Vec<T>, Damaged> {
    let count = bytes.number()?;
    if at(count) > MAX_ENTRIES {
        return Err(Damaged);
    }
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(read(bytes)?);
    }
    Ok(entries)
}

impl Overlay {
    /// Opens the payload of a container whose signature has been checked. A stale overlay opens: it
    /// still revokes and suspends, and sensitive permissions are denied meanwhile.
    ///
    /// # Errors
    /// Damage, then tenant, time of issue and version against what is expected.
    pub fn open(payload: &[u8], expected: &Expectations<'_>) -> Result<Self, Failure> {
        let mut rest = Cursor(payload);
        let overlay = Self::read(&mut rest)?;
        if !rest.is_empty() {
            return Err(Failure::Damaged);
        }
        check_header(
            &overlay.tenant,
            overlay.version,
            (overlay.issued, None),
            expected,
        )?;
        Ok(overlay)
    }

    /// Reads what [`Overlay::payload`] writes. By hand: serde would weigh ten times as much in the
    /// edge module.
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            tenant: bytes.text()?.to_owned(),
            version: bytes.wide()?,
            issued: bytes.signed()?,
            fresh_until: bytes.optional_signed()?,
            session_revoked: entries(bytes, |bytes| {
                Ok(SessionRevoked {
                    member: bytes.text()?.to_owned(),
                    before: bytes.signed()?,
                })
            })?,
            member_suspended: entries(bytes, |bytes| {
                Ok(MemberSuspended {
                    member: bytes.text()?.to_owned(),
                    from: bytes.optional_signed()?,
                    to: bytes.optional_signed()?,
                })
            })?,
            operation_suspended: entries(bytes, |bytes| {
                Ok(OperationSuspended {
                    member: bytes.optional_text()?.map(str::to_owned),
                    permission: bytes.text()?.to_owned(),
                    from: bytes.optional_signed()?,
                    to: bytes.optional_signed()?,
                })
            })?,
        })
    }

    /// The payload of an overlay.
    ///
    /// # Errors
    /// If it cannot be encoded.
    pub fn payload(&self) -> Result<Vec<u8>, Damaged> {
        postcard::to_allocvec(self).map_err(|_| Damaged)
    }

    /// Brings the entries into one order, so that the same cuts give the same bytes.
    pub fn sort(&mut self) {
        self.session_revoked.sort_by(|a, b| a.member.cmp(&b.member));
        self.member_suspended
            .sort_by(|a, b| a.member.cmp(&b.member));
        self.operation_suspended
            .sort_by(|a, b| a.permission.cmp(&b.permission));
    }
}
