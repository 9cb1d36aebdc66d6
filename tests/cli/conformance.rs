//! `conformance`: what passes, what deviates by name, what is set apart, what fails; and the data
//! of others, where it is there.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{
    run::{Folder, Run, root},
    support::aloud,
};

/// A table of four cases over the policy of these tests; the last expects what is not so.
fn table() -> String {
    let case = |name: &str, subject: &str, outcome: &str| {
        json!({
            "name": name,
            "request": {
                "subject": subject, "permission": "order.view", "scope": "paris",
                "now": 1_772_445_600,
            },
            "expect": { "outcome": outcome },
        })
    };
    let mut apart = case("apart", "sam", "allow");
    apart["notApplicable"] = json!("asks what nobody here means");
    let cases = [
        case("owner", "olivia", "allow"),
        case("nobody", "zoe", "deny"),
        apart,
        case("otherwise", "olivia", "deny"),
    ];
    json!({ "source": "made up", "policy": "policy.toml", "cases": cases }).to_string()
}

fn report(run: &Run) -> Value {
    run.json()["files"][0].clone()
}

#[test]
fn what_differs_fails_unless_it_is_named() {
    let folder = Folder::with_policy();
    folder.write("table.json", table());
    let run = folder.run("conformance table.json --json");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let told = report(&run);
    assert_eq!(told["passed"], 2);
    assert_eq!(told["source"], "made up");
    assert_eq!(told["notApplicable"][0]["name"], "apart");
    assert_eq!(told["failed"][0]["name"], "otherwise");
    assert_eq!(told["failed"][0]["got"]["outcome"], "allow");

    folder.write("plan.toml", "[deviations]\notherwise = \"an owner may\"\n");
    let run = folder.run("conformance --with plan.toml table.json --json");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(report(&run)["deviated"][0]["why"], "an owner may");
    let words = folder.run("conformance --with plan.toml table.json").out;
    let sum = "table.json: 2 passed · 1 deviated · 1 not applicable · 0 failed";
    assert!(words.contains(sum), "{words}");
}

#[test]
fn a_deviation_that_does_not_happen_is_a_failure() {
    let folder = Folder::with_policy();
    folder.write("table.json", table());
    let names = "[deviations]\notherwise = \"an owner may\"\nowner = \"no\"\nnowhere = \"no\"\n";
    folder.write("plan.toml", names);
    let run = folder.run("conformance --with plan.toml table.json --json");
    assert_eq!(run.code, 1);
    assert_eq!(report(&run)["unfounded"], json!(["owner"]));
    assert_eq!(run.json()["unknown"], json!(["nowhere"]));
}

#[test]
fn a_plan_sets_cases_apart_by_the_beginning_of_their_names() {
    let folder = Folder::with_policy();
    folder.write("table.json", table());
    folder.write("plan.toml", "[not_applicable]\n\"o*\" = \"not here\"\n");
    let run = folder.run("conformance --with plan.toml table.json --json");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let told = report(&run);
    assert_eq!(
        (
            &told["passed"],
            told["notApplicable"].as_array().unwrap().len()
        ),
        (&json!(1), 3)
    );
}

#[test]
fn a_matrix_denies_every_pair_that_it_does_not_list() {
    let folder = Folder::new();
    let matrix = json!({
        "users": ["u1", "u2"], "permissions": ["p1", "p2"],
        "roles": [{ "id": "r1", "permissions": ["p1"] }],
        "assignments": [{ "user": "u1", "roles": ["r1"] }],
    });
    folder.write("m.json", matrix.to_string());
    folder.write("m.pairs.tsv", "u1\tp1\n");
    let run = folder.run("conformance m.json --json");
    assert_eq!((run.code, &report(&run)["passed"]), (0, &json!(4)));
    folder.write("m.pairs.tsv", "u2\tp2\n");
    let run = folder.run("conformance m.json --json");
    assert_eq!(
        (run.code, report(&run)["failed"].as_array().unwrap().len()),
        (1, 2)
    );
    // A pair that is not asked would be a pair that always passes.
    for pairs in [
        "u1\tp1\nu1\tp1\n",
        "u1\tp1\nu9\tp1\n",
        "u1\tp9\n",
        "u1 p1\n",
    ] {
        folder.write("m.pairs.tsv", pairs);
        let run = folder.run("conformance m.json");
        assert_eq!(run.error_code(), "conformance_invalid", "{pairs:?}");
    }
}

#[test]
fn what_is_no_table_is_an_error() {
    let folder = Folder::with_policy();
    for (text, files) in [
        ("{}", "x.json"),
        ("[", "x.json"),
        (r#"{"policy":"policy.toml","cases":[]}"#, "x.json"),
        (r#"{"evaluation":[]}"#, "x.json"),
    ] {
        folder.write("x.json", text);
        let run = folder.run(&format!("conformance {files}"));
        assert_eq!(
            (run.code, run.error_code()),
            (2, "conformance_invalid"),
            "{text}"
        );
    }
}

/// Asks the data of others: all of it has to pass.
fn passes(plan: Option<&str>, files: &[&str], cases: u64) {
    let data = root().join("../shared/data");
    let files: Vec<PathBuf> = files.iter().map(|file| data.join(file)).collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        aloud::skip(missing);
        return;
    }
    let plan = plan.map(|plan| root().join("tests/conformance").join(plan));
    let mut arguments = vec![Path::new("conformance"), Path::new("--json")];
    if let Some(plan) = &plan {
        arguments.extend([Path::new("--with"), plan]);
    }
    arguments.extend(files.iter().map(PathBuf::as_path));
    let arguments: Vec<&str> = arguments.iter().map(|one| one.to_str().unwrap()).collect();
    let run = Folder::new().run_with(&arguments, "");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let told = run.json();
    let all = told["files"].as_array().unwrap().iter();
    let passed: u64 = all.map(|one| one["passed"].as_u64().unwrap()).sum();
    assert_eq!(passed, cases);
}

#[test]
fn the_vectors_of_authzen_pass() {
    let todo = "authzen/todo/decisions-authorization-api-1_0-02.json";
    passes(Some("authzen-todo.toml"), &[todo], 43);
    passes(
        Some("authzen-gateway.toml"),
        &["authzen/gateway/decisions.json"],
        25,
    );
}
