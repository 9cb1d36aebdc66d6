//! The service, asked over a socket.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use keyrack::{
    compile,
    policy::{self, Format},
    snapshot::{
        Domain,
        container::{self, SigningKey},
        write,
    },
};

use super::{Policy, public_key, serve};

const NOW: i64 = 1_775_000_000;

const POLICY: &str = r#"
[policy]
tenant = "atlas"
version = 3
issued = 2026-03-01T00:00:00Z
expires = 2026-09-01T00:00:00Z
profile = "delegated"

[[scopes]]
id = "atlas"
kind = "tenant"

[[scopes]]
id = "paris-01"
kind = "store"
parent = "atlas"

[[members]]
id = "u_owner"
kind = "owner"
second_factor = true

[[members]]
id = "u_ana"
kind = "employee"
second_factor = true

[[members]]
id = "u_finn"
kind = "employee"
second_factor = true

[[assignments]]
member = "u_ana"
permissions = ["order.view", "order.refund"]
scopes = ["paris-01"]
conditions.limits = [{ permission = "order.refund", currency = "EUR", max = 10_000 }]

[[assignments]]
member = "u_finn"
permissions = ["order.view", "customer.billing.view"]
scopes = ["paris-01"]
"#;

fn signed(text: &str, key: &SigningKey) -> Vec<u8> {
    let compiled = compile::compile(&policy::read(text, Format::Toml));
    let payload = write::payload(&compiled.model.unwrap()).unwrap();
    container::sign(Domain::Snapshot, &payload, key)
}

/// A service on a port of its own, in a folder of its own.
struct Service {
    policy: Arc<Policy>,
    address: std::net::SocketAddr,
    folder: std::path::PathBuf,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn open(name: &str, key: &SigningKey) -> Service {
    let folder =
        std::env::temp_dir().join(format!("keyrack-service-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("policy.snapshot");
    std::fs::write(&file, signed(POLICY, key)).unwrap();
    let policy = Arc::new(Policy::open(file, key.verifying_key(), NOW).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = Arc::clone(&policy);
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap(), &served, NOW).unwrap();
        }
    });
    Service {
        policy,
        address,
        folder,
    }
}

impl Service {
    fn sends(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, body.to_owned())
    }

    fn asks(&self, member: &str, line: &str) -> (u16, String) {
        self.sends(&format!("{line} HTTP/1.1\r\nx-member: {member}\r\n\r\n"))
    }
}

fn code(code: &str) -> String {
    format!(r#"{{"code":"{code}"}}"#)
}

#[test]
fn who_may_may_and_sees_what_the_decision_shows() {
    let service = open("shows", &SigningKey::from_seed(&[7; 32]));
    let seen = service.asks("u_ana", "GET /orders/7");
    assert_eq!(seen, (200, r#"{"id":"7","total":64700}"#.to_owned()));
    let (status, body) = service.asks("u_finn", "GET /orders/7");
    assert_eq!(status, 200);
    assert!(body.contains("tax_id"), "{body}");
}

#[test]
fn refusals_say_why_and_ask_where_a_proof_would_do() {
    let service = open("refuses", &SigningKey::from_seed(&[7; 32]));
    let asks = |member, line| service.asks(member, line);
    assert_eq!(
        asks("u_finn", "POST /orders/7/refund/100"),
        (403, code("no_grant"))
    );
    assert_eq!(
        asks("u_ana", "POST /orders/7/refund/10001"),
        (403, code("limit_exceeded"))
    );
    assert_eq!(
        asks("u_ana", "POST /orders/7/refund/100"),
        (401, code("step_up_required"))
    );
    assert_eq!(
        asks("u_ana", "POST /orders/7/refund/-1"),
        (403, code("amount_invalid"))
    );
    assert_eq!(
        asks("u_ana", "POST /orders/7/refund/one"),
        (400, code("amount_invalid"))
    );
    assert_eq!(
        asks("nobody", "GET /orders/7"),
        (403, code("member_unknown"))
    );
    assert_eq!(asks("u_ana", "GET /customers/7"), (404, code("not_found")));
}

#[test]
fn who_asks_is_said_once_or_nobody_asks() {
    let service = open("identity", &SigningKey::from_seed(&[7; 32]));
    let bare = service.sends("GET /orders/7 HTTP/1.1\r\n\r\n");
    assert_eq!(bare, (401, code("invalid_token")));
    let two = "GET /orders/7 HTTP/1.1\r\nx-member: u_finn\r\nX-Member: u_ana\r\n\r\n";
    assert_eq!(service.sends(two), (401, code("invalid_token")));
    assert_eq!(service.sends("\r\n\r\n"), (400, code("request_invalid")));
}

#[test]
fn a_newer_policy_counts_and_nothing_older_or_of_another_key_does() {
    let key = SigningKey::from_seed(&[7; 32]);
    let service = open("follows", &key);
    let file = service.folder.join("policy.snapshot");
    let published = |text: &str, key: &SigningKey| {
        std::fs::write(&file, signed(text, key)).unwrap();
        service.policy.refresh(NOW).is_ok()
    };
    let without_ana = POLICY
        .replace("\"u_ana\"\nkind", "\"u_eva\"\nkind")
        .replace("member = \"u_ana\"", "member = \"u_eva\"");
    let newer = without_ana.replace("version = 3", "version = 4");
    let allowed = |service: &Service| service.asks("u_ana", "GET /orders/7").0 == 200;

    assert!(!published(&newer, &SigningKey::from_seed(&[8; 32])));
    assert!(!published(&newer.replace("\"atlas\"", "\"other\""), &key));
    assert!(allowed(&service));
    assert!(published(&newer, &key));
    assert!(!allowed(&service));
    assert!(!published(POLICY, &key), "an older one");
    assert!(!allowed(&service));
    std::fs::write(&file, b"damaged").unwrap();
    assert!(service.policy.refresh(NOW).is_err());
    assert_eq!(service.asks("u_finn", "GET /orders/7").0, 200);
}

#[test]
fn a_public_key_is_read_as_it_is_written() {
    let text = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\n";
    let known = public_key(text).unwrap();
    assert_eq!(
        known.to_bytes().first_chunk(),
        Some(&[0xd7, 0x5a, 0x98, 0x01])
    );
    for wrong in [
        "",
        "11qYAYKx",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR!",
    ] {
        assert_eq!(public_key(wrong), None);
    }
}
