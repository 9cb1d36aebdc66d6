//! Small random policies that use every feature, as models: what a property test or a second
//! implementation is asked about.

use std::collections::BTreeSet;

use keyrack::snapshot::model::*;

use super::{tape::Tape, terms::terms};

/// A Monday, 10:00 UTC. Every bound of a random policy lies on a grid around it.
pub const NOW: i64 = 1_772_445_600;
/// The width of that grid, in seconds.
pub const STEP: i64 = 1_800;

/// Key, flags, measure, and what it requires.
type Entry = (
    &'static str,
    PermissionFlags,
    Option<MeasureKind>,
    &'static [u32],
);

const NONE: PermissionFlags = PermissionFlags(0);
const WRITES: PermissionFlags = PermissionFlags::WRITES;

/// The permissions of every random policy, sorted by key.
pub const PERMISSIONS: &[Entry] = &[
    ("approval.give", WRITES, None, &[]),
    (
        "customer.billing.view",
        PermissionFlags::SENSITIVE.with(PermissionFlags::PERSONAL),
        None,
        &[2],
    ),
    ("customer.view", PermissionFlags::PERSONAL, None, &[]),
    ("discount.set", WRITES, Some(MeasureKind::Percent), &[]),
    (
        "grant.external.create",
        WRITES
            .with(PermissionFlags::GRANTS_OUTSIDE)
            .with(PermissionFlags::PRIVILEGED),
        None,
        &[],
    ),
    ("order.edit", WRITES, None, &[7]),
    (
        "order.refund",
        WRITES.with(PermissionFlags::FUNDS),
        Some(MeasureKind::Money),
        &[7],
    ),
    ("order.view", NONE, None, &[]),
    (
        "permission.grant",
        WRITES
            .with(PermissionFlags::GRANTS_INSIDE)
            .with(PermissionFlags::PRIVILEGED)
            .with(PermissionFlags::NO_DELEGATION),
        None,
        &[],
    ),
    ("self.view", PermissionFlags::DEFAULT, None, &[]),
    ("stock.adjust", WRITES, Some(MeasureKind::Quantity), &[]),
    (
        "store.close",
        WRITES.with(PermissionFlags::OWNER_ONLY),
        None,
        &[],
    ),
];

/// Position of `approval.give`.
pub const APPROVAL_GIVE: u32 = 0;

/// An instant on the grid, up to three days away from [`NOW`].
pub fn instant(tape: &mut Tape) -> i64 {
    let steps = i64::try_from(tape.below(288)).unwrap() - 144;
    NOW + steps * STEP
}

/// An instant that is mostly before [`NOW`].
pub fn earlier(tape: &mut Tape) -> i64 {
    NOW + 6 * STEP - i64::try_from(tape.below(60)).unwrap() * STEP
}

/// An instant that is mostly after [`NOW`].
pub fn later(tape: &mut Tape) -> i64 {
    NOW - 6 * STEP + i64::try_from(tape.below(60)).unwrap() * STEP
}

/// An instant on the grid not long before [`NOW`].
pub fn recent(tape: &mut Tape) -> i64 {
    NOW + STEP - i64::try_from(tape.below(12)).unwrap() * 600
}

pub fn step_up(tape: &mut Tape) -> StepUp {
    StepUp {
        level: tape.one(&[2, 1, 3]),
        max_age: tape.one(&[3_600, 300, 7_200, 900]),
    }
}

pub fn currency(tape: &mut Tape) -> Option<String> {
    Some(tape.one(&["EUR", "USD"]).to_owned())
}

/// Ends of a preorder forest (or, with `rooted`, tree) of `count` nodes.
fn ends(tape: &mut Tape, count: usize, rooted: bool) -> Vec<u32> {
    let mut depths = Vec::new();
    for place in 0..count {
        let most = depths.last().map_or(0, |depth| depth + 1);
        let least = usize::from(rooted && place > 0);
        depths.push(most - tape.below(most + 1 - least.min(most)));
    }
    let end = |place: usize| {
        let after = (place + 1..count).find(|next| depths[*next] <= depths[place]);
        u32::try_from(after.unwrap_or(count)).unwrap()
    };
    (0..count).map(end).collect()
}

pub fn closed_down(of: impl IntoIterator<Item = u32>) -> PermissionSet {
    let mut all = PermissionSet::new();
    for permission in of {
        all.insert(permission);
        all.extend(PERMISSIONS[permission as usize].3);
    }
    all
}

/// A denial also covers whatever requires the denied permission.
pub fn closed_up(of: impl IntoIterator<Item = u32>) -> PermissionSet {
    let mut all: PermissionSet = of.into_iter().collect();
    for (number, entry) in (0_u32..).zip(PERMISSIONS) {
        if entry.3.iter().any(|required| all.contains(required)) {
            all.insert(number);
        }
    }
    all
}

/// A policy.
pub fn model(tape: &mut Tape) -> Model {
    let mut model = Model {
        header: Header {
            tenant: "tenant-01".to_owned(),
            version: 7,
            issued: NOW - 400 * STEP,
            expires: tape.one(&[
                None,
                None,
                None,
                None,
                None,
                None,
                Some(NOW + 100 * STEP),
                Some(NOW + 6 * STEP),
            ]),
            digest: [7; 32],
            approval_fresh: tape.one(&[3_600, 900]),
            overlay_required: tape.chance(1, 10),
            slice_of: None,
        },
        training: vec!["training-01".into(), "training-02".into()],
        levels: levels(),
        zones: zones(tape),
        networks: networks(),
        attributes: attributes(),
        ..Model::default()
    };
    model.permissions = permissions(tape);
    model.field_groups = field_groups(tape);
    let count = 1 + tape.below(7);
    for (number, end) in ends(tape, count, true).into_iter().enumerate() {
        model.scopes.push(Scope {
            id: format!("scope-{number:02}"),
            end,
            zone: tape.one(&[Some(0), None, Some(1)]),
        });
    }
    let count = tape.below(5);
    for (number, end) in ends(tape, count, false).into_iter().enumerate() {
        let id = format!("department-{number:02}");
        model.departments.push(Department { id, end });
    }
    for number in 0..3 {
        model.roles.push(Role {
            id: format!("role-{number:02}"),
            permissions: closed_down(tape.some(PERMISSIONS.len(), 1, 3)),
        });
    }
    holders(tape, &mut model);
    members(tape, &mut model);
    let count = 3 + tape.below(14);
    for order in 0..count {
        let denies = tape.chance(1, 7);
        let order = u32::try_from(order).unwrap();
        hold(tape, &mut model, denies, order);
    }
    finish(&mut model);
    model
}

fn levels() -> Vec<Level> {
    let level = |amr, value: &str, level| Level {
        amr,
        value: value.to_owned(),
        level,
    };
    vec![
        level(true, "pwd", 1),
        level(true, "otp", 2),
        level(true, "hwk", 3),
        level(false, "aal2", 2),
    ]
}

fn zones(tape: &mut Tape) -> Vec<Zone> {
    let start = NOW - 400 * STEP;
    let turn = NOW + STEP * i64::try_from(tape.below(48)).unwrap();
    vec![
        Zone {
            name: "Europe/Paris".into(),
            offsets: vec![(start, 3_600), (turn, 7_200)],
            known_until: None,
        },
        Zone {
            name: "America/Lima".into(),
            offsets: vec![(start, -18_000)],
            known_until: tape.one(&[None, Some(NOW + 30 * STEP), Some(NOW)]),
        },
    ]
}

fn networks() -> Vec<Network> {
    let v4 = |a, b, c, d, prefix: u8| {
        let octets = std::net::Ipv4Addr::new(a, b, c, d)
            .to_ipv6_mapped()
            .octets();
        (octets, 96 + prefix)
    };
    let network = |id: &str, blocks| Network {
        id: id.to_owned(),
        blocks,
    };
    vec![
        network(
            "network-01",
            vec![v4(10, 0, 0, 0, 8), v4(192, 168, 1, 0, 24)],
        ),
        network("network-02", vec![v4(203, 0, 113, 128, 25)]),
    ]
}

fn attributes() -> Vec<Attribute> {
    let attribute = |id: &str, kind, stored| Attribute {
        id: id.to_owned(),
        kind,
        stored,
        caller: id == "attribute-vip",
    };
    vec![
        attribute("attribute-brand", AttributeKind::String, true),
        attribute("attribute-score", AttributeKind::Integer, false),
        attribute("attribute-tags", AttributeKind::StringList, false),
        attribute("attribute-vip", AttributeKind::Boolean, false),
    ]
}

fn permissions(tape: &mut Tape) -> Vec<Permission> {
    let mut all = Vec::new();
    for (number, (key, flags, measure, _)) in (0_u32..).zip(PERMISSIONS) {
        let mut demand = Demand::default();
        if !flags.has(PermissionFlags::DEFAULT) {
            demand.step_up = tape.maybe(1, 3, step_up);
            demand.sign_in_level = tape.one(&[0, 0, 0, 0, 2, 3]);
            demand.training = tape.some(2, 1, 12);
            demand.approval = tape.chance(1, 10);
            if measure.is_some() && tape.chance(1, 3) {
                demand.bands.push(Band {
                    above: 500,
                    currency: currency(tape).filter(|_| *measure == Some(MeasureKind::Money)),
                    step_up: step_up(tape),
                });
            }
        }
        all.push(Permission {
            key: (*key).to_owned(),
            flags: *flags,
            measure: *measure,
            resource_type: key.split('.').next().unwrap().to_owned(),
            closure: closed_down([number]),
            demand,
        });
    }
    all
}

fn field_groups(tape: &mut Tape) -> Vec<FieldGroup> {
    let group = |id: &str, unlocked_by, paths: &[&str]| FieldGroup {
        id: id.to_owned(),
        unlocked_by,
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    vec![
        group("customer.base", Some(2), &["$.name"]),
        group("customer.billing", Some(1), &["$.card", "$.address"]),
        group("customer.secret", None, &["$.hash"]),
        group("order.base", Some(7), &["$.total", "$.lines[*].sku"]),
        group(
            "order.customer",
            Some(tape.one(&[2, 1, 6])),
            &["$.customer"],
        ),
    ]
}

fn holders(tape: &mut Tape, model: &mut Model) {
    for number in 0..tape.below(4) {
        model.groups.push(Holder {
            id: format!("group-{number:02}"),
            ..Holder::default()
        });
    }
    for number in 0..tape.below(3) {
        model.organisations.push(Holder {
            id: format!("firm-{number:02}"),
            has_outside: true,
            ..Holder::default()
        });
    }
}

fn members(tape: &mut Tape, model: &mut Model) {
    use MemberKind::{App, Contractor, Employee, Organisation, Owner, Service};
    for number in 0..3 + tape.below(4) {
        let kind = tape.one(&[
            Employee,
            Employee,
            Employee,
            App,
            Contractor,
            Service,
            Organisation,
            Owner,
        ]);
        let mut member = Member {
            id: format!("member-{number:02}"),
            kind,
            status: match tape.below(40) {
                37 => MemberStatus::Suspended,
                38 => MemberStatus::Invited,
                39 => MemberStatus::Revoked,
                _ => MemberStatus::Active,
            },
            rank: tape.one(&[10, 20, 30]),
            from: tape.maybe(1, 12, earlier),
            to: tape.maybe(1, 12, later),
            groups: tape.some(model.groups.len(), 1, 2),
            ..Member::default()
        };
        if !model.departments.is_empty() && tape.chance(2, 3) {
            member.department = Some(u32::try_from(tape.below(model.departments.len())).unwrap());
        }
        if !model.organisations.is_empty() && kind != Owner && tape.chance(1, 4) {
            member.organisation =
                Some(u32::try_from(tape.below(model.organisations.len())).unwrap());
        }
        for item in tape.some(2, 1, 2) {
            member.training.push(TrainingDone {
                item,
                at: earlier(tape),
                expires: tape.maybe(1, 3, later),
            });
        }
        if tape.chance(1, 2) {
            let brand = Operand::String(tape.one(&["acme", "zeta"]).to_owned());
            member.attributes.push((0, brand));
        }
        model.members.push(member);
    }
}

/// Gives new terms to a random holder at random scopes.
pub fn hold(tape: &mut Tape, model: &mut Model, denies: bool, order: u32) {
    let terms = terms(tape, denies);
    let number = u32::try_from(model.terms.len()).unwrap();
    model.terms.push(terms);
    let scopes: BTreeSet<u32> = (0..tape.one(&[1, 1, 1, 2, 0]))
        .map(|_| u32::try_from(tape.below(model.scopes.len())).unwrap())
        .collect();
    let holding = Holding {
        terms: number,
        scopes: scopes.into_iter().collect(),
        order,
    };
    let (groups, firms) = (model.groups.len(), model.organisations.len());
    let holder = tape.below(2 * model.members.len() + groups + firms);
    let at = holder.checked_sub(2 * model.members.len());
    let holdings = match at {
        None => &mut model.members[holder / 2].holdings,
        Some(at) if at < groups => &mut model.groups[at].holdings,
        Some(at) => &mut model.organisations[at - groups].holdings,
    };
    holdings.push(holding);
}

/// Works out what groups and organisations say of their members.
pub fn finish(model: &mut Model) {
    for member in &model.members {
        let outside = member.organisation.is_some()
            || matches!(
                member.kind,
                MemberKind::Contractor | MemberKind::Organisation
            );
        let groups = member.groups.iter().map(|at| (true, *at));
        for (group, at) in groups.chain(member.organisation.map(|at| (false, at))) {
            let holder = if group {
                &mut model.groups[at as usize]
            } else {
                &mut model.organisations[at as usize]
            };
            holder.top_rank = holder.top_rank.max(member.rank);
            holder.has_owner |= member.kind == MemberKind::Owner;
            holder.has_outside |= outside;
            holder.has_inside |= !outside;
        }
    }
}
