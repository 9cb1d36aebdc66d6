//! Makes a failing case small: takes away one part after the other while it still fails the same.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use crate::kept::Kept;

enum Step {
    Key(String),
    Index(usize),
}

pub fn shrink(case: Kept) -> Kept {
    let mut best = case;
    let Some(first) = differs(&best) else {
        return best;
    };
    loop {
        let mut smaller = false;
        for part in ["request", "overlay", "document"] {
            let mut paths = Vec::new();
            collect(
                part_of(&mut best.clone(), part),
                &mut Vec::new(),
                &mut paths,
            );
            for path in paths {
                let mut tried = best.clone();
                if remove(part_of(&mut tried, part), &path)
                    && names_what_is_there(&tried)
                    && differs(&tried).as_ref() == Some(&first)
                {
                    best = tried;
                    smaller = true;
                }
            }
        }
        if !smaller {
            best.overlay = best.overlay.filter(|it| !it.is_null());
            return best;
        }
    }
}

fn part_of<'a>(case: &'a mut Kept, part: &str) -> &'a mut Value {
    match part {
        "request" => &mut case.request,
        "document" => &mut case.document,
        _ => case.overlay.get_or_insert(Value::Null),
    }
}

fn differs(case: &Kept) -> Option<String> {
    let mut case = case.clone();
    case.overlay = case.overlay.filter(|it| !it.is_null());
    let found = catch_unwind(AssertUnwindSafe(|| case.difference())).ok()???;
    Some(kind(&found))
}

/// The kind of a difference: both outcomes and reasons.
pub fn kind(difference: &str) -> String {
    let words = difference.split_whitespace().collect::<Vec<_>>();
    let reasons = words
        .windows(2)
        .filter(|it| it[0] == "outcome:" || it[0] == "reason:");
    reasons.map(|it| it[1]).collect()
}

/// Every part that could go, the largest first.
fn collect(value: &Value, path: &mut Vec<Step>, into: &mut Vec<Vec<Step>>) {
    let mut child = |step: Step, value: &Value| {
        path.push(step);
        let copy = path.iter().map(|step| match step {
            Step::Key(key) => Step::Key(key.clone()),
            Step::Index(at) => Step::Index(*at),
        });
        into.push(copy.collect());
        collect(value, path, into);
        path.pop();
    };
    match value {
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate().rev() {
                child(Step::Index(at), value);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                child(Step::Key(key.clone()), value);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, path: &[Step]) -> bool {
    let Some((last, path)) = path.split_last() else {
        return false;
    };
    let mut at = value;
    for step in path {
        let next = match step {
            Step::Key(key) => at.get_mut(key),
            Step::Index(index) => at.get_mut(*index),
        };
        let Some(next) = next else { return false };
        at = next;
    }
    match (last, at) {
        (Step::Key(key), Value::Object(members)) => members.remove(key).is_some(),
        (Step::Index(index), Value::Array(list)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        _ => false,
    }
}

/// Whether every name in the document is declared there, so that the case stays one of the kind
/// that a store could write.
fn names_what_is_there(case: &Kept) -> bool {
    let document = &case.document;
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let known =
        |section: &str, id: &Value| id.is_null() || list(section).iter().any(|it| it["id"] == *id);
    let all = |section: &str, ids: &Value| {
        ids.as_array()
            .into_iter()
            .flatten()
            .all(|id| known(section, id))
    };
    let parents = ["scopes", "departments"];
    let trees = parents
        .iter()
        .all(|section| list(section).iter().all(|it| known(section, &it["parent"])));
    let one_root = list("scopes")
        .iter()
        .filter(|it| it["parent"].is_null())
        .count()
        == 1;
    let members = list("members").iter().all(|it| {
        known("departments", &it["department"])
            && known("organisations", &it["organisation"])
            && all("groups", &it["groups"])
    });
    let given = list("assignments")
        .into_iter()
        .chain(list("denials"))
        .all(|it| {
            let conditions = &it["conditions"];
            let tests = conditions["attributes"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            known("members", &it["member"])
                && known("groups", &it["group"])
                && known("organisations", &it["organisation"])
                && known("roles", &it["role"])
                && all("scopes", &it["scopes"])
                && it["scopes"].as_array().is_some_and(|it| !it.is_empty())
                && all("networks", &conditions["networks"])
                && all("training", &conditions["training"])
                && tests.iter().all(|it| known("attributes", &it["attribute"]))
        });
    let roles = list("roles").iter().all(|it| all("roles", &it["inherits"]));
    // Without an issue date the changes of clocks that a snapshot knows are long over.
    let issued = document["policy"]["issued"].is_string();
    issued && trees && one_root && members && given && roles
}
