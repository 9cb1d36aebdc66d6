//! Streams of requests.

use std::{
    fs,
    io::{BufRead, BufReader, BufWriter, Read, Write},
    process::{Child, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::run::{Folder, command};

const LINES: usize = 200_000;
/// After these lines the pipe pauses until every answer so far has come back.
const PAUSES: [usize; 2] = [LINES / 10, LINES - 2];
/// A stream of 200,000 lines has some 25 MB; the command may grow by far less.
#[cfg(target_os = "linux")]
const MOST_GROWTH_KILOBYTES: u64 = 2_048;

fn request(number: usize) -> String {
    let (subject, scope) = [
        ("sam", "paris"),
        ("sam", "lyon"),
        ("mo", "lyon"),
        ("nobody", "paris"),
    ][number % 4];
    format!(
        "{{\"id\":\"q{number}\",\"subject\":\"{subject}\",\"permission\":\"order.view\",\"scope\":\"{scope}\",\"now\":1772452800}}"
    )
}

fn expected(number: usize) -> (&'static str, &'static str) {
    [
        ("allow", "granted"),
        ("deny", "out_of_scope"),
        ("allow", "granted"),
        ("deny", "member_unknown"),
    ][number % 4]
}

#[cfg(target_os = "linux")]
fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The command, waiting for requests.
fn asked_on_stdin(folder: &Folder) -> Child {
    command()
        .args(["decide", "policy.toml", "--requests", "-"])
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn two_hundred_thousand_lines_come_back_in_order_in_constant_memory() {
    let folder = Folder::with_policy();
    let mut child = asked_on_stdin(&folder);
    #[cfg(target_os = "linux")]
    let process = child.id();
    let mut input = BufWriter::new(child.stdin.take().unwrap());
    let (go, wait) = mpsc::channel();
    let writer = thread::spawn(move || {
        for number in 0..LINES {
            writeln!(input, "{}", request(number)).unwrap();
            if PAUSES.contains(&number) {
                input.flush().unwrap();
                wait.recv_timeout(Duration::from_secs(60)).unwrap();
            }
        }
        input.flush().unwrap();
    });
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut answered = 0;
    #[cfg(target_os = "linux")]
    let mut early = None;
    for line in output.lines() {
        let line = line.unwrap();
        let decision: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(decision["id"], format!("q{answered}"));
        let (outcome, reason) = expected(answered);
        assert_eq!(
            (&decision["outcome"], &decision["reason"]),
            (&outcome.into(), &reason.into())
        );
        if PAUSES.contains(&answered) {
            #[cfg(target_os = "linux")]
            {
                let peak = peak_kilobytes(process);
                let before = *early.get_or_insert(peak);
                assert!(
                    peak <= before + MOST_GROWTH_KILOBYTES,
                    "{before} kB grew to {peak} kB"
                );
            }
            go.send(()).unwrap();
        }
        answered += 1;
    }
    assert_eq!(answered, LINES);
    writer.join().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn malformed_lines_are_answered_with_their_number_and_the_rest_goes_on() {
    let folder = Folder::with_policy();
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(2 << 20));
    let lines: Vec<Vec<u8>> = vec![
        request(0).into_bytes(),
        b"{\"subject\":".to_vec(),
        Vec::new(),
        b"[\"sam\"]".to_vec(),
        b"{\"subject\":\"sam\",\"subject\":\"mo\"}".to_vec(),
        b"{\"subject\":\"sam\",\"permision\":\"order.view\"}".to_vec(),
        b"{\"subject\":\"\xff\"}".to_vec(),
        long.into_bytes(),
        request(1).into_bytes(),
    ];
    folder.write("requests.jsonl", lines.join(&b'\n'));
    let run = folder.run("decide policy.toml --requests requests.jsonl");
    assert_eq!(run.code, 1);
    let told: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<&str> = told
        .iter()
        .map(|line| {
            line["error"]["code"]
                .as_str()
                .unwrap_or_else(|| line["reason"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "granted",
        "request_malformed",
        "request_empty",
        "request_malformed",
        "request_duplicate_key",
        "request_invalid",
        "request_not_utf8",
        "request_too_long",
        "out_of_scope",
    ];
    assert_eq!(codes, expected);
    for (place, line) in told
        .iter()
        .enumerate()
        .filter(|(_, line)| line["error"].is_object())
    {
        assert_eq!(line["error"]["line"], place + 1);
        assert!(!line["error"]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(run.err, "7 of 9 are no request; see the `error` lines\n");
}

#[test]
fn decided_lines_are_a_success_whatever_they_say() {
    let folder = Folder::with_policy();
    let input = format!("{}\n{}\n", request(1), request(3));
    let run = folder.run_with(&["decide", "policy.toml", "--requests", "-"], &input);
    assert_eq!((run.code, run.out.lines().count()), (0, 2));
    let none = folder.run_with(&["decide", "policy.toml", "--requests", "-"], "");
    assert_eq!((none.code, none.out.as_str()), (0, ""));
}

#[test]
fn each_answer_comes_before_the_next_question() {
    let folder = Folder::with_policy();
    let mut child = asked_on_stdin(&folder);
    let mut input = child.stdin.take().unwrap();
    let output = child.stdout.take().unwrap();
    let (answer, answers) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            answer.send(line.unwrap()).unwrap();
        }
    });
    for number in 0..4 {
        writeln!(input, "{}", request(number)).unwrap();
        let line = answers
            .recv_timeout(Duration::from_secs(30))
            .expect("an answer");
        assert!(line.contains(&format!("\"q{number}\"")), "{line}");
    }
    drop(input);
    reader.join().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_has_gone_ends_the_stream_quietly() {
    let folder = Folder::with_policy();
    let lines: Vec<String> = (0..50_000).map(request).collect();
    folder.write("requests.jsonl", lines.join("\n"));
    let mut child = command()
        .args(["decide", "policy.toml", "--requests", "requests.jsonl"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut some = [0; 100];
    output.read_exact(&mut some).unwrap();
    drop(output);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}
