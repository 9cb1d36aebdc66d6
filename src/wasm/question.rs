//! A request as `pkg/src/request.js` writes it: postcard, read without serde, which would double
//! the size of the module.

use alloc::vec::Vec;

use crate::{
    decide::request::{
        Amount, Approval, Attributes, Auth, Exact, Fields, Proof, Proposal, ProposedConditions,
        ProposedHours, ProposedLimit, ProposedValidity, Request, Resource, Text, Unread, Usage,
        Value,
    },
    snapshot::{Damaged, cursor::Cursor},
};

/// The request that some bytes are, and nothing else.
///
/// # Errors
/// If they are none, or more than one.
pub fn read(bytes: &[u8]) -> Result<Request<'_>, Damaged> {
    let mut bytes = Cursor(bytes);
    let request = Request::read(&mut bytes)?;
    if bytes.is_empty() {
        Ok(request)
    } else {
        Err(Damaged)
    }
}

trait Read<'a>: Sized {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged>;
}

/// Members by position.
macro_rules! by_position {
    ($name:ident { $($member:ident),+ $(,)? }) => {
        impl<'a> Read<'a> for $name<'a> {
            fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
                Ok(Self { $($member: Read::read(bytes)?,)+ })
            }
        }
    };
}

by_position!(Request {
    id,
    subject,
    actor,
    permission,
    scope,
    now,
    amount,
    percent,
    quantity,
    resource,
    assignment,
    member,
    fields,
    auth,
    ip,
    approvals,
    usage,
});
by_position!(Amount { value, currency });
by_position!(Resource {
    resource_type,
    id,
    assignee,
    department,
    open_ticket_with,
    attributes
});
by_position!(Fields {
    read,
    write,
    filter,
    sort,
    export
});
by_position!(Auth {
    session,
    time,
    acr,
    amr,
    level,
    proofs
});
by_position!(Proof {
    subject,
    session,
    permission,
    level,
    at
});
by_position!(Approval {
    by,
    requester,
    permission,
    scope,
    resource,
    amount,
    percent,
    quantity,
    at,
});
by_position!(Usage {
    budget,
    amount,
    count
});
by_position!(Proposal {
    member,
    group,
    organisation,
    role,
    permissions,
    scopes,
    valid,
    conditions,
});
by_position!(ProposedConditions {
    limits,
    unlimited,
    rows,
    hours,
    networks,
    approval_for,
    sensitive_to,
    budgets,
    attributes,
    training,
    step_up,
    sign_in_level,
});
by_position!(ProposedLimit {
    permission,
    currency,
    approve_above,
    max
});
by_position!(ProposedHours {
    zone,
    days,
    from,
    to
});

impl Read<'_> for ProposedValidity {
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            from: Read::read(bytes)?,
            to: Read::read(bytes)?,
        })
    }
}

impl Read<'_> for Unread {
    fn read(_: &mut Cursor<'_>) -> Result<Self, Damaged> {
        Ok(Self)
    }
}

impl Read<'_> for bool {
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        match bytes.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damaged),
        }
    }
}

impl Read<'_> for u8 {
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        bytes.byte()
    }
}

impl Read<'_> for i64 {
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        bytes.signed()
    }
}

impl Read<'_> for Exact {
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        Read::read(bytes).map(Self)
    }
}

impl<'a> Read<'a> for Text<'a> {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        bytes.text().map(Self::from)
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        if bool::read(bytes)? {
            T::read(bytes).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        // Nothing is allocated by the length that is told, which nothing vouches for.
        let mut list = Self::new();
        for _ in 0..bytes.number()? {
            list.push(T::read(bytes)?);
        }
        Ok(list)
    }
}

impl<'a> Read<'a> for Attributes<'a> {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        let mut told = Self::default();
        for _ in 0..bytes.number()? {
            let (name, value) = (Text::read(bytes)?, Value::read(bytes)?);
            if told.find(&name).is_some() {
                return Err(Damaged);
            }
            told.0.push((name, value));
        }
        Ok(told)
    }
}

impl<'a> Read<'a> for Value<'a> {
    fn read(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        Ok(match bytes.number()? {
            0 => Self::Boolean(Read::read(bytes)?),
            1 => Self::Integer(Read::read(bytes)?),
            2 => Self::String(Read::read(bytes)?),
            3 => Self::Strings(Read::read(bytes)?),
            4 => Self::Other,
            _ => return Err(Damaged),
        })
    }
}
