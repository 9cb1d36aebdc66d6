//! Questions by flags and by JSON, and lists.

use crate::run::{Folder, Run, assert_golden};

const NOON: &str = "--now 2026-03-02T12:00:00Z";

fn ask(folder: &Folder, command: &str, question: &str) -> Run {
    folder.run(&format!("{command} policy.toml {NOON} {question}"))
}

#[test]
fn explanations_read_as_written_down() {
    let folder = Folder::with_policy();
    let questions = [
        (
            "limit",
            "-s sam -p order.refund --scope paris --amount 60000 --currency EUR",
        ),
        (
            "step-up",
            "-s sam -p order.refund --scope paris --amount 4200 --currency EUR",
        ),
        (
            "approved",
            "-s sam -p order.refund --scope paris --amount 7000 --currency EUR --resource order/o1 --proof 2 --approved-by mo",
        ),
        ("denial", "-s natalia -p order.cancel --scope lyon"),
        ("hours", "-s natalia -p order.cancel --scope paris"),
        (
            "rows",
            "-s kim -p customer.view --scope paris --resource customer/c1 --ticket-with mo",
        ),
        ("no-grant", "-s kim -p order.view --scope paris"),
        ("owner", "-s olivia -p order.view"),
    ];
    for (name, question) in questions {
        let explained = ask(&folder, "explain", question);
        let decided = ask(&folder, "decide", question);
        assert_golden(&format!("explain-{name}.txt"), &explained.out);
        assert_eq!(explained.code, decided.code, "{name}");
        assert!(explained.err.is_empty() && decided.err.is_empty(), "{name}");
        let first = decided.out.lines().next().unwrap();
        assert!(explained.out.starts_with(first), "{name}");
        let explained = ask(&folder, "explain", &format!("{question} --json")).json();
        let decided = ask(&folder, "decide", &format!("{question} --json")).json();
        assert_eq!(explained["decision"], decided, "{name}");
        assert_eq!(
            decided["outcome"] == "allow",
            ask(&folder, "decide", question).code == 0
        );
    }
}

#[test]
fn flags_and_json_ask_the_same() {
    let folder = Folder::with_policy();
    let flags = "-s sam -p order.refund --scope paris --amount 4200 --currency EUR --json";
    let by_flags = ask(&folder, "decide", flags);
    let json = r#"{"subject":"sam","permission":"order.refund","scope":"paris","now":1772452800,"amount":{"value":4200,"currency":"EUR"}}"#;
    let given = folder.run_with(&["decide", "policy.toml", "--request", json, "--json"], "");
    assert_eq!(by_flags.out, given.out);
    let piped = folder.run_with(&["decide", "policy.toml", "--request", "-", "--json"], json);
    assert_eq!(by_flags.out, piped.out);
}

#[test]
fn without_a_clock_what_is_bounded_does_not_count() {
    let folder = Folder::with_policy();
    let at = |now: &str| {
        let question =
            "-s kim -p customer.view --scope paris --resource customer/c1 --ticket-with kim --json";
        let run = folder.run(&format!("decide policy.toml {question} --now {now}"));
        run.json()["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(at("2026-12-31T23:59:59Z"), "granted");
    assert_eq!(at("2027-01-01T00:00:00Z"), "grant_outside_validity");
    assert_eq!(at("none"), "grant_outside_validity");
}

#[test]
fn lists_agree_with_decisions() {
    let folder = Folder::with_policy();
    let who = ask(&folder, "who-can", "order.refund --scope paris");
    assert_eq!(who.code, 0);
    assert_eq!(
        who.out,
        "mo      conditional\nolivia  conditional\nsam     conditional\n"
    );
    let nobody = ask(
        &folder,
        "who-can",
        "catalog.listing.edit --scope paris --json",
    )
    .json();
    assert_eq!(nobody["members"][0]["member"], "mo");
    let what = ask(&folder, "what-can", "sam --scope paris --json").json();
    for entry in what["permissions"].as_array().unwrap() {
        let permission = entry["permission"].as_str().unwrap();
        let asked = format!("-s sam -p {permission} --scope paris --json");
        let decided = ask(&folder, "decide", &asked).json();
        assert_eq!(
            entry["state"] == "allowed",
            decided["outcome"] == "allow",
            "{permission}"
        );
    }
    let all = ask(&folder, "what-can", "sam --scope paris --all --json").json();
    assert!(all["permissions"].as_array().unwrap().len() > 100);
    let nothing = ask(&folder, "where-can", "sam theme.edit");
    assert_eq!(nothing.code, 1);
    assert!(nothing.out.starts_with("nowhere no_grant"));
    let filter = ask(&folder, "where-can", "kim customer.view --json").json();
    assert_eq!(filter["parts"][0]["any"][0]["rows"], "ticket");
    assert_eq!(
        filter["parts"][0]["any"][0]["scopes"],
        serde_json::json!(["paris"])
    );
}

#[test]
fn a_misspelt_name_is_an_error_in_lists_and_a_deny_in_decisions() {
    let folder = Folder::with_policy();
    for (command, code) in [
        ("who-can policy.toml order.reufnd", "permission_unknown"),
        (
            "who-can policy.toml order.refund --scope prais",
            "scope_unknown",
        ),
        ("what-can policy.toml sma", "member_unknown"),
        ("where-can policy.toml sma order.view", "member_unknown"),
    ] {
        let run = folder.run(command);
        assert_eq!((run.code, run.error_code()), (2, code), "{command}");
    }
    let run = folder.run("decide policy.toml -s sma -p order.view --json");
    assert_eq!(
        (run.code, run.json()["reason"].as_str().unwrap().to_owned()),
        (1, "member_unknown".to_owned())
    );
}

#[test]
fn bad_usage_is_an_error_with_a_way_out() {
    let folder = Folder::with_policy();
    for (command, code) in [
        ("decide policy.toml -s sam", "usage"),
        (
            "decide nowhere.toml -s sam -p order.view",
            "file_unreadable",
        ),
        (
            "decide policy.toml --request {\"subject\":\"a\",\"subject\":\"b\"}",
            "request_duplicate_key",
        ),
        (
            "decide policy.toml --request {\"subjekt\":\"a\"}",
            "request_invalid",
        ),
        ("decide - --requests -", "usage"),
        (
            "decide policy.toml -s sam -p order.view --resource o1",
            "usage",
        ),
        ("test k", "key_private"),
        ("check k", "key_private"),
        ("types policy-2.toml", "file_unreadable"),
    ] {
        let run = folder.run(command);
        assert_eq!(
            (run.code, run.error_code()),
            (2, code),
            "{command}\n{}",
            run.err
        );
        assert!(run.out.is_empty(), "{command}");
        let told = folder.run(&format!("{command} --json"));
        assert_eq!(told.code, 2);
        assert_eq!(told.json()["error"]["code"], code);
        assert!(
            !told.json()["error"]["help"].as_str().unwrap().is_empty(),
            "{command}"
        );
    }
    assert_eq!(folder.run("whocan").code, 2);
    assert_eq!(
        folder
            .run("decide policy.toml -s sam -p x --now yesterday")
            .code,
        2
    );
}

#[test]
fn colours_are_for_terminals_only() {
    let folder = Folder::with_policy();
    let plain = ask(
        &folder,
        "explain",
        "-s natalia -p order.cancel --scope lyon",
    );
    assert!(!plain.out.contains('\u{1b}'));
    let output = crate::run::command()
        .env_remove("NO_COLOR")
        .env("CLICOLOR_FORCE", "1")
        .args([
            "explain",
            "policy.toml",
            "-s",
            "natalia",
            "-p",
            "order.cancel",
            "--scope",
            "lyon",
        ])
        .current_dir(folder.path(""))
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("\u{1b}[")
    );
}
