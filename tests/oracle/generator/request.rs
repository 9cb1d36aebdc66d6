//! A random request, in the form that hosts send.

use keyrack::policy::{Document, document::Measure};
use serde_json::{Map, Value, json};

use super::{
    CURRENCIES, DEPARTMENTS, MEMBERS, SCOPES, Theme, measure, proofs, proposal, random::Random,
};

pub const ORDERS: [&str; 2] = ["o1", "o2"];

pub fn request(random: &mut Random, theme: &Theme, document: &Document) -> Value {
    let mut made = Map::new();
    let mut tell = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            made.insert(name.into(), value);
        }
    };
    let subject = match random.below(100) {
        0 => "nobody".to_owned(),
        1..8 => "boss".to_owned(),
        _ => theme.member(random),
    };
    let permission = match random.below(100) {
        0 => "order.fly".to_owned(),
        1 => "old.order".to_owned(),
        _ => theme.permission(random),
    };
    let scope = match random.below(100) {
        0 => "nowhere".to_owned(),
        _ => random.name(&SCOPES),
    };
    // Mostly what somebody was given, where it was given or below.
    let given = random.pick(&document.assignments);
    let likely = if theme.calm { 80 } else { 45 };
    let holder = (given.member.clone()).filter(|_| random.percent(likely));
    let (subject, permission, scope) = match holder {
        None => (subject, permission, scope),
        Some(holder) => {
            let asked = given
                .permissions
                .iter()
                .filter(|it| !it.starts_with("old."));
            let asked: Vec<String> = asked.cloned().collect();
            let known = !asked.is_empty();
            let permission = if known {
                random.pick(&asked)
            } else {
                permission
            };
            let elsewhere = random.percent(25).then_some(scope);
            let scope = elsewhere.unwrap_or_else(|| random.pick(&given.scopes));
            (holder, permission, scope)
        }
    };
    let now =
        theme.now + random.pick(&[0, 0, 0, 0, 1, -1, 59, 60, -60, 3599, 3600, 86_399, 86_400]);
    let clock = random.percent(96);
    let record = random.name(&ORDERS);
    let amount = amount(random, theme);
    let actor = random.maybe(if theme.calm { 8 } else { 16 }, |random| {
        random.name(&["app", "app", "service", "service", "app2", "ann", "nobody"])
    });
    tell("subject", Some(json!(subject)));
    tell("permission", Some(json!(permission)));
    tell("scope", random.maybe(93, |_| json!(scope)));
    tell("now", clock.then(|| json!(now)));
    tell("actor", actor.map(Value::from));
    let measured = measure(&permission);
    let states =
        |random: &mut Random, of| random.percent(if measured == Some(of) { 93 } else { 4 });
    let money = states(random, Measure::Money).then(|| money(random, &amount));
    tell("amount", money);
    tell(
        "percent",
        states(random, Measure::Percent).then(|| amount.clone()),
    );
    tell(
        "quantity",
        states(random, Measure::Quantity).then(|| amount.clone()),
    );
    tell(
        "resource",
        random.maybe(85, |random| {
            resource(random, theme, &subject, &record, &permission)
        }),
    );
    tell(
        "auth",
        random.maybe(90, |random| {
            proofs::auth(random, theme, document, &subject, &permission, now)
        }),
    );
    let ips = [
        "203.0.113.0",
        "203.0.114.0",
        "203.0.112.255",
        "198.51.100.8",
        "198.51.100.12",
        "198.51.100.7",
        "198.51.100.9",
        "11.255.255.255",
        "12.0.0.0",
        "2001:db8::1",
        "2001:db8:8000::",
        "2001:db8:7fff:ffff::",
        "::ffff:203.0.113.7",
        "192.0.2.255",
        "192.0.3.0",
        "here",
    ];
    tell("ip", random.maybe(85, |random| json!(random.name(&ips))));
    let mut approvals: Vec<Value> = Vec::new();
    if random.percent(55) {
        for _ in 0..1 + random.below(3) {
            approvals.push(proofs::approval(
                random,
                theme,
                document,
                [&subject, &permission, &scope, &record],
                &amount,
                now,
            ));
        }
    }
    tell(
        "approvals",
        (!approvals.is_empty()).then(|| json!(approvals)),
    );
    let usage = usage(random, document, &amount);
    tell("usage", (!usage.is_empty()).then(|| json!(usage)));
    tell(
        "fields",
        random.maybe(20, |random| fields(random, &permission)),
    );
    let writes = permission.starts_with("staff.")
        || permission.starts_with("permission.")
        || permission.starts_with("grant.");
    tell(
        "member",
        random.maybe(if writes { 60 } else { 4 }, |random| {
            json!(if random.percent(4) {
                "nobody".into()
            } else {
                random.name(&MEMBERS)
            })
        }),
    );
    let door = permission.starts_with("grant.external") || permission.starts_with("permission.");
    tell(
        "assignment",
        random.maybe(if door { 75 } else { 4 }, |random| {
            proposal::proposal(random, theme, document)
        }),
    );
    Value::Object(made)
}

/// A number as sent: near the theme's, at the ends of the range, or no whole number.
fn amount(random: &mut Random, theme: &Theme) -> Value {
    let edge = random.pick(&[0, 0, 1, -1, 2, 100, -100]);
    match random.below(30) {
        0 => json!(0.5),
        1 => json!(-1),
        2 => json!((1_i64 << 53) - 1),
        3 => json!(1_i64 << 53),
        4 => json!(0),
        _ => json!((theme.amount + edge).max(0)),
    }
}

fn money(random: &mut Random, amount: &Value) -> Value {
    let currency = if random.percent(80) {
        "EUR".into()
    } else {
        random.name(&CURRENCIES)
    };
    let mut money = json!({ "value": amount });
    if random.percent(97) {
        money["currency"] = json!(currency);
    }
    money
}

/// Mostly a member itself, else somebody else.
pub fn mostly(random: &mut Random, percent: u64, this: &str, others: &[&str]) -> String {
    if random.percent(percent) {
        this.to_owned()
    } else {
        random.name(others)
    }
}

fn resource(
    random: &mut Random,
    theme: &Theme,
    subject: &str,
    record: &str,
    permission: &str,
) -> Value {
    let own = permission.split('.').next().unwrap();
    let kinds = [
        "order",
        "customer",
        "product",
        "shop",
        "transaction",
        "ticket",
        "app",
        "nothing",
    ];
    let mut made = json!({ "type": mostly(random, 50, own, &kinds), "id": mostly(random, 95, record, &ORDERS) });
    if random.percent(70) {
        made["assignee"] = json!(mostly(random, 60, subject, &MEMBERS));
    }
    if random.percent(75) {
        made["department"] = json!(mostly(random, 5, "d9", &DEPARTMENTS));
    }
    if random.percent(70) {
        let mut tickets: Vec<String> = random
            .some(&MEMBERS, 2)
            .into_iter()
            .map(str::to_owned)
            .collect();
        tickets.extend(random.maybe(50, |_| subject.to_owned()));
        made["openTicketWith"] = json!(tickets);
    }
    let mut attributes = Map::new();
    let values = [
        (
            "land",
            vec![json!("hr"), json!("si"), json!("de"), json!(""), json!(5)],
        ),
        (
            "count",
            vec![json!(4), json!(5), json!(6), json!("5"), json!(5.5)],
        ),
        ("vip", vec![json!(true), json!(false), json!("true")]),
        (
            "tags",
            vec![json!(["a"]), json!(["b"]), json!([]), json!("a")],
        ),
        ("mine", vec![json!("hr")]),
        ("grade", vec![json!(5)]),
    ];
    let told = 75 + theme.density / 3;
    for (name, values) in values {
        if random.percent(told) {
            attributes.insert(name.into(), random.pick(&values));
        }
    }
    made["attributes"] = Value::Object(attributes);
    made
}

fn usage(random: &mut Random, document: &Document, amount: &Value) -> Vec<Value> {
    let of_roles = document.roles.iter().map(|it| &it.conditions);
    let all = document
        .assignments
        .iter()
        .map(|it| &it.conditions)
        .chain(of_roles);
    let mut made: Vec<Value> = Vec::new();
    for budget in all.flat_map(|it| &it.budgets) {
        if made.iter().any(|it| it["budget"] == budget.id) || !random.percent(50) {
            continue;
        }
        let asked = amount.as_i64().unwrap_or(0);
        let most = budget.amount.unwrap_or(10);
        let used = (most.saturating_sub(asked)) + random.pick(&[-1, 0, 0, 1]);
        let mut told = json!({ "budget": budget.id });
        if random.percent(80) {
            told["amount"] = if random.percent(3) {
                json!(0.5)
            } else {
                json!(used)
            };
        }
        if random.percent(80) {
            let count = budget.count.unwrap_or(1) - random.pick(&[0, 1, 1, 2]);
            told["count"] = if random.percent(3) {
                json!(-1)
            } else {
                json!(count)
            };
        }
        made.push(told);
    }
    made
}

fn fields(random: &mut Random, permission: &str) -> Value {
    let own = permission.split('.').next().unwrap();
    let core = format!("{own}.core");
    let names = [
        &core,
        "order.core",
        "order.billing",
        "order.extra",
        "shop.wall",
        "shop.safe",
        "customer.core",
        "$.id",
        "$.items",
        "$.items[*].cost",
        "$.items[0].price",
        "$.items[*].price.net",
        "$.notes",
        "$",
        "$.notes[*]",
        "$.billing_address.city",
        "$.billing",
        "$.wall",
        "$.wall.safe",
        "$.wall.paint",
        "$.rooms[2].door",
        "$.rooms[*]",
        "$.extra",
        "$.unheard",
        "$.customer",
        "$.customer.email",
        "",
        "order",
    ];
    let mut made = Map::new();
    for touch in ["read", "write", "filter", "sort", "export"] {
        if random.percent(30) {
            made.insert(touch.into(), json!(random.some(&names, 2)));
        }
    }
    Value::Object(made)
}
