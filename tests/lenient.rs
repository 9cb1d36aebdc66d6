//! What the compiler refuses becomes nothing that opens a door, were it lowered all the same.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "support/base.rs"]
mod base;

use keyrack::compile::{compile_document, lower};
use keyrack::policy::document::MemberKind;
use keyrack::snapshot::model::{self, Model, Terms};

use base::{document, held};

/// The terms that ben gets by an assignment with these conditions, which the compiler refuses.
fn refused(more: &str) -> (Model, Terms) {
    let document = document(more);
    assert!(compile_document(&document).model.is_none(), "{more}");
    let model = lower(&document);
    let terms = held(&model, "ben")[0].clone();
    (model, terms)
}

fn conditions(conditions: &str) -> Terms {
    let more = format!(
        "[[assignments]]\nmember = \"ben\"\nrole = \"clerk\"\nscopes = [\"paris\"]\nconditions = {{ {conditions} }}\n"
    );
    refused(&more).1
}

#[test]
fn conditions_that_cannot_be_read_hold_for_nobody() {
    for unreadable in [
        "training = [\"nothing\"]",
        "attributes = [{ attribute = \"nothing\", op = \"exists\" }]",
        "hours = [{ zone = \"Asia/Tokyo\", days = [1], from = \"08:00\", to = \"09:00\" }, { zone = \"Europe/Rome\", days = [1], from = \"08:00\", to = \"09:00\" }]",
        "networks = [\"nothing\"]",
        "networks = []",
    ] {
        assert_eq!(
            conditions(unreadable).networks,
            Some(Vec::new()),
            "{unreadable}"
        );
    }
    assert_eq!(conditions("hours = []").hours.unwrap().windows, []);
    let wrong = conditions("hours = [{ days = [9], from = \"08:00\", to = \"09:00\" }]");
    assert_eq!(wrong.hours.unwrap().windows, []);
}

#[test]
fn a_role_and_an_assignment_that_exclude_each_other_hold_for_nobody() {
    let (_, terms) = refused(
        r#"
[[roles]]
id = "agent"
permissions = ["order.view"]
conditions = { rows = "ticket" }
[[assignments]]
member = "ben"
role = "agent"
scopes = ["paris"]
conditions = { rows = "self" }
"#,
    );
    assert_eq!(terms.networks, Some(Vec::new()));
}

#[test]
fn a_denial_reaches_further_rather_than_less_far() {
    let denial = |conditions: &str| {
        refused(&format!(
            "[[denials]]\nmember = \"ben\"\npermissions = [\"order.view\"]\nscopes = [\"paris\"]\nconditions = {{ {conditions} }}\n"
        ))
        .1
    };
    assert_eq!(denial("networks = [\"nothing\"]").networks, None);
    assert_eq!(
        denial("hours = [{ days = [1], from = \"8\", to = \"9\" }]").hours,
        None
    );
    let unknown = denial("attributes = [{ attribute = \"nothing\", op = \"exists\" }]");
    assert_eq!(unknown.attributes, []);
    let limited = denial("sign_in_level = 3, training = [\"tour\"]");
    assert_eq!((limited.sign_in_level, limited.training.len()), (0, 0));
}

#[test]
fn unknown_names_grant_nothing_and_nobody() {
    let (model, terms) = refused(
        "[[assignments]]\nmember = \"ben\"\npermissions = [\"order.veiw\"]\nscopes = [\"atlantis\"]\n",
    );
    assert!(terms.permissions.is_empty());
    let ben = model.members.iter().find(|it| it.id == "ben").unwrap();
    assert_eq!(ben.holdings[0].scopes, [0_u32; 0]);
    let mut several = document("");
    several.assignments[0].group = Some("helpers".to_owned());
    let model = lower(&several);
    assert!(model.members.iter().all(|it| it.holdings.is_empty()));
    assert!(model.groups.iter().all(|it| it.holdings.is_empty()));
}

#[test]
fn a_member_of_an_unknown_firm_stays_outside() {
    let mut document = document("");
    document.members[1].organisation = Some("nobody".to_owned());
    assert_eq!(document.members[1].kind, MemberKind::Employee);
    let model = lower(&document);
    assert_eq!(model.members[1].kind, model::MemberKind::Contractor);
}

#[test]
fn circles_of_roles_and_scopes_end() {
    let mut document = document("");
    document.roles[0].inherits = vec!["clerk".to_owned()];
    document.scopes[1].parent = Some("osaka".to_owned());
    document.scopes[2].parent = Some("paris".to_owned());
    let model = lower(&document);
    assert_eq!(model.scopes.len(), 1);
    assert!(model.members[1].holdings[0].scopes.is_empty());
    assert!(compile_document(&document).model.is_none());
}
