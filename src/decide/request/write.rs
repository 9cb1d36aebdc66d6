//! How a request is written: as text with the members that say something, by position with all.

use alloc::vec::Vec;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    Amount, Approval, Attributes, Auth, Proposal, ProposedConditions, ProposedHours, ProposedLimit,
    Request, Resource, Unread, Usage,
};

/// Members in the order of their positions. What text leaves out has its position all the same:
/// `skip_serializing_if` would leave it out there too, and the rest would be read as something else.
macro_rules! written {
    ($($shape:ident {
        $($member:ident: $name:literal $(unless $says_nothing:path)?),+ $(,)?
        $(; $($unread:ident),+)?
    })+) => {
        $(impl Serialize for $shape<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // Each member by its name, so that none can be forgotten.
                let Self { $($member,)+ $($($unread: Unread,)+)? } = self;
                let is_text = serializer.is_human_readable();
                $(
                    let $member = Some($member)
                        $(.filter(|value| !(is_text && $says_nothing(value))))?;
                )+
                let count = [$($member.is_some()),+].iter().filter(|told| **told).count();
                let mut members = serializer.serialize_struct(stringify!($shape), count)?;
                $(
                    match $member {
                        Some(value) => members.serialize_field($name, value)?,
                        None => members.skip_field($name)?,
                    }
                )+
                members.end()
            }
        })+
    };
}

written! {
    Request {
        id: "id" unless Option::is_none,
        subject: "subject",
        actor: "actor" unless Option::is_none,
        permission: "permission",
        scope: "scope" unless Option::is_none,
        now: "now" unless Option::is_none,
        amount: "amount" unless Option::is_none,
        percent: "percent" unless Option::is_none,
        quantity: "quantity" unless Option::is_none,
        resource: "resource" unless Option::is_none,
        assignment: "assignment" unless Option::is_none,
        member: "member" unless Option::is_none,
        fields: "fields" unless Option::is_none,
        auth: "auth" unless Option::is_none,
        ip: "ip" unless Option::is_none,
        approvals: "approvals" unless Vec::is_empty,
        usage: "usage" unless Vec::is_empty,
    }
    Amount {
        value: "value",
        currency: "currency" unless Option::is_none,
    }
    Resource {
        resource_type: "type",
        id: "id",
        assignee: "assignee" unless Option::is_none,
        department: "department" unless Option::is_none,
        open_ticket_with: "openTicketWith" unless Option::is_none,
        attributes: "attributes" unless Attributes::is_empty,
    }
    Auth {
        session: "session" unless Option::is_none,
        time: "time" unless Option::is_none,
        acr: "acr" unless Option::is_none,
        amr: "amr" unless Vec::is_empty,
        level: "level" unless Option::is_none,
        proofs: "proofs" unless Vec::is_empty,
    }
    Approval {
        by: "by" unless Option::is_none,
        requester: "requester",
        permission: "permission",
        scope: "scope" unless Option::is_none,
        resource: "resource" unless Option::is_none,
        amount: "amount" unless Option::is_none,
        percent: "percent" unless Option::is_none,
        quantity: "quantity" unless Option::is_none,
        at: "at" unless Option::is_none,
    }
    Usage {
        budget: "budget",
        amount: "amount" unless Option::is_none,
        count: "count" unless Option::is_none,
    }
    Proposal {
        member: "member" unless Option::is_none,
        group: "group" unless Option::is_none,
        organisation: "organisation" unless Option::is_none,
        role: "role" unless Option::is_none,
        permissions: "permissions",
        scopes: "scopes",
        valid: "valid",
        conditions: "conditions",
    }
    ProposedConditions {
        limits: "limits",
        unlimited: "unlimited",
        rows: "rows" unless Option::is_none,
        hours: "hours" unless Option::is_none,
        networks: "networks" unless Option::is_none,
        approval_for: "approvalFor";
        sensitive_to, budgets, attributes, training, step_up, sign_in_level
    }
    ProposedLimit {
        permission: "permission",
        currency: "currency" unless Option::is_none,
        approve_above: "approveAbove" unless Option::is_none,
        max: "max",
    }
    ProposedHours {
        zone: "zone" unless Option::is_none,
        days: "days",
        from: "from",
        to: "to",
    }
}
