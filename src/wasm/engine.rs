//! A policy in force, as JavaScript holds it.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::{frame, json, question, scratch};
use crate::{
    decide::{
        self, Engine, Request,
        clock::Clock,
        decision::{Depth, answer},
        question::Question,
    },
    ffi::{self, lists},
    query,
    snapshot::{
        Damaged, Domain, Failure, Overlay, Snapshot,
        container::{self, Expectations},
        cursor::Cursor,
        layout::Section,
        write,
    },
};

/// A policy in force. Its bytes were verified by the caller.
#[wasm_bindgen(js_name = Engine)]
#[derive(Debug)]
pub struct RawEngine {
    engine: Engine,
    answer: Vec<u32>,
}

/// What a failure is called in JavaScript; the caller knows what it wanted to load.
fn code(failure: Failure) -> JsValue {
    JsValue::from_str(failure.code())
}

fn damaged(_: Damaged) -> JsValue {
    code(Failure::Damaged)
}

fn no_request() -> JsValue {
    JsValue::from_str("request_invalid")
}

/// An instant from its two words.
fn instant(high: i32, low: u32) -> i64 {
    i64::from(high) << 32 | i64::from(low)
}

/// Names cross as numbers from 1, so that nothing that is missing in JavaScript is one.
fn outward(number: Option<u32>) -> u32 {
    number.map_or(0, |number| number.saturating_add(1))
}

/// What the written request is answered with.
fn ask<T>(
    length: usize,
    work: impl FnOnce(&Request<'_>) -> Result<T, Damaged>,
) -> Result<T, JsValue> {
    scratch::with_written(length, |bytes| {
        let request = question::read(bytes).map_err(|_| no_request())?;
        work(&request).map_err(damaged)
    })
    .unwrap_or_else(|| Err(no_request()))
}

/// The same as JSON.
fn tell<T: Serialize>(
    length: usize,
    work: impl FnOnce(&Request<'_>) -> Result<T, Damaged>,
) -> Result<String, JsValue> {
    ask(length, work).map(|told| json::write(&told))
}

#[wasm_bindgen(js_class = Engine)]
impl RawEngine {
    /// Opens the payload of a snapshot or of a slice.
    pub fn open(
        payload: &[u8],
        is_slice: bool,
        tenant: Option<String>,
        min_version: u64,
        now: i64,
    ) -> Result<Self, JsValue> {
        let expected = Expectations {
            tenant: tenant.as_deref(),
            min_version,
            now: Some(now),
        };
        let snapshot = container::open(payload, &expected).map_err(code)?;
        if snapshot.head().slice_of.is_some() != is_slice {
            return Err(code(Failure::Damaged));
        }
        Ok(Self {
            engine: Engine::new(snapshot),
            answer: Vec::new(),
        })
    }

    /// The same policy under an overlay.
    #[wasm_bindgen(js_name = withOverlay)]
    pub fn with_overlay(
        &self,
        payload: &[u8],
        min_version: u64,
        now: i64,
    ) -> Result<Self, JsValue> {
        let current = self.engine.overlay_version().unwrap_or_default();
        let expected = Expectations {
            tenant: Some(&self.engine.snapshot.head().tenant),
            min_version: min_version.max(current),
            now: Some(now),
        };
        let overlay = Overlay::open(payload, &expected).map_err(code)?;
        let bytes = self.engine.snapshot.payload().to_owned();
        let snapshot = Snapshot::open(bytes).map_err(damaged)?;
        let engine = Engine::with_overlay(snapshot, &overlay).map_err(damaged)?;
        Ok(Self {
            engine,
            answer: Vec::new(),
        })
    }

    /// What it is, and the names that never change, as JSON.
    pub fn about(&self) -> Result<String, JsValue> {
        names(&self.engine)
            .map(|names| json::write(&names))
            .map_err(damaged)
    }

    /// The number of the member, permission or scope whose name was written; 0: unknown.
    pub fn find(&self, kind: u8, length: usize) -> Result<u32, JsValue> {
        let snapshot = &self.engine.snapshot;
        let find = |name: &str| match kind {
            0 => Ok(snapshot.find_member(name)?.map(|row| row.handle)),
            1 => snapshot.find_permission(name),
            _ => snapshot.find_scope(name),
        };
        scratch::with_written(length, |bytes| find(Cursor(bytes).text()?))
            .unwrap_or(Err(Damaged))
            .map(outward)
            .map_err(damaged)
    }

    /// Whether a member may, with nothing left open, by numbers: 0 no, 1 yes, 2 damaged.
    #[must_use]
    pub fn can(&self, member: u32, permission: u32, scope: u32, high: i32, low: u32) -> u32 {
        match can(
            &self.engine,
            (member, permission, scope),
            instant(high, low),
        ) {
            Ok(may) => u32::from(may),
            Err(Damaged) => 2,
        }
    }

    /// Decides the request that was written, and gives the address of the answer's words.
    pub fn decide(&mut self, length: usize) -> Result<usize, JsValue> {
        let decision = ask(length, |request| decide::decide(&self.engine, request))?;
        frame::write(&mut self.answer, &decision);
        Ok(self.answer.as_ptr().addr())
    }

    /// Resolves the subject of the request that was written at its scope.
    pub fn session(&mut self, length: usize) -> Result<usize, JsValue> {
        let session = ask(length, |request| query::session(&self.engine, request))?;
        frame::write_session(&mut self.answer, &session);
        Ok(self.answer.as_ptr().addr())
    }

    /// Explains the request that was written, as JSON.
    pub fn explain(&self, length: usize) -> Result<String, JsValue> {
        tell(length, |request| {
            ffi::explanation::explain(&self.engine, request)
        })
    }

    /// Who holds the permission of the request that was written, as JSON.
    #[wasm_bindgen(js_name = whoCan)]
    pub fn who_can(&self, length: usize) -> Result<String, JsValue> {
        tell(length, |request| lists::who_can(&self.engine, request))
    }

    /// What the subject of the request that was written holds, as JSON.
    #[wasm_bindgen(js_name = whatCan)]
    pub fn what_can(&self, length: usize) -> Result<String, JsValue> {
        tell(length, |request| lists::what_can(&self.engine, request))
    }

    /// Where the subject of the request that was written can, as JSON.
    #[wasm_bindgen(js_name = whereCan)]
    pub fn where_can(&self, length: usize) -> Result<String, JsValue> {
        tell(length, |request| lists::where_can(&self.engine, request))
    }

    /// The route that matches, as JSON.
    pub fn route(&self, method: &str, path: &str) -> Result<String, JsValue> {
        lists::route(&self.engine, method, path)
            .map(|found| json::write(&found))
            .map_err(damaged)
    }

    /// What an assignment is called.
    #[wasm_bindgen(js_name = grantName)]
    pub fn grant_name(&self, terms: u32, scopes: u32) -> Result<String, JsValue> {
        ffi::grant_name(&self.engine, terms, frame::scopes_of(scopes)).map_err(damaged)
    }

    /// A name by its number.
    pub fn name(&self, number: u32) -> Result<String, JsValue> {
        self.engine
            .snapshot
            .name(number)
            .map(str::to_owned)
            .map_err(damaged)
    }

    /// A time zone's name by the zone's number.
    #[wasm_bindgen(js_name = zoneName)]
    pub fn zone_name(&self, number: u32) -> Result<String, JsValue> {
        let snapshot = &self.engine.snapshot;
        let zone = snapshot.table(Section::Zones).record(number);
        zone.and_then(|record| snapshot.name(Cursor(record).number()?))
            .map(str::to_owned)
            .map_err(damaged)
    }

    /// The unsigned container of what one member may see; `undefined` for nobody.
    pub fn slice(&self, member: &str) -> Result<Option<Vec<u8>>, JsValue> {
        let snapshot = &self.engine.snapshot;
        let Some(row) = snapshot.find_member(member).map_err(damaged)? else {
            return Ok(None);
        };
        let model = snapshot.slice(&row).map_err(damaged)?;
        let payload = write::payload(&model).map_err(|_| damaged(Damaged))?;
        Ok(Some(container::unsigned(Domain::Slice, &payload)))
    }
}

fn can(
    engine: &Engine,
    (member, permission, scope): (u32, u32, u32),
    now: i64,
) -> Result<bool, Damaged> {
    let inward = |number: u32| number.checked_sub(1).ok_or(Damaged);
    let request = Request {
        now: Some(now),
        ..Request::default()
    };
    let clock = Clock::at(request.now);
    if engine.is_expired(&clock) {
        return Ok(false);
    }
    let snapshot = &engine.snapshot;
    let subject = engine.principal(snapshot.member(inward(member)?)?)?;
    // Without a scope: the root, which is the first.
    let asked = (subject, inward(permission)?, scope.saturating_sub(1));
    let question = Question::pose(engine, &request, asked, &clock, Depth::default())?;
    Ok(answer(&question, false)?.is_unconditional())
}

/// What JavaScript asks for once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    about: lists::About,
    approval_fresh: u32,
    permissions: Vec<String>,
    scopes: Vec<String>,
    field_groups: Vec<lists::FieldGroup>,
    outcomes: Vec<&'static str>,
    reasons: Vec<&'static str>,
}

fn names(engine: &Engine) -> Result<Names, Damaged> {
    let snapshot = &engine.snapshot;
    let permission = |number| snapshot.permission_key(number).map(str::to_owned);
    let scope = |number| snapshot.scope_id(number).map(str::to_owned);
    Ok(Names {
        about: lists::about(engine),
        approval_fresh: snapshot.head().approval_fresh,
        permissions: (0..snapshot.permission_count())
            .map(permission)
            .collect::<Result<_, _>>()?,
        scopes: (0..snapshot.scope_count())
            .map(scope)
            .collect::<Result<_, _>>()?,
        field_groups: lists::field_groups(engine)?,
        outcomes: decide::Outcome::ALL
            .iter()
            .map(|outcome| outcome.code())
            .collect(),
        reasons: decide::Reason::ALL
            .iter()
            .map(|reason| reason.code())
            .collect(),
    })
}
