//! Decisions for people: one headline, what it rests on, what is to be done.

use clap::builder::styling::Style;
use keyrack::{
    compile::diff::money,
    decide::{Reason, Request},
    ffi::{Decision, decision::Obligation},
};

use crate::{
    output::{BOLD, CYAN, DIM, GREEN, PLAIN, RED, Table, YELLOW, paint},
    times,
};

/// The style of an outcome.
pub(crate) fn style(outcome: &str) -> Style {
    match outcome {
        "allow" => GREEN,
        "deny" => RED,
        _ => YELLOW,
    }
}

/// What a reason means, in one line.
pub(crate) fn meaning(reason: &str) -> &'static str {
    let Some(reason) = Reason::ALL.iter().find(|known| known.code() == reason) else {
        return "";
    };
    match reason {
        Reason::Owner => "the member owns the store",
        Reason::Granted => "an assignment allows it",
        Reason::SnapshotExpired => "the policy has expired; publish a new version",
        Reason::OverlayStale => "the list of revocations is too old for so sensitive a permission",
        Reason::PermissionUnknown => "the policy has no such permission",
        Reason::ScopeUnknown => "the policy has no such scope",
        Reason::MemberUnknown => "the policy has no such member",
        Reason::SessionRevoked => "the sign-in was revoked; the member has to sign in again",
        Reason::MemberSuspended => "the member is suspended",
        Reason::OperationSuspended => "this operation is suspended for now",
        Reason::MemberInvited => "the member has not accepted the invitation",
        Reason::MemberRevoked => "the member has left",
        Reason::MemberOutsideValidity => "the member's account does not count at this time",
        Reason::OwnerOnly => "this is the owner's alone",
        Reason::DelegationDenied => "this cannot be handed on in this way",
        Reason::DeniedByRule => "a denial forbids it",
        Reason::NoGrant => "nothing grants it",
        Reason::OutOfScope => "it is granted elsewhere, not here",
        Reason::GrantOutsideValidity => "what grants it does not count at this time",
        Reason::TrainingRequired => "training is missing",
        Reason::OutsideHours => "it is outside the hours",
        Reason::NetworkNotAllowed => "the request comes from another network",
        Reason::ConditionUnmet => "a condition on the record or its attributes does not hold",
        Reason::AmountRequired => "the request does not state its amount",
        Reason::AmountInvalid => {
            "the amount is no whole number from 0 to 2^53 − 1, or lacks a currency"
        }
        Reason::CurrencyNotAllowed => "there is no limit in this currency",
        Reason::LimitExceeded => "the amount is above the limit",
        Reason::BudgetExceeded => "the budget is used up",
        Reason::FieldHidden => "a field is touched that the member does not see",
        Reason::StepUpRequired => "a second verification is needed first",
        Reason::ApprovalInvalid => "none of the approvals counts",
        Reason::ApprovalRequired => "another member has to agree first",
    }
}

/// Outcome and reason, and what they mean.
pub(crate) fn headline(decision: &Decision) -> String {
    format!(
        "{} {} – {}\n",
        paint(style(&decision.outcome).bold(), &decision.outcome),
        paint(BOLD, &decision.reason),
        meaning(&decision.reason)
    )
}

/// What was asked, in one line.
pub(crate) fn question(request: &Request<'_>) -> String {
    let mut parts = vec![request.subject.to_string()];
    if let Some(actor) = &request.actor {
        parts.push(format!("through {}", &**actor));
    }
    parts.push(request.permission.to_string());
    parts.push(match &request.scope {
        Some(scope) => format!("at {}", &**scope),
        None => "at the tenant's root".to_owned(),
    });
    if let Some(amount) = &request.amount {
        let currency = amount.currency.as_ref().map_or("", |currency| &**currency);
        let value = amount.value.0;
        parts.push(value.map_or_else(|| "no amount".to_owned(), |it| money(currency, it)));
    }
    if let Some(value) = request.percent.and_then(|percent| percent.0) {
        parts.push(format!("{} basis points", times::grouped(value)));
    }
    if let Some(value) = request.quantity.and_then(|quantity| quantity.0) {
        parts.push(format!("{} items", times::grouped(value)));
    }
    if let Some(record) = &request.resource {
        parts.push(format!("{}/{}", &*record.resource_type, &*record.id));
    }
    parts.push(match request.now {
        Some(now) => times::written(now),
        None => "without a clock".to_owned(),
    });
    format!("  {}\n", paint(DIM, &parts.join(" · ")))
}

/// What the decision rests on and asks for, in rows.
pub(crate) fn details(decision: &Decision) -> String {
    let mut table = Table::default();
    let mut row = |style: Style, name: &str, text: String| {
        table.row([(style, name.to_owned()), (PLAIN, text)]);
    };
    if let Some(by) = &decision.granted_by {
        row(DIM, "granted by", by.clone());
    }
    if let Some(missing) = &decision.missing {
        if let Some(step_up) = &missing.step_up {
            let age = step_up.max_age.map_or_else(
                || "for the sign-in itself".to_owned(),
                |age| format!("not older than {}", times::span(age)),
            );
            row(
                CYAN,
                "needs",
                format!("level {} ({}), {age}", step_up.level, level(step_up.level)),
            );
        }
        if let Some(approval) = &missing.approval {
            let fresh = times::span(approval.fresh);
            row(
                CYAN,
                "needs",
                format!("another member's consent, not older than {fresh}"),
            );
        }
    }
    for obligation in &decision.obligations {
        match obligation {
            Obligation::ReserveBudget { .. } => row(CYAN, "reserve", reserve(obligation)),
            Obligation::MaskFields { groups } => row(CYAN, "mask", groups.join(", ")),
            Obligation::Log => row(CYAN, "log", "write a decision record".to_owned()),
        }
    }
    if let Some(fields) = &decision.fields
        && !fields.visible.is_empty()
    {
        row(DIM, "shows", fields.visible.join(", "));
    }
    if let Some(until) = decision.holds_until {
        row(DIM, "holds until", times::written(until));
    }
    table.text(2)
}

fn reserve(obligation: &Obligation) -> String {
    let Obligation::ReserveBudget {
        budget,
        member,
        window,
        zone,
        from: _,
        to,
        currency,
        amount,
        max_amount,
        max_count,
    } = obligation
    else {
        return String::new();
    };
    let unit = currency.as_deref().unwrap_or_default();
    let sum = |value: i64| money(unit, value);
    let mut text = format!("{budget} of {member}: ");
    match (amount, max_amount) {
        (Some(amount), Some(most)) => {
            text.push_str(&format!("{} of {}", sum(*amount), sum(*most)));
        }
        (_, Some(most)) => text.push_str(&format!("at most {}", sum(*most))),
        _ => text.push_str("1 use"),
    }
    if let Some(most) = max_count {
        text.push_str(&format!(", at most {most} times"));
    }
    text.push_str(&format!(" a {window}"));
    match (to, zone) {
        (Some(to), Some(zone)) => text.push_str(&format!(", this one to {to} ({zone})")),
        (_, Some(zone)) => text.push_str(&format!(" ({zone})")),
        _ => {}
    }
    text
}

const fn level(level: u8) -> &'static str {
    match level {
        1 => "password",
        2 => "one-time code",
        3 => "passkey",
        _ => "unknown",
    }
}
