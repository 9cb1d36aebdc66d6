//! A random proposed assignment.

use keyrack::policy::Document;
use serde_json::{Map, Value, json};

use super::{
    GROUPS, MEMBERS, NETWORKS, ORGANISATIONS, ROLES, SCOPES, Theme, ZONES, conditions,
    random::Random, request::mostly,
};

pub fn proposal(random: &mut Random, theme: &Theme, document: &Document) -> Value {
    let mut made = Map::new();
    match random.below(8) {
        0 => drop(made.insert("group".into(), json!(random.name(&GROUPS)))),
        1 => drop(made.insert("organisation".into(), json!(random.name(&ORGANISATIONS)))),
        _ => drop(made.insert("member".into(), json!(random.name(&MEMBERS)))),
    }
    if random.percent(3) {
        made.insert("group".into(), json!("g1"));
    }
    // Often a copy of something that was given, and then a little different.
    let copied = random.pick(&document.assignments);
    let copied = random.percent(60).then_some(copied);
    let keys: Vec<String> = match &copied {
        Some(copied) => copied.permissions.clone(),
        None => random.some(&theme.permissions, 2),
    };
    let doors = |key: &String| !key.starts_with("old.");
    made.insert(
        "permissions".into(),
        json!(keys.into_iter().filter(doors).collect::<Vec<_>>()),
    );
    let role = match &copied {
        Some(copied) => copied.role.clone(),
        None => random.maybe(15, |random| random.name(&ROLES)),
    };
    if let Some(role) = role {
        made.insert("role".into(), json!(role));
    }
    let mut scopes = copied
        .as_ref()
        .map_or_else(Vec::new, |it| it.scopes.clone());
    if scopes.is_empty() || random.percent(30) {
        scopes = random
            .some(&SCOPES, 2)
            .into_iter()
            .map(str::to_owned)
            .collect();
    }
    made.insert("scopes".into(), json!(scopes));
    let to = match random.below(4) {
        0 => None,
        1 => Some(theme.instant(random)),
        2 => copied
            .as_ref()
            .and_then(|it| it.valid.to)
            .map(|it| it.seconds),
        _ => Some(theme.now + 3600),
    };
    let from = random.maybe(15, |random| theme.instant(random));
    made.insert("valid".into(), json!({ "from": from, "to": to }));
    let density = Theme {
        density: theme.density / 3,
        ..copy(theme)
    };
    let fresh = conditions::conditions(random, &density, true);
    let base = match copied {
        Some(copied) if random.percent(85) => copied.conditions,
        _ => fresh,
    };
    let shift = random.pick(&[0, 0, 0, -1, 1]);
    let limits = base.limits.iter().map(|it| {
        let mut limit = json!({ "permission": it.permission, "max": it.max + shift });
        if let Some(currency) = &it.currency {
            limit["currency"] = json!(currency);
        }
        if let Some(soft) = it.approve_above {
            limit["approveAbove"] = json!(soft.min(it.max + shift));
        }
        limit
    });
    let mut told = json!({
        "limits": limits.collect::<Vec<_>>(), "unlimited": base.unlimited, "approvalFor": base.approval_for,
    });
    if let Some(rows) = &base.rows {
        told["rows"] = json!(rows);
    }
    if random.percent(5) {
        told["rows"] = json!(conditions::rows(random));
    }
    if let Some(networks) = &base.networks {
        told["networks"] = json!(networks);
    } else if random.percent(5) {
        told["networks"] = json!(random.some(&NETWORKS, 2));
    }
    if let Some(hours) = &base.hours {
        let windows = hours.iter().map(|it| {
            let mut window = json!({ "days": it.days, "from": it.from, "to": it.to });
            if let Some(zone) = &it.zone {
                window["zone"] = json!(mostly(random, 95, zone, &ZONES));
            }
            window
        });
        told["hours"] = json!(windows.collect::<Vec<_>>());
    }
    made.insert("conditions".into(), told);
    Value::Object(made)
}

fn copy(theme: &Theme) -> Theme {
    Theme {
        permissions: theme.permissions.clone(),
        members: theme.members.clone(),
        ..*theme
    }
}
