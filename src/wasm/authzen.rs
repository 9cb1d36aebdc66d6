//! The JavaScript bindings of AuthZEN: a policy in force, and a decision point before it.
//!
//! Signatures are checked in JavaScript before bytes get here; `pkg/src/authzen.js` is the only
//! caller.

use js_sys::{Error, Object, Reflect, Uint8Array};
use serde::Deserialize;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::{
    authzen::{
        Facts,
        http::{Received, Response, Target, respond},
        service::{self, ActionName, SubjectType},
    },
    decide::Engine,
    snapshot::{
        Snapshot,
        code::MemberKind,
        container::{self, Expectations, Failure},
    },
};

/// A policy in force.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Policy {
    engine: Engine,
}

/// A decision point as its callers see it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Service {
    service: service::Service,
}

/// What a decision point is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    identifier: String,
    #[serde(default)]
    subject_types: Option<Vec<Types>>,
    #[serde(default)]
    actions: Vec<Action>,
    #[serde(default)]
    all_records: bool,
    #[serde(default)]
    logs: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Types {
    name: String,
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Owner,
    Employee,
    Contractor,
    Organisation,
    App,
    Service,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Action {
    resource_type: String,
    name: String,
    permission: String,
}

impl From<Kind> for MemberKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Owner => Self::Owner,
            Kind::Employee => Self::Employee,
            Kind::Contractor => Self::Contractor,
            Kind::Organisation => Self::Organisation,
            Kind::App => Self::App,
            Kind::Service => Self::Service,
        }
    }
}

#[wasm_bindgen]
impl Policy {
    /// Opens the payload of a snapshot that was verified; `now` in unix seconds.
    ///
    /// # Errors
    /// `snapshot_…` where it is not to be used.
    pub fn open(payload: &[u8], min_version: f64, now: f64) -> Result<Self, JsValue> {
        let expected = Expectations {
            min_version: whole(min_version)?,
            now: Some(whole(now)?),
            ..Expectations::default()
        };
        let snapshot = container::open(payload, &expected)
            .map_err(|why| error(&format!("snapshot_{}", why.code()), &why))?;
        Ok(Self {
            engine: Engine::new(snapshot),
        })
    }

    /// The same policy under an overlay that was verified.
    ///
    /// # Errors
    /// `overlay_…` where it is not to be used.
    pub fn under(&self, payload: &[u8], min_version: f64, now: f64) -> Result<Self, JsValue> {
        let snapshot = &self.engine.snapshot;
        let current = self.engine.overlay_version().unwrap_or_default();
        let expected = Expectations {
            tenant: Some(&snapshot.head().tenant),
            min_version: whole::<u64>(min_version)?.max(current),
            now: Some(whole(now)?),
            ..Expectations::default()
        };
        let refused = |code: &str| error(&format!("overlay_{code}"), &"the overlay is refused");
        let engine = Snapshot::open(snapshot.payload().to_vec())
            .map_err(Failure::from)
            .and_then(|snapshot| Engine::under(snapshot, payload, &expected))
            .map_err(|why| refused(why.code()))?;
        Ok(Self { engine })
    }

    /// Whose policy it is, which version, when it was issued and ends, and the overlay's version.
    ///
    /// # Errors
    /// If JavaScript has no room for it.
    pub fn about(&self) -> Result<JsValue, JsValue> {
        let head = self.engine.snapshot.head();
        let about = Object::new();
        let set = |name: &str, value: JsValue| Reflect::set(&about, &name.into(), &value);
        set("tenant", JsValue::from_str(&head.tenant))?;
        set("version", plain(&head.version)?)?;
        set("issued", plain(&head.issued)?)?;
        set("expires", plain(&head.expires)?)?;
        set("digest", Uint8Array::from(head.digest.as_slice()).into())?;
        set("overlayVersion", plain(&self.engine.overlay_version())?)?;
        Ok(about.into())
    }
}

#[wasm_bindgen]
impl Service {
    /// A decision point with these settings, as JSON, whose tokens are authenticated with a key.
    ///
    /// # Errors
    /// `service_invalid`, `identifier_invalid`, `key_too_short`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str, key: &[u8]) -> Result<Self, JsValue> {
        let settings: Settings =
            serde_json::from_str(settings).map_err(|why| error("service_invalid", &why))?;
        let mut service = service::Service::new(&settings.identifier, key)
            .map_err(|why| error(why.code(), &"there cannot be such a decision point"))?;
        if let Some(types) = settings.subject_types {
            let types = types.into_iter().map(|one| SubjectType {
                name: one.name,
                kinds: one.kinds.into_iter().map(MemberKind::from).collect(),
            });
            service = service.with_subject_types(types.collect());
        }
        let actions = settings.actions.into_iter().map(|one| ActionName {
            resource_type: one.resource_type,
            name: one.name,
            permission: one.permission,
        });
        service = service.with_actions(actions.collect());
        if settings.all_records {
            service = service.with_all_records();
        }
        if settings.logs {
            service = service.with_log();
        }
        Ok(Self { service })
    }

    /// What a path leads to: `metadata`, `endpoint` or nothing.
    #[must_use]
    pub fn target(&self, path: &str) -> Option<String> {
        let target = self.service.target(path)?;
        Some(
            match target {
                Target::Metadata => "metadata",
                Target::Endpoint(_) => "endpoint",
            }
            .to_owned(),
        )
    }

    /// The longest body that is read at a path, in bytes.
    #[must_use]
    pub fn max_bytes(&self, path: &str) -> usize {
        match self.service.target(path) {
            Some(Target::Endpoint(endpoint)) => endpoint.max_bytes(),
            Some(Target::Metadata) | None => 0,
        }
    }

    /// Answers a request before a policy. `facts`: JSON of what the host knows.
    ///
    /// # Errors
    /// `facts_invalid`, `request_invalid`.
    pub fn answer(
        &self,
        policy: &Policy,
        request: Call,
        now: f64,
        facts: &str,
    ) -> Result<JsValue, JsValue> {
        let facts: Facts<'_> =
            serde_json::from_str(facts).map_err(|why| error("facts_invalid", &why))?;
        let now = Some(whole(now)?);
        let received = request.received();
        object(respond(
            Some(&policy.engine),
            &self.service,
            &received,
            now,
            &facts,
        ))
    }

    /// Answers a request where no policy can be used.
    ///
    /// # Errors
    /// If JavaScript has no room for it.
    pub fn answer_without(&self, request: Call) -> Result<JsValue, JsValue> {
        let received = request.received();
        object(respond(
            None,
            &self.service,
            &received,
            None,
            &Facts::default(),
        ))
    }
}

/// What the host has received.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Call {
    method: String,
    path: String,
    content_type: Option<String>,
    request_id: Option<String>,
    body: Vec<u8>,
}

#[wasm_bindgen]
impl Call {
    /// A request whose body is read already.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(
        method: String,
        path: String,
        content_type: Option<String>,
        request_id: Option<String>,
        body: Vec<u8>,
    ) -> Self {
        Self {
            method,
            path,
            content_type,
            request_id,
            body,
        }
    }
}

impl Call {
    fn received(&self) -> Received<'_> {
        Received {
            method: &self.method,
            path: &self.path,
            content_type: self.content_type.as_deref(),
            request_id: self.request_id.as_deref(),
            body: &self.body,
        }
    }
}

/// A response as a plain object.
fn object(response: Response) -> Result<JsValue, JsValue> {
    let answer = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&answer, &name.into(), value);
    let headers = Object::new();
    for (name, value) in &response.headers {
        Reflect::set(&headers, &(*name).into(), &value.into())?;
    }
    set("status", &f64::from(response.status).into())?;
    set("headers", &headers)?;
    set("body", &Uint8Array::from(response.body.as_slice()))?;
    set("spent", &plain(&response.spent)?)?;
    set("decided", &plain(&response.decided)?)?;
    Ok(answer.into())
}

fn plain(value: &impl serde::Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|why| error("answer_invalid", &why))
}

/// A whole number of JavaScript's.
fn whole<T: serde::de::DeserializeOwned>(value: f64) -> Result<T, JsValue> {
    from_value(JsValue::from_f64(value)).map_err(|why| error("request_invalid", &why))
}

/// An `Error` with a stable code.
fn error(code: &str, why: &impl ToString) -> JsValue {
    let error = Error::new(&why.to_string());
    // A new error takes members.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
