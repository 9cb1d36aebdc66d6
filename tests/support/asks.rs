//! Random requests and overlays over a random policy.

use keyrack::{
    decide::{
        Request,
        request::{
            Amount, Approval, Attributes, Auth, Exact, Fields, Proof, Proposal, ProposedConditions,
            ProposedLimit, ProposedValidity, Resource, Text, Usage, Value,
        },
    },
    snapshot::{
        model::{Member, MemberKind, Model},
        overlay::{MemberSuspended, OperationSuspended, Overlay, SessionRevoked},
    },
};

use super::{
    tape::Tape,
    worlds::{NOW, PERMISSIONS, STEP, earlier, instant, recent},
};

fn text(value: impl Into<String>) -> Text<'static> {
    Text::from(value.into())
}

fn member(tape: &mut Tape, model: &Model) -> Text<'static> {
    text(model.members[tape.below(model.members.len())].id.clone())
}

fn scope(tape: &mut Tape, model: &Model) -> Text<'static> {
    text(model.scopes[tape.below(model.scopes.len())].id.clone())
}

fn key(tape: &mut Tape) -> Text<'static> {
    text(PERMISSIONS[tape.below(PERMISSIONS.len())].0)
}

fn amount(tape: &mut Tape) -> Amount<'static> {
    Amount {
        value: number(tape),
        currency: tape
            .one(&[
                Some("EUR"),
                Some("EUR"),
                Some("USD"),
                Some("EUR"),
                Some("USD"),
                None,
            ])
            .map(Text::from),
    }
}

fn number(tape: &mut Tape) -> Exact {
    Exact(tape.one(&[
        Some(100),
        Some(0),
        Some(300),
        Some(600),
        Some(5_000),
        Some(-1),
        None,
    ]))
}

/// A request, with facts.
pub fn request(tape: &mut Tape, model: &Model) -> Request<'static> {
    let subject = if tape.chance(1, 40) {
        text("member-99")
    } else {
        member(tape, model)
    };
    let mut request = Request {
        permission: key(tape),
        scope: tape.maybe(9, 10, |tape| scope(tape, model)),
        now: Some(NOW + STEP * i64::try_from(tape.below(8)).unwrap()),
        subject,
        ..Request::default()
    };
    if tape.chance(1, 20) {
        request.now = None;
    }
    if tape.chance(7, 8) {
        aim(tape, model, &mut request);
    }
    if tape.chance(1, 6) {
        let machine = |one: &&Member| matches!(one.kind, MemberKind::App | MemberKind::Service);
        let machine = model.members.iter().find(machine);
        request.actor = Some(match machine.filter(|_| tape.chance(7, 8)) {
            Some(machine) => text(machine.id.clone()),
            None => member(tape, model),
        });
    }
    facts(tape, model, &mut request);
    request
}

/// Turns a request towards something that its subject holds.
fn aim(tape: &mut Tape, model: &Model, request: &mut Request<'static>) {
    let Some(subject) = model.members.iter().find(|one| *one.id == *request.subject) else {
        return;
    };
    let groups = subject.groups.iter().map(|at| &model.groups[*at as usize]);
    let firm = subject
        .organisation
        .iter()
        .map(|at| &model.organisations[*at as usize]);
    let shared = groups.chain(firm).flat_map(|holder| &holder.holdings);
    let held: Vec<_> = subject.holdings.iter().chain(shared).collect();
    if held.is_empty() {
        return;
    }
    let holding = held[tape.below(held.len())];
    let permissions: Vec<u32> = model.terms[holding.terms as usize]
        .permissions
        .iter()
        .collect();
    if permissions.contains(&6) && tape.chance(1, 3) {
        request.permission = Text::from("order.refund");
    } else if !permissions.is_empty() {
        request.permission = Text::from(PERMISSIONS[tape.one(&permissions) as usize].0);
    }
    if let Some(scope) = holding.scopes.first() {
        let end = model.scopes[*scope as usize].end;
        let below = *scope as usize + tape.below((end - scope) as usize);
        request.scope = Some(text(model.scopes[below].id.clone()));
    }
}

/// Tells whatever the request does not tell yet, or not.
pub fn facts(tape: &mut Tape, model: &Model, request: &mut Request<'static>) {
    if request.amount.is_none() {
        request.amount = tape.maybe(4, 5, amount);
    }
    if request.percent.is_none() {
        request.percent = tape.maybe(2, 3, number);
    }
    if request.quantity.is_none() {
        request.quantity = tape.maybe(2, 3, number);
    }
    if request.resource.is_none() {
        request.resource = tape.maybe(2, 3, |tape| resource(tape, model));
    }
    if request.auth.is_none() {
        request.auth = tape.maybe(3, 4, |tape| auth(tape, request));
    }
    if request.ip.is_none() {
        let ips = ["10.1.2.3", "203.0.113.200", "8.8.8.8", "not an address"];
        request.ip = tape.maybe(2, 3, |tape| Text::from(tape.one(&ips)));
    }
    if request.approvals.is_empty() && tape.chance(1, 3) {
        let approval = approval(tape, model, request);
        request.approvals.push(approval);
    }
    if request.usage.is_empty() && tape.chance(1, 3) {
        request.usage.push(Usage {
            budget: text(format!("budget-{:02}", tape.below(3))),
            amount: tape.maybe(1, 2, number),
            count: tape.maybe(1, 2, |tape| Exact(tape.one(&[Some(0), Some(2), Some(3)]))),
        });
    }
}

/// A record and its facts.
pub fn resource(tape: &mut Tape, model: &Model) -> Resource<'static> {
    let mut attributes = Vec::new();
    if tape.chance(1, 2) {
        let value = tape.one(&[
            Value::Integer(5),
            Value::Integer(3),
            Value::Integer(9),
            Value::Other,
        ]);
        attributes.push((Text::from("attribute-score"), value));
    }
    if tape.chance(1, 2) {
        let tags = tape.one(&[vec!["red"], vec![], vec!["blue", "red"]]);
        let tags = tags.into_iter().map(Text::from).collect();
        attributes.push((Text::from("attribute-tags"), Value::Strings(tags)));
    }
    if tape.chance(1, 2) {
        attributes.push((
            Text::from("attribute-vip"),
            Value::Boolean(tape.chance(1, 2)),
        ));
    }
    if tape.chance(1, 6) {
        // Stored attributes are the policy's: what a request says of them is not read.
        attributes.push((
            Text::from("attribute-brand"),
            Value::String(Text::from("acme")),
        ));
    }
    Resource {
        resource_type: Text::from(tape.one(&["order", "customer"])),
        id: text(format!("record-{}", tape.below(2))),
        assignee: tape.maybe(1, 2, |tape| member(tape, model)),
        department: tape.maybe(1, 2, |tape| {
            text(format!("department-{:02}", tape.below(5)))
        }),
        open_ticket_with: tape.maybe(1, 2, |tape| {
            (0..tape.below(3)).map(|_| member(tape, model)).collect()
        }),
        attributes: Attributes(attributes),
    }
}

/// A sign-in. Level and methods never contradict each other: a host that maps them sends one.
fn auth(tape: &mut Tape, request: &Request<'_>) -> Auth<'static> {
    let mut auth = Auth {
        session: tape.maybe(5, 6, |_| Text::from("session-1")),
        time: tape.maybe(7, 8, earlier),
        ..Auth::default()
    };
    match tape.below(3) {
        0 => auth.level = Some(tape.one(&[3, 3, 3, 2, 1, 0])),
        1 => {
            auth.amr = vec![
                Text::from("pwd"),
                Text::from(tape.one(&["otp", "hwk", "sms"])),
            ]
        }
        _ => auth.acr = Some(Text::from(tape.one(&["aal2", "aal1"]))),
    }
    for _ in 0..tape.one(&[2, 3, 0, 1]) {
        auth.proofs.push(Proof {
            subject: text(request.subject.to_string()),
            session: Text::from(tape.one(&["session-1", "session-1", "session-1", "session-2"])),
            permission: if tape.chance(1, 5) {
                key(tape)
            } else {
                text(request.permission.to_string())
            },
            level: tape.one(&[2, 3, 1]),
            at: recent(tape),
        });
    }
    if tape.chance(1, 3) {
        // A strong proof and a fresh one: each may meet a demand that the other does not.
        for (level, ago) in [(3, 2_400), (2, 60)] {
            auth.session = Some(Text::from("session-1"));
            auth.proofs.push(Proof {
                subject: text(request.subject.to_string()),
                session: Text::from("session-1"),
                permission: text(request.permission.to_string()),
                level,
                at: request.now.unwrap_or(NOW) - ago,
            });
        }
    }
    auth
}

fn approval(tape: &mut Tape, model: &Model, request: &Request<'static>) -> Approval<'static> {
    let record = request
        .resource
        .as_ref()
        .map(|resource| resource.id.clone());
    let mut approval = Approval {
        by: Some(member(tape, model)),
        requester: request.subject.clone(),
        permission: request.permission.clone(),
        scope: request.scope.clone(),
        resource: record,
        amount: request.amount.clone(),
        percent: request.percent,
        quantity: request.quantity,
        at: Some(recent(tape)),
    };
    match tape.below(8) {
        1 => approval.requester = member(tape, model),
        2 => approval.permission = key(tape),
        3 => approval.scope = None,
        4 => approval.amount = Some(amount(tape)),
        5 => approval.at = None,
        _ => {}
    }
    approval
}

/// Fields that are touched.
pub fn fields(tape: &mut Tape) -> Fields<'static> {
    let field = |tape: &mut Tape| {
        Text::from(tape.one(&[
            "order.base",
            "$.total",
            "customer.billing",
            "$.card",
            "order.customer",
            "$.x",
        ]))
    };
    Fields {
        write: (0..tape.below(2)).map(|_| field(tape)).collect(),
        filter: (0..tape.below(2)).map(|_| field(tape)).collect(),
        ..Fields::default()
    }
}

/// A proposed assignment.
pub fn proposal(tape: &mut Tape, model: &Model) -> Proposal<'static> {
    let mut proposal = Proposal {
        permissions: vec![key(tape)],
        scopes: vec![scope(tape, model)],
        valid: ProposedValidity {
            from: None,
            to: tape.maybe(2, 3, instant),
        },
        conditions: ProposedConditions {
            unlimited: tape.maybe(1, 4, key).into_iter().collect(),
            ..ProposedConditions::default()
        },
        ..Proposal::default()
    };
    let (groups, firms) = (model.groups.len(), model.organisations.len());
    match tape.below(4) {
        2 if groups > 0 => proposal.group = Some(text(format!("group-{:02}", tape.below(groups)))),
        3 if firms > 0 => {
            proposal.organisation = Some(text(format!("firm-{:02}", tape.below(firms))))
        }
        _ => proposal.member = Some(member(tape, model)),
    }
    let limits = [
        ("order.refund", Some("EUR")),
        ("discount.set", None),
        ("stock.adjust", None),
    ];
    for (permission, currency) in limits {
        if tape.chance(1, 2) {
            proposal.conditions.limits.push(ProposedLimit {
                permission: Text::from(permission),
                currency: currency.map(Text::from),
                approve_above: None,
                max: tape.one(&[100, 1_000]),
            });
        }
    }
    proposal
}

/// An overlay, often a silent one.
pub fn overlay(tape: &mut Tape, model: &Model) -> Overlay {
    let mut overlay = Overlay {
        tenant: model.header.tenant.clone(),
        version: 3,
        issued: NOW - STEP,
        fresh_until: tape.one(&[None, Some(NOW + 50 * STEP), Some(NOW + STEP)]),
        ..Overlay::default()
    };
    for _ in 0..tape.below(3) {
        overlay_entry(tape, model, &mut overlay);
    }
    overlay
}

/// Adds one entry.
pub fn overlay_entry(tape: &mut Tape, model: &Model, overlay: &mut Overlay) {
    let who = member(tape, model).to_string();
    match tape.below(3) {
        0 => overlay.operation_suspended.push(OperationSuspended {
            member: Some(who).filter(|_| tape.chance(2, 3)),
            permission: key(tape).to_string(),
            from: tape.maybe(1, 2, instant),
            to: tape.maybe(1, 2, instant),
        }),
        1 => overlay.session_revoked.push(SessionRevoked {
            member: who,
            before: instant(tape),
        }),
        _ => overlay.member_suspended.push(MemberSuspended {
            member: who,
            from: tape.maybe(1, 2, instant),
            to: tape.maybe(1, 2, instant),
        }),
    }
    overlay.sort();
}
