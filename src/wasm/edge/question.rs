//! A request as `pkg/src/request.js` writes it: postcard, read without serde, which would weigh
//! ten times as much.

use alloc::vec::Vec;

use crate::{
    decide::request::{
        Amount, Approval, Attributes, Auth, Exact, Fields, Proof, Proposal, ProposedConditions,
        ProposedHours, ProposedLimit, ProposedValidity, Request, Resource, Text, Unread, Usage,
        Value,
    },
    snapshot::{Damaged, cursor::Cursor},
};

/// Works on the request that some bytes are, and nothing else; on none if they are none, or more
/// than one. The request is large, so it stays where it is read.
pub fn with<T>(bytes: &[u8], work: impl FnOnce(Option<&Request<'_>>) -> T) -> T {
    let mut reader = Reader {
        rest: Cursor(bytes),
        failed: false,
    };
    let request = Request::read(&mut reader);
    let whole = !reader.failed && reader.rest.is_empty();
    work(whole.then_some(&request))
}

/// Reads on after a failure, and remembers it: one check at the end is smaller than one at each of
/// a hundred steps. After a failure nothing is left to read, so that every list ends.
struct Reader<'a> {
    rest: Cursor<'a>,
    failed: bool,
}

impl<'a> Reader<'a> {
    fn believe<T: Default>(&mut self, read: Result<T, Damaged>) -> T {
        read.unwrap_or_else(|Damaged| self.fail())
    }

    fn fail<T: Default>(&mut self) -> T {
        self.failed = true;
        self.rest = Cursor(&[]);
        T::default()
    }

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        match self.rest.0 {
            [first, rest @ ..] => {
                self.rest = Cursor(rest);
                *first
            }
            [] => self.fail(),
        }
    }

    #[inline(never)]
    fn signed(&mut self) -> i64 {
        let read = self.rest.signed();
        self.believe(read)
    }

    #[inline(never)]
    fn number(&mut self) -> u32 {
        let read = self.rest.number();
        self.believe(read)
    }

    #[inline(never)]
    fn text(&mut self) -> &'a str {
        let read = self.rest.text();
        self.believe(read)
    }
}

trait Read<'a> {
    fn read(reader: &mut Reader<'a>) -> Self;
}

/// Members by position.
macro_rules! by_position {
    ($($name:ident { $($member:ident),+ $(,)? })+) => {
        $(impl<'a> Read<'a> for $name<'a> {
            fn read(reader: &mut Reader<'a>) -> Self {
                Self { $($member: Read::read(reader),)+ }
            }
        })+
    };
}

by_position! {
    Request {
        id, subject, actor, permission, scope, now, amount, percent, quantity, resource,
        assignment, member, fields, auth, ip, approvals, usage,
    }
    Amount { value, currency }
    Resource { resource_type, id, assignee, department, open_ticket_with, attributes }
    Fields { read, write, filter, sort, export }
    Auth { session, time, acr, amr, level, proofs }
    Proof { subject, session, permission, level, at }
    Approval { by, requester, permission, scope, resource, amount, percent, quantity, at }
    Usage { budget, amount, count }
    Proposal { member, group, organisation, role, permissions, scopes, valid, conditions }
    ProposedConditions {
        limits, unlimited, rows, hours, networks, approval_for, sensitive_to, budgets, attributes,
        training, step_up, sign_in_level,
    }
    ProposedLimit { permission, currency, approve_above, max }
    ProposedHours { zone, days, from, to }
}

impl Read<'_> for ProposedValidity {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            from: Read::read(reader),
            to: Read::read(reader),
        }
    }
}

impl Read<'_> for Unread {
    fn read(_: &mut Reader<'_>) -> Self {
        Self
    }
}

impl Read<'_> for bool {
    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.byte() {
            0 => false,
            1 => true,
            _ => reader.fail(),
        }
    }
}

impl Read<'_> for u8 {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.byte()
    }
}

impl Read<'_> for i64 {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.signed()
    }
}

impl Read<'_> for Exact {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self(Read::read(reader))
    }
}

impl<'a> Read<'a> for Text<'a> {
    fn read(reader: &mut Reader<'a>) -> Self {
        Self::from(reader.text())
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(reader: &mut Reader<'a>) -> Self {
        bool::read(reader).then(|| T::read(reader))
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(reader: &mut Reader<'a>) -> Self {
        // Nothing is allocated by the length that is told, which nothing vouches for.
        let mut list = Self::new();
        for _ in 0..reader.number() {
            if reader.failed {
                break;
            }
            list.push(T::read(reader));
        }
        list
    }
}

impl<'a> Read<'a> for (Text<'a>, Value<'a>) {
    fn read(reader: &mut Reader<'a>) -> Self {
        (Read::read(reader), Read::read(reader))
    }
}

impl<'a> Read<'a> for Attributes<'a> {
    fn read(reader: &mut Reader<'a>) -> Self {
        let told = Self(Read::read(reader));
        for (place, (name, _)) in told.0.iter().enumerate() {
            if told
                .0
                .iter()
                .take(place)
                .any(|(earlier, _)| earlier == name)
            {
                return reader.fail();
            }
        }
        told
    }
}

impl<'a> Read<'a> for Value<'a> {
    fn read(reader: &mut Reader<'a>) -> Self {
        match reader.number() {
            0 => Self::Boolean(Read::read(reader)),
            1 => Self::Integer(Read::read(reader)),
            2 => Self::String(Read::read(reader)),
            3 => Self::Strings(Read::read(reader)),
            4 => Self::Other,
            _ => {
                reader.failed = true;
                Self::Other
            }
        }
    }
}
