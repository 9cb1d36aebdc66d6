//! A random policy document.

use keyrack::policy::{
    Document,
    document::{
        Alias, AttributeDefinition, AttributeSource, AttributeType, Denial, Department,
        FieldGroupDefinition, Group, Levels, Network, Organisation, PermissionDefinition,
        PermissionKind, PermissionOverride, Profile, Scope, ScopeKind, SeparationPreset, Tier,
        TrainingItem,
    },
    time::{Expiry, Instant, Period},
};

use super::{
    DEPARTMENTS, GROUPS, MEMBERS, ORGANISATIONS, ROLES, SCOPES, TRAINING, Theme, ZONES, conditions,
    measure, people, random::Random, rules,
};

pub fn document(random: &mut Random, theme: &Theme) -> Document {
    let mut document = Document::default();
    let header = &mut document.policy;
    header.tenant = "random".into();
    header.version = 7;
    header.issued = Instant {
        seconds: theme.now - 10_000_000,
    };
    header.expires = match random.below(8) {
        0 if !theme.calm => Expiry::At(Instant {
            seconds: theme.now + random.pick(&[0, 1, 61, 3600, 8_640_000]),
        }),
        _ => Expiry::Never,
    };
    header.profile = if random.percent(20) {
        Profile::Strict
    } else {
        Profile::Delegated
    };
    header.catalogue_version = 1;
    header.separation = SeparationPreset::None;
    document.settings.approval_fresh = Period {
        seconds: random.pick(&[60, 14_400]),
    };
    document.settings.overlay_required = random.percent(8);
    places(random, &mut document);
    facts(&mut document);
    catalogue(random, theme, &mut document);
    document.members = MEMBERS
        .iter()
        .map(|id| people::member(random, theme, id))
        .collect();
    document.roles = ROLES
        .iter()
        .map(|id| people::role(random, theme, id))
        .collect();
    for at in 0..4 + random.below(9) {
        document
            .assignments
            .push(people::assignment(random, theme, at));
    }
    if theme.calm {
        people::giver(random, theme, &mut document);
    }
    for at in 0..random.below(if theme.calm { 2 } else { 4 }) {
        let [member, group, organisation] = people::holder(random, theme);
        document.denials.push(Denial {
            id: Some(format!("n{at}")),
            member,
            group,
            organisation,
            role: random.maybe(10, |random| random.name(&ROLES)),
            permissions: vec![theme.permission(random)],
            scopes: people::scopes(random, theme),
            valid: conditions::validity(random, theme, theme.density),
            conditions: conditions::of_denial(random, theme),
            reason: None,
        });
    }
    people::reconcile(&mut document);
    document.demands = rules::demands(random, theme);
    document
}

fn places(random: &mut Random, document: &mut Document) {
    let parents = [
        None,
        Some("root"),
        Some("region"),
        Some("country"),
        Some("region"),
        Some("store1"),
    ];
    let kinds = [
        ScopeKind::Tenant,
        ScopeKind::Region,
        ScopeKind::Country,
        ScopeKind::Store,
        ScopeKind::Store,
        ScopeKind::Channel,
    ];
    for (at, id) in SCOPES.iter().enumerate() {
        document.scopes.push(Scope {
            id: (*id).into(),
            kind: kinds[at],
            parent: parents[at].map(str::to_owned),
            zone: random.maybe(45, |random| random.name(&ZONES)),
            title: None,
        });
    }
    let parents = [None, Some("d1"), Some("d11"), None];
    for (id, parent) in DEPARTMENTS.iter().zip(parents) {
        document.departments.push(Department {
            id: (*id).into(),
            parent: parent.map(str::to_owned),
            title: None,
        });
    }
    document.organisations = (ORGANISATIONS.iter())
        .map(|id| Organisation {
            id: (*id).into(),
            partner_of: (*id == "o2").then(|| "o1".into()),
            ..Organisation::default()
        })
        .collect();
    document.groups = (GROUPS.iter())
        .map(|id| Group {
            id: (*id).into(),
            title: None,
        })
        .collect();
}

fn facts(document: &mut Document) {
    let levels = |list: [(&str, u8); 3]| list.map(|(name, level)| (name.to_owned(), level)).into();
    document.levels = Levels {
        acr: levels([("aal1", 1), ("aal2", 2), ("aal3", 3)]),
        amr: levels([("pwd", 1), ("otp", 2), ("hwk", 3)]),
    };
    let blocks: [(&str, &[&str]); 3] = [
        ("office", &["203.0.113.0/24", "198.51.100.9"]),
        ("vpn", &["198.51.100.8/30", "10.0.0.0/7"]),
        ("six", &["2001:db8::/33", "::ffff:192.0.2.0/120"]),
    ];
    document.networks = blocks
        .map(|(id, cidrs)| Network {
            id: id.into(),
            cidrs: cidrs.iter().map(|it| (*it).into()).collect(),
        })
        .into();
    let attributes = [
        ("land", AttributeType::String, AttributeSource::Host),
        ("mine", AttributeType::String, AttributeSource::Snapshot),
        ("count", AttributeType::Integer, AttributeSource::Host),
        ("grade", AttributeType::Integer, AttributeSource::Snapshot),
        ("vip", AttributeType::Boolean, AttributeSource::Caller),
        ("tags", AttributeType::StringList, AttributeSource::Caller),
    ];
    document.attributes = attributes
        .map(|(id, value_type, source)| AttributeDefinition {
            id: id.into(),
            value_type,
            source,
        })
        .into();
    document.training = (TRAINING.iter())
        .map(|id| TrainingItem {
            id: (*id).into(),
            title: None,
        })
        .collect();
}

fn catalogue(random: &mut Random, theme: &Theme, document: &mut Document) {
    let own = |key: &str, kind, tiers: Vec<Tier>, requires: &[&str]| PermissionDefinition {
        key: key.into(),
        title: key.into(),
        area: "shop".into(),
        kind,
        tiers,
        requires: requires.iter().map(|it| (*it).into()).collect(),
        measure: measure(key),
        step_up: None,
    };
    let (read, write) = (PermissionKind::Read, PermissionKind::Write);
    let additions = &mut document.catalogue;
    let tiers = random.some(&[Tier::Personal, Tier::Sensitive], 1);
    additions.permissions = vec![
        own("shop.look", read, tiers, &[]),
        own("shop.paint", write, vec![], &["shop.look"]),
        own("shop.spend", write, vec![Tier::Funds], &["shop.look"]),
        own("shop.open", write, vec![Tier::Default], &[]),
    ];
    additions.permissions[1].step_up = random.maybe(30, conditions::step_up);
    additions.aliases = vec![
        Alias {
            key: "old.look".into(),
            means: vec!["shop.look".into(), "catalog.view".into()],
            since: random.pick(&[2, 3]),
        },
        Alias {
            key: "old.order".into(),
            means: vec!["order.note.edit".into(), "order.cancel".into()],
            since: 2,
        },
    ];
    let group = |id: &str, key: Option<&str>, paths: &[&str]| FieldGroupDefinition {
        id: id.into(),
        unlocked_by: key.map(str::to_owned),
        paths: paths.iter().map(|it| (*it).into()).collect(),
    };
    additions.field_groups = vec![
        group(
            "shop.wall",
            Some("shop.look"),
            &["$.wall", "$.rooms[*].door"],
        ),
        group("shop.safe", None, &["$.wall.safe", "$.rooms[*].key"]),
        group("order.extra", Some("shop.look"), &["$.extra"]),
    ];
    if random.percent(35) {
        additions.overrides.push(PermissionOverride {
            key: theme.permission(random),
            title: None,
            add_tiers: random.some(
                &[
                    Tier::Personal,
                    Tier::Sensitive,
                    Tier::Funds,
                    Tier::Privileged,
                    Tier::NoDelegation,
                    Tier::OwnerOnlyStrict,
                ],
                2,
            ),
            step_up: random.maybe(40, conditions::step_up),
            no_step_up: false,
        });
        let last = additions.overrides.last_mut().unwrap();
        last.no_step_up = last.step_up.is_none() && random.percent(30);
        let key = last.key.clone();
        let own = additions.permissions.iter().any(|it| it.key == key);
        if own {
            additions.overrides.pop();
        }
    }
}
