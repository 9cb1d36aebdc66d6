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

/// One entry of any list, as it stands in an overlay or in its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What is cut off.
    pub what: What<'a>,
    /// Whose; everybody's if absent.
    pub member: Option<&'a str>,
    /// The first instant.
    pub from: Option<i64>,
    /// The instant after the last; of sessions, sign-ins before it.
    pub to: Option<i64>,
}

/// What an entry cuts off.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// Sign-ins.
    Sessions,
    /// The member.
    Member,
    /// A permission, by its key.
    Operation(&'a str),
}

/// What stands before the lists.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The merchant organisation.
    pub tenant: &'a str,
    /// Grows with every change.
    pub version: u64,
    /// Unix seconds.
    pub issued: i64,
    /// From this instant on it is stale.
    pub fresh_until: Option<i64>,
}

/// Opens the payload of a container whose signature has been checked, and hands out its entries
/// without keeping them. A stale overlay opens: it still revokes and suspends, and sensitive
/// permissions are denied meanwhile.
///
/// By hand: serde would weigh ten times as much in the edge module.
///
/// # Errors
/// Damage, then tenant, time of issue and version against what is expected.
pub fn open_each<'a>(
    payload: &'a [u8],
    expected: &Expectations<'_>,
    each: &mut dyn FnMut(Entry<'a>) -> Result<(), Damaged>,
) -> Result<Head<'a>, Failure> {
    let bytes = &mut Cursor(payload);
    let head = Head {
        tenant: bytes.text()?,
        version: bytes.wide()?,
        issued: bytes.signed()?,
        fresh_until: bytes.optional_signed()?,
    };
    for list in 0..LISTS {
        let count = bytes.number()?;
        // A length is believed up to the cap alone.
        if at(count) > MAX_ENTRIES {
            return Err(Failure::Damaged);
        }
        for _ in 0..count {
            each(Entry::read(list, bytes)?)?;
        }
    }
    if !bytes.is_empty() {
        return Err(Failure::Damaged);
    }
    check_header(head.tenant, head.version, (head.issued, None), expected)?;
    Ok(head)
}

/// Sessions, members, operations.
const LISTS: u32 = 3;

impl<'a> Entry<'a> {
    /// Reads an entry of one of the [`LISTS`].
    fn read(list: u32, bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        let member = if list == 2 {
            bytes.optional_text()?
        } else {
            Some(bytes.text()?)
        };
        let what = match list {
            0 => What::Sessions,
            1 => What::Member,
            _ => What::Operation(bytes.text()?),
        };
        let (from, to) = if list == 0 {
            (None, Some(bytes.signed()?))
        } else {
            (bytes.optional_signed()?, bytes.optional_signed()?)
        };
        Ok(Self {
            what,
            member,
            from,
            to,
        })
    }
}

impl Overlay {
    /// As [`open_each`], with all entries kept.
    ///
    /// # Errors
    /// As there.
    pub fn open(payload: &[u8], expected: &Expectations<'_>) -> Result<Self, Failure> {
        let mut overlay = Self::default();
        let head = open_each(payload, expected, &mut |entry| {
            let (from, to) = (entry.from, entry.to);
            let member = entry.member.map(str::to_owned);
            match entry.what {
                What::Sessions => overlay.session_revoked.push(SessionRevoked {
                    member: member.unwrap_or_default(),
                    before: to.unwrap_or(i64::MAX),
                }),
                What::Member => overlay.member_suspended.push(MemberSuspended {
                    member: member.unwrap_or_default(),
                    from,
                    to,
                }),
                What::Operation(permission) => {
                    overlay.operation_suspended.push(OperationSuspended {
                        member,
                        permission: permission.to_owned(),
                        from,
                        to,
                    })
                }
            }
            Ok(())
        })?;
        Ok(Self {
            tenant: head.tenant.to_owned(),
            version: head.version,
            issued: head.issued,
            fresh_until: head.fresh_until,
            ..overlay
        })
    }

    /// The entries of all lists.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let sessions = self.session_revoked.iter().map(|it| Entry {
            what: What::Sessions,
            member: Some(&it.member),
            from: None,
            to: Some(it.before),
        });
        let members = self.member_suspended.iter().map(|it| Entry {
            what: What::Member,
            member: Some(&it.member),
            from: it.from,
            to: it.to,
        });
        let operations = self.operation_suspended.iter().map(|it| Entry {
            what: What::Operation(&it.permission),
            member: it.member.as_deref(),
            from: it.from,
            to: it.to,
        });
        sessions.chain(members).chain(operations)
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
