//! `keyrack import`: each row as if its importer gave it by hand, and nothing half done.

use serde_json::json;

use crate::run::{Folder, Run, assert_golden, two_stores};

const PEOPLE: &str = r#"
[[roles]]
id = "support"
permissions = ["order.view", "customer.view"]

[[roles]]
id = "chief"
rank = 7
permissions = ["order.view"]

[[members]]
id = "olivia"
kind = "owner"
rank = 9
second_factor = true

[[members]]
id = "ivo"
kind = "employee"
rank = 5
second_factor = true

[[members]]
id = "sam"
kind = "employee"
rank = 1
second_factor = true

[[assignments]]
member = "ivo"
role = "support"
permissions = ["permission.grant", "grant.external.create", "staff.add", "order.refund"]
scopes = ["paris"]
conditions.limits = [{ permission = "order.refund", currency = "EUR", approve_above = 2_000, max = 10_000 }]

[[assignments]]
member = "sam"
role = "support"
scopes = ["paris"]

[[assignments]]
member = "ivo"
role = "chief"
scopes = ["paris"]
"#;

const BY_IVO: &str = "--by ivo --level 2 --proof 2 --now 2026-03-02T12:00:00Z";

fn folder() -> Folder {
    Folder::of_two_stores(PEOPLE)
}

fn import(folder: &Folder, rows: &str, words: &str) -> Run {
    folder.write("rows.csv", rows);
    folder.run(&format!("import policy.toml rows.csv {words}"))
}

#[test]
fn rows_within_the_importers_rights_are_added() {
    let folder = folder();
    let rows = "member,kind,status,rank,name,role,permissions,scopes,from,to,limits,reason\r\n\
        nika,employee,active,1,\"Nika \"\"N\"\" Radman, Split\",support,,paris,,,,\r\n\
        nika,,,,,,order.refund,paris,,,order.refund EUR 1000/5000,peak season\r\n\
        \r\n\
        carl,contractor,active,1,,,order.view,paris,2026-03-01T00:00:00Z,2026-06-01T00:00:00Z,,\r\n\
        sam,,,,,,order.refund,paris,,,order.refund EUR 2000/10000,\r\n";
    let run = import(&folder, rows, &format!("{BY_IVO} -o next.toml --json"));
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let told = json!({
        "good": true, "members": 2, "assignments": 4, "refused": [], "file": "next.toml",
    });
    assert_eq!(run.json(), told);
    let written = String::from_utf8(folder.read("next.toml")).unwrap();
    // What people wrote stays as it is.
    assert_golden(
        "import.toml",
        written.strip_prefix(&two_stores(PEOPLE)).unwrap(),
    );
    let asked = |words: &str| {
        let words = format!("decide next.toml --now 2026-03-02T12:00:00Z --scope paris {words}");
        folder.run(&words).code
    };
    assert_eq!(asked("-s nika -p customer.view"), 0);
    let refund = "-p order.refund --currency EUR --level 2 --proof 3 --amount";
    assert_eq!(asked(&format!("-s nika {refund} 1000")), 0);
    assert_eq!(asked(&format!("-s nika {refund} 5001")), 1);
    assert_eq!(asked(&format!("-s sam {refund} 2000")), 0);
    assert_eq!(asked("-s carl -p order.view"), 0);
    // The same as JSON, which holds the same policy.
    let json = import(&folder, rows, &format!("{BY_IVO} -o next.json"));
    assert_eq!(json.code, 0, "{}", json.err);
    assert_eq!(folder.run("diff next.toml next.json").code, 0);
}

#[test]
fn rows_beyond_the_importers_rights_are_refused_by_number_and_nothing_is_half_done() {
    let folder = folder();
    let rows = "member,kind,rank,role,permissions,scopes,to,limits,unlimited\n\
        nika,employee,1,support,,paris,,,\n\
        sam,,,,order.refund,paris,,order.refund EUR 2000/10001,\n\
        sam,,,,order.refund,paris,,order.refund EUR 10000,\n\
        sam,,,,order.refund,paris,,,order.refund\n\
        sam,,,,order.view,lyon,,,\n\
        sam,,,,order.view,my_store,,,\n\
        sam,,,,order.cancel,paris,,,\n\
        ivo,,,,order.view,paris,,,\n\
        olivia,,,,order.view,paris,,,\n\
        boss,employee,5,support,,paris,,,\n\
        carl,contractor,1,support,,paris,,,\n\
        far,employee,1,,,,,,\n\
        nobody,,,support,,paris,,,\n\
        sam,employee,4,support,,paris,,,\n\
        sam,,high,support,,paris,,,\n\
        king,owner,1,,,,,,\n\
        sam,,,support,,,,,\n\
        sam,,,support,,paris,tomorrow,,\n\
        sam,,,,order.refund,paris,,a lot,\n\
        sam\n";
    let run = import(&folder, rows, &format!("{BY_IVO} -o next.toml"));
    assert_golden("import-refused.txt", &run.out);
    assert_eq!(run.code, 1);
    assert!(!folder.path("next.toml").exists());
    let told = import(&folder, rows, &format!("{BY_IVO} --json")).json();
    let refused = told["refused"].as_array().unwrap();
    let rows: Vec<u64> = refused
        .iter()
        .map(|it| it["row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, (3..=21).collect::<Vec<_>>(), "all but the first");
    assert_eq!(told["file"], json!(null));
}

#[test]
fn a_row_gives_nothing_that_another_may_build_upon_and_no_rank_above_the_importer() {
    let folder = folder();
    let head = "member,kind,rank,role,permissions,scopes,limits\n";
    // Whoever may grant at Paris does not get further by a row of the same table.
    let rows = format!("{head}ivo,,,support,,lyon,\nsam,,,support,,lyon,\n");
    let told = import(&folder, &rows, &format!("{BY_IVO} --json")).json();
    assert_eq!(told["refused"].as_array().unwrap().len(), 2);
    // A new member without a rank would have that of the role.
    let rows = format!("{head}nika,employee,,chief,,paris,\n");
    let told = import(&folder, &rows, &format!("{BY_IVO} --json")).json();
    assert_eq!(told["refused"][0]["code"], "delegation_denied");
    assert_eq!(told["refused"][0]["row"], 2);
    // Duties that must be apart stay apart.
    let rows = format!("{head}sam,,,,order.mark_paid order.ship,paris,order.mark_paid EUR 5\n");
    let run = import(&folder, &rows, "--by olivia --level 3 --proof 3");
    assert_eq!((run.code, run.error_code()), (2, "policy_refused"));
    assert!(run.err.contains("separation_violated"), "{}", run.err);
}

#[test]
fn the_importers_second_verification_is_asked_for_too() {
    let folder = folder();
    let rows = "member,role,scopes\nsam,support,paris\n";
    let run = import(
        &folder,
        rows,
        "--by ivo --now 2026-03-02T12:00:00Z --level 2 --json",
    );
    assert_eq!(run.json()["refused"][0]["code"], "step_up_required");
    let run = import(
        &folder,
        rows,
        "--by sam --now 2026-03-02T12:00:00Z --level 2 --proof 2 --json",
    );
    assert_eq!(run.json()["refused"][0]["code"], "no_grant");
    let bare = import(&folder, rows, BY_IVO);
    assert_eq!(bare.code, 0, "{}", bare.err);
    assert_eq!(
        bare.out,
        "0 new members and 1 assignment; `-o FILE` writes the policy\n"
    );
}

#[test]
fn what_is_no_table_is_an_error() {
    let folder = folder();
    for (rows, words, code) in [
        ("", BY_IVO, "column_missing"),
        ("role\n", BY_IVO, "column_missing"),
        ("member,salary\n", BY_IVO, "column_unknown"),
        ("member,member\n", BY_IVO, "column_twice"),
        ("member\n\"a\n", BY_IVO, "csv_malformed"),
        ("member\n", "--by nobody", "member_unknown"),
    ] {
        let run = import(&folder, rows, words);
        assert_eq!((run.code, run.error_code()), (2, code), "{rows:?}");
    }
    assert_eq!(
        folder
            .run("import policy.toml nothing.csv --by ivo")
            .error_code(),
        "file_unreadable"
    );
    // Lists that stand in one piece cannot be written on.
    let policy = two_stores(PEOPLE);
    let (head, people) = policy.split_once("[[members]]").unwrap();
    let members = people.split("[[members]]").filter_map(|member| {
        let id = member.split('"').nth(1)?;
        let kind = if id == "olivia" { "owner" } else { "employee" };
        let rank = member.split("rank = ").nth(1)?.lines().next()?;
        Some(format!(
            "{{ id = \"{id}\", kind = \"{kind}\", rank = {rank}, second_factor = true }}"
        ))
    });
    let members: Vec<String> = members.collect();
    let (_, given) = people.split_once("[[assignments]]").unwrap();
    let inline = format!(
        "members = [{}]\n{head}[[assignments]]{given}",
        members.join(", ")
    );
    folder.write("policy.toml", inline);
    let rows = "member,kind,rank,role,scopes\nnika,employee,1,support,paris\n";
    let run = import(&folder, rows, &format!("{BY_IVO} -o next.toml"));
    assert_eq!((run.code, run.error_code()), (2, "policy_unwritable"));
    assert_eq!(
        import(&folder, rows, &format!("{BY_IVO} -o next.json")).code,
        0
    );
}
