//! Every function of the standard stands in the table of docs/controls.md: with a test, or with the
//! reason why there is none.

use std::{fs, path::Path};

use crate::support::aloud;

const FUNCTIONS: [&str; 43] = [
    "AddUser",
    "DeleteUser",
    "AddRole",
    "DeleteRole",
    "AssignUser",
    "DeassignUser",
    "GrantPermission",
    "RevokePermission",
    "CreateSession",
    "DeleteSession",
    "AddActiveRole",
    "DropActiveRole",
    "CheckAccess",
    "AssignedUsers",
    "AssignedRoles",
    "RolePermissions",
    "UserPermissions",
    "SessionRoles",
    "SessionPermissions",
    "RoleOperationsOnObject",
    "UserOperationsOnObject",
    "AddInheritance",
    "DeleteInheritance",
    "AddAscendant",
    "AddDescendant",
    "AuthorizedUsers",
    "AuthorizedRoles",
    "CreateSsdSet",
    "DeleteSsdSet",
    "AddSsdRoleMember",
    "DeleteSsdRoleMember",
    "SetSsdSetCardinality",
    "SsdRoleSets",
    "SsdRoleSetRoles",
    "SsdRoleSetCardinality",
    "CreateDsdSet",
    "DeleteDsdSet",
    "AddDsdRoleMember",
    "DeleteDsdRoleMember",
    "SetDsdSetCardinality",
    "DsdRoleSets",
    "DsdRoleSetRoles",
    "DsdRoleSetCardinality",
];

/// A function's name as a test's: `AddUser` is `add_user`.
fn snake(function: &str) -> String {
    let mut name = String::new();
    for letter in function.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[test]
fn every_function_has_a_test_of_its_name_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/controls.md")).unwrap();
    let (mut tested, mut without) = (0, 0);
    for function in FUNCTIONS {
        let row = page.lines().find(|line| {
            let cell = line.split('|').nth(1);
            cell.is_some_and(|cell| cell.contains(&format!("`{function}`")))
        });
        let row = row.unwrap_or_else(|| panic!("docs/controls.md has no {function}"));
        if row.contains("not applicable: ") {
            without += 1;
        } else {
            let name = snake(function);
            assert!(row.contains(&name), "no test of the name {name}: {row}");
            tested += 1;
        }
    }
    aloud::say(&format!(
        "{tested} functions tested, {without} not applicable"
    ));
}
