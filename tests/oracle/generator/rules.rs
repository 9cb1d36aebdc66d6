//! Random demands, and what was cut off since.

use keyrack::{
    policy::document::{Demand, Measure, Tier},
    snapshot::{
        Overlay,
        overlay::{MemberSuspended, OperationSuspended, SessionRevoked},
    },
};

use super::{TRAINING, Theme, conditions, measure, random::Random};

pub fn demands(random: &mut Random, theme: &Theme) -> Vec<Demand> {
    let mut demands = Vec::new();
    for _ in 0..random.below(4) {
        let permission = random.maybe(70, |random| theme.permission(random));
        let tiers = [
            Tier::Sensitive,
            Tier::Personal,
            Tier::Funds,
            Tier::Privileged,
            Tier::NoDelegation,
        ];
        let measured = permission.as_deref().and_then(measure);
        let step_up = random.maybe(60, conditions::step_up);
        let above = random.maybe(60, |random| theme.sum(random));
        let above = above.filter(|_| measured.is_some() && step_up.is_some());
        demands.push(Demand {
            tier: permission.is_none().then(|| random.pick(&tiers)),
            permission,
            step_up,
            above,
            currency: (measured == Some(Measure::Money) && above.is_some())
                .then(|| random.name(&["EUR", "EUR", "JPY"])),
            sign_in_level: random.maybe(20, |random| random.pick(&[1, 2, 3])),
            training: (random.maybe(20, |random| vec![random.name(&TRAINING)])).unwrap_or_default(),
            approval: random.percent(20),
        });
    }
    demands
}

pub fn overlay(random: &mut Random, theme: &Theme) -> Overlay {
    let mut overlay = Overlay {
        tenant: "random".into(),
        version: 3,
        issued: theme.now - 9_000_000,
        fresh_until: random.maybe(20, |random| theme.now + random.pick(&[0, 1, 60, 86_400])),
        ..Overlay::default()
    };
    if random.percent(15) {
        overlay.session_revoked.push(SessionRevoked {
            member: theme.member(random),
            before: theme.instant(random),
        });
    }
    if random.percent(20) {
        overlay.member_suspended.push(MemberSuspended {
            member: theme.member(random),
            from: random.maybe(50, |random| theme.instant(random)),
            to: random.maybe(50, |random| theme.instant(random)),
        });
    }
    for _ in 0..random.below(3) {
        overlay.operation_suspended.push(OperationSuspended {
            member: random.maybe(60, |random| theme.member(random)),
            permission: theme.permission(random),
            from: random.maybe(50, |random| theme.instant(random)),
            to: random.maybe(50, |random| theme.instant(random)),
        });
    }
    overlay.sort();
    overlay
}
