//! `export`: what goes to which file, and what is said of the rest. Whether the answers are the
//! same, `tests/cedar` asks.

use crate::run::Folder;

#[test]
fn an_export_is_three_files_and_a_list_of_what_is_missing() {
    let folder = Folder::with_policy();
    let run = folder.run("export cedar policy.toml -o cedar");
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("step_up"), "{}", run.err);
    let text = |name: &str| String::from_utf8(folder.read(name)).unwrap();
    assert!(text("cedar/policies.cedar").contains(r#"Member::"sam""#));
    assert!(text("cedar/schema.cedarschema").contains("entity Member"));
    let entities = text("cedar/entities.json");
    let entities: Vec<serde_json::Value> = serde_json::from_str(&entities).unwrap();
    assert!(entities.iter().any(|one| one["uid"]["id"] == "olivia"));
}

#[test]
fn json_holds_it_all_where_no_folder_is_named() {
    let folder = Folder::with_policy();
    let value = folder.run("export cedar policy.toml --json").json();
    assert!(value["policies"].as_str().unwrap().contains("permit ("));
    let left_out = value["leftOut"].as_array().unwrap();
    assert!(left_out.iter().any(|one| one["what"] == "step_up"));
    assert!(
        value["notAsked"]
            .as_array()
            .unwrap()
            .contains(&"actor".into())
    );
    let only = folder
        .run("export cedar policy.toml -o cedar --json")
        .json();
    assert!(only.get("policies").is_none());
}

#[test]
fn a_policy_that_is_refused_is_not_exported() {
    let folder = Folder::new();
    folder.write("policy.toml", "[policy]\ntenant = \"\"\n");
    let run = folder.run("export cedar policy.toml -o cedar");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[policy_refused]"), "{}", run.err);
    assert!(!folder.path("cedar").exists());
}
