//! The JavaScript bindings of the authoring rooms: what a panel needs that edits policies.
//!
//! Cold paths, so objects go in and out whole. Nothing is signed here: a private key stays with
//! whoever publishes, and `pkg/src/signing.js` signs with WebCrypto.

use js_sys::{Error, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::{
    compile::{self, Compiled, diff, labels::Labels},
    decide::Engine,
    policy::{
        self, Finding, Format, ReadOutcome, Severity,
        time::{Expiry, Instant},
    },
    snapshot::{
        Damaged, Domain, Snapshot,
        container::{self, Container},
        model::Model,
        write,
    },
};

/// What a document is to be compiled with, where it is not what it says itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Options {
    /// `toml` or `json`; if absent told by the first letter.
    format: Option<Written>,
    /// The document that it is to replace.
    replaces: Option<String>,
    version: Option<u64>,
    /// Unix seconds.
    issued: Option<i64>,
    /// Unix seconds.
    expires: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Written {
    Json,
    Toml,
}

/// What came of checking.
#[derive(Debug, Serialize)]
struct Report<'f> {
    errors: usize,
    warnings: usize,
    findings: &'f [Finding],
}

impl<'f> Report<'f> {
    fn of(findings: &'f [Finding]) -> Self {
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        Self {
            errors,
            warnings: findings.len().saturating_sub(errors),
            findings,
        }
    }
}

/// What a snapshot says of itself.
#[derive(Debug, Serialize)]
struct Header<'m> {
    tenant: &'m str,
    version: u64,
    issued: i64,
    expires: Option<i64>,
    members: usize,
}

impl<'m> Header<'m> {
    fn of(model: &'m Model) -> Self {
        Self {
            tenant: &model.header.tenant,
            version: model.header.version,
            issued: model.header.issued,
            expires: model.header.expires,
            members: model.members.len(),
        }
    }
}

/// Everything that is wrong or doubtful in a document.
///
/// # Errors
/// `options_invalid`.
#[wasm_bindgen]
pub fn check(text: &str, options: JsValue) -> Result<JsValue, JsValue> {
    let (_, compiled) = compiled(text, options)?;
    object(&Report::of(&compiled.findings))
}

/// As [`check`]; with an unsigned snapshot and its labels as `Uint8Array` where nothing is refused.
///
/// # Errors
/// `options_invalid`, `snapshot_too_large`.
#[wasm_bindgen]
pub fn compile(text: &str, options: JsValue) -> Result<JsValue, JsValue> {
    let (read, compiled) = compiled(text, options)?;
    let answer = object(&Report::of(&compiled.findings))?;
    let Some(model) = &compiled.model else {
        return Ok(answer);
    };
    let snapshot = write::payload(model).map_err(|why| error("snapshot_too_large", &why))?;
    let labels = Labels::of(&read.document).payload();
    let labels = labels.map_err(|why| error("labels_failed", &why))?;
    for (name, kind, payload) in [
        ("snapshot", Domain::Snapshot, snapshot),
        ("labels", Domain::Labels, labels),
    ] {
        let bytes = Uint8Array::from(container::unsigned(kind, &payload).as_slice());
        Reflect::set(&answer, &name.into(), &bytes)?;
    }
    Reflect::set(&answer, &"header".into(), &object(&Header::of(model))?)?;
    Ok(answer)
}

/// What changes for whom between two unsigned or verified snapshots, at `now` in unix seconds.
///
/// # Errors
/// `snapshot_…` where one of them cannot be read.
#[wasm_bindgen]
pub fn difference(
    before: &[u8],
    after: &[u8],
    now: f64,
    most_decided: usize,
) -> Result<JsValue, JsValue> {
    let now = from_value::<i64>(JsValue::from_f64(now));
    let settings = diff::Settings {
        now: Some(now.map_err(|why| error("options_invalid", &why))?),
        most_decided,
    };
    let (before, after) = (engine(before)?, engine(after)?);
    let difference = diff::diff(&before, &after, &settings, &|| ());
    object(&difference.map_err(|Damaged| error("snapshot_damaged", &"it is damaged"))?)
}

/// Titles and names for people, of a labels container that was verified.
///
/// # Errors
/// `labels_…` where it cannot be read.
#[wasm_bindgen]
pub fn labels(bytes: &[u8]) -> Result<JsValue, JsValue> {
    let container = Container::parse(bytes, Domain::Labels)
        .map_err(|why| error(&format!("labels_{}", why.code()), &why))?;
    let labels = Labels::open(container.payload);
    object(&labels.map_err(|Damaged| error("labels_damaged", &"it is damaged"))?)
}

/// The JSON Schema of a policy document, as text.
#[wasm_bindgen]
#[must_use]
pub fn schema() -> String {
    policy::schema()
}

fn compiled(text: &str, options: JsValue) -> Result<(ReadOutcome, Compiled), JsValue> {
    let options: Options = if options.is_undefined() {
        Options::default()
    } else {
        from_value(options).map_err(|why| error("options_invalid", &why))?
    };
    let mut read = policy::read(text, format(text, options.format));
    let header = &mut read.document.policy;
    if let Some(version) = options.version {
        header.version = version;
    }
    if let Some(seconds) = options.issued {
        header.issued = Instant { seconds };
    }
    if let Some(seconds) = options.expires {
        header.expires = Expiry::At(Instant { seconds });
    }
    let compiled = match &options.replaces {
        Some(before) => {
            let before = policy::read(before, format(before, options.format));
            compile::compile_change(&before.document, &read)
        }
        None => compile::compile(&read),
    };
    Ok((read, compiled))
}

fn format(text: &str, told: Option<Written>) -> Format {
    match told {
        Some(Written::Json) => Format::Json,
        Some(Written::Toml) => Format::Toml,
        None if text.trim_start().starts_with('{') => Format::Json,
        None => Format::Toml,
    }
}

fn engine(bytes: &[u8]) -> Result<Engine, JsValue> {
    let container = Container::parse(bytes, Domain::Snapshot)
        .map_err(|why| error(&format!("snapshot_{}", why.code()), &why))?;
    let snapshot = Snapshot::open(container.payload.to_vec());
    let snapshot = snapshot.map_err(|Damaged| error("snapshot_damaged", &"it is damaged"))?;
    Ok(Engine::new(snapshot))
}

/// A plain object, as `JSON.parse` would give it.
fn object(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|why| error("options_invalid", &why))
}

/// An `Error` with a stable code.
fn error(code: &str, why: &impl ToString) -> JsValue {
    let error = Error::new(&why.to_string());
    // A new error takes members.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
