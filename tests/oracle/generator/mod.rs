//! Random policies and requests, biased to where answers change: the second at which something
//! ends, the cent above a limit, the scope beside the one that was given.

mod conditions;
mod document;
mod people;
mod proofs;
mod proposal;
mod random;
mod request;
mod rules;

use keyrack::{
    policy::{Document, document::Measure},
    snapshot::Overlay,
};
use serde_json::Value;

use random::Random;

pub const MEMBERS: [&str; 12] = [
    "boss",
    "boss2",
    "ann",
    "bob",
    "cyd",
    "dan",
    "contractor",
    "firm",
    "partner",
    "app",
    "service",
    "app2",
];
pub const GROUPS: [&str; 2] = ["g1", "g2"];
pub const ORGANISATIONS: [&str; 2] = ["o1", "o2"];
pub const SCOPES: [&str; 6] = ["root", "region", "country", "store1", "store2", "channel"];
pub const DEPARTMENTS: [&str; 4] = ["d1", "d11", "d111", "d2"];
pub const NETWORKS: [&str; 3] = ["office", "vpn", "six"];
pub const TRAINING: [&str; 3] = ["safety", "privacy", "cash"];
pub const ZONES: [&str; 6] = [
    "Europe/Zagreb",
    "Asia/Tokyo",
    "America/New_York",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Chatham",
];
pub const CURRENCIES: [&str; 3] = ["EUR", "JPY", "eur"];
pub const ROLES: [&str; 4] = ["clerk", "lead", "preset", "chief"];

/// Permissions worth asking for, each for another reason.
pub const PERMISSIONS: [&str; 36] = [
    "order.view",
    "order.refund",
    "order.mark_paid",
    "order.label.buy",
    "order.discount.apply",
    "order.cancel",
    "order.ship",
    "order.export",
    "order.note.edit",
    "catalog.view",
    "catalog.price.edit",
    "catalog.stock.edit",
    "catalog.cost.view",
    "customer.view",
    "customer.billing.view",
    "customer.data.erase",
    "customer.sensitive.view",
    "ticket.view",
    "message.customer.send",
    "access.self.view",
    "staff.view",
    "staff.suspend",
    "staff.remove",
    "permission.grant",
    "permission.revoke",
    "grant.external.create",
    "grant.external.modify",
    "approval.give",
    "funds.withdraw",
    "funds.payout_account.edit",
    "funds.transaction.view",
    "store.delete",
    "shop.look",
    "shop.paint",
    "shop.spend",
    "shop.open",
];

/// What a case is made around.
pub struct Theme {
    /// The instant at which things happen.
    pub now: i64,
    /// The amount around which limits lie.
    pub amount: i64,
    /// The permissions that are mostly given and asked for.
    pub permissions: Vec<String>,
    /// The members that mostly ask.
    pub members: Vec<String>,
    /// Whether little is refused, so that answers are carried to what is asked of people.
    pub calm: bool,
    /// How likely a condition is, in percent.
    pub density: u64,
}

impl Theme {
    fn new(random: &mut Random) -> Self {
        // Ordinary Mondays, both Sundays on which clocks change, midnights, the year's end.
        let starts = [
            1_772_442_000,
            1_774_746_000,
            1_792_890_000,
            1_774_743_000,
            1_798_758_000,
            1_772_406_000,
            1_773_532_800,
        ];
        let near = [0, 0, 60, -60, 3600, 86_400, -43_200];
        let mut permissions: Vec<String> = Vec::new();
        for _ in 0..1 + random.below(4) {
            permissions.push(random.name(&PERMISSIONS));
        }
        if random.percent(25) {
            permissions.push("approval.give".into());
        }
        if random.percent(15) {
            permissions.push(random.name(&[
                "permission.grant",
                "grant.external.create",
                "staff.suspend",
            ]));
        }
        let members = (0..3 + random.below(2))
            .map(|_| random.name(&MEMBERS[2..]))
            .collect();
        let calm = random.percent(40);
        if calm {
            permissions.retain(|it| !it.starts_with("staff.") && !it.starts_with("funds.payout"));
            permissions.push(random.name(&[
                "order.refund",
                "catalog.price.edit",
                "order.cancel",
                "shop.paint",
                "shop.spend",
            ]));
        }
        Self {
            calm,
            now: random.pick(&starts) + random.pick(&near),
            amount: random.pick(&[1, 2, 100, 10_000, 50_000]),
            permissions,
            members,
            density: random.pick(if calm { &[1, 4, 10] } else { &[2, 8, 20, 45] }),
        }
    }

    /// An instant at, just before, just after, or far from the theme's.
    pub fn instant(&self, random: &mut Random) -> i64 {
        self.now
            + random.pick(&[
                -1, 0, 0, 1, -60, 60, -3600, 3600, -86_400, 86_400, -8_640_000, 8_640_000,
            ])
    }

    /// A sum at, just below or just above the theme's.
    pub fn sum(&self, random: &mut Random) -> i64 {
        (self.amount + random.pick(&[-1, 0, 0, 1, 2, 100, 100_000])).max(0)
    }

    pub fn permission(&self, random: &mut Random) -> String {
        if random.percent(88) {
            random.pick(&self.permissions)
        } else {
            random.name(&PERMISSIONS)
        }
    }

    pub fn member(&self, random: &mut Random) -> String {
        if random.percent(85) {
            random.pick(&self.members)
        } else {
            random.name(&MEMBERS)
        }
    }
}

pub fn measure(permission: &str) -> Option<Measure> {
    Some(match permission {
        "order.refund" | "order.mark_paid" | "order.label.buy" | "funds.withdraw"
        | "shop.spend" => Measure::Money,
        "order.discount.apply" | "catalog.price.edit" => Measure::Percent,
        "catalog.stock.edit" | "shop.paint" => Measure::Quantity,
        _ => return None,
    })
}

/// One policy, what was cut off since, and requests.
pub struct Case {
    pub document: Document,
    pub overlay: Option<Overlay>,
    pub requests: Vec<Value>,
}

pub fn case(seed: u64, requests: usize) -> Case {
    let mut random = Random::new(seed);
    let random = &mut random;
    let theme = Theme::new(random);
    let document = document::document(random, &theme);
    let overlay = random.maybe(if theme.calm { 10 } else { 60 }, |random| {
        rules::overlay(random, &theme)
    });
    let requests = (0..requests)
        .map(|_| request::request(random, &theme, &document))
        .collect();
    Case {
        document,
        overlay,
        requests,
    }
}
