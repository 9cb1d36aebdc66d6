//! Random proofs and approvals, nearly right.

use keyrack::policy::{Document, document::Measure};
use serde_json::{Map, Value, json};

use super::{
    CURRENCIES, MEMBERS, SCOPES, Theme, measure,
    random::Random,
    request::{ORDERS, mostly},
};

pub fn auth(
    random: &mut Random,
    theme: &Theme,
    document: &Document,
    subject: &str,
    permission: &str,
    now: i64,
) -> Value {
    let mut made = Map::new();
    if random.percent(95) {
        made.insert("session".into(), json!(mostly(random, 95, "s1", &["s2"])));
    }
    if random.percent(90) {
        let before = theme.instant(random).min(now);
        made.insert(
            "time".into(),
            json!(if random.percent(50) { before } else { now - 60 }),
        );
    }
    if random.percent(50) {
        made.insert(
            "acr".into(),
            json!(random.name(&["aal1", "aal2", "aal3", "aal3", "odd"])),
        );
    }
    if random.percent(50) {
        made.insert(
            "amr".into(),
            json!(random.some(&["pwd", "otp", "hwk", "odd"], 2)),
        );
    }
    if random.percent(15) {
        made.insert("level".into(), json!(random.pick(&[0, 1, 2, 3])));
    }
    let mut proofs = Vec::new();
    if random.percent(75) {
        for _ in 0..1 + random.below(4) {
            let ages = [0, 0, 0, 59, 60, 61, 299, 300, 899, 900, -1];
            let mut of = document
                .catalogue
                .field_groups
                .iter()
                .filter_map(|it| it.unlocked_by.as_deref());
            let unlocking = of.next().unwrap_or("order.view");
            let others = [
                unlocking,
                "order.view",
                "customer.billing.view",
                "funds.transaction.view",
            ];
            proofs.push(json!({
                "subject": mostly(random, 93, subject, &MEMBERS),
                "session": mostly(random, 95, "s1", &["s2"]),
                "permission": if random.percent(80) { permission.into() } else { random.name(&others) },
                "level": random.pick(&[1, 2, 2, 3, 3]),
                "at": now - random.pick(&ages),
            }));
        }
    }
    made.insert("proofs".into(), json!(proofs));
    Value::Object(made)
}

pub fn approval(
    random: &mut Random,
    theme: &Theme,
    document: &Document,
    [subject, permission, scope, record]: [&str; 4],
    amount: &Value,
    now: i64,
) -> Value {
    let fresh = i64::from(document.settings.approval_fresh.seconds);
    let more = random.pick(&[0, 0, 0, 1, -1, 1000]);
    let amount = amount
        .as_i64()
        .map_or_else(|| amount.clone(), |it| json!(it + more));
    let by = match random.below(4) {
        0 => "boss".to_owned(),
        1 => random.name(&MEMBERS),
        _ => theme.member(random),
    };
    let mut made = json!({
        "by": by,
        "requester": mostly(random, 95, subject, &MEMBERS),
        "permission": mostly(random, 92, permission, &["order.view", "shop.look", "customer.billing.view"]),
        "resource": mostly(random, 94, record, &ORDERS),
        "at": now - random.pick(&[0, 0, 0, 1, fresh - 1, fresh, fresh + 1, -1]),
    });
    if random.percent(97) {
        made["scope"] = json!(mostly(random, 93, scope, &SCOPES));
    }
    let money = json!({ "value": amount, "currency": mostly(random, 85, "EUR", &CURRENCIES) });
    match measure(permission) {
        Some(Measure::Money) => made["amount"] = money,
        Some(Measure::Percent) => made["percent"] = amount,
        Some(Measure::Quantity) => made["quantity"] = amount,
        None => {}
    }
    if random.percent(3) {
        made["quantity"] = json!(1);
    }
    let names = ["by", "resource", "at", "amount"];
    if random.percent(6) {
        made.as_object_mut().unwrap().remove(random.pick(&names));
    }
    made
}
