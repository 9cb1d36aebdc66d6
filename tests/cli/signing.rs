//! Keys, signatures, overlays and slices.

use crate::run::Folder;

const SAM: &str = "-s sam -p order.view --scope paris --json";

fn compiled() -> Folder {
    let folder = Folder::with_policy();
    assert_eq!(folder.run("compile policy.toml --key k -o p.kyrk").code, 0);
    folder
}

#[cfg(unix)]
#[test]
fn a_private_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_policy();
    let mode = std::fs::metadata(folder.path("k"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(folder.run("keygen -o k2").code, 0);
    assert_ne!(folder.read("k"), folder.read("k2"));
}

#[test]
fn a_snapshot_loads_under_its_publishers_key_only() {
    let folder = compiled();
    assert_eq!(folder.run("keygen -o other").code, 0);
    assert_eq!(
        folder.run("compile policy.toml --unsigned -o u.kyrk").code,
        0
    );
    let key = String::from_utf8(folder.read("k.pub")).unwrap();
    for (flags, code) in [
        ("p.kyrk --key k.pub", None),
        ("p.kyrk --key other.pub --key k.pub", None),
        ("p.kyrk --unsigned", None),
        ("u.kyrk --unsigned", None),
        ("p.kyrk", Some("usage")),
        ("u.kyrk", Some("usage")),
        ("p.kyrk --key other.pub", Some("snapshot_key_unknown")),
        ("u.kyrk --key k.pub", Some("snapshot_unsigned")),
        ("p.kyrk --key k", Some("key_private")),
        ("p.kyrk --key policy.toml", Some("key_invalid")),
        (
            "p.kyrk --key k.pub --min-version 2",
            Some("snapshot_rollback"),
        ),
        (
            "p.kyrk --key k.pub --tenant other",
            Some("snapshot_tenant_mismatch"),
        ),
        ("policy.toml --min-version 2", Some("snapshot_rollback")),
        (
            "p.kyrk --key k.pub --now 2025-01-01T00:00:00Z",
            Some("snapshot_issued_in_future"),
        ),
    ] {
        let run = folder.run(&format!("decide {flags} {SAM}"));
        match code {
            None => assert_eq!(run.code, 0, "{flags} {}", run.out),
            Some(code) => {
                assert_eq!(run.code, 2, "{flags}");
                assert_eq!(run.json()["error"]["code"], code, "{flags}");
            }
        }
    }
    let literal = format!("decide p.kyrk --key {} {SAM}", key.trim());
    assert_eq!(folder.run(&literal).code, 0);
}

#[test]
fn an_expired_snapshot_and_a_changed_one_are_refused() {
    let folder = compiled();
    let expires = "compile policy.toml --key k -o e.kyrk --expires 2026-02-01T00:00:00Z";
    assert_eq!(folder.run(expires).code, 0);
    let expired = folder.run(&format!("decide e.kyrk --key k.pub {SAM}"));
    assert_eq!(expired.json()["error"]["code"], "snapshot_expired");
    let before = folder.run(&format!(
        "decide e.kyrk --key k.pub {SAM} --now 2026-01-31T23:59:59Z"
    ));
    assert_eq!(before.code, 0);
    let good = folder.read("p.kyrk");
    for (at, code) in [
        (0, None),
        (4, Some("snapshot_format_unknown")),
        (8, Some("snapshot_key_unknown")),
        (good.len() / 2, Some("snapshot_signature_invalid")),
        (good.len() - 1, Some("snapshot_signature_invalid")),
    ] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        folder.write("bad.kyrk", &bytes);
        let run = folder.run(&format!("decide bad.kyrk --key k.pub {SAM}"));
        assert_eq!(run.code, 2, "{at}");
        if let Some(code) = code {
            assert_eq!(run.json()["error"]["code"], code, "{at}");
        }
    }
    folder.write("cut.kyrk", &good[..good.len() - 1]);
    let cut = folder.run(&format!("decide cut.kyrk --key k.pub {SAM}"));
    assert_eq!(cut.json()["error"]["code"], "snapshot_malformed");
}

#[test]
fn what_is_signed_later_is_what_was_signed_at_once() {
    let folder = compiled();
    assert_eq!(
        folder.run("compile policy.toml --unsigned -o u.kyrk").code,
        0
    );
    assert_eq!(folder.run("sign u.kyrk --key k -o s.kyrk").code, 0);
    assert_eq!(folder.read("s.kyrk"), folder.read("p.kyrk"));
    let bytes = folder.read("u.kyrk");
    folder.write("payload", &bytes[18..bytes.len() - 64]);
    assert_eq!(
        folder.run("sign payload --key k -o t.kyrk").error_code(),
        "usage"
    );
    assert_eq!(
        folder
            .run("sign payload --kind snapshot --key k -o t.kyrk")
            .code,
        0
    );
    assert_eq!(folder.read("t.kyrk"), folder.read("p.kyrk"));
    assert_eq!(
        folder.run("sign p.kyrk --key k -o x").error_code(),
        "already_signed"
    );
    assert_eq!(
        folder
            .run("sign payload --kind overlay --key k -o x")
            .error_code(),
        "overlay_damaged"
    );
    assert_eq!(
        folder
            .run("sign payload --kind slice --key k -o x")
            .error_code(),
        "slice_wrong_domain"
    );
    folder.write("payload", "no payload at all");
    assert_eq!(
        folder
            .run("sign payload --kind snapshot --key k -o x")
            .error_code(),
        "snapshot_damaged"
    );
    assert!(!folder.path("x").exists());
}

#[test]
fn an_overlay_cuts_off_whom_it_names() {
    let folder = compiled();
    let overlay = "tenant = \"my_store\"\nversion = 1\nissued = \"2026-01-01T00:00:00Z\"\nfresh_until = \"never\"\n\
                   [[member_suspended]]\nmember = \"sam\"\n\
                   [[operation_suspended]]\npermission = \"order.refund\"\nfrom = \"2026-03-01T00:00:00Z\"\n";
    folder.write("o.toml", overlay);
    assert_eq!(
        folder
            .run("overlay o.toml --key k -o o.kyrk --policy policy.toml")
            .code,
        0
    );
    let cut = format!("decide p.kyrk --key k.pub --overlay o.kyrk {SAM}");
    assert_eq!(folder.run(&cut).json()["reason"], "member_suspended");
    let written = format!("decide policy.toml --overlay o.toml {SAM}");
    assert_eq!(folder.run(&written).json()["reason"], "member_suspended");
    let refund = "decide policy.toml --overlay o.kyrk -s mo -p order.refund --scope paris --amount 1 --currency EUR --json";
    assert_eq!(folder.run(refund).json()["reason"], "operation_suspended");
    let unsigned = folder.run(&format!("decide p.kyrk --key k.pub --overlay o.toml {SAM}"));
    assert_eq!(unsigned.json()["error"]["code"], "overlay_unsigned");
    let inspected = folder.run("inspect o.kyrk --key k.pub --json").json();
    assert_eq!(inspected["overlay"]["memberSuspended"][0]["member"], "sam");
    folder.write("o.toml", overlay.replace("\"sam\"", "\"sma\""));
    let refused = folder.run("overlay o.toml --key k -o o2.kyrk --policy policy.toml --json");
    assert_eq!(refused.code, 1);
    assert_eq!(refused.json()["unknown"], serde_json::json!(["member sma"]));
    assert!(!folder.path("o2.kyrk").exists());
    folder.write("o.toml", overlay.replace("fresh_until", "fresh_untill"));
    assert_eq!(
        folder.run("overlay o.toml --key k -o o2.kyrk").error_code(),
        "overlay_invalid"
    );
}

#[test]
fn a_slice_answers_for_its_member_and_tells_of_nobody_else() {
    let folder = compiled();
    assert_eq!(
        folder
            .run("slice p.kyrk sam --key k.pub --sign-with k -o sam.kyrk")
            .code,
        0
    );
    let bytes = folder.read("sam.kyrk");
    for other in ["olivia", "kim", "natalia", "night_shift", "lyon"] {
        let found = bytes
            .windows(other.len())
            .any(|part| part == other.as_bytes());
        assert!(!found, "{other}");
    }
    let whole = folder
        .run("what-can p.kyrk --key k.pub sam --scope paris --json --now 2026-03-02T12:00:00Z");
    let own = folder
        .run("what-can sam.kyrk --key k.pub sam --scope paris --json --now 2026-03-02T12:00:00Z");
    assert_eq!(own.code, 0, "{}", own.out);
    assert_eq!(whole.json()["permissions"], own.json()["permissions"]);
    assert_eq!(
        folder.run("inspect sam.kyrk --key k.pub --json").json()["sliceOf"],
        "sam"
    );
    assert_eq!(
        folder
            .run("slice p.kyrk nobody --key k.pub --sign-with k -o x")
            .error_code(),
        "member_unknown"
    );
}

#[test]
fn an_apps_slice_holds_what_it_and_its_member_may() {
    let folder = Folder::with_policy();
    let mut policy = String::from_utf8(folder.read("policy.toml")).unwrap();
    policy.push_str(
        r#"
[[members]]
id = "helpdesk"
kind = "app"
rank = 1

[[assignments]]
member = "helpdesk"
permissions = ["order.view", "catalog.view"]
scopes = ["my_store"]
"#,
    );
    folder.write("policy.toml", policy);
    let time = "--now 2026-03-02T12:00:00Z";
    let cut = folder.run(&format!(
        "slice policy.toml sam --actor helpdesk --sign-with k -o h.kyrk {time} --json"
    ));
    assert_eq!(cut.code, 0, "{}", cut.out);
    assert_eq!(cut.json()["actor"], "helpdesk");
    let asked = |permission: &str| {
        let words = format!(
            "decide h.kyrk --key k.pub -s sam --actor helpdesk -p {permission} --scope paris {time}"
        );
        let whole = words.replace("h.kyrk --key k.pub", "policy.toml");
        let (own, whole) = (folder.run(&words), folder.run(&whole));
        assert_eq!(own.code, whole.code, "{permission}");
        own.code
    };
    assert_eq!(asked("order.view"), 0);
    assert_eq!(asked("catalog.view"), 1, "sam has no business there");
    assert_eq!(asked("message.customer.send"), 1, "nor the app here");
    // Of what only one of them holds, nothing is in it.
    let bytes = folder.read("h.kyrk");
    let sliced = folder.run("inspect h.kyrk --key k.pub --json").json();
    assert_eq!(sliced["sliceOf"], "sam");
    for other in ["olivia", "kim", "natalia"] {
        let found = bytes
            .windows(other.len())
            .any(|part| part == other.as_bytes());
        assert!(!found, "{other}");
    }
    for (words, code) in [
        ("sam --actor nobody", "member_unknown"),
        ("nobody --actor helpdesk", "member_unknown"),
        ("sam --actor mo", "actor_refused"),
        ("helpdesk --actor helpdesk", "actor_refused"),
        ("sam --actor helpdesk --now none", "usage"),
    ] {
        let run = folder.run(&format!("slice policy.toml {words} --sign-with k -o x"));
        assert_eq!((run.code, run.error_code()), (2, code), "{words}");
    }
}
