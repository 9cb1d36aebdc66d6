//! Document to signed snapshot.

use std::fs;

use cpu_time::ThreadTime;
use keyrack::{
    compile,
    policy::{self, Format, Severity},
    snapshot::{
        Domain,
        container::{self, SigningKey},
        write,
    },
};
use serde_json::{Value, json};

use crate::Outcome;

/// The key that signs what is measured, and nothing else ever.
pub fn key() -> SigningKey {
    SigningKey::from_seed(b"keyrack benchmark, signs nothing")
}

/// Compiles and signs, and says how long each step takes.
pub fn compile(document: &str, snapshot: &str) -> Outcome<Value> {
    let text = fs::read_to_string(document)?;
    let begun = ThreadTime::now();
    let read = policy::read(&text, Format::Json);
    let was_read = begun.elapsed();
    let compiled = compile::compile(&read);
    let Some(model) = compiled.model else {
        let refused = compiled
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Error);
        let first: Vec<_> = refused.take(3).map(|it| it.message.clone()).collect();
        return Err(first.join("; ").into());
    };
    let payload = write::payload(&model)?;
    let was_compiled = begun.elapsed();
    let signed = container::sign(Domain::Snapshot, &payload, &key());
    let spent = begun.elapsed();
    fs::write(snapshot, &signed)?;
    Ok(json!({
        "documentBytes": text.len(),
        "bytes": signed.len(),
        "readMilliseconds": was_read.as_secs_f64() * 1e3,
        "compileMilliseconds": (was_compiled - was_read).as_secs_f64() * 1e3,
        "signMilliseconds": (spent - was_compiled).as_secs_f64() * 1e3,
        "publicKey": key().verifying_key().to_bytes(),
    }))
}
