//! Policies from the first line to the last answer.

use crate::run::{Folder, assert_golden, root};

fn data(name: &str) -> String {
    format!("tests/cli/{name}")
}

/// Runs in the crate's folder, so that goldens hold the same paths everywhere.
fn at_root(arguments: &str) -> crate::run::Run {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = crate::run::command()
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    crate::run::Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_new_policy_checks_compiles_and_answers() {
    let folder = Folder::new();
    assert_eq!(folder.run("init").code, 0);
    let check = folder.run("check policy.toml");
    assert_eq!((check.code, check.out.as_str()), (0, "ok policy.toml\n"));
    assert_eq!(folder.run("test policy.toml").code, 0);
    assert_eq!(folder.run("keygen -o k").code, 0);
    let compiled = folder.run("compile policy.toml --key k -o p.kyrk --labels l.kyrk");
    assert_eq!(compiled.code, 0, "{}", compiled.err);
    assert!(compiled.err.is_empty());
    let yes = folder.run("decide p.kyrk --key k.pub -s sam -p order.view --scope paris");
    assert_eq!(yes.code, 0, "{}{}", yes.out, yes.err);
    assert!(yes.out.starts_with("allow granted"));
    let no = folder.run("decide p.kyrk --key k.pub -s sam -p order.view --scope lyon --json");
    assert_eq!(no.code, 1);
    assert_eq!(no.json()["reason"], "out_of_scope");
    let labels = folder.run("inspect l.kyrk --key k.pub --json").json();
    assert_eq!(
        (&labels["kind"], &labels["signatureChecked"]),
        (&"labels".into(), &true.into())
    );
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = Folder::with_policy();
    let before = folder.read("policy.toml");
    let again = folder.run("init policy.toml");
    assert_eq!((again.code, again.error_code()), (2, "file_exists"));
    assert_eq!(folder.read("policy.toml"), before);
    let key = folder.read("k");
    let again = folder.run("keygen -o k");
    assert_eq!((again.code, again.error_code()), (2, "file_exists"));
    assert_eq!(folder.read("k"), key);
}

#[test]
fn five_mistakes_are_five_findings_at_their_places() {
    let check = at_root(&format!("check {}", data("five-mistakes.toml")));
    assert_eq!(check.code, 1);
    assert_golden("check-five-mistakes.txt", &check.out);
    let told = at_root(&format!("check {} --json", data("five-mistakes.toml"))).json();
    let places: Vec<String> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {}:{}",
                it["code"], it["place"]["line"], it["place"]["column"]
            )
        })
        .collect();
    let expected = [
        "\"unknown_key\" 21:1",
        "\"unknown_name\" 25:16",
        "\"empty_scopes\" 26:10",
        "\"unknown_name\" 29:10",
        "\"limit_missing\" 30:16",
    ];
    assert_eq!(places, expected);
    assert_eq!(told["errors"], 5);
}

#[test]
fn warnings_pass_unless_they_are_denied() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(root().join("tests/cli/policy.toml")).unwrap();
    folder.write(
        "p.toml",
        format!("{text}\n[[roles]]\nid = \"idle\"\npermissions = [\"order.view\"]\n"),
    );
    let check = folder.run("check p.toml");
    assert_eq!(check.code, 0, "{}", check.out);
    assert!(check.out.contains("warning[unused_role]"), "{}", check.out);
    assert!(
        check.out.ends_with("ok p.toml: 1 warning\n"),
        "{}",
        check.out
    );
    assert_eq!(folder.run("check p.toml --deny-warnings").code, 1);
    assert_eq!(
        folder
            .run("compile p.toml --unsigned -o s --deny-warnings")
            .code,
        1
    );
    assert!(!folder.path("s").exists());
}

#[test]
fn a_refused_policy_is_neither_compiled_nor_asked() {
    let folder = Folder::new();
    folder.write(
        "p.toml",
        std::fs::read(root().join("tests/cli/five-mistakes.toml")).unwrap(),
    );
    let compiled = folder.run("compile p.toml --unsigned -o s --labels l");
    assert_eq!(compiled.code, 1);
    assert!(compiled.out.is_empty());
    assert!(!folder.path("s").exists() && !folder.path("l").exists());
    let asked = folder.run("decide p.toml -s olivia -p order.view");
    assert_eq!((asked.code, asked.out.as_str()), (2, ""));
    assert!(asked.err.contains("error[policy_refused]"));
}

#[test]
fn toml_and_json_of_one_policy_are_one_snapshot() {
    let folder = Folder::with_policy();
    let text = String::from_utf8(folder.read("policy.toml")).unwrap();
    let value: serde_json::Value = toml_to_json(&text);
    folder.write("policy.json", value.to_string());
    assert_eq!(folder.run("compile policy.toml --key k -o a").code, 0);
    assert_eq!(folder.run("compile policy.json --key k -o b").code, 0);
    assert_eq!(folder.run("compile policy.toml --key k -o c").code, 0);
    assert_eq!(folder.read("a"), folder.read("b"));
    assert_eq!(folder.read("a"), folder.read("c"));
    let newer = folder
        .run("compile policy.toml --key k -o d --version 9 --expires 2030-01-01T00:00:00Z --json");
    assert_eq!(newer.json()["version"], 9);
    assert_eq!(newer.json()["expires"], 1_893_456_000);
    assert_ne!(folder.read("a"), folder.read("d"));
}

/// By way of the document's own types, which both forms share.
fn toml_to_json(text: &str) -> serde_json::Value {
    let read = keyrack::policy::read(text, keyrack::policy::Format::Toml);
    assert!(read.findings.is_empty());
    let mut value = serde_json::to_value(&read.document).unwrap();
    drop_nulls(&mut value);
    value
}

fn drop_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[test]
fn a_difference_names_who_gains_loses_and_keeps_otherwise() {
    let (old, new) = (data("policy.toml"), data("policy-2.toml"));
    let now = "--now 2026-03-02T12:00:00Z";
    let diff = at_root(&format!("diff {old} {new} {now}"));
    assert_eq!(diff.code, 1);
    assert_golden("diff.txt", &diff.out);
    let held = at_root(&format!("diff {old} {new} {now} --most-decided 0"));
    assert_golden("diff-held.txt", &held.out);
    let told = at_root(&format!("diff {old} {new} {now} --json")).json();
    assert_eq!(told["method"], "decided");
    assert_eq!(told["membersAdded"], serde_json::json!(["zoe"]));
    let back = at_root(&format!("diff {new} {old} {now} --json")).json();
    let kinds = |told: &serde_json::Value, kind: &str| {
        let changes = told["changes"].as_array().unwrap();
        changes.iter().filter(|it| it["kind"] == kind).count()
    };
    assert_eq!(kinds(&told, "gain"), kinds(&back, "loss"));
    assert_eq!(kinds(&told, "loss"), kinds(&back, "gain"));
    assert_eq!(kinds(&told, "condition"), kinds(&back, "condition"));
    let same = at_root(&format!("diff {old} {old} {now}"));
    assert_eq!(same.code, 0);
}

#[test]
fn the_acceptance_cells_hold_through_the_command() {
    let files: Vec<String> = std::fs::read_dir(root().join("tests/decisions"))
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.ends_with(".json"))
        .collect();
    let run = at_root(&format!("test --json {}", files.join(" ")));
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        (&run.json()["tests"], &run.json()["failed"]),
        (&562.into(), &0.into())
    );
}

#[test]
fn a_test_that_fails_is_shown_with_what_came_instead() {
    let folder = Folder::with_policy();
    let text = String::from_utf8(folder.read("policy.toml")).unwrap();
    folder.write(
        "policy.toml",
        text.replace("\"deny\", reason = \"out_of_scope\"", "\"allow\""),
    );
    let run = folder.run("test policy.toml");
    assert_eq!(run.code, 1);
    let expected = "✗ Sam has no business in Lyon\n    expected  allow\n    got       deny\n\
                    policy.toml: 3 tests, 1 fails\n";
    assert_eq!(run.out, expected);
    assert!(
        folder
            .run("check policy.toml")
            .out
            .contains("error[test_failed]")
    );
}

#[test]
fn types_name_every_permission_and_scope() {
    let folder = Folder::with_policy();
    assert_eq!(folder.run("types policy.toml -o names.d.ts").code, 0);
    let text = String::from_utf8(folder.read("names.d.ts")).unwrap();
    assert!(text.contains("\n  | \"order.refund\"\n"));
    assert!(text.contains("\n  | \"paris\""));
    assert!(text.contains("declare module \"keyrack\""));
    let told = folder.run("types policy.toml --json").json();
    assert_eq!(
        text.matches("\n  | ").count(),
        told["permissions"].as_array().unwrap().len() + told["scopes"].as_array().unwrap().len()
    );
}

#[test]
fn the_schema_is_json_and_names_the_sections() {
    let schema = Folder::new().run("schema").json();
    assert!(schema["properties"]["assignments"].is_object());
}

#[test]
fn the_documented_first_steps_work() {
    let text = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let block = text.split("```sh\n").nth(1).unwrap();
    let block = block.split("```").next().unwrap().replace("\\\n", " ");
    let folder = Folder::new();
    let mut steps = 0;
    for line in block.lines() {
        let line = line.split('#').next().unwrap().trim();
        let run = folder.run(line.strip_prefix("keyrack ").unwrap());
        assert_eq!(run.code, 0, "{line}\n{}{}", run.out, run.err);
        steps += 1;
    }
    assert_eq!(steps, 5);
}

#[test]
fn every_command_is_documented() {
    let text = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let help = Folder::new().run("--help").out;
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("Options:").next().unwrap();
    let mut count = 0;
    for line in commands.lines() {
        let name = line.split_whitespace().next().unwrap_or("help");
        if line.starts_with("  ") && !line.starts_with("   ") && name != "help" {
            assert!(text.contains(&format!("\n| `{name}")), "{name}");
            count += 1;
        }
    }
    assert_eq!(count, 23);
}
