//! `keyrack log verify`: what it says of a log that the worker wrote, and of what was done to it.

use std::fs;

use crate::run::{Folder, assert_golden, root};

/// A log of eight records and a checkpoint, and the key that signed it.
fn written() -> Folder {
    let folder = Folder::new();
    fs::copy(
        root().join("tests/golden/log.jsonl"),
        folder.path("log.jsonl"),
    )
    .unwrap();
    folder.write("log.key", format!("keyrack-private-key:{SEED}\n"));
    folder.write("log.pub", PUBLIC);
    folder
}

/// Thirty-two sevens, and their public key.
const SEED: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const PUBLIC: &str = "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw";

fn lines(folder: &Folder) -> Vec<String> {
    String::from_utf8(folder.read("log.jsonl"))
        .unwrap()
        .lines()
        .map(Into::into)
        .collect()
}

#[test]
fn a_log_that_was_not_changed_is_told_so() {
    let folder = written();
    let run = folder.run("log verify log.jsonl --key log.pub");
    assert_golden("log-unchanged.txt", &run.out);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let json = folder
        .run("log verify log.jsonl --keys log.pub --tenant atlas --json")
        .json();
    assert_eq!(json["good"], true);
    assert_eq!(json["sealed"], 8);
    assert_eq!(json["findings"], serde_json::json!([]));
    let bare = folder.run("log verify log.jsonl");
    assert_golden("log-without-key.txt", &bare.out);
    assert_eq!(bare.code, 0);
    assert_eq!(
        bare.out,
        folder
            .run_with(
                &["log", "verify", "-"],
                &fs::read_to_string(folder.path("log.jsonl")).unwrap()
            )
            .out
    );
}

#[test]
fn a_log_may_come_in_pieces() {
    let folder = written();
    let lines = lines(&folder);
    folder.write("a", lines[..3].join("\n"));
    folder.write("b", lines[3..8].join("\n") + "\n");
    folder.write("c", &lines[8]);
    assert_eq!(folder.run("log verify a b c --key log.pub").code, 0);
    assert_eq!(
        folder.run("log verify c a b --key log.pub").code,
        0,
        "a list of checkpoints may come first"
    );
    let swapped = folder.run("log verify b a c --key log.pub --json");
    assert_eq!(swapped.code, 1);
    assert_eq!(swapped.json()["findings"][0]["file"], "a");
    assert_eq!(folder.run("log verify a c --key log.pub").code, 1);
    assert_eq!(folder.run("log verify a b").code, 0);
}

#[test]
fn what_was_done_to_it_is_told_with_its_line() {
    let folder = written();
    let mut lines = lines(&folder);
    lines[1] = lines[1].replace("no_grant", "granted");
    lines.remove(4);
    lines.swap(5, 6);
    lines.insert(3, "not a line of a log".into());
    folder.write("bad.jsonl", lines.join("\n"));
    let run = folder.run("log verify bad.jsonl --key log.pub");
    assert_golden("log-tampered.txt", &run.out);
    assert_eq!(run.code, 1);
    let json = folder.run("log verify bad.jsonl --key log.pub --json");
    assert_eq!(json.code, 1);
    assert_eq!(json.json()["good"], false);
    assert_eq!(json.json()["findings"][0]["code"], "record_changed");
    assert_eq!(json.json()["findings"][0]["line"], 2);
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_finding() {
    let folder = written();
    for (words, code) in [
        ("log verify nothing.jsonl", "file_unreadable"),
        ("log verify log.jsonl --key nothing.pub", "file_unreadable"),
        ("log verify log.jsonl --key log.jsonl", "key_invalid"),
        ("log verify log.jsonl --key -A", "file_unreadable"),
        ("log verify log.jsonl --key log.key", "key_private"),
    ] {
        let run = folder.run(words);
        assert_eq!(run.code, 2, "{words}");
        assert_eq!(run.error_code(), code, "{words}");
    }
    assert_eq!(folder.run("log verify").code, 2);
    assert_eq!(folder.run("log verify log.jsonl --first 0").code, 2);
    let long = format!(
        "{}\n{}",
        "x".repeat(200_000),
        fs::read_to_string(folder.path("log.jsonl")).unwrap()
    );
    folder.write("long.jsonl", long);
    let run = folder.run("log verify long.jsonl --json");
    assert_eq!(run.json()["findings"][0]["code"], "line_malformed");
    assert_eq!(run.json()["records"], 8);
}
