//! The way from a policy document to an engine that answers, as a publisher and an edge go it:
//! written, signed, verified, opened.

use std::collections::BTreeSet;

use keyrack::{
    compile::{self, Compiled},
    decide::Engine,
    policy::{self, Document, Finding, Format, Severity},
    snapshot::{
        Domain, Overlay, Snapshot,
        container::{self, Expectations, SigningKey},
        model::Model,
        overlay::{MemberSuspended, OperationSuspended, SessionRevoked},
        write,
    },
};

use super::cells::{Cell, CellFile, CellOverlay};

/// The key that signs test data, and nothing else ever.
pub fn signing_key() -> SigningKey {
    SigningKey::from_seed(b"keyrack test data, signs no more")
}

/// The model of a document that the compiler accepts.
pub fn compiled(name: &str, document: &Document) -> Model {
    accepted(name, compile::compile_document(document))
}

/// The model of a text that the compiler accepts.
pub fn compiled_text(name: &str, text: &str, format: Format) -> (Document, Model) {
    let read = policy::read(text, format);
    let model = accepted(name, compile::compile(&read));
    (read.document, model)
}

fn accepted(name: &str, compiled: Compiled) -> Model {
    let errors: Vec<&Finding> = errors_of(&compiled.findings).collect();
    assert!(errors.is_empty(), "{name} is refused: {errors:#?}");
    compiled.model.expect("a model, where nothing is refused")
}

/// The codes for which the compiler refuses a document, each once.
pub fn refusals(document: &Document) -> BTreeSet<&'static str> {
    let compiled = compile::compile_document(document);
    let codes: BTreeSet<_> = errors_of(&compiled.findings)
        .map(|error| error.code)
        .collect();
    assert_eq!(
        codes.is_empty(),
        compiled.model.is_some(),
        "{:#?}",
        compiled.findings
    );
    codes
}

fn errors_of(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
}

/// The model of a document, whether or not the compiler would refuse it: what hand-made bytes
/// could say.
pub fn lowered(document: &Document) -> Model {
    compile::lower(document)
}

/// The model behind a cell, or behind its file: compiled, or where the cell says that the compiler
/// refuses it, lowered unchecked.
pub fn model(file: &CellFile, cell: Option<&Cell>) -> Model {
    match cell {
        None => {
            let (document, model) =
                compiled_text(&file.name, &file.policy.to_string(), Format::Json);
            assert_eq!(document, file.document(None), "{} read twice", file.name);
            model
        }
        Some(cell) if cell.expect.compile.is_some() => lowered(&file.document(Some(cell))),
        Some(cell) => compiled(&cell.id, &file.document(Some(cell))),
    }
}

/// A signed snapshot.
pub fn snapshot_bytes(model: &Model) -> Vec<u8> {
    let payload = write::payload(model).expect("a snapshot within all caps");
    container::sign(Domain::Snapshot, &payload, &signing_key())
}

/// A signed overlay over the policy of a file.
pub fn overlay_bytes(file: &CellFile, issued: i64) -> Vec<u8> {
    let tenant = file.policy["policy"]["tenant"].as_str().unwrap();
    let overlay = overlay_of(&file.overlay, tenant, issued);
    container::sign(Domain::Overlay, &overlay.payload().unwrap(), &signing_key())
}

fn overlay_of(cells: &CellOverlay, tenant: &str, issued: i64) -> Overlay {
    let fresh_until = cells.fresh_until.as_i64();
    assert!(fresh_until.is_some() || cells.fresh_until == "never");
    let mut overlay = Overlay {
        tenant: tenant.to_owned(),
        version: 1,
        issued,
        fresh_until,
        session_revoked: Vec::new(),
        member_suspended: Vec::new(),
        operation_suspended: Vec::new(),
    };
    for entry in &cells.session_revoked {
        overlay.session_revoked.push(SessionRevoked {
            member: entry.member.clone(),
            before: entry.before,
        });
    }
    for entry in &cells.member_suspended {
        overlay.member_suspended.push(MemberSuspended {
            member: entry.member.clone(),
            from: entry.from,
            to: entry.to,
        });
    }
    for entry in &cells.operation_suspended {
        overlay.operation_suspended.push(OperationSuspended {
            member: entry.member.clone(),
            permission: entry.permission.clone(),
            from: entry.from,
            to: entry.to,
        });
    }
    overlay
}

/// Loads a signed snapshot at the moment it was issued.
pub fn load(bytes: &[u8], issued: i64) -> Snapshot {
    let keys = [signing_key().verifying_key()];
    let payload = container::verify(bytes, Domain::Snapshot, &keys).expect("our own signature");
    container::open(payload, &at(issued)).expect("a good snapshot")
}

/// Puts a signed snapshot in force under a signed overlay, both at the moment they were issued:
/// what goes stale later is for the decision to find out.
pub fn engine(snapshot: &[u8], overlay: &[u8], issued: i64) -> Engine {
    let keys = [signing_key().verifying_key()];
    let payload = container::verify(overlay, Domain::Overlay, &keys).expect("our own signature");
    let overlay = Overlay::open(payload, &at(issued)).expect("a good overlay");
    Engine::with_overlay(load(snapshot, issued), &overlay).expect("an undamaged snapshot")
}

fn at(now: i64) -> Expectations<'static> {
    Expectations {
        now: Some(now),
        ..Expectations::default()
    }
}

/// A model in force without a signature: laws ask thousands of engines, and what is signed has been
/// asked before.
pub fn unsigned(model: &Model, overlay: Option<&CellOverlay>) -> Engine {
    let payload = write::payload(model).expect("a snapshot within all caps");
    let snapshot = Snapshot::open(payload).expect("an undamaged snapshot");
    match overlay {
        None => Engine::new(snapshot),
        Some(cells) => {
            let mut entries = overlay_of(cells, &model.header.tenant, model.header.issued);
            entries.sort();
            Engine::with_overlay(snapshot, &entries).expect("an undamaged snapshot")
        }
    }
}
