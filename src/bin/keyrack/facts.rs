//! The facts of a request, from flags.

use std::collections::BTreeSet;

use keyrack::decide::{
    Request,
    request::{
        Amount, Approval, Attributes, Auth, Exact, Fields, Proof, Resource, Text, Usage, Value,
    },
};

use crate::{
    failure::Failure,
    times::{self, Now},
};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The request")]
pub(crate) struct Facts {
    /// Where; the tenant's root if absent
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// The app or service that acts for the subject
    #[arg(long, value_name = "MEMBER")]
    actor: Option<String>,
    /// When: RFC 3339 or unix seconds; the clock's time if absent; `none` asks without a clock
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    pub(crate) now: Option<Now>,
    /// Money in minor units
    #[arg(long, value_name = "MINOR-UNITS", allow_negative_numbers = true)]
    amount: Option<i64>,
    /// The money's ISO code
    #[arg(long, value_name = "CODE", requires = "amount")]
    currency: Option<String>,
    /// A change in basis points
    #[arg(long, value_name = "BASIS-POINTS", allow_negative_numbers = true)]
    percent: Option<i64>,
    /// Items
    #[arg(long, allow_negative_numbers = true)]
    quantity: Option<i64>,
    /// The record acted on, as `type/id`
    #[arg(long, value_name = "TYPE/ID")]
    resource: Option<String>,
    /// The member the record is assigned to
    #[arg(long, value_name = "MEMBER", requires = "resource")]
    assignee: Option<String>,
    /// The department the record belongs to
    #[arg(long, requires = "resource")]
    department: Option<String>,
    /// A member with an open ticket on the record
    #[arg(long, value_name = "MEMBER", requires = "resource")]
    ticket_with: Vec<String>,
    /// A fact of the record or request, as `name=value`
    #[arg(long, value_name = "NAME=VALUE", requires = "resource")]
    attribute: Vec<String>,
    /// Field groups or JSON paths that are read
    #[arg(long, value_name = "FIELD")]
    read: Vec<String>,
    /// … that are written
    #[arg(long, value_name = "FIELD")]
    write: Vec<String>,
    /// … that are exported
    #[arg(long, value_name = "FIELD")]
    export: Vec<String>,
    /// The member acted on, for administration
    #[arg(long)]
    member: Option<String>,
    /// The address the request came from
    #[arg(long)]
    ip: Option<String>,
    /// When the sign-in happened
    #[arg(long, value_name = "TIME", value_parser = times::instant)]
    signed_in: Option<i64>,
    /// The level of the sign-in: 1 password, 2 one-time code, 3 passkey
    #[arg(long, value_name = "LEVEL")]
    level: Option<u8>,
    /// The level of a second verification made just now for this permission
    #[arg(long, value_name = "LEVEL")]
    proof: Option<u8>,
    /// A member who has just approved exactly this
    #[arg(long, value_name = "MEMBER")]
    approved_by: Vec<String>,
    /// What a budget has used so far, as `id=amount` or `id=amount/count`
    #[arg(long, value_name = "ID=USED")]
    usage: Vec<String>,
}

/// The sign-in session of a request that flags describe: they tell of one only.
const SESSION: &str = "cli";

impl Facts {
    /// The request of a subject for a permission under these facts.
    pub(crate) fn request<'q>(
        &'q self,
        subject: &'q str,
        permission: &'q str,
    ) -> Result<Request<'q>, Failure> {
        let now = Now::or_host(self.now);
        let mut request = Request {
            subject: subject.into(),
            permission: permission.into(),
            actor: text(self.actor.as_ref()),
            scope: text(self.scope.as_ref()),
            now,
            percent: self.percent.map(|value| Exact(Some(value))),
            quantity: self.quantity.map(|value| Exact(Some(value))),
            member: text(self.member.as_ref()),
            ip: text(self.ip.as_ref()),
            ..Request::default()
        };
        request.amount = self.amount.map(|value| Amount {
            value: Exact(Some(value)),
            currency: text(self.currency.as_ref()),
        });
        request.resource = self.record()?;
        request.fields = self.fields();
        request.auth = self.auth(subject, permission, now);
        for by in &self.approved_by {
            request.approvals.push(Approval {
                by: Some(by.as_str().into()),
                requester: subject.into(),
                permission: permission.into(),
                scope: request.scope.clone(),
                resource: request.resource.as_ref().map(|record| record.id.clone()),
                amount: request.amount.clone(),
                percent: request.percent,
                quantity: request.quantity,
                at: now,
            });
        }
        request.usage = self
            .usage
            .iter()
            .map(|text| usage(text))
            .collect::<Result<_, _>>()?;
        Ok(request)
    }

    fn record(&self) -> Result<Option<Resource<'_>>, Failure> {
        let Some(named) = &self.resource else {
            return Ok(None);
        };
        let (resource_type, id) = named.split_once('/').ok_or_else(|| {
            Failure::usage(
                format!("`{named}` does not name a record"),
                "write it as `type/id`, like `order/o1`",
            )
        })?;
        let mut seen = BTreeSet::new();
        let mut attributes = Vec::new();
        for told in &self.attribute {
            let (name, value) = told.split_once('=').ok_or_else(|| {
                Failure::usage(
                    format!("`{told}` tells no fact"),
                    "write it as `name=value`",
                )
            })?;
            if !seen.insert(name) {
                return Err(Failure::usage(
                    format!("the attribute `{name}` is told twice"),
                    "tell it once; a list is written `name=[\"a\",\"b\"]`",
                ));
            }
            attributes.push((Text::from(name), attribute(value)));
        }
        let with = &self.ticket_with;
        Ok(Some(Resource {
            resource_type: resource_type.into(),
            id: id.into(),
            assignee: text(self.assignee.as_ref()),
            department: text(self.department.as_ref()),
            open_ticket_with: (!with.is_empty()).then(|| texts(with)),
            attributes: Attributes(attributes),
        }))
    }

    fn fields(&self) -> Option<Fields<'_>> {
        let fields = Fields {
            read: texts(&self.read),
            write: texts(&self.write),
            export: texts(&self.export),
            ..Fields::default()
        };
        (fields != Fields::default()).then_some(fields)
    }

    fn auth<'q>(
        &'q self,
        subject: &'q str,
        permission: &'q str,
        now: Option<i64>,
    ) -> Option<Auth<'q>> {
        if self.signed_in.is_none() && self.level.is_none() && self.proof.is_none() {
            return None;
        }
        let proof = self.proof.zip(now).map(|(level, at)| Proof {
            subject: subject.into(),
            session: SESSION.into(),
            permission: permission.into(),
            level,
            at,
        });
        Some(Auth {
            session: Some(SESSION.into()),
            time: self.signed_in.or(now),
            level: self.level,
            proofs: proof.into_iter().collect(),
            ..Auth::default()
        })
    }
}

fn text(given: Option<&String>) -> Option<Text<'_>> {
    given.map(|text| text.as_str().into())
}

fn texts(given: &[String]) -> Vec<Text<'_>> {
    given.iter().map(|text| text.as_str().into()).collect()
}

/// A value as JSON reads it, where it does; else as text.
fn attribute(written: &str) -> Value<'_> {
    if let Ok(value) = serde_json::from_str(written) {
        return value;
    }
    Value::String(written.into())
}

fn usage(written: &str) -> Result<Usage<'_>, Failure> {
    let wrong = || {
        Failure::usage(
            format!("`{written}` does not tell what a budget has used"),
            "write it as `id=amount` or `id=amount/count`",
        )
    };
    let (budget, used) = written.split_once('=').ok_or_else(wrong)?;
    let (amount, count) = match used.split_once('/') {
        Some((amount, count)) => (amount, Some(count)),
        None => (used, None),
    };
    let number = |text: &str| text.parse().map(|value| Exact(Some(value)));
    Ok(Usage {
        budget: budget.into(),
        amount: Some(number(amount).map_err(|_| wrong())?),
        count: count.map(number).transpose().map_err(|_| wrong())?,
    })
}
