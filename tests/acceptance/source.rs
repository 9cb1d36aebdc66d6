//! The cells were carried over from a neutral form that lies beside the project while it is
//! built. Where that form is there, nothing may have been lost or changed on the way.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::support::{
    aloud,
    cells::{self, CELL_COUNT, Cell, CellFile},
};

#[test]
fn the_carried_cells_agree_with_their_source() {
    let source = cells::root().join("../shared/acceptance");
    if !source.is_dir() {
        aloud::skip(&source);
        return;
    }
    let mut compared = 0;
    for file in cells::files() {
        let path = source.join(format!("{}.json", file.system));
        let original: Value = cells::read(&file.name, &fs::read_to_string(path).unwrap());
        assert_same_policy(&original, &file);
        let originals = list(&original["cells"]);
        assert_eq!(originals.len(), file.cells.len(), "{}", file.name);
        for (original, cell) in originals.iter().zip(&file.cells) {
            assert_same_cell(original, cell);
            compared += 1;
        }
    }
    assert_eq!(compared, CELL_COUNT);
}

fn assert_same_policy(original: &Value, file: &CellFile) {
    let policy = &file.policy;
    let same = |what: &str, original: Value, carried: Value| {
        assert_eq!(original, carried, "{} {what}", file.name);
    };
    same(
        "profile",
        original["profile"].clone(),
        policy["policy"]["profile"].clone(),
    );
    let expires = or(&original["snapshot"]["expires"], "never");
    same("expires", expires, policy["policy"]["expires"].clone());
    let fresh = or(&original["overlay_fresh_until"], "never");
    same("overlay bound", fresh, file.overlay.fresh_until.clone());
    same(
        "separation",
        json!("none"),
        policy["policy"]["separation"].clone(),
    );
    for section in ["scopes", "departments", "organisations", "roles", "members"] {
        let plain = |list: &Value| -> Vec<Value> { self::list(list).iter().map(told).collect() };
        same(
            section,
            plain(&original[section]).into(),
            plain(&policy[section]).into(),
        );
    }
    let groups: Vec<&Value> = list(&policy["groups"])
        .iter()
        .map(|group| &group["id"])
        .collect();
    same("groups", original["groups"].clone(), json!(groups));
    let allows: Vec<Value> = grants(&original["grants"], "allow");
    same("assignments", allows.into(), policy["assignments"].clone());
    let denies: Vec<Value> = grants(&original["grants"], "deny");
    same("denials", denies.into(), or_empty(&policy["denials"]));
    let overlay = json!({
        "session_revoked": file.overlay.session_revoked,
        "member_suspended": file.overlay.member_suspended,
        "operation_suspended": file.overlay.operation_suspended,
    });
    same("overlay", original["overlay"].clone(), overlay);
    let (rules, settings) = (&original["rules"], &policy["settings"]);
    same(
        "approval_fresh",
        rules["approval_fresh_s"].clone(),
        settings["approval_fresh"].clone(),
    );
    let step_up = list(&rules["step_up"]).iter().map(|rule| {
        told(&json!({
            "permission": rule["permission"], "above": rule["above"], "currency": rule["currency"],
            "step_up": { "level": rule["level"], "max_age": rule["max_age_s"] },
        }))
    });
    let training = list(&rules["training"]).iter().map(|rule| {
        told(&json!({
            "permission": rule["permission"], "tier": rule["tier"], "training": rule["items"],
        }))
    });
    same(
        "demands",
        step_up.chain(training).collect(),
        or_empty(&policy["demands"]),
    );
}

/// Grants of one effect, in the document's shape.
fn grants(originals: &Value, effect: &str) -> Vec<Value> {
    list(originals)
        .iter()
        .filter(|grant| grant["effect"] == effect)
        .map(assignment)
        .collect()
}

fn assignment(grant: &Value) -> Value {
    let mut conditions = told(grant);
    let table = conditions.as_object_mut().unwrap();
    for key in [
        "id",
        "to",
        "effect",
        "role",
        "permissions",
        "scopes",
        "valid",
        "reviewed_at",
    ] {
        table.remove(key);
    }
    for limit in table
        .get_mut("limits")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        limit.as_object_mut().unwrap().remove("unit");
    }
    for demand in table
        .get_mut("step_up")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        rename(demand, "max_age_s", "max_age");
    }
    if let Some(hours) = table.get_mut("hours") {
        *hours = json!([hours]);
    }
    if grant["networks"].is_array() {
        table.insert("networks".into(), grant["networks"].clone());
    }
    if table.get("rows") == Some(&json!("any")) {
        table.remove("rows");
    }
    rename(&mut conditions, "login_level", "sign_in_level");
    let holder = grant["to"]["kind"].as_str().unwrap();
    let mut assignment = told(&json!({
        "id": grant["id"], holder: grant["to"]["id"], "role": grant["role"],
        "permissions": grant["permissions"], "valid": grant["valid"],
        "reviewed_at": grant["reviewed_at"],
    }));
    if conditions != json!({}) {
        assignment = with(assignment, "conditions", &conditions);
    }
    with(assignment, "scopes", &grant["scopes"])
}

fn assert_same_cell(original: &Value, cell: &Cell) {
    let (given, expect) = (&original["given"], &original["expect"]);
    let request = &cell.request;
    let same = |what: &str, original: &Value, carried: &Value| {
        assert_eq!(original, carried, "{} {what}", cell.id);
    };
    same("id", &original["id"], &json!(cell.id));
    same("text", &original["text"], &json!(cell.text));
    let demand = cell.expect.step_up.as_ref();
    let carried = json!({
        "outcome": cell.expect.outcome, "reason": cell.expect.reason,
        "fields_hidden": cell.expect.hidden, "obligations": cell.expect.obligations,
        "compile": cell.expect.compile,
        "step_up": demand.map(|demand| json!({ "level": demand.level, "max_age_s": demand.max_age })),
    });
    let asserted = |expect: &Value| -> BTreeMap<String, Value> {
        let told = expect
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_null());
        told.map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    assert_eq!(asserted(expect), asserted(&carried), "{} expect", cell.id);
    for fact in ["subject", "actor", "permission", "scope", "now"] {
        same(fact, &given[fact], &request[fact]);
    }
    assert_same_measure(given, request, &cell.id);
    let touched: Vec<&Value> = request["fields"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, fields)| list(fields))
        .collect();
    same("fields", &given["fields"], &json!(touched));
    let resource = &given["resource"];
    match resource["type"].as_str() {
        Some("member") => same("member", &resource["id"], &request["member"]),
        Some("grant") => assert_same_proposal(&resource["grant"], &request["assignment"], &cell.id),
        _ => {
            let mut carried = request["resource"].clone();
            rename(&mut carried, "openTicketWith", "open_ticket_with");
            assert_eq!(told(resource), told(&carried), "{} resource", cell.id);
        }
    }
    let (auth, carried) = (&given["auth"], &request["auth"]);
    for fact in ["session", "time"] {
        same(fact, &auth[fact], &carried[fact]);
    }
    let level = ["aal1", "aal2", "aal3"]
        .iter()
        .position(|acr| carried["acr"] == **acr);
    same("level", &auth["level"], &json!(level.map(|at| at + 1)));
    let mut proofs = carried["proofs"].clone();
    for proof in proofs.as_array_mut().into_iter().flatten() {
        rename(proof, "subject", "principal");
    }
    assert_eq!(list(&auth["proofs"]), list(&proofs), "{} proofs", cell.id);
    let address = match given["network"].as_str() {
        Some("office") => json!("203.0.113.7"),
        Some("vpn") => json!("198.51.100.7"),
        Some("home") => json!("192.0.2.7"),
        other => json!(other),
    };
    same("network", &address, &request["ip"]);
    let approvals = [&given["approvals"], &request["approvals"]].map(list);
    assert_eq!(
        approvals[0].len(),
        approvals[1].len(),
        "{} approvals",
        cell.id
    );
    for (original, carried) in approvals[0].iter().zip(approvals[1]) {
        for fact in ["by", "requester", "permission", "scope", "resource", "at"] {
            same(fact, &original[fact], &carried[fact]);
        }
        assert_same_measure(original, carried, &cell.id);
    }
    let usage: Vec<Value> = list(&given["usage"]).iter().map(told).collect();
    assert_eq!(usage, list(&request["usage"]), "{} usage", cell.id);
    let added: Vec<Value> = list(&given["extra_grants"])
        .iter()
        .map(assignment)
        .collect();
    assert_eq!(
        added, cell.added_assignments,
        "{} added assignments",
        cell.id
    );
}

fn assert_same_measure(original: &Value, carried: &Value, id: &str) {
    let expected = match original["unit"].as_str() {
        None => json!({}),
        Some("money") => json!({ "amount":
            told(&json!({ "value": original["amount"], "currency": original["currency"] })) }),
        Some(unit) => json!({ unit: original["amount"] }),
    };
    for measure in ["amount", "percent", "quantity"] {
        assert_eq!(expected[measure], carried[measure], "{id} {measure}");
    }
}

fn assert_same_proposal(original: &Value, carried: &Value, id: &str) {
    let mut expected = assignment(&with(original.clone(), "effect", &json!("allow")));
    let mut carried = carried.clone();
    if let Some(conditions) = carried.get_mut("conditions") {
        rename(conditions, "approvalFor", "approval_for");
        let limits = conditions.get_mut("limits").and_then(Value::as_array_mut);
        for limit in limits.into_iter().flatten() {
            rename(limit, "approveAbove", "approve_above");
        }
    }
    expected.as_object_mut().unwrap().remove("id");
    assert_eq!(expected, carried, "{id} proposal");
}

/// A value without its members that are null or empty, to the bottom.
fn told(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), told(value)))
            .filter(|(_, value)| !value.is_null() && *value != json!([]) && *value != json!({}))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(told).collect(),
        other => other.clone(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn or(value: &Value, word: &str) -> Value {
    if value.is_null() {
        word.into()
    } else {
        value.clone()
    }
}

fn or_empty(value: &Value) -> Value {
    if value.is_null() {
        json!([])
    } else {
        value.clone()
    }
}

fn with(mut table: Value, key: &str, value: &Value) -> Value {
    table
        .as_object_mut()
        .unwrap()
        .insert(key.into(), value.clone());
    table
}

fn rename(table: &mut Value, from: &str, to: &str) {
    if let Some(members) = table.as_object_mut()
        && let Some(value) = members.remove(from)
    {
        members.insert(to.into(), value);
    }
}
