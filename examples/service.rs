//! A service that decides by itself, with the crate and the standard library alone: orders over
//! HTTP, behind a proxy that has verified who asks and writes it into `x-member`.
//!
//! `cargo run --example service -- policy.snapshot publisher.key.pub 127.0.0.1:8080`

use std::{
    error::Error,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use keyrack::{
    decide::{
        Engine, Request,
        request::{Amount, Exact, Resource},
    },
    ffi::{self, Decision, decision::Obligation},
    snapshot::{
        Domain,
        container::{self, Expectations, VerifyingKey},
    },
};
use serde_json::{Value, json};

/// Longer requests are nobody's.
const MAX_HEAD_BYTES: u64 = 8_192;
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked for a newer policy.
const EVERY: Duration = Duration::from_secs(5);

/// The newest good policy of a file that somebody else replaces.
struct Policy {
    file: PathBuf,
    keys: [VerifyingKey; 1],
    current: RwLock<Arc<Engine>>,
}

impl Policy {
    fn open(file: PathBuf, key: VerifyingKey, now: i64) -> Result<Self, Box<dyn Error>> {
        let engine = load(&std::fs::read(&file)?, &[key], 0, now)?;
        Ok(Self {
            file,
            keys: [key],
            current: RwLock::new(Arc::new(engine)),
        })
    }

    /// What decides now. Whoever has it goes on with it to the end of a request.
    fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the file again. What is older, damaged or by another key changes nothing.
    fn refresh(&self, now: i64) -> Result<(), Box<dyn Error>> {
        let version = self.engine().snapshot.head().version;
        let newer = load(&std::fs::read(&self.file)?, &self.keys, version, now)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newer);
        Ok(())
    }
}

/// A snapshot is verified before a byte of it is believed, and never older than the one before.
fn load(
    bytes: &[u8],
    keys: &[VerifyingKey],
    min_version: u64,
    now: i64,
) -> Result<Engine, Box<dyn Error>> {
    let payload = container::verify(bytes, Domain::Snapshot, keys)?;
    let expected = Expectations {
        tenant: Some("atlas"),
        min_version,
        now: Some(now),
        ..Expectations::default()
    };
    Ok(Engine::new(container::open(payload, &expected)?))
}

/// An answer: its status, and its body.
type Answer = (u16, String);

/// One request: who asks was verified before, the rest is what it says.
fn answer(engine: &Engine, member: &str, method: &str, path: &str, now: i64) -> Answer {
    let mut segments = path.split('/').skip(1);
    let found = (
        method,
        segments.next(),
        segments.next(),
        segments.next(),
        segments.next(),
    );
    let (permission, order, amount) = match found {
        ("GET", Some("orders"), Some(order), None, None) => ("order.view", order, None),
        ("POST", Some("orders"), Some(order), Some("refund"), Some(cents)) => {
            let Ok(cents) = cents.parse() else {
                return refused(400, "amount_invalid");
            };
            ("order.refund", order, Some(cents))
        }
        _ => return refused(404, "not_found"),
    };
    let asked = Request {
        subject: member.into(),
        permission: permission.into(),
        scope: Some("paris-01".into()),
        now: Some(now),
        amount: amount.map(|cents| Amount {
            value: Exact(Some(cents)),
            currency: Some("EUR".into()),
        }),
        // Facts of the record come from here, never from the caller.
        resource: Some(Resource {
            resource_type: "order".into(),
            id: order.into(),
            ..Resource::default()
        }),
        ..Request::default()
    };
    match ffi::decide(engine, &asked) {
        Ok(decision) => told(&decision, order),
        // Whatever cannot be read has not said yes.
        Err(_) => refused(503, "policy_damaged"),
    }
}

/// An allow stands only with all of its obligations; this service keeps no budgets.
fn told(decision: &Decision, order: &str) -> Answer {
    let keeps = |one: &Obligation| !matches!(one, Obligation::ReserveBudget { .. });
    match decision.outcome.as_str() {
        "allow" if decision.obligations.iter().all(keeps) => (200, shown(decision, order)),
        "allow" => refused(503, "ledger_unavailable"),
        "step_up" => refused(401, &decision.reason),
        _ => refused(403, &decision.reason),
    }
}

/// The order, with the fields that the decision shows and no others.
fn shown(decision: &Decision, order: &str) -> String {
    let shows = |group: &str| {
        let fields = decision.fields.as_ref();
        fields.is_some_and(|fields| fields.visible.iter().any(|one| one == group))
    };
    let mut body = serde_json::Map::new();
    let mut show = |name: &str, value: Value| body.insert(name.to_owned(), value);
    show("id", order.into());
    if shows("order.core") {
        show("total", 64_700.into());
    }
    if shows("order.billing") {
        show("billing", json!({ "tax_id": "FR 32 123 456 789" }));
    }
    Value::Object(body).to_string()
}

fn refused(status: u16, code: &str) -> Answer {
    (status, json!({ "code": code }).to_string())
}

/// One connection, one request.
fn serve(mut stream: TcpStream, policy: &Policy, now: i64) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = BufReader::new((&stream).take(MAX_HEAD_BYTES)).lines();
    let line = head.next().transpose()?.unwrap_or_default();
    let mut members = Vec::new();
    for header in head {
        let header = header?;
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("x-member")
        {
            members.push(value.trim().to_owned());
        }
    }
    let words: Vec<&str> = line.split(' ').collect();
    let (status, body) = match (words.as_slice(), members.as_slice()) {
        ([method, path, _], [member]) => answer(&policy.engine(), member, method, path, now),
        // Nobody, or two: nobody knows who asks.
        ([_, _, _], _) => refused(401, "invalid_token"),
        _ => refused(400, "request_invalid"),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n{body}"
    )
}

fn now() -> Result<i64, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(i64::try_from(since.as_secs())?)
}

/// The 32 bytes of a public key as `keyrack keygen` writes them: base64url, without padding.
fn public_key(text: &str) -> Option<VerifyingKey> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for character in text.trim().bytes() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let value = alphabet.iter().position(|one| *one == character)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count = count.wrapping_add(6);
        if count >= 8 {
            count = count.wrapping_sub(8);
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
        bits &= 0xff;
    }
    VerifyingKey::from_bytes(&bytes.try_into().ok()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(file), Some(key)) = (words.next(), words.next()) else {
        return Err("usage: service SNAPSHOT PUBLIC-KEY [ADDRESS]".into());
    };
    let key = public_key(&std::fs::read_to_string(key)?).ok_or("that is no public key")?;
    let policy = Arc::new(Policy::open(file.into(), key, now()?)?);
    let address = words.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = TcpListener::bind(address)?;
    println!("listening on http://{}", listener.local_addr()?);

    let followed = Arc::clone(&policy);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(EVERY);
            if let Err(error) = now().and_then(|now| followed.refresh(now)) {
                eprintln!("kept the previous policy: {error}");
            }
        }
    });
    for stream in listener.incoming() {
        let policy = Arc::clone(&policy);
        std::thread::spawn(move || {
            let served = stream.map_err(Box::from).and_then(|stream| {
                serve(stream, &policy, now()?)?;
                Ok::<_, Box<dyn Error>>(())
            });
            if let Err(error) = served {
                eprintln!("a request ended: {error}");
            }
        });
    }
    Ok(())
}

#[cfg(test)]
#[path = "service/tests.rs"]
mod tests;
