//! A small policy that has every kind of record, by hand.

use keyrack::snapshot::{
    container::SigningKey,
    model::*,
    overlay::{MemberSuspended, OperationSuspended, Overlay, SessionRevoked},
};

/// When it was issued.
pub const ISSUED: i64 = 1_772_000_000;
/// From when on it has expired.
pub const EXPIRES: i64 = 1_780_000_000;
/// An instant at which everybody in it can act: a Monday, 10:00 UTC.
pub const NOW: i64 = 1_772_445_600;

/// Signs test data, and nothing else ever.
pub fn key() -> SigningKey {
    SigningKey::from_seed(b"keyrack test data, signs no more")
}

fn permission(key: &str, flags: PermissionFlags, closure: &[u32]) -> Permission {
    Permission {
        key: key.to_owned(),
        flags,
        resource_type: "order".to_owned(),
        closure: closure.iter().copied().collect(),
        ..Permission::default()
    }
}

fn permissions() -> Vec<Permission> {
    let writes = PermissionFlags::WRITES;
    let mut all = vec![
        permission("approval.give", writes, &[0]),
        permission("order.refund", writes.with(PermissionFlags::FUNDS), &[1, 2]),
        permission("order.view", PermissionFlags::PERSONAL, &[2]),
        permission("stock.adjust", writes, &[3]),
        permission(
            "store.close",
            writes.with(PermissionFlags::OWNER_ONLY),
            &[4],
        ),
    ];
    all[1].measure = Some(MeasureKind::Money);
    all[1].demand = Demand {
        step_up: Some(StepUp {
            level: 2,
            max_age: 300,
        }),
        bands: vec![Band {
            above: 50_000,
            currency: Some("EUR".into()),
            step_up: StepUp {
                level: 3,
                max_age: 60,
            },
        }],
        sign_in_level: 1,
        training: vec![0],
        approval: false,
    };
    all[3].measure = Some(MeasureKind::Quantity);
    all[4].demand.approval = true;
    all
}

fn terms() -> Vec<Terms> {
    let refunds = Terms {
        id: Some("refunds".into()),
        role: Some("supervisor".into()),
        permissions: [1, 2, 3].into(),
        from: Some(ISSUED),
        to: Some(EXPIRES),
        sensitive_to: Some(EXPIRES - 86_400),
        rows: RowRule::Team,
        hours: Some(Hours {
            zone: Some(0),
            windows: vec![(480, 1_080), (1_920, 2_520)],
        }),
        networks: Some(vec![0]),
        attributes: vec![
            test(
                0,
                Comparison::In,
                Operand::Strings(vec!["acme".into(), "zeta".into()]),
            ),
            test(1, Comparison::Ge, Operand::Integer(-5)),
            test(1, Comparison::NotIn, Operand::Integers(vec![3, 70_000])),
            test(2, Comparison::Eq, Operand::Boolean(true)),
            test(0, Comparison::Ne, Operand::String("omega".into())),
            test(2, Comparison::Exists, Operand::None),
        ],
        training: vec![0],
        limits: vec![
            Limit {
                permission: 1,
                currency: Some("EUR".into()),
                approve_above: Some(20_000),
                max: Some(100_000),
            },
            Limit {
                permission: 3,
                ..Limit::default()
            },
        ],
        budgets: vec![Budget {
            id: "refund-day".into(),
            permission: 1,
            currency: Some("EUR".into()),
            window: WindowKind::Day,
            zone: None,
            amount: Some(200_000),
            count: Some(10),
        }],
        step_up: vec![(
            1,
            StepUp {
                level: 3,
                max_age: 600,
            },
        )],
        sign_in_level: 2,
        approval_for: [3].into(),
        ..Terms::default()
    };
    let viewer = Terms {
        role: Some("viewer".into()),
        permissions: [2].into(),
        to: Some(EXPIRES),
        ..Terms::default()
    };
    let denial = Terms {
        denies: true,
        permissions: [1].into(),
        ..Terms::default()
    };
    let nowhere = Terms {
        permissions: [0].into(),
        ..Terms::default()
    };
    vec![refunds, viewer, denial, nowhere]
}

fn test(attribute: u32, comparison: Comparison, operand: Operand) -> AttributeTest {
    AttributeTest {
        attribute,
        comparison,
        operand,
    }
}

fn holding(terms: u32, scopes: &[u32], order: u32) -> Holding {
    Holding {
        terms,
        scopes: scopes.to_vec(),
        order,
    }
}

fn members() -> Vec<Member> {
    let member = |id: &str, kind, rank| Member {
        id: id.to_owned(),
        kind,
        rank,
        ..Member::default()
    };
    let owner = member("m-owner", MemberKind::Owner, 100);
    let supervisor = Member {
        from: Some(ISSUED),
        to: Some(EXPIRES),
        department: Some(1),
        groups: vec![0],
        training: vec![TrainingDone {
            item: 0,
            at: ISSUED,
            expires: Some(EXPIRES),
        }],
        attributes: vec![(0, Operand::String("acme".into()))],
        holdings: vec![holding(0, &[1], 0)],
        ..member("m-supervisor", MemberKind::Employee, 300)
    };
    let partner = Member {
        status: MemberStatus::Suspended,
        organisation: Some(0),
        ..member("m-partner", MemberKind::Contractor, 1)
    };
    let app = Member {
        holdings: vec![holding(1, &[1, 2], 0), holding(3, &[], 1)],
        ..member("m-app", MemberKind::App, 0)
    };
    vec![owner, supervisor, partner, app]
}

fn routes() -> Vec<Route> {
    vec![Route {
        method: "POST".into(),
        segments: vec![
            Segment::Fixed("orders".into()),
            Segment::Parameter("id".into()),
            Segment::Fixed("refund".into()),
        ],
        permission: 1,
        scope: Some(Source::Header("x-store".into())),
        amount: Some(Source::Body("/amount".into())),
        currency: Some(Source::Fixed("EUR".into())),
        resource_type: Some("order".into()),
        resource: Some(Source::Path("id".into())),
        load_resource: true,
        member: Some(Source::Query("who".into())),
        assignment: None,
        sort: Some("sort".into()),
        filters: vec![("status".into(), "$.status".into())],
        writes_body: true,
        exports: false,
    }]
}

/// The policy.
pub fn model() -> Model {
    let named = |ids: &[(&str, u32)]| {
        ids.iter()
            .map(|(id, end)| ((*id).to_owned(), *end))
            .collect::<Vec<_>>()
    };
    let scopes = named(&[("shop", 3), ("paris-01", 2), ("lyon-01", 3)]);
    let departments = named(&[("sales", 2), ("desk", 2)]);
    let v4 = std::net::Ipv4Addr::new(192, 0, 2, 0)
        .to_ipv6_mapped()
        .octets();
    Model {
        header: Header {
            tenant: "shop".into(),
            version: 42,
            issued: ISSUED,
            expires: Some(EXPIRES),
            digest: core::array::from_fn(|place| u8::try_from(place).unwrap()),
            approval_fresh: 3_600,
            overlay_required: true,
            slice_of: None,
        },
        permissions: permissions(),
        field_groups: vec![
            FieldGroup {
                id: "order.amounts".into(),
                unlocked_by: Some(2),
                paths: vec!["$.total".into(), "$.lines[*].price".into()],
            },
            FieldGroup {
                id: "order.secret".into(),
                unlocked_by: None,
                paths: vec!["$.hash".into()],
            },
        ],
        scopes: scopes
            .into_iter()
            .map(|(id, end)| Scope {
                zone: (id != "lyon-01").then_some(0),
                id,
                end,
            })
            .collect(),
        departments: departments
            .into_iter()
            .map(|(id, end)| Department { id, end })
            .collect(),
        zones: vec![Zone {
            name: "Europe/Paris".into(),
            offsets: vec![(ISSUED, 3_600), (1_774_746_000, 7_200)],
            known_until: Some(EXPIRES),
        }],
        networks: vec![Network {
            id: "office".into(),
            blocks: vec![(v4, 120)],
        }],
        attributes: vec![
            attribute("brand", AttributeKind::String, true),
            attribute("score", AttributeKind::Integer, false),
            attribute("vip", AttributeKind::Boolean, false),
        ],
        training: vec!["payments".into()],
        levels: vec![
            Level {
                amr: true,
                value: "otp".into(),
                level: 2,
            },
            Level {
                amr: false,
                value: "aal3".into(),
                level: 3,
            },
        ],
        roles: vec![
            Role {
                id: "supervisor".into(),
                permissions: [1, 2, 3].into(),
            },
            Role {
                id: "viewer".into(),
                permissions: [2].into(),
            },
        ],
        terms: terms(),
        groups: vec![Holder {
            id: "paris".into(),
            holdings: vec![holding(1, &[1], 1), holding(2, &[2], 4)],
            top_rank: 300,
            has_inside: true,
            ..Holder::default()
        }],
        organisations: vec![Holder {
            id: "agency".into(),
            holdings: vec![holding(1, &[0], 5)],
            top_rank: 1,
            has_outside: true,
            ..Holder::default()
        }],
        members: members(),
        routes: routes(),
    }
}

fn attribute(id: &str, kind: AttributeKind, stored: bool) -> Attribute {
    Attribute {
        id: id.to_owned(),
        kind,
        stored,
        caller: false,
    }
}

/// The smallest policy: one permission, one scope, one member.
pub fn smallest() -> Model {
    Model {
        header: Header {
            tenant: "t".into(),
            version: 1,
            issued: ISSUED,
            ..Header::default()
        },
        permissions: vec![permission("order.view", PermissionFlags::default(), &[0])],
        scopes: vec![Scope {
            id: "t".into(),
            end: 1,
            zone: None,
        }],
        terms: vec![Terms {
            permissions: [0].into(),
            ..Terms::default()
        }],
        members: vec![Member {
            id: "m".into(),
            holdings: vec![holding(0, &[0], 0)],
            ..Member::default()
        }],
        ..Model::default()
    }
}

/// An overlay with every kind of entry.
pub fn overlay() -> Overlay {
    Overlay {
        tenant: "shop".into(),
        version: 7,
        issued: ISSUED + 60,
        fresh_until: Some(ISSUED + 1_000_000),
        session_revoked: vec![SessionRevoked {
            member: "m-supervisor".into(),
            before: ISSUED + 30,
        }],
        member_suspended: vec![MemberSuspended {
            member: "m-app".into(),
            from: None,
            to: Some(ISSUED + 90),
        }],
        operation_suspended: vec![
            OperationSuspended {
                member: None,
                permission: "stock.adjust".into(),
                from: Some(ISSUED),
                to: None,
            },
            OperationSuspended {
                member: Some("m-app".into()),
                permission: "order.view".into(),
                from: None,
                to: None,
            },
        ],
    }
}
