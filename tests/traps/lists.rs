//! Lists end where single checks do.

use std::collections::BTreeSet;

use keyrack::{
    decide::{Engine, Request},
    ffi, query,
};
use serde_json::json;

use crate::{NOW, base, engine};

/// Who may do something at a place, to somebody where one is named.
fn who(engine: &Engine, permission: &str, scope: &str, whom: Option<&str>) -> BTreeSet<String> {
    let question = json!({ "subject": "", "permission": permission, "scope": scope, "member": whom, "now": NOW });
    let text = question.to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let holders = query::who_can(engine, &request).unwrap();
    let named = holders.iter().map(|(handle, _)| {
        engine
            .snapshot
            .member(*handle)
            .unwrap()
            .name()
            .unwrap()
            .to_owned()
    });
    named.collect()
}

fn these<const COUNT: usize>(members: [&str; COUNT]) -> BTreeSet<String> {
    members.map(str::to_owned).into()
}

#[test]
fn d13_lists_of_who_can_end_at_the_scope_and_at_the_rank() {
    let engine = engine(&base());
    for permission in ["staff.view", "staff.suspend", "staff.credential.reset"] {
        assert_eq!(
            who(&engine, permission, "one", None),
            these(["boss", "mara"])
        );
        assert_eq!(
            who(&engine, permission, "two", None),
            these(["boss", "mile"])
        );
        assert_eq!(who(&engine, permission, "co", None), these(["boss"]));
    }
    for permission in ["staff.suspend", "staff.credential.reset"] {
        for (scope, manager) in [("one", "mara"), ("two", "mile")] {
            let who = |whom| who(&engine, permission, scope, Some(whom));
            assert_eq!(
                who("ana"),
                these(["boss", manager]),
                "{permission} on a lower rank"
            );
            assert_eq!(
                who("mara"),
                these(["boss"]),
                "{permission} on an equal, or oneself"
            );
            assert_eq!(
                who("mile"),
                these(["boss"]),
                "{permission} on an equal, or oneself"
            );
            assert_eq!(who("boss"), these([]), "{permission} on an owner");
            assert_eq!(who("nobody"), these([]), "{permission} on nobody");
        }
    }
}

/// Where a list of staff ends. The list itself is the host's: the engine says which rows of it a
/// member sees (`staff.view`, by scope) and on whom of these it may act (by rank, as above). Rank
/// hides nobody: it binds "a permission that writes" (docs/semantics.md, Administration).
#[test]
fn d13_lists_of_staff_end_at_the_scope_and_what_can_be_done_there_at_the_rank() {
    let engine = engine(&base());
    let staff = [
        ("boss", "co"),
        ("mara", "one"),
        ("ana", "one"),
        ("mile", "two"),
        ("ivo", "two"),
    ];
    let list = |subject: &str| -> BTreeSet<String> {
        let question =
            json!({ "subject": subject, "permission": "staff.view", "now": NOW }).to_string();
        let question: Request<'_> = serde_json::from_str(&question).unwrap();
        let filter = query::where_can(&engine, &question).unwrap();
        let seen = |(member, scope): &(&str, &str)| {
            let resource = json!({ "type": "staff", "id": member });
            let text = json!({ "subject": subject, "permission": "staff.view", "now": NOW, "scope": scope, "resource": resource }).to_string();
            let record: Request<'_> = serde_json::from_str(&text).unwrap();
            let place = engine.snapshot.find_scope(scope).unwrap().unwrap();
            let listed = filter
                .passes(&engine, &record, place, record.resource.as_ref().unwrap())
                .unwrap();
            assert_eq!(
                listed,
                ffi::decide(&engine, &record).unwrap().outcome == "allow",
                "{subject} {member}"
            );
            listed
        };
        staff
            .iter()
            .filter(|row| seen(row))
            .map(|(member, _)| (*member).to_owned())
            .collect()
    };
    assert_eq!(
        list("boss"),
        staff.map(|(member, _)| member.to_owned()).into()
    );
    assert_eq!(
        list("mara"),
        these(["mara", "ana"]),
        "nobody of the other shop, nobody above both"
    );
    assert_eq!(list("mile"), these(["mile", "ivo"]));
    assert_eq!(list("ana"), these([]));
    let acted_on = |subject: &str| -> BTreeSet<String> {
        let may = |(member, scope): &(&str, &str)| {
            who(&engine, "staff.suspend", scope, Some(member)).contains(subject)
        };
        staff
            .iter()
            .filter(|row| may(row))
            .map(|(member, _)| (*member).to_owned())
            .collect()
    };
    assert_eq!(acted_on("boss"), these(["mara", "ana", "mile", "ivo"]));
    assert_eq!(
        acted_on("mara"),
        these(["ana"]),
        "not oneself, though on the list"
    );
    assert_eq!(acted_on("mile"), these(["ivo"]));
    assert_eq!(acted_on("ana"), these([]));
}

#[test]
fn d10_a_record_asked_for_by_its_id_is_as_far_away_as_in_the_list() {
    let mut document = base();
    document["assignments"][2]["conditions"] = json!({ "rows": "self" });
    let engine = engine(&document);
    let text = json!({ "subject": "ana", "permission": "order.view", "now": NOW }).to_string();
    let question: Request<'_> = serde_json::from_str(&text).unwrap();
    let filter = query::where_can(&engine, &question).unwrap();
    let mut seen = 0;
    for scope in ["co", "one", "two"] {
        for assignee in ["ana", "mile"] {
            let request = json!({ "subject": "ana", "permission": "order.view", "scope": scope, "now": NOW, "resource": { "type": "order", "id": "7", "assignee": assignee } });
            let text = request.to_string();
            let record: Request<'_> = serde_json::from_str(&text).unwrap();
            let listed = {
                let place = engine.snapshot.find_scope(scope).unwrap().unwrap();
                let resource = record.resource.as_ref().unwrap();
                filter.passes(&engine, &record, place, resource).unwrap()
            };
            let allowed = ffi::decide(&engine, &record).unwrap().outcome == "allow";
            assert_eq!(listed, allowed, "{scope} {assignee}");
            seen += usize::from(listed);
        }
    }
    assert_eq!(seen, 1, "the clerk's own order at the clerk's own shop");
}
